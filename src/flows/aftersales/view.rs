//! Cases as they are looked at: by whoever handles them, and by whoever holds their link.

use super::resolve;
pub use crate::flows::steps::cases::TranslateMessage;
use crate::{
    aftersales::{self, Author, Case, CaseFile, EventView, Issued, Item, Message, Outcome, Purpose},
    flows::{steps::cases, translations::Wish},
    kernel::{Actor, App, CaseId, CaseMessageId, Fault, Money, Right},
    sales,
    translation::{Domain, Item as Words},
};

/// A case on its desk.
pub struct Handled {
    pub case: Case,
    pub items: Vec<Item>,
    /// Oldest first.
    pub events: Vec<EventView>,
    /// Oldest first, with staff's own notes, in the reader's language where a machine has put them there.
    pub messages: Vec<Message>,
    pub files: Vec<CaseFile>,
    pub papers: Vec<Issued>,
    pub outcomes: Vec<Outcome>,
    pub order_number: Option<String>,
    /// What could go back to the payer now.
    pub refundable: Option<Money>,
}

/// A case for whoever handles it.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`.
pub async fn handled(app: &App, actor: &Actor, id: CaseId) -> Result<Handled, Fault> {
    let db = app.reader();
    let case = aftersales::case(db, &actor.scope(Right::CasesRead)?, id).await?;
    let order_number = match case.order {
        Some(order) => sales::numbers(db, &[order]).await?.into_iter().next().map(|(_, number)| number),
        None => None,
    };
    Ok(Handled {
        items: aftersales::items(db, id).await?,
        events: aftersales::events(db, id).await?,
        messages: aftersales::messages(db, id, Some(cases::home(db).await?)).await?,
        files: aftersales::files(db, id).await?,
        papers: aftersales::papers(db, id).await?,
        outcomes: aftersales::outcomes(db, id).await?,
        refundable: resolve::refundable(app, actor, id).await?,
        order_number,
        case,
    })
}

/// A case by its link: what the customer may see, and nothing that staff noted for themselves.
pub struct CasePage {
    pub case: Case,
    pub items: Vec<Item>,
    pub events: Vec<EventView>,
    pub messages: Vec<Message>,
    /// The customer's own, and labels.
    pub files: Vec<CaseFile>,
    pub papers: Vec<Issued>,
    pub outcomes: Vec<Outcome>,
    pub order_number: Option<String>,
}

/// The customer's page.
///
/// # Faults
/// `aftersales.no_case`.
pub async fn page(app: &App, token: &str) -> Result<CasePage, Fault> {
    let db = app.reader();
    let case = aftersales::by_token(db, token).await?;
    let order_number = match case.order {
        Some(order) => sales::numbers(db, &[order]).await?.into_iter().next().map(|(_, number)| number),
        None => None,
    };
    let mut messages = aftersales::messages(db, case.id, None).await?;
    messages.retain(|m| m.author != Author::Inside);
    let mut files = aftersales::files(db, case.id).await?;
    files.retain(|f| f.purpose != Purpose::Inspection);
    Ok(CasePage {
        items: aftersales::items(db, case.id).await?,
        events: aftersales::events(db, case.id).await?,
        messages,
        files,
        papers: aftersales::papers(db, case.id).await?,
        outcomes: aftersales::outcomes(db, case.id).await?,
        order_number,
        case,
    })
}

/// What is to be translated of a message; nothing where it is in the shop's language already.
///
/// # Faults
/// `aftersales.no_case` when it is gone.
pub async fn wish_of(app: &App, message: CaseMessageId) -> Result<Option<Wish>, Fault> {
    let db = app.reader();
    let (_, message) = aftersales::message(db, message).await?;
    let to = cases::home(db).await?;
    if message.locale == to {
        return Ok(None);
    }
    let item = Words::new(message.id.uuid(), aftersales::TEXT, message.locale, message.text);
    Ok(Some(Wish { items: vec![item], to, domain: Domain::Email }))
}
