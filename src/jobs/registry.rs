//! Which function runs which kind of job.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use super::Payload;
use crate::kernel::{App, Fault, Kind};

/// How a job ended badly.
#[derive(Debug)]
pub enum Failure {
    /// Try again later: the outside did not answer, a row was busy.
    Retry(String),
    /// Trying again cannot help; it stays on the jobs page with its reason.
    Fail(String),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault.kind {
            Kind::Unavailable | Kind::Conflict | Kind::TooMany | Kind::Bug => Self::Retry(fault.to_string()),
            Kind::NotFound | Kind::Invalid | Kind::Forbidden => Self::Fail(fault.to_string()),
        }
    }
}

type Running = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;
type Runner = Arc<dyn Fn(App, String) -> Running + Send + Sync>;

/// The table of kinds.
#[derive(Clone, Default)]
pub struct Registry {
    runners: HashMap<&'static str, Runner>,
}

impl Registry {
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what runs payloads of this type.
    pub fn on<P, F, R>(mut self, run: F) -> Self
    where
        P: Payload,
        F: Fn(App, P) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let run = Arc::new(run);
        let runner: Runner = Arc::new(move |app, text| {
            let run = run.clone();
            Box::pin(async move {
                let payload = serde_json::from_str(&text).map_err(|e| Failure::Fail(format!("payload: {e}")))?;
                run(app, payload).await
            })
        });
        self.runners.insert(P::KIND, runner);
        self
    }

    /// Runs one job.
    ///
    /// # Errors
    /// What the runner says; `Fail` for a kind that nobody runs.
    pub async fn run(&self, app: &App, kind: &str, payload: &str) -> Result<(), Failure> {
        match self.runners.get(kind) {
            Some(runner) => runner(app.clone(), payload.to_owned()).await,
            None => Err(Failure::Fail(format!("no runner for jobs of the kind {kind}"))),
        }
    }

    pub fn kinds(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.runners.keys().copied()
    }
}
