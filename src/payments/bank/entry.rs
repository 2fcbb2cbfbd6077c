//! Entries of statements, each written once.

use uuid::Uuid;

use super::Fault;
use crate::{
    kernel::{self, BankEntryId, Currency, Money, Reads, ReceiptId, StatementFileId, Tx, db},
    payments::statement::{Entry, Match},
};

/// What is to become of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Waits for a person; where it has a receipt, the receipt says whether it still does.
    Open,
    /// Written down, nothing to do.
    Noted,
    /// A person looked at it and left it.
    Aside,
}

impl Decision {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Noted => "noted",
            Self::Aside => "aside",
        }
    }
}

/// An entry with what was found out about it.
#[derive(Clone, Debug)]
pub struct NewEntry<'a> {
    pub file: StatementFileId,
    pub statement: Uuid,
    pub entry: &'a Entry,
    pub decision: Decision,
    /// Why it is not booked by itself; empty where it is.
    pub hold: &'a str,
    pub matches: &'a [Match],
    pub score: u32,
}

/// Writes an entry; `None` when a file told of it before.
///
/// # Faults
/// Whatever the database says.
pub async fn write(tx: &Tx, new: &NewEntry<'_>) -> Result<Option<BankEntryId>, kernel::Fault> {
    let id = BankEntryId::new(tx);
    let e = new.entry;
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let sql = "insert into bank_entry (id, file_id, statement_id, key, whole, part, parts, print, place, account, booked_on, \
               valued_on, currency, amount_minor, side, reversal, reason, payer, iban, refs, end_to_end, note, charges_minor, \
               flags, state, hold, score, matches, by_itself, changed_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,\
               $14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30) on conflict (key) do nothing";
    let values = db::params![
        id,
        new.file,
        new.statement,
        e.key.as_str(),
        e.whole.as_str(),
        count(e.part),
        count(e.parts),
        e.print.as_str(),
        e.place.0.as_str(),
        e.account.as_str(),
        e.booked_on.to_string(),
        e.valued_on.map(|day| day.to_string()),
        e.amount.currency,
        e.amount.minor,
        e.side.as_str(),
        e.reversal,
        cut(&e.reason, 35),
        cut(&e.other.name, 140),
        cut(&e.other.iban, 40),
        serde_json::to_string(&e.references)?,
        cut(&e.end_to_end, 60),
        cut(&e.text, 1000),
        e.charges.filter(|c| c.minor != 0).map(|c| c.minor),
        serde_json::to_string(&e.flags)?,
        new.decision.as_str(),
        new.hold,
        i64::from(new.score),
        serde_json::to_string(new.matches)?,
        new.hold.is_empty(),
        tx.now(),
    ];
    Ok((db::run(tx, sql, values).await? == 1).then_some(id))
}

/// The money of an entry is booked as this receipt.
///
/// # Faults
/// Whatever the database says.
pub async fn give_receipt(tx: &Tx, id: BankEntryId, receipt: ReceiptId) -> Result<(), kernel::Fault> {
    let sql = "update bank_entry set receipt_id = $2, changed_at = $3 where id = $1";
    db::run(tx, sql, db::params![id, receipt, tx.now()]).await?;
    Ok(())
}

/// Decides about an entry without a receipt.
///
/// # Faults
/// [`Fault::Decided`] when it does not stand `from` any more.
pub async fn decide(tx: &Tx, id: BankEntryId, from: Decision, to: Decision, hold: &str) -> Result<(), kernel::Fault> {
    let sql = "update bank_entry set state = $3, hold = $4, changed_at = $5 where id = $1 and state = $2";
    match db::run(tx, sql, db::params![id, from.as_str(), to.as_str(), hold, tx.now()]).await? {
        0 => Err(Fault::Decided.into()),
        _ => Ok(()),
    }
}

/// Another entry of the same booking: a batch is told as one sum in one file and in parts in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub id: BankEntryId,
    pub parts: i64,
    pub receipt: Option<ReceiptId>,
}

struct FoundRow {
    id: BankEntryId,
    parts: i64,
    receipt_id: Option<ReceiptId>,
}
db::record!(FoundRow { id, parts, receipt_id });

/// An entry that another file told of the same booking, cut in another way.
///
/// # Faults
/// Whatever the database says.
pub async fn same_booking(tx: &Tx, entry: &Entry, file: StatementFileId) -> Result<Option<Found>, kernel::Fault> {
    let sql =
        "select id, parts, receipt_id from bank_entry where whole = $1 and parts <> $2 and file_id <> $3 order by id limit 1";
    let parts = i64::try_from(entry.parts).unwrap_or(i64::MAX);
    let row: Option<FoundRow> = db::opt(tx, sql, db::params![entry.whole.as_str(), parts, file]).await?;
    Ok(row.map(|r| Found { id: r.id, parts: r.parts, receipt: r.receipt_id }))
}

/// Whether another file told word for word the same under a name of another kind: a bank that names
/// an entry in one file and not in the other. Two names of the same kind are two entries.
///
/// # Faults
/// Whatever the database says.
pub async fn told_by_another(tx: &Tx, entry: &Entry, file: StatementFileId) -> Result<bool, kernel::Fault> {
    let sql = "select key from bank_entry where print = $1 and file_id <> $2 limit 10";
    let keys: Vec<String> = db::column(tx, sql, db::params![entry.print.as_str(), file]).await?;
    Ok(keys.iter().any(|key| key[..1] != entry.key[..1]))
}

/// The receipt that a reversal takes back: of the same account and sum, by what the payer called it
/// or from the same account, the latest that has not gone back.
///
/// # Faults
/// Whatever the database says.
pub async fn original(tx: &Tx, entry: &Entry) -> Result<Option<ReceiptId>, kernel::Fault> {
    let sql = "select e.receipt_id from bank_entry e join payment_receipt r on r.id = e.receipt_id \
               where e.account = $1 and e.amount_minor = $2 and e.currency = $3 and e.side = 'in' \
               and r.balance_minor >= e.amount_minor and ((e.end_to_end <> '' and e.end_to_end = $4) or (e.iban <> '' and e.iban = $5)) \
               order by case when e.end_to_end <> '' and e.end_to_end = $6 then 0 else 1 end, e.booked_on desc, e.id desc limit 1";
    let (end, iban) = (entry.end_to_end.as_str(), entry.other.iban.as_str());
    let values = db::params![entry.account.as_str(), entry.amount.minor, entry.amount.currency, end, iban, end];
    Ok(db::scalar(tx, sql, values).await?)
}

/// Accounts from which orders were paid, each with the e-mail of whoever ordered: what was put on
/// orders and not taken back. Guests have a record for each order, so the record does not tell them apart.
///
/// # Faults
/// Whatever the database says.
pub async fn payers(db: &impl Reads) -> Result<Vec<(String, String)>, kernel::Fault> {
    let sql = "select distinct r.account, o.contact_email from payment_receipt r \
               join payment_allocation a on a.receipt_id = r.id join sales_order o on o.id = a.order_id \
               where r.account <> '' and a.kind = 'credit' and not exists \
               (select 1 from payment_allocation b where b.reverses = a.id)";
    let rows = db::rows(db, sql, vec![]).await?;
    let pair = |row: &db::Row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    Ok(rows.iter().map(pair).collect::<Result<_, sea_orm::DbErr>>()?)
}

/// An entry as a decision needs it.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: BankEntryId,
    pub file: StatementFileId,
    pub key: String,
    pub amount: Money,
    pub is_receipt: bool,
    pub state: String,
    pub hold: String,
    pub receipt: Option<ReceiptId>,
    pub payer: String,
    pub iban: String,
    pub note: String,
    pub booked_on: String,
    pub matches: Vec<Match>,
}

struct StoredRow {
    id: BankEntryId,
    file_id: StatementFileId,
    key: String,
    currency: Currency,
    amount_minor: i64,
    side: String,
    reversal: bool,
    state: String,
    hold: String,
    receipt_id: Option<ReceiptId>,
    payer: String,
    iban: String,
    note: String,
    booked_on: String,
    matches: String,
}
db::record!(StoredRow {
    id,
    file_id,
    key,
    currency,
    amount_minor,
    side,
    reversal,
    state,
    hold,
    receipt_id,
    payer,
    iban,
    note,
    booked_on,
    matches
});

/// # Faults
/// [`Fault::NoEntry`].
pub async fn entry(db: &impl Reads, id: BankEntryId) -> Result<Stored, kernel::Fault> {
    let sql = "select id, file_id, key, currency, amount_minor, side, reversal, state, hold, receipt_id, payer, iban, note, \
               booked_on, matches from bank_entry where id = $1";
    let r: StoredRow = db::opt(db, sql, db::params![id]).await?.ok_or(Fault::NoEntry)?;
    Ok(Stored {
        id: r.id,
        file: r.file_id,
        key: r.key,
        amount: Money::new(r.amount_minor, r.currency),
        is_receipt: r.side == "in" && !r.reversal && r.amount_minor > 0,
        state: r.state,
        hold: r.hold,
        receipt: r.receipt_id,
        payer: r.payer,
        iban: r.iban,
        note: r.note,
        booked_on: r.booked_on,
        matches: serde_json::from_str(&r.matches)?,
    })
}
