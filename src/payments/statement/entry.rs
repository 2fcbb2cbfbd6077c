//! What a bank tells: the head of a statement, its booked entries, its balances.

use serde::{Deserialize, Serialize};

use crate::kernel::{Currency, Date, Money};

use super::Place;

/// Which kind of file told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// Of the running day; its entries come again in the day's camt.053.
    Camt052,
    /// Of a day that is over.
    Camt053,
    /// Single credits and debits, often the details of a batch.
    Camt054,
    Csv,
}

impl Message {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Camt052 => "camt052",
            Self::Camt053 => "camt053",
            Self::Camt054 => "camt054",
            Self::Csv => "csv",
        }
    }
}

/// One statement of a file: an account and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub message: Message,
    /// `08` of camt.053.001.08; empty where the file does not say.
    pub version: String,
    /// The bank's own name for the statement.
    pub id: String,
    /// Counts up by one with each statement of an account.
    pub sequence: Option<i64>,
    /// IBAN or another number, without spaces.
    pub account: String,
    pub currency: Option<Currency>,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// Which way the money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// To us.
    In,
    /// From us.
    Out,
}

impl Side {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
    /// The amount with its sign.
    pub const fn sign(self, minor: i64) -> i64 {
        match self {
            Self::In => minor,
            Self::Out => -minor,
        }
    }
}

/// What a person should know of an entry before it is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The details of a batch do not add up to it, so it stands as one sum.
    Unsplit,
    /// One sum for several payments whose details are in another file.
    Lump,
    /// In another currency than its account.
    OtherCurrency,
}

/// The one on the other side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Other {
    pub name: String,
    /// IBAN or another account number, without spaces, upper case.
    pub iban: String,
    /// The one on whose behalf it was paid, where the bank names one.
    pub ultimate: String,
}

/// One booked movement of money. A batch with details is several of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub place: Place,
    pub account: String,
    pub booked_on: Date,
    pub valued_on: Option<Date>,
    /// Never negative; `side` says which way.
    pub amount: Money,
    pub side: Side,
    /// It undoes an earlier movement: in, money of ours that came back; out, a receipt that was
    /// taken back.
    pub reversal: bool,
    /// Why it came back, in the bank's code.
    pub reason: String,
    pub other: Other,
    /// Creditor references and document numbers in their own fields.
    pub references: Vec<String>,
    /// Chosen by the payer.
    pub end_to_end: String,
    /// What the payer wrote.
    pub text: String,
    /// What the bank took off it, where it says so.
    pub charges: Option<Money>,
    /// The entry's one name among all files (domain notes, §3.2.4).
    pub key: String,
    /// The name of the booking that it is a part of; the same for each part.
    pub whole: String,
    /// Its number in that booking, from 0, and how many there are.
    pub part: usize,
    pub parts: usize,
    /// Of what it says, with its ordinal among identical rows: two files that name it differently
    /// agree on this.
    pub print: String,
    pub flags: Vec<Flag>,
}

impl Entry {
    pub fn signed(&self) -> i64 {
        self.side.sign(self.amount.minor)
    }
    /// Money of somebody for something, and not the echo of an earlier movement.
    pub fn is_receipt(&self) -> bool {
        self.side == Side::In && !self.reversal && self.amount.minor > 0
    }
}

/// Whether opening + entries = closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balance {
    Agrees,
    /// Closing less opening less entries.
    Off(Money),
    /// The file names no balances, or entries of several currencies.
    Unknown,
}

/// What a statement adds up to; told after its last entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    pub opening: Option<Money>,
    pub closing: Option<Money>,
    /// Σ of the booked entries, signed, in the account's currency.
    pub booked: i64,
    pub entries: usize,
    /// Announced or informative, not booked.
    pub pending: usize,
    pub balance: Balance,
}

impl Totals {
    /// Weighs the balances against the entries.
    pub fn weigh(mut self, mixed: bool) -> Self {
        self.balance = match (self.opening, self.closing) {
            (Some(opening), Some(closing)) if opening.currency == closing.currency && !mixed => {
                let off = closing.minor.saturating_sub(opening.minor).saturating_sub(self.booked);
                if off == 0 { Balance::Agrees } else { Balance::Off(Money::new(off, closing.currency)) }
            }
            _ => Balance::Unknown,
        };
        self
    }
}
