//! From an offer's goods into the shop: prices agreed with its customer for whoever holds the link, and
//! nothing else of theirs.

use std::time::Duration;

use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{borrowed, from_cart_to_payment, guest::row_link, number, offers::send, staff};

/// A chair of the demo that everybody pays €289.00 for or so, and this customer 15 % less.
const CHAIR: &str = "KD-AUS-OIL-LIN";
const EMAIL: &str = "nuoroda@demo.test";
const PERSON: &str = "Nuorodė Slaptoji";
const STREET: &str = "Neatspėjamoji g. 17";

struct Sent {
    owner: Visitor,
    csrf: String,
    customer: String,
    office: String,
    page: String,
    letter: String,
}

/// A customer with an agreed price and an address, and an offer of the chair that went out.
async fn sent(shop: &Shop) -> Sent {
    let owner = staff(shop, "owner").await;
    let csrf = owner.get("/office/customers").await.expect(200).field("csrf").expect("a token");
    owner.post("/office/look", &[("csrf", &csrf), ("locale", "en")]).await.expect(303);
    let made = [("csrf", csrf.as_str()), ("name", PERSON), ("email", EMAIL), ("locale", "en")];
    let customer = owner.post("/office/customers", &made).await.expect(303).location.expect("the customer's page");
    let id = customer.rsplit('/').next().expect("an id").to_owned();
    let line = format!("{CHAIR} 15%");
    let rule = [("csrf", csrf.as_str()), ("do", "lines"), ("lines", line.as_str())];
    owner.post(&format!("{customer}/rules"), &rule).await.expect(303);
    let begun = owner.post("/office/offers", &[("csrf", &csrf), ("customer", &id)]).await.expect(303);
    let office = begun.location.expect("the offer's page");
    send(&owner, &csrf, &format!("{office}/add"), &[("lines", &format!("{CHAIR} 2"))]).await;
    send(&owner, &csrf, &format!("{office}/head"), &[("street", STREET), ("title", "Chairs"), ("written_in", "en")]).await;
    send(&owner, &csrf, &format!("{office}/step"), &[("do", "prepare")]).await;
    send(&owner, &csrf, &format!("{office}/send"), &[]).await;
    for _ in 0..150 {
        let letters = owner.get("/office/letters").await.expect(200);
        if letters.body.contains(EMAIL) {
            let letter = owner.get(&format!("{}/body", row_link(&letters, "/office/letters/", EMAIL))).await.expect(200);
            if let Some(page) = letter.link("/offer/") {
                let page = page[page.find("/en/").expect("a path")..].to_owned();
                return Sent { owner, csrf, customer, office, page, letter: letter.body };
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no letter with an offer");
}

/// The price as a product's page says it.
fn price(page: &Answer) -> String {
    let at = page.body.find("<p class=\"price").expect("a price");
    let rest = &page.body[at..];
    rest[rest.find("<b>").expect("the sum") + 3..rest.find("</b>").expect("its end")].to_owned()
}

fn nothing_personal(page: &Answer) {
    for own in [PERSON, EMAIL, STREET, "Slaptoji", "Neatspėjamoji"] {
        assert!(!page.body.contains(own), "{own} on a page that a link opens");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_an_offer_brings_the_agreed_price_from_the_product_to_the_order() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let s = sent(&shop).await;
        let nobody = shop.visitor();
        let path = nobody.get("/en/search?q=ausra").await.expect(200).link("/en/p/").expect("the chair");
        let public = price(&nobody.get(&path).await.expect(200));

        // The offer's page leads on with a token; the letter carries the same one.
        let guest = shop.visitor();
        let go = guest.get(&s.page).await.expect(200).link("/go/").expect("a way into the shop");
        let to = guest.get(&go).await.expect(303).location.expect("the product");
        let token = to.split("for=").nth(1).expect("a token").to_owned();
        assert!(s.letter.contains(&token), "the letter leads there too");
        let page = guest.get(&to).await.expect(200);
        let own = price(&page);
        assert_ne!(own, public);
        assert!(page.body.contains("Prices agreed for you") && page.body.contains("your agreed price"));
        nothing_personal(&page);
        assert_eq!((page.header("cache-control"), page.header("x-robots-tag")), ("no-store", "noindex, nofollow"));
        assert!(page.header("set-cookie").is_empty(), "the address carries it, no cookie");
        let canonical = page.link("/en/p/").expect("the canonical address");
        assert!(canonical.starts_with("http") && !canonical.contains("for="), "{canonical}");

        // Nobody else sees it, before or after: the pages that are kept are everybody's.
        for _ in 0..2 {
            let same = nobody.get(&path).await.expect(200);
            assert_eq!(price(&same), public);
            assert!(!same.body.contains("Prices agreed") && !same.body.contains(&token));
        }
        // Forged, cut, of another kind: everybody's prices and no fault.
        let offer_token = s.page.rsplit('/').next().expect("a token");
        let turned: String = token.chars().rev().collect();
        for wrong in [turned.as_str(), &token[1..], "x", "", offer_token] {
            let page = shop.visitor().get(&format!("{path}?for={wrong}")).await.expect(200);
            assert_eq!(price(&page), public, "{wrong}");
            assert!(!page.body.contains("Prices agreed") && !page.body.contains("seen.css"));
        }

        // It travels: into the category, the search, another language, and back to the chair.
        let shelf = page.links().into_iter().find(|l| l.contains("/en/c/chairs") && l.contains(&token)).expect("the category");
        let shelf = guest.get(&shelf).await.expect(200);
        assert!(shelf.body.contains(&own) && shelf.body.contains("Prices agreed for you"));
        nothing_personal(&shelf);
        assert_eq!(shelf.field("for").as_deref(), Some(token.as_str()), "the search carries it in its form");
        let found = guest.get(&format!("/en/search?q=ausra&for={token}")).await.expect(200);
        assert!(found.body.contains(&own));
        let back = found.link("/en/p/").expect("the chair");
        assert!(back.contains(&token), "{back}");
        assert_eq!(price(&guest.get(&back).await.expect(200)), own);
        let lt = page.links().into_iter().find(|l| l.starts_with("/lt/p/")).expect("the same in Lithuanian");
        assert!(guest.get(&lt).await.expect(200).body.contains("Jums sutartos kainos"));

        // The page was rendered, and loaded again and again: one visit.
        let seen = page.link("seen.css").expect("what a rendered page asks for");
        for _ in 0..3 {
            guest.get(&seen).await.expect(200);
            guest.get(&go).await.expect(303);
        }
        let history = s.owner.get(&s.customer).await.expect(200).body;
        assert_eq!(history.matches("from offer KP-").count(), 1, "a visit is one entry");

        // Into the cart by the form as it stands; from then on the cart remembers and addresses are plain.
        let action = page.body.split("action=\"/en/cart/add").nth(1).and_then(|a| a.split('"').next()).expect("the form");
        let variant = page.field("variant").expect("a variant");
        let to_cart = format!("/en/cart/add{}", action.replace("&amp;", "&"));
        let added = guest.post(&to_cart, &[("variant", &variant), ("qty", "1")]).await.expect(303).location.expect("the cart");
        assert_eq!(added, "/en/cart?added=1");
        let cart = guest.get(&added).await.expect(200);
        // The page says "from", the cart what it is.
        let sum = own.trim_start_matches("from ");
        assert!(cart.body.contains(sum) && cart.body.contains("Prices agreed for you") && !cart.body.contains(&token));
        nothing_personal(&cart);
        assert_eq!(price(&guest.get(&path).await.expect(200)), own, "without the token too");
        let form = guest.get("/en/checkout").await.expect(200);
        nothing_personal(&form);
        let fields = from_cart_to_payment(&guest, "kas.nors@demo.test").await;
        nothing_personal(&guest.get("/en/checkout/payment").await.expect(200));
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let done = guest.follow(placed).await.expect(200);
        assert!(done.body.contains(sum), "ordered at {sum}");
        nothing_personal(&done);
        // The order is whose it was typed; the manager hears that somebody else had the link.
        let history = s.owner.get(&s.customer).await.expect(200).body;
        assert!(history.contains(&format!("Somebody else ordered {}", number(&done))));
        let account = guest.get("/en/account").await;
        assert_eq!(account.status, 303, "nobody is signed in by it");

        // Taken back, it leads to everybody's prices.
        send(&s.owner, &s.csrf, &format!("{}/step", s.office), &[("do", "withdraw"), ("reason", "A slip")]).await;
        let page = shop.visitor().get(&to).await.expect(200);
        assert_eq!(price(&page), public);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_shops_link_is_nobodys() {
    for engine in engines() {
        let (one, other) = (Shop::open(engine), Shop::open(engine));
        let (s, o) = (sent(&one).await, sent(&other).await);
        let go = one.visitor().get(&s.page).await.expect(200).link("/go/").expect("a way into the shop");
        let to = one.visitor().get(&go).await.expect(303).location.expect("the product");
        let path = to.split('?').next().expect("a path");
        let public = price(&other.visitor().get(path).await.expect(200));
        assert_eq!(price(&other.visitor().get(&to).await.expect(200)), public, "{}", o.page);
        assert_ne!(price(&one.visitor().get(&to).await.expect(200)), public);
    }
}
