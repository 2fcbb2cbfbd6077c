//! A kit costs the same wherever it is asked, says why something does not go together, and leaves
//! the stock as the goods that it is.

use serde_json::{Value, json};
use vitrina_tests::{Shop, engines};

use crate::{borrowed, from_cart_to_payment, guest::row_link, number, staff};

const CHOICE: &[(&str, &str)] = &[("set.table", "t220"), ("set.chairs", "8")];

/// `"249.00"` or minor units, as the English pages print them.
fn euros(sum: &Value) -> String {
    let minor = sum["minor"].as_i64().or_else(|| sum["amount"].as_str()?.replace('.', "").parse().ok()).expect("a sum");
    format!("€{},{:03}.{:02}", minor / 100_000, minor / 100 % 1_000, minor % 100)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kit_is_one_price_in_shop_cart_api_terminal_and_order() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let (guest, api) = (shop.visitor(), shop.visitor());
        let path = guest.get("/en/search?q=moletai").await.expect(200).link("/en/p/").expect("the dining set");
        let page = guest.get(&path).await.expect(200);
        assert!(page.body.contains("name=\"set.chairs\"") && page.body.contains("Show the price"), "it asks without a script");
        let send = async |todo: &str, more: &[(&str, &str)]| {
            let mut fields = vec![("do", todo)];
            fields.extend_from_slice(more);
            guest.post(&path, &fields).await
        };
        let crowded = send("add", &[("set.table", "t160"), ("set.chairs", "8")]).await.expect(422);
        assert!(crowded.body.contains("A table of 160 cm seats six"), "the reason is named");

        let slug = path.rsplit('/').next().expect("a slug").to_owned();
        let key = shop.info["publishable_key"].as_str().expect("a key");
        let headers = [("Vitrina-Key", key), ("Accept-Language", "en")];
        let chosen = json!({ "configuration": { "table": "t220", "chairs": "8" } }).to_string();
        let priced = api.ask("POST", &format!("/store/v1/products/{slug}/configure"), &headers, Some(&chosen)).await;
        let price = euros(&priced.expect(200).value()["total"]);
        let told = shop.command(&["price", "--sku", "KO-MOL-OIL", "--set", "table=t220", "--set", "chairs=8", "--json"]);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let told: Value = serde_json::from_slice(&told.stdout).expect("one JSON object");
        assert_eq!(euros(&told["total"]), price, "the terminal");
        assert!(send("price", CHOICE).await.expect(200).body.contains(&price), "{price} on the page");

        assert_eq!(send("add", CHOICE).await.expect(303).location.as_deref(), Some("/en/cart?added=1"));
        let cart = guest.get("/en/cart").await.expect(200);
        assert!(cart.body.contains(&price) && cart.body.contains("8 × "), "{price} in the cart, with its goods");
        assert!(!cart.body.contains("the 14-day right to return them does not apply"), "goods from the shelf go back");
        let fields = from_cart_to_payment(&guest, "komplektas@demo.test").await;
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let done = guest.follow(placed).await.expect(200);
        assert!(done.body.contains(&price) && done.body.contains("8 × "), "{price} in the order");
        let manager = staff(&shop, "manager").await;
        let orders = manager.get("/office/orders").await.expect(200);
        let order = manager.get(&row_link(&orders, "/office/orders/", &number(&done))).await.expect(200);
        assert!(order.body.contains("ST-NER-220-OIL") && order.body.contains("KD-RAS-OIL"), "staff see what to pack");
    }
}
