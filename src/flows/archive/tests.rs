//! A period taken out, on every engine.

use std::io::{Cursor, Read};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::{Asked, Pack, Period, holding, take_out};
use crate::{
    flows::{
        documents::Wanted,
        offers::tests::{Shop, shops, staff},
    },
    kernel::{Actor, Amounts, Currency, OrderId, Role, UserId, db, token},
    media::Workshop,
};

const SYSTEM: Actor = Actor::System;

async fn bytes(mut pack: Pack) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(piece) = pack.next().await.unwrap() {
        whole.extend(piece);
    }
    whole
}

/// The index as rows of cells, and every file by its name.
fn opened(whole: Vec<u8>) -> (Vec<Vec<String>>, Vec<(String, Vec<u8>)>) {
    let mut zip = ZipArchive::new(Cursor::new(whole)).unwrap();
    let mut files = Vec::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).unwrap();
        let mut read = Vec::new();
        file.read_to_end(&mut read).unwrap();
        files.push((file.name().unwrap().into_owned(), read));
    }
    let (_, index) = files.iter().find(|(name, _)| name == "index.csv").unwrap();
    let text = String::from_utf8(index.clone()).unwrap();
    let mut reader = csv::ReaderBuilder::new().from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    files.retain(|(name, _)| name != "index.csv");
    (rows, files)
}

/// An offer that was sent and accepted, with the prepayment invoice of its order.
async fn traded(s: &Shop) -> OrderId {
    let deposit = crate::offers::Deposit::Percent(crate::kernel::Rate::percent(30));
    let table = s.goods("TA-1", 1).await;
    let id = s.begin(&SYSTEM, vec![table]).await;
    let head = crate::offers::Head { deposit: Some(Some(deposit)), ..Default::default() };
    s.edit(&SYSTEM, id, vec![crate::offers::Edit::Head(Box::new(head))]).await.unwrap();
    crate::flows::offers::prepare(&s.app, &SYSTEM, id).await.unwrap();
    crate::flows::offers::send(&s.app, &SYSTEM, id, crate::flows::offers::Unread::Refused).await.unwrap();
    let token = s.offer(id).await.token.unwrap();
    let consent = s.consent(&token, None).await;
    crate::flows::offers::accept(&s.app, &Actor::Guest, &token, (consent, "Užsakyti")).await.unwrap();
    s.offer(id).await.order.unwrap()
}

#[tokio::test]
async fn every_paper_of_a_period_is_in_the_file_with_its_hash() {
    for (fresh, s) in shops().await {
        traded(&s).await;
        let today = s.app.now().date().to_string();
        let period = || Asked::from(Period::of(&today, &today).unwrap());

        // Before the worker came the papers are named, with why they are not there.
        let (rows, files) = opened(bytes(take_out(&s.app, &SYSTEM, period()).await.unwrap()).await);
        assert_eq!((rows.len(), files.len()), (3, 0), "{}", fresh.name);
        assert!(rows.iter().all(|row| row[15] == "not set yet" && row[0].is_empty()), "{rows:?}");

        s.work().await;
        let held = holding(&s.app, &SYSTEM, &period()).await.unwrap();
        assert_eq!((held.documents, held.offers), (1, 1));
        let (rows, files) = opened(bytes(take_out(&s.app, &SYSTEM, period()).await.unwrap()).await);
        let mut kinds: Vec<&str> = rows.iter().map(|row| row[3].as_str()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["acceptance", "offer", "prepayment_invoice"]);
        assert_eq!(files.len(), 3);
        for row in &rows {
            let (_, file) = files.iter().find(|(name, _)| *name == row[0]).unwrap();
            assert_eq!(token::hex(&Sha256::digest(file)), row[1], "{}", row[0]);
            assert_eq!((file.len().to_string(), row[15].as_str()), (row[2].clone(), ""));
        }
        let offer = rows.iter().find(|row| row[3] == "offer").unwrap();
        assert_eq!((offer[4].as_str(), offer[7].as_str(), offer[13].as_str()), ("KP-2026-000001", "UAB Linija", "348.00"));

        // Bytes that somebody changed in the store are told, not hidden.
        let kept: Vec<String> = db::column(s.app.reader(), "select pdf_hash from offer_version", Vec::new()).await.unwrap();
        let key = crate::flows::steps::files::key(&kept[0]);
        s.app.port::<Workshop>().store().put(&key, b"other".to_vec()).await.unwrap();
        let mut pack = take_out(&s.app, &SYSTEM, period()).await.unwrap();
        let mut whole = Vec::new();
        while let Some(piece) = pack.next().await.unwrap() {
            whole.extend(piece);
        }
        assert_eq!((pack.packed().files, pack.packed().changed, pack.packed().missing), (3, 1, 0));
        assert!(opened(whole).0.iter().any(|row| row[3] == "offer" && row[15] == "changed"));

        let noted = "select cast(count(*) as bigint) from journal where code = 'archive.exported'";
        let noted: Vec<i64> = db::column(s.app.reader(), noted, Vec::new()).await.unwrap();
        assert_eq!(noted, [3], "each of them is in the journal");
    }
}

#[tokio::test]
async fn an_invoice_comes_with_its_e_invoice_and_sums_narrow_what_is_taken() {
    for (fresh, s) in shops().await {
        let order = traded(&s).await;
        let issued = crate::flows::documents::issue(&s.app, &SYSTEM, order, Wanted::Invoice, None).await.unwrap();
        s.work().await;
        let today = s.app.now().date().to_string();
        let asked = |currency, from, until| Asked {
            period: Period::of(&today, &today).unwrap(),
            gross: Amounts { currency: Some(currency), from, until },
        };
        let (rows, files) = opened(bytes(take_out(&s.app, &SYSTEM, asked(Currency::EUR, None, None)).await.unwrap()).await);
        let paper = rows.iter().find(|row| row[3] == "invoice").unwrap();
        let xml = rows.iter().find(|row| row[3] == "e_invoice").unwrap();
        assert_eq!(xml[4..15], paper[4..15], "{}: found by the same words", fresh.name);
        assert_eq!(xml[0], paper[0].replace(".pdf", ".xml"));
        let (_, file) = files.iter().find(|(name, _)| *name == xml[0]).unwrap();
        assert_eq!((token::hex(&Sha256::digest(file)), ""), (xml[1].clone(), xml[15].as_str()));
        let (snapshot, _) = crate::documents::paper(s.app.reader(), issued.id).await.unwrap();
        assert_eq!(crate::documents::ubl(&snapshot).unwrap().xml.as_bytes(), file.as_slice(), "it is the document's own");

        // The prepayment invoice is over 30 %, the invoice and the offer over 348.00.
        let kinds = async |asked: Asked| {
            let held = holding(&s.app, &SYSTEM, &asked).await.unwrap();
            let (rows, _) = opened(bytes(take_out(&s.app, &SYSTEM, asked).await.unwrap()).await);
            let mut kinds: Vec<String> = rows.into_iter().map(|row| row[3].clone()).collect();
            kinds.sort_unstable();
            (held.documents, held.offers, kinds.join(" "))
        };
        let dear = kinds(asked(Currency::EUR, Some(348_00), Some(348_00))).await;
        assert_eq!(dear, (1, 1, "acceptance e_invoice invoice offer".to_owned()));
        let cheap = kinds(asked(Currency::EUR, None, Some(347_99))).await;
        assert_eq!(cheap, (1, 0, "prepayment_invoice".to_owned()));
        let other = asked("PLN".parse().unwrap(), Some(0), None);
        assert_eq!(take_out(&s.app, &SYSTEM, other).await.err().unwrap().code, "archive.nothing");
        let noted = "select data from journal where code = 'archive.exported' order by id desc limit 1";
        let noted: Vec<String> = db::column(s.app.reader(), noted, Vec::new()).await.unwrap();
        assert!(noted[0].contains("34799"), "the journal says what was asked for: {}", noted[0]);
    }
}

#[tokio::test]
async fn whoever_lacks_the_right_takes_nothing_and_an_empty_period_is_said() {
    for (fresh, s) in shops().await {
        traded(&s).await;
        let empty = Asked::from(Period::of("2001-01-01", "2001-12-31").unwrap());
        assert_eq!(take_out(&s.app, &SYSTEM, empty).await.err().unwrap().code, "archive.nothing", "{}", fresh.name);
        for role in [Role::Manager, Role::Marketer, Role::Viewer] {
            let who = staff(role, UserId(uuid::Uuid::nil()));
            let all = Asked::from(Period::of("2001-01-01", "2100-12-31").unwrap());
            assert_eq!(take_out(&s.app, &who, all).await.err().unwrap().code, "access.forbidden");
        }
        let noted: Vec<i64> = db::column(
            s.app.reader(),
            "select cast(count(*) as bigint) from journal where code = 'archive.exported'",
            Vec::new(),
        )
        .await
        .unwrap();
        assert_eq!(noted, [0]);
    }
}

#[tokio::test]
async fn a_long_period_comes_in_pieces_and_page_by_page() {
    let (_fresh, s) = shops().await.remove(0);
    let table = s.goods("TA-1", 1).await;
    let (id, _) = s.sent(vec![table]).await;
    // More versions than two pages hold, all of them at one moment: no row is lost or told twice between pages.
    let tx = s.app.begin(&SYSTEM).await.unwrap();
    let first = crate::offers::version(&tx, id, 1).await.unwrap();
    for n in 2..=450_i64 {
        let sql = "insert into offer_version (id, offer_id, n, snapshot, hash, net_minor, gross_minor, sent_at, sent_by, expires_at) \
                   select $1, offer_id, $2, snapshot, hash, net_minor, gross_minor, sent_at, sent_by, expires_at from offer_version where id = $3";
        db::run(&tx, sql, db::params![crate::kernel::OfferVersionId::new(&tx), n, first.id]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let today = s.app.now().date().to_string();
    let (rows, _) = opened(bytes(take_out(&s.app, &SYSTEM, Period::of(&today, &today).unwrap().into()).await.unwrap()).await);
    let numbers: std::collections::BTreeSet<&str> = rows.iter().map(|row| row[5].as_str()).collect();
    assert_eq!((rows.len(), numbers.len()), (450, 450));
}
