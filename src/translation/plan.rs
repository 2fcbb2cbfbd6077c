//! Who translates what: approved text of the catalogue, then the memory, then whoever is paid.
//!
//! A person's text is never written over. What has a fitting translation is left alone; a stale one
//! of a machine is done anew.

use std::collections::{HashMap, HashSet};

use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    Domain, Names, NewText, TextOrigin, TextState, html, memory,
    protect::Guarded,
    set_many, source_hash,
    views::{Text, texts_of},
};
use crate::kernel::{Locale, Reads, Tx, db, db::params};

/// A text that is wanted in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub entity: Uuid,
    pub field: String,
    pub source: String,
    pub from: Locale,
}

impl Item {
    pub fn new(entity: impl Into<Uuid>, field: impl Into<String>, from: Locale, source: impl Into<String>) -> Self {
        Self { entity: entity.into(), field: field.into(), source: source.into(), from }
    }
}

/// What can be filled without a provider, and what cannot.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Sources that were new or changed, and translations that were found.
    pub texts: Vec<NewText>,
    pub rest: Vec<Item>,
    /// Characters that a provider would count for the rest; the same source twice costs once.
    pub characters: i64,
    /// Had a fitting translation before.
    pub standing: usize,
    pub found: usize,
}

/// Looks through what the shop knows. Writes nothing.
///
/// # Errors
/// Whatever the database says.
pub async fn plan(db: &impl Reads, items: Vec<Item>, to: Locale, domain: Domain) -> Result<Plan, DbErr> {
    let mut plan = Plan::default();
    let mut entities: Vec<Uuid> = items.iter().map(|i| i.entity).collect();
    entities.sort_unstable();
    entities.dedup();
    let texts = texts_of(db, &entities).await?;
    let mut open = Vec::with_capacity(items.len());
    for item in items {
        let said = texts.exact(item.entity, &item.field, item.from);
        if said.is_none_or(|t| t.value != item.source) {
            plan.texts.push(NewText::new(item.entity, item.field.clone(), item.from, item.source.clone()));
        }
        match texts.exact(item.entity, &item.field, to) {
            _ if item.from == to || item.source.trim().is_empty() => {}
            Some(own) if stands(own, &item.source) => plan.standing += 1,
            _ => open.push(item),
        }
    }
    let mut by_source: HashMap<Locale, Vec<Item>> = HashMap::new();
    for item in open {
        by_source.entry(item.from).or_default().push(item);
    }
    for (from, items) in by_source {
        fill(db, &mut plan, items, from, to, domain).await?;
    }
    Ok(plan)
}

/// A person's text stands whatever became of its source; others while they fit it.
fn stands(own: &Text, source: &str) -> bool {
    own.origin == TextOrigin::Human || own.source_hash.as_deref() == Some(&source_hash(source))
}

async fn fill(db: &impl Reads, plan: &mut Plan, items: Vec<Item>, from: Locale, to: Locale, domain: Domain) -> Result<(), DbErr> {
    let names = super::names(db).await?;
    let sources: Vec<&str> = items.iter().map(|i| i.source.as_str()).collect();
    let said = said(db, from, to, &sources).await?;
    let kept = memory::exact(db, from, to, domain, &sources).await?;
    let mut priced: HashSet<String> = HashSet::new();
    for item in items {
        let guarded = guarded(&item, &names);
        let found = if guarded.has_words() {
            let approved = best(&said, &item, TextState::Ok).map(|t| (t, TextOrigin::Catalogue, TextState::Ok));
            let kept = || {
                kept.get(&memory::tidied(&item.source)).map(|hit| {
                    let state = if hit.same_domain { TextState::Ok } else { TextState::Review };
                    (hit.target.clone(), TextOrigin::Memory, state)
                })
            };
            // What the machine was paid for once it need not be asked again.
            let machine = || best(&said, &item, TextState::Review).map(|t| (t, TextOrigin::Machine, TextState::Review));
            approved.or_else(kept).or_else(machine)
        } else {
            Some((guarded.carried(from, to), TextOrigin::Machine, TextState::Ok))
        };
        match found {
            Some((value, origin, state)) => {
                plan.found += 1;
                plan.texts.push(NewText::new(item.entity, item.field, to, value).from(origin, state));
            }
            None => {
                if priced.insert(item.source.clone()) {
                    plan.characters += i64::try_from(guarded.characters()).unwrap_or(i64::MAX);
                }
                plan.rest.push(item);
            }
        }
    }
    Ok(())
}

pub(super) fn guarded(item: &Item, names: &Names) -> Guarded {
    if html::is_rich(&item.field) { Guarded::rich(&item.source, names) } else { Guarded::plain(&item.source, names) }
}

/// A translation of the same words that stands at another text.
struct Said {
    field: String,
    value: String,
    state: TextState,
}

/// Of several the one of a like field, else the first.
fn best(said: &HashMap<String, Vec<Said>>, item: &Item, state: TextState) -> Option<String> {
    let all: Vec<&Said> = said.get(&item.source)?.iter().filter(|s| s.state == state).collect();
    // Markup would be shown as text where it is not expected.
    let rich = html::is_rich(&item.field);
    let own = all.iter().find(|s| s.field == item.field);
    own.or_else(|| all.iter().find(|s| html::is_rich(&s.field) == rich)).map(|s| s.value.clone())
}

/// Translations of these very sources anywhere in the shop. One query for each 400.
async fn said(db: &impl Reads, from: Locale, to: Locale, sources: &[&str]) -> Result<HashMap<String, Vec<Said>>, DbErr> {
    let mut by_hash: HashMap<String, &str> = HashMap::with_capacity(sources.len());
    by_hash.extend(sources.iter().map(|s| (source_hash(s), *s)));
    let hashes: Vec<&String> = by_hash.keys().collect();
    let mut found: HashMap<String, Vec<Said>> = HashMap::new();
    for chunk in hashes.chunks(400) {
        let sql = format!(
            "select w.source_hash, w.field, w.value, w.state, s.value from wording w join wording s on s.entity_id = w.entity_id \
             and s.field = w.field and s.locale = $1 and s.source_hash is null where w.locale = $2 and w.state <> 'stale' and \
             w.source_hash in ({}) order by w.at desc limit 20000",
            db::marks(chunk.len(), 3)
        );
        let mut values = params![from, to];
        values.extend(chunk.iter().map(|h| sea_orm::Value::from(h.as_str())));
        for row in db::rows(db, &sql, values).await? {
            let hash: String = row.try_get_by_index(0)?;
            let (state, source): (String, String) = (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
            // 64 bits may meet by chance; the words may not.
            let Some(wanted) = by_hash.get(&hash).filter(|s| **s == source) else { continue };
            let list = found.entry((*wanted).to_owned()).or_default();
            if list.len() < 8 {
                let state = state.parse().map_err(|e: &str| DbErr::Type(e.to_owned()))?;
                list.push(Said { field: row.try_get_by_index(1)?, value: row.try_get_by_index(2)?, state });
            }
        }
    }
    Ok(found)
}

/// A text as it goes to a provider, with everybody who waits for it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub from: Locale,
    pub to: Locale,
    pub guarded: Guarded,
    pub items: Vec<Item>,
}

impl Asked {
    pub fn characters(&self) -> i64 {
        i64::try_from(self.guarded.characters()).unwrap_or(i64::MAX)
    }
}

/// The rest of a plan, each source once, in requests of one language pair that every provider takes.
pub fn requests(rest: Vec<Item>, to: Locale, names: &Names, texts: usize, bytes: usize) -> Vec<Vec<Asked>> {
    let mut at: HashMap<(Locale, bool, String), usize> = HashMap::new();
    let mut all: Vec<Asked> = Vec::new();
    for item in rest {
        let rich = html::is_rich(&item.field);
        let i = *at.entry((item.from, rich, item.source.clone())).or_insert_with(|| {
            all.push(Asked { from: item.from, to, guarded: guarded(&item, names), items: Vec::new() });
            all.len() - 1
        });
        all[i].items.push(item);
    }
    all.sort_by_key(|a| a.from);
    let (mut requests, mut size): (Vec<Vec<Asked>>, usize) = (Vec::new(), 0);
    for asked in all {
        let own = asked.guarded.wire().len();
        let fits = requests.last().is_some_and(|r: &Vec<Asked>| {
            r.len() < texts && size + own <= bytes && r.first().is_some_and(|f| f.from == asked.from)
        });
        if !fits {
            requests.push(Vec::new());
            size = 0;
        }
        size += own;
        if let Some(last) = requests.last_mut() {
            last.push(asked);
        }
    }
    requests
}

/// Writes what a plan found. Returns the entities that changed.
///
/// # Errors
/// Whatever the database says.
pub async fn write(tx: &Tx, texts: Vec<NewText>) -> Result<Vec<Uuid>, DbErr> {
    let mut changed = Vec::new();
    let mut by_source: HashMap<Locale, Vec<NewText>> = HashMap::new();
    // Each goes under the language of its source, so that a new text knows which one that is.
    let mut sources: HashMap<(Uuid, String), Locale> = HashMap::new();
    for text in texts {
        let key = (text.entity, text.field.to_string());
        let source = *sources.entry(key).or_insert(text.locale);
        by_source.entry(source).or_default().push(text);
    }
    for (source, texts) in by_source {
        changed.extend(set_many(tx, source, texts).await?);
    }
    changed.sort_unstable();
    changed.dedup();
    Ok(changed)
}

/// Writes what a provider answered, where its source still says what was asked and no person wrote
/// meanwhile. Returns the entities that changed.
///
/// # Errors
/// Whatever the database says.
pub async fn land(tx: &Tx, to: Locale, answered: Vec<(Item, String)>) -> Result<Vec<Uuid>, DbErr> {
    let entities: Vec<Uuid> = answered.iter().map(|(i, _)| i.entity).collect();
    let texts = texts_of(tx, &entities).await?;
    let fits = |item: &Item| {
        let source = texts.exact(item.entity, &item.field, item.from);
        let own = texts.exact(item.entity, &item.field, to);
        source.is_some_and(|t| t.value == item.source) && !own.is_some_and(|t| stands(t, &item.source))
    };
    let new = answered
        .into_iter()
        .filter(|(item, _)| fits(item))
        .map(|(item, value)| NewText::new(item.entity, item.field, to, value).from(TextOrigin::Machine, TextState::Review));
    set_many(tx, to, new.collect()).await
}
