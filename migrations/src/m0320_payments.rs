//! Why: money is rows, not a flag. What a provider said is kept raw before it is understood;
//! every movement is a signed row that is never changed; a receipt keeps running sums beside its
//! rows, so that one conditional statement can guard them; an order keeps what its rows add up to.

crate::migration!(
    "m0320_payments",
    "
create table payment_event (
    id uuid not null primary key,
    provider text not null,
    event_id text not null,
    kind text not null,
    live boolean not null,
    raw text not null,
    received_at bigint not null,
    processed_at bigint,
    tries bigint not null,
    next_at bigint,
    error text not null,
    unique (provider, event_id)
);
create index payment_event_open on payment_event (next_at) where processed_at is null;

create table payment_attempt (
    id uuid not null primary key,
    order_id uuid not null references sales_order (id),
    provider text not null,
    session text,
    url text,
    state text not null,
    why text not null,
    amount_minor bigint not null,
    currency text not null,
    created_at bigint not null,
    expires_at bigint not null,
    ask_at bigint,
    asked bigint not null
);
create index payment_attempt_order on payment_attempt (order_id, created_at);
create unique index payment_attempt_one on payment_attempt (order_id) where state in ('starting', 'open', 'processing');
create unique index payment_attempt_session on payment_attempt (provider, session) where session is not null;
create index payment_attempt_ask on payment_attempt (ask_at) where ask_at is not null;

create table payment_receipt (
    id uuid not null primary key,
    provider text not null,
    object text not null,
    currency text not null,
    amount_minor bigint not null,
    balance_minor bigint not null,
    allocated_minor bigint not null,
    reserved_minor bigint not null,
    disputed_minor bigint not null,
    order_id uuid references sales_order (id),
    attempt_id uuid,
    payer text not null,
    account text not null,
    note text not null,
    aside text not null,
    received_at bigint not null,
    booked_at bigint not null,
    actor text not null,
    unique (provider, object)
);
create index payment_receipt_homeless on payment_receipt (booked_at, id) where balance_minor <> allocated_minor;
create index payment_receipt_order on payment_receipt (order_id) where order_id is not null;
create index payment_receipt_day on payment_receipt (received_at, id);

create table payment_entry (
    id uuid not null primary key,
    receipt_id uuid not null references payment_receipt (id),
    kind text not null,
    provider text not null,
    object text not null,
    amount_minor bigint not null,
    currency text not null,
    at bigint not null,
    booked_at bigint not null,
    actor text not null,
    unique (provider, object, kind)
);
create index payment_entry_receipt on payment_entry (receipt_id, id);
create index payment_entry_at on payment_entry (at);

create table payment_allocation (
    id uuid not null primary key,
    receipt_id uuid not null references payment_receipt (id),
    order_id uuid not null references sales_order (id),
    kind text not null,
    object text not null,
    amount_minor bigint not null,
    why text not null,
    reverses uuid unique,
    at bigint not null,
    actor text not null
);
create index payment_allocation_order on payment_allocation (order_id, id);
create index payment_allocation_receipt on payment_allocation (receipt_id, id);

create table payment_refund (
    id uuid not null primary key,
    receipt_id uuid not null references payment_receipt (id),
    order_id uuid references sales_order (id),
    provider text not null,
    state text not null,
    object text,
    amount_minor bigint not null,
    currency text not null,
    reason text not null,
    error text not null,
    created_at bigint not null,
    ended_at bigint,
    actor text not null
);
create index payment_refund_receipt on payment_refund (receipt_id, id);
create index payment_refund_open on payment_refund (created_at) where ended_at is null;

create table payment_comparison (
    provider text not null primary key,
    since bigint not null,
    next text,
    begun_at bigint not null,
    ended_at bigint,
    looked bigint not null,
    found bigint not null
);

alter table sales_order add column paid_minor bigint not null default 0;
alter table sales_order add column refunded_minor bigint not null default 0;
alter table sales_order add column credited_minor bigint not null default 0;
alter table sales_order add column deposit_minor bigint;
alter table sales_order add column payment_state text not null default 'unpaid';
alter table sales_order add column attention text not null default '';
alter table sales_order add column hold_until bigint;
alter table sales_order add column reminded bigint not null default 0;
create index sales_order_attention on sales_order (placed_at, id) where attention <> '';
create index sales_order_hold on sales_order (hold_until) where hold_until is not null;
create index sales_order_owing on sales_order (due_at, id) where payment_state in ('unpaid', 'part_paid') and state = 'placed';
create index sales_order_reference on sales_order (reference);
"
);
