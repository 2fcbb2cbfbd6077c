//! What was translated once and found good: kept, found again, changed, dropped.

use std::{collections::HashMap, str::FromStr};

use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use super::{Fault, TextOrigin, alike};
use crate::kernel::{self, Locale, MemoryId, Moment, Page, Reads, Scope, Tx, UserId, db, db::params, fold, from_cursor, token};

/// What kind of text it is: the same words may be said otherwise in a contract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Domain {
    #[default]
    Product,
    Offer,
    Legal,
    Email,
    Ui,
}

impl Domain {
    pub const ALL: &'static [Domain] = &[Self::Product, Self::Offer, Self::Legal, Self::Email, Self::Ui];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Offer => "offer",
            Self::Legal => "legal",
            Self::Email => "email",
            Self::Ui => "ui",
        }
    }
}

impl FromStr for Domain {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|d| d.as_str() == text).ok_or("unknown domain of a text")
    }
}

/// The most characters of one side.
pub const MOST: usize = 20_000;

/// A source and its translation, to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMemory {
    pub from: Locale,
    pub to: Locale,
    pub domain: Domain,
    pub source: String,
    pub target: String,
    pub origin: TextOrigin,
}

/// A kept translation of exactly this source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub target: String,
    /// It was kept for texts of the same kind.
    pub same_domain: bool,
}

/// An entry as the office lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub id: MemoryId,
    pub from: Locale,
    pub to: Locale,
    pub domain: String,
    pub source: String,
    pub target: String,
    pub origin: String,
    pub by: Option<UserId>,
    pub at: Moment,
}
db::record!(Entry {
    id,
    from = "source_locale",
    to = "target_locale",
    domain,
    source,
    target,
    origin,
    by = "by_user",
    at
});
const COLUMNS: &str = "id, source_locale, target_locale, domain, source, target, origin, by_user, at";

/// What a source is found by: composed, each run of white space one space. Case counts.
pub fn tidied(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    for word in source.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.nfc());
    }
    out
}

/// 128 bits of SHA-256 of the tidied source, in hex.
pub(super) fn key(source: &str) -> String {
    token::hex(&Sha256::digest(tidied(source).as_bytes())[..16])
}

fn pair(from: Locale, to: Locale) -> String {
    format!("{from}>{to}")
}

const HEAD: &str =
    "insert into memory (id, source_key, source_locale, target_locale, domain, source, target, find, origin, by_user, at) values";
const TAIL: &str = "on conflict (source_key, source_locale, target_locale, domain) do update set target = excluded.target, \
     find = excluded.find, origin = excluded.origin, by_user = excluded.by_user, at = excluded.at";

/// Keeps translations for the future; one that was kept before gives way. The last of the same
/// source wins. Returns how many there are.
///
/// # Faults
/// `translation.empty`, `translation.too_long`, `translation.same_locale`.
pub async fn keep(tx: &Tx, new: Vec<NewMemory>) -> Result<usize, kernel::Fault> {
    let mut rows = std::collections::BTreeMap::new();
    let mut signs = Vec::new();
    let by = tx.actor().user();
    for entry in new {
        check(&entry)?;
        let key = key(&entry.source);
        let pair = pair(entry.from, entry.to);
        signs.extend(alike::signs(&entry.source).into_iter().map(|s| params![pair.clone(), s, key.clone()]));
        let find = found_by(&entry.source, &entry.target);
        let NewMemory { from, to, domain, source, target, origin } = entry;
        let at = (key.clone(), from, to, domain);
        let id = MemoryId::new(tx);
        rows.insert(
            at,
            params![id, key, from, to, domain.as_str(), source.trim(), target.trim(), find, origin.as_str(), by, tx.now()],
        );
    }
    let n = rows.len();
    db::insert_many(tx, HEAD, TAIL, rows.into_values().collect()).await?;
    let head = "insert into memory_sign (pair, sign, source_key) values";
    db::insert_many(tx, head, "on conflict do nothing", signs).await?;
    Ok(n)
}

fn check(entry: &NewMemory) -> Result<(), Fault> {
    if entry.from == entry.to {
        return Err(Fault::SameLocale);
    }
    if entry.source.trim().is_empty() || entry.target.trim().is_empty() {
        return Err(Fault::Empty);
    }
    if entry.source.chars().count().max(entry.target.chars().count()) > MOST {
        return Err(Fault::TooLong { most: MOST });
    }
    Ok(())
}

fn found_by(source: &str, target: &str) -> String {
    fold(&format!("{source} {target}")).chars().take(2_000).collect()
}

/// The kept translations of these sources by their [`tidied`] text. One query for each 900.
///
/// # Errors
/// Whatever the database says.
pub async fn exact(
    db: &impl Reads,
    from: Locale,
    to: Locale,
    domain: Domain,
    sources: &[&str],
) -> Result<HashMap<String, Hit>, DbErr> {
    let by_key: HashMap<String, String> = sources.iter().map(|s| (key(s), tidied(s))).collect();
    let keys: Vec<&String> = by_key.keys().collect();
    let mut hits: HashMap<String, Hit> = HashMap::with_capacity(keys.len());
    for chunk in keys.chunks(900) {
        let sql = format!(
            "select source_key, domain, target from memory where source_locale = $1 and target_locale = $2 and source_key in ({}) \
             order by at",
            db::marks(chunk.len(), 3)
        );
        let mut values = params![from, to];
        values.extend(chunk.iter().map(|k| sea_orm::Value::from(k.as_str())));
        for row in db::rows(db, &sql, values).await? {
            let (key, own, target): (String, String, String) =
                (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            let Some(source) = by_key.get(&key) else { continue };
            let same_domain = own == domain.as_str();
            // Of other domains the youngest counts.
            if same_domain || !hits.get(source).is_some_and(|h| h.same_domain) {
                hits.insert(source.clone(), Hit { target, same_domain });
            }
        }
    }
    Ok(hits)
}

/// What a list is narrowed by.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    pub words: String,
    pub to: Option<Locale>,
    pub domain: Option<Domain>,
}

/// Entries, the youngest first.
///
/// # Faults
/// `request.cursor_invalid`.
pub async fn entries(
    db: &impl Reads,
    _: &Scope,
    narrow: &Narrow,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<Entry>, kernel::Fault> {
    let (mut place, mut values) = (String::from("1 = 1"), Vec::new());
    let mut and = |condition: &dyn Fn(usize) -> String, value: Vec<sea_orm::Value>| {
        place += " and ";
        place += &condition(values.len() + 1);
        values.extend(value);
    };
    for word in kernel::words(&narrow.words).into_iter().take(8) {
        and(&|n| format!("find like ${n}"), params![format!("%{word}%")]);
    }
    if let Some(to) = narrow.to {
        and(&|n| format!("target_locale = ${n}"), params![to]);
    }
    if let Some(domain) = narrow.domain {
        and(&|n| format!("domain = ${n}"), params![domain.as_str()]);
    }
    if let Some(after) = after.filter(|a| !a.is_empty()) {
        let (at, id): (Moment, MemoryId) = from_cursor(after)?;
        and(&|n| format!("(at, id) < (${n}, ${})", n + 1), params![at, id]);
    }
    let sql = format!("select {COLUMNS} from memory where {place} order by at desc, id desc limit {}", limit + 1);
    let rows: Vec<Entry> = db::all(db, &sql, values).await?;
    Ok(Page::cut(rows, limit as usize, |e| (e.at, e.id)))
}

/// How many there are in all.
///
/// # Errors
/// Whatever the database says.
pub async fn count(db: &impl Reads, _: &Scope) -> Result<i64, DbErr> {
    Ok(db::scalar(db, "select count(*) from memory", Vec::new()).await?.unwrap_or(0))
}

/// # Faults
/// `translation.no_entry`.
pub async fn entry(db: &impl Reads, _: &Scope, id: MemoryId) -> Result<Entry, kernel::Fault> {
    let found = db::opt(db, &format!("select {COLUMNS} from memory where id = $1"), params![id]).await?;
    Ok(found.ok_or(Fault::NoEntry)?)
}

/// Changes the translation of an entry.
///
/// # Faults
/// `translation.no_entry`; as [`keep`].
pub async fn change(tx: &Tx, id: MemoryId, target: &str) -> Result<(), kernel::Fault> {
    let Some(old): Option<Entry> = db::opt(tx, &format!("select {COLUMNS} from memory where id = $1"), params![id]).await? else {
        return Err(Fault::NoEntry.into());
    };
    let new = NewMemory {
        from: old.from,
        to: old.to,
        domain: old.domain.parse().unwrap_or_default(),
        source: old.source,
        target: target.to_owned(),
        origin: TextOrigin::Human,
    };
    keep(tx, vec![new]).await.map(drop)
}

/// Forgets an entry.
///
/// # Faults
/// `translation.no_entry`.
pub async fn forget(tx: &Tx, id: MemoryId) -> Result<(), kernel::Fault> {
    let sql = "select source_key, source_locale, target_locale from memory where id = $1";
    let Some(row) = db::row(tx, sql, params![id]).await? else { return Err(Fault::NoEntry.into()) };
    let (key, from, to): (String, Locale, Locale) =
        (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    db::run(tx, "delete from memory where id = $1", params![id]).await?;
    let sql = "delete from memory_sign where source_key = $1 and pair = $2 and not exists \
               (select 1 from memory where source_key = $1 and source_locale = $3 and target_locale = $4)";
    db::run(tx, sql, params![key, pair(from, to), from, to]).await?;
    Ok(())
}

/// A kept text that is like another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    pub source: String,
    pub target: String,
    /// How like the sources are, in percent.
    pub likeness: u32,
}

/// The nearest kept text of each source that has one, by the source. For a person to look at,
/// never to be taken by itself. Two queries for each 40 sources.
///
/// # Errors
/// Whatever the database says.
pub async fn similar(db: &impl Reads, from: Locale, to: Locale, sources: &[&str]) -> Result<HashMap<String, Suggestion>, DbErr> {
    let mut best = HashMap::new();
    for chunk in sources.chunks(40) {
        let signs: Vec<Vec<i64>> = chunk.iter().map(|s| alike::signs(s)).collect();
        let mut wanted: Vec<i64> = signs.iter().flatten().copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            continue;
        }
        let marks = db::marks(wanted.len(), 2);
        let sql = format!("select sign, source_key from memory_sign where pair = $1 and sign in ({marks}) limit 8000");
        let mut values = params![pair(from, to)];
        values.extend(db::values(&wanted));
        let mut by_sign: HashMap<i64, Vec<String>> = HashMap::new();
        for row in db::rows(db, &sql, values).await? {
            by_sign.entry(row.try_get_by_index(0)?).or_default().push(row.try_get_by_index(1)?);
        }
        let near: Vec<Vec<&String>> = signs.iter().map(|own| nearest(own, &by_sign)).collect();
        let mut keys: Vec<&String> = near.iter().flatten().copied().collect();
        keys.sort_unstable();
        keys.dedup();
        let known = by_keys(db, from, to, &keys).await?;
        for (source, near) in chunk.iter().zip(near) {
            let scored = near.into_iter().filter_map(|k| known.get(k)).map(|(s, t)| (alike::likeness(source, s), s, t));
            if let Some((likeness, s, t)) = scored.filter(|(n, ..)| *n >= alike::LEAST).max_by_key(|(n, ..)| *n) {
                best.insert((*source).to_owned(), Suggestion { source: s.clone(), target: t.clone(), likeness });
            }
        }
    }
    Ok(best)
}

/// Candidates that share the most signs.
fn nearest<'a>(own: &[i64], by_sign: &'a HashMap<i64, Vec<String>>) -> Vec<&'a String> {
    let mut shared: HashMap<&String, usize> = HashMap::new();
    for key in own.iter().filter_map(|s| by_sign.get(s)).flatten() {
        *shared.entry(key).or_default() += 1;
    }
    let mut shared: Vec<(&String, usize)> = shared.into_iter().collect();
    shared.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    shared.into_iter().take(12).map(|(key, _)| key).collect()
}

async fn by_keys(
    db: &impl Reads,
    from: Locale,
    to: Locale,
    keys: &[&String],
) -> Result<HashMap<String, (String, String)>, DbErr> {
    let mut known = HashMap::new();
    for chunk in keys.chunks(900) {
        let marks = db::marks(chunk.len(), 3);
        let sql = format!(
            "select source_key, source, target from memory where source_locale = $1 and target_locale = $2 and source_key in ({marks}) order by at"
        );
        let mut values = params![from, to];
        values.extend(chunk.iter().map(|k| sea_orm::Value::from(k.as_str())));
        for row in db::rows(db, &sql, values).await? {
            known.insert(row.try_get_by_index(0)?, (row.try_get_by_index(1)?, row.try_get_by_index(2)?));
        }
    }
    Ok(known)
}
