//! A campaign from the office to the tag in the shop; a code from the office to the order and its letter.

use vitrina_tests::{Answer, Shop, engines};

use crate::{
    borrowed,
    guest::{letter_to, row_link},
    number, staff, up_to_payment,
};

fn csrf(page: &Answer) -> String {
    page.field("csrf").expect("a token")
}

/// What a chair costs on its page in the shop.
const CHAIR: &str = "KD-AUS-OIL-LIN";

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_looked_at_begun_seen_in_the_shop_and_ended() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let manager = staff(&shop, "manager").await;
        let list = manager.get("/office/campaigns").await.expect(200);
        for (name, phase) in [("Tekstilės savaitė", "Vyksta"), ("Šviesos švenčių akcija", "Suplanuota")] {
            let link = row_link(&list, "/office/campaigns/", name);
            let page = manager.get(&link).await.expect(200);
            assert!(page.body.contains(phase), "{name}");
        }
        let form = manager.get("/office/campaigns/new").await.expect(200);
        let csrf = csrf(&form);
        let fields = |amount: &'static str, press: &'static str| {
            [
                ("csrf", csrf.clone()),
                ("name", "Bandomoji".into()),
                ("how", "to".into()),
                ("amount", amount.into()),
                ("goods", "skus".into()),
                ("skus", CHAIR.into()),
                ("announced", "yes".into()),
                ("do", press.into()),
            ]
        };
        let wrong = manager.post("/office/campaigns", &borrowed(&fields("daug", "save"))).await.expect(422);
        assert!(wrong.body.contains("value=\"Bandomoji\""), "what was typed stays");
        let ahead = manager.post("/office/campaigns", &borrowed(&fields("99,00", "preview"))).await.expect(200);
        assert!(ahead.body.contains(CHAIR) && ahead.body.contains("Sumažinimas"), "a look ahead");
        let window = shop.visitor();
        let page = window.get("/en/search?q=ausra").await.expect(200).link("/en/p/").expect("the chair");
        assert!(!window.get(&page).await.expect(200).body.contains("€99.00"), "a look changes nothing");
        let saved = manager.post("/office/campaigns", &borrowed(&fields("99,00", "save"))).await.expect(303);
        let campaign = saved.location.expect("its page");
        let seen = window.get(&page).await.expect(200);
        assert!(seen.body.contains("€99.00"), "it begins with the click");
        let told = shop.command(&["price", "--sku", CHAIR, "--explain"]);
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        assert!(told.contains("Bandomoji"), "{told}");
        manager.post(&format!("{campaign}/end"), &[("csrf", &csrf)]).await.expect(303);
        assert!(!window.get(&page).await.expect(200).body.contains("€99.00"), "and ends with the click");
        assert!(manager.get(&campaign).await.expect(200).body.contains("Pasibaigė"));
        let marketer = staff(&shop, "marketer").await;
        assert_eq!(marketer.get("/office/campaigns").await.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_gives_everything_asks_for_no_money() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let manager = staff(&shop, "manager").await;
        let csrf_office = csrf(&manager.get("/office/discounts/new").await.expect(200));
        let fields = [
            ("csrf", csrf_office.as_str()),
            ("name", "Dovana"),
            ("kind", "percent"),
            ("amount", "100"),
            ("goods", "all"),
            ("way", "one"),
            ("code", "dovana"),
        ];
        manager.post("/office/discounts", &fields).await.expect(303);
        let guest = shop.visitor();
        let page = guest.get("/en/search?q=ausra").await.expect(200).link("/en/p/").expect("the chair");
        let variant = guest.get(&page).await.expect(200).field("variant").expect("a variant");
        let mut fields = up_to_payment(&guest, &variant, "dovana@demo.test").await;
        let token = fields.iter().find(|(n, _)| *n == "csrf").expect("a token").1.clone();
        guest.post("/en/cart/code", &[("csrf", &token), ("code", "DOVANA")]).await.expect(303);
        let last = guest.get("/en/checkout/payment").await.expect(200);
        assert_eq!(last.field("seen").as_deref(), Some("0"), "nothing is left to pay");
        assert!(last.body.contains("Nothing to pay") && !last.body.contains("How will you pay"));
        fields.retain(|(n, _)| *n != "seen");
        fields.push(("seen", "0".into()));
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let done = guest.follow(placed).await.expect(200);
        assert!(done.body.contains("Discount (DOVANA)") && !done.body.contains("IBAN"), "no transfer is asked for");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_goes_from_the_office_through_cart_checkout_and_letter_back_to_the_office() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let manager = staff(&shop, "manager").await;
        let csrf_office = csrf(&manager.get("/office/discounts/new").await.expect(200));
        let fields = [
            ("csrf", csrf_office.clone()),
            ("name", "Draugams".into()),
            ("kind", "amount".into()),
            ("amount", "12,34".into()),
            ("goods", "all".into()),
            ("way", "one".into()),
            ("code", "draugams".into()),
            ("most", "1".into()),
        ];
        let made = manager.post("/office/discounts", &borrowed(&fields)).await.expect(303);
        let discount = made.location.expect("its page");
        let taken = manager.post("/office/discounts", &borrowed(&fields)).await.expect(409);
        assert!(taken.body.contains("DRAUGAMS"), "the form says which code");

        // In the shop: a wrong code is told, the right one comes off, row by row the same sum.
        let guest = shop.visitor();
        let page = guest.get("/en/search?q=ausra").await.expect(200).link("/en/p/").expect("the chair");
        let variant = guest.get(&page).await.expect(200).field("variant").expect("a variant");
        let mut fields = up_to_payment(&guest, &variant, "kodas@demo.test").await;
        let token = fields.iter().find(|(n, _)| *n == "csrf").expect("a token").1.clone();
        let wrong = guest.post("/en/cart/code", &[("csrf", &token), ("code", "nothing")]).await.expect(422);
        assert!(wrong.body.contains("There is no such code"), "the reader is told what is wrong");
        let away =
            guest.post("/en/cart/code", &[("csrf", &token), ("back", "checkout/payment"), ("code", "x")]).await.expect(422);
        assert!(away.body.contains("data-slot=\"obligation-to-pay\""), "on the page where it was typed");
        guest.post("/en/cart/code", &[("csrf", &token), ("code", " Draugams ")]).await.expect(303);
        let cart = guest.get("/en/cart").await.expect(200);
        assert!(cart.body.contains("Discount (DRAUGAMS)") && cart.body.contains("−€12.34"), "its own row in the cart");
        let last = guest.get("/en/checkout/payment").await.expect(200);
        assert!(last.body.contains("Discount (DRAUGAMS)"), "and above the button");
        let seen = last.field("seen").expect("a sum");
        let full = fields.iter().find(|(n, _)| *n == "seen").expect("the sum before").1.clone();
        assert_eq!(full.parse::<i64>().expect("cents") - 12_34, seen.parse::<i64>().expect("cents"));

        // Somebody else is faster: the one use is gone, nothing wrong is ordered.
        let rival = shop.visitor();
        let mut others = up_to_payment(&rival, &variant, "kitas@demo.test").await;
        let rivals = others.iter().find(|(n, _)| *n == "csrf").expect("a token").1.clone();
        rival.post("/en/cart/code", &[("csrf", &rivals), ("code", "DRAUGAMS")]).await.expect(303);
        others.retain(|(n, _)| *n != "seen");
        others.push(("seen", seen.clone()));
        fields.retain(|(n, _)| *n != "seen");
        fields.push(("seen", seen));
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let late = rival.post("/en/checkout/payment", &borrowed(&others)).await.expect(409);
        assert!(late.body.contains("used as often as it may be"), "the late one is told");
        let done = guest.follow(placed).await.expect(200);
        assert!(done.body.contains("Discount (DRAUGAMS)") && done.body.contains("−€12.34"), "on the order's page");
        let number = number(&done);
        letter_to(&shop, "kodas@demo.test").await;
        let letters = manager.get("/office/letters").await.expect(200);
        let body = format!("{}/body", row_link(&letters, "/office/letters/", "kodas@demo.test"));
        // It is listed with the order's commit and written by the worker.
        let mut letter = manager.get(&body).await.expect(200);
        for _ in 0..100 {
            if !letter.body.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            letter = manager.get(&body).await.expect(200);
        }
        assert!(letter.body.contains("DRAUGAMS") && letter.body.contains("12.34"), "in the letter: {}", letter.body);

        let orders = manager.get("/office/orders").await.expect(200);
        let order = manager.get(&row_link(&orders, "/office/orders/", &number)).await.expect(200);
        assert!(order.body.contains("DRAUGAMS") && order.body.contains("−12,34"), "staff see it");
        let page = manager.get(&discount).await.expect(200);
        assert!(page.body.contains("1 / 1") && page.body.contains(&number) && page.body.contains("Išnaudota"));
        let csv = manager.post(&format!("{discount}/codes"), &[("csrf", &csrf_office)]).await.expect(200);
        assert!(csv.body.contains("DRAUGAMS,1"), "{}", csv.body);

        // It is changed while it runs, not beneath what was used; what it gives stays.
        let edit = format!("{discount}/edit");
        let form = manager.get(&edit).await.expect(200);
        assert_eq!((form.field("name").as_deref(), form.field("most").as_deref()), (Some("Draugams"), Some("1")));
        assert!(form.field("amount").is_none() && form.field("code").is_none());
        let change =
            async |name: &str, most: &str| manager.post(&edit, &[("csrf", &csrf_office), ("name", name), ("most", most)]).await;
        let beneath = change("Draugams", "0").await.expect(422);
        assert!(beneath.body.contains("didesnė už nulį") && beneath.field("most").as_deref() == Some("0"));
        change("Draugams ir jų draugams", "5").await.expect(303);
        let page = manager.get(&discount).await.expect(200);
        assert!(page.body.contains("1 / 5") && page.body.contains("Draugams ir jų draugams") && page.body.contains("Galioja"));
        manager.post(&format!("{discount}/stop"), &[("csrf", &csrf_office)]).await.expect(303);
    }
}
