//! Complaints and withdrawals from a shop window of one's own.

use poem::{Body, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path, Query},
    payload::{Binary, Json},
};
use vitrina::{
    aftersales::{Kind, Problem, Remedy},
    flows::{
        self,
        aftersales::{CasePage, Form, Received, Upload, Whose},
    },
    kernel::{Fault, Origin},
};

use crate::api::{
    case_parts::{
        self, CaseEvent, CaseGoods, CaseItem, CaseMessage, CaseOutcome, CasePaper, chosen, language, moment, on_the_wire,
    },
    dto,
    gate::Asked,
    problem::refused,
};

pub struct Cases;

/// The most that one photo may weigh.
const PHOTO: usize = 20 << 20;

/// Whose order it is: its token, or its number with the e-mail that ordered. A number that fits no order is
/// taken down all the same.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewComplaint {
    /// The order's token.
    order: Option<String>,
    /// The order's number as the customer knows it.
    number: Option<String>,
    #[oai(default)]
    items: Vec<CaseGoods>,
    /// defect, damaged, wrong_item, missing, service, other
    problem: String,
    /// repair, replacement, price_reduction, refund, none
    wish: String,
    text: String,
    #[oai(default)]
    name: String,
    #[oai(default)]
    email: String,
    #[oai(default)]
    phone: String,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewWithdrawal {
    /// The order's token.
    order: Option<String>,
    /// The order's number as the customer knows it.
    number: Option<String>,
    /// Empty: from all that is left.
    #[oai(default)]
    items: Vec<CaseGoods>,
    /// Which goods, where they are said in words; no reason is asked for.
    #[oai(default)]
    text: String,
    #[oai(default)]
    name: String,
    #[oai(default)]
    email: String,
    #[oai(default)]
    phone: String,
}

#[derive(Debug, Object)]
struct CaseReceipt {
    number: String,
    declared_at: String,
    answer_by: String,
    /// Opens the case; null where only the letter tells it, since a number and an e-mail prove nothing.
    token: Option<String>,
}

#[derive(ApiResponse)]
enum Declared {
    /// It is taken down and receipted.
    #[oai(status = 201)]
    Taken(
        Json<CaseReceipt>,
        /// true: it was taken down before.
        #[oai(header = "Idempotent-Replayed")]
        Option<bool>,
    ),
}

/// A case as its customer sees it.
#[derive(Debug, Object)]
struct StoreCase {
    number: String,
    /// complaint, withdrawal
    kind: String,
    /// submitted, info_requested, approved, rejected, label_sent, in_transit, received, inspected, resolved, closed, withdrawn
    state: String,
    order: Option<String>,
    problem: String,
    wish: String,
    text: String,
    declared_at: String,
    answer_by: String,
    refund_by: Option<String>,
    refunded_at: Option<String>,
    /// What the shop decided, and why.
    decision: String,
    reason: String,
    instructions: String,
    items: Vec<CaseItem>,
    messages: Vec<CaseMessage>,
    papers: Vec<CasePaper>,
    outcomes: Vec<CaseOutcome>,
    events: Vec<CaseEvent>,
}

#[derive(Object)]
#[oai(rename = "StoreCaseWords", deny_unknown_fields)]
struct Words {
    text: String,
}

#[derive(ApiResponse)]
enum Written {
    /// The case with what was written.
    #[oai(status = 201)]
    Case(Json<StoreCase>),
}

#[OpenApi]
impl Cases {
    /// Complain about goods; sent twice with one key, it is one complaint
    #[oai(path = "/complaints", method = "post", operation_id = "complain")]
    async fn complain(
        &self,
        asked: Data<&Asked>,
        /// Drawn by the client for this complaint.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<String>,
        body: Json<NewComplaint>,
    ) -> poem::Result<Declared> {
        let taken = async {
            let b = body.0;
            let form = Form {
                problem: dto::choice(Some(&b.problem), "problem")?.unwrap_or(Problem::None),
                wish: dto::choice(Some(&b.wish), "wish")?.unwrap_or(Remedy::None),
                chosen: chosen(&b.items)?,
                text: b.text,
                ..said(&asked, Kind::Complaint, (b.order, b.number), (b.name, b.email, b.phone), key.0)?
            };
            declare(&asked, form).await
        };
        told(taken.await.map_err(refused)?)
    }

    /// Withdraw from a contract; sent twice with one key, it is one declaration
    #[oai(path = "/withdrawals", method = "post", operation_id = "withdraw")]
    async fn withdraw(
        &self,
        asked: Data<&Asked>,
        /// Drawn by the client for this declaration.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<String>,
        body: Json<NewWithdrawal>,
    ) -> poem::Result<Declared> {
        let taken = async {
            let b = body.0;
            let form = Form {
                chosen: chosen(&b.items)?,
                text: b.text,
                ..said(&asked, Kind::Withdrawal, (b.order, b.number), (b.name, b.email, b.phone), key.0)?
            };
            declare(&asked, form).await
        };
        told(taken.await.map_err(refused)?)
    }

    /// The case of this token
    #[oai(path = "/cases/:token", method = "get", operation_id = "case")]
    async fn get(&self, asked: Data<&Asked>, token: Path<String>) -> poem::Result<Json<StoreCase>> {
        let page = flows::aftersales::page(asked.site.app(), &token).await;
        Ok(Json(shown(page.map_err(refused)?)))
    }

    /// Write to the shop about a case
    #[oai(path = "/cases/:token/messages", method = "post", operation_id = "writeAboutCase")]
    async fn write(&self, asked: Data<&Asked>, token: Path<String>, body: Json<Words>) -> poem::Result<Written> {
        let written = async { write(&asked, &token, &body.text, Vec::new()).await };
        Ok(Written::Case(Json(written.await.map_err(refused)?)))
    }

    /// Send a photo of at most 20 MB with a word about it; its place and camera are removed
    #[oai(path = "/cases/:token/photos", method = "post", operation_id = "sendCasePhoto")]
    async fn photo(
        &self,
        asked: Data<&Asked>,
        token: Path<String>,
        /// The file's name.
        name: Query<Option<String>>,
        /// What it shows.
        text: Query<String>,
        body: Binary<Body>,
    ) -> poem::Result<Written> {
        let written = async {
            let large = || Fault::invalid("files", "media.too_many_bytes").arg("mb", PHOTO >> 20);
            let bytes = body.0.into_bytes_limit(PHOTO).await.map_err(|_| large())?.to_vec();
            let name = name.0.filter(|n| !n.trim().is_empty()).unwrap_or_else(|| "photo".to_owned());
            write(&asked, &token, &text, vec![Upload { name, bytes }]).await
        };
        Ok(Written::Case(Json(written.await.map_err(refused)?)))
    }
}

/// Whose order it is and who says so; the rest of the form is the kind's own.
fn said(
    asked: &Asked,
    kind: Kind,
    (order, number): (Option<String>, Option<String>),
    (name, email, phone): (String, String, String),
    key: String,
) -> Result<Form, Fault> {
    let whose = match (order, number) {
        (Some(token), _) => Whose::Link(token),
        (None, Some(number)) => Whose::Typed(number),
        (None, None) => return Err(Fault::invalid("order", "form.missing")),
    };
    Ok(Form {
        kind,
        problem: Problem::None,
        wish: Remedy::Refund,
        whose,
        chosen: Vec::new(),
        name,
        email,
        phone,
        text: String::new(),
        locale: language(None, asked.locale)?,
        origin: Origin::Api,
        files: Vec::new(),
        trap: String::new(),
        address: asked.address.clone(),
        key,
    })
}

async fn declare(asked: &Asked, form: Form) -> Result<Received, Fault> {
    flows::aftersales::declare(asked.site.app(), &asked.actor, form).await.map_err(on_the_wire)
}

fn told(received: Received) -> poem::Result<Declared> {
    let filed = received.filed.ok_or_else(|| refused(Fault::not_found("aftersales.no_case")))?;
    let receipt = CaseReceipt {
        number: filed.number,
        declared_at: dto::at(filed.declared_at),
        answer_by: dto::at(filed.answer_by),
        token: received.open.then_some(filed.token),
    };
    Ok(Declared::Taken(Json(receipt), received.before.then_some(true)))
}

async fn write(asked: &Asked, token: &str, text: &str, uploads: Vec<Upload>) -> Result<StoreCase, Fault> {
    let app = asked.site.app();
    let words = flows::aftersales::Words { text: text.to_owned(), files: uploads, address: asked.address.clone(), key: None };
    flows::aftersales::write(app, &asked.actor, token, words).await.map_err(on_the_wire)?;
    Ok(shown(flows::aftersales::page(app, token).await?))
}

fn shown(page: CasePage) -> StoreCase {
    let c = page.case;
    StoreCase {
        number: c.number,
        kind: c.kind.as_str().to_owned(),
        state: c.state.as_str().to_owned(),
        order: page.order_number,
        problem: c.problem.as_str().to_owned(),
        wish: c.wish.as_str().to_owned(),
        text: c.words.text,
        declared_at: dto::at(c.declared_at),
        answer_by: dto::at(c.answer_by),
        refund_by: moment(c.refund_by),
        refunded_at: moment(c.refunded_at),
        decision: c.decision,
        reason: c.reason,
        instructions: c.instructions,
        items: page.items.iter().map(Into::into).collect(),
        messages: page.messages.iter().map(|m| case_parts::CaseMessage { translated: None, ..m.into() }).collect(),
        papers: page.papers.iter().map(Into::into).collect(),
        outcomes: page.outcomes.iter().map(Into::into).collect(),
        events: page.events.iter().map(Into::into).collect(),
    }
}
