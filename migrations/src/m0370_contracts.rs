//! Why: contracts made of offers.
//!
//! `contract.content` is what is being written; what was sent is a row of `contract_version`: a snapshot
//! with its hash that nothing changes, the offer inside it. Whatever happens is a row of
//! `contract_event`; an acceptance is a row with its evidence. A row of `contract_template` with the code
//! `sale` stands in the place of the built-in text of its language.

crate::migration!(
    "m0370_contracts",
    "
create table contract_template (
    id uuid not null primary key,
    code text not null,
    locale text not null,
    name text not null,
    title text not null,
    body text not null,
    changed_at bigint not null,
    changed_by text not null,
    unique (code, locale)
);

create table contract (
    id uuid not null primary key,
    number text unique,
    state text not null,
    offer_id uuid not null references offer (id),
    offer_version bigint not null,
    order_id uuid references sales_order (id),
    party_id uuid not null,
    manager uuid,
    locale text not null,
    currency text not null,
    content text not null,
    revision bigint not null,
    search text not null,
    version bigint not null,
    token text unique,
    net_minor bigint not null,
    gross_minor bigint not null,
    created_at bigint not null,
    changed_at bigint not null,
    sent_at bigint,
    viewed_at bigint,
    views bigint not null,
    reason text not null
);
create index contract_offer on contract (offer_id);
create index contract_order on contract (order_id);
create index contract_party on contract (party_id, id);
create index contract_changed on contract (changed_at, id);

create table contract_version (
    id uuid not null primary key,
    contract_id uuid not null references contract (id) on delete cascade,
    n bigint not null,
    snapshot text not null,
    hash text not null,
    pdf_hash text,
    sent_at bigint not null,
    sent_by text not null,
    unique (contract_id, n)
);

create table contract_event (
    id uuid not null primary key,
    contract_id uuid not null references contract (id) on delete cascade,
    at bigint not null,
    actor text not null,
    step text not null,
    before text,
    after text not null,
    version bigint not null,
    reason text not null
);
create index contract_event_contract on contract_event (contract_id, id);

create table contract_acceptance (
    contract_id uuid not null primary key references contract (id),
    version bigint not null,
    hash text not null,
    name text not null,
    role text not null,
    at bigint not null,
    address text not null,
    agent text not null,
    gross_minor bigint not null,
    pdf_hash text
);
"
);
