//! Why: a product can be configured. Its definition is a text; every version stays, one is in
//! force. A cart's line is found by a key of its own, since two configurations of one variant are
//! two lines: for plain goods the key is the variant, so that adding stays one statement. An
//! order's line freezes what was chosen and what it is made of.
//!
//! A primary key cannot be changed on SQLite: the cart's lines move into a new table.

crate::migration!(
    "m0075_configurator",
    "
create table configurator (
    id uuid not null primary key,
    product_id uuid not null references product (id) on delete cascade,
    version bigint not null,
    source text not null,
    actor text not null,
    made_at bigint not null,
    unique (product_id, version)
);

create table configurator_in_force (
    product_id uuid not null primary key references product (id) on delete cascade,
    configurator_id uuid not null references configurator (id) on delete cascade,
    since bigint not null
);
create index configurator_in_force_of on configurator_in_force (configurator_id);

create table cart_line (
    cart_id uuid not null references cart (id) on delete cascade,
    line_id uuid not null,
    variant_id uuid not null references variant (id) on delete cascade,
    product_id uuid not null,
    qty_milli bigint not null,
    seen_minor bigint,
    added_at bigint not null,
    configurator_id uuid,
    chosen text,
    primary key (cart_id, line_id)
);
insert into cart_line (cart_id, line_id, variant_id, product_id, qty_milli, seen_minor, added_at) \
    select cart_id, variant_id, variant_id, product_id, qty_milli, seen_minor, added_at from cart_item;
drop table cart_item;
alter table cart_line rename to cart_item;
create index cart_item_variant on cart_item (variant_id);

alter table order_line add column configuration text;
"
);
