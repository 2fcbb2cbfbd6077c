//! A provider's messages: how many a second are on disk, alone and with everything that follows.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, Row, SqliteConnection};
use time::OffsetDateTime;

use crate::{
    buying::Buyers,
    load::Rate,
    shop::{self, Home},
    wire::Wire,
};

const SECRET: &str = "whsec_of_the_bench";

/// What makes the shop take messages. Nobody is ever asked at this address.
pub const TAKES_CARDS: [(&str, &str); 3] = [
    ("VITRINA_STRIPE_URL", "http://127.0.0.1:9"),
    ("VITRINA_STRIPE_KEY", "sk_test_of_the_bench"),
    ("VITRINA_STRIPE_WEBHOOK_SECRETS", SECRET),
];

/// A payment page that somebody has paid.
struct Page {
    session: String,
    amount: i64,
}

/// Gives every order that waits for its money a payment page, as if the guest had chosen the card.
async fn pages(home: &Home) -> anyhow::Result<Vec<Page>> {
    let (id, name) = match home.database {
        None => ("randomblob(16)", "lower(hex(id))"),
        Some(_) => ("gen_random_uuid()", "replace(id::text, '-', '')"),
    };
    let sql = format!(
        "insert into payment_attempt (id, order_id, provider, session, url, state, why, amount_minor, currency, created_at, \
         expires_at, ask_at, asked) \
         select {id}, id, 'stripe', 'cs_bench_' || {name}, null, 'open', '', gross_minor, currency, placed_at, placed_at, null, 0 \
         from sales_order where state = 'placed' and payment_state = 'unpaid' \
         and id not in (select order_id from payment_attempt) returning session, amount_minor"
    );
    let sql = sqlx::AssertSqlSafe(sql);
    let all: Vec<(String, i64)> = if let Some(url) = &home.database {
        let mut db = PgConnection::connect(url).await?;
        sqlx::query(sql).fetch_all(&mut db).await?.iter().map(|row| (row.get(0), row.get(1))).collect()
    } else {
        let mut db = SqliteConnection::connect(&format!("sqlite://{}", home.data.join("shop.db").display())).await?;
        sqlx::query(sql).fetch_all(&mut db).await?.iter().map(|row| (row.get(0), row.get(1))).collect()
    };
    Ok(all.into_iter().map(|(session, amount)| Page { session, amount }).collect())
}

fn paid(page: &Page, n: usize) -> Value {
    json!({
        "id": format!("evt_{}", page.session), "object": "event", "type": "checkout.session.completed", "created": 1_700_000_000,
        "livemode": false, "data": { "object": {
            "id": page.session, "object": "checkout.session", "mode": "payment", "status": "complete", "payment_status": "paid",
            "payment_intent": format!("pi_bench_{n}_{}", page.session), "amount_total": page.amount, "currency": "eur",
            "livemode": false, "metadata": {}, "created": 1_700_000_000,
        } },
    })
}

/// A message that says nothing of money: it is kept, and that is all.
fn idle(n: usize) -> Value {
    json!({
        "id": format!("evt_idle_{n}"), "object": "event", "type": "customer.updated", "created": 1_700_000_000, "livemode": false,
        "data": { "object": { "id": format!("cus_{n}"), "object": "customer", "email": "ona@demo.test", "name": "Ona Onaitė" } },
    })
}

fn signature(body: &str, at: i64) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key");
    mac.update(format!("{at}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("t={at},v1={hex}")
}

/// Messages that are only kept, then messages of paid pages with their whole effect: ledger, order,
/// stock, customer's history, task, journal and letter in the commit that answers.
pub async fn measure(home: &Home, to: &Buyers<'_>) -> anyhow::Result<[Rate; 2]> {
    let pages = pages(home).await?;
    ensure!(!pages.is_empty(), "no order waits for its money");
    let raw = send(to, usize::MAX, idle).await?;
    let whole = send(to, pages.len(), |n| paid(&pages[n], n)).await?;
    Ok([raw, whole])
}

/// Sends message after message until they or the seconds are over.
async fn send(to: &Buyers<'_>, most: usize, message: impl Fn(usize) -> Value) -> anyhow::Result<Rate> {
    // Signed before the clock runs: the provider's work is not ours to measure.
    #[expect(clippy::disallowed_methods, reason = "the provider's clock")]
    let at = OffsetDateTime::now_utc().unix_timestamp();
    let count = most.min(usize::try_from(to.seconds)? * 8_000);
    let all: Arc<Vec<(String, String)>> = Arc::new(
        (0..count)
            .map(|n| {
                let body = message(n).to_string();
                (format!("content-type: application/json\r\nstripe-signature: {}\r\n", signature(&body, at)), body)
            })
            .collect(),
    );
    let next = Arc::new(AtomicUsize::new(0));
    let before = shop::cpu(to.server);
    let begun = Instant::now();
    let until = begun + Duration::from_secs(to.seconds);
    let mut crowd = Vec::new();
    for _ in 0..to.connections {
        let (all, next) = (Arc::clone(&all), Arc::clone(&next));
        let mut wire = Wire::open(to.url).await?;
        crowd.push(tokio::spawn(async move {
            let (mut times, mut errors) = (Vec::new(), 0_u64);
            while Instant::now() < until {
                let Some((headers, body)) = all.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                let sent = Instant::now();
                let answer = wire.send("POST", "/hooks/v1/stripe", headers, body.as_bytes()).await?;
                match answer.status {
                    200 => times.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX)),
                    _ => errors += 1,
                }
            }
            anyhow::Ok((times, errors))
        }));
    }
    let (mut times, mut errors) = (Vec::new(), 0);
    for one in crowd {
        let (its, wrong) = one.await??;
        times.extend(its);
        errors += wrong;
    }
    let spent = shop::cpu(to.server) - before;
    Rate::of(times, errors, begun.elapsed(), spent).context("no message was taken")
}
