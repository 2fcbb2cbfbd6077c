//! Setting texts, one or thousands, with what follows from it for their translations.

use std::{borrow::Cow, collections::HashMap};

use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    NewText, TextOrigin, TextState, html, source_hash,
    views::{Text, texts_of},
};
use crate::kernel::{Locale, Tx, db, db::params};

const HEAD: &str = "insert into wording (entity_id, field, locale, value, origin, state, source_hash, by_user, at) values";
const TAIL: &str = "on conflict (entity_id, field, locale) do update set value = excluded.value, \
     origin = excluded.origin, state = excluded.state, source_hash = excluded.source_hash, \
     by_user = excluded.by_user, at = excluded.at";

/// Sets one text; see [`set_many`].
///
/// # Errors
/// Whatever the database says.
pub async fn set(tx: &Tx, text: NewText) -> Result<bool, DbErr> {
    let source = text.locale;
    Ok(!set_many(tx, source, vec![text]).await?.is_empty())
}

/// Sets texts and marks the translations of a changed source stale. Returns the entities of
/// which anything changed, each once.
///
/// Where an entity's field has no text yet, the one in `source` becomes its source (or the
/// first given, when `source` is not among them). Three statements at most for each 500
/// entities or texts, whatever their number.
///
/// # Errors
/// Whatever the database says.
pub async fn set_many(tx: &Tx, source: Locale, texts: Vec<NewText>) -> Result<Vec<Uuid>, DbErr> {
    let mut entities: Vec<Uuid> = texts.iter().map(|t| t.entity).collect();
    entities.sort_unstable();
    entities.dedup();
    let before = texts_of(tx, &entities).await?;

    let mut changed = Vec::new();
    let (mut rows, mut gone) = (Vec::new(), Vec::new());
    for ((entity, _), group) in by_field(texts) {
        let plan = plan(before.of(entity), group, source);
        if !plan.rows.is_empty() || !plan.gone.is_empty() {
            changed.push(entity);
        }
        rows.extend(plan.rows);
        gone.extend(plan.gone.into_iter().map(|(field, locale)| (entity, field, locale)));
    }
    for (entity, field, locale) in gone {
        let sql = "delete from wording where entity_id = $1 and field = $2 and locale = $3";
        db::run(tx, sql, params![entity, field, locale]).await?;
    }
    let by = tx.actor().user();
    let rows = rows
        .into_iter()
        .map(|r| {
            let (origin, state) = (r.text.origin.as_str(), r.text.state.as_str());
            let NewText { entity, field, locale, value, .. } = r.text;
            params![entity, field.into_owned(), locale, value, origin, state, r.hash, by, tx.now()]
        })
        .collect();
    db::insert_many(tx, HEAD, TAIL, rows).await?;
    changed.sort_unstable();
    changed.dedup();
    Ok(changed)
}

/// Takes every text of these entities away, in all languages.
///
/// # Errors
/// Whatever the database says.
pub async fn clear(tx: &Tx, entities: &[Uuid]) -> Result<(), DbErr> {
    for chunk in entities.chunks(900) {
        let sql = format!("delete from wording where entity_id in ({})", db::marks(chunk.len(), 1));
        db::run(tx, &sql, db::values(chunk)).await?;
    }
    Ok(())
}

type Field = (Uuid, String);

/// Groups by entity and field in order of first appearance; the last text of a language wins.
fn by_field(texts: Vec<NewText>) -> Vec<(Field, Vec<NewText>)> {
    let mut at: HashMap<Field, usize> = HashMap::with_capacity(texts.len());
    let mut groups: Vec<(Field, Vec<NewText>)> = Vec::with_capacity(texts.len());
    for mut text in texts {
        text.value = html::without_controls(text.value);
        if html::is_rich(&text.field)
            && let Cow::Owned(clean) = html::clean(&text.value)
        {
            text.value = clean;
        }
        let key = (text.entity, text.field.to_string());
        let i = *at.entry(key.clone()).or_insert_with(|| {
            groups.push((key, Vec::with_capacity(1)));
            groups.len() - 1
        });
        groups[i].1.retain(|t| t.locale != text.locale);
        groups[i].1.push(text);
    }
    groups
}

struct Row {
    text: NewText,
    hash: Option<String>,
}

#[derive(Default)]
struct Plan {
    rows: Vec<Row>,
    gone: Vec<(String, Locale)>,
}

/// What must be written for one field of one entity.
fn plan(before: &[Text], group: Vec<NewText>, source: Locale) -> Plan {
    let Some(field) = group.first().map(|t| t.field.clone()) else { return Plan::default() };
    let old: Vec<&Text> = before.iter().filter(|t| t.field == field).collect();
    let mut plan = Plan::default();
    let (set, cleared): (Vec<_>, Vec<_>) = group.into_iter().partition(|t| !t.value.is_empty());
    for text in &cleared {
        if old.iter().any(|o| o.locale == text.locale) {
            plan.gone.push((field.to_string(), text.locale));
        }
    }
    let standing = old.iter().find(|o| o.source_hash.is_none() && !cleared.iter().any(|c| c.locale == o.locale));
    let origin = match standing {
        Some(o) => Some(o.locale),
        None if set.iter().any(|t| t.locale == source) => Some(source),
        None => set.first().map(|t| t.locale),
    };
    let Some(origin) = origin else { return plan };
    let new_source = set.iter().find(|t| t.locale == origin).map(|t| t.value.as_str());
    let old_source = old.iter().find(|o| o.locale == origin).map(|o| o.value.as_str());
    // A source alone needs no hash; a translation alone does.
    let only = set.iter().all(|t| t.locale == origin) && old.iter().all(|o| o.locale == origin);
    let hash = if only { String::new() } else { new_source.or(old_source).map(source_hash).unwrap_or_default() };

    let mut rows = Vec::with_capacity(set.len());
    for o in &old {
        let touched = o.locale == origin || set.iter().chain(&cleared).any(|t| t.locale == o.locale);
        if let (false, Some(text)) = (touched, restated(o, &hash)) {
            rows.push(Row { text, hash: o.source_hash.clone() });
        }
    }
    for text in set {
        let hash = (text.locale != origin).then(|| hash.clone());
        let same = old.iter().any(|o| {
            o.locale == text.locale
                && o.value == text.value
                && (o.origin, o.state) == (text.origin, text.state)
                && o.source_hash == hash
        });
        if !same {
            rows.push(Row { text, hash });
        }
    }
    plan.rows = rows;
    plan
}

/// A translation whose state no longer fits its source: stale, or good again because the
/// source went back to what it said.
fn restated(old: &Text, hash: &str) -> Option<NewText> {
    let fits = old.source_hash.as_deref() == Some(hash);
    let state = match (fits, old.state) {
        (false, TextState::Ok | TextState::Review) => TextState::Stale,
        (true, TextState::Stale) if old.origin == TextOrigin::Human => TextState::Ok,
        (true, TextState::Stale) => TextState::Review,
        _ => return None,
    };
    Some(NewText::new(old.entity, old.field.clone(), old.locale, old.value.clone()).from(old.origin, state))
}
