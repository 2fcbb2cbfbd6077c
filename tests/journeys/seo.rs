//! For those who come by a search engine, and what every page keeps to.

use serde_json::Value;
use vitrina_tests::{Answer, Shop, engines};

use crate::{CHAIRS, borrowed, first_product, up_to_payment};

fn meta(page: &Answer, before: &str) -> Option<String> {
    page.body.split(before).nth(1).and_then(|t| t.split('"').next()).map(str::to_owned)
}

fn canonical(page: &Answer) -> Option<String> {
    meta(page, "<link rel=\"canonical\" href=\"")
}

fn objects(page: &Answer, kind: &str) -> Vec<Value> {
    let texts = page.body.split("<script type=\"application/ld+json\">").skip(1).filter_map(|t| t.split("</script>").next());
    texts.map(|t| serde_json::from_str::<Value>(t).expect("sound JSON-LD")).filter(|o| o["@type"] == kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_public_page_names_its_one_address_and_its_other_languages() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let base = shop.url();
        let home = guest.get("/en/").await.expect(200);
        let legal = home.links().into_iter().filter(|l| l.starts_with("/en/page/")).collect::<Vec<_>>();
        assert!(legal.len() >= 4, "{legal:?}");
        let (product, _) = first_product(&guest, CHAIRS).await;
        let mut pages = vec!["/en/".to_owned(), CHAIRS.to_owned(), product, "/en/contact".to_owned()];
        pages.extend(legal);
        for path in pages {
            let page = guest.get(&path).await.expect(200);
            assert_eq!(canonical(&page).as_deref(), Some(format!("{base}{path}").as_str()));
            let described = meta(&page, "<meta name=\"description\" content=\"").is_some_and(|d| d.chars().count() > 15);
            assert!(described || path == "/en/contact", "{path} has no description");
            let others: Vec<(String, String)> = page
                .body
                .split("<link rel=\"alternate\" hreflang=\"")
                .skip(1)
                .filter_map(|t| Some((t.split('"').next()?.to_owned(), t.split("href=\"").nth(1)?.split('"').next()?.to_owned())))
                .collect();
            let spoken: Vec<&str> = others.iter().map(|(l, _)| l.as_str()).collect();
            assert!(["lt", "en", "x-default"].iter().all(|l| spoken.contains(l)), "{path}: {spoken:?}");
            for (locale, url) in &others {
                let there = guest.get(url).await.expect(200);
                assert_eq!(canonical(&there).as_deref(), Some(url.as_str()), "{path} in {locale}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_narrowed_or_ordered_is_no_second_page_for_indexes() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let whole = guest.get(CHAIRS).await.expect(200);
        let facet = whole.body.split("name=\"f.").nth(1).expect("a facet").split('"').next().expect("its name");
        for query in [format!("f.{facet}=x"), "sort=price".into(), "from=100".into(), "after=zzz".into(), "page=2".into()] {
            let page = guest.get(&format!("{CHAIRS}?{query}")).await;
            if page.status == 200 {
                assert!(page.body.contains("name=\"robots\" content=\"noindex\"") && canonical(&page).is_none(), "{query}");
            }
        }
        let marked = guest.get(&format!("{CHAIRS}?utm_source=letter")).await.expect(200);
        assert!(!marked.body.contains("noindex"), "a mark of somebody's letter hides nothing");
        assert_eq!(canonical(&marked), canonical(&whole));
        for path in ["/en/search?q=oak", "/en/cart", "/en/account/sign-in"] {
            assert!(guest.get(path).await.expect(200).body.contains("name=\"robots\" content=\"noindex\""), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn structured_data_says_what_the_page_says() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let (path, page) = first_product(&guest, CHAIRS).await;
        let products = objects(&page, "Product");
        let [product] = products.as_slice() else { panic!("{} products in {path}", products.len()) };
        assert_eq!(product["@context"], "https://schema.org");
        let name = product["name"].as_str().expect("a name");
        assert!(page.body.contains(&format!("<h1>{name}</h1>")), "{name}");
        assert!(product["image"].as_array().is_some_and(|all| !all.is_empty()));
        for url in product["image"].as_array().expect("pictures") {
            guest.get(url.as_str().expect("an address")).await.expect(200);
        }
        let offers = product["offers"].as_array().expect("offers");
        assert!(!offers.is_empty());
        for offer in offers {
            assert_eq!((&offer["@type"], &offer["priceCurrency"]), (&"Offer".into(), &"EUR".into()));
            let price = offer["price"].as_str().expect("a price");
            let (whole, cents) = price.split_once('.').expect("two places");
            assert!(whole.parse::<u64>().is_ok() && cents.len() == 2, "{price}");
            let shown = format!("{}.{cents}", grouped(whole));
            assert!(page.body.contains(&shown), "€{shown} is not on the page");
            let availability = offer["availability"].as_str().expect("availability");
            let known = ["InStock", "LimitedAvailability", "MadeToOrder", "OutOfStock"];
            assert!(known.iter().any(|k| availability == format!("https://schema.org/{k}")), "{availability}");
            assert_eq!(offer["url"].as_str(), canonical(&page).as_deref());
        }
        let trails = objects(&page, "BreadcrumbList");
        let steps = trails.first().and_then(|t| t["itemListElement"].as_array()).expect("a trail");
        for (n, step) in steps.iter().enumerate() {
            assert_eq!(step["position"], n + 1);
            assert!(step["name"].as_str().is_some_and(|t| !t.is_empty()));
            guest.get(step["item"].as_str().expect("an address")).await.expect(200);
        }
    }
}

fn grouped(whole: &str) -> String {
    let mut out = String::new();
    for (n, c) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sitemap_leads_to_every_product_and_to_nothing_else_than_pages() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let robots = guest.get("/robots.txt").await.expect(200);
        let index =
            robots.body.lines().find_map(|l| l.strip_prefix("Sitemap: ")).expect("robots.txt names the sitemap").to_owned();
        let locs = |page: &Answer| -> Vec<String> {
            page.body.split("<loc>").skip(1).filter_map(|t| t.split('<').next()).map(str::to_owned).collect()
        };
        let mut all = Vec::new();
        for part in locs(&guest.get(&index).await.expect(200)) {
            all.extend(locs(&guest.get(&part).await.expect(200)));
        }
        let products = all.iter().filter(|u| u.contains("/en/p/")).count();
        assert!(products >= 60, "{products} products");
        let mut once = all.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), all.len(), "each address once");
        for url in all.iter().step_by(17) {
            let page = guest.get(url).await.expect(200);
            assert_eq!(canonical(&page).as_ref(), Some(url));
        }
        assert!(!all.iter().any(|u| u.contains("/cart") || u.contains("/account") || u.contains("/checkout")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_lead_on_where_they_should() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let german = shop.visitor().with_header("accept-language", "de-DE,de;q=0.9,en;q=0.5").get("/").await.expect(302);
        assert_eq!(german.location.as_deref(), Some("/de/"));
        let unknown = shop.visitor().with_header("accept-language", "fi").get("/").await.expect(302);
        assert_eq!(unknown.location.as_deref(), Some("/lt/"));
        let guest = shop.visitor();
        assert_eq!(guest.get("/en").await.expect(301).location.as_deref(), Some("/en/"));
        // A slug of another language is the same product: for good.
        let lt = guest.get("/lt/").await.expect(200).link("/lt/p/").expect("a product");
        let moved = guest.get(&lt.replacen("/lt/", "/en/", 1)).await.expect(301);
        let there = guest.get(&moved.location.expect("where it is")).await.expect(200);
        assert!(there.links().contains(&lt), "the switch of languages leads back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_needs_a_script_or_style_of_its_own_or_another_host() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let (product, page) = first_product(&guest, CHAIRS).await;
        let variant = page.field("variant").expect("something to buy");
        let fields = up_to_payment(&guest, &variant, "tvarka@demo.test").await;
        let mut pages: Vec<Answer> = Vec::new();
        for path in [
            "/en/",
            CHAIRS,
            &product,
            "/en/search?q=oak",
            "/en/cart",
            "/en/checkout",
            "/en/checkout/delivery",
            "/en/checkout/payment",
            "/en/contact",
            "/en/accessibility",
            "/en/account/sign-in",
            "/en/p/nothing",
        ] {
            pages.push(guest.follow(guest.get(path).await).await);
        }
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        pages.push(guest.follow(placed).await);
        for page in pages {
            let title = meta(&page, "<title>").unwrap_or_default();
            let policy = page.headers["content-security-policy"].to_str().expect("a policy").to_owned();
            assert!(policy.contains("default-src 'none'") || policy.contains("default-src 'self'"), "{policy}");
            assert!(!policy.contains("unsafe"), "{policy}");
            assert!(!page.body.contains(" style=\"") && !page.body.contains("<style"), "{title}");
            assert!(!page.body.contains(" onclick=") && !page.body.contains("javascript:"), "{title}");
            let scripts = page.body.matches("<script").count();
            let data = page.body.matches("<script type=\"application/ld+json\"").count();
            assert_eq!(scripts, data + 1, "{title}: one script, by address");
            let mut sources = page.body.split(" src=\"").skip(1).filter_map(|t| t.split('"').next());
            assert!(sources.all(|s| s.starts_with('/') && !s.starts_with("//")), "{title}");
        }
    }
}
