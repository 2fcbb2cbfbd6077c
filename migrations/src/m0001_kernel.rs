//! Why: the ground of every later table — journal, number series, idempotency keys, settings,
//! page-cache generations and the job queue.

crate::migration!(
    "m0001_kernel",
    "
create table journal (
    id uuid not null primary key,
    at bigint not null,
    actor text not null,
    code text not null,
    subject uuid,
    data text
);
create index journal_subject on journal (subject, id);
create index journal_code on journal (code, id);

create table number_series (
    series text not null,
    year bigint not null,
    last bigint not null,
    primary key (series, year)
);

create table idempotency (
    scope text not null,
    key text not null,
    body_hash text not null,
    answer text,
    at bigint not null,
    primary key (scope, key)
);
create index idempotency_at on idempotency (at);

create table setting (
    key text not null primary key,
    value text not null,
    by_user uuid,
    at bigint not null
);

create table generation (
    subject uuid not null primary key,
    raised_at bigint not null
);
create index generation_raised on generation (raised_at);

create table job (
    id uuid not null primary key,
    kind text not null,
    payload text not null,
    state text not null,
    attempts bigint not null,
    run_at bigint not null,
    lease_until bigint,
    last_error text,
    dedupe text,
    created_at bigint not null,
    done_at bigint
);
create index job_ready on job (run_at, id) where state = 'ready';
create index job_running on job (lease_until) where state = 'running';
create index job_state on job (state, id);
create unique index job_dedupe on job (dedupe) where state = 'ready' and dedupe is not null;
"
);
