//! What an order keeps of its money: sums of rows that another module holds, guarded here.

use crate::kernel::{
    ChannelId, Currency, Fault as Refusal, Locale, Moment, Money, OrderId, PartyId, Qty, Reads, Scope, Tx, VariantId, db,
};

use super::{Fault, Payment, State};

/// An order as the money sees it.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: OrderId,
    pub number: String,
    pub token: String,
    pub party: PartyId,
    pub channel: ChannelId,
    pub state: State,
    pub locale: Locale,
    pub name: String,
    pub email: String,
    pub payment: Payment,
    pub total: Money,
    pub paid: i64,
    pub refunded: i64,
    pub credited: i64,
    pub deposit: Option<i64>,
    /// See `payments::PaymentState`; the word only, since siblings do not know each other.
    pub payment_state: String,
    /// Why somebody has to look at it; empty where nobody has.
    pub attention: String,
    pub reference: String,
    pub due_at: Moment,
}

struct Row {
    id: OrderId,
    number: String,
    token: String,
    party_id: PartyId,
    channel_id: ChannelId,
    state: String,
    locale: Locale,
    contact_name: String,
    contact_email: String,
    payment: String,
    currency: Currency,
    gross_minor: i64,
    paid_minor: i64,
    refunded_minor: i64,
    credited_minor: i64,
    deposit_minor: Option<i64>,
    payment_state: String,
    attention: String,
    reference: String,
    due_at: Moment,
}
db::record!(Row {
    id,
    number,
    token,
    party_id,
    channel_id,
    state,
    locale,
    contact_name,
    contact_email,
    payment,
    currency,
    gross_minor,
    paid_minor,
    refunded_minor,
    credited_minor,
    deposit_minor,
    payment_state,
    attention,
    reference,
    due_at
});

impl Row {
    fn read(self) -> Result<Account, Refusal> {
        Ok(Account {
            id: self.id,
            number: self.number,
            token: self.token,
            party: self.party_id,
            channel: self.channel_id,
            state: self.state.parse().map_err(Refusal::bug)?,
            locale: self.locale,
            name: self.contact_name,
            email: self.contact_email,
            payment: self.payment.parse().map_err(Refusal::bug)?,
            total: Money::new(self.gross_minor, self.currency),
            paid: self.paid_minor,
            refunded: self.refunded_minor,
            credited: self.credited_minor,
            deposit: self.deposit_minor,
            payment_state: self.payment_state,
            attention: self.attention,
            reference: self.reference,
            due_at: self.due_at,
        })
    }
}

const COLUMNS: &str = "id, number, token, party_id, channel_id, state, locale, contact_name, contact_email, payment, currency, gross_minor, \
    paid_minor, refunded_minor, credited_minor, deposit_minor, payment_state, attention, reference, due_at";

/// The account of an order.
///
/// # Faults
/// [`Fault::NoOrder`].
pub async fn account(db: &impl Reads, id: OrderId) -> Result<Account, Refusal> {
    let sql = format!("select {COLUMNS} from sales_order where id = $1");
    let row: Option<Row> = db::opt(db, &sql, db::params![id]).await?;
    row.ok_or(Fault::NoOrder)?.read()
}

/// The account of whoever holds the order's link.
///
/// # Faults
/// [`Fault::NoOrder`].
pub async fn account_by_token(db: &impl Reads, token: &str) -> Result<Account, Refusal> {
    let sql = format!("select {COLUMNS} from sales_order where token = $1");
    let row: Option<Row> = db::opt(db, &sql, db::params![token]).await?;
    row.ok_or(Fault::NoOrder)?.read()
}

/// Locks an order and reads its account: whoever settles it comes one after the other, whichever
/// way the money took.
///
/// # Faults
/// [`Fault::NoOrder`].
pub async fn lock_account(tx: &Tx, id: OrderId) -> Result<Account, Refusal> {
    // SQLite has one writer, and this is it.
    let lock = if tx.app().database().is_postgres() { " for no key update" } else { "" };
    let sql = format!("select {COLUMNS} from sales_order where id = $1{lock}");
    let row: Option<Row> = db::opt(tx, &sql, db::params![id]).await?;
    row.ok_or(Fault::NoOrder)?.read()
}

/// Adds to what an order was paid and was given back. Never beyond its total, never below nothing.
///
/// # Faults
/// [`Fault::Sum`] when it would: the rows and the order disagree.
pub async fn credit(tx: &Tx, id: OrderId, paid: i64, refunded: i64) -> Result<(), Refusal> {
    let sql = "update sales_order set paid_minor = paid_minor + $2, refunded_minor = refunded_minor + $3 \
               where id = $1 and paid_minor + $2 between 0 and gross_minor and refunded_minor + $3 between 0 and paid_minor + $2";
    match db::run(tx, sql, db::params![id, paid, refunded]).await? {
        1 => Ok(()),
        _ => Err(Fault::Sum.into()),
    }
}

/// A credit note took something off the total.
///
/// # Faults
/// [`Fault::Sum`] beyond the total.
pub async fn note_credited(tx: &Tx, id: OrderId, amount: Money) -> Result<(), Refusal> {
    let sql = "update sales_order set credited_minor = credited_minor + $2 \
               where id = $1 and currency = $3 and credited_minor + $2 between 0 and gross_minor";
    match db::run(tx, sql, db::params![id, amount.minor, amount.currency]).await? {
        1 => Ok(()),
        _ => Err(Fault::Sum.into()),
    }
}

/// What has to come before the shop begins; `None` is all of it.
///
/// # Faults
/// [`Fault::Sum`] outside of nothing and the total.
pub async fn set_deposit(tx: &Tx, id: OrderId, deposit: Option<i64>) -> Result<(), Refusal> {
    let sql = "update sales_order set deposit_minor = $2 where id = $1 and coalesce($3, 0) between 0 and gross_minor";
    match db::run(tx, sql, db::params![id, deposit, deposit.unwrap_or(0)]).await? {
        1 => Ok(()),
        _ => Err(Fault::Sum.into()),
    }
}

/// Writes down how the money stands, and until when stock is held for it.
///
/// # Faults
/// Whatever the database says.
pub async fn set_payment_state(tx: &Tx, id: OrderId, state: &str) -> Result<(), Refusal> {
    let sql = "update sales_order set payment_state = $2, changed_at = $3 where id = $1";
    db::run(tx, sql, db::params![id, state, tx.now()]).await?;
    Ok(())
}

/// Until when its stock waits for the money; `None` is without end.
///
/// # Faults
/// Whatever the database says.
pub async fn set_hold(tx: &Tx, id: OrderId, until: Option<Moment>) -> Result<(), Refusal> {
    db::run(tx, "update sales_order set hold_until = $2 where id = $1", db::params![id, until]).await?;
    Ok(())
}

/// Somebody has to look at it: a code below `attention.` in every locale; empty when somebody has.
///
/// # Faults
/// Whatever the database says.
pub async fn set_attention(tx: &Tx, id: OrderId, code: &str) -> Result<(), Refusal> {
    db::run(tx, "update sales_order set attention = $2, changed_at = $3 where id = $1", db::params![id, code, tx.now()]).await?;
    Ok(())
}

/// A reminder was written.
///
/// # Faults
/// Whatever the database says.
pub async fn note_reminded(tx: &Tx, id: OrderId, times: i64) -> Result<(), Refusal> {
    db::run(tx, "update sales_order set reminded = $2 where id = $1", db::params![id, times]).await?;
    Ok(())
}

/// Orders whose time to pay at a provider is over.
///
/// # Faults
/// Whatever the database says.
pub async fn held_out(db: &impl Reads, now: Moment, most: u32) -> Result<Vec<OrderId>, Refusal> {
    let sql = "select id from sales_order where hold_until is not null and hold_until <= $1 order by hold_until limit $2";
    Ok(db::column(db, sql, db::params![now, i64::from(most)]).await?)
}

/// An order that waits for a transfer.
#[derive(Clone, Debug)]
pub struct Owing {
    pub id: OrderId,
    pub due_at: Moment,
    pub placed_at: Moment,
    pub reminded: i64,
}

/// Placed orders that a transfer was not seen for, oldest first after `after`.
///
/// # Faults
/// Whatever the database says.
pub async fn owing(
    db: &impl Reads,
    placed_before: Moment,
    after: Option<(Moment, OrderId)>,
    most: u32,
) -> Result<Vec<Owing>, Refusal> {
    let (at, id) = after.map_or((i64::MIN, uuid::Uuid::nil()), |(at, id)| (at.0, id.uuid()));
    let sql = "select id, due_at, placed_at, reminded from sales_order \
               where payment_state in ('unpaid', 'part_paid') and state = 'placed' and payment = 'bank_transfer' \
               and placed_at <= $1 and (due_at, id) > ($2, $3) order by due_at, id limit $4";
    let rows = db::rows(db, sql, db::params![placed_before, at, id, i64::from(most)]).await?;
    let one = |r: &db::Row| {
        Ok(Owing {
            id: r.try_get_by_index(0)?,
            due_at: r.try_get_by_index(1)?,
            placed_at: r.try_get_by_index(2)?,
            reminded: r.try_get_by_index(3)?,
        })
    };
    Ok(rows.iter().map(one).collect::<Result<_, sea_orm::DbErr>>()?)
}

/// The order of a number, as somebody typed it, within the scope's reach.
///
/// # Faults
/// Whatever the database says.
pub async fn by_number(db: &impl Reads, scope: &Scope, number: &str) -> Result<Option<OrderId>, Refusal> {
    let number: String = number.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let found: Option<OrderId> = db::scalar(db, "select id from sales_order where number = $1", db::params![number]).await?;
    match found {
        Some(id) => match super::head(db, scope, id).await {
            Ok(_) => Ok(Some(id)),
            Err(fault) if fault.code == "sales.no_order" => Ok(None),
            Err(fault) => Err(fault),
        },
        None => Ok(None),
    }
}

/// The numbers of orders.
///
/// # Faults
/// Whatever the database says.
pub async fn numbers(db: &impl Reads, ids: &[OrderId]) -> Result<Vec<(OrderId, String)>, Refusal> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("select id, number from sales_order where id in ({})", db::marks(ids.len(), 1));
    let rows = db::rows(db, &sql, db::values(ids)).await?;
    Ok(rows.iter().map(|r| Ok((r.try_get_by_index(0)?, r.try_get_by_index(1)?))).collect::<Result<_, sea_orm::DbErr>>()?)
}

/// An order that somebody has to look at.
#[derive(Clone, Debug)]
pub struct Troubled {
    pub id: OrderId,
    pub number: String,
    pub name: String,
    /// A text below `attention.`
    pub attention: String,
    pub gross: Money,
    pub placed_at: Moment,
}

/// Orders that somebody has to look at, oldest first.
///
/// # Faults
/// Whatever the database says.
pub async fn in_trouble(db: &impl Reads, scope: &Scope, most: u32) -> Result<Vec<Troubled>, Refusal> {
    let mut sql =
        "select o.id, o.number, o.contact_name, o.attention, o.gross_minor, o.currency, o.placed_at from sales_order o \
                   where o.attention <> ''"
            .to_owned();
    let mut params = db::params![i64::from(most)];
    scope.narrow("exists (select 1 from party p where p.id = o.party_id and p.manager in ($))", &mut sql, &mut params);
    sql.push_str(" order by o.placed_at, o.id limit $1");
    let one = |r: &db::Row| {
        Ok(Troubled {
            id: r.try_get_by_index(0)?,
            number: r.try_get_by_index(1)?,
            name: r.try_get_by_index(2)?,
            attention: r.try_get_by_index(3)?,
            gross: Money::new(r.try_get_by_index(4)?, r.try_get_by_index(5)?),
            placed_at: r.try_get_by_index(6)?,
        })
    };
    Ok(db::rows(db, &sql, params).await?.iter().map(one).collect::<Result<_, sea_orm::DbErr>>()?)
}

/// What an order takes from the stock and has not shipped yet, by variant.
///
/// # Faults
/// Whatever the database says.
pub async fn to_take(tx: &Tx, id: OrderId) -> Result<Vec<(VariantId, Qty)>, Refusal> {
    let sql = "select variant_id, qty_milli, configuration, qty_milli - shipped_milli from order_line where order_id = $1 order by position";
    let mut all: Vec<(VariantId, Qty)> = Vec::new();
    for row in db::rows(tx, sql, db::params![id]).await? {
        let left: Qty = row.try_get_by_index(3)?;
        for (variant, qty) in super::shipment::leaving(&row, left)? {
            let Some(variant) = variant.filter(|_| qty.0 > 0) else { continue };
            match all.iter_mut().find(|(known, _)| *known == variant) {
                Some((_, sum)) => sum.0 = sum.0.saturating_add(qty.0),
                None => all.push((variant, qty)),
            }
        }
    }
    Ok(all)
}
