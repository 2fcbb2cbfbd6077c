//! An offer from the office to the order: what the manager, the customer and the plan see at each step.

use std::time::Duration;

use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{guest::row_link, number, staff};

pub async fn english(desk: &Visitor) -> String {
    let csrf = desk.get("/office/customers").await.expect(200).field("csrf").expect("a token");
    desk.post("/office/look", &[("csrf", &csrf), ("locale", "en")]).await.expect(303);
    csrf
}

pub async fn send(desk: &Visitor, csrf: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![("csrf", csrf)];
    all.extend(fields);
    let sent = desk.post(path, &all).await.expect(303);
    desk.follow(sent).await.expect(200)
}

/// The customer's own page, once the letter that leads to it was written.
pub async fn link_to_offer(owner: &Visitor, email: &str) -> String {
    for _ in 0..150 {
        let letters = owner.get("/office/letters").await.expect(200);
        if letters.body.contains(email) {
            let body = owner.get(&format!("{}/body", row_link(&letters, "/office/letters/", email))).await.expect(200).body;
            if let Some(at) = body.find("/offer/") {
                let token: String =
                    body[at + 7..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
                return format!("/en/offer/{token}");
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no letter with an offer to {email}");
}

pub fn names<'a>(page: &'a Answer, prefix: &str) -> Vec<&'a str> {
    page.body.split("name=\"").skip(1).filter_map(|p| p.split('"').next()).filter(|n| n.starts_with(prefix)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_built_sent_chosen_from_accepted_and_ordered() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        let csrf = english(&owner).await;
        let email = "greta.pasiula@demo.test";
        let fields = [("name", "Greta Pasiūla"), ("email", email), ("locale", "en")];
        let customer = send(&owner, &csrf, "/office/customers", &fields).await;
        let customer =
            customer.body.split("name=\"customer\" value=\"").nth(1).and_then(|p| p.split('"').next()).expect("an id").to_owned();
        let begun = owner.post("/office/offers", &[("csrf", &csrf), ("customer", &customer)]).await.expect(303);
        let own = begun.location.clone().expect("the offer's page");

        // Accents are forgiven, SKUs are pasted, a line of one's own stands between.
        let found = owner.get(&format!("{own}?q=ausra")).await.expect(200);
        assert!(found.body.contains("class=\"picks\"") && found.body.contains("Aušra"), "the picker forgives accents");
        let lines = "KD-AUS-OIL-LIN 2\nKD-AUS-OIL-LIN;1";
        let page = send(&owner, &csrf, &format!("{own}/add"), &[("lines", lines)]).await;
        assert_eq!(names(&page, "qty.").len(), 2);
        owner.post(&format!("{own}/add"), &[("csrf", &csrf), ("lines", "NERA-TOKIO 2")]).await.expect(422);
        let free = [
            ("kind", "free"),
            ("title", "Assembly on site"),
            ("price", "60,00"),
            ("qty", "1"),
            ("unit", "service"),
            ("vat", "standard"),
        ];
        let page = send(&owner, &csrf, &format!("{own}/words"), &free).await;
        let rows: Vec<String> = names(&page, "qty.").into_iter().map(|n| n.trim_start_matches("qty.").to_owned()).collect();
        assert_eq!(rows.len(), 3);
        // The second chair may be left out, and there may be up to four of it.
        let option = [("row", rows[1].as_str()), ("qty", "1"), ("least", "1"), ("most", "4"), ("optional", "1"), ("off", "10 %")];
        let page = send(&owner, &csrf, &format!("{own}/row"), &option).await;
        assert!(page.body.contains("not ticked"));
        let moved = send(&owner, &csrf, &format!("{own}/lines"), &[("do", &format!("up:{}", rows[2]))]).await;
        let order: Vec<String> = names(&moved, "qty.").into_iter().map(|n| n.trim_start_matches("qty.").to_owned()).collect();
        assert_eq!(order, [rows[0].clone(), rows[2].clone(), rows[1].clone()], "a line goes up by its button");

        // Without an address the offer has no country of delivery beyond home; a slip is told beside its field.
        owner.post(&format!("{own}/head"), &[("csrf", &csrf), ("deposit", "abc")]).await.expect(422);
        send(
            &owner,
            &csrf,
            &format!("{own}/head"),
            &[("deposit", "30 %"), ("title", "Chairs for the reading room"), ("written_in", "en")],
        )
        .await;
        let ready = send(&owner, &csrf, &format!("{own}/step"), &[("do", "prepare")]).await;
        assert!(ready.body.contains("Ready"));
        let sent = send(&owner, &csrf, &format!("{own}/send"), &[]).await;
        assert!(sent.body.contains("KP-2026-") || sent.body.contains("KP-20"), "it has its number");

        let guest = shop.visitor();
        let path = link_to_offer(&owner, email).await;
        let offer = guest.get(&path).await.expect(200);
        assert!(offer.body.contains("Chairs for the reading room") && offer.body.contains("Assembly on site"));
        assert!(!owner.get(&own).await.expect(200).body.contains("Opened 1 times"), "reading the source is no look");
        let seen = offer.link("seen.css").expect("what a rendered page asks for");
        guest.get(&seen).await.expect(200);
        assert!(owner.get(&own).await.expect(200).body.contains("The customer opened it"));

        // A question lands in the plan, its answer goes out.
        let ask = [("item", rows[1].as_str()), ("question", "Is the linen washable?"), ("key", "q-1")];
        guest.post(&format!("{path}/question"), &ask).await.expect(303);
        let asked = owner.get(&own).await.expect(200);
        assert!(asked.body.contains("Is the linen washable?") && asked.body.contains("Question"));
        let question = asked.field("question").expect("the question's id");
        let answered =
            send(&owner, &csrf, &format!("{own}/answer"), &[("question", &question), ("answer", "Yes, at 30 °C.")]).await;
        assert!(answered.body.contains("at 30 °C"));

        // The option is ticked and three are wanted: the server counts, and another sum than the one seen is said first.
        let qty = format!("qty.{}", rows[1]);
        let choice = [("pick", rows[1].as_str()), (qty.as_str(), "3")];
        let before = offer.field("seen").expect("the sum");
        let counted = guest.post(&path, &[&choice[..], &[("do", "count")]].concat()).await.expect(200);
        let now = counted.field("seen").expect("the sum");
        assert_ne!(before, now);
        let (version, hash) = (counted.field("version").expect("a version"), counted.field("hash").expect("its hash"));
        let evidence = [("version", version.as_str()), ("hash", hash.as_str()), ("payment", "bank_transfer")];
        let address = [("street", "Pilies g. 1"), ("city", "Vilnius"), ("postcode", "LT-01123")];
        let who = [("name", "Greta Pasiūla"), ("role", "director"), ("agreed", "yes"), ("do", "accept")];
        let stale = [&choice[..], &evidence, &address, &who, &[("seen", before.as_str())]].concat();
        let told = guest.post(&path, &stale).await.expect(409);
        assert!(told.body.contains("accept again"), "the new sum is said before it binds");
        let silent = [&choice[..], &evidence, &address, &[("do", "accept"), ("seen", now.as_str())]].concat();
        guest.post(&path, &silent).await.expect(422);
        let yes = [&choice[..], &evidence, &address, &who, &[("seen", now.as_str())]].concat();
        let first = guest.post(&path, &yes).await.expect(303);
        guest.post(&path, &yes).await.expect(303);
        let done = guest.follow(first).await.expect(200);
        let order = done.link("/en/order/").expect("the order's page");
        let order = guest.get(&order).await.expect(200);
        let sum: i64 = now.parse().expect("a sum");
        let printed = |minor: i64| {
            let (whole, cents) = (minor / 100, minor % 100);
            if whole >= 1000 {
                format!("€{},{:03}.{cents:02}", whole / 1000, whole % 1000)
            } else {
                format!("€{whole}.{cents:02}")
            }
        };
        assert!(order.body.contains(&printed(sum)), "{} in the order", printed(sum));
        assert!(order.body.contains(&printed((sum * 30 + 50) / 100)), "the deposit is asked for");

        let placed = number(&order);
        let manager =
            owner.get(&row_link(&owner.get("/office/orders").await.expect(200), "/office/orders/", &placed)).await.expect(200);
        assert!(manager.body.contains("Assembly on site") && manager.body.contains("Greta Pasiūla"));
        let history = owner.get(&format!("/office/customers/{customer}")).await.expect(200).body;
        for step in ["sent", "The customer opened offer", "A question about offer", "Answered about offer", "accepted", &placed] {
            assert!(history.contains(step), "the history tells: {step}");
        }
        assert!(!history.contains("Follow up on") || history.contains(&placed), "the plan is about the order now");

        // What is over for the customer is said; the certificate is there once it was set.
        for _ in 0..100 {
            if guest.get(&path).await.expect(200).body.contains("certificate.pdf") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let pdf = guest.get(&format!("{path}/certificate.pdf")).await.expect(200);
        assert_eq!(pdf.content_type, "application/pdf");
        guest.get("/en/offer/no-such-token").await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_offers_in_every_state_and_a_refusal_has_its_reason() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        let csrf = english(&owner).await;
        let list = owner.get("/office/offers").await.expect(200);
        for state in
            ["Draft", "Ready", "Sent", "Opened", "Question", "Being revised", "Ordered", "Declined", "Expired", "Withdrawn"]
        {
            assert!(list.body.contains(state), "{state}");
        }
        let lost = owner.get("/office/offers?state=declined").await.expect(200);
        assert!(lost.body.contains("Too expensive"));
        let copied = owner.get(&row_link(&lost, "/office/offers/", "KP-")).await.expect(200);
        let id = copied.body.split("name=\"offer\" value=\"").nth(1).and_then(|p| p.split('"').next()).expect("an id").to_owned();
        let copy = send(&owner, &csrf, "/office/offers", &[("offer", &id)]).await;
        assert!(copy.body.contains("Draft") && !names(&copy, "qty.").is_empty());
        let mine = staff(&shop, "manager").await;
        mine.get("/office/offers?manager=mine").await.expect(200);
    }
}
