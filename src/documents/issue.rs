//! Issuing: everything is checked, then the number is drawn, then the row is written.

use serde_json::json;

use super::{Credited, Fault, Kind, Paper, series};
use crate::kernel::{Currency, DocumentId, Fault as Refusal, Money, OrderId, PartyId, Qty, Reads, Tx, db, fold, token};

/// A paper that is about to become a document. Its number is empty yet.
#[derive(Clone, Debug)]
pub struct NewDocument {
    pub paper: Paper,
    pub order: Option<OrderId>,
    pub party: Option<PartyId>,
    /// What a credit note takes back, and from which invoice.
    pub credits: Option<(DocumentId, Vec<Credited>)>,
    /// Why, in the words of whoever issues it.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Issued {
    pub id: DocumentId,
    pub kind: Kind,
    pub number: String,
    pub total: Money,
}

/// Issues a document. The caller has read all that it needs, since the number's row is locked from
/// here to the commit.
///
/// # Faults
/// [`Fault::Invoiced`] when the order has an invoice that stands, also when somebody issued it at
/// this moment; [`Fault::MoreThanInvoiced`], [`Fault::Annulled`]; [`Fault::Sums`] for a paper that does
/// not add up.
pub async fn issue(tx: &Tx, new: NewDocument) -> Result<Issued, Refusal> {
    let NewDocument { mut paper, order, party, credits, reason } = new;
    paper.adds_up()?;
    if let Some((original, _)) = &credits {
        take_off(tx, *original, paper.gross.minor).await?;
    }
    let drawn = series::draw(tx, paper.kind).await?;
    paper.number.clone_from(&drawn.number);
    let id = DocumentId::new(tx);
    let snapshot = serde_json::to_string(&paper)?;
    let hash = token::hash(&snapshot);
    let stands_for = order.filter(|_| paper.kind == Kind::Invoice);
    let sql = "insert into issued_document (id, kind, series, seq, number, state, order_id, stands_for, party_id, corrects, order_number, buyer, \
               search, locale, currency, issued_at, issued_on, due_on, net_minor, vat_minor, gross_minor, due_minor, snapshot, hash, \
               issued_by, reason) values ($1,$2,$3,$4,$5,'issued',$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25) \
               on conflict (stands_for) do nothing";
    let params = db::params![
        id,
        paper.kind.as_str(),
        drawn.series,
        drawn.seq,
        drawn.number.clone(),
        order,
        stands_for,
        party,
        credits.as_ref().map(|(original, _)| *original),
        paper.order.clone(),
        paper.buyer.name.clone(),
        fold(&[drawn.number.as_str(), &paper.buyer.name, &paper.order, &paper.buyer.code].join(" ")),
        paper.locale,
        paper.currency,
        tx.now(),
        paper.issued_on.clone(),
        paper.due_on.clone(),
        paper.net.minor,
        paper.vat.minor,
        paper.gross.minor,
        paper.due.minor,
        snapshot,
        hash,
        tx.actor().code(),
        reason.trim().chars().take(500).collect::<String>()
    ];
    if db::run(tx, sql, params).await? == 0 {
        return Err(Fault::Invoiced.into());
    }
    let skus: std::collections::BTreeSet<&str> =
        paper.lines.iter().map(|l| l.sku.as_str()).filter(|sku| !sku.is_empty()).collect();
    let rows = skus.into_iter().map(|sku| db::params![id, sku]).collect();
    db::insert_many(tx, "insert into document_goods (document_id, sku) values", "", rows).await?;
    if let Some((original, rows)) = credits {
        note_credits(tx, id, original, &rows).await?;
    }
    Ok(Issued { id, kind: paper.kind, number: drawn.number, total: paper.gross })
}

/// What an invoice says, its row locked until the commit, with all that was credited of it before.
///
/// # Faults
/// [`Fault::NoDocument`], [`Fault::Annulled`]; [`Fault::NotCredited`] for a document of another kind.
pub async fn to_credit(tx: &Tx, original: DocumentId) -> Result<(Paper, Vec<Credited>), Refusal> {
    // Written to be locked: two credit notes of one invoice come one after the other on both engines.
    let sql = "update issued_document set credited_minor = credited_minor where id = $1";
    if db::run(tx, sql, db::params![original]).await? == 0 {
        return Err(Fault::NoDocument.into());
    }
    let sql = "select snapshot, state from issued_document where id = $1";
    let row = db::row(tx, sql, db::params![original]).await?.ok_or(Fault::NoDocument)?;
    let (snapshot, state): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    if state != "issued" {
        return Err(Fault::Annulled.into());
    }
    let paper: Paper = serde_json::from_str(&snapshot)?;
    if !matches!(paper.kind, Kind::Invoice | Kind::AdvanceInvoice) {
        return Err(Fault::NotCredited.into());
    }
    let before = credited(tx, original).await?;
    Ok((paper, before))
}

/// What was credited of an invoice, line by line.
///
/// # Faults
/// Whatever the database says.
pub async fn credited(db: &impl Reads, original: DocumentId) -> Result<Vec<Credited>, Refusal> {
    let sql =
        "select line, qty_milli, net_minor, gross_minor from document_credit where original_id = $1 order by document_id, line";
    let mut rows = Vec::new();
    for row in db::rows(db, sql, db::params![original]).await? {
        let line: i64 = row.try_get_by_index(0)?;
        rows.push(Credited {
            line: usize::try_from(line).map_err(Refusal::bug)?,
            qty: row.try_get_by_index::<Qty>(1)?,
            net: row.try_get_by_index(2)?,
            gross: row.try_get_by_index(3)?,
        });
    }
    Ok(rows)
}

/// The invoice remembers how much of it was taken back; once all of it was, the order may be
/// invoiced anew.
async fn take_off(tx: &Tx, original: DocumentId, gross: i64) -> Result<(), Refusal> {
    let sql = "update issued_document set credited_minor = credited_minor + $2, \
               stands_for = case when credited_minor + $2 = gross_minor then null else stands_for end \
               where id = $1 and state = 'issued' and credited_minor + $2 <= gross_minor";
    match db::run(tx, sql, db::params![original, gross]).await? {
        0 => Err(Fault::MoreThanInvoiced.into()),
        _ => Ok(()),
    }
}

async fn note_credits(tx: &Tx, note: DocumentId, original: DocumentId, rows: &[Credited]) -> Result<(), Refusal> {
    let row = |r: &Credited| db::params![note, original, i64::try_from(r.line).unwrap_or(i64::MAX), r.qty, r.net, r.gross];
    let sql = "insert into document_credit (document_id, original_id, line, qty_milli, net_minor, gross_minor) values";
    Ok(db::insert_many(tx, sql, "", rows.iter().map(row).collect()).await?)
}

/// What an annulment took back, for the flow to tell others.
#[derive(Clone, Debug)]
pub struct Annulled {
    pub kind: Kind,
    pub number: String,
    pub order: Option<OrderId>,
    pub party: Option<PartyId>,
    pub total: Money,
}

/// Takes a document back that no VAT law binds. It keeps its number and its row.
///
/// # Faults
/// [`Fault::NoDocument`], [`Fault::Annulled`]; [`Fault::NotAnnulled`] for an invoice or credit note:
/// only a credit note corrects those.
pub async fn annul(tx: &Tx, id: DocumentId, reason: &str) -> Result<Annulled, Refusal> {
    if reason.trim().is_empty() {
        return Err(Fault::Missing { field: "reason" }.into());
    }
    let sql = "select kind, number, order_id, party_id, gross_minor, currency from issued_document where id = $1";
    let row = db::row(tx, sql, db::params![id]).await?.ok_or(Fault::NoDocument)?;
    let kind: Kind = row.try_get_by_index::<String>(0)?.parse().map_err(Refusal::bug)?;
    if kind.is_tax() {
        return Err(Fault::NotAnnulled.into());
    }
    let sql = "update issued_document set state = 'annulled', annulled_at = $2, annulled_by = $3, reason = $4 where id = $1 and state = 'issued'";
    let reason: String = reason.trim().chars().take(500).collect();
    if db::run(tx, sql, db::params![id, tx.now(), tx.actor().code(), reason]).await? == 0 {
        return Err(Fault::Annulled.into());
    }
    let currency: Currency = row.try_get_by_index(5)?;
    Ok(Annulled {
        kind,
        number: row.try_get_by_index(1)?,
        order: row.try_get_by_index(2)?,
        party: row.try_get_by_index(3)?,
        total: Money::new(row.try_get_by_index(4)?, currency),
    })
}

/// Keeps where the bytes of a document lie. What was kept first stays: a document is set once.
///
/// # Faults
/// Whatever the database says.
pub async fn keep_pdf(tx: &Tx, id: DocumentId, hash: &str) -> Result<bool, Refusal> {
    let sql = "update issued_document set pdf_hash = $2 where id = $1 and pdf_hash is null";
    Ok(db::run(tx, sql, db::params![id, hash]).await? == 1)
}

/// Two records turned out to be one customer: the documents of one become the other's. Their words
/// stay as they were issued.
///
/// # Faults
/// Whatever the database says.
pub async fn repoint(tx: &Tx, from: PartyId, to: PartyId) -> Result<(), Refusal> {
    db::run(tx, "update issued_document set party_id = $2 where party_id = $1", db::params![from, to]).await?;
    Ok(())
}

/// The documents of a customer, for the customer. The law keeps them for ten years, so that none is
/// erased when the customer asks to be forgotten.
///
/// # Faults
/// Whatever the database says.
pub async fn export(db: &impl Reads, party: PartyId) -> Result<serde_json::Value, Refusal> {
    let sql = "select snapshot, state from issued_document where party_id = $1 order by id";
    let mut all = Vec::new();
    for row in db::rows(db, sql, db::params![party]).await? {
        let (snapshot, state): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        all.push(json!({ "state": state, "document": serde_json::from_str::<Paper>(&snapshot)? }));
    }
    Ok(all.into())
}
