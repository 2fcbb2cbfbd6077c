//! The customer's own door: a link by letter, a password, and what a stranger is told.

use std::time::Duration;

use vitrina_tests::{Shop, engines};

use crate::{CHAIRS, borrowed, first_product, guest::row_link, number, staff, up_to_payment};

/// The path that the newest letter to this address leads to.
pub async fn link_in_letter(shop: &Shop, email: &str) -> String {
    let owner = staff(shop, "owner").await;
    for _ in 0..100 {
        let list = owner.get("/office/letters").await.expect(200);
        if list.body.contains(email) {
            let letter = owner.get(&format!("{}/body", row_link(&list, "/office/letters/", email))).await.expect(200);
            let link = letter.links().into_iter().find(|l| l.contains("sign-in?token="));
            if let Some(link) = link {
                assert!(link.starts_with("http://127.0.0.1:"), "a link in a letter is whole: {link}");
                sealed_to_colleagues(shop, &row_link(&list, "/office/letters/", email)).await;
                return link[link.find("/en/").expect("the shop's language")..].to_owned();
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no letter with a link to {email}");
}

/// A colleague reads the shop's letters, but not the key to a customer's account.
async fn sealed_to_colleagues(shop: &Shop, letter: &str) {
    let manager = staff(shop, "manager").await;
    let page = manager.get(letter).await.expect(200);
    assert!(page.body.contains("raktas į kliento paskyrą") && !page.body.contains("token="));
    assert!(!manager.get(&format!("{letter}/body")).await.expect(200).body.contains("token="));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_comes_back_by_a_link_sets_a_password_and_sees_the_order() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let email = "grizta@demo.test";
        let variant = first_product(&guest, CHAIRS).await.1.field("variant").expect("something to buy");
        let fields = up_to_payment(&guest, &variant, email).await;
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let number = number(&guest.follow(placed).await.expect(200));

        let home = shop.visitor();
        home.get("/en/account").await.expect(303);
        let sent = home.post("/en/account/sign-in", &[("email", email), ("way", "link")]).await.expect(303);
        let said = home.follow(sent).await.expect(200);
        assert!(home.cookies().is_empty(), "asking for a link needs no cookie");
        let link = link_in_letter(&shop, email).await;
        // A mail scanner that follows the link must not use it up.
        let asked = home.get(&link).await.expect(200);
        home.get(&link).await.expect(200);
        let token = asked.field("token").expect("one more click");
        assert!(home.cookies().is_empty());
        home.post("/en/account/sign-in", &[("token", &token)]).await.expect(303);
        assert_eq!(home.cookies().len(), 1);
        let account = home.get("/en/account").await.expect(200);
        assert!(account.body.contains(&number), "the order placed as a guest is there once the address is proven");
        let again = shop.visitor().post("/en/account/sign-in", &[("token", &token)]).await;
        assert!((400..500).contains(&again.status), "a link opens once: {}", again.status);

        let csrf = home.get("/en/account/details").await.expect(200).field("csrf").expect("a token");
        let short =
            home.post("/en/account/details", &[("csrf", &csrf), ("what", "password"), ("password", "short")]).await.expect(422);
        assert!(short.body.contains("id=\"faults\"") && !short.body.contains("value=\"short\""), "a password is never sent back");
        let password = "trys ąžuolai prie ežero";
        home.post("/en/account/details", &[("csrf", &csrf), ("what", "password"), ("password", password)]).await.expect(303);
        home.post("/en/account/sign-out", &[("csrf", &csrf)]).await.expect(303);
        home.get("/en/account").await.expect(303);

        let by = |word: &'static str| [("email", email), ("way", "password"), ("password", word)];
        let wrong = home.post("/en/account/sign-in", &by("du ąžuolai prie ežero")).await;
        assert!((400..500).contains(&wrong.status) && wrong.field("email").as_deref() == Some(email), "{}", wrong.status);
        home.post("/en/account/sign-in", &by(password)).await.expect(303);
        assert!(home.get("/en/account").await.expect(200).body.contains(&number));

        // Whoever asks with an address that nobody has is told the same.
        let stranger = shop.visitor();
        let other = "nieko-cia@demo.test";
        let sent = stranger.post("/en/account/sign-in", &[("email", other), ("way", "link")]).await.expect(303);
        let told = stranger.follow(sent).await.expect(200);
        assert_eq!(told.body.replace(other, email), said.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_password_ends_soon() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let thief = shop.visitor();
        let mut refused = None;
        for n in 0..60 {
            let fields = [("email", "egle.kazlauskiene@demo.test"), ("way", "password"), ("password", "spėju")];
            let answer = thief.post("/en/account/sign-in", &fields).await;
            assert_ne!(answer.status, 303);
            if answer.status == 429 {
                refused = Some(n);
                break;
            }
        }
        assert!(refused.is_some_and(|n| n < 30), "{refused:?}");
    }
}
