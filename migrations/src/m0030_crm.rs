//! Why: the customer's one history and the managers' plan, written with what caused them.

crate::migration!(
    "m0030_crm",
    "
create table crm_rota (
    name text not null primary key,
    turn bigint not null
);
insert into crm_rota (name, turn) values ('manager', -1);

create table crm_category_manager (
    category uuid not null primary key,
    manager uuid not null
);

create table crm_timeline (
    id uuid not null primary key,
    party uuid not null,
    at bigint not null,
    code text not null,
    args text not null,
    subject_kind text,
    subject uuid,
    by_user uuid,
    origin text not null,
    note text
);
create index crm_timeline_party on crm_timeline (party, at, id);
create index crm_timeline_subject on crm_timeline (subject) where subject is not null;

create table crm_task (
    id uuid not null primary key,
    party uuid not null,
    kind text not null,
    about text,
    subject_kind text,
    subject uuid,
    due_at bigint not null,
    assignee uuid,
    state text not null,
    result text,
    follows uuid,
    entry uuid,
    created_at bigint not null,
    created_by uuid,
    done_at bigint,
    done_by uuid
);
create index crm_task_plan on crm_task (assignee, due_at, id) where state = 'open';
create index crm_task_due on crm_task (due_at, id) where state = 'open';
create index crm_task_party on crm_task (party, state, due_at, id);
create index crm_task_subject on crm_task (subject, kind) where subject is not null;
create index crm_task_done on crm_task (done_at, id) where done_at is not null;
create index crm_task_follows on crm_task (follows) where follows is not null;

create table inquiry (
    id uuid not null primary key,
    number text not null unique,
    party uuid not null,
    product uuid,
    product_title text,
    product_slug text,
    text text not null,
    customer_ref text,
    locale text not null,
    origin text not null,
    state text not null,
    close_reason text,
    created_at bigint not null,
    changed_at bigint not null
);
create index inquiry_party on inquiry (party, id);
create index inquiry_state on inquiry (state, id);

create table inquiry_change (
    id uuid not null primary key,
    inquiry uuid not null references inquiry (id),
    from_state text not null,
    to_state text not null,
    reason text,
    at bigint not null,
    by_user uuid
);
create index inquiry_change_inquiry on inquiry_change (inquiry, id);
"
);
