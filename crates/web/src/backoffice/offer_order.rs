//! The customer says yes to somebody of the office: *Order now* of a draft, and the acceptance of what was
//! sent, taken down on the phone or from paper.

use poem::Response;
use serde_json::{Value, json};
use vitrina::{
    channels::TaxDisplay,
    flows::{
        self,
        offers::{Open, Said},
    },
    kernel::{Fault, Money, OfferId, Qty, Right, token},
    offers::{Choice, DrawnItem, How, Offer, Step},
    sales::DeliveryKind,
};

use super::{
    desk::{Answer, Desk},
    offers::{self as list, PATH},
    orders::plain_qty,
    page,
};
use crate::forms;

/// What the offer's page says on the button that leads here: `now` for a draft, `taken` for what was sent.
pub fn offered(desk: &Desk, offer: &Offer) -> Option<&'static str> {
    let may = desk.scope(Right::OffersSend).is_ok_and(|scope| scope.covers(offer.manager)) && desk.may(Right::OrdersWrite);
    let goods = offer.content.items().any(|item| !item.is_note());
    match offer.state {
        _ if !may || !goods => None,
        state if state.may(Step::Agree) => Some("now"),
        state if state.may(Step::Accept) => Some("taken"),
        _ => None,
    }
}

pub async fn form(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    let wish = typed(&desk);
    let found = flows::offers::open(&desk.app, &desk.actor, id, wish.as_ref()).await?;
    shown(&desk, &found).await
}

/// Counts a choice anew, or takes the yes down.
pub async fn agree(desk: Desk) -> Answer {
    if desk.form.get("do") == "count" {
        return form(desk).await;
    }
    let id: OfferId = desk.param("id")?;
    let text = |name: &str| desk.form.get(name).to_owned();
    let found = match flows::offers::open(&desk.app, &desk.actor, id, typed(&desk).as_ref()).await {
        Ok(found) => Some(found),
        // Pressed twice: the flow knows what became of the first.
        Err(fault) if fault.code == "offers.wrong_state" => None,
        Err(fault) => return Err(fault),
    };
    let currency = match &found {
        Some(found) => found.drawn.currency,
        None => vitrina::offers::offer(desk.app.reader(), &desk.scope(Right::OffersSend)?, id).await?.currency,
    };
    let said = Said {
        how: desk.form.get("how").parse().map_err(|_| Fault::invalid("how", "form.choose"))?,
        name: text("name"),
        role: text("role"),
        note: text("note"),
        choice: Some(chosen(&desk)),
        seen: Money::new(desk.form.get("seen").parse().unwrap_or(-1), currency),
        street: text("street"),
        city: text("city"),
        postcode: text("postcode"),
        phone: text("phone"),
        key: text("key"),
    };
    let done = flows::offers::agree(&desk.app, &desk.actor, id, said).await?;
    match done.order {
        Some(order) => desk.done(&format!("/office/orders/{order}"), "office.flash.offer_ordered"),
        None => desk.done(&format!("{PATH}/{id}"), "office.flash.offer_taken"),
    }
}

/// The choice of the form that came back; nothing when the page is opened.
fn typed(desk: &Desk) -> Option<Choice> {
    desk.form.has("key").then(|| chosen(desk))
}

fn chosen(desk: &Desk) -> Choice {
    let mut choice = Choice::default();
    for id in desk.form.all("pick").chain(desk.form.below("group.").map(|(_, id)| id)) {
        choice.picked.extend(id.parse::<uuid::Uuid>().ok());
    }
    for (id, typed) in desk.form.below("qty.") {
        let qty = forms::decimal(typed, 3).map(Qty).filter(|qty| *qty > Qty::ZERO);
        if let (Ok(id), Some(qty)) = (id.parse(), qty) {
            choice.qty.insert(id, qty);
        }
    }
    choice
}

async fn shown(desk: &Desk, found: &Open) -> Result<Response, Fault> {
    let (offer, drawn) = (&found.offer, &found.drawn);
    let b = &drawn.buyer;
    let brought = drawn.delivery.as_ref().is_some_and(|d| d.kind != DeliveryKind::Pickup.as_str());
    let customer = if b.company.is_empty() { &b.name } else { &b.company };
    let said = |name: &str, known: &str| if desk.form.has(name) { desk.form.get(name).to_owned() } else { known.to_owned() };
    let hows: Vec<page::Choice> =
        How::TAKEN.iter().map(|how| page::Choice::new(how.as_str(), desk.t(&format!("offers.how.{}", how.as_str())))).collect();
    let groups: Vec<&str> = drawn.items().map(|i| i.group.as_str()).filter(|g| !g.is_empty()).collect();
    let rows: Vec<Value> = drawn.items().filter(|i| i.line.is_some()).map(|item| row(found, item, &groups)).collect();
    let totals = &found.seen.settled.totals;
    let context = json!({
        "offer": {
            "id": offer.id, "title": offer.title, "number": offer.number.clone().unwrap_or_else(|| desk.t("office.offer.draft_number")),
            "state_text": list::state_text(desk, offer.state), "tone": list::tone(offer.state), "customer": customer, "email": b.email,
            "fresh": found.fresh,
        },
        "kind": if found.fresh { "now" } else { "taken" },
        "rows": rows,
        "choosable": drawn.items().any(|i| i.optional || !i.group.is_empty() || i.range.is_some()),
        "sums": {
            "goods": found.seen.sums.left, "delivery": found.seen.settled.delivery.as_ref().map(|d| json!({ "name": d.name, "sum": if drawn.tax == TaxDisplay::Net { d.net } else { d.gross } })),
            "net": totals.net, "vat": totals.by_rate, "total": totals.gross,
        },
        "form": {
            "how": said("how", How::Phone.as_str()), "hows": hows, "name": said("name", &b.name), "role": said("role", ""),
            "note": said("note", ""), "seen": totals.gross.minor, "key": key(desk),
            "needs_address": brought && (b.street.is_empty() || b.city.is_empty() || b.postcode.is_empty()),
            "street": said("street", &b.street), "city": said("city", &b.city), "postcode": said("postcode", &b.postcode),
            "phone": said("phone", &b.phone),
        },
    });
    desk.show("offers", "offer_order", context).await
}

/// The form keeps its key while it comes back: whatever was sent of it is one yes.
fn key(desk: &Desk) -> String {
    let again = desk.fault.as_ref().is_none_or(|fault| fault.code != "request.key_reused");
    match desk.form.opt("key").filter(|_| again) {
        Some(key) => key.to_owned(),
        None => token::random(desk.app.entropy()),
    }
}

fn row(found: &Open, item: &DrawnItem, groups: &[&str]) -> Value {
    let price = found.seen.prices.get(&item.id);
    let line = item.line.as_ref();
    let group = groups.iter().position(|g| *g == item.group).filter(|_| !item.group.is_empty());
    json!({
        "id": item.id, "title": line.map(|l| &l.title), "variant": line.map(|l| &l.variant_name), "sku": line.map(|l| &l.sku),
        "qty": price.map_or(Qty::ONE, |p| p.qty), "qty_text": plain_qty(price.map_or(Qty::ONE, |p| p.qty)),
        "range": item.range.map(|r| format!("{}–{}", plain_qty(r.least), plain_qty(r.most))),
        "total": price.map(|p| p.total), "taken": price.is_some_and(|p| p.taken),
        "option": item.optional && item.group.is_empty(), "group": group.map(|n| format!("group.{n}")),
    })
}
