//! Why: a list of cards is one index-ordered query. `card` holds what a product looks like in
//! one language of one channel; `listing` says where it stands in each category (the nil uuid
//! is the whole shop) by each order; both are rewritten by the transaction that changes it.
//!
//! `listing_name.locales` is a bit a language: a product without a translation has one row for
//! all of them instead of one each.

crate::migration!(
    "m0012_showcase",
    "
create table card (
    product_id uuid not null references product (id) on delete cascade,
    channel_id uuid not null,
    locale text not null,
    is_base boolean not null,
    data text not null,
    extra text not null,
    primary key (product_id, channel_id, locale)
);

create table listing (
    product_id uuid not null references product (id) on delete cascade,
    channel_id uuid not null,
    category_id uuid not null,
    rank bigint not null,
    price_minor bigint not null,
    added_at bigint not null,
    primary key (product_id, channel_id, category_id)
);
create index listing_rank on listing (channel_id, category_id, rank, product_id);
create index listing_price on listing (channel_id, category_id, price_minor, product_id);
create index listing_added on listing (channel_id, category_id, added_at, product_id);

create table listing_name (
    product_id uuid not null references product (id) on delete cascade,
    channel_id uuid not null,
    category_id uuid not null,
    name_key bytea not null,
    locales bigint not null,
    primary key (channel_id, category_id, name_key, product_id)
);
create index listing_name_product on listing_name (product_id);

create table listing_count (
    channel_id uuid not null,
    category_id uuid not null,
    products bigint not null,
    primary key (channel_id, category_id)
);

create table category_card (
    category_id uuid not null references category (id) on delete cascade,
    locale text not null,
    data text not null,
    primary key (category_id, locale)
);

create table menu (
    locale text not null primary key,
    data text not null
);

create table search_queue (
    id uuid not null primary key,
    product_id uuid not null,
    at bigint not null
);
"
);
