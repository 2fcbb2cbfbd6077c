use proptest::prelude::*;
use uuid::Uuid;

use super::{
    samples::{Line, camt},
    *,
};
use crate::kernel::{Moment, Money};

fn id(n: u32) -> Uuid {
    Uuid::from_u128(u128::from(n) + 1)
}

/// Order `n` of customer `customer`, older with a lower number.
fn order(n: u32, customer: u32, due: i64) -> Candidate {
    Candidate {
        id: id(n),
        number: format!("UZS-2026-{n:06}"),
        codes: vec![format!("IS-{n:05}")],
        reference: crate::sales::reference(&format!("UZS-2026-{n:06}")),
        customer: id(1_000_000 + customer),
        customer_code: format!("K{customer}"),
        names: vec![format!("UAB Pirkėjas{customer}")],
        due: Money::eur(due),
        since: Moment(i64::from(n)),
    }
}

fn index(orders: impl IntoIterator<Item = Candidate>) -> Index {
    let mut index = Index::default();
    for order in orders {
        index.add(order);
    }
    index
}

fn entry(line: Line) -> Entry {
    read(&camt("053.001.08", &[line]), "", None).unwrap().remove(0).entries.remove(0)
}

/// Documents with their sums, the rest, and why it waits.
fn told(index: &Index, line: Line) -> (Vec<(Uuid, i64, u32)>, i64, Option<Hold>) {
    let proposal = index.propose(&entry(line), Rules::default());
    let matches = proposal.matches.iter().map(|m| (m.document, m.amount.minor, m.score)).collect();
    (matches, proposal.rest.minor, proposal.hold)
}

#[test]
fn each_kind_of_hint_has_its_score() {
    let mut index = index([order(1, 1, 257_32), order(2, 2, 99_00), order(3, 3, 40_00)]);
    let rf: &'static str = Box::leak(crate::sales::reference("UZS-2026-000001").into_boxed_str());
    assert_eq!(told(&index, Line::of(257_32, "").structured(rf)), (vec![(id(1), 257_32, 100)], 0, None));
    assert_eq!(told(&index, Line::of(10_00, &rf.to_lowercase())), (vec![(id(1), 10_00, 100)], 0, None));
    assert_eq!(told(&index, Line::of(10_00, "").structured("UZS-2026-000001")), (vec![(id(1), 10_00, 95)], 0, None));
    assert_eq!(told(&index, Line::of(10_00, "").structured("IS-00001")), (vec![(id(1), 10_00, 95)], 0, None));
    assert_eq!(told(&index, Line::of(10_00, "").structured("K2")), (vec![(id(2), 10_00, 95)], 0, None));
    assert_eq!(told(&index, Line::of(10_00, "uz uzs 2026 nr. 1")), (vec![(id(1), 10_00, 80)], 0, None));
    assert_eq!(told(&index, Line::of(257_32, "uz uzs-2026-000001")), (vec![(id(1), 257_32, 84)], 0, None));
    // The account of one customer and the sum of one document: for a person.
    index.know("LT601010012345678901", id(1_000_003));
    assert_eq!(told(&index, Line::of(40_00, "ačiū")), (vec![(id(3), 40_00, 70)], 0, Some(Hold::Score)));
    let named = Line::of(99_00, "ačiū").from("Pirkejas2, UAB", "");
    assert_eq!(told(&index, named), (vec![(id(2), 99_00, 40)], 0, Some(Hold::Score)));
    assert_eq!(told(&index, Line::of(1_00, "ačiū")), (vec![], 1_00, Some(Hold::Nothing)));
}

#[test]
fn a_part_is_taken_and_what_is_over_stays_as_credit() {
    // The example of the domain notes, §3.2.6.
    let mut index = index([order(1, 1, 257_32)]);
    let rf: &'static str = Box::leak(crate::sales::reference("UZS-2026-000001").into_boxed_str());
    let first = index.propose(&entry(Line::of(250_00, "").structured(rf)), Rules::default());
    assert_eq!((first.matches[0].amount.minor, first.rest.minor, first.is_sure()), (250_00, 0, true));
    index.settle(id(1), 250_00);
    let second = index.propose(&entry(Line::of(10_00, "").structured(rf)), Rules::default());
    assert_eq!((second.matches[0].amount.minor, second.rest.minor, second.is_sure()), (7_32, 2_68, true));
    index.settle(id(1), 7_32);
    // Paid once more: it is in sight and nothing is posted by itself.
    assert_eq!(told(&index, Line::of(5_00, "").structured(rf)), (vec![(id(1), 0, 100)], 5_00, Some(Hold::Settled)));
    index.settle(id(1), -7_32);
    assert_eq!(told(&index, Line::of(5_00, "").structured(rf)).2, None);
}

#[test]
fn several_numbers_are_paid_oldest_first() {
    let index = index([order(9, 1, 30_00), order(4, 1, 20_00), order(7, 2, 10_00)]);
    let both = "UZS-2026-000009 ir UZS-2026-000004";
    assert_eq!(told(&index, Line::of(35_00, both)), (vec![(id(4), 20_00, 80), (id(9), 15_00, 80)], 0, None));
    assert_eq!(told(&index, Line::of(60_00, both)), (vec![(id(4), 20_00, 80), (id(9), 30_00, 80)], 10_00, None));
    let others = "UZS-2026-000004, UZS-2026-000007";
    assert_eq!(told(&index, Line::of(30_00, others)).2, Some(Hold::Customers));
    // The same document named twice, by its two numbers, is one.
    assert_eq!(told(&index, Line::of(20_00, "UZS-2026-000004 (IS-00004)")).0.len(), 1);
}

#[test]
fn what_is_not_unique_waits_for_a_person() {
    let mut index = index([order(1, 1, 10_00), order(2, 1, 10_00), order(3, 1, 25_00)]);
    index.know("LT601010012345678901", id(1_000_001));
    // Two documents of that sum: the account does not decide.
    assert_eq!(told(&index, Line::of(10_00, "")).0, vec![]);
    // The customer's code means all of them; only an equal sum decides.
    assert_eq!(told(&index, Line::of(11_00, "").structured("K1")).2, Some(Hold::Several));
    assert_eq!(told(&index, Line::of(25_00, "").structured("K1")), (vec![(id(3), 25_00, 99)], 0, None));
    // An account of two customers is nobody's.
    index.know("LT601010012345678901", id(1_000_002));
    assert_eq!(told(&index, Line::of(25_00, "")).2, Some(Hold::Nothing));
}

#[test]
fn another_currency_and_money_that_is_no_receipt_go_by_hand() {
    let mut polish = order(1, 1, 10_00);
    polish.due = Money::new(10_00, "PLN".parse().unwrap());
    let index = index([polish]);
    let (matches, rest, hold) = told(&index, Line::of(10_00, "UZS-2026-000001"));
    assert_eq!((matches, rest, hold), (vec![(id(1), 0, 80)], 10_00, Some(Hold::Currency)));
    assert_eq!(told(&index, Line::of(-10_00, "UZS-2026-000001")).2, Some(Hold::NoReceipt));
    assert_eq!(told(&index, Line::of(10_00, "UZS-2026-000001").reversed()).2, Some(Hold::NoReceipt));
}

#[test]
fn the_threshold_decides_what_is_posted_by_itself() {
    let index = index([order(1, 1, 10_00)]);
    let entry = entry(Line::of(9_00, "UZS-2026-000001"));
    assert!(index.propose(&entry, Rules { threshold: 80 }).is_sure());
    assert_eq!(index.propose(&entry, Rules { threshold: 95 }).hold, Some(Hold::Score));
}

#[test]
fn like_names_are_suggested_and_never_posted() {
    let mut index = index((1..=8).map(|n| {
        let mut one = order(n, n, 10_00);
        one.names = vec!["Jonas Jonaitis".to_owned()];
        one
    }));
    let proposal = index.propose(&entry(Line::of(10_00, "").from("JONAITIS JONAS", "")), Rules { threshold: 0 });
    assert_eq!((proposal.matches.len(), proposal.others.len(), proposal.hold), (0, 5, Some(Hold::Several)));
    assert!(proposal.others.iter().all(|m| m.score == 40));
    index.settle(id(1), 10_00);
    let proposal = index.propose(&entry(Line::of(10_00, "").from("JONAITIS JONAS", "")), Rules::default());
    assert!(proposal.others.iter().all(|m| m.document != id(1)));
}

proptest! {
    /// Whatever is written: no cent is invented or lost, and no document gets more than is due.
    #[test]
    fn a_split_adds_up(
        dues in proptest::collection::vec(0_i64..50_000, 1..8),
        named in proptest::collection::vec(0_u32..10, 0..6),
        minor in 1_i64..200_000,
        noise in "[A-Za-z0-9 /-]{0,20}",
    ) {
        let index = index(dues.iter().enumerate().map(|(n, due)| order(n as u32, n as u32 % 2, *due)));
        let text: Vec<String> = named.iter().map(|n| format!("UZS-2026-{n:06}")).collect();
        let proposal = index.propose(&entry(Line::of(minor, &format!("{noise} {}", text.join(", ")))), Rules::default());
        let given: i64 = proposal.matches.iter().map(|m| m.amount.minor).sum();
        prop_assert_eq!(given + proposal.rest.minor, minor);
        for one in &proposal.matches {
            let n = dues.iter().enumerate().position(|(n, _)| id(n as u32) == one.document).unwrap();
            prop_assert!(one.amount.minor >= 0 && one.amount.minor <= dues[n]);
        }
        if proposal.is_sure() {
            prop_assert!(given > 0 && proposal.matches.iter().all(|m| m.score >= 80));
        }
    }
}
