//! The stand-in's wire: Stripe's paths and forms, idempotency keys, expansion, paging, and the page
//! on which a customer pays.
use poem::{
    Body, Request, Response, Route,
    http::{Method, StatusCode, header},
};
use serde_json::{Value, json};

use super::{
    Stand,
    books::{Books, Done, Kept},
    faults::{Endpoint, Fault},
    form,
    objects::Refusal,
};

const HTML: &str = "text/html; charset=utf-8";

pub(super) fn routes(stand: Stand) -> impl poem::Endpoint<Output = Response> {
    use poem::{EndpointExt, endpoint::make};
    let api = make(api).data(stand.clone());
    let page = make(page).data(stand);
    Route::new().at("/v1/*path", api).at("/pay/:session", page).map_to_response()
}

fn stand(request: &Request) -> Stand {
    request.data::<Stand>().expect("the stand-in is beside its routes").clone()
}

async fn api(mut request: Request) -> poem::Result<Response> {
    let stand = stand(&request);
    let (method, path) = (request.method().clone(), request.uri().path().trim_start_matches("/v1/").to_owned());
    let query = request.uri().query().unwrap_or_default().to_owned();
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let bearer = header("authorization").and_then(|a| a.strip_prefix("Bearer ").map(str::to_owned));
    let key = header("idempotency-key");
    let live = match bearer.as_deref() {
        Some(secret) if secret.starts_with("sk_") || secret.starts_with("rk_") => secret.contains("_live_"),
        _ => {
            return Ok(json_answer(
                401,
                &json!({ "error": { "type": "invalid_request_error", "message": "Invalid API Key provided" } }).to_string(),
            ));
        }
    };
    let body = request.take_body().into_string().await.unwrap_or_default();
    let endpoint = endpoint(&method, &path);
    let fault = stand.faults.of(endpoint);
    match fault {
        Some(Fault::Error(status)) => return Ok(error_answer(status)),
        Some(Fault::CutBefore) => return Ok(cut()),
        _ => {}
    }
    let asked = Asked { method, path, text: if body.is_empty() { query } else { body }, key, live };
    let remembered = if let Some(Fault::ErrorAfter(status)) = fault { Some(status) } else { None };
    let (status, answer, again) = stand.change(|books| asked.answer(books, remembered));
    Ok(match fault {
        Some(Fault::Cut) => cut(),
        Some(Fault::Garbage) => Response::builder().content_type(HTML).body("<html><h1>It works!</h1></html>"),
        Some(Fault::Late(time)) => {
            tokio::time::sleep(time).await;
            json_answer(status, &answer)
        }
        _ if again => {
            let mut response = json_answer(status, &answer);
            response.headers_mut().insert("idempotent-replayed", header::HeaderValue::from_static("true"));
            response
        }
        _ => json_answer(status, &answer),
    })
}

fn endpoint(method: &Method, path: &str) -> Endpoint {
    match (method == Method::POST, path.split('/').collect::<Vec<_>>().as_slice()) {
        (true, ["checkout", "sessions"]) => Endpoint::Start,
        (false, ["checkout", "sessions", _]) => Endpoint::Ask,
        (true, ["refunds"]) => Endpoint::Refund,
        (false, [_]) => Endpoint::List,
        _ => Endpoint::Other,
    }
}

struct Asked {
    method: Method,
    path: String,
    text: String,
    key: Option<String>,
    live: bool,
}

impl Asked {
    /// Status, body, and whether it was said before to the same key.
    fn answer(&self, books: &mut Books, remembered: Option<u16>) -> (u16, String, bool) {
        books.pass();
        let now = books.now;
        let asked = (self.path.clone(), self.text.clone());
        if let Some(kept) = self.key.as_ref().and_then(|key| books.keys.get(key)).filter(|kept| now - kept.at < 86_400) {
            if kept.asked != asked {
                let message = "Keys for idempotent requests can only be used with the same parameters they were first used with.";
                let error = json!({ "error": { "type": "idempotency_error", "message": message } });
                return (400, error.to_string(), false);
            }
            return (kept.status, kept.body.clone(), true);
        }
        let done = self.work(books);
        let early = done.as_ref().is_err_and(|refusal| refusal.early);
        let (mut status, mut body) = match done {
            Ok(value) => (200, value.to_string()),
            Err(refusal) => (refusal.status, refusal.json().to_string()),
        };
        if let Some(error) = remembered {
            (status, body) = (error, error_body(error));
        }
        if let Some(key) = self.key.clone().filter(|_| !early && self.method == Method::POST) {
            books.keys.insert(key, Kept { asked, status, body: body.clone(), at: now });
        }
        (status, body, false)
    }

    fn work(&self, books: &mut Books) -> Done<Value> {
        let ask = form::parse(&self.text);
        let post = self.method == Method::POST;
        let done = match (post, self.path.split('/').collect::<Vec<_>>().as_slice()) {
            (true, ["checkout", "sessions"]) => books.start(&ask, self.live)?,
            (true, ["checkout", "sessions", id, "expire"]) => books.expire(id)?,
            (true, ["refunds"]) => {
                let of = ask["payment_intent"].as_str().or_else(|| ask["charge"].as_str()).unwrap_or_default();
                let amount =
                    ask.get("amount").map(|a| form::number(a).ok_or_else(|| Refusal::invalid("amount", "Invalid integer")));
                let refund = books.refund(of, amount.transpose()?, super::books::metadata(&ask["metadata"])?)?;
                books.object(&refund).ok_or_else(|| Refusal::missing(&refund))?
            }
            (false, ["checkout", "sessions", id] | ["payment_intents" | "charges" | "refunds" | "disputes", id]) => {
                books.object(id).ok_or_else(|| Refusal::missing(id))?
            }
            (false, [list]) => page_of(books, list, &ask)?,
            _ => return Err(Refusal::missing(&self.path)),
        };
        Ok(form::items(&ask["expand"])
            .into_iter()
            .filter_map(Value::as_str)
            .fold(done, |value, path| expanded(books, value, path)))
    }
}

/// A list, newest first, as Stripe pages it.
fn page_of(books: &Books, list: &str, ask: &Value) -> Done<Value> {
    let all: Vec<(&String, i64)> = match list {
        "payment_intents" => books.payments.values().rev().map(|p| (&p.id, p.created)).collect(),
        "charges" => books.payments.values().rev().map(|p| (&p.charge, p.paid_at.unwrap_or(p.created))).collect(),
        "refunds" | "disputes" => match ask["payment_intent"].as_str().or_else(|| ask["charge"].as_str()) {
            Some(of) => {
                let payment = books.payments.get(&books.payment_name(of)).ok_or_else(|| Refusal::missing(of))?;
                let names = if list == "refunds" { &payment.refunds } else { &payment.disputes };
                names.iter().rev().map(|id| (id, books.now)).collect()
            }
            None if list == "refunds" => books.refunds.values().rev().map(|r| (&r.id, r.created)).collect(),
            None => books.disputes.values().rev().map(|d| (&d.id, d.created)).collect(),
        },
        "balance_transactions" => books.movements.values().rev().map(|m| (&m.id, m.created)).collect(),
        other => return Err(Refusal::missing(other)),
    };
    let limit = form::number(&ask["limit"]).unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return Err(Refusal::invalid("limit", "must be between 1 and 100"));
    }
    let since = form::number(&ask["created"]["gte"]).unwrap_or(i64::MIN);
    let mut rest = all.into_iter().filter(|(_, created)| *created >= since).peekable();
    if let Some(after) = ask["starting_after"].as_str() {
        rest.by_ref().find(|(id, _)| *id == after).ok_or_else(|| Refusal::missing(after))?;
    }
    let data: Vec<Value> =
        rest.by_ref().take(usize::try_from(limit).unwrap_or(10)).filter_map(|(id, _)| books.object(id)).collect();
    Ok(json!({ "object": "list", "data": data, "has_more": rest.peek().is_some(), "url": format!("/v1/{list}") }))
}

/// Puts objects in the place of their names along a path such as `payment_intent.latest_charge`.
fn expanded(books: &Books, mut value: Value, path: &str) -> Value {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    if let Value::Array(items) = &mut value[first] {
        *items = items.drain(..).map(|item| expanded(books, item, rest)).collect();
        return value;
    }
    if let Some(whole) = value[first].as_str().and_then(|id| books.object(id)) {
        value[first] = whole;
    }
    if !rest.is_empty() && value[first].is_object() {
        value[first] = expanded(books, value[first].take(), rest);
    }
    value
}

fn json_answer(status: u16, body: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Response::builder().status(status).content_type("application/json").body(body.to_owned())
}

fn error_body(status: u16) -> String {
    json!({ "error": { "type": "api_error", "message": format!("An unknown error occurred ({status})") } }).to_string()
}

fn error_answer(status: u16) -> Response {
    json_answer(status, &error_body(status))
}

/// The status goes out, and then the connection is cut: hyper closes it when a body breaks.
fn cut() -> Response {
    let broken = futures_util::stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("cut"))]);
    Response::builder().content_type("application/json").body(Body::from_bytes_stream(broken))
}

/// The page of a session: what a customer sees at Stripe, with a button for each way that it can go.
async fn page(mut request: Request) -> poem::Result<Response> {
    let stand = stand(&request);
    let id: String = request.uri().path().trim_start_matches("/pay/").to_owned();
    let body = request.take_body().into_string().await.unwrap_or_default();
    let outcome = form::parse(&body)["outcome"].as_str().unwrap_or_default().to_owned();
    let outcome = if request.method() == Method::POST { outcome } else { String::new() };
    let (session, told) = stand.change(|books| {
        books.pass();
        let told = match outcome.as_str() {
            "paid" => books.complete(&id, true).map(|_| ()),
            "bank" => books.complete(&id, false).map(|_| ()),
            "declined" => books.decline(&id).map(|_| ()),
            _ => Ok(()),
        };
        (books.sessions.get(&id).cloned(), told)
    });
    let Some(session) = session else { return Ok(StatusCode::NOT_FOUND.into()) };
    let back = match (outcome.as_str(), &told) {
        ("paid" | "bank", Ok(())) => Some(session.success_url.replace("{CHECKOUT_SESSION_ID}", &id)),
        ("cancel", _) => session.cancel_url.clone(),
        _ => None,
    };
    if let Some(back) = back {
        return Ok(Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, back).finish());
    }
    let note = match (told, outcome.as_str(), session.status) {
        (Err(refusal), ..) => refusal.message,
        (_, "declined", _) => "Your card was declined. Try another one.".to_owned(),
        (_, _, "open") => String::new(),
        (_, _, status) => format!("This page is {status}."),
    };
    Ok(Response::builder().content_type(HTML).body(html(&session, &note)))
}

fn html(session: &super::objects::Session, note: &str) -> String {
    let digits = match session.currency.as_str() {
        "jpy" | "krw" => 0,
        "kwd" | "bhd" => 3,
        _ => 2,
    };
    let unit = 10_i64.pow(digits);
    let sum = match digits {
        0 => session.amount.to_string(),
        _ => format!("{}.{:0width$}", session.amount / unit, session.amount % unit, width = digits as usize),
    };
    let buttons = if session.status == "open" {
        [
            "paid|Pay",
            "bank|Pay by bank debit (takes days)",
            "declined|Pay with a card that is declined",
            "cancel|Back to the shop",
        ]
        .map(|b| b.split_once('|').unwrap_or((b, b)))
        .map(|(value, label)| format!(r#"<p><button name="outcome" value="{value}">{label}</button></p>"#))
        .concat()
    } else {
        String::new()
    };
    format!(
        r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Payment (rehearsal)</title></head>
<body><main><h1>Payment (rehearsal)</h1><p>{}</p><p><strong id="sum">{sum} {}</strong></p><p role="status">{}</p>
<form method="post">{buttons}</form></main></body></html>"#,
        escaped(&session.title),
        session.currency.to_uppercase(),
        escaped(note),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
