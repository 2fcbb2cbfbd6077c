//! Why: offers and documents are found by what stands in them, and a yes that staff took down says how.
//!
//! `offer_goods` and `document_goods` name the SKUs of an offer or document, so that a product finds
//! them without reading snapshots; documents that were issued before get theirs from their orders.
//! `offer_acceptance` gains how the customer said yes, who took it down and what was said. The indices
//! are one a filter of the two lists.

crate::migration!(
    "m0380_archive",
    "
alter table offer_acceptance add column how text not null default 'page';
alter table offer_acceptance add column taken_by text not null default '';
alter table offer_acceptance add column note text not null default '';

create table offer_goods (
    offer_id uuid not null references offer (id) on delete cascade,
    sku text not null,
    primary key (offer_id, sku)
);
create index offer_goods_sku on offer_goods (sku, offer_id);
create index offer_manager on offer (manager, changed_at, id);
create index offer_channel on offer (channel_id, changed_at, id);
create index offer_gross on offer (gross_minor, id);
create index offer_created on offer (created_at, id);
create index offer_expires on offer (expires_at, id);
create index offer_version_sent on offer_version (sent_at, id);

create table document_goods (
    document_id uuid not null references issued_document (id) on delete cascade,
    sku text not null,
    primary key (document_id, sku)
);
create index document_goods_sku on document_goods (sku, document_id);
create index document_issued on issued_document (issued_on, id);
create index document_gross on issued_document (gross_minor, id);
insert into document_goods (document_id, sku)
    select distinct d.id, l.sku from issued_document d join order_line l on l.order_id = d.order_id where l.sku <> '';
"
);
