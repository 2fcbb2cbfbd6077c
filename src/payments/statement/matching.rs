//! Which open documents a receipt is for, with a score and its reasons (domain notes, §3.2.5).
//!
//! A creditor reference of ours is worth 100, a structured code 95, a number in the text 80, the
//! account of one customer with the sum of one document 70, a like name with that sum 40. An equal
//! sum raises a score and an unequal one never lowers it. What is unique and worth enough is posted
//! by itself; all else waits for a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Entry, Flag, index::Index, numbers};
use crate::kernel::Money;

/// Why a document fits. The text is `statement.reason.CODE` in the locales.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The creditor reference is this document's.
    Reference,
    /// Its number stands in a field for references.
    Structured,
    /// The customer's code stands there.
    CustomerCode,
    /// Its number stands in the text.
    Number,
    /// The customer has paid from this account before.
    Account,
    /// The payer is named like the customer.
    Name,
    /// The sum is exactly what is due.
    Amount,
}

impl Reason {
    pub const ALL: &'static [Self] =
        &[Self::Reference, Self::Structured, Self::CustomerCode, Self::Number, Self::Account, Self::Name, Self::Amount];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Structured => "structured",
            Self::CustomerCode => "customer_code",
            Self::Number => "number",
            Self::Account => "account",
            Self::Name => "name",
            Self::Amount => "amount",
        }
    }
    const fn worth(self) -> u32 {
        match self {
            Self::Reference => 100,
            Self::Structured | Self::CustomerCode => 95,
            Self::Number => 80,
            Self::Account => 70,
            Self::Name => 40,
            Self::Amount => 0,
        }
    }
}

/// A document that fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    pub document: Uuid,
    /// What of the receipt would go to it.
    pub amount: Money,
    pub score: u32,
    pub reasons: Vec<Reason>,
}

/// Why a person has to look. The text is `statement.hold.CODE` in the locales.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// Money that went out, came back, or is none.
    NoReceipt,
    Nothing,
    /// More than one document fits as well.
    Several,
    /// Documents of several customers.
    Customers,
    Currency,
    /// What it names is paid already.
    Settled,
    /// Below the score from which on it is posted by itself.
    Score,
    /// A batch without the details of its payments.
    Batch,
}

impl Hold {
    pub const ALL: &'static [Self] = &[
        Self::NoReceipt,
        Self::Nothing,
        Self::Several,
        Self::Customers,
        Self::Currency,
        Self::Settled,
        Self::Score,
        Self::Batch,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoReceipt => "no_receipt",
            Self::Nothing => "nothing",
            Self::Several => "several",
            Self::Customers => "customers",
            Self::Currency => "currency",
            Self::Settled => "settled",
            Self::Score => "score",
            Self::Batch => "batch",
        }
    }
}

/// What is proposed for a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The split that would be posted, oldest document first.
    pub matches: Vec<Match>,
    /// Other documents that fit less well, best first.
    pub others: Vec<Match>,
    /// What is left over, to stay as the customer's credit.
    pub rest: Money,
    /// `None` where it is sure.
    pub hold: Option<Hold>,
}

impl Proposal {
    pub fn is_sure(&self) -> bool {
        self.hold.is_none()
    }
}

/// What the shop has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The score from which on a unique match is posted by itself.
    pub threshold: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self { threshold: 80 }
    }
}

/// Documents that were found, by their place in the index.
type Found = BTreeMap<u32, Vec<Reason>>;

/// How many documents are suggested to a person.
const SUGGESTED: usize = 5;

impl Index {
    /// The documents that a receipt is for. Pure: the same entry and documents, the same answer.
    pub fn propose(&self, entry: &Entry, rules: Rules) -> Proposal {
        let none = |hold| Proposal { matches: Vec::new(), others: Vec::new(), rest: entry.amount, hold: Some(hold) };
        if !entry.is_receipt() {
            return none(Hold::NoReceipt);
        }
        let mut found = Found::new();
        let (mentions, mut hold) = self.named(entry, &mut found);
        let mut chosen: Vec<u32> = mentions;
        if chosen.is_empty() && hold.is_none() {
            (chosen, hold) = self.guessed(entry, &mut found);
        }
        for (at, reasons) in &mut found {
            if self.items[*at as usize].due == entry.amount {
                reasons.push(Reason::Amount);
            }
        }
        if found.is_empty() {
            return none(Hold::Nothing);
        }
        chosen.sort_by_key(|at| (self.items[*at as usize].since, self.items[*at as usize].id));
        let (matches, rest) = self.split(&chosen, entry.amount, &found);
        let hold = hold.or_else(|| self.doubt(entry, &chosen, &matches, rules));
        let mut others: Vec<Match> =
            found.iter().filter(|(at, _)| !chosen.contains(at)).map(|(at, why)| self.weighed(*at, entry.amount, why)).collect();
        others.sort_by_key(|m| (std::cmp::Reverse(m.score), m.document));
        others.truncate(SUGGESTED);
        Proposal { matches, others, rest, hold }
    }

    /// What the payer names: by reference, in a field for it, in the text. The strongest kind decides.
    fn named(&self, entry: &Entry, found: &mut Found) -> (Vec<u32>, Option<Hold>) {
        let texts: Vec<&str> = [entry.text.as_str(), &entry.end_to_end].into_iter().filter(|t| !t.is_empty()).collect();
        let fields = || entry.references.iter().map(String::as_str);
        let references: Vec<&[u32]> =
            fields().chain(texts.iter().copied()).flat_map(|text| numbers::references(text, &self.references)).collect();
        let structured: Vec<&[u32]> = fields().filter_map(|field| self.whole(field)).collect();
        let codes: Vec<&[u32]> = fields().map(|field| self.of_code(field)).filter(|found| !found.is_empty()).collect();
        let written: Vec<&[u32]> = texts.iter().flat_map(|text| numbers::mentioned(text, &self.numbers)).collect();

        let mut chosen = None;
        for (mentions, reason) in [
            (references, Reason::Reference),
            (structured, Reason::Structured),
            (codes, Reason::CustomerCode),
            (written, Reason::Number),
        ] {
            for at in mentions.iter().copied().flatten().take(500) {
                note(found, *at, reason);
            }
            if chosen.is_none() && !mentions.is_empty() {
                chosen = Some(self.single(&mentions, entry.amount));
            }
        }
        chosen.unwrap_or_default()
    }

    /// A field that holds a document's number and nothing else.
    fn whole(&self, field: &str) -> Option<&[u32]> {
        numbers::keys(field).iter().find_map(|key| self.numbers.get(key)).map(Vec::as_slice)
    }

    /// One document for each mention: the only one, or the only one of exactly this sum.
    fn single(&self, mentions: &[&[u32]], amount: Money) -> (Vec<u32>, Option<Hold>) {
        let mut chosen = Vec::new();
        for documents in mentions {
            let open = |at: &&u32| self.items[**at as usize].due.minor > 0;
            let exact = |at: &&u32| self.items[**at as usize].due == amount;
            let one = only(documents.iter()).or_else(|| only(documents.iter().filter(exact)));
            match one.or_else(|| only(documents.iter().filter(open))) {
                Some(at) if chosen.contains(&at) => {}
                Some(at) => chosen.push(at),
                None => return (Vec::new(), Some(Hold::Several)),
            }
        }
        (chosen, None)
    }

    /// Nothing is named: the account and the sum, or the name and the sum.
    fn guessed(&self, entry: &Entry, found: &mut Found) -> (Vec<u32>, Option<Hold>) {
        for at in self.of_name(&entry.other.name, entry.amount, SUGGESTED + 1) {
            note(found, at, Reason::Name);
        }
        if let Some(at) = self.of_account(&entry.other.iban, entry.amount) {
            note(found, at, Reason::Account);
            return (vec![at], None);
        }
        match only(found.keys()) {
            Some(at) => (vec![at], None),
            None if found.is_empty() => (Vec::new(), None),
            None => (Vec::new(), Some(Hold::Several)),
        }
    }

    /// Oldest first; the last one may be paid in part, and what is left over stays.
    fn split(&self, chosen: &[u32], amount: Money, found: &Found) -> (Vec<Match>, Money) {
        let mut rest = amount;
        let mut matches = Vec::new();
        for at in chosen {
            let one = self.weighed(*at, rest, found.get(at).map(Vec::as_slice).unwrap_or_default());
            rest.minor -= one.amount.minor;
            matches.push(one);
        }
        (matches, rest)
    }

    fn weighed(&self, at: u32, rest: Money, reasons: &[Reason]) -> Match {
        let item = &self.items[at as usize];
        let same = item.due.currency == rest.currency;
        let amount = Money::new(if same { item.due.minor.clamp(0, rest.minor.max(0)) } else { 0 }, rest.currency);
        let base = reasons.iter().map(|r| r.worth()).max().unwrap_or(0);
        let named = base >= Reason::Number.worth() && reasons.contains(&Reason::Amount);
        let mut reasons = reasons.to_vec();
        reasons.sort();
        reasons.dedup();
        Match { document: item.id, amount, score: if named { (base + 4).min(100) } else { base }, reasons }
    }

    /// Why a split is not posted by itself.
    fn doubt(&self, entry: &Entry, chosen: &[u32], matches: &[Match], rules: Rules) -> Option<Hold> {
        let items = || chosen.iter().map(|at| &self.items[*at as usize]);
        if entry.flags.iter().any(|flag| matches!(flag, Flag::Unsplit | Flag::Lump)) {
            return Some(Hold::Batch);
        }
        if items().any(|item| item.due.currency != entry.amount.currency) {
            return Some(Hold::Currency);
        }
        if matches.iter().all(|m| m.amount.minor == 0) {
            return Some(Hold::Settled);
        }
        let first = items().next().map(|item| item.customer);
        if items().any(|item| Some(item.customer) != first) {
            return Some(Hold::Customers);
        }
        matches.iter().any(|m| m.score < rules.threshold).then_some(Hold::Score)
    }
}

fn note(found: &mut Found, at: u32, reason: Reason) {
    let reasons = found.entry(at).or_default();
    if !reasons.contains(&reason) {
        reasons.push(reason);
    }
}

fn only<'a>(mut all: impl Iterator<Item = &'a u32>) -> Option<u32> {
    all.next().copied().filter(|_| all.next().is_none())
}
