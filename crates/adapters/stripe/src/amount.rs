//! Stripe's unit of a currency against ours. They differ where Stripe kept an old habit: the
//! Icelandic króna has no aurar any more, yet is sent as if it had.

use vitrina::kernel::{Currency, Money};

/// What Stripe wants to be sent for this sum.
///
/// # Errors
/// When Stripe has no such sum: its cards know no third decimal place.
pub fn to_stripe(money: Money) -> Result<i64, String> {
    let beyond = || format!("{} {} is more than can be sent", money.amount_text(), money.currency);
    match money.currency.as_str() {
        "ISK" => money.minor.checked_mul(100).ok_or_else(beyond),
        _ if money.currency.exponent() == 3 && money.minor % 10 != 0 => {
            Err(format!("{} {}: the third decimal place must be 0", money.amount_text(), money.currency))
        }
        _ => Ok(money.minor),
    }
}

/// What Stripe's number means.
///
/// # Errors
/// When the currency is none of the shop's, or there is part of a unit that does not exist.
pub fn from_stripe(minor: i64, code: &str) -> Result<Money, String> {
    let currency: Currency = code.parse().map_err(|e| format!("currency {code:?}: {e}"))?;
    if minor < 0 {
        return Err(format!("a negative amount: {minor} {code}"));
    }
    match currency.as_str() {
        "ISK" if minor % 100 != 0 => Err(format!("{minor} {code} is not a whole króna")),
        "ISK" => Ok(Money::new(minor / 100, currency)),
        _ => Ok(Money::new(minor, currency)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, code.parse().unwrap())
    }

    #[test]
    fn the_sums_of_stripes_own_page_on_currencies() {
        // "To charge 10 USD, provide 1000"; "to charge ¥500, provide 500"; "to charge 5 ISK, provide 500";
        // three-decimal amounts end in 0.
        assert_eq!(to_stripe(money(10_00, "USD")), Ok(1000));
        assert_eq!(to_stripe(money(500, "JPY")), Ok(500));
        assert_eq!(to_stripe(money(5, "ISK")), Ok(500));
        assert_eq!(to_stripe(money(5_120, "KWD")), Ok(5120));
        assert!(to_stripe(money(5_124, "KWD")).is_err());
        assert!(to_stripe(money(i64::MAX, "ISK")).is_err());
        assert!(from_stripe(501, "isk").is_err() && from_stripe(-1, "eur").is_err() && from_stripe(1, "xyz").is_err());
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_sum(tens in 0_i64..1_000_000_000, code in prop::sample::select(vec!["EUR", "JPY", "ISK", "KWD", "HUF", "BHD"])) {
            let sum = money(tens * 10, code);
            prop_assert_eq!(from_stripe(to_stripe(sum).unwrap(), &code.to_lowercase()), Ok(sum));
        }
    }
}
