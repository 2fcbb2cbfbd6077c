//! Why: what a bank tells is kept as it came. A file is known by its hash and taken once; an entry
//! is known by one name among all files (`key`), so that a day that is told twice is booked once.
//! `whole` names the booking that an entry is a part of, `print` what it says: two files that name
//! an entry differently are caught by these. Money of an entry lies in its receipt; whether it
//! still has to be put on an order is asked there and stands nowhere twice.

crate::migration!(
    "m0340_statements",
    "
create table bank_file (
    id uuid not null primary key,
    sha256 text not null unique,
    name text not null,
    kind text not null,
    profile text not null,
    state text not null,
    total bigint not null,
    done bigint not null,
    fresh bigint not null,
    known bigint not null,
    posted bigint not null,
    error text not null,
    actor text not null,
    taken_at bigint not null,
    changed_at bigint not null,
    finished_at bigint
);

create table bank_statement (
    id uuid not null primary key,
    file_id uuid not null references bank_file (id),
    place bigint not null,
    message text not null,
    version text not null,
    name text not null,
    sequence bigint,
    gap_after bigint,
    account text not null,
    currency text,
    from_on text,
    to_on text,
    opening_minor bigint,
    closing_minor bigint,
    booked_minor bigint not null,
    entries bigint not null,
    pending bigint not null,
    balance text not null,
    off_minor bigint,
    unique (file_id, place)
);
create index bank_statement_account on bank_statement (account, message, sequence);

create table bank_entry (
    id uuid not null primary key,
    file_id uuid not null references bank_file (id),
    statement_id uuid not null references bank_statement (id),
    key text not null unique,
    whole text not null,
    part bigint not null,
    parts bigint not null,
    print text not null,
    place text not null,
    account text not null,
    booked_on text not null,
    valued_on text,
    currency text not null,
    amount_minor bigint not null,
    side text not null,
    reversal boolean not null,
    reason text not null,
    payer text not null,
    iban text not null,
    refs text not null,
    end_to_end text not null,
    note text not null,
    charges_minor bigint,
    flags text not null,
    state text not null,
    hold text not null,
    score bigint not null,
    matches text not null,
    receipt_id uuid references payment_receipt (id),
    by_itself boolean not null,
    changed_at bigint not null
);
create index bank_entry_file on bank_entry (file_id, id);
create index bank_entry_whole on bank_entry (whole);
create index bank_entry_print on bank_entry (print);
create unique index bank_entry_receipt on bank_entry (receipt_id) where receipt_id is not null;
create index bank_entry_open on bank_entry (id) where state = 'open';
"
);
