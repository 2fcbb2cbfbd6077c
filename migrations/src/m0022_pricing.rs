//! Why: base prices per list, gross, in the list's one currency, and the append-only history of
//! every price ever in force, from which the lowest price of the 30 days before a reduction is read.
//!
//! No foreign key to the catalogue: the history of a price outlives its variant, since it is
//! evidence for what was announced.

crate::migration!(
    "m0022_pricing",
    "
create table price_list (
    id uuid not null primary key,
    code text not null unique,
    name text not null,
    currency text not null,
    progressive text not null,
    changed_at bigint not null
);

create table price (
    variant_id uuid not null,
    list_id uuid not null references price_list (id),
    amount_minor bigint not null check (amount_minor >= 0),
    valid_from bigint not null,
    reference_minor bigint,
    reduced_since bigint,
    primary key (variant_id, list_id)
);
create index price_reduced on price (list_id, reduced_since) where reduced_since is not null;

create table price_history (
    variant_id uuid not null,
    list_id uuid not null references price_list (id),
    valid_from bigint not null,
    amount_minor bigint,
    reference_minor bigint,
    actor text not null,
    primary key (variant_id, list_id, valid_from)
);
"
);
