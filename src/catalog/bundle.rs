//! Everything the catalogue knows of some products, read in a bounded number of queries: the
//! ground of the showcase, of exports and of the office's product page.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    Attribute, Content, Kind, Producer, Relation, Status, attributes::attributes, categories::Category, producers,
    slugs::slugs_of,
};
use crate::{
    kernel::{
        AttributeId, CategoryId, Locale, MediaId, Moment, OptionId, OptionValueId, ProducerId, ProductId, Qty, Reads, VariantId,
        db,
    },
    translation::{Texts, texts_of},
};

/// A variant as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantRow {
    pub id: VariantId,
    pub sku: String,
    pub gtin: Option<String>,
    pub active: bool,
    pub weight_g: Option<i64>,
    pub content: Option<Content>,
    pub options: Vec<(OptionId, OptionValueId)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureRow {
    /// Its alt texts stand at this id.
    pub id: Uuid,
    pub media: MediaId,
    pub variant: Option<VariantId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its title stands at this id.
    pub id: Uuid,
    pub media: MediaId,
    pub kind: String,
}

/// What an attribute says of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    pub attribute: AttributeId,
    /// Its name stands at this id.
    pub choice: Option<Uuid>,
    /// Thousandths of the unit; of a flag 0 or 1.
    pub number: Option<i64>,
}

/// One product.
#[derive(Clone, Debug)]
pub struct Bundle {
    pub id: ProductId,
    pub kind: Kind,
    pub status: Status,
    /// Its main category.
    pub category: Option<CategoryId>,
    /// Where it was put, with its place there.
    pub categories: Vec<(CategoryId, Option<i64>)>,
    pub producer: Option<ProducerId>,
    pub vat_category: String,
    pub unit: String,
    pub rank: i64,
    pub added_at: Moment,
    pub published_at: Option<Moment>,
    pub updated_at: Moment,
    pub variants: Vec<VariantRow>,
    pub facts: Vec<Fact>,
    pub tags: Vec<String>,
    pub pictures: Vec<PictureRow>,
    pub documents: Vec<DocumentRow>,
    pub relations: Vec<(Relation, ProductId)>,
    pub slugs: Vec<(Locale, String)>,
}

/// Some products with all that is said of them.
#[derive(Clone, Debug, Default)]
pub struct Bundles {
    /// In the order in which they were asked for; those that do not exist are left out.
    pub products: Vec<Bundle>,
    /// Of products, pictures, documents, options, values, attributes and choices.
    pub texts: Texts,
    pub attributes: HashMap<AttributeId, Attribute>,
    pub options: HashMap<OptionId, String>,
    pub values: HashMap<OptionValueId, String>,
    pub choices: HashMap<Uuid, String>,
    pub producers: HashMap<ProducerId, Producer>,
    /// Those in which the products stand and those above them.
    pub categories: HashMap<CategoryId, Category>,
}

impl Bundles {
    /// All categories in which a product is found: where it was put, and above; active ones only.
    pub fn shelves(&self, product: &Bundle) -> BTreeMap<CategoryId, Option<i64>> {
        let mut shelves = BTreeMap::new();
        for (id, position) in &product.categories {
            let Some(category) = self.categories.get(id) else { continue };
            let line = category.line();
            if line.iter().any(|c| self.categories.get(c).is_some_and(|c| !c.active)) {
                continue;
            }
            for above in line {
                let place = if above == *id { *position } else { None };
                let slot = shelves.entry(above).or_insert(place);
                *slot = (*slot).or(place);
            }
        }
        shelves
    }
}

fn at<T: db::Column>(row: &db::Row, i: usize) -> Result<T, DbErr> {
    row.try_get_by_index(i)
}

/// Runs `sql` (with `{}` for the marks) for chunks of ids and hands over every row.
async fn each<I: Into<sea_orm::Value> + Clone + Sync>(
    db: &impl Reads,
    sql: &str,
    ids: &[I],
    mut take: impl FnMut(&db::Row) -> Result<(), DbErr>,
) -> Result<(), DbErr> {
    for chunk in ids.chunks(512) {
        let sql = sql.replacen("{}", &db::marks(chunk.len(), 1), 1);
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            take(&row)?;
        }
    }
    Ok(())
}

/// Reads products whole. Some fifteen queries for up to 500 products.
///
/// # Errors
/// Whatever the database says.
pub async fn bundles(db: &impl Reads, ids: &[ProductId]) -> Result<Bundles, DbErr> {
    let mut all = Bundles::default();
    let mut found = products(db, ids).await?;
    if found.is_empty() {
        return Ok(all);
    }
    variants(db, ids, &mut found).await?;
    belongings(db, ids, &mut found).await?;
    let entities: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    for (id, slugs) in slugs_of(db, &entities).await? {
        if let Some(product) = found.get_mut(&ProductId(id)) {
            product.slugs = slugs;
        }
    }
    names(db, &found, entities, &mut all).await?;
    above(db, &found, &mut all).await?;
    let mut seen = HashSet::new();
    all.products = ids.iter().filter(|id| seen.insert(**id)).filter_map(|id| found.remove(id)).collect();
    Ok(all)
}

async fn products(db: &impl Reads, ids: &[ProductId]) -> Result<HashMap<ProductId, Bundle>, DbErr> {
    let mut found = HashMap::with_capacity(ids.len());
    let sql = "select id, kind, status, category_id, producer_id, vat_category, unit, rank, added_at, published_at, \
               updated_at from product where id in ({})";
    let odd = |e: &'static str| DbErr::Type(e.to_owned());
    each(db, sql, ids, |r| {
        let bundle = Bundle {
            id: at(r, 0)?,
            kind: at::<String>(r, 1)?.parse().map_err(odd)?,
            status: at::<String>(r, 2)?.parse().map_err(odd)?,
            category: at(r, 3)?,
            categories: Vec::new(),
            producer: at(r, 4)?,
            vat_category: at(r, 5)?,
            unit: at(r, 6)?,
            rank: at(r, 7)?,
            added_at: at(r, 8)?,
            published_at: at(r, 9)?,
            updated_at: at(r, 10)?,
            variants: Vec::new(),
            facts: Vec::new(),
            tags: Vec::new(),
            pictures: Vec::new(),
            documents: Vec::new(),
            relations: Vec::new(),
            slugs: Vec::new(),
        };
        found.insert(bundle.id, bundle);
        Ok(())
    })
    .await?;
    Ok(found)
}

async fn variants(db: &impl Reads, ids: &[ProductId], found: &mut HashMap<ProductId, Bundle>) -> Result<(), DbErr> {
    let sql = "select product_id, id, sku, gtin, active, weight_g, content_milli, content_unit \
               from variant where product_id in ({}) order by product_id, position, id";
    each(db, sql, ids, |r| {
        let content = match (at::<Option<i64>>(r, 6)?, at::<Option<String>>(r, 7)?) {
            (Some(amount), Some(unit)) => Some(Content { amount: Qty(amount), unit }),
            _ => None,
        };
        if let Some(product) = found.get_mut(&at(r, 0)?) {
            product.variants.push(VariantRow {
                id: at(r, 1)?,
                sku: at(r, 2)?,
                gtin: at(r, 3)?,
                active: at(r, 4)?,
                weight_g: at(r, 5)?,
                content,
                options: Vec::new(),
            });
        }
        Ok(())
    })
    .await?;
    let sql = "select v.product_id, o.variant_id, o.option_id, o.value_id from variant v \
               join variant_option o on o.variant_id = v.id where v.product_id in ({}) \
               order by o.variant_id, o.position";
    each(db, sql, ids, |r| {
        let variant: VariantId = at(r, 1)?;
        let product = found.get_mut(&at(r, 0)?);
        if let Some(row) = product.and_then(|p| p.variants.iter_mut().find(|v| v.id == variant)) {
            row.options.push((at(r, 2)?, at(r, 3)?));
        }
        Ok(())
    })
    .await
}

async fn belongings(db: &impl Reads, ids: &[ProductId], found: &mut HashMap<ProductId, Bundle>) -> Result<(), DbErr> {
    let sql = "select product_id, category_id, position from product_category where product_id in ({}) \
               order by product_id, category_id";
    each(db, sql, ids, |r| {
        with(found, at(r, 0)?, |p| {
            let _: () = p.categories.push((at(r, 1)?, at(r, 2)?));
            Ok(())
        })
    })
    .await?;
    let sql = "select product_id, tag from product_tag where product_id in ({}) order by product_id, tag";
    each(db, sql, ids, |r| {
        with(found, at(r, 0)?, |p| {
            let _: () = p.tags.push(at(r, 1)?);
            Ok(())
        })
    })
    .await?;
    let sql = "select product_id, attribute_id, choice_id, number_milli from product_attribute where product_id in ({})";
    each(db, sql, ids, |r| {
        with(found, at(r, 0)?, |p| {
            p.facts.push(Fact { attribute: at(r, 1)?, choice: at(r, 2)?, number: at(r, 3)? });
            Ok(())
        })
    })
    .await?;
    let sql = "select product_id, id, media_id, variant_id from picture where product_id in ({}) \
               order by product_id, position, id";
    each(db, sql, ids, |r| {
        with(found, at(r, 0)?, |p| {
            p.pictures.push(PictureRow { id: at(r, 1)?, media: at(r, 2)?, variant: at(r, 3)? });
            Ok(())
        })
    })
    .await?;
    let sql = "select product_id, id, media_id, kind from document where product_id in ({}) \
               order by product_id, position, id";
    each(db, sql, ids, |r| {
        with(found, at(r, 0)?, |p| {
            p.documents.push(DocumentRow { id: at(r, 1)?, media: at(r, 2)?, kind: at(r, 3)? });
            Ok(())
        })
    })
    .await?;
    // Positions begin anew for each kind; without the rest two reads would tell two orders.
    let sql = "select product_id, kind, other_id from relation where product_id in ({}) \
               order by product_id, position, kind, other_id";
    each(db, sql, ids, |r| {
        with(found, at(r, 0)?, |p| {
            if let Ok(kind) = at::<String>(r, 1)?.parse() {
                p.relations.push((kind, at(r, 2)?));
            }
            Ok(())
        })
    })
    .await
}

fn with(
    found: &mut HashMap<ProductId, Bundle>,
    id: ProductId,
    put: impl FnOnce(&mut Bundle) -> Result<(), DbErr>,
) -> Result<(), DbErr> {
    found.get_mut(&id).map_or(Ok(()), put)
}

/// The words of everything that the products mention, and the codes of what is shared.
async fn names(
    db: &impl Reads,
    found: &HashMap<ProductId, Bundle>,
    mut entities: Vec<Uuid>,
    all: &mut Bundles,
) -> Result<(), DbErr> {
    let (mut options, mut values, mut choices) = (HashSet::new(), HashSet::new(), HashSet::new());
    for product in found.values() {
        entities.extend(product.pictures.iter().map(|p| p.id));
        entities.extend(product.documents.iter().map(|d| d.id));
        choices.extend(product.facts.iter().filter_map(|f| f.choice));
        for (option, value) in product.variants.iter().flat_map(|v| &v.options) {
            options.insert(*option);
            values.insert(*value);
        }
    }
    if found.values().any(|p| !p.facts.is_empty()) {
        all.attributes = attributes(db).await?.into_iter().map(|a| (a.id, a)).collect();
        entities.extend(all.attributes.keys().map(|id| id.0));
    }
    entities.extend(options.iter().map(|id| id.0));
    entities.extend(values.iter().map(|id| id.0));
    entities.extend(choices.iter().copied());
    let options: Vec<OptionId> = options.into_iter().collect();
    let values: Vec<OptionValueId> = values.into_iter().collect();
    let choices: Vec<Uuid> = choices.into_iter().collect();
    each(db, "select id, code from option_kind where id in ({})", &options, |r| {
        all.options.insert(at(r, 0)?, at(r, 1)?);
        Ok(())
    })
    .await?;
    each(db, "select id, code from option_value where id in ({})", &values, |r| {
        all.values.insert(at(r, 0)?, at(r, 1)?);
        Ok(())
    })
    .await?;
    each(db, "select id, code from attribute_choice where id in ({})", &choices, |r| {
        all.choices.insert(at(r, 0)?, at(r, 1)?);
        Ok(())
    })
    .await?;
    all.texts = texts_of(db, &entities).await?;
    Ok(())
}

/// The categories in which the products stand with those above them, and their producers.
async fn above(db: &impl Reads, found: &HashMap<ProductId, Bundle>, all: &mut Bundles) -> Result<(), DbErr> {
    let mut wanted: HashSet<CategoryId> = found.values().flat_map(|p| p.categories.iter().map(|c| c.0)).collect();
    while !wanted.is_empty() {
        let ids: Vec<CategoryId> = wanted.drain().collect();
        let marks = db::marks(ids.len(), 1);
        let sql =
            format!("select id, code, parent_id, path, depth, position, active, picture_id from category where id in ({marks})");
        for category in db::all::<Category>(db, &sql, db::values(&ids)).await? {
            all.categories.insert(category.id, category);
        }
        let missing = all.categories.values().flat_map(Category::line).filter(|id| !all.categories.contains_key(id));
        wanted = missing.collect();
        wanted.retain(|id| !ids.contains(id));
    }
    let ids: HashSet<ProducerId> = found.values().filter_map(|p| p.producer).collect();
    let ids: Vec<ProducerId> = ids.into_iter().collect();
    for chunk in ids.chunks(512) {
        let sql = format!("select {} from producer where id in ({})", producers::COLUMNS, db::marks(chunk.len(), 1));
        for producer in db::all::<Producer>(db, &sql, db::values(chunk)).await? {
            all.producers.insert(producer.id, producer);
        }
    }
    Ok(())
}
