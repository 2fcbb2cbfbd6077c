//! Why: pictures and documents, each stored once by the hash of what came in.

crate::migration!(
    "m0024_media",
    "
create table media (
    id uuid not null primary key,
    hash text not null unique,
    kind text not null,
    mime text not null,
    bytes bigint not null,
    width bigint,
    height bigint,
    name text not null,
    origin text not null,
    created_at bigint not null
);
create index media_kind on media (kind, id);

create table media_source (
    url_hash text not null primary key,
    url text not null,
    media_id uuid not null references media (id),
    fetched_at bigint not null
);
"
);
