//! Numbers without gaps: one counter a series, drawn last in the transaction that issues.

use super::{Fault, Kind};
use crate::kernel::{self, Reads, Settings, Tx, db};

/// A number drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// `VIT`; of a series that begins anew each year `VIT-2026`.
    pub series: String,
    pub seq: i64,
    /// As it is printed.
    pub number: String,
}

impl Kind {
    /// The setting that holds the prefix of its series.
    pub const fn series_key(self) -> &'static str {
        match self {
            Self::PrepaymentInvoice => "documents.series_prepayment",
            Self::AdvanceInvoice => "documents.series_advance",
            Self::Invoice => "documents.series_invoice",
            Self::CreditNote => "documents.series_credit",
            Self::CashReceipt => "documents.series_cash_in",
            Self::CashRefund => "documents.series_cash_out",
            Self::OrderConfirmation => "documents.series_confirmation",
        }
    }
    /// The prefix where nobody set one.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::PrepaymentInvoice => "IS",
            Self::AdvanceInvoice => "VITA",
            Self::Invoice => "VIT",
            Self::CreditNote => "VITK",
            Self::CashReceipt => "KPO",
            Self::CashRefund => "KIO",
            Self::OrderConfirmation => "UP",
        }
    }
}

/// The series that a kind of document is numbered in now.
///
/// # Faults
/// [`Fault::Series`] for a prefix that no number can begin with.
pub fn series(settings: &Settings, kind: Kind, year: i32) -> Result<String, Fault> {
    let set = settings.text(kind.series_key()).trim();
    let prefix = if set.is_empty() { kind.prefix() } else { set };
    let sound = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    if prefix.len() > 10 || !prefix.chars().all(sound) {
        return Err(Fault::Series);
    }
    Ok(if settings.flag("documents.yearly") { format!("{prefix}-{year}") } else { prefix.to_owned() })
}

/// The next number of a series. Its row stays locked until the commit, so it is drawn last; a
/// transaction that fails gives the number back.
///
/// # Faults
/// [`Fault::Series`].
pub(super) async fn draw(tx: &Tx, kind: Kind) -> Result<Drawn, kernel::Fault> {
    let series = series(&tx.app().settings(), kind, tx.now().date().year())?;
    let sql = "insert into document_series (series, last) values ($1, 1) \
               on conflict (series) do update set last = document_series.last + 1 returning last";
    let seq: i64 =
        db::scalar(tx, sql, db::params![series.clone()]).await?.ok_or_else(|| kernel::Fault::bug("a series gave no number"))?;
    let number = format!("{series}-{seq:06}");
    Ok(Drawn { series, seq, number })
}

/// Where the numbers of a kind stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbering {
    pub kind: Kind,
    pub series: String,
    /// The last number that was drawn; 0 before the first.
    pub last: i64,
}

/// Where the numbers of every kind stand, this year's where they begin anew each year.
///
/// # Faults
/// [`Fault::Series`].
pub async fn numbering(db: &impl Reads, settings: &Settings, year: i32) -> Result<Vec<Numbering>, kernel::Fault> {
    let rows = db::rows(db, "select series, last from document_series", db::params![]).await?;
    let mut drawn = std::collections::HashMap::new();
    for row in &rows {
        drawn.insert(row.try_get_by_index::<String>(0)?, row.try_get_by_index::<i64>(1)?);
    }
    let mut all = Vec::new();
    for kind in Kind::ALL {
        let series = series(settings, *kind, year)?;
        let last = drawn.get(&series).copied().unwrap_or(0);
        all.push(Numbering { kind: *kind, series, last });
    }
    Ok(all)
}

/// Goes on where another program stopped: the next number of the series is `next`. It only moves
/// forward, since a number is never used twice.
///
/// # Faults
/// [`Fault::Series`] when numbers up to there were drawn.
pub async fn go_on(tx: &Tx, kind: Kind, next: i64) -> Result<(), kernel::Fault> {
    let series = series(&tx.app().settings(), kind, tx.now().date().year())?;
    let sql = "insert into document_series (series, last) values ($1, $2) \
               on conflict (series) do update set last = excluded.last where document_series.last < excluded.last";
    match db::run(tx, sql, db::params![series, next.max(1) - 1]).await? {
        0 => Err(Fault::Series.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Source;

    #[test]
    fn a_series_is_what_the_settings_say() {
        let mut settings = Settings::default();
        assert_eq!(series(&settings, Kind::Invoice, 2026).unwrap(), "VIT");
        settings.set("documents.series_invoice", "VLN".into(), Source::Office);
        settings.set("documents.yearly", true.into(), Source::Office);
        assert_eq!(series(&settings, Kind::Invoice, 2026).unwrap(), "VLN-2026");
        for bad in ["vit", "V T", "ŽVIT", "ABCDEFGHIJK"] {
            settings.set("documents.series_invoice", bad.into(), Source::Office);
            assert!(series(&settings, Kind::Invoice, 2026).is_err(), "{bad}");
        }
    }
}
