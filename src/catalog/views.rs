//! Reading the catalogue for the office, for imports and exports.

use std::collections::HashMap;

use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Gap, Kind, Status,
    gpsr::gaps,
    producers::{COLUMNS as PRODUCER, Producer},
    product::field,
};
use crate::{
    kernel::{CategoryId, Locale, Moment, ProducerId, ProductId, Reads, Scope, VariantId, db, db::params, fold},
    translation,
};

/// What the office's list of products is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct ProductFilter {
    pub status: Option<Status>,
    pub category: Option<CategoryId>,
    pub producer: Option<ProducerId>,
    pub tag: Option<String>,
    /// Looked for in titles and SKUs, without accents.
    pub words: String,
    pub sort: ProductSort,
    /// Where the page before ended.
    pub after: Option<AfterProduct>,
    pub limit: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProductSort {
    /// Last changed first.
    #[default]
    Changed,
    /// Longest untouched first.
    Untouched,
    /// By title in the source language, without accents.
    Title,
    TitleBack,
}

impl ProductSort {
    pub const ALL: &'static [Self] = &[Self::Changed, Self::Untouched, Self::Title, Self::TitleBack];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Untouched => "untouched",
            Self::Title => "title",
            Self::TitleBack => "title_back",
        }
    }
    /// What is sorted by, which way, and the comparison of the rows that follow.
    const fn key(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Changed => ("updated_at", "desc", "<"),
            Self::Untouched => ("updated_at", "asc", ">"),
            Self::Title => (TITLE, "asc", ">"),
            Self::TitleBack => (TITLE, "desc", "<"),
        }
    }
}

impl std::str::FromStr for ProductSort {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or("unknown sorting")
    }
}

/// What the office searches begins with the title. Two indices hold it, one along the titles and
/// one along the changes, so it is bounded ([`super::words::FIND`]).
const TITLE: &str = "find";

/// The last row of a page: what it was sorted by, and its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AfterProduct {
    Changed(Moment, ProductId),
    Title(String, ProductId),
}

impl AfterProduct {
    /// The place after a row, for the page that follows it.
    pub fn row(sort: ProductSort, row: &ProductRow) -> Self {
        match sort {
            ProductSort::Changed | ProductSort::Untouched => Self::Changed(row.updated_at, row.id),
            ProductSort::Title | ProductSort::TitleBack => Self::Title(row.sort_title.clone(), row.id),
        }
    }
}

/// A row of the office's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProductRow {
    pub id: ProductId,
    pub kind: Kind,
    pub status: Status,
    pub title: String,
    pub sku: String,
    pub variants: i64,
    pub category: Option<CategoryId>,
    pub media: Option<Uuid>,
    pub gaps: Vec<Gap>,
    pub updated_at: Moment,
    #[serde(skip)]
    sort_title: String,
}

struct Row {
    id: ProductId,
    kind: String,
    status: String,
    category_id: Option<CategoryId>,
    updated_at: Moment,
    sku: Option<String>,
    variants: i64,
    media_id: Option<Uuid>,
    sort_title: String,
}
db::record!(Row { id, kind, status, category_id, updated_at, sku, variants, media_id, sort_title });

/// The office's list of products, last changed first, by key.
///
/// # Errors
/// Whatever the database says.
pub async fn list(db: &impl Reads, _scope: &Scope, filter: &ProductFilter, locale: Locale) -> Result<Vec<ProductRow>, DbErr> {
    let (sql, params) = list_sql(filter);
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    let ids: Vec<ProductId> = rows.iter().map(|r| r.id).collect();
    let entities: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let texts = translation::texts_of(db, &entities).await?;
    let mut gaps = gaps_of(db, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|r| ProductRow {
            id: r.id,
            kind: r.kind.parse().unwrap_or(Kind::Goods),
            status: r.status.parse().unwrap_or(Status::Draft),
            title: texts.word(r.id, field::TITLE, locale).to_owned(),
            sku: r.sku.unwrap_or_default(),
            variants: r.variants,
            category: r.category_id,
            media: r.media_id,
            gaps: gaps.remove(&r.id).unwrap_or_default(),
            updated_at: r.updated_at,
            sort_title: r.sort_title,
        })
        .collect())
}

fn list_sql(filter: &ProductFilter) -> (String, Vec<sea_orm::Value>) {
    let mut sql = String::new();
    let mut values = Vec::new();
    let mut add = |clause: &str, bound: Vec<sea_orm::Value>| {
        let mut clause = clause.to_owned();
        for value in bound {
            values.push(value);
            clause = clause.replacen('?', &format!("${}", values.len()), 1);
        }
        sql.push_str(&clause);
    };
    let words = fold(&filter.words);
    if let Some(status) = filter.status {
        // A search stays on the index that holds the words: the concatenation hides the status.
        add(if words.is_empty() { " and p.status = ?" } else { " and p.status || '' = ?" }, params![status.as_str()]);
    }
    if let Some(category) = filter.category {
        let inside = " and exists (select 1 from product_category c where c.product_id = p.id and c.category_id in \
             (select b.id from category a join category b on b.path >= a.path \
              and b.path < substr(a.path, 1, length(a.path) - 1) || '0' where a.id = ?))";
        add(inside, params![category]);
    }
    if let Some(producer) = filter.producer {
        add(" and p.producer_id = ?", params![producer]);
    }
    if let Some(tag) = &filter.tag {
        let tagged = " and exists (select 1 from product_tag t where t.product_id = p.id and t.tag = ?)";
        add(tagged, params![tag.as_str()]);
    }
    for (word, typed) in words.split_whitespace().zip(filter.words.split_whitespace()) {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        // A whole SKU is found however many a product has.
        let clause =
            format!(" and (p.{TITLE} like ? escape '\\' or p.id in (select v.product_id from variant v where v.sku = ?))");
        add(&clause, params![format!("%{escaped}%"), typed]);
    }
    let (key, way, beyond) = filter.sort.key();
    let after = format!(" and (p.{key}, p.id) {beyond} (?, ?)");
    match &filter.after {
        Some(AfterProduct::Changed(at, id)) if key != TITLE => add(&after, params![*at, *id]),
        Some(AfterProduct::Title(title, id)) if key == TITLE => add(&after, params![title.as_str(), *id]),
        _ => {}
    }
    let limit = filter.limit.clamp(1, 200);
    let order = |table: &str| format!("{table}.{key} {way}, {table}.id {way}");
    // The inner query walks an index that holds all it asks for; only a page of rows is fetched.
    let sql = format!(
        "select o.id, o.kind, o.status, o.category_id, o.updated_at, o.find as sort_title, \
         (select v.sku from variant v where v.product_id = o.id order by v.position limit 1) as sku, \
         (select count(*) from variant v where v.product_id = o.id and v.active) as variants, \
         (select i.media_id from picture i where i.product_id = o.id order by i.position limit 1) as media_id \
         from product o where o.id in (select p.id from product p where 1 = 1{sql} order by {} limit {limit}) order by {}",
        order("p"),
        order("o")
    );
    (sql, values)
}

/// A line of a price sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    pub variant: VariantId,
    pub product: ProductId,
    pub sku: String,
}
db::record!(SheetRow { variant, product, sku });

/// Variants by SKU, after the one that the page before ended with; of those whose product or SKU
/// has these words.
///
/// # Errors
/// Whatever the database says.
pub async fn sheet(db: &impl Reads, words: &str, after: &str, limit: u32) -> Result<Vec<SheetRow>, DbErr> {
    let mut sql = "select v.id as variant, v.product_id as product, v.sku from variant v join product p on p.id = v.product_id \
                   where v.active and p.status <> 'archived' and v.sku > $1"
        .to_owned();
    let mut values = params![after, i64::from(limit)];
    for word in fold(words).split_whitespace() {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        values.push(format!("%{escaped}%").into());
        let n = values.len();
        sql += &format!(" and (p.{TITLE} like ${n} escape '\\' or lower(v.sku) like ${n} escape '\\')");
    }
    sql += " order by v.sku limit $2";
    db::all(db, &sql, values).await
}

/// What of the safety data is missing, by product; those that lack nothing are left out.
pub(super) async fn gaps_of(db: &impl Reads, ids: &[ProductId]) -> Result<HashMap<ProductId, Vec<Gap>>, DbErr> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(500) {
        let marks = db::marks(chunk.len(), 1);
        let sql = format!(
            "select p.id, p.kind, p.producer_id, \
             exists (select 1 from picture i where i.product_id = p.id) as pictured, \
             exists (select 1 from wording w where w.entity_id = p.id and w.field = 'warnings') as warned \
             from product p where p.id in ({marks})"
        );
        let makers =
            format!("select {PRODUCER} from producer where id in (select producer_id from product where id in ({marks}))");
        let makers: Vec<Producer> = db::all(db, &makers, db::values(chunk)).await?;
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            let id: ProductId = row.try_get_by_index(0)?;
            let kind = row.try_get_by_index::<String>(1)?.parse().unwrap_or(Kind::Goods);
            let maker: Option<ProducerId> = row.try_get_by_index(2)?;
            let maker = makers.iter().find(|m| Some(m.id) == maker);
            let gaps = gaps(kind, maker, row.try_get_by_index(3)?, row.try_get_by_index(4)?);
            if !gaps.is_empty() {
                found.insert(id, gaps);
            }
        }
    }
    Ok(found)
}
