//! What moves a case on. Each answers with the case as it stands then.

use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path},
    payload::Json,
};
use vitrina::{
    aftersales::{Inspection, Remedy, Told},
    flows::{
        self,
        aftersales::{Came, Doing, Label},
    },
    kernel::{Actor, App, CaseId, CaseItemId, Fault, OrderId, Right},
};

use super::case_view::{CaseDetail, shown};
use crate::api::{
    case_parts::{CaseGoods, chosen, on_the_wire},
    dto::{self, Money},
    gate::Asked,
    problem::refused,
};

pub struct CaseSteps;

#[derive(Object)]
#[oai(rename = "NewCaseMessage", deny_unknown_fields)]
struct Written {
    text: String,
    /// true: a note of the office for itself; the customer never sees it.
    #[oai(default)]
    inside: bool,
}

#[derive(Object)]
#[oai(rename = "CaseQuestion", deny_unknown_fields)]
struct Question {
    /// What is missing, in the customer's language.
    text: String,
}

#[derive(Object)]
#[oai(rename = "CaseApproval", deny_unknown_fields)]
struct Approval {
    /// In the customer's language.
    text: String,
    /// Another ground than the case began with.
    ground: Option<String>,
}

#[derive(Object)]
#[oai(rename = "CaseRefusal", deny_unknown_fields)]
struct Refusal {
    /// Of a withdrawal: too_late, made_to_order, hygiene, perishable, digital, not_a_consumer, not_ours; of a complaint:
    /// no_defect, misuse, wear, out_of_guarantee, known_defect, not_ours, other
    reason: String,
    /// In the customer's language.
    text: String,
}

#[derive(Object)]
#[oai(rename = "CaseInstructions", deny_unknown_fields)]
struct Instructions {
    /// In the customer's language.
    text: String,
    #[oai(default)]
    carrier: String,
    #[oai(default)]
    tracking: String,
}

#[derive(Object)]
#[oai(rename = "CaseArrival", deny_unknown_fields)]
struct Arrival {
    items: Vec<Arrived>,
}

#[derive(Object)]
#[oai(rename = "CaseArrivalItem", deny_unknown_fields)]
struct Arrived {
    /// Id of the case's item.
    item: String,
    quantity: String,
}

#[derive(Object)]
#[oai(rename = "CaseInspection", deny_unknown_fields)]
struct Looked {
    items: Vec<LookedAt>,
    /// Id of the place that takes what is restocked; the first that sells where nothing is said.
    location: Option<String>,
}

#[derive(Object)]
#[oai(rename = "CaseInspectionItem", deny_unknown_fields)]
struct LookedAt {
    /// Id of the case's item.
    item: String,
    /// ok, damaged, incomplete, not_ours
    condition: String,
    restock: Option<String>,
    scrap: Option<String>,
    send_back: Option<String>,
    #[oai(default)]
    note: String,
}

#[derive(Object)]
#[oai(rename = "CaseResolution", deny_unknown_fields)]
struct Resolution {
    /// repair, replacement, price_reduction, refund, returned_to_customer
    remedy: String,
    /// Of a refund: less than the goods cost, where they lost value; of a lower price: needed.
    amount: Option<Money>,
    /// The delivery goes back, too.
    #[oai(default)]
    delivery: bool,
    /// In the customer's language.
    #[oai(default)]
    text: String,
}

#[derive(Object)]
#[oai(rename = "CaseReopening", deny_unknown_fields)]
struct Reopening {
    reason: String,
}

#[derive(Object)]
#[oai(rename = "CaseOrder", deny_unknown_fields)]
struct Found {
    /// Id of the order.
    order: String,
    items: Vec<CaseGoods>,
}

#[derive(ApiResponse)]
enum Moved {
    /// The case after the step.
    #[oai(status = 201)]
    Case(Json<CaseDetail>),
}

/// The case after something was done with it.
async fn after(
    asked: &Asked,
    id: &str,
    done: impl AsyncFnOnce(&App, &Actor, CaseId) -> Result<(), Fault>,
) -> poem::Result<Moved> {
    let moved = async {
        let id: CaseId = dto::id(id)?;
        done(asked.site.app(), &asked.actor, id).await.map_err(on_the_wire)?;
        shown(asked, id, Right::CasesWrite).await
    };
    Ok(Moved::Case(Json(moved.await.map_err(refused)?)))
}

#[OpenApi]
impl CaseSteps {
    /// Write to the customer, or a note; scope cases:write
    #[oai(path = "/cases/:id/messages", method = "post", operation_id = "writeCaseMessage")]
    async fn write(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Written>) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| match body.inside {
            true => flows::aftersales::note(app, actor, id, &body.text).await,
            false => flows::aftersales::answer(app, actor, id, &body.text).await,
        })
        .await
    }

    /// Ask the customer for more; scope cases:write
    #[oai(path = "/cases/:id/question", method = "post", operation_id = "askAboutCase")]
    async fn ask(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Question>) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| flows::aftersales::ask(app, actor, id, &body.text).await).await
    }

    /// Say yes; scope cases:write
    #[oai(path = "/cases/:id/approval", method = "post", operation_id = "approveCase")]
    async fn approve(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Approval>) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| {
            let ground = dto::choice(body.ground.as_deref(), "ground")?;
            flows::aftersales::approve(app, actor, id, Told { text: body.text.clone(), ground, ..Told::default() }).await
        })
        .await
    }

    /// Say no, with the reason; scope cases:write
    #[oai(path = "/cases/:id/refusal", method = "post", operation_id = "refuseCase")]
    async fn reject(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Refusal>) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| {
            let told = Told { text: body.text.clone(), reason: body.reason.clone(), ..Told::default() };
            flows::aftersales::reject(app, actor, id, told).await
        })
        .await
    }

    /// Say how the goods come back; scope cases:write
    #[oai(path = "/cases/:id/instructions", method = "post", operation_id = "instructCase")]
    async fn label(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Instructions>) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| {
            let body = body.0;
            let label = Label { instructions: body.text, carrier: body.carrier, tracking: body.tracking, file: None };
            flows::aftersales::label(app, actor, id, label).await
        })
        .await
    }

    /// Goods came back; scope cases:write
    #[oai(path = "/cases/:id/arrival", method = "post", operation_id = "receiveCase")]
    async fn receive(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Arrival>) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| {
            let read = |(n, a): (usize, &Arrived)| {
                Ok::<_, Fault>(Came { item: item(n, &a.item)?, qty: dto::qty(&a.quantity, &format!("items.{n}.quantity"))? })
            };
            let came = body.items.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
            flows::aftersales::receive(app, actor, id, &came).await
        })
        .await
    }

    /// How the goods were found, and where they go; scope cases:write
    #[oai(path = "/cases/:id/inspection", method = "post", operation_id = "inspectCase")]
    async fn inspect(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Looked>) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| {
            let found = body.items.iter().enumerate().map(looked_at).collect::<Result<Vec<_>, _>>()?;
            let location = dto::choice(body.location.as_deref(), "location")?;
            flows::aftersales::inspect(app, actor, id, (&found, location, Vec::new())).await
        })
        .await
    }

    /// Do what was promised; money needs documents:issue, a replacement orders:write; scope cases:write
    #[oai(path = "/cases/:id/resolution", method = "post", operation_id = "resolveCase")]
    async fn resolve(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// Needed: sent twice, it is done once.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<Option<String>>,
        body: Json<Resolution>,
    ) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| {
            let key = key.0.ok_or_else(|| Fault::invalid("Idempotency-Key", "form.missing"))?;
            let remedy: Remedy = body.remedy.parse().map_err(|_| Fault::invalid("remedy", "form.choose"))?;
            if remedy == Remedy::Replacement {
                return flows::aftersales::replace(app, actor, id, (&body.text, &key)).await.map(drop);
            }
            let amount = body.amount.as_ref().map(|m| m.read("amount")).transpose()?;
            let doing = Doing { remedy, amount, delivery: body.delivery, text: body.text.clone(), key };
            flows::aftersales::resolve(app, actor, id, doing).await
        })
        .await
    }

    /// Send the money back the way it came; scopes refunds:make, cases:write
    #[oai(path = "/cases/:id/refund", method = "post", operation_id = "refundCase")]
    async fn refund(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| flows::aftersales::refund(app, actor, id).await.map(drop)).await
    }

    /// Put a case to its order; scopes cases:write, orders:read
    #[oai(path = "/cases/:id/order", method = "post", operation_id = "linkCase")]
    async fn link(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Found>) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| {
            let order: OrderId = body.order.parse().map_err(|_| Fault::invalid("order", "form.choose"))?;
            flows::aftersales::link(app, actor, id, (order, chosen(&body.items)?)).await
        })
        .await
    }

    /// Nothing is left to do; scope cases:write
    #[oai(path = "/cases/:id/closing", method = "post", operation_id = "closeCase")]
    async fn close(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| flows::aftersales::close(app, actor, id).await).await
    }

    /// Begin anew; scope cases:write
    #[oai(path = "/cases/:id/reopening", method = "post", operation_id = "reopenCase")]
    async fn reopen(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Reopening>) -> poem::Result<Moved> {
        after(&asked, &id, async |app, actor, id| flows::aftersales::reopen(app, actor, id, &body.reason).await).await
    }
}

fn item(n: usize, text: &str) -> Result<CaseItemId, Fault> {
    text.parse().map_err(|_| Fault::invalid(format!("items.{n}.item"), "form.choose"))
}

fn looked_at((n, l): (usize, &LookedAt)) -> Result<Inspection, Fault> {
    let qty = |text: &Option<String>, name: &str| match text {
        Some(text) => dto::qty(text, &format!("items.{n}.{name}")),
        None => Ok(vitrina::kernel::Qty::ZERO),
    };
    Ok(Inspection {
        item: item(n, &l.item)?,
        condition: l.condition.parse().map_err(|_| Fault::invalid(format!("items.{n}.condition"), "form.choose"))?,
        restock: qty(&l.restock, "restock")?,
        scrap: qty(&l.scrap, "scrap")?,
        send_back: qty(&l.send_back, "send_back")?,
        note: l.note.clone(),
    })
}
