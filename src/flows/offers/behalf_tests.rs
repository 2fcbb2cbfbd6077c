//! A yes that staff take down, on every engine.

use std::collections::BTreeSet;

use super::{
    Said,
    tests::{Shop, shops, staff},
};
use crate::{
    crm::TaskKind,
    flows::offers as flow,
    kernel::{Actor, Fault, Locale, Money, OfferId, OrderId, Qty, Right, Role, db},
    offers::{self, Choice, Deposit, Edit, Head, How, Off, Patch, State},
    sales,
};

const SYSTEM: Actor = Actor::System;

async fn hired(s: &Shop, role: Role, email: &str) -> Actor {
    let new = crate::flows::staff::NewUser { email: email.into(), name: "Rasa".into(), role, locale: Locale::LT, password: None };
    staff(role, crate::flows::staff::create(&s.app, &SYSTEM, new).await.unwrap().user)
}

async fn said(s: &Shop, actor: &Actor, id: OfferId, how: How, choice: Option<Choice>) -> Said {
    let found = flow::open(&s.app, actor, id, choice.as_ref()).await.unwrap();
    Said {
        how,
        name: "Ona Onaitė".into(),
        role: "direktorė".into(),
        note: "Skambino 12:05".into(),
        choice,
        seen: found.seen.settled.totals.gross,
        street: String::new(),
        city: String::new(),
        postcode: String::new(),
        phone: "+37060000000".into(),
        key: format!("{id}-{}", how.as_str()),
    }
}

async fn order(s: &Shop, id: OrderId) -> sales::OrderView {
    sales::order(s.app.reader(), &SYSTEM.scope(Right::OrdersRead).unwrap(), id).await.unwrap()
}

async fn counted(s: &Shop, sql: &str) -> i64 {
    let rows: Vec<i64> = db::column(s.app.reader(), sql, Vec::new()).await.unwrap();
    rows[0]
}

#[tokio::test]
async fn a_draft_becomes_an_order_while_the_customer_is_on_the_phone() {
    for (fresh, s) in shops().await {
        let rasa = hired(&s, Role::Manager, "rasa@demo.test").await;
        let (table, mut lamp) = (s.goods("TA-1", 2).await, s.goods("LA-1", 1).await);
        lamp.optional = true;
        let lamp_id = lamp.id;
        let id = s.begin(&rasa, vec![table, lamp]).await;
        let head = Head { deposit: Some(Some(Deposit::Sum(100_00))), ..Head::default() };
        s.edit(&rasa, id, vec![Edit::Head(Box::new(head))]).await.unwrap();
        let choice = Choice { picked: BTreeSet::from([lamp_id]), ..Choice::default() };
        let yes = said(&s, &rasa, id, How::Phone, Some(choice)).await;
        assert_eq!(yes.seen, Money::eur(2 * 299_00 + 40_00 + 49_00), "{}", fresh.name);

        // Neither another sum, nor somebody without the right, nor a button that nobody pressed.
        let other = Said { seen: Money::eur(1), key: "k1".into(), ..yes.clone() };
        assert_eq!(flow::agree(&s.app, &rasa, id, other).await.unwrap_err().code, "offers.sum_changed");
        let pressed = Said { how: How::Page, key: "k2".into(), ..yes.clone() };
        assert_eq!(flow::agree(&s.app, &rasa, id, pressed).await.unwrap_err().field.as_deref(), Some("how"));
        for role in [Role::Viewer, Role::Marketer] {
            let who = hired(&s, role, &format!("{}@demo.test", role.as_str())).await;
            assert_eq!(flow::agree(&s.app, &who, id, yes.clone()).await.unwrap_err().code, "access.forbidden");
        }
        let tomas = hired(&s, Role::Manager, "tomas@demo.test").await;
        assert_eq!(flow::agree(&s.app, &tomas, id, yes.clone()).await.unwrap_err().code, "offers.no_offer", "not theirs");
        assert_eq!(s.offer(id).await.state, State::Draft, "nothing was written");

        let first = flow::agree(&s.app, &rasa, id, yes.clone()).await.unwrap();
        let second = flow::agree(&s.app, &rasa, id, yes.clone()).await.unwrap();
        assert_eq!(first.order, second.order, "the same form twice is one order");
        let another = Said { key: "k3".into(), ..yes.clone() };
        assert_eq!(flow::agree(&s.app, &rasa, id, another).await.unwrap_err().code, "offers.wrong_state");
        assert_eq!(counted(&s, "select count(*) from sales_order").await, 1);

        let placed = order(&s, first.order.unwrap()).await;
        assert_eq!((placed.gross, placed.lines.len(), placed.origin.as_str()), (yes.seen, 2, "office"));
        assert_eq!(crate::flows::payments::due(s.app.reader(), placed.id).await.unwrap().ask, Money::eur(100_00), "the deposit");
        let offer = s.offer(id).await;
        assert_eq!((offer.state, offer.order, offer.sent_at, offer.token), (State::Ordered, Some(placed.id), None, None));
        assert_eq!(offer.number.as_deref(), Some("KP-2026-000001"));
        let kept = offers::acceptance(s.app.reader(), id).await.unwrap().unwrap();
        assert_eq!(
            (kept.evidence.how, kept.evidence.by.as_str(), kept.evidence.note.as_str()),
            (How::Phone, "Rasa", "Skambino 12:05")
        );
        assert_eq!(kept.hash, offers::version(s.app.reader(), id, 1).await.unwrap().hash, "what was agreed is frozen");
        assert_eq!(s.history().await, ["order.placed"], "no offer was sent, and none is told of");
        assert_eq!((s.tasks(TaskKind::OrderReview).await, s.tasks(TaskKind::FollowUp).await), (1, 0));

        s.work().await;
        let letters = s.letters();
        assert!(letters.iter().any(|l| l.subject.contains(&placed.number)), "the confirmation goes out");
        assert!(letters.iter().all(|l| !l.subject.contains("KP-2026")), "no offer was sent");
        let offer_pdf = offers::acceptance(s.app.reader(), id).await.unwrap().unwrap().pdf;
        assert!(offer_pdf.is_some(), "the certificate is set");
        let set = s.pressed().into_iter().rfind(|set| set["certificate"].is_object()).unwrap();
        let certificate = set["certificate"].to_string();
        assert!(certificate.contains("Skambino 12:05") && certificate.contains("Rasa"), "{certificate}");
    }
}

#[tokio::test]
async fn a_paper_accepts_what_was_sent_and_not_what_is_being_written() {
    for (fresh, s) in shops().await {
        let table = s.goods("TA-1", 1).await;
        let table_id = table.id;
        let (id, token) = s.sent(vec![table]).await;
        flow::revise(&s.app, &SYSTEM, id).await.unwrap();
        let patch = Patch { qty: Some(Qty::pieces(5)), ..Patch::default() };
        s.edit(&SYSTEM, id, vec![Edit::Set(table_id, Box::new(patch))]).await.unwrap();
        let yes = said(&s, &SYSTEM, id, How::Paper, None).await;
        assert_eq!(yes.seen, Money::eur(299_00 + 49_00), "{}: the version that was sent stands", fresh.name);
        let done = flow::agree(&s.app, &SYSTEM, id, yes.clone()).await.unwrap();
        assert_eq!(order(&s, done.order.unwrap()).await.gross, yes.seen);
        assert_eq!(s.history().await, ["offer.sent", "order.placed", "offer.accepted"]);
        assert_eq!(s.tasks(TaskKind::FollowUp).await, 0);
        let page = flow::page(&s.app, &token, None).await.unwrap();
        assert_eq!(page.acceptance.unwrap().evidence.how, How::Paper);
        let consent = s.consent(&token, None).await;
        let late = flow::accept(&s.app, &Actor::Guest, &token, (consent, "Užsakyti")).await.map(|a| a.order);
        assert!(late.is_err() || late.unwrap() == done.order, "there is one order, whoever says yes again");
        assert_eq!(counted(&s, "select count(*) from sales_order").await, 1);
    }
}

#[tokio::test]
async fn below_the_floor_and_beyond_the_stock_no_order_is_made() {
    for (fresh, s) in shops().await {
        let rasa = hired(&s, Role::Manager, "rasa@demo.test").await;
        let (_, variant) = crate::flows::counter::find(&s.app, "TA-1").await;
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        crate::pricing::set_cost(&tx, variant, Some(Money::eur(200_00))).await.unwrap();
        tx.commit().await.unwrap();
        let table = s.goods("TA-1", 1).await;
        let table_id = table.id;
        let id = s.begin(&rasa, vec![table]).await;
        let cheap = Patch { off: Some(Some(Off::Sum(150_00))), ..Patch::default() };
        s.edit(&rasa, id, vec![Edit::Set(table_id, Box::new(cheap))]).await.unwrap();
        let yes = said(&s, &rasa, id, How::InPerson, None).await;
        assert_eq!(flow::agree(&s.app, &rasa, id, yes.clone()).await.unwrap_err().code, "offers.below_floor", "{}", fresh.name);
        flow::approve(&s.app, &SYSTEM, id).await.unwrap();
        assert!(flow::agree(&s.app, &rasa, id, yes).await.unwrap().order.is_some(), "approved as for sending");

        // Three chairs are there. On the phone it can be told at once; nothing stays behind.
        let chairs = s.goods("KE-1", 5).await;
        let id = s.begin(&rasa, vec![chairs]).await;
        let before = counted(&s, "select count(*) from offer_version").await;
        let yes = said(&s, &rasa, id, How::Phone, None).await;
        let refused: Fault = flow::agree(&s.app, &rasa, id, yes.clone()).await.unwrap_err();
        assert_eq!(refused.code, "offers.out_of_stock");
        assert_eq!(s.offer(id).await.state, State::Draft);
        assert_eq!(counted(&s, "select count(*) from offer_version").await, before);
        let row = s.offer(id).await.content.items().next().unwrap().id;
        let fewer = Patch { qty: Some(Qty::pieces(3)), ..Patch::default() };
        s.edit(&rasa, id, vec![Edit::Set(row, Box::new(fewer))]).await.unwrap();
        let less = Said { seen: Money::eur(3 * 80_00 + 49_00), ..yes };
        assert!(flow::agree(&s.app, &rasa, id, less).await.unwrap().order.is_some(), "a refusal leaves its key free");
    }
}
