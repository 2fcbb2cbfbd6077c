//! What was agreed with a customer is the price in every window, and everybody can say why.

use serde_json::Value;
use vitrina_tests::{Shop, engines};

use crate::{account::link_in_letter, borrowed, guest::row_link, number, staff, up_to_payment};

/// A chair that partners get cheaper, more so from ten on.
const CHAIR: &str = "KD-AUS-OIL-LIN";

fn told(shop: &Shop, customer: &str, qty: &str) -> Value {
    let done = shop.command(&["price", "--sku", CHAIR, "--customer", customer, "--qty", qty, "--json"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("one JSON object")
}

/// `24900` minor units as the English pages print them.
fn euros(sum: &Value) -> String {
    let minor = sum["minor"].as_i64().or_else(|| sum["amount"].as_str()?.replace('.', "").parse().ok()).expect("a sum");
    format!("€{}.{:02}", minor / 100, minor % 100)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreed_price_is_one_price_in_shop_cart_api_terminal_and_order() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let manager = staff(&shop, "manager").await;
        let csrf = |page: &vitrina_tests::Answer| page.field("csrf").expect("a token");

        // A manager notes a customer who called, gives a level and agrees on one price more.
        let email = "sutarta@demo.test";
        let form = manager.get("/office/customers/new").await.expect(200);
        let fields = [("csrf", csrf(&form)), ("name", "Ona Sutartinė".into()), ("email", email.into()), ("locale", "en".into())];
        let made = manager.post("/office/customers", &borrowed(&fields)).await.expect(303);
        let customer = made.location.expect("the customer's page");
        let id = customer.rsplit('/').next().expect("an id").to_owned();
        let prices = format!("{customer}/prices");
        let page = manager.get(&prices).await.expect(200);
        let csrf = csrf(&page);
        let level = page.body.split("<option value=\"").find(|o| o.contains(">Partneris<")).expect("the level");
        let level = level.split('"').next().expect("its id");
        manager.post(&format!("{customer}/level"), &[("csrf", &csrf), ("level", level)]).await.expect(303);
        let lines = format!("{CHAIR} 15% 4");
        let wrong = [("csrf", csrf.as_str()), ("do", "lines"), ("lines", "NERA-TOKIO 12,00")];
        let refused = manager.post(&format!("{customer}/rules"), &wrong).await.expect(422);
        assert!(refused.body.contains("NERA-TOKIO"), "the fault names the SKU");
        let right = [("csrf", csrf.as_str()), ("do", "lines"), ("lines", lines.as_str())];
        manager.post(&format!("{customer}/rules"), &right).await.expect(303);

        // The customer comes in by a link.
        let guest = shop.visitor();
        let public = guest.get("/en/search?q=ausra").await.expect(200).link("/en/p/").expect("the chair");
        assert!(!guest.get(&public).await.expect(200).body.contains("your level"), "nobody else sees it");
        let home = shop.visitor();
        home.post("/en/account/sign-in", &[("email", email), ("way", "link")]).await.expect(303);
        let token = home.get(&link_in_letter(&shop, email).await).await.expect(200).field("token").expect("one more click");
        home.post("/en/account/sign-in", &[("token", &token)]).await.expect(303);

        let (one, five) = (told(&shop, &id, "1"), told(&shop, &id, "5"));
        assert_eq!((one["why"]["ground"].as_str(), one["why"]["percent"].as_str()), (Some("level"), Some("8")), "{one}");
        assert_eq!((five["why"]["ground"].as_str(), five["why"]["percent"].as_str()), (Some("special"), Some("15")), "{five}");
        assert_eq!(one["weighed"][0]["won"], true);
        let (unit, bulk) = (euros(&one["unit"]), euros(&five["unit"]));
        let seen = home.get(&public).await.expect(200);
        assert!(seen.body.contains(&unit) && seen.body.contains("your level “Partneris”, −8%"), "{unit} on the page");
        assert!(seen.body.contains(&format!("4 pcs or more: {bulk}")), "{bulk} from four on");
        let variant = seen.field("variant").expect("the oiled one");
        assert_eq!(one["variant"], variant.as_str());

        // Five of them, to the order and to the manager's view of it.
        let fields = up_to_payment(&home, &variant, email).await;
        let csrf_shop = fields.iter().find(|(n, _)| *n == "csrf").expect("a token").1.clone();
        let line = format!("line.{variant}");
        home.post("/en/cart", &[("csrf", &csrf_shop), (&line, "5")]).await.expect(303);
        let cart = home.get("/en/cart").await.expect(200);
        assert!(cart.body.contains(&bulk) && cart.body.contains("your agreed price, 4 pcs or more"), "{bulk} in the cart");
        let last = home.get("/en/checkout/payment").await.expect(200);
        let mut fields = fields;
        fields.retain(|(name, _)| *name != "seen");
        fields.push(("seen", last.field("seen").expect("the sum that was seen")));
        let placed = home.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let number = number(&home.follow(placed).await.expect(200));
        let orders = manager.get("/office/orders").await.expect(200);
        let order = manager.get(&row_link(&orders, "/office/orders/", &number)).await.expect(200);
        assert!(order.body.contains("vietoj") && order.body.contains("−15 %"), "staff see what was agreed");

        // The program sees what the person sees.
        home.post("/en/account/sign-in", &[("email", email), ("way", "link")]).await;
        let why = manager.get(&format!("{prices}?sku={CHAIR}&qty=5")).await.expect(200);
        assert!(why.body.contains("Taikoma"), "the office explains it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_somebody_has_is_not_removed() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        let levels = owner.get("/office/levels").await.expect(200);
        let csrf = levels.field("csrf").expect("a token");
        let partner = row_link(&levels, "/office/levels/", "Partneris");
        let refused = owner.post(&format!("{partner}/remove"), &[("csrf", &csrf)]).await;
        assert_eq!(refused.status, 409);
        assert!(refused.body.contains("3 klientai"), "it says how many");
        let made = owner.post("/office/levels", &[("csrf", &csrf), ("name", "Bandymas")]).await.expect(303);
        let new = made.location.expect("its page");
        owner.post(&format!("{new}/remove"), &[("csrf", &csrf)]).await.expect(303);
        owner.get(&new).await.expect(404);
        let taken = owner.post("/office/levels", &[("csrf", &csrf), ("name", "partneris")]).await;
        assert_eq!(taken.status, 409);
    }
}
