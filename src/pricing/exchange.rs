//! Exchange rates: dated rows that staff write down. Nothing is converted by a rate that nobody set.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Fault, Rounding, bulk::rounded};
use crate::kernel::{self, Currency, Moment, Money, Reads, Tx, db};

/// So many units of `quote` are one unit of `base`, from a moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExchangeRate {
    pub base: Currency,
    pub quote: Currency,
    pub valid_from: Moment,
    /// Millionths: 4.27 zł for a euro is 4,270,000.
    pub rate_micro: i64,
    /// Who wrote it down: a kind and an id (`staff:…`).
    pub actor: String,
}
db::record!(ExchangeRate { base, quote, valid_from, rate_micro, actor });

impl ExchangeRate {
    /// An amount of `base` in `quote`, at the wanted ending; `None` when it does not fit.
    pub fn convert(&self, amount: Money, ending: Rounding) -> Option<Money> {
        let exact = amount.to_decimal().checked_mul(Decimal::new(self.rate_micro, 6))?;
        rounded(exact, Money::zero(self.quote), ending)
    }
}

/// Every rate that was ever written down.
#[derive(Clone, Debug, Default)]
pub struct Exchange(Vec<ExchangeRate>);

impl Exchange {
    /// The rate in force between two currencies.
    pub fn rate(&self, base: Currency, quote: Currency, at: Moment) -> Option<&ExchangeRate> {
        let known = self.0.iter().filter(|r| (r.base, r.quote) == (base, quote) && r.valid_from <= at);
        known.max_by_key(|r| r.valid_from)
    }
    /// The newest first.
    pub fn rates(&self) -> &[ExchangeRate] {
        &self.0
    }
}

/// One query: there are as many rows as somebody typed.
///
/// # Faults
/// Whatever the database says.
pub async fn exchange(db: &impl Reads) -> Result<Exchange, kernel::Fault> {
    let sql = "select base, quote, valid_from, rate_micro, actor from exchange_rate order by valid_from desc, base, quote";
    Ok(Exchange(db::all(db, sql, vec![]).await?))
}

/// Writes a rate down; one of the same moment is replaced.
///
/// # Faults
/// `pricing.exchange_rate` unless it is between a millionth and ten million; `pricing.exchange_same`.
pub async fn set_exchange(tx: &Tx, base: Currency, quote: Currency, from: Moment, rate_micro: i64) -> Result<(), kernel::Fault> {
    if base == quote {
        return Err(Fault::ExchangeSame.into());
    }
    if !(1..=10_000_000_000_000).contains(&rate_micro) {
        return Err(Fault::ExchangeRate.into());
    }
    let sql = "insert into exchange_rate (base, quote, valid_from, rate_micro, actor) values ($1,$2,$3,$4,$5) \
               on conflict (base, quote, valid_from) do update set rate_micro = excluded.rate_micro, actor = excluded.actor";
    db::run(tx, sql, db::params![base, quote, from, rate_micro, tx.actor().code()]).await?;
    Ok(())
}

/// Takes back a rate that is not in force yet.
///
/// # Faults
/// `pricing.exchange_in_force`.
pub async fn drop_exchange(tx: &Tx, base: Currency, quote: Currency, from: Moment) -> Result<(), kernel::Fault> {
    let sql = "delete from exchange_rate where base = $1 and quote = $2 and valid_from = $3 and valid_from > $4";
    match db::run(tx, sql, db::params![base, quote, from, tx.now()]).await? {
        0 => Err(Fault::ExchangeInForce.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(quote: &str, valid_from: i64, rate_micro: i64) -> ExchangeRate {
        let quote = quote.parse().unwrap();
        ExchangeRate { base: Currency::EUR, quote, valid_from: Moment(valid_from), rate_micro, actor: "system".into() }
    }

    #[test]
    fn the_rate_of_the_day_and_the_ending_decide() {
        let all = Exchange(vec![rate("PLN", 10, 4_300_000), rate("PLN", 0, 4_270_000), rate("JPY", 0, 163_450_000)]);
        let [pln, jpy]: [Currency; 2] = ["PLN", "JPY"].map(|c| c.parse().unwrap());
        let at = |quote, at| all.rate(Currency::EUR, quote, Moment(at));
        let price =
            |quote, moment, ending| at(quote, moment).and_then(|r| r.convert(Money::eur(1_299_00), ending)).unwrap().minor;
        assert_eq!(price(pln, 9, Rounding::Cent), 5_546_73);
        assert_eq!(price(pln, 10, Rounding::Whole), 5_586_00);
        assert_eq!(price(pln, 10, Rounding::Ninety), 5_585_90);
        assert_eq!(price(jpy, 0, Rounding::Ninety), 212_322, "a currency without cents ends where it ends");
        assert!(at(pln, -1).is_none() && all.rate(pln, Currency::EUR, Moment(99)).is_none());
    }

    proptest! {
        /// No amount and no rate that can be typed makes the machine stop.
        #[test]
        fn whatever_is_typed_is_converted_or_refused(minor in 0..i64::MAX, micro in 1..=10_000_000_000_000_i64) {
            for ending in Rounding::ALL {
                let _ = rate("PLN", 0, micro).convert(Money::eur(minor), *ending);
            }
        }

        #[test]
        fn a_dearer_thing_stays_no_cheaper(a in 0..10_000_000_i64, b in 0..10_000_000_i64, micro in 1_000..1_000_000_000_i64) {
            let (low, high) = (a.min(b), a.max(b));
            let of = |minor| rate("PLN", 0, micro).convert(Money::eur(minor), Rounding::Ninety).unwrap().minor;
            prop_assert!(of(low) <= of(high));
        }
    }
}
