//! Source and translation side by side, and a person's word on them.

use std::collections::{HashMap, hash_map::Entry};

use sea_orm::DbErr;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Domain, Fault, Flag, Names, NewMemory, NewText, Pair, Suggestion, Term, TextOrigin, TextState, flags, html, memory, set_many,
    source_hash,
};
use crate::kernel::{self, Locale, Moment, Reads, Scope, Tx, UserId, db, db::params};

/// A text and its translation, as it is reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Segment {
    pub entity: Uuid,
    pub field: String,
    pub from: Locale,
    pub to: Locale,
    pub source: String,
    /// `None`: untranslated.
    pub target: Option<String>,
    pub origin: Option<TextOrigin>,
    pub state: Option<TextState>,
    pub by: Option<UserId>,
    pub at: Option<Moment>,
    pub flags: Vec<Flag>,
    /// A kept text that is like the source, where there is no fitting translation.
    pub suggestion: Option<Suggestion>,
    pub rich: bool,
    /// What stood here when it was looked at; a form gives it back.
    pub seen: String,
}

impl Segment {
    /// It may be accepted without a second look.
    pub fn is_green(&self) -> bool {
        self.state == Some(TextState::Review) && self.flags.is_empty()
    }
    /// A person has said yes to it, and its source is the same.
    pub fn is_done(&self) -> bool {
        self.state == Some(TextState::Ok)
    }
}

/// A text by its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    pub entity: Uuid,
    pub field: String,
}

struct Row {
    entity_id: Uuid,
    field: String,
    locale: Locale,
    value: String,
    origin: String,
    state: String,
    source_hash: Option<String>,
    by_user: Option<UserId>,
    at: Moment,
}
db::record!(Row { entity_id, field, locale, value, origin, state, source_hash, by_user, at });

/// The order in which texts are read; others follow by name.
const ORDER: &[&str] =
    &["title", "name", "teaser", "intro", "description", "body", "warnings", "seo_title", "seo_description", "alt"];

/// Everything that these entities say and that is to be said in the language `to`: entities in the
/// order given, their texts in the order in which they are read. Some queries for each 900.
///
/// # Errors
/// Whatever the database says.
pub async fn segments(db: &impl Reads, _: &Scope, entities: &[Uuid], to: Locale) -> Result<Vec<Segment>, DbErr> {
    let mut segments = pairs(db, entities, to).await?;
    let names = super::names(db).await?;
    let mut glossaries: HashMap<Locale, Vec<Term>> = HashMap::new();
    for segment in &segments {
        if let Entry::Vacant(place) = glossaries.entry(segment.from) {
            place.insert(super::terms(db, segment.from, to).await?);
        }
    }
    let mut open: HashMap<Locale, Vec<String>> = HashMap::new();
    for segment in &mut segments {
        let glossary = glossaries.get(&segment.from).map(Vec::as_slice).unwrap_or_default();
        segment.flags = flags_of(segment, &names, glossary);
        if segment.state.is_none_or(|s| s == TextState::Stale) {
            open.entry(segment.from).or_default().push(segment.source.clone());
        }
    }
    for (from, sources) in open {
        let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
        let found = memory::similar(db, from, to, &sources).await?;
        for segment in segments.iter_mut().filter(|s| s.from == from && s.state.is_none_or(|s| s == TextState::Stale)) {
            segment.suggestion = found.get(&segment.source).cloned();
        }
    }
    Ok(segments)
}

fn flags_of(segment: &Segment, names: &Names, glossary: &[Term]) -> Vec<Flag> {
    let Some(target) = &segment.target else { return Vec::new() };
    let pair = Pair { source: &segment.source, target, from: segment.from, to: segment.to, rich: segment.rich };
    flags(&pair, names, glossary)
}

async fn pairs(db: &impl Reads, entities: &[Uuid], to: Locale) -> Result<Vec<Segment>, DbErr> {
    let place: HashMap<Uuid, usize> = entities.iter().enumerate().map(|(i, e)| (*e, i)).collect();
    let mut segments: Vec<Segment> = Vec::new();
    for chunk in entities.chunks(900) {
        let sql = format!(
            "select entity_id, field, locale, value, origin, state, source_hash, by_user, at from wording \
             where (locale = $1 or source_hash is null) and entity_id in ({})",
            db::marks(chunk.len(), 2)
        );
        let mut values = params![to];
        values.extend(db::values(chunk));
        let rows: Vec<Row> = db::all(db, &sql, values).await?;
        let (sources, targets): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|r| r.source_hash.is_none());
        let mut targets: HashMap<(Uuid, String), Row> =
            targets.into_iter().map(|r| ((r.entity_id, r.field.clone()), r)).collect();
        for source in sources.into_iter().filter(|s| s.locale != to) {
            let target = targets.remove(&(source.entity_id, source.field.clone()));
            segments.push(segment(source, target, to)?);
        }
    }
    let rank = |field: &str| ORDER.iter().position(|f| *f == field).unwrap_or(ORDER.len());
    segments.sort_by(|a, b| {
        let key = |s: &Segment| (place.get(&s.entity).copied(), rank(&s.field));
        key(a).cmp(&key(b)).then_with(|| a.field.cmp(&b.field))
    });
    Ok(segments)
}

fn segment(source: Row, target: Option<Row>, to: Locale) -> Result<Segment, DbErr> {
    let odd = |e: &'static str| DbErr::Type(e.to_owned());
    Ok(Segment {
        entity: source.entity_id,
        rich: html::is_rich(&source.field),
        seen: seen(&source.value, target.as_ref().map(|t| t.value.as_str())),
        field: source.field,
        from: source.locale,
        to,
        source: source.value,
        origin: target.as_ref().map(|t| t.origin.parse().map_err(odd)).transpose()?,
        state: target.as_ref().map(|t| t.state.parse().map_err(odd)).transpose()?,
        by: target.as_ref().and_then(|t| t.by_user),
        at: target.as_ref().map(|t| t.at),
        target: target.map(|t| t.value),
        flags: Vec::new(),
        suggestion: None,
    })
}

/// Tells whether source and translation are still those that somebody looked at.
fn seen(source: &str, target: Option<&str>) -> String {
    format!("{}{}", source_hash(source), target.map(source_hash).unwrap_or_default())
}

async fn one(tx: &Tx, mark: &Mark, to: Locale) -> Result<Segment, kernel::Fault> {
    let found = pairs(tx, &[mark.entity], to).await?;
    Ok(found.into_iter().find(|s| s.field == mark.field).ok_or(Fault::NoSource)?)
}

/// Says yes to a translation as it stands, a stale one too: its source changed, its words still fit.
///
/// # Faults
/// `translation.no_source`; `translation.moved` when it is not what was looked at.
pub async fn approve(tx: &Tx, mark: &Mark, to: Locale, looked_at: &str) -> Result<Segment, kernel::Fault> {
    let segment = one(tx, mark, to).await?;
    let Some(target) = segment.target.clone() else { return Err(Fault::NoSource.into()) };
    if segment.seen != looked_at {
        return Err(Fault::Moved.into());
    }
    let origin = segment.origin.unwrap_or_default();
    let text = NewText::new(mark.entity, mark.field.clone(), to, target).from(origin, TextState::Ok);
    set_many(tx, segment.from, vec![text]).await?;
    Ok(segment)
}

/// Says yes to every translation of these entities that waits for review and has no flag. Returns
/// those.
///
/// # Faults
/// Whatever the database says.
pub async fn approve_green(tx: &Tx, scope: &Scope, entities: &[Uuid], to: Locale) -> Result<Vec<Segment>, kernel::Fault> {
    let green: Vec<Segment> = segments(tx, scope, entities, to).await?.into_iter().filter(Segment::is_green).collect();
    let text = |s: &Segment| {
        let value = s.target.clone().unwrap_or_default();
        NewText::new(s.entity, s.field.clone(), to, value).from(s.origin.unwrap_or_default(), TextState::Ok)
    };
    set_many(tx, to, green.iter().map(text).collect()).await?;
    Ok(green)
}

/// Writes a translation by hand; an empty one takes it away.
///
/// # Faults
/// `translation.no_source`; `translation.moved` when it is not what was looked at.
pub async fn edit(tx: &Tx, mark: &Mark, to: Locale, text: &str, looked_at: &str) -> Result<Segment, kernel::Fault> {
    let segment = one(tx, mark, to).await?;
    if segment.seen != looked_at {
        return Err(Fault::Moved.into());
    }
    set_many(tx, segment.from, vec![NewText::new(mark.entity, mark.field.clone(), to, text.trim())]).await?;
    Ok(segment)
}

/// Keeps a translation that stands for the future.
///
/// # Faults
/// `translation.no_source`; `translation.moved` for one that no person has said yes to.
pub async fn remember(tx: &Tx, marks: &[Mark], to: Locale, domain: Domain) -> Result<usize, kernel::Fault> {
    let mut new = Vec::with_capacity(marks.len());
    for mark in marks {
        let segment = one(tx, mark, to).await?;
        if !segment.is_done() {
            return Err(Fault::Moved.into());
        }
        let origin = segment.origin.unwrap_or_default();
        let (from, target) = (segment.from, segment.target.unwrap_or_default());
        new.push(NewMemory { from, to, domain, source: segment.source, target, origin });
    }
    memory::keep(tx, new).await
}
