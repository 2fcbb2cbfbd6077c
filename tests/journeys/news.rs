//! The digest of news: what changed in the shop reaches whoever writes offers, once.

use std::time::Duration;

use serde_json::{Value, json};
use vitrina_tests::{How, Shop, Visitor, engines};

use crate::{
    offers::{english, send},
    staff,
};

const CHAIR: &str = "KD-AUS-OIL-LIN";
/// What is committed within this time is told tomorrow.
const MARGIN: Duration = Duration::from_secs(62);

fn told(on: bool) -> How {
    let on = if on { "true" } else { "false" };
    let env = [("VITRINA_DIGEST_ON", on), ("VITRINA_DIGEST_DAYS", "every"), ("VITRINA_DIGEST_HOUR", "0")];
    How { env: env.map(|(name, value)| (name.into(), value.into())).to_vec(), args: Vec::new() }
}

/// Somebody who was told nothing yet, signed in.
pub async fn newcomer(shop: &Shop, role: &str, email: &str) -> Visitor {
    let add = ["user", "add", "--email", email, "--name", "Nida Naujokė", "--role", role, "--locale", "en"];
    let out = shop.command(&add);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let said = String::from_utf8(out.stdout).expect("a text");
    let password = said.trim().rsplit(' ').next().expect("a password");
    let visitor = shop.visitor();
    visitor.get("/office/login").await.expect(200);
    visitor.post("/office/login", &[("email", email), ("password", password)]).await.expect(303);
    visitor
}

/// The office's API with the demo's key: whoever writes through it is no manager.
pub struct Program(pub Visitor);

impl Program {
    pub fn of(shop: &Shop) -> Self {
        let key = format!("Bearer {}", shop.info["secret_key"].as_str().expect("a key"));
        Self(shop.visitor().with_header("authorization", &key))
    }
    async fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let key = format!("{path}{body}");
        let key = [("Idempotency-Key", key.get(..key.len().min(150)).unwrap_or("key"))];
        let answer = self.0.ask(method, &format!("/admin/v1{path}"), &key, Some(&body.to_string())).await;
        assert!(answer.status < 300, "{method} {path}: {}", answer.body);
        answer.value()
    }
    /// An offer of a chair, sent; its number.
    async fn offer(&self, email: &str) -> String {
        let new = json!({ "name": "Be Vadybininko", "email": email, "locale": "en" });
        let customer = self.send("POST", "/customers", &new).await;
        let begun = self.send("POST", "/offers", &json!({ "customer": customer["id"], "written_in": "en" })).await;
        let at = format!("/offers/{}", begun["offer"]["id"].as_str().expect("an id"));
        self.send("POST", &format!("{at}/lines"), &json!({ "lines": [{ "sku": CHAIR }] })).await;
        let buyer = json!({ "buyer": { "name": "Be Vadybininko", "email": email, "street": "Pilies g. 1", "city": "Vilnius",
            "postcode": "01123", "country": "LT" } });
        self.send("PATCH", &at, &buyer).await;
        self.send("POST", &format!("{at}/preparation"), &json!({})).await;
        let sent = self.send("POST", &format!("{at}/dispatch"), &json!({})).await;
        assert_eq!(sent["offer"]["manager"], Value::Null, "nobody looks after it");
        sent["offer"]["number"].as_str().expect("a number").to_owned()
    }
    async fn reprice(&self, sku: &str, amount: &str) {
        let found = self.0.get(&format!("/admin/v1/products?q={sku}")).await.expect(200).value();
        let product = found["data"][0]["id"].as_str().expect("a product").to_owned();
        let record = self.0.get(&format!("/admin/v1/products/{product}")).await.expect(200).value();
        let variants = record["variants"].as_array().expect("variants");
        let variant = variants.iter().find(|v| v["sku"] == sku).expect("the variant")["id"].as_str().expect("an id");
        let price = json!({ "price": { "amount": amount, "currency": "EUR" } });
        self.send("PUT", &format!("/products/{product}/variants/{variant}/price"), &price).await;
    }
}

/// An offer of two chairs of the manager's own, sent; its number.
async fn offered(manager: &Visitor, csrf: &str) -> String {
    let fields = [("name", "Greta Sava"), ("email", "greta.sava@demo.test"), ("locale", "en")];
    let card = send(manager, csrf, "/office/customers", &fields).await;
    let customer = card.body.split("name=\"customer\" value=\"").nth(1).and_then(|p| p.split('"').next()).expect("an id");
    let begun = manager.post("/office/offers", &[("csrf", csrf), ("customer", customer)]).await.expect(303);
    let own = begun.location.expect("the offer's page");
    send(manager, csrf, &format!("{own}/add"), &[("lines", &format!("{CHAIR} 2"))]).await;
    send(manager, csrf, &format!("{own}/head"), &[("title", "Chairs"), ("written_in", "en")]).await;
    send(manager, csrf, &format!("{own}/step"), &[("do", "prepare")]).await;
    let sent = send(manager, csrf, &format!("{own}/send"), &[]).await;
    let at = sent.body.find("KP-").expect("a number");
    sent.body[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

/// The news that went to this address, as they read.
async fn news_to(desk: &Visitor, email: &str) -> Vec<String> {
    let list = desk.get(&format!("/office/letters?q={}", email.replace('@', "%40"))).await.expect(200);
    let mut all = Vec::new();
    for row in list.body.split("<tr").filter(|row| row.contains(email)) {
        let link = row.split("href=\"").nth(1).and_then(|p| p.split('"').next()).expect("a letter");
        let letter = desk.get(&format!("{link}/body")).await;
        if letter.status == 200 && letter.body.contains("/office/news") {
            all.push(letter.body);
        }
    }
    all
}

async fn a_shop_tells_its_news(engine: &str) {
    let mut shop = Shop::open_with(engine, told(false));
    let (manager_at, owner_at) = ("nida.vadyba@demo.test", "nida.savininke@demo.test");
    let manager = newcomer(&shop, "manager", manager_at).await;
    newcomer(&shop, "owner", owner_at).await;
    let csrf = english(&manager).await;
    let own = offered(&manager, &csrf).await;
    let program = Program::of(&shop);
    let nobodys = program.offer("be.vadybininko@demo.test").await;

    // A new product, a changed price and a campaign.
    let path = shop.data.join("naujiena.csv");
    std::fs::write(&path, "sku,title,price,stock\nNAUJ-1,Naujutėlis suolelis,88.00,5\n").expect("a file");
    let out = shop.command(&["import", "--json", path.to_str().expect("a path")]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    program.reprice(CHAIR, "333.00").await;
    let campaign = [
        ("name", "Suolelių savaitė"),
        ("how", "percent"),
        ("amount", "10"),
        ("goods", "skus"),
        ("skus", "NAUJ-1"),
        ("do", "save"),
    ];
    send(&manager, &csrf, "/office/campaigns", &campaign).await;
    tokio::time::sleep(MARGIN).await;

    shop.kill_and_start_again_with(told(true));
    let desk = staff(&shop, "owner").await;
    let (mut to_manager, mut to_owner) = (Vec::new(), Vec::new());
    for _ in 0..300 {
        (to_manager, to_owner) = (news_to(&desk, manager_at).await, news_to(&desk, owner_at).await);
        if !to_manager.is_empty() && !to_owner.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let ([to_manager], [to_owner]) = (to_manager.as_slice(), to_owner.as_slice()) else {
        panic!("{engine}: {} letters to the manager, {} to the owner", to_manager.len(), to_owner.len())
    };
    for letter in [to_manager, to_owner] {
        for text in ["Naujutėlis suolelis", "€333.00", "Suolelių savaitė"] {
            assert!(letter.contains(text), "{engine}: {text}: {letter}");
        }
        assert!(!letter.contains("Greta") && !letter.contains("Be Vadybininko"), "a letter names no customer");
    }
    assert!(to_manager.contains(&own) && !to_manager.contains(&nobodys), "{engine}: the manager's own offer");
    assert!(to_owner.contains(&nobodys) && !to_owner.contains(&own), "{engine}: the one that nobody looks after");

    // The page says the same, to the person signed in.
    let page = shop.visitor();
    page.keep(manager.cookies());
    let news = page.get("/office/news").await.expect(200);
    assert!(news.body.contains("Naujutėlis suolelis") && news.body.contains(&own) && news.body.contains("Greta Sava"));

    // What runs again at every start finds nothing more to tell today.
    shop.kill_and_start_again();
    let desk = staff(&shop, "owner").await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    for email in [manager_at, owner_at] {
        assert_eq!(news_to(&desk, email).await.len(), 1, "{engine}: {email} was told once");
    }
}

/// Both engines at once: most of it is waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_product_a_price_and_a_campaign_are_told_once() {
    let shops = engines().into_iter().map(|engine| tokio::spawn(a_shop_tells_its_news(engine)));
    for shop in shops.collect::<Vec<_>>() {
        shop.await.expect("the journey of one engine");
    }
}
