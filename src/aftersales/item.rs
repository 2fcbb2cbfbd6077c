//! What a case is about: lines of an order, in its words.

use serde::Serialize;

use super::{Condition, NewItem, State};
use crate::kernel::{self, CaseId, CaseItemId, OrderLineId, ProductId, Qty, Reads, Tx, VariantId, db};

#[derive(Clone, Debug, Serialize)]
pub struct Item {
    pub id: CaseItemId,
    /// `None` where the order line is not known.
    pub line: Option<OrderLineId>,
    /// `None` once the catalogue let it go.
    pub product: Option<ProductId>,
    #[serde(skip)]
    pub variant: Option<VariantId>,
    pub sku: String,
    pub title: String,
    pub variant_name: String,
    pub picture_hash: Option<String>,
    pub unit: String,
    pub batch: String,
    pub qty: Qty,
    pub excepted: bool,
    pub received: Qty,
    pub restocked: Qty,
    pub scrapped: Qty,
    pub sent_back: Qty,
    pub condition: Option<Condition>,
    /// What the inspection found.
    pub note: String,
}

struct Row {
    id: CaseItemId,
    order_line_id: Option<OrderLineId>,
    product_id: Option<ProductId>,
    variant_id: Option<VariantId>,
    sku: String,
    title: String,
    variant_name: String,
    picture_hash: Option<String>,
    unit: String,
    batch: String,
    qty_milli: Qty,
    excepted: bool,
    received_milli: Qty,
    restocked_milli: Qty,
    scrapped_milli: Qty,
    sent_back_milli: Qty,
    condition: String,
    note: String,
}
db::record!(Row {
    id,
    order_line_id,
    product_id,
    variant_id,
    sku,
    title,
    variant_name,
    picture_hash,
    unit,
    batch,
    qty_milli,
    excepted,
    received_milli,
    restocked_milli,
    scrapped_milli,
    sent_back_milli,
    condition,
    note
});

impl Row {
    fn read(self) -> Item {
        Item {
            id: self.id,
            line: self.order_line_id,
            product: self.product_id,
            variant: self.variant_id,
            sku: self.sku,
            title: self.title,
            variant_name: self.variant_name,
            picture_hash: self.picture_hash,
            unit: self.unit,
            batch: self.batch,
            qty: self.qty_milli,
            excepted: self.excepted,
            received: self.received_milli,
            restocked: self.restocked_milli,
            scrapped: self.scrapped_milli,
            sent_back: self.sent_back_milli,
            condition: self.condition.parse().ok(),
            note: self.note,
        }
    }
}

pub(super) async fn put(tx: &Tx, case: CaseId, items: &[NewItem]) -> Result<(), kernel::Fault> {
    let rows = items.iter().zip(1_i64..).map(|(i, n)| {
        db::params![
            CaseItemId::new(tx),
            case,
            n,
            i.line,
            i.product,
            i.variant,
            i.producer,
            i.sku.clone(),
            i.title.clone(),
            i.variant_name.clone(),
            i.picture_hash.clone(),
            i.unit.clone(),
            i.batch.trim().chars().take(60).collect::<String>(),
            i.qty,
            i.qty,
            i.excepted,
            0_i64,
            0_i64,
            0_i64,
            0_i64,
            "",
            ""
        ]
    });
    let sql = "insert into aftersales_item (id, case_id, position, order_line_id, product_id, variant_id, producer_id, sku, title, \
               variant_name, picture_hash, unit, batch, qty_milli, held_milli, excepted, received_milli, restocked_milli, \
               scrapped_milli, sent_back_milli, condition, note) values";
    Ok(db::insert_many(tx, sql, "", rows.collect()).await?)
}

/// # Faults
/// Whatever the database says.
pub async fn items(db: &impl Reads, case: CaseId) -> Result<Vec<Item>, kernel::Fault> {
    let sql = "select id, order_line_id, product_id, variant_id, sku, title, variant_name, picture_hash, unit, batch, qty_milli, \
               excepted, received_milli, restocked_milli, scrapped_milli, sent_back_milli, condition, note \
               from aftersales_item where case_id = $1 order by position";
    Ok(db::all::<Row>(db, sql, db::params![case]).await?.into_iter().map(Row::read).collect())
}

/// The open cases about some lines of an order: the line and the case's number, for whoever declares the
/// same again.
///
/// # Faults
/// Whatever the database says.
pub async fn items_of_line(db: &impl Reads, line: OrderLineId) -> Result<Vec<String>, kernel::Fault> {
    let sql = "select c.number, c.state from aftersales_item i join aftersales_case c on c.id = i.case_id \
               where i.order_line_id = $1 order by c.id desc";
    let mut open = Vec::new();
    for row in db::rows(db, sql, db::params![line]).await? {
        let state: State = row.try_get_by_index::<String>(1)?.parse().map_err(kernel::Fault::bug)?;
        if !matches!(state, State::Withdrawn | State::Rejected) {
            open.push(row.try_get_by_index(0)?);
        }
    }
    Ok(open)
}

/// What a case still holds of its lines, which it lets go with this: asked twice, the second answer is
/// empty.
///
/// # Faults
/// Whatever the database says.
pub async fn release(tx: &Tx, case: CaseId) -> Result<Vec<(OrderLineId, Qty)>, kernel::Fault> {
    let held = pairs(tx, "held_milli", case).await?;
    db::run(tx, "update aftersales_item set held_milli = 0 where case_id = $1", db::params![case]).await?;
    Ok(held)
}

/// A case that begins anew holds what has not come back.
///
/// # Faults
/// Whatever the database says.
pub async fn hold_again(tx: &Tx, case: CaseId) -> Result<Vec<(OrderLineId, Qty)>, kernel::Fault> {
    let sql = "update aftersales_item set held_milli = qty_milli - received_milli + sent_back_milli where case_id = $1";
    db::run(tx, sql, db::params![case]).await?;
    pairs(tx, "held_milli", case).await
}

async fn pairs(tx: &Tx, column: &str, case: CaseId) -> Result<Vec<(OrderLineId, Qty)>, kernel::Fault> {
    let sql = format!(
        "select order_line_id, {column} from aftersales_item where case_id = $1 and order_line_id is not null and {column} > 0 \
         order by position"
    );
    let mut all = Vec::new();
    for row in db::rows(tx, &sql, db::params![case]).await? {
        all.push((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    }
    Ok(all)
}
