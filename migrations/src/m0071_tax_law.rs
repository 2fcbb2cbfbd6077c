//! Why: besides rates, the law has dated facts of its own: who belongs to the Union's VAT area,
//! whether the shop is a VAT payer, whether it charges the customer's country's rates (OSS). And
//! a buyer may be a business: somebody verified it, its VAT number was asked about, it reads
//! prices without VAT. Orders keep what they were taxed by; a line keeps both of its sums.
//!
//! Days begin at midnight in the shop's zone. Great Britain left with the end of 2020.

crate::migration!(
    "m0071_tax_law",
    "
create table tax_law (
    kind text not null,
    country text not null,
    holds boolean not null,
    valid_from bigint not null,
    primary key (kind, country, valid_from)
);

insert into tax_law (kind, country, holds, valid_from) values
    ('union', 'BE', true, 725839200000),
    ('union', 'DE', true, 725839200000),
    ('union', 'DK', true, 725839200000),
    ('union', 'ES', true, 725839200000),
    ('union', 'FR', true, 725839200000),
    ('union', 'GR', true, 725839200000),
    ('union', 'IE', true, 725839200000),
    ('union', 'IT', true, 725839200000),
    ('union', 'LU', true, 725839200000),
    ('union', 'NL', true, 725839200000),
    ('union', 'PT', true, 725839200000),
    ('union', 'AT', true, 788911200000),
    ('union', 'FI', true, 788911200000),
    ('union', 'SE', true, 788911200000),
    ('union', 'CY', true, 1083358800000),
    ('union', 'CZ', true, 1083358800000),
    ('union', 'EE', true, 1083358800000),
    ('union', 'HU', true, 1083358800000),
    ('union', 'LT', true, 1083358800000),
    ('union', 'LV', true, 1083358800000),
    ('union', 'MT', true, 1083358800000),
    ('union', 'PL', true, 1083358800000),
    ('union', 'SI', true, 1083358800000),
    ('union', 'SK', true, 1083358800000),
    ('union', 'BG', true, 1167602400000),
    ('union', 'RO', true, 1167602400000),
    ('union', 'HR', true, 1372626000000),
    ('union', 'GB', true, 725839200000),
    ('union', 'GB', false, 1609452000000);

insert into tax_rate (country, category, rate_micro, valid_from) values
    ('LT', 'exempt', 0, 1230760800000),
    ('LT', 'reverse_charge', 190000, 1230760800000),
    ('LT', 'reverse_charge', 210000, 1251752400000);

create table tax_buyer (
    party_id uuid not null primary key,
    net boolean not null,
    verified_at bigint,
    verified_by text,
    note text not null,
    vat_code text not null,
    vat_state text not null,
    vat_asked_at bigint,
    vat_checked_at bigint,
    vat_proof text not null,
    vat_name text not null,
    vat_problem text not null,
    changed_at bigint not null
);

alter table sales_order add column tax_display text not null default 'gross';
alter table sales_order add column treatment text not null default 'domestic';
alter table sales_order add column tax_country text not null default '';
alter table sales_order add column buyer_vat text not null default '';
alter table order_line add column unit_net_micro bigint not null default 0;
alter table order_line add column net_minor bigint not null default 0;
alter table order_line add column tax_code text not null default 'S';
update order_line set net_minor = (gross_minor * 2000000 + 1000000 + rate_micro) / (2 * (1000000 + rate_micro)),
    unit_net_micro = ((unit_gross_minor * 2 * 100000000 + 1000000 + rate_micro) / (2 * (1000000 + rate_micro))) * 100
"
);
