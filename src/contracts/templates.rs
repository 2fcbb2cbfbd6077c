//! Templates: the built-in text of a language until somebody writes another, and the shop's own.

use std::{fmt, str::FromStr};

use super::{Fault, standard, text};
use crate::kernel::{self, Locale, Moment, Reads, Tx, db};

/// Which template: `sale.lt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// `sale` for the built-in one; of the shop's own, drawn.
    pub code: String,
    pub locale: Locale,
}

impl Key {
    pub fn standard(locale: Locale) -> Self {
        Self { code: standard::CODE.into(), locale }
    }
    pub fn is_standard(&self) -> bool {
        self.code == standard::CODE
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.code, self.locale)
    }
}

impl FromStr for Key {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let (code, locale) = text.split_once('.').ok_or(Fault::NoTemplate)?;
        Ok(Self { code: code.to_owned(), locale: locale.parse().map_err(|_| Fault::NoTemplate)? })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub key: Key,
    /// For staff.
    pub name: String,
    /// What the contract is called.
    pub title: String,
    pub body: String,
    /// Nothing for the built-in text.
    pub changed_at: Option<Moment>,
}

struct Row {
    code: String,
    locale: Locale,
    name: String,
    title: String,
    body: String,
    changed_at: Moment,
}
db::record!(Row { code, locale, name, title, body, changed_at });

impl From<Row> for Template {
    fn from(row: Row) -> Self {
        Self {
            key: Key { code: row.code, locale: row.locale },
            name: row.name,
            title: row.title,
            body: row.body,
            changed_at: Some(row.changed_at),
        }
    }
}

/// All templates: the built-in ones of every language first, each as it stands now.
///
/// # Faults
/// Whatever the database says.
pub async fn templates(db: &impl Reads) -> Result<Vec<Template>, kernel::Fault> {
    let sql = "select code, locale, name, title, body, changed_at from contract_template order by name, id";
    let rows: Vec<Row> = db::all(db, sql, Vec::new()).await?;
    let mut written: Vec<Template> = rows.into_iter().map(Template::from).collect();
    let mut all = Vec::new();
    for built_in in standard::all() {
        let own = written.iter().position(|t| t.key == built_in.key).map(|at| written.remove(at));
        all.push(own.unwrap_or(built_in));
    }
    all.extend(written);
    Ok(all)
}

/// One of them.
///
/// # Faults
/// [`Fault::NoTemplate`].
pub async fn template(db: &impl Reads, key: &Key) -> Result<Template, kernel::Fault> {
    let sql = "select code, locale, name, title, body, changed_at from contract_template where code = $1 and locale = $2";
    let row: Option<Row> = db::opt(db, sql, db::params![key.code.clone(), key.locale]).await?;
    let built_in = || standard::all().into_iter().find(|t| t.key == *key);
    Ok(row.map(Template::from).or_else(built_in).ok_or(Fault::NoTemplate)?)
}

/// Writes a template; of the built-in one, what stands in its place.
///
/// # Faults
/// [`Fault::Missing`] at `name` and `title`; what is wrong with the text, each with its place.
pub async fn write(tx: &Tx, template: &Template) -> Result<(), kernel::Fault> {
    let mut faults: Vec<kernel::Fault> = Vec::new();
    for (field, value) in [("name", &template.name), ("title", &template.title)] {
        if value.trim().is_empty() {
            faults.push(Fault::Missing { field }.into());
        }
    }
    let body = match text::checked(&template.body) {
        Ok(body) => body,
        Err(fault) => {
            faults.push(fault);
            String::new()
        }
    };
    if let Some(fault) = gathered(faults) {
        return Err(fault);
    }
    let sql = "insert into contract_template (id, code, locale, name, title, body, changed_at, changed_by) values ($1,$2,$3,$4,$5,$6,$7,$8) \
               on conflict (code, locale) do update set name = $4, title = $5, body = $6, changed_at = $7, changed_by = $8";
    let short = |text: &str| text.trim().chars().take(200).collect::<String>();
    let key = &template.key;
    let params = db::params![
        tx.uuid(),
        key.code.clone(),
        key.locale,
        short(&template.name),
        short(&template.title),
        body,
        tx.now(),
        tx.actor().code()
    ];
    db::run(tx, sql, params).await?;
    Ok(())
}

/// Faults that carry further ones, all in one row.
fn gathered(faults: Vec<kernel::Fault>) -> Option<kernel::Fault> {
    let flat = faults.into_iter().flat_map(|mut fault| {
        let more = std::mem::take(&mut fault.more);
        std::iter::once(fault).chain(more)
    });
    kernel::Fault::gather(flat.collect())
}

/// A further template, begun as a copy.
///
/// # Faults
/// Those of [`write`].
pub async fn add(tx: &Tx, from: &Template, name: &str) -> Result<Key, kernel::Fault> {
    let key = Key { code: tx.uuid().simple().to_string(), locale: from.key.locale };
    write(tx, &Template { key: key.clone(), name: name.to_owned(), ..from.clone() }).await?;
    Ok(key)
}

/// Removes a template of the shop's own, or puts the built-in text back. Contracts have their copies.
///
/// # Faults
/// [`Fault::NoTemplate`].
pub async fn drop_template(tx: &Tx, key: &Key) -> Result<(), kernel::Fault> {
    let sql = "delete from contract_template where code = $1 and locale = $2";
    match db::run(tx, sql, db::params![key.code.clone(), key.locale]).await? {
        0 if !key.is_standard() => Err(Fault::NoTemplate.into()),
        _ => Ok(()),
    }
}
