//! An offer, for whoever holds its link: choose, ask, accept, decline.

use poem::{Body, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path},
    payload::{Binary, Json},
};
use vitrina::{
    flows::{
        self,
        offers::{Asking, Page, Refusal},
    },
    kernel::Fault,
    offers::{Consent, State},
    sales,
};

use crate::api::{
    dto::{self, Money},
    gate::Asked,
    offer_parts::{self as parts, ChoiceBody, OfferLine, OfferQuestion, OfferSums, OfferTerms},
    problem::refused,
};

pub struct Offers;

#[derive(Debug, Object)]
struct OfferSection {
    id: String,
    title: String,
    note: String,
    lines: Vec<OfferLine>,
    /// What comes off the section.
    discount: Option<Money>,
    total: Option<Money>,
}

/// The newest version as it was sent, and what a choice of it comes to.
#[derive(Debug, Object)]
pub struct Offer {
    number: String,
    version: i64,
    /// SHA-256 of the version: an acceptance names it, so that nobody accepts another one than they saw.
    hash: String,
    /// open, over, declined, withdrawn, accepted
    state: String,
    title: String,
    locale: String,
    currency: String,
    /// How this buyer reads prices: gross or net.
    tax_display: String,
    customer: String,
    /// Who wrote it.
    manager: String,
    /// The last moment at which it can be accepted.
    valid_until: String,
    intro: String,
    closing: String,
    terms: OfferTerms,
    sections: Vec<OfferSection>,
    choice: ChoiceBody,
    sums: OfferSums,
    questions: Vec<OfferQuestion>,
    /// What this version changed of the one before.
    changes: Vec<OfferChange>,
    /// Whether the delivery needs an address that the offer lacks.
    needs_address: bool,
    acceptance: Option<OfferAccepted>,
    /// Sent as `Vitrina-Offer`, it shows the goods at this customer's prices; null once the offer is over.
    shop_token: Option<String>,
    /// Whether its PDF is set by now.
    pdf: bool,
}

#[derive(Debug, Object)]
struct OfferChange {
    /// added, removed, quantity, price
    code: String,
    title: String,
}

#[derive(Debug, Object)]
struct OfferAccepted {
    name: String,
    at: String,
    gross: Money,
    /// Token of the order; null while the stock would not bear it.
    order: Option<String>,
    /// Whether the PDF with the certificate is set by now.
    certificate: bool,
}

/// The customer's yes, with what was seen when it was said.
#[derive(Object)]
#[oai(rename = "OfferConsent", deny_unknown_fields)]
struct Yes {
    version: i64,
    hash: String,
    /// As it was offered where nothing is said.
    choice: Option<ChoiceBody>,
    /// The sum that stood above the button; when it is another one by now, nothing is ordered.
    seen: Money,
    /// Who says yes.
    name: String,
    #[oai(default)]
    role: String,
    /// The conditions were agreed to.
    agreed: bool,
    /// The words on the button that was pressed.
    button_label: String,
    #[oai(default)]
    street: String,
    #[oai(default)]
    city: String,
    #[oai(default)]
    postcode: String,
    #[oai(default)]
    phone: String,
    /// One of the shop's `payments`; by transfer where nothing is said.
    payment: Option<String>,
}

#[derive(Object)]
#[oai(rename = "NewOfferQuestion", deny_unknown_fields)]
struct Question {
    /// Id of the row that it is about.
    line: Option<String>,
    question: String,
}

#[derive(Object)]
#[oai(rename = "OfferRefusal", deny_unknown_fields)]
struct No {
    /// price, time, other_shop, not_needed, other
    reason: String,
    #[oai(default)]
    note: String,
}

#[derive(ApiResponse)]
enum Done {
    /// The offer after it.
    #[oai(status = 201)]
    Offer(Json<Offer>),
}

#[OpenApi]
impl Offers {
    /// The offer of this link
    #[oai(path = "/offers/:token", method = "get", operation_id = "offer")]
    async fn get(&self, asked: Data<&Asked>, token: Path<String>) -> poem::Result<Json<Offer>> {
        Ok(Json(shown(&asked, &token).await.map_err(refused)?))
    }

    /// Its PDF as it was sent
    #[oai(path = "/offers/:token/pdf", method = "get", operation_id = "offerPdf")]
    async fn pdf(&self, asked: Data<&Asked>, token: Path<String>) -> poem::Result<Binary<Body>> {
        let file = flows::offers::pdf_by_link(asked.site.app(), &token).await.map_err(refused)?;
        Ok(Binary(Body::from(file.bytes.to_vec())))
    }

    /// The accepted offer with its certificate, as PDF
    #[oai(path = "/offers/:token/certificate", method = "get", operation_id = "offerCertificate")]
    async fn certificate(&self, asked: Data<&Asked>, token: Path<String>) -> poem::Result<Binary<Body>> {
        let file = flows::offers::certificate(asked.site.app(), &token).await.map_err(refused)?;
        Ok(Binary(Body::from(file.bytes.to_vec())))
    }

    /// The page was shown to a person; the manager learns of it
    #[oai(path = "/offers/:token/views", method = "post", operation_id = "offerSeen")]
    async fn seen(&self, asked: Data<&Asked>, token: Path<String>) -> poem::Result<Done> {
        let done = async {
            flows::offers::saw(asked.site.app(), &asked.actor, &token).await?;
            shown(&asked, &token).await
        };
        Ok(Done::Offer(Json(done.await.map_err(refused)?)))
    }

    /// What a choice comes to; nothing is written
    #[oai(path = "/offers/:token/choice", method = "post", operation_id = "countOffer")]
    async fn choose(&self, asked: Data<&Asked>, token: Path<String>, body: Json<ChoiceBody>) -> poem::Result<Json<Offer>> {
        let counted = async {
            let found = flows::offers::counted(asked.site.app(), &token, &body.read()?).await?;
            offer(&asked, found).await
        };
        Ok(Json(counted.await.map_err(refused)?))
    }

    /// The customer says yes: an order of the very lines that they saw; sent twice, it is one order
    #[oai(path = "/offers/:token/acceptance", method = "post", operation_id = "acceptOffer")]
    async fn accept(&self, asked: Data<&Asked>, token: Path<String>, body: Json<Yes>) -> poem::Result<Done> {
        let done = async {
            let label = body.button_label.clone();
            let consent = consent(&asked, &token, body.0).await?;
            flows::offers::accept(asked.site.app(), &asked.actor, &token, (consent, &label)).await?;
            shown(&asked, &token).await
        };
        Ok(Done::Offer(Json(done.await.map_err(refused)?)))
    }

    /// The customer asks about the whole or a row
    #[oai(path = "/offers/:token/questions", method = "post", operation_id = "askAboutOffer")]
    async fn ask(
        &self,
        asked: Data<&Asked>,
        token: Path<String>,
        /// Drawn by the client for this question.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<String>,
        body: Json<Question>,
    ) -> poem::Result<Done> {
        let done = async {
            let item = dto::choice(body.line.as_deref(), "line")?;
            let asking = Asking { item, text: body.0.question, address: asked.address.clone(), key: key.0 };
            flows::offers::ask(asked.site.app(), &asked.actor, &token, asking).await?;
            shown(&asked, &token).await
        };
        Ok(Done::Offer(Json(done.await.map_err(refused)?)))
    }

    /// The customer says no; why is data
    #[oai(path = "/offers/:token/decline", method = "post", operation_id = "declineOffer")]
    async fn decline(&self, asked: Data<&Asked>, token: Path<String>, body: Json<No>) -> poem::Result<Done> {
        let done = async {
            let refusal = Refusal { reason: body.0.reason, note: body.0.note, address: asked.address.clone() };
            flows::offers::decline(asked.site.app(), &asked.actor, &token, refusal).await?;
            shown(&asked, &token).await
        };
        Ok(Done::Offer(Json(done.await.map_err(refused)?)))
    }

    /// It holds no more, and the customer wants it anew
    #[oai(path = "/offers/:token/renewal", method = "post", operation_id = "wantOfferAgain")]
    async fn again(
        &self,
        asked: Data<&Asked>,
        token: Path<String>,
        /// Drawn by the client for this wish.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<String>,
    ) -> poem::Result<Done> {
        let done = async {
            let asking = Asking { item: None, text: String::new(), address: asked.address.clone(), key: key.0 };
            flows::offers::want_again(asked.site.app(), &asked.actor, &token, asking).await?;
            shown(&asked, &token).await
        };
        Ok(Done::Offer(Json(done.await.map_err(refused)?)))
    }
}

async fn consent(asked: &Asked, token: &str, body: Yes) -> Result<Consent, Fault> {
    let choice = match &body.choice {
        Some(choice) => choice.read()?,
        None => flows::offers::page(asked.site.app(), token, None).await?.seen.choice,
    };
    Ok(Consent {
        version: body.version,
        hash: body.hash,
        choice,
        seen: body.seen.read("seen")?,
        name: body.name,
        role: body.role,
        agreed: body.agreed,
        street: body.street,
        city: body.city,
        postcode: body.postcode,
        phone: body.phone,
        payment: body.payment.unwrap_or_else(|| sales::Payment::BankTransfer.as_str().to_owned()),
        address: asked.address.clone(),
        agent: "store-api".to_owned(),
    })
}

async fn shown(asked: &Asked, token: &str) -> Result<Offer, Fault> {
    offer(asked, flows::offers::page(asked.site.app(), token, None).await?).await
}

async fn offer(asked: &Asked, found: Page) -> Result<Offer, Fault> {
    let drawn = &found.version.drawn;
    let b = &drawn.buyer;
    let brought = drawn.delivery.as_ref().is_some_and(|d| d.kind != sales::DeliveryKind::Pickup.as_str());
    let order = match found.offer.order {
        Some(order) => Some(sales::placed(asked.db(), order).await?.token),
        None => None,
    };
    let section = |(n, s): (usize, &vitrina::offers::DrawnSection)| OfferSection {
        id: s.id.to_string(),
        title: s.title.clone(),
        note: s.note.clone(),
        lines: s.items.iter().map(|item| parts::line(item, found.seen.prices.get(&item.id))).collect(),
        discount: found.seen.sums.sections.get(n).map(|sum| sum.off.into()),
        total: found.seen.sums.sections.get(n).map(|sum| sum.total.into()),
    };
    let shop_token = match found.offer.state {
        State::Withdrawn => None,
        _ => flows::offers::link_token(asked.site.app(), &found.version).await?,
    };
    Ok(Offer {
        shop_token,
        number: found.offer.number.clone().unwrap_or_default(),
        version: found.version.n,
        hash: found.version.hash.clone(),
        state: state(&found).to_owned(),
        title: drawn.title.clone(),
        locale: drawn.locale.to_string(),
        currency: drawn.currency.to_string(),
        tax_display: drawn.tax.as_str().to_owned(),
        customer: if b.company.is_empty() { b.name.clone() } else { b.company.clone() },
        manager: drawn.manager.clone(),
        valid_until: dto::at(found.version.expires_at.plus_seconds(-1)),
        intro: drawn.intro.clone(),
        closing: drawn.closing.clone(),
        terms: (&drawn.terms).into(),
        sections: drawn.sections.iter().enumerate().map(section).collect(),
        choice: (&found.seen.choice).into(),
        sums: parts::sums(drawn, &found.seen),
        questions: found.questions.iter().map(OfferQuestion::from).collect(),
        changes: found.changed.iter().map(|d| OfferChange { code: d.code.to_owned(), title: d.title.clone() }).collect(),
        needs_address: brought && (b.street.is_empty() || b.city.is_empty() || b.postcode.is_empty()),
        acceptance: found.acceptance.as_ref().map(|a| OfferAccepted {
            name: a.name.clone(),
            at: dto::at(a.at),
            gross: a.gross.into(),
            order,
            certificate: a.pdf.is_some(),
        }),
        pdf: found.version.pdf.is_some(),
    })
}

fn state(found: &Page) -> &'static str {
    match found.offer.state {
        _ if found.acceptance.is_some() => "accepted",
        State::Declined => "declined",
        State::Withdrawn => "withdrawn",
        _ if found.over => "over",
        _ => "open",
    }
}
