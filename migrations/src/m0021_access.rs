//! Why: who may come in, by which secret, and how often they may try. Secrets are kept hashed.

crate::migration!(
    "m0021_access",
    "
create table staff_user (
    id uuid not null primary key,
    email text not null unique,
    name text not null,
    role text not null,
    password_hash text not null,
    locale text not null,
    active boolean not null,
    created_at bigint not null,
    changed_at bigint not null,
    seen_at bigint
);
create index staff_user_duty on staff_user (role, id) where active;

create table session (
    token_hash text not null primary key,
    id uuid not null unique,
    staff uuid references staff_user (id),
    party uuid,
    agent text not null,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null
);
create index session_staff on session (staff) where staff is not null;
create index session_party on session (party) where party is not null;
create index session_expiry on session (expires_at);

create table rate_limit (
    key text not null primary key,
    tat bigint not null
);
create index rate_limit_tat on rate_limit (tat);

create table api_key (
    id uuid not null primary key,
    name text not null,
    kind text not null,
    secret_hash text not null unique,
    hint text not null,
    rights text not null,
    channel uuid,
    created_at bigint not null,
    created_by uuid,
    used_at bigint,
    revoked_at bigint
);

create table customer_account (
    party uuid not null primary key,
    password_hash text,
    created_at bigint not null,
    seen_at bigint
);

create table login_link (
    token_hash text not null primary key,
    email text not null,
    locale text not null,
    goto text,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);
create index login_link_expiry on login_link (expires_at);
create index login_link_email on login_link (email);
"
);
