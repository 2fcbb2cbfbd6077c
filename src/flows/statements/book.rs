//! One entry into the book: known already, only noted, on an order by itself, or for a person.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    documents,
    flows::steps::{facts, settling},
    kernel::{App, BankEntryId, Fault, Moment, Money, OrderId, ReceiptId, Tx},
    payments::{
        self, Cause, Movement, NewReceipt,
        bank::{self, Decision, File, Found, NewEntry},
        statement::{Candidate, Entry, Flag, Index, Match, Proposal, Rules, Side},
    },
    sales,
};

/// Orders that owe nothing are still known to the match for this many days.
const REMEMBERED: i64 = 400;

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Known,
    Written,
    /// On its orders, without a person.
    Posted,
}

/// The open documents beside a file.
pub(super) struct Books {
    file: File,
    statements: Vec<Uuid>,
    index: Index,
    rules: Rules,
}

/// Who is the same customer for the match: whoever orders under one e-mail. A guest has a record for
/// each order, and what is typed proves nothing; so this guards a split and makes a suggestion, no more.
#[derive(Default)]
struct Customers(HashMap<String, Uuid>);

impl Customers {
    fn of(&mut self, email: &str, party: Uuid) -> Uuid {
        let email = email.trim().to_lowercase();
        if email.is_empty() { party } else { *self.0.entry(email).or_insert(party) }
    }
    fn known(&self, email: &str) -> Option<Uuid> {
        self.0.get(&email.trim().to_lowercase()).copied()
    }
}

impl Books {
    /// Reads what is open now: once a shift, and kept up to date by what the shift does itself.
    /// What others do meanwhile is seen by the step that settles.
    pub(super) async fn open(app: &App, file: &File) -> Result<Self, Fault> {
        let db = app.reader();
        let (mut index, mut customers) = (Index::default(), Customers::default());
        let mut numbers: HashMap<OrderId, Vec<String>> = HashMap::new();
        for (order, number) in documents::payable_numbers(db).await? {
            numbers.entry(order).or_default().push(number);
        }
        for order in sales::payable(db, app.now().plus_days(-REMEMBERED)).await? {
            index.add(Candidate {
                id: order.id.uuid(),
                number: order.number,
                codes: numbers.remove(&order.id).unwrap_or_default(),
                reference: order.reference,
                customer: customers.of(&order.email, order.party.uuid()),
                customer_code: String::new(),
                names: vec![order.name, order.company],
                due: order.due,
                since: order.placed_at,
            });
        }
        for (iban, email) in bank::payers(db).await? {
            if let Some(customer) = customers.known(&email) {
                index.know(&iban, customer);
            }
        }
        let threshold = app.settings().int("payment.match_score").clamp(70, 101);
        let rules = Rules { threshold: u32::try_from(threshold).unwrap_or(80) };
        Ok(Self { file: file.clone(), statements: bank::begin(db, file.id).await?, index, rules })
    }

    pub(super) async fn book(&mut self, tx: &Tx, statement: usize, entry: &Entry) -> Result<Done, Fault> {
        let statement = *self.statements.get(statement).ok_or_else(|| Fault::bug("a statement that was not there"))?;
        let place = (self.file.id, statement);
        if !entry.is_receipt() {
            return reversal_or_note(tx, place, entry).await;
        }
        let other = bank::same_booking(tx, entry, self.file.id).await?;
        let proposal = self.index.propose(entry, self.rules);
        if let Some(other) = other {
            return self.detail(tx, place, entry, &other, &proposal).await;
        }
        if bank::told_by_another(tx, entry, self.file.id).await? {
            let new = new(place, entry, Decision::Open, "twin", &proposal);
            return Ok(bank::write(tx, &new).await?.map_or(Done::Known, |_| Done::Written));
        }
        let hold = proposal.hold.map_or("", |hold| hold.as_str());
        let new = new(place, entry, Decision::Open, hold, &proposal);
        let Some(id) = bank::write(tx, &new).await? else { return Ok(Done::Known) };
        self.receive(tx, id, entry, &proposal).await
    }

    /// Books the money, and puts it on its orders where that is sure.
    async fn receive(&mut self, tx: &Tx, id: BankEntryId, entry: &Entry, proposal: &Proposal) -> Result<Done, Fault> {
        let wanted: Vec<&Match> = proposal.matches.iter().filter(|m| m.amount.minor > 0).collect();
        let sure = proposal.is_sure();
        // Money for one order is meant for it as a whole: what is too much is told on that order.
        let single =
            sure.then_some(wanted.as_slice()).and_then(|w| if let [one] = w { Some(OrderId(one.document)) } else { None });
        if sure {
            lock(tx, wanted.iter().map(|m| OrderId(m.document))).await?;
        }
        let receipt = settling::receive(tx, receipt(entry, single), "statement").await?;
        let Some(receipt) = receipt else {
            // Booked before under this name: the row was lost, the money was not.
            let known = payments::find(tx, "bank", &entry.key).await?.ok_or_else(|| Fault::bug("a receipt that is not there"))?;
            bank::give_receipt(tx, id, known.id).await?;
            return Ok(Done::Written);
        };
        bank::give_receipt(tx, id, receipt.id).await?;
        if !sure {
            return Ok(Done::Written);
        }
        if single.is_none() {
            for one in &wanted {
                credit(tx, receipt.id, OrderId(one.document), one.amount).await?;
            }
        }
        for one in &wanted {
            self.index.settle(one.document, one.amount.minor);
        }
        Ok(Done::Posted)
    }

    /// The same booking stands in another file, cut otherwise: its money is booked there and not again.
    /// Details that come later say where parts of the sum belong.
    async fn detail(
        &mut self,
        tx: &Tx,
        place: (crate::kernel::StatementFileId, Uuid),
        entry: &Entry,
        other: &Found,
        proposal: &Proposal,
    ) -> Result<Done, Fault> {
        let new = new(place, entry, Decision::Noted, "details", proposal);
        if bank::write(tx, &new).await?.is_none() {
            return Ok(Done::Known);
        }
        let (Some(lump), true) = (other.receipt, other.parts < i64::try_from(entry.parts).unwrap_or(0)) else {
            return Ok(Done::Written);
        };
        if !proposal.is_sure() {
            return Ok(Done::Written);
        }
        let wanted: Vec<&Match> = proposal.matches.iter().filter(|m| m.amount.minor > 0).collect();
        lock(tx, wanted.iter().map(|m| OrderId(m.document))).await?;
        for one in wanted {
            credit(tx, lump, OrderId(one.document), one.amount).await?;
            self.index.settle(one.document, one.amount.minor);
        }
        Ok(Done::Posted)
    }
}

fn new<'a>(
    (file, statement): (crate::kernel::StatementFileId, Uuid),
    entry: &'a Entry,
    decision: Decision,
    hold: &'a str,
    proposal: &'a Proposal,
) -> NewEntry<'a> {
    let matches = if proposal.matches.is_empty() { &proposal.others } else { &proposal.matches };
    let score = matches.first().map_or(0, |m| m.score);
    NewEntry { file, statement, entry, decision, hold, matches, score }
}

/// Locks orders in the order in which everybody does.
pub(super) async fn lock(tx: &Tx, orders: impl Iterator<Item = OrderId>) -> Result<(), Fault> {
    let mut orders: Vec<OrderId> = orders.collect();
    orders.sort_unstable();
    orders.dedup();
    for order in orders {
        sales::lock_account(tx, order).await?;
    }
    Ok(())
}

/// Puts a part of a receipt on an order. An order that somebody else settled meanwhile takes less or
/// nothing, and the money stays in sight.
pub(super) async fn credit(tx: &Tx, receipt: ReceiptId, order: OrderId, most: Money) -> Result<Money, Fault> {
    let fresh = payments::receipt(tx, receipt).await?;
    match settling::credit(tx, &fresh, order, Some(most), "statement").await {
        Err(fault) if matches!(fault.code, "payments.closed" | "payments.currency") => Ok(Money::zero(most.currency)),
        done => done,
    }
}

fn receipt(entry: &Entry, order: Option<OrderId>) -> NewReceipt {
    NewReceipt {
        provider: "bank".to_owned(),
        object: entry.key.clone(),
        amount: entry.amount,
        at: Moment::start_of(entry.booked_on),
        order,
        attempt: None,
        payer: entry.other.name.clone(),
        account: entry.other.iban.clone(),
        note: entry.text.clone(),
        rounding: 0,
    }
}

/// Money that went out or came back: written down; a receipt that the bank took back reopens its orders.
async fn reversal_or_note(tx: &Tx, place: (crate::kernel::StatementFileId, Uuid), entry: &Entry) -> Result<Done, Fault> {
    let taken_back = entry.side == Side::Out && entry.reversal;
    let original = if taken_back { bank::original(tx, entry).await? } else { None };
    let (decision, hold) = match (taken_back, original) {
        (true, None) => (Decision::Open, "original"),
        (true, Some(_)) => (Decision::Noted, "returned"),
        _ if entry.flags.contains(&Flag::Lump) && entry.reversal => (Decision::Open, "original"),
        _ => (Decision::Noted, "no_receipt"),
    };
    let new = NewEntry { file: place.0, statement: place.1, entry, decision, hold, matches: &[], score: 0 };
    if bank::write(tx, &new).await?.is_none() {
        return Ok(Done::Known);
    }
    if let Some(receipt) = original {
        take_back(tx, receipt, &entry.key, (entry.amount, Moment::start_of(entry.booked_on))).await?;
    }
    Ok(Done::Written)
}

async fn take_back(tx: &Tx, receipt: ReceiptId, object: &str, sum: (Money, Moment)) -> Result<(), Fault> {
    let (provider, name) = payments::name_of(tx, receipt).await?;
    let receipt = facts::known(tx, &provider, &name).await?;
    if payments::move_money(tx, &receipt, Movement::Returned, object, sum).await? {
        facts::off_orders(tx, &receipt, Cause::Returned, object).await?;
        let data = serde_json::json!({ "minor": sum.0.minor });
        crate::kernel::journal::note(tx, "payments.returned", Some(receipt.id.uuid()), data).await?;
    }
    Ok(())
}
