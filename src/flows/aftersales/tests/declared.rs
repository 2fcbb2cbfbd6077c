//! What is declared is kept, matched or not, in time or late, once and never more than was bought.

use super::*;
use crate::{
    aftersales::{CaseQuery, State},
    crm::TIMELINE_CODES,
    kernel::Kind as Sort,
    mail::{Outgoing, Refusal, Transport},
    stage::{self, Stage},
};

#[tokio::test]
async fn t25_a_declaration_is_a_numbered_row_with_its_history_task_paper_and_letter() {
    for (fresh, s) in shops().await {
        let order = s.bought(2, 1).await;
        let got = s.declare(Kind::Withdrawal, &order, 1).await.unwrap();
        assert!(got.open && !got.before);
        let filed = got.filed.unwrap();
        assert_eq!(filed.number, "ATS-2026-000001", "{}", fresh.name);
        let case = s.case(filed.id).await;
        assert_eq!((case.state, case.kind, case.ground), (State::Submitted, Kind::Withdrawal, Ground::Withdrawal14d));
        assert_eq!((case.order, case.party, case.late), (Some(order.id), order.party, false));
        assert_eq!((case.words.name.as_str(), case.words.goods[0].qty), ("Ona", Qty::pieces(1)));
        assert_eq!(case.hash, crate::kernel::token::hash(&serde_json::to_string(&case.words).unwrap()));
        let due = s.tasks(TaskKind::Withdrawal).await;
        assert_eq!((due.len(), due[0].due_at), (1, case.answer_by), "the task is due when the law says");
        s.whole(fresh.name).await;
        s.work().await;
        let sent = s.post.0.lock().unwrap();
        let letter = sent.iter().rfind(|l| l.subject.contains("ATS-2026-000001")).unwrap();
        assert!(letter.plain.contains("LA-1") && letter.plain.contains("UZS-"), "{}", letter.plain);
        let papers = s.press.0.lock().unwrap();
        assert!(papers.iter().any(|p| p["kind"] == "case" && p["proof"].as_str().unwrap().contains(&case.hash)));
        assert!(TIMELINE_CODES.contains(&"case.withdrawal"));
    }
}

#[tokio::test]
async fn t27_a_guest_without_an_order_is_heard_all_the_same() {
    for (fresh, s) in shops().await {
        let order = s.bought(1, 0).await;
        let typed =
            |number: &str, email: &str| Form { email: email.into(), ..s.form(Kind::Withdrawal, Whose::Typed(number.into())) };
        let right = flow::declare(&s.app, &GUEST, typed(&format!(" {} ", order.number.to_lowercase()), "ONA@example.test")).await;
        let wrong = flow::declare(&s.app, &GUEST, typed(&order.number, "kita@example.test")).await;
        let none = flow::declare(&s.app, &GUEST, typed("XYZ", "kita@example.test")).await;
        let (right, wrong, none) = (right.unwrap(), wrong.unwrap(), none.unwrap());
        assert!(!right.open && !wrong.open && !none.open, "the page says the same to all");
        let case = s.case(right.filed.unwrap().id).await;
        assert_eq!(case.order, Some(order.id), "{}", fresh.name);
        assert_eq!(s.items(case.id).await.len(), 1, "from all of it");
        let other = s.case(wrong.filed.unwrap().id).await;
        assert_eq!(other.order, None);
        assert_ne!(other.party, order.party, "nobody is given another's record");
        let query = CaseQuery { unmatched: true, ..CaseQuery::default() };
        let desk = aftersales::list(s.app.reader(), &SYSTEM.scope(Right::CasesRead).unwrap(), &query).await.unwrap();
        assert_eq!(desk.rows.len(), 2, "both wait on the desk");
        s.whole(fresh.name).await;
        // Found by hand: it is the order's customer's from now on.
        let chosen = vec![Shop::chosen(&order, 0, 1)];
        let taken = flow::link(&s.app, &SYSTEM, other.id, (order.id, chosen.clone())).await.unwrap_err();
        assert_eq!(taken.code, "aftersales.declared");
        flow::take_back(&s.app, &GUEST, &case.token).await.unwrap();
        flow::link(&s.app, &SYSTEM, other.id, (order.id, chosen)).await.unwrap();
        let linked = s.case(other.id).await;
        assert_eq!((linked.order, linked.party), (Some(order.id), order.party));
        assert!(s.tasks(TaskKind::Withdrawal).await.iter().any(|t| t.party == order.party));
        s.whole(fresh.name).await;
    }
}

#[tokio::test]
async fn the_last_piece_is_declared_once_however_many_try() {
    for (fresh, s) in shops().await {
        let order = s.bought(3, 0).await;
        let s = Arc::new(s);
        let tries: Vec<_> = (0..6)
            .map(|_| {
                let (s, order) = (s.clone(), order.clone());
                tokio::spawn(async move { s.declare(Kind::Complaint, &order, 2).await.map(|_| ()).map_err(|f| f.code) })
            })
            .collect();
        let mut won = 0;
        for one in tries {
            match one.await.unwrap() {
                Ok(()) => won += 1,
                Err(code) => assert_eq!(code, "aftersales.declared", "{}", fresh.name),
            }
        }
        assert_eq!(won, 1);
        let refused = s.declare(Kind::Withdrawal, &order, 2).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), ("aftersales.declared", Some("items.0.qty")));
        assert!(refused.args.iter().any(|(_, v)| v == "PRT-2026-000001"), "{:?}", refused.args);
        s.declare(Kind::Withdrawal, &order, 1).await.unwrap();
        assert_eq!(s.declare(Kind::Complaint, &order, 4).await.unwrap_err().code, "aftersales.quantity");
        s.whole(fresh.name).await;
    }
}

#[tokio::test]
async fn a_form_sent_twice_is_one_case_and_a_trap_is_none() {
    for (fresh, s) in shops().await {
        let order = s.bought(2, 0).await;
        let form = Form { chosen: vec![Shop::chosen(&order, 0, 1)], ..s.form(Kind::Complaint, Whose::Link(order.token.clone())) };
        let first = flow::declare(&s.app, &GUEST, form.clone()).await.unwrap().filed.unwrap();
        let again = flow::declare(&s.app, &GUEST, form.clone()).await.unwrap();
        assert!(again.before && again.filed == Some(first), "{}", fresh.name);
        let other = Form { text: "Kita".into(), ..form.clone() };
        assert_eq!(flow::declare(&s.app, &GUEST, other).await.unwrap_err().code, "request.key_reused");
        let caught = flow::declare(&s.app, &GUEST, Form { trap: "x".into(), key: s.key(), ..form }).await.unwrap();
        assert!(caught.filed.is_none());
    }
}

#[tokio::test]
async fn late_and_excepted_declarations_are_recorded_and_marked() {
    for fresh in testing::databases().await {
        let s = Shop::open(&fresh).await;
        let order = s.bought(2, 0).await;
        s.later(s.app.now().plus_days(40));
        let case = s.filed(Kind::Withdrawal, &order, 1).await;
        assert!(case.late, "{}", fresh.name);
        let told = |reason: &str| Told { text: "Terminas praėjo.".into(), reason: reason.into(), ..Told::default() };
        assert_eq!(
            flow::reject(&s.app, &SYSTEM, case.id, told("no_defect")).await.unwrap_err().code,
            "aftersales.refusal_reason"
        );
        assert_eq!(flow::reject(&s.app, &SYSTEM, case.id, told("")).await.unwrap_err().code, "aftersales.refusal_reason");
        flow::reject(&s.app, &SYSTEM, case.id, told("too_late")).await.unwrap();
        assert_eq!(s.case(case.id).await.state, State::Rejected);
        // In time, the same reason is none.
        let fresh_order = s.bought(1, 0).await;
        let case = s.filed(Kind::Withdrawal, &fresh_order, 1).await;
        assert!(!case.late);
        assert_eq!(flow::reject(&s.app, &SYSTEM, case.id, told("too_late")).await.unwrap_err().code, "aftersales.refusal_reason");
        // What is not delivered yet has no period that could be over.
        let sent = s.order(1, 0).await;
        let period = flow::returnable(&s.app, &sent.token).await.unwrap().period;
        assert_eq!((period.until, period.over), (None, false));
    }
}

#[tokio::test]
async fn what_is_missing_is_said_at_once_by_field_and_files_are_what_they_are() {
    for (fresh, s) in shops().await {
        let empty = Form {
            name: " ".into(),
            email: String::new(),
            text: String::new(),
            ..s.form(Kind::Complaint, Whose::Typed(String::new()))
        };
        let refused = flow::declare(&s.app, &GUEST, empty).await.unwrap_err();
        let fields: Vec<_> = refused.all().filter_map(|f| f.field.clone()).collect();
        assert_eq!(fields, ["name", "email", "text"], "{}", fresh.name);
        let order = s.bought(1, 0).await;
        let with = |files: Vec<Upload>| Form {
            files,
            chosen: vec![Shop::chosen(&order, 0, 1)],
            ..s.form(Kind::Complaint, Whose::Link(order.token.clone()))
        };
        let file = |name: &str, bytes: &[u8]| Upload { name: name.into(), bytes: bytes.to_vec() };
        let svg = flow::declare(&s.app, &GUEST, with(vec![file("a.png", b"<svg onload=alert(1)>")])).await.unwrap_err();
        assert_eq!((svg.code, svg.field.as_deref(), svg.kind), ("media.unknown_kind", Some("files"), Sort::Invalid));
        let many = vec![file("a.pdf", b"%PDF-1.4"); 9];
        assert_eq!(flow::declare(&s.app, &GUEST, with(many)).await.unwrap_err().code, "aftersales.too_many_files");
        let kept = vec![file("../../etc/kvitas.pdf", b"%PDF-1.4\n%%EOF\n"), file("IMG.HEIC", &crate::media::heic_sample())];
        let filed = flow::declare(&s.app, &GUEST, with(kept)).await.unwrap().filed.unwrap();
        let files = aftersales::files(s.app.reader(), filed.id).await.unwrap();
        let told: Vec<_> = files.iter().map(|f| (f.name.as_str(), f.mime.as_str())).collect();
        assert_eq!(told, [("kvitas.pdf", "application/pdf"), ("IMG.HEIC", "image/heic")]);
        let heic = flow::file_by_link(&s.app, &filed.token, files[1].id).await.unwrap();
        assert!(!heic.bytes.windows(3).any(|w| w == b"GPS"), "where it was taken is nobody's business");
        let other = s.filed(Kind::Withdrawal, &s.bought(1, 0).await, 1).await;
        let foreign = flow::file_by_link(&s.app, &other.token, files[1].id).await.unwrap_err();
        assert_eq!(foreign.code, "aftersales.no_case", "a link opens its own case alone");
    }
}

#[tokio::test]
async fn both_write_and_staff_s_notes_stay_inside() {
    for (fresh, s) in shops().await {
        let order = s.bought(1, 0).await;
        let case = s.filed(Kind::Complaint, &order, 1).await;
        flow::ask(&s.app, &SYSTEM, case.id, "Atsiųskite nuotrauką.").await.unwrap();
        flow::note(&s.app, &SYSTEM, case.id, "Gamintojas žino.").await.unwrap();
        assert_eq!(s.case(case.id).await.state, State::InfoRequested);
        let words =
            flow::Words { text: "Štai ji.".into(), files: Vec::new(), address: "192.0.2.1".into(), key: Some("once".into()) };
        flow::write(&s.app, &GUEST, &case.token, words.clone()).await.unwrap();
        flow::write(&s.app, &GUEST, &case.token, words).await.unwrap();
        assert_eq!(s.case(case.id).await.state, State::Submitted, "{}", fresh.name);
        assert_eq!(s.tasks(TaskKind::Letter).await.len(), 1, "somebody is to answer");
        flow::answer(&s.app, &SYSTEM, case.id, "Ačiū.").await.unwrap();
        assert!(s.tasks(TaskKind::Letter).await.is_empty());
        let page = flow::page(&s.app, &case.token).await.unwrap();
        let said: Vec<_> = page.messages.iter().map(|m| m.text.as_str()).collect();
        assert_eq!(said, ["Atsiųskite nuotrauką.", "Štai ji.", "Ačiū."]);
        assert_eq!(flow::handled(&s.app, &SYSTEM, case.id).await.unwrap().messages.len(), 4);
        let exported = aftersales::export(s.app.reader(), order.party).await.unwrap().to_string();
        assert!(exported.contains("Štai ji.") && !exported.contains("Gamintojas"));
        s.work().await;
        s.whole(fresh.name).await;
    }
}

/// A mail server that is down.
struct Down;

#[async_trait::async_trait]
impl Transport for Down {
    async fn send(&self, _: &Outgoing) -> Result<(), Refusal> {
        Err(Refusal::Later("connection refused".into()))
    }
    fn name(&self) -> &'static str {
        "down"
    }
}

#[tokio::test]
async fn t25_a_letter_system_that_is_down_changes_nothing_in_the_record() {
    for fresh in testing::databases().await {
        let s = Shop::open(&fresh).await;
        let order = s.bought(1, 0).await;
        s.work().await;
        let stage = Arc::new(Stage::open(stage::Source::embedded()).unwrap());
        let down = fresh
            .builder()
            .with_settings((*s.app.settings()).clone())
            .with_port(stage)
            .with_port::<dyn Transport>(Arc::new(Down));
        let filed = s.declare(Kind::Withdrawal, &order, 1).await.unwrap().filed.unwrap();
        let letters = Registry::new().on(|app, job: SendLetter| async move { letters::send(&app, job).await });
        Worker::new(down.build(), letters).run_until_idle().await.unwrap();
        let case = s.case(filed.id).await;
        assert_eq!((case.state, case.number.as_str()), (State::Submitted, filed.number.as_str()), "{}", fresh.name);
        assert_eq!(s.tasks(TaskKind::Withdrawal).await.len(), 1);
        assert!(!s.post.0.lock().unwrap().iter().any(|l| l.subject.contains(&filed.number)), "nothing left the house");
        s.whole(fresh.name).await;
        // The letter waits; once the server is back it goes by itself.
        s.later(s.app.now().plus_hours(2));
        s.work().await;
        assert!(s.post.0.lock().unwrap().iter().any(|l| l.subject.contains(&filed.number)));
    }
}

#[tokio::test]
async fn rights_are_asked() {
    for (fresh, s) in shops().await {
        let order = s.bought(1, 0).await;
        let case = s.filed(Kind::Complaint, &order, 1).await;
        for role in [Role::Viewer, Role::Marketer] {
            let refused = flow::answer(&s.app, &staff(role), case.id, "x").await.unwrap_err();
            assert_eq!(refused.code, "access.forbidden", "{} {role:?}", fresh.name);
            let form = Form { chosen: Vec::new(), ..s.form(Kind::Withdrawal, Whose::Order(order.id)) };
            assert_eq!(flow::declare(&s.app, &staff(role), form).await.unwrap_err().code, "access.forbidden");
        }
        assert!(flow::handled(&s.app, &staff(Role::Viewer), case.id).await.is_ok());
        assert_eq!(flow::handled(&s.app, &staff(Role::Marketer), case.id).await.err().unwrap().code, "access.forbidden");
        assert_eq!(flow::refund(&s.app, &staff(Role::Manager), case.id).await.unwrap_err().code, "access.forbidden");
        assert_eq!(flow::page(&s.app, "no-such-link").await.err().unwrap().code, "aftersales.no_case");
    }
}

#[tokio::test]
async fn the_term_is_raised_at_three_quarters_and_at_its_end_once_each() {
    for fresh in testing::databases().await {
        let s = Shop::open(&fresh).await;
        let order = s.bought(1, 0).await;
        let case = s.filed(Kind::Complaint, &order, 1).await;
        let began = s.app.now();
        flow::watch(&s.app).await.unwrap();
        assert_eq!(s.tasks(TaskKind::Complaint).await[0].due_at, case.answer_by);
        s.later(began.plus_days(11));
        for _ in 0..2 {
            flow::watch(&s.app).await.unwrap();
        }
        let tasks = s.tasks(TaskKind::Complaint).await;
        assert_eq!((tasks.len(), tasks[0].due_at), (1, s.app.now()), "{}: it is on today's list", fresh.name);
        s.later(began.plus_days(16));
        for _ in 0..2 {
            flow::watch(&s.app).await.unwrap();
        }
        assert_eq!(s.tasks(TaskKind::Complaint).await.len(), 1);
        let scope = SYSTEM.scope(Right::CasesRead).unwrap();
        let query = aftersales::ReportQuery { since: began.plus_days(-1), until: s.app.now() };
        let figures = aftersales::figures(s.app.reader(), &scope, query, s.app.now()).await.unwrap();
        assert_eq!((figures.complaints, figures.overdue), (1, 1));
        s.approve(case.id).await;
        assert!(s.tasks(TaskKind::Complaint).await.is_empty(), "answered, nobody is reminded");
        flow::watch(&s.app).await.unwrap();
        assert!(s.tasks(TaskKind::Complaint).await.is_empty());
    }
}
