//! Reading discounts and what became of their codes.

use serde::Serialize;

use super::{Fault, Gives};
use crate::{
    kernel::{self, Currency, DiscountId, Moment, Money, OrderId, Rate, Reads, db},
    pricing::Picked,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Discount {
    pub id: DiscountId,
    pub name: String,
    #[serde(skip)]
    pub gives: Gives,
    pub currency: Currency,
    pub minimum: Option<Money>,
    pub goods: Picked,
    pub valid_from: Moment,
    pub valid_to: Option<Moment>,
    pub per_customer: Option<i64>,
    pub stopped_at: Option<Moment>,
    /// A kind and an id (`staff:…`).
    pub actor: String,
    /// Its code, or one of them.
    pub code: String,
    pub codes: i64,
    pub used: i64,
    /// Uses of all codes together; `None` without a limit.
    pub most: Option<i64>,
}

struct Row {
    id: DiscountId,
    name: String,
    kind: String,
    off_micro: Option<Rate>,
    amount_minor: Option<i64>,
    buy: Option<i64>,
    gets: Option<i64>,
    currency: Currency,
    minimum_minor: Option<i64>,
    goods: String,
    valid_from: Moment,
    valid_to: Option<Moment>,
    per_customer: Option<i64>,
    stopped_at: Option<Moment>,
    actor: String,
    code: String,
    codes: i64,
    used: i64,
    most: Option<i64>,
}
db::record!(Row {
    id,
    name,
    kind,
    off_micro,
    amount_minor,
    buy,
    gets,
    currency,
    minimum_minor,
    goods,
    valid_from,
    valid_to,
    per_customer,
    stopped_at,
    actor,
    code,
    codes,
    used,
    most
});

impl Row {
    fn read(self) -> Result<Discount, kernel::Fault> {
        let gives = match (self.kind.as_str(), self.off_micro, self.amount_minor, self.buy.zip(self.gets)) {
            ("percent", Some(rate), ..) => Gives::Percent(rate),
            ("amount", _, Some(minor), _) => Gives::Amount(minor),
            ("free_delivery", ..) => Gives::FreeDelivery,
            ("buy_get", .., Some((buy, gets))) => Gives::BuyGet { buy, gets },
            _ => return Err(kernel::Fault::bug(format!("a discount of the kind {}", self.kind))),
        };
        Ok(Discount {
            id: self.id,
            name: self.name,
            gives,
            currency: self.currency,
            minimum: self.minimum_minor.map(|minor| Money::new(minor, self.currency)),
            goods: serde_json::from_str(&self.goods)?,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            per_customer: self.per_customer,
            stopped_at: self.stopped_at,
            actor: self.actor,
            code: self.code,
            codes: self.codes,
            used: self.used,
            most: self.most,
        })
    }
}

const COLUMNS: &str = "d.id, d.name, d.kind, d.off_micro, d.amount_minor, d.buy, d.gets, d.currency, d.minimum_minor, d.goods, \
    d.valid_from, d.valid_to, d.per_customer, d.stopped_at, d.actor";
/// One row a discount, its codes summed up; without a limit as soon as one of them has none.
const SUMMED: &str = "min(c.code) as code, count(*) as codes, cast(sum(c.used) as bigint) as used, \
    cast(case when count(c.most) = count(*) then sum(c.most) end as bigint) as most \
    from discount d join discount_code c on c.discount_id = d.id";

/// The newest two hundred discounts.
///
/// # Faults
/// Whatever the database says.
pub async fn list(db: &impl Reads) -> Result<Vec<Discount>, kernel::Fault> {
    let newest = "where d.id in (select n.id from discount n order by n.made_at desc, n.id desc limit 200)";
    let sql = format!("select {COLUMNS}, {SUMMED} {newest} group by {COLUMNS}, d.made_at order by d.made_at desc, d.id desc");
    db::all::<Row>(db, &sql, vec![]).await?.into_iter().map(Row::read).collect()
}

/// # Faults
/// `promotions.no_discount`.
pub async fn discount(db: &impl Reads, id: DiscountId) -> Result<Discount, kernel::Fault> {
    let sql = format!("select {COLUMNS}, {SUMMED} where d.id = $1 group by {COLUMNS}");
    let row: Option<Row> = db::opt(db, &sql, db::params![id]).await?;
    row.ok_or(Fault::NoDiscount)?.read()
}

/// A code with its discount; the numbers are the code's own.
pub(super) struct Known {
    pub code: String,
    pub used: i64,
    pub most: Option<i64>,
    pub discount: Discount,
}

pub(super) async fn by_code(db: &impl Reads, code: &str) -> Result<Option<Known>, kernel::Fault> {
    let sql = format!(
        "select {COLUMNS}, c.code, cast(1 as bigint) as codes, c.used, c.most from discount_code c join discount d on d.id = c.discount_id \
         where c.code = $1"
    );
    let row: Option<Row> = db::opt(db, &sql, db::params![code]).await?;
    let Some(discount) = row.map(Row::read).transpose()? else { return Ok(None) };
    Ok(Some(Known { code: discount.code.clone(), used: discount.used, most: discount.most, discount }))
}

/// Every code of a discount with its uses, for printing.
///
/// # Faults
/// Whatever the database says.
pub async fn codes(db: &impl Reads, id: DiscountId) -> Result<Vec<(String, i64)>, kernel::Fault> {
    let sql = "select code, used from discount_code where discount_id = $1 order by code";
    let mut all = Vec::new();
    for row in db::rows(db, sql, db::params![id]).await? {
        all.push((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    }
    Ok(all)
}

/// An order that a code was used for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UseRow {
    pub order: OrderId,
    pub code: String,
    pub amount: Money,
    pub at: Moment,
    pub undone_at: Option<Moment>,
}

struct UseOf {
    order_id: OrderId,
    code: String,
    amount_minor: i64,
    currency: Currency,
    at: Moment,
    undone_at: Option<Moment>,
}
db::record!(UseOf { order_id, code, amount_minor, currency, at, undone_at });

/// The newest uses of a discount.
///
/// # Faults
/// Whatever the database says.
pub async fn uses(db: &impl Reads, id: DiscountId, most: i64) -> Result<Vec<UseRow>, kernel::Fault> {
    let sql = "select u.order_id, u.code, u.amount_minor, d.currency, u.at, u.undone_at from discount_use u \
               join discount d on d.id = u.discount_id where u.discount_id = $1 order by u.at desc, u.order_id limit $2";
    let rows: Vec<UseOf> = db::all(db, sql, db::params![id, most]).await?;
    let row = |r: UseOf| {
        let amount = Money::new(r.amount_minor, r.currency);
        UseRow { order: r.order_id, code: r.code, amount, at: r.at, undone_at: r.undone_at }
    };
    Ok(rows.into_iter().map(row).collect())
}
