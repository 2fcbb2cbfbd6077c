//! A contract through the API: made of an offer, written, sent, asked about, answered, taken back.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    offers::{Desk, text},
    shops,
};

const NONE: &str = "019c653f-0000-7000-8000-000000000000";

/// A file as bytes would break the document's promise of JSON: only what it begins with is looked at.
async fn pdf(desk: &Desk, path: &str) {
    let key = [(desk.office.key.0, desk.office.key.1.as_str())];
    let file = desk.office.visitor.ask("GET", path, &key, None).await.expect(200);
    assert!(file.body.starts_with("%PDF"), "{path}");
}

/// The contract once the worker has set the PDF of its newest version.
async fn set(desk: &Desk, at: &str) -> Value {
    for _ in 0..300 {
        let found = desk.office.get(at).await.expect(200).value();
        if found["versions"][0]["pdf_sha256"].is_string() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the PDF of {at} was never set");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_lives_its_whole_life_through_the_api() {
    for shop in shops() {
        let desk = Desk::open(&shop).await;
        let offer = desk.written("sutartis.programai@demo.test").await;
        let id = offer.rsplit('/').next().expect("an id").to_owned();
        let make = json!({ "offer": id });
        desk.keyed("/admin/v1/contracts", "early", &make).await.expect(422);
        desk.step(&offer, "preparation", &json!({})).await;
        desk.step(&offer, "dispatch", &json!({})).await;

        let made = desk.keyed("/admin/v1/contracts", "one", &make).await.expect(201);
        let at = made.header("location").to_owned();
        let again = desk.keyed("/admin/v1/contracts", "one", &make).await.expect(201);
        assert_eq!(again.header("location"), at, "sent twice, it is one contract");
        let contract = made.value();
        assert_eq!((&contract["contract"]["state"], &contract["contract"]["number"]), (&json!("draft"), &Value::Null));
        assert_eq!(contract["lacks"], json!([]), "it can be sent as it is");
        assert_eq!((&contract["offer"], &contract["offer_version"]), (&json!(id), &json!(1)));

        // Written: what is not named stays, and a field that there is not is named with its place.
        let body = "# Price\n\nThe price is {total}.\n\n# Other\n\nMade for {buyer}.";
        let tag = desk.office.get(&at).await.expect(200).header("etag").to_owned();
        let changed = desk.office.send("PATCH", &at, &json!({ "body": body, "place": "Kaunas" })).await.expect(200).value();
        assert_eq!((&changed["place"], &changed["title"]), (&json!("Kaunas"), &contract["title"]));
        let stale = desk.office.ask("PATCH", &at, &[("If-Match", &tag)], Some(r#"{"place":"Alytus"}"#)).await;
        stale.expect(412);
        let wrong = json!({ "body": format!("{body}\n\nPaid in {{kaina}}.") });
        let refused = desk.office.send("PATCH", &at, &wrong).await.expect(422).value();
        assert_eq!((&refused["code"], &refused["errors"][0]["pointer"]), (&json!("contracts.unknown_field"), &json!("/body")));
        let mut nameless = changed["seller"].clone();
        nameless["person"] = json!("");
        let lacks = desk.office.send("PATCH", &at, &json!({ "seller": nameless })).await.expect(200).value();
        assert_eq!(lacks["lacks"][0]["field"], "seller_person", "{}", lacks["lacks"]);
        desk.office.send("POST", &format!("{at}/dispatch"), &json!({})).await.expect(422);
        desk.office.send("PATCH", &at, &json!({ "seller": changed["seller"] })).await.expect(200);
        pdf(&desk, &format!("{at}/pdf")).await;

        let sent = desk.step(&at, "dispatch", &json!({})).await;
        assert!(text(&sent, "/contract/number").starts_with("SUT-"));
        let sent = set(&desk, &at).await;
        pdf(&desk, &format!("{at}/versions/1/pdf")).await;
        desk.office.send("PATCH", &at, &json!({ "place": "Vilnius" })).await.expect(409);

        // The customer asks on the page, the program answers.
        let guest = shop.visitor();
        let own = format!("/en/contract/{}", text(&sent, "/token"));
        let key = guest.get(&own).await.expect(200).field("key").expect("a key");
        let ask = [("key", key.as_str()), ("part", "1"), ("question", "Is VAT in it?")];
        guest.post(&format!("{own}/question"), &ask).await.expect(303);
        let asked = desk.office.get(&at).await.expect(200).value();
        assert_eq!((&asked["questions"][0]["about"], &asked["questions"][0]["answer"]), (&json!("1. Price"), &json!("")));
        let answer = format!("questions/{}/answer", text(&asked, "/questions/0/id"));
        desk.office.send("POST", &format!("{at}/{answer}"), &json!({ "answer": "" })).await.expect(422);
        let answered = desk.step(&at, &answer, &json!({ "answer": "It is." })).await;
        assert_eq!(answered["questions"][0]["answer"], "It is.");
        desk.office.send("POST", &format!("{at}/{answer}"), &json!({ "answer": "No." })).await.expect(404);
        assert!(guest.get(&own).await.expect(200).body.contains("It is."));

        // The next version, accepted by nobody, taken back.
        let revised = desk.step(&at, "revision", &json!({})).await;
        assert_eq!(revised["contract"]["state"], "revised");
        let next = desk.step(&at, "dispatch", &json!({})).await;
        assert_eq!((&next["contract"]["version"], &next["token"]), (&json!(2), &sent["token"]));
        assert_eq!(next["versions"][1]["hash"], sent["versions"][0]["hash"], "what was sent stays as it was");
        desk.office.send("POST", &format!("{at}/withdrawal"), &json!({ "reason": " " })).await.expect(422);
        let back = desk.step(&at, "withdrawal", &json!({ "reason": "Sold out" })).await;
        assert_eq!((&back["contract"]["state"], &back["contract"]["reason"]), (&json!("withdrawn"), &json!("Sold out")));
        let steps: Vec<&str> = back["events"].as_array().expect("events").iter().filter_map(|e| e["step"].as_str()).collect();
        assert_eq!(steps, ["create", "send", "revise", "supersede", "send", "withdraw"]);

        let number = text(&back, "/contract/number");
        for query in [
            format!("q={number}"),
            format!("offer={id}&state=withdrawn,declined"),
            format!("customer={}&q={number}", text(&back, "/contract/customer")),
        ] {
            let found = desk.office.get(&format!("/admin/v1/contracts?{query}")).await.expect(200).value();
            assert_eq!(found["data"].as_array().map(Vec::len), Some(1), "{query}: {found}");
        }
        let none = desk.office.get(&format!("/admin/v1/contracts?q={number}&state=accepted")).await.expect(200).value();
        assert_eq!(none["data"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_accepted_contract_of_an_order_has_its_certificate_and_wrong_grounds_are_refused() {
    for shop in shops() {
        let desk = Desk::open(&shop).await;
        // The demo has one that was accepted.
        let all = desk.office.get("/admin/v1/contracts?state=accepted&limit=1").await.expect(200).value();
        let at = format!("/admin/v1/contracts/{}", text(&all, "/data/0/id"));
        let accepted = desk.office.get(&at).await.expect(200).value();
        assert_eq!(accepted["acceptance"]["hash"], accepted["versions"][0]["hash"], "what was accepted is what was sent");
        for n in 0.. {
            if desk.office.get(&at).await.expect(200).value()["acceptance"]["pdf_sha256"].is_string() {
                break;
            }
            assert!(n < 300, "the certificate is set");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        pdf(&desk, &format!("{at}/acceptance/pdf")).await;
        let order = text(&accepted, "/order").to_owned();
        let of_order = desk.office.get(&format!("/admin/v1/contracts?order={order}")).await.expect(200).value();
        assert_eq!(of_order["data"][0]["id"], accepted["contract"]["id"]);
        let again = desk.keyed("/admin/v1/contracts", "again", &json!({ "order": order })).await.expect(201).value();
        assert_eq!(again["offer"], accepted["offer"], "made of the offer that the order came of");

        for (body, status) in [
            (json!({}), 422),
            (json!({ "offer": accepted["offer"], "order": order }), 422),
            (json!({ "order": NONE }), 422),
            (json!({ "offer": NONE }), 404),
            (json!({ "offer": "me" }), 422),
            (json!({ "offer": accepted["offer"], "template": "none.lt" }), 404),
            (json!({ "offer": accepted["offer"], "colour": "red" }), 400),
        ] {
            desk.keyed("/admin/v1/contracts", &body.to_string(), &body).await.expect(status);
        }
        desk.office.send("POST", "/admin/v1/contracts", &json!({ "offer": accepted["offer"] })).await.expect(422);
        desk.office.send("POST", &format!("{at}/revision"), &json!({})).await.expect(409);
        desk.office.get("/admin/v1/contracts?state=lost").await.expect(422);
    }
}
