//! The customer's yes: a row with its evidence, written once.

use serde::{Deserialize, Serialize};

use super::{Buyer, Choice, Evidence, Fault, Offer};
use crate::kernel::{self, Currency, Moment, Money, OfferId, OrderId, Reads, Tx, db};

/// What the customer says, and what was seen when they said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub version: i64,
    /// The hash of the version that the page showed.
    pub hash: String,
    pub choice: Choice,
    /// The sum that stood above the button.
    pub seen: Money,
    /// Who says yes, as typed.
    pub name: String,
    /// What they are to the customer: „direktorius“.
    pub role: String,
    /// The box beside the conditions was ticked.
    pub agreed: bool,
    /// The address that the offer lacked; its country stays.
    pub street: String,
    pub city: String,
    pub postcode: String,
    pub phone: String,
    /// How they will pay, by the word of `sales::Payment`.
    pub payment: String,
    /// Where the request came from, and what sent it.
    pub address: String,
    pub agent: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Acceptance {
    pub offer: OfferId,
    pub version: i64,
    pub hash: String,
    pub choice: Choice,
    pub name: String,
    pub role: String,
    pub at: Moment,
    pub address: String,
    pub agent: String,
    pub buyer: Buyer,
    pub payment: String,
    pub gross: Money,
    /// Of the PDF with the certificate, once it is set.
    pub pdf: Option<String>,
    /// Where staff took it down: how, who and what was said.
    #[serde(default)]
    pub evidence: Evidence,
}

struct Row {
    version: i64,
    hash: String,
    choice: String,
    name: String,
    role: String,
    at: Moment,
    address: String,
    agent: String,
    contact: String,
    payment: String,
    gross_minor: i64,
    currency: Currency,
    pdf_hash: Option<String>,
    how: String,
    taken_by: String,
    note: String,
}
db::record!(Row {
    version,
    hash,
    choice,
    name,
    role,
    at,
    address,
    agent,
    contact,
    payment,
    gross_minor,
    currency,
    pdf_hash,
    how,
    taken_by,
    note
});

impl Consent {
    /// Trimmed, and complete.
    ///
    /// # Errors
    /// All that is missing at once.
    pub fn checked(mut self) -> Result<Self, kernel::Fault> {
        let tidy = |text: &str, most: usize| -> String {
            text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect()
        };
        let texts = [&mut self.name, &mut self.role, &mut self.street, &mut self.city, &mut self.postcode, &mut self.phone];
        texts.into_iter().for_each(|text| *text = tidy(text, 200));
        (self.address, self.agent) = (tidy(&self.address, 64), tidy(&self.agent, 200));
        let mut faults: Vec<kernel::Fault> = Vec::new();
        if self.name.chars().count() < 3 {
            faults.push(Fault::Missing { field: "name" }.into());
        }
        if !self.agreed {
            faults.push(Fault::NotAgreed.into());
        }
        kernel::Fault::gather(faults).map_or(Ok(self), Err)
    }
}

/// Writes the acceptance; an offer is accepted once.
///
/// # Faults
/// [`Fault::Moved`] when it was accepted meanwhile.
pub async fn keep_acceptance(
    tx: &Tx,
    offer: &Offer,
    consent: &Consent,
    (buyer, gross): (&Buyer, Money),
) -> Result<(), kernel::Fault> {
    let sql = "insert into offer_acceptance (offer_id, version, hash, choice, name, role, at, address, agent, contact, payment, gross_minor) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12) on conflict (offer_id) do nothing";
    let params = db::params![
        offer.id,
        consent.version,
        consent.hash.clone(),
        serde_json::to_string(&consent.choice)?,
        consent.name.clone(),
        consent.role.clone(),
        tx.now(),
        consent.address.clone(),
        consent.agent.clone(),
        serde_json::to_string(buyer)?,
        consent.payment.clone(),
        gross.minor
    ];
    if db::run(tx, sql, params).await? == 0 { Err(Fault::Moved.into()) } else { Ok(()) }
}

/// # Faults
/// Whatever the database says.
pub async fn acceptance(db: &impl Reads, id: OfferId) -> Result<Option<Acceptance>, kernel::Fault> {
    let sql = "select a.version, a.hash, a.choice, a.name, a.role, a.at, a.address, a.agent, a.contact, a.payment, a.gross_minor, \
               o.currency, a.pdf_hash, a.how, a.taken_by, a.note from offer_acceptance a join offer o on o.id = a.offer_id where a.offer_id = $1";
    let Some(row): Option<Row> = db::opt(db, sql, db::params![id]).await? else { return Ok(None) };
    Ok(Some(Acceptance {
        offer: id,
        version: row.version,
        hash: row.hash,
        choice: serde_json::from_str(&row.choice)?,
        name: row.name,
        role: row.role,
        at: row.at,
        address: row.address,
        agent: row.agent,
        buyer: serde_json::from_str(&row.contact)?,
        payment: row.payment,
        gross: Money::new(row.gross_minor, row.currency),
        pdf: row.pdf_hash,
        evidence: Evidence { how: row.how.parse().map_err(kernel::Fault::bug)?, by: row.taken_by, note: row.note },
    }))
}

/// Keeps where the bytes of the certificate lie. What was kept first stays.
///
/// # Faults
/// Whatever the database says.
pub async fn keep_certificate(tx: &Tx, id: OfferId, hash: &str) -> Result<(), kernel::Fault> {
    let sql = "update offer_acceptance set pdf_hash = $2 where offer_id = $1 and pdf_hash is null";
    db::run(tx, sql, db::params![id, hash]).await?;
    Ok(())
}

/// Says which order an offer became.
///
/// # Faults
/// Whatever the database says.
pub async fn ordered(tx: &Tx, id: OfferId, order: OrderId) -> Result<(), kernel::Fault> {
    db::run(tx, "update offer set order_id = $2 where id = $1", db::params![id, order]).await?;
    Ok(())
}
