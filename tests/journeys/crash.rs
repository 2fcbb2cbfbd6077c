//! The process dies in the middle of selling; what it had said yes to is still there.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{CHAIRS, borrowed, up_to_payment};

const ROUNDS: u64 = 5;
const GUESTS: usize = 12;

/// A guest at the last button: the visitor and the form.
type Ready = (Arc<Visitor>, Vec<(&'static str, String)>);

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_order_survives_kill_9() {
    for engine in engines() {
        let mut shop = Shop::open(engine);
        let variant = made_to_order(&shop).await;
        for round in 0..ROUNDS {
            let ready = prepare(&shop, &variant, round).await;
            let tasks: Vec<_> = ready
                .iter()
                .map(|(guest, fields)| {
                    let (guest, fields) = (Arc::clone(guest), fields.clone());
                    // Twice at once, as an impatient guest does: a cart is one order all the same.
                    tokio::spawn(async move {
                        let fields = borrowed(&fields);
                        let press = || guest.try_post("/en/checkout/payment", &fields);
                        let (one, two) = tokio::join!(press(), press());
                        [one, two].into_iter().flatten().filter_map(token).collect::<BTreeSet<_>>()
                    })
                })
                .collect();
            tokio::time::sleep(Duration::from_millis(15 * round)).await;
            shop.kill();
            let mut said_yes = Vec::new();
            for task in tasks {
                said_yes.push(task.await.expect("a guest"));
            }
            shop.kill_and_start_again();
            check(&shop, &ready, &said_yes).await;
            whole(&shop);
        }
    }
}

/// Something that does not run out while crowds buy it.
pub async fn made_to_order(shop: &Shop) -> String {
    let guest = shop.visitor();
    let listed = guest.get("/en/c/tables").await.expect(200);
    let mut seen = BTreeSet::new();
    for path in listed.links().into_iter().filter(|l| l.starts_with("/en/p/")) {
        if !seen.insert(path.clone()) {
            continue;
        }
        let page = guest.get(&path).await.expect(200);
        if page.body.contains("Made for you")
            && let Some(variant) = page.field("variant")
        {
            return variant;
        }
    }
    panic!("{CHAIRS} has company, yet no table is made to order")
}

async fn prepare(shop: &Shop, variant: &str, round: u64) -> Vec<Ready> {
    let mut ready = Vec::new();
    for n in 0..GUESTS {
        let guest = shop.visitor();
        let fields = up_to_payment(&guest, variant, &format!("guest-{round}-{n}@demo.test")).await;
        ready.push((Arc::new(guest), fields));
    }
    ready
}

fn token(answer: Answer) -> Option<String> {
    let place = answer.location.filter(|_| answer.status == 303)?;
    Some(place.strip_prefix("/en/order/")?.split('?').next()?.to_owned())
}

/// `vitrina doctor` looks at the rows: lines, event, timeline, task, journal and letter of every
/// order, and stock against its history.
fn whole(shop: &Shop) {
    let said = shop.command(&["doctor", "--json"]);
    let findings: serde_json::Value = serde_json::from_slice(&said.stdout).expect("findings");
    let findings = findings.as_array().expect("a list");
    let order = findings.iter().find(|f| f["what"].as_str().is_some_and(|w| w.starts_with("every order")));
    assert!(order.is_some_and(|f| f["health"] == "ok"), "{findings:?}");
}

async fn check(shop: &Shop, ready: &[Ready], said_yes: &[BTreeSet<String>]) {
    // The process has a new address; the cookie is the same.
    for ((guest, fields), tokens) in ready.iter().zip(said_yes) {
        assert!(tokens.len() <= 1, "one cart made {} orders", tokens.len());
        let again = shop.visitor();
        again.keep(guest.cookies());
        for token in tokens {
            again.get(&format!("/en/order/{token}")).await.expect(200);
        }
        // Pressed once more: the order that there is, or the one that the kill prevented.
        let placed = again.post("/en/checkout/payment", &borrowed(fields)).await;
        let now = token(placed).expect("the cart can still be ordered");
        again.get(&format!("/en/order/{now}")).await.expect(200);
        if let Some(before) = tokens.first() {
            assert_eq!(*before, now, "the cart made a second order");
        }
    }
}
