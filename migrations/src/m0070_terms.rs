//! Why: customers have prices of their own: by level, by agreement on goods or groups of goods,
//! from a quantity on; and an order's line says what the list said and why it was not paid.
//!
//! A rule of one variant names its product too, so that one index finds what a page of products
//! needs among tens of thousands of special prices. Rules end and stay; they go only with a
//! level that nobody has, since an order keeps its reason by itself. `regular_minor` is the price before the
//! reduction that runs now; discounts of customers are taken from it.

crate::migration!(
    "m0070_terms",
    "
create table price_level (
    id uuid not null primary key,
    code text not null unique,
    name text not null,
    changed_at bigint not null
);

create table price_terms (
    party_id uuid not null primary key,
    level_id uuid references price_level (id),
    changed_at bigint not null
);
create index price_terms_level on price_terms (level_id) where level_id is not null;

create table price_rule (
    id uuid not null primary key,
    party_id uuid,
    level_id uuid references price_level (id),
    product_id uuid references product (id) on delete cascade,
    variant_id uuid references variant (id) on delete cascade,
    category_id uuid references category (id) on delete cascade,
    currency text,
    amount_minor bigint check (amount_minor >= 0),
    off_micro bigint check (off_micro > 0 and off_micro < 1000000),
    from_milli bigint not null check (from_milli >= 0),
    valid_from bigint not null,
    valid_to bigint,
    note text not null,
    actor text not null,
    made_at bigint not null,
    check ((party_id is null) <> (level_id is null)),
    check ((amount_minor is null) <> (off_micro is null)),
    check ((amount_minor is null) = (currency is null))
);
create index price_rule_party on price_rule (party_id, product_id, valid_to) where party_id is not null;
create index price_rule_level on price_rule (level_id, product_id, valid_to) where level_id is not null;
create index price_rule_of_party on price_rule (party_id, id) where party_id is not null;
create index price_rule_of_level on price_rule (level_id, id) where level_id is not null;
create index price_rule_product on price_rule (product_id) where product_id is not null;
create index price_rule_variant on price_rule (variant_id) where variant_id is not null;
create index price_rule_category on price_rule (category_id) where category_id is not null;

alter table price add column regular_minor bigint;
alter table order_line add column list_minor bigint;
alter table order_line add column price_rule_id uuid;
alter table order_line add column price_why text;
"
);
