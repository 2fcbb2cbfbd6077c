//! A customer's offer.

use serde::Serialize;
use vitrina::kernel::{Locale, Moment, Money, Qty, Rate, UnitAmount};

use super::{PaymentChoice, frame::Frame};

/// `storefront/offer`
#[derive(Clone, Debug, Serialize)]
pub struct OfferPage {
    pub page: Frame,
    pub number: String,
    pub version: i64,
    pub title: String,
    /// The company, else the person.
    pub customer: String,
    /// The language that it was written in.
    pub locale: Locale,
    /// It was translated: whether this page shows the original, and where the other one is.
    pub translated: Option<OfferTranslated>,
    pub cover: Option<String>,
    pub intro: Vec<String>,
    pub closing: Vec<String>,
    pub sections: Vec<OfferSection>,
    pub sum: OfferSum,
    pub terms: Vec<OfferTerm>,
    pub until: Moment,
    /// `open`, `over`, `declined`, `withdrawn`, `accepted`: the texts `offers.page.CODE`.
    pub state: String,
    pub accepted: Option<OfferAccepted>,
    /// What the newest version changed.
    pub changed: Vec<OfferChange>,
    pub questions: Vec<OfferQuestion>,
    /// The manager who wrote it.
    pub person: String,
    /// Something may be chosen: the sum can be counted anew.
    pub choosable: bool,
    pub form: OfferForm,
    /// Where its forms and files are.
    pub urls: OfferUrls,
    /// It is being written: nothing of it can be sent.
    pub look: bool,
    /// What only a page that is rendered asks for; empty for a preview.
    pub seen: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfferTranslated {
    /// The language of the original.
    pub from: Locale,
    /// The language that it was translated into.
    pub to: Locale,
    /// This page shows the original.
    pub is_original: bool,
    /// Some texts were read by nobody before it was sent.
    pub unread: bool,
    /// The other one.
    pub url: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfferSection {
    pub title: String,
    pub note: String,
    pub rows: Vec<OfferRow>,
    pub off: Option<Money>,
    /// Where there is more than one section.
    pub total: Option<Money>,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfferRow {
    pub id: String,
    /// Words between the goods; empty for goods.
    pub words: Vec<String>,
    pub title: String,
    pub detail: String,
    pub teaser: String,
    pub facts: Vec<OfferFact>,
    pub note: String,
    pub picture_hash: Option<String>,
    /// The way into the shop.
    pub url: Option<String>,
    pub qty: Qty,
    pub unit: String,
    /// The quantity may be chosen between these.
    pub range: Option<(Qty, Qty)>,
    pub each: Option<UnitAmount>,
    /// Before what comes off this row.
    pub full: Option<Money>,
    pub total: Option<Money>,
    /// `option`, `alternative` or empty.
    pub kind: String,
    /// The name of the radio buttons that it belongs to.
    pub group: String,
    pub taken: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfferFact {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfferSum {
    /// Read without VAT.
    pub net: Option<Money>,
    pub goods: Money,
    pub off: Option<Money>,
    pub delivery: Option<Money>,
    pub delivery_name: String,
    pub vat: Vec<OfferVat>,
    pub total: Money,
    pub deposit: Option<Money>,
    /// The text `tax.note.CODE`; empty for a sale like any other.
    pub note: String,
    /// Sent back with the acceptance: another sum is said before it binds.
    pub seen: String,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct OfferVat {
    pub rate: Rate,
    pub vat: Money,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfferTerm {
    /// The text `offers.sheet.term.CODE`.
    pub code: String,
    pub text: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfferAccepted {
    pub name: String,
    pub at: Moment,
    /// The order's page; nothing while the stock would not bear it.
    pub order: Option<String>,
    /// The PDF with the certificate, once it is set.
    pub pdf: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfferChange {
    /// The text `offers.changed.CODE`.
    pub code: String,
    pub title: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfferQuestion {
    pub about: String,
    pub question: String,
    pub answer: String,
    pub at: Moment,
}

/// What is typed to accept.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OfferForm {
    pub name: String,
    pub role: String,
    /// The delivery needs an address, and the offer has none.
    pub needs_address: bool,
    pub street: String,
    pub city: String,
    pub post_code: String,
    pub phone: String,
    pub payments: Vec<PaymentChoice>,
    pub version: i64,
    pub hash: String,
    /// Of the other forms: sent twice, each is done once.
    pub key: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfferUrls {
    pub own: String,
    pub question: String,
    pub decline: String,
    pub again: String,
    /// `None` while it is being set.
    pub pdf: Option<String>,
}
