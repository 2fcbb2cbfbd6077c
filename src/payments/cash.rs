//! Cash: the law rounds the sum of a payment and limits what one deal may take.
//!
//! Since 2025-05-01 the total of a cash payment in Lithuania is rounded to 0.05 € (Bank of Lithuania,
//! domain notes §4.3); since 2022-11-01 one deal takes 5,000 € in cash at most, however it is split
//! (law XIV-1165, art. 4). Both are settings, since both have changed before.

use crate::kernel::{self, Currency, Money, OrderId, Reads, Settings, db};

/// The smallest step of cash, in minor units; 1 where nothing is rounded.
pub fn step(settings: &Settings, currency: Currency) -> i64 {
    if currency == Currency::EUR { settings.int("cash.step").max(1) } else { 1 }
}

/// A sum as cash can pay it: to the nearest step, a tie away from zero.
pub fn rounded(sum: Money, step: i64) -> Money {
    let step = step.max(1);
    let (whole, rest) = (sum.minor / step, sum.minor % step);
    let up = if 2 * rest.abs() >= step { rest.signum() } else { 0 };
    Money { minor: (whole + up) * step, ..sum }
}

/// What one deal may take in cash; `None` where nothing limits it.
pub fn limit(settings: &Settings, currency: Currency) -> Option<Money> {
    let most = settings.int("cash.limit");
    (most > 0 && currency == Currency::EUR).then(|| Money::new(most * 100, currency))
}

/// What was taken in cash for an order so far, less what went back.
///
/// # Faults
/// Whatever the database says.
pub async fn taken(db: &impl Reads, order: OrderId) -> Result<i64, kernel::Fault> {
    let sql = "select cast(coalesce(sum(e.amount_minor), 0) as bigint) from payment_receipt r join payment_entry e on e.receipt_id = r.id \
               where r.order_id = $1 and r.provider = 'cash' and e.kind <> 'rounding'";
    Ok(db::scalar(db, sql, db::params![order]).await?.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_vectors_of_the_law() {
        for (sum, cash) in [
            (25_732, 25_730),
            (39_993, 39_995),
            (1_002, 1_000),
            (1_003, 1_005),
            (1_007, 1_005),
            (1_008, 1_010),
            (2, 0),
            (25_730, 25_730),
        ] {
            assert_eq!(rounded(Money::eur(sum), 5), Money::eur(cash), "{sum}");
            assert_eq!(rounded(Money::eur(-sum), 5), Money::eur(-cash), "a refund mirrors it");
        }
    }

    proptest! {
        #[test]
        fn rounding_moves_two_cents_at_most_and_once(sum in -10_000_000_i64..10_000_000) {
            let cash = rounded(Money::eur(sum), 5);
            prop_assert!((cash.minor - sum).abs() <= 2 && cash.minor % 5 == 0);
            prop_assert_eq!(rounded(cash, 5), cash);
            prop_assert_eq!(rounded(Money::eur(sum), 1), Money::eur(sum));
        }
    }
}
