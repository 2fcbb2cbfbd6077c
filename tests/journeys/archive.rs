//! A manager takes an order down on the phone; papers are found again and taken out as one file.

use std::time::Duration;

use vitrina_tests::{Answer, Shop, engines};

use crate::{
    guest::row_link,
    offers::{english, send},
    staff,
};

fn value<'a>(page: &'a Answer, before: &str) -> &'a str {
    page.body.split(before).nth(1).and_then(|p| p.split('"').next()).unwrap_or_else(|| panic!("{before} is not there"))
}

/// The form of the yes, as the page holds it.
fn yes<'a>(csrf: &'a str, key: &'a str, seen: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("csrf", csrf),
        ("key", key),
        ("seen", seen),
        ("how", "phone"),
        ("name", "Jonas Skambutis"),
        ("note", "Called at noon about the hall"),
        ("street", "Pilies g. 1"),
        ("city", "Vilnius"),
        ("postcode", "01123"),
        ("phone", "+37060000001"),
        ("do", "agree"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_taken_down_on_the_phone_from_the_orders_list() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let manager = staff(&shop, "manager").await;
        let csrf = english(&manager).await;
        let email = "jonas.skambutis@demo.test";
        let fields = [("name", "Jonas Skambutis"), ("email", email), ("locale", "en")];
        let customer = send(&manager, &csrf, "/office/customers", &fields).await;
        let customer = value(&customer, "name=\"customer\" value=\"").to_owned();

        let orders = manager.get("/office/orders").await.expect(200);
        let new = orders.link("/office/offers/new").expect("New order");
        let who = manager.get(&new).await.expect(200);
        assert!(who.body.contains("New order") && who.body.contains("action=\"/office/offers?for=order\""));
        let own = manager.post("/office/offers?for=order", &[("csrf", &csrf), ("customer", &customer)]).await.expect(303);
        let own = own.location.expect("the builder");
        let empty = manager.get(&own).await.expect(200);
        assert!(!empty.body.contains(&format!("{own}/order")), "nothing can be ordered yet");
        send(&manager, &csrf, &format!("{own}/add"), &[("lines", "KD-AUS-OIL-LIN 2")]).await;
        let built = manager.get(&own).await.expect(200);
        assert!(built.body.contains("Order now"));

        let form = manager.get(&format!("{own}/order")).await.expect(200);
        let (key, seen) = (form.field("key").expect("a key"), form.field("seen").expect("the sum"));
        let stale = yes(&csrf, &key, "1");
        let told = manager.post(&format!("{own}/order"), &stale).await.expect(409);
        assert!(told.body.contains("Called at noon about the hall"), "what was typed comes back");
        let nameless: Vec<_> = yes(&csrf, &key, &seen).into_iter().filter(|(name, _)| *name != "name").collect();
        manager.post(&format!("{own}/order"), &nameless).await.expect(422);
        let first = manager.post(&format!("{own}/order"), &yes(&csrf, &key, &seen)).await.expect(303);
        let second = manager.post(&format!("{own}/order"), &yes(&csrf, &key, &seen)).await.expect(303);
        assert_eq!(first.location, second.location, "the same form twice is one order");
        let order = manager.follow(first).await.expect(200);
        assert!(order.body.contains("Jonas Skambutis"));

        let offer = manager.get(&own).await.expect(200);
        for said in ["By phone", "Called at noon about the hall", "Agreed in conversation"] {
            assert!(offer.body.contains(said), "the offer tells: {said}");
        }
        manager.get(&format!("{own}/order")).await.expect(409);
        let history = manager.get(&format!("/office/customers/{customer}")).await.expect(200).body;
        assert!(!history.contains("Offer KP-"), "no offer was sent");
        for n in 0.. {
            let letters = manager.get(&format!("/office/letters?q={}", email.replace('@', "%40"))).await.expect(200);
            if letters.body.contains(email) {
                break;
            }
            assert!(n < 150, "the confirmation goes out");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // Whoever only looks has no button, and whoever posts all the same is turned away.
        let marketer = staff(&shop, "marketer").await;
        let csrf = english(&marketer).await;
        marketer.post(&format!("{own}/order"), &yes(&csrf, "k", &seen)).await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_are_found_by_what_they_are_about_and_come_out_as_one_file() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        let csrf = english(&owner).await;
        let all = owner.get("/office/offers").await.expect(200);
        assert!(all.body.contains("In all") && all.body.contains("Too expensive"), "what they come to, and why some were lost");
        let rows = |page: &Answer| page.body.matches("data-open").count();
        let (whole, none) = (rows(&all), "/office/offers?product=NO-SUCH-SKU-AT-ALL");
        assert!(whole > 5);
        assert_eq!(rows(&owner.get(none).await.expect(200)), 0);
        for narrower in [
            "product=KD-AUS-OIL-LIN",
            "least=5000",
            "most=500",
            "currency=JPY",
            "from=2030-01-01",
            "until=2001-01-01",
            "role=viewer",
            "state=declined",
            "soon=30",
        ] {
            let found = owner.get(&format!("/office/offers?{narrower}")).await.expect(200);
            assert!(rows(&found) < whole, "{narrower}");
        }
        let papers = owner.get("/office/documents").await.expect(200);
        assert!(rows(&papers) > 0);
        assert_eq!(rows(&owner.get("/office/documents?product=NO-SUCH-SKU-AT-ALL").await.expect(200)), 0);
        for none in ["from=2030-01-01", "currency=JPY", "least=1000000"] {
            assert_eq!(rows(&owner.get(&format!("/office/documents?{none}")).await.expect(200)), 0, "{none}");
        }
        let first = row_link(&papers, "/office/documents/", "-00000");
        assert!(owner.get(&first).await.expect(200).body.contains("SHA-256"));

        let page = owner.get("/office/archive?from=2000-01-01&until=2100-01-01").await.expect(200);
        assert!(page.body.contains("SHA-256"));
        let period = [("csrf", csrf.as_str()), ("from", "2000-01-01"), ("until", "2100-01-01")];
        let taken = owner.post("/office/archive", &period).await.expect(200);
        assert_eq!(taken.content_type, "application/zip");
        assert!(taken.header("content-disposition").contains("vitrina-2000-01-01-2100-01-01.zip"));
        let nothing = [("csrf", csrf.as_str()), ("from", "2000-01-01"), ("until", "2000-01-02")];
        let told = owner.post("/office/archive", &nothing).await.expect(422);
        assert!(told.body.contains("no document or offer"));
        // Narrowed to a sum there is less, and what cannot be read is said at its field.
        let counted = |page: &Answer| page.body.split("<dd>").nth(1).and_then(|p| p.split('<').next()?.parse::<i64>().ok());
        let all = "/office/archive?from=2000-01-01&until=2100-01-01";
        let dear = owner.get(&format!("{all}&least=1%20000,00")).await.expect(200);
        assert_eq!(dear.field("least").as_deref(), Some("1 000,00"));
        assert!(counted(&dear).expect("a count") < counted(&page).expect("a count"));
        let slip = [("csrf", csrf.as_str()), ("from", "2000-01-01"), ("until", "2100-01-01"), ("least", "much")];
        let told = owner.post("/office/archive", &slip).await.expect(422);
        assert!(told.body.contains("id=\"w-least\"") && told.field("least").as_deref() == Some("much"));
        let manager = staff(&shop, "manager").await;
        manager.get("/office/archive").await.expect(403);
        assert!(!manager.get("/office/documents").await.expect(200).body.contains("/office/archive"));
    }
}
