//! A file of any of the formats as one stream of pieces.

use super::{Entry, Head, Problem, Profile, Totals, Wrong, camt::Camt, table};

/// What a file tells, in order: a head, its entries, what they add up to; then the next head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Head(Head),
    Entry(Box<Entry>),
    Totals(Totals),
}

/// One statement of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub head: Head,
    pub entries: Vec<Entry>,
    pub totals: Totals,
}

/// Reads a file piece by piece; a mistake in one entry does not end it.
pub struct Reader<'a>(Source<'a>);

enum Source<'a> {
    Camt(Box<Camt<'a>>),
    Table(std::vec::IntoIter<Result<Piece, Problem>>),
}

/// Opens a file's text. `account` is the shop's own account, for tables that do not name it.
///
/// # Errors
/// The mistake that makes the file as a whole unreadable.
pub fn open<'a>(text: &'a str, account: &str, profile: Option<&Profile>) -> Result<Reader<'a>, Problem> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.is_empty() {
        return Err(Problem::file(Wrong::Empty, ""));
    }
    Ok(Reader(if start.starts_with('<') {
        Source::Camt(Box::new(Camt::new(text)))
    } else {
        Source::Table(table::read(text, account, profile)?.into_iter())
    }))
}

impl Iterator for Reader<'_> {
    type Item = Result<Piece, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Source::Camt(camt) => camt.next(),
            Source::Table(pieces) => pieces.next(),
        }
    }
}

/// The whole file, or its mistakes (at most fifty): half a file is never taken.
///
/// # Errors
/// Every mistake with its place, field and value.
pub fn read(text: &str, account: &str, profile: Option<&Profile>) -> Result<Vec<Statement>, Vec<Problem>> {
    let (mut statements, mut problems): (Vec<Statement>, Vec<Problem>) = (Vec::new(), Vec::new());
    let (mut head, mut entries) = (None, Vec::new());
    for piece in open(text, account, profile).map_err(|problem| vec![problem])? {
        match piece {
            Ok(Piece::Head(told)) => head = Some(told),
            Ok(Piece::Entry(entry)) => entries.push(*entry),
            Ok(Piece::Totals(totals)) => {
                if let Some(head) = head.take() {
                    statements.push(Statement { head, entries: std::mem::take(&mut entries), totals });
                }
            }
            Err(problem) if problems.len() < 50 => problems.push(problem),
            Err(_) => break,
        }
    }
    if problems.is_empty() { Ok(statements) } else { Err(problems) }
}
