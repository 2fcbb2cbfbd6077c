//! What the search index is fed with: the same words, prices and shelves that cards show.

use std::collections::HashMap;

use sea_orm::DbErr;
use serde::Serialize;

use super::{
    Fault,
    card::{Availability, Channelled, Viewer},
    stored::{Extra, Stored},
};
use crate::{
    channels,
    kernel::{self, CategoryId, ChannelId, Locale, Moment, ProductId, Reads, db},
    translation,
};

/// Something to narrow a search by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facet {
    pub code: String,
    pub name: String,
    /// Of a choice; of a number its thousandths.
    pub value_code: String,
    pub value: String,
    pub number: Option<i64>,
}

/// A product in one channel and language.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchDoc {
    pub product: ProductId,
    pub channel: ChannelId,
    /// The languages whose readers see this card: its own, and for the base card those that
    /// have none.
    pub locales: Vec<Locale>,
    pub title: String,
    pub teaser: String,
    /// The description without its tags.
    pub body: String,
    pub skus: Vec<String>,
    /// Where it is listed, categories above included.
    pub categories: Vec<CategoryId>,
    pub tags: Vec<String>,
    pub facets: Vec<Facet>,
    /// With VAT, of the cheapest variant.
    pub price_minor: i64,
    pub availability: Availability,
    pub rank: i64,
    pub added_at: Moment,
}

/// The documents of these products; a product that no channel shows has none, and is to be
/// dropped from the index. Two queries for each 500.
///
/// # Faults
/// Whatever the database says.
pub async fn search_docs(db: &impl Reads, ids: &[ProductId]) -> Result<Vec<SearchDoc>, kernel::Fault> {
    let channels = channels::all(db).await?;
    let mut docs = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let bodies = bodies(db, chunk).await?;
        let marks = db::marks(chunk.len(), 1);
        let sql = format!(
            "select c.product_id, c.channel_id, c.locale, c.is_base, c.data, c.extra, p.rank, p.added_at, \
             (select string_agg(o.locale, ',') from card o where o.product_id = c.product_id and o.channel_id = c.channel_id) \
             from card c join product p on p.id = c.product_id where c.product_id in ({marks})"
        );
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            let channel_id: ChannelId = row.try_get_by_index(1)?;
            let Some(channel) = channels.iter().find(|c| c.id == channel_id) else { continue };
            let locale: Locale = row.try_get_by_index(2)?;
            let base: bool = row.try_get_by_index(3)?;
            let own: String = row.try_get_by_index(8)?;
            let mut locales = vec![locale];
            if base {
                locales.extend(channel.locales.iter().filter(|l| !own.split(',').any(|o| o == l.as_str())));
            }
            let raw = Raw {
                product: row.try_get_by_index(0)?,
                data: row.try_get_by_index(4)?,
                extra: row.try_get_by_index(5)?,
                rank: row.try_get_by_index(6)?,
                added_at: row.try_get_by_index(7)?,
            };
            let viewer = channel.viewer(locale, raw.added_at);
            docs.push(raw.open(&viewer, locales, &bodies)?);
        }
    }
    Ok(docs)
}

struct Raw {
    product: ProductId,
    data: String,
    extra: String,
    rank: i64,
    added_at: Moment,
}

impl Raw {
    fn open(self, viewer: &Viewer, locales: Vec<Locale>, bodies: &Bodies) -> Result<SearchDoc, kernel::Fault> {
        let card = serde_json::from_str::<Stored<'_>>(&self.data).map_err(Fault::Unreadable)?.open(viewer);
        let extra: Extra<'_> = serde_json::from_str(&self.extra).map_err(Fault::Unreadable)?;
        let facets = extra.facts.into_iter().filter(|f| f.filterable).map(|f| Facet {
            value_code: f.choice.map_or_else(|| f.number.unwrap_or(0).to_string(), std::borrow::Cow::into_owned),
            code: f.code.into_owned(),
            name: f.name.into_owned(),
            value: f.value.into_owned(),
            number: f.number,
        });
        let options = card.variants.iter().flat_map(|v| &v.options).map(|o| Facet {
            code: o.code.clone(),
            name: o.name.clone(),
            value_code: o.value_code.clone(),
            value: o.value.clone(),
            number: None,
        });
        let mut facets: Vec<Facet> = facets.chain(options).collect();
        facets.sort_by(|a, b| (&a.code, &a.value_code).cmp(&(&b.code, &b.value_code)));
        facets.dedup_by(|a, b| a.code == b.code && a.value_code == b.value_code);
        Ok(SearchDoc {
            product: self.product,
            channel: viewer.channel,
            locales,
            body: bodies.of(self.product, viewer.locale),
            skus: card.variants.iter().map(|v| v.sku.clone()).collect(),
            categories: extra.shelves,
            tags: card.tags,
            facets,
            price_minor: card.price.gross.minor,
            availability: card.availability,
            rank: self.rank,
            added_at: self.added_at,
            title: card.title,
            teaser: card.teaser,
        })
    }
}

/// Descriptions by product and language; the source stands under `None`.
struct Bodies(HashMap<(ProductId, Option<Locale>), String>);

impl Bodies {
    fn of(&self, product: ProductId, locale: Locale) -> String {
        let own = self.0.get(&(product, Some(locale))).or_else(|| self.0.get(&(product, None)));
        own.cloned().unwrap_or_default()
    }
}

async fn bodies(db: &impl Reads, ids: &[ProductId]) -> Result<Bodies, DbErr> {
    let mut found = HashMap::with_capacity(ids.len());
    let sql = format!(
        "select entity_id, locale, value, source_hash from wording where entity_id in ({}) and field = 'description'",
        db::marks(ids.len(), 1)
    );
    for row in db::rows(db, &sql, db::values(ids)).await? {
        let product = ProductId(row.try_get_by_index(0)?);
        let text = translation::words(&row.try_get_by_index::<String>(2)?);
        let source = row.try_get_by_index::<Option<String>>(3)?.is_none();
        if source {
            found.insert((product, None), text.clone());
        }
        found.insert((product, Some(row.try_get_by_index(1)?)), text);
    }
    Ok(Bodies(found))
}
