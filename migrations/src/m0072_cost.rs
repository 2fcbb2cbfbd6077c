//! Why: staff want to see what is left of a price. What a unit costs the shop, without VAT; the
//! latest stands here, what it was before in the journal.

crate::migration!(
    "m0072_cost",
    "
create table variant_cost (
    variant_id uuid not null primary key references variant (id) on delete cascade,
    currency text not null,
    cost_minor bigint not null check (cost_minor >= 0),
    changed_at bigint not null
);
"
);
