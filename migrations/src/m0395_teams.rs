//! Why: people who work together, so that whoever leads them reaches what is theirs.

crate::migration!(
    "m0395_teams",
    "
create table team (
    id uuid not null primary key,
    name text not null unique,
    created_at bigint not null
);
alter table staff_user add column team_id uuid references team (id);
create index staff_user_team on staff_user (team_id) where team_id is not null;
"
);
