//! Somebody asks: the inquiry, the customer's record, the history, the manager's call-back and
//! the letter that says so are one commit.

use serde::Serialize;
use serde_json::json;

use crate::{
    access::{self, Limit},
    catalog, channels,
    crm::{self, InquiryAbout, NewInquiry, NewTask, Next, SubjectKind, Taken, Touch},
    kernel::{
        Actor, App, ChannelId, Fault, InquiryId, LetterId, Locale, Origin, PartyId, ProductId, Right, Tx,
        idempotency::{self, Seen},
        journal,
    },
    mail::{self, NewLetter},
    parties::{self, Contact},
    showcase::{self, Channelled},
};

/// An inquiry form as the shop's window sends it.
#[derive(Clone, Debug, Serialize)]
pub struct InquiryForm {
    pub contact: Contact,
    pub text: String,
    /// The customer's own number.
    pub customer_ref: Option<String>,
    /// The product that the form stood beside, in this channel.
    pub product: Option<ProductId>,
    pub channel: ChannelId,
    pub origin: Origin,
    /// A field that people do not see; whoever fills it in is none.
    #[serde(skip)]
    pub trap: String,
    /// Where the form came from.
    #[serde(skip)]
    pub address: String,
    /// Drawn when the form was shown: sent twice, it makes one inquiry.
    #[serde(skip)]
    pub key: String,
}

/// What the sender is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Received {
    /// `None` for what fell into the trap: it is thanked like everybody else.
    pub number: Option<String>,
    /// The key came before; nothing was written now.
    pub before: bool,
}

/// Takes an inquiry from the shop or its API.
///
/// # Faults
/// `access.too_many`; `crm.missing`, `crm.too_long`, those of the contact; `request.key_reused`.
pub async fn take(app: &App, actor: &Actor, form: InquiryForm) -> Result<Received, Fault> {
    if !form.trap.is_empty() {
        return Ok(Received { number: None, before: false });
    }
    if form.contact.email.as_deref().is_none_or(|e| e.trim().is_empty())
        && form.contact.phone.as_deref().is_none_or(|p| p.trim().is_empty())
    {
        return Err(crm::Fault::Missing("email").into());
    }
    let body = serde_json::to_string(&form)?;
    let tx = app.begin(actor).await?;
    if let Seen::Before(answer) = idempotency::once(&tx, "inquiry", &form.key, &body).await? {
        return Ok(Received { number: answer["number"].as_str().map(str::to_owned), before: true });
    }
    access::allow(&tx, "inquiry", &form.address, Limit::FORM).await?;
    let locale = form.contact.locale;
    let party = parties::resolve(&tx, form.contact, form.origin).await?.party;
    let about = match form.product {
        Some(product) => about(&tx, form.channel, product, locale).await?,
        None => None,
    };
    let InquiryForm { text, customer_ref, origin, .. } = form;
    let taken = write(&tx, NewInquiry { party, about, text, customer_ref, locale, origin }).await?;
    idempotency::remember(&tx, "inquiry", &form.key, &json!({ "number": taken.number })).await?;
    tx.commit().await?;
    Ok(Received { number: Some(taken.number), before: false })
}

/// Registers an inquiry that came by telephone or on paper, for a customer already chosen.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `crm.missing`, `crm.too_long`.
pub async fn register(app: &App, actor: &Actor, new: NewInquiry) -> Result<Taken, Fault> {
    actor.may(Right::InquiriesWrite)?;
    let scope = actor.scope(Right::CustomersRead)?;
    let tx = app.begin(actor).await?;
    parties::within(&tx, &scope, new.party).await?;
    let taken = write(&tx, new).await?;
    tx.commit().await?;
    Ok(taken)
}

/// The product in the words of this moment; one that the channel does not show is left out.
async fn about(tx: &Tx, channel: ChannelId, product: ProductId, locale: Locale) -> Result<Option<InquiryAbout>, Fault> {
    let viewer = channels::by_id(tx, channel).await?.viewer(locale, tx.now());
    let card = showcase::card(tx, product, &viewer).await?;
    Ok(card.map(|card| InquiryAbout { product, title: card.title, slug: card.slug }))
}

async fn write(tx: &Tx, new: NewInquiry) -> Result<Taken, Fault> {
    let (party, locale, origin) = (new.party, new.locale, new.origin);
    let categories = match &new.about {
        Some(about) => catalog::categories_of(tx, about.product).await?,
        None => Vec::new(),
    };
    let taken = crm::take_inquiry(tx, new).await?;
    let (inquiry, number) = (taken.id, taken.number.clone());
    let recorded = crm::record(tx, Touch::InquiryTaken { inquiry, party, number, categories, origin }).await?;
    thank(tx, party, locale, &taken).await?;
    let data = json!({ "party": party, "task": recorded.task });
    journal::note(tx, "crm.inquiry.taken", Some(taken.id.uuid()), data).await?;
    Ok(taken)
}

/// The letter that says: it has arrived, and by when somebody answers. Who left only a telephone
/// number gets a call instead.
async fn thank(tx: &Tx, party: PartyId, locale: Locale, taken: &Taken) -> Result<(), Fault> {
    let known = parties::brief(tx, party).await?;
    let Some(to) = known.email else { return Ok(()) };
    let letter = NewLetter {
        template: "inquiry_received",
        to,
        to_name: known.name,
        locale,
        party: Some(party),
        subject: Some(taken.id.uuid()),
        data: json!({ "inquiry": taken.id }),
    };
    mail::queue(tx, letter).await?;
    Ok(())
}

/// An answer as staff write it, and what follows from it.
#[derive(Clone, Debug)]
pub struct Reply {
    pub inquiry: InquiryId,
    pub text: String,
    pub next: Option<Next>,
}

/// Answers: the letter to the customer, the history, the inquiry's state and the next step are
/// one commit. Who left only a telephone number was told by telephone; then no letter goes.
///
/// # Faults
/// `access.forbidden`, `crm.inquiry_not_found`, `crm.inquiry_state`, `crm.missing`, `crm.too_long`.
pub async fn reply(app: &App, actor: &Actor, reply: Reply) -> Result<Option<LetterId>, Fault> {
    let Reply { inquiry, text, next } = reply;
    let tx = begin(app, actor, inquiry).await?;
    let text = crm::prose(&text, "text")?.ok_or(crm::Fault::Missing("text"))?;
    let scope = actor.scope(Right::InquiriesWrite)?;
    let asked = crm::inquiry(&tx, &scope, inquiry, tx.now()).await?;
    crm::answer_inquiry(&tx, inquiry, Some(&text)).await?;
    let letter = match &asked.party_email {
        Some(to) => {
            let signed = match actor.user() {
                Some(user) => access::names(&tx).await?.remove(&user),
                None => None,
            };
            let letter = NewLetter {
                template: "inquiry_answer",
                to: to.clone(),
                to_name: parties::brief(&tx, asked.row.party).await?.name,
                locale: asked.locale,
                party: Some(asked.row.party),
                subject: Some(inquiry.uuid()),
                data: json!({ "inquiry": inquiry, "text": text, "signed": signed }),
            };
            Some(mail::queue(&tx, letter).await?)
        }
        None => None,
    };
    if let Some(Next { kind, due_at, about }) = next {
        actor.may(Right::TasksWrite)?;
        let about = about.map_or_else(|| asked.row.number.clone(), |about| format!("{} · {about}", asked.row.number));
        let subject = Some((SubjectKind::Inquiry, inquiry.uuid()));
        let assignee = actor.user();
        let new = NewTask { party: asked.row.party, kind, about: Some(about), subject, due_at, assignee };
        crm::add_task(&tx, new).await?;
    }
    journal::note(&tx, "crm.inquiry.answered", Some(inquiry.uuid()), json!({ "letter": letter })).await?;
    tx.commit().await?;
    Ok(letter)
}

/// Notes that the customer has their answer, given otherwise.
///
/// # Faults
/// `access.forbidden`, `crm.inquiry_not_found`, `crm.inquiry_state`.
pub async fn answer(app: &App, actor: &Actor, inquiry: InquiryId) -> Result<(), Fault> {
    let tx = begin(app, actor, inquiry).await?;
    crm::answer_inquiry(&tx, inquiry, None).await?;
    journal::note(&tx, "crm.inquiry.answered", Some(inquiry.uuid()), json!({})).await?;
    tx.commit().await
}

/// Closes an inquiry; why is part of it.
///
/// # Faults
/// `access.forbidden`, `crm.inquiry_not_found`, `crm.inquiry_state`, `crm.missing`.
pub async fn close(app: &App, actor: &Actor, inquiry: InquiryId, reason: &str) -> Result<(), Fault> {
    let tx = begin(app, actor, inquiry).await?;
    crm::close_inquiry(&tx, inquiry, reason).await?;
    journal::note(&tx, "crm.inquiry.closed", Some(inquiry.uuid()), json!({})).await?;
    tx.commit().await
}

/// Opens an inquiry anew.
///
/// # Faults
/// `access.forbidden`, `crm.inquiry_not_found`, `crm.inquiry_state`.
pub async fn reopen(app: &App, actor: &Actor, inquiry: InquiryId) -> Result<(), Fault> {
    let tx = begin(app, actor, inquiry).await?;
    crm::reopen_inquiry(&tx, inquiry).await?;
    journal::note(&tx, "crm.inquiry.reopened", Some(inquiry.uuid()), json!({})).await?;
    tx.commit().await
}

/// A transaction of somebody who may write inquiries, this one included.
async fn begin(app: &App, actor: &Actor, inquiry: InquiryId) -> Result<Tx, Fault> {
    let scope = actor.scope(Right::InquiriesWrite)?;
    let tx = app.begin(actor).await?;
    crm::inquiry_within(&tx, &scope, inquiry).await?;
    Ok(tx)
}
