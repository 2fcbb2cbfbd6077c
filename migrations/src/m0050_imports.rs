//! Why: an import can be watched, taken up after a kill, and undone. A change keeps what the
//! product was before.

crate::migration!(
    "m0050_imports",
    "
create table import_run (
    id uuid not null primary key,
    sha256 text not null,
    name text not null,
    source text not null,
    state text not null,
    total bigint not null,
    done bigint not null,
    created bigint not null,
    updated bigint not null,
    unchanged bigint not null,
    skipped bigint not null,
    actor text not null,
    started_at bigint not null,
    changed_at bigint not null,
    finished_at bigint
);
create index import_run_sha on import_run (sha256, state);

create table import_problem (
    id uuid not null primary key,
    run_id uuid not null references import_run (id) on delete cascade,
    row_no bigint,
    col text,
    code text not null,
    severity text not null,
    message text not null
);
create index import_problem_run on import_problem (run_id, id);

create table import_change (
    run_id uuid not null references import_run (id) on delete cascade,
    product_id uuid not null,
    created boolean not null,
    image text,
    at bigint not null,
    primary key (run_id, product_id)
);
"
);
