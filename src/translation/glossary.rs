//! Words that are always translated the same way, and names that are never translated.

use sea_orm::DbErr;
use serde::Serialize;

use super::{Fault, Term, protect::Names};
use crate::kernel::{self, Locale, Moment, Page, Reads, Scope, TermId, Tx, db, db::params, fold, from_cursor};

/// What DeepL takes of a term, in bytes.
const MOST: usize = 1_024;
/// A name belongs to no language.
const NONE: &str = "";

/// A word to be put into the glossary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewTerm {
    Word {
        from: Locale,
        to: Locale,
        term: String,
        target: String,
    },
    /// Stays as it is in every language.
    Name(String),
}

/// A word as the office lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermView {
    pub id: TermId,
    /// Empty: a name that stays.
    pub from: String,
    pub to: String,
    pub term: String,
    pub target: String,
    pub at: Moment,
}
db::record!(TermView { id, from = "source_locale", to = "target_locale", term, target, at });
const COLUMNS: &str = "id, source_locale, target_locale, term, target, at";

/// Puts words in; one that is there already is translated anew. Returns how many.
///
/// # Faults
/// `translation.term`, `translation.same_locale`.
pub async fn put_terms(tx: &Tx, new: Vec<NewTerm>) -> Result<usize, kernel::Fault> {
    let mut rows = std::collections::BTreeMap::new();
    let by = tx.actor().user();
    for new in new {
        let (from, to, term, target) = match new {
            NewTerm::Word { from, to, .. } if from == to => return Err(Fault::SameLocale.into()),
            NewTerm::Word { from, to, term, target } => (from.to_string(), to.to_string(), term, target),
            NewTerm::Name(name) => (NONE.to_owned(), NONE.to_owned(), name.clone(), name),
        };
        let (term, target) = (word(&term)?, word(&target)?);
        let find = fold(&format!("{term} {target}"));
        let row = params![TermId::new(tx), from.as_str(), to.as_str(), term.as_str(), target, find, by, tx.now()];
        rows.insert((from, to, term), row);
    }
    let n = rows.len();
    let head = "insert into glossary_term (id, source_locale, target_locale, term, target, find, by_user, at) values";
    let tail = "on conflict (source_locale, target_locale, term) do update set target = excluded.target, find = excluded.find, \
                by_user = excluded.by_user, at = excluded.at";
    db::insert_many(tx, head, tail, rows.into_values().collect()).await?;
    Ok(n)
}

fn word(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.is_empty() || text.len() > MOST || text.chars().any(char::is_control) {
        return Err(Fault::Term);
    }
    Ok(text.to_owned())
}

/// # Faults
/// `translation.no_entry`.
pub async fn drop_term(tx: &Tx, id: TermId) -> Result<(), kernel::Fault> {
    match db::run(tx, "delete from glossary_term where id = $1", params![id]).await? {
        0 => Err(Fault::NoEntry.into()),
        _ => Ok(()),
    }
}

/// The words of a language pair.
///
/// # Errors
/// Whatever the database says.
pub async fn terms(db: &impl Reads, from: Locale, to: Locale) -> Result<Vec<Term>, DbErr> {
    let sql = "select term, target from glossary_term where source_locale = $1 and target_locale = $2 order by term";
    let rows = db::rows(db, sql, params![from, to]).await?;
    rows.iter().map(|r| Ok((r.try_get_by_index(0)?, r.try_get_by_index(1)?))).collect()
}

/// The names that stay.
///
/// # Errors
/// Whatever the database says.
pub async fn names(db: &impl Reads) -> Result<Names, DbErr> {
    let sql = "select term from glossary_term where source_locale = ''";
    Ok(Names::new(db::column::<String>(db, sql, Vec::new()).await?))
}

/// Words and names, the youngest first; `to` narrows to a language, names always belong.
///
/// # Faults
/// `request.cursor_invalid`.
pub async fn listed(
    db: &impl Reads,
    _: &Scope,
    words: &str,
    to: Option<Locale>,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<TermView>, kernel::Fault> {
    let (mut place, mut values) = (String::from("1 = 1"), Vec::new());
    for word in kernel::words(words).into_iter().take(8) {
        values.push(format!("%{word}%").into());
        place += &format!(" and find like ${}", values.len());
    }
    if let Some(to) = to {
        values.push(to.into());
        place += &format!(" and target_locale in (${}, '')", values.len());
    }
    if let Some(after) = after.filter(|a| !a.is_empty()) {
        let (at, id): (Moment, TermId) = from_cursor(after)?;
        values.extend(params![at, id]);
        place += &format!(" and (at, id) < (${}, ${})", values.len() - 1, values.len());
    }
    let sql = format!("select {COLUMNS} from glossary_term where {place} order by at desc, id desc limit {}", limit + 1);
    let rows: Vec<TermView> = db::all(db, &sql, values).await?;
    Ok(Page::cut(rows, limit as usize, |t| (t.at, t.id)))
}

/// # Faults
/// `translation.no_entry`.
pub async fn term(db: &impl Reads, _: &Scope, id: TermId) -> Result<TermView, kernel::Fault> {
    let found = db::opt(db, &format!("select {COLUMNS} from glossary_term where id = $1"), params![id]).await?;
    Ok(found.ok_or(Fault::NoEntry)?)
}
