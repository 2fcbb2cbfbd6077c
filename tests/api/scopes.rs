//! Route × scope × answer. A route without a row here fails, and so does one whose document
//! names another scope than the one that opens it.

use std::collections::BTreeMap;

use vitrina_tests::{Answer, Shop};

use crate::{Api, shops};

/// A record that there is not: who may look is told so, who may not is told that.
const NONE: &str = "019c653f-0000-7000-8000-000000000000";

/// method, path, the scope that opens it (all of them, where several are needed), a body that can be read.
const ROUTES: &[(&str, &str, &str, &str)] = &[
    ("GET", "/archive", "archive:export", ""),
    ("GET", "/archive/holding", "archive:export", ""),
    ("GET", "/customers", "customers:read", ""),
    ("POST", "/customers", "customers:write", r#"{"name":"","locale":"xx"}"#),
    ("GET", "/customers/{id}", "customers:read", ""),
    ("GET", "/customers/{id}/timeline", "customers:read", ""),
    ("POST", "/customers/{id}/notes", "customers:write", r#"{"text":"x"}"#),
    ("GET", "/campaigns", "prices:write", ""),
    ("POST", "/campaigns", "prices:write", r#"{"name":"","percent":"20"}"#),
    ("GET", "/campaigns/{id}", "prices:write", ""),
    ("POST", "/campaigns/{id}/ending", "prices:write", ""),
    ("GET", "/discounts", "prices:write", ""),
    ("POST", "/discounts", "prices:write", r#"{"name":"","code":"x","gives":{"kind":"free_delivery"}}"#),
    ("GET", "/discounts/{id}", "prices:write", ""),
    ("POST", "/discounts/{id}/ending", "prices:write", ""),
    ("GET", "/cases", "cases:read", ""),
    ("POST", "/cases", "cases:write, orders:read", r#"{"kind":"complaint","order":"019c653f-0000-7000-8000-000000000000"}"#),
    ("GET", "/cases/{id}", "cases:read", ""),
    ("GET", "/cases/{id}/papers/{paper}/pdf", "cases:read", ""),
    ("POST", "/cases/{id}/messages", "cases:write", r#"{"text":"x"}"#),
    ("POST", "/cases/{id}/question", "cases:write", r#"{"text":"x"}"#),
    ("POST", "/cases/{id}/approval", "cases:write", r#"{"text":"x"}"#),
    ("POST", "/cases/{id}/refusal", "cases:write", r#"{"reason":"other","text":"x"}"#),
    ("POST", "/cases/{id}/instructions", "cases:write", r#"{"text":"x"}"#),
    ("POST", "/cases/{id}/arrival", "cases:write", r#"{"items":[]}"#),
    ("POST", "/cases/{id}/inspection", "cases:write", r#"{"items":[]}"#),
    ("POST", "/cases/{id}/resolution", "cases:write", r#"{"remedy":"repair"}"#),
    ("POST", "/cases/{id}/refund", "refunds:make, cases:write", ""),
    ("POST", "/cases/{id}/order", "cases:write, orders:read", r#"{"order":"019c653f-0000-7000-8000-000000000000","items":[]}"#),
    ("POST", "/cases/{id}/closing", "cases:write", ""),
    ("POST", "/cases/{id}/reopening", "cases:write", r#"{"reason":"x"}"#),
    ("GET", "/inquiries", "inquiries:read", ""),
    ("GET", "/inquiries/{id}", "inquiries:read", ""),
    ("POST", "/inquiries/{id}/answer", "inquiries:write", ""),
    ("POST", "/inquiries/{id}/closure", "inquiries:write", r#"{"reason":"x"}"#),
    ("GET", "/imports", "imports:run", ""),
    ("POST", "/imports", "imports:run", ""),
    ("GET", "/imports/{id}", "imports:run", ""),
    ("GET", "/imports/{id}/problems", "imports:run", ""),
    ("GET", "/imports/{id}/errors", "imports:run", ""),
    ("POST", "/imports/{id}/run", "imports:run, catalog:write, prices:write, stock:write", ""),
    ("POST", "/imports/{id}/undo", "imports:run, catalog:write, prices:write, stock:write", ""),
    ("GET", "/offers", "offers:read", ""),
    ("POST", "/offers", "offers:write, customers:read", r#"{"customer":"019c653f-0000-7000-8000-000000000000"}"#),
    ("GET", "/offers/{id}", "offers:read", ""),
    ("PATCH", "/offers/{id}", "offers:write", "{}"),
    ("GET", "/offers/{id}/pdf", "offers:read", ""),
    ("GET", "/offers/{id}/versions/{version}/pdf", "offers:read", ""),
    ("POST", "/offers/{id}/sections", "offers:write", "{}"),
    ("PUT", "/offers/{id}/sections/{section}", "offers:write", "{}"),
    ("DELETE", "/offers/{id}/sections/{section}", "offers:write", ""),
    ("POST", "/offers/{id}/lines", "offers:write", r#"{"lines":[{"text":"x"}]}"#),
    ("PATCH", "/offers/{id}/lines/{line}", "offers:write", "{}"),
    ("DELETE", "/offers/{id}/lines/{line}", "offers:write", ""),
    ("PUT", "/offers/{id}/lines/{line}/place", "offers:write", r#"{"step":"up"}"#),
    ("POST", "/offers/{id}/preparation", "offers:write", ""),
    ("POST", "/offers/{id}/reopening", "offers:write", ""),
    ("POST", "/offers/{id}/approval", "offers:approve", ""),
    ("POST", "/offers/{id}/dispatch", "offers:send", ""),
    ("POST", "/offers/{id}/revision", "offers:write", ""),
    ("POST", "/offers/{id}/withdrawal", "offers:write", r#"{"reason":"x"}"#),
    ("POST", "/offers/{id}/questions/{question}/answer", "offers:write", r#"{"answer":"x"}"#),
    (
        "POST",
        "/offers/{id}/agreement",
        "offers:send, orders:write",
        r#"{"how":"phone","name":"Ona","seen":{"amount":"1.00","currency":"EUR"}}"#,
    ),
    ("POST", "/offers/{id}/order", "offers:write", ""),
    ("GET", "/contracts", "offers:read", ""),
    ("POST", "/contracts", "offers:write", r#"{"offer":"019c653f-0000-7000-8000-000000000000"}"#),
    ("GET", "/contracts/{id}", "offers:read", ""),
    ("PATCH", "/contracts/{id}", "offers:write", "{}"),
    ("GET", "/contracts/{id}/pdf", "offers:read", ""),
    ("GET", "/contracts/{id}/versions/{version}/pdf", "offers:read", ""),
    ("GET", "/contracts/{id}/acceptance/pdf", "offers:read", ""),
    ("POST", "/contracts/{id}/dispatch", "offers:send", ""),
    ("POST", "/contracts/{id}/revision", "offers:write", ""),
    ("POST", "/contracts/{id}/withdrawal", "offers:write", r#"{"reason":"x"}"#),
    ("POST", "/contracts/{id}/questions/{question}/answer", "offers:write", r#"{"answer":"x"}"#),
    ("GET", "/orders", "orders:read", ""),
    ("GET", "/orders/{id}", "orders:read", ""),
    ("POST", "/orders/{id}/confirmation", "orders:write", ""),
    ("POST", "/orders/{id}/shipments", "orders:write", "{}"),
    ("POST", "/orders/{id}/delivery", "orders:write", ""),
    ("POST", "/orders/{id}/cancellation", "orders:write", r#"{"reason":"x"}"#),
    ("GET", "/payments/unallocated", "payments:read", ""),
    ("POST", "/payments/{id}/allocation", "payments:write, orders:read", r#"{"order":"00000000-0000-0000-0000-000000000000"}"#),
    ("POST", "/payments/{id}/refunds", "refunds:make", r#"{"amount":{"amount":"1.00","currency":"EUR"},"reason":"x"}"#),
    ("GET", "/orders/{id}/payments", "payments:read", ""),
    (
        "POST",
        "/orders/{id}/payments",
        "payments:write, orders:read",
        r#"{"method":"bank","amount":{"amount":"1.00","currency":"EUR"}}"#,
    ),
    ("GET", "/statements", "payments:read", ""),
    ("POST", "/statements", "payments:write", ""),
    ("GET", "/statements/{id}", "payments:read", ""),
    ("GET", "/documents", "documents:read", ""),
    ("GET", "/documents/{id}", "documents:read", ""),
    ("GET", "/documents/{id}/pdf", "documents:read", ""),
    ("GET", "/documents/{id}/xml", "documents:read", ""),
    ("POST", "/documents/{id}/credit-notes", "documents:issue", r#"{"reason":"x"}"#),
    ("POST", "/orders/{id}/invoice", "documents:issue", ""),
    ("POST", "/orders/{id}/prepayment-invoices", "documents:issue", r#"{"share":"0.3"}"#),
    ("GET", "/tasks", "tasks:read", ""),
    ("POST", "/tasks", "tasks:write", r#"{"customer":"x","kind":"call","due_on":"2030-01-01"}"#),
    ("GET", "/my-day", "tasks:read", ""),
    ("POST", "/tasks/{id}/completion", "tasks:write", "{}"),
    ("GET", "/products", "catalog:read", ""),
    ("GET", "/products/{id}", "catalog:read", ""),
    ("PATCH", "/products/{id}/texts", "catalog:write", r#"{"texts":[]}"#),
    ("PUT", "/products/{id}/status", "catalog:write", r#"{"status":"x"}"#),
    ("PUT", "/products/{id}/variants/{variant}/price", "prices:write", r#"{"price":{"amount":"1.00","currency":"EUR"}}"#),
    ("PUT", "/products/{id}/variants/{variant}/stock", "stock:write", r#"{"on_hand":"1"}"#),
];

const SCOPES: &[&str] = &[
    "catalog:read",
    "catalog:write",
    "prices:write",
    "stock:write",
    "orders:read",
    "orders:write",
    "offers:read",
    "offers:write",
    "offers:approve",
    "offers:send",
    "archive:export",
    "payments:read",
    "payments:write",
    "refunds:make",
    "documents:read",
    "documents:issue",
    "customers:read",
    "customers:write",
    "inquiries:read",
    "inquiries:write",
    "cases:read",
    "cases:write",
    "tasks:read",
    "tasks:write",
    "imports:run",
    "mail:read",
    "jobs:manage",
    "settings:manage",
    "users:manage",
    "content:write",
    "texts:write",
];

/// Asks as a well-behaved program does: whoever is told to wait waits, and asks again. The table
/// is longer than what a fast machine may ask within a minute.
async fn patiently(ask: impl AsyncFn() -> Answer) -> Answer {
    loop {
        let answer = ask().await;
        if answer.status != 429 {
            return answer;
        }
        let seconds = answer.header("retry-after").parse().expect("a 429 says how long to wait");
        tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_opens_to_its_scope_and_to_no_other() {
    for shop in shops() {
        let owner = Api::office(&shop).await;
        let declared: BTreeMap<(String, String), Option<String>> = owner
            .contract()
            .operations()
            .into_iter()
            .map(|(method, path, operation)| ((method, path), operation["x-scope"].as_str().map(str::to_owned)))
            .collect();
        for (method, path) in declared.keys() {
            assert!(ROUTES.iter().any(|(m, p, ..)| m == method && p == path), "{method} {path} has no row in the table");
        }
        let mut keys = Vec::new();
        for scope in SCOPES {
            keys.push((scope, Api::office_with(&shop, &key(&shop, scope)).await));
        }
        for (method, path, opener, body) in ROUTES {
            let said = declared.get(&((*method).to_owned(), (*path).to_owned())).cloned().flatten();
            assert_eq!(said.as_deref(), opener.split(", ").next(), "{method} {path}: the document names another scope");
            let named = path.replace("{version}", "1");
            let parts: Vec<&str> = named.split('/').map(|part| if part.starts_with('{') { NONE } else { part }).collect();
            let address = format!("/admin/v1{}", parts.join("/"));
            let body = (!body.is_empty()).then_some(*body);
            let nobody = patiently(async || owner.bare(method, &address, &[], body).await).await;
            assert_eq!(nobody.status, 401, "{method} {path} without a key");
            let all = patiently(async || owner.ask(method, &address, &[], body).await).await;
            assert!(!matches!(all.status, 401 | 403 | 500), "{method} {path} with all scopes: {}", all.body);
            for (scope, api) in &keys {
                let answer = patiently(async || api.ask(method, &address, &[], body).await).await;
                if *scope == opener {
                    assert!(!matches!(answer.status, 401 | 403 | 500), "{method} {path} with {scope}: {}", answer.body);
                } else {
                    assert_eq!(answer.status, 403, "{method} {path} with {scope}: {}", answer.body);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_opens_nothing_any_more() {
    for shop in shops() {
        let secret = key(&shop, "orders:read");
        let api = Api::office_with(&shop, &secret).await;
        api.get("/admin/v1/orders?limit=1").await.expect(200);
        let listed = String::from_utf8(shop.command(&["keys", "list"]).stdout).expect("a text");
        assert!(!listed.contains(&secret), "a secret is said once");
        let line = listed.lines().find(|l| l.contains("Test orders:read")).expect("the key");
        let id = line.split_whitespace().next().expect("its id");
        assert!(shop.command(&["keys", "revoke", id]).status.success());
        api.get("/admin/v1/orders?limit=1").await.expect(401);
        assert!(!shop.command(&["keys", "revoke", id]).status.success(), "it is revoked once");
        let unknown = shop.command(&["keys", "create", "--name", "x", "--scope", "orders:fly"]);
        assert!(String::from_utf8_lossy(&unknown.stderr).contains("orders:read"), "the known scopes are named");
    }
}

/// Makes a key with one scope.
fn key(shop: &Shop, scope: &str) -> String {
    let made = shop.command(&["keys", "create", "--name", &format!("Test {scope}"), "--scope", scope]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).expect("a text").trim().to_owned()
}
