//! Money while everything goes wrong: the provider answers late, twice, with an error or never, its
//! messages come twice, out of order or not at all, browsers pay in two tabs and never come back,
//! and the process is killed at any moment. After each storm: *money at the provider = ledger =
//! allocations + desk*, each paid page has its order, and nothing is negative.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use vitrina::{
    kernel::{Actor, Database, Moment, Right},
    payments,
};
use vitrina_tests::{
    How, Shop, Visitor, engines,
    stripe::{Endpoint, Fault, Sending, StripeStandIn},
};

use crate::{CHAIRS, borrowed, crash::made_to_order, first_product, staff, up_to_payment};

const GUESTS: u64 = 6;
const SECRET: &str = "whsec_of_the_tests";

/// A shop that takes cards at a stand-in.
async fn with_cards(engine: &str) -> (Shop, StripeStandIn) {
    let stripe = StripeStandIn::start().await;
    let env = [
        ("VITRINA_STRIPE_URL", stripe.url()),
        ("VITRINA_STRIPE_KEY", "sk_test_of_the_tests".into()),
        ("VITRINA_STRIPE_WEBHOOK_SECRETS", SECRET.into()),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let shop = Shop::open_with(engine, How { env, args: Vec::new() });
    listen(&shop, &stripe);
    (shop, stripe)
}

/// The shop has a new address after each start.
fn listen(shop: &Shop, stripe: &StripeStandIn) {
    stripe.webhooks(&format!("{}/hooks/v1/stripe", shop.url()), SECRET);
}

/// A guest presses the button with *card*; gives the provider's page, or nothing of one where it did
/// not open and the order's own page says so.
async fn order_by_card(guest: &Visitor, variant: &str, email: &str) -> Option<Option<String>> {
    let mut fields = up_to_payment(guest, variant, email).await;
    fields.iter_mut().filter(|(name, _)| *name == "payment").for_each(|field| field.1 = "card".into());
    let answer = guest.try_post("/en/checkout/payment", &borrowed(&fields)).await.ok()?;
    match answer.status {
        // The shop's own page leads to the provider's.
        200 => answer.link("cs_").map(Some),
        303 => answer.location.filter(|to| to.starts_with("/en/order/")).map(|_| None),
        _ => None,
    }
}

fn session_of(page: &str) -> Option<String> {
    let at = page.find("cs_")?;
    Some(page[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect())
}

/// Where a form of the page goes.
fn action(page: &str, end: &str) -> Option<String> {
    let all = page.split("action=\"").skip(1).filter_map(|piece| piece.split('"').next());
    all.into_iter().find(|to| to.ends_with(end)).map(str::to_owned)
}

/// A small generator, so that a storm can be made again by its number.
fn dice(seed: u64) -> impl FnMut(u64) -> u64 + Send + 'static {
    let state = AtomicU64::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    move |sides| {
        let mut x = state.load(Ordering::Relaxed);
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        state.store(x, Ordering::Relaxed);
        x % sides
    }
}

/// What the ledger says of the provider: (all that moved, on orders, on the desk), in cents.
async fn books(shop: &Shop) -> (i64, Vec<payments::Unsound>) {
    let url = shop.database.clone().unwrap_or_else(|| format!("sqlite:{}", shop.data.join("shop.db").display()));
    let database = Database::open(&url).await.expect("the shop's database");
    let scope = Actor::System.scope(Right::PaymentsRead).expect("the shop itself may");
    let all = payments::day(database.reader(), &scope, Moment(0), Moment(i64::MAX)).await.expect("the ledger");
    let unsound = payments::unsound(database.reader()).await.expect("the proofs");
    database.close().await;
    (all.iter().filter(|s| s.provider == "stripe").map(|s| s.amount.minor).sum(), unsound)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_pays_by_card_and_the_office_sees_it() {
    for engine in engines() {
        let (shop, stripe) = with_cards(engine).await;
        let guest = shop.visitor();
        let (_, page) = first_product(&guest, CHAIRS).await;
        let variant = page.field("variant").expect("a variant");
        let pay = order_by_card(&guest, &variant, "ona@demo.test").await.expect("an order").expect("the provider's page");
        let session = session_of(&pay).expect("a session");
        let told = stripe.session(&session).expect("the provider knows it");
        stripe.no_webhooks();
        stripe.pay(&session).expect("an open page");
        // The browser comes back before any message: the provider is asked.
        let back = told.success_url.trim_start_matches(&shop.url()).to_owned();
        let done = guest.follow(guest.get(&back).await).await.expect(200);
        assert!(done.body.contains("Thank you"), "{}", done.body);
        let order = back.trim_end_matches("/paid");
        let shown = guest.get(order).await.expect(200);
        assert!(shown.body.contains("Paid") && shown.body.contains("Confirmed"), "{}", shown.body);
        assert!(!shown.body.contains("/pay\""), "nobody is asked to pay twice");
        let owner = staff(&shop, "owner").await;
        let number = crate::number(&shown);
        let listed = owner.get(&format!("/office/orders?q={number}")).await.expect(200);
        assert!(listed.body.contains("Apmokėtas"), "the list says how the money stands");
        // Then the messages come, late and twice: nothing changes.
        listen(&shop, &stripe);
        assert_eq!(stripe.send_again().await, 0);
        assert_eq!(books(&shop).await, (told.amount, vec![]));
        // A refund from the office goes the way the money came.
        let order = owner.get(&listed.link("/office/orders/0").expect("its row")).await.expect(200);
        let refund = action(&order.body, "/refund").expect("a refund form");
        let csrf = order.field("csrf").expect("a token");
        let sent = owner.post(&refund, &[("csrf", &csrf), ("amount", "10,00"), ("reason", "scratched")]).await.expect(303);
        assert!(sent.location.is_some());
        for _ in 0..100 {
            if !stripe.refunds().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        stripe.quiet().await;
        assert_eq!(stripe.refunds().len(), 1);
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(books(&shop).await, (told.amount - 1_000, vec![]));
    }
}

/// A few storms in every test; `make torture` asks for many.
#[expect(clippy::disallowed_methods, reason = "what `make torture` asks for")]
fn storms() -> u64 {
    std::env::var("VITRINA_STORMS").ok().and_then(|n| n.parse().ok()).unwrap_or(4)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_paid_is_lost_whatever_dies() {
    for engine in engines() {
        let (mut shop, stripe) = with_cards(engine).await;
        let stripe = Arc::new(stripe);
        let variant = made_to_order(&shop).await;
        let mut done = Done::default();
        for round in 0..storms() {
            storm(&stripe, round);
            let guests: Vec<_> = (0..GUESTS).map(|n| (shop.visitor(), format!("guest-{round}-{n}@demo.test"))).collect();
            let tasks: Vec<_> = guests
                .into_iter()
                .map(|(guest, email)| {
                    let variant = variant.clone();
                    tokio::spawn(async move { order_by_card(&guest, &variant, &email).await })
                })
                .collect();
            let outside = tokio::spawn(others_act(Arc::clone(&stripe), round));
            tokio::time::sleep(Duration::from_millis(150 + dice(round + 77)(900))).await;
            shop.kill();
            for task in tasks {
                // A guest whose request the kill cut off may find the shop gone on the way; that is theirs to see.
                let _ = task.await;
            }
            shop.kill_and_start_again();
            listen(&shop, &stripe);
            done.add(&outside.await.expect("the world outside"));
            // In between, and not only once at the end: a later storm must not hide an earlier one's loss.
            if round % 25 == 24 {
                balanced(&shop, &stripe).await;
            }
        }
        balanced(&shop, &stripe).await;
        assert!(done.paid > 0, "somebody paid");
        println!(
            "{engine}: {} kills, {} requests to the provider went wrong, {} pages paid, {} refunded and {} disputed at the provider, \
             {} messages sent {} times; lost: 0",
            storms(),
            stripe.faults().made(),
            done.paid,
            done.refunded,
            done.disputed,
            stripe.events().len(),
            stripe.deliveries().len()
        );
    }
}

/// What happened at the provider, whatever became of the shop meanwhile.
#[derive(Default)]
struct Done {
    paid: usize,
    refunded: usize,
    disputed: usize,
}

impl Done {
    fn add(&mut self, other: &Self) {
        self.paid += other.paid;
        self.refunded += other.refunded;
        self.disputed += other.disputed;
    }
}

/// Whoever has a page pays it; some payments are refunded in the provider's own office, some are
/// disputed, and the disputes end one way or the other.
async fn others_act(stripe: Arc<StripeStandIn>, seed: u64) -> Done {
    let mut roll = dice(seed + 2_000);
    let mut done = Done::default();
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        for session in stripe.sessions().iter().filter(|s| s.status == "open") {
            let Ok(payment) = stripe.pay(&session.id) else { continue };
            done.paid += 1;
            match roll(8) {
                0 => done.refunded += usize::from(stripe.refund(&payment, None).is_ok()),
                1 => done.refunded += usize::from(stripe.refund(&payment, Some(session.amount / 3)).is_ok()),
                2 => {
                    let Ok(dispute) = stripe.dispute(&payment, None) else { continue };
                    done.disputed += 1;
                    match roll(3) {
                        0 => stripe.win(&dispute).expect("an open dispute"),
                        1 => stripe.lose(&dispute).expect("an open dispute"),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }
    done
}

/// After the storm: every message arrives in the end, and the books agree to the cent.
async fn balanced(shop: &Shop, stripe: &StripeStandIn) {
    calm(stripe).await;
    let (ledger, unsound) = books(shop).await;
    assert_eq!(unsound, vec![]);
    assert_eq!(ledger, stripe.balance().get("eur").copied().unwrap_or(0), "money at the provider = ledger");
    whole(shop);
    each_paid_page_is_a_paid_order(shop, stripe).await;
}

/// The next requests and messages go wrong in many ways.
fn storm(stripe: &StripeStandIn, seed: u64) {
    let mut roll = dice(seed + 1);
    stripe.faults().plan(move |endpoint| match (endpoint, roll(10)) {
        (_, 0) => Some(Fault::Error(500)),
        (Endpoint::Start, 1) => Some(Fault::ErrorAfter(500)),
        (_, 2) => Some(Fault::Cut),
        (_, 3) => Some(Fault::CutBefore),
        (_, 4) => Some(Fault::Late(Duration::from_millis(400))),
        (Endpoint::Ask, 5) => Some(Fault::Garbage),
        _ => None,
    });
    let mut roll = dice(seed + 1_000);
    stripe.delivery(move |_| match roll(6) {
        0 => vec![],
        1 => vec![Sending::AT_ONCE; 3],
        2 => vec![Sending::after(Duration::from_millis(700))],
        3 => vec![Sending::AT_ONCE, Sending::after(Duration::from_millis(300))],
        _ => vec![Sending::AT_ONCE],
    });
}

/// All is well again: what was not acknowledged is sent again, as the provider does for days.
async fn calm(stripe: &StripeStandIn) {
    stripe.faults().clear();
    stripe.delivery(|_| vec![Sending::AT_ONCE]);
    stripe.quiet().await;
    for _ in 0..60 {
        if stripe.send_again().await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("not acknowledged: {:?}", stripe.unacknowledged());
}

/// `vitrina doctor` looks at every order, at the stock and at the ledger.
fn whole(shop: &Shop) {
    let said = shop.command(&["doctor", "--json"]);
    let findings: serde_json::Value = serde_json::from_slice(&said.stdout).expect("findings");
    for check in ["whole", "ledger"] {
        let found = findings.as_array().and_then(|all| all.iter().find(|f| f["check"] == check)).expect("a finding");
        assert_eq!(found["health"], "ok", "{found}");
    }
}

/// Pages whose money stayed: what was refunded or disputed says so elsewhere.
async fn each_paid_page_is_a_paid_order(shop: &Shop, stripe: &StripeStandIn) {
    let moved: Vec<String> =
        stripe.refunds().into_iter().map(|r| r.payment).chain(stripe.disputes().into_iter().map(|d| d.payment)).collect();
    let stayed: Vec<String> =
        stripe.payments().into_iter().filter(|p| p.paid_at.is_some() && !moved.contains(&p.id)).map(|p| p.session).collect();
    for session in stripe.sessions().iter().filter(|s| stayed.contains(&s.id)) {
        let path = session.success_url.trim_end_matches("/paid");
        let path = &path[path.find("/en/order/").expect("an order's address")..];
        let order = shop.visitor().get(path).await.expect(200);
        assert!(order.body.contains("Paid"), "{path}: {}", order.body);
    }
}
