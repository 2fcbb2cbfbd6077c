//! Why: offers, and what becomes of them.
//!
//! `offer.content` is what its manager is writing: which goods, not their words or prices, which are
//! drawn from the catalogue whenever it is looked at. What was sent is a row of `offer_version`: a
//! snapshot with its hash that nothing changes. Whatever happens is a row of `offer_event`; an
//! acceptance is a row with its evidence. Nothing here points into the catalogue.

crate::migration!(
    "m0360_offers",
    "
create table offer (
    id uuid not null primary key,
    number text unique,
    state text not null,
    channel_id uuid not null references channel (id),
    party_id uuid not null,
    manager uuid,
    locale text not null,
    currency text not null,
    title text not null,
    content text not null,
    undo text,
    revision bigint not null,
    search text not null,
    origin_kind text,
    origin_id uuid,
    version bigint not null,
    token text unique,
    net_minor bigint not null,
    gross_minor bigint not null,
    expires_at bigint,
    created_at bigint not null,
    changed_at bigint not null,
    sent_at bigint,
    viewed_at bigint,
    views bigint not null,
    order_id uuid references sales_order (id),
    loss_reason text not null
);
create index offer_party on offer (party_id, id);
create index offer_changed on offer (changed_at, id);
create index offer_state on offer (state, expires_at);
create index offer_order on offer (order_id);

create table offer_version (
    id uuid not null primary key,
    offer_id uuid not null references offer (id) on delete cascade,
    n bigint not null,
    snapshot text not null,
    hash text not null,
    pdf_hash text,
    net_minor bigint not null,
    gross_minor bigint not null,
    sent_at bigint not null,
    sent_by text not null,
    expires_at bigint not null,
    unique (offer_id, n)
);

create table offer_event (
    id uuid not null primary key,
    offer_id uuid not null references offer (id) on delete cascade,
    at bigint not null,
    actor text not null,
    step text not null,
    before text,
    after text not null,
    version bigint not null,
    reason text not null
);
create index offer_event_offer on offer_event (offer_id, id);

create table offer_question (
    id uuid not null primary key,
    offer_id uuid not null references offer (id) on delete cascade,
    version bigint not null,
    item uuid,
    about text not null,
    question text not null,
    at bigint not null,
    answer text not null,
    answered_at bigint,
    answered_by text
);
create index offer_question_offer on offer_question (offer_id, id);

create table offer_approval (
    id uuid not null primary key,
    offer_id uuid not null references offer (id) on delete cascade,
    at bigint not null,
    actor text not null,
    lowest text not null
);
create index offer_approval_offer on offer_approval (offer_id, id);

create table offer_acceptance (
    offer_id uuid not null primary key references offer (id),
    version bigint not null,
    hash text not null,
    choice text not null,
    name text not null,
    role text not null,
    at bigint not null,
    address text not null,
    agent text not null,
    contact text not null,
    payment text not null,
    gross_minor bigint not null,
    pdf_hash text
);
"
);
