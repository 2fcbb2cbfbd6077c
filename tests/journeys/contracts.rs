//! A contract from an accepted offer to its certificate: what the manager and the customer see at each step.

use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{
    guest::row_link,
    offers::{english, send},
    staff,
};

/// What a link in the office leads to, once it is there.
async fn until(desk: &Visitor, path: &str, wanted: &str) -> Answer {
    desk.until(path, |page| page.body.contains(wanted)).await
}

fn value(page: &Answer, name: &str) -> String {
    page.field(name).unwrap_or_else(|| panic!("no field {name}"))
}

/// The customer's page of the record that is open in the office, without the mark of a preview.
fn customers_page(page: &Answer, part: &str) -> String {
    page.link(part).expect("the customer's page").replace("?look=1", "").replace("/lt/", "/en/")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_made_of_an_accepted_offer_sent_and_accepted_online() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        let csrf = english(&owner).await;

        // An offer, accepted by its customer.
        let fields = [("name", "Greta Pasiūla"), ("email", "greta.sutarte@demo.test"), ("locale", "en")];
        let customer = value(&send(&owner, &csrf, "/office/customers", &fields).await, "customer");
        let begun = owner.post("/office/offers", &[("csrf", &csrf), ("customer", &customer)]).await.expect(303);
        let offer = begun.location.clone().expect("the offer's page");
        send(&owner, &csrf, &format!("{offer}/add"), &[("lines", "KD-AUS-OIL-LIN 2")]).await;
        send(
            &owner,
            &csrf,
            &format!("{offer}/head"),
            &[("deposit", "30 %"), ("title", "Chairs for the reading room"), ("written_in", "en")],
        )
        .await;
        send(&owner, &csrf, &format!("{offer}/step"), &[("do", "prepare")]).await;
        let sent = send(&owner, &csrf, &format!("{offer}/send"), &[]).await;
        let guest = shop.visitor();
        let path = customers_page(&sent, "/offer/");
        let page = guest.get(&path).await.expect(200);
        let (seen, version, hash) = (value(&page, "seen"), value(&page, "version"), value(&page, "hash"));
        let yes = [
            ("seen", seen.as_str()),
            ("version", &version),
            ("hash", &hash),
            ("payment", "bank_transfer"),
            ("street", "Pilies g. 1"),
            ("city", "Vilnius"),
            ("postcode", "LT-01123"),
            ("name", "Greta Pasiūla"),
            ("agreed", "yes"),
            ("do", "accept"),
        ];
        guest.post(&path, &yes).await.expect(303);

        // Its contract, without retyping; the order shows it, too.
        let accepted = owner.get(&offer).await.expect(200);
        assert!(accepted.body.contains("Make a contract"));
        let contract = send(&owner, &csrf, &format!("{offer}/contract"), &[]).await;
        assert!(
            contract.body.contains("Being written")
                && contract.body.contains("Pilies g. 1")
                && contract.body.contains("Right of withdrawal")
        );
        let own = owner.post(&format!("{offer}/contract"), &[("csrf", &csrf)]).await.expect(303).location.expect("its page");
        let order = accepted.link("/office/orders/").expect("the order");
        assert!(owner.get(&order).await.expect(200).body.contains(&own), "two clicks are one wish, and the order knows it");

        // A field that there is not is named with its place and keeps what was typed.
        let body = "# Price\n\nThe price is {total}.\n\n# Other\n\nPaid in {kaina}.";
        let wrong = owner.post(&own, &[("csrf", &csrf), ("body", body)]).await.expect(422);
        assert!(wrong.body.contains("2.1 „Other“: there is no field “kaina”") && wrong.body.contains("Paid in {kaina}"));
        let body = "# Price\n\nThe price is {total}.\n\n# Other\n\nMade for {buyer} of {buyer_address}.";
        let saved = send(&owner, &csrf, &own, &[("body", body)]).await;
        assert!(saved.body.contains("Made for Greta Pasiūla of Pilies g. 1"), "it reads with its fields filled");
        let preview = owner.get(&format!("{own}/pdf")).await.expect(200);
        assert_eq!(preview.content_type, "application/pdf");

        let sent = send(&owner, &csrf, &format!("{own}/send"), &[]).await;
        assert!(sent.body.contains("Contract SUT-20"));
        owner.post(&own, &[("csrf", &csrf), ("body", body), ("place", "Kaunas")]).await.expect(409);

        // The customer reads it on its page and says yes.
        let path = customers_page(&sent, "/contract/");
        let read = guest.get(&path).await.expect(200);
        assert!(read.body.contains("Made for Greta Pasiūla") && read.body.contains("Commercial offer KP-"));
        assert!(!owner.get(&own).await.expect(200).body.contains("Opened 1 times"), "reading the source is no look");
        assert!(guest.get(&format!("{path}?look=1")).await.expect(200).link("seen.css").is_none(), "a preview counts nothing");
        guest.get(&read.link("seen.css").expect("what a rendered page asks for")).await.expect(200);
        assert!(owner.get(&own).await.expect(200).body.contains("The customer opened it"));
        // A question about a part lands in the plan and in the history, and is answered by letter.
        let asking = |question: &str| {
            let fields = [("key", value(&read, "key")), ("part", "2".to_owned()), ("question", question.to_owned())];
            fields.map(|(name, value)| (name.to_owned(), value))
        };
        let question = format!("{path}/question");
        let ask = async |text: &str, status: u16| {
            let fields = asking(text);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            guest.post(&question, &fields).await.expect(status)
        };
        assert!(ask(" ", 422).await.body.contains("id=\"ask\""), "the form comes back");
        let asked = ask("Until when does the price hold?", 303).await;
        ask("Until when does the price hold?", 303).await;
        let asked = guest.follow(asked).await.expect(200);
        assert!(
            asked.body.contains("We have your question") && asked.body.matches("Until when does the price hold?").count() == 1
        );
        let open = owner.get(&own).await.expect(200);
        assert!(open.body.contains("About: 2. Other") && open.body.contains("Until when does the price hold?"));
        let id = open.body.split("name=\"question\" value=\"").nth(1).and_then(|p| p.split('"').next()).expect("a question");
        owner.post(&format!("{own}/answer"), &[("csrf", &csrf), ("question", id), ("answer", " ")]).await.expect(422);
        let answered =
            send(&owner, &csrf, &format!("{own}/answer"), &[("question", id), ("answer", "Until the end of the year.")]).await;
        assert!(answered.body.contains("The answer is on its way"));
        assert!(guest.get(&path).await.expect(200).body.contains("Until the end of the year."));
        let subject = "Answer about contract SUT-";
        let letters = until(&owner, "/office/letters", subject).await;
        let letter = owner.get(&format!("{}/body", row_link(&letters, "/office/letters/", subject))).await.expect(200);
        assert!(letter.body.contains("Until the end of the year.") && letter.body.contains("Until when does the price hold?"));
        let (version, hash) = (value(&read, "version"), value(&read, "hash"));
        let mut yes = vec![("version", version.as_str()), ("hash", hash.as_str()), ("name", "Greta Pasiūla"), ("role", "")];
        let silent = guest.post(&path, &yes).await.expect(422);
        assert!(silent.body.contains("Tick that you have read"));
        yes.push(("agreed", "yes"));
        let first = guest.post(&path, &yes).await.expect(303);
        guest.post(&path, &yes).await.expect(303);
        let done = guest.follow(first).await.expect(200);
        assert!(done.body.contains("The contract is accepted"));

        // Both have it with its certificate; it is found by its number, and the history tells.
        until(&guest, &path, "certificate.pdf").await;
        let pdf = guest.get(&format!("{path}/certificate.pdf")).await.expect(200);
        assert_eq!(pdf.content_type, "application/pdf");
        let open = until(&owner, &own, "The accepted contract (PDF)").await;
        assert!(open.body.contains(&hash), "the checksum that the page showed");
        owner.get(&format!("{own}/pdf?version=signed")).await.expect(200);
        let number = open.body.split("SUT-").nth(1).map(|rest| format!("SUT-{}", &rest[..11])).expect("its number");
        assert!(owner.get(&format!("/office/find?q={number}")).await.expect(200).body.contains(&own));
        let history = owner.get(&format!("/office/customers/{customer}")).await.expect(200).body;
        for step in ["sent", "The customer opened contract", "Question about contract", "Answered about contract", "accepted"] {
            assert!(history.contains(step) && history.contains(&number), "the history tells: {step}");
        }
        // A letter has its subject once it is written.
        let subject = format!("Contract {number} accepted");
        let letters = until(&owner, "/office/letters", &subject).await;
        let letter = owner.get(&format!("{}/body", row_link(&letters, "/office/letters/", &subject))).await.expect(200);
        assert!(letter.body.contains(&number));
        guest.get("/en/contract/no-such-token").await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_a_contract_accepted_and_one_waiting_and_templates_that_can_be_written() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        let csrf = english(&owner).await;
        let list = owner.get("/office/contracts").await.expect(200);
        assert!(list.body.contains("Accepted") && list.body.contains("Opened") && list.body.contains("SUT-"));
        let open = owner.get("/office/contracts?state=viewed").await.expect(200);
        let waiting = owner.get(&row_link(&open, "/office/contracts/", "SUT-")).await.expect(200);
        assert!(waiting.body.contains("The text that was sent"));

        let templates = owner.get("/office/contract-templates").await.expect(200);
        assert!(templates.body.contains("Sale of goods and services") && templates.body.contains("built-in text"));
        let path = "/office/contract-templates/sale.en";
        let page = owner.get(path).await.expect(200);
        assert!(
            page.body.contains("Force majeure") && page.body.contains("‹price with VAT›"),
            "it reads by what its fields mean"
        );
        let with = |body: &'static str| {
            [("csrf", csrf.as_str()), ("name", "Short"), ("title", "Contract"), ("body", body)].map(|(a, b)| (a, b.to_owned()))
        };
        let wrong = with("# Price\n\nThe price is {totl}.\n\n[busines] More.");
        let wrong: Vec<(&str, &str)> = wrong.iter().map(|(a, b)| (*a, b.as_str())).collect();
        let told = owner.post(path, &wrong).await.expect(422);
        assert!(told.body.contains("no field “totl”") && told.body.contains("no condition “busines”"));
        let right = with("# Price\n\nThe price is {total}.");
        let right: Vec<(&str, &str)> = right.iter().map(|(a, b)| (*a, b.as_str())).collect();
        owner.post(path, &right).await.expect(303);
        let saved = owner.get(path).await.expect(200);
        assert!(saved.body.contains("Put the built-in text back"));
        let back = send(&owner, &csrf, &format!("{path}/remove"), &[]).await;
        assert!(back.body.contains("Force majeure"));
        let copied = send(&owner, &csrf, &format!("{path}/copy"), &[("name", "Rent of furniture")]).await;
        assert!(copied.body.contains("Rent of furniture") && copied.body.contains("Remove the template"));
    }
}
