//! Journeys through the real server, named as what a person sees; each on every engine at hand.

mod account;
mod aftersales;
mod agreed;
mod archive;
mod bank;
mod business;
mod buying;
mod campaigns;
mod cases;
mod configured;
mod contracts;
mod crash;
mod currencies;
mod demo;
mod documents;
mod fresh;
mod guest;
mod imports;
mod kits;
mod links;
mod money;
mod news;
mod offers;
mod office;
mod pages;
mod seo;
mod settings_table;
mod teams;
mod torn_campaign;
mod torn_case;
mod translated;

use vitrina_tests::{Answer, Shop, Visitor};

pub const CHAIRS: &str = "/en/c/chairs-and-benches";

/// Signs a member of staff in and gives the visitor who is.
pub async fn staff(shop: &Shop, role: &str) -> Visitor {
    let (email, password) = shop.login(role);
    let staff = shop.visitor();
    staff.get("/office/login").await.expect(200);
    let answer = staff.post("/office/login", &[("email", &email), ("password", &password)]).await.expect(303);
    assert_eq!(answer.location.as_deref(), Some("/office"));
    staff
}

/// The first product of a category, its page opened.
pub async fn first_product(guest: &Visitor, category: &str) -> (String, Answer) {
    let listed = guest.get(category).await.expect(200);
    let path = listed.link("/en/p/").expect("a product in the category");
    let page = guest.get(&path).await.expect(200);
    (path, page)
}

/// Puts this variant into the cart and fills the first two parts of the checkout; gives the
/// fields of the last one.
pub async fn up_to_payment(guest: &Visitor, variant: &str, email: &str) -> Vec<(&'static str, String)> {
    let added = guest.post("/en/cart/add", &[("variant", variant), ("qty", "1")]).await.expect(303);
    assert_eq!(added.location.as_deref(), Some("/en/cart?added=1"));
    from_cart_to_payment(guest, email).await
}

/// Fills the first two parts of the checkout for what lies in the cart; gives the fields of the
/// last one.
pub async fn from_cart_to_payment(guest: &Visitor, email: &str) -> Vec<(&'static str, String)> {
    let form = guest.get("/en/checkout").await.expect(200);
    let csrf = form.field("csrf").expect("a token");
    let contact = [
        ("csrf", csrf.as_str()),
        ("name", "Ona Bandytoja"),
        ("email", email),
        ("phone", "+37060012345"),
        ("street", "Gedimino pr. 1"),
        ("post_code", "LT-01103"),
        ("city", "Vilnius"),
        ("country", "LT"),
    ];
    let next = guest.post("/en/checkout", &contact).await.expect(303);
    assert_eq!(next.location.as_deref(), Some("/en/checkout/delivery"));
    let method = guest.get("/en/checkout/delivery").await.expect(200).field("method").expect("a delivery");
    let next = guest.post("/en/checkout/delivery", &[("csrf", &csrf), ("method", &method)]).await.expect(303);
    assert_eq!(next.location.as_deref(), Some("/en/checkout/payment"));
    let last = guest.get("/en/checkout/payment").await.expect(200);
    let seen = last.field("seen").expect("the sum that was seen");
    vec![("csrf", csrf), ("seen", seen), ("payment", "bank_transfer".into()), ("terms", "yes".into())]
}

pub fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(k, v)| (*k, v.as_str())).collect()
}

/// The order's number as the page says it.
pub fn number(page: &Answer) -> String {
    let at = page.body.find("UZS-").expect("an order number");
    page.body[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}
