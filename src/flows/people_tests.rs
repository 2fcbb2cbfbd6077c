//! People's ways through the shop, each in one transaction; on every engine.

use super::{
    accounts::{self, LinkRequest, SignIn},
    inquiries::{self, InquiryForm},
    staff::{self, NewUser},
    work,
};
use crate::{
    access::{self, KeyKind, NewKey},
    crm::{self, InquiryQuery, Next, TaskKind, TaskQuery},
    kernel::{Actor, App, ChannelId, Kind, Locale, Origin, PartyId, Right, Role, StaffActor, UserId, db, testing},
    parties::{self, Contact, CustomerQuery},
};

async fn hired(app: &App, email: &str, role: Role) -> Actor {
    let new =
        NewUser { email: email.into(), name: email.into(), role, locale: Locale::LT, password: Some("ąžuolo stalas 4".into()) };
    let user = staff::create(app, &Actor::System, new).await.unwrap().user;
    Actor::Staff(StaffActor::new(user, email, role))
}

fn asked(email: &str, key: &str) -> InquiryForm {
    InquiryForm {
        contact: Contact::person("Ona", email, Locale::LT),
        text: "Ar darote 2,4 m stalus?".into(),
        customer_ref: None,
        product: None,
        channel: ChannelId(uuid::Uuid::nil()),
        origin: Origin::Shop,
        trap: String::new(),
        address: "192.0.2.1".into(),
        key: key.into(),
    }
}

async fn count(app: &App, table: &str) -> i64 {
    db::scalar(app.reader(), &format!("select count(*) from {table}"), vec![]).await.unwrap().unwrap()
}

/// The token of the last login link, from the letter that carries it.
async fn mailed_token(app: &App) -> String {
    let sql = "select data from letter where template = 'login_link' order by id desc limit 1";
    let data: String = db::scalar(app.reader(), sql, vec![]).await.unwrap().unwrap();
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["minutes"], 30);
    data["link"].as_str().unwrap().strip_prefix("/lt/account/link?token=").unwrap().to_owned()
}

async fn come_in(app: &App, email: &str) -> accounts::SignedIn {
    let request = LinkRequest {
        email: email.into(),
        locale: Locale::LT,
        goto: Some("/lt/account".into()),
        page: "/lt/account/link?token=".into(),
        address: "192.0.2.1".into(),
    };
    accounts::request_link(app, request).await.unwrap();
    accounts::use_link(app, &mailed_token(app).await, "Firefox").await.unwrap()
}

#[tokio::test]
async fn an_inquiry_is_one_commit_and_the_same_form_never_makes_a_second() {
    for db in testing::databases().await {
        let app = db.app();
        hired(&app, "rasa@b.lt", Role::Manager).await;
        let first = inquiries::take(&app, &Actor::Guest, asked("ona@b.lt", "k1")).await.unwrap();
        assert_eq!(first.number.as_deref(), Some("UZK-2026-000001"), "{}", db.name);
        let mut sending = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let app = app.clone();
            sending.spawn(async move { inquiries::take(&app, &Actor::Guest, asked("ona@b.lt", "k1")).await.unwrap() });
        }
        while let Some(again) = sending.join_next().await {
            let again = again.unwrap();
            assert!(again.before && again.number == first.number);
        }
        for (table, rows) in [("inquiry", 1), ("party", 1), ("crm_timeline", 1), ("crm_task", 1), ("letter", 1), ("job", 1)] {
            assert_eq!(count(&app, table).await, rows, "{}: {table}", db.name);
        }
        let scope = Actor::System.scope(Right::InquiriesRead).unwrap();
        let row = &crm::inquiries(app.reader(), &scope, &InquiryQuery::default()).await.unwrap().rows[0];
        let view = crm::inquiry(app.reader(), &scope, row.id, app.now()).await.unwrap();
        assert_eq!((view.tasks.len(), view.tasks[0].kind), (1, TaskKind::Call));

        // What falls into the trap is thanked and forgotten; what is wrong leaves no trace.
        let mut robot = asked("robot@b.lt", "k2");
        robot.trap = "http://".into();
        assert_eq!(inquiries::take(&app, &Actor::Guest, robot).await.unwrap().number, None);
        let mut empty = asked("ona@b.lt", "k3");
        empty.text = "  ".into();
        assert_eq!(inquiries::take(&app, &Actor::Guest, empty).await.unwrap_err().kind, Kind::Invalid);
        assert_eq!((count(&app, "party").await, count(&app, "idempotency").await), (1, 1), "{}", db.name);
    }
}

#[tokio::test]
async fn one_address_cannot_flood_the_office() {
    for db in testing::databases().await {
        let app = db.app();
        let mut taken = 0;
        for i in 0..14 {
            match inquiries::take(&app, &Actor::Guest, asked("ona@b.lt", &format!("k{i}"))).await {
                Ok(_) => taken += 1,
                Err(fault) => assert_eq!(fault.kind, Kind::TooMany),
            }
        }
        assert_eq!((taken, count(&app, "inquiry").await), (10, 10), "{}", db.name);
    }
}

#[tokio::test]
async fn a_link_proves_the_address_and_brings_the_history_together() {
    for db in testing::databases().await {
        let app = db.app();
        hired(&app, "rasa@b.lt", Role::Manager).await;
        for key in ["k1", "k2"] {
            inquiries::take(&app, &Actor::Guest, asked("ona@b.lt", key)).await.unwrap();
        }
        let came = come_in(&app, "Ona@b.lt ").await;
        assert_eq!((came.joined, came.goto.as_deref()), (1, Some("/lt/account")), "{}", db.name);
        assert!(accounts::use_link(&app, &mailed_token(&app).await, "").await.is_err());

        let scope = Actor::System.scope(Right::CustomersRead).unwrap();
        let page = parties::list(app.reader(), &scope, &CustomerQuery::default()).await.unwrap();
        assert_eq!(page.rows.iter().map(|r| (r.id, r.likely)).collect::<Vec<_>>(), [(came.party, false)]);
        let history = crm::timeline(app.reader(), &scope, came.party, None).await.unwrap();
        let mut codes: Vec<&str> = history.rows.iter().map(|r| r.code.as_str()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["inquiry.taken", "inquiry.taken", "records.joined_by_proof"], "{}", db.name);

        let session = access::session(app.reader(), &came.session.token, app.now()).await.unwrap().unwrap();
        let herself = session.actor();
        assert_eq!(herself, Actor::Customer(came.party));
        accounts::set_password(&app, &herself, &session, "lempa prie stalo".into()).await.unwrap();
        let form = |password: &str| SignIn {
            email: "ona@b.lt".into(),
            password: password.into(),
            address: "192.0.2.1".into(),
            agent: String::new(),
        };
        assert_eq!(accounts::sign_in(&app, form("lempa prie stalo")).await.unwrap().party, came.party);
        assert_eq!(accounts::sign_in(&app, form("wrong")).await.unwrap_err().code, "access.sign_in_failed");

        let data = accounts::export(&app, &herself).await.unwrap();
        assert_eq!(data["history"]["inquiries"].as_array().unwrap().len(), 2);
        accounts::erase(&app, &herself).await.unwrap();
        assert!(access::session(app.reader(), &came.session.token, app.now()).await.unwrap().is_none());
        let left = count(&app, "party where name <> '' or email is not null").await;
        assert_eq!((left, count(&app, "inquiry where text <> ''").await), (0, 0), "{}", db.name);
    }
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down_for_the_right_one_too() {
    for db in testing::databases().await {
        let app = db.app();
        hired(&app, "rasa@b.lt", Role::Owner).await;
        let form = |password: &str| SignIn {
            email: "Rasa@b.lt".into(),
            password: password.into(),
            address: "192.0.2.1".into(),
            agent: String::new(),
        };
        let session = staff::sign_in(&app, form("ąžuolo stalas 4")).await.unwrap();
        assert!(access::session(app.reader(), &session.token, app.now()).await.unwrap().is_some(), "{}", db.name);
        // Who gets in is not guessing, however often a day begins.
        for _ in 0..7 {
            assert!(staff::sign_in(&app, form("ąžuolo stalas 4")).await.is_ok(), "{}", db.name);
        }
        for _ in 0..5 {
            assert_eq!(staff::sign_in(&app, form("guess")).await.unwrap_err().code, "access.sign_in_failed");
        }
        let refused = staff::sign_in(&app, form("ąžuolo stalas 4")).await.unwrap_err();
        assert_eq!((refused.kind, refused.code), (Kind::TooMany, "access.too_many"), "{}", db.name);
        // Somebody else's address is not held up.
        let elsewhere = SignIn { address: "192.0.2.2".into(), ..form("ąžuolo stalas 4") };
        assert!(staff::sign_in(&app, elsewhere).await.is_ok());
    }
}

async fn task_of(app: &App, party: PartyId, assignee: UserId) -> crate::kernel::TaskId {
    let tx = app.begin(&Actor::System).await.unwrap();
    let about = Some("Paskambinti".into());
    let new = crm::NewTask { party, kind: TaskKind::Call, about, subject: None, due_at: tx.now(), assignee: Some(assignee) };
    let task = crm::add_task(&tx, new).await.unwrap();
    tx.commit().await.unwrap();
    task
}

#[tokio::test]
async fn a_manager_works_the_own_plan_and_what_they_leave_is_taken_over() {
    for db in testing::databases().await {
        let app = db.app();
        let owner = hired(&app, "owner@b.lt", Role::Owner).await;
        let rasa = hired(&app, "rasa@b.lt", Role::Manager).await;
        let tomas = hired(&app, "tomas@b.lt", Role::Manager).await;
        let viewer = hired(&app, "viewer@b.lt", Role::Viewer).await;
        let (r, t) = (rasa.user().unwrap(), tomas.user().unwrap());
        let party = work::add_customer(&app, &rasa, Contact::person("Ona", "ona@b.lt", Locale::LT)).await.unwrap().party;
        let task = task_of(&app, party, r).await;

        let next = || Some(Next { kind: TaskKind::Meeting, due_at: app.now().plus_days(1), about: None });
        assert_eq!(work::done_and_next(&app, &tomas, task, "", next()).await.unwrap_err().kind, Kind::NotFound, "{}", db.name);
        assert_eq!(work::done_and_next(&app, &viewer, task, "", next()).await.unwrap_err().kind, Kind::Forbidden);
        work::done_and_next(&app, &rasa, task, "Nori pamatyti", next()).await.unwrap();
        work::undo(&app, &rasa, task).await.unwrap();
        work::reassign(&app, &rasa, task, t).await.unwrap();
        assert!(work::undo(&app, &rasa, task).await.is_err());
        work::reassign(&app, &owner, task, r).await.unwrap();
        assert_eq!(work::add_note(&app, &viewer, party, "x").await.unwrap_err().kind, Kind::Forbidden);
        work::add_note(&app, &rasa, party, "Mėgsta ąžuolą").await.unwrap();

        assert_eq!(staff::deactivate(&app, &rasa, t, None).await.unwrap_err().kind, Kind::Forbidden);
        staff::deactivate(&app, &owner, r, None).await.unwrap();
        let scope = tomas.scope(Right::TasksRead).unwrap();
        let mine = crm::tasks(app.reader(), &scope, &TaskQuery::default(), app.now()).await.unwrap();
        assert_eq!(mine.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [task], "{}", db.name);
        let all = Actor::System.scope(Right::CustomersRead).unwrap();
        assert_eq!(parties::customer(app.reader(), &all, party).await.unwrap().manager, None);
        // The next thing that happens finds a new manager by rule.
        inquiries::take(&app, &Actor::Customer(party), asked("ona@b.lt", "k1")).await.unwrap();
        assert_eq!(parties::customer(app.reader(), &all, party).await.unwrap().manager, Some(t), "{}", db.name);
    }
}

#[tokio::test]
async fn staff_join_what_is_one_and_keep_apart_what_is_not() {
    for db in testing::databases().await {
        let app = db.app();
        let rasa = hired(&app, "rasa@b.lt", Role::Manager).await;
        let add = |name: &'static str| {
            let (app, rasa) = (app.clone(), rasa.clone());
            async move { work::add_customer(&app, &rasa, Contact::person(name, "ona@b.lt", Locale::LT)).await.unwrap() }
        };
        let (a, b, c) = (add("Ona").await, add("Ona P.").await, add("Onutė").await);
        assert_eq!((b.likely, c.likely), (Some(a.party), Some(a.party)), "{}", db.name);
        work::keep_apart(&app, &rasa, a.party, c.party).await.unwrap();
        work::join_parties(&app, &rasa, b.party, a.party).await.unwrap();
        let all = Actor::System.scope(Right::CustomersRead).unwrap();
        assert!(parties::likely_same(app.reader(), &all, a.party).await.unwrap().is_empty(), "{}", db.name);
        assert_eq!(work::join_parties(&app, &rasa, b.party, a.party).await.unwrap_err().code, "parties.gone");
    }
}

#[tokio::test]
async fn nobody_gives_a_key_more_than_they_have() {
    let db = testing::sqlite().await;
    let app = db.app();
    let key = |rights: &[Right]| NewKey { name: "ERP".into(), kind: KeyKind::Secret, rights: rights.to_vec(), channel: None };
    let owner = hired(&app, "owner@b.lt", Role::Owner).await;
    let rasa = hired(&app, "rasa@b.lt", Role::Manager).await;
    assert!(staff::create_key(&app, &rasa, key(&[Right::OrdersRead])).await.is_err());
    let made = staff::create_key(&app, &owner, key(&[Right::UsersManage])).await.unwrap();
    let found = access::find_key(app.reader(), &made.secret, app.now()).await.unwrap().unwrap();
    staff::note_key_used(&app, &found).await.unwrap();
    let machine = Actor::Key(found.actor);
    assert!(staff::create_key(&app, &machine, key(&[Right::OrdersRead])).await.is_err());
    staff::revoke_key(&app, &owner, made.id).await.unwrap();
}
