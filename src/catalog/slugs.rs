//! Addresses: one current slug a language, and every old one for ever.

use std::collections::{HashMap, HashSet};

use sea_orm::DbErr;
use uuid::Uuid;

use super::{product::words, words::slugify};
use crate::kernel::{Locale, Reads, Tx, db, db::params};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

words!(
    /// Slugs of different kinds do not meet.
    SlugKind { Product = "product", Category = "category", Page = "page" }
);

/// A slug that an entity would like to have.
#[derive(Clone, Debug)]
pub struct SlugWish {
    pub entity: Uuid,
    pub locale: Locale,
    pub text: String,
    /// Replace the one it has; otherwise a wish only fills a gap, so that a corrected title
    /// does not move a page that is linked from elsewhere.
    pub replace: bool,
}

#[derive(Clone, Debug)]
struct Held {
    entity: Uuid,
    locale: Locale,
    slug: String,
    current: bool,
}

/// Gives each wish its slug, with `-2`, `-3` … where it is taken. Old slugs stay and lead to
/// the new one. A bounded number of statements, whatever the number of wishes.
///
/// # Errors
/// Whatever the database says.
pub async fn assign(tx: &Tx, kind: SlugKind, wishes: Vec<SlugWish>) -> Result<(), DbErr> {
    let entities: Vec<Uuid> = wishes.iter().map(|w| w.entity).collect::<HashSet<_>>().into_iter().collect();
    let mine = held_by(tx, &entities).await?;
    let mut open: Vec<(Uuid, Locale, String)> = Vec::with_capacity(wishes.len());
    for wish in wishes {
        let base = slugify(&wish.text);
        let has = mine.get(&(wish.entity, wish.locale)).and_then(|all| all.iter().find(|h| h.current));
        if has.is_none_or(|h| wish.replace && !is_form_of(&h.slug, &base)) {
            open.push((wish.entity, wish.locale, base));
        }
    }
    let won = resolve(tx, kind, open).await?;
    let mut rows = Vec::with_capacity(won.len());
    for (entity, locale, slug) in won {
        let old = mine.get(&(entity, locale)).map(Vec::as_slice).unwrap_or_default();
        for old in old.iter().filter(|h| h.current && h.slug != slug) {
            rows.push(params![kind.as_str(), locale, old.slug.clone(), entity, false]);
        }
        rows.push(params![kind.as_str(), locale, slug, entity, true]);
    }
    let head = "insert into slug (kind, locale, slug, entity_id, is_current) values";
    let tail = "on conflict (kind, slug, locale) do update set entity_id = excluded.entity_id, \
                is_current = excluded.is_current";
    db::insert_many(tx, head, tail, rows).await
}

/// `nida-2` is the wish `nida` after a collision.
fn is_form_of(slug: &str, base: &str) -> bool {
    slug == base
        || slug.strip_prefix(base).and_then(|s| s.strip_prefix('-')).is_some_and(|s| s.bytes().all(|b| b.is_ascii_digit()))
}

/// Finds a free form for each; an entity's own old slug counts as free.
async fn resolve(tx: &Tx, kind: SlugKind, mut open: Vec<(Uuid, Locale, String)>) -> Result<Vec<(Uuid, Locale, String)>, DbErr> {
    let mut won = Vec::with_capacity(open.len());
    let mut given: HashSet<(Locale, String)> = HashSet::with_capacity(open.len());
    for round in 1..=6_u8 {
        if open.is_empty() {
            break;
        }
        let tries: Vec<String> = open.iter().map(|(entity, _, base)| form(base, round, *entity)).collect();
        let locales: HashSet<Locale> = open.iter().map(|(_, locale, _)| *locale).collect();
        let taken = owners(tx, kind, &locales, &tries).await?;
        let mut lost = Vec::new();
        for ((entity, locale, base), slug) in open.into_iter().zip(tries) {
            let key = (locale, slug);
            let free = taken.get(&key).is_none_or(|owner| *owner == entity) && !given.contains(&key);
            if free {
                given.insert(key.clone());
                won.push((entity, locale, key.1));
            } else {
                lost.push((entity, locale, base));
            }
        }
        open = lost;
    }
    Ok(won)
}

fn form(base: &str, round: u8, entity: Uuid) -> String {
    match round {
        1 => base.to_owned(),
        // The id is unique, so the last round always wins.
        6 => format!("{base}-{}", &entity.simple().to_string()[16..]),
        n => format!("{base}-{n}"),
    }
}

/// Both columns of the key are named, so that the primary key finds them.
async fn owners(
    tx: &Tx,
    kind: SlugKind,
    locales: &HashSet<Locale>,
    slugs: &[String],
) -> Result<HashMap<(Locale, String), Uuid>, DbErr> {
    let mut found = HashMap::new();
    for chunk in slugs.chunks(900) {
        let sql = format!(
            "select locale, slug, entity_id from slug where kind = $1 and locale in ({}) and slug in ({})",
            db::marks(locales.len(), 2),
            db::marks(chunk.len(), 2 + locales.len())
        );
        let mut values = params![kind.as_str()];
        values.extend(locales.iter().map(|l| (*l).into()));
        values.extend(db::values(chunk));
        for row in db::rows(tx, &sql, values).await? {
            found.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?), row.try_get_by_index(2)?);
        }
    }
    Ok(found)
}

async fn held_by(db: &impl Reads, entities: &[Uuid]) -> Result<HashMap<(Uuid, Locale), Vec<Held>>, DbErr> {
    let mut found: HashMap<(Uuid, Locale), Vec<Held>> = HashMap::with_capacity(entities.len());
    for chunk in entities.chunks(900) {
        let marks = db::marks(chunk.len(), 1);
        let sql = format!("select entity_id, locale, slug, is_current from slug where entity_id in ({marks})");
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            let held = Held {
                entity: row.try_get_by_index(0)?,
                locale: row.try_get_by_index(1)?,
                slug: row.try_get_by_index(2)?,
                current: row.try_get_by_index(3)?,
            };
            found.entry((held.entity, held.locale)).or_default().push(held);
        }
    }
    Ok(found)
}

/// The current slugs of the entities, by entity.
///
/// # Errors
/// Whatever the database says.
pub async fn slugs_of(db: &impl Reads, entities: &[Uuid]) -> Result<HashMap<Uuid, Vec<(Locale, String)>>, DbErr> {
    let mut found: HashMap<Uuid, Vec<(Locale, String)>> = HashMap::with_capacity(entities.len());
    for (_, all) in held_by(db, entities).await? {
        for held in all.into_iter().filter(|h| h.current) {
            found.entry(held.entity).or_default().push((held.locale, held.slug));
        }
    }
    for all in found.values_mut() {
        all.sort();
    }
    Ok(found)
}
