//! A customer's contract, for whoever holds its link: read, accept, decline.

use poem::{Response, http::StatusCode};
use vitrina::{
    contracts::{Consent, State},
    flows::{
        self,
        contracts::{Asking, Page, Refusal},
    },
    kernel::{Fault, Kind, Moment, Money, token},
};

use super::{
    frame,
    pages::{ContractAccepted, ContractForm, ContractLine, ContractPage, ContractParty, ContractQuestion, ContractUrls, Flash},
    visit::Visit,
};
use crate::{faults, files::file, render, site::Site};

type Answer = Result<Response, Fault>;

pub async fn show(site: Site, visit: Visit) -> Answer {
    let found = flows::contracts::page(site.app(), &visit.part).await?;
    view(&site, &visit, found, None).await
}

pub async fn accept(site: Site, visit: Visit) -> Answer {
    let text = |name: &str| visit.form.get(name).to_owned();
    let consent = Consent {
        version: visit.form.get("version").parse().unwrap_or(0),
        hash: text("hash"),
        name: text("name"),
        role: text("role"),
        agreed: visit.form.get("agreed") == "yes",
        address: visit.address.clone(),
        agent: visit.agent.clone(),
    };
    let label = site.stage().text(visit.locale, "contracts.page.accept_order", &[]);
    let done = flows::contracts::accept(site.app(), &visit.actor(), &visit.part, (consent, &label)).await;
    answer(&site, &visit, done, "accepted=1#accepted").await
}

pub async fn decline(site: Site, visit: Visit) -> Answer {
    let f = &visit.form;
    let refusal = Refusal { reason: f.get("reason").to_owned(), note: f.get("note").to_owned(), address: visit.address.clone() };
    let done = flows::contracts::decline(site.app(), &visit.actor(), &visit.part, refusal).await;
    answer(&site, &visit, done, "declined=1").await
}

pub async fn ask(site: Site, visit: Visit) -> Answer {
    let f = &visit.form;
    let asking = Asking {
        part: f.get("part").to_owned(),
        text: f.get("question").to_owned(),
        address: visit.address.clone(),
        key: f.get("key").to_owned(),
    };
    let done = flows::contracts::ask(site.app(), &visit.actor(), &visit.part, asking).await;
    answer(&site, &visit, done, "asked=1").await
}

/// Back to the page, which says what happened or what is wrong.
async fn answer(site: &Site, visit: &Visit, outcome: Result<(), Fault>, what: &str) -> Answer {
    match outcome {
        Ok(()) => Ok(render::see_other(&format!("{}?{what}", base(visit)))),
        Err(fault) if matches!(fault.kind, Kind::Invalid | Kind::Conflict | Kind::TooMany) => {
            // Somebody may have sent another version, or accepted, meanwhile.
            let found = flows::contracts::page(site.app(), &visit.part).await?;
            view(site, visit, found, Some(&fault)).await
        }
        Err(fault) => Err(fault),
    }
}

/// The page's own address, whatever part of it was asked for.
fn base(visit: &Visit) -> String {
    visit.url(&format!("contract/{}", visit.part))
}

async fn view(site: &Site, visit: &Visit, found: Page, fault: Option<&Fault>) -> Answer {
    let paper = &found.version.paper;
    let title = site.stage().text(visit.locale, "contracts.page.title", &[("number", paper.number.clone())]);
    let mut page = frame::private(site, visit, &title).await?;
    page.canonical = String::new();
    for alternate in &mut page.alternates {
        alternate.url = format!("/{}/contract/{}", alternate.locale, visit.part);
    }
    if let Some(fault) = fault {
        page = page.with_faults(site.stage(), fault);
    }
    let flashes = [("declined", "contracts.page.decline_done"), ("asked", "contracts.page.ask_done")];
    if let Some((_, key)) = flashes.into_iter().find(|(name, _)| visit.query.has(name)) {
        let text = site.stage().text(visit.locale, key, &[]);
        page.flash.push(Flash { tone: "good".into(), text });
    }
    let own = base(visit);
    let vat = Money { minor: paper.sums.gross.minor - paper.sums.net.minor, ..paper.sums.gross };
    let old = |name: &str| visit.form.get(name).to_owned();
    let view = ContractPage {
        page,
        number: paper.number.clone(),
        version: found.version.n,
        title: paper.title.clone(),
        locale: paper.locale,
        dated: day(&paper.date).unwrap_or(found.version.sent_at),
        place: paper.place.clone(),
        parties: vec![ContractParty::of("seller", &paper.seller), ContractParty::of("buyer", &paper.buyer)],
        preamble: paper.text.preamble.clone(),
        parts: paper.text.parts.clone(),
        offer: paper.annex.number.clone(),
        lines: found.lines.iter().map(line).collect(),
        net: paper.sums.net,
        vat: Some(vat).filter(|vat| !vat.is_zero()),
        total: paper.sums.gross,
        deposit: paper.sums.deposit,
        state: state(&found).to_owned(),
        accepted: found.acceptance.as_ref().map(|a| ContractAccepted {
            name: a.name.clone(),
            at: a.at,
            pdf: a.pdf.as_ref().map(|_| format!("{own}/certificate.pdf")),
        }),
        orders: found.orders,
        person: paper.manager.clone(),
        questions: found.questions.iter().map(question).collect(),
        form: ContractForm {
            name: old("name"),
            role: old("role"),
            version: found.version.n,
            hash: found.version.hash.clone(),
            part: old("part"),
            question: old("question"),
            key: token::random(site.app().entropy()),
        },
        urls: ContractUrls {
            decline: format!("{own}/decline"),
            question: format!("{own}/question"),
            pdf: found.version.pdf.as_ref().map(|_| format!("{own}/contract.pdf")),
            own: own.clone(),
        },
        // Staff who look at the customer's page leave no trace on it.
        seen: if visit.query.has("look") { String::new() } else { format!("{own}/seen.css?v={}", found.version.n) },
    };
    let status = fault.map_or(StatusCode::OK, faults::status);
    let html = site.stage().render("storefront/contract", visit.locale, &view)?;
    Ok(render::html(status, html, "no-store"))
}

/// `2026-11-24`
fn day(text: &str) -> Option<Moment> {
    let form = time::format_description::well_known::Iso8601::DATE;
    time::Date::parse(text, &form).ok().map(Moment::start_of)
}

fn line(l: &flows::contracts::Line) -> ContractLine {
    ContractLine {
        title: l.title.clone(),
        detail: l.detail.clone(),
        picture_hash: l.picture.clone(),
        qty: l.qty,
        unit: l.unit.clone(),
        total: l.total,
    }
}

fn question(q: &vitrina::contracts::Question) -> ContractQuestion {
    ContractQuestion { about: q.about.clone(), question: q.question.clone(), at: q.at, answer: q.answer.clone() }
}

fn state(found: &Page) -> &'static str {
    match found.contract.state {
        _ if found.acceptance.is_some() => "accepted",
        State::Declined => "declined",
        State::Withdrawn => "withdrawn",
        _ if found.over => "over",
        _ => "open",
    }
}

/// Asked for by a page that is rendered, by nothing that only reads its source.
pub async fn seen(site: Site, visit: Visit) -> Answer {
    flows::contracts::saw(site.app(), &visit.actor(), &visit.part).await?;
    Ok(Response::builder().content_type("text/css; charset=utf-8").header("cache-control", "no-store").body(""))
}

pub async fn pdf(site: Site, visit: Visit) -> Answer {
    Ok(file(flows::contracts::pdf_by_link(site.app(), &visit.part).await?))
}

pub async fn certificate(site: Site, visit: Visit) -> Answer {
    Ok(file(flows::contracts::certificate(site.app(), &visit.part).await?))
}
