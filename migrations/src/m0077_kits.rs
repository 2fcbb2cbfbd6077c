//! Why: what a kit in force consists of, so that a component's price and stock lead to the kits that
//! hold it, and no kit comes to hold itself.

crate::migration!(
    "m0077_kits",
    "
create table kit_goods (
    product_id uuid not null references product (id) on delete cascade,
    variant_id uuid not null references variant (id) on delete cascade,
    primary key (product_id, variant_id)
);
create index kit_goods_variant on kit_goods (variant_id);
"
);
