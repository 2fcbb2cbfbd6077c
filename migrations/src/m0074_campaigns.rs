//! Why: prices that change for a time by themselves.
//!
//! A campaign remembers each price it made and the one it took the place of, so that its end
//! restores exactly those that nobody changed since: `price.campaign_id` says whose the price in
//! force is, and any other hand that sets it wipes that out.

crate::migration!(
    "m0074_campaigns",
    "
create table campaign (
    id uuid not null primary key,
    name text not null,
    list_id uuid not null references price_list (id),
    goods text not null,
    off_micro bigint check (off_micro > 0 and off_micro < 1000000),
    amount_minor bigint check (amount_minor > 0),
    rounding text not null,
    announced boolean not null,
    begins_at bigint not null,
    ends_at bigint,
    phase text not null,
    cursor_id uuid,
    actor text not null,
    made_at bigint not null,
    changed_at bigint not null,
    check ((amount_minor is null) <> (off_micro is null)),
    check (ends_at is null or ends_at >= begins_at)
);
create index campaign_phase on campaign (phase, begins_at);

create table campaign_price (
    campaign_id uuid not null references campaign (id) on delete cascade,
    variant_id uuid not null,
    base_minor bigint not null,
    price_minor bigint not null,
    lowest_minor bigint,
    effect text not null,
    held boolean not null,
    primary key (campaign_id, variant_id)
);
create index campaign_price_held on campaign_price (variant_id, campaign_id) where held;

alter table price add column campaign_id uuid;
alter table price_history add column campaign_id uuid;
"
);
