//! Open documents, found by what a payer may name: nothing is ever searched from end to end.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::{names, numbers};
use crate::kernel::{Moment, Money};

/// A document that waits for money.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: Uuid,
    /// The shop's number of it.
    pub number: String,
    /// Further numbers: prepayment invoice, invoice, the customer's own.
    pub codes: Vec<String>,
    /// ISO 11649.
    pub reference: String,
    pub customer: Uuid,
    /// The code under which the customer is known to pay.
    pub customer_code: String,
    /// Person and company.
    pub names: Vec<String>,
    /// What is still to be paid.
    pub due: Money,
    /// Oldest first, where one payment is for several.
    pub since: Moment,
}

/// What the index keeps of a candidate.
#[derive(Debug)]
pub(super) struct Item {
    pub id: Uuid,
    pub customer: Uuid,
    pub due: Money,
    pub since: Moment,
    pub names: Vec<BTreeSet<String>>,
}

/// Whose account it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    One(Uuid),
    Several,
}

/// The open documents of a shop.
#[derive(Debug, Default)]
pub struct Index {
    pub(super) items: Vec<Item>,
    pub(super) references: HashMap<String, Vec<u32>>,
    pub(super) numbers: HashMap<String, Vec<u32>>,
    customer_codes: HashMap<String, Vec<u32>>,
    by_id: HashMap<Uuid, u32>,
    owners: HashMap<String, Owner>,
    by_customer: HashMap<(Uuid, Money), Vec<u32>>,
    by_name: HashMap<(String, Money), Vec<u32>>,
}

impl Index {
    pub fn add(&mut self, candidate: Candidate) {
        let at = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        let reference = numbers::reference(&candidate.reference);
        if !reference.is_empty() {
            push(&mut self.references, reference, at);
        }
        for number in candidate.codes.iter().chain([&candidate.number]) {
            for key in numbers::keys(number) {
                push(&mut self.numbers, key, at);
            }
        }
        let code = numbers::reference(&candidate.customer_code);
        if !code.is_empty() {
            push(&mut self.customer_codes, code, at);
        }
        self.by_id.insert(candidate.id, at);
        self.items.push(Item {
            id: candidate.id,
            customer: candidate.customer,
            due: candidate.due,
            since: candidate.since,
            names: candidate.names.iter().map(|name| names::telling(name)).filter(|words| !words.is_empty()).collect(),
        });
        self.file(at);
    }

    /// A customer has paid from this account before.
    pub fn know(&mut self, iban: &str, customer: Uuid) {
        if iban.is_empty() {
            return;
        }
        let owner = self.owners.entry(iban.to_owned()).or_insert(Owner::One(customer));
        if *owner != Owner::One(customer) {
            *owner = Owner::Several;
        }
    }

    /// Money came to a document, or (negative) went back: what is due changes for the next entry.
    pub fn settle(&mut self, id: Uuid, minor: i64) {
        let Some(at) = self.by_id.get(&id).copied() else { return };
        self.items[at as usize].due.minor -= minor;
        self.file(at);
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Files a document under its sum; older places are passed over when they are read.
    fn file(&mut self, at: u32) {
        let item = &self.items[at as usize];
        push(&mut self.by_customer, (item.customer, item.due), at);
        for word in item.names.iter().flatten() {
            push(&mut self.by_name, (word.clone(), item.due), at);
        }
    }

    /// The documents of the customer who pays under a code.
    pub(super) fn of_code(&self, code: &str) -> &[u32] {
        self.customer_codes.get(&numbers::reference(code)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The one document of exactly this sum of the one customer who pays from this account.
    pub(super) fn of_account(&self, iban: &str, amount: Money) -> Option<u32> {
        let Some(Owner::One(customer)) = self.owners.get(iban) else { return None };
        let filed = self.by_customer.get(&(*customer, amount))?;
        let mut live = filed.iter().copied().filter(|at| self.items[*at as usize].due == amount);
        live.next().filter(|one| live.all(|other| other == *one))
    }

    /// Documents of exactly this sum whose customer is named like that, at most `most`.
    pub(super) fn of_name(&self, name: &str, amount: Money, most: usize) -> Vec<u32> {
        let words = names::telling(name);
        let mut found = Vec::new();
        for word in &words {
            for at in self.by_name.get(&(word.clone(), amount)).into_iter().flatten() {
                let item = &self.items[*at as usize];
                let fits = item.due == amount && item.names.iter().any(|known| names::alike(known, &words));
                if fits && !found.contains(at) {
                    found.push(*at);
                }
                if found.len() >= most {
                    return found;
                }
            }
        }
        found
    }
}

fn push<K: std::hash::Hash + Eq>(map: &mut HashMap<K, Vec<u32>>, key: K, at: u32) {
    let list = map.entry(key).or_default();
    // A document is filed again when its sum changes; only its neighbour is worth a look here.
    if list.last() != Some(&at) {
        list.push(at);
    }
}
