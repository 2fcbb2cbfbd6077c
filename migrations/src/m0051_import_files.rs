//! Why: a file can be sent through the office or the API, looked at first, and taken in by the
//! worker; problems are said in the reader's language; what a kill interrupts loses nothing.

crate::migration!(
    "m0051_import_files",
    "
alter table import_run add column file text;
alter table import_run add column options text;
alter table import_run add column looked_at bigint not null default 0;
alter table import_run add column preview text;
alter table import_run add column removed bigint not null default 0;
alter table import_run add column restored bigint not null default 0;
alter table import_run add column kept text;
alter table import_problem add column args text;

create table import_link (
    run_id uuid not null references import_run (id) on delete cascade,
    product_id uuid not null,
    names text not null,
    primary key (run_id, product_id)
);
"
);
