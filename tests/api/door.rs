//! Who is let in, how a refusal looks, what is sent again.

use serde_json::{Value, json};
use vitrina_tests::engines;

use crate::{Api, shop_with, shops};

/// method, path, with the key, headers, body → status, code.
type Refusal =
    (&'static str, &'static str, bool, &'static [(&'static str, &'static str)], Option<&'static str>, u16, &'static str);

const STORE: &[Refusal] = &[
    ("GET", "/store/v1/products?limit=x", true, &[], None, 400, "api.parameter"),
    ("GET", "/store/v1/products?limit=0", true, &[], None, 400, "api.parameter"),
    ("GET", "/store/v1/products?limit=101", true, &[], None, 400, "api.parameter"),
    ("GET", "/store/v1/products?limt=5", true, &[], None, 400, "api.parameter_unknown"),
    ("GET", "/store/v1/products?after=zzz", true, &[], None, 422, "request.cursor_invalid"),
    ("GET", "/store/v1/products?sort=colour", true, &[], None, 422, "form.choose"),
    ("GET", "/store/v1/products?category=none", true, &[], None, 422, "form.choose"),
    ("GET", "/store/v1/products/no-such-thing", true, &[], None, 404, "request.not_found"),
    ("GET", "/store/v1/no-such-place", true, &[], None, 404, "api.not_found"),
    ("GET", "/store/no-such-version", true, &[], None, 404, "api.not_found"),
    ("DELETE", "/store/v1/products", true, &[], None, 405, "api.method"),
    ("DELETE", "/store/v1/openapi.json", true, &[], None, 405, "api.method"),
    ("GET", "/store/v1/config", false, &[("Vitrina-Key", "vitrina_pk_none")], None, 401, "api.key_unknown"),
    ("GET", "/store/v1/config", true, &[("Origin", "https://evil.test")], None, 403, "api.origin"),
    ("POST", "/store/v1/inquiries", true, &[("Idempotency-Key", "a")], Some("{x"), 400, "api.body"),
    ("POST", "/store/v1/inquiries", true, &[("Idempotency-Key", "a")], Some(r#"{"text":"?"}"#), 400, "api.body"),
    (
        "POST",
        "/store/v1/inquiries",
        true,
        &[("Idempotency-Key", "a")],
        Some(r#"{"name":"","email":"a@b.lt","text":""}"#),
        422,
        "crm.missing",
    ),
    (
        "POST",
        "/store/v1/inquiries",
        true,
        &[("Idempotency-Key", "a"), ("Content-Type", "text/plain")],
        Some("hello"),
        415,
        "api.media_type",
    ),
];

const OFFICE: &[Refusal] = &[
    ("GET", "/admin/v1/customers", false, &[], None, 401, "access.sign_in"),
    ("GET", "/admin/v1/customers", false, &[("Authorization", "Bearer vitrina_sk_none")], None, 401, "access.sign_in"),
    ("GET", "/admin/v1/customers", false, &[("Authorization", "Basic YTpi")], None, 401, "access.sign_in"),
    ("GET", "/admin/v1/customers?state=new", true, &[], None, 400, "api.parameter_unknown"),
    ("GET", "/admin/v1/customers?after=zzz", true, &[], None, 422, "request.cursor_invalid"),
    ("GET", "/admin/v1/customers/nobody", true, &[], None, 404, "request.not_found"),
    ("GET", "/admin/v1/orders/019c653f-0000-7000-8000-000000000000", true, &[], None, 404, "sales.no_order"),
    ("PUT", "/admin/v1/orders", true, &[], Some("{}"), 405, "api.method"),
    ("GET", "/admin/v1/no-such-place", true, &[], None, 404, "api.not_found"),
    (
        "POST",
        "/admin/v1/tasks",
        true,
        &[],
        Some(r#"{"customer":"x","kind":"call","due_on":"2026-12-01"}"#),
        422,
        "form.malformed",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_problem_that_says_what_to_do() {
    for shop in shops() {
        let (store, office) = (Api::store(&shop).await, Api::office(&shop).await);
        for (api, table) in [(&store, STORE), (&office, OFFICE)] {
            for (method, path, with_key, headers, body, status, code) in table {
                let answer = if *with_key {
                    api.ask(method, path, headers, *body).await
                } else {
                    api.bare(method, path, headers, *body).await
                };
                let problem = answer.value();
                assert_eq!((answer.status, problem["code"].as_str()), (*status, Some(*code)), "{method} {path}: {problem}");
                assert_eq!(answer.content_type, "application/problem+json", "{method} {path}");
                assert_eq!(problem["instance"], path.split('?').next().unwrap_or_default());
                assert_eq!(problem["status"], *status);
                for said in ["title", "detail"] {
                    let text = problem[said].as_str().unwrap_or_default();
                    assert!(
                        !text.is_empty() && !text.contains("fault.") && !text.contains("api.status"),
                        "{path}: {said} {text}"
                    );
                }
                assert_eq!(answer.header("allow").is_empty(), *status != 405, "{method} {path}");
                assert_eq!(answer.header("www-authenticate").is_empty(), *status != 401, "{method} {path}");
            }
        }
        let unknown = store.get("/store/v1/products?limt=5").await.value();
        assert_eq!(unknown["errors"][0]["pointer"], "limt", "the parameter is named");
        let there = store.ask("DELETE", "/store/v1/carts/x", &[], None).await;
        assert_eq!(there.header("allow"), "GET, HEAD");
        let huge = format!("{{\"name\":\"{}\"}}", "a".repeat(1 << 20));
        let refused = store.ask("POST", "/store/v1/inquiries", &[("Idempotency-Key", "a")], Some(&huge)).await.expect(413);
        assert_eq!(refused.value()["code"], "request.too_large");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_may_ask_once_its_origin_stands_with_the_channel() {
    for shop in shops() {
        let store = Api::store(&shop).await;
        let origin = [("Origin", "https://shop.example.com")];
        let preflight = [
            origin[0],
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "content-type,vitrina-key"),
        ];
        let before = store.bare("OPTIONS", "/store/v1/carts", &preflight, None).await;
        assert_eq!(before.header("access-control-allow-origin"), "");
        store.ask("GET", "/store/v1/config", &origin, None).await.expect(403);

        let allowed = shop.command(&["channels", "allow", "HTTPS://Shop.Example.com/"]);
        assert!(allowed.status.success(), "{}", String::from_utf8_lossy(&allowed.stderr));
        let after = store.bare("OPTIONS", "/store/v1/carts", &preflight, None).await.expect(204);
        assert_eq!(after.header("access-control-allow-origin"), origin[0].1);
        assert!(after.header("access-control-allow-headers").contains("Vitrina-Key"));
        let read = store.ask("GET", "/store/v1/config", &origin, None).await.expect(200);
        assert_eq!(read.header("access-control-allow-origin"), origin[0].1);
        assert!(read.header("vary").contains("Origin"));
        let refused = store.ask("GET", "/store/v1/products?limt=1", &origin, None).await.expect(400);
        assert_eq!(refused.header("access-control-allow-origin"), origin[0].1, "a page can read why");

        shop.command(&["channels", "disallow", "https://shop.example.com"]);
        store.ask("GET", "/store/v1/config", &origin, None).await.expect(403);
        let nonsense = shop.command(&["channels", "allow", "shop.example.com/path"]);
        assert!(String::from_utf8_lossy(&nonsense.stderr).contains("write https://"), "{nonsense:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_with_one_channel_answers_without_a_key_and_says_so() {
    for shop in shops() {
        let store = Api::store(&shop).await;
        let answer = store.bare("GET", "/store/v1/config", &[], None).await.expect(200);
        assert!(answer.header("vitrina-notice").contains("Vitrina-Key"));
        assert_eq!(store.get("/store/v1/config").await.expect(200).header("vitrina-notice"), "");
        let own = [("Sec-Fetch-Site", "same-origin")];
        assert_eq!(store.bare("GET", "/store/v1/config", &own, None).await.expect(200).header("vitrina-notice"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_holds_already_is_not_sent_again() {
    for shop in shops() {
        let store = Api::store(&shop).await;
        let path = "/store/v1/products?limit=3";
        let first = store.get(path).await.expect(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        let again = store.ask("GET", path, &[("If-None-Match", &tag)], None).await;
        assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", tag.as_str()));
        store.ask("GET", path, &[("If-None-Match", "\"other\"")], None).await.expect(200);
        store.ask("GET", path, &[("If-None-Match", &tag), ("Accept-Language", "en")], None).await.expect(200);
        let head = store.ask("HEAD", path, &[], None).await.expect(200);
        assert_eq!((head.body.as_str(), head.header("etag")), ("", tag.as_str()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_is_told_when_to_come_back() {
    for engine in engines() {
        let shop = shop_with(engine, &[("VITRINA_API_ADDRESS_PER_MINUTE", "5"), ("VITRINA_API_KEY_PER_MINUTE", "3")]);
        let (store, office) = (Api::store(&shop).await, Api::office(&shop).await);
        let first = store.get("/store/v1/config").await.expect(200);
        assert!(first.header("ratelimit-policy").contains("q=5"), "{:?}", first.headers);
        assert!(first.header("ratelimit").contains("r=4"));
        for _ in 0..4 {
            store.get("/store/v1/config").await.expect(200);
        }
        let refused = store.get("/store/v1/config").await.expect(429);
        let wait: u64 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(refused.value()["code"], "access.too_many");
        // Each surface counts for itself, and behind a proxy each visitor.
        let elsewhere = [("X-Forwarded-For", "203.0.113.7")];
        store.ask("GET", "/store/v1/config", &elsewhere, None).await.expect(200);
        for n in 0..3 {
            let address = format!("203.0.113.{n}");
            office.ask("GET", "/admin/v1/orders?limit=1", &[("X-Forwarded-For", &address)], None).await.expect(200);
        }
        let refused =
            office.ask("GET", "/admin/v1/orders?limit=1", &[("X-Forwarded-For", "203.0.113.9")], None).await.expect(429);
        assert!(!refused.header("retry-after").is_empty(), "one key from many addresses is one key");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_for_people_asks_nobody_else_for_anything() {
    let shop = vitrina_tests::Shop::open("sqlite");
    let guest = shop.visitor();
    for base in ["/store/v1", "/admin/v1"] {
        let page = guest.get(&format!("{base}/docs")).await.expect(200);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"), "{policy}");
        assert!(!page.body.contains("://"), "{}", page.body);
        for file in ["ui.js", "ui.css", "start.js"] {
            let part = guest.get(&format!("{base}/docs/{file}")).await.expect(200);
            assert!(!part.body.is_empty(), "{base}/docs/{file}");
        }
        let document: Value = guest.get(&format!("{base}/openapi.json")).await.expect(200).value();
        let ids: Vec<&str> = operation_ids(&document);
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "an operationId stands twice");
    }
    let none = guest.get("/store/v1/docs/other.js").await.expect(404);
    assert_eq!(none.value()["code"], json!("api.not_found"));
}

fn operation_ids(document: &Value) -> Vec<&str> {
    let items = document["paths"].as_object().expect("paths").values().filter_map(Value::as_object);
    items.flat_map(|item| item.values()).filter_map(|operation| operation["operationId"].as_str()).collect()
}
