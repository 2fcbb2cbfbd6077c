//! Whether the running sums are what the rows add up to: asked by `doctor` and after every storm.

use serde::Serialize;

use crate::kernel::{self, Reads, db};

/// A place where sums and rows disagree; there should be none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unsound {
    /// `receipt_balance`, `receipt_allocated`, `receipt_overdrawn`, `order_paid`, `order_refunded`,
    /// `two_attempts`, `paid_twice`
    pub what: &'static str,
    pub subject: String,
}

const QUESTIONS: &[(&str, &str)] = &[
    (
        "receipt_balance",
        "select cast(r.id as text) from payment_receipt r where r.balance_minor <> \
         (select coalesce(sum(e.amount_minor), 0) from payment_entry e where e.receipt_id = r.id)",
    ),
    (
        "receipt_allocated",
        "select cast(r.id as text) from payment_receipt r where r.allocated_minor <> \
         (select coalesce(sum(a.amount_minor), 0) from payment_allocation a where a.receipt_id = r.id)",
    ),
    (
        "receipt_overdrawn",
        "select cast(id as text) from payment_receipt where allocated_minor < 0 or reserved_minor < 0 or disputed_minor < 0 \
         or (balance_minor >= 0 and allocated_minor > balance_minor)",
    ),
    (
        "order_paid",
        "select number from sales_order o where o.paid_minor <> (select coalesce(sum(a.amount_minor), 0) from payment_allocation a \
         where a.order_id = o.id and a.kind not in ('refund', 'refund_failed'))",
    ),
    (
        "order_refunded",
        "select number from sales_order o where o.refunded_minor <> (select coalesce(-sum(a.amount_minor), 0) from payment_allocation a \
         where a.order_id = o.id and a.kind in ('refund', 'refund_failed'))",
    ),
    (
        "order_overcredited",
        "select number from sales_order where paid_minor < 0 or paid_minor > gross_minor or refunded_minor < 0 or refunded_minor > paid_minor",
    ),
    (
        "two_attempts",
        "select cast(order_id as text) from payment_attempt where state in ('starting', 'open', 'processing') \
         group by order_id having count(*) > 1",
    ),
];

/// Every place where sums and rows disagree.
///
/// # Faults
/// Whatever the database says.
pub async fn unsound(db: &impl Reads) -> Result<Vec<Unsound>, kernel::Fault> {
    let mut all = Vec::new();
    for (what, sql) in QUESTIONS {
        let subjects: Vec<String> = db::column(db, &format!("{sql} limit 100"), vec![]).await?;
        all.extend(subjects.into_iter().map(|subject| Unsound { what, subject }));
    }
    Ok(all)
}
