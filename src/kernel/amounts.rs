//! Sums within bounds: what papers are found by, beside their words.

use rust_decimal::Decimal;
use sea_orm::Value;

use super::{Currency, Fault, Money};

/// Sums of one currency, with VAT, in minor units; both bounds inclusive. Nothing asked for lets
/// everything through: a bound without a currency would compare euros with złoty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    pub currency: Option<Currency>,
    pub from: Option<i64>,
    pub until: Option<i64>,
}

impl Amounts {
    /// Bounds as programs write them, `12.30`; without a currency they are in the usual one.
    ///
    /// # Faults
    /// `form.number` at `gross_from` or `gross_until`, `form.choose` at `currency`.
    pub fn read(from: Option<&str>, until: Option<&str>, currency: Option<&str>, usual: Currency) -> Result<Self, Fault> {
        let named = currency.map(|text| text.parse().map_err(|_| Fault::invalid("currency", "form.choose"))).transpose()?;
        let bound = |text: Option<&str>, field: &str| {
            text.map(|text| exactly(text, named.unwrap_or(usual)).ok_or_else(|| Fault::invalid(field, "form.number"))).transpose()
        };
        let (from, until) = (bound(from, "gross_from")?, bound(until, "gross_until")?);
        Ok(Self { currency: named.or((from.is_some() || until.is_some()).then_some(usual)), from, until })
    }

    pub const fn are_asked_for(&self) -> bool {
        self.currency.is_some() || self.from.is_some() || self.until.is_some()
    }

    /// Adds what is asked for to a WHERE with these parameters.
    pub fn narrow(&self, (gross, currency): (&str, &str), clause: &mut String, params: &mut Vec<Value>) {
        let bounds = [
            (currency, "=", self.currency.map(Value::from)),
            (gross, ">=", self.from.map(Value::from)),
            (gross, "<=", self.until.map(Value::from)),
        ];
        for (column, compared, value) in bounds {
            if let Some(value) = value {
                params.push(value);
                clause.push_str(&format!(" and {column} {compared} ${}", params.len()));
            }
        }
    }
}

/// A part of a cent is no bound of ours.
fn exactly(text: &str, currency: Currency) -> Option<i64> {
    let amount: Decimal = text.parse().ok()?;
    Money::from_decimal(amount, currency).filter(|money| money.to_decimal() == amount).map(|money| money.minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_in_one_currency() {
        let read = |from, until, currency| Amounts::read(from, until, currency, Currency::EUR);
        let some = read(Some("12.30"), None, None).unwrap();
        assert_eq!(some, Amounts { currency: Some(Currency::EUR), from: Some(1230), until: None });
        assert_eq!(read(None, Some("500"), Some("JPY")).unwrap().until, Some(500), "a yen has no parts");
        assert_eq!(read(None, None, None).unwrap(), Amounts::default());
        for (from, currency, field) in
            [("12.301", None, "gross_from"), ("much", None, "gross_from"), ("1", Some("XYZ"), "currency")]
        {
            assert_eq!(read(Some(from), None, currency).unwrap_err().field.as_deref(), Some(field), "{from}");
        }
    }

    #[test]
    fn only_what_was_asked_for_narrows() {
        let (mut clause, mut params) = (String::new(), vec![Value::from(1_i64)]);
        Amounts::default().narrow(("d.gross", "d.currency"), &mut clause, &mut params);
        assert_eq!((clause.as_str(), params.len()), ("", 1));
        let some = Amounts { currency: Some(Currency::EUR), from: None, until: Some(500) };
        some.narrow(("d.gross", "d.currency"), &mut clause, &mut params);
        assert_eq!(clause, " and d.currency = $2 and d.gross <= $3");
        assert_eq!(params.len(), 3);
        assert!(some.are_asked_for());
    }
}
