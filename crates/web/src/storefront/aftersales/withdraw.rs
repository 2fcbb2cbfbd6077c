//! Withdrawing from a contract in two steps (Directive 2011/83/EU art. 11a): what is declared, and all of it
//! once more with one button. No reason is asked, nobody has to sign in, and what comes late or is about
//! goods made to measure is taken down all the same.

use poem::http::StatusCode;
use vitrina::{
    aftersales::{self, Kind, Problem, Remedy},
    flows::{
        self,
        aftersales::{Chosen, Form, Returnable, Whose},
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
        pages::{Hidden, WithdrawCheckPage, WithdrawForm, WithdrawOrderPage, WithdrawPage},
        visit::Visit,
    },
};

const KEY: &str = "cases.withdraw.title";

/// For whoever has no link at hand.
pub async fn show(site: Site, visit: Visit) -> Answer {
    let mut form = WithdrawForm::default();
    if let Some(party) = visit.party() {
        let me = parties::myself(site.app().reader(), party).await?;
        (form.name, form.email) = (me.name, me.email.unwrap_or_default());
    }
    guest_page(&site, &visit, form, None).await
}

pub async fn send(site: Site, visit: Visit) -> Answer {
    let form = typed(&visit);
    let mut slips = Vec::new();
    let missing = |field: &'static str| Fault::from(aftersales::Fault::Missing { field });
    if form.name.is_empty() {
        slips.push(missing("name"));
    }
    if form.order.is_empty() && form.text.is_empty() {
        slips.push(missing("order"));
    }
    slips.extend(lines::reachable(&visit.form, "email").err());
    if let Some(fault) = Fault::gather(slips) {
        return guest_page(&site, &visit, form, Some(&fault)).await;
    }
    match visit.form.get("step") {
        "edit" => guest_page(&site, &visit, form, None).await,
        "confirm" => {
            let whose = Whose::Typed(form.order.clone());
            match flows::aftersales::declare(site.app(), &visit.actor(), declaration(&visit, &form, (whose, Vec::new()))).await {
                Ok(received) => done(&site, &visit, received, (&form, Beside::default())).await,
                Err(fault) if lines::is_slip(&fault) => guest_page(&site, &visit, form, Some(&fault)).await,
                Err(fault) => Err(fault),
            }
        }
        _ => check(&site, &visit, form, None).await,
    }
}

async fn guest_page(site: &Site, visit: &Visit, form: WithdrawForm, fault: Option<&Fault>) -> Answer {
    let mut page = frame::private(site, visit, &site.stage().text(visit.locale, KEY, &[])).await?;
    if let Some(fault) = fault {
        page = lines::said(page, site.stage(), fault);
    }
    let view = WithdrawPage { page, orders: own_orders(site, visit, "withdraw").await?, form, key: key(site, visit) };
    let html = site.stage().render("storefront/withdraw", visit.locale, &view)?;
    Ok(render::html(fault.map_or(StatusCode::OK, faults::status), html, "no-store"))
}

/// For whoever holds the order's link.
pub async fn of_order(site: Site, visit: Visit) -> Answer {
    let order = flows::aftersales::returnable(site.app(), &visit.part).await?;
    let form = WithdrawForm { name: order.name.clone(), email: order.email.clone(), ..WithdrawForm::default() };
    order_page(&site, &visit, &order, (form, None)).await
}

pub async fn send_of_order(site: Site, visit: Visit) -> Answer {
    let order = flows::aftersales::returnable(site.app(), &visit.part).await?;
    let form = WithdrawForm { order: order.number.clone(), ..typed(&visit) };
    let mut slips = Vec::new();
    let chosen = lines::chosen(&order.goods, &visit.form, &mut slips);
    if form.name.is_empty() {
        slips.push(aftersales::Fault::Missing { field: "name" }.into());
    }
    slips.extend(lines::reachable(&visit.form, "email").err());
    let confirmed = visit.form.get("step") == "confirm";
    if let Some(fault) = Fault::gather(slips) {
        return order_page(&site, &visit, &order, (form, Some(&fault))).await;
    }
    if visit.form.get("step") == "edit" {
        return order_page(&site, &visit, &order, (form, None)).await;
    }
    if !confirmed {
        return check(&site, &visit, form, Some((&order, &chosen))).await;
    }
    let goods = lines::checked(&order.goods, &chosen);
    let beside = Beside { over: order.period.over, excepted: goods.iter().any(|g| g.excepted) };
    let whose = Whose::Link(visit.part.clone());
    match flows::aftersales::declare(site.app(), &visit.actor(), declaration(&visit, &form, (whose, chosen.clone()))).await {
        Ok(received) => done(&site, &visit, received, (&form, beside)).await,
        Err(fault) if lines::is_slip(&fault) => {
            let fault = lines::by_line(fault, &chosen);
            // Somebody else may have declared it meanwhile.
            let order = flows::aftersales::returnable(site.app(), &visit.part).await?;
            order_page(&site, &visit, &order, (form, Some(&fault))).await
        }
        Err(fault) => Err(fault),
    }
}

async fn order_page(site: &Site, visit: &Visit, order: &Returnable, (form, fault): (WithdrawForm, Option<&Fault>)) -> Answer {
    let mut page = frame::private(site, visit, &site.stage().text(visit.locale, KEY, &[])).await?;
    if let Some(fault) = fault {
        page = lines::said(page, site.stage(), fault);
    }
    // All that can be withdrawn from; what was made to the customer's choice is theirs to tick.
    let mut lines = lines::shown(&order.goods, &visit.form, |g| !g.excepted);
    lines::mark(&mut lines, &page);
    let view = WithdrawOrderPage {
        page,
        number: order.number.clone(),
        lines,
        until: order.period.until,
        over: order.period.over,
        form,
        key: key(site, visit),
        url: visit.url(&format!("order/{}/withdraw", visit.part)),
        back: visit.url(&format!("order/{}", visit.part)),
    };
    let html = site.stage().render("storefront/withdraw_order", visit.locale, &view)?;
    Ok(render::html(fault.map_or(StatusCode::OK, faults::status), html, "no-store"))
}

/// The second step: everything that will be declared, and the button that declares it.
async fn check(site: &Site, visit: &Visit, form: WithdrawForm, of: Option<(&Returnable, &Vec<Chosen>)>) -> Answer {
    let page = frame::private(site, visit, &site.stage().text(visit.locale, "cases.withdraw.check", &[])).await?;
    let mut fields =
        vec![("key".to_owned(), key(site, visit)), ("name".into(), form.name.clone()), ("email".into(), form.email.clone())];
    match of {
        None => fields.extend([("order".to_owned(), form.order.clone()), ("text".into(), form.text.clone())]),
        Some((_, chosen)) => {
            for c in chosen {
                fields.push(("line".into(), c.line.to_string()));
                fields.push((format!("qty.{}", c.line), lines::plain(c.qty)));
            }
        }
    }
    let view = WithdrawCheckPage {
        page,
        goods: of.map(|(order, chosen)| lines::checked(&order.goods, chosen)).unwrap_or_default(),
        over: of.is_some_and(|(order, _)| order.period.over),
        fields: fields.into_iter().map(|(name, value)| Hidden { name, value }).collect(),
        url: visit.path.clone(),
        form,
    };
    Ok(render::html(StatusCode::OK, site.stage().render("storefront/withdraw_check", visit.locale, &view)?, "no-store"))
}

fn typed(visit: &Visit) -> WithdrawForm {
    let text = |name: &str| visit.form.get(name).to_owned();
    WithdrawForm { name: text("name"), order: text("order"), email: text("email"), text: text("text") }
}

fn declaration(visit: &Visit, form: &WithdrawForm, (whose, chosen): (Whose, Vec<Chosen>)) -> Form {
    Form {
        kind: Kind::Withdrawal,
        problem: Problem::None,
        wish: Remedy::Refund,
        whose,
        chosen,
        name: form.name.clone(),
        email: form.email.clone(),
        phone: String::new(),
        text: form.text.clone(),
        locale: visit.locale,
        origin: Origin::Shop,
        files: Vec::new(),
        trap: visit.form.get("website").to_owned(),
        address: visit.address.clone(),
        key: visit.form.get("key").to_owned(),
    }
}
