//! Documents: found, read, issued and credited. What was issued never changes.

use poem::{Body, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path, Query},
    payload::{Binary, Json},
};
use vitrina::{
    documents::{self, DocumentQuery, DocumentRow, Wish},
    flows::{
        self,
        documents::{CreditForm, Deposit, Wanted},
    },
    kernel::{DocumentId, Fault, OrderId, Qty, Rate, Right},
};

use crate::{
    api::{
        dto::{self, Money, list},
        gate::Asked,
        problem::refused,
    },
    forms,
};

pub struct Documents;

#[derive(Debug, Object)]
pub struct Document {
    id: String,
    /// prepayment_invoice, advance_invoice, invoice, credit_note, cash_receipt, cash_refund, order_confirmation
    kind: String,
    number: String,
    /// issued, annulled
    state: String,
    /// Id of its order.
    order: Option<String>,
    order_number: String,
    customer: Option<String>,
    buyer: String,
    /// A day.
    issued_on: String,
    due_on: Option<String>,
    net: Money,
    tax: Money,
    gross: Money,
    due: Money,
    /// How much of it credit notes took back.
    credited: Money,
    /// Id of the invoice that a credit note corrects.
    corrects: Option<String>,
    reason: String,
    /// SHA-256 of the PDF; null for the moment until it is set.
    pdf_sha256: Option<String>,
}

impl From<&DocumentRow> for Document {
    fn from(d: &DocumentRow) -> Self {
        Self {
            id: d.id.to_string(),
            kind: d.kind.as_str().to_owned(),
            number: d.number.clone(),
            state: d.state.as_str().to_owned(),
            order: d.order.map(|id| id.to_string()),
            order_number: d.order_number.clone(),
            customer: d.party.map(|id| id.to_string()),
            buyer: d.buyer.clone(),
            issued_on: d.issued_on.clone(),
            due_on: d.due_on.clone(),
            net: d.net.into(),
            tax: d.vat.into(),
            gross: d.gross.into(),
            due: d.due.into(),
            credited: d.credited.into(),
            corrects: d.corrects.map(|id| id.to_string()),
            reason: d.reason.clone(),
            pdf_sha256: d.pdf.clone(),
        }
    }
}

list!(DocumentList of Document);

/// A deposit: a share of what the order costs, or a sum with tax.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct DepositRequest {
    /// A share: "0.3".
    share: Option<String>,
    sum: Option<Money>,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct CreditLine {
    /// The place of the line on the invoice, from 0.
    line: u32,
    /// A decimal: "1".
    quantity: String,
}

/// What is credited: lines, or a sum with tax (of one line or of all); without either all that is left.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct CreditRequest {
    /// Printed on the credit note.
    reason: String,
    #[oai(default)]
    lines: Vec<CreditLine>,
    sum: Option<Money>,
    /// The line that the sum is about.
    line: Option<u32>,
}

#[derive(ApiResponse)]
enum Issued {
    /// The document.
    #[oai(status = 201)]
    Document(Json<Document>),
}

#[OpenApi]
impl Documents {
    /// Documents, newest first; scope documents:read
    #[oai(path = "/documents", method = "get", operation_id = "documents")]
    async fn list(
        &self,
        asked: Data<&Asked>,
        /// Number, buyer or order; every word has to occur.
        q: Query<Option<String>>,
        /// A kind; several parted by commas.
        kind: Query<Option<String>>,
        /// Words of a product's title, or its SKU.
        product: Query<Option<String>>,
        /// Id of an order.
        order: Query<Option<String>>,
        /// Id of a customer.
        customer: Query<Option<String>>,
        /// A day, inclusive.
        issued_from: Query<Option<String>>,
        /// A day, inclusive.
        issued_until: Query<Option<String>>,
        /// With tax, inclusive: a decimal.
        gross_from: Query<Option<String>>,
        /// With tax, inclusive: a decimal.
        gross_until: Query<Option<String>>,
        /// ISO 4217: only papers in it, and that of the bounds; for those the shop's where nothing is said.
        currency: Query<Option<String>>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<DocumentList>> {
        let limit = dto::limit(limit.0);
        let listed = async {
            let kinds = kind.0.iter().flat_map(|k| k.split(',')).filter(|k| !k.is_empty());
            let kinds = kinds.map(|k| k.parse().map_err(|_| Fault::invalid("kind", "form.choose")));
            let cursor = || Fault::invalid("after", "request.cursor_invalid");
            let query = DocumentQuery {
                kinds: kinds.collect::<Result<_, _>>()?,
                search: q.0.unwrap_or_default(),
                order: dto::choice(order.0.as_deref(), "order")?,
                party: dto::choice(customer.0.as_deref(), "customer")?,
                skus: match &product.0 {
                    Some(words) => Some(vitrina::catalog::skus_by_words(asked.db(), words).await?),
                    None => None,
                },
                gross: asked.amounts(&gross_from, &gross_until, &currency)?,
                issued_from: issued_from.0,
                issued_until: issued_until.0,
                after: after.0.map(|text| text.parse().map_err(|_| cursor())).transpose()?,
                limit,
            };
            documents::list(asked.db(), &asked.scope(Right::DocumentsRead)?, &query).await
        };
        let page = listed.await.map_err(refused)?;
        Ok(Json(DocumentList::new(page.rows.iter().map(Document::from).collect(), limit, page.next)))
    }

    /// One document; scope documents:read
    #[oai(path = "/documents/:id", method = "get", operation_id = "document")]
    async fn one(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<Document>> {
        let found = async { shown(&asked, dto::id(&id)?, Right::DocumentsRead).await };
        Ok(Json(found.await.map_err(refused)?))
    }

    /// Its PDF; scope documents:read
    #[oai(path = "/documents/:id/pdf", method = "get", operation_id = "documentPdf")]
    async fn pdf(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Binary<Body>> {
        let file = async { flows::documents::pdf(asked.site.app(), &asked.actor, dto::id(&id)?).await };
        Ok(Binary(Body::from(file.await.map_err(refused)?.bytes.to_vec())))
    }

    /// The e-invoice (EN 16931, UBL 2.1) of an invoice or credit note; scope documents:read
    #[oai(path = "/documents/:id/xml", method = "get", operation_id = "documentXml")]
    async fn xml(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Binary<Body>> {
        let file = async { flows::documents::xml(asked.site.app(), &asked.actor, dto::id(&id)?).await };
        Ok(Binary(Body::from(file.await.map_err(refused)?.bytes.to_vec())))
    }

    /// Issues the order's invoice; scope documents:issue
    #[oai(path = "/orders/:id/invoice", method = "post", operation_id = "invoiceOrder")]
    async fn invoice(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Issued> {
        let done = async {
            let order: OrderId = dto::id(&id)?;
            let issued = flows::documents::issue(asked.site.app(), &asked.actor, order, Wanted::Invoice, None).await?;
            shown(&asked, issued.id, Right::DocumentsIssue).await
        };
        Ok(Issued::Document(Json(done.await.map_err(refused)?)))
    }

    /// Asks for money before the goods; scope documents:issue
    #[oai(path = "/orders/:id/prepayment-invoices", method = "post", operation_id = "askPrepayment")]
    async fn prepayment(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// Makes sending it twice harmless.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<Option<String>>,
        body: Json<DepositRequest>,
    ) -> poem::Result<Issued> {
        let done = async {
            let order: OrderId = dto::id(&id)?;
            let issued = flows::documents::issue(
                asked.site.app(),
                &asked.actor,
                order,
                Wanted::Prepayment(deposit(&body)?),
                key.0.as_deref(),
            )
            .await?;
            shown(&asked, issued.id, Right::DocumentsIssue).await
        };
        Ok(Issued::Document(Json(done.await.map_err(refused)?)))
    }

    /// Credits an invoice, in whole or in part; scope documents:issue
    #[oai(path = "/documents/:id/credit-notes", method = "post", operation_id = "creditInvoice")]
    async fn credit(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// Makes sending it twice harmless.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<String>,
        body: Json<CreditRequest>,
    ) -> poem::Result<Issued> {
        let done = async {
            let invoice: DocumentId = dto::id(&id)?;
            let form = CreditForm { invoice, wish: wish(&body)?, reason: body.0.reason, key: Some(key.0) };
            let issued = flows::documents::credit(asked.site.app(), &asked.actor, form).await?;
            shown(&asked, issued.id, Right::DocumentsIssue).await
        };
        Ok(Issued::Document(Json(done.await.map_err(refused)?)))
    }
}

fn deposit(body: &DepositRequest) -> Result<Deposit, Fault> {
    match (&body.share, &body.sum) {
        (Some(share), None) => {
            forms::decimal(share, 6).map(|m| Deposit::Percent(Rate(m))).ok_or_else(|| Fault::invalid("share", "form.number"))
        }
        (None, Some(sum)) => Ok(Deposit::Sum(sum.read("sum")?)),
        _ => Err(Fault::invalid("share", "form.choose")),
    }
}

fn wish(body: &CreditRequest) -> Result<Wish, Fault> {
    match (&body.sum, body.lines.as_slice()) {
        (None, []) => Ok(Wish::Whole),
        (Some(sum), []) => {
            Ok(Wish::Amount { gross: sum.read("sum")?, lines: body.line.map(|n| n as usize).into_iter().collect() })
        }
        (None, lines) => {
            let read = |(n, line): (usize, &CreditLine)| {
                let field = format!("lines.{n}.quantity");
                match dto::qty(&line.quantity, &field)? {
                    Qty(0) => Err(Fault::invalid(field, "form.number")),
                    qty => Ok((line.line as usize, qty)),
                }
            };
            Ok(Wish::Lines(lines.iter().enumerate().map(read).collect::<Result<_, _>>()?))
        }
        (Some(_), _) => Err(Fault::invalid("sum", "form.choose")),
    }
}

/// Whoever may issue a document sees what became of it.
async fn shown(asked: &Asked, id: DocumentId, right: Right) -> Result<Document, Fault> {
    let found = documents::document(asked.db(), &asked.scope(right)?, id).await?;
    Ok(Document::from(&found.row))
}
