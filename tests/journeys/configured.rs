//! What is made to measure costs the same wherever it is asked, and the order knows what it is made of.

use serde_json::{Value, json};
use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{borrowed, from_cart_to_payment, guest::row_link, number, staff};

/// A wide wardrobe with sliding doors; everything else as it stands.
const CHOICE: &[(&str, &str)] = &[("set.width", "2000"), ("set.doors", "sliding"), ("set.sign", "Ona")];

async fn sent(guest: &Visitor, path: &str, csrf: Option<&str>, todo: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("do", todo)];
    fields.extend(csrf.map(|token| ("csrf", token)));
    fields.extend_from_slice(more);
    guest.post(path, &fields).await
}

/// `24900` minor units or `"249.00"` as the English pages print them, with a comma between thousands.
fn euros(sum: &Value) -> String {
    let minor = sum["minor"].as_i64().or_else(|| sum["amount"].as_str()?.replace('.', "").parse().ok()).expect("a sum");
    format!("€{},{:03}.{:02}", minor / 100_000, minor / 100 % 1_000, minor % 100)
}

struct Program<'a> {
    visitor: Visitor,
    shop: &'a Shop,
}

impl Program<'_> {
    async fn store(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let key = self.shop.info["publishable_key"].as_str().expect("a key");
        let body = body.map(|b| b.to_string());
        let headers = [("Vitrina-Key", key), ("Accept-Language", "en")];
        self.visitor.ask(method, &format!("/store/v1{path}"), &headers, body.as_deref()).await
    }
    async fn office(&self, path: &str) -> Answer {
        let key = format!("Bearer {}", self.shop.info["secret_key"].as_str().expect("a key"));
        self.visitor.ask("GET", &format!("/admin/v1{path}"), &[("Authorization", &key)], None).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_configuration_is_one_price_in_shop_cart_api_terminal_and_order() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let program = Program { visitor: shop.visitor(), shop: &shop };
        let guest = shop.visitor();
        let found = guest.get("/en/search?q=daugai").await.expect(200);
        assert!(found.body.contains("The price follows your choice"), "a tile does not promise its price");
        let path = found.link("/en/p/").expect("the wardrobe");
        let slug = path.rsplit('/').next().expect("a slug").to_owned();
        let page = guest.get(&path).await.expect(200);
        assert!(page.body.contains("name=\"set.width\"") && page.body.contains("Show the price"), "it asks, without a script");

        // What cannot be made is said beside its field, and by the rule that forbids it; no price.
        let wrong = sent(&guest, &path, None, "price", &[("set.width", "9000")]).await.expect(422);
        assert!(wrong.body.contains("Width: at most 2400 mm"), "the limit is named");
        let narrow = sent(&guest, &path, None, "add", &[("set.width", "2000")]).await.expect(422);
        assert!(narrow.body.contains("at most 1800 mm wide"), "the reason is named");
        assert!(!narrow.body.contains("incl. VAT"), "and no price is shown");

        // One choice, asked everywhere.
        let api = program.store("GET", &format!("/products/{slug}"), None).await.expect(200).value();
        let asks = api["configurator"]["parameters"].as_array().expect("parameters");
        assert!(asks.iter().any(|p| p["code"] == "width" && p["max"] == "2400" && p["unit"] == "mm"), "{asks:?}");
        let (variant, sku) =
            (&api["product"]["variants"][0]["id"], api["product"]["variants"][0]["sku"].as_str().expect("a SKU"));
        let chosen = json!({ "width": "2000", "doors": "sliding", "sign": "Ona" });
        let wish = json!({ "configuration": chosen });
        let priced = program.store("POST", &format!("/products/{slug}/configure"), Some(wish)).await.expect(200).value();
        let price = euros(&priced["total"]);
        let told = shop.command(&[
            "price",
            "--sku",
            sku,
            "--set",
            "width=2000",
            "--set",
            "doors=sliding",
            "--set",
            "sign=Ona",
            "--json",
        ]);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let told: Value = serde_json::from_slice(&told.stdout).expect("one JSON object");
        assert_eq!(euros(&told["total"]), price, "the terminal");
        let shown = sent(&guest, &path, None, "price", CHOICE).await.expect(200);
        assert!(shown.body.contains(&price), "{price} on the page");
        let cart = program.store("POST", "/carts", None).await.expect(201).value();
        let items = format!("/carts/{}/items", cart["token"].as_str().expect("a token"));
        let bare = program.store("POST", &items, Some(json!({ "variant": variant }))).await.expect(422).value();
        assert_eq!(bare["code"], "configure.unchosen", "{bare}");
        let item = json!({ "variant": variant, "configuration": chosen });
        let filled = program.store("POST", &items, Some(item)).await.expect(200).value();
        assert_eq!(euros(&filled["items"][0]["total"]), price, "the program's cart");
        let refused = json!({ "variant": variant, "configuration": { "width": "2000" } });
        program.store("POST", &items, Some(refused)).await.expect(422);

        // Into the cart, and to the order.
        let added = sent(&guest, &path, None, "add", CHOICE).await.expect(303);
        assert_eq!(added.location.as_deref(), Some("/en/cart?added=1"));
        let lies = guest.get("/en/cart").await.expect(200);
        assert!(lies.body.contains(&price) && lies.body.contains("Width: 2000 mm"), "{price} in the cart, with the choice");
        let exempt = "the 14-day right to return them does not apply";
        assert!(lies.body.contains(exempt) && !lies.body.contains("You can return"), "what is made to choice is kept");
        let fields = from_cart_to_payment(&guest, "spinta@demo.test").await;
        assert!(guest.get("/en/checkout/payment").await.expect(200).body.contains(exempt), "said before it binds");
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let done = guest.follow(placed).await.expect(200);
        assert!(done.body.contains(&price) && done.body.contains("Doors: sliding"), "{price} in the order");
        let number = number(&done);
        let own = done.link("/en/order/").expect("the order's page");
        let own = guest.get(&own).await.expect(200);
        assert!(own.body.contains(exempt) && !own.body.contains("You can withdraw"), "and on the order's page");

        // The office sees what it is made of, and a program gets it as data.
        let manager = staff(&shop, "manager").await;
        let orders = manager.get("/office/orders").await.expect(200);
        let order = row_link(&orders, "/office/orders/", &number);
        let seen = manager.get(&order).await.expect(200);
        assert!(seen.body.contains("Medžiagos ir darbai") && seen.body.contains("BEG-ST"), "the manager sees it");
        let id = order.rsplit('/').next().expect("an id");
        let made = program.office(&format!("/orders/{id}")).await.expect(200).value()["configurations"][0].clone();
        let rail = made["bill_of_materials"].as_array().expect("a bill").iter().find(|n| n["code"] == "BEG-ST").expect("rails");
        assert_eq!((rail["quantity"].as_str(), rail["kind"].as_str()), (Some("4"), Some("part")), "{made}");
        let signing =
            made["operations"].as_array().expect("work").iter().any(|n| n["code"] == "signing" && n["quantity"] == "0.6");
        assert!(signing && made["configuration"]["width"] == "2000", "{made}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_is_tried_saved_and_published_and_a_changed_price_is_said() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let path = guest.get("/en/search?q=daugai").await.expect(200).link("/en/p/").expect("the wardrobe");
        sent(&guest, &path, None, "add", CHOICE).await.expect(303);
        let fields = from_cart_to_payment(&guest, "spinta2@demo.test").await;

        let manager = staff(&shop, "manager").await;
        let listed = manager.get("/office/products?q=daugai").await.expect(200);
        let product =
            listed.links().into_iter().find(|l| l.starts_with("/office/products/") && l.len() > 50).expect("the wardrobe");
        let editor = format!("{product}/configurator");
        let page = manager.get(&editor).await.expect(200);
        let csrf = page.field("csrf").expect("a token");
        let source = include_str!("../../crates/demo/data/configurators/daugai.txt");
        let send = async |source: &str, todo: &str, more: &[(&str, &str)]| {
            let mut fields = vec![("csrf", csrf.as_str()), ("source", source), ("do", todo)];
            fields.extend_from_slice(more);
            manager.post(&editor, &fields).await
        };

        // A mistake names its place, and nothing is saved.
        let slip = source.replace("shelves * width", "shelvs * width");
        let told = send(&slip, "publish", &[]).await.expect(422);
        assert!(told.body.contains("33 eilutė") && told.body.contains("shelvs"), "line and word");
        let zero = source.replace("let level = width", "let level = width / (depth - 400)");
        assert!(send(&zero, "save", &[]).await.expect(422).body.contains("dalyba iš nulio"), "it was tried at its ends");
        let tried = send(source, "try", CHOICE).await.expect(200);
        assert!(tried.body.contains("BEG-ST"), "the breakdown of the test values");

        // Dearer wood: who has it in the cart hears of it before ordering.
        send(&source.replace("46.00", "56.00"), "publish", &[]).await.expect(303);
        let versions = manager.get(&editor).await.expect(200);
        assert!(versions.body.contains("?version="), "the versions are listed");
        let refused = guest.post("/en/checkout/payment", &borrowed(&fields)).await;
        assert_eq!(refused.status, 409, "the sum that was seen is not the sum any more");
        let cart = guest.get("/en/cart").await.expect(200);
        assert!(cart.body.contains("The price has changed"), "and the cart says which line");
        let wide = manager.get(&editor).await.expect(200);
        assert!(wide.body.contains("56.00"), "the newest version is what one goes on from");
    }
}
