//! What a guest does, and what the manager then has.

use std::time::Duration;

use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{CHAIRS, borrowed, first_product, number, staff, up_to_payment};

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_buys_without_javascript_and_the_manager_sees_it() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let home = guest.get("/en/").await.expect(200);
        assert!(home.link(CHAIRS).is_some(), "the menu leads to the category");
        let (path, product) = first_product(&guest, CHAIRS).await;
        let variant = product.field("variant").expect("something to buy");
        let email = "ona.bandytoja@demo.test";
        let fields = up_to_payment(&guest, &variant, email).await;
        assert!(guest.get("/en/cart").await.expect(200).link(&path).is_some(), "the cart names the product");
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let done = guest.follow(placed).await.expect(200);
        let number = number(&done);
        assert!(done.body.contains("LT12 1000 0111 0100 1000"), "how to pay is said");

        let manager = staff(&shop, "manager").await;
        let orders = manager.get("/office/orders").await.expect(200);
        let order = manager.get(&row_link(&orders, "/office/orders/", &number)).await.expect(200);
        assert!(order.body.contains("Ona Bandytoja") && order.body.contains(email));
        let customer = order.link("/office/customers/").expect("the order leads to its customer");
        let customer = manager.get(&customer).await.expect(200);
        assert!(customer.body.contains(&number), "the customer's history names the order");
        letter_to(&shop, email).await;
        let owner = staff(&shop, "owner").await;
        let letters = owner.get("/office/letters").await.expect(200);
        let body = format!("{}/body", row_link(&letters, "/office/letters/", email));
        // It is listed with the order's commit and written by the worker.
        let mut letter = owner.get(&body).await.expect(200);
        for _ in 0..100 {
            if !letter.body.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            letter = owner.get(&body).await.expect(200);
        }
        assert!(
            letter.body.contains("withdraw from a distance contract within 14 days"),
            "the right of withdrawal is kept in the letter itself"
        );
        assert!(!letter.body.contains("href=\"/"), "no link of a letter is a path");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_sent_twice_is_one_order() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let variant = first_product(&guest, CHAIRS).await.1.field("variant").expect("something to buy");
        let fields = up_to_payment(&guest, &variant, "dukart@demo.test").await;
        let fields = borrowed(&fields);
        let (one, two) = tokio::join!(guest.post("/en/checkout/payment", &fields), guest.post("/en/checkout/payment", &fields));
        let again = guest.post("/en/checkout/payment", &fields).await.expect(303);
        assert_eq!((one.status, two.status), (303, 303));
        assert_eq!(one.location, two.location);
        assert_eq!(one.location, again.location);
        let number = number(&guest.follow(one).await.expect(200));
        let owner = staff(&shop, "owner").await;
        let found = owner.get("/office/orders?q=dukart%40demo.test").await.expect(200);
        assert!(found.body.contains(&number));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_becomes_a_planned_call_back() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let (path, _) = first_product(&guest, CHAIRS).await;
        let slug = path.rsplit('/').next().expect("a slug");
        let form = guest.get(&format!("/en/ask?product={slug}")).await.expect(200);
        let key = form.field("key").expect("the form's own key");
        let fields = [
            ("key", key.as_str()),
            ("product", slug),
            ("name", "Petras Klausėjas"),
            ("email", "petras.klausejas@demo.test"),
            ("phone", "+37060054321"),
            ("message", "Is the seat height 46 or 48 centimetres?"),
            ("website", ""),
        ];
        let sent = guest.post("/en/ask", &fields).await.expect(303);
        guest.post("/en/ask", &fields).await.expect(303);
        guest.follow(sent).await.expect(200);

        let owner = staff(&shop, "owner").await;
        let list = owner.get("/office/inquiries").await.expect(200);
        assert_eq!(list.body.matches("seat height 46").count(), 1, "sent twice, it is one inquiry");
        let inquiry = owner.get(&row_link(&list, "/office/inquiries/", "Petras Klausėjas")).await.expect(200);
        assert!(inquiry.link("/office/tasks/").is_some() || inquiry.body.contains("/office/tasks/"), "somebody is to answer it");
    }
}

/// The link of the row in which this text stands: the last one before it, or the first after.
pub fn row_link(page: &Answer, part: &str, text: &str) -> String {
    let at = page.body.find(text).unwrap_or_else(|| panic!("{text} is not in the list"));
    let row = page.body[..at].rfind("<tr").unwrap_or(0);
    let needle = format!("href=\"{part}");
    let from = row + page.body[row..].find(&needle).expect("a link in the row") + "href=\"".len();
    page.body[from..].split('"').next().expect("an address").to_owned()
}

/// Letters leave by the worker: soon, not at once.
pub async fn letter_to(shop: &Shop, email: &str) {
    let owner: Visitor = staff(shop, "owner").await;
    for _ in 0..100 {
        if owner.get("/office/letters").await.expect(200).body.contains(email) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no letter to {email}");
}
