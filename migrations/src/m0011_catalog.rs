//! Why: what the shop sells. Words are in `wording`, prices in pricing, stock in stock; here
//! is only what a thing is and where it belongs.
//!
//! Children of a product go with it (`cascade`); nothing outside the catalogue does.

crate::migration!(
    "m0011_catalog",
    "
create table producer (
    id uuid not null primary key,
    code text not null unique,
    name text not null,
    address text not null,
    country text not null,
    contact text not null,
    rep_name text not null,
    rep_address text not null,
    rep_contact text not null,
    updated_at bigint not null
);

create table category (
    id uuid not null primary key,
    code text not null unique,
    parent_id uuid references category (id),
    path text not null,
    depth bigint not null,
    position bigint not null,
    active boolean not null,
    picture_id uuid,
    updated_at bigint not null
);
create index category_parent on category (parent_id, position);
create index category_path on category (path);

create table product (
    id uuid not null primary key,
    kind text not null,
    status text not null,
    category_id uuid references category (id) on delete set null,
    producer_id uuid references producer (id) on delete set null,
    vat_category text not null,
    unit text not null,
    rank bigint not null,
    find text not null,
    added_at bigint not null,
    published_at bigint,
    updated_at bigint not null
);
create index product_updated on product (updated_at, id);
create index product_status on product (status, updated_at, id);
create index product_producer on product (producer_id) where producer_id is not null;

create table variant (
    id uuid not null primary key,
    product_id uuid not null references product (id) on delete cascade,
    position bigint not null,
    sku text not null unique,
    gtin text,
    active boolean not null,
    weight_g bigint,
    content_milli bigint,
    content_unit text
);
create index variant_product on variant (product_id, position);

create table external_ref (
    source text not null,
    kind text not null,
    external_id text not null,
    entity_id uuid not null,
    fingerprint text,
    primary key (source, kind, external_id)
);
create index external_ref_entity on external_ref (entity_id);

create table option_kind (
    id uuid not null primary key,
    code text not null unique,
    position bigint not null
);
create table option_value (
    id uuid not null primary key,
    option_id uuid not null references option_kind (id) on delete cascade,
    code text not null,
    position bigint not null,
    unique (option_id, code)
);
create table variant_option (
    variant_id uuid not null references variant (id) on delete cascade,
    option_id uuid not null references option_kind (id),
    value_id uuid not null references option_value (id),
    position bigint not null,
    primary key (variant_id, option_id)
);

create table attribute (
    id uuid not null primary key,
    code text not null unique,
    kind text not null,
    unit text,
    filterable boolean not null,
    position bigint not null
);
create table attribute_choice (
    id uuid not null primary key,
    attribute_id uuid not null references attribute (id) on delete cascade,
    code text not null,
    position bigint not null,
    unique (attribute_id, code)
);
create table product_attribute (
    product_id uuid not null references product (id) on delete cascade,
    attribute_id uuid not null references attribute (id) on delete cascade,
    choice_id uuid references attribute_choice (id) on delete cascade,
    number_milli bigint,
    primary key (product_id, attribute_id)
);

create table product_category (
    product_id uuid not null references product (id) on delete cascade,
    category_id uuid not null references category (id) on delete cascade,
    position bigint,
    primary key (product_id, category_id)
);
create index product_category_category on product_category (category_id, product_id);

create table product_tag (
    product_id uuid not null references product (id) on delete cascade,
    tag text not null,
    primary key (product_id, tag)
);
create index product_tag_tag on product_tag (tag, product_id);

create table relation (
    product_id uuid not null references product (id) on delete cascade,
    kind text not null,
    other_id uuid not null references product (id) on delete cascade,
    position bigint not null,
    primary key (product_id, kind, other_id)
);
create index relation_other on relation (other_id);

create table picture (
    id uuid not null primary key,
    product_id uuid not null references product (id) on delete cascade,
    media_id uuid not null,
    variant_id uuid references variant (id) on delete set null,
    position bigint not null
);
create index picture_product on picture (product_id, position);
create index picture_media on picture (media_id);
create index picture_variant on picture (variant_id) where variant_id is not null;

create table document (
    id uuid not null primary key,
    product_id uuid not null references product (id) on delete cascade,
    media_id uuid not null,
    kind text not null,
    position bigint not null
);
create index document_product on document (product_id, position);

create table slug (
    kind text not null,
    locale text not null,
    slug text not null,
    entity_id uuid not null,
    is_current boolean not null,
    primary key (kind, slug, locale)
);
create index slug_entity on slug (entity_id, locale);
"
);
