//! Why: what customers ask about a contract, and what they were answered.

crate::migration!(
    "m0394_contract_questions",
    "
create table contract_question (
    id uuid not null primary key,
    contract_id uuid not null references contract (id) on delete cascade,
    version bigint not null,
    part text not null,
    about text not null,
    question text not null,
    at bigint not null,
    answer text not null,
    answered_at bigint,
    answered_by text
);
create index contract_question_contract on contract_question (contract_id, id);
"
);
