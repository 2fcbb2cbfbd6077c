//! A customer's offer, for whoever holds its link: choose, ask, accept, decline.

use std::collections::BTreeMap;

use poem::{
    Response,
    http::{HeaderValue, StatusCode},
};
use vitrina::{
    channels::TaxDisplay,
    flows::{
        self,
        offers::{Asking, Page, Refusal},
    },
    kernel::{Fault, Kind, Money, Qty, token},
    offers::{Choice, Consent, Deposit, Drawn, DrawnItem, State},
    sales::{DeliveryKind, Payment},
    tax::Treatment,
};

use super::{
    frame,
    pages::{
        OfferAccepted, OfferChange, OfferFact, OfferForm, OfferPage, OfferQuestion, OfferRow, OfferSection, OfferSum, OfferTerm,
        OfferTranslated, OfferUrls, OfferVat, PaymentChoice,
    },
    visit::Visit,
};
use crate::{faults, files::file, forms, render, site::Site};

type Answer = Result<Response, Fault>;

pub async fn show(site: Site, visit: Visit) -> Answer {
    let found = flows::offers::page(site.app(), &visit.part, None).await?;
    view(&site, &visit, found, None).await
}

/// What its manager is writing, as the customer would read it: nothing of it can be sent, and the office
/// may show it beside the builder.
pub async fn look(site: Site, visit: Visit) -> Answer {
    let found = flows::offers::look(site.app(), &visit.part).await?;
    let mut answer = view(&site, &visit, found, None).await?;
    let framed = render::CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'");
    answer.headers_mut().insert("content-security-policy", HeaderValue::try_from(framed).map_err(Fault::bug)?);
    Ok(answer)
}

/// The one form of the page: counts the choice anew, or accepts it.
pub async fn send(site: Site, visit: Visit) -> Answer {
    let wish = wish(&visit, &flows::offers::page(site.app(), &visit.part, None).await?);
    let found = flows::offers::page(site.app(), &visit.part, Some(&wish)).await?;
    if visit.form.get("do") != "accept" {
        return view(&site, &visit, found, None).await;
    }
    let consent = consent(&visit, &found);
    let label = site.stage().text(visit.locale, "offers.page.accept", &[]);
    match flows::offers::accept(site.app(), &visit.actor(), &visit.part, (consent, &label)).await {
        Ok(accepted) => match (&accepted.link, accepted.waits) {
            (Some(order), true) => super::pay::go(&site, &visit, order).await,
            _ => Ok(render::see_other(&format!("{}?accepted=1#accepted", base(&visit)))),
        },
        Err(fault) if matches!(fault.kind, Kind::Invalid | Kind::Conflict | Kind::TooMany) => {
            // Somebody may have sent another version, or accepted, meanwhile.
            let found = flows::offers::page(site.app(), &visit.part, Some(&wish)).await?;
            view(&site, &visit, found, Some(&fault)).await
        }
        Err(fault) => Err(fault),
    }
}

/// What was ticked and typed. Radio buttons of a group carry the row's id.
fn wish(visit: &Visit, found: &Page) -> Choice {
    let mut choice = Choice::default();
    for id in visit.form.all("pick").chain(visit.form.below("group.").map(|(_, id)| id)) {
        choice.picked.extend(id.parse::<uuid::Uuid>().ok());
    }
    for (id, typed) in visit.form.below("qty.") {
        let qty = forms::decimal(typed, 3).map(Qty).filter(|qty| *qty > Qty::ZERO);
        if let (Ok(id), Some(qty)) = (id.parse(), qty)
            && found.version.drawn.item(id).is_some()
        {
            choice.qty.insert(id, qty);
        }
    }
    choice
}

fn consent(visit: &Visit, found: &Page) -> Consent {
    let text = |name: &str| visit.form.get(name).to_owned();
    let minor = visit.form.get("seen").parse().unwrap_or(-1);
    Consent {
        version: visit.form.get("version").parse().unwrap_or(0),
        hash: text("hash"),
        choice: found.seen.choice.clone(),
        seen: Money { minor, ..found.seen.settled.totals.gross },
        name: text("name"),
        role: text("role"),
        agreed: visit.form.get("agreed") == "yes",
        street: text("street"),
        city: text("city"),
        postcode: text("postcode"),
        phone: text("phone"),
        payment: text("payment"),
        address: visit.address.clone(),
        agent: visit.agent.clone(),
    }
}

/// The page's own address, whatever part of it was asked for.
fn base(visit: &Visit) -> String {
    visit.url(&format!("offer/{}", visit.part))
}

async fn view(site: &Site, visit: &Visit, found: Page, fault: Option<&Fault>) -> Answer {
    let drawn = found.version.said_in(visit.locale);
    let number = found.offer.number.clone().unwrap_or_default();
    let title = site.stage().text(visit.locale, "offers.page.title", &[("number", number.clone())]);
    let mut page = frame::private(site, visit, &title).await?;
    page.canonical = String::new();
    let look = visit.path.split('/').nth(2) == Some("offer-look");
    for alternate in &mut page.alternates {
        alternate.url = format!("/{}/{}/{}", alternate.locale, if look { "offer-look" } else { "offer" }, visit.part);
    }
    if let Some(fault) = fault {
        page = page.with_faults(site.stage(), fault);
    }
    for (done, key) in [("asked", "ask_done"), ("again", "again_done"), ("declined", "decline_done")] {
        if visit.query.has(done) {
            let text = site.stage().text(visit.locale, &format!("offers.page.{key}"), &[]);
            page.flash.push(super::pages::Flash { tone: "good".into(), text });
        }
    }
    let b = &drawn.buyer;
    let own = base(visit);
    let preview = visit.query.has("look");
    let groups: BTreeMap<&str, usize> =
        drawn.items().map(|i| i.group.as_str()).filter(|g| !g.is_empty()).enumerate().map(|(n, g)| (g, n)).collect();
    let view = OfferPage {
        page,
        number,
        version: found.version.n,
        title: drawn.title.clone(),
        customer: if b.company.is_empty() { b.name.clone() } else { b.company.clone() },
        locale: drawn.locale,
        translated: translated(visit, &found),
        cover: Some(drawn.cover.clone()).filter(|c| !c.is_empty()),
        intro: paragraphs(&drawn.intro),
        closing: paragraphs(&drawn.closing),
        sections: sections(&found, drawn, &groups, &own),
        sum: sum(&found),
        terms: terms(site, visit, &found),
        until: found.version.expires_at.plus_seconds(-1),
        state: state(&found).to_owned(),
        accepted: accepted(site, visit, &found, &own).await?,
        changed: found.changed.iter().map(|d| OfferChange { code: d.code.into(), title: d.title.clone() }).collect(),
        questions: found.questions.iter().map(question).collect(),
        person: drawn.manager.clone(),
        choosable: !found.over
            && found.acceptance.is_none()
            && drawn.items().any(|i| i.optional || !i.group.is_empty() || i.range.is_some()),
        form: form(site, visit, &found),
        urls: OfferUrls {
            question: format!("{own}/question"),
            decline: format!("{own}/decline"),
            again: format!("{own}/again"),
            pdf: found.version.pdf.as_ref().map(|_| format!("{own}/offer.pdf")),
            own: own.clone(),
        },
        look,
        seen: if preview || look { String::new() } else { format!("{own}/seen.css?v={}", found.version.n) },
    };
    let status = fault.map_or(StatusCode::OK, faults::status);
    let html = site.stage().render("storefront/offer", visit.locale, &view)?;
    Ok(render::html(status, html, "no-store"))
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

fn paragraphs(text: &str) -> Vec<String> {
    text.replace('\r', "").split("\n\n").map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
}

fn sections(found: &Page, drawn: &Drawn, groups: &BTreeMap<&str, usize>, own: &str) -> Vec<OfferSection> {
    let several = drawn.sections.len() > 1;
    let one = |(n, section): (usize, &vitrina::offers::DrawnSection)| {
        let sum = found.seen.sums.sections.get(n);
        OfferSection {
            title: section.title.clone(),
            note: section.note.clone(),
            rows: section.items.iter().map(|item| row(found, item, groups, own)).collect(),
            off: sum.map(|s| s.off).filter(|off| !off.is_zero()),
            total: sum.map(|s| s.total).filter(|_| several),
        }
    };
    drawn.sections.iter().enumerate().map(one).collect()
}

fn row(found: &Page, item: &DrawnItem, groups: &BTreeMap<&str, usize>, own: &str) -> OfferRow {
    let price = found.seen.prices.get(&item.id);
    let line = item.line.as_ref();
    OfferRow {
        id: item.id.to_string(),
        words: if line.is_none() { paragraphs(&item.title) } else { Vec::new() },
        title: line.map(|l| l.title.clone()).unwrap_or_default(),
        detail: line.map(|l| l.variant_name.clone()).unwrap_or_default(),
        teaser: item.teaser.clone(),
        facts: item.told.iter().map(|(name, value)| OfferFact { name: name.clone(), value: value.clone() }).collect(),
        note: item.note.clone(),
        picture_hash: line.and_then(|l| l.picture_hash.clone()),
        url: (!item.slug.is_empty()).then(|| format!("{own}/go/{}", item.id)),
        qty: price.map_or(Qty::ONE, |p| p.qty),
        unit: line.map(|l| l.unit.clone()).unwrap_or_default(),
        range: item.range.map(|r| (r.least, r.most)),
        each: price.map(|p| p.each),
        full: price.filter(|p| !p.off.is_zero()).map(|p| p.full),
        total: price.map(|p| p.total),
        kind: match (item.group.is_empty(), item.optional) {
            (false, _) => "alternative".into(),
            (true, true) => "option".into(),
            _ => String::new(),
        },
        group: groups.get(item.group.as_str()).map(|n| format!("group.{n}")).unwrap_or_default(),
        taken: price.is_some_and(|p| p.taken),
    }
}

fn sum(found: &Page) -> OfferSum {
    let (settled, sums) = (&found.seen.settled, &found.seen.sums);
    let net = settled.tax == TaxDisplay::Net;
    let whole = settled.totals.gross;
    let deposit = match found.version.drawn.deposit {
        Some(Deposit::Percent(rate)) => Money::from_decimal(whole.to_decimal() * rate.to_decimal(), whole.currency),
        Some(Deposit::Sum(minor)) => Some(Money { minor: minor.min(whole.minor), ..whole }),
        None => None,
    };
    OfferSum {
        net: net.then_some(settled.totals.net),
        goods: sums.goods,
        off: Some(sums.off).filter(|off| !off.is_zero()),
        delivery: settled.delivery.as_ref().map(|d| if net { d.net } else { d.gross }),
        delivery_name: settled.delivery.as_ref().map(|d| d.name.clone()).unwrap_or_default(),
        vat: settled.totals.by_rate.iter().map(|t| OfferVat { rate: t.rate, vat: t.vat }).collect(),
        total: whole,
        deposit,
        note: if settled.treatment == Treatment::Domestic { String::new() } else { settled.treatment.note() },
        seen: whole.minor.to_string(),
    }
}

/// The two languages of a translated offer, and the way to the other one.
fn translated(visit: &Visit, found: &Page) -> Option<OfferTranslated> {
    let (drawn, original) = (&found.version.drawn, found.version.original.as_ref()?);
    let is_original = visit.locale == original.locale;
    let other = if is_original { drawn.locale } else { original.locale };
    // Whoever looks from the office looks at the other language so, too.
    let look = if visit.query.has("look") { "?look=1" } else { "" };
    let place = visit.path.split('/').nth(2).unwrap_or("offer");
    let url = format!("/{other}/{place}/{}{look}", visit.part);
    Some(OfferTranslated { from: original.locale, to: drawn.locale, is_original, unread: drawn.unread, url })
}

fn terms(site: &Site, visit: &Visit, found: &Page) -> Vec<OfferTerm> {
    let terms = &found.version.said_in(visit.locale).terms;
    let all = [("delivery", &terms.delivery), ("payment", &terms.payment), ("validity", &terms.validity)];
    let term = |(code, text): (&str, &String)| OfferTerm { code: code.into(), text: paragraphs(text) };
    let mut all: Vec<OfferTerm> = all.into_iter().map(term).filter(|t| !t.text.is_empty()).collect();
    if found.version.original.is_some() {
        let text = vec![site.stage().text(visit.locale, "offers.sheet.prevails", &[])];
        all.push(OfferTerm { code: "language".into(), text });
    }
    all
}

fn question(q: &vitrina::offers::Question) -> OfferQuestion {
    OfferQuestion { about: q.about.clone(), question: q.question.clone(), answer: q.answer.clone(), at: q.at }
}

async fn accepted(site: &Site, visit: &Visit, found: &Page, own: &str) -> Result<Option<OfferAccepted>, Fault> {
    let Some(accepted) = &found.acceptance else { return Ok(None) };
    let order = match found.offer.order {
        Some(order) => Some(vitrina::sales::placed(site.app().reader(), order).await?.token),
        None => None,
    };
    Ok(Some(OfferAccepted {
        name: accepted.name.clone(),
        at: accepted.at,
        order: order.map(|token| visit.url(&format!("order/{token}"))),
        pdf: accepted.pdf.as_ref().map(|_| format!("{own}/certificate.pdf")),
    }))
}

fn form(site: &Site, visit: &Visit, found: &Page) -> OfferForm {
    let (drawn, f) = (&found.version.drawn, &visit.form);
    let old = |name: &str, known: &str| if f.has(name) { f.get(name).to_owned() } else { known.to_owned() };
    let b = &drawn.buyer;
    let brought = drawn.delivery.as_ref().is_some_and(|d| d.kind != DeliveryKind::Pickup.as_str());
    let chosen = f.get("payment").parse().unwrap_or(Payment::BankTransfer);
    let choice = |p: &Payment| PaymentChoice { code: p.as_str().to_owned(), chosen: *p == chosen };
    OfferForm {
        name: old("name", ""),
        role: old("role", ""),
        needs_address: brought && (b.street.is_empty() || b.city.is_empty() || b.postcode.is_empty()),
        street: old("street", &b.street),
        city: old("city", &b.city),
        post_code: old("postcode", &b.postcode),
        phone: old("phone", &b.phone),
        payments: flows::checkout::ways(site.app()).iter().map(choice).collect(),
        version: found.version.n,
        hash: found.version.hash.clone(),
        key: token::random(site.app().entropy()),
    }
}

/// Asked for by a page that is rendered, by nothing that only reads its source.
pub async fn seen(site: Site, visit: Visit) -> Answer {
    flows::offers::saw(site.app(), &visit.actor(), &visit.part).await?;
    Ok(Response::builder().content_type("text/css; charset=utf-8").header("cache-control", "no-store").body(""))
}

/// From a row into the shop; the history learns of it.
pub async fn go(site: Site, visit: Visit) -> Answer {
    let item = visit.path.rsplit('/').next().and_then(|id| id.parse().ok()).ok_or_else(|| Fault::not_found("page.not_found"))?;
    let page = flows::offers::opened(site.app(), &visit.actor(), &visit.part, item).await?;
    Ok(render::see_other(&visit.url(&page)))
}

fn asking(visit: &Visit) -> Asking {
    let f = &visit.form;
    Asking {
        item: f.get("item").parse().ok(),
        text: f.get("question").to_owned(),
        address: visit.address.clone(),
        key: f.get("key").to_owned(),
    }
}

pub async fn ask(site: Site, visit: Visit) -> Answer {
    done(&site, &visit, flows::offers::ask(site.app(), &visit.actor(), &visit.part, asking(&visit)).await, "asked").await
}

pub async fn again(site: Site, visit: Visit) -> Answer {
    done(&site, &visit, flows::offers::want_again(site.app(), &visit.actor(), &visit.part, asking(&visit)).await, "again").await
}

pub async fn decline(site: Site, visit: Visit) -> Answer {
    let f = &visit.form;
    let refusal = Refusal { reason: f.get("reason").to_owned(), note: f.get("note").to_owned(), address: visit.address.clone() };
    done(&site, &visit, flows::offers::decline(site.app(), &visit.actor(), &visit.part, refusal).await, "declined").await
}

/// Back to the page, which says what happened or what is wrong.
async fn done(site: &Site, visit: &Visit, outcome: Result<(), Fault>, what: &str) -> Answer {
    match outcome {
        Ok(()) => Ok(render::see_other(&format!("{}?{what}=1", base(visit)))),
        Err(fault) if matches!(fault.kind, Kind::Invalid | Kind::Conflict | Kind::TooMany) => {
            let found = flows::offers::page(site.app(), &visit.part, None).await?;
            view(site, visit, found, Some(&fault)).await
        }
        Err(fault) => Err(fault),
    }
}

pub async fn pdf(site: Site, visit: Visit) -> Answer {
    Ok(file(flows::offers::pdf_by_link(site.app(), &visit.part).await?))
}

pub async fn certificate(site: Site, visit: Visit) -> Answer {
    Ok(file(flows::offers::certificate(site.app(), &visit.part).await?))
}
