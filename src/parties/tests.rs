//! The rules that keep customers apart and bring them together, on every engine.

use super::*;
use crate::kernel::{Actor, App, Locale, Origin, PartyId, Right, Scope, Tx, testing};

fn contact(name: &str, email: &str, code: &str) -> Contact {
    let mut contact = Contact::person(name, email, Locale::LT);
    contact.company_code = Some(code.into());
    contact
}

async fn guest(app: &App) -> Tx {
    app.begin(&Actor::Guest).await.unwrap()
}

fn everything() -> Scope {
    Actor::System.scope(Right::CustomersRead).unwrap()
}

async fn add(app: &App, contact: Contact) -> Resolved {
    let tx = guest(app).await;
    let resolved = resolve(&tx, contact, Origin::Shop).await.unwrap();
    tx.commit().await.unwrap();
    resolved
}

#[tokio::test]
async fn what_a_guest_typed_makes_an_own_record_and_a_mark() {
    // (known e-mail, known code, typed e-mail, typed code, evidence)
    let table: &[(&str, &str, &str, &str, &[&str])] = &[
        ("a@b.lt", "", "a@b.lt", "", &["email"]),
        ("a@b.lt", "", " A@B.LT", "", &["email"]),
        ("a@b.lt", "302511844", "c@d.lt", "302 511 844", &["company_code"]),
        ("a@b.lt", "302511844", "a@b.lt", "302511844", &["company_code", "email"]),
        ("a@b.lt", "", "a@b.com", "", &[]),
        ("a@b.lt", "1", "c@d.lt", "2", &[]),
        ("", "", "", "", &[]),
    ];
    for (known_email, known_code, email, code, evidence) in table {
        for db in testing::databases().await {
            let app = db.app();
            let known = add(&app, contact("Jonas", known_email, known_code)).await;
            let typed = add(&app, contact("Jonas", email, code)).await;
            assert_ne!(typed.party, known.party, "{}: {email} {code}", db.name);
            assert_eq!(typed.likely, (!evidence.is_empty()).then_some(known.party), "{}: {email} {code}", db.name);
            for (one, other) in [(typed.party, known.party), (known.party, typed.party)] {
                let found = likely_same(app.reader(), &everything(), one).await.unwrap();
                let mut kinds: Vec<&str> = found.iter().map(|l| l.evidence.as_str()).collect();
                kinds.sort_unstable();
                assert_eq!(kinds, *evidence, "{}", db.name);
                assert!(found.iter().all(|l| l.party == other));
            }
        }
    }
}

#[tokio::test]
async fn only_signing_in_leads_to_the_known_record() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = guest(&app).await;
        let owner = prove(&tx, &"ona@ąžuolas.lt".parse().unwrap(), Locale::LT).await.unwrap().party;
        tx.commit().await.unwrap();

        let stranger = add(&app, contact("Ne Ona", "ona@ąžuolas.lt", "")).await;
        assert_eq!((stranger.likely, stranger.fresh), (Some(owner), true), "{}", db.name);

        let tx = app.begin(&Actor::Customer(owner)).await.unwrap();
        let mut typed = contact("Ona", "other@example.lt", "");
        typed.phone = Some("+370 612 34567".into());
        let herself = resolve(&tx, typed, Origin::Shop).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(herself, Resolved { party: owner, likely: None, fresh: false });
        let view = myself(app.reader(), owner).await.unwrap();
        assert_eq!((view.name.as_str(), view.email.as_deref()), ("Ona", Some("ona@ąžuolas.lt")));
        assert_eq!(view.phone.as_deref(), Some("+370 612 34567"));
    }
}

#[tokio::test]
async fn proof_joins_the_records_that_carry_the_address_and_no_others() {
    for db in testing::databases().await {
        let app = db.app();
        let first = add(&app, contact("Ona", "ona@b.lt", "")).await.party;
        let second = add(&app, contact("Ona P.", "Ona@b.lt", "302511844")).await.party;
        let other = add(&app, contact("UAB", "kitas@b.lt", "302511844")).await;
        assert_eq!(other.likely, Some(second));

        let tx = guest(&app).await;
        let proof = prove(&tx, &"ona@b.lt".parse().unwrap(), Locale::LT).await.unwrap();
        assert_eq!(proof, Proof { party: first, same: vec![second] }, "{}", db.name);
        join(&tx, second, first).await.unwrap();
        tx.commit().await.unwrap();

        let reader = app.reader();
        let joined = customer(reader, &everything(), first).await.unwrap();
        assert!(joined.email_proven);
        assert_eq!(joined.company_code.as_deref(), Some("302511844"));
        assert_eq!(follow(reader, second).await.unwrap(), Some(first));
        // The company code proves nothing: that suspicion moved with the record and stays open.
        let open = likely_same(reader, &everything(), first).await.unwrap();
        assert_eq!(open.iter().map(|l| l.party).collect::<Vec<_>>(), [other.party]);

        // The session of the record that went leads to the one that stayed.
        let tx = app.begin(&Actor::Customer(second)).await.unwrap();
        assert_eq!(resolve(&tx, contact("Ona", "", ""), Origin::Shop).await.unwrap().party, first);
        assert!(join(&tx, second, first).await.is_err());
        assert!(join(&tx, first, first).await.is_err());
    }
}

#[tokio::test]
async fn two_proven_addresses_of_one_customer_both_lead_to_them() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = guest(&app).await;
        let a = prove(&tx, &"a@b.lt".parse().unwrap(), Locale::LT).await.unwrap().party;
        let b = prove(&tx, &"b@b.lt".parse().unwrap(), Locale::LT).await.unwrap().party;
        join(&tx, b, a).await.unwrap();
        for address in ["a@b.lt", "b@b.lt"] {
            assert_eq!(prove(&tx, &address.parse().unwrap(), Locale::LT).await.unwrap(), Proof { party: a, same: vec![] });
            assert_eq!(owner_of(&tx, &address.parse().unwrap()).await.unwrap(), Some(a), "{}", db.name);
        }
        tx.commit().await.unwrap();
        assert_eq!(add(&app, contact("X", "b@b.lt", "")).await.likely, Some(a), "{}", db.name);
    }
}

#[tokio::test]
async fn staff_find_customers_by_prefixes_without_accents_and_page_by_key() {
    for db in testing::databases().await {
        let app = db.app();
        let names = ["Šarūnė Žvirblė", "Šarūnas Ąžuolas", "Łukasz Kowalski", "Jonas Petraitis", "Jonas Jonaitis"];
        let mut ids = Vec::new();
        for (i, name) in names.iter().enumerate() {
            ids.push(add(&app, contact(name, &format!("k{i}@example.lt"), "")).await.party);
        }
        let found = |search: &'static str| {
            let app = app.clone();
            async move {
                let filter = CustomerFilter { search: Some(search.into()), ..Default::default() };
                let query = CustomerQuery { filter, sort: CustomerSort::Name, ..Default::default() };
                let page = list(app.reader(), &everything(), &query).await.unwrap();
                page.rows.into_iter().map(|r| r.name).collect::<Vec<_>>()
            }
        };
        assert_eq!(found("sarun").await, ["Šarūnas Ąžuolas", "Šarūnė Žvirblė"], "{}", db.name);
        assert_eq!(found("žvirb SAR").await, ["Šarūnė Žvirblė"]);
        assert_eq!(found("k3@example.lt").await, ["Jonas Petraitis"]);
        assert_eq!(found("nobody").await, [""; 0]);

        for sort in [CustomerSort::Name, CustomerSort::Touched, CustomerSort::Created] {
            let mut seen: Vec<PartyId> = Vec::new();
            let mut query = CustomerQuery { sort, limit: 2, ..Default::default() };
            loop {
                let page = list(app.reader(), &everything(), &query).await.unwrap();
                seen.extend(page.rows.iter().map(|r| r.id));
                match page.next {
                    Some(next) => query.after = Some(next),
                    None => break,
                }
            }
            let mut sorted = seen.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, ids, "{}: {sort:?}", db.name);
        }
    }
}

#[tokio::test]
async fn an_erased_customer_is_not_found_and_not_matched() {
    for db in testing::databases().await {
        let app = db.app();
        let party = add(&app, contact("Ona", "ona@b.lt", "302511844")).await.party;
        let tx = guest(&app).await;
        let address = Address {
            name: "Ona".into(),
            company: None,
            street: "Pilies g. 1".into(),
            city: "Vilnius".into(),
            postcode: "01123".into(),
            country: "lt".into(),
            phone: None,
        };
        remember_address(&tx, party, address.clone()).await.unwrap();
        remember_address(&tx, party, Address { street: "PILIES g.  1".into(), ..address }).await.unwrap();
        assert_eq!(addresses(&tx, party).await.unwrap().len(), 1, "{}", db.name);
        assert_eq!(export(&tx, party).await.unwrap()["email"], "ona@b.lt");
        erase(&tx, party).await.unwrap();
        tx.commit().await.unwrap();
        let empty = export(app.reader(), party).await.unwrap();
        assert_eq!((empty["email"].is_null(), &empty["name"]), (true, &"".into()));
        assert_eq!(list(app.reader(), &everything(), &CustomerQuery::default()).await.unwrap().rows.len(), 0);
        assert_eq!(add(&app, contact("Ona", "ona@b.lt", "302511844")).await.likely, None, "{}", db.name);
    }
}
