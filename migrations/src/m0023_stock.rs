//! Why: what lies where, what is promised of it, and every movement that made it so.
//!
//! Quantities are thousandths. `on_hand` is what a count would find, `held` what is promised to
//! orders and checkouts that were not shipped yet; what can be sold is the difference. Movements
//! have no foreign key to the catalogue or to orders: they outlive both.

crate::migration!(
    "m0023_stock",
    "
create table location (
    id uuid not null primary key,
    code text not null unique,
    name text not null,
    position bigint not null,
    active boolean not null,
    changed_at bigint not null
);

create table stock (
    variant_id uuid not null,
    location_id uuid not null references location (id),
    on_hand bigint not null,
    held bigint not null check (held >= 0),
    changed_at bigint not null,
    primary key (variant_id, location_id)
);

create table stock_policy (
    variant_id uuid not null primary key,
    policy text not null,
    days bigint not null,
    changed_at bigint not null
);

create table stock_hold (
    id uuid not null primary key,
    holder uuid not null,
    variant_id uuid not null,
    location_id uuid not null,
    qty bigint not null check (qty > 0),
    until_at bigint,
    made_at bigint not null
);
create index stock_hold_holder on stock_hold (holder);
create index stock_hold_until on stock_hold (until_at) where until_at is not null;
create index stock_hold_variant on stock_hold (variant_id);

create table stock_movement (
    id uuid not null primary key,
    variant_id uuid not null,
    location_id uuid not null,
    qty bigint not null,
    reason text not null,
    subject uuid,
    actor text not null,
    at bigint not null
);
create index stock_movement_variant on stock_movement (variant_id, id);
"
);
