//! After the sale through the API: a shop window declares, the office's program handles.

use serde_json::{Value, json};
use vitrina_tests::{Answer, Shop};

use crate::{Api, order, shops};

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no text at {pointer}: {value}"))
}

struct Both {
    office: Api,
    store: Api,
}

impl Both {
    async fn of(shop: &Shop) -> Self {
        Self { office: Api::office(shop).await, store: Api::store(shop).await }
    }
    async fn declare(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.store.ask("POST", path, &[("Idempotency-Key", key)], Some(&body.to_string())).await
    }
    async fn step(&self, at: &str, step: &str, body: &Value) -> Value {
        self.office.send("POST", &format!("{at}/{step}"), body).await.expect(201).value()
    }
    /// The address of a case in the office, by its number.
    async fn at(&self, number: &str) -> String {
        let list = self.office.get(&format!("/admin/v1/cases?q={number}")).await.expect(200).value();
        format!("/admin/v1/cases/{}", text(&list, "/data/0/id"))
    }
    /// Sends the order on its way, its goods named by their batch.
    async fn delivered(&self, order: &Value) {
        let list = self.office.get(&format!("/admin/v1/orders?q={}", text(order, "/number"))).await.expect(200).value();
        let at = format!("/admin/v1/orders/{}", text(&list, "/data/0/id"));
        let confirmed = self.office.ask("POST", &format!("{at}/confirmation"), &[], None).await;
        assert!(matches!(confirmed.status, 201 | 409), "{}", confirmed.body);
        let lines = json!({ "lines": [{ "line": order["lines"][0]["id"], "quantity": "1", "batch": "P-1" }] });
        self.office.send("POST", &format!("{at}/shipments"), &lines).await.expect(201);
        self.office.ask("POST", &format!("{at}/delivery"), &[], None).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_is_declared_by_a_shop_window_and_handled_by_a_program() {
    for shop in shops() {
        let api = Both::of(&shop).await;
        let bought = order(&api.store, "langas@demo.test").await;
        api.delivered(&bought).await;
        let said = json!({ "order": bought["token"], "items": [{ "line": bought["lines"][0]["id"], "quantity": "1" }] });
        let filed = api.declare("/store/v1/withdrawals", "w-1", &said).await.expect(201);
        let again = api.declare("/store/v1/withdrawals", "w-1", &said).await.expect(201);
        assert_eq!((filed.value(), again.header("idempotent-replayed")), (again.value(), "true"));
        let second = api.declare("/store/v1/withdrawals", "w-2", &said).await.expect(409).value();
        assert_eq!(text(&second, "/code"), "aftersales.declared");
        assert_eq!(text(&second, "/errors/0/pointer"), "/items/0/quantity");

        let filed = filed.value();
        let page = format!("/store/v1/cases/{}", text(&filed, "/token"));
        let case = api.store.get(&page).await.expect(200).value();
        assert_eq!((text(&case, "/state"), text(&case, "/items/0/batch")), ("submitted", "P-1"));
        api.store.send("POST", &format!("{page}/messages"), &json!({ "text": "When may I send it?" })).await.expect(201);
        let empty = api.store.send("POST", &format!("{page}/messages"), &json!({ "text": " " })).await.expect(422).value();
        assert_eq!(text(&empty, "/errors/0/pointer"), "/text");
        let paper = [("content-type", "application/octet-stream")];
        let photo = format!("{page}/photos?name=x.exe&text=Look");
        api.store.ask("POST", &photo, &paper, Some("MZ no picture at all")).await.expect(422);

        let at = api.at(text(&filed, "/number")).await;
        let case = api.step(&at, "messages", &json!({ "text": "A regular", "inside": true })).await;
        assert_eq!(case["messages"].as_array().map(Vec::len), Some(2));
        let seen = api.store.get(&page).await.expect(200).value();
        assert_eq!(seen["messages"].as_array().map(Vec::len), Some(1), "the office's note stays there");
        api.step(&at, "approval", &json!({ "text": "We confirm it." })).await;
        let case = api.step(&at, "instructions", &json!({ "text": "Pack it well", "carrier": "Venipak" })).await;
        let item = text(&case, "/items/0/id").to_owned();
        let many = json!({ "items": [{ "item": item, "quantity": "2" }] });
        let told = api.office.send("POST", &format!("{at}/arrival"), &many).await.expect(422).value();
        assert_eq!(text(&told, "/errors/0/pointer"), "/items/0/quantity");
        api.step(&at, "arrival", &json!({ "items": [{ "item": item, "quantity": "1" }] })).await;
        let found = json!({ "items": [{ "item": item, "condition": "ok", "restock": "1" }] });
        let case = api.step(&at, "inspection", &found).await;
        assert_eq!((text(&case, "/state"), text(&case, "/items/0/restocked")), ("inspected", "1"));
        let done = json!({ "remedy": "refund", "text": "It goes back" });
        let resolve = async |key| {
            let key = [("Idempotency-Key", key)];
            api.office.ask("POST", &format!("{at}/resolution"), &key, Some(&done.to_string())).await.expect(201).value()
        };
        let case = resolve("r-1").await;
        assert_eq!(case["outcomes"], resolve("r-1").await["outcomes"], "sent twice, it is done once");
        assert_eq!(case["outcomes"][0]["amount"], bought["lines"][0]["total"], "to the cent");
        // Nobody paid, so nothing is to go back.
        let told = api.office.ask("POST", &format!("{at}/refund"), &[], None).await.expect(422).value();
        assert_eq!(text(&told, "/code"), "aftersales.sum");
        assert_eq!(text(&api.step(&at, "closing", &json!({})).await, "/state"), "closed");
        let papers = api.store.get(&page).await.expect(200).value();
        let kinds: Vec<&str> = papers["papers"].as_array().expect("papers").iter().map(|p| text(p, "/kind")).collect();
        assert_eq!(kinds, ["declaration", "decision", "receipt", "inspection"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_is_taken_down_whoever_sends_it_and_refused_for_a_reason() {
    for shop in shops() {
        let api = Both::of(&shop).await;
        let lost = json!({ "number": "UZS-0", "name": "Ona", "email": "ona@demo.test", "problem": "defect", "wish": "none",
            "text": "It broke" });
        let filed = api.declare("/store/v1/complaints", "c-1", &lost).await.expect(201).value();
        assert!(filed["token"].is_null(), "a number and an e-mail prove nothing");
        let desk = api.office.get("/admin/v1/cases?unmatched=true").await.expect(200).value();
        assert!(desk["data"].as_array().expect("rows").iter().any(|c| c["number"] == filed["number"]));
        let bad = json!({ "number": "UZS-0", "problem": "defect", "wish": "none", "text": "" });
        let told = api.declare("/store/v1/complaints", "c-2", &bad).await.expect(422).value();
        let fields: Vec<&str> = told["errors"].as_array().expect("errors").iter().map(|e| text(e, "/pointer")).collect();
        assert_eq!(fields, ["/name", "/email", "/text"]);

        let bought = order(&api.store, "programa@demo.test").await;
        let list = api.office.get(&format!("/admin/v1/orders?q={}", text(&bought, "/number"))).await.expect(200).value();
        let id = text(&list, "/data/0/id").to_owned();
        let at = api.at(text(&filed, "/number")).await;
        let found = json!({ "order": id, "items": [{ "line": bought["lines"][0]["id"], "quantity": "1" }] });
        let linked = api.step(&at, "order", &found).await;
        assert_eq!(text(&linked, "/order"), id);
        let wrong = json!({ "reason": "too_late", "text": "No" });
        api.office.send("POST", &format!("{at}/refusal"), &wrong).await.expect(422);
        let refused = api.step(&at, "refusal", &json!({ "reason": "wear", "text": "It is worn" })).await;
        assert_eq!((text(&refused, "/state"), text(&refused, "/reason")), ("rejected", "wear"));

        let new = json!({ "kind": "complaint", "order": id, "items": found["items"], "problem": "damaged", "wish": "repair",
            "text": "By telephone" });
        let key = [("Idempotency-Key", "k-1")];
        let made = api.office.ask("POST", "/admin/v1/cases", &key, Some(&new.to_string())).await.expect(201);
        let again = api.office.ask("POST", "/admin/v1/cases", &key, Some(&new.to_string())).await.expect(201);
        assert_eq!(made.header("location"), again.header("location"));
        let at = made.header("location").to_owned();
        api.step(&at, "question", &json!({ "text": "Which leg?" })).await;
        let of_order = api.office.get(&format!("/admin/v1/cases?order={id}&state=info_requested")).await.expect(200).value();
        assert_eq!(of_order["data"].as_array().map(Vec::len), Some(1));
    }
}
