//! Translating: from what the shop knows, then by a provider; looked over by people.

mod exchange;
mod provide;
mod review;
mod run;
mod stock;
#[cfg(test)]
mod tests;

pub use exchange::{Brought, File, MOST, Wanted, bring, take_out};
pub use provide::{Outcome, Wish, fill};
pub use review::{approve, approve_green, edit, remember};
pub use run::{Order, Progress, TranslateMissing, order, run, work};
pub use stock::{change_memory, drop_term, forget_memory, keep_memory, put_terms};

/// Entities that are reviewed here: the catalogue's. Other trades review their own.
async fn ours(db: &impl crate::kernel::Reads, ids: &[uuid::Uuid]) -> Result<(), crate::kernel::Fault> {
    let known = crate::catalog::sorts_of(db, ids).await?;
    if ids.iter().all(|id| known.contains_key(id)) { Ok(()) } else { Err(crate::translation::Fault::NoSource.into()) }
}
