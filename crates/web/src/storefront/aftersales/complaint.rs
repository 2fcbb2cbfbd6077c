//! Something is wrong with what was bought: three ways to the same record.

use poem::http::StatusCode;
use vitrina::{
    aftersales::{self, Kind, MOST, Problem, Remedy},
    flows::{
        self,
        aftersales::{Chosen, Form, LinkWish, Returnable, Upload, Whose},
    },
    kernel::{Fault, Origin},
    parties,
};

use super::{Answer, Beside, done, key, lines, own_orders};
use crate::{
    faults, render,
    site::Site,
    storefront::{
        frame,
        pages::{CaseChoice, ComplaintOrderPage, ComplaintPage, ComplaintWords, WithdrawForm},
        visit::Visit,
    },
    urls,
};

const KEY: &str = "cases.complaint.title";

pub async fn show(site: Site, visit: Visit) -> Answer {
    let mut form = WithdrawForm::default();
    if let Some(party) = visit.party() {
        let me = parties::myself(site.app().reader(), party).await?;
        (form.name, form.email) = (me.name, me.email.unwrap_or_default());
    }
    page(&site, &visit, form, (false, None)).await
}

pub async fn send(site: Site, mut visit: Visit) -> Answer {
    if visit.form.get("do") == "link" {
        return send_link(&site, &visit).await;
    }
    let lost = !visit.uploads.is_empty() || !visit.slips.is_empty();
    let form = typed(&visit);
    let mut slips = Vec::new();
    if form.name.is_empty() {
        slips.push(aftersales::Fault::Missing { field: "name" }.into());
    }
    slips.extend(lines::reachable(&visit.form, "email").err());
    let (problem, wish) = words_of(&visit, &mut slips);
    slips.append(&mut visit.slips);
    if let Some(fault) = Fault::gather(slips) {
        return page(&site, &visit, form, (lost, Some(&fault))).await;
    }
    let photos = lines::photos(&mut visit);
    let whose = Whose::Typed(form.order.clone());
    let declared = declaration(&visit, &form, (whose, Vec::new()), (problem, wish, photos));
    match flows::aftersales::declare(site.app(), &visit.actor(), declared).await {
        Ok(received) => done(&site, &visit, received, (&form, Beside::default())).await,
        Err(fault) if lines::is_slip(&fault) => page(&site, &visit, form, (lost, Some(&fault))).await,
        Err(fault) => Err(fault),
    }
}

/// The way to the order by letter. What the page says is the same whether an order fits or not.
async fn send_link(site: &Site, visit: &Visit) -> Answer {
    let text = |name: &str| visit.form.get(name).to_owned();
    let wish = LinkWish { number: text("number"), email: text("address"), locale: visit.locale, address: visit.address.clone() };
    let mut slips = Vec::new();
    if wish.number.is_empty() {
        slips.push(aftersales::Fault::Missing { field: "number" }.into());
    }
    slips.extend(lines::reachable(&visit.form, "address").err());
    let sent = match Fault::gather(slips) {
        Some(fault) => Err(fault),
        None => flows::aftersales::send_link(site.app(), wish).await,
    };
    match sent {
        Ok(()) => Ok(render::see_other(&urls::with(&visit.url("complaint"), &[("sent", "1")]))),
        Err(fault) if lines::is_slip(&fault) => page(site, visit, WithdrawForm::default(), (false, Some(&fault))).await,
        Err(fault) => Err(fault),
    }
}

async fn page(site: &Site, visit: &Visit, form: WithdrawForm, (lost, fault): (bool, Option<&Fault>)) -> Answer {
    let mut page = frame::private(site, visit, &site.stage().text(visit.locale, KEY, &[])).await?;
    if let Some(fault) = fault {
        page = lines::said(page, site.stage(), fault);
    }
    let view = ComplaintPage {
        page,
        orders: own_orders(site, visit, "complaint").await?,
        number: visit.form.get("number").to_owned(),
        address: visit.form.get("address").to_owned(),
        sent: visit.query.has("sent"),
        words: words(visit, lost),
        form,
        key: key(site, visit),
    };
    let html = site.stage().render("storefront/complaint", visit.locale, &view)?;
    Ok(render::html(fault.map_or(StatusCode::OK, faults::status), html, "no-store"))
}

/// For whoever holds the order's link.
pub async fn of_order(site: Site, visit: Visit) -> Answer {
    let order = flows::aftersales::returnable(site.app(), &visit.part).await?;
    order_page(&site, &visit, &order, (false, None)).await
}

pub async fn send_of_order(site: Site, mut visit: Visit) -> Answer {
    let order = flows::aftersales::returnable(site.app(), &visit.part).await?;
    let lost = !visit.uploads.is_empty() || !visit.slips.is_empty();
    let mut slips = Vec::new();
    let chosen = lines::chosen(&order.goods, &visit.form, &mut slips);
    let (problem, wish) = words_of(&visit, &mut slips);
    slips.append(&mut visit.slips);
    if let Some(fault) = Fault::gather(slips) {
        return order_page(&site, &visit, &order, (lost, Some(&fault))).await;
    }
    let photos = lines::photos(&mut visit);
    let form = WithdrawForm { email: order.email.clone(), text: visit.form.get("text").to_owned(), ..WithdrawForm::default() };
    let silent = WithdrawForm { email: String::new(), ..form.clone() };
    let declared = declaration(&visit, &silent, (Whose::Link(visit.part.clone()), chosen.clone()), (problem, wish, photos));
    match flows::aftersales::declare(site.app(), &visit.actor(), declared).await {
        Ok(received) => done(&site, &visit, received, (&form, Beside::default())).await,
        Err(fault) if lines::is_slip(&fault) => {
            let fault = lines::by_line(fault, &chosen);
            // Somebody else may have declared it meanwhile.
            let order = flows::aftersales::returnable(site.app(), &visit.part).await?;
            order_page(&site, &visit, &order, (lost, Some(&fault))).await
        }
        Err(fault) => Err(fault),
    }
}

async fn order_page(site: &Site, visit: &Visit, order: &Returnable, (lost, fault): (bool, Option<&Fault>)) -> Answer {
    let mut page = frame::private(site, visit, &site.stage().text(visit.locale, KEY, &[])).await?;
    if let Some(fault) = fault {
        page = lines::said(page, site.stage(), fault);
    }
    let only = order.goods.len() == 1;
    let wanted = visit.query.get("line");
    let mut lines = lines::shown(&order.goods, &visit.form, |g| only || g.line.to_string() == wanted);
    lines::mark(&mut lines, &page);
    let view = ComplaintOrderPage {
        page,
        number: order.number.clone(),
        lines,
        words: words(visit, lost),
        email: order.email.clone(),
        key: key(site, visit),
        url: visit.url(&format!("order/{}/complaint", visit.part)),
        back: visit.url(&format!("order/{}", visit.part)),
    };
    let html = site.stage().render("storefront/complaint_order", visit.locale, &view)?;
    Ok(render::html(fault.map_or(StatusCode::OK, faults::status), html, "no-store"))
}

/// What is wrong and what would help, as they were chosen; what is missing is noted.
fn words_of(visit: &Visit, slips: &mut Vec<Fault>) -> (Problem, Remedy) {
    let form = &visit.form;
    let problem = form.get("problem").parse().ok().filter(|p| Problem::ASKED.contains(p));
    let wish = form.get("wish").parse().ok().filter(|w| Remedy::ASKED.contains(w));
    if problem.is_none() {
        slips.push(aftersales::Fault::Choose { field: "problem" }.into());
    }
    if wish.is_none() {
        slips.push(aftersales::Fault::Choose { field: "wish" }.into());
    }
    if form.get("text").is_empty() {
        slips.push(aftersales::Fault::Missing { field: "text" }.into());
    }
    (problem.unwrap_or(Problem::Other), wish.unwrap_or(Remedy::None))
}

fn words(visit: &Visit, photos_lost: bool) -> ComplaintWords {
    let choice = |code: &str, field: &str| CaseChoice { code: code.into(), chosen: visit.form.get(field) == code };
    ComplaintWords {
        problems: Problem::ASKED.iter().map(|p| choice(p.as_str(), "problem")).collect(),
        wishes: Remedy::ASKED.iter().map(|w| choice(w.as_str(), "wish")).collect(),
        text: visit.form.get("text").to_owned(),
        photos_lost,
        most: MOST,
    }
}

fn typed(visit: &Visit) -> WithdrawForm {
    let text = |name: &str| visit.form.get(name).to_owned();
    WithdrawForm { name: text("name"), order: text("order"), email: text("email"), text: text("text") }
}

fn declaration(
    visit: &Visit,
    form: &WithdrawForm,
    (whose, chosen): (Whose, Vec<Chosen>),
    (problem, wish, files): (Problem, Remedy, Vec<Upload>),
) -> Form {
    Form {
        kind: Kind::Complaint,
        problem,
        wish,
        whose,
        chosen,
        name: form.name.clone(),
        email: form.email.clone(),
        phone: String::new(),
        text: form.text.clone(),
        locale: visit.locale,
        origin: Origin::Shop,
        files,
        trap: visit.form.get("website").to_owned(),
        address: visit.address.clone(),
        key: visit.form.get("key").to_owned(),
    }
}
