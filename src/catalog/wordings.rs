//! Which texts of the catalogue wait for a translation, and whose they are.

use std::collections::HashMap;

use sea_orm::DbErr;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    kernel::{self, Locale, Page, ProductId, Reads, Scope, db, db::params, from_cursor},
    translation::{Item, texts_of},
};

use super::field;

/// What an entity with texts is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    Product,
    Category,
    Attribute,
    Choice,
    Option,
    Value,
    Picture,
    Document,
}

impl Sort {
    const ALL: &'static [(Sort, &'static str)] = &[
        (Self::Product, "product"),
        (Self::Category, "category"),
        (Self::Attribute, "attribute"),
        (Self::Choice, "attribute_choice"),
        (Self::Option, "option_kind"),
        (Self::Value, "option_value"),
        (Self::Picture, "picture"),
        (Self::Document, "document"),
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Category => "category",
            Self::Attribute => "attribute",
            Self::Choice => "choice",
            Self::Option => "option",
            Self::Value => "value",
            Self::Picture => "picture",
            Self::Document => "document",
        }
    }
}

/// Which of these are the catalogue's, and what. One query a sort for each 900, products first.
///
/// # Errors
/// Whatever the database says.
pub async fn sorts_of(db: &impl Reads, ids: &[Uuid]) -> Result<HashMap<Uuid, Sort>, DbErr> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(900) {
        let mut open = chunk.to_vec();
        for (sort, table) in Sort::ALL {
            if open.is_empty() {
                break;
            }
            let sql = format!("select id from {table} where id in ({})", db::marks(open.len(), 1));
            found.extend(db::column::<Uuid>(db, &sql, db::values(&open)).await?.into_iter().map(|id| (id, *sort)));
            open.retain(|id| !found.contains_key(id));
        }
    }
    Ok(found)
}

/// The products whose pictures and documents these are.
///
/// # Errors
/// Whatever the database says.
pub async fn holders(db: &impl Reads, ids: &[Uuid]) -> Result<Vec<ProductId>, DbErr> {
    let mut all = Vec::new();
    for chunk in ids.chunks(900) {
        for table in ["picture", "document"] {
            let sql = format!("select distinct product_id from {table} where id in ({})", db::marks(chunk.len(), 1));
            all.extend(db::column::<ProductId>(db, &sql, db::values(chunk)).await?);
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Why a text waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    /// Translated, and nobody has looked.
    #[default]
    Review,
    /// Its source has changed.
    Stale,
    Missing,
}

impl Open {
    pub const ALL: &'static [Open] = &[Self::Review, Self::Stale, Self::Missing];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Stale => "stale",
            Self::Missing => "missing",
        }
    }
}

impl std::str::FromStr for Open {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|o| o.as_str() == text).ok_or("unknown reason to wait")
    }
}

/// Whose texts are translated with the catalogue. Archived goods are not shown to anybody.
const OURS: &str = "(exists (select 1 from product e where e.id = s.entity_id and e.status <> 'archived') \
     or exists (select 1 from category e where e.id = s.entity_id) or exists (select 1 from attribute e where e.id = s.entity_id) \
     or exists (select 1 from attribute_choice e where e.id = s.entity_id) or exists (select 1 from option_kind e where e.id = s.entity_id) \
     or exists (select 1 from option_value e where e.id = s.entity_id) or exists (select 1 from picture e where e.id = s.entity_id) \
     or exists (select 1 from document e where e.id = s.entity_id))";

/// Sources without a translation into `$1`; `again` counts what a machine said of an older source too.
fn missing(again: Again) -> String {
    let stands = match again {
        Again::Never => "",
        Again::Stale => " and (t.state <> 'stale' or t.origin = 'human')",
    };
    format!(
        "s.source_hash is null and s.locale <> $1 and s.value <> '' and not exists (select 1 from wording t \
         where t.entity_id = s.entity_id and t.field = s.field and t.locale = $1{stands}) and {OURS}"
    )
}

/// Whether what a machine translated of an older source is to be done anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Again {
    #[default]
    Never,
    Stale,
}

/// How much waits in one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    pub review: i64,
    pub stale: i64,
    pub missing: i64,
    /// Of the missing ones' sources; what a provider counts is at most this.
    pub characters: i64,
}

/// # Errors
/// Whatever the database says.
pub async fn waiting(db: &impl Reads, _: &Scope, to: Locale, again: Again) -> Result<Waiting, DbErr> {
    let sql = format!("select count(*), coalesce(sum(length(s.value)), 0) from wording s where {}", missing(again));
    let mut waiting = Waiting::default();
    if let Some(row) = db::row(db, &sql, params![to]).await? {
        (waiting.missing, waiting.characters) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    }
    for (state, count) in [("review", &mut waiting.review), ("stale", &mut waiting.stale)] {
        let sql = format!("select count(*) from wording s where s.state = '{state}' and s.locale = $1 and {OURS}");
        *count = db::scalar(db, &sql, params![to]).await?.unwrap_or(0);
    }
    Ok(waiting)
}

/// Where a walk over all texts stands.
pub type Place = (Uuid, String);

/// The next sources that lack a translation, in the order of their keys.
///
/// # Errors
/// Whatever the database says.
pub async fn untranslated(
    db: &impl Reads,
    _: &Scope,
    to: Locale,
    again: Again,
    after: Option<&Place>,
    limit: u32,
) -> Result<Vec<Item>, DbErr> {
    let (entity, field) = after.map_or((Uuid::nil(), ""), |(e, f)| (*e, f.as_str()));
    let sql = format!(
        "select s.entity_id, s.field, s.locale, s.value from wording s where (s.entity_id, s.field) > ($2, $3) and {} \
         order by s.entity_id, s.field limit {limit}",
        missing(again)
    );
    let item = |row: &db::Row| {
        let (entity, field): (Uuid, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok(Item::new(entity, field, row.try_get_by_index(2)?, row.try_get_by_index::<String>(3)?))
    };
    db::rows(db, &sql, params![to, entity, field]).await?.iter().map(item).collect()
}

/// An entity of which texts wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenRow {
    pub id: Uuid,
    pub sort: Option<Sort>,
    pub title: String,
    pub count: i64,
}

/// Entities with texts that wait for this reason, the oldest first.
///
/// # Faults
/// `request.cursor_invalid`.
pub async fn open_texts(
    db: &impl Reads,
    _: &Scope,
    (to, open, shown_in): (Locale, Open, Locale),
    after: Option<&str>,
    limit: u32,
) -> Result<Page<OpenRow>, kernel::Fault> {
    let from: Uuid = match after.filter(|a| !a.is_empty()) {
        Some(cursor) => from_cursor(cursor)?,
        None => Uuid::nil(),
    };
    let which = match open {
        Open::Missing => missing(Again::Never),
        Open::Review => format!("s.state = 'review' and s.locale = $1 and {OURS}"),
        Open::Stale => format!("s.state = 'stale' and s.locale = $1 and {OURS}"),
    };
    let sql = format!(
        "select s.entity_id, count(*) from wording s where s.entity_id > $2 and {which} group by s.entity_id \
         order by s.entity_id limit {}",
        limit + 1
    );
    let rows = db::rows(db, &sql, params![to, from]).await?;
    let counted: Vec<(Uuid, i64)> =
        rows.iter().map(|r| Ok((r.try_get_by_index(0)?, r.try_get_by_index(1)?))).collect::<Result<_, DbErr>>()?;
    let page = Page::cut(counted, limit as usize, |(id, _)| *id);
    let ids: Vec<Uuid> = page.rows.iter().map(|(id, _)| *id).collect();
    let (texts, sorts) = (texts_of(db, &ids).await?, sorts_of(db, &ids).await?);
    let title = |id: Uuid| {
        let words = [field::TITLE, field::NAME, field::ALT].map(|f| texts.word(id, f, shown_in));
        words.into_iter().find(|w| !w.is_empty()).unwrap_or_default().to_owned()
    };
    Ok(page.map(|(id, count)| OpenRow { id, sort: sorts.get(&id).copied(), title: title(id), count }))
}

/// Everything whose texts are translated with the catalogue: products first, each sort by age.
///
/// # Errors
/// Whatever the database says.
pub async fn entities(db: &impl Reads, _: &Scope) -> Result<Vec<Uuid>, DbErr> {
    let mut all = Vec::new();
    for (sort, table) in Sort::ALL {
        let live = if *sort == Sort::Product { " where status <> 'archived'" } else { "" };
        all.extend(db::column::<Uuid>(db, &format!("select id from {table}{live} order by id"), Vec::new()).await?);
    }
    Ok(all)
}
