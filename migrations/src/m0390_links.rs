//! Why: links that say for whose prices they are meant, and the news that managers get by letter.
//!
//! `shop_secret` signs what travels in addresses; all it opens is the price that a customer agreed on, so
//! that whoever reads the database learns nothing new by it. A cart remembers which offer led to it:
//! whose prices hold is asked of the offer each time, so that an offer taken back ends it.
//!
//! `digest` has a row for each person and working day: two workers that wake at one hour write one letter.
//! Where nothing was new the row has no letter, and the next one begins where it ended.

crate::migration!(
    "m0390_links",
    "
create table shop_secret (
    name text not null primary key,
    secret text not null,
    made_at bigint not null
);

alter table cart add column offer_id uuid;
alter table cart add column offer_until bigint;

create table digest (
    user_id uuid not null references staff_user (id) on delete cascade,
    day text not null,
    since bigint not null,
    until bigint not null,
    letter uuid,
    primary key (user_id, day)
);

create table digest_off (
    user_id uuid not null primary key references staff_user (id) on delete cascade,
    at bigint not null
);

create index price_history_lately on price_history (list_id, valid_from);

create index product_published on product (published_at, id) where published_at is not null;
"
);
