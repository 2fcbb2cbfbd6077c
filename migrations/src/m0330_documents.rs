//! Why: documents with numbers of their own that never change.
//!
//! `document_series.last` is the one counter of a series: its row is locked until the commit, and a
//! transaction that fails gives its number back, so that a series has no gap. `stands_for` is the
//! order of an invoice while that invoice stands (not annulled, not credited in whole); it is unique,
//! so that no order is invoiced twice however many try at once. Documents outlive whatever they were
//! made of: nothing here cascades.

crate::migration!(
    "m0330_documents",
    "
create table document_series (
    series text not null primary key,
    last bigint not null check (last >= 0)
);

create table issued_document (
    id uuid not null primary key,
    kind text not null,
    series text not null,
    seq bigint not null,
    number text not null unique,
    state text not null,
    order_id uuid references sales_order (id),
    stands_for uuid unique,
    party_id uuid,
    corrects uuid references issued_document (id),
    order_number text not null,
    buyer text not null,
    search text not null,
    locale text not null,
    currency text not null,
    issued_at bigint not null,
    issued_on text not null,
    due_on text,
    net_minor bigint not null,
    vat_minor bigint not null,
    gross_minor bigint not null,
    due_minor bigint not null,
    credited_minor bigint not null default 0,
    snapshot text not null,
    hash text not null,
    pdf_hash text,
    issued_by text not null,
    reason text not null,
    annulled_at bigint,
    annulled_by text,
    unique (series, seq),
    check (credited_minor >= 0 and credited_minor <= gross_minor)
);
create index document_order on issued_document (order_id, id);
create index document_party on issued_document (party_id, id);
create index document_kind on issued_document (kind, id);
create index document_corrects on issued_document (corrects);

create table document_credit (
    document_id uuid not null references issued_document (id),
    original_id uuid not null references issued_document (id),
    line bigint not null,
    qty_milli bigint not null,
    net_minor bigint not null,
    gross_minor bigint not null,
    primary key (document_id, line)
);
create index document_credit_original on document_credit (original_id);
"
);
