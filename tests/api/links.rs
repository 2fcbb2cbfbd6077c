//! A link of an offer in a shop window of another program: the agreed price for whoever holds it, and nothing
//! else of the customer's.

use serde_json::{Value, json};
use vitrina_tests::{Answer, Shop};

use crate::{
    Api,
    offers::{Desk, text},
    shops,
};

const CHAIR: &str = "KD-AUS-OIL-LIN";
const PERSON: &str = "Nuorodė Slaptoji";
const EMAIL: &str = "slaptoji@demo.test";

/// An offer of a chair, sent to a customer who agreed on 15 % off: the offer's address in the office.
async fn sent(shop: &Shop, desk: &Desk) -> String {
    let new = json!({ "name": PERSON, "email": EMAIL, "locale": "en" });
    let customer = desk.office.send("POST", "/admin/v1/customers", &new).await.expect(201).value();
    let id = text(&customer, "/id");
    let owner = shop.visitor();
    owner.get("/office/login").await.expect(200);
    let (email, password) = shop.login("owner");
    owner.post("/office/login", &[("email", &email), ("password", &password)]).await.expect(303);
    let csrf = owner.get("/office/customers").await.expect(200).field("csrf").expect("a token");
    let line = format!("{CHAIR} 15%");
    let rule = [("csrf", csrf.as_str()), ("do", "lines"), ("lines", line.as_str())];
    owner.post(&format!("/office/customers/{id}/rules"), &rule).await.expect(303);
    let begin = json!({ "customer": id, "written_in": "en", "title": "Chairs" });
    let at = desk.keyed("/admin/v1/offers", EMAIL, &begin).await.expect(201).header("location").to_owned();
    desk.keyed(&format!("{at}/lines"), "line", &json!({ "lines": [{ "sku": CHAIR }] })).await.expect(201);
    let buyer = json!({ "buyer": { "name": PERSON, "email": EMAIL, "street": "Neatspėjamoji g. 17", "city": "Vilnius",
        "postcode": "01123", "country": "LT" } });
    desk.office.send("PATCH", &at, &buyer).await.expect(200);
    desk.step(&at, "preparation", &json!({})).await;
    desk.step(&at, "dispatch", &json!({})).await;
    at
}

async fn by(store: &Api, token: &str, path: &str) -> Answer {
    store.ask("GET", path, &[("Vitrina-Offer", token)], None).await.expect(200)
}

/// What the chair costs in an answer that has its product.
fn chair(product: &Value) -> &Value {
    let variants = product["variants"].as_array().expect("variants").iter();
    let mut chairs = variants.filter(|v| v["sku"] == CHAIR).map(|v| &v["price"]["gross"]["amount"]);
    chairs.next().expect("the chair")
}

fn cents(amount: &Value) -> i64 {
    amount.as_str().expect("an amount").replace('.', "").parse().expect("cents")
}

fn nothing_personal(answer: &Answer) {
    for own in [PERSON, EMAIL, "Neatspėjamoji"] {
        assert!(!answer.body.contains(own), "{own}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_brings_the_agreed_price_from_the_product_to_the_order() {
    for shop in shops() {
        let desk = Desk::open(&shop).await;
        let at = sent(&shop, &desk).await;
        let offer = desk.office.get(&at).await.expect(200).value();
        let page = format!("/store/v1/offers/{}", text(&offer, "/token"));
        let page = desk.store.get(&page).await.expect(200).value();
        let token = text(&page, "/shop_token").to_owned();
        let path = format!("/store/v1/products/{}", text(&page, "/sections/0/lines/0/slug"));

        let everybodys = desk.store.get(&path).await.expect(200);
        let public = cents(chair(&everybodys.value()["product"]));
        let answer = by(&desk.store, &token, &path).await;
        let own = cents(chair(&answer.value()["product"]));
        assert_eq!(own, (public * 85 + 50) / 100, "15 % less than {public}");
        nothing_personal(&answer);
        assert_eq!((answer.header("cache-control"), everybodys.header("cache-control")), ("no-store", "no-cache"));
        assert!(answer.header("vary").contains("Vitrina-Offer") && answer.header("vitrina-notice").is_empty());
        let found = by(&desk.store, &token, "/store/v1/search?q=ausra&locale=en").await.value();
        let found = found["data"].as_array().expect("hits").iter().find(|p| p["variants"].to_string().contains(CHAIR));
        assert_eq!(cents(chair(found.expect("the chair"))), own, "the search says the same");

        // What is forged, cut or of another kind is everybody's, and no fault.
        for wrong in [&token[1..], "x", text(&offer, "/token")] {
            let answer = by(&desk.store, wrong, &path).await;
            assert_eq!(cents(chair(&answer.value()["product"])), public, "{wrong}");
            assert!(answer.header("vitrina-notice").contains("not good any more"));
            desk.store.get(&format!("/store/v1/offer-links/{wrong}")).await.expect(404);
        }
        let link = desk.store.get(&format!("/store/v1/offer-links/{token}")).await.expect(200);
        assert_eq!(link.value()["tax_display"], "gross");
        nothing_personal(&link);

        // The cart remembers: from the first thing in it no header is needed.
        let product = everybodys.value()["product"]["id"].clone();
        let variants = everybodys.value()["product"]["variants"].clone();
        let variant = variants.as_array().expect("variants").iter().find(|v| v["sku"] == CHAIR).expect("it")["id"].clone();
        let cart = desk.store.ask("POST", "/store/v1/carts", &[], None).await.expect(201).value();
        let cart = format!("/store/v1/carts/{}", text(&cart, "/token"));
        let item = json!({ "variant": variant, "quantity": "1" }).to_string();
        let put = desk.store.ask("POST", &format!("{cart}/items"), &[("Vitrina-Offer", &token)], Some(&item)).await.expect(200);
        assert_eq!(cents(&put.value()["totals"]["gross"]["amount"]), own);
        let kept = desk.store.get(&cart).await.expect(200);
        assert_eq!(cents(&kept.value()["totals"]["gross"]["amount"]), own, "without the header too");
        nothing_personal(&kept);
        let contact = json!({ "name": "Ona Programėlė", "email": "kita@demo.test", "street": "Pilies g. 1", "city": "Vilnius",
            "postcode": "01123", "country": "LT" });
        desk.store.send("PUT", &format!("{cart}/contact"), &contact).await.expect(200);
        let options = desk.store.get(&format!("{cart}/shipping-options")).await.expect(200).value();
        let delivery = json!({ "method": options["data"][0]["id"] });
        let ready = desk.store.send("PUT", &format!("{cart}/delivery"), &delivery).await.expect(200).value();
        let seen = &ready["totals"]["gross"];
        let agreed = json!({ "terms": true, "button_label": "Order with obligation to pay", "seen": seen });
        let order = desk.store.send("POST", &format!("{cart}/order"), &agreed).await.expect(201);
        assert_eq!(&order.value()["gross"], seen, "ordered at what was shown");
        nothing_personal(&order);

        // A visit is one entry a day in the history; what the offer does not hold is nobody's business.
        let visits = format!("/store/v1/offer-links/{token}/visits");
        for _ in 0..2 {
            desk.store.send("POST", &visits, &json!({ "product": product })).await.expect(204);
        }
        desk.store.send("POST", &visits, &json!({ "product": "x" })).await.expect(422);
        desk.store.send("POST", "/store/v1/offer-links/x/visits", &json!({ "product": product })).await.expect(204);
        let customer = text(&offer, "/offer/customer");
        let history = desk.office.get(&format!("/admin/v1/customers/{customer}/timeline")).await.expect(200).body;
        assert_eq!(history.matches("offer.product_opened").count(), 1, "{history}");
        assert!(history.contains("offer.link_ordered_elsewhere"), "somebody else ordered by it: {history}");

        // Taken back, it leads to everybody's prices.
        desk.step(&at, "withdrawal", &json!({ "reason": "A slip" })).await;
        assert_eq!(cents(chair(&by(&desk.store, &token, &path).await.value()["product"])), public);
        desk.store.get(&format!("/store/v1/offer-links/{token}")).await.expect(404);
    }
}
