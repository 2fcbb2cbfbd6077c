//! Tables: a head row that names the columns, then a text a row.

use csv::{ReaderBuilder, StringRecord, WriterBuilder};

use super::{Brought, Domain, Fault, NewMemory, NewTerm, Progress, Unit, xml::unreadable};
use crate::{kernel::Locale, translation::TextOrigin};

const UNITS: &[&str] = &["id", "source_locale", "target_locale", "source", "target", "state", "format"];
const MEMORY: &[&str] = &["domain", "source_locale", "target_locale", "source", "target", "origin"];
const TERMS: &[&str] = &["source_locale", "target_locale", "term", "translation"];

pub(super) fn units(units: &[Unit]) -> String {
    let row = |u: &Unit| {
        let format = if u.rich { "html" } else { "plain" };
        [
            u.id.clone(),
            u.from.to_string(),
            u.to.to_string(),
            u.source.clone(),
            u.target.clone(),
            u.progress.as_str().into(),
            format.into(),
        ]
    };
    write(UNITS, units.iter().map(row))
}

pub(super) fn memory(entries: &[NewMemory]) -> String {
    let row = |e: &NewMemory| {
        let (from, to) = (e.from.to_string(), e.to.to_string());
        [e.domain.as_str().into(), from, to, e.source.clone(), e.target.clone(), e.origin.as_str().into()]
    };
    write(MEMORY, entries.iter().map(row))
}

pub(super) fn terms(terms: &[NewTerm]) -> String {
    let row = |t: &NewTerm| match t {
        NewTerm::Word { from, to, term, target } => [from.to_string(), to.to_string(), term.clone(), target.clone()],
        NewTerm::Name(name) => [String::new(), String::new(), name.clone(), name.clone()],
    };
    write(TERMS, terms.iter().map(row))
}

/// A sheet program must not take a text for a formula: it stands behind an apostrophe, and so does
/// a text that begins with one.
fn write<const N: usize>(head: &[&str], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut writer = WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let _ = writer.write_record(head);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| if guarded(cell) { format!("'{cell}") } else { cell.clone() }));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    format!("\u{feff}{}", String::from_utf8(bytes).unwrap_or_default())
}

fn guarded(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\''])
}

fn bare(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| guarded(rest)).unwrap_or(cell)
}

struct Sheet {
    columns: Vec<String>,
    rows: Vec<(usize, StringRecord)>,
}

impl Sheet {
    fn read(text: &str) -> Result<Self, Fault> {
        let head = text.lines().next().unwrap_or_default();
        // Sheet programs of this country write semicolons.
        let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|d| head.bytes().filter(|b| b == d).count()).unwrap_or(b',');
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let wrong = |e: csv::Error| {
            let line = e.position().map_or(1, csv::Position::line);
            unreadable(usize::try_from(line).unwrap_or(1), e)
        };
        let columns = reader.headers().map_err(wrong)?.iter().map(|c| c.trim().to_ascii_lowercase()).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(wrong)?;
            let line = record.position().map_or(0, csv::Position::line);
            rows.push((usize::try_from(line).unwrap_or(0), record));
        }
        Ok(Self { columns, rows })
    }

    fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|n| self.columns.iter().any(|c| c == n))
    }

    fn cell<'a>(&self, row: &'a StringRecord, name: &str) -> &'a str {
        let at = self.columns.iter().position(|c| c == name);
        bare(at.and_then(|i| row.get(i)).unwrap_or_default())
    }

    fn locale(&self, (line, row): &(usize, StringRecord), name: &str) -> Result<Locale, Fault> {
        let said = self.cell(row, name).trim().to_ascii_lowercase();
        said.parse().map_err(|e: &str| unreadable(*line, format!("{name}: {e}")))
    }
}

pub(super) fn read(text: &str, domain: Domain) -> Result<Brought, Fault> {
    let sheet = Sheet::read(text)?;
    let text = |row: &StringRecord, name: &str| sheet.cell(row, name).to_owned();
    if sheet.has(&["term", "translation", "source_locale", "target_locale"]) {
        let term = |line: &(usize, StringRecord)| {
            let (term, target) = (text(&line.1, "term"), text(&line.1, "translation"));
            if sheet.cell(&line.1, "source_locale").trim().is_empty() {
                return Ok(NewTerm::Name(term));
            }
            Ok(NewTerm::Word {
                from: sheet.locale(line, "source_locale")?,
                to: sheet.locale(line, "target_locale")?,
                term,
                target,
            })
        };
        return Ok(Brought::Terms(sheet.rows.iter().map(term).collect::<Result<_, Fault>>()?));
    }
    if !sheet.has(&["source", "target", "source_locale", "target_locale"]) {
        return Err(Fault::Format);
    }
    if sheet.has(&["id"]) {
        let unit = |line: &(usize, StringRecord)| {
            let target = text(&line.1, "target");
            let progress = match sheet.cell(&line.1, "state").trim() {
                "final" => Progress::Final,
                _ if target.is_empty() => Progress::Open,
                _ => Progress::Translated,
            };
            let (from, to) = (sheet.locale(line, "source_locale")?, sheet.locale(line, "target_locale")?);
            let (id, source) = (text(&line.1, "id"), text(&line.1, "source"));
            Ok(Unit { id, from, to, source, target, progress, rich: sheet.cell(&line.1, "format") == "html" })
        };
        return Ok(Brought::Units(sheet.rows.iter().map(unit).collect::<Result<_, Fault>>()?));
    }
    let entry = |line: &(usize, StringRecord)| {
        let own = sheet.cell(&line.1, "domain").trim();
        let origin = sheet.cell(&line.1, "origin").trim().parse().unwrap_or(TextOrigin::Human);
        let domain = if own.is_empty() { domain } else { own.parse().map_err(|e: &str| unreadable(line.0, e))? };
        let (from, to) = (sheet.locale(line, "source_locale")?, sheet.locale(line, "target_locale")?);
        Ok(NewMemory { from, to, domain, source: text(&line.1, "source"), target: text(&line.1, "target"), origin })
    };
    Ok(Brought::Memory(sheet.rows.iter().map(entry).collect::<Result<_, Fault>>()?))
}
