//! What a list of offers comes to: by state, and why offers were lost.

use serde::Serialize;

use super::{OfferQuery, list::Clause};
use crate::kernel::{self, Money, Reads, Scope, UserId, db};

/// How many offers stand where, and what they come to: one row a state and currency.
#[derive(Clone, Debug, Serialize)]
pub struct Tally {
    pub state: String,
    pub offers: i64,
    pub gross: Money,
}

/// # Faults
/// Whatever the database says.
pub async fn tally(db: &impl Reads, scope: &Scope, query: &OfferQuery) -> Result<Vec<Tally>, kernel::Fault> {
    let clause = Clause::of(scope, query);
    // PostgreSQL adds bigints up to a decimal.
    let sql = format!(
        "select o.state, o.currency, count(*), cast(sum(o.gross_minor) as bigint) from offer o where 1 = 1{} \
         group by o.state, o.currency order by o.state, o.currency",
        clause.text
    );
    let mut all = Vec::new();
    for row in db::rows(db, &sql, clause.params).await? {
        let gross = Money::new(row.try_get_by_index(3)?, row.try_get_by_index(1)?);
        all.push(Tally { state: row.try_get_by_index(0)?, offers: row.try_get_by_index(2)?, gross });
    }
    Ok(all)
}

/// Why offers were lost: a code below `offers.loss.`, `expired`, or `withdrawn` for those that staff took
/// back in words of their own.
#[derive(Clone, Debug, Serialize)]
pub struct Loss {
    pub reason: String,
    pub offers: i64,
    pub gross: Money,
}

/// What a customer may choose from; their own words follow after a colon.
const CODES: &[&str] = &["price", "time", "other_shop", "not_needed", "other"];

/// The reasons of what was lost among these, the most frequent first: one row a reason and currency.
///
/// # Faults
/// Whatever the database says.
pub async fn losses(db: &impl Reads, scope: &Scope, query: &OfferQuery) -> Result<Vec<Loss>, kernel::Fault> {
    let clause = Clause::of(scope, query);
    let cases: String =
        CODES.iter().map(|c| format!("when o.loss_reason = '{c}' or o.loss_reason like '{c}:%' then '{c}' ")).collect();
    let sql = format!(
        "select reason, currency, count(*), cast(sum(gross_minor) as bigint) from (select case when o.state <> 'declined' then o.state \
         {cases}else 'other' end as reason, o.currency, o.gross_minor from offer o \
         where o.state in ('declined', 'expired', 'withdrawn'){}) lost group by reason, currency order by count(*) desc, reason, currency",
        clause.text
    );
    let mut all = Vec::new();
    for row in db::rows(db, &sql, clause.params).await? {
        let gross = Money::new(row.try_get_by_index(3)?, row.try_get_by_index(1)?);
        all.push(Loss { reason: row.try_get_by_index(0)?, offers: row.try_get_by_index(2)?, gross });
    }
    Ok(all)
}

/// What the offers of one manager come to, in one currency; of nobody where there is none.
#[derive(Clone, Debug, Serialize)]
pub struct Share {
    pub manager: Option<UserId>,
    pub offers: i64,
    pub gross: Money,
}

/// Whose these offers are, and what they come to: one row a manager and currency.
///
/// # Faults
/// Whatever the database says.
pub async fn by_manager(db: &impl Reads, scope: &Scope, query: &OfferQuery) -> Result<Vec<Share>, kernel::Fault> {
    let clause = Clause::of(scope, query);
    let sql = format!(
        "select o.manager, o.currency, count(*), cast(sum(o.gross_minor) as bigint) from offer o where 1 = 1{} \
         group by o.manager, o.currency order by o.currency",
        clause.text
    );
    let mut all = Vec::new();
    for row in db::rows(db, &sql, clause.params).await? {
        let gross = Money::new(row.try_get_by_index(3)?, row.try_get_by_index(1)?);
        all.push(Share { manager: row.try_get_by_index(0)?, offers: row.try_get_by_index(2)?, gross });
    }
    Ok(all)
}
