//! The bank's statement: money finds its order, a person does the rest, a kill in the middle costs nothing.

use std::{
    io::{BufRead, BufReader},
    time::Duration,
};

use serde_json::Value;
use vitrina_tests::{Shop, engines};

use crate::{CHAIRS, borrowed, first_product, number, staff, up_to_payment};

/// Money in: cents, the bank's name for it, what the payer wrote.
fn statement(lines: &[(i64, String, String)]) -> String {
    let sum = |minor: i64| format!("{}.{:02}", minor / 100, minor % 100);
    let balance = |kind: &str, minor: i64| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>",
            sum(minor)
        )
    };
    let entries: String = lines
        .iter()
        .map(|(minor, bank, text)| {
            format!(
                "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-24</Dt></BookgDt>\
                 <AcctSvcrRef>{bank}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Ona Bandytoja</Nm></Pty></Dbtr></RltdPties>\
                 <RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>",
                sum(*minor)
            )
        })
        .collect();
    let all: i64 = lines.iter().map(|l| l.0).sum();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <Stmt><Id>S</Id><Acct><Id><IBAN>LT121000011101001000</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{}{entries}</Stmt></BkToCstmrStmt></Document>",
        balance("OPBD", 0),
        balance("CLBD", all)
    )
}

/// An order to be paid by transfer: its number and its cents.
async fn order(shop: &Shop, email: &str) -> (String, i64) {
    let guest = shop.visitor();
    let (_, page) = first_product(&guest, CHAIRS).await;
    let variant = page.field("variant").expect("a variant");
    let fields = up_to_payment(&guest, &variant, email).await;
    let cents = fields.iter().find(|(name, _)| *name == "seen").and_then(|(_, v)| v.parse().ok()).expect("the sum");
    let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
    let page = guest.follow(placed).await.expect(200);
    (number(&page), cents)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_finds_its_orders_and_a_person_does_the_rest() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let (one, cents) = order(&shop, "bank.one@demo.test").await;
        let (two, other) = order(&shop, "bank.two@demo.test").await;
        let manager = staff(&shop, "manager").await;
        let csrf = manager.get("/office/statements/new").await.expect(200).field("csrf").expect("a token");
        let text = statement(&[(cents, "J1".into(), format!("Order {one}")), (other, "J2".into(), "for the chair".into())]);
        let send = |text: String| {
            let (manager, csrf) = (&manager, &csrf);
            async move { manager.upload("/office/statements", &[("csrf", csrf)], ("november.xml", text.as_bytes())).await }
        };
        let place = send(text.clone()).await.expect(303).location.expect("a page");
        // The first is on its order by itself, the second waits and is chosen among what was found.
        let page = manager.until(&place, |page| page.body.contains("/credit") || page.body.contains("#choose")).await;
        assert!(page.body.contains("for the chair") && !page.body.contains(&format!("Order {one}")), "only what is open");
        let choose = page.links().into_iter().find(|l| l.contains("#choose")).expect("a way to choose");
        let choose = choose.split('#').next().expect("a path").replace("&amp;", "&");
        let found = manager.get(&format!("{choose}&q={two}")).await.expect(200);
        assert!(found.body.contains(&two), "found by its number");
        let credit = found.body.split("action=\"").find_map(|part| part.split('"').next().filter(|a| a.ends_with("/credit")));
        let credit = credit.expect("a form").to_owned();
        let (order, amount) = (found.field("order").expect("an order"), found.field("amount").expect("its sum"));
        manager.post(&credit, &[("csrf", &csrf), ("order", &order), ("amount", &amount)]).await.expect(303);
        let done = manager.get(&format!("{place}?state=posted")).await.expect(200);
        assert!(done.body.contains(&one) && done.body.contains(&two), "{}", done.body);
        // One click back.
        let undo = credit.replace("/credit", "/undo");
        manager.post(&undo, &[("csrf", &csrf)]).await.expect(303);
        let open = manager.get(&format!("{place}?state=open")).await.expect(200);
        assert!(open.body.contains("for the chair"));
        // The very file again changes nothing and says so beside the field.
        let again = send(text).await.expect(409);
        assert!(again.body.contains("id=\"w-file\""), "{}", again.body);
        // What is no statement is refused with a reason.
        send("<html>".to_owned()).await.expect(422);
        let kept = manager.get(&format!("{place}/file")).await.expect(200);
        assert!(kept.body.contains("camt.053.001.08"));
        let marketer = staff(&shop, "marketer").await;
        marketer.get(&place).await.expect(403);
        marketer.get("/office/statements/new").await.expect(403);
    }
}

/// Runs the command to its end and reads its last line.
fn import(shop: &Shop, path: &str) -> (Option<i32>, Value) {
    let out = shop.command(&["statement", "import", path, "--json"]);
    let text = String::from_utf8_lossy(&out.stdout);
    let last = text.lines().last().unwrap_or_default();
    let told = serde_json::from_str(last).unwrap_or_else(|e| panic!("{e}: {text}\n{}", String::from_utf8_lossy(&out.stderr)));
    (out.status.code(), told)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_killed_in_the_middle_goes_on_and_books_nothing_twice() {
    const ENTRIES: i64 = 4000;
    for engine in engines() {
        let shop = Shop::open(engine);
        let (number, cents) = order(&shop, "bank.kill@demo.test").await;
        let mut lines: Vec<_> = (1..ENTRIES).map(|n| (100 + n, format!("K{n}"), "thanks".to_owned())).collect();
        lines.push((cents, "K0".into(), format!("order {number}")));
        let path = shop.data.join("killed.xml");
        std::fs::write(&path, statement(&lines)).expect("a file");
        let path = path.to_str().expect("a path");
        let mut child = shop.begin(&["statement", "import", path]);
        let mut told = BufReader::new(child.stderr.take().expect("its progress")).lines();
        let begun = told.any(|line| line.is_ok_and(|l| l.contains(&format!("/{ENTRIES}"))));
        assert!(begun, "it tells its progress");
        child.kill().expect("killed");
        child.wait().expect("gone");
        // The worker of the running shop may have taken it up meanwhile: then the command is told so, or
        // finds it done; whoever did it, each entry is booked once.
        let mut waited = 0;
        let state = loop {
            let (_, told) = import(&shop, path);
            match told["code"].as_str() {
                Some("statement.busy") if waited < 100 => waited += 1,
                Some(code) => break code.to_owned(),
                None => {
                    assert_eq!(told["new"], ENTRIES, "{told}");
                    break String::new();
                }
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        assert!(state.is_empty() || state == "statement.again", "{state}");
        assert_eq!(import(&shop, path).0, Some(3), "taken in before");
        let manager = staff(&shop, "manager").await;
        let list = manager.get("/office/statements").await.expect(200);
        assert!(list.body.contains("killed.xml"));
        let place = list.link("/office/statements/0").expect("its page");
        let page = manager.get(&format!("{place}?state=all")).await.expect(200);
        assert!(page.body.contains(&format!("<b>{ENTRIES}</b>")), "every entry once: {}", page.body);
        let posted = manager.get(&format!("{place}?state=posted")).await.expect(200);
        assert!(posted.body.contains(&number));
    }
}
