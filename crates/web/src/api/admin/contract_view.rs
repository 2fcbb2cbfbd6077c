//! A contract as the office's programs read it.

use poem_openapi::Object;
use vitrina::{
    contracts::{self, Contract, ContractRow, EventView},
    flows::{self, contracts::Written},
    kernel::{ContractId, Fault, Right},
};

use crate::api::{
    dto::{self, Money},
    gate::Asked,
    tag,
};

#[derive(Debug, Object)]
pub struct ContractSummary {
    id: String,
    /// Null before it is sent for the first time.
    number: Option<String>,
    /// draft, sent, viewed, revised, accepted, declined, withdrawn
    state: String,
    /// Id of the customer.
    customer: String,
    /// The company, else the person.
    name: String,
    /// Id of a member of staff.
    manager: Option<String>,
    /// The newest version that was sent; 0 before.
    version: i64,
    gross: Money,
    changed_at: String,
    sent_at: Option<String>,
    /// Why it was declined (a code: clauses, price, time, not_needed, other; with what was added after a colon) or
    /// withdrawn.
    reason: String,
}

impl From<&ContractRow> for ContractSummary {
    fn from(c: &ContractRow) -> Self {
        Self {
            id: c.id.to_string(),
            number: c.number.clone(),
            state: c.state.as_str().to_owned(),
            customer: c.party.to_string(),
            name: c.customer.clone(),
            manager: c.manager.map(|id| id.to_string()),
            version: c.version,
            gross: c.gross.into(),
            changed_at: dto::at(c.changed_at),
            sent_at: c.sent_at.map(dto::at),
            reason: c.reason.clone(),
        }
    }
}

fn summary(c: &Contract) -> ContractSummary {
    ContractSummary {
        id: c.id.to_string(),
        number: c.number.clone(),
        state: c.state.as_str().to_owned(),
        customer: c.party.to_string(),
        name: c.content.buyer.name.clone(),
        manager: c.manager.map(|id| id.to_string()),
        version: c.version,
        gross: c.gross.into(),
        changed_at: dto::at(c.changed_at),
        sent_at: c.sent_at.map(dto::at),
        reason: c.reason.clone(),
    }
}

/// One of the two parties, as the contract names it.
#[derive(Clone, Debug, Object)]
#[oai(rename = "ContractSide", deny_unknown_fields)]
pub struct Side {
    /// The company, else the person.
    #[oai(default, validator(max_length = 300))]
    name: String,
    /// A company or another legal person; else a consumer.
    #[oai(default)]
    company: bool,
    #[oai(default, validator(max_length = 300))]
    code: String,
    #[oai(default, validator(max_length = 300))]
    vat_code: String,
    #[oai(default, validator(max_length = 300))]
    street: String,
    #[oai(default, validator(max_length = 300))]
    city: String,
    #[oai(default, validator(max_length = 300))]
    postcode: String,
    /// As it is written in an address, not a code.
    #[oai(default, validator(max_length = 300))]
    country: String,
    #[oai(default, validator(max_length = 300))]
    email: String,
    #[oai(default, validator(max_length = 300))]
    phone: String,
    #[oai(default, validator(max_length = 300))]
    bank: String,
    #[oai(default, validator(max_length = 300))]
    iban: String,
    /// Who signs for it; a person signs for themselves.
    #[oai(default, validator(max_length = 300))]
    person: String,
    #[oai(default, validator(max_length = 300))]
    role: String,
    /// What they may sign by: articles, a power of attorney.
    #[oai(default, validator(max_length = 300))]
    basis: String,
}

impl From<contracts::Side> for Side {
    fn from(s: contracts::Side) -> Self {
        Self {
            name: s.name,
            company: s.company,
            code: s.code,
            vat_code: s.vat_code,
            street: s.street,
            city: s.city,
            postcode: s.postcode,
            country: s.country,
            email: s.email,
            phone: s.phone,
            bank: s.bank,
            iban: s.iban,
            person: s.person,
            role: s.role,
            basis: s.basis,
        }
    }
}

impl From<Side> for contracts::Side {
    fn from(s: Side) -> Self {
        Self {
            name: s.name,
            company: s.company,
            code: s.code,
            vat_code: s.vat_code,
            street: s.street,
            city: s.city,
            postcode: s.postcode,
            country: s.country,
            email: s.email,
            phone: s.phone,
            bank: s.bank,
            iban: s.iban,
            person: s.person,
            role: s.role,
            basis: s.basis,
        }
    }
}

/// What keeps it from being sent.
#[derive(Debug, Object)]
struct ContractLack {
    code: String,
    /// body, seller_person, …
    field: String,
    detail: String,
}

#[derive(Debug, Object)]
struct ContractVersion {
    version: i64,
    /// SHA-256 of the snapshot.
    hash: String,
    gross: Money,
    /// The annex: the offer and which version of it.
    offer_number: String,
    offer_version: i64,
    sent_at: String,
    /// SHA-256 of the PDF; null for the moment until it is set.
    pdf_sha256: Option<String>,
}

#[derive(Debug, Object)]
struct ContractQuestion {
    id: String,
    version: i64,
    /// The number of the part that it is about; empty for the whole.
    part: String,
    about: String,
    question: String,
    asked_at: String,
    /// Empty while there is none.
    answer: String,
    answered_at: Option<String>,
}

#[derive(Debug, Object)]
struct ContractAcceptance {
    version: i64,
    /// Of the version that was accepted.
    hash: String,
    name: String,
    role: String,
    at: String,
    /// Where the request came from.
    address: String,
    gross: Money,
    /// SHA-256 of the PDF with the certificate; null for the moment until it is set.
    pdf_sha256: Option<String>,
}

#[derive(Debug, Object)]
struct ContractEvent {
    at: String,
    /// A kind and an id, never a name.
    actor: String,
    step: String,
    after: String,
    version: i64,
    reason: String,
}

impl From<&EventView> for ContractEvent {
    fn from(e: &EventView) -> Self {
        Self {
            at: dto::at(e.at),
            actor: e.actor.clone(),
            step: e.step.clone(),
            after: e.after.clone(),
            version: e.version,
            reason: e.reason.clone(),
        }
    }
}

#[derive(Debug, Object)]
pub struct ContractDetail {
    contract: ContractSummary,
    locale: String,
    /// Id of the offer that it is made of.
    offer: String,
    offer_number: String,
    /// Which version of the offer is its annex.
    offer_version: i64,
    /// The offer has gone on since: another version, or another answer.
    offer_moved: bool,
    /// Id of the order that came of the offer.
    order: Option<String>,
    /// Opens the customer's page; null before it was sent.
    token: Option<String>,
    title: String,
    place: String,
    /// Parts and clauses in the notation of a template: `#` begins a part, an empty line a clause, `{total}` is a field.
    body: String,
    seller: Side,
    buyer: Side,
    net: Money,
    gross: Money,
    /// Empty when it can be sent, or was.
    lacks: Vec<ContractLack>,
    /// Newest first.
    versions: Vec<ContractVersion>,
    questions: Vec<ContractQuestion>,
    acceptance: Option<ContractAcceptance>,
    events: Vec<ContractEvent>,
}

/// Whoever may take the step sees what became of the contract.
pub async fn shown(asked: &Asked, id: ContractId, right: Right) -> Result<ContractDetail, Fault> {
    let found = flows::contracts::written_by(asked.site.app(), &asked.actor, id, right).await?;
    Ok(detail(asked, found))
}

/// # Faults
/// `api.stale` when the contract is not the one of this tag.
pub async fn as_seen(asked: &Asked, id: ContractId, (if_match, right): (Option<&str>, Right)) -> Result<(), Fault> {
    if if_match.is_none() {
        return Ok(());
    }
    tag::unchanged(if_match, &shown(asked, id, right).await?, asked.locale.as_str())
}

fn detail(asked: &Asked, found: Written) -> ContractDetail {
    let lack = |fault: &Fault| ContractLack {
        code: fault.code.to_owned(),
        field: fault.field.clone().unwrap_or_default(),
        detail: asked.site.stage().fault(asked.locale, fault),
    };
    let c = found.contract;
    ContractDetail {
        lacks: found.reading.as_ref().err().map(|fault| fault.all().map(lack).collect()).unwrap_or_default(),
        contract: summary(&c),
        locale: c.locale.to_string(),
        offer: c.offer.to_string(),
        offer_number: found.offer,
        offer_version: c.offer_version,
        offer_moved: found.moved,
        order: c.order.map(|id| id.to_string()),
        token: c.token,
        title: c.content.title,
        place: c.content.place,
        body: c.content.body,
        seller: c.content.seller.into(),
        buyer: c.content.buyer.into(),
        net: c.net.into(),
        gross: c.gross.into(),
        versions: found.versions.iter().map(version).collect(),
        questions: found.questions.iter().map(question).collect(),
        acceptance: found.acceptance.as_ref().map(acceptance),
        events: found.events.iter().map(ContractEvent::from).collect(),
    }
}

fn version(v: &contracts::Version) -> ContractVersion {
    ContractVersion {
        version: v.n,
        hash: v.hash.clone(),
        gross: v.paper.sums.gross.into(),
        offer_number: v.paper.annex.number.clone(),
        offer_version: v.paper.annex.version,
        sent_at: dto::at(v.sent_at),
        pdf_sha256: v.pdf.clone(),
    }
}

fn question(q: &contracts::Question) -> ContractQuestion {
    ContractQuestion {
        id: q.id.to_string(),
        version: q.version,
        part: q.part.clone(),
        about: q.about.clone(),
        question: q.question.clone(),
        asked_at: dto::at(q.at),
        answer: q.answer.clone(),
        answered_at: q.answered_at.map(dto::at),
    }
}

fn acceptance(a: &contracts::Acceptance) -> ContractAcceptance {
    ContractAcceptance {
        version: a.version,
        hash: a.hash.clone(),
        name: a.name.clone(),
        role: a.role.clone(),
        at: dto::at(a.at),
        address: a.address.clone(),
        gross: a.gross.into(),
        pdf_sha256: a.pdf.clone(),
    }
}
