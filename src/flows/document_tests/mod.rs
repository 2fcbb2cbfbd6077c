//! Documents on every engine: invoices from frozen lines, credit notes, advances, and the letters.

mod forms;

use std::sync::Arc;

use super::{
    carts, checkout,
    checkout::Agreement,
    counter::{self, Post, Press},
    documents::{self as flow, CreditForm, Deposit, Wanted},
    letters, orders, payments as money,
};
use crate::{
    channels::Channel,
    documents::{self, DocumentQuery, Kind, State, Wish},
    jobs::{Registry, Worker},
    kernel::{Actor, App, DocumentId, Fault, Locale, Moment, Money, OrderId, Origin, Qty, Rate, Right, Source, db, testing},
    mail::SendLetter,
    payments::Method,
    sales::{self, Address, Contact, DeliveryKind, MethodId, NewShipment, OrderView},
    stage::Stage,
};

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;

struct Shop {
    app: App,
    channel: Channel,
    parcel: MethodId,
    press: Arc<Press>,
    post: Arc<Post>,
}

impl Shop {
    /// A lamp at 19.99 €, a table at 299.00 €, parcels at 5.90 €.
    async fn open(fresh: &testing::Fresh) -> Self {
        let mut settings = counter::company();
        settings.set("documents.invoice_when", "never".into(), Source::Office);
        let (app, press, post) = counter::with_papers(fresh, settings);
        let channel = counter::channel(&app).await;
        let parcel = counter::delivery(&app, &channel, DeliveryKind::Parcel, 5_90).await;
        counter::stock_up(&app, &[("LA-1", 19_99, 90), ("TA-1", 299_00, 90)]).await;
        Self { app, channel, parcel, press, post }
    }

    fn set(&self, key: &str, value: &str) {
        let mut settings = (*self.app.settings()).clone();
        settings.set(key, value.into(), Source::Office);
        self.app.replace_settings(settings);
    }

    /// Lamps and tables for a company of Vilnius.
    async fn order(&self, lamps: i64, tables: i64) -> OrderView {
        let mut token = None;
        for (sku, pieces) in [("LA-1", lamps), ("TA-1", tables)] {
            if pieces > 0 {
                let wish = (counter::find(&self.app, sku).await.1, Qty::pieces(pieces));
                let put = carts::add(&self.app, &Actor::Guest, (&self.channel, LT), token.as_deref(), wish).await.unwrap();
                token = Some(put);
            }
        }
        let token = token.unwrap();
        let (contact, address): (Contact, Address) = counter::guest("ona@example.test");
        let company = Contact { company: "UAB „Sėja“".into(), company_code: "302000002".into(), ..contact };
        checkout::save_contact(&self.app, &Actor::Guest, &token, company, address).await.unwrap();
        checkout::save_delivery(&self.app, &Actor::Guest, &token, self.parcel).await.unwrap();
        let agreed = Agreement {
            seen: None,
            button_label: "Užsakymas su prievole sumokėti".into(),
            locale: LT,
            origin: Origin::Shop,
            key: None,
        };
        let placed = checkout::place(&self.app, &Actor::Guest, &self.channel, &token, agreed).await.unwrap();
        self.read(placed.id).await
    }

    async fn read(&self, id: OrderId) -> OrderView {
        sales::order(self.app.reader(), &SYSTEM.scope(Right::OrdersRead).unwrap(), id).await.unwrap()
    }
    async fn document(&self, id: DocumentId) -> documents::DocumentView {
        documents::document(self.app.reader(), &SYSTEM.scope(Right::DocumentsRead).unwrap(), id).await.unwrap()
    }
    async fn list(&self, query: DocumentQuery) -> documents::Documents {
        documents::list(self.app.reader(), &SYSTEM.scope(Right::DocumentsRead).unwrap(), &query).await.unwrap()
    }
    async fn due(&self, order: OrderId) -> i64 {
        money::due(self.app.reader(), order).await.unwrap().due.minor
    }
    async fn pay(&self, order: OrderId, minor: i64) {
        let new = money::NewPayment {
            order,
            method: Method::Bank,
            amount: Money::eur(minor),
            at: self.app.now(),
            payer: String::new(),
            note: String::new(),
            fiscal_receipt: String::new(),
            key: format!("{order}-{minor}"),
        };
        money::enter(&self.app, &SYSTEM, new).await.unwrap();
    }
    async fn ship(&self, order: OrderId) {
        let new = NewShipment {
            order,
            lines: Vec::new(),
            batches: Vec::new(),
            carrier: String::new(),
            tracking: String::new(),
            tracking_url: String::new(),
            note: String::new(),
            shipped_at: self.app.now(),
        };
        orders::ship(&self.app, &SYSTEM, new).await.unwrap();
    }
    async fn credit(&self, invoice: DocumentId, wish: Wish, key: &str) -> Result<documents::Issued, Fault> {
        let form = CreditForm { invoice, wish, reason: "Grąžinta".into(), key: Some(key.into()) };
        flow::credit(&self.app, &SYSTEM, form).await
    }
    async fn count(&self, sql: &str) -> i64 {
        db::scalar(self.app.reader(), sql, Vec::new()).await.unwrap().unwrap_or(0)
    }
    /// Runs whatever waits.
    async fn work(&self) {
        let registry = Registry::new()
            .on(|app, job: SendLetter| async move { letters::send(&app, job).await })
            .on(|app, job: flow::SetDocument| async move { flow::set(&app, job).await });
        Worker::new(self.app.clone(), registry).run_until_idle().await.unwrap();
    }
}

async fn shops() -> Vec<(testing::Fresh, Shop)> {
    let mut all = Vec::new();
    for fresh in testing::databases().await {
        let shop = Shop::open(&fresh).await;
        all.push((fresh, shop));
    }
    all
}

#[tokio::test]
async fn t35_an_invoice_is_the_orders_own_lines_and_sums() {
    for (_fresh, s) in shops().await {
        let order = s.order(7, 1).await;
        let issued = flow::issue(&s.app, &SYSTEM, order.id, Wanted::Invoice, None).await.unwrap();
        assert_eq!((issued.number.as_str(), issued.total), ("VIT-000001", order.gross));
        let view = s.document(issued.id).await;
        let paper = &view.paper;
        paper.adds_up().unwrap();
        assert_eq!((paper.net, paper.vat, paper.gross, paper.due), (order.net, order.vat, order.gross, order.gross));
        let lines: Vec<_> = paper.lines.iter().map(|l| (l.sku.as_str(), l.net, l.gross, l.rate)).collect();
        let mut want: Vec<_> = order.lines.iter().map(|l| (l.sku.as_str(), l.total_net, l.total, l.rate)).collect();
        want.push(("", order.delivery.net, order.delivery.gross, order.delivery.rate));
        assert_eq!(lines, want, "copied, with the delivery as a line");
        let vat: Vec<_> = paper.taxes.iter().map(|t| (t.rate, t.net, t.vat)).collect();
        assert_eq!(vat, order.taxes.iter().map(|t| (t.rate, t.net, t.vat)).collect::<Vec<_>>());
        assert_eq!((paper.buyer.code.as_str(), paper.seller.vat_code.as_str()), ("302000002", "LT100000000114"));
        assert_eq!((paper.seller.postcode.as_str(), paper.seller.city.as_str()), ("LT-02189", "Vilnius"));
        assert!(paper.pay.as_ref().is_some_and(|pay| pay.epc.contains(&pay.reference)) && !paper.words.is_empty());
        let snapshot =
            db::scalar::<String>(s.app.reader(), "select snapshot from issued_document", Vec::new()).await.unwrap().unwrap();
        assert_eq!(crate::kernel::token::hash(&snapshot), view.hash);
        documents::ubl(paper).unwrap();
    }
}

#[tokio::test]
async fn no_order_is_invoiced_twice_however_many_try_and_no_number_is_lost() {
    for (_fresh, s) in shops().await {
        let (one, two) = (s.order(1, 0).await.id, s.order(2, 0).await.id);
        let tries = (0..6).map(|i| {
            let (app, order) = (s.app.clone(), if i % 2 == 0 { one } else { two });
            tokio::spawn(async move { flow::issue(&app, &SYSTEM, order, Wanted::Invoice, None).await.map_err(|f| f.code) })
        });
        let tries: Vec<_> = tries.collect();
        let mut numbers = Vec::new();
        for answer in tries {
            match answer.await.unwrap() {
                Ok(issued) => numbers.push(issued.number),
                Err(code) => assert_eq!(code, "documents.invoiced"),
            }
        }
        numbers.sort();
        assert_eq!(numbers, ["VIT-000001", "VIT-000002"]);
        assert_eq!(s.count("select last from document_series where series = 'VIT'").await, 2);
        assert_eq!(s.count("select count(*) from job where kind = 'documents.set'").await, 2);
    }
}

#[tokio::test]
async fn credit_notes_take_back_what_was_invoiced_and_never_more() {
    for (_fresh, s) in shops().await {
        let order = s.order(3, 1).await;
        let invoice = flow::issue(&s.app, &SYSTEM, order.id, Wanted::Invoice, None).await.unwrap();
        let one = Wish::Lines(vec![(0, Qty::ONE)]);
        let first = s.credit(invoice.id, one.clone(), "a").await.unwrap();
        assert_eq!((first.number.as_str(), first.total.minor), ("VITK-000001", 19_99));
        assert_eq!(s.credit(invoice.id, one.clone(), "a").await.unwrap(), first, "sent twice, credited once");
        let paper = s.document(first.id).await.paper;
        let corrected = paper.corrects.clone().unwrap();
        assert_eq!(
            (paper.kind, corrected.number.as_str(), corrected.reason.as_str()),
            (Kind::CreditNote, "VIT-000001", "Grąžinta")
        );
        assert!(paper.lines.iter().all(|l| l.net.minor > 0 && l.qty.0 > 0), "the kind does the crediting");
        documents::ubl(&paper).unwrap();
        assert_eq!(s.due(order.id).await, order.gross.minor - 19_99, "so much less is owed");

        let too_much = s.credit(invoice.id, Wish::Lines(vec![(0, Qty::pieces(3))]), "b").await.unwrap_err();
        assert_eq!(too_much.code, "documents.more_than_invoiced");
        let without = CreditForm { invoice: invoice.id, wish: Wish::Whole, reason: " ".into(), key: None };
        assert_eq!(flow::credit(&s.app, &SYSTEM, without).await.unwrap_err().code, "form.missing");
        assert_eq!(flow::issue(&s.app, &SYSTEM, order.id, Wanted::Invoice, None).await.unwrap_err().code, "documents.invoiced");

        let rest = s.credit(invoice.id, Wish::Whole, "c").await.unwrap();
        assert_eq!(first.total.minor + rest.total.minor, invoice.total.minor);
        let nothing = s.credit(invoice.id, Wish::Whole, "d").await.unwrap_err();
        assert_eq!(nothing.code, "documents.nothing_left");
        assert_eq!(s.credit(first.id, Wish::Whole, "e").await.unwrap_err().code, "documents.not_credited");
        assert_eq!(s.due(order.id).await, 0);

        let again = flow::issue(&s.app, &SYSTEM, order.id, Wanted::Invoice, None).await.unwrap();
        assert_eq!((again.number.as_str(), s.due(order.id).await), ("VIT-000002", order.gross.minor), "owed anew");
        assert_eq!(s.count("select last from document_series where series = 'VITK'").await, 2, "refusals cost no number");
    }
}

#[tokio::test]
async fn two_who_credit_at_once_credit_no_more_than_there_is() {
    for (_fresh, s) in shops().await {
        let order = s.order(4, 0).await;
        let invoice = flow::issue(&s.app, &SYSTEM, order.id, Wanted::Invoice, None).await.unwrap();
        let tries: Vec<_> = (0..4)
            .map(|n| {
                let app = s.app.clone();
                let form = CreditForm {
                    invoice: invoice.id,
                    wish: Wish::Lines(vec![(0, Qty::pieces(3))]),
                    reason: "Grąžinta".into(),
                    key: Some(n.to_string()),
                };
                tokio::spawn(async move { flow::credit(&app, &SYSTEM, form).await.is_ok() })
            })
            .collect();
        let mut done = 0;
        for answer in tries {
            done += i32::from(answer.await.unwrap());
        }
        assert_eq!(done, 1);
        assert_eq!(s.count("select credited_minor from issued_document where kind = 'invoice'").await, 3 * 19_99);
    }
}

#[tokio::test]
async fn what_the_law_would_not_have_is_refused_in_words_and_leaves_nothing() {
    for (_fresh, s) in shops().await {
        s.set("shop.vat_code", "");
        let order = s.order(1, 0).await;
        let refused = flow::issue(&s.app, &SYSTEM, order.id, Wanted::Invoice, None).await.unwrap_err();
        assert!(refused.code.starts_with("documents."), "{refused}");
        let stage = s.app.port::<Stage>();
        assert!(refused.all().all(|f| !stage.fault(LT, f).starts_with("fault.")), "{refused}");
        assert_eq!(
            s.count("select count(*) from issued_document").await + s.count("select count(*) from document_series").await,
            0
        );
        let viewer = Actor::Guest;
        assert_eq!(flow::issue(&s.app, &viewer, order.id, Wanted::Invoice, None).await.unwrap_err().code, "access.sign_in");
    }
}

#[tokio::test]
async fn an_invoice_comes_by_itself_when_the_shop_wants_that() {
    for (_fresh, s) in shops().await {
        s.set("documents.invoice_when", "shipped");
        let order = s.order(1, 1).await;
        orders::confirm(&s.app, &SYSTEM, order.id).await.unwrap();
        s.ship(order.id).await;
        let rows = documents::of_order(s.app.reader(), order.id).await.unwrap();
        assert_eq!(rows.iter().map(|d| d.kind).collect::<Vec<_>>(), [Kind::Invoice]);

        s.set("documents.invoice_when", "paid");
        let order = s.order(2, 0).await;
        s.pay(order.id, order.gross.minor - 1).await;
        assert!(documents::of_order(s.app.reader(), order.id).await.unwrap().is_empty(), "not before the last cent");
        s.pay(order.id, 1).await;
        let rows = documents::of_order(s.app.reader(), order.id).await.unwrap();
        let paper = s.document(rows[0].id).await.paper;
        assert_eq!((paper.prepaid, paper.due.minor, paper.pay), (order.gross, 0, None));

        s.set("shop.vat_code", "");
        let order = s.order(3, 0).await;
        s.pay(order.id, order.gross.minor).await;
        assert!(documents::of_order(s.app.reader(), order.id).await.unwrap().is_empty());
        assert_eq!(s.due(order.id).await, 0, "the money is booked all the same");
        assert_eq!(s.count("select count(*) from journal where code = 'documents.not_invoiced'").await, 1);
    }
}

#[tokio::test]
async fn a_deposit_is_asked_for_by_page_letter_and_provider_alike() {
    for (_fresh, s) in shops().await {
        let order = s.order(0, 1).await;
        let issued =
            flow::issue(&s.app, &SYSTEM, order.id, Wanted::Prepayment(Deposit::Percent(Rate::percent(30))), None).await.unwrap();
        let third = Money::eur(9_147);
        assert_eq!((issued.number.as_str(), issued.total), ("IS-000001", third), "30 % of 304.90, rounded once");
        let standing = money::due(s.app.reader(), order.id).await.unwrap();
        assert_eq!((standing.ask, standing.due), (third, order.gross));
        let paper = s.document(issued.id).await.paper;
        assert_eq!((paper.due, paper.pay.map(|p| p.epc.contains("EUR91.47"))), (third, Some(true)));
        assert!(documents::ubl(&paper_of(&s, issued.id).await).is_err(), "it is no invoice");

        s.pay(order.id, third.minor).await;
        assert!(money::due(s.app.reader(), order.id).await.unwrap().covered, "the shop may begin");
        let invoice = flow::issue(&s.app, &SYSTEM, order.id, Wanted::Invoice, None).await.unwrap();
        let paper = paper_of(&s, invoice.id).await;
        assert_eq!((paper.prepaid, paper.due.minor), (third, order.gross.minor - third.minor), "t49: the rest, once");

        for sum in [0, order.gross.minor + 1] {
            let refused = flow::issue(&s.app, &SYSTEM, order.id, Wanted::Prepayment(Deposit::Sum(Money::eur(sum))), None)
                .await
                .unwrap_err();
            assert_eq!(refused.code, "documents.deposit");
        }
        flow::annul(&s.app, &SYSTEM, issued.id, "Susitarta kitaip").await.unwrap();
        let row = s.document(issued.id).await.row;
        assert_eq!((row.state, row.number.as_str()), (State::Annulled, "IS-000001"), "it keeps its number");
        assert_eq!(flow::annul(&s.app, &SYSTEM, invoice.id, "Klaida").await.unwrap_err().code, "documents.not_annulled");
        assert_eq!(s.count("select count(*) from issued_document").await, 2, "nothing is ever deleted");
    }
}

async fn paper_of(s: &Shop, id: DocumentId) -> documents::Paper {
    s.document(id).await.paper
}

#[tokio::test]
async fn t49_the_final_invoice_takes_an_advance_off_once_with_its_vat() {
    for (_fresh, s) in shops().await {
        let order = s.order(0, 1).await;
        let early =
            flow::issue(&s.app, &SYSTEM, order.id, Wanted::Advance(Deposit::Sum(Money::eur(121_00))), None).await.unwrap_err();
        assert_eq!(early.code, "documents.deposit", "no VAT invoice for money that has not come");
        s.pay(order.id, 150_00).await;
        let advance =
            flow::issue(&s.app, &SYSTEM, order.id, Wanted::Advance(Deposit::Sum(Money::eur(121_00))), None).await.unwrap();
        let paper = paper_of(&s, advance.id).await;
        assert_eq!((paper.net.minor, paper.vat.minor, paper.due.minor), (100_00, 21_00, 0));
        assert!(documents::ubl(&paper).unwrap().xml.contains("<cbc:InvoiceTypeCode>386</cbc:InvoiceTypeCode>"));

        let invoice = flow::issue(&s.app, &SYSTEM, order.id, Wanted::Invoice, None).await.unwrap();
        let paper = paper_of(&s, invoice.id).await;
        paper.adds_up().unwrap();
        assert_eq!(
            (paper.vat.minor + 21_00, paper.net.minor + 100_00),
            (order.vat.minor, order.net.minor),
            "VAT is declared once"
        );
        assert_eq!((paper.prepaid.minor, paper.due.minor), (29_00, order.gross.minor - 150_00));
        documents::ubl(&paper).unwrap();
        assert_eq!(s.due(order.id).await, paper.due.minor, "page, letter and document agree");
    }
}

#[tokio::test]
async fn a_document_is_set_once_and_travels_with_its_letter() {
    for (_fresh, s) in shops().await {
        let order = s.order(1, 0).await;
        s.work().await;
        s.post.0.lock().unwrap().clear();
        let invoice = flow::issue(&s.app, &SYSTEM, order.id, Wanted::Invoice, None).await.unwrap();
        let early = flow::pdf(&s.app, &SYSTEM, invoice.id).await.unwrap_err();
        assert_eq!(early.code, "documents.not_set");
        s.work().await;
        let letters = s.post.0.lock().unwrap().clone();
        let letter = letters.iter().find(|l| !l.attachments.is_empty()).expect("a letter with the invoice");
        assert!(letter.subject.contains("VIT-000001"), "{}", letter.subject);
        let names: Vec<_> = letter.attachments.iter().map(|a| (a.name.as_str(), a.mime)).collect();
        assert_eq!(names, [("VIT-000001.pdf", "application/pdf"), ("VIT-000001.xml", "application/xml")]);
        let file = flow::pdf(&s.app, &SYSTEM, invoice.id).await.unwrap();
        assert_eq!(file.bytes, letter.attachments[0].bytes);

        flow::send_again(&s.app, &SYSTEM, invoice.id).await.unwrap();
        flow::set(&s.app, flow::SetDocument { document: invoice.id, send: false }).await.unwrap();
        s.work().await;
        assert_eq!(s.press.0.lock().unwrap().len(), 1, "set once, kept as it is");
        assert_eq!(s.post.0.lock().unwrap().iter().filter(|l| l.subject.contains("VIT-000001")).count(), 2);

        let by_link = flow::by_link(&s.app, &order.token, invoice.id, crate::mail::Form::Pdf).await.unwrap();
        assert_eq!(by_link.bytes, file.bytes);
        let other = s.order(2, 0).await;
        let stranger = flow::by_link(&s.app, &other.token, invoice.id, crate::mail::Form::Pdf).await.unwrap_err();
        assert_eq!(stranger.code, "documents.no_document", "a link opens its own order's documents");
    }
}

#[tokio::test]
async fn documents_are_found_and_stay_when_a_customer_is_forgotten() {
    for (_fresh, s) in shops().await {
        let order = s.order(1, 0).await;
        let invoice = flow::issue(&s.app, &SYSTEM, order.id, Wanted::Invoice, None).await.unwrap();
        flow::issue(&s.app, &SYSTEM, order.id, Wanted::Confirmation, None).await.unwrap();
        let ask = |search: &str, kinds: Vec<Kind>, limit| DocumentQuery {
            search: search.into(),
            kinds,
            limit,
            ..DocumentQuery::default()
        };
        assert_eq!(s.list(ask("seja vit", vec![], 50)).await.rows.len(), 1);
        assert_eq!(s.list(ask("", vec![Kind::OrderConfirmation], 50)).await.rows[0].number, "UP-000001");
        let first = s.list(ask("", vec![], 1)).await;
        let after = DocumentQuery { after: first.next.unwrap().parse().ok(), ..ask("", vec![], 1) };
        let second = s.list(after).await;
        assert_eq!((second.rows[0].id, second.next), (invoice.id, None));

        let tx = s.app.begin(&SYSTEM).await.unwrap();
        let told = super::steps::personal::export(&tx, order.party, Moment(0)).await.unwrap();
        assert_eq!(told["documents"][0]["document"]["number"], "VIT-000001");
        super::steps::personal::erase(&tx, order.party).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(s.document(invoice.id).await.paper.buyer.name, "UAB „Sėja“", "accounts are kept by law");
    }
}
