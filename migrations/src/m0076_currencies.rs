//! Why: a shop of several currencies.
//!
//! A list may follow another one: its prices are that list's at the exchange rate of the day, with
//! an ending. Rates are dated rows, `rate_micro` units of `quote` for one unit of `base`. A channel
//! shows its prices in further currencies, each from a list of its own; a customer may have one.

crate::migration!(
    "m0076_currencies",
    "
alter table price_list add column follows uuid;
alter table price_list add column ending text not null default 'exact';

create table exchange_rate (
    base text not null,
    quote text not null,
    valid_from bigint not null,
    rate_micro bigint not null check (rate_micro > 0),
    actor text not null,
    primary key (base, quote, valid_from)
);

create table channel_currency (
    channel_id uuid not null references channel (id),
    currency text not null,
    list_id uuid not null references price_list (id),
    primary key (channel_id, currency)
);

alter table price_terms add column currency text;
"
);
