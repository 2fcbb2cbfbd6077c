//! Who comes in and who does not, on every engine.

use super::*;
use crate::kernel::{Actor, ChannelId, Locale, PartyId, Right, Role, testing};

fn person(email: &str, role: Role) -> NewStaff {
    NewStaff { email: email.into(), name: "Rasa".into(), role, locale: Locale::LT, password_hash: "-".into() }
}

#[tokio::test]
async fn a_counter_lets_a_burst_through_and_then_one_at_a_time() {
    for db in testing::databases().await {
        let app = db.app();
        let limit = Limit { burst: 3, every_ms: 60_000 };
        let mut passed = Vec::new();
        for minute in [0, 0, 0, 0, 0, 1, 1, 2, 100, 100, 100, 100] {
            app.clock().set(testing::MONDAY.plus_minutes(minute));
            let tx = app.begin(&Actor::Guest).await.unwrap();
            let allowed = allow(&tx, "test", "1.2.3.4", limit).await;
            assert!(allow(&tx, "test", &format!("other {}", passed.len()), limit).await.is_ok());
            passed.push(allowed.is_ok());
            tx.commit().await.unwrap();
        }
        let expected = [true, true, true, false, false, true, false, true, true, true, true, false];
        assert_eq!(passed, expected, "{}", db.name);
    }
}

#[tokio::test]
async fn a_link_works_once_and_for_thirty_minutes() {
    for db in testing::databases().await {
        let app = db.app();
        let link = |goto: &str| Link { email: "a@b.lt".into(), locale: Locale::LT, goto: Some(goto.into()) };
        let tx = app.begin(&Actor::Guest).await.unwrap();
        let (token, _) = issue_link(&tx, link("/lt/account")).await.unwrap();
        let (late, _) = issue_link(&tx, link("//evil.example")).await.unwrap();
        let found = redeem_link(&tx, &token).await.unwrap();
        assert_eq!((found.email.as_str(), found.goto.as_deref()), ("a@b.lt", Some("/lt/account")), "{}", db.name);
        assert!(redeem_link(&tx, &token).await.is_err());
        assert!(redeem_link(&tx, "made up").await.is_err());
        let (other, _) = issue_link(&tx, link("//evil.example")).await.unwrap();
        assert_eq!(redeem_link(&tx, &other).await.unwrap().goto, None);
        tx.commit().await.unwrap();
        app.clock().set(testing::MONDAY.plus_minutes(31));
        let tx = app.begin(&Actor::Guest).await.unwrap();
        assert!(redeem_link(&tx, &late).await.is_err(), "{}", db.name);
    }
}

#[tokio::test]
async fn a_session_slides_while_it_is_used_and_ends_when_its_holder_leaves() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        create_staff(&tx, person("owner@b.lt", Role::Owner)).await.unwrap();
        let user = create_staff(&tx, person("rasa@b.lt", Role::Manager)).await.unwrap();
        let opened = open_session(&tx, Whose::Staff(user), "Firefox\n").await.unwrap();
        tx.commit().await.unwrap();
        let reader = app.reader();
        let at = |hours| testing::MONDAY.plus_hours(hours);
        let view = session(reader, &opened.token, at(11)).await.unwrap().unwrap();
        assert!(view.stale && view.actor().may(Right::OrdersWrite).is_ok(), "{}", db.name);
        assert!(session(reader, &opened.token, at(12)).await.unwrap().is_none());
        assert!(session(reader, "made up", at(0)).await.unwrap().is_none());

        app.clock().set(at(11));
        let tx = app.begin(&view.actor()).await.unwrap();
        renew_session(&tx, &view).await.unwrap();
        tx.commit().await.unwrap();
        assert!(session(reader, &opened.token, at(22)).await.unwrap().is_some(), "{}", db.name);
        assert_eq!(sessions(reader, Whose::Staff(user), at(22)).await.unwrap()[0].agent, "Firefox");

        let tx = app.begin(&Actor::System).await.unwrap();
        set_active(&tx, user, false).await.unwrap();
        tx.commit().await.unwrap();
        assert!(session(reader, &opened.token, at(12)).await.unwrap().is_none(), "{}", db.name);
    }
}

#[tokio::test]
async fn a_session_ends_after_fourteen_days_however_much_it_is_used() {
    let db = testing::sqlite().await;
    let app = db.app();
    let tx = app.begin(&Actor::System).await.unwrap();
    let user = create_staff(&tx, person("owner@b.lt", Role::Owner)).await.unwrap();
    let opened = open_session(&tx, Whose::Staff(user), "").await.unwrap();
    tx.commit().await.unwrap();
    let mut hours = 0;
    while let Some(view) = session(app.reader(), &opened.token, testing::MONDAY.plus_hours(hours)).await.unwrap() {
        app.clock().set(testing::MONDAY.plus_hours(hours));
        let tx = app.begin(&Actor::System).await.unwrap();
        renew_session(&tx, &view).await.unwrap();
        tx.commit().await.unwrap();
        hours += 6;
        assert!(hours < 1000, "it never ended");
    }
    assert_eq!(hours, 14 * 24);
}

#[tokio::test]
async fn the_shop_keeps_an_owner_and_addresses_are_taken_once() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let a = create_staff(&tx, person("a@b.lt", Role::Owner)).await.unwrap();
        assert!(create_staff(&tx, person("a@b.lt", Role::Viewer)).await.is_err());
        assert!(set_active(&tx, a, false).await.is_err());
        tx.roll_back().await.unwrap();
        let tx = app.begin(&Actor::System).await.unwrap();
        let a = create_staff(&tx, person("a@b.lt", Role::Owner)).await.unwrap();
        let b = create_staff(&tx, person("b@b.lt", Role::Owner)).await.unwrap();
        set_role(&tx, a, Role::Manager).await.unwrap();
        assert!(set_role(&tx, b, Role::Viewer).await.is_err(), "{}", db.name);
    }
}

#[tokio::test]
async fn a_key_opens_what_its_rights_say_until_it_is_revoked() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let channel = Some(ChannelId::new(&tx));
        let new = |kind, rights: &[Right]| NewKey { name: "ERP".into(), kind, rights: rights.to_vec(), channel };
        assert!(create_key(&tx, new(KeyKind::Publishable, &[Right::OrdersRead])).await.is_err());
        let key = create_key(&tx, new(KeyKind::Secret, &[Right::OrdersRead])).await.unwrap();
        let found = find_key(&tx, &key.secret, tx.now()).await.unwrap().unwrap();
        let actor = Actor::Key(found.actor);
        assert!(actor.may(Right::OrdersRead).is_ok() && actor.may(Right::OrdersWrite).is_err(), "{}", db.name);
        assert!(found.stale);
        note_key_used(&tx, key.id).await.unwrap();
        assert!(!find_key(&tx, &key.secret, tx.now()).await.unwrap().unwrap().stale);
        assert!(find_key(&tx, "vitrina_sk_made_up", tx.now()).await.unwrap().is_none());
        revoke_key(&tx, key.id).await.unwrap();
        assert!(find_key(&tx, &key.secret, tx.now()).await.unwrap().is_none(), "{}", db.name);
        assert!(revoke_key(&tx, key.id).await.is_err());
        let scope = Actor::System.scope(Right::UsersManage).unwrap();
        assert!(!key.secret.contains(&keys(&tx, &scope).await.unwrap()[0].name));
    }
}

#[tokio::test]
async fn joined_records_keep_one_account() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let (a, b) = (PartyId::new(&tx), PartyId::new(&tx));
        set_customer_password(&tx, a, Some("hash of a".into())).await.unwrap();
        set_customer_password(&tx, b, Some("hash of b".into())).await.unwrap();
        let opened = open_session(&tx, Whose::Customer(a), "").await.unwrap();
        repoint(&tx, a, b).await.unwrap();
        assert!(account(&tx, a).await.unwrap().is_none());
        assert_eq!(account(&tx, b).await.unwrap().unwrap().password_hash.as_deref(), Some("hash of b"), "{}", db.name);
        let view = session(&tx, &opened.token, tx.now()).await.unwrap().unwrap();
        assert_eq!(view.holder, Holder::Customer(b));
    }
}

#[tokio::test]
async fn a_password_fits_its_own_hash_only() {
    let db = testing::sqlite().await;
    let app = db.app();
    let hash = password::hash(&app, "ąžuolo stalas 4".into()).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(password::verify(&app, "ąžuolo stalas 4".into(), Some(hash.clone())).await.unwrap());
    assert!(!password::verify(&app, "ąžuolo stalas 5".into(), Some(hash)).await.unwrap());
    assert!(!password::verify(&app, String::new(), None).await.unwrap());
}
