//! What a form asks for is done once, and numbers only go forward.

use super::*;

#[tokio::test]
async fn a_form_sent_twice_issues_one_document() {
    for (_fresh, s) in shops().await {
        let order = s.order(1, 1).await;
        let ask = |key: &'static str, wanted: Wanted| {
            let (app, order) = (s.app.clone(), order.id);
            async move { flow::issue(&app, &SYSTEM, order, wanted, Some(key)).await }
        };
        let half = Wanted::Prepayment(Deposit::Percent(Rate::percent(50)));
        let (one, two) = tokio::join!(ask("k1", half), ask("k1", half));
        assert_eq!(one.unwrap().id, two.unwrap().id);
        assert_eq!(ask("k1", Wanted::Confirmation).await.unwrap_err().code, "request.key_reused");
        let other = ask("k2", Wanted::Confirmation).await.unwrap();
        assert_eq!(ask("k2", Wanted::Confirmation).await.unwrap().id, other.id);
        assert_eq!(s.count("select count(*) from issued_document").await, 2);
    }
}

#[tokio::test]
async fn numbers_go_on_where_another_program_stopped_and_never_back() {
    for (_fresh, s) in shops().await {
        let next = [(Kind::Invoice, 1_207), (Kind::CreditNote, 31)];
        flow::go_on(&s.app, &SYSTEM, &next).await.unwrap();
        let order = s.order(1, 0).await;
        let issued = flow::issue(&s.app, &SYSTEM, order.id, Wanted::Invoice, None).await.unwrap();
        assert!(issued.number.ends_with("-001207"), "{}", issued.number);
        // One of several that cannot be: none of them moves.
        let back = [(Kind::CreditNote, 99), (Kind::Invoice, 1_000)];
        let refused = flow::go_on(&s.app, &SYSTEM, &back).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), ("documents.series", Some("next.invoice")));
        let year = s.app.now().date().year();
        let all = documents::numbering(s.app.reader(), &s.app.settings(), year).await.unwrap();
        let last = |kind: Kind| all.iter().find(|n| n.kind == kind).map(|n| n.last);
        assert_eq!((last(Kind::Invoice), last(Kind::CreditNote), last(Kind::CashReceipt)), (Some(1_207), Some(30), Some(0)));
        assert_eq!(flow::go_on(&s.app, &Actor::Guest, &next).await.unwrap_err().code, "access.sign_in");
    }
}
