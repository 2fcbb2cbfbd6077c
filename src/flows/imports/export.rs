//! The catalogue as a file that the importer reads back without a change.

use std::io::Write;

use catalog_import::{CsvExport, NdjsonExport};

use super::desk::Desk;
use crate::{
    catalog, channels,
    imports::{self, Fault},
    kernel::{self, Actor, App, Right},
};

/// What an export is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table for spreadsheets, one row a variant.
    Csv,
    /// One product a line.
    Ndjson,
}

enum Out<W: Write> {
    Csv(CsvExport<W>),
    Ndjson(NdjsonExport<W>),
}

/// Writes every product; returns how many there were.
///
/// # Faults
/// `Forbidden`, `imports.unreadable` when the file cannot be written.
pub async fn export<W: Write + Send>(
    app: &App,
    actor: &Actor,
    format: Format,
    out: W,
    mut progress: impl FnMut(usize) + Send,
) -> Result<usize, kernel::Fault> {
    actor.may(Right::CatalogRead)?;
    let lost = |e: std::io::Error| Fault::Unreadable { reason: e.to_string() };
    let db = app.reader();
    let desk = Desk::read(db).await?;
    let mut out = match format {
        Format::Ndjson => Out::Ndjson(NdjsonExport::new(out)),
        Format::Csv => {
            let locales = channels::all(db).await?.into_iter().flat_map(|c| c.locales).map(|l| l.to_string());
            Out::Csv(CsvExport::new(out, locales).map_err(lost)?)
        }
    };
    let (mut after, mut done) = (None, 0);
    loop {
        let ids = catalog::ids_after(db, after, 250).await?;
        let Some(last) = ids.last() else { break };
        after = Some(*last);
        let mut images = imports::images(db, &desk.market, &ids, app.now()).await?;
        for image in ids.iter().filter_map(|id| images.remove(id)) {
            let draft = imports::told(image);
            match &mut out {
                Out::Csv(csv) => csv.push(&draft).map_err(lost)?,
                Out::Ndjson(lines) => lines.push(&draft).map_err(lost)?,
            }
            done += 1;
        }
        progress(done);
    }
    match out {
        Out::Csv(csv) => csv.finish().map(drop).map_err(lost)?,
        Out::Ndjson(lines) => lines.finish().map(drop).map_err(lost)?,
    }
    Ok(done)
}
