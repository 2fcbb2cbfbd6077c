//! What a program of the office does with a secret key.

use serde_json::{Value, json};

use crate::{Api, order, shops};

async fn placed(store: &Api, office: &Api, email: &str) -> String {
    order(store, email).await;
    let found = office.get(&format!("/admin/v1/orders?q={}", email.replace('@', "%40"))).await.expect(200).value();
    format!("/admin/v1/orders/{}", found["data"][0]["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_its_way_step_by_step() {
    for shop in shops() {
        let (store, office) = (Api::store(&shop).await, Api::office(&shop).await);
        let at = placed(&store, &office, "kelias@demo.test").await;
        let step = |name: &'static str, body: Value| {
            let (office, path) = (&office, format!("{at}/{name}"));
            async move { office.send("POST", &path, &body).await }
        };
        let early = step("delivery", json!({})).await.expect(409).value();
        assert!(early["code"].as_str().is_some_and(|c| c.starts_with("sales.")), "{early}");
        let confirmed = step("confirmation", json!({})).await.expect(201).value();
        assert_eq!(confirmed["order"]["state"], "confirmed");
        step("confirmation", json!({})).await.expect(409);
        let nothing = json!({ "lines": [{ "line": confirmed["order"]["lines"][0]["id"], "quantity": "0" }] });
        assert_eq!(step("shipments", nothing).await.expect(422).value()["errors"][0]["pointer"], "/lines/0/quantity");
        let shipped = step("shipments", json!({ "carrier": "LP", "tracking": "LT1" })).await.expect(201).value();
        assert_eq!(
            (&shipped["order"]["state"], &shipped["order"]["shipments"][0]["tracking"]),
            (&json!("shipped"), &json!("LT1"))
        );
        let delivered = step("delivery", json!({})).await.expect(201).value();
        assert_eq!(delivered["order"]["state"], "delivered");
        step("cancellation", json!({ "reason": "Late" })).await.expect(409);
        let steps: Vec<&str> =
            delivered["events"].as_array().expect("events").iter().filter_map(|e| e["step"].as_str()).collect();
        assert_eq!(steps.len(), 4, "{steps:?}");
        assert!(delivered["events"][3]["actor"].as_str().is_some_and(|a| a.starts_with("key:")), "{delivered}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_saw_an_older_order_does_not_cancel_the_newer_one() {
    for shop in shops() {
        let (store, office) = (Api::store(&shop).await, Api::office(&shop).await);
        let at = placed(&store, &office, "zyme@demo.test").await;
        let seen = office.get(&at).await.expect(200).header("etag").to_owned();
        let confirm = format!("{at}/confirmation");
        office.ask("POST", &confirm, &[("If-Match", &seen)], None).await.expect(201);
        let cancel = format!("{at}/cancellation");
        let reason = json!({ "reason": "Mistake" }).to_string();
        let stale = office.ask("POST", &cancel, &[("If-Match", &seen)], Some(&reason)).await.expect(412).value();
        assert_eq!(stale["code"], "api.stale");
        let now = office.get(&at).await.expect(200);
        assert_eq!(now.value()["order"]["state"], "confirmed", "nothing was written");
        let done = office.ask("POST", &cancel, &[("If-Match", now.header("etag"))], Some(&reason)).await.expect(201).value();
        assert_eq!(done["order"]["state"], "cancelled");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_planned_and_finished_with_the_next_one() {
    for shop in shops() {
        let office = Api::office(&shop).await;
        let new = json!({ "name": "Rasa Naujokė", "email": "nauja@demo.test" });
        let added = office.send("POST", "/admin/v1/customers", &new).await.expect(201);
        let customer = added.value()["id"].as_str().expect("an id").to_owned();
        office.get(added.header("location")).await.expect(200);
        let task = json!({ "customer": customer, "kind": "call", "due_on": "2030-01-07", "about": "Colour of the legs" });
        let task = office.send("POST", "/admin/v1/tasks", &task).await.expect(201).value();
        let done = format!("/admin/v1/tasks/{}/completion", task["id"].as_str().expect("an id"));
        let next = json!({ "result": "Oiled", "next": { "kind": "letter", "due_on": "2030-01-31" } });
        let finished = office.send("POST", &done, &next).await.expect(201).value();
        assert!(finished["next"].is_string());
        office.send("POST", &done, &json!({})).await.expect(409);
        let wrong = json!({ "result": "", "next": { "kind": "letter", "due_on": "2030-02-31" } });
        let open = office.get(&format!("/admin/v1/tasks?customer={customer}")).await.expect(200).value();
        let open_id = open["data"][0]["id"].as_str().expect("an id");
        assert_eq!((open["data"].as_array().map(Vec::len), &open["data"][0]["kind"]), (Some(1), &json!("letter")));
        let refused = office.send("POST", &format!("/admin/v1/tasks/{open_id}/completion"), &wrong).await.expect(422).value();
        assert_eq!(refused["errors"][0]["pointer"], "/next/due_on");
        office.send("POST", &format!("/admin/v1/customers/{customer}/notes"), &json!({ "text": "Likes ash" })).await.expect(201);
        let history = office.get(&format!("/admin/v1/customers/{customer}/timeline")).await.expect(200).body;
        assert!(history.contains("Likes ash"), "{history}");
        office.get("/admin/v1/my-day").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_price_text_or_stock_is_in_the_shop_at_once() {
    for shop in shops() {
        let (store, office) = (Api::store(&shop).await, Api::office(&shop).await);
        let card = store.get("/store/v1/products?limit=1&locale=en").await.expect(200).value()["data"][0].clone();
        let slug = card["slug"].as_str().expect("a slug");
        let at = format!("/admin/v1/products/{}", card["id"].as_str().expect("an id"));
        let record = office.get(&at).await.expect(200);
        let tag = record.header("etag").to_owned();
        let variant = record.value()["variants"][0]["id"].as_str().expect("a variant").to_owned();

        let text = json!({ "texts": [{ "field": "teaser", "locale": "en", "value": "Told by a program." }] });
        office.send("PATCH", &format!("{at}/texts"), &text).await.expect(200);
        let stale = office.ask("PATCH", &format!("{at}/texts"), &[("If-Match", &tag)], Some(&text.to_string())).await;
        stale.expect(412);
        let wrong = json!({ "texts": [{ "field": "colour", "locale": "en", "value": "x" }] });
        let refused = office.send("PATCH", &format!("{at}/texts"), &wrong).await.expect(422).value();
        assert_eq!(refused["errors"][0]["pointer"], "/texts/0/field");

        let price = json!({ "price": { "amount": "12.30", "currency": "EUR" } });
        office.send("PUT", &format!("{at}/variants/{variant}/price"), &price).await.expect(200);
        let odd = json!({ "price": { "amount": "12.305", "currency": "EUR" } });
        office.send("PUT", &format!("{at}/variants/{variant}/price"), &odd).await.expect(422);
        let other = json!({ "price": { "amount": "12.30", "currency": "USD" } });
        office.send("PUT", &format!("{at}/variants/{variant}/price"), &other).await.expect(422);
        office.send("PUT", &format!("{at}/variants/{}/price", card["id"].as_str().expect("an id")), &price).await.expect(404);
        let stock = office.send("PUT", &format!("{at}/variants/{variant}/stock"), &json!({ "on_hand": "7" })).await;
        let stock = stock.expect(200).value();
        assert_eq!(stock["variants"][0]["stock"][0]["on_hand"], "7", "{stock}");

        let shown = store.get(&format!("/store/v1/products/{slug}?locale=en")).await.expect(200).value();
        assert_eq!(shown["product"]["teaser"], "Told by a program.");
        let priced = shown["product"]["variants"].as_array().expect("variants").iter().find(|v| v["id"] == variant.as_str());
        assert_eq!(priced.expect("the variant")["price"]["gross"]["amount"], "12.30");

        office.send("PUT", &format!("{at}/status"), &json!({ "status": "archived" })).await.expect(200);
        store.get(&format!("/store/v1/products/{slug}")).await.expect(404);
        office.send("PUT", &format!("{at}/status"), &json!({ "status": "published" })).await.expect(200);
        store.get(&format!("/store/v1/products/{slug}")).await.expect(200);
    }
}
