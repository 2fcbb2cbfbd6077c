//! A Lithuanian manager and a German customer: written at home, translated, reviewed, sent, chosen from,
//! accepted, its deposit paid by card; with what the plan and the history say at each step.

use std::time::Duration;

use vitrina_tests::{
    Answer, How, Shop, Visitor,
    deepl::{DeepLStandIn, KEY},
    engines, left_out,
    stripe::StripeStandIn,
};

use crate::{
    guest::row_link,
    offers::{english, link_to_offer, names, send},
    staff,
};

const SECRET: &str = "whsec_of_the_tests";

async fn open(engine: &str) -> (Shop, DeepLStandIn, StripeStandIn) {
    let (deepl, stripe) = (DeepLStandIn::start().await, StripeStandIn::start().await);
    deepl.teach(&[("Baldai", "Möbel"), ("kavinei", "fürs Café"), ("Surinkimas", "Montage"), ("vietoje", "vor Ort")]);
    let env = [
        ("VITRINA_STRIPE_URL", stripe.url()),
        ("VITRINA_STRIPE_KEY", "sk_test_of_the_tests".into()),
        ("VITRINA_STRIPE_WEBHOOK_SECRETS", SECRET.into()),
        ("VITRINA_TRANSLATION_PROVIDER", "deepl".into()),
        ("VITRINA_TRANSLATION_DEEPL_URL", deepl.url()),
        ("VITRINA_DEEPL_KEY", KEY.into()),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let shop = Shop::open_with(engine, How { env, args: Vec::new() });
    stripe.webhooks(&format!("{}/hooks/v1/stripe", shop.url()), SECRET);
    (shop, deepl, stripe)
}

/// A customer and an offer for them, with a line in the manager's own words.
async fn written(owner: &Visitor, csrf: &str, email: &str) -> (String, String) {
    let fields = [("name", "Klaus Weber"), ("email", email), ("locale", "de")];
    let card = send(owner, csrf, "/office/customers", &fields).await;
    let customer = card.body.split("name=\"customer\" value=\"").nth(1).and_then(|p| p.split('"').next()).expect("an id");
    let begun = owner.post("/office/offers", &[("csrf", csrf), ("customer", customer)]).await.expect(303);
    let own = begun.location.expect("the offer's page");
    send(owner, csrf, &format!("{own}/add"), &[("lines", "KD-AUS-OIL-LIN 4\nKD-AUS-OIL-LIN 2")]).await;
    let free = [
        ("kind", "free"),
        ("title", "Surinkimas vietoje"),
        ("price", "60,00"),
        ("qty", "1"),
        ("unit", "service"),
        ("vat", "standard"),
    ];
    let page = send(owner, csrf, &format!("{own}/words"), &free).await;
    let rows = names(&page, "qty.");
    let option = [("row", rows[1].trim_start_matches("qty.")), ("qty", "2"), ("optional", "1")];
    send(owner, csrf, &format!("{own}/row"), &option).await;
    send(owner, csrf, &format!("{own}/head"), &[("deposit", "30 %"), ("title", "Baldai kavinei")]).await;
    (customer.to_owned(), own)
}

/// Letters and figures alone: page and paper break their lines otherwise.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || *c == '€').collect()
}

/// The paper says what the page says: the same words, and every sum of a row and of the whole.
fn paper_agrees(page: &Answer, pdf: &[u8]) {
    let folder = std::env::temp_dir().join(format!("vitrina-offer-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("offer.pdf");
    std::fs::write(&file, pdf).expect("a file");
    let read = std::process::Command::new("pdftotext")
        .args(["-layout".as_ref(), "-enc".as_ref(), "UTF-8".as_ref(), file.as_os_str(), "-".as_ref()])
        .output();
    let Ok(read) = read else { return left_out("an offer's PDF beside its page: pdftotext is missing") };
    let paper = bare(&String::from_utf8_lossy(&read.stdout));
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    let main = page.body.split("<article class=\"offer\">").nth(1).and_then(|t| t.split("</article>").next()).expect("the offer");
    let shown: Vec<String> = main.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| bare(text)).collect();
    let sums: Vec<&String> =
        shown.iter().filter(|text| text.ends_with('€') && text.starts_with(|c: char| c.is_ascii_digit())).collect();
    assert!(sums.len() >= 6, "{shown:?}");
    let missing: Vec<&&String> = sums.iter().filter(|sum| !paper.contains(sum.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?} of the page are not on the paper: {paper}");
    for words in ["Einrichtung für Ihr Café", "Montage vor Ort", "gilt das Original"] {
        assert!(paper.contains(&bare(words)), "{words}: {paper}");
    }
}

/// The form of the text that has this source: entity, field and what was seen.
fn segment<'a>(page: &'a Answer, source: &str) -> [(&'static str, &'a str); 3] {
    let form = page.body.split("data-segment").find(|s| s.contains(&format!(">{source}</p>"))).expect("the text is there");
    let value = |name: &str| {
        form.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|v| v.split('"').next()).expect("a hidden field")
    };
    [("entity", value("entity")), ("field", value("field")), ("seen", value("seen"))]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_written_at_home_is_accepted_abroad_and_its_deposit_paid() {
    for engine in engines() {
        let (shop, deepl, stripe) = open(engine).await;
        let owner = staff(&shop, "owner").await;
        let csrf = english(&owner).await;
        let email = "klaus.weber@demo.test";
        let (customer, own) = written(&owner, &csrf, email).await;
        let texts = format!("{own}/texts");

        // The offer waits for its translation: no button sends it before.
        let ready = send(&owner, &csrf, &format!("{own}/step"), &[("do", "prepare")]).await;
        assert!(ready.body.contains("2 texts wait for review in another language"), "{}", ready.body);
        let refused = owner.post(&format!("{own}/send"), &[("csrf", &csrf)]).await.expect(409);
        assert!(refused.body.contains("Accept or write them first"));
        let filled = send(&owner, &csrf, &format!("{texts}/fill"), &[]).await;
        assert!(filled.body.contains("Möbel fürs Café") && filled.body.contains("Montage vor Ort"));
        let asked = deepl.translations().len();
        assert!(asked > 0);

        // One is written anew, the rest accepted; whatever has a flag is not among the rest.
        let fields = segment(&filled, "Baldai kavinei");
        let better = [&fields[..], &[("text", "Einrichtung für Ihr Café"), ("do", "save")]].concat();
        send(&owner, &csrf, &texts, &better).await;
        let reviewed = send(&owner, &csrf, &format!("{texts}/green"), &[]).await;
        assert!(reviewed.body.contains("Einrichtung für Ihr Café"));
        let page = owner.get(&own).await.expect(200);
        assert!(!page.body.contains("wait for review") && !page.body.contains("waits for review"), "{}", page.body);
        assert!(page.body.contains("Surinkimas vietoje"), "its manager reads it as it was written");
        let sent = send(&owner, &csrf, &format!("{own}/send"), &[]).await;
        assert!(sent.body.contains("KP-20"));
        let plan = owner.get(&format!("/office/customers/{customer}")).await.expect(200);
        assert!(plan.body.contains("sent"), "the history has it");

        // The customer reads German, and the original a click away.
        let guest = shop.visitor();
        let path = link_to_offer(&owner, email).await.replacen("/en/", "/de/", 1);
        let offer = guest.get(&path).await.expect(200);
        for words in ["Einrichtung für Ihr Café", "Montage vor Ort", "Aus dem Litauischen übersetzt", "gilt das Original"] {
            assert!(offer.body.contains(words), "{words}");
        }
        assert!(!offer.body.contains("Surinkimas"));
        let pdf = offer.link("/offer.pdf").expect("the paper");
        let pdf = guest.bytes(&pdf).await;
        paper_agrees(&offer, &pdf);
        let original = guest.get(&path.replacen("/de/", "/lt/", 1)).await.expect(200);
        assert!(original.body.contains("Baldai kavinei") && original.body.contains("Surinkimas vietoje"));
        assert_eq!(offer.field("seen"), original.field("seen"), "both cost the same");
        guest.get(&offer.link("seen.css").expect("what a rendered page asks for")).await.expect(200);
        assert!(owner.get(&own).await.expect(200).body.contains("The customer opened it"));

        // The option is taken, the offer accepted, its deposit paid by card.
        let option = offer.body.split("name=\"pick\" value=\"").nth(1).and_then(|p| p.split('"').next()).expect("an option");
        let counted = guest.post(&path, &[("pick", option), ("do", "count")]).await.expect(200);
        let value = |name: &str| counted.field(name).expect("a field");
        let (seen, version, hash) = (value("seen"), value("version"), value("hash"));
        let yes = [
            ("pick", option),
            ("seen", &seen),
            ("version", &version),
            ("hash", &hash),
            ("payment", "card"),
            ("name", "Klaus Weber"),
            ("role", "Inhaber"),
            ("agreed", "yes"),
            ("street", "Prinzenstraße 1"),
            ("postcode", "10969"),
            ("city", "Berlin"),
            ("do", "accept"),
        ];
        let away = guest.post(&path, &yes).await.expect(200);
        let pay = away.link("cs_").expect("the provider's page");
        let at = pay.find("cs_").expect("a session");
        let session: String = pay[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let sum: i64 = seen.parse().expect("a sum");
        assert_eq!(stripe.session(&session).expect("the provider knows it").amount, (sum * 30 + 50) / 100, "the deposit alone");
        stripe.pay(&session).expect("an open page");
        stripe.quiet().await;

        // The order, its prepayment invoice, the plan and the history follow without retyping.
        let listed = owner.get("/office/orders?q=klaus.weber%40demo.test").await.expect(200);
        let order = owner.get(&row_link(&listed, "/office/orders/", "UZS-")).await.expect(200);
        for words in ["Montage vor Ort", "Part paid", "Prepayment invoice"] {
            assert!(order.body.contains(words), "{words}: {}", order.body);
        }
        let history = owner.get(&format!("/office/customers/{customer}")).await.expect(200).body;
        for step in ["sent", "The customer opened offer", "accepted", "UZS-"] {
            assert!(history.contains(step), "the history tells: {step}");
        }

        // The next offer with the same words asks nobody: the memory knows what a person said yes to.
        let (_, next) = written(&owner, &csrf, "petra.weber@demo.test").await;
        let known = send(&owner, &csrf, &format!("{next}/texts/fill"), &[]).await;
        assert!(known.body.contains("Einrichtung für Ihr Café") && known.body.contains("Montage vor Ort"));
        assert_eq!(deepl.translations().len(), asked);
        let mut kept = Vec::new();
        for _ in 0..100 {
            kept = guest.get(&path).await.expect(200).body.into_bytes();
            if String::from_utf8_lossy(&kept).contains("certificate.pdf") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(String::from_utf8_lossy(&kept).contains("certificate.pdf"), "the certificate was set");
    }
}
