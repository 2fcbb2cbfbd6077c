//! A product's own page: one query for itself, one for what goes with it.

use sea_orm::DbErr;
use serde::Serialize;

use super::{
    Fault,
    card::{Fact, Picture, ProductCard, TextSource, Viewer},
    own,
    read::{card_of, cards},
    shelves::{Alternate, Crumb, StoredCategory},
    stored::{Extra, Stored, product_url},
};
use crate::{
    catalog::{Gap, Kind, Producer, Status, field, gaps},
    kernel::{self, CategoryId, Locale, Moment, ProducerId, ProductId, Reads, db, db::params},
};

/// What stands at an address.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Here(Box<ProductPage>),
    /// The address was given up; the new one in the reader's language (301).
    Moved(String),
    /// There was a product here (410).
    Gone,
    /// There never was (404).
    Unknown,
}

/// A document to be taken along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    pub hash: String,
    pub title: String,
    pub kind: String,
}

/// Who answers for the safety of the thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Maker {
    pub name: String,
    pub address: String,
    pub country: String,
    pub contact: String,
    pub rep_name: String,
    pub rep_address: String,
    pub rep_contact: String,
}

/// Everything that a product's page shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProductPage {
    /// With all its pictures.
    pub card: ProductCard,
    /// HTML, sanitised when written; empty when there is none.
    pub description: String,
    /// Of the description, where there is one.
    pub description_text: Option<TextSource>,
    pub seo_title: String,
    pub seo_description: String,
    /// Safety warnings, plain text.
    pub warnings: String,
    /// The whole data sheet.
    pub facts: Vec<Fact>,
    pub documents: Vec<Document>,
    pub maker: Option<Maker>,
    /// What of the safety data is missing.
    pub gaps: Vec<Gap>,
    /// From the top category down to its own; the product itself is not in it.
    pub breadcrumb: Vec<Crumb>,
    pub related: Vec<ProductCard>,
    pub accessories: Vec<ProductCard>,
    /// The page in each of the channel's languages.
    pub alternates: Vec<Alternate>,
    pub updated_at: Moment,
    /// The categories that list it: what a cached page depends on besides the product.
    pub shelves: Vec<CategoryId>,
}

const SQL: &str = concat!(
    "select s.entity_id, p.status, p.kind, p.updated_at, ",
    card_of!("s.entity_id", "$1", "$3"),
    " as data, coalesce((select c.extra from card c where c.product_id = s.entity_id and c.channel_id = $1 and c.locale = $3), ",
    "(select b.extra from card b where b.product_id = s.entity_id and b.channel_id = $1 and b.is_base limit 1)) as extra, ",
    // One row a text would be four rows; a text cannot hold these separators, writers drop them.
    "(select string_agg(w.field || $4 || w.locale || $4 || w.origin || $4 || w.state || $4 || w.value, $5) from wording w ",
    "where w.entity_id = s.entity_id and w.field in ('description', 'seo_title', 'seo_description', 'warnings') ",
    "and (w.locale = $3 or w.source_hash is null)) as words, ",
    "(select k.data from category_card k where k.category_id = p.category_id and k.locale = $3) as category, ",
    "m.id, m.name, m.address, m.country, m.contact, m.rep_name, m.rep_address, m.rep_contact ",
    "from slug s join product p on p.id = s.entity_id left join producer m on m.id = p.producer_id ",
    "where s.kind = 'product' and s.slug = $2 ",
    "order by (case when s.locale = $3 then 0 else 1 end), s.is_current desc limit 1"
);

const UNIT: &str = "\u{1f}";
const RECORD: &str = "\u{1e}";

/// What stands at this slug, in whichever language the slug is.
///
/// # Faults
/// Whatever the database says.
pub async fn by_slug(db: &impl Reads, slug: &str, viewer: &Viewer) -> Result<Found, kernel::Fault> {
    let values = params![viewer.channel, slug, viewer.locale, UNIT, RECORD];
    let Some(row) = db::row(db, SQL, values).await? else { return Ok(Found::Unknown) };
    let page = Row::read(&row)?;
    let (Some(data), Some(extra)) = (&page.data, &page.extra) else {
        // On show once, or never: a draft's address is nobody's business.
        return Ok(if page.status == Status::Archived { Found::Gone } else { Found::Unknown });
    };
    let mut card = serde_json::from_str::<Stored<'_>>(data).map_err(Fault::Unreadable)?.open(viewer);
    own::apply(db, std::slice::from_mut(&mut card), viewer).await?;
    if card.variants.is_empty() {
        return Ok(Found::Unknown);
    }
    if card.slug != slug {
        return Ok(Found::Moved(card.slug));
    }
    let extra: Extra<'_> = serde_json::from_str(extra).map_err(Fault::Unreadable)?;
    let beside: Vec<ProductId> = extra.related.iter().chain(&extra.accessories).copied().collect();
    let beside = if beside.is_empty() { Vec::new() } else { cards(db, &beside, viewer).await? };
    Ok(Found::Here(Box::new(page.open(card, extra, beside, viewer)?)))
}

struct Row {
    status: Status,
    kind: Kind,
    updated_at: Moment,
    data: Option<String>,
    extra: Option<String>,
    words: Option<String>,
    category: Option<String>,
    producer: Option<Producer>,
}

impl Row {
    fn read(row: &db::Row) -> Result<Self, DbErr> {
        let word = |i: usize| row.try_get_by_index::<String>(i);
        let producer = match row.try_get_by_index::<Option<ProducerId>>(8)? {
            None => None,
            Some(id) => Some(Producer {
                id,
                code: String::new(),
                name: word(9)?,
                address: word(10)?,
                country: word(11)?,
                contact: word(12)?,
                rep_name: word(13)?,
                rep_address: word(14)?,
                rep_contact: word(15)?,
            }),
        };
        Ok(Self {
            status: word(1)?.parse().unwrap_or(Status::Draft),
            kind: word(2)?.parse().unwrap_or(Kind::Goods),
            updated_at: row.try_get_by_index(3)?,
            data: row.try_get_by_index(4)?,
            extra: row.try_get_by_index(5)?,
            words: row.try_get_by_index(6)?,
            category: row.try_get_by_index(7)?,
            producer,
        })
    }

    fn open(
        &self,
        mut card: ProductCard,
        extra: Extra<'_>,
        beside: Vec<ProductCard>,
        viewer: &Viewer,
    ) -> Result<ProductPage, kernel::Fault> {
        let words = Words(self.words.as_deref().unwrap_or(""));
        let category: Option<StoredCategory> =
            self.category.as_deref().map(serde_json::from_str).transpose().map_err(Fault::Unreadable)?;
        let of =
            |ids: &[ProductId]| ids.iter().filter_map(|id| beside.iter().find(|c| c.product == *id)).cloned().collect::<Vec<_>>();
        let (related, accessories) = (of(&extra.related), of(&extra.accessories));
        card.pictures = extra.pictures.into_iter().map(Picture::from).collect();
        let description = words.pick(field::DESCRIPTION, viewer.locale);
        let word = |name: &str| words.pick(name, viewer.locale).map_or("", |(_, value)| value).to_owned();
        let warnings = word(field::WARNINGS);
        let gaps = gaps(self.kind, self.producer.as_ref(), card.picture.is_some(), !warnings.is_empty());
        Ok(ProductPage {
            description: description.map_or("", |d| d.1).to_owned(),
            description_text: description.map(|d| d.0),
            seo_title: word(field::SEO_TITLE),
            seo_description: word(field::SEO_DESCRIPTION),
            warnings,
            facts: extra
                .facts
                .into_iter()
                .map(|f| Fact { code: f.code.into_owned(), name: f.name.into_owned(), value: f.value.into_owned() })
                .collect(),
            documents: extra
                .documents
                .into_iter()
                .map(|d| Document { hash: d.0.into_owned(), title: d.1.into_owned(), kind: d.2.into_owned() })
                .collect(),
            maker: self.producer.clone().map(Maker::from),
            gaps,
            breadcrumb: category.map(|c| c.crumbs(viewer.locale)).unwrap_or_default(),
            related,
            accessories,
            alternates: extra
                .slugs
                .into_iter()
                .map(|(locale, slug)| Alternate { locale, url: product_url(locale, &slug) })
                .collect(),
            updated_at: self.updated_at,
            shelves: extra.shelves,
            card,
        })
    }
}

impl From<Producer> for Maker {
    fn from(p: Producer) -> Self {
        let Producer { name, address, country, contact, rep_name, rep_address, rep_contact, .. } = p;
        Self { name, address, country, contact, rep_name, rep_address, rep_contact }
    }
}

/// Texts as the query hands them over.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    /// In the reader's language, else the source.
    fn pick(&self, field: &str, locale: Locale) -> Option<(TextSource, &'a str)> {
        let mut best = None;
        for record in self.0.split(RECORD) {
            let mut parts = record.splitn(5, UNIT);
            let mut next = || parts.next().unwrap_or("");
            if next() != field {
                continue;
            }
            let Ok(own) = next().parse::<Locale>() else { continue };
            let (Ok(origin), Ok(state)) = (next().parse(), next().parse()) else { continue };
            let source = TextSource { origin, state, locale: own, fallback: own != locale };
            if own == locale || best.is_none() {
                best = Some((source, next()));
            }
        }
        best
    }
}
