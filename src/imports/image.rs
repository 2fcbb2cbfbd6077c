//! Products as they stand, as drafts that would put them so again.

use std::collections::HashMap;

use catalog_import::ProductDraft;

use super::told;
use crate::{
    catalog::{
        self, Attribute, AttributeKind, AttributeValue, Bundle, Bundles, Fact, Named, NewDocument, NewPicture, NewProduct,
        NewVariant, field,
    },
    kernel::{self, Currency, Locale, LocationId, MediaId, Money, PriceListId, ProductId, Qty, Reads, VariantId},
    media, pricing, stock,
    translation::{self, TextOrigin},
};

/// Whose prices, stock and language files speak of: those of the first channel.
#[derive(Clone, Debug)]
pub struct Market {
    pub source: Locale,
    pub currency: Currency,
    pub country: String,
    pub list: PriceListId,
    pub location: Option<LocationId>,
}

/// A product as it stands, and as a file would tell it.
#[derive(Clone, Debug)]
pub struct Image {
    pub product: NewProduct,
    pub told: ProductDraft,
}

/// Products as they stand; those that do not exist are left out.
///
/// # Faults
/// Whatever the database says.
pub async fn images(
    db: &impl Reads,
    market: &Market,
    ids: &[ProductId],
    at: kernel::Moment,
) -> Result<HashMap<ProductId, Image>, kernel::Fault> {
    let all = catalog::bundles(db, ids).await?;
    if all.products.is_empty() {
        return Ok(HashMap::new());
    }
    let variants: Vec<VariantId> = all.products.iter().flat_map(|p| p.variants.iter().map(|v| v.id)).collect();
    let prices = pricing::prices_of(db, market.list, &variants, at).await?;
    // A file speaks of the shop's own prices: one that a campaign holds for a time is not compared.
    let bases = pricing::bases(db, market.list, &variants).await?;
    let levels = stock::levels(db, &variants).await?;
    let on_hand: HashMap<VariantId, Qty> =
        levels.iter().filter(|l| Some(l.location_id) == market.location).map(|l| (l.variant_id, l.on_hand)).collect();
    let pictures = all.products.iter().flat_map(|p| p.pictures.iter().map(|x| x.media));
    let media: Vec<MediaId> = pictures.chain(all.products.iter().flat_map(|p| p.documents.iter().map(|d| d.media))).collect();
    let media = media::names_of(db, &media).await?;
    let others: Vec<ProductId> = all.products.iter().flat_map(|p| p.relations.iter().map(|r| r.1)).collect();
    let skus = catalog::first_skus(db, &others).await?;
    let shelves: Vec<uuid::Uuid> = all.categories.keys().map(|id| id.0).collect();
    let shelves = translation::texts_of(db, &shelves).await?;
    let names = told::Names { all: &all, shelves: &shelves, media: &media, skus: &skus, source: market.source };
    Ok(all
        .products
        .iter()
        .map(|bundle| {
            let mut product = stand(&all, bundle, market.source);
            for variant in &mut product.variants {
                let price = variant.id.and_then(|id| prices.get(&id));
                let base = variant.id.and_then(|id| bases.get(&id));
                variant.price = price.map(|p| Money { minor: base.copied().unwrap_or(p.amount.minor), ..p.amount });
                variant.announced = base.is_none() && price.is_some_and(|p| p.reference.is_some());
                variant.stock = variant.id.and_then(|id| on_hand.get(&id)).copied();
            }
            let told = told::tell(&names, bundle, &product);
            (bundle.id, Image { product, told })
        })
        .collect())
}

fn stand(all: &Bundles, b: &Bundle, source: Locale) -> NewProduct {
    let source = all.texts.source(b.id, field::TITLE).unwrap_or(source);
    let mut product = NewProduct::goods(source, "");
    product.id = Some(b.id);
    product.kind = b.kind;
    product.status = b.status;
    product.texts = all
        .texts
        .of(b.id)
        .iter()
        .filter(|t| !t.field.starts_with("attr."))
        .map(|t| (t.field.clone().into(), t.locale, t.value.clone()))
        .collect();
    product.text_origin = TextOrigin::Human;
    product.categories = b.category.into_iter().collect();
    for (category, _) in &b.categories {
        if !product.categories.contains(category) {
            product.categories.push(*category);
        }
    }
    product.producer = b.producer;
    product.vat_category.clone_from(&b.vat_category);
    product.unit.clone_from(&b.unit);
    product.rank = b.rank;
    product.tags.clone_from(&b.tags);
    let mut facts: Vec<(&Attribute, &Fact)> =
        b.facts.iter().filter_map(|f| Some((all.attributes.get(&f.attribute)?, f))).collect();
    facts.sort_by(|a, b| (a.0.position, &a.0.code).cmp(&(b.0.position, &b.0.code)));
    product.attributes =
        facts.into_iter().filter_map(|(a, f)| Some((Named::new(a.code.clone()), value(all, b, a, f)?))).collect();
    let sku = |id| b.variants.iter().find(|v| Some(v.id) == id).map(|v| v.sku.clone());
    // Alt texts and titles stand at the picture, which keeps its id; they need not be said again.
    product.pictures = b.pictures.iter().map(|p| NewPicture { media: p.media, alt: Vec::new(), sku: sku(p.variant) }).collect();
    let words = |id| all.texts.of(id).iter().map(|t| (t.locale, t.value.clone())).collect();
    product.documents =
        b.documents.iter().map(|d| NewDocument { media: d.media, kind: d.kind.clone(), title: words(d.id) }).collect();
    product.relations.clone_from(&b.relations);
    product.variants = b.variants.iter().map(|v| variant(all, v)).collect();
    product
}

fn value(all: &Bundles, b: &Bundle, a: &Attribute, f: &Fact) -> Option<AttributeValue> {
    Some(match a.kind {
        AttributeKind::Number => AttributeValue::Number { milli: f.number?, unit: a.unit.clone() },
        AttributeKind::Flag => AttributeValue::Flag(f.number == Some(1)),
        AttributeKind::Choice => AttributeValue::Choice(Named::new(all.choices.get(&f.choice?)?.clone())),
        AttributeKind::Text => {
            let key = field::attribute(&a.code);
            let texts = all.texts.of(b.id).iter().filter(|t| t.field == key);
            AttributeValue::Text(texts.map(|t| (t.locale, t.value.clone())).collect())
        }
    })
}

fn variant(all: &Bundles, v: &catalog::VariantRow) -> NewVariant {
    let named = |(option, value): &(_, _)| {
        Some((Named::new(all.options.get(option)?.clone()), Named::new(all.values.get(value)?.clone())))
    };
    NewVariant {
        id: Some(v.id),
        gtin: v.gtin.clone(),
        options: v.options.iter().filter_map(named).collect(),
        weight_g: v.weight_g,
        content: v.content.clone(),
        inactive: !v.active,
        ..NewVariant::new(v.sku.clone())
    }
}
