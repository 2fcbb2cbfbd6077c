//! What a shop window does with the store API.

use base64::Engine;
use serde_json::json;

use crate::{Api, order, ready_cart, shops};

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_buys_through_the_api_and_the_manager_has_it_in_the_plan() {
    for shop in shops() {
        let (store, office) = (Api::store(&shop).await, Api::office(&shop).await);
        let config = store.get("/store/v1/config?locale=en").await.expect(200).value();
        let (token, total) = ready_cart(&store, "api@demo.test").await;
        let agreed = json!({ "terms": true, "button_label": config["button_label"], "seen": total });
        let path = format!("/store/v1/carts/{token}/order");
        let placed = store.send("POST", &path, &agreed).await.expect(201);
        let order = placed.value();
        assert_eq!(placed.header("location"), format!("/store/v1/orders/{}", order["token"].as_str().expect("a token")));
        assert_eq!(placed.header("idempotent-replayed"), "");
        assert_eq!(order["gross"], total);
        assert!(order["bank_transfer"]["reference"].as_str().is_some_and(|r| r.starts_with("RF")), "{order}");

        let status = store.get(placed.header("location")).await.expect(200).value();
        assert_eq!(status, order, "the signed token shows the order as it was placed");
        store.get("/store/v1/orders/none-such").await.expect(404);
        store.get(&format!("/store/v1/carts/{token}")).await.expect(404);

        let found = office.get("/admin/v1/orders?q=api%40demo.test").await.expect(200).value();
        assert_eq!(found["data"].as_array().expect("orders").len(), 1);
        let customer = found["data"][0]["customer"].as_str().expect("a customer");
        let tasks = office.get(&format!("/admin/v1/tasks?customer={customer}")).await.expect(200).value();
        assert_eq!(tasks["data"].as_array().expect("tasks").len(), 1, "{tasks}");
        let history = office.get(&format!("/admin/v1/customers/{customer}/timeline")).await.expect(200).body;
        assert!(history.contains(order["number"].as_str().expect("a number")), "{history}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_sent_again_is_answered_with_the_same_order() {
    for shop in shops() {
        let store = Api::store(&shop).await;
        let (token, total) = ready_cart(&store, "dukart@demo.test").await;
        let path = format!("/store/v1/carts/{token}/order");
        let agreed = json!({ "terms": true, "button_label": "Order with obligation to pay", "seen": total }).to_string();
        let key = [("Idempotency-Key", "one")];
        let sent = || store.ask("POST", &path, &key, Some(&agreed));
        let (a, b) = tokio::join!(sent(), sent());
        let (a, b) = (a.expect(201), b.expect(201));
        assert_eq!(a.body, b.body);
        let mut replayed = [a.header("idempotent-replayed"), b.header("idempotent-replayed")];
        replayed.sort_unstable();
        assert_eq!(replayed, ["", "true"], "one of them made it");
        let again = sent().await.expect(201);
        assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &a.body));
        let keyless = store.ask("POST", &path, &[], Some(&agreed)).await.expect(201);
        assert_eq!((keyless.header("idempotent-replayed"), &keyless.body), ("true", &a.body), "the cart is the key");
        let other = json!({ "terms": true, "button_label": "Buy", "seen": total }).to_string();
        let refused = store.ask("POST", &path, &key, Some(&other)).await.expect(422);
        assert_eq!(refused.value()["code"], "request.key_reused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_cannot_be_says_why_and_writes_nothing() {
    for shop in shops() {
        let (store, office) = (Api::store(&shop).await, Api::office(&shop).await);
        let (token, _) = ready_cart(&store, "nieko@demo.test").await;
        let path = format!("/store/v1/carts/{token}/order");
        let label = "Order with obligation to pay";
        let dearer = json!({ "terms": true, "button_label": label, "seen": { "amount": "1.00", "currency": "EUR" } });
        assert_eq!(store.send("POST", &path, &dearer).await.expect(409).value()["code"], "sales.price_changed");
        let without = json!({ "terms": false, "button_label": label });
        let refused = store.send("POST", &path, &without).await.expect(422).value();
        assert_eq!(refused["errors"][0]["pointer"], "/terms");
        let mistyped = json!({ "terms": true, "button_label": label, "sen": null });
        let refused = store.send("POST", &path, &mistyped).await.expect(400).value();
        assert!(refused["errors"][0]["message"].as_str().is_some_and(|m| m.contains("sen")), "{refused}");
        let found = office.get("/admin/v1/orders?q=nieko%40demo.test").await.expect(200).value();
        assert_eq!(found["data"].as_array().expect("orders").len(), 0);
        store.get(&format!("/store/v1/carts/{token}")).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_takes_changes_and_drops_lines() {
    for shop in shops() {
        let store = Api::store(&shop).await;
        let (token, _) = ready_cart(&store, "krepselis@demo.test").await;
        let cart = store.get(&format!("/store/v1/carts/{token}")).await.expect(200).value();
        let line = format!("/store/v1/carts/{token}/items/{}", cart["items"][0]["variant"].as_str().expect("a variant"));
        let two = store.send("PATCH", &line, &json!({ "quantity": "2" })).await.expect(200).value();
        assert_eq!(two["items"][0]["quantity"], "2");
        let wrong = store.send("PATCH", &line, &json!({ "quantity": "many" })).await.expect(422).value();
        assert_eq!(wrong["errors"][0]["pointer"], "/quantity");
        let empty = store.ask("DELETE", &line, &[], None).await.expect(200).value();
        assert_eq!(empty["items"].as_array().map(Vec::len), Some(0));
        assert_eq!(empty["ready"], false);
        let unknown = json!({ "variant": "019c653f-0000-7000-8000-000000000000", "quantity": "1" });
        assert!(store.send("POST", &format!("/store/v1/carts/{token}/items"), &unknown).await.status >= 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_sent_twice_is_one_planned_call_back() {
    for shop in shops() {
        let (store, office) = (Api::store(&shop).await, Api::office(&shop).await);
        let asked = json!({ "name": "Petras Programėlė", "email": "klausia@demo.test", "text": "Is it oak or ash?" });
        let key = [("Idempotency-Key", "q-1")];
        let send = |body: String| async {
            let body = body;
            store.ask("POST", "/store/v1/inquiries", &key, Some(&body)).await
        };
        let first = send(asked.to_string()).await.expect(201);
        let again = send(asked.to_string()).await.expect(201);
        assert_eq!(first.body, again.body);
        assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
        let mut other = asked.clone();
        other["text"] = "Something else".into();
        assert_eq!(send(other.to_string()).await.expect(422).value()["code"], "request.key_reused");
        let keyless = store.send("POST", "/store/v1/inquiries", &asked).await.expect(400).value();
        assert_eq!(keyless["errors"][0]["pointer"], "Idempotency-Key");
        let found = office.get("/admin/v1/inquiries?q=klausia").await.expect(200).value();
        assert_eq!(found["data"].as_array().map(Vec::len), Some(1), "{found}");
        let id = found["data"][0]["id"].as_str().expect("an id");
        office.get(&format!("/admin/v1/inquiries/{id}")).await.expect(200);
        let settled = office.ask("POST", &format!("/admin/v1/inquiries/{id}/answer"), &[], None).await.expect(201).value();
        assert_eq!(settled["inquiry"]["state"], "answered");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_a_decimal_with_its_currency_and_texts_come_in_the_language_asked_for() {
    for shop in shops() {
        let store = Api::store(&shop).await;
        let first = |path: &'static str, accept: &'static str| {
            let store = &store;
            async move {
                let answer = store.ask("GET", path, &[("Accept-Language", accept)], None).await.expect(200);
                (answer.header("content-language").to_owned(), answer.value()["data"][0].clone())
            }
        };
        let (lt, product) = first("/store/v1/products?limit=1", "fr").await;
        assert_eq!(lt, "lt", "nobody's language: the channel's first");
        let gross = &product["price"]["gross"];
        assert_eq!(gross["currency"], "EUR");
        let amount = gross["amount"].as_str().expect("a text");
        assert!(amount.split_once('.').is_some_and(|(_, cents)| cents.len() == 2), "{amount}");
        let (de, german) = first("/store/v1/products?limit=1", "en;q=0.4, de-AT, lt;q=0.9").await;
        assert_eq!(de, "de");
        assert_ne!(german["title"], product["title"]);
        let (en, _) = first("/store/v1/products?limit=1&locale=en", "de").await;
        assert_eq!(en, "en", "the parameter wins");
        let refused = store.get("/store/v1/products?locale=fr").await.expect(422).value();
        assert_eq!((&refused["code"], &refused["errors"][0]["pointer"]), (&json!("api.locale"), &json!("locale")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_narrows_by_what_its_facets_offer() {
    for shop in shops() {
        let store = Api::store(&shop).await;
        let mut all = store.get("/store/v1/search?locale=en&q=oak").await.expect(200).value();
        // The follower indexes a moment after the start.
        for _ in 0..50 {
            if all["total"].as_u64().unwrap_or_default() > 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            all = store.get("/store/v1/search?locale=en&q=oak").await.expect(200).value();
        }
        assert!(all["total"].as_u64() > Some(1), "{all}");
        let facet = &all["facets"][0];
        let (code, value) = (facet["code"].as_str().expect("a code"), facet["values"][0]["value"].as_str().expect("a value"));
        let narrow = store.get(&format!("/store/v1/search?locale=en&q=oak&facet={code}:{value}")).await.expect(200).value();
        assert_eq!(narrow["total"], facet["values"][0]["count"], "the count is what is found");
        store.get("/store/v1/search?facet=nonsense").await.expect(422);
        let orderly = order(&store, "po.paieskos@demo.test").await;
        assert_eq!(orderly["state"], "placed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_comes_in_by_a_link_and_finds_the_order_that_was_placed_as_a_guest() {
    for shop in shops() {
        let (store, office) = (Api::store(&shop).await, Api::office(&shop).await);
        let placed = order(&store, "savininke@demo.test").await;
        store.get("/store/v1/me").await.expect(401);
        let nobody = [("Vitrina-Session", "none")];
        store.ask("GET", "/store/v1/me", &nobody, None).await.expect(401);
        store.ask("GET", "/store/v1/config", &nobody, None).await.expect(401);
        let away = json!({ "email": "savininke@demo.test", "page": "https://evil.test/?token=" });
        assert_eq!(
            store.send("POST", "/store/v1/sessions/links", &away).await.expect(422).value()["errors"][0]["pointer"],
            "/page"
        );
        let wish = json!({ "email": "savininke@demo.test" });
        store.send("POST", "/store/v1/sessions/links", &wish).await.expect(202);
        let token = link_in_letter(&shop, "savininke@demo.test").await;
        let entered = store.send("POST", "/store/v1/sessions", &json!({ "link": token })).await.expect(201).value();
        let session = [("Vitrina-Session", entered["token"].as_str().expect("a token"))];
        let me = store.ask("GET", "/store/v1/me", &session, None).await.expect(200).value();
        assert_eq!(me["email"], "savininke@demo.test");
        let orders = store.ask("GET", "/store/v1/me/orders", &session, None).await.expect(200).value();
        assert_eq!(orders["data"][0]["number"], placed["number"], "{orders}");
        assert!(store.send("POST", "/store/v1/sessions", &json!({ "link": token })).await.status >= 400, "a link works once");
        store.ask("DELETE", "/store/v1/sessions/current", &session, None).await.expect(204);
        store.ask("GET", "/store/v1/me", &session, None).await.expect(401);
        let wrong = json!({ "email": "savininke@demo.test", "password": "guess" });
        let refused = store.send("POST", "/store/v1/sessions", &wrong).await;
        assert!((400..500).contains(&refused.status), "{}", refused.body);
        office.get("/admin/v1/customers?q=savininke").await.expect(200);
    }
}

/// The plain part of a letter: the second block of base64.
fn opened(letter: &str) -> String {
    let text = letter.replace("\r\n", "\n");
    let part = text.split("\n\n").nth(2).unwrap_or_default().split("\n--").next().unwrap_or_default();
    let bytes = base64::engine::general_purpose::STANDARD.decode(part.replace('\n', "")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_sees_the_agreed_prices_and_nobody_else_does() {
    for shop in shops() {
        let store = Api::store(&shop).await;
        let partner = "gabriele@linija.demo.test";
        store.send("POST", "/store/v1/sessions/links", &json!({ "email": partner })).await.expect(202);
        let token = link_in_letter(&shop, partner).await;
        let entered = store.send("POST", "/store/v1/sessions", &json!({ "link": token })).await.expect(201).value();
        let session = [("Vitrina-Session", entered["token"].as_str().expect("a token"))];
        let path = "/store/v1/products/rasa-chair?locale=en";
        let anybody = store.get(path).await.expect(200).value()["product"].take();
        assert!(
            anybody["price"]["gross"].is_object() && anybody["price"]["why"].is_null() && anybody["price"]["list"].is_null(),
            "{anybody}"
        );
        let answer = store.ask("GET", path, &session, None).await.expect(200);
        assert!(answer.header("cache-control").contains("no-store"), "nobody else may be shown it");
        let own = answer.value()["product"].take();
        assert_eq!(own["price"]["list"], anybody["price"]["net"], "a verified business reads prices without VAT");
        assert_eq!((&own["price"]["why"]["ground"], &own["price"]["why"]["percent"]), (&json!("level"), &json!("8")));
        assert_eq!(own["variants"][0]["tiers"][1]["from"], "10");
        let listed = store.ask("GET", "/store/v1/products?locale=en&limit=100", &session, None).await.expect(200).value();
        let same = listed["data"].as_array().expect("products").iter().find(|p| p["slug"] == "rasa-chair").expect("the chair");
        assert_eq!(same["price"], own["price"], "a list says what the product says");

        let cart = store.ask("POST", "/store/v1/carts", &session, None).await.expect(201).value();
        let items = format!("/store/v1/carts/{}/items", cart["token"].as_str().expect("a token"));
        let wish = json!({ "variant": own["variants"][0]["id"], "quantity": "10" }).to_string();
        let full = store.ask("POST", &items, &session, Some(&wish)).await;
        assert!(full.status < 300, "{}", full.body);
        let cart = store.ask("GET", items.trim_end_matches("/items"), &session, None).await.expect(200).value();
        assert_eq!(cart["items"][0]["unit_price"], own["variants"][0]["tiers"][1]["gross"], "{cart}");
        assert_eq!(cart["items"][0]["why"]["from"], "10");
    }
}

/// The token within the link of the newest letter to this address, as the outbox folder keeps it.
async fn link_in_letter(shop: &vitrina_tests::Shop, email: &str) -> String {
    let outbox = shop.data.join("outbox");
    for _ in 0..150 {
        let files = std::fs::read_dir(&outbox).into_iter().flatten().flatten();
        let letters = files.filter_map(|f| std::fs::read_to_string(f.path()).ok());
        let found = letters.filter(|l| l.contains(email)).find_map(|l| {
            let words = opened(&l);
            let rest = words.split_once("sign-in?token=")?.1;
            Some(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect::<String>())
        });
        if let Some(token) = found {
            return token;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("no letter with a link to {email}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discount_code_is_taken_told_and_kept_with_the_order() {
    for shop in shops() {
        let store = Api::store(&shop).await;
        let (token, whole) = ready_cart(&store, "kodas@demo.test").await;
        let at = |rest: &str| format!("/store/v1/carts/{token}{rest}");
        let unknown = store.send("POST", &at("/discounts"), &json!({ "code": "NERA" })).await.expect(422).value();
        assert_eq!(unknown["code"], "promotions.unknown");
        store.send("POST", "/store/v1/carts/none/discounts", &json!({ "code": "NERA" })).await.expect(404);
        // As many of it as the code asks for.
        let cart = store.get(&at("")).await.expect(200).value();
        let line = at(&format!("/items/{}", cart["items"][0]["variant"].as_str().expect("a variant")));
        let cart = store.send("PATCH", &line, &json!({ "quantity": "3" })).await.expect(200).value();
        let cents =
            |money: &serde_json::Value| money["amount"].as_str().expect("a sum").replace('.', "").parse::<i64>().expect("cents");
        if cents(&cart["goods"]) < 100_00 {
            let few = store.send("POST", &at("/discounts"), &json!({ "code": "ĄŽUOLAS10" })).await.expect(422).value();
            assert_eq!(few["code"], "promotions.minimum");
            store.send("PATCH", &line, &json!({ "quantity": "60" })).await.expect(200);
        }
        let before = store.get(&at("")).await.expect(200).value();
        let cart = store.send("POST", &at("/discounts"), &json!({ "code": " ąžuolas 10 " })).await.expect(200).value();
        let off = cents(&cart["discount"]["amount"]);
        assert_eq!(cart["discount"]["code"], "ĄŽUOLAS10", "{cart}");
        // A tenth, rounded half away from zero.
        assert_eq!(off, (cents(&cart["goods"]) + 5) / 10, "{cart}");
        assert_eq!(cents(&cart["totals"]["gross"]), cents(&before["totals"]["gross"]) - off);
        let without = store.ask("DELETE", &at("/discounts"), &[], None).await.expect(200).value();
        assert!(without["discount"].is_null() && without["totals"] == before["totals"], "{without}");
        let cart = store.send("POST", &at("/discounts"), &json!({ "code": "ĄŽUOLAS10" })).await.expect(200).value();
        let agreed =
            |seen: &serde_json::Value| json!({ "terms": true, "button_label": "Order with obligation to pay", "seen": seen });
        let stale = store.send("POST", &at("/order"), &agreed(&whole)).await.expect(409).value();
        assert_eq!(stale["code"], "sales.price_changed");
        let order = store.send("POST", &at("/order"), &agreed(&cart["totals"]["gross"])).await.expect(201).value();
        assert_eq!((&order["gross"], &order["discount"]["code"]), (&cart["totals"]["gross"], &cart["discount"]["code"]));
        let shares = order["lines"].as_array().expect("lines").iter().map(|l| cents(&l["discount"])).sum::<i64>();
        assert_eq!((shares, cents(&order["discount"]["amount"])), (off, off));
        // The same customer once more is told so.
        let (token, _) = ready_cart(&store, "Kodas+2@demo.test").await;
        let again = format!("/store/v1/carts/{token}/discounts");
        let refused = store.send("POST", &again, &json!({ "code": "ĄŽUOLAS10" })).await.expect(409).value();
        assert_eq!(refused["code"], "promotions.customer_used");
    }
}
