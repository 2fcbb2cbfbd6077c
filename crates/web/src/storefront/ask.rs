//! Questions and texts: inquiry forms, contact, legal pages, accessibility.

use poem::{Response, http::StatusCode};
use vitrina::{
    content::{self, PageFound},
    flows::{self, inquiries::InquiryForm},
    kernel::{Fault, Kind, Origin, token},
    parties,
};

use super::{
    catalogue, frame,
    pages::{AskForm, AskPage, LegalPage, PlainPage},
    seo,
    visit::Visit,
};
use crate::{faults, render, site::Site, urls};

type Answer = Result<Response, Fault>;

pub async fn form(site: Site, visit: Visit) -> Answer {
    let slug = visit.query.get("product").to_owned();
    let form = AskForm { message: about_order(&site, &visit), ..AskForm::default() };
    ask_page(&site, &visit, ("storefront/ask", &slug), form, None).await
}

pub async fn contact(site: Site, visit: Visit) -> Answer {
    ask_page(&site, &visit, ("storefront/contact", ""), AskForm::default(), None).await
}

/// The beginning of a question about an order. The address may come from anywhere, so it lends
/// us nothing but a number.
fn about_order(site: &Site, visit: &Visit) -> String {
    let number = visit.query.get("order");
    let plain = (1..=32).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !plain {
        return String::new();
    }
    format!("{}\n", site.stage().text(visit.locale, "ask.about_order", &[("number", number.to_owned())]))
}

async fn ask_page(site: &Site, visit: &Visit, (template, slug): (&str, &str), form: AskForm, fault: Option<&Fault>) -> Answer {
    let key = if template.ends_with("contact") { "contact.title" } else { "ask.title" };
    let mut page = frame::of(site, visit, &site.stage().text(visit.locale, key, &[])).await?;
    let product = catalogue::asked_about(site, visit, slug).await?;
    page.noindex = template.ends_with("ask");
    if !page.noindex {
        seo::canonical(site, visit, &mut page);
    }
    let mut status = StatusCode::OK;
    if let Some(fault) = fault {
        page = page.with_faults(site.stage(), fault);
        status = faults::status(fault);
    }
    // Drawn for this form: sent twice, it is one inquiry.
    let key = match visit.form.opt("key") {
        Some(key) => key.to_owned(),
        None => token::random(site.app().entropy()),
    };
    let view = AskPage { page, product, form, sent: visit.query.has("sent"), key };
    Ok(render::html(status, site.stage().render(template, visit.locale, &view)?, "no-store"))
}

pub async fn send(site: Site, visit: Visit) -> Answer {
    let text = |name: &str| visit.form.get(name).to_owned();
    let slug = text("product");
    let product = catalogue::asked_about(&site, &visit, &slug).await?;
    let contact = parties::Contact {
        name: text("name"),
        email: visit.form.owned("email"),
        phone: visit.form.owned("phone"),
        company: None,
        company_code: None,
        vat_code: None,
        locale: visit.locale,
    };
    let inquiry = InquiryForm {
        contact,
        text: text("message"),
        customer_ref: None,
        product: product.as_ref().map(|p| p.product),
        channel: visit.lately.channel.id,
        origin: Origin::Shop,
        trap: text("website"),
        address: visit.address.clone(),
        key: text("key"),
    };
    match flows::inquiries::take(site.app(), &visit.actor(), inquiry).await {
        Ok(_) => Ok(render::see_other(&urls::with(&visit.url("ask"), &[("sent", "1"), ("product", &slug)]))),
        Err(fault) if matches!(fault.kind, Kind::Bug | Kind::Unavailable) => Err(fault),
        Err(mut fault) => {
            for field in std::iter::once(&mut fault.field).chain(fault.more.iter_mut().map(|f| &mut f.field)) {
                if field.as_deref() == Some("text") {
                    *field = Some("message".into());
                }
            }
            let form = AskForm { name: text("name"), email: text("email"), phone: text("phone"), message: text("message") };
            ask_page(&site, &visit, ("storefront/ask", &slug), form, Some(&fault)).await
        }
    }
}

pub async fn legal(site: Site, visit: Visit) -> Answer {
    let found = match content::page_by_slug(site.app().reader(), &visit.part, visit.locale).await? {
        PageFound::Here(found) => found,
        PageFound::Moved(slug) => {
            let url = visit.url(&format!("page/{slug}"));
            return Ok(Response::builder().status(StatusCode::MOVED_PERMANENTLY).header("location", url).finish());
        }
        PageFound::Unknown => return Err(Fault::not_found("page.not_found")),
    };
    let mut page = frame::of(&site, &visit, &found.title).await?;
    page.alternates = frame::alternates(&site, &visit, found.alternates.iter().cloned());
    page.description = seo::excerpt(&found.body);
    seo::canonical(&site, &visit, &mut page);
    let view = LegalPage {
        page,
        title: found.title,
        html: found.body,
        updated_at: Some(found.updated_at),
        fallback: found.fallback.then_some(found.locale),
        withdrawal: found.code == "returns",
    };
    Ok(render::html(StatusCode::OK, site.stage().render("storefront/legal", visit.locale, &view)?, "no-cache"))
}

pub async fn accessibility(site: Site, visit: Visit) -> Answer {
    // The owner's own statement wins over the theme's.
    if let Some(own) = content::page_by_code(site.app().reader(), "accessibility", visit.locale).await? {
        return Ok(render::see_other(&own.url));
    }
    let title = site.stage().text(visit.locale, "accessibility.title", &[]);
    let mut page = frame::of(&site, &visit, &title).await?;
    seo::canonical(&site, &visit, &mut page);
    let html = site.stage().render("storefront/accessibility", visit.locale, &PlainPage { page })?;
    Ok(render::html(StatusCode::OK, html, "no-cache"))
}
