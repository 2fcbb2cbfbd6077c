//! Who gets the work, by when, and what the history says; on every engine.

use std::collections::BTreeMap;

use super::*;
use crate::{
    access::{self, NewStaff},
    catalog::{self, NewCategory},
    kernel::{
        Actor, App, CategoryId, Currency, Locale, Money, OrderId, Origin, PartyId, Right, Role, StaffActor, Tx, UserId, testing,
    },
    parties::{self, Contact},
};

async fn hire(tx: &Tx, name: &str, role: Role) -> UserId {
    let email = format!("{name}@example.lt");
    let new = NewStaff { email, name: name.into(), role, locale: Locale::LT, password_hash: "-".into() };
    access::create_staff(tx, new).await.unwrap()
}

async fn team(app: &App, names: &[&str]) -> Vec<UserId> {
    let tx = app.begin(&Actor::System).await.unwrap();
    hire(&tx, "owner", Role::Owner).await;
    let mut all = Vec::new();
    for name in names {
        all.push(hire(&tx, name, Role::Manager).await);
    }
    tx.commit().await.unwrap();
    all
}

async fn guest(tx: &Tx, email: &str) -> PartyId {
    parties::resolve(tx, Contact::person("Ona", email, Locale::LT), Origin::Shop).await.unwrap().party
}

fn placed(tx: &Tx, party: PartyId, categories: Vec<CategoryId>) -> Touch {
    let total = Money { minor: 129_900, currency: Currency::EUR };
    Touch::OrderPlaced {
        order: OrderId::new(tx),
        party,
        number: "UZS-2026-000001".into(),
        total,
        categories,
        origin: Origin::Shop,
    }
}

fn everything(right: Right) -> crate::kernel::Scope {
    Actor::System.scope(right).unwrap()
}

#[tokio::test]
async fn an_order_makes_history_and_a_task_for_the_customers_manager() {
    for db in testing::databases().await {
        let app = db.app();
        let managers = team(&app, &["rasa", "tomas"]).await;
        let tx = app.begin(&Actor::Guest).await.unwrap();
        let party = guest(&tx, "ona@b.lt").await;
        let first = record(&tx, placed(&tx, party, vec![])).await.unwrap();
        assert_eq!(first.manager, Some(managers[0]), "{}", db.name);
        // The next order of the same customer stays with the same manager and spends no turn.
        assert_eq!(record(&tx, placed(&tx, party, vec![])).await.unwrap().manager, Some(managers[0]));
        let another = guest(&tx, "b@b.lt").await;
        assert_eq!(record(&tx, placed(&tx, another, vec![])).await.unwrap().manager, Some(managers[1]));
        tx.commit().await.unwrap();

        let page = timeline(app.reader(), &everything(Right::CustomersRead), party, None).await.unwrap();
        assert_eq!(page.rows.iter().map(|r| r.code.as_str()).collect::<Vec<_>>(), ["order.placed"; 2]);
        assert_eq!(page.rows[0].args["number"], "UZS-2026-000001");
        let actor = Actor::Staff(StaffActor::new(managers[0], "Rasa", Role::Manager));
        let day = my_day(app.reader(), &actor.scope(Right::TasksRead).unwrap(), None, app.now()).await.unwrap();
        assert_eq!((day.overdue_count, day.today_count, day.next_count), (0, 2, 0), "{}", db.name);
        let task = &day.today[0];
        assert_eq!((task.kind, task.about.as_deref()), (TaskKind::OrderReview, Some("UZS-2026-000001")));
        assert_eq!(task.due_at, app.now().plus_hours(4));
        let view = parties::customer(app.reader(), &everything(Right::CustomersRead), party).await.unwrap();
        assert_eq!(view.stage, parties::Stage::Customer);
    }
}

#[tokio::test]
async fn turns_are_fair_under_concurrency() {
    for db in testing::databases().await {
        let app = db.app();
        team(&app, &["rasa", "tomas", "ieva"]).await;
        let mut running = tokio::task::JoinSet::new();
        for i in 0..30 {
            let app = app.clone();
            running.spawn(async move {
                let tx = app.begin(&Actor::Guest).await.unwrap();
                let party = guest(&tx, &format!("g{i}@b.lt")).await;
                let manager = record(&tx, placed(&tx, party, vec![])).await.unwrap().manager.unwrap();
                tx.commit().await.unwrap();
                manager
            });
        }
        let mut shares: BTreeMap<UserId, u32> = BTreeMap::new();
        while let Some(manager) = running.join_next().await {
            *shares.entry(manager.unwrap()).or_default() += 1;
        }
        assert_eq!(shares.into_values().collect::<Vec<_>>(), [10, 10, 10], "{}", db.name);
    }
}

#[tokio::test]
async fn a_category_has_its_manager_and_spends_no_turn() {
    for db in testing::databases().await {
        let app = db.app();
        let managers = team(&app, &["rasa", "tomas"]).await;
        let tx = app.begin(&Actor::System).await.unwrap();
        let new = |code: &str| NewCategory::new(code, Locale::LT, code);
        let roots = catalog::add_categories(&tx, Locale::LT, vec![new("stalai"), new("lempos")]).await.unwrap();
        let below = catalog::add_categories(&tx, Locale::LT, vec![new("virtuves").below(roots[0])]).await.unwrap();
        let (tables, lamps): (CategoryId, CategoryId) = (below[0], roots[1]);
        set_category_manager(&tx, roots[0], Some(managers[1])).await.unwrap();
        let mut drawn = Vec::new();
        for (i, categories) in [vec![lamps, tables], vec![lamps], vec![tables], vec![]].into_iter().enumerate() {
            let party = guest(&tx, &format!("g{i}@b.lt")).await;
            drawn.push(record(&tx, placed(&tx, party, categories)).await.unwrap().manager.unwrap());
        }
        assert_eq!(drawn, [managers[1], managers[0], managers[1], managers[1]], "{}", db.name);
        // Whoever left gets nothing, from a category either.
        access::set_active(&tx, managers[1], false).await.unwrap();
        let party = guest(&tx, "late@b.lt").await;
        assert_eq!(record(&tx, placed(&tx, party, vec![tables])).await.unwrap().manager, Some(managers[0]), "{}", db.name);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn the_owner_stands_in_and_an_empty_office_loses_nothing() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let party = guest(&tx, "a@b.lt").await;
        let alone = record(&tx, placed(&tx, party, vec![])).await.unwrap();
        assert_eq!((alone.manager, alone.task.is_some()), (None, true), "{}", db.name);
        let owner = hire(&tx, "owner", Role::Owner).await;
        assert_eq!(record(&tx, placed(&tx, party, vec![])).await.unwrap().manager, Some(owner), "{}", db.name);
        tx.commit().await.unwrap();
        let filter = TaskFilter { unassigned: true, ..Default::default() };
        let query = TaskQuery { filter, ..Default::default() };
        let waiting = tasks(app.reader(), &everything(Right::TasksRead), &query, app.now()).await.unwrap();
        assert_eq!(waiting.rows.len(), 1);
    }
}

#[tokio::test]
async fn done_plans_the_next_step_and_undo_takes_both_back() {
    for db in testing::databases().await {
        let app = db.app();
        let managers = team(&app, &["rasa"]).await;
        let tx = app.begin(&Actor::System).await.unwrap();
        let party = guest(&tx, "a@b.lt").await;
        let task = record(&tx, placed(&tx, party, vec![])).await.unwrap().task.unwrap();
        let next = || Some(Next { kind: TaskKind::Call, due_at: tx.now().plus_days(2), about: None });
        let done = finish_task(&tx, task, " Susitarta ", next()).await.unwrap();
        assert!(finish_task(&tx, task, "again", None).await.is_err(), "{}", db.name);
        let scope = everything(Right::TasksRead);
        let follow = super::task(&tx, &scope, done.next.unwrap(), tx.now()).await.unwrap();
        assert_eq!((follow.assignee, follow.about.as_deref()), (Some(managers[0]), Some("UZS-2026-000001")));
        let history = timeline(&tx, &everything(Right::CustomersRead), party, None).await.unwrap();
        assert_eq!(history.rows[0].note.as_deref(), Some("Susitarta"));

        undo_task(&tx, task).await.unwrap();
        assert!(super::task(&tx, &scope, done.next.unwrap(), tx.now()).await.is_err());
        assert_eq!(super::task(&tx, &scope, task, tx.now()).await.unwrap().state, "open");
        let history = timeline(&tx, &everything(Right::CustomersRead), party, None).await.unwrap();
        assert_eq!(history.rows.len(), 1, "{}", db.name);

        // A next step that was done already holds its predecessor.
        let done = finish_task(&tx, task, "", next()).await.unwrap();
        finish_task(&tx, done.next.unwrap(), "", None).await.unwrap();
        assert!(undo_task(&tx, task).await.is_err());
    }
}

#[tokio::test]
async fn confirming_an_order_settles_its_review() {
    for db in testing::databases().await {
        let app = db.app();
        team(&app, &["rasa"]).await;
        let tx = app.begin(&Actor::System).await.unwrap();
        let party = guest(&tx, "a@b.lt").await;
        let touch = placed(&tx, party, vec![]);
        let Touch::OrderPlaced { order, number, .. } = touch.clone() else { unreachable!() };
        let task = record(&tx, touch).await.unwrap().task.unwrap();
        record(&tx, Touch::OrderConfirmed { order, party, number }).await.unwrap();
        let task = super::task(&tx, &everything(Right::TasksRead), task, tx.now()).await.unwrap();
        assert_eq!((task.state.as_str(), task.result.as_deref()), ("done", Some("confirmed")), "{}", db.name);
    }
}

#[tokio::test]
async fn who_leaves_hands_the_work_on_in_even_shares() {
    for db in testing::databases().await {
        let app = db.app();
        let managers = team(&app, &["rasa", "tomas", "ieva"]).await;
        let tx = app.begin(&Actor::System).await.unwrap();
        let party = guest(&tx, "a@b.lt").await;
        for i in 0..7 {
            let about = Some(i.to_string());
            let due_at = tx.now().plus_days(i);
            let new = NewTask { party, kind: TaskKind::Call, about, subject: None, due_at, assignee: Some(managers[0]) };
            add_task(&tx, new).await.unwrap();
        }
        access::set_active(&tx, managers[0], false).await.unwrap();
        assert_eq!(hand_over(&tx, managers[0], None).await.unwrap(), 7);
        let mut shares = Vec::new();
        for manager in &managers {
            let filter = TaskFilter { assignee: Some(*manager), ..Default::default() };
            let query = TaskQuery { filter, ..Default::default() };
            shares.push(tasks(&tx, &everything(Right::TasksRead), &query, tx.now()).await.unwrap().rows.len());
        }
        assert_eq!(shares, [0, 4, 3], "{}", db.name);
        let gone =
            NewTask { party, kind: TaskKind::Call, about: None, subject: None, due_at: tx.now(), assignee: Some(managers[0]) };
        assert!(add_task(&tx, gone).await.is_err());
    }
}

#[tokio::test]
async fn an_inquiry_takes_only_the_steps_of_its_table() {
    for db in testing::databases().await {
        let app = db.app();
        team(&app, &["rasa"]).await;
        for from in INQUIRY_STATES {
            for to in INQUIRY_STATES {
                let tx = app.begin(&Actor::System).await.unwrap();
                let party = guest(&tx, "a@b.lt").await;
                let new = NewInquiry {
                    party,
                    about: None,
                    text: "Ar galite padaryti 2,4 m ilgio?".into(),
                    customer_ref: None,
                    locale: Locale::LT,
                    origin: Origin::Shop,
                };
                let id = take_inquiry(&tx, new).await.unwrap().id;
                match from {
                    InquiryState::New => {}
                    InquiryState::Answered => answer_inquiry(&tx, id, None).await.unwrap(),
                    InquiryState::Closed => close_inquiry(&tx, id, "ne mums").await.unwrap(),
                }
                let stepped = match to {
                    InquiryState::New => reopen_inquiry(&tx, id).await,
                    InquiryState::Answered => answer_inquiry(&tx, id, None).await,
                    InquiryState::Closed => close_inquiry(&tx, id, "baigta").await,
                };
                let allowed = TRANSITIONS.contains(&(*from, *to));
                assert_eq!(stepped.is_ok(), allowed, "{}: {from:?} → {to:?}", db.name);
                let view = inquiry(&tx, &everything(Right::InquiriesRead), id, tx.now()).await.unwrap();
                assert_eq!(view.row.state, if allowed { *to } else { *from });
                assert_eq!(view.changes.len(), usize::from(*from != InquiryState::New) + usize::from(allowed));
            }
        }
    }
}

#[tokio::test]
async fn inquiries_are_found_by_number_and_by_customer() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let contact = Contact::person("Šarūnė Žvirblė", "s@b.lt", Locale::LT);
        let party = parties::resolve(&tx, contact, Origin::Shop).await.unwrap().party;
        let other = guest(&tx, "a@b.lt").await;
        let mut numbers = Vec::new();
        for party in [party, other] {
            let new = NewInquiry {
                party,
                about: None,
                text: "Klausimas".into(),
                customer_ref: None,
                locale: Locale::LT,
                origin: Origin::Shop,
            };
            numbers.push(take_inquiry(&tx, new).await.unwrap().number);
        }
        tx.commit().await.unwrap();
        for (search, expected) in [("zvirb", 0), (numbers[1].as_str(), 1)] {
            let filter = InquiryFilter { search: Some(search.to_lowercase()), ..Default::default() };
            let query = InquiryQuery { filter, ..Default::default() };
            let page = inquiries(app.reader(), &everything(Right::InquiriesRead), &query).await.unwrap();
            let found: Vec<&str> = page.rows.iter().map(|r| r.number.as_str()).collect();
            assert_eq!(found, [numbers[expected].as_str()], "{}: {search}", db.name);
        }
    }
}
