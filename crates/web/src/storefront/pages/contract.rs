//! A contract to be read and accepted.

use serde::Serialize;
use vitrina::{
    contracts::{Part, Side},
    kernel::{Locale, Moment, Money, Qty},
};

use super::frame::Frame;

/// `storefront/contract`
#[derive(Clone, Debug, Serialize)]
pub struct ContractPage {
    pub page: Frame,
    pub number: String,
    pub version: i64,
    pub title: String,
    /// The language that it is made in.
    pub locale: Locale,
    pub dated: Moment,
    pub place: String,
    pub parties: Vec<ContractParty>,
    pub preamble: Vec<String>,
    pub parts: Vec<Part>,
    /// The offer that is its annex.
    pub offer: String,
    pub lines: Vec<ContractLine>,
    pub net: Money,
    pub vat: Option<Money>,
    pub total: Money,
    pub deposit: Option<Money>,
    /// `open`, `over`, `declined`, `withdrawn`, `accepted`: the texts `contracts.page.CODE`.
    pub state: String,
    pub accepted: Option<ContractAccepted>,
    /// Accepting it accepts the offer, too, and places the order.
    pub orders: bool,
    /// The manager who wrote it.
    pub person: String,
    /// What was asked, with its answers.
    pub questions: Vec<ContractQuestion>,
    pub form: ContractForm,
    pub urls: ContractUrls,
    /// What only a page that is rendered asks for; empty for a preview.
    pub seen: String,
}

/// `label` is the text `contracts.sheet.CODE`.
#[derive(Clone, Debug, Serialize)]
pub struct ContractParty {
    pub label: String,
    pub name: String,
    pub facts: Vec<ContractFact>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ContractFact {
    pub label: String,
    pub value: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ContractLine {
    pub title: String,
    pub detail: String,
    pub picture_hash: Option<String>,
    pub qty: Qty,
    pub unit: String,
    pub total: Money,
}

#[derive(Clone, Debug, Serialize)]
pub struct ContractAccepted {
    pub name: String,
    pub at: Moment,
    /// The PDF with the certificate, once it is set.
    pub pdf: Option<String>,
}

/// What is typed to accept.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ContractForm {
    pub name: String,
    pub role: String,
    pub version: i64,
    pub hash: String,
    /// The number of the part that a question is about.
    pub part: String,
    pub question: String,
    /// Makes sending a question twice harmless.
    pub key: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ContractQuestion {
    /// The part, as it was headed; empty for the whole.
    pub about: String,
    pub question: String,
    pub at: Moment,
    /// Empty while there is none.
    pub answer: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ContractUrls {
    pub own: String,
    pub decline: String,
    pub question: String,
    /// `None` while it is being set.
    pub pdf: Option<String>,
}

impl ContractParty {
    pub fn of(label: &str, side: &Side) -> Self {
        let mut facts = Vec::new();
        let mut fact = |label: &str, value: &str| {
            if !value.is_empty() {
                facts.push(ContractFact { label: label.into(), value: value.into() });
            }
        };
        fact(if side.company { "code" } else { "person_code" }, &side.code);
        fact("vat_code", &side.vat_code);
        fact("address", &side.address());
        if side.company {
            let by = [side.role.as_str(), &side.person].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
            fact("represented", &by);
            fact("basis", &side.basis);
        }
        Self { label: label.into(), name: side.name.clone(), facts }
    }
}
