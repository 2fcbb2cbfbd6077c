//! Why: what is offered often is kept under a name, with its texts, terms and goods, for the next customer.

crate::migration!(
    "m0366_offer_templates",
    "
create table offer_template (
    id uuid not null primary key,
    name text not null unique,
    written_in text not null,
    content text not null,
    changed_by text not null,
    changed_at bigint not null
);
"
);
