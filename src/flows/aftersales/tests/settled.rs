//! Goods and money: to the cent, never more than was delivered or invoiced.

use super::*;
use crate::{
    aftersales::{Outcome, State},
    documents,
    flows::aftersales::Doing,
};

impl Shop {
    fn doing(&self, remedy: Remedy, amount: Option<i64>, delivery: bool) -> Doing {
        Doing { remedy, amount: amount.map(Money::eur), delivery, text: "Grąžiname.".into(), key: self.key() }
    }

    async fn outcome(&self, id: CaseId) -> Outcome {
        aftersales::outcomes(self.app.reader(), id).await.unwrap().pop().unwrap()
    }

    /// A withdrawal from so many of the first line, gone through to its refund.
    async fn withdrawn(&self, order: &OrderView, pieces: i64, delivery: bool) -> Case {
        let case = self.filed(Kind::Withdrawal, order, pieces).await;
        self.approve(case.id).await;
        self.came(case.id, pieces).await.unwrap();
        self.inspected(case.id, pieces, 0).await.unwrap();
        flow::resolve(&self.app, &SYSTEM, case.id, self.doing(Remedy::Refund, None, delivery)).await.unwrap();
        self.case(case.id).await
    }

    async fn due(&self, order: OrderId) -> (i64, i64) {
        let account = sales::account(self.app.reader(), order).await.unwrap();
        (account.credited, account.refunded)
    }
}

#[tokio::test]
async fn a_withdrawal_goes_through_to_the_shelf_the_credit_note_and_the_money() {
    for (fresh, s) in shops().await {
        let order = s.bought(3, 1).await;
        let before = s.on_hand("LA-1").await;
        let case = s.filed(Kind::Withdrawal, &order, 2).await;
        s.approve(case.id).await;
        let money_due = s.tasks(TaskKind::Withdrawal).await;
        assert_eq!((money_due.len(), money_due[0].due_at), (1, case.refund_by.unwrap()), "{}", fresh.name);
        flow::dispatched(&s.app, &GUEST, &case.token, ("DPD", "05807")).await.unwrap();
        assert_eq!(s.came(case.id, 3).await.unwrap_err().code, "aftersales.more_than_declared");
        s.came(case.id, 2).await.unwrap();
        assert_eq!(s.tasks(TaskKind::Goods).await.len(), 1);
        assert_eq!(s.inspected(case.id, 2, 1).await.unwrap_err().code, "aftersales.more_than_received");
        s.inspected(case.id, 1, 1).await.unwrap();
        assert_eq!(s.on_hand("LA-1").await, before + 1, "one on the shelf, one thrown away");
        let doing = s.doing(Remedy::Refund, None, false);
        flow::resolve(&s.app, &SYSTEM, case.id, doing.clone()).await.unwrap();
        flow::resolve(&s.app, &SYSTEM, case.id, doing).await.unwrap();
        let outcome = s.outcome(case.id).await;
        assert_eq!(outcome.amount, Some(Money::eur(2 * 19_99)), "two of three lamps at their own price");
        assert_eq!(outcome.document_number, "VITK-000001");
        assert_eq!(s.due(order.id).await, (2 * 19_99, 0));
        let note = documents::paper(s.app.reader(), outcome.document.unwrap()).await.unwrap().0;
        note.adds_up().unwrap();
        assert_eq!((note.lines.len(), note.lines[0].qty, note.gross), (1, Qty::pieces(2), Money::eur(39_98)));
        assert_eq!(flow::refund(&s.app, &SYSTEM, case.id).await.unwrap(), Money::eur(39_98));
        assert_eq!(s.due(order.id).await, (2 * 19_99, 2 * 19_99));
        assert_eq!(flow::refund(&s.app, &SYSTEM, case.id).await.unwrap_err().code, "aftersales.sum", "money goes back once");
        assert!(s.tasks(TaskKind::Withdrawal).await.is_empty() && s.tasks(TaskKind::Goods).await.is_empty());
        flow::rate(&s.app, &GUEST, &case.token, flow::Rating { stars: 5, note: "Greitai".into() }).await.unwrap();
        flow::close(&s.app, &SYSTEM, case.id).await.unwrap();
        let kinds: Vec<_> = aftersales::papers(s.app.reader(), case.id).await.unwrap().iter().map(|p| p.number.clone()).collect();
        assert_eq!(kinds, ["ATS-2026-000001/1", "ATS-2026-000001/2", "ATS-2026-000001/3", "ATS-2026-000001/4"]);
        s.work().await;
        s.whole(fresh.name).await;
    }
}

#[tokio::test]
async fn credits_of_an_order_are_its_invoice_whatever_comes_back_in_whatever_order() {
    for (fresh, s) in shops().await {
        let order = s.bought(3, 0).await;
        let one = s.withdrawn(&order, 1, false).await;
        let two = s.withdrawn(&order, 1, false).await;
        let three = s.withdrawn(&order, 1, true).await;
        let mut sum = 0;
        for case in [&one, &two, &three] {
            sum += s.outcome(case.id).await.amount.unwrap().minor;
        }
        assert_eq!(sum, order.gross.minor, "{}: the last takes what is left, and the delivery", fresh.name);
        assert_eq!(s.due(order.id).await.0, order.gross.minor);
        let none = s.declare(Kind::Withdrawal, &order, 1).await.unwrap_err();
        assert_eq!(none.code, "aftersales.declared");
        s.whole(fresh.name).await;
    }
}

#[tokio::test]
async fn no_more_comes_back_than_left_the_house() {
    for (fresh, s) in shops().await {
        let order = s.order(3, 0).await;
        s.ship(order.id, vec![(order.lines[0].id, Qty::pieces(1))]).await;
        let case = s.filed(Kind::Withdrawal, &order, 3).await;
        s.approve(case.id).await;
        let more = s.came(case.id, 2).await.unwrap_err();
        assert_eq!((more.code, more.field.as_deref()), ("aftersales.more_than_delivered", Some("items.0.qty")), "{}", fresh.name);
        assert_eq!(s.case(case.id).await.state, State::Approved, "nothing of it was kept");
        s.came(case.id, 1).await.unwrap();
    }
}

#[tokio::test]
async fn two_cases_receive_the_last_piece_once() {
    for (fresh, s) in shops().await {
        let order = s.order(2, 0).await;
        s.ship(order.id, vec![(order.lines[0].id, Qty::pieces(1))]).await;
        let (one, two) = (s.filed(Kind::Withdrawal, &order, 1).await, s.filed(Kind::Complaint, &order, 1).await);
        s.approve(one.id).await;
        s.approve(two.id).await;
        let s = Arc::new(s);
        let tries: Vec<_> = [one.id, two.id]
            .map(|id| {
                let s = s.clone();
                tokio::spawn(async move { s.came(id, 1).await.map_err(|f| f.code) })
            })
            .into_iter()
            .collect();
        let mut answers = Vec::new();
        for one in tries {
            answers.push(one.await.unwrap());
        }
        answers.sort_by_key(Result::is_err);
        assert_eq!(answers, [Ok(()), Err("aftersales.more_than_delivered")], "{}", fresh.name);
    }
}

#[tokio::test]
async fn a_lower_price_is_said_and_never_more_than_the_goods_cost() {
    for (fresh, s) in shops().await {
        let order = s.bought(0, 1).await;
        let case = s.filed(Kind::Complaint, &order, 1).await;
        s.approve(case.id).await;
        for wrong in [None, Some(299_01), Some(0)] {
            let refused = flow::resolve(&s.app, &SYSTEM, case.id, s.doing(Remedy::PriceReduction, wrong, false)).await;
            assert_eq!(refused.unwrap_err().code, "aftersales.sum", "{} {wrong:?}", fresh.name);
        }
        flow::resolve(&s.app, &SYSTEM, case.id, s.doing(Remedy::PriceReduction, Some(50_00), false)).await.unwrap();
        assert_eq!(s.outcome(case.id).await.amount, Some(Money::eur(50_00)));
        assert_eq!(s.due(order.id).await.0, 50_00);
        assert_eq!(flow::refundable(&s.app, &SYSTEM, case.id).await.unwrap(), Some(Money::eur(50_00)));
        // The table stays with the customer, who can complain about it again.
        s.declare(Kind::Complaint, &order, 1).await.unwrap();
        s.whole(fresh.name).await;
    }
}

#[tokio::test]
async fn of_an_order_that_nobody_paid_nothing_goes_back_and_nobody_is_reminded() {
    for (fresh, s) in shops().await {
        let order = s.order(1, 0).await;
        s.ship(order.id, Vec::new()).await;
        let case = s.withdrawn(&order, 1, true).await;
        assert!(case.refunded_at.is_some() && !case.owes_money(), "{}", fresh.name);
        assert!(s.tasks(TaskKind::Withdrawal).await.is_empty());
        s.later(s.app.now().plus_days(20));
        flow::watch(&s.app).await.unwrap();
        let case = s.case(case.id).await;
        assert_eq!((case.escalated, case.state), (0, State::Closed), "{}", fresh.name);
    }
}

#[tokio::test]
async fn a_replacement_is_an_order_that_costs_nothing() {
    for (fresh, s) in shops().await {
        let order = s.bought(0, 1).await;
        let before = s.on_hand("TA-1").await;
        let case = s.filed(Kind::Complaint, &order, 1).await;
        s.approve(case.id).await;
        let key = s.key();
        let made = flow::replace(&s.app, &SYSTEM, case.id, ("Siunčiame naują.", &key)).await.unwrap();
        assert_eq!(flow::replace(&s.app, &SYSTEM, case.id, ("Siunčiame naują.", &key)).await.unwrap(), made);
        let new = s.read(made).await;
        assert_eq!((new.gross, new.lines.len(), new.state), (Money::eur(0), 1, sales::State::Confirmed), "{}", fresh.name);
        assert_eq!(s.outcome(case.id).await.order, Some(made));
        s.ship(made, Vec::new()).await;
        assert_eq!(s.on_hand("TA-1").await, before - 1);
        s.work().await;
        s.whole(fresh.name).await;
    }
}

#[tokio::test]
async fn what_was_refused_can_be_declared_again_and_what_is_over_is_closed_by_itself() {
    for fresh in testing::databases().await {
        let s = Shop::open(&fresh).await;
        let order = s.bought(1, 0).await;
        let case = s.filed(Kind::Complaint, &order, 1).await;
        let told = Told { text: "Trūkumo neradome.".into(), reason: "no_defect".into(), ..Told::default() };
        flow::reject(&s.app, &SYSTEM, case.id, told).await.unwrap();
        let other = s.filed(Kind::Complaint, &order, 1).await;
        let busy = flow::reopen(&s.app, &SYSTEM, case.id, "Klientas nesutinka").await.unwrap_err();
        assert_eq!(busy.code, "aftersales.declared", "{}", fresh.name);
        flow::take_back(&s.app, &GUEST, &other.token).await.unwrap();
        flow::take_back(&s.app, &GUEST, &other.token).await.unwrap();
        flow::reopen(&s.app, &SYSTEM, case.id, "Klientas nesutinka").await.unwrap();
        let again = s.case(case.id).await;
        assert_eq!((again.state, again.answered_at, again.closed_at), (State::Submitted, None, None));
        s.approve(case.id).await;
        flow::resolve(&s.app, &SYSTEM, case.id, s.doing(Remedy::Repair, None, false)).await.unwrap();
        s.later(s.app.now().plus_days(15));
        flow::watch(&s.app).await.unwrap();
        assert_eq!(s.case(case.id).await.state, State::Closed);
        let scope = SYSTEM.scope(Right::CasesRead).unwrap();
        let query = aftersales::ReportQuery { since: order.placed_at, until: s.app.now() };
        let worst = desk::worst(s.app.reader(), &scope, query, aftersales::By::Product).await.unwrap();
        assert_eq!((worst.len(), worst[0].cases, worst[0].sold), (1, 2, Qty::pieces(1)));
        assert!(desk::worst(s.app.reader(), &scope, query, aftersales::By::Batch).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_recall_finds_every_buyer() {
    for (fresh, s) in shops().await {
        let order = s.bought(2, 0).await;
        s.bought(0, 1).await;
        let recall = aftersales::Recall {
            id: crate::kernel::RecallId(uuid::Uuid::nil()),
            title: "Lempų laidai".into(),
            product: counter::find(&s.app, "LA-1").await.0,
            batch: "L-77".into(),
            since: None,
            until: None,
            note: String::new(),
            created_at: s.app.now(),
        };
        let id = flow::save(&s.app, &SYSTEM, recall).await.unwrap();
        let found = flow::buyers(&s.app, &SYSTEM, id).await.unwrap();
        assert_eq!((found.len(), found[0].number.as_str()), (1, order.number.as_str()), "{}: no batch is no proof", fresh.name);
        flow::drop(&s.app, &SYSTEM, id).await.unwrap();
        assert_eq!(flow::buyers(&s.app, &SYSTEM, id).await.unwrap_err().code, "aftersales.no_recall");
    }
}
