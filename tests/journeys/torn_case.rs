//! The process dies while customers complain with photos; whoever was given a number has it, whole and once.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{borrowed, crash::made_to_order, up_to_payment};

const ROUNDS: u64 = 4;
const GUESTS: usize = 8;

/// A guest whose order is there, at the form: the visitor, the form's address and what is typed.
struct Ready {
    /// Each comes from somewhere else, as customers do: a form may be sent ten times a minute from one place.
    from: String,
    guest: Arc<Visitor>,
    path: String,
    fields: Vec<(&'static str, String)>,
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_complaint_survives_kill_9() {
    for engine in engines() {
        let mut shop = Shop::open(engine);
        let variant = made_to_order(&shop).await;
        let (mut seen, mut said) = (BTreeSet::new(), 0);
        for round in 0..ROUNDS {
            let ready = prepare(&shop, &variant, round).await;
            let tasks: Vec<_> = ready.iter().map(|one| tokio::spawn(press(one))).collect();
            tokio::time::sleep(Duration::from_millis(300 * round)).await;
            shop.kill();
            let mut answers = Vec::new();
            for task in tasks {
                answers.push(task.await.expect("a guest"));
            }
            shop.kill_and_start_again();
            for (one, numbers) in ready.iter().zip(answers) {
                said += numbers.len();
                assert!(numbers.len() <= 1, "one form made {} cases", numbers.len());
                let number = check(&shop, one, numbers.first().map(String::as_str)).await;
                assert!(seen.insert(number.clone()), "{number} was given twice");
            }
            whole(&shop);
        }
        assert_eq!(seen.len(), GUESTS * usize::try_from(ROUNDS).unwrap_or_default());
        println!("{engine:?}: {} complaints, {said} acknowledged before the kill, lost: 0, doubled: 0", seen.len());
    }
}

async fn prepare(shop: &Shop, variant: &str, round: u64) -> Vec<Ready> {
    let mut ready = Vec::new();
    for n in 0..GUESTS {
        let from = format!("198.51.100.{}", usize::try_from(round).unwrap_or_default() * GUESTS + n + 1);
        let guest = shop.visitor().with_header("x-forwarded-for", &from);
        let fields = up_to_payment(&guest, variant, &format!("torn-{round}-{n}@demo.test")).await;
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let place = placed.location.expect("the order's page");
        let path = format!("{}/complaint", place.split('?').next().unwrap_or_default());
        let form = guest.get(&path).await.expect(200);
        let mut fields = vec![
            ("problem", "defect".to_owned()),
            ("wish", "repair".to_owned()),
            ("text", format!("The drawer of guest {n} does not close.")),
        ];
        for name in ["key", "line"] {
            fields.push((name, form.field(name).unwrap_or_else(|| panic!("{name} in {}", form.body))));
        }
        fields.push(("csrf", form.field("csrf").unwrap_or_default()));
        ready.push(Ready { from, guest: Arc::new(guest), path, fields });
    }
    ready
}

/// Sends the form twice at once, as somebody impatient does; the numbers that were given.
fn press(one: &Ready) -> impl Future<Output = BTreeSet<String>> + use<> {
    let (guest, path, fields) = (Arc::clone(&one.guest), one.path.clone(), one.fields.clone());
    async move {
        let fields = borrowed(&fields);
        let (a, b) = tokio::join!(send(&guest, &path, &fields), send(&guest, &path, &fields));
        [a, b].into_iter().flatten().filter_map(|answer| number(&answer)).collect()
    }
}

async fn send(guest: &Visitor, path: &str, fields: &[(&str, &str)]) -> Result<Answer, reqwest::Error> {
    let (one, two) = (photo(40), photo(90));
    guest.try_upload(path, fields, ("files", &[("IMG_1.png", &one), ("IMG_2.png", &two)])).await
}

/// A picture of one shade.
fn photo(shade: u8) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let pixels = vec![shade; 300 * 200 * 3];
    let (colour, kind) = (image::ExtendedColorType::Rgb8, image::ImageFormat::Png);
    image::write_buffer_with_format(&mut out, &pixels, 300, 200, colour, kind).expect("a picture");
    out.into_inner()
}

fn number(answer: &Answer) -> Option<String> {
    let at = answer.body.find("PRT-").filter(|_| answer.status == 200)?;
    Some(answer.body[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect())
}

/// Sent once more, it is the case that there is, or the one that the kill prevented; it has both photos.
async fn check(shop: &Shop, one: &Ready, before: Option<&str>) -> String {
    let again = shop.visitor().with_header("x-forwarded-for", &one.from);
    again.keep(one.guest.cookies());
    let answer = send(&again, &one.path, &borrowed(&one.fields)).await.expect("an answer").expect(200);
    let now = number(&answer).unwrap_or_else(|| panic!("a number in {}", answer.body));
    if let Some(before) = before {
        assert_eq!(before, now, "the form made a second case");
    }
    let page = answer.link("/en/case/").expect("the tracking page");
    let told = again.get(&page).await.expect(200);
    let photos: BTreeSet<String> = told.links().into_iter().filter(|l| l.contains("/files/")).collect();
    assert_eq!(photos.len(), 2, "{now}: {photos:?}");
    for photo in photos {
        assert!(again.bytes(&photo).await.starts_with(b"RIFF"), "{photo}");
    }
    now
}

fn whole(shop: &Shop) {
    let said = shop.command(&["doctor", "--json"]);
    let findings: serde_json::Value = serde_json::from_slice(&said.stdout).expect("findings");
    let findings = findings.as_array().expect("a list");
    let order = findings.iter().find(|f| f["what"].as_str().is_some_and(|w| w.starts_with("every order")));
    assert!(order.is_some_and(|f| f["health"] == "ok"), "{findings:?}");
}
