//! Putting products: one or hundreds, new or as they shall be from now on, in a bounded number
//! of statements.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
};

use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    Fault, attributes,
    options::{OptionBook, ensure_options},
    pictures,
    product::{AttributeValue, Named, NewProduct, NewVariant, field},
    slugs::{SlugKind, SlugWish, assign},
};
use crate::{
    kernel::{self, Locale, ProductId, Tx, VariantId, db, db::params, fold},
    translation::{self, NewText, TextState},
};

/// What became of a draft, in the order of the drafts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub product: ProductId,
    /// In the order of the draft's variants.
    pub variants: Vec<VariantId>,
    pub created: bool,
}

/// Puts products. A draft with an id says the whole of what the product is: tags, categories,
/// attributes, pictures, documents, relations are replaced; texts are set where given; variants
/// are known again by id or SKU, and those no longer named are switched off, never deleted.
///
/// # Faults
/// The first draft that is wrong, before anything is written.
pub async fn put(tx: &Tx, drafts: Vec<NewProduct>) -> Result<Vec<Placed>, kernel::Fault> {
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    check(&drafts)?;
    let known = Known::read(tx, &drafts).await?;
    let plan: Vec<(Placed, NewProduct)> =
        drafts.into_iter().map(|draft| Ok((known.place(tx, &draft)?, draft))).collect::<Result<_, Fault>>()?;

    write_products(tx, &plan).await?;
    clear(tx, &plan).await?;
    write_variants(tx, &plan, &known).await?;
    write_belongings(tx, &plan).await?;
    write_attributes(tx, &plan).await?;
    write_refs(tx, &plan).await?;
    write_words(tx, plan).await
}

fn check(drafts: &[NewProduct]) -> Result<(), Fault> {
    let mut skus = HashSet::new();
    for draft in drafts {
        // A known product may keep the title that it has.
        if draft.id.is_none() && draft.source_title().is_none() {
            return Err(Fault::NoTitle);
        }
        if draft.variants.is_empty() {
            return Err(Fault::NoVariant);
        }
        for variant in &draft.variants {
            if variant.sku.trim().is_empty() {
                return Err(Fault::NoSku);
            }
            if !skus.insert(variant.sku.as_str()) {
                return Err(Fault::SkuTwice { sku: variant.sku.clone() });
            }
            let content = variant.content.as_ref();
            if variant.weight_g.is_some_and(|w| w < 0) || content.is_some_and(|c| c.amount.0 <= 0) {
                return Err(Fault::BadNumber);
            }
        }
    }
    Ok(())
}

/// What is there already of the products and SKUs that the drafts name.
struct Known {
    skus: HashMap<String, (VariantId, ProductId)>,
    of_product: HashMap<ProductId, Vec<VariantId>>,
}

impl Known {
    async fn read(tx: &Tx, drafts: &[NewProduct]) -> Result<Self, kernel::Fault> {
        let mut known = Self { skus: HashMap::new(), of_product: HashMap::new() };
        let skus: Vec<&str> = drafts.iter().flat_map(|d| d.variants.iter().map(|v| v.sku.as_str())).collect();
        for chunk in skus.chunks(900) {
            let sql = format!("select sku, id, product_id from variant where sku in ({})", db::marks(chunk.len(), 1));
            for row in db::rows(tx, &sql, db::values(chunk)).await? {
                known.skus.insert(row.try_get_by_index(0)?, (row.try_get_by_index(1)?, row.try_get_by_index(2)?));
            }
        }
        let ids: Vec<ProductId> = drafts.iter().filter_map(|d| d.id).collect();
        let mut there = 0;
        for chunk in ids.chunks(900) {
            let marks = db::marks(chunk.len(), 1);
            let sql = format!("select count(*) from product where id in ({marks})");
            there += db::scalar::<i64>(tx, &sql, db::values(chunk)).await?.unwrap_or(0);
            let sql = format!("select product_id, id from variant where product_id in ({marks})");
            for row in db::rows(tx, &sql, db::values(chunk)).await? {
                let product = row.try_get_by_index(0)?;
                known.of_product.entry(product).or_default().push(row.try_get_by_index(1)?);
            }
        }
        let distinct = ids.iter().collect::<HashSet<_>>().len();
        if usize::try_from(there).unwrap_or(0) != distinct { Err(Fault::NoProduct.into()) } else { Ok(known) }
    }

    /// The ids that a draft gets or has.
    fn place(&self, tx: &Tx, draft: &NewProduct) -> Result<Placed, Fault> {
        let product = draft.id.unwrap_or_else(|| ProductId::new(tx));
        let mut variants = Vec::with_capacity(draft.variants.len());
        for variant in &draft.variants {
            let owner = self.skus.get(&variant.sku);
            if owner.is_some_and(|(id, p)| *p != product || variant.id.is_some_and(|wanted| wanted != *id)) {
                return Err(Fault::SkuTaken { sku: variant.sku.clone() });
            }
            let own = variant.id.filter(|id| self.of_product.get(&product).is_some_and(|all| all.contains(id)));
            variants.push(own.or(owner.map(|(id, _)| *id)).unwrap_or_else(|| VariantId::new(tx)));
        }
        Ok(Placed { product, variants, created: draft.id.is_none() })
    }
}

type Plan = [(Placed, NewProduct)];

async fn write_products(tx: &Tx, plan: &Plan) -> Result<(), DbErr> {
    let rows = plan
        .iter()
        .map(|(placed, d)| {
            let published = (d.status == super::Status::Published).then(|| tx.now());
            params![
                placed.product,
                d.kind.as_str(),
                d.status.as_str(),
                d.categories.first().copied(),
                d.producer,
                d.vat_category.as_str(),
                d.unit.as_str(),
                d.rank,
                find_text(d),
                tx.now(),
                published,
                tx.now()
            ]
        })
        .collect();
    let head = "insert into product (id, kind, status, category_id, producer_id, vat_category, unit, rank, find, \
                added_at, published_at, updated_at) values";
    let tail = "on conflict (id) do update set kind = excluded.kind, status = excluded.status, \
                category_id = excluded.category_id, producer_id = excluded.producer_id, \
                vat_category = excluded.vat_category, unit = excluded.unit, rank = excluded.rank, \
                find = case when excluded.find = '' then product.find else excluded.find end, \
                published_at = coalesce(product.published_at, excluded.published_at), \
                updated_at = excluded.updated_at";
    db::insert_many(tx, head, tail, rows).await
}

/// What the office's search looks through: title, SKUs and GTINs without accents.
fn find_text(draft: &NewProduct) -> String {
    let Some(title) = draft.source_title() else { return String::new() };
    let mut text = fold(title);
    for variant in &draft.variants {
        for code in [Some(&variant.sku), variant.gtin.as_ref()].into_iter().flatten() {
            text.push(' ');
            text.push_str(&fold(code));
        }
    }
    super::words::bounded(&text)
}

/// Takes away what a known product's draft replaces.
async fn clear(tx: &Tx, plan: &Plan) -> Result<(), DbErr> {
    let known: Vec<ProductId> = plan.iter().filter(|(p, _)| !p.created).map(|(p, _)| p.product).collect();
    for chunk in known.chunks(900) {
        let marks = db::marks(chunk.len(), 1);
        for sql in [
            format!("delete from product_tag where product_id in ({marks})"),
            format!("delete from product_category where product_id in ({marks})"),
            format!("delete from product_attribute where product_id in ({marks})"),
            format!("delete from relation where product_id in ({marks})"),
            format!("delete from document where product_id in ({marks})"),
            format!("delete from variant_option where variant_id in (select id from variant where product_id in ({marks}))"),
            format!("update variant set active = false where product_id in ({marks})"),
        ] {
            db::run(tx, &sql, db::values(chunk)).await?;
        }
    }
    Ok(())
}

async fn write_variants(tx: &Tx, plan: &Plan, known: &Known) -> Result<(), DbErr> {
    let mut rows = Vec::new();
    for (placed, draft) in plan {
        for (position, (id, v)) in placed.variants.iter().zip(&draft.variants).enumerate() {
            let content = v.content.as_ref();
            rows.push(params![
                *id,
                placed.product,
                position as i64,
                v.sku.as_str(),
                v.gtin.clone(),
                !v.inactive,
                v.weight_g,
                content.map(|c| c.amount),
                content.map(|c| c.unit.clone())
            ]);
        }
    }
    let head = "insert into variant (id, product_id, position, sku, gtin, active, weight_g, content_milli, \
                content_unit) values";
    let tail = "on conflict (id) do update set position = excluded.position, sku = excluded.sku, \
                gtin = excluded.gtin, active = excluded.active, weight_g = excluded.weight_g, \
                content_milli = excluded.content_milli, content_unit = excluded.content_unit";
    // Two SKUs that change places would meet halfway; a known SKU moves only with its variant.
    debug_assert!(known.skus.values().all(|(v, _)| !v.uuid().is_nil()));
    db::insert_many(tx, head, tail, rows).await?;

    let mut rows = Vec::new();
    for (source, group) in by_source(plan) {
        let pairs: Vec<(Named, Named)> =
            group.iter().flat_map(|(_, d)| d.variants.iter().flat_map(|v| v.options.iter().cloned())).collect();
        let book = ensure_options(tx, source, &pairs).await?;
        for (placed, draft) in group {
            for (id, variant) in placed.variants.iter().zip(&draft.variants) {
                rows.extend(option_rows(*id, variant, &book));
            }
        }
    }
    let head = "insert into variant_option (variant_id, option_id, value_id, position) values";
    let tail = "on conflict (variant_id, option_id) do update set value_id = excluded.value_id";
    db::insert_many(tx, head, tail, rows).await
}

fn option_rows(id: VariantId, variant: &NewVariant, book: &OptionBook) -> Vec<Vec<sea_orm::Value>> {
    let mut seen = HashSet::new();
    let mut rows = Vec::with_capacity(variant.options.len());
    for (position, (option, value)) in variant.options.iter().enumerate() {
        let Some(option) = book.option(&option.code) else { continue };
        let Some(value) = book.value(option, &value.code) else { continue };
        if seen.insert(option) {
            rows.push(params![id, option, value, position as i64]);
        }
    }
    rows
}

fn by_source(plan: &Plan) -> BTreeMap<Locale, Vec<&(Placed, NewProduct)>> {
    let mut groups: BTreeMap<Locale, Vec<&(Placed, NewProduct)>> = BTreeMap::new();
    for item in plan {
        groups.entry(item.1.source).or_default().push(item);
    }
    groups
}

async fn write_belongings(tx: &Tx, plan: &Plan) -> Result<(), DbErr> {
    let (mut tags, mut categories, mut relations) = (Vec::new(), Vec::new(), Vec::new());
    for (placed, d) in plan {
        let id = placed.product;
        let mut seen = HashSet::new();
        tags.extend(d.tags.iter().filter(|t| seen.insert(t.as_str())).map(|t| params![id, t.as_str()]));
        let mut seen = HashSet::new();
        categories.extend(d.categories.iter().filter(|c| seen.insert(**c)).map(|c| params![id, *c, None::<i64>]));
        let mut seen = HashSet::new();
        relations.extend(
            d.relations
                .iter()
                .filter(|r| r.1 != id && seen.insert(**r))
                .enumerate()
                .map(|(i, (kind, other))| params![id, kind.as_str(), *other, i as i64]),
        );
    }
    db::insert_many(tx, "insert into product_tag (product_id, tag) values", "", tags).await?;
    let head = "insert into product_category (product_id, category_id, position) values";
    db::insert_many(tx, head, "", categories).await?;
    db::insert_many(tx, "insert into relation (product_id, kind, other_id, position) values", "", relations).await
}

async fn write_attributes(tx: &Tx, plan: &Plan) -> Result<(), DbErr> {
    let (mut rows, mut texts) = (Vec::new(), Vec::new());
    for (source, group) in by_source(plan) {
        let said: Vec<&(Named, AttributeValue)> = group.iter().flat_map(|(_, d)| &d.attributes).collect();
        let book = attributes::ensure(tx, source, &said).await?;
        for (placed, draft) in group {
            let mut seen = HashSet::new();
            for (named, value) in &draft.attributes {
                let Some(attribute) = book.of(&named.code).filter(|a| seen.insert(a.id)) else { continue };
                let (choice, number) = match value {
                    AttributeValue::Number { milli, .. } => (None, Some(*milli)),
                    AttributeValue::Choice(c) => (book.choice(attribute.id, &c.code), None),
                    AttributeValue::Flag(on) => (None, Some(i64::from(*on))),
                    AttributeValue::Text(words) => {
                        let field = field::attribute(&named.code);
                        let of = |(l, w): &(Locale, String)| NewText::new(placed.product.0, field.clone(), *l, w.clone());
                        texts.extend(words.iter().map(of));
                        (None, None)
                    }
                };
                rows.push(params![placed.product, attribute.id, choice, number]);
            }
        }
        if !texts.is_empty() {
            translation::set_many(tx, source, std::mem::take(&mut texts)).await?;
        }
    }
    let head = "insert into product_attribute (product_id, attribute_id, choice_id, number_milli) values";
    db::insert_many(tx, head, "", rows).await
}

async fn write_refs(tx: &Tx, plan: &Plan) -> Result<(), DbErr> {
    let mut rows = Vec::new();
    for (placed, draft) in plan {
        let Some(external) = &draft.external else { continue };
        let source = external.source.as_str();
        let fingerprint = external.fingerprint.clone();
        rows.push(params![source, "product", external.id.as_str(), placed.product.uuid(), fingerprint]);
        for (id, variant) in placed.variants.iter().zip(&draft.variants) {
            if let Some(external) = &variant.external {
                rows.push(params![source, "variant", external.as_str(), id.uuid(), None::<String>]);
            }
        }
    }
    let head = "insert into external_ref (source, kind, external_id, entity_id, fingerprint) values";
    let tail = "on conflict (source, kind, external_id) do update set entity_id = excluded.entity_id, \
                fingerprint = excluded.fingerprint";
    db::insert_many(tx, head, tail, rows).await
}

/// Texts, slugs, pictures and documents: what is said about the products. Consumes the plan,
/// so that long descriptions are moved and not copied.
async fn write_words(tx: &Tx, plan: Vec<(Placed, NewProduct)>) -> Result<Vec<Placed>, kernel::Fault> {
    let mut placed_all = Vec::with_capacity(plan.len());
    let mut groups: BTreeMap<Locale, Words> = BTreeMap::new();
    for (placed, draft) in plan {
        let words = groups.entry(draft.source).or_default();
        let entity = placed.product.0;
        words.slugs.extend(slug_wishes(entity, &draft));
        for (field, locale, value) in draft.texts {
            let text = NewText::new(entity, field, locale, tidy(value));
            words.texts.push(text.from(draft.text_origin, TextState::Ok));
        }
        for (id, variant) in placed.variants.iter().zip(&draft.variants) {
            words.skus.insert(variant.sku.clone(), *id);
        }
        // A new product without pictures needs no look at the pictures it has.
        if !placed.created || !draft.pictures.is_empty() {
            words.pictures.push((placed.product, draft.pictures));
        }
        if !draft.documents.is_empty() {
            words.documents.push((placed.product, draft.documents));
        }
        placed_all.push(placed);
    }
    for (source, words) in groups {
        translation::set_many(tx, source, words.texts).await?;
        assign(tx, SlugKind::Product, words.slugs).await?;
        pictures::hang(tx, source, words.pictures, &words.skus).await?;
        pictures::lay(tx, source, words.documents).await?;
    }
    Ok(placed_all)
}

#[derive(Default)]
struct Words {
    texts: Vec<NewText>,
    slugs: Vec<SlugWish>,
    skus: HashMap<String, VariantId>,
    pictures: Vec<(ProductId, Vec<pictures::NewPicture>)>,
    documents: Vec<(ProductId, Vec<pictures::NewDocument>)>,
}

fn slug_wishes(entity: Uuid, draft: &NewProduct) -> Vec<SlugWish> {
    let mut wishes: Vec<SlugWish> = draft
        .slugs
        .iter()
        .map(|(locale, text)| SlugWish { entity, locale: *locale, text: text.clone(), replace: true })
        .collect();
    let titles = draft.texts.iter().filter(|(f, _, v)| *f == Cow::Borrowed(field::TITLE) && !v.trim().is_empty());
    for (_, locale, title) in titles {
        if !draft.slugs.iter().any(|(l, _)| l == locale) {
            wishes.push(SlugWish { entity, locale: *locale, text: title.clone(), replace: false });
        }
    }
    wishes
}

fn tidy(value: String) -> String {
    let trimmed = value.trim();
    if trimmed.len() == value.len() { value } else { trimmed.to_owned() }
}
