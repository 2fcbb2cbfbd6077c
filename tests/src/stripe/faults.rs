//! What goes wrong between a shop and Stripe, on demand.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// What the shop asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `POST /v1/checkout/sessions`
    Start,
    /// `GET /v1/checkout/sessions/…`
    Ask,
    /// `POST /v1/refunds`
    Refund,
    /// Every list.
    List,
    Other,
}

/// How it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answers with this status and does nothing.
    Error(u16),
    /// Does the work, answers with this status and repeats it for the same idempotency key, as
    /// Stripe does.
    ErrorAfter(u16),
    /// Does the work at once and answers so much later.
    Late(Duration),
    /// Does the work and cuts the connection in the middle of the answer.
    Cut,
    /// Cuts the connection and does nothing.
    CutBefore,
    /// Does the work, and a proxy's page comes back.
    Garbage,
}

type Plan = Box<dyn FnMut(Endpoint) -> Option<Fault> + Send>;

/// The faults to come.
#[derive(Default)]
pub struct Faults {
    queue: Mutex<VecDeque<(Endpoint, Fault)>>,
    plan: Mutex<Option<Plan>>,
    made: AtomicUsize,
}

impl Faults {
    /// The next request of this kind goes wrong so; several wait for one request each.
    pub fn next(&self, endpoint: Endpoint, fault: Fault) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).push_back((endpoint, fault));
    }

    /// Asks for each request that no single fault waits for.
    pub fn plan(&self, plan: impl FnMut(Endpoint) -> Option<Fault> + Send + 'static) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(plan));
    }

    /// How many requests went wrong until now.
    pub fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// From now on all is well.
    pub fn clear(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).clear();
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn of(&self, endpoint: Endpoint) -> Option<Fault> {
        let fault = self.choose(endpoint);
        self.made.fetch_add(usize::from(fault.is_some()), Ordering::Relaxed);
        fault
    }

    fn choose(&self, endpoint: Endpoint) -> Option<Fault> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = queue.iter().position(|(e, _)| *e == endpoint) {
            return queue.remove(at).map(|(_, fault)| fault);
        }
        drop(queue);
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).as_mut().and_then(|plan| plan(endpoint))
    }
}
