//! The order's own page, for whoever holds its link.

use poem::{Response, http::StatusCode};
use vitrina::{
    kernel::{Fault, Moment},
    sales::{self, State},
    stage::letters::{BankTransfer, OrderLine, OrderView, Parcel, ParcelLine, Sum, VatPart},
};

use super::{
    frame,
    pages::{Chapter, OrderPage},
    visit::Visit,
};
use crate::{render, site::Site};

type Answer = Result<Response, Fault>;

pub async fn show(site: Site, visit: Visit) -> Answer {
    let order = sales::by_token(site.app().reader(), &visit.part).await?;
    let done = visit.query.has("done");
    let title = site.stage().text(visit.locale, "order.title", &[("number", order.number.clone())]);
    let mut page = frame::private(&site, &visit, &title).await?;
    // Other languages of this page are the same order; the address is the key.
    page.canonical = String::new();
    let unpaid = !matches!(order.state, State::Cancelled | State::Delivered);
    let transfer = order.transfer(&site.app().settings());
    let bank = (unpaid && !transfer.iban.is_empty()).then(|| BankTransfer {
        payee: transfer.recipient,
        bank: transfer.bank,
        iban: transfer.iban,
        amount: transfer.amount,
        reference: transfer.reference,
        due_at: Some(transfer.due_at),
        qr_svg: Some(transfer.qr).filter(|q| !q.is_empty()),
        qr_url: None,
    });
    let url = visit.path.clone();
    let view =
        OrderPage { page, story: story(&order), withdrawable: order.state != State::Cancelled, bank, order: shown(&order, url) };
    let name = if done { "storefront/checkout_done" } else { "storefront/order" };
    let html = site.stage().render(name, visit.locale, &view)?;
    let answer = render::html(StatusCode::OK, html, "no-store");
    // The cart became this order; the next thing bought begins a new one.
    let forget = done && visit.cart().is_some();
    Ok(if forget { visit.with_cookie(answer, None, visit.login()) } else { answer })
}

/// The payment code as a picture of its own, for letters.
pub async fn qr(site: Site, visit: Visit) -> Answer {
    let order = sales::by_token(site.app().reader(), &visit.part).await?;
    let svg = order.transfer(&site.app().settings()).qr;
    if svg.is_empty() {
        return Err(Fault::not_found("page.not_found"));
    }
    Ok(Response::builder().content_type("image/svg+xml").header("cache-control", "no-store").body(svg))
}

/// The order in the words that pages and letters share.
pub fn shown(order: &sales::OrderView, url: String) -> OrderView {
    let line = |l: &sales::LineView| OrderLine {
        title: l.title.clone(),
        variant: l.variant_name.clone(),
        sku: l.sku.clone(),
        url: None,
        picture_hash: l.picture_hash.clone(),
        qty: l.qty,
        unit: l.unit.clone(),
        unit_price: l.unit_price,
        total: l.total,
        shipped: l.shipped,
    };
    let pickup = order.delivery.kind == sales::DeliveryKind::Pickup;
    let town = format!("{} {}", order.address.postcode, order.address.city);
    let parts = [order.contact.company.as_str(), &order.contact.name, &order.address.street, town.trim(), &order.address.country];
    OrderView {
        number: order.number.clone(),
        placed_at: order.placed_at,
        state: order.state.as_str().to_owned(),
        lines: order.lines.iter().map(line).collect(),
        sum: Sum {
            goods: order.goods,
            delivery: Some(order.delivery.gross),
            delivery_name: order.delivery.name.clone(),
            total: order.gross,
            vat: order.taxes.iter().map(|t| VatPart { rate: t.rate, vat: t.vat }).collect(),
        },
        name: order.contact.name.clone(),
        email: order.contact.email.clone(),
        phone: order.contact.phone.clone(),
        address: if pickup {
            vec![order.delivery.name.clone()]
        } else {
            parts.iter().filter(|p| !p.is_empty()).map(|p| (*p).to_owned()).collect()
        },
        pickup,
        payment: order.payment.as_str().to_owned(),
        note: order.contact.note.clone(),
        url,
        parcels: order.shipments.iter().map(parcel).collect(),
        reason: order.events.iter().find(|e| e.after == State::Cancelled).map_or_else(String::new, |e| e.reason.clone()),
    }
}

fn parcel(s: &sales::ShipmentView) -> Parcel {
    let given = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    let line = |l: &sales::ShippedLine| {
        let title = if l.variant_name.is_empty() { l.title.clone() } else { format!("{}, {}", l.title, l.variant_name) };
        ParcelLine { title, qty: l.qty, unit: l.unit.clone() }
    };
    Parcel {
        sent_at: s.shipped_at,
        carrier: s.carrier.clone(),
        tracking: given(&s.tracking),
        tracking_url: given(&s.tracking_url).filter(|u| u.starts_with("https://")),
        lines: s.lines.iter().map(line).collect(),
    }
}

/// What happened, and what is still to come.
fn story(order: &sales::OrderView) -> Vec<Chapter> {
    let at = |state: State| order.events.iter().find(|e| e.after == state).map(|e| e.at);
    let chapter = |code: &str, at: Option<Moment>| Chapter { code: code.into(), at, detail: String::new(), url: None };
    let mut story = vec![chapter("placed", Some(order.placed_at))];
    if let Some(when) = at(State::Cancelled) {
        story.push(chapter("cancelled", Some(when)));
        return story;
    }
    story.push(chapter("confirmed", at(State::Confirmed)));
    for s in &order.shipments {
        let detail =
            [s.carrier.as_str(), s.tracking.as_str()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
        let url = Some(s.tracking_url.clone()).filter(|u| u.starts_with("https://"));
        story.push(Chapter { code: "shipped".into(), at: Some(s.shipped_at), detail, url });
    }
    if order.shipments.is_empty() {
        story.push(chapter("shipped", at(State::Shipped)));
    }
    story.push(chapter("delivered", at(State::Delivered)));
    story
}
