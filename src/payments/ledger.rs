//! The ledger: a receipt is money that came, its entries are every movement of it. An entry is
//! unique by what the provider calls it, so that a fact told ten times is booked once, and the
//! rows add up to the same whatever the order in which facts come.

use serde::Serialize;

use super::Fault;
use crate::kernel::{self, AttemptId, Currency, Moment, Money, OrderId, Reads, ReceiptId, Tx, db};

/// Money that came.
#[derive(Clone, Debug)]
pub struct NewReceipt {
    /// `stripe`, or a [`super::Method`].
    pub provider: String,
    /// The provider's one name for it; of the bank, the key by which a statement's row is known.
    pub object: String,
    pub amount: Money,
    /// By the provider's or the bank's clock.
    pub at: Moment,
    /// Which order the payer meant, where that is known.
    pub order: Option<OrderId>,
    pub attempt: Option<AttemptId>,
    pub payer: String,
    /// IBAN, where there is one.
    pub account: String,
    /// What the payer wrote.
    pub note: String,
    /// What rounding to cash forgives the payer (positive) or takes beyond what is owed (negative),
    /// in minor units. A row of its own beside the money.
    pub rounding: i64,
}

/// A receipt and what is left of it. `free = balance − reserved − allocated`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    pub id: ReceiptId,
    pub provider: String,
    pub object: String,
    pub order: Option<OrderId>,
    /// What came.
    pub amount: Money,
    /// What is still here of it.
    pub balance: Money,
    pub allocated: Money,
    /// Promised to refunds that are under way.
    pub reserved: Money,
    pub disputed: Money,
}

impl Receipt {
    pub fn free(&self) -> Money {
        Money { minor: self.balance.minor - self.reserved.minor - self.allocated.minor, ..self.balance }
    }
    /// What may go back to the payer.
    pub fn refundable(&self) -> Money {
        Money { minor: (self.balance.minor - self.reserved.minor).max(0), ..self.balance }
    }
}

/// A movement after the receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Movement {
    Refund,
    /// A refund that came back: the reverse of its [`Movement::Refund`].
    RefundFailed,
    Dispute,
    DisputeWon,
    /// The bank took a transfer back (camt `RvslInd`).
    Returned,
}

impl Movement {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::RefundFailed => "refund_failed",
            Self::Dispute => "dispute",
            Self::DisputeWon => "dispute_won",
            Self::Returned => "returned",
        }
    }
    const fn sign(self) -> i64 {
        match self {
            Self::Refund | Self::Dispute | Self::Returned => -1,
            Self::RefundFailed | Self::DisputeWon => 1,
        }
    }
}

struct Row {
    id: ReceiptId,
    provider: String,
    object: String,
    order_id: Option<OrderId>,
    currency: Currency,
    amount_minor: i64,
    balance_minor: i64,
    allocated_minor: i64,
    reserved_minor: i64,
    disputed_minor: i64,
}
db::record!(Row {
    id,
    provider,
    object,
    order_id,
    currency,
    amount_minor,
    balance_minor,
    allocated_minor,
    reserved_minor,
    disputed_minor
});

impl From<Row> for Receipt {
    fn from(row: Row) -> Self {
        let money = |minor| Money::new(minor, row.currency);
        Self {
            id: row.id,
            order: row.order_id,
            amount: money(row.amount_minor),
            balance: money(row.balance_minor),
            allocated: money(row.allocated_minor),
            reserved: money(row.reserved_minor),
            disputed: money(row.disputed_minor),
            provider: row.provider,
            object: row.object,
        }
    }
}

const COLUMNS: &str =
    "id, provider, object, order_id, currency, amount_minor, balance_minor, allocated_minor, reserved_minor, disputed_minor";

/// Books money that came; `None` when it was booked before.
///
/// # Faults
/// [`Fault::NotASum`].
pub async fn receive(tx: &Tx, new: NewReceipt) -> Result<Option<Receipt>, kernel::Fault> {
    if new.amount.minor <= 0 {
        return Err(Fault::NotASum { field: "amount" }.into());
    }
    let id = ReceiptId::new(tx);
    let sql = "insert into payment_receipt (id, provider, object, currency, amount_minor, balance_minor, allocated_minor, \
               reserved_minor, disputed_minor, order_id, attempt_id, payer, account, note, aside, received_at, booked_at, actor) \
               values ($1,$2,$3,$4,$5,$6,0,0,0,$7,$8,$9,$10,$11,'',$12,$13,$14) on conflict do nothing";
    let (amount, currency) = (new.amount.minor, new.amount.currency);
    let balance = Money { minor: amount + new.rounding, ..new.amount };
    let cut = |text: &str, most| text.trim().chars().take(most).collect::<String>();
    let params = db::params![
        id,
        new.provider.clone(),
        new.object.clone(),
        currency,
        amount,
        balance.minor,
        new.order,
        new.attempt,
        cut(&new.payer, 140),
        cut(&new.account, 40),
        cut(&new.note, 500),
        new.at,
        tx.now(),
        tx.actor().code(),
    ];
    if db::run(tx, sql, params).await? == 0 {
        return Ok(None);
    }
    entry(tx, id, "receipt", (&new.provider, &new.object), (new.amount, new.at)).await?;
    if new.rounding != 0 {
        let forgiven = Money { minor: new.rounding, ..new.amount };
        entry(tx, id, "rounding", (&new.provider, &new.object), (forgiven, new.at)).await?;
    }
    let zero = Money::zero(currency);
    Ok(Some(Receipt {
        id,
        provider: new.provider,
        object: new.object,
        order: new.order,
        amount: new.amount,
        balance,
        allocated: zero,
        reserved: zero,
        disputed: zero,
    }))
}

/// One row of the ledger; `false` when it stands there already.
async fn entry(
    tx: &Tx,
    receipt: ReceiptId,
    kind: &str,
    (provider, object): (&str, &str),
    (amount, at): (Money, Moment),
) -> Result<bool, kernel::Fault> {
    let sql = "insert into payment_entry (id, receipt_id, kind, provider, object, amount_minor, currency, at, booked_at, actor) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) on conflict do nothing";
    let params =
        db::params![tx.uuid(), receipt, kind, provider, object, amount.minor, amount.currency, at, tx.now(), tx.actor().code()];
    Ok(db::run(tx, sql, params).await? == 1)
}

/// Books a movement of a receipt and says whether it is new. What an order loses by it is the
/// affair of [`super::take_back`].
///
/// # Faults
/// [`Fault::NotASum`]; [`Fault::Currency`].
pub async fn move_money(
    tx: &Tx,
    receipt: &Receipt,
    what: Movement,
    object: &str,
    (amount, at): (Money, Moment),
) -> Result<bool, kernel::Fault> {
    if amount.minor <= 0 {
        return Err(Fault::NotASum { field: "amount" }.into());
    }
    if amount.currency != receipt.amount.currency {
        return Err(Fault::Currency.into());
    }
    let signed = Money { minor: amount.minor * what.sign(), ..amount };
    if !entry(tx, receipt.id, what.as_str(), (&receipt.provider, object), (signed, at)).await? {
        return Ok(false);
    }
    let disputed = match what {
        Movement::Dispute => amount.minor,
        Movement::DisputeWon => -amount.minor,
        _ => 0,
    };
    let sql = "update payment_receipt set balance_minor = balance_minor + $2, disputed_minor = disputed_minor + $3 where id = $1";
    db::run(tx, sql, db::params![receipt.id, signed.minor, disputed]).await?;
    Ok(true)
}

/// A dispute is lost: the money stays away, and nothing is in dispute any more.
///
/// # Faults
/// Whatever the database says.
pub async fn settle_dispute(
    tx: &Tx,
    receipt: &Receipt,
    object: &str,
    (amount, at): (Money, Moment),
) -> Result<bool, kernel::Fault> {
    let nothing = Money::zero(amount.currency);
    if !entry(tx, receipt.id, "dispute_lost", (&receipt.provider, object), (nothing, at)).await? {
        return Ok(false);
    }
    let sql = "update payment_receipt set disputed_minor = disputed_minor - $2 where id = $1";
    db::run(tx, sql, db::params![receipt.id, amount.minor]).await?;
    Ok(true)
}

/// A receipt by its id; in a transaction of PostgreSQL its row is locked.
///
/// # Faults
/// [`Fault::NoReceipt`].
pub async fn receipt(tx: &Tx, id: ReceiptId) -> Result<Receipt, kernel::Fault> {
    let sql = format!("select {COLUMNS} from payment_receipt where id = $1{}", for_update(tx));
    let row: Option<Row> = db::opt(tx, &sql, db::params![id]).await?;
    Ok(row.ok_or(Fault::NoReceipt)?.into())
}

/// A receipt by what its provider calls it.
///
/// # Faults
/// Whatever the database says.
pub async fn find(tx: &Tx, provider: &str, object: &str) -> Result<Option<Receipt>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from payment_receipt where provider = $1 and object = $2{}", for_update(tx));
    let row: Option<Row> = db::opt(tx, &sql, db::params![provider, object]).await?;
    Ok(row.map(Into::into))
}

/// What a receipt's provider is called, and what it calls the receipt.
///
/// # Faults
/// [`Fault::NoReceipt`].
pub async fn name_of(db: &impl Reads, id: ReceiptId) -> Result<(String, String), kernel::Fault> {
    let sql = "select provider, object from payment_receipt where id = $1";
    let row = db::row(db, sql, db::params![id]).await?.ok_or(Fault::NoReceipt)?;
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
}

/// The currency of a receipt.
///
/// # Faults
/// [`Fault::NoReceipt`].
pub async fn currency_of(db: &impl Reads, id: ReceiptId) -> Result<Currency, kernel::Fault> {
    let sql = "select currency from payment_receipt where id = $1";
    Ok(db::scalar(db, sql, db::params![id]).await?.ok_or(Fault::NoReceipt)?)
}

/// Every order that a receipt was meant for or pays, in the order in which everybody locks them;
/// `None` for a receipt that is not known.
///
/// # Faults
/// Whatever the database says.
pub async fn orders_of(tx: &Tx, provider: &str, object: &str) -> Result<Option<Vec<OrderId>>, kernel::Fault> {
    let sql = "select id, order_id from payment_receipt where provider = $1 and object = $2";
    let Some(row) = db::row(tx, sql, db::params![provider, object]).await? else { return Ok(None) };
    let (id, meant): (ReceiptId, Option<OrderId>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let sql = "select distinct order_id from payment_allocation where receipt_id = $1";
    let mut all: Vec<OrderId> = db::column(tx, sql, db::params![id]).await?;
    all.extend(meant);
    all.sort_unstable();
    all.dedup();
    Ok(Some(all))
}

/// Why a receipt lies on the desk although somebody looked at it; empty to put it back in sight.
///
/// # Faults
/// [`Fault::NoReceipt`].
pub async fn set_aside(tx: &Tx, id: ReceiptId, why: &str) -> Result<(), kernel::Fault> {
    let why: String = why.trim().chars().take(300).collect();
    match db::run(tx, "update payment_receipt set aside = $2 where id = $1", db::params![id, why]).await? {
        0 => Err(Fault::NoReceipt.into()),
        _ => Ok(()),
    }
}

fn for_update(tx: &Tx) -> &'static str {
    // SQLite has one writer, and this is it.
    if tx.app().database().is_postgres() { " for no key update" } else { "" }
}
