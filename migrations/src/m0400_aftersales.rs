//! Why: complaints, withdrawals and the goods that come back.
//!
//! `aftersales_case` is what a customer declared, as it was declared: `declaration` is the snapshot that
//! the receipt repeats, with its hash, and nothing changes it. What it became stands beside it. A case
//! that no order was found for has none, and waits on the desk. `order_line.claimed_milli` is what open
//! cases are about, `returned_milli` what came back: one conditional statement keeps both within what
//! was ordered, whoever asks at the same moment.

crate::migration!(
    "m0400_aftersales",
    "
alter table order_line add column claimed_milli bigint not null default 0;
alter table order_line add column returned_milli bigint not null default 0;

create table aftersales_case (
    id uuid not null primary key,
    number text not null unique,
    token text not null unique,
    kind text not null,
    ground text not null,
    state text not null,
    order_id uuid references sales_order (id),
    party_id uuid not null references party (id),
    manager uuid,
    locale text not null,
    origin text not null,
    name text not null,
    email text not null,
    phone text not null,
    order_number text not null,
    problem text not null,
    wish text not null,
    declaration text not null,
    hash text not null,
    search text not null,
    declared_at bigint not null,
    late boolean not null,
    answer_by bigint not null,
    answered_at bigint,
    refund_by bigint,
    refunded_at bigint,
    escalated bigint not null,
    revision bigint not null,
    decision text not null,
    reason text not null,
    carrier text not null,
    tracking text not null,
    instructions text not null,
    rating bigint,
    rating_note text not null,
    changed_at bigint not null,
    closed_at bigint
);
create index aftersales_case_changed on aftersales_case (changed_at, id);
create index aftersales_case_party on aftersales_case (party_id, id);
create index aftersales_case_order on aftersales_case (order_id);
create index aftersales_case_open on aftersales_case (answer_by) where closed_at is null;
create index aftersales_case_declared on aftersales_case (declared_at);

create table aftersales_item (
    id uuid not null primary key,
    case_id uuid not null references aftersales_case (id) on delete cascade,
    position bigint not null,
    order_line_id uuid references order_line (id),
    product_id uuid references product (id) on delete set null,
    variant_id uuid references variant (id) on delete set null,
    producer_id uuid,
    sku text not null,
    title text not null,
    variant_name text not null,
    picture_hash text,
    unit text not null,
    batch text not null,
    qty_milli bigint not null,
    held_milli bigint not null,
    excepted boolean not null,
    received_milli bigint not null,
    restocked_milli bigint not null,
    scrapped_milli bigint not null,
    sent_back_milli bigint not null,
    condition text not null,
    note text not null
);
create index aftersales_item_case on aftersales_item (case_id, position);
create index aftersales_item_line on aftersales_item (order_line_id);
create index aftersales_item_product on aftersales_item (product_id);

create table aftersales_event (
    id uuid not null primary key,
    case_id uuid not null references aftersales_case (id) on delete cascade,
    at bigint not null,
    actor text not null,
    step text not null,
    before text,
    after text not null,
    note text not null
);
create index aftersales_event_case on aftersales_event (case_id, id);

create table aftersales_message (
    id uuid not null primary key,
    case_id uuid not null references aftersales_case (id) on delete cascade,
    at bigint not null,
    author text not null,
    sender text not null,
    locale text not null,
    text text not null
);
create index aftersales_message_case on aftersales_message (case_id, id);

create table aftersales_file (
    id uuid not null primary key,
    case_id uuid not null references aftersales_case (id) on delete cascade,
    message_id uuid references aftersales_message (id) on delete cascade,
    purpose text not null,
    name text not null,
    mime text not null,
    hash text not null,
    bytes bigint not null,
    width bigint,
    height bigint,
    at bigint not null
);
create index aftersales_file_case on aftersales_file (case_id, id);

create table aftersales_outcome (
    id uuid not null primary key,
    case_id uuid not null references aftersales_case (id) on delete cascade,
    remedy text not null,
    amount_minor bigint,
    currency text,
    document_id uuid,
    document_number text not null,
    order_id uuid references sales_order (id),
    note text not null,
    at bigint not null,
    actor text not null
);
create index aftersales_outcome_case on aftersales_outcome (case_id, id);

create table aftersales_paper (
    id uuid not null primary key,
    case_id uuid not null references aftersales_case (id) on delete cascade,
    kind text not null,
    number text not null,
    locale text not null,
    snapshot text not null,
    hash text not null,
    pdf_hash text,
    at bigint not null,
    actor text not null,
    unique (case_id, number)
);

create table aftersales_recall (
    id uuid not null primary key,
    title text not null,
    product_id uuid not null,
    batch text not null,
    since bigint,
    until bigint,
    note text not null,
    created_at bigint not null,
    created_by text not null
);

alter table shipment_line add column batch text not null default '';
"
);
