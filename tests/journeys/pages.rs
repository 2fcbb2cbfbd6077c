//! Pages that must hold for everybody who comes by.

use vitrina_tests::{Shop, engines};

use crate::{CHAIRS, first_product};

#[tokio::test(flavor = "multi_thread")]
async fn pages_set_no_cookie_before_a_cart() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let (path, product) = first_product(&guest, CHAIRS).await;
        for page in
            ["/lt/", "/en/", CHAIRS, &path, "/en/search?q=oak", "/en/cart", "/en/contact", "/en/ask", "/en/account/sign-in"]
        {
            let answer = guest.get(page).await.expect(200);
            assert!(answer.headers.get("set-cookie").is_none(), "{page} sets a cookie");
        }
        let variant = product.field("variant").expect("something to buy");
        guest.post("/en/cart/add", &[("variant", &variant), ("qty", "1")]).await.expect(303);
        assert_eq!(guest.cookies().len(), 1, "the cart is the one reason for a cookie");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_pages_help() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        for path in ["/en/p/no-such-thing", "/en/c/no-such-thing", "/en/page/no-such-thing", "/lt/nieko"] {
            let page = guest.get(path).await.expect(404);
            assert!(page.body.contains("type=\"search\""), "{path} offers the search");
            let locale = &path[..4];
            assert!(page.link(&format!("{locale}c/")).is_some(), "{path} leads to categories");
        }
    }
}
