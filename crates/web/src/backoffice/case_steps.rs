//! What staff do with a case, form by form.

use vitrina::{
    aftersales::{self, Condition, Inspection, Remedy, Told},
    flows::{
        self,
        aftersales::{Came, Doing, Label, Upload},
    },
    kernel::{CaseId, CaseItemId, Currency, Fault, LocationId, Qty, Right},
    sales,
};

use super::{
    case::standard,
    cases::PATH,
    desk::{Answer, Desk},
};
use crate::forms::{self, Slips};

fn done(desk: &Desk, id: CaseId, key: &str) -> Answer {
    desk.done(&format!("{PATH}/{id}"), key)
}

/// The files of a form, by what its field is called.
pub fn uploads(desk: &Desk, field: &str) -> Vec<Upload> {
    let of = desk.uploads.iter().filter(|u| u.field == field && !u.bytes.is_empty());
    of.map(|u| Upload { name: u.name.clone(), bytes: u.bytes.clone() }).collect()
}

/// A message to the customer, a question that the case waits for, or a note that stays here.
pub async fn write(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    let text = desk.form.get("message");
    let (app, actor) = (&desk.app, &desk.actor);
    let said = match desk.form.get("do") {
        "note" => flows::aftersales::note(app, actor, id, text).await.map(|()| "office.flash.case_noted"),
        "ask" => flows::aftersales::ask(app, actor, id, text).await.map(|()| "office.flash.case_asked"),
        _ => flows::aftersales::answer(app, actor, id, text).await.map(|()| "office.flash.case_answered"),
    };
    done(&desk, id, said?)
}

/// Yes or no, with what the customer is told.
pub async fn decide(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    let case = aftersales::case(desk.app.reader(), &desk.scope(Right::CasesWrite)?, id).await?;
    let at = |fault: Fault, field: &str| if fault.field.as_deref() == Some("text") { fault.at(field) } else { fault };
    if desk.form.get("do") == "reject" {
        let reason = desk.form.get("reason").to_owned();
        let known = aftersales::refusals(case.kind).contains(&reason.as_str());
        // An empty field is the standard sentence of the reason, which the page shows.
        let text = match desk.form.get("no") {
            "" if known => standard(&desk, &case, &format!("reject.{reason}")),
            text => text.to_owned(),
        };
        let told = Told { text, reason, ..Told::default() };
        flows::aftersales::reject(&desk.app, &desk.actor, id, told).await.map_err(|fault| at(fault, "no"))?;
        return done(&desk, id, "office.flash.case_rejected");
    }
    let ground = match desk.form.opt("ground") {
        Some(ground) => Some(ground.parse().map_err(|_| Fault::invalid("ground", "form.choose"))?),
        None => None,
    };
    let told = Told { text: desk.form.get("yes").to_owned(), ground, ..Told::default() };
    flows::aftersales::approve(&desk.app, &desk.actor, id, told).await.map_err(|fault| at(fault, "yes"))?;
    done(&desk, id, "office.flash.case_approved")
}

pub async fn label(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    let new = Label {
        instructions: desk.form.get("instructions").to_owned(),
        carrier: desk.form.get("carrier").to_owned(),
        tracking: desk.form.get("tracking").to_owned(),
        file: uploads(&desk, "files").into_iter().next(),
    };
    flows::aftersales::label(&desk.app, &desk.actor, id, new).await?;
    done(&desk, id, "office.flash.case_label")
}

/// The rows of a form about the goods: the place in the case, and the id of the item there.
fn rows(desk: &Desk) -> Vec<(usize, CaseItemId)> {
    let of =
        desk.form.below("items.").filter_map(|(name, id)| Some((name.strip_suffix(".item")?.parse().ok()?, id.parse().ok()?)));
    of.collect()
}

/// A quantity of a row; nothing typed is none.
fn quantity(desk: &Desk, slips: &mut Slips, field: &str) -> Qty {
    if desk.form.get(field).is_empty() {
        return Qty::ZERO;
    }
    slips.take(forms::qty(&desk.form, field)).unwrap_or(Qty::ZERO)
}

pub async fn receive(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    let mut slips = Slips::default();
    let came: Vec<Came> = rows(&desk)
        .into_iter()
        .map(|(n, item)| Came { item, qty: quantity(&desk, &mut slips, &format!("items.{n}.qty")) })
        .collect();
    slips.done()?;
    flows::aftersales::receive(&desk.app, &desk.actor, id, &came).await?;
    done(&desk, id, "office.flash.case_received")
}

pub async fn inspect(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    let mut slips = Slips::default();
    let mut found = Vec::new();
    for (n, item) in rows(&desk) {
        let field = |name: &str| format!("items.{n}.{name}");
        let condition: Option<Condition> = desk.form.get(&field("condition")).parse().ok();
        let Some(condition) = condition else {
            slips.add(&field("condition"), "form.choose");
            continue;
        };
        found.push(Inspection {
            item,
            condition,
            restock: quantity(&desk, &mut slips, &field("qty")),
            scrap: quantity(&desk, &mut slips, &field("scrap")),
            send_back: quantity(&desk, &mut slips, &field("send_back")),
            note: desk.form.get(&field("note")).to_owned(),
        });
    }
    let location: Option<LocationId> = match desk.form.opt("location") {
        Some(id) => slips.take(id.parse().map_err(|_| Fault::invalid("location", "form.choose"))),
        None => None,
    };
    slips.done()?;
    let photos = uploads(&desk, "files");
    flows::aftersales::inspect(&desk.app, &desk.actor, id, (&found, location, photos)).await?;
    done(&desk, id, "office.flash.case_inspected")
}

/// The currency that the case's order was agreed in.
async fn currency(desk: &Desk, id: CaseId) -> Result<Currency, Fault> {
    let case = aftersales::case(desk.app.reader(), &desk.scope(Right::CasesWrite)?, id).await?;
    let order = case.order.ok_or(aftersales::Fault::NoOrder)?;
    Ok(sales::head(desk.app.reader(), &desk.scope(Right::OrdersRead)?, order).await?.gross.currency)
}

/// What was promised is done. A replacement has a door of its own, since it makes an order.
pub async fn resolve(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    let remedy: Remedy = desk.form.get("remedy").parse().map_err(|_| Fault::invalid("remedy", "form.choose"))?;
    let amount = match desk.form.opt("amount") {
        Some(_) => Some(forms::money(&desk.form, "amount", currency(&desk, id).await?)?),
        None => None,
    };
    let doing = Doing {
        remedy,
        amount,
        delivery: desk.form.has("delivery"),
        text: desk.form.get("text").to_owned(),
        key: desk.form.get("key").to_owned(),
    };
    flows::aftersales::resolve(&desk.app, &desk.actor, id, doing).await?;
    done(&desk, id, "office.flash.case_resolved")
}

pub async fn replace(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    flows::aftersales::replace(&desk.app, &desk.actor, id, (desk.form.get("text"), desk.form.get("key"))).await?;
    done(&desk, id, "office.flash.case_replaced")
}

pub async fn refund(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    flows::aftersales::refund(&desk.app, &desk.actor, id).await?;
    done(&desk, id, "office.flash.case_refunded")
}

pub async fn close(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    flows::aftersales::close(&desk.app, &desk.actor, id).await?;
    done(&desk, id, "office.flash.case_closed")
}

pub async fn reopen(desk: Desk) -> Answer {
    let id: CaseId = desk.param("id")?;
    flows::aftersales::reopen(&desk.app, &desk.actor, id, desk.form.get("reason")).await?;
    done(&desk, id, "office.flash.case_reopened")
}
