//! The page that tells what became of a declaration, for whoever holds its link.

use poem::{Response, http::StatusCode};
use vitrina::{
    aftersales::{Author, Case, CaseFile, EventView, Item, Kind, MOST, Message, Outcome, PaperKind, Purpose, State, Step},
    flows::{
        self,
        aftersales::{CasePage as Found, Rating, Words},
    },
    kernel::{CaseFileId, CasePaperId, Fault, OrderId},
    sales,
};

use super::{Answer, key, lines};
use crate::{
    faults,
    files::{evidence, file},
    render,
    site::Site,
    storefront::{
        frame,
        pages::{
            CaseAttachment, CaseDecision, CaseDeclared, CaseMay, CaseMessage, CaseOutcome, CasePage, CasePaper, CaseStep,
            CheckedGoods, Flash,
        },
        visit::Visit,
    },
    urls,
};

/// A picture beside words.
const SMALL: u32 = 320;

pub async fn show(site: Site, visit: Visit) -> Answer {
    view(&site, &visit, (false, None)).await
}

/// What the customer does with the case, one form each.
pub async fn act(site: Site, mut visit: Visit) -> Answer {
    let (app, actor, token) = (site.app(), visit.actor(), visit.part.clone());
    let lost = !visit.uploads.is_empty() || !visit.slips.is_empty();
    let text = |visit: &Visit, name: &str| visit.form.get(name).to_owned();
    let (done, told) = match visit.form.get("do") {
        "back" => (flows::aftersales::take_back(app, &actor, &token).await, "back"),
        "sent" => {
            let (carrier, tracking) = (text(&visit, "carrier"), text(&visit, "tracking"));
            (flows::aftersales::dispatched(app, &actor, &token, (&carrier, &tracking)).await, "sent")
        }
        "rate" => {
            let stars = visit.form.get("rating").parse().unwrap_or(0);
            let rating = Rating { stars, note: text(&visit, "note") };
            (flows::aftersales::rate(app, &actor, &token, rating).await, "rated")
        }
        _ => match Fault::gather(std::mem::take(&mut visit.slips)) {
            Some(fault) => (Err(fault), "wrote"),
            None => {
                let (message, photos) = (text(&visit, "message"), lines::photos(&mut visit));
                let (address, key) = (visit.address.clone(), visit.form.owned("key"));
                let words = Words { text: message, files: photos, address, key };
                (flows::aftersales::write(app, &actor, &token, words).await, "wrote")
            }
        },
    };
    match done {
        Ok(()) => Ok(render::see_other(&urls::with(&visit.url(&format!("case/{token}")), &[("told", told)]))),
        Err(fault) if lines::is_slip(&fault) => view(&site, &visit, (lost, Some(&fault))).await,
        Err(fault) => Err(fault),
    }
}

async fn view(site: &Site, visit: &Visit, (lost, fault): (bool, Option<&Fault>)) -> Answer {
    let found = flows::aftersales::page(site.app(), &visit.part).await?;
    let case = &found.case;
    let title = format!("cases.page.title.{}", case.kind.as_str());
    let title = site.stage().text(visit.locale, &title, &[("number", case.number.clone())]);
    let mut page = frame::private(site, visit, &title).await?;
    if let Some(fault) = fault {
        page = lines::said(page, site.stage(), fault);
    }
    let told = visit.query.get("told");
    if ["wrote", "sent", "rated", "back"].contains(&told) {
        let text = site.stage().text(visit.locale, &format!("cases.page.told.{told}"), &[]);
        page.flash.push(Flash { tone: "good".into(), text });
    }
    let own = visit.url(&format!("case/{}", visit.part));
    let at = |f: &CaseFile| attachment(&own, f);
    let of = |purpose: Purpose| found.files.iter().filter(move |f| f.purpose == purpose);
    let over = !case.state.is_open();
    let withdrawn = case.state == State::Withdrawn;
    let view = CasePage {
        number: case.number.clone(),
        withdrawal: case.kind == Kind::Withdrawal,
        state: case.state.as_str().into(),
        order: found.order_number.clone().unwrap_or_else(|| case.words.order_number.clone()),
        declared: CaseDeclared {
            files: of(Purpose::Evidence).filter(|f| f.message.is_none()).map(at).collect(),
            ..declared(case, &found.items)
        },
        answer_by: case.answer_by,
        answered: case.answered_at.is_some(),
        refund_by: case.refund_by.filter(|_| case.owes_money()),
        story: story(case, &found.events),
        messages: found.messages.iter().map(|m| message(m, &found.files, &own)).collect(),
        decision: decision(case),
        instructions: case.instructions.clone(),
        labels: of(Purpose::Label).map(at).collect(),
        carrier: case.carrier.clone(),
        tracking: case.tracking.clone(),
        papers: papers(&found, &own),
        outcomes: outcomes(site, &found.outcomes).await?,
        may: CaseMay {
            write: !withdrawn,
            send: case.state.may(Step::Dispatch) || case.state == State::InTransit,
            take_back: case.state.may(Step::TakeBack),
            rate: over && !withdrawn,
        },
        rating: case.rating.unwrap_or_default(),
        rating_note: case.rating_note.clone(),
        message: visit.form.get("message").to_owned(),
        photos_lost: lost,
        most: MOST,
        key: key(site, visit),
        url: own.clone(),
        page,
    };
    let html = site.stage().render("storefront/case", visit.locale, &view)?;
    Ok(render::html(fault.map_or(StatusCode::OK, faults::status), html, "no-store"))
}

fn declared(case: &Case, items: &[Item]) -> CaseDeclared {
    let goods = |i: &Item| CheckedGoods {
        title: i.title.clone(),
        variant: i.variant_name.clone(),
        picture_hash: i.picture_hash.clone(),
        qty: i.qty,
        unit: i.unit.clone(),
        excepted: i.excepted,
    };
    CaseDeclared {
        at: case.declared_at,
        name: case.words.name.clone(),
        email: case.words.email.clone(),
        goods: items.iter().map(goods).collect(),
        text: case.words.text.clone(),
        problem: case.problem.as_str().into(),
        wish: case.wish.as_str().into(),
        files: Vec::new(),
        late: case.late,
        hash: case.hash.clone(),
    }
}

/// What happened, and the next thing that will. How a case was found for an order is the shop's affair.
fn story(case: &Case, events: &[EventView]) -> Vec<CaseStep> {
    let step = |e: &EventView| CaseStep { code: e.step.clone(), at: Some(e.at) };
    let mut story: Vec<_> = events.iter().filter(|e| e.step != "link").map(step).collect();
    let coming = match case.state {
        State::Submitted | State::InfoRequested => "answer",
        State::Approved | State::LabelSent => "goods",
        State::InTransit => "receive",
        State::Received => "inspect",
        State::Inspected => "resolve",
        _ => return story,
    };
    story.push(CaseStep { code: format!("coming_{coming}"), at: None });
    story
}

fn message(m: &Message, files: &[CaseFile], own: &str) -> CaseMessage {
    CaseMessage {
        mine: m.author == Author::Customer,
        sender: m.sender.clone(),
        at: m.at,
        locale: m.locale,
        text: m.text.clone(),
        files: files.iter().filter(|f| f.message == Some(m.id)).map(|f| attachment(own, f)).collect(),
    }
}

fn decision(case: &Case) -> Option<CaseDecision> {
    Some(CaseDecision {
        approved: case.reason.is_empty() && case.state != State::Rejected,
        text: case.decision.clone(),
        reason: case.reason.clone(),
        at: case.answered_at?,
    })
}

fn papers(found: &Found, own: &str) -> Vec<CasePaper> {
    let kind = found.case.kind.as_str();
    let paper = |p: &vitrina::aftersales::Issued| CasePaper {
        title: match p.kind {
            PaperKind::Declaration => format!("aftersales.paper.declaration.{kind}"),
            other => format!("aftersales.paper.{}.title", other.as_str()),
        },
        number: p.number.clone(),
        at: p.at,
        url: p.pdf.as_ref().map(|_| format!("{own}/papers/{}.pdf", p.id)).unwrap_or_default(),
    };
    found.papers.iter().map(paper).collect()
}

async fn outcomes(site: &Site, outcomes: &[Outcome]) -> Result<Vec<CaseOutcome>, Fault> {
    let orders: Vec<OrderId> = outcomes.iter().filter_map(|o| o.order).collect();
    let numbers = if orders.is_empty() { Vec::new() } else { sales::numbers(site.app().reader(), &orders).await? };
    let number = |id: Option<OrderId>| numbers.iter().find(|(order, _)| Some(*order) == id).map(|(_, number)| number.clone());
    let view = |o: &Outcome| CaseOutcome {
        remedy: o.remedy.as_str().into(),
        amount: o.amount,
        document: o.document_number.clone(),
        order: number(o.order).unwrap_or_default(),
        at: o.at,
    };
    Ok(outcomes.iter().map(view).collect())
}

fn attachment(own: &str, f: &CaseFile) -> CaseAttachment {
    let url = format!("{own}/files/{}", f.id);
    CaseAttachment {
        name: f.name.clone(),
        small: if f.is_picture() { format!("{url}/small") } else { String::new() },
        kind: f.mime.rsplit('/').next().unwrap_or_default().to_uppercase(),
        url,
    }
}

/// A file of the case that its customer may see: `files/ID`, or a small picture of it as `files/ID/small`.
pub async fn one_file(site: Site, visit: Visit) -> Answer {
    let lost = || Fault::not_found("page.not_found");
    let mut rest = visit.path.split("/files/").nth(1).ok_or_else(lost)?.split('/');
    let id: CaseFileId = rest.next().unwrap_or_default().parse().map_err(|_| lost())?;
    let found = flows::aftersales::page(site.app(), &visit.part).await?;
    let wanted = found.files.iter().find(|f| f.id == id).ok_or_else(lost)?;
    match rest.next() {
        None => Ok(evidence(flows::aftersales::file_by_link(site.app(), &visit.part, id).await?)),
        Some("small") if wanted.is_picture() => {
            let bytes = flows::aftersales::picture(site.app(), wanted, SMALL).await?;
            let answer = Response::builder().content_type("image/webp").header("x-content-type-options", "nosniff");
            Ok(answer.header("cache-control", "private, no-store").body(bytes))
        }
        Some(_) => Err(lost()),
    }
}

/// A paper of the case: `papers/ID.pdf`.
pub async fn paper(site: Site, visit: Visit) -> Answer {
    let lost = || Fault::not_found("page.not_found");
    let name = visit.path.rsplit('/').next().unwrap_or_default();
    let id: CasePaperId = name.strip_suffix(".pdf").ok_or_else(lost)?.parse().map_err(|_| lost())?;
    Ok(file(flows::aftersales::paper_by_link(site.app(), &visit.part, id).await?))
}
