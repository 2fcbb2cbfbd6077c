//! Making discounts with their codes, and stopping them.

use super::{Fault, Gives, views::discount};
use crate::{
    kernel::{self, Currency, DiscountId, Entropy, Moment, Tx, db},
    pricing::Picked,
};

/// Codes that one batch holds.
const BATCH: usize = 5_000;

/// The codes of a discount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Codes {
    /// One for everybody, for so many orders.
    One { code: String, most: Option<i64> },
    /// So many different ones that nobody can guess, each for one order.
    Batch { prefix: String, count: usize },
}

/// A discount to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDiscount {
    /// For the office.
    pub name: String,
    pub codes: Codes,
    pub gives: Gives,
    pub currency: Currency,
    /// The goods that it is about are worth so much at least, minor units.
    pub minimum: Option<i64>,
    pub goods: Picked,
    /// Half open: from the beginning, to before the end. `None`: from now on; without an end.
    pub valid_from: Option<Moment>,
    pub valid_to: Option<Moment>,
    /// Orders of one customer.
    pub per_customer: Option<i64>,
}

/// A code as it is kept: capitals, no spaces. `None` for what cannot be one.
pub fn typed(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
    let letters = code.chars().filter(|c| c.is_alphanumeric()).count();
    let clean = code.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '%'));
    (clean && letters >= 3 && code.chars().count() <= 40).then_some(code)
}

/// Letters and digits that nobody confuses when they are read aloud or printed.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// `PREFIX-XXXX-XXXX`: forty bits of chance.
pub fn random(entropy: &Entropy, prefix: &str) -> String {
    let mut bytes = [0_u8; 8];
    entropy.fill(&mut bytes);
    let tail: String = bytes.iter().map(|b| char::from(ALPHABET[usize::from(b & 31)])).collect();
    let code = format!("{}-{}", &tail[..4], &tail[4..]);
    if prefix.is_empty() { code } else { format!("{prefix}-{code}") }
}

/// A name as it is kept.
pub(super) fn named(text: &str) -> Result<&str, Fault> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 80 { Err(Fault::Name) } else { Ok(name) }
}

impl NewDiscount {
    fn check(&self, now: Moment) -> Result<(), Fault> {
        named(&self.name)?;
        match self.gives {
            Gives::Percent(rate) if !(1..=1_000_000).contains(&rate.0) => return Err(Fault::Percent),
            Gives::Amount(minor) if minor <= 0 => return Err(Fault::Amount),
            Gives::BuyGet { buy, gets } if !(1..=99).contains(&buy) || !(1..=99).contains(&gets) => return Err(Fault::Pieces),
            _ => {}
        }
        let most = if let Codes::One { most, .. } = &self.codes { *most } else { None };
        if [most, self.per_customer].into_iter().flatten().any(|n| n < 1) {
            return Err(Fault::Limit);
        }
        if self.minimum.is_some_and(|minor| minor < 0) {
            return Err(Fault::Amount);
        }
        match self.valid_to {
            Some(to) if to <= self.valid_from.unwrap_or(now) || to <= now => Err(Fault::Ends),
            _ => Ok(()),
        }
    }
}

/// Makes a discount with its codes.
///
/// # Faults
/// `promotions.name`, `percent`, `amount`, `pieces`, `limit`, `ends`, `malformed`, `taken`,
/// `batch`; then nothing is written.
pub async fn add(tx: &Tx, new: &NewDiscount) -> Result<DiscountId, kernel::Fault> {
    new.check(tx.now())?;
    let id = DiscountId::new(tx);
    let (kind, off, amount, buy, gets) = match new.gives {
        Gives::Percent(rate) => ("percent", Some(rate), None, None, None),
        Gives::Amount(minor) => ("amount", None, Some(minor), None, None),
        Gives::FreeDelivery => ("free_delivery", None, None, None, None),
        Gives::BuyGet { buy, gets } => ("buy_get", None, None, Some(buy), Some(gets)),
    };
    let sql = "insert into discount (id, name, kind, off_micro, amount_minor, buy, gets, currency, minimum_minor, goods, valid_from, \
               valid_to, per_customer, actor, made_at, changed_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$15)";
    let params = db::params![
        id,
        new.name.trim(),
        kind,
        off,
        amount,
        buy,
        gets,
        new.currency,
        new.minimum.filter(|minor| *minor > 0),
        serde_json::to_string(&new.goods)?,
        new.valid_from.unwrap_or(tx.now()),
        new.valid_to,
        new.per_customer,
        tx.actor().code(),
        tx.now(),
    ];
    db::run(tx, sql, params).await?;
    match &new.codes {
        Codes::One { code, most } => one(tx, id, code, *most).await?,
        Codes::Batch { prefix, count } => batch(tx, id, prefix, *count).await?,
    }
    Ok(id)
}

async fn one(tx: &Tx, id: DiscountId, code: &str, most: Option<i64>) -> Result<(), kernel::Fault> {
    let code = typed(code).ok_or(Fault::Malformed)?;
    let sql = "insert into discount_code (code, discount_id, most, used) values ($1,$2,$3,0) on conflict (code) do nothing";
    match db::run(tx, sql, db::params![code.clone(), id, most]).await? {
        0 => Err(Fault::Taken(code).into()),
        _ => Ok(()),
    }
}

async fn batch(tx: &Tx, id: DiscountId, prefix: &str, count: usize) -> Result<(), kernel::Fault> {
    if count == 0 || count > BATCH {
        return Err(Fault::Batch { most: BATCH }.into());
    }
    let prefix = match prefix.trim() {
        "" => String::new(),
        text => typed(text).filter(|p| p.chars().count() <= 20).ok_or(Fault::Malformed)?,
    };
    let mut codes = std::collections::BTreeSet::new();
    while codes.len() < count {
        codes.insert(random(tx.app().entropy(), &prefix));
    }
    let rows = codes.into_iter().map(|code| db::params![code, id, 1_i64, 0_i64]).collect();
    db::insert_many(tx, "insert into discount_code (code, discount_id, most, used) values", "", rows).await?;
    Ok(())
}

/// From now on no code of it is taken; orders keep what they were given.
///
/// # Faults
/// `promotions.no_discount`, `promotions.stopped`.
pub async fn stop(tx: &Tx, id: DiscountId) -> Result<(), kernel::Fault> {
    discount(tx, id).await?;
    let sql = "update discount set stopped_at = $2, changed_at = $2 where id = $1 and stopped_at is null";
    match db::run(tx, sql, db::params![id, tx.now()]).await? {
        0 => Err(Fault::Stopped.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kept_as_one_would_say_them() {
        for (text, code) in [(" vasara 10 ", "VASARA10"), ("šventės-24", "ŠVENTĖS-24"), ("Ačiū", "AČIŪ"), ("A_B%3", "A_B%3")]
        {
            assert_eq!(typed(text).as_deref(), Some(code));
        }
        for wrong in ["", "ab", "--- -", "a;b;c", "<b>x", &"x".repeat(41)] {
            assert_eq!(typed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn random_codes_can_be_typed_and_differ() {
        let entropy = Entropy::seeded(7);
        let codes: std::collections::HashSet<String> = (0..5_000).map(|_| random(&entropy, "MUGĖ")).collect();
        assert!(codes.len() > 4_990);
        assert!(codes.iter().all(|c| typed(c).as_ref() == Some(c) && c.chars().count() == 14), "{codes:?}");
    }
}
