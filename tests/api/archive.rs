//! Papers found by their sums, and taken out as one file.

use serde_json::{Value, json};

use crate::{Api, shops};

/// What the papers of a list come to, in cents, where they are in euros.
fn sums(list: &Value) -> Vec<i64> {
    let rows = list["data"].as_array().expect("rows").iter().map(|row| &row["gross"]);
    let cents = |sum: &Value| sum["amount"].as_str().expect("an amount").replace('.', "").parse().expect("a number");
    rows.filter(|sum| sum["currency"] == "EUR").map(cents).collect()
}

fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_are_found_by_sums_in_one_currency() {
    for shop in shops() {
        let office = Api::office(&shop).await;
        for list in ["offers", "documents"] {
            let at = format!("/admin/v1/{list}?limit=200");
            let mut all = sums(&office.get(&at).await.expect(200).value());
            all.sort_unstable();
            let (least, most) = (all[all.len() / 3], all[all.len() * 2 / 3]);
            let within = all.iter().filter(|sum| (least..=most).contains(*sum)).count();
            assert!(0 < within && within < all.len(), "{list}: the demo's papers differ");
            let bounds = format!("gross_from={}&gross_until={}", amount(least), amount(most));
            for query in [bounds.clone(), format!("{bounds}&currency=EUR")] {
                let found = office.get(&format!("{at}&{query}")).await.expect(200).value();
                assert_eq!(found["data"].as_array().map(Vec::len), Some(within), "{list}: {query}");
                assert!(sums(&found).iter().all(|sum| (least..=most).contains(sum)));
            }
            let yen = office.get(&format!("{at}&gross_from=1&currency=JPY")).await.expect(200).value();
            assert_eq!(yen["data"], json!([]), "sums of other currencies are not compared");
            for wrong in ["gross_from=12.301", "gross_until=much", "currency=EURO"] {
                office.get(&format!("{at}&{wrong}")).await.expect(422);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_is_counted_and_taken_out() {
    for shop in shops() {
        let office = Api::office(&shop).await;
        let period = "from=2000-01-01&until=2100-01-01";
        let holding = async |query: &str| {
            let held = office.get(&format!("/admin/v1/archive/holding?{query}")).await.expect(200).value();
            (held["documents"].as_i64().expect("a count"), held["offers"].as_i64().expect("a count"))
        };
        let (documents, offers) = holding(period).await;
        assert!(documents > 0 && offers > 0, "the demo has papers");
        let (dear, dearer) = holding(&format!("{period}&gross_from=5000")).await;
        assert!(dear < documents && dearer < offers, "{dear} of {documents}, {dearer} of {offers}");
        assert_eq!(holding(&format!("{period}&currency=JPY")).await, (0, 0));

        let key = [(office.key.0, office.key.1.as_str())];
        let taken = office.visitor.ask("GET", &format!("/admin/v1/archive?{period}"), &key, None).await.expect(200);
        assert!(taken.body.starts_with("PK"), "a zip file");
        office.get(&format!("/admin/v1/archive?{period}&currency=JPY")).await.expect(422);
        office.get("/admin/v1/archive?from=2026-02-01&until=2026-01-01").await.expect(422);
        office.get("/admin/v1/archive?from=2026-02-01").await.expect(400);
    }
}
