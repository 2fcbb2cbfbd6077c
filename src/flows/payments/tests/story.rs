//! Every order of facts is one ledger in the end.

use proptest::prelude::*;

use super::*;

/// A story of one payment: some facts, told in some order, some of them twice.
fn story() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0_usize..7, 1..18)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever order facts come in and however often: once all of them were told, the ledger is the
    /// same, and after each of them sums and rows agree.
    #[test]
    fn the_ledger_does_not_depend_on_the_order_of_facts(told in story()) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let shop = Shop::open(testing::sqlite().await).await;
            let order = shop.order(Payment::Card).await;
            let attempt = shop.begin(&order).await.unwrap();
            let facts = [
                Fact::Processing { attempt: Some(attempt), session: None },
                paid(Some(attempt), "pi_1", 10_000),
                Fact::Expired { attempt: Some(attempt), session: None },
                back("re_1", "pi_1", 2_500, RefundState::Succeeded),
                back("re_1", "pi_1", 2_500, RefundState::Failed),
                dispute("pi_1", 4_000, DisputeState::Open),
                dispute("pi_1", 4_000, DisputeState::Won),
            ];
            let everything = told.iter().copied().chain([1, 0, 2, 3, 4, 5, 6]);
            for (n, which) in everything.enumerate() {
                let _ = shop.message(&format!("evt_{n}"), vec![facts[which].clone()]).await;
                shop.sound().await;
            }
            shop.later(60 * 24);
            sweep(&shop.app).await.unwrap();
            shop.sound().await;
            let (state, payment, has, due) = shop.money(order.id).await;
            assert_eq!((state, payment.as_str(), has, due), (State::Confirmed, "paid", 10_000, 0));
            assert_eq!(shop.desk().await, 0);
        });
    }
}
