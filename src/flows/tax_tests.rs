//! The register of VAT numbers and the dated law, on both engines.

use std::sync::{Arc, Mutex};

use super::tax as flow;
use crate::{
    jobs::{Registry, Worker},
    kernel::{Actor, App, Locale, Moment, Origin, PartyId, Rate, testing},
    parties,
    tax::{self, Answer, Law, LawRow, RateRow, Register, Silence, Standing, VatCode, VatState},
};

const SYSTEM: Actor = Actor::System;
const CODE: &str = "DE136695976";

/// A register that answers as it is told, and remembers whether it was told our own number.
#[derive(Default)]
struct Said(Mutex<Vec<Result<Answer, Silence>>>, Mutex<Vec<String>>);

#[async_trait::async_trait]
impl Register for Said {
    async fn ask(&self, code: &VatCode, _: Option<&VatCode>) -> Result<Answer, Silence> {
        self.1.lock().unwrap().push(code.to_string());
        self.0.lock().unwrap().pop().unwrap_or(Err(Silence::Unavailable("MS_UNAVAILABLE".into())))
    }
}

async fn ground(fresh: &testing::Fresh, said: Vec<Result<Answer, Silence>>) -> (App, Arc<Said>, PartyId) {
    let register = Arc::new(Said(Mutex::new(said), Mutex::default()));
    let port: Arc<dyn Register> = register.clone();
    let app = fresh.builder().with_port::<dyn Register>(port).build();
    let tx = app.begin(&SYSTEM).await.unwrap();
    let contact = parties::Contact {
        name: "Hans".into(),
        email: Some("hans@demo.test".into()),
        phone: None,
        company: Some("Holz GmbH".into()),
        company_code: None,
        vat_code: Some(CODE.into()),
        locale: Locale::EN,
    };
    let party = parties::resolve(&tx, contact, Origin::Office).await.unwrap().party;
    tx.commit().await.unwrap();
    (app, register, party)
}

fn registry() -> Registry {
    Registry::new()
        .on(|app, job: flow::AskRegister| async move { Ok(flow::asked(&app, job).await?) })
        .on(|app, job: flow::TaxTurn| async move { Ok(flow::turned(&app, job).await?) })
}

async fn work(app: &App) {
    Worker::new(app.clone(), registry()).run_until_idle().await.unwrap();
}

#[tokio::test]
async fn a_register_that_is_away_is_asked_again_and_never_guessed_for() {
    for fresh in testing::databases().await {
        let yes = Answer { valid: true, proof: "WAPIAAAAX".into(), name: "HOLZ GMBH".into() };
        let away = || Err(Silence::Unavailable("MS_UNAVAILABLE".into()));
        let (app, register, party) = ground(&fresh, vec![Ok(yes), away(), away()]).await;
        flow::set_standing(&app, &SYSTEM, party, &Standing { business: true, net: true, note: "sutartis".into() }).await.unwrap();
        flow::ask(&app, &SYSTEM, party).await.unwrap();
        for silent in 1..=2 {
            work(&app).await;
            let buyer = tax::buyer(app.reader(), party).await.unwrap();
            assert_eq!(buyer.state(Some(CODE)), VatState::Waiting, "neither valid nor invalid");
            assert!(buyer.vat_problem.contains("MS_UNAVAILABLE") && buyer.relied_on(app.now()).is_none());
            assert_eq!(register.1.lock().unwrap().len(), silent, "not before its time");
            work(&app).await;
            assert_eq!(register.1.lock().unwrap().len(), silent);
            app.clock().set(app.now().plus_minutes(16));
        }
        work(&app).await;
        let buyer = tax::buyer(app.reader(), party).await.unwrap();
        assert_eq!((buyer.state(Some(CODE)), buyer.vat_proof.as_str()), (VatState::Valid, "WAPIAAAAX"));
        assert_eq!(buyer.relied_on(app.now()).map(|c| c.to_string()).as_deref(), Some(CODE));
        assert_eq!(buyer.state(Some("DE999999999")), VatState::Unknown, "another number on the card was not asked about");
        assert!(buyer.relied_on(app.now().plus_days(91)).is_none(), "an old answer is no answer");
    }
}

#[tokio::test]
async fn prices_without_vat_want_somebody_who_vouches() {
    for fresh in testing::databases().await {
        let (app, _, party) = ground(&fresh, Vec::new()).await;
        let wish = |business, net| Standing { business, net, note: String::new() };
        let refused = flow::set_standing(&app, &SYSTEM, party, &wish(false, true)).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), ("tax.not_verified", Some("net")));
        assert!(!tax::reads_net(app.reader(), party).await.unwrap());
        flow::set_standing(&app, &SYSTEM, party, &wish(true, true)).await.unwrap();
        let first = tax::buyer(app.reader(), party).await.unwrap();
        assert_eq!(first.verified_by.as_deref(), Some("system"));
        flow::set_standing(&app, &SYSTEM, party, &wish(true, false)).await.unwrap();
        let later = tax::buyer(app.reader(), party).await.unwrap();
        assert_eq!((later.verified_at, later.net), (first.verified_at, false), "who vouched first stays written down");
        flow::set_standing(&app, &SYSTEM, party, &wish(false, false)).await.unwrap();
        assert!(!tax::buyer(app.reader(), party).await.unwrap().business());
        let guest = flow::set_standing(&app, &Actor::Guest, party, &wish(true, true)).await.unwrap_err();
        assert_eq!(guest.kind, crate::kernel::Kind::Forbidden);
    }
}

#[tokio::test]
async fn the_law_is_dated_and_what_was_charged_stays_written_down() {
    for fresh in testing::databases().await {
        let (app, ..) = ground(&fresh, Vec::new()).await;
        let now = app.now();
        let law = tax::rates(app.reader()).await.unwrap();
        assert!(law.payer("LT", now) && !law.oss("LT", now) && law.in_union("HR", now) && !law.in_union("GB", now));
        assert!(law.in_union("GB", Moment::from_ymd(2020, 6, 1).unwrap()));
        let from = now.plus_days(30);
        let row = LawRow { kind: String::new(), country: "LT".into(), holds: true, valid_from: from };
        flow::set_law(&app, &SYSTEM, Law::NoPayer, &row).await.unwrap();
        let law = tax::rates(app.reader()).await.unwrap();
        assert_eq!(law.charged("LT", "standard", from.plus_millis(-1)).unwrap(), Rate::percent(21));
        assert_eq!(law.charged("LT", "standard", from).unwrap(), Rate::ZERO);
        let rate = RateRow { country: "LT".into(), category: "standard".into(), rate: Rate::percent(22), valid_from: from };
        flow::set_rate(&app, &SYSTEM, &rate).await.unwrap();
        flow::take_back(&app, &SYSTEM, &rate).await.unwrap();
        let running = RateRow { valid_from: Moment(1_251_752_400_000), ..rate.clone() };
        assert_eq!(flow::take_back(&app, &SYSTEM, &running).await.unwrap_err().code, "tax.in_force");
        for (bad, code) in [
            (RateRow { country: "lt".into(), ..rate.clone() }, "tax.bad_country"),
            (RateRow { category: "A b".into(), ..rate.clone() }, "tax.bad_category"),
            (RateRow { rate: Rate::percent(101), ..rate.clone() }, "tax.bad_rate"),
        ] {
            assert_eq!(flow::set_rate(&app, &SYSTEM, &bad).await.unwrap_err().code, code);
        }
    }
}
