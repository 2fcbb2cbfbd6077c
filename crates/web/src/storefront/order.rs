//! The order's own page, for whoever holds its link.

use poem::{Response, http::StatusCode};
use vitrina::{
    documents::{self, DocumentRow},
    flows::{self, letters},
    kernel::{Fault, Moment},
    mail::Form,
    payments::PaymentState,
    sales::{self, Payment, State},
    stage::letters::{BankTransfer, OrderView},
};

use super::{
    aftersales, frame,
    pages::{Chapter, DocumentLink, OrderPage, PayByCard},
    visit::Visit,
};
use crate::{files::file, render, site::Site};

type Answer = Result<Response, Fault>;

pub async fn show(site: Site, visit: Visit) -> Answer {
    let order = sales::by_token(site.app().reader(), &visit.part).await?;
    let done = visit.query.has("done");
    let title = site.stage().text(visit.locale, "order.title", &[("number", order.number.clone())]);
    let mut page = frame::private(&site, &visit, &title).await?;
    // Other languages of this page are the same order; the address is the key.
    page.canonical = String::new();
    let standing = flows::payments::due(site.app().reader(), order.id).await?;
    let unpaid = order.state != State::Cancelled && standing.ask.minor > 0;
    // While a card payment is under way nobody is asked to pay a second time.
    let waits = standing.state == PaymentState::Processing;
    let card = unpaid && !waits && flows::checkout::ways(site.app()).contains(&Payment::Card);
    let transfer = unpaid && !waits;
    let transfer = transfer.then(|| order.transfer(&site.app().settings(), standing.ask)).filter(|t| !t.iban.is_empty());
    let told = letters::told(site.app(), &order, visit.locale);
    let rows = documents::of_order(site.app().reader(), order.id).await?;
    let after = aftersales::ways(&site, &visit, (&visit.part, order.state), told.returns).await?;
    let view = OrderPage {
        page,
        story: story(&order),
        documents: rows.iter().filter(|d| flows::documents::shown(d)).map(|d| link(&visit, d)).collect(),
        withdraw: after.0,
        complaint: after.1,
        cases: aftersales::links(&visit, flows::aftersales::of_order(site.app(), &visit.part).await?),
        money: letters::money(&standing, None),
        pay: card.then(|| PayByCard {
            url: format!("{}/pay", visit.path.trim_end_matches('/')),
            first: order.payment == Payment::Card,
        }),
        trouble: match visit.query.get("pay") {
            "busy" => "busy".into(),
            "failed" => "failed".into(),
            _ => String::new(),
        },
        bank: transfer.map(|t| BankTransfer { qr_svg: t.qr(), ..letters::bank(t) }),
        order: OrderView { url: visit.path.clone(), ..told },
    };
    let name = if done { "storefront/checkout_done" } else { "storefront/order" };
    let html = site.stage().render(name, visit.locale, &view)?;
    let answer = render::html(StatusCode::OK, html, "no-store");
    // The cart became this order; the next thing bought begins a new one.
    let forget = done && visit.cart().is_some();
    Ok(if forget { visit.with_cookie(answer, None, visit.login()) } else { answer })
}

fn link(visit: &Visit, d: &DocumentRow) -> DocumentLink {
    let file = |form: &str| format!("{}/documents/{}.{form}", visit.path.trim_end_matches('/'), d.id);
    DocumentLink {
        kind: d.kind.as_str().to_owned(),
        number: d.number.clone(),
        issued_at: d.issued_at,
        total: d.gross,
        pdf: d.pdf.as_ref().map(|_| file("pdf")),
        xml: d.kind.is_tax().then(|| file("xml")),
    }
}

/// A document of the order: `ID.pdf`, or the e-invoice as `ID.xml`.
pub async fn document(site: Site, visit: Visit) -> Answer {
    let lost = || Fault::not_found("page.not_found");
    let name = visit.path.rsplit('/').next().unwrap_or_default();
    let (id, form) = name.split_once('.').ok_or_else(lost)?;
    let form = match form {
        "pdf" => Form::Pdf,
        "xml" => Form::Xml,
        _ => return Err(lost()),
    };
    let id = id.parse().map_err(|_| lost())?;
    Ok(file(flows::documents::by_link(site.app(), &visit.part, id, form).await?))
}

/// The payment code as a picture of its own, for letters.
pub async fn qr(site: Site, visit: Visit) -> Answer {
    let order = sales::by_token(site.app().reader(), &visit.part).await?;
    let standing = flows::payments::due(site.app().reader(), order.id).await?;
    let svg = order.transfer(&site.app().settings(), standing.ask).qr().ok_or_else(|| Fault::not_found("page.not_found"))?;
    Ok(Response::builder().content_type("image/svg+xml").header("cache-control", "no-store").body(svg))
}

/// What happened, and what is still to come.
fn story(order: &sales::OrderView) -> Vec<Chapter> {
    let at = |state: State| order.events.iter().find(|e| e.after == state).map(|e| e.at);
    let chapter = |code: &str, at: Option<Moment>| Chapter { code: code.into(), at, detail: String::new(), url: None };
    let mut story = vec![chapter("placed", Some(order.placed_at))];
    for over in [State::Cancelled, State::Abandoned] {
        if order.state == over {
            story.push(chapter(over.as_str(), at(over)));
            return story;
        }
    }
    let paid = matches!(order.payment_state.as_str(), "paid" | "overpaid");
    if paid || order.payment == Payment::Card {
        let pay = |e: &&sales::EventView| matches!(e.step.as_str(), "pay" | "revive" | "confirm");
        let when = order.events.iter().find(pay).map(|e| e.at);
        story.push(chapter("paid", when.filter(|_| paid)));
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
