//! Pages that must hold for everybody who comes by.

use vitrina_tests::{Shop, engines};

use crate::{CHAIRS, first_product, staff};

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

#[tokio::test(flavor = "multi_thread")]
async fn an_old_slug_leads_to_the_new_one() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let (path, _) = first_product(&guest, CHAIRS).await;
        let slug = path.rsplit('/').next().expect("a slug").to_owned();
        let owner = staff(&shop, "owner").await;
        let listed = owner.get("/office/products").await.expect(200);
        let mut tried = listed.links();
        tried.retain(|l| l.starts_with("/office/products/") && l.matches('/').count() == 3 && l.len() > 40);
        let (edit, old) = {
            let mut found = None;
            for link in tried {
                let page = owner.get(&link).await.expect(200);
                if let Some(old) = page.field("en.slug").filter(|s| !s.is_empty()) {
                    found = Some((page, old));
                    break;
                }
            }
            found.unwrap_or_else(|| panic!("no product with an English slug in the office; the shop has {slug}"))
        };
        let csrf = edit.field("csrf").expect("a token");
        let new = format!("{old}-renamed");
        let action = edit.body.split("action=\"").find_map(|p| p.split('"').next().filter(|a| a.ends_with("/texts")));
        owner.post(action.expect("the form of the texts"), &[("csrf", &csrf), ("en.slug", &new)]).await.expect(303);
        let moved = guest.get(&format!("/en/p/{old}")).await;
        assert!(matches!(moved.status, 301 | 308), "{} instead of a lasting redirect", moved.status);
        assert!(moved.location.as_deref().is_some_and(|l| l.ends_with(&format!("/en/p/{new}"))), "{:?}", moved.location);
        guest.get(&format!("/en/p/{new}")).await.expect(200);
    }
}
