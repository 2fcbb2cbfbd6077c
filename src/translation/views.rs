//! Reading texts, with the fallback computed.

use std::collections::HashMap;

use sea_orm::DbErr;
use uuid::Uuid;

use super::{Picked, TextOrigin, TextState};
use crate::kernel::{Locale, Reads, db, db::params};

/// A text as it stands in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub entity: Uuid,
    pub field: String,
    pub locale: Locale,
    pub value: String,
    pub origin: TextOrigin,
    pub state: TextState,
    /// `None`: this is the source.
    pub source_hash: Option<String>,
}

/// The texts of some entities.
#[derive(Clone, Debug, Default)]
pub struct Texts(HashMap<Uuid, Vec<Text>>);

impl Texts {
    /// All texts of an entity.
    pub fn of(&self, entity: impl Into<Uuid>) -> &[Text] {
        self.0.get(&entity.into()).map_or(&[], Vec::as_slice)
    }
    /// The text in exactly this language.
    pub fn exact(&self, entity: impl Into<Uuid>, field: &str, locale: Locale) -> Option<&Text> {
        self.of(entity).iter().find(|t| t.locale == locale && t.field == field)
    }
    /// The text for a reader of this language: in it, else the source, else any.
    pub fn pick(&self, entity: impl Into<Uuid>, field: &str, locale: Locale) -> Option<Picked<'_>> {
        let mut best: Option<(&Text, u8)> = None;
        for text in self.of(entity).iter().filter(|t| t.field == field) {
            let merit = if text.locale == locale { 2 } else { u8::from(text.source_hash.is_none()) };
            if best.is_none_or(|(_, m)| merit > m) {
                best = Some((text, merit));
            }
        }
        best.map(|(t, _)| Picked {
            value: &t.value,
            locale: t.locale,
            origin: t.origin,
            state: t.state,
            fallback: t.locale != locale,
        })
    }
    /// The words alone, empty when there are none in any language.
    pub fn word(&self, entity: impl Into<Uuid>, field: &str, locale: Locale) -> &str {
        self.pick(entity, field, locale).map_or("", |p| p.value)
    }
    /// The language in which the field was first written.
    pub fn source(&self, entity: impl Into<Uuid>, field: &str) -> Option<Locale> {
        self.of(entity).iter().find(|t| t.field == field && t.source_hash.is_none()).map(|t| t.locale)
    }
    /// Whether anything of the entity is written in this language.
    pub fn speaks(&self, entity: impl Into<Uuid>, locale: Locale) -> bool {
        self.of(entity).iter().any(|t| t.locale == locale)
    }
    /// Without those that a machine wrote and nobody has read.
    pub fn read_by_somebody(mut self) -> Self {
        for texts in self.0.values_mut() {
            texts.retain(|t| t.state != TextState::Review);
        }
        self
    }
    /// Takes in the texts of other entities.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// All texts of the entities, one query for each 900.
///
/// # Errors
/// Whatever the database says.
pub async fn texts_of(db: &impl Reads, entities: &[Uuid]) -> Result<Texts, DbErr> {
    let mut found: HashMap<Uuid, Vec<Text>> = HashMap::with_capacity(entities.len());
    for chunk in entities.chunks(900) {
        let sql = format!(
            "select entity_id, field, locale, value, origin, state, source_hash from wording where entity_id in ({})",
            db::marks(chunk.len(), 1)
        );
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            let text = read(&row)?;
            found.entry(text.entity).or_default().push(text);
        }
    }
    Ok(Texts(found))
}

fn read(row: &db::Row) -> Result<Text, DbErr> {
    let word = |i: usize| row.try_get_by_index::<String>(i);
    let odd = |e: &'static str| DbErr::Type(e.to_owned());
    Ok(Text {
        entity: row.try_get_by_index(0)?,
        field: word(1)?,
        locale: row.try_get_by_index(2)?,
        value: word(3)?,
        origin: word(4)?.parse().map_err(odd)?,
        state: word(5)?.parse().map_err(odd)?,
        source_hash: row.try_get_by_index(6)?,
    })
}

/// How many texts of a language wait for a person (review or stale).
///
/// # Errors
/// Whatever the database says.
pub async fn open_count(db: &impl Reads, locale: Locale) -> Result<i64, DbErr> {
    let sql = "select count(*) from wording where state <> 'ok' and locale = $1";
    Ok(db::scalar(db, sql, params![locale]).await?.unwrap_or(0))
}
