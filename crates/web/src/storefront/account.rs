//! The customer's own pages: signing in by a link or a password, orders, details.

use poem::{Response, http::StatusCode};
use vitrina::{
    access,
    flows::{
        self,
        accounts::{LinkRequest, SignIn},
    },
    kernel::{Fault, Kind, PartyId},
    parties, sales,
};

use super::{
    aftersales,
    checkout::countries,
    frame,
    pages::{AccountPage, ContactForm, DetailsForm, DetailsPage, Flash, OrderRow, SignInPage},
    visit::Visit,
};
use crate::{faults, render, site::Site, urls};

type Answer = Result<Response, Fault>;

/// What the shop knows of a signed-in customer, for the checkout's first step.
///
/// # Faults
/// Whatever the database says.
pub async fn fill(site: &Site, party: PartyId, form: &mut ContactForm) -> Result<(), Fault> {
    let me = parties::myself(site.app().reader(), party).await?;
    form.name = me.name;
    form.email = me.email.unwrap_or_default();
    form.phone = me.phone.unwrap_or_default();
    form.company = me.company.unwrap_or_default();
    form.as_company = !form.company.is_empty();
    form.company_code = me.company_code.unwrap_or_default();
    form.vat_code = me.vat_code.unwrap_or_default();
    if let Some(last) = me.addresses.into_iter().next() {
        form.street = last.street;
        form.city = last.city;
        form.post_code = last.postcode;
        form.country = last.country;
    }
    Ok(())
}

pub async fn sign_in_form(site: Site, visit: Visit) -> Answer {
    if visit.session.is_some() {
        return Ok(render::see_other(&visit.url("account")));
    }
    // A link from a letter: entering takes one more click, so that a mail scanner does not use it up.
    let token = visit.query.owned("token");
    let sent = visit.query.has("sent");
    sign_in_page(&site, &visit, visit.query.get("email").to_owned(), (sent, token), None).await
}

async fn sign_in_page(
    site: &Site,
    visit: &Visit,
    email: String,
    (sent, token): (bool, Option<String>),
    fault: Option<&Fault>,
) -> Answer {
    let title = site.stage().text(visit.locale, "account.sign_in", &[]);
    let mut page = frame::private(site, visit, &title).await?;
    let mut status = StatusCode::OK;
    if let Some(fault) = fault {
        page = page.with_faults(site.stage(), fault);
        status = faults::status(fault);
    }
    let html = site.stage().render("storefront/sign_in", visit.locale, &SignInPage { page, email, sent, token })?;
    Ok(render::html(status, html, "no-store"))
}

pub async fn sign_in(site: Site, visit: Visit) -> Answer {
    let email = visit.form.get("email").to_owned();
    let came = if let Some(token) = visit.form.opt("token") {
        flows::accounts::use_link(site.app(), token, &visit.agent).await
    } else if visit.form.get("way") == "password" {
        let form = SignIn {
            email: email.clone(),
            password: visit.form.get("password").to_owned(),
            address: visit.address.clone(),
            agent: visit.agent.clone(),
        };
        flows::accounts::sign_in(site.app(), form).await
    } else {
        let request = LinkRequest {
            email: email.clone(),
            locale: visit.locale,
            goto: None,
            page: format!("{}?token=", visit.url("account/sign-in")),
            address: visit.address.clone(),
        };
        match flows::accounts::request_link(site.app(), request).await {
            Ok(()) => {
                let url = urls::with(&visit.url("account/sign-in"), &[("sent", "1"), ("email", &email)]);
                return Ok(render::see_other(&url));
            }
            Err(fault) => Err(fault),
        }
    };
    match came {
        Ok(signed) => {
            let own = signed.goto.as_deref().unwrap_or_default();
            let fallback = visit.url("account");
            let url = urls::own(own, &visit.url(""), &fallback).to_owned();
            Ok(visit.with_cookie(render::see_other(&url), visit.cart(), Some(&signed.session.token)))
        }
        Err(fault) if matches!(fault.kind, Kind::Bug | Kind::Unavailable) => Err(fault),
        Err(fault) => sign_in_page(&site, &visit, email, (false, None), Some(&fault)).await,
    }
}

pub async fn sign_out(site: Site, visit: Visit) -> Answer {
    if let Some(login) = visit.login() {
        flows::accounts::sign_out(site.app(), &visit.actor(), login).await?;
    }
    Ok(visit.with_cookie(render::see_other(&visit.url("")), visit.cart(), None))
}

pub async fn home(site: Site, visit: Visit) -> Answer {
    let (Some(party), Some(session)) = (visit.party(), &visit.session) else {
        return Ok(render::see_other(&visit.url("account/sign-in")));
    };
    flows::accounts::keep_session(site.app(), session).await?;
    let me = parties::myself(site.app().reader(), party).await?;
    let title = site.stage().text(visit.locale, "account.title", &[]);
    let page = frame::private(&site, &visit, &title).await?;
    let mut orders = Vec::new();
    for o in sales::of_party(site.app().reader(), me.id).await? {
        let (withdraw, complaint) = aftersales::ways_of(&site, &visit, &o, orders.len()).await?;
        orders.push(OrderRow {
            url: visit.url(&format!("order/{}", o.token)),
            number: o.number,
            placed_at: o.placed_at,
            state: o.state.as_str().into(),
            total: o.gross,
            picture_hash: None,
            withdraw,
            complaint,
        });
    }
    let cases = aftersales::links(&visit, flows::aftersales::own(site.app(), &visit.actor(), me.id).await?);
    let email = me.email.unwrap_or_default();
    let view = AccountPage { page, name: me.display, email, orders, cases, next_url: String::new() };
    Ok(render::html(StatusCode::OK, site.stage().render("storefront/account", visit.locale, &view)?, "no-store"))
}

pub async fn details(site: Site, visit: Visit) -> Answer {
    details_page(&site, &visit, None, None).await
}

async fn details_page(site: &Site, visit: &Visit, typed: Option<DetailsForm>, fault: Option<&Fault>) -> Answer {
    let Some(party) = visit.party() else { return Ok(render::see_other(&visit.url("account/sign-in"))) };
    let me = parties::myself(site.app().reader(), party).await?;
    let title = site.stage().text(visit.locale, "account.details", &[]);
    let mut page = frame::private(site, visit, &title).await?;
    let mut status = StatusCode::OK;
    if let Some(fault) = fault {
        page = page.with_faults(site.stage(), fault);
        status = faults::status(fault);
    }
    if visit.query.has("saved") {
        page.flash.push(Flash { tone: "good".into(), text: site.stage().text(visit.locale, "account.saved", &[]) });
    }
    let mut contact = ContactForm { country: visit.lately.channel.country.clone(), ..ContactForm::default() };
    fill(site, party, &mut contact).await?;
    let form = typed.unwrap_or_else(|| DetailsForm {
        name: contact.name.clone(),
        email: String::new(),
        phone: contact.phone.clone(),
        street: contact.street.clone(),
        city: contact.city.clone(),
        post_code: contact.post_code.clone(),
        country: contact.country.clone(),
    });
    let form = DetailsForm { email: me.email.unwrap_or_default(), ..form };
    let account = access::account(site.app().reader(), me.id).await?;
    let view = DetailsPage {
        page,
        countries: countries(site, visit, &form.country),
        has_password: account.is_some_and(|a| a.password_hash.is_some()),
        form,
    };
    Ok(render::html(status, site.stage().render("storefront/account_details", visit.locale, &view)?, "no-store"))
}

pub async fn save_details(site: Site, visit: Visit) -> Answer {
    let (Some(party), Some(session)) = (visit.party(), visit.session.clone()) else {
        return Ok(render::see_other(&visit.url("account/sign-in")));
    };
    let text = |name: &str| visit.form.get(name).to_owned();
    let saved = if visit.form.get("what") == "password" {
        flows::accounts::set_password(site.app(), &visit.actor(), &session, text("password")).await
    } else {
        let me = parties::myself(site.app().reader(), party).await?;
        let contact = parties::Contact {
            name: text("name"),
            email: me.email,
            phone: visit.form.owned("phone"),
            company: me.company,
            company_code: me.company_code,
            vat_code: me.vat_code,
            locale: visit.locale,
        };
        let address = (!text("street").is_empty()).then(|| parties::Address {
            name: text("name"),
            company: None,
            street: text("street"),
            city: text("city"),
            postcode: text("post_code"),
            country: text("country"),
            phone: visit.form.owned("phone"),
        });
        flows::accounts::edit(site.app(), &visit.actor(), contact, address).await
    };
    match saved {
        Ok(()) => Ok(render::see_other(&urls::with(&visit.url("account/details"), &[("saved", "1")]))),
        Err(fault) if matches!(fault.kind, Kind::Bug | Kind::Unavailable) => Err(fault),
        Err(fault) => {
            let form = DetailsForm {
                name: text("name"),
                phone: text("phone"),
                street: text("street"),
                city: text("city"),
                post_code: text("post_code"),
                country: text("country"),
                email: String::new(),
            };
            details_page(&site, &visit, Some(form), Some(&fault)).await
        }
    }
}
