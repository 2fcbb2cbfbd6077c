//! Memory, glossary and texts as files, out and in.

use serde_json::json;
use uuid::Uuid;

use super::super::steps::translating;
use crate::{
    catalog,
    kernel::{Actor, App, Fault, Locale, Right, Tx, journal},
    translation::{
        self, Domain, NewMemory, NewTerm, NewText, TextOrigin, TextState,
        exchange::{self, Format, Progress, Unit},
        set_many, texts_of,
    },
};

/// The most that a file may weigh.
pub const MOST: usize = 64 << 20;
/// Texts of one transaction.
const CHUNK: usize = 200;
/// Entities whose texts are read at once.
const PAGE: u32 = 400;

/// What is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Memory,
    Glossary,
    /// The catalogue's texts with their translations.
    Texts(Locale),
}

/// A file to be saved.
#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    pub mime: &'static str,
    pub text: String,
    pub count: usize,
}

/// Writes what the shop has as a file.
///
/// # Faults
/// `access.forbidden`; `translation.format` for a format that does not hold it.
pub async fn take_out(app: &App, actor: &Actor, wanted: Wanted, format: Format) -> Result<File, Fault> {
    let scope = actor.scope(Right::TextsWrite)?;
    let db = app.reader();
    let file = |name: String, format: Format, text: String, count| File { name, mime: format.mime(), text, count };
    Ok(match wanted {
        Wanted::Memory => {
            let entries = all_entries(app, actor).await?;
            let text = exchange::memory(format, &entries)?;
            file(format!("memory.{}", format.ending()), format, text, entries.len())
        }
        Wanted::Glossary => {
            let (mut terms, mut after) = (Vec::new(), None::<String>);
            loop {
                let page = translation::listed(db, &scope, "", None, after.as_deref(), PAGE).await?;
                terms.extend(page.rows.into_iter().filter_map(|t| match (t.from.parse(), t.to.parse()) {
                    (Ok(from), Ok(to)) => Some(NewTerm::Word { from, to, term: t.term, target: t.target }),
                    _ if t.from.is_empty() => Some(NewTerm::Name(t.term)),
                    _ => None,
                }));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            if format != Format::Csv {
                return Err(translation::Fault::Format.into());
            }
            file("glossary.csv".into(), Format::Csv, exchange::glossary(&terms), terms.len())
        }
        Wanted::Texts(to) => {
            let mut units = Vec::new();
            for ids in catalog::entities(db, &scope).await?.chunks(PAGE as usize) {
                units.extend(translation::segments(db, &scope, ids, to).await?.iter().map(Unit::from));
            }
            // One language pair after the other, as XLIFF has it.
            units.sort_by_key(|u| u.from);
            let text = exchange::units(format, &units, &translation::names(db).await?)?;
            file(format!("texts-{to}.{}", format.ending()), format, text, units.len())
        }
    })
}

async fn all_entries(app: &App, actor: &Actor) -> Result<Vec<NewMemory>, Fault> {
    let scope = actor.scope(Right::TextsWrite)?;
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = translation::entries(app.reader(), &scope, &Default::default(), after.as_deref(), PAGE).await?;
        for e in page.rows {
            all.push(NewMemory {
                from: e.from,
                to: e.to,
                domain: e.domain.parse().unwrap_or_default(),
                source: e.source,
                target: e.target,
                origin: e.origin.parse().unwrap_or(TextOrigin::Human),
            });
        }
        after = page.next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// What became of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    pub memory: usize,
    pub terms: usize,
    pub texts: usize,
    /// Texts that are unknown here, whose source says something else by now, or that a person wrote.
    pub skipped: usize,
}

/// Takes a file in: a memory, a glossary, or texts that came back from a translator. The file is read
/// whole before anything is written.
///
/// # Faults
/// `access.forbidden`, `translation.format`, `translation.unreadable`, `translation.too_large`; what is
/// wrong with an entry.
pub async fn bring(app: &App, actor: &Actor, bytes: Vec<u8>) -> Result<Brought, Fault> {
    actor.may(Right::TextsWrite)?;
    if bytes.len() > MOST {
        return Err(translation::Fault::TooLarge { mb: MOST >> 20 }.into());
    }
    let permit = app.cpu().clone().acquire_owned().await.map_err(Fault::bug)?;
    let read = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        exchange::read(&bytes, Domain::Product)
    });
    let mut brought = Brought::default();
    match read.await.map_err(Fault::bug)?? {
        exchange::Brought::Memory(entries) => {
            for chunk in entries.chunks(CHUNK) {
                let tx = app.begin(actor).await?;
                brought.memory += translation::keep(&tx, chunk.to_vec()).await?;
                done(tx, json!({ "memory": chunk.len() })).await?;
            }
        }
        exchange::Brought::Terms(terms) => {
            for chunk in terms.chunks(CHUNK) {
                let tx = app.begin(actor).await?;
                brought.terms += translation::put_terms(&tx, chunk.to_vec()).await?;
                done(tx, json!({ "terms": chunk.len() })).await?;
            }
        }
        exchange::Brought::Units(units) => {
            for chunk in units.chunks(CHUNK) {
                let tx = app.begin(actor).await?;
                let n = put_back(&tx, chunk).await?;
                brought.texts += n;
                brought.skipped += chunk.iter().filter(|u| u.progress != Progress::Open).count() - n;
                done(tx, json!({ "texts": n })).await?;
            }
        }
    }
    Ok(brought)
}

async fn done(tx: Tx, data: serde_json::Value) -> Result<(), Fault> {
    journal::note(&tx, "translation.brought", None, data).await?;
    tx.commit().await
}

/// Writes the translations of texts that still say what they said when the file was made. A final
/// one is a person's; another one waits for review and gives way to what a person wrote here.
async fn put_back(tx: &Tx, units: &[Unit]) -> Result<usize, Fault> {
    let placed: Vec<(Uuid, &str, &Unit)> = units
        .iter()
        .filter(|u| u.progress != Progress::Open && !u.target.trim().is_empty())
        .filter_map(|u| {
            let (entity, field) = u.id.split_once(':')?;
            Some((entity.parse().ok()?, field, u))
        })
        .collect();
    let ids: Vec<Uuid> = placed.iter().map(|(id, ..)| *id).collect();
    let ours = catalog::sorts_of(tx, &ids).await?;
    let texts = texts_of(tx, &ids).await?;
    let mut new = Vec::new();
    for (id, field, unit) in placed {
        let source = texts.exact(id, field, unit.from);
        let own = texts.exact(id, field, unit.to);
        let fits = ours.contains_key(&id) && source.is_some_and(|t| t.value == unit.source && t.source_hash.is_none());
        let last = unit.progress == Progress::Final;
        let persons = own.is_some_and(|t| t.origin == TextOrigin::Human && t.state == TextState::Ok);
        if !fits || persons && !last {
            continue;
        }
        let same = own.is_some_and(|t| t.value == unit.target);
        let origin = own.filter(|_| same).map_or(TextOrigin::Human, |t| t.origin);
        let state = if last { TextState::Ok } else { TextState::Review };
        new.push(NewText::new(id, field.to_owned(), unit.to, unit.target.clone()).from(origin, state));
    }
    let n = new.len();
    if let Some(to) = new.first().map(|t| t.locale) {
        let changed = set_many(tx, to, new).await?;
        translating::show(tx, &changed, to).await?;
    }
    Ok(n)
}
