//! Prices in another currency: from a rate in the office to an order in złoty, in shop and API.

use serde_json::Value;
use vitrina_tests::{Shop, engines};

use crate::{borrowed, guest::row_link, number, staff, up_to_payment};

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_sells_in_euros_sells_in_kronor_too() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        let lists = owner.get("/office/price-lists").await.expect(200);
        let csrf = lists.field("csrf").expect("a token");
        let base = row_link(&lists, "/office/price-lists/", "Base prices");
        let source = base.rsplit('/').next().expect("an id").to_owned();

        // A list without a rate is refused; with one it is there, and shown.
        let new = [("csrf", csrf.as_str()), ("name", "Kronos"), ("currency", "sek"), ("follows", &source), ("ending", "whole")];
        let refused = owner.post("/office/price-lists", &new).await.expect(422);
        assert!(refused.body.contains("EUR ir SEK kursas"), "the fault says what is missing");
        let wrong = [("csrf", csrf.as_str()), ("base", "EUR"), ("quote", "XYZ"), ("rate", "daug")];
        let refused = owner.post("/office/price-lists/rates", &wrong).await.expect(422);
        assert!(refused.body.contains("PLN"), "it names the remedy");
        let rate = [("csrf", csrf.as_str()), ("base", "EUR"), ("quote", "SEK"), ("rate", "11,25")];
        owner.post("/office/price-lists/rates", &rate).await.expect(303);
        let made = owner.post("/office/price-lists", &new).await.expect(303).location.expect("its page");
        let page = owner.get(&made).await.expect(200);
        assert!(page.body.contains("seka kitą"), "its cells are not typed");
        let channel = page.field("channel").expect("the shop");
        owner.post(&format!("{made}/shown"), &[("csrf", &csrf), ("channel", &channel), ("shown", "yes")]).await.expect(303);

        // Two prices come out of a sheet: seen, then taken.
        let sku = "KD-AUS-OIL-LIN";
        let lines = format!("{sku}\t200,00");
        let unknown = [("csrf", csrf.as_str()), ("lines", "NERA-TOKIO\t1"), ("do", "preview")];
        assert!(owner.post(&format!("{base}/paste"), &unknown).await.expect(422).body.contains("NERA-TOKIO"));
        let paste = |what| [("csrf", csrf.clone()), ("lines", lines.clone()), ("do", String::from(what))];
        let seen = owner.post(&format!("{base}/paste"), &borrowed(&paste("preview"))).await.expect(200);
        assert!(seen.body.contains(sku) && seen.body.contains("id=\"preview\""), "seen before it is taken");
        owner.post(&format!("{base}/paste"), &borrowed(&paste("apply"))).await.expect(303);
        let sheet = owner.get(&format!("{base}?q=KD-AUS")).await.expect(200);
        assert!(sheet.body.contains("value=\"200,00\""), "the cell has it");
        let file = owner.post(&format!("{base}/export"), &[("csrf", &csrf)]).await.expect(200);
        assert!(file.body.contains("KD-AUS-OIL-LIN;200,00;EUR"), "and the file");

        // A visitor chooses kronor and orders in them.
        let guest = shop.visitor();
        let public = guest.get("/en/search?q=ausra").await.expect(200).link("/en/p/").expect("the chair");
        let here = guest.get(&public).await.expect(200);
        assert!(here.body.contains("€200.00"), "in euros first");
        let chosen = guest.post("/en/currency", &[("currency", "SEK"), ("back", &public)]).await.expect(303);
        assert_eq!(chosen.location.as_deref(), Some(public.as_str()), "back to where it was");
        let away = guest.post("/en/currency", &[("currency", "SEK"), ("back", "//elsewhere.test/en/")]).await.expect(303);
        assert_eq!(away.location.as_deref(), Some("/en/"), "and nowhere else");
        guest.post("/en/currency", &[("currency", "USD"), ("back", &public)]).await.expect(422);
        let here = guest.get(&public).await.expect(200);
        assert!(here.body.contains("2,250") && here.body.contains("SEK"), "200 € at 11.25");
        let variant = here.field("variant").expect("the oiled one");
        let fields = up_to_payment(&guest, &variant, "sven@demo.test").await;
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let page = guest.follow(placed).await.expect(200);
        let (number, orders) = (number(&page), owner.get("/office/orders").await.expect(200));
        let order = owner.get(&row_link(&orders, "/office/orders/", &number)).await.expect(200);
        assert!(order.body.contains("SEK") || order.body.contains("kr"), "the order is in kronor");

        // A program says the same by a header, and is told when there is no such currency.
        let api = shop.visitor();
        let list = format!("/store/v1/products/{}", public.rsplit('/').next().expect("a slug"));
        let told: Value = api.ask("GET", &list, &[("Vitrina-Currency", "SEK")], None).await.expect(200).value();
        let price = told.to_string();
        assert!(price.contains("2250.00") && price.contains("SEK"), "{price}");
        let none = api.ask("GET", &list, &[("Vitrina-Currency", "USD")], None).await.expect(422);
        assert!(none.body.contains("channels.no_currency"), "{}", none.body);
        let config: Value = api.ask("GET", "/store/v1/config", &[], None).await.expect(200).value();
        assert_eq!(config["currencies"].as_array().map(|all| all[0].as_str()), Some(Some("EUR")));
    }
}
