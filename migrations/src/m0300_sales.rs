//! Why: carts, delivery methods, orders with frozen lines, their states as rows, shipments.
//!
//! History points at the catalogue with `set null`: a product may go, an order stays whole.

crate::migration!(
    "m0300_sales",
    "
create table cart (
    id uuid not null primary key,
    token_hash text not null unique,
    channel_id uuid not null,
    locale text not null,
    party_id uuid,
    contact text,
    delivery text,
    payment text,
    order_id uuid,
    created_at bigint not null,
    touched_at bigint not null
);
create index cart_touched on cart (touched_at);

create table cart_item (
    cart_id uuid not null references cart (id) on delete cascade,
    variant_id uuid not null references variant (id) on delete cascade,
    product_id uuid not null,
    qty_milli bigint not null,
    seen_minor bigint,
    added_at bigint not null,
    primary key (cart_id, variant_id)
);
create index cart_item_variant on cart_item (variant_id);

create table delivery_method (
    id uuid not null primary key,
    code text not null unique,
    kind text not null,
    names text not null,
    notes text not null,
    vat_category text not null,
    currency text not null,
    free_above_minor bigint,
    days_min bigint not null,
    days_max bigint not null,
    position bigint not null,
    active boolean not null,
    changed_at bigint not null
);

create table delivery_tariff (
    id uuid not null primary key,
    method_id uuid not null references delivery_method (id) on delete cascade,
    country text not null,
    up_to_grams bigint,
    up_to_minor bigint,
    gross_minor bigint not null
);
create index delivery_tariff_method on delivery_tariff (method_id);

create table sales_order (
    id uuid not null primary key,
    number text not null unique,
    token text not null unique,
    state text not null,
    channel_id uuid not null,
    party_id uuid not null references party (id),
    locale text not null,
    currency text not null,
    origin text not null,
    contact_name text not null,
    contact_email text not null,
    contact_phone text not null,
    company text not null,
    company_code text not null,
    vat_code text not null,
    street text not null,
    city text not null,
    postcode text not null,
    country text not null,
    delivery_method_id uuid references delivery_method (id) on delete set null,
    delivery_kind text not null,
    delivery_name text not null,
    delivery_minor bigint not null,
    delivery_rate_micro bigint not null,
    delivery_vat_category text not null,
    payment text not null,
    reference text not null,
    due_at bigint not null,
    goods_minor bigint not null,
    gross_minor bigint not null,
    net_minor bigint not null,
    vat_minor bigint not null,
    taxes text not null,
    note text not null,
    button_label text not null,
    search text not null,
    placed_at bigint not null,
    changed_at bigint not null
);
create index sales_order_state on sales_order (state, placed_at, id, search);
create index sales_order_placed on sales_order (placed_at, id, search);
create index sales_order_gross on sales_order (gross_minor, id);
create index sales_order_party on sales_order (party_id, placed_at, id);

create table order_line (
    id uuid not null primary key,
    order_id uuid not null references sales_order (id) on delete cascade,
    position bigint not null,
    product_id uuid references product (id) on delete set null,
    variant_id uuid references variant (id) on delete set null,
    sku text not null,
    title text not null,
    variant_name text not null,
    picture_hash text,
    unit text not null,
    qty_milli bigint not null,
    shipped_milli bigint not null,
    unit_gross_minor bigint not null,
    gross_minor bigint not null,
    rate_micro bigint not null,
    vat_category text not null,
    locale text not null
);
create index order_line_order on order_line (order_id, position);
create index order_line_product on order_line (product_id);
create index order_line_variant on order_line (variant_id);

create table order_event (
    id uuid not null primary key,
    order_id uuid not null references sales_order (id) on delete cascade,
    at bigint not null,
    actor text not null,
    step text not null,
    before text,
    after text not null,
    reason text not null
);
create index order_event_order on order_event (order_id, id);

create table shipment (
    id uuid not null primary key,
    order_id uuid not null references sales_order (id) on delete cascade,
    number text not null unique,
    carrier text not null,
    tracking text not null,
    tracking_url text not null,
    note text not null,
    shipped_at bigint not null,
    created_at bigint not null
);
create index shipment_order on shipment (order_id, id);

create table shipment_line (
    shipment_id uuid not null references shipment (id) on delete cascade,
    order_line_id uuid not null references order_line (id) on delete cascade,
    qty_milli bigint not null,
    primary key (shipment_id, order_line_id)
);
create index shipment_line_line on shipment_line (order_line_id);
"
);
