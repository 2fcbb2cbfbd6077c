//! Why: a channel is what a site or a client of the store API sells through: locales, currency,
//! price list, tax display, stock locations, origins and a publishable key.

crate::migration!(
    "m0021_channels",
    "
create table channel (
    id uuid not null primary key,
    code text not null unique,
    name text not null,
    locales text not null,
    currency text not null,
    price_list_id uuid not null,
    tax_display text not null,
    country text not null,
    publishable_key text not null unique,
    position bigint not null,
    changed_at bigint not null
);

create table channel_location (
    channel_id uuid not null references channel (id) on delete cascade,
    location_id uuid not null,
    position bigint not null,
    primary key (channel_id, location_id)
);

create table channel_origin (
    channel_id uuid not null references channel (id) on delete cascade,
    origin text not null,
    primary key (channel_id, origin)
);
create index channel_origin_by_origin on channel_origin (origin);
"
);
