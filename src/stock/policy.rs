//! What happens when nothing is free, per variant.

use super::{Places, Policy, Shift, Word, available, few};
use crate::kernel::{self, Tx, VariantId, db};

/// # Faults
/// Whatever the database says.
pub async fn set_policy(tx: &Tx, variant: VariantId, policy: Policy) -> Result<Option<Shift>, kernel::Fault> {
    Ok(set_policies(tx, &[(variant, policy)]).await?.pop())
}

/// Sets many policies in few statements; returns the variants whose word changed. Policies that
/// are so already are not written.
///
/// # Faults
/// Whatever the database says.
pub async fn set_policies(tx: &Tx, policies: &[(VariantId, Policy)]) -> Result<Vec<Shift>, kernel::Fault> {
    let ids: Vec<VariantId> = policies.iter().map(|(id, _)| *id).collect();
    let mut now = available(tx, Places::All, &ids).await?;
    let few = few(tx.app());
    let mut shifts = Vec::new();
    let mut rows = Vec::new();
    for (variant, policy) in policies {
        let known = now.entry(*variant).or_default();
        if known.policy == *policy {
            continue;
        }
        let before: Word = known.word(few);
        known.policy = *policy;
        let after = known.word(few);
        if before != after {
            shifts.push(Shift { variant: *variant, before, after });
        }
        rows.push(db::params![*variant, policy.as_str(), i64::from(policy.days()), tx.now()]);
    }
    // For a variant named twice the last word counts; one statement may not meet a row twice.
    let mut seen = std::collections::HashSet::new();
    rows.reverse();
    rows.retain(|row| seen.insert(format!("{:?}", row[0])));
    let tail =
        "on conflict (variant_id) do update set policy = excluded.policy, days = excluded.days, changed_at = excluded.changed_at";
    db::insert_many(tx, "insert into stock_policy (variant_id, policy, days, changed_at) values", tail, rows).await?;
    Ok(shifts)
}
