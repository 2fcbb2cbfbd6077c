//! After the sale, as a customer meets it: withdrawing, complaining, and the page that tells what became of
//! it; all of it over plain forms.

use base64::{Engine, engine::general_purpose::STANDARD};
use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{
    CHAIRS,
    account::link_in_letter,
    borrowed, first_product,
    guest::{letter_to, row_link},
    number, staff, up_to_payment,
};

/// A picture whose camera wrote down where it was: GPS and a description.
const PLACED: &str = "/9j/4QB4RXhpZgAASUkqAAgAAAACAA4BAgAUAAAAJgAAACWIBAABAAAAOgAAAAAAAABTRUNSRVQtUExBQ0UtVklMTklVUwIAAQACAAIAAABOAAAAAgAFAAMAAABYAAAAAAAAADYAAAABAAAAKQAAAAEAAAAOAAAAAQAAAP/gABBKRklGAAEBAAABAAEAAP/bAEMAFA4PEg8NFBIQEhcVFBgeMiEeHBwePSwuJDJJQExLR0BGRVBac2JQVW1WRUZkiGVtd3uBgoFOYI2XjH2Wc36BfP/bAEMBFRcXHhoeOyEhO3xTRlN8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fP/AABEIADAAQAMBIgACEQEDEQH/xAAXAAEBAQEAAAAAAAAAAAAAAAAAAgMF/8QAFRABAQAAAAAAAAAAAAAAAAAAABH/xAAXAQEBAQEAAAAAAAAAAAAAAAAABQMG/8QAFREBAQAAAAAAAAAAAAAAAAAAABP/2gAMAwEAAhEDEQA/AOTSopWMXUVXSopSJVdKilIlV0qKUiVZ0qKVWil1XSopSJVdKilIlV0qKUiVRSopVaKZVdKilIlV0qKUiVXSopSJV//Z";
const PAPER: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// Buys one chair; gives the order's address and number.
async fn bought(shop: &Shop, email: &str) -> (String, String) {
    let guest = shop.visitor();
    let variant = first_product(&guest, CHAIRS).await.1.field("variant").expect("something to buy");
    let fields = up_to_payment(&guest, &variant, email).await;
    let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
    let order = placed.location.clone().expect("the order's page").replace("?done=1", "");
    (order, number(&guest.follow(placed).await.expect(200)))
}

fn value(page: &Answer, name: &str) -> String {
    page.field(name).unwrap_or_else(|| panic!("no field {name}"))
}

/// `ATS-2026-000001`, wherever it stands first.
fn numbered(page: &Answer, series: &str) -> String {
    let at = page.body.find(series).unwrap_or_else(|| panic!("no {series} in {}", page.body));
    page.body[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

/// What a page says, without the figures that differ from one declaration to the next.
fn words(page: &Answer) -> String {
    let main = page.body.split("<main").nth(1).expect("a main part").split("</main>").next().expect("its end");
    main.chars().filter(|c| !c.is_ascii_digit()).collect()
}

fn line(page: &Answer) -> String {
    value(page, "line")
}

/// The letter that went to this address about this number, once it is written.
async fn letter(shop: &Shop, subject: &str) -> Answer {
    let owner = staff(shop, "owner").await;
    let list = owner.until("/office/letters", |page| page.body.contains(subject)).await;
    let path = format!("{}/body", row_link(&list, "/office/letters/", subject));
    owner.until(&path, |page| !page.body.is_empty()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_withdraws_by_number_and_learns_nothing_of_orders() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let email = "atsisako@demo.test";
        let (order, number) = bought(&shop, email).await;
        let guest = shop.visitor();
        let home = guest.get("/en/").await.expect(200);
        assert!(home.link("/en/withdraw").is_some() && home.link("/en/complaint").is_some(), "every page leads there");
        assert!(home.body.contains("Withdraw from contract here"));
        let form = guest.get("/en/withdraw").await.expect(200);
        assert!(guest.cookies().is_empty() && form.body.contains("noindex") && form.header("cache-control") == "no-store");
        let empty = guest.post("/en/withdraw", &[("step", "check")]).await.expect(422);
        for field in ["#f-name", "#f-order", "#f-email"] {
            assert!(empty.body.contains(field), "{field} is named");
        }

        let mut pages = Vec::new();
        for which in [number.as_str(), "UZS-2026-999999"] {
            let key = value(&guest.get("/en/withdraw").await.expect(200), "key");
            let mut fields =
                vec![("key", key.as_str()), ("name", "Ona Bandytoja"), ("order", which), ("email", email), ("text", "")];
            fields.push(("step", "check"));
            let check = guest.post("/en/withdraw", &fields).await.expect(200);
            assert!(check.body.contains(which) && check.body.contains(email) && !check.body.contains("ATS-"));
            assert!(check.body.contains(">Confirm withdrawal</button>"), "the button says that and nothing else");
            fields.pop();
            fields.push(("step", "confirm"));
            let done = guest.post("/en/withdraw", &fields).await.expect(200);
            let again = guest.post("/en/withdraw", &fields).await.expect(200);
            assert_eq!(numbered(&done, "ATS-"), numbered(&again, "ATS-"), "sent twice, it is one declaration");
            assert!(done.link("/en/case/").is_none(), "the way to its page goes by letter alone");
            assert!(done.body.contains("does not say yet that it is accepted"));
            pages.push(done);
        }
        assert_eq!(words(&pages[0]), words(&pages[1]), "the same is said whether an order fits or not");
        let of_order = guest.get(&order).await.expect(200);
        assert!(of_order.body.contains(&numbered(&pages[0], "ATS-")), "the order knows what fits it");
        assert!(!of_order.body.contains(&numbered(&pages[1], "ATS-")));

        let receipt = letter(&shop, &numbered(&pages[1], "ATS-")).await;
        assert!(receipt.body.contains("UZS-2026-999999") && receipt.body.contains("Received"), "content, date and time");
        assert!(receipt.body.contains("does not say that the withdrawal is accepted"));
        let page = receipt.link("/en/case/").expect("its own page");
        let page = guest.get(&page[page.find("/en/").expect("a path")..]).await.expect(200);
        assert!(page.body.contains(&numbered(&pages[1], "ATS-")));
        let foreign = [("origin", "https://evil.test"), ("content-type", "application/x-www-form-urlencoded")];
        guest.ask("POST", "/en/withdraw", &foreign, Some("step=confirm&name=a&order=b&email=a%40b.lt")).await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_the_link_withdraws_takes_it_back_and_withdraws_again() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let (order, _) = bought(&shop, "nuoroda@demo.test").await;
        let guest = shop.visitor();
        let page = guest.get(&order).await.expect(200);
        let path = page.link("/withdraw").filter(|l| l.starts_with(&order)).expect("the order leads there");
        let form = guest.get(&path).await.expect(200);
        assert!(form.body.contains(" checked") && value(&form, "email") == "nuoroda@demo.test");
        let (key, line) = (value(&form, "key"), line(&form));
        let who = [("key", key.as_str()), ("name", "Ona Bandytoja"), ("email", "nuoroda@demo.test")];
        let nothing = guest.post(&path, &[&who[..], &[("step", "confirm")]].concat()).await.expect(422);
        assert!(nothing.body.contains("#f-items"), "nothing ticked is not everything");
        let qty = format!("qty.{line}");
        for wrong in ["0", "2", "x"] {
            let much = guest.post(&path, &[&who[..], &[("line", line.as_str()), (&qty, wrong)]].concat()).await.expect(422);
            assert!(much.body.contains(&format!("#f-{qty}")), "{wrong}: the line is named");
        }
        let all = [&who[..], &[("line", line.as_str()), (&qty, "1")]].concat();
        let check = guest.post(&path, &all).await.expect(200);
        assert!(check.body.contains("Confirm withdrawal") && value(&check, "line") == line);
        let edit = guest.post(&path, &[&all[..], &[("step", "edit")]].concat()).await.expect(200);
        assert!(edit.body.contains(" checked"));
        let done = guest.post(&path, &[&all[..], &[("step", "confirm")]].concat()).await.expect(200);
        let (ats, case) = (numbered(&done, "ATS-"), done.link("/en/case/").expect("its page is shown at once"));

        let again = guest.get(&path).await.expect(200);
        assert!(again.body.contains(&format!("Already declared: {ats}")) && again.field("line").is_none());
        let tracked = guest.get(&case).await.expect(200);
        assert!(tracked.body.contains("noindex") && tracked.header("cache-control") == "no-store");
        assert!(tracked.body.contains("We received your declaration") && tracked.body.contains("your money goes back by"));
        let back = guest.post(&case, &[("do", "back")]).await.expect(303);
        assert!(guest.follow(back).await.expect(200).body.contains("Taken back by you"));
        let free = guest.get(&path).await.expect(200);
        assert_eq!(free.field("line").as_deref(), Some(line.as_str()), "what was taken back can be declared anew");
        guest.get("/en/case/no-such-token").await.expect(404);
        guest.get("/en/order/no-such-token/withdraw").await.expect(404);
        let rated = guest.post(&case, &[("do", "rate"), ("rating", "9")]).await;
        assert_eq!(rated.status, 422, "there are five stars");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_piece_is_declared_once_and_the_other_is_told_the_number() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let (order, _) = bought(&shop, "du-langai@demo.test").await;
        let path = format!("{order}/withdraw");
        let (one, two) = (shop.visitor(), shop.visitor());
        let (first, second) = (one.get(&path).await.expect(200), two.get(&path).await.expect(200));
        let fields = |page: &Answer| {
            let line = line(page);
            vec![
                ("key".to_owned(), value(page, "key")),
                ("name".into(), "Ona Bandytoja".into()),
                ("email".into(), "du-langai@demo.test".into()),
                (format!("qty.{line}"), "1".into()),
                ("line".into(), line),
                ("step".into(), "confirm".into()),
            ]
        };
        let (first, second) = (fields(&first), fields(&second));
        let (a, b) = tokio::join!(send_words(&one, &path, &first), send_words(&two, &path, &second));
        let (won, lost) = if a.status == 200 { (a, b) } else { (b, a) };
        let (won, lost) = (won.expect(200), lost.expect(409));
        assert!(lost.body.contains(&numbered(&won, "ATS-")) && lost.link("/en/case/").is_none());
        assert!(lost.body.contains("#f-qty.") && lost.body.contains("id=\"f-qty."), "what is wrong leads to its line");
    }
}

async fn send_words(guest: &Visitor, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<_> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    guest.post(path, &fields).await
}

async fn send(guest: &Visitor, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
    guest.try_upload(path, fields, ("files", files)).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_comes_with_photos_that_keep_no_place() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let email = "skundas@demo.test";
        let (order, _) = bought(&shop, email).await;
        let guest = shop.visitor();
        let path = guest.get(&order).await.expect(200).link("/complaint").expect("the order leads there");
        let form = guest.get(&path).await.expect(200);
        let (key, line) = (value(&form, "key"), line(&form));
        let placed = STANDARD.decode(PLACED).expect("a picture");
        let qty = format!("qty.{line}");
        let said = "The leg <b>cracked</b> on the second day.";
        let all =
            [("key", key.as_str()), ("line", &line), (&qty, "1"), ("problem", "defect"), ("wish", "replacement"), ("text", said)];
        // Nothing typed: every field is named, beside itself and in the list.
        let empty = send(&guest, &path, &[("key", &key)], &[]).await.expect(422);
        for field in ["#f-items", "#f-problem", "#f-wish", "#f-text"] {
            assert!(empty.body.contains(field), "{field} is named");
        }
        let wrong = send(&guest, &path, &all, &[("setup.exe", b"MZ\x90\0")]).await.expect(422);
        assert!(wrong.body.contains("setup.exe: Photos may be JPEG") && wrong.body.contains("choose them again"));
        assert!(wrong.body.contains("The leg &lt;b&gt;cracked"), "what was typed is kept, and is no markup");
        let large = vec![0xff; 11 << 20];
        let large = send(&guest, &path, &all, &[("didelis.jpg", &large), ("koja.jpg", &placed)]).await.expect(422);
        assert!(large.body.contains("didelis.jpg: ") && !large.body.contains("koja.jpg: "), "the one that is too large is named");
        let nine: Vec<(&str, &[u8])> = (0..9).map(|_| ("a.jpg", placed.as_slice())).collect();
        let many = send(&guest, &path, &all, &nine).await.expect(422);
        assert!(many.body.contains("#f-files"));

        let photos = [("../../etc/koja.jpg", placed.as_slice()), ("C:\\fakepath\\aktas.pdf", PAPER)];
        let done = send(&guest, &path, &all, &photos).await.expect(200);
        let (prt, case) = (numbered(&done, "PRT-"), done.link("/en/case/").expect("its page"));
        assert_eq!(numbered(&send(&guest, &path, &all, &photos).await.expect(200), "PRT-"), prt, "sent twice, it is one");
        let page = guest.get(&case).await.expect(200);
        assert!(page.body.contains("koja.jpg") && page.body.contains("aktas.pdf") && !page.body.contains("etc/"));
        assert!(page.body.contains("we answer by"));

        let files: Vec<String> = page.links().into_iter().filter(|l| l.contains("/files/")).collect();
        let (photo, paper) = (&files[0], &files[1]);
        let bytes = guest.bytes(photo).await;
        assert!(bytes.starts_with(b"RIFF") && !bytes.windows(6).any(|w| w == b"SECRET" || w == b"Exif\0\0"));
        let answer = guest.get(photo).await.expect(200);
        assert_eq!((answer.content_type.as_str(), answer.header("x-content-type-options")), ("image/webp", "nosniff"));
        assert!(answer.header("content-disposition").starts_with("inline"));
        assert_eq!(guest.get(&format!("{photo}/small")).await.expect(200).content_type, "image/webp");
        let saved = guest.get(paper).await.expect(200);
        assert!(saved.header("content-disposition").starts_with("attachment") && saved.content_type == "application/pdf");
        guest.get(&format!("{paper}/small")).await.expect(404);
        let (other, _) = bought(&shop, "kitas@demo.test").await;
        let other = other_case(&guest, &format!("{other}/complaint")).await;
        let stolen = photo.replace(case.rsplit('/').next().expect("a token"), other.rsplit('/').next().expect("a token"));
        guest.get(&stolen).await.expect(404);

        let receipt = letter(&shop, &prt).await;
        assert!(receipt.body.contains("We answer by") && receipt.body.contains("vvtat.lrv.lt"));
        guest.until(&case, |page| page.links().iter().any(|l| l.contains("/papers/") && l.ends_with(".pdf"))).await;
    }
}

/// Another customer's complaint; gives its page.
async fn other_case(guest: &Visitor, path: &str) -> String {
    let form = guest.get(path).await.expect(200);
    let (key, line) = (value(&form, "key"), line(&form));
    let fields =
        [("key", key.as_str()), ("line", &line), ("problem", "other"), ("wish", "none"), ("text", "It smells of varnish.")];
    send(guest, path, &fields, &[]).await.expect(200).link("/en/case/").expect("its page")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customer_and_the_page_of_the_case_write_to_each_other() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let (order, _) = bought(&shop, "rasau@demo.test").await;
        let guest = shop.visitor();
        let case = other_case(&guest, &format!("{order}/complaint")).await;
        let nothing = send(&guest, &case, &[("do", "write"), ("message", "")], &[]).await.expect(422);
        assert!(nothing.body.contains("#f-message"));
        let placed = STANDARD.decode(PLACED).expect("a picture");
        let lost = send(&guest, &case, &[("do", "write"), ("message", "Here it is.")], &[("x.svg", b"<svg onload=1>")]).await;
        assert!(lost.expect(422).body.contains("Here it is."));
        let sent = send(&guest, &case, &[("do", "write"), ("message", "Here it is.")], &[("vaizdas.jpg", &placed)]).await;
        let page = guest.follow(sent.expect(303)).await.expect(200);
        assert!(page.body.contains("We have your message") && page.body.contains("vaizdas.jpg"));
        assert_eq!(page.links().iter().filter(|l| l.contains("/files/")).count(), 1);
        // Nobody asked for the goods yet.
        let early = guest.post(&case, &[("do", "sent"), ("carrier", "Venipak"), ("tracking", "V1")]).await;
        assert_eq!(early.status, 409);
        let silent = guest.post(&case, &[("do", "sent")]).await.expect(422);
        assert!(silent.body.contains("id=\"faults\""));
        assert_eq!(guest.post(&case, &[("do", "rate"), ("rating", "5")]).await.status, 409, "it is not over");
        let gone = guest.post(&case, &[("do", "back")]).await.expect(303);
        guest.follow(gone).await.expect(200);
        let shown = guest.get(&order).await.expect(200);
        assert!(shown.link("/en/case/").is_some() && shown.body.contains("Taken back by you"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_to_an_order_goes_by_letter_and_a_stranger_is_told_the_same() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let email = "pamete-laiska@demo.test";
        let (order, number) = bought(&shop, email).await;
        let guest = shop.visitor();
        let ask = |number: &'static str, email: &'static str| [("do", "link"), ("number", number), ("address", email)];
        let wrong = guest.post("/en/complaint", &ask("", "no address")).await.expect(422);
        assert!(wrong.body.contains("#f-number") && wrong.body.contains("#f-address"));
        let known = guest.post("/en/complaint", &[("do", "link"), ("number", &number), ("address", email)]).await.expect(303);
        let unknown = guest.post("/en/complaint", &ask("UZS-2026-999999", "nieko@demo.test")).await.expect(303);
        let other = [("do", "link"), ("number", number.as_str()), ("address", "svetimas@demo.test")];
        let foreign = guest.post("/en/complaint", &other).await.expect(303);
        assert_eq!((&known.location, &known.location), (&unknown.location, &foreign.location));
        assert!(guest.follow(known).await.expect(200).body.contains("If number and e-mail fit an order"));
        let sent = letter(&shop, &format!("The link to order {number}")).await;
        assert!(sent.links().iter().any(|l| l.contains(&order)), "it leads to the order");
        let owner = staff(&shop, "owner").await;
        let list = owner.get("/office/letters").await.expect(200);
        assert!(!list.body.contains("svetimas@demo.test") && !list.body.contains("nieko@demo.test"));

        // No order at hand: the form right there.
        let key = value(&guest.get("/en/complaint").await.expect(200), "key");
        let fields = [
            ("key", key.as_str()),
            ("name", "Ona Bandytoja"),
            ("email", "be-numerio@demo.test"),
            ("order", ""),
            ("problem", "damaged"),
            ("wish", "none"),
            ("text", "The table from March has a scratch."),
        ];
        let done = send(&guest, "/en/complaint", &fields, &[("aktas.pdf", PAPER)]).await.expect(200);
        assert!(done.link("/en/case/").is_none() && done.body.contains("be-numerio@demo.test"));
        assert!(letter(&shop, &numbered(&done, "PRT-")).await.body.contains("scratch"));
        let trap = [&fields[1..], &[("key", "another-key"), ("website", "https://spam.test")]].concat();
        let trapped = send(&guest, "/en/complaint", &trap, &[]).await.expect(200);
        assert!(!trapped.body.contains("PRT-"), "a machine gets no number");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_chooses_from_their_own_orders() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let email = "savas@demo.test";
        let (order, number) = bought(&shop, email).await;
        let home = shop.visitor();
        assert!(home.get("/en/complaint").await.expect(200).link("/en/account/sign-in").is_some());
        home.post("/en/account/sign-in", &[("email", email), ("way", "link")]).await.expect(303);
        let token = value(&home.get(&link_in_letter(&shop, email).await).await.expect(200), "token");
        home.post("/en/account/sign-in", &[("token", &token)]).await.expect(303);
        for (page, part) in [("/en/withdraw", "/withdraw"), ("/en/complaint", "/complaint"), ("/en/account", "/withdraw")] {
            let shown = home.get(page).await.expect(200);
            assert!(shown.body.contains(&number) && shown.link(&format!("{order}{part}")).is_some(), "{page} leads to the order");
        }
        let chosen = home.get("/en/complaint").await.expect(200).link("?line=").expect("the goods themselves");
        let form = home.get(&chosen).await.expect(200);
        assert!(form.body.contains(" checked"), "the one that was chosen is ticked");
        let csrf = value(&form, "csrf");
        let (key, line) = (value(&form, "key"), line(&form));
        let mut fields =
            vec![("key", key.as_str()), ("line", &line), ("problem", "missing"), ("wish", "refund"), ("text", "No screws.")];
        let path = chosen.split('?').next().expect("a path");
        // A program that says nothing of where it comes from needs the form's token, also in parts.
        let parts = "--x\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\nNo screws.\r\n--x--\r\n";
        let bare = [("content-type", "multipart/form-data; boundary=x")];
        home.ask("POST", path, &bare, Some(parts)).await.expect(403);
        fields.push(("csrf", &csrf));
        let done = send(&home, path, &fields, &[]).await.expect(200);
        let account = home.get("/en/account").await.expect(200);
        assert!(account.body.contains(&numbered(&done, "PRT-")) && account.link("/en/case/").is_some());
        letter_to(&shop, email).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_nobody_needs_is_refused_with_a_page() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let huge = vec![0x20; 100 << 20];
        let begun = std::time::Instant::now();
        let refused = send(&guest, "/en/complaint", &[], &[("huge.jpg", &huge)]).await.expect(422);
        assert!(refused.body.contains("60 MB altogether") && refused.body.contains("<main"), "a page that says why");
        assert!(begun.elapsed().as_secs() < 30);
        // A page that takes no photos takes no parts either: nothing of it is read as a form.
        let sent = send(&guest, "/en/withdraw", &[("step", "confirm"), ("name", "x")], &[]).await;
        assert_eq!(sent.status, 422);
        guest.get("/en/").await.expect(200);
    }
}
