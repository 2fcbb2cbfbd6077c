//! Attributes: what can be said of products in general (width in mm, kind of wood), to read and
//! to filter by.

use std::{collections::HashMap, str::FromStr};

use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    options::names,
    product::{AttributeValue, Named, words},
};
use crate::{
    kernel::{AttributeId, Locale, Reads, Tx, db, db::params},
    translation,
};

words!(
    /// How an attribute speaks.
    AttributeKind { Number = "number", Choice = "choice", Text = "text", Flag = "flag" }
);

/// An attribute; its name stands in `translation` at its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attribute {
    pub id: AttributeId,
    pub code: String,
    pub kind: AttributeKind,
    pub unit: Option<String>,
    pub filterable: bool,
    pub position: i64,
}

struct Row {
    id: AttributeId,
    code: String,
    kind: String,
    unit: Option<String>,
    filterable: bool,
    position: i64,
}
db::record!(Row { id, code, kind, unit, filterable, position });

impl From<Row> for Attribute {
    fn from(r: Row) -> Self {
        let kind = r.kind.parse().unwrap_or(AttributeKind::Text);
        let Row { id, code, unit, filterable, position, .. } = r;
        Self { id, code, kind, unit, filterable, position }
    }
}

/// All attributes in their order. There are tens of them, not thousands.
///
/// # Errors
/// Whatever the database says.
pub async fn attributes(db: &impl Reads) -> Result<Vec<Attribute>, DbErr> {
    let sql = "select id, code, kind, unit, filterable, position from attribute order by position, code";
    Ok(db::all::<Row>(db, sql, vec![]).await?.into_iter().map(Attribute::from).collect())
}

/// Whether lists can be narrowed by it.
///
/// # Errors
/// Whatever the database says.
pub async fn set_filterable(tx: &Tx, id: AttributeId, filterable: bool) -> Result<(), DbErr> {
    db::run(tx, "update attribute set filterable = $2 where id = $1", params![id, filterable]).await.map(drop)
}

/// Attributes and choices by code.
#[derive(Debug, Default)]
pub(super) struct Book {
    attributes: HashMap<String, Attribute>,
    choices: HashMap<(AttributeId, String), Uuid>,
}

impl Book {
    pub(super) fn of(&self, code: &str) -> Option<&Attribute> {
        self.attributes.get(code)
    }
    pub(super) fn choice(&self, attribute: AttributeId, code: &str) -> Option<Uuid> {
        self.choices.get(&(attribute, code.to_owned())).copied()
    }
}

/// The ids of attributes and choices; what is not known yet is made as it is first used.
pub(super) async fn ensure(tx: &Tx, source: Locale, said: &[&(Named, AttributeValue)]) -> Result<Book, DbErr> {
    let mut book = Book::default();
    if said.is_empty() {
        return Ok(book);
    }
    for attribute in attributes(tx).await? {
        book.attributes.insert(attribute.code.clone(), attribute);
    }
    let (mut rows, mut texts) = (Vec::new(), Vec::new());
    for (named, value) in said {
        if book.attributes.contains_key(&named.code) {
            continue;
        }
        let (kind, unit) = match value {
            AttributeValue::Number { unit, .. } => (AttributeKind::Number, unit.clone()),
            AttributeValue::Choice(_) => (AttributeKind::Choice, None),
            AttributeValue::Text(_) => (AttributeKind::Text, None),
            AttributeValue::Flag(_) => (AttributeKind::Flag, None),
        };
        let filterable = kind == AttributeKind::Choice;
        let position = i64::try_from(book.attributes.len()).unwrap_or(0);
        let id = AttributeId::new(tx);
        rows.push(params![id, named.code.clone(), kind.as_str(), unit.clone(), filterable, position]);
        texts.extend(names(id.uuid(), named, source));
        let code = named.code.clone();
        book.attributes.insert(code.clone(), Attribute { id, code, kind, unit, filterable, position });
    }
    db::insert_many(tx, "insert into attribute (id, code, kind, unit, filterable, position) values", "", rows).await?;
    let wanted: Vec<(AttributeId, &Named)> = said
        .iter()
        .filter_map(|(named, value)| match value {
            AttributeValue::Choice(choice) => book.of(&named.code).map(|a| (a.id, choice)),
            _ => None,
        })
        .collect();
    known_choices(tx, &wanted, &mut book.choices).await?;
    let mut rows = Vec::new();
    for (attribute, choice) in wanted {
        let key = (attribute, choice.code.clone());
        book.choices.entry(key).or_insert_with(|| {
            let id = tx.uuid();
            rows.push(params![id, attribute, choice.code.clone(), rows.len() as i64]);
            texts.extend(names(id, choice, source));
            id
        });
    }
    db::insert_many(tx, "insert into attribute_choice (id, attribute_id, code, position) values", "", rows).await?;
    if !texts.is_empty() {
        translation::set_many(tx, source, texts).await?;
    }
    Ok(book)
}

async fn known_choices(
    db: &impl Reads,
    wanted: &[(AttributeId, &Named)],
    found: &mut HashMap<(AttributeId, String), Uuid>,
) -> Result<(), DbErr> {
    let mut ids: Vec<AttributeId> = wanted.iter().map(|(id, _)| *id).collect();
    let mut codes: Vec<String> = wanted.iter().map(|(_, n)| n.code.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    codes.sort_unstable();
    codes.dedup();
    for chunk in codes.chunks(900) {
        let sql = format!(
            "select attribute_id, code, id from attribute_choice where attribute_id in ({}) and code in ({})",
            db::marks(ids.len(), 1),
            db::marks(chunk.len(), 1 + ids.len())
        );
        let mut bound = db::values(&ids);
        bound.extend(db::values(chunk));
        for row in db::rows(db, &sql, bound).await? {
            found.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?), row.try_get_by_index(2)?);
        }
    }
    Ok(())
}
