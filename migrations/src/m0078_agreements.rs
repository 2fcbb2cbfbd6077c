//! Why: agreements that know when they hold and what they stand beside.
//!
//! A level holds as a whole from a moment to before another. A percentage may be declared to come
//! off what is paid without it; `stacks_micro` is how much all of it may take off the list price. A
//! channel says whether a price for everybody that is lower for a while beats what was agreed. Sales abroad are counted against the OSS threshold by country.

crate::migration!(
    "m0078_agreements",
    "
alter table price_level add column valid_from bigint;
alter table price_level add column valid_to bigint;
alter table price_rule add column stacks_micro bigint check (stacks_micro >= off_micro and stacks_micro < 1000000);
alter table channel add column best_price boolean not null default true;
create index sales_order_tax_country on sales_order (tax_country, placed_at);
"
);
