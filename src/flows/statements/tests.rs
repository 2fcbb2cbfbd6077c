//! Statements into the book on each engine at hand: every cent once, on an order or in sight.

use std::sync::Arc;

use super::{work::shift, *};
use crate::{
    channels::Channel,
    flows::{
        carts,
        checkout::{self, Agreement},
        counter::{channel, delivery, fill_in, find, stock_up},
    },
    kernel::{
        Actor, App, BankEntryId, Fault, Locale, Money, OrderId, Origin, Qty, Right, Role, StaffActor, StatementFileId, UserId,
        db,
        testing::{self, Fresh},
    },
    media::{Directory, Store, Workshop},
    payments::{
        self,
        bank::{self, EntryView, Filter},
        statement::samples::{Line, camt},
    },
    sales::{self, DeliveryKind, MethodId, Payment, Placed, State},
};

struct Shop {
    app: App,
    channel: Channel,
    parcel: MethodId,
    _fresh: Fresh,
}

impl Shop {
    async fn each() -> Vec<Self> {
        let mut all = Vec::new();
        for fresh in testing::databases().await {
            let store: Arc<dyn Store> = Arc::new(Directory::new(fresh.folder().join("media")));
            let app = fresh.builder().with_port(Arc::new(Workshop::new(store))).build();
            let channel = channel(&app).await;
            let parcel = delivery(&app, &channel, DeliveryKind::Parcel, 0).await;
            stock_up(&app, &[("CHAIR", 10_000, 500)]).await;
            all.push(Self { app, channel, parcel, _fresh: fresh });
        }
        all
    }

    /// A chair for 100.00, to be paid by transfer.
    async fn order(&self, email: &str) -> Placed {
        let (_, chair) = find(&self.app, "CHAIR").await;
        let wish = (chair, Qty::ONE);
        let token = carts::add(&self.app, &Actor::Guest, (&self.channel, Locale::LT), None, wish).await.unwrap();
        fill_in(&self.app, &token, email, self.parcel).await.unwrap();
        checkout::save_payment(&self.app, &Actor::Guest, &token, Payment::BankTransfer).await.unwrap();
        let agreed = Agreement {
            seen: None,
            button_label: "Užsakymas su prievole sumokėti".into(),
            locale: Locale::LT,
            origin: Origin::Shop,
            key: None,
        };
        checkout::place(&self.app, &Actor::Guest, &self.channel, &token, agreed).await.unwrap()
    }

    /// Staff say that two guests are one customer.
    async fn join(&self, from: &Placed, into: &Placed) {
        let party = |order: OrderId| async move { sales::account(self.app.reader(), order).await.unwrap().party };
        let (from, into) = (party(from.id).await, party(into.id).await);
        crate::flows::work::join_parties(&self.app, &Actor::System, from, into).await.unwrap();
    }

    async fn send(&self, text: &str) -> Result<StatementFileId, Fault> {
        let upload = Upload { name: "s.xml".into(), bytes: text.as_bytes().to_vec(), profile: String::new() };
        let id = take(&self.app, &Actor::System, upload).await?;
        work(&self.app, &ImportStatement { file: id }).await.unwrap();
        Ok(id)
    }

    async fn entries(&self, file: StatementFileId) -> Vec<EntryView> {
        let scope = Actor::System.scope(Right::PaymentsRead).unwrap();
        bank::entries(self.app.reader(), &scope, file, Filter::All, None, 200).await.unwrap().rows
    }

    async fn states(&self, file: StatementFileId) -> Vec<String> {
        self.entries(file).await.into_iter().map(|e| e.state).collect()
    }

    /// State, money received and what is due.
    async fn money(&self, order: OrderId) -> (State, i64, i64) {
        let account = sales::account(self.app.reader(), order).await.unwrap();
        (account.state, account.paid - account.refunded, account.total.minor - account.paid)
    }

    async fn count(&self, sql: &str) -> i64 {
        db::scalar(self.app.reader(), sql, vec![]).await.unwrap().unwrap()
    }

    /// Money at the bank = allocations + what lies in sight.
    async fn sound(&self, at_the_bank: i64) {
        assert_eq!(payments::unsound(self.app.reader()).await.unwrap(), []);
        let entries = self.count("select cast(coalesce(sum(amount_minor), 0) as bigint) from payment_entry").await;
        let put = self.count("select cast(coalesce(sum(amount_minor), 0) as bigint) from payment_allocation").await;
        let free =
            self.count("select cast(coalesce(sum(balance_minor - allocated_minor), 0) as bigint) from payment_receipt").await;
        assert_eq!((entries, put + free), (at_the_bank, at_the_bank));
    }
}

fn named(order: &Placed) -> String {
    format!("Užsakymas {}", order.number)
}

/// T50: idempotent for each entry, the file kept, the reason told.
#[tokio::test]
async fn what_is_sure_is_posted_and_a_file_is_taken_once() {
    for shop in Shop::each().await {
        let (one, two) = (shop.order("a@demo.test").await, shop.order("b@demo.test").await);
        let lines = [
            Line::of(100_00, &named(&one)).bank("A1"),
            Line::of(40_00, &named(&two)).bank("A2"),
            Line::of(7_00, "Ačiū").bank("A3"),
            Line::of(-3_00, "Mokestis").bank("A4"),
        ];
        let text = camt("053.001.02", &lines);
        let file = shop.send(&text).await.unwrap();
        assert_eq!(shop.states(file).await, ["posted", "posted", "open", "noted"]);
        assert_eq!(shop.money(one.id).await, (State::Confirmed, 100_00, 0));
        assert_eq!(shop.money(two.id).await, (State::Placed, 40_00, 60_00));
        assert_eq!(shop.entries(file).await[2].hold, "nothing");
        shop.sound(147_00).await;

        let again = shop.send(&text).await.unwrap_err();
        assert_eq!((again.code, again.args[0].1.as_str()), ("statement.again", "2026-11-23"));
        let scope = Actor::System.scope(Right::PaymentsRead).unwrap();
        let kept = kept(&shop.app, &Actor::System, file).await.unwrap();
        assert_eq!(kept.1, text.as_bytes());
        assert_eq!((kept.0.state.as_str(), kept.0.fresh, kept.0.posted), ("done", 4, 2));

        // The same day in another file: known, and nothing is booked twice.
        let other = shop.send(&camt("052.001.08", &lines)).await.unwrap();
        let other = bank::file(shop.app.reader(), &scope, other).await.unwrap();
        assert_eq!((other.known, other.fresh), (4, 0));
        shop.sound(147_00).await;
    }
}

#[tokio::test]
async fn a_person_confirms_chooses_splits_and_takes_back() {
    for shop in Shop::each().await {
        let (one, two) = (shop.order("a@demo.test").await, shop.order("b@demo.test").await);
        let file = shop.send(&camt("053.001.02", &[Line::of(150_00, "už baldus").bank("B1")])).await.unwrap();
        let id = shop.entries(file).await[0].id;
        let put = |order: OrderId, cents| credit_one(&shop, id, order, cents);
        put(one.id, 100_00).await.unwrap();
        let halfway = shop.entries(file).await.remove(0);
        assert_eq!((halfway.state.as_str(), halfway.free, halfway.posted.len()), ("open", Money::eur(50_00), 1));
        put(two.id, 50_00).await.unwrap();
        assert_eq!(shop.states(file).await, ["posted"]);
        assert_eq!(shop.money(two.id).await, (State::Placed, 50_00, 50_00));
        assert_eq!(put(two.id, 50_00).await.unwrap_err().code, "statement.decided");
        undo(&shop.app, &Actor::System, id).await.unwrap();
        assert_eq!((shop.money(one.id).await.1, shop.money(two.id).await.1), (0, 0));
        assert_eq!(shop.states(file).await, ["open"]);
        assert_eq!(undo(&shop.app, &Actor::System, id).await.unwrap_err().code, "statement.decided");
        leave(&shop.app, &Actor::System, id, "paskola").await.unwrap();
        assert_eq!(shop.entries(file).await[0].aside, "paskola");
        put_back(&shop.app, &Actor::System, id).await.unwrap();
        assert_eq!(shop.states(file).await, ["open"]);
        shop.sound(150_00).await;
    }
}

async fn credit_one(shop: &Shop, id: BankEntryId, order: OrderId, cents: i64) -> Result<StatementFileId, Fault> {
    credit(&shop.app, &Actor::System, id, &[(order, Money::eur(cents))]).await
}

#[tokio::test]
async fn what_is_probable_is_confirmed_with_one_click() {
    for shop in Shop::each().await {
        let first = shop.order("a@demo.test").await;
        shop.send(&camt("053.001.02", &[Line::of(100_00, &named(&first)).bank("C1")])).await.unwrap();
        // The same account pays again for the same customer, and names nothing.
        let second = shop.order("a@demo.test").await;
        shop.join(&second, &first).await;
        let file = shop.send(&camt("053.001.02", &[Line::of(100_00, "ačiū").bank("C2")])).await.unwrap();
        let entry = shop.entries(file).await.remove(0);
        assert_eq!((entry.state.as_str(), entry.score, entry.hold.as_str()), ("open", 70, "score"));
        assert_eq!(shop.money(second.id).await.1, 0);
        confirm(&shop.app, &Actor::System, entry.id).await.unwrap();
        assert_eq!(shop.money(second.id).await, (State::Confirmed, 100_00, 0));
        shop.sound(200_00).await;
    }
}

#[tokio::test]
async fn too_much_stays_in_sight_and_one_payment_pays_several() {
    for shop in Shop::each().await {
        let (one, two) = (shop.order("a@demo.test").await, shop.order("a@demo.test").await);
        shop.join(&two, &one).await;
        let both = format!("{} ir {}", one.number, two.number);
        let file = shop.send(&camt("053.001.02", &[Line::of(150_00, &both).bank("D1")])).await.unwrap();
        assert_eq!((shop.money(one.id).await.2, shop.money(two.id).await.2), (0, 50_00));
        assert_eq!(shop.entries(file).await[0].posted.len(), 2);
        let file = shop.send(&camt("053.001.02", &[Line::of(80_00, &two.number).bank("D2")])).await.unwrap();
        assert_eq!(shop.money(two.id).await.2, 0);
        let entry = shop.entries(file).await.remove(0);
        assert_eq!((entry.state.as_str(), entry.free), ("open", Money::eur(30_00)));
        assert_eq!(sales::account(shop.app.reader(), two.id).await.unwrap().attention, "excess");
        shop.sound(230_00).await;
    }
}

#[tokio::test]
async fn a_payment_that_the_bank_takes_back_reopens_its_order() {
    for shop in Shop::each().await {
        let order = shop.order("a@demo.test").await;
        shop.send(&camt("053.001.02", &[Line::of(100_00, &named(&order)).bank("E1")])).await.unwrap();
        assert_eq!(shop.money(order.id).await.2, 0);
        let text = camt("053.001.08", &[Line::of(-100_00, "Grąžinta").bank("E2").reversed()]);
        let file = shop.send(&text).await.unwrap();
        assert_eq!(shop.entries(file).await[0].hold, "returned");
        assert_eq!(shop.money(order.id).await.2, 100_00);
        shop.sound(0).await;
        // Once more, and there is nothing left to take back: a person looks.
        let file = shop.send(&camt("053.001.08", &[Line::of(-100_00, "Grąžinta").bank("E3").reversed()])).await.unwrap();
        assert_eq!((shop.states(file).await, shop.entries(file).await[0].hold.as_str()), (vec!["open".into()], "original"));
        leave(&shop.app, &Actor::System, shop.entries(file).await[0].id, "").await.unwrap();
        assert_eq!(shop.states(file).await, ["aside"]);
        shop.sound(0).await;
    }
}

/// A kill between two transactions: what is done stays done, the rest is done once.
#[tokio::test]
async fn a_file_is_taken_up_where_it_stopped() {
    for shop in Shop::each().await {
        let lines: Vec<Line> = (0..120).map(|n| Line::of(1_00 + n, "ačiū").bank(&format!("F{n}"))).collect();
        let upload = Upload { name: "long.xml".into(), bytes: camt("053.001.08", &lines).into_bytes(), profile: String::new() };
        let id = take(&shop.app, &Actor::System, upload).await.unwrap();
        let now = shop.app.now();
        assert!(!shift(&shop.app, id, Some(now), |_, _| {}).await.unwrap());
        let part = shop.count("select done from bank_file").await;
        assert!(part > 0 && part < 120, "{part}");
        assert_eq!(shop.count("select count(*) from payment_receipt").await, part);
        // Two go on at once: one of them sees that the other came further, and nothing is booked twice.
        let (a, b) = tokio::join!(shift(&shop.app, id, None, |_, _| {}), shift(&shop.app, id, None, |_, _| {}));
        assert!(a.is_ok() || b.is_ok());
        for failed in [a, b].into_iter().filter_map(Result::err) {
            assert_eq!(failed.code, "statement.busy");
        }
        work(&shop.app, &ImportStatement { file: id }).await.unwrap();
        assert_eq!(shop.count("select done from bank_file").await, 120);
        assert_eq!(shop.count("select count(*) from payment_receipt").await, 120);
        assert_eq!(shop.count("select count(*) from bank_file where state = 'done'").await, 1);
        shop.sound(lines.iter().map(|l| l.minor).sum()).await;
    }
}

#[tokio::test]
async fn a_batch_and_its_details_in_two_files_are_one_sum() {
    for shop in Shop::each().await {
        let (one, two) = (shop.order("a@demo.test").await, shop.order("b@demo.test").await);
        let lump = camt("053.001.08", &[Line::of(200_00, "Batch").bank("G1")]);
        let file = shop.send(&lump).await.unwrap();
        assert_eq!(shop.states(file).await, ["open"]);
        let part = |order: &Placed, own: &str| {
            format!(
                "<TxDtls><Refs><AcctSvcrRef>{own}</AcctSvcrRef></Refs><Amt Ccy=\"EUR\">100.00</Amt>\
                 <RmtInf><Ustrd>{}</Ustrd></RmtInf></TxDtls>",
                order.number
            )
        };
        let details = camt("054.001.08", &[Line::of(200_00, "Batch").bank("G1")]);
        let (head, rest) = details.split_once("<NtryDtls>").unwrap();
        let (_, tail) = rest.split_once("</NtryDtls>").unwrap();
        let details = format!("{head}<NtryDtls>{}{}</NtryDtls>{tail}", part(&one, "T1"), part(&two, "T2"));
        shop.send(&details).await.unwrap();
        assert_eq!(shop.states(file).await, ["posted"]);
        assert_eq!((shop.money(one.id).await.2, shop.money(two.id).await.2), (0, 0));
        shop.sound(200_00).await;
    }
}

#[tokio::test]
async fn an_entry_under_another_name_waits_for_a_person() {
    for shop in Shop::each().await {
        shop.send(&camt("052.001.08", &[Line::of(10_00, "auka")])).await.unwrap();
        let file = shop.send(&camt("053.001.08", &[Line::of(10_00, "auka").bank("H1")])).await.unwrap();
        let entry = shop.entries(file).await.remove(0);
        assert_eq!((entry.state.as_str(), entry.hold.as_str(), entry.receipt), ("open", "twin", None));
        shop.sound(10_00).await;
        book_apart(&shop.app, &Actor::System, entry.id).await.unwrap();
        assert_eq!(book_apart(&shop.app, &Actor::System, entry.id).await.unwrap_err().code, "statement.decided");
        shop.sound(20_00).await;
    }
}

#[tokio::test]
async fn a_file_with_a_mistake_leaves_nothing_and_strangers_may_not() {
    for shop in Shop::each().await {
        let text = camt("053.001.02", &[Line::of(10_00, "x"), Line::of(11_00, "y")]).replace(">11.00<", ">11,00<");
        let fault = shop.send(&text).await.unwrap_err();
        assert_eq!((fault.code, fault.field.as_deref()), ("statement.amount", Some("file")));
        assert_eq!(fault.args[0].1, "Stmt 1 / Ntry 2, Ntry/Amt");
        assert_eq!(
            shop.count("select count(*) from bank_file").await + shop.count("select count(*) from payment_receipt").await,
            0
        );
        let profile = Upload { name: "x".into(), bytes: b"a".to_vec(), profile: "colour = red".into() };
        let fault = take(&shop.app, &Actor::System, profile).await.unwrap_err();
        assert_eq!((fault.code, fault.field.as_deref()), ("statement.column", Some("profile")));
        let viewer = Actor::Staff(StaffActor::new(UserId(uuid::Uuid::nil()), "V", Role::Viewer));
        let upload = Upload { name: "x".into(), bytes: camt("053.001.02", &[]).into_bytes(), profile: String::new() };
        assert_eq!(take(&shop.app, &viewer, upload).await.unwrap_err().code, "access.forbidden");
    }
}
