//! Whether the stand-in's objects have the shape of Stripe's own, where samples of these are at hand.

use serde_json::{Value, json};

use super::{books::Books, form};

/// Books in which everything has happened once.
fn full() -> (Books, Vec<String>) {
    let mut books =
        Books { base: "http://127.0.0.1:1".into(), now: 1_700_000_000, api_version: "2020-08-27".into(), ..Books::default() };
    let ask = form::parse(
        "mode=payment&line_items[0][quantity]=1&line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=1000\
         &line_items[0][price_data][product_data][name]=X&success_url=https://a.test/&customer_email=a@b.test&metadata[a]=b",
    );
    let mut page = || books.start(&ask, false).unwrap()["id"].as_str().unwrap().to_owned();
    let (open, paid, bank, disputed) = (page(), page(), page(), page());
    let payment = books.complete(&paid, true).unwrap();
    let refund = books.refund(&payment, Some(100), serde_json::Map::new()).unwrap();
    books.complete(&bank, false).unwrap();
    let failed = books.decide(&bank, false).unwrap();
    let lost = books.complete(&disputed, true).unwrap();
    let dispute = books.dispute(&lost, None, false).unwrap();
    let charge = books.object(&payment).unwrap()["latest_charge"].as_str().unwrap().to_owned();
    (books, vec![open, paid, bank, payment, failed, refund, dispute, charge])
}

/// What of `ours` is not in `sample`: a key, or another kind of value; `null` in either says nothing.
fn differences(at: &str, ours: &Value, sample: &Value, found: &mut Vec<String>) {
    match (ours, sample) {
        (Value::Null, _) | (_, Value::Null) => {}
        // Free keys, or empty in the sample.
        (Value::Object(_), Value::Object(theirs)) if theirs.is_empty() => {}
        (Value::Object(own), Value::Object(theirs)) => {
            for (key, value) in own {
                match theirs.get(key) {
                    Some(sample) => differences(&format!("{at}.{key}"), value, sample, found),
                    None => found.push(format!("{at}.{key} is invented")),
                }
            }
        }
        (Value::Array(_), Value::Array(_)) => {}
        _ if std::mem::discriminant(ours) == std::mem::discriminant(sample) => {}
        _ => found.push(format!("{at}: {ours} is not like {sample}")),
    }
}

#[test]
fn objects_are_shaped_like_stripes_own() {
    let Some(path) = crate::real_data("stripe/fixtures3.json") else {
        return crate::left_out("the shape of Stripe's objects: VITRINA_REAL_DATA has no stripe/fixtures3.json");
    };
    let text = std::fs::read_to_string(path).expect("a file");
    let samples: Value = serde_json::from_str(&text).expect("a JSON file");
    let (books, names) = full();
    let mut objects: Vec<Value> = names.iter().map(|id| books.object(id).expect(id)).collect();
    objects.extend(books.movements.values().map(super::objects::Movement::json));
    objects.extend(books.events.iter().map(|e| serde_json::from_str::<Value>(&e.body).expect("an event")));
    let mut found = Vec::new();
    for mut object in objects {
        let kind = object["object"].as_str().expect("a kind").to_owned();
        if kind == "event" {
            let inner = object["data"]["object"].take();
            let sample = &samples["resources"][inner["object"].as_str().expect("a kind")];
            differences(&format!("event of {}", object["type"]), &inner, sample, &mut found);
            object["data"] = json!(null);
        }
        differences(&kind, &object, &samples["resources"][&kind], &mut found);
    }
    // Stripe's sample is of a payment that nothing went wrong with: its error is null there.
    found.retain(|difference| !difference.contains(".last_payment_error."));
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn money_at_stripe_is_what_its_objects_say() {
    let (books, _) = full();
    assert_eq!(books.balance()["eur"], 1000 - 100 + 1000 - 1000);
    let kinds: Vec<&str> = books.events.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds.iter().filter(|k| **k == "checkout.session.completed").count(), 3);
    assert!(kinds.contains(&"charge.dispute.funds_withdrawn") && kinds.contains(&"checkout.session.async_payment_failed"));
}
