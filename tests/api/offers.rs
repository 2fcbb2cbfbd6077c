//! An offer through the API alone: a program of the office writes and sends it, a shop window of its own
//! shows it, and it becomes an order.

use serde_json::{Value, json};
use vitrina_tests::{Answer, Shop};

use crate::{Api, shops};

const CHAIR: &str = "KD-AUS-OIL-LIN";

pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no text at {pointer}: {value}"))
}

/// The ids of all rows, in their order.
fn rows(offer: &Value) -> Vec<String> {
    let sections = offer["sections"].as_array().expect("sections").iter();
    let lines = sections.flat_map(|s| s["lines"].as_array().expect("lines").iter());
    lines.map(|l| text(l, "/line/id").to_owned()).collect()
}

pub struct Desk {
    pub office: Api,
    pub store: Api,
}

impl Desk {
    pub async fn open(shop: &Shop) -> Self {
        Self { office: Api::office(shop).await, store: Api::store(shop).await }
    }
    pub async fn keyed(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.office.ask("POST", path, &[("Idempotency-Key", key)], Some(&body.to_string())).await
    }

    /// An offer of three rows for a new customer: chairs, an optional chair of which there may be up to
    /// four, and an assembly in words.
    pub async fn written(&self, email: &str) -> String {
        let new = json!({ "name": "Rasa Programėlė", "email": email, "locale": "en" });
        let customer = self.office.send("POST", "/admin/v1/customers", &new).await.expect(201).value();
        let begin = json!({ "customer": customer["id"], "title": "Chairs for the hall", "written_in": "en" });
        let begun = self.keyed("/admin/v1/offers", email, &begin).await.expect(201);
        let at = begun.header("location").to_owned();
        let again = self.keyed("/admin/v1/offers", email, &begin).await.expect(201);
        assert_eq!(again.header("location"), at, "sent twice, it is one offer");
        let lines = json!({ "lines": [
            { "sku": CHAIR, "quantity": "2" },
            { "sku": CHAIR, "optional": true, "range": { "least": "1", "most": "4" }, "discount": { "percent": "10" } },
            { "title": "Assembly", "price": { "amount": "60.00", "currency": "EUR" }, "unit": "service" },
        ] });
        self.keyed(&format!("{at}/lines"), &format!("{email}-lines"), &lines).await.expect(201);
        let offer = self.keyed(&format!("{at}/lines"), &format!("{email}-lines"), &lines).await.expect(201).value();
        assert_eq!(rows(&offer).len(), 3, "sent twice, the rows are added once");
        let head = json!({ "deposit": { "percent": "30" }, "buyer": { "name": "Rasa Programėlė", "email": email,
            "street": "Pilies g. 1", "city": "Vilnius", "postcode": "01123", "country": "LT" } });
        self.office.send("PATCH", &at, &head).await.expect(200);
        at
    }

    pub async fn step(&self, at: &str, step: &str, body: &Value) -> Value {
        self.office.send("POST", &format!("{at}/{step}"), body).await.expect(201).value()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_lives_its_whole_life_through_the_api() {
    for shop in shops() {
        let desk = Desk::open(&shop).await;
        let at = desk.written("visas.kelias@demo.test").await;

        // Rows are changed, moved and taken out one by one.
        let offer = desk.office.get(&at).await.expect(200).value();
        let ids = rows(&offer);
        let place = format!("{at}/lines/{}/place", ids[2]);
        let moved = desk.office.send("PUT", &place, &json!({ "before": ids[0] })).await.expect(200).value();
        assert_eq!(rows(&moved), [ids[2].clone(), ids[0].clone(), ids[1].clone()]);
        let patch = json!({ "quantity": "3", "discount": { "sum": { "amount": "5.00", "currency": "EUR" } }, "note": "Oiled" });
        let row = format!("{at}/lines/{}", ids[0]);
        desk.office.send("PATCH", &row, &patch).await.expect(200);
        let cleared = desk.office.send("PATCH", &row, &json!({ "discount": null })).await.expect(200).value();
        let chair = &cleared["sections"][0]["lines"][1];
        assert_eq!(
            (&chair["line"]["quantity"], &chair["discount"], &chair["line"]["note"]),
            (&json!("3"), &json!(null), &json!("Oiled"))
        );
        let section = desk.step(&at, "sections", &json!({ "title": "Later" })).await;
        let section = text(&section, "/sections/1/id").to_owned();
        let into = desk.office.send("PUT", &place, &json!({ "section": section })).await.expect(200).value();
        assert_eq!(text(&into, "/sections/1/lines/0/line/title"), "Assembly");
        let named = json!({ "title": "On site", "discount": { "percent": "5" } });
        desk.office.send("PUT", &format!("{at}/sections/{section}"), &named).await.expect(200);

        desk.step(&at, "preparation", &json!({})).await;
        let shut = desk.office.send("PATCH", &at, &json!({ "title": "Late" })).await.expect(409).value();
        assert_eq!(shut["code"], "offers.not_written");
        let sent = desk.step(&at, "dispatch", &json!({})).await;
        assert!(text(&sent, "/offer/number").starts_with("KP-"), "{sent}");

        // A shop window of its own shows it.
        let own = format!("/store/v1/offers/{}", text(&sent, "/token"));
        let page = desk.store.get(&own).await.expect(200).value();
        assert_eq!((&page["state"], &page["number"]), (&json!("open"), &sent["offer"]["number"]));
        assert!(
            !page.to_string().contains("\"cost\"") && !page.to_string().contains("\"hand\""),
            "nothing of the shop's own: {page}"
        );
        let seen = desk.store.send("POST", &format!("{own}/views"), &json!({})).await.expect(201);
        drop(seen);
        assert_eq!(desk.office.get(&at).await.expect(200).value()["offer"]["state"], "viewed");
        let choice = json!({ "picked": [ids[1]], "quantities": { ids[1].as_str(): "4" } });
        let counted = desk.store.send("POST", &format!("{own}/choice"), &choice).await.expect(200).value();
        assert_ne!(counted["sums"]["gross"], page["sums"]["gross"]);
        let too_many = json!({ "picked": [ids[1]], "quantities": { ids[1].as_str(): "5" } });
        let refused =
            desk.store.send("POST", &format!("{own}/acceptance"), &yes(&page, &too_many, &counted["sums"]["gross"])).await;
        assert_eq!(refused.expect(422).value()["code"], "offers.quantity");
        let forced = json!({ "picked": [ids[0]] });
        let refused = desk.store.send("POST", &format!("{own}/choice"), &forced).await.expect(422).value();
        assert_eq!(refused["errors"][0]["pointer"], "/picked/0", "what is offered firmly is nothing to choose");

        let ask = json!({ "line": ids[1], "question": "Is the linen washable?" }).to_string();
        let key = [("Idempotency-Key", "q-1")];
        desk.store.ask("POST", &format!("{own}/questions"), &key, Some(&ask)).await.expect(201);
        let asked = desk.store.ask("POST", &format!("{own}/questions"), &key, Some(&ask)).await.expect(201).value();
        assert_eq!(asked["questions"].as_array().map(Vec::len), Some(1), "sent twice, it is one question");
        let answer = format!("questions/{}/answer", text(&asked, "/questions/0/id"));
        desk.step(&at, &answer, &json!({ "answer": "Yes, at 30 °C." })).await;

        let stale = desk.store.send("POST", &format!("{own}/acceptance"), &yes(&page, &choice, &page["sums"]["gross"])).await;
        assert_eq!(stale.expect(409).value()["code"], "offers.sum_changed", "another sum is said before it binds");
        let agreed = yes(&page, &choice, &counted["sums"]["gross"]);
        let first = desk.store.send("POST", &format!("{own}/acceptance"), &agreed).await.expect(201).value();
        let second = desk.store.send("POST", &format!("{own}/acceptance"), &agreed).await.expect(201).value();
        assert_eq!(first["acceptance"]["order"], second["acceptance"]["order"], "sent twice, it is one order");
        let order = format!("/store/v1/orders/{}", text(&first, "/acceptance/order"));
        let order = desk.store.get(&order).await.expect(200).value();
        assert_eq!((&order["gross"], &order["lines"].as_array().map(Vec::len)), (&counted["sums"]["gross"], &Some(3)));
        let done = desk.office.get(&at).await.expect(200).value();
        assert_eq!((&done["offer"]["state"], &done["acceptance"]["how"]), (&json!("ordered"), &json!("page")));
        assert_eq!(done["acceptance"]["hash"], done["versions"][0]["hash"], "what was accepted is what was sent");

        // Found again by what it is about.
        let number = text(&done, "/offer/number");
        for query in [
            format!("q={number}"),
            format!("product={CHAIR}&state=ordered&q={number}"),
            format!("customer={}&state=ordered", text(&done, "/offer/customer")),
        ] {
            let found = desk.office.get(&format!("/admin/v1/offers?{query}")).await.expect(200).value();
            assert_eq!(found["data"].as_array().map(Vec::len), Some(1), "{query}: {found}");
        }
        let none = desk.office.get(&format!("/admin/v1/offers?q={number}&product=NO-SUCH-SKU")).await.expect(200).value();
        assert_eq!(none["data"], json!([]));
    }
}

fn yes(page: &Value, choice: &Value, seen: &Value) -> Value {
    json!({ "version": page["version"], "hash": page["hash"], "choice": choice, "seen": seen, "name": "Rasa Programėlė",
        "agreed": true, "button_label": "Accept and order" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_becomes_an_order_on_the_phone_and_a_paper_accepts_what_was_sent() {
    for shop in shops() {
        let desk = Desk::open(&shop).await;
        let at = desk.written("telefonu@demo.test").await;
        let draft = desk.office.get(&at).await.expect(200).value();
        let heard = |offer: &Value, how: &str| {
            json!({ "how": how, "name": "Rasa Programėlė", "note": "Called at noon", "seen": offer["sums"]["gross"],
                "street": "Pilies g. 1", "city": "Vilnius", "postcode": "01123" })
        };
        let other = json!({ "how": "phone", "name": "Rasa", "seen": { "amount": "1.00", "currency": "EUR" } });
        let refused = desk.keyed(&format!("{at}/agreement"), "k-0", &other).await.expect(409).value();
        assert_eq!(refused["code"], "offers.sum_changed");
        let page = desk.keyed(&format!("{at}/agreement"), "k-p", &heard(&draft, "page")).await.expect(422).value();
        assert_eq!(page["errors"][0]["pointer"], "/how", "nobody says for the customer that they pressed a button");
        let first = desk.keyed(&format!("{at}/agreement"), "k-1", &heard(&draft, "phone")).await.expect(201).value();
        let second = desk.keyed(&format!("{at}/agreement"), "k-1", &heard(&draft, "phone")).await.expect(201).value();
        assert_eq!((&first["order"], &first["offer"]["state"]), (&second["order"], &json!("ordered")));
        assert_eq!((&first["acceptance"]["how"], &first["token"]), (&json!("phone"), &json!(null)), "nobody was sent a link");
        desk.keyed(&format!("{at}/agreement"), "k-2", &heard(&draft, "phone")).await.expect(409);
        let order = desk.office.get(&format!("/admin/v1/orders/{}", text(&first, "/order"))).await.expect(200).value();
        assert_eq!((&order["order"]["gross"], &order["origin"]), (&draft["sums"]["gross"], &json!("office")));

        let copy = json!({ "offer": draft["offer"]["id"], "title": "The same again" });
        let at = desk.keyed("/admin/v1/offers", "copy-1", &copy).await.expect(201).header("location").to_owned();
        desk.step(&at, "preparation", &json!({})).await;
        let sent = desk.step(&at, "dispatch", &json!({})).await;
        let taken = desk.keyed(&format!("{at}/agreement"), "k-3", &heard(&sent, "paper")).await.expect(201).value();
        assert_eq!((&taken["acceptance"]["how"], &taken["acceptance"]["note"]), (&json!("paper"), &json!("Called at noon")));
        let own = format!("/store/v1/offers/{}", text(&taken, "/token"));
        assert_eq!(desk.store.get(&own).await.expect(200).value()["state"], "accepted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_is_wrong_and_writes_nothing() {
    for shop in shops() {
        let desk = Desk::open(&shop).await;
        let at = desk.written("klaidos@demo.test").await;
        let before = desk.office.get(&at).await.expect(200);
        let lines = format!("{at}/lines");
        let eur = json!({ "amount": "1.00", "currency": "EUR" });
        for (line, pointer) in [
            (json!({ "sku": "NO-SUCH" }), "/lines/0/sku"),
            (json!({ "sku": CHAIR, "title": "Both", "price": eur }), "/lines/0"),
            (json!({ "title": "Free" }), "/lines/0/price"),
            (json!({ "title": "In zloty", "price": { "amount": "1.00", "currency": "PLN" } }), "/lines/0/price"),
            (json!({ "sku": CHAIR, "quantity": "many" }), "/lines/0/quantity"),
            (json!({ "sku": CHAIR, "discount": { "percent": "10", "sum": eur } }), "/lines/0/discount"),
            (json!({ "sku": CHAIR, "hand": { "price": eur, "reason": " " } }), "/lines/0/hand/reason"),
        ] {
            let refused = desk.office.send("POST", &lines, &json!({ "lines": [line] })).await.expect(422).value();
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        }
        desk.office.send("POST", &lines, &json!({ "lines": [{ "sku": CHAIR, "colour": "red" }] })).await.expect(400);
        desk.office.send("POST", &lines, &json!({ "lines": [] })).await.expect(400);
        desk.office.send("PATCH", &at, &json!({ "deposit": { "percent": "130" } })).await.expect(422);
        desk.office.send("PATCH", &format!("{at}/lines/019c653f-0000-7000-8000-000000000000"), &json!({})).await.expect(404);
        let chair = rows(&before.value())[0].clone();
        let words =
            desk.office.send("PATCH", &format!("{at}/lines/{chair}"), &json!({ "title": "Mine" })).await.expect(422).value();
        assert_eq!(words["errors"][0]["pointer"], "/title", "the catalogue's words are the catalogue's");
        let two = json!({ "order": "019c653f-0000-7000-8000-000000000000", "offer": "019c653f-0000-7000-8000-000000000000" });
        desk.keyed("/admin/v1/offers", "two", &two).await.expect(422);
        desk.office.send("POST", "/admin/v1/offers", &json!({})).await.expect(422);
        desk.office.get("/admin/v1/offers?manager=me").await.expect(422);
        desk.office.get("/admin/v1/offers?ends_before=soon").await.expect(422);
        desk.office.get("/admin/v1/offers?colour=red").await.expect(400);
        assert_eq!(desk.office.get(&at).await.expect(200).value(), before.value(), "nothing was written");

        // Who saw an older one does not send the newer one.
        let tag = before.header("etag").to_owned();
        desk.office.send("PATCH", &at, &json!({ "title": "Newer" })).await.expect(200);
        desk.office.ask("PATCH", &at, &[("If-Match", &tag)], Some(r#"{"title":"Old"}"#)).await.expect(412);
        desk.step(&at, "preparation", &json!({})).await;
        desk.office.ask("POST", &format!("{at}/dispatch"), &[("If-Match", &tag)], None).await.expect(412);

        // A link that is nobody's, and one that is over.
        for part in ["", "/pdf", "/certificate"] {
            desk.store.get(&format!("/store/v1/offers/no-such-token{part}")).await.expect(404);
        }
        let sent = desk.step(&at, "dispatch", &json!({})).await;
        let own = format!("/store/v1/offers/{}", text(&sent, "/token"));
        desk.store.send("POST", &format!("{own}/decline"), &json!({ "reason": "weather" })).await.expect(422);
        let no = desk.store.send("POST", &format!("{own}/decline"), &json!({ "reason": "price" })).await.expect(201).value();
        assert_eq!(no["state"], "declined");
        let page = desk.store.get(&own).await.expect(200).value();
        let late = yes(&page, &page["choice"], &page["sums"]["gross"]);
        desk.store.send("POST", &format!("{own}/acceptance"), &late).await.expect(409);
        desk.store.ask("POST", &format!("{own}/renewal"), &[("Idempotency-Key", "again")], None).await.expect(201);
        let lost = desk.office.get(&at).await.expect(200).value();
        assert_eq!((&lost["offer"]["state"], &lost["offer"]["loss_reason"]), (&json!("declined"), &json!("price")));
        desk.step(&at, "revision", &json!({})).await;
        let back = desk.step(&at, "withdrawal", &json!({ "reason": "Sold out" })).await;
        assert_eq!(back["offer"]["state"], "withdrawn");
    }
}
