//! Payments: what came for an order, what has no home, and what goes back.

use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};
use vitrina::{
    flows::{
        self,
        payments::{NewPayment, NewRefund},
    },
    kernel::{Fault, OrderId, ReceiptId, Right},
    payments::{self, HomelessRow, Method, ReceiptView},
    sales,
};

use crate::api::{
    dto::{self, Money, list},
    gate::Asked,
    problem::refused,
};

pub struct Payments;

/// Money that came.
#[derive(Debug, Object)]
pub struct Payment {
    id: String,
    /// stripe, bank, cash, terminal
    provider: String,
    /// What the provider calls it.
    object: String,
    amount: Money,
    /// What of it is on no order.
    free: Money,
    payer: String,
    account: String,
    note: String,
    received_at: String,
    /// Id of the order that it was meant for or pays.
    order: Option<String>,
}

impl Payment {
    fn of_order(r: &ReceiptView, order: OrderId) -> Self {
        Self {
            id: r.id.to_string(),
            provider: r.provider.clone(),
            object: r.object.clone(),
            amount: r.amount.into(),
            free: r.free.into(),
            payer: r.payer.clone(),
            account: r.account.clone(),
            note: r.note.clone(),
            received_at: dto::at(r.received_at),
            order: Some(order.to_string()),
        }
    }
}

impl From<&HomelessRow> for Payment {
    fn from(r: &HomelessRow) -> Self {
        Self {
            id: r.id.to_string(),
            provider: r.provider.clone(),
            object: r.object.clone(),
            amount: r.amount.into(),
            free: r.free.into(),
            payer: r.payer.clone(),
            account: r.account.clone(),
            note: r.note.clone(),
            received_at: dto::at(r.received_at),
            order: r.order.map(|id| id.to_string()),
        }
    }
}

list!(PaymentList of Payment);

/// How an order's money stands.
#[derive(Debug, Object)]
pub struct OrderPayments {
    /// unpaid, processing, part_paid, paid, overpaid, part_refunded, refunded, disputed
    state: String,
    received: Money,
    due: Money,
    /// What is asked for now: the rest of a deposit, else all that is due.
    ask: Money,
    payments: Vec<Payment>,
}

/// A payment that somebody saw.
#[derive(Object)]
#[oai(rename = "NewPayment", deny_unknown_fields)]
struct Seen {
    /// bank, cash, terminal
    method: String,
    amount: Money,
    /// When it came; now where nothing is said.
    received_at: Option<String>,
    #[oai(default)]
    payer: String,
    #[oai(default)]
    note: String,
    /// Of cash: the number that the cash register printed.
    #[oai(default)]
    fiscal_receipt: String,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct RefundRequest {
    amount: Money,
    reason: String,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct HomeRequest {
    /// Id of the order that it pays.
    order: String,
}

#[derive(Debug, Object)]
pub struct RefundAnswer {
    id: String,
}

#[derive(ApiResponse)]
enum Entered {
    /// The order's payments with the new one.
    #[oai(status = 201)]
    Payments(Json<OrderPayments>),
}

#[derive(ApiResponse)]
enum Wanted {
    /// It is on its way.
    #[oai(status = 202)]
    Refund(Json<RefundAnswer>),
}

#[OpenApi]
impl Payments {
    /// Money without a home, oldest first; scope payments:read
    #[oai(path = "/payments/unallocated", method = "get", operation_id = "unallocatedPayments")]
    async fn unallocated(
        &self,
        asked: Data<&Asked>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<PaymentList>> {
        let limit = dto::limit(limit.0);
        let listed = async {
            let scope = asked.scope(Right::PaymentsRead)?;
            payments::homeless(asked.db(), &scope, false, after.0.as_deref(), limit).await
        };
        let page = listed.await.map_err(refused)?;
        Ok(Json(PaymentList::new(page.rows.iter().map(Payment::from).collect(), limit, page.next)))
    }

    /// Put money without a home on an order, as far as the order owes it; scopes payments:write, orders:read
    #[oai(path = "/payments/:id/allocation", method = "post", operation_id = "allocatePayment")]
    async fn allocate(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        body: Json<HomeRequest>,
    ) -> poem::Result<Json<OrderPayments>> {
        let put = async {
            let (receipt, order) = (dto::id::<ReceiptId>(&id)?, dto::id::<OrderId>(&body.order)?);
            flows::payments::home(asked.site.app(), &asked.actor, receipt, order, None, "by_program").await?;
            shown(&asked, order, Right::PaymentsWrite).await
        };
        Ok(Json(put.await.map_err(refused)?))
    }

    /// Send money back; scope refunds:make
    #[oai(path = "/payments/:id/refunds", method = "post", operation_id = "refundPayment")]
    async fn refund(&self, asked: Data<&Asked>, id: Path<String>, body: Json<RefundRequest>) -> poem::Result<Wanted> {
        let wanted = async {
            let receipt = dto::id::<ReceiptId>(&id)?;
            let new = NewRefund { receipt, order: None, amount: body.amount.read("amount")?, reason: body.reason.clone() };
            flows::payments::refund(asked.site.app(), &asked.actor, new).await
        };
        let id = wanted.await.map_err(refused)?.to_string();
        Ok(Wanted::Refund(Json(RefundAnswer { id })))
    }

    /// The payments of an order; scope payments:read
    #[oai(path = "/orders/:id/payments", method = "get", operation_id = "orderPayments")]
    async fn of_order(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<OrderPayments>> {
        let found = async { shown(&asked, dto::id(&id)?, Right::PaymentsRead).await };
        Ok(Json(found.await.map_err(refused)?))
    }

    /// Enter a payment that somebody saw; scopes payments:write, orders:read
    #[oai(path = "/orders/:id/payments", method = "post", operation_id = "enterPayment")]
    async fn enter(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// Needed: sent twice, it is one payment.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<Option<String>>,
        body: Json<Seen>,
    ) -> poem::Result<Entered> {
        let entered = async {
            let order: OrderId = dto::id(&id)?;
            let method: Method = body.method.parse().map_err(|_| Fault::invalid("method", "form.choose"))?;
            let at = dto::moment(body.received_at.as_deref(), "received_at")?;
            let new = NewPayment {
                order,
                method,
                amount: body.amount.read("amount")?,
                at: at.unwrap_or_else(|| asked.site.app().now()),
                payer: body.payer.clone(),
                note: body.note.clone(),
                fiscal_receipt: body.fiscal_receipt.clone(),
                key: key.0.unwrap_or_default(),
            };
            flows::payments::enter(asked.site.app(), &asked.actor, new).await?;
            shown(&asked, order, Right::PaymentsWrite).await
        };
        Ok(Entered::Payments(Json(entered.await.map_err(refused)?)))
    }
}

/// Whoever may write payments sees what became of the order.
async fn shown(asked: &Asked, order: OrderId, right: Right) -> Result<OrderPayments, Fault> {
    let scope = asked.scope(right)?;
    sales::head(asked.db(), &scope, order).await?;
    let standing = flows::payments::due(asked.db(), order).await?;
    let receipts = payments::receipts(asked.db(), &scope, order).await?;
    Ok(OrderPayments {
        state: standing.state.as_str().to_owned(),
        received: standing.received.into(),
        due: standing.due.into(),
        ask: standing.ask.into(),
        payments: receipts.iter().map(|r| Payment::of_order(r, order)).collect(),
    })
}
