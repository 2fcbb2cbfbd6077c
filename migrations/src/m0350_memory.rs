//! Why: what people said once need not be paid for or thought over again.
//!
//! `memory` holds sources with the translations that people wrote or approved, one a language pair
//! and domain, found by the hash of the tidied source. `memory_sign` finds sources that are alike:
//! ten numbers of each, of which alike texts share some. `glossary_term` says how a word is always
//! translated; a term of no language is a name that stays. `translation_budget` is the month's sum
//! that a cap is held by, taken before a provider is asked; `translation_usage` says where it went.

crate::migration!(
    "m0350_memory",
    "
create table memory (
    id uuid not null primary key,
    source_key text not null,
    source_locale text not null,
    target_locale text not null,
    domain text not null,
    source text not null,
    target text not null,
    find text not null,
    origin text not null,
    by_user uuid,
    at bigint not null,
    unique (source_key, source_locale, target_locale, domain)
);
create index memory_at on memory (at, id);

create table memory_sign (
    pair text not null,
    sign bigint not null,
    source_key text not null,
    primary key (pair, sign, source_key)
);
create index memory_sign_of on memory_sign (source_key, pair);

create table glossary_term (
    id uuid not null primary key,
    source_locale text not null,
    target_locale text not null,
    term text not null,
    target text not null,
    find text not null,
    by_user uuid,
    at bigint not null,
    unique (source_locale, target_locale, term)
);
create index glossary_term_at on glossary_term (at, id);

create table translation_budget (
    month text not null primary key,
    spent bigint not null check (spent >= 0)
);

create table translation_usage (
    month text not null,
    provider text not null,
    source_locale text not null,
    target_locale text not null,
    characters bigint not null,
    texts bigint not null,
    primary key (month, provider, source_locale, target_locale)
);

create index wording_said on wording (locale, source_hash) where source_hash is not null;
"
);
