//! Why: the shop's own pages (terms, privacy, delivery) are edited in the office, in every
//! language; their words are in `wording`, their addresses in `slug`.

crate::migration!(
    "m0013_content",
    "
create table page (
    id uuid not null primary key,
    code text not null unique,
    position bigint not null,
    shown boolean not null,
    updated_at bigint not null
);
create index page_position on page (position);
"
);
