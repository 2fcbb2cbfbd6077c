//! The port behind which pages are set: a snapshot in, a PDF out.

use thiserror::Error;

use super::Paper;
use crate::{
    kernel::{App, Fault, Faulty, Kind as FaultKind},
    stage::Stage,
};

/// One document to be set.
#[derive(Clone, Debug)]
pub struct Typeset {
    pub data: serde_json::Value,
}

/// Sets documents. Burns a core and waits for nothing: called through [`typeset`].
pub trait Typesetter: Send + Sync {
    /// A PDF; the same job gives the same bytes.
    ///
    /// # Errors
    /// See [`Trouble`].
    fn set(&self, job: &Typeset) -> Result<Vec<u8>, Trouble>;
}

/// Why a document was not set.
#[derive(Debug, Error)]
pub enum Trouble {
    #[error("no typesetter is plugged in")]
    None,
    #[error("setting broke off: {0}")]
    Broken(String),
}

impl Faulty for Trouble {
    fn kind(&self) -> FaultKind {
        match self {
            Self::None => FaultKind::Unavailable,
            Self::Broken(_) => FaultKind::Bug,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::None => "documents.no_typesetter",
            Self::Broken(_) => "bug",
        }
    }
}

/// # Errors
/// When the snapshot cannot be written down.
pub fn job(paper: &Paper, _stage: &Stage) -> Result<Typeset, Trouble> {
    serde_json::to_value(paper).map(|data| Typeset { data }).map_err(|e| Trouble::Broken(e.to_string()))
}

/// Sets a document off the async threads, holding one of the app's permits for a core.
///
/// # Errors
/// Those of [`Typesetter::set`]; `documents.no_typesetter` where the server has none.
pub async fn typeset(app: &App, job: Typeset) -> Result<Vec<u8>, Fault> {
    let typesetter = app.try_port::<dyn Typesetter>().ok_or(Trouble::None)?.clone();
    let broken = |e: &dyn std::fmt::Display| Trouble::Broken(e.to_string());
    let permit = app.cpu().clone().acquire_owned().await.map_err(|e| broken(&e))?;
    let done = tokio::task::spawn_blocking(move || {
        let done = typesetter.set(&job);
        drop(permit);
        done
    });
    Ok(done.await.map_err(|e| broken(&e))??)
}
