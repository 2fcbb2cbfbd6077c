//! Why: every text of the shop in every language stands in one table, so that "what is not
//! translated yet" and "what went stale" are one query, whatever the text belongs to.
//!
//! `source_hash` is null for the text that was written first; a translation keeps the hash of
//! the source it was made from.

crate::migration!(
    "m0010_translation",
    "
create table wording (
    entity_id uuid not null,
    field text not null,
    locale text not null,
    value text not null,
    origin text not null,
    state text not null,
    source_hash text,
    by_user uuid,
    at bigint not null,
    primary key (entity_id, field, locale)
);
create index wording_open on wording (state, locale, entity_id) where state <> 'ok';
"
);
