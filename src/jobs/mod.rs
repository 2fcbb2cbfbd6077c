//! Jobs promise: work written in a transaction is done after its commit, at least once, and
//! what cannot be done stays visible with its reason.
//!
//! A payload holds ids and a locale, never a copy of data. Running one is a call into a flow.

mod queue;
mod registry;
mod views;
mod worker;

pub use queue::{Payload, enqueue, enqueue_at};
pub use registry::{Failure, Registry};
pub use views::{JobCount, JobView, counts, list, retry, waits};
pub use worker::{Lane, Pace, Worker, sweep};
