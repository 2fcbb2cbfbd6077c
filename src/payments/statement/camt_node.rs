//! The elements of an ISO 20022 file, one finished subtree at a time.
//!
//! Only the elements that a booking needs are kept, by local name; a file of 50 MB passes through
//! a few kilobytes. Document types and entities are refused, never expanded.

use quick_xml::{Reader, events::Event};

use super::{Place, Problem, Wrong};

/// The local names that are read, sorted; any other element is passed over with all that is in it.
const KNOWN: &[&str] = &[
    "Acct",
    "AcctSvcrRef",
    "AddtlInf",
    "AddtlNtryInf",
    "AddtlRmtInf",
    "AddtlTxInf",
    "Agt",
    "Amt",
    "AmtDtls",
    "Bal",
    "BkToCstmrAcctRpt",
    "BkToCstmrDbtCdtNtfctn",
    "BkToCstmrStmt",
    "BookgDt",
    "Btch",
    "Ccy",
    "Cd",
    "CdOrPrtry",
    "CdtDbtInd",
    "Cdtr",
    "CdtrAcct",
    "CdtrRefInf",
    "Chrgs",
    "CreDtTm",
    "Dbtr",
    "DbtrAcct",
    "Document",
    "Dt",
    "DtTm",
    "ElctrncSeqNb",
    "EndToEndId",
    "FinInstnId",
    "FrDt",
    "FrDtTm",
    "FrToDt",
    "IBAN",
    "Id",
    "Nb",
    "NbOfTxs",
    "Nm",
    "Ntfctn",
    "Ntry",
    "NtryDtls",
    "NtryRef",
    "Othr",
    "Prtry",
    "Pty",
    "Rcrd",
    "Ref",
    "Refs",
    "RfrdDocInf",
    "RltdPties",
    "RmtInf",
    "Rpt",
    "Rsn",
    "RtrInf",
    "RvslInd",
    "Stmt",
    "Strd",
    "Sts",
    "ToDt",
    "ToDtTm",
    "Tp",
    "TtlChrgsAndTaxAmt",
    "TxAmt",
    "TxDtls",
    "UltmtCdtr",
    "UltmtDbtr",
    "Ustrd",
    "ValDt",
];

/// Deeper than any bank writes.
const DEPTH: usize = 48;
/// Longer than any field of the standard (AddtlTxInf has 500 characters).
const TEXT: usize = 16 << 10;
/// Elements of one subtree.
const NODES: usize = 4_000;

/// An element whose children are finished.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub name: &'static str,
    pub text: String,
    /// The attribute of an amount.
    pub currency: String,
    pub children: Vec<Node>,
    size: usize,
}

impl Node {
    pub(super) fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|c| c.name == name)
    }
    pub(super) fn all<'n>(&'n self, name: &'static str) -> impl Iterator<Item = &'n Node> {
        self.children.iter().filter(move |c| c.name == name)
    }
    /// `Dbtr/Pty/Nm`
    pub(super) fn at(&self, path: &str) -> Option<&Node> {
        path.split('/').try_fold(self, |node, name| node.child(name))
    }
    /// The text at the first of the paths that has any.
    pub(super) fn text_at(&self, paths: &[&str]) -> &str {
        paths.iter().filter_map(|path| self.at(path)).map(|n| n.text.as_str()).find(|t| !t.is_empty()).unwrap_or_default()
    }
}

/// What the reader saw.
#[derive(Debug)]
pub(super) enum Seen {
    /// One of the message's own elements opens, with the namespace that stands on it.
    Opens(&'static str, String),
    /// A subtree of `Stmt` or of `Ntry` is finished.
    Closes(Node),
    End,
}

/// Reads a file of XML as subtrees.
pub(super) struct Nodes<'a> {
    xml: Reader<&'a [u8]>,
    /// Open elements that are only gone into (`Document`, `Stmt`, `Ntry` …).
    open: Vec<&'static str>,
    /// Open elements that are kept.
    stack: Vec<Node>,
    /// Elements below one that is passed over.
    passed: usize,
}

/// The elements that are gone into: what is in them is told piece by piece.
fn entered(name: &str) -> bool {
    matches!(
        name,
        "Document"
            | "BkToCstmrStmt"
            | "BkToCstmrAcctRpt"
            | "BkToCstmrDbtCdtNtfctn"
            | "Stmt"
            | "Rpt"
            | "Ntfctn"
            | "Ntry"
            | "NtryDtls"
    )
}

impl<'a> Nodes<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut xml = Reader::from_str(text.trim_start_matches('\u{feff}'));
        xml.config_mut().expand_empty_elements = true;
        Self { xml, open: Vec::new(), stack: Vec::new(), passed: 0 }
    }

    /// Names of the open elements, to say where a mistake is.
    pub(super) fn field(&self) -> String {
        let names: Vec<&str> = self.open.iter().copied().chain(self.stack.iter().map(|n| n.name)).collect();
        names[names.len().saturating_sub(3)..].join("/")
    }

    /// The innermost open element that is gone into.
    pub(super) fn inside(&self) -> Option<&'static str> {
        self.open.last().copied()
    }

    pub(super) fn next(&mut self, place: &Place) -> Result<Seen, Problem> {
        loop {
            let event = self.xml.read_event().map_err(|e| self.wrong(place, broken(&e), &e.to_string()))?;
            match event {
                Event::Eof if self.passed > 0 || !self.open.is_empty() || !self.stack.is_empty() => {
                    return Err(self.wrong(place, Wrong::Cut, ""));
                }
                Event::Eof => return Ok(Seen::End),
                Event::DocType(_) => return Err(self.wrong(place, Wrong::Entity, "<!DOCTYPE")),
                Event::Start(_) if self.passed > 0 => self.pass(place)?,
                Event::Start(element) => {
                    let (local, attributes) = (element.local_name(), element.attributes());
                    let Some(name) = known(local.as_ref()) else {
                        self.pass(place)?;
                        continue;
                    };
                    let read = |wanted: &str| attribute(attributes.clone(), wanted);
                    if self.stack.is_empty() && entered(name) && self.open.len() < 8 {
                        self.open.push(name);
                        return Ok(Seen::Opens(name, read("xmlns")));
                    }
                    let currency = if name == "Amt" || name == "TtlChrgsAndTaxAmt" { read("Ccy") } else { String::new() };
                    if self.stack.len() >= DEPTH {
                        return Err(self.wrong(place, Wrong::Bounds, name));
                    }
                    self.stack.push(Node { name, currency, size: 1, ..Node::default() });
                }
                Event::End(_) if self.passed > 0 => self.passed -= 1,
                Event::End(_) => {
                    let Some(mut node) = self.stack.pop() else {
                        match self.open.pop() {
                            Some(name) => return Ok(Seen::Closes(Node { name, ..Node::default() })),
                            None => return Err(self.wrong(place, Wrong::Broken, "")),
                        }
                    };
                    node.text = node.text.trim().to_owned();
                    let Some(parent) = self.stack.last_mut() else { return Ok(Seen::Closes(node)) };
                    parent.size += node.size;
                    let large = parent.size > NODES;
                    parent.children.push(node);
                    if large {
                        return Err(self.wrong(place, Wrong::Bounds, "elements"));
                    }
                }
                Event::Text(part) => self.write(&part.xml10_content(), place)?,
                Event::CData(part) => self.write(&part.xml10_content(), place)?,
                Event::GeneralRef(part) => {
                    let letter = part.resolve_char_ref().ok().flatten().or_else(|| named(part.as_ref()));
                    let letter = letter.ok_or_else(|| self.wrong(place, Wrong::Entity, part.as_ref()))?;
                    self.write(letter.encode_utf8(&mut [0; 4]), place)?;
                }
                _ => {}
            }
        }
    }

    fn pass(&mut self, place: &Place) -> Result<(), Problem> {
        self.passed += 1;
        if self.passed > DEPTH { Err(self.wrong(place, Wrong::Bounds, "depth")) } else { Ok(()) }
    }

    fn write(&mut self, part: &str, place: &Place) -> Result<(), Problem> {
        if self.passed > 0 {
            return Ok(());
        }
        let Some(node) = self.stack.last_mut() else { return Ok(()) };
        // Blanks between elements are not text.
        if node.text.is_empty() && part.trim().is_empty() {
            return Ok(());
        }
        if node.text.len() + part.len() > TEXT {
            return Err(self.wrong(place, Wrong::Bounds, "text"));
        }
        node.text.push_str(part);
        Ok(())
    }

    fn wrong(&self, place: &Place, wrong: Wrong, value: &str) -> Problem {
        Problem::new(place.clone(), self.field(), wrong, value)
    }
}

fn known(name: &str) -> Option<&'static str> {
    KNOWN.binary_search(&name).ok().map(|at| KNOWN[at])
}

fn attribute(attributes: quick_xml::events::attributes::Attributes, wanted: &str) -> String {
    let found = attributes.flatten().find(|a| {
        let key = a.key.as_ref();
        key == wanted || wanted == "xmlns" && key.starts_with("xmlns") && a.value.contains(":camt.")
    });
    found.map(|a| a.value.trim().to_owned()).unwrap_or_default()
}

fn named(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

fn broken(error: &quick_xml::Error) -> Wrong {
    use quick_xml::errors::{IllFormedError, SyntaxError};
    match error {
        quick_xml::Error::Syntax(e) if !matches!(e, SyntaxError::InvalidBangMarkup) => Wrong::Cut,
        quick_xml::Error::IllFormed(IllFormedError::MissingEndTag(_)) => Wrong::Cut,
        _ => Wrong::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_names_are_sorted() {
        assert!(KNOWN.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(known("Ntry"), Some("Ntry"));
        assert_eq!(known("PstlAdr"), None);
    }
}
