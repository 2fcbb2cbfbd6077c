//! A business that somebody verified reads, orders and pays prices without VAT; where the goods go
//! and what its VAT number is worth decide the rest. Cart, order and terminal agree to the cent.

use serde_json::Value;
use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{account::link_in_letter, borrowed, guest::row_link, number, staff, up_to_payment};

const CHAIR: &str = "KD-AUS-OIL-LIN";
const EMAIL: &str = "pirkimai@demo.test";
/// A number whose check digits fit; the register of the tests never answers.
const CODE: &str = "LT100001919017";

fn csrf(page: &Answer) -> String {
    page.field("csrf").expect("a token")
}

/// A customer's card with a VAT number, made by staff: its page.
async fn card(manager: &Visitor) -> String {
    let form = manager.get("/office/customers/new").await.expect(200);
    let fields = [
        ("csrf", csrf(&form)),
        ("name", "Jonas Verslas".into()),
        ("company", "UAB Verslas".into()),
        ("vat_code", CODE.into()),
        ("email", EMAIL.into()),
        ("locale", "en".into()),
    ];
    manager.post("/office/customers", &borrowed(&fields)).await.expect(303).location.expect("the customer's page")
}

async fn signed_in(shop: &Shop) -> Visitor {
    let home = shop.visitor();
    home.post("/en/account/sign-in", &[("email", EMAIL), ("way", "link")]).await.expect(303);
    let token = home.get(&link_in_letter(shop, EMAIL).await).await.expect(200).field("token").expect("one more click");
    home.post("/en/account/sign-in", &[("token", &token)]).await.expect(303);
    home
}

fn told(shop: &Shop, customer: &str, qty: &str) -> Value {
    let done = shop.command(&["price", "--sku", CHAIR, "--customer", customer, "--qty", qty, "--json"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("one JSON object")
}

fn euros(minor: i64) -> String {
    let (whole, cents) = (minor / 100, minor % 100);
    if whole >= 1000 { format!("€{},{:03}.{cents:02}", whole / 1000, whole % 1000) } else { format!("€{whole}.{cents:02}") }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_business_pays_net_prices_and_the_documents_agree() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let manager = staff(&shop, "manager").await;
        let customer = card(&manager).await;
        let prices = format!("{customer}/prices");
        let token = csrf(&manager.get(&prices).await.expect(200));

        let hasty = manager.post(&format!("{customer}/tax"), &[("csrf", &token), ("net", "yes")]).await;
        assert_eq!(hasty.status, 422, "nobody vouched for the business");
        assert!(hasty.body.contains("tik patikrintoms"), "and the page says so");
        let fields = [("csrf", token.as_str()), ("business", "yes"), ("net", "yes"), ("note", "Registrų centras")];
        manager.post(&format!("{customer}/tax"), &fields).await.expect(303);
        let page = manager.get(&prices).await.expect(200);
        assert!(page.body.contains("Patikrino") && page.body.contains(CODE), "who vouched, and the number");

        let id = customer.rsplit('/').next().expect("an id");
        let (one, seven) = (told(&shop, id, "1"), told(&shop, id, "7"));
        assert_eq!(one["tax"], "net");
        let net = one["net"]["minor"].as_i64().expect("a sum");
        let home = signed_in(&shop).await;
        let guest = shop.visitor();
        let public = guest.get("/en/search?q=ausra").await.expect(200).link("/en/p/").expect("the chair");
        let seen = home.get(&public).await.expect(200);
        assert!(seen.body.contains(&euros(net)) && seen.body.contains("without VAT"), "{} on the page", euros(net));
        assert!(!guest.get(&public).await.expect(200).body.contains("without VAT"), "consumers see prices with VAT");
        let variant = seen.field("variant").expect("the oiled one");

        let mut fields = up_to_payment(&home, &variant, EMAIL).await;
        let shop_csrf = fields.iter().find(|(n, _)| *n == "csrf").expect("a token").1.clone();
        let line = format!("line.{variant}");
        home.post("/en/cart", &[("csrf", &shop_csrf), (&line, "7")]).await.expect(303);
        let seven_net = seven["net"]["minor"].as_i64().expect("a sum");
        let cart = home.get("/en/cart").await.expect(200);
        assert!(cart.body.contains("Goods without VAT") && cart.body.contains(&euros(seven_net)), "{}", euros(seven_net));
        let last = home.get("/en/checkout/payment").await.expect(200);
        assert!(last.body.contains("Total without VAT") && last.body.contains("To pay"));
        fields.retain(|(name, _)| *name != "seen");
        let agreed = last.field("seen").expect("the sum that was seen");
        fields.push(("seen", agreed.clone()));
        let placed = home.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let done = home.follow(placed).await.expect(200);
        let to_pay = euros(agreed.parse().expect("cents"));
        assert!(done.body.contains(&to_pay) && done.body.contains(&euros(seven_net)), "{to_pay} to pay");
        let orders = manager.get("/office/orders").await.expect(200);
        let order = manager.get(&row_link(&orders, "/office/orders/", &number(&done))).await.expect(200);
        assert!(order.body.contains("Prekės be PVM") && order.body.contains("Mokėti"), "staff see net prices");

        // The number was never answered for: asking leaves it open, and VAT was charged.
        manager.post(&format!("{customer}/tax/ask"), &[("csrf", &token)]).await.expect(303);
        let waiting = manager.get(&prices).await.expect(200);
        assert!(waiting.body.contains("laukiama atsakymo"), "neither valid nor invalid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rates_are_dated_rows_that_the_owner_writes() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        let page = owner.get("/office/tax").await.expect(200);
        assert!(page.body.contains("Standartinis") && page.body.contains("21\u{a0}%") && page.body.contains("2026"));
        let token = csrf(&page);
        let rate = |percent: &'static str, from: &'static str| {
            [
                ("csrf", token.clone()),
                ("country", "LT".into()),
                ("category", "standard".into()),
                ("rate", percent.into()),
                ("from", from.into()),
            ]
        };
        let wrong = owner.post("/office/tax/rates", &borrowed(&rate("daug", "2030-01-01"))).await;
        assert_eq!(wrong.status, 422);
        let wrong = owner.post("/office/tax/rates", &borrowed(&rate("122", "2030-01-01"))).await;
        assert!(wrong.status == 422 && wrong.body.contains("Netinkamas PVM tarifas"));
        owner.post("/office/tax/rates", &borrowed(&rate("22", "2030-01-01"))).await.expect(303);
        let page = owner.get("/office/tax?country=LT").await.expect(200);
        assert!(page.body.contains("22\u{a0}%") && page.body.contains("bus"), "it waits for its day");
        let start = page.body.find("/office/tax/rates/take-back").expect("what waits can be taken back");
        let url = page.body[start..].split('"').next().expect("an address").replace("&amp;", "&");
        owner.post(&url, &[("csrf", &token)]).await.expect(303);
        assert!(!owner.get("/office/tax?country=LT").await.expect(200).body.contains("22\u{a0}%"));
        let manager = staff(&shop, "manager").await;
        manager.get("/office/tax").await.expect(403);

        // A shop that stops being a payer says so from that moment on.
        let today = "2026-01-01";
        let url = shop.visitor().get("/lt/search?q=ausra").await.expect(200).link("/lt/p/").expect("the chair");
        let with_vat = "su PVM (21\u{a0}%)";
        assert!(shop.visitor().get(&url).await.expect(200).body.contains(with_vat));
        let fact = [("csrf", token.as_str()), ("kind", "no_payer"), ("country", "LT"), ("holds", "yes"), ("from", today)];
        owner.post("/office/tax/facts", &fact).await.expect(303);
        assert!(owner.get("/office/tax").await.expect(200).body.contains("nėra PVM mokėtoja"));
        let begun = std::time::Instant::now();
        while shop.visitor().get(&url).await.expect(200).body.contains(with_vat) {
            assert!(begun.elapsed().as_secs() < 30, "the prices still hold VAT");
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    }
}
