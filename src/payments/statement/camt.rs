//! camt.052, camt.053 and camt.054 of every version, by local name.

use std::collections::VecDeque;

use super::{
    Balance, Head, Message, Piece, Place, Problem, Totals, Wrong,
    camt_entry::{Around, Tx, money, number, parts, side},
    camt_node::{Node, Nodes, Seen},
    date,
    keys::Keys,
};
use crate::kernel::{Currency, Date, Money};

/// Transactions of one entry, further children of one entry: more is no bank's file.
const MOST: usize = 200_000;

pub(super) struct Camt<'a> {
    nodes: Nodes<'a>,
    message: Option<Message>,
    version: String,
    /// Created at; the day of an entry that names none.
    created: Option<Date>,
    /// Counted from one, to say where a mistake is.
    at: [usize; 3],
    open: Draft,
    entry: Node,
    txs: Vec<Tx>,
    promised: usize,
    /// A mistake within the entry at hand: told once, and the entry is left out.
    spoilt: bool,
    out: VecDeque<Result<Piece, Problem>>,
    ended: bool,
}

/// The statement at hand.
#[derive(Default)]
struct Draft {
    id: String,
    sequence: Option<i64>,
    account: String,
    currency: Option<Currency>,
    from: Option<Date>,
    to: Option<Date>,
    opening: Option<Money>,
    /// Closing of the statement before: an opening where no other is named.
    before: Option<Money>,
    closing: Option<Money>,
    told: bool,
    booked: i64,
    entries: usize,
    pending: usize,
    mixed: bool,
    keys: Keys,
}

impl<'a> Camt<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            nodes: Nodes::new(text),
            message: None,
            version: String::new(),
            created: None,
            at: [0; 3],
            open: Draft::default(),
            entry: Node::default(),
            txs: Vec::new(),
            promised: 0,
            spoilt: false,
            out: VecDeque::new(),
            ended: false,
        }
    }

    fn place(&self) -> Place {
        let name = match self.message {
            Some(Message::Camt052) => "Rpt",
            Some(Message::Camt054) => "Ntfctn",
            _ => "Stmt",
        };
        Place::of(&[(name, self.at[0]), ("Ntry", self.at[1]), ("TxDtls", self.at[2])])
    }

    fn opens(&mut self, name: &'static str, space: &str) -> Result<(), Problem> {
        if let Some((_, version)) = space.split_once(":camt.") {
            self.version = version.rsplit('.').next().unwrap_or_default().chars().take(8).collect();
        }
        match name {
            "BkToCstmrStmt" => self.message = Some(Message::Camt053),
            "BkToCstmrAcctRpt" => self.message = Some(Message::Camt052),
            "BkToCstmrDbtCdtNtfctn" => self.message = Some(Message::Camt054),
            "Stmt" | "Rpt" | "Ntfctn" if self.message.is_some() => {
                self.at = [self.at[0] + 1, 0, 0];
                self.open = Draft::default();
            }
            "Ntry" if self.at[0] > 0 => {
                self.at = [self.at[0], self.at[1] + 1, 0];
                self.tell_head()?;
                (self.entry, self.spoilt, self.promised) = (Node::default(), false, 0);
                self.txs.clear();
            }
            "Document" | "NtryDtls" => {}
            _ => return Err(Problem::new(self.place(), name, Wrong::Format, name)),
        }
        Ok(())
    }

    fn closes(&mut self, node: Node) -> Result<(), Problem> {
        match self.nodes.inside() {
            _ if node.name == "Ntry" => self.book()?,
            _ if matches!(node.name, "Stmt" | "Rpt" | "Ntfctn") => self.close()?,
            Some("Stmt" | "Rpt" | "Ntfctn") => self.head(&node)?,
            Some("Ntry") if self.entry.children.len() < MOST => self.entry.children.push(node),
            Some("NtryDtls") if node.name == "Btch" => {
                self.promised = self.promised.saturating_add(node.text_at(&["NbOfTxs"]).parse().unwrap_or(0));
            }
            Some("NtryDtls") if node.name == "TxDtls" && self.txs.len() < MOST => {
                self.at[2] += 1;
                let place = self.place();
                match Tx::of(&node, &place) {
                    Ok(tx) => self.txs.push(tx),
                    Err(problem) => self.spoil(problem),
                }
            }
            Some("Ntry" | "NtryDtls") if self.txs.len() >= MOST || self.entry.children.len() >= MOST => {
                return Err(Problem::new(self.place(), node.name, Wrong::Bounds, ""));
            }
            _ => {}
        }
        Ok(())
    }

    fn spoil(&mut self, problem: Problem) {
        if !self.spoilt {
            self.out.push_back(Err(problem));
        }
        self.spoilt = true;
    }

    fn head(&mut self, node: &Node) -> Result<(), Problem> {
        let place = self.place();
        let of = |path: &str, choices: [&str; 2]| -> Result<Option<Date>, Problem> {
            let text = node.text_at(&choices);
            if text.is_empty() {
                return Ok(None);
            }
            date::iso(text).map(Some).ok_or_else(|| Problem::new(place.clone(), path, Wrong::Date, text))
        };
        match node.name {
            "Id" => self.open.id.clone_from(&node.text),
            "ElctrncSeqNb" => self.open.sequence = node.text.parse().ok(),
            "CreDtTm" => self.created = date::iso(&node.text),
            "FrToDt" => {
                self.open.from = of("FrToDt", ["FrDtTm", "FrDt"])?;
                self.open.to = of("FrToDt", ["ToDtTm", "ToDt"])?;
            }
            "Acct" => {
                self.open.account = number(node.text_at(&["Id/IBAN", "Id/Othr/Id"]));
                self.open.currency = node.text_at(&["Ccy"]).parse().ok();
            }
            "Bal" => self.balance(node)?,
            _ => {}
        }
        Ok(())
    }

    fn balance(&mut self, node: &Node) -> Result<(), Problem> {
        let place = self.place();
        let wrong = |field: &str, wrong, value: &str| Problem::new(place.clone(), format!("Bal/{field}"), wrong, value);
        let kind = node.text_at(&["Tp/CdOrPrtry/Cd", "Tp/Cd"]);
        if !matches!(kind, "OPBD" | "PRCD" | "CLBD") {
            return Ok(());
        }
        let amt = node.child("Amt").ok_or_else(|| wrong("Amt", Wrong::Missing, ""))?;
        let currency = amt.currency.parse().map_err(|_| wrong("Amt@Ccy", Wrong::Currency, &amt.currency))?;
        let sum = money(amt, currency, &place, "Bal/Amt")?;
        let word = node.text_at(&["CdtDbtInd"]);
        let side = side(word).ok_or_else(|| wrong("CdtDbtInd", Wrong::Direction, word))?;
        let signed = Some(Money::new(side.sign(sum.minor), currency));
        match kind {
            "OPBD" => self.open.opening = signed,
            "PRCD" => self.open.before = signed,
            _ => self.open.closing = signed,
        }
        Ok(())
    }

    fn tell_head(&mut self) -> Result<(), Problem> {
        if self.open.told {
            return Ok(());
        }
        if self.open.account.is_empty() {
            return Err(Problem::new(self.place(), "Acct/Id", Wrong::Account, ""));
        }
        self.open.told = true;
        let own = self.open.currency.or(self.open.opening.or(self.open.before).map(|m| m.currency));
        self.open.currency = own;
        let head = Head {
            message: self.message.unwrap_or(Message::Camt053),
            version: self.version.clone(),
            id: self.open.id.clone(),
            sequence: self.open.sequence,
            account: self.open.account.clone(),
            currency: own,
            from: self.open.from,
            to: self.open.to,
        };
        self.out.push_back(Ok(Piece::Head(head)));
        Ok(())
    }

    /// The entry is finished: its parts go out.
    fn book(&mut self) -> Result<(), Problem> {
        if self.spoilt {
            return Ok(());
        }
        self.at[2] = 0;
        let place = self.place();
        let around = Around {
            account: &self.open.account,
            currency: self.open.currency,
            day: self.open.to.or(self.open.from).or(self.created),
            place,
        };
        let txs = std::mem::take(&mut self.txs);
        match parts(&self.entry, txs, self.promised, &around, &mut self.open.keys) {
            Ok(None) => self.open.pending += 1,
            Ok(Some(entries)) => {
                for entry in entries {
                    let own = *self.open.currency.get_or_insert(entry.amount.currency);
                    if entry.amount.currency == own {
                        self.open.booked = self.open.booked.saturating_add(entry.signed());
                    } else {
                        self.open.mixed = true;
                    }
                    self.open.entries += 1;
                    self.out.push_back(Ok(Piece::Entry(Box::new(entry))));
                }
            }
            Err(problem) => self.spoil(problem),
        }
        Ok(())
    }

    /// The statement is finished: what it adds up to goes out.
    fn close(&mut self) -> Result<(), Problem> {
        self.at = [self.at[0], 0, 0];
        self.tell_head()?;
        let totals = Totals {
            opening: self.open.opening.or(self.open.before),
            closing: self.open.closing,
            booked: self.open.booked,
            entries: self.open.entries,
            pending: self.open.pending,
            balance: Balance::Unknown,
        };
        self.out.push_back(Ok(Piece::Totals(totals.weigh(self.open.mixed))));
        Ok(())
    }

    fn step(&mut self) -> Result<(), Problem> {
        let place = self.place();
        match self.nodes.next(&place)? {
            Seen::Opens(name, space) => self.opens(name, &space),
            Seen::Closes(node) => self.closes(node),
            Seen::End => {
                self.ended = true;
                if self.at[0] > 0 { Ok(()) } else { Err(Problem::file(Wrong::Format, "")) }
            }
        }
    }
}

impl Iterator for Camt<'_> {
    type Item = Result<Piece, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(piece) = self.out.pop_front() {
                return Some(piece);
            }
            if self.ended {
                return None;
            }
            if let Err(problem) = self.step() {
                // After a fault of the structure the place in the tree is unknown.
                self.ended = true;
                self.out.push_back(Err(problem));
            }
        }
    }
}
