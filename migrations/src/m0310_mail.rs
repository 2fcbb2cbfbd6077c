//! Why: every letter is a row before it is sent and stays one afterwards.

crate::migration!(
    "m0310_mail",
    "
create table letter (
    id uuid not null primary key,
    template text not null,
    recipient text not null,
    recipient_name text not null,
    locale text not null,
    party_id uuid,
    subject_id uuid,
    data text not null,
    message_id text not null,
    state text not null,
    tries bigint not null,
    last_error text,
    title text,
    html text,
    plain text,
    created_at bigint not null,
    sent_at bigint
);
create index letter_state on letter (state, id);
create index letter_party on letter (party_id, id);
create index letter_subject on letter (subject_id, id);
create index letter_recipient on letter (recipient, id);
"
);
