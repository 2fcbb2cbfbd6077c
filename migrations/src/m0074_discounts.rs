//! Why: codes that take something off an order.
//!
//! A discount says what is given; its codes (one, or a batch for printing) count their uses. A use
//! is a row of the order that it was for, given back when the order is cancelled. Customers are
//! told apart by record and by a hash of their address, never by the address itself. An order
//! line's total is what is left after its share; the share stands beside it.

crate::migration!(
    "m0074_discounts",
    "
create table discount (
    id uuid not null primary key,
    name text not null,
    kind text not null,
    off_micro bigint check (off_micro > 0 and off_micro <= 1000000),
    amount_minor bigint check (amount_minor > 0),
    buy bigint check (buy > 0),
    gets bigint check (gets > 0),
    currency text not null,
    minimum_minor bigint check (minimum_minor >= 0),
    goods text not null,
    valid_from bigint not null,
    valid_to bigint,
    per_customer bigint check (per_customer > 0),
    stopped_at bigint,
    actor text not null,
    made_at bigint not null,
    changed_at bigint not null
);
create index discount_made on discount (made_at);

create table discount_code (
    code text not null primary key,
    discount_id uuid not null references discount (id),
    most bigint check (most > 0),
    used bigint not null check (used >= 0),
    check (most is null or used <= most)
);
create index discount_code_of on discount_code (discount_id, code);

create table discount_use (
    order_id uuid not null primary key,
    discount_id uuid not null references discount (id),
    code text not null,
    party_id uuid,
    address_hash text,
    amount_minor bigint not null,
    at bigint not null,
    undone_at bigint
);
create index discount_use_party on discount_use (discount_id, party_id);
create index discount_use_address on discount_use (discount_id, address_hash);
create index discount_use_at on discount_use (discount_id, at);

alter table cart add column discount_code text;
alter table sales_order add column discount_code text;
alter table sales_order add column discount_minor bigint not null default 0;
alter table order_line add column discount_minor bigint not null default 0;
"
);
