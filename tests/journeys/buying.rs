//! What can go wrong on the way to an order, and what law wants to be seen before it.

use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{CHAIRS, borrowed, first_product, staff, up_to_payment};

/// Nothing of this e-mail's order is in the office.
async fn no_order_of(shop: &Shop, email: &str) {
    let owner = staff(shop, "owner").await;
    let list = owner.get(&format!("/office/orders?q={}", email.replace('@', "%40"))).await.expect(200);
    assert!(!list.body.contains("UZS-"), "an order of {email} was written");
}

fn marked(page: &Answer, field: &str) -> bool {
    let at = page.body.find(&format!("id=\"f-{field}\"")).unwrap_or_else(|| panic!("no field {field}"));
    let tag = &page.body[at..at + page.body[at..].find('>').expect("the tag's end")];
    tag.contains("aria-invalid=\"true\"")
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_inputs_come_back_with_words_and_nothing_is_half_written() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let variant = first_product(&guest, CHAIRS).await.1.field("variant").expect("something to buy");
        guest.post("/en/cart/add", &[("variant", &variant), ("qty", "1")]).await.expect(303);

        let typed = [("name", ""), ("email", "ona@"), ("phone", "+37060012345"), ("note", "third floor"), ("country", "LT")];
        let again = guest.post("/en/checkout", &typed).await.expect(422);
        assert!(marked(&again, "name") && marked(&again, "email") && !marked(&again, "phone"));
        assert!(
            again.body.contains("href=\"#f-name\"") && again.body.contains("href=\"#f-email\""),
            "the list leads to the fields"
        );
        assert_eq!(again.field("phone").as_deref(), Some("+37060012345"), "what was typed stands there again");
        assert_eq!(again.field("email").as_deref(), Some("ona@"));
        assert!(again.body.contains(">third floor</textarea>"));
        let next = guest.get("/en/checkout/delivery").await.expect(303);
        assert_eq!(next.location.as_deref(), Some("/en/checkout"), "no step was taken");

        let email = "klysta@demo.test";
        let good = [("name", "Ona Klystanti"), ("email", email), ("country", "LT")];
        guest.post("/en/checkout", &good).await.expect(303);
        for method in ["", "not-an-id", "00000000-0000-7000-8000-000000000000"] {
            let refused = guest.post("/en/checkout/delivery", &[("method", method)]).await;
            assert!((400..500).contains(&refused.status), "{method}: {}", refused.status);
            assert!(refused.body.contains("name=\"method\""), "the ways of delivery are offered again");
        }
        // Brought somewhere, it needs an address after all: the first part is asked again.
        let ways = guest.get("/en/checkout/delivery").await.expect(200);
        let brought = ways.body.split("name=\"method\" value=\"").skip(1).nth(1).and_then(|t| t.split('"').next());
        guest.post("/en/checkout/delivery", &[("method", brought.expect("a second way"))]).await.expect(303);
        let asked = guest.get("/en/checkout/payment").await.expect(422);
        assert!(marked(&asked, "street") && marked(&asked, "post_code") && marked(&asked, "city"));
        let placed = guest.post("/en/checkout/payment", &[("terms", "yes"), ("payment", "bank_transfer")]).await;
        assert_ne!(placed.status, 303, "an order without an address");
        no_order_of(&shop, email).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_binds_before_the_terms_are_accepted_and_the_sum_was_seen() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let variant = first_product(&guest, CHAIRS).await.1.field("variant").expect("something to buy");
        let email = "atsargi@demo.test";
        let fields = up_to_payment(&guest, &variant, email).await;
        let with = |name: &str, value: &str| {
            let mut changed = fields.clone();
            changed.retain(|(k, _)| *k != name);
            if !value.is_empty() {
                changed.push((if name == "terms" { "terms" } else { "seen" }, value.to_owned()));
            }
            changed
        };
        let unticked = guest.post("/en/checkout/payment", &borrowed(&with("terms", ""))).await.expect(422);
        assert!(marked(&unticked, "terms"));
        let cheaper = guest.post("/en/checkout/payment", &borrowed(&with("seen", "100"))).await;
        assert!((400..500).contains(&cheaper.status), "another sum than the one seen: {}", cheaper.status);
        let seen = &fields.iter().find(|(k, _)| *k == "seen").expect("the sum").1;
        assert_eq!(cheaper.field("seen").as_ref(), Some(seen), "the true sum is shown again");
        no_order_of(&shop, email).await;
        // The button says what law wants it to say, in each language.
        for (locale, words) in [
            ("lt", "Užsakymas su prievole sumokėti"),
            ("en", "Order with obligation to pay"),
            ("de", "Zahlungspflichtig bestellen"),
        ] {
            let page = guest.get(&format!("/{locale}/checkout/payment")).await.expect(200);
            assert!(page.body.contains(&format!(">{words}</button>")), "{locale}");
            for slot in ["legal-guarantee", "terms", "obligation-to-pay"] {
                assert!(page.body.contains(&format!("data-slot=\"{slot}\"")), "{locale}: {slot}");
            }
        }
        guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
    }
}

/// Leaves one piece of this variant in the whole house.
async fn leave_one(shop: &Shop, sku: &str, variant: &str) {
    let owner = staff(shop, "owner").await;
    let list = owner.get(&format!("/office/products?q={sku}")).await.expect(200);
    let id = |l: &String| l.strip_prefix("/office/products/").is_some_and(|id| id.len() == 36);
    let product = list.links().into_iter().find(id).expect("the product in the office");
    let path = format!("{product}/stock");
    let form = owner.get(&path).await.expect(200);
    let names: Vec<String> =
        form.body.split("name=\"stock.").skip(1).filter_map(|t| t.split('"').next()).map(|k| format!("stock.{k}")).collect();
    let of_it = names.iter().position(|n| n.contains(variant)).expect("the variant is counted");
    // What open orders hold lies there, too, and is not for sale.
    let at = form.body.find(&names[of_it]).expect("the field");
    let held = form.body[..at].rsplit("class=\"num muted\">").next().and_then(|t| t.split('<').next());
    let left = (1 + held.and_then(|n| n.trim().parse::<i64>().ok()).expect("what is held")).to_string();
    let fields: Vec<(&str, &str)> =
        names.iter().enumerate().map(|(n, name)| (name.as_str(), if n == of_it { left.as_str() } else { "0" })).collect();
    let csrf = form.field("csrf").unwrap_or_default();
    let fields: Vec<(&str, &str)> = fields.into_iter().chain([("csrf", csrf.as_str())]).collect();
    owner.post(&path, &fields).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_piece_goes_to_one_of_two_who_want_it() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let (one, two) = (shop.visitor(), shop.visitor());
        let page = one.get("/en/search?q=oil").await.expect(200);
        let path = page.link("/en/p/").expect("something that lies on a shelf");
        let page = one.get(&path).await.expect(200);
        let sku = page.body.split("\"sku\":\"").nth(1).and_then(|t| t.split('"').next()).expect("its code").to_owned();
        let variant = page.field("variant").expect("something to buy");
        leave_one(&shop, &sku, &variant).await;
        let first = up_to_payment(&one, &variant, "pirmas@demo.test").await;
        let second = up_to_payment(&two, &variant, "antras@demo.test").await;
        let (first, second) = (borrowed(&first), borrowed(&second));
        let (a, b) = tokio::join!(one.post("/en/checkout/payment", &first), two.post("/en/checkout/payment", &second));
        let mut both = [a.status, b.status];
        both.sort_unstable();
        assert_eq!(both[0], 303, "one of them has it: {both:?}");
        assert!((400..500).contains(&both[1]), "the other is told: {both:?}");
        let refused = if a.status == 303 { (&b, &two) } else { (&a, &one) };
        assert!(refused.0.body.contains("id=\"faults\""), "what is wrong stands above the form");
        let cart = refused.1.get("/en/cart").await.expect(200);
        assert!(cart.link(&path).is_some() && cart.body.contains("aria-invalid"), "the cart is kept and says what is missing");
        let owner = staff(&shop, "owner").await;
        let orders = owner.get("/office/orders?q=demo.test").await.expect(200);
        let written = ["pirmas@demo.test", "antras@demo.test"].iter().filter(|e| orders.body.contains(**e)).count();
        assert!(written <= 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_shown_to_who_holds_its_link_and_to_nobody_else() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let variant = first_product(&guest, CHAIRS).await.1.field("variant").expect("something to buy");
        let fields = up_to_payment(&guest, &variant, "raktas@demo.test").await;
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let link = placed.location.expect("the order's address").replace("?done=1", "");
        let stranger = shop.visitor();
        let page = stranger.get(&link).await.expect(200);
        assert!(page.body.contains("name=\"robots\" content=\"noindex\"") && page.headers["cache-control"] == "no-store");
        assert!(page.body.contains("data-slot=\"withdrawal\""));
        let withdrawal = page.link("/en/page/").expect("where to read about withdrawal");
        stranger.get(&withdrawal).await.expect(200);
        stranger.get(&format!("{link}/qr.svg")).await.expect(200);
        let token = link.rsplit('/').next().expect("a token");
        let last = if token.ends_with('a') { 'b' } else { 'a' };
        let number = page.body.split("UZS-").nth(1).map(|t| format!("UZS-{}", &t[..11])).expect("its number");
        for forged in [format!("{}{last}", &token[..token.len() - 1]), token[..token.len() - 1].to_owned(), number] {
            let answer = stranger.get(&format!("/en/order/{forged}")).await.expect(404);
            assert!(!answer.body.contains("raktas@demo.test"));
            stranger.get(&format!("/en/order/{forged}/qr.svg")).await.expect(404);
        }
    }
}

/// The amount after this text, in minor units: "€1,234.50".
fn money_after(body: &str, text: &str) -> i64 {
    let at = body.find(text).unwrap_or_else(|| panic!("`{text}` is not on the page")) + text.len();
    let amount: String =
        body[at..].chars().skip_while(|c| *c != '€').skip(1).take_while(|c| c.is_ascii_digit() || ",.".contains(*c)).collect();
    amount.replace([',', '.'], "").parse().unwrap_or_else(|_| panic!("no sum after `{text}`"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reduced_price_names_the_lowest_of_the_thirty_days_before() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let home = guest.get("/en/").await.expect(200);
        let reduced = home.body.split("id=\"reduced\"").nth(1).expect("something is reduced");
        let path = reduced.split("href=\"").skip(1).filter_map(|t| t.split('"').next()).find(|l| l.starts_with("/en/p/"));
        let page = guest.get(path.expect("a reduced product")).await.expect(200);
        let now = money_after(&page.body, "class=\"price cut\"><b>");
        let before = money_after(&page.body, "Lowest price in 30 days: ");
        assert!(now < before, "{now} is no reduction of {before}");
        let off: i64 = page
            .body
            .split("% below the lowest price")
            .next()
            .and_then(|t| t.rsplit('>').next())
            .and_then(|t| t.trim().parse().ok())
            .expect("by how much");
        let true_share = (before - now) * 100 / before;
        assert!((true_share - off).abs() <= 1, "{off} % is said, {true_share} % it is");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_sold_by_measure_name_the_price_of_a_unit() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest: Visitor = shop.visitor();
        let found = guest.get("/en/search?q=oil").await.expect(200);
        let page = guest.get(&found.link("/en/p/").expect("oil")).await.expect(200);
        // 0.25 l is the smallest tin, so a litre costs four times its price.
        let tin = money_after(&page.body, "<p class=\"price\"><b>");
        let unit = page.body.split("<small>").find(|t| t.contains(" / l</small>")).expect("the price of a litre");
        assert_eq!(money_after(unit, ""), tin * 4);
    }
}
