//! An order's papers: issued in the office, read by the customer, taken back by a credit note.

use std::time::Duration;

use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{CHAIRS, borrowed, first_product, guest::row_link, staff, up_to_payment};

/// Sends a form of the office with the session's token, and opens the page that it leads to.
async fn done(desk: &Visitor, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = desk.get("/office/customers").await.expect(200).field("csrf").expect("a token");
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend(fields);
    let sent = desk.post(path, &all).await.expect(303);
    desk.follow(sent).await.expect(200)
}

/// Opens a page until it names this: what the worker does is there soon, not at once.
async fn soon(visitor: &Visitor, path: &str, part: &str) -> String {
    for _ in 0..300 {
        if let Some(link) = visitor.get(path).await.expect(200).link(part) {
            return link;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{path} never names {part}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_invoiced_read_and_credited() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let variant = first_product(&guest, CHAIRS).await.1.field("variant").expect("something to buy");
        let email = "dokumentai@demo.test";
        let fields = up_to_payment(&guest, &variant, email).await;
        let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let page = placed.location.clone().expect("the order's page").split('?').next().unwrap_or_default().to_owned();

        let owner = staff(&shop, "owner").await;
        done(&owner, "/office/look", &[("locale", "en")]).await;
        let list = owner.get("/office/orders?q=dokumentai%40demo.test").await.expect(200);
        let order = row_link(&list, "/office/orders/", "Ona Bandytoja");
        let issued = done(&owner, &format!("{order}/documents"), &[("kind", "invoice")]).await;
        assert!(issued.body.contains("VAT invoice") && issued.body.contains("VIT-"), "the order's page lists it");
        assert!(!issued.body.contains("value=\"invoice\""), "an order is invoiced once");

        let pdf = soon(&guest, &page, ".pdf").await;
        let file = guest.get(&pdf).await.expect(200);
        assert!(file.body.starts_with("%PDF-"), "the customer reads the invoice");
        let xml = guest.get(&pdf.replace(".pdf", ".xml")).await.expect(200);
        assert!(xml.body.contains("urn:cen.eu:en16931:2017") && xml.body.contains("VIT-"), "and the e-invoice");
        guest.get(&pdf.replace("/order/", "/order/x")).await.expect(404);

        let document = owner.get(&order).await.expect(200).link("/office/documents/").expect("the invoice");
        let form = owner.get(&document).await.expect(200);
        let key = form.field("key").expect("the form's own key");
        let fields = [("what", "whole"), ("reason", "Came back"), ("key", key.as_str())];
        let note = done(&owner, &format!("{document}/credit"), &fields).await;
        assert!(note.body.contains("VITK-") && note.body.contains("Came back"));
        let csrf = owner.get("/office/customers").await.expect(200).field("csrf").expect("a token");
        let again = [("csrf", csrf.as_str()), ("what", "whole"), ("reason", "Came back"), ("key", "another")];
        owner.post(&format!("{document}/credit"), &again).await.expect(422);
        let listed = owner.get("/office/documents?kind=credit_note").await.expect(200);
        assert!(listed.body.contains("VITK-000001"));
        soon(&guest, &page, &format!("{page}/documents/")).await;
    }
}
