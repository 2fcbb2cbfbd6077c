//! Why: the people and companies that the shop deals with, and which records are likely one.
//!
//! `party_word.word` holds UTF-8 bytes: bytes compare alike under every collation, so a prefix
//! is a range of the index on both engines. `party_by_name` holds what the list filters by, so
//! that a walk along the names never leaves it; records that do not stand for themselves have
//! no sort name and lie at its beginning.

crate::migration!(
    "m0020_parties",
    "
create table party (
    id uuid not null primary key,
    kind text not null,
    name text not null,
    company text,
    email text,
    email_proven_at bigint,
    phone text,
    company_code text,
    vat_code text,
    locale text not null,
    manager uuid,
    grp text,
    stage bigint not null,
    origin text not null,
    sort_name text not null,
    folded text not null,
    joined_into uuid,
    joined_at bigint,
    erased_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    touched_at bigint not null
);
create unique index party_email_proven on party (email) where email_proven_at is not null;
create index party_email on party (email, id) where email is not null;
create index party_company_code on party (company_code, id) where company_code is not null;
create index party_by_name on party (sort_name, id, stage, manager, folded);
create index party_by_touch on party (touched_at, id) where joined_into is null;
create index party_by_stage on party (stage, touched_at, id) where joined_into is null;
create index party_by_group on party (grp, touched_at, id) where grp is not null;
create index party_by_manager on party (manager, touched_at, id) where joined_into is null;
create index party_joined on party (joined_into) where joined_into is not null;

create table party_word (
    word bytea not null,
    party uuid not null,
    primary key (word, party)
);

create table party_alias (
    email text not null primary key,
    party uuid not null references party (id),
    proven_at bigint not null
);
create index party_alias_party on party_alias (party);

create table party_address (
    id uuid not null primary key,
    party uuid not null references party (id),
    same_hash text not null,
    name text not null,
    company text,
    street text not null,
    city text not null,
    postcode text not null,
    country text not null,
    phone text,
    created_at bigint not null,
    used_at bigint not null
);
create unique index party_address_same on party_address (party, same_hash);

create table party_likeness (
    party uuid not null references party (id),
    other uuid not null references party (id),
    evidence text not null,
    state text not null,
    created_at bigint not null,
    decided_at bigint,
    decided_by uuid,
    primary key (party, other, evidence)
);
create index party_likeness_other on party_likeness (other);
create index party_likeness_open on party_likeness (created_at) where state = 'open';
"
);
