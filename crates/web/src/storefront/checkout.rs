//! Contact and address → delivery → payment and review → done. One sheet of paper in three parts.

use poem::{Response, http::StatusCode};
use vitrina::{
    channels::TaxDisplay,
    flows::{self, checkout::Agreement},
    kernel::{Fault, Kind, Money, Origin},
    sales::{self, Address, CartKey, CheckoutView, Contact, Payment, Quote, Settled},
    stage::letters::{Sum, SumDiscount, VatPart},
};

use super::{
    code, frame,
    pages::{
        CheckoutContactPage, CheckoutDeliveryPage, CheckoutPaymentPage, Choice, ContactForm, DeliveryChoice, Frame,
        GuaranteeNotice, PaymentChoice, Receipt, ReceiptLine,
    },
    visit::Visit,
};
use crate::{faults, render, site::Site};

type Answer = Result<Response, Fault>;

/// Where the shop delivers, in the order of the list.
const COUNTRIES: &[&str] = &["LT", "LV", "EE", "PL", "DE", "FI", "SE", "DK", "NL", "BE", "FR", "AT", "CZ", "IE", "IT", "ES"];

async fn load(site: &Site, visit: &Visit) -> Result<Option<CheckoutView>, Fault> {
    let Some(token) = visit.cart() else { return Ok(None) };
    let terms = (&visit.lately.tariffs, visit.lately.channel.country.as_str());
    let view = sales::checkout(site.app().reader(), &CartKey::of(token), &visit.viewer(site), terms).await?;
    Ok(view.filter(|v| !v.cart.lines.is_empty()))
}

fn to_cart(visit: &Visit) -> Response {
    render::see_other(&visit.url("cart"))
}

async fn page(site: &Site, visit: &Visit, key: &str, fault: Option<&Fault>) -> Result<(Frame, StatusCode), Fault> {
    let title = site.stage().text(visit.locale, key, &[]);
    let page = frame::private(site, visit, &title).await?;
    Ok(match fault {
        Some(fault) => (page.with_faults(site.stage(), fault), faults::status(fault)),
        None => (page, StatusCode::OK),
    })
}

/// What a person can mend goes back into the form; the rest is for the fault page.
fn mendable(fault: Fault) -> Result<Fault, Fault> {
    if matches!(fault.kind, Kind::Bug | Kind::Unavailable | Kind::Forbidden) { Err(fault) } else { Ok(fault) }
}

// ---- who and where to -------------------------------------------------------------------------

pub async fn contact(site: Site, visit: Visit) -> Answer {
    let Some(view) = load(&site, &visit).await? else { return Ok(to_cart(&visit)) };
    let form = filled(&site, &visit, &view).await?;
    contact_page(&site, &visit, &view, form, None).await
}

async fn filled(site: &Site, visit: &Visit, view: &CheckoutView) -> Result<ContactForm, Fault> {
    if let (Some(contact), Some(address)) = (&view.cart.draft.contact, &view.cart.draft.address) {
        return Ok(form_of(contact, address));
    }
    let mut form = ContactForm { country: visit.lately.channel.country.clone(), ..ContactForm::default() };
    if let Some(party) = visit.party() {
        super::account::fill(site, party, &mut form).await?;
    }
    Ok(form)
}

fn form_of(contact: &Contact, address: &Address) -> ContactForm {
    ContactForm {
        name: contact.name.clone(),
        email: contact.email.clone(),
        phone: contact.phone.clone(),
        as_company: !contact.company.is_empty(),
        company: contact.company.clone(),
        company_code: contact.company_code.clone(),
        vat_code: contact.vat_code.clone(),
        street: address.street.clone(),
        city: address.city.clone(),
        post_code: address.postcode.clone(),
        country: address.country.clone(),
        note: contact.note.clone(),
    }
}

async fn contact_page(site: &Site, visit: &Visit, view: &CheckoutView, form: ContactForm, fault: Option<&Fault>) -> Answer {
    let (page, status) = page(site, visit, "checkout.contact", fault).await?;
    let countries = countries(site, visit, &form.country);
    let html = site.stage().render(
        "storefront/checkout_contact",
        visit.locale,
        &CheckoutContactPage { page, form, countries, receipt: receipt(site, visit, view, "checkout") },
    )?;
    Ok(render::html(status, html, "no-store"))
}

pub fn countries(site: &Site, visit: &Visit, chosen: &str) -> Vec<Choice> {
    let one = |code: &&str| Choice {
        value: (*code).into(),
        label: site.stage().text(visit.locale, &format!("country.{code}"), &[]),
        chosen: *code == chosen,
    };
    COUNTRIES.iter().map(one).collect()
}

pub async fn save_contact(site: Site, visit: Visit) -> Answer {
    let Some(token) = visit.cart() else { return Ok(to_cart(&visit)) };
    let text = |name: &str| visit.form.get(name).to_owned();
    let company = visit.form.has("as_company") || !text("company").is_empty();
    let only = |name: &str| if company { text(name) } else { String::new() };
    let contact = Contact {
        name: text("name"),
        email: text("email"),
        phone: text("phone"),
        company: only("company"),
        company_code: only("company_code"),
        vat_code: only("vat_code"),
        note: text("note"),
    };
    let address = Address { street: text("street"), city: text("city"), postcode: text("post_code"), country: text("country") };
    let form = form_of(&contact, &address);
    match flows::checkout::save_contact(site.app(), &visit.actor(), token, contact, address).await {
        Ok(()) => Ok(render::see_other(&visit.url("checkout/delivery"))),
        Err(fault) => {
            let fault = renamed(mendable(fault)?);
            let Some(view) = load(&site, &visit).await? else { return Ok(to_cart(&visit)) };
            contact_page(&site, &visit, &view, form, Some(&fault)).await
        }
    }
}

/// The form calls the field by its customary name.
fn renamed(mut fault: Fault) -> Fault {
    for one in std::iter::once(&mut fault.field).chain(fault.more.iter_mut().map(|f| &mut f.field)) {
        if one.as_deref() == Some("postcode") {
            *one = Some("post_code".into());
        }
    }
    fault
}

// ---- how it comes -----------------------------------------------------------------------------

pub async fn delivery(site: Site, visit: Visit) -> Answer {
    delivery_page(&site, &visit, None).await
}

async fn delivery_page(site: &Site, visit: &Visit, fault: Option<&Fault>) -> Answer {
    let Some(view) = load(site, visit).await? else { return Ok(to_cart(visit)) };
    let Some(address) = view.cart.draft.address.clone() else { return Ok(render::see_other(&visit.url("checkout"))) };
    let (page, status) = page(site, visit, "checkout.delivery", fault).await?;
    let first = view.chosen.or_else(|| view.quotes.first().map(|q| q.method));
    let net = visit.net;
    let choice = |q: &Quote| DeliveryChoice {
        id: q.method.to_string(),
        name: q.name.clone(),
        text: q.note.clone(),
        price: if net { q.net } else { q.gross },
        free: q.free,
        days_min: q.days.0,
        days_max: q.days.1,
        pickup: q.is_pickup(),
        chosen: Some(q.method) == first,
    };
    let methods = view.quotes.iter().map(choice).collect();
    let shown = CheckoutDeliveryPage {
        page,
        methods,
        address: one_line(&address, &country(site, visit, &address.country)),
        receipt: receipt(site, visit, &view, "checkout/delivery"),
    };
    let html = site.stage().render("storefront/checkout_delivery", visit.locale, &shown)?;
    Ok(render::html(status, html, "no-store"))
}

fn one_line(address: &Address, country: &str) -> String {
    let town = format!("{} {}", address.postcode, address.city);
    [address.street.as_str(), town.trim(), country].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
}

pub async fn save_delivery(site: Site, visit: Visit) -> Answer {
    let Some(token) = visit.cart() else { return Ok(to_cart(&visit)) };
    let Some(view) = load(&site, &visit).await? else { return Ok(to_cart(&visit)) };
    let wanted = visit.form.get("method");
    // Only what is offered for these goods and this country can be chosen.
    let saved = match view.quotes.iter().find(|q| q.method.to_string() == wanted) {
        Some(quote) => flows::checkout::save_delivery(site.app(), &visit.actor(), token, quote.method).await,
        None => Err(sales::Fault::NoDelivery.into()),
    };
    match saved {
        Ok(()) => Ok(render::see_other(&visit.url("checkout/payment"))),
        Err(fault) => delivery_page(&site, &visit, Some(&mendable(fault)?)).await,
    }
}

// ---- the last look ----------------------------------------------------------------------------

pub async fn payment(site: Site, visit: Visit) -> Answer {
    payment_page(&site, &visit, None).await
}

async fn payment_page(site: &Site, visit: &Visit, fault: Option<&Fault>) -> Answer {
    let Some(view) = load(site, visit).await? else { return Ok(to_cart(visit)) };
    let (Some(contact), Some(address)) = (view.cart.draft.contact.clone(), view.cart.draft.address.clone()) else {
        return Ok(render::see_other(&visit.url("checkout")));
    };
    let Some(chosen) = view.delivery().cloned() else { return Ok(render::see_other(&visit.url("checkout/delivery"))) };
    // What only shows now that something is to be brought: the address is not whole.
    if !chosen.is_pickup()
        && let Err(fault) = address.complete()
    {
        return contact_page(site, visit, &view, form_of(&contact, &address), Some(&renamed(fault))).await;
    }
    let (page, status) = page(site, visit, "checkout.payment", fault).await?;
    let guarantee = visit.lately.legal.iter().find(|p| p.code == "warranty");
    let shown = CheckoutPaymentPage {
        page,
        payments: payments(site, view.cart.draft.payment),
        address: if chosen.is_pickup() { vec![chosen.note.clone()] } else { lines(site, visit, &contact, &address) },
        pickup: chosen.is_pickup(),
        contact: form_of(&contact, &address),
        seen: total(&view).minor.to_string(),
        receipt: receipt(site, visit, &view, "checkout/payment"),
        guarantee: guarantee.map(|p| GuaranteeNotice { picture: None, url: p.url.clone() }),
        key: String::new(),
    };
    let html = site.stage().render("storefront/checkout_payment", visit.locale, &shown)?;
    Ok(render::html(status, html, "no-store"))
}

/// The ways to pay; the first of them stands chosen until the customer says otherwise.
fn payments(site: &Site, chosen: Option<Payment>) -> Vec<PaymentChoice> {
    let ways = flows::checkout::ways(site.app());
    let first = chosen.filter(|p| ways.contains(p)).unwrap_or(ways[0]);
    ways.iter().map(|p| PaymentChoice { code: p.as_str().into(), chosen: *p == first }).collect()
}

fn country(site: &Site, visit: &Visit, code: &str) -> String {
    let name = site.stage().text(visit.locale, &format!("country.{code}"), &[]);
    if name.starts_with("country.") { code.to_owned() } else { name }
}

fn lines(site: &Site, visit: &Visit, contact: &Contact, address: &Address) -> Vec<String> {
    let town = format!("{} {}", address.postcode, address.city);
    let country = country(site, visit, &address.country);
    let all = [contact.company.clone(), contact.name.clone(), address.street.clone(), town, country];
    all.into_iter().filter(|l| !l.trim().is_empty()).collect()
}

fn total(view: &CheckoutView) -> Money {
    view.settled.as_ref().map_or(view.cart.left(), |s| s.totals.gross)
}

/// Goods and sum, beside the step of this address.
fn receipt(site: &Site, visit: &Visit, view: &CheckoutView, step: &str) -> Receipt {
    let line = |l: &sales::CartLine| ReceiptLine {
        title: l.title.clone(),
        variant: l.variant_name.clone(),
        picture_hash: l.picture.as_ref().map(|p| p.hash.clone()),
        qty: l.qty,
        unit: l.unit.clone(),
        unit_price: l.each(),
        why: l.why.clone(),
        total: l.shown(),
    };
    let delivery = view.delivery();
    let settled = view.settled.as_ref();
    let net = settled.filter(|s| s.tax == TaxDisplay::Net).map(|s| s.totals.net);
    let brought = settled.and_then(|s| s.delivery.as_ref()).or(delivery);
    let vat = settled.iter().flat_map(|s| &s.totals.by_rate).map(|r| VatPart { rate: r.rate, vat: r.vat });
    let off = settled.map(Settled::discount);
    Receipt {
        lines: view.cart.lines.iter().map(line).collect(),
        sum: Sum {
            goods: settled.map_or(view.cart.shown, Settled::goods),
            discount: code::row(&view.cart).map(|row| SumDiscount { amount: off.unwrap_or(row.amount), ..row }),
            delivery: delivery.and(brought).map(|d| if net.is_some() { d.net } else { d.gross }),
            delivery_name: delivery.map_or_else(String::new, |d| d.name.clone()),
            total: total(view),
            vat: vat.collect(),
            net,
            note: settled.map_or_else(String::new, |s| s.treatment.note()),
        },
        code: code::of(site, visit, &view.cart, step),
        returns: super::cart::returns(&view.cart.lines, visit.net),
    }
}

/// A step once more, with what was wrong beside it.
///
/// # Faults
/// What no form can mend.
pub async fn again(site: &Site, visit: &Visit, step: &str, fault: &Fault) -> Answer {
    match step {
        "checkout/payment" => payment_page(site, visit, Some(fault)).await,
        "checkout/delivery" => delivery_page(site, visit, Some(fault)).await,
        _ => {
            let Some(view) = load(site, visit).await? else { return Ok(to_cart(visit)) };
            let form = filled(site, visit, &view).await?;
            contact_page(site, visit, &view, form, Some(fault)).await
        }
    }
}

/// The button that binds. The cart itself is the key: sent twice, it is one order.
pub async fn place(site: Site, visit: Visit) -> Answer {
    let Some(token) = visit.cart() else { return Ok(to_cart(&visit)) };
    let ways = flows::checkout::ways(site.app());
    let way = visit.form.get("payment").parse().ok().filter(|p| ways.contains(p)).unwrap_or(Payment::BankTransfer);
    match flows::checkout::save_payment(site.app(), &visit.actor(), token, way).await {
        // The cart became an order already: placing it again answers with that order.
        Err(fault) if fault.code != "sales.cart_gone" => return Err(fault),
        _ => {}
    }
    if !visit.form.has("terms") {
        let fault = Fault::invalid("terms", "checkout.terms");
        return payment_page(&site, &visit, Some(&fault)).await;
    }
    let currency = visit.lately.channel.currency;
    let seen = visit.form.get("seen").parse().ok().map(|minor| Money::new(minor, currency));
    let agreed = Agreement {
        seen,
        button_label: site.stage().text(visit.locale, "checkout.place", &[]),
        locale: visit.locale,
        origin: Origin::Shop,
        key: None,
    };
    match flows::checkout::place(site.app(), &visit.actor(), &visit.lately.channel, token, agreed).await {
        Ok(placed) if way == Payment::Card && !placed.total.is_zero() => super::pay::go(&site, &visit, &placed.token).await,
        Ok(placed) => Ok(render::see_other(&visit.url(&format!("order/{}?done=1", placed.token)))),
        Err(fault) => payment_page(&site, &visit, Some(&mendable(fault)?)).await,
    }
}
