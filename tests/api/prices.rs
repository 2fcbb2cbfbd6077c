//! Campaigns and discount codes by a secret key, and what the shop says of them.

use serde_json::{Value, json};

use crate::{Api, shops};

/// A chair of the demo, found by its SKU.
const CHAIR: &str = "KD-AUS-OIL-LIN";

async fn chair(store: &Api) -> Value {
    let found = store.get("/store/v1/search?q=ausra&locale=en").await.expect(200).value();
    let url = found["data"][0]["url"].as_str().expect("an address").replacen("/en/p/", "/store/v1/products/", 1);
    let product = store.get(&format!("{url}?locale=en")).await.expect(200).value();
    let variants = product["product"]["variants"].as_array().expect("variants");
    variants.iter().find(|v| v["sku"] == CHAIR).expect("the oiled one").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_planned_begun_and_ended() {
    for shop in shops() {
        let (store, office) = (Api::store(&shop).await, Api::office(&shop).await);
        let before = chair(&store).await;
        let goods = json!({ "variants": [before["id"]] });
        let new = json!({ "name": "Per API", "percent": "50", "goods": goods, "announced": true });
        let made = office.send("POST", "/admin/v1/campaigns", &new).await.expect(201).value();
        assert_eq!((&made["phase"], &made["percent"], &made["announced"]), (&json!("running"), &json!("50"), &json!(true)));
        let half = chair(&store).await;
        let cents =
            |v: &Value| v["price"]["gross"]["amount"].as_str().expect("a sum").replace('.', "").parse::<i64>().expect("cents");
        assert_eq!(cents(&half), (cents(&before) + 1) / 2, "half a cent goes up");
        let at = format!("/admin/v1/campaigns/{}", made["id"].as_str().expect("an id"));
        assert_eq!(office.get(&at).await.expect(200).value()["name"], "Per API");
        let listed = office.get("/admin/v1/campaigns").await.expect(200).value();
        assert!(listed["data"].as_array().is_some_and(|all| all.iter().any(|c| c["id"] == made["id"])));
        let ended = office.send("POST", &format!("{at}/ending"), &json!({})).await.expect(201).value();
        assert_eq!(ended["phase"], "ended");
        assert_eq!(cents(&chair(&store).await), cents(&before));
        let again = office.send("POST", &format!("{at}/ending"), &json!({})).await.expect(409).value();
        assert_eq!(again["code"], "pricing.campaign_over");
        // Planned for later and thought better of.
        let later =
            json!({ "name": "Vėliau", "price": { "amount": "1.00", "currency": "EUR" }, "begins_at": "2099-01-01T00:00:00Z" });
        let planned = office.send("POST", "/admin/v1/campaigns", &later).await.expect(201).value();
        assert_eq!((&planned["phase"], &planned["price"]["amount"]), (&json!("planned"), &json!("1.00")));
        let at = format!("/admin/v1/campaigns/{}", planned["id"].as_str().expect("an id"));
        office.send("POST", &format!("{at}/ending"), &json!({})).await.expect(201);
        office.get(&at).await.expect(404);
        for (wrong, pointer) in [
            (json!({ "name": "x", "percent": "120" }), "/gives"),
            (json!({ "name": "x" }), "/percent"),
            (json!({ "name": "x", "price": { "amount": "1.00", "currency": "PLN" } }), "/price"),
            (json!({ "name": "x", "percent": "5", "ends_at": "gestern" }), "/ends_at"),
            (json!({ "name": "x", "percent": "5", "goods": { "products": ["y"] } }), "/goods/products/0"),
        ] {
            let refused = office.send("POST", "/admin/v1/campaigns", &wrong).await.expect(422).value();
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discount_is_made_counted_and_ended() {
    for shop in shops() {
        let office = Api::office(&shop).await;
        let new = json!({ "name": "Draugams", "code": "per api", "most": 3, "gives": { "kind": "amount", "amount": { "amount": "5.00", "currency": "EUR" } } });
        let made = office.send("POST", "/admin/v1/discounts", &new).await.expect(201).value();
        assert_eq!((&made["code"], &made["used"], &made["most"]), (&json!("PERAPI"), &json!(0), &json!(3)));
        assert_eq!(made["gives"]["amount"]["amount"], "5.00");
        let taken = office.send("POST", "/admin/v1/discounts", &new).await.expect(409).value();
        assert_eq!(taken["code"], "promotions.taken");
        let batch = json!({ "name": "Mugė", "batch": 20, "prefix": "MUGE", "gives": { "kind": "percent", "percent": "12.5" } });
        let batch = office.send("POST", "/admin/v1/discounts", &batch).await.expect(201).value();
        assert_eq!((&batch["codes"], &batch["gives"]["percent"]), (&json!(20), &json!("12.5")));
        let at = format!("/admin/v1/discounts/{}", made["id"].as_str().expect("an id"));
        let ended = office.send("POST", &format!("{at}/ending"), &json!({})).await.expect(201).value();
        assert!(ended["stopped_at"].is_string());
        assert!(office.get(&at).await.expect(200).value()["stopped_at"].is_string());
        office.send("POST", &format!("{at}/ending"), &json!({})).await.expect(409);
        for (wrong, pointer) in [
            (json!({ "name": "x", "code": "ABC", "gives": { "kind": "gift" } }), "/gives/kind"),
            (json!({ "name": "x", "code": "ABC", "gives": { "kind": "percent" } }), "/gives/percent"),
            (json!({ "name": "x", "code": "ABC", "batch": 2, "gives": { "kind": "free_delivery" } }), "/code"),
        ] {
            let refused = office.send("POST", "/admin/v1/discounts", &wrong).await.expect(422).value();
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        }
    }
}
