//! The one name of an entry among all files.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::Entry;
use crate::kernel::token;

/// The bank's own names for a booking; empty where it gives none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Refs<'a> {
    /// Of this transaction (`TxDtls/Refs/AcctSvcrRef`).
    pub own: &'a str,
    /// Of the entry that it stands in (`Ntry/AcctSvcrRef`).
    pub entry: &'a str,
    /// `Ntry/NtryRef`.
    pub number: &'a str,
    /// Signed sum of the entry.
    pub total: i64,
}

/// Names the entries of one statement.
#[derive(Default)]
pub(super) struct Keys {
    ordinals: HashMap<[u8; 32], usize>,
    seen: HashMap<String, [u8; 32]>,
}

impl Keys {
    /// Fills `key`, `whole` and `print`. The bank's name comes first, then the entry's number and
    /// day, then a hash of what it says with its ordinal among identical rows, which keeps two
    /// true payments of the same sum on the same day.
    ///
    /// The sum stands in every name: a bank that gives a payment and its fee one reference must
    /// not lose one of the two.
    pub(super) fn name(&mut self, entry: &mut Entry, refs: Refs) {
        let content = content(entry);
        let ordinal = self.ordinals.entry(content).or_insert(0);
        entry.print = token::hex(&Sha256::digest([content.as_slice(), &ordinal.to_be_bytes()].concat()));
        *ordinal += 1;

        let by_bank = |name: &str, signed: i64| format!("a|{}|{name}|{signed}", entry.account);
        entry.whole = if !refs.entry.is_empty() {
            by_bank(refs.entry, refs.total)
        } else if telling(refs.number) {
            format!("n|{}|{}|{}|{}", entry.account, refs.number, entry.booked_on, refs.total)
        } else {
            format!("p|{}", entry.print)
        };
        entry.key = if !refs.own.is_empty() {
            by_bank(refs.own, entry.signed())
        } else if entry.parts > 1 {
            format!("{}/{}", entry.whole, entry.part)
        } else {
            entry.whole.clone()
        };
        // A reference that the bank gives to two different bookings names neither.
        if *self.seen.entry(entry.key.clone()).or_insert(content) != content {
            entry.key = format!("p|{}", entry.print);
        }
    }
}

/// Some banks number the entries of each file from one: such a number names nothing.
pub(super) fn telling(number: &str) -> bool {
    !(number.is_empty() || number.len() <= 5 && number.bytes().all(|b| b.is_ascii_digit()))
}

fn content(entry: &Entry) -> [u8; 32] {
    let valued = entry.valued_on.map(|day| day.to_string()).unwrap_or_default();
    let text: Vec<&str> = entry.text.split_whitespace().chain(entry.references.iter().map(String::as_str)).collect();
    let fields = [
        entry.account.as_str(),
        &entry.booked_on.to_string(),
        &valued,
        &entry.signed().to_string(),
        entry.amount.currency.as_str(),
        &entry.other.iban,
        &entry.end_to_end,
        &text.join(" ").to_uppercase(),
    ];
    Sha256::digest(fields.join("\u{1f}")).into()
}
