//! Documents as they are listed and opened.

use sea_orm::Value;
use serde::Serialize;

use super::{Advance, Fault, Kind, Paper, advance, credit, issue};
use crate::kernel::{Amounts, Currency, DocumentId, Fault as Refusal, Moment, Money, OrderId, PartyId, Reads, Scope, db, fold};

/// Whether a document holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Issued,
    /// Taken back; it keeps its number.
    Annulled,
}

impl State {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Annulled => "annulled",
        }
    }
}

/// A line of a list.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentRow {
    pub id: DocumentId,
    pub kind: Kind,
    pub number: String,
    pub state: State,
    pub order: Option<OrderId>,
    pub order_number: String,
    pub party: Option<PartyId>,
    pub buyer: String,
    pub issued_on: String,
    pub issued_at: Moment,
    pub due_on: Option<String>,
    pub net: Money,
    pub vat: Money,
    pub gross: Money,
    pub due: Money,
    /// How much of it credit notes took back.
    pub credited: Money,
    /// What a credit note corrects.
    pub corrects: Option<DocumentId>,
    /// SHA-256 of the PDF, once it is set.
    pub pdf: Option<String>,
    pub reason: String,
}

impl DocumentRow {
    /// Whether it holds: neither annulled nor credited in whole.
    pub fn stands(&self) -> bool {
        self.state == State::Issued && (self.credited.minor < self.gross.minor || self.gross.is_zero())
    }
    /// Whether anything of it can still be taken back by a credit note.
    pub fn creditable(&self) -> bool {
        matches!(self.kind, Kind::Invoice | Kind::AdvanceInvoice)
            && self.state == State::Issued
            && self.credited.minor < self.gross.minor
    }
}

/// A document with its words.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentView {
    #[serde(flatten)]
    pub row: DocumentRow,
    pub paper: Paper,
    /// SHA-256 of the snapshot.
    pub hash: String,
    /// What may still be credited, by line.
    #[serde(skip)]
    pub left: Vec<credit::Credited>,
}

pub(super) struct Row {
    id: DocumentId,
    kind: String,
    number: String,
    state: String,
    order_id: Option<OrderId>,
    order_number: String,
    party_id: Option<PartyId>,
    buyer: String,
    currency: Currency,
    issued_on: String,
    issued_at: Moment,
    due_on: Option<String>,
    net_minor: i64,
    vat_minor: i64,
    gross_minor: i64,
    due_minor: i64,
    credited_minor: i64,
    corrects: Option<DocumentId>,
    pdf_hash: Option<String>,
    reason: String,
}
db::record!(Row {
    id,
    kind,
    number,
    state,
    order_id,
    order_number,
    party_id,
    buyer,
    currency,
    issued_on,
    issued_at,
    due_on,
    net_minor,
    vat_minor,
    gross_minor,
    due_minor,
    credited_minor,
    corrects,
    pdf_hash,
    reason
});

pub(super) const COLUMNS: &str = "d.id, d.kind, d.number, d.state, d.order_id, d.order_number, d.party_id, d.buyer, d.currency, d.issued_on, \
    d.issued_at, d.due_on, d.net_minor, d.vat_minor, d.gross_minor, d.due_minor, d.credited_minor, d.corrects, d.pdf_hash, d.reason";

impl Row {
    pub(super) fn view(self) -> Result<DocumentRow, Refusal> {
        let money = |minor| Money::new(minor, self.currency);
        Ok(DocumentRow {
            id: self.id,
            kind: self.kind.parse().map_err(Refusal::bug)?,
            state: if self.state == "annulled" { State::Annulled } else { State::Issued },
            order: self.order_id,
            order_number: self.order_number,
            party: self.party_id,
            issued_at: self.issued_at,
            net: money(self.net_minor),
            vat: money(self.vat_minor),
            gross: money(self.gross_minor),
            due: money(self.due_minor),
            credited: money(self.credited_minor),
            number: self.number,
            buyer: self.buyer,
            issued_on: self.issued_on,
            due_on: self.due_on,
            corrects: self.corrects,
            pdf: self.pdf_hash,
            reason: self.reason,
        })
    }
}

#[derive(Clone, Debug, Default)]
pub struct DocumentQuery {
    /// Empty: all.
    pub kinds: Vec<Kind>,
    /// Number, buyer or order; every word has to occur.
    pub search: String,
    pub party: Option<PartyId>,
    pub order: Option<OrderId>,
    /// `2026-11-01`, both inclusive.
    pub issued_from: Option<String>,
    pub issued_until: Option<String>,
    pub gross: Amounts,
    /// One of these SKUs stands on it. Empty: none does.
    pub skus: Option<Vec<String>>,
    /// The last id of the page before.
    pub after: Option<DocumentId>,
    pub limit: u32,
}

#[derive(Clone, Debug, Serialize)]
pub struct Documents {
    pub rows: Vec<DocumentRow>,
    pub next: Option<String>,
}

/// Documents, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn list(db: &impl Reads, scope: &Scope, query: &DocumentQuery) -> Result<Documents, Refusal> {
    let limit = query.limit.clamp(1, 200) as usize;
    let (mut clause, mut params) = reach(scope);
    let mut and = |condition: &str, value: Value| {
        params.push(value);
        clause.push_str(&format!(" and {}", condition.replacen('$', &format!("${}", params.len()), 1)));
    };
    if let Some(party) = query.party {
        and("d.party_id = $", party.into());
    }
    if let Some(order) = query.order {
        and("d.order_id = $", order.into());
    }
    if let Some(from) = &query.issued_from {
        and("d.issued_on >= $", from.clone().into());
    }
    if let Some(until) = &query.issued_until {
        and("d.issued_on <= $", until.clone().into());
    }
    for word in fold(&query.search).split_whitespace() {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        and("d.search like $ escape '\\'", format!("%{escaped}%").into());
    }
    if let Some(after) = query.after {
        and("d.id < $", after.into());
    }
    query.gross.narrow(("d.gross_minor", "d.currency"), &mut clause, &mut params);
    if let Some(skus) = &query.skus {
        let marks = if skus.is_empty() { "null".to_owned() } else { db::marks(skus.len(), params.len() + 1) };
        clause.push_str(&format!(" and d.id in (select g.document_id from document_goods g where g.sku in ({marks}))"));
        params.extend(skus.iter().map(|sku| Value::from(sku.as_str())));
    }
    if !query.kinds.is_empty() {
        clause.push_str(&format!(" and d.kind in ({})", db::marks(query.kinds.len(), params.len() + 1)));
        params.extend(query.kinds.iter().map(|k| Value::from(k.as_str())));
    }
    let sql = format!("select {COLUMNS} from issued_document d where 1 = 1{clause} order by d.id desc limit {}", limit + 1);
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    let mut rows = rows.into_iter().map(Row::view).collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Documents { next: rows.last().filter(|_| more).map(|row| row.id.to_string()), rows })
}

/// All documents of an order, in the order of their issue. The order was found by its link or
/// within a scope.
///
/// # Faults
/// Whatever the database says.
pub async fn of_order(db: &impl Reads, order: OrderId) -> Result<Vec<DocumentRow>, Refusal> {
    let sql = format!("select {COLUMNS} from issued_document d where d.order_id = $1 order by d.id");
    let rows: Vec<Row> = db::all(db, &sql, db::params![order]).await?;
    rows.into_iter().map(Row::view).collect()
}

/// A document with its words.
///
/// # Faults
/// [`Fault::NoDocument`], also when it lies outside the scope.
pub async fn document(db: &impl Reads, scope: &Scope, id: DocumentId) -> Result<DocumentView, Refusal> {
    let (clause, mut params) = reach(scope);
    params.push(id.into());
    let sql = format!("select {COLUMNS} from issued_document d where 1 = 1{clause} and d.id = ${}", params.len());
    let row: Row = db::opt(db, &sql, params).await?.ok_or(Fault::NoDocument)?;
    let (paper, hash) = paper(db, id).await?;
    let left = credit::left(&paper, &issue::credited(db, id).await?);
    Ok(DocumentView { row: row.view()?, paper, hash, left })
}

/// The snapshot of a document and its hash, for jobs and for whoever was let in to it before.
///
/// # Faults
/// [`Fault::NoDocument`].
pub async fn paper(db: &impl Reads, id: DocumentId) -> Result<(Paper, String), Refusal> {
    let sql = "select snapshot, hash from issued_document where id = $1";
    let row = db::row(db, sql, db::params![id]).await?.ok_or(Fault::NoDocument)?;
    Ok((serde_json::from_str(&row.try_get_by_index::<String>(0)?)?, row.try_get_by_index(1)?))
}

/// The number of a document, and the hash of its PDF once there is one.
///
/// # Faults
/// [`Fault::NoDocument`].
pub async fn kept(db: &impl Reads, id: DocumentId) -> Result<(String, Option<String>), Refusal> {
    let sql = "select number, pdf_hash from issued_document where id = $1";
    let row = db::row(db, sql, db::params![id]).await?.ok_or(Fault::NoDocument)?;
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
}

/// The advances of an order that had VAT invoices, less what of them was credited: what the final
/// invoice takes off.
///
/// # Faults
/// Whatever the database says.
pub async fn advances_of(db: &impl Reads, order: OrderId) -> Result<Vec<Advance>, Refusal> {
    let mut all = Vec::new();
    for row in of_order(db, order).await? {
        if row.kind == Kind::AdvanceInvoice && row.state == State::Issued {
            let (mut paper, _) = paper(db, row.id).await?;
            let left = credit::left(&paper, &issue::credited(db, row.id).await?);
            for (line, left) in paper.lines.iter_mut().zip(left) {
                (line.net.minor, line.gross.minor) = (left.net, left.gross);
            }
            let paper = paper.total(Money::zero(row.gross.currency));
            all.extend(advance::advances(&paper).into_iter().filter(|a| a.net.minor != 0 || a.vat.minor != 0));
        }
    }
    Ok(all)
}

pub(super) fn reach(scope: &Scope) -> (String, Vec<Value>) {
    let (mut clause, mut params) = (String::new(), Vec::new());
    scope.narrow("exists (select 1 from party p where p.id = d.party_id and p.manager in ($))", &mut clause, &mut params);
    (clause, params)
}

/// The numbers under which orders are asked for money and may be paid: of what was issued for them and
/// holds, by order. Read by the shop itself.
///
/// # Faults
/// Whatever the database says.
pub async fn payable_numbers(db: &impl Reads) -> Result<Vec<(OrderId, String)>, Refusal> {
    let sql = "select order_id, number from issued_document where order_id is not null and state = 'issued' \
               and kind in ('prepayment_invoice', 'invoice') order by id";
    let rows = db::rows(db, sql, Vec::new()).await?;
    let pair = |row: &db::Row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    Ok(rows.iter().map(pair).collect::<Result<_, sea_orm::DbErr>>()?)
}
