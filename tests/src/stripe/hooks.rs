//! Webhooks as Stripe sends them, and as the network delivers them: twice, late, not at all.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use hmac::{Hmac, Mac};
use tokio::sync::{Notify, Semaphore};

use super::{Stand, books::StripeEvent};

/// How a message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    Right,
    /// With another secret.
    Wrong,
    /// With the right one, ten minutes ago.
    Old,
}

/// One way of an event to the shop. Several for one event are duplicates, none is a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending {
    /// What is sent later overtakes what was to be sent later still.
    pub after: Duration,
    pub signed: Signed,
}

impl Sending {
    pub const AT_ONCE: Self = Self { after: Duration::ZERO, signed: Signed::Right };

    pub const fn after(time: Duration) -> Self {
        Self { after: time, signed: Signed::Right }
    }
}

type Plan = Box<dyn FnMut(&StripeEvent) -> Vec<Sending> + Send>;

/// Where events go.
pub(super) struct Hooks {
    target: Mutex<Option<(String, String)>>,
    plan: Mutex<Plan>,
    client: reqwest::Client,
    /// As many at a time as a provider would.
    lines: Semaphore,
    under_way: AtomicUsize,
    quiet: Notify,
    pub deliveries: Mutex<Vec<(String, Option<u16>)>>,
}

impl Hooks {
    pub fn new() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().expect("an HTTP client");
        Self {
            target: Mutex::default(),
            plan: Mutex::new(Box::new(|_| vec![Sending::AT_ONCE])),
            client,
            lines: Semaphore::new(16),
            under_way: AtomicUsize::new(0),
            quiet: Notify::new(),
            deliveries: Mutex::default(),
        }
    }

    pub fn to(&self, url: &str, secret: &str) {
        *self.target.lock().unwrap_or_else(PoisonError::into_inner) = Some((url.to_owned(), secret.to_owned()));
    }

    pub fn nowhere(&self) {
        *self.target.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub fn plan(&self, plan: impl FnMut(&StripeEvent) -> Vec<Sending> + Send + 'static) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(plan);
    }

    /// Sends events on their way, as planned.
    pub fn dispatch(self: &Arc<Self>, stand: &Stand, events: Vec<StripeEvent>) {
        if self.target.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return;
        }
        for event in events {
            let ways = (self.plan.lock().unwrap_or_else(PoisonError::into_inner))(&event);
            for way in ways {
                self.under_way.fetch_add(1, Ordering::SeqCst);
                let (stand, event) = (stand.clone(), event.clone());
                stand.runtime.clone().spawn(async move {
                    tokio::time::sleep(way.after).await;
                    let hooks = stand.hooks.clone();
                    {
                        let _line = hooks.lines.acquire().await;
                        hooks.send(&stand, &event, way.signed).await;
                    }
                    if hooks.under_way.fetch_sub(1, Ordering::SeqCst) == 1 {
                        hooks.quiet.notify_waiters();
                    }
                });
            }
        }
    }

    /// Sends one event now; what the shop answered, or nothing when it did not.
    pub async fn send(&self, stand: &Stand, event: &StripeEvent, signed: Signed) -> Option<u16> {
        let (url, secret) = self.target.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let now = stand.now();
        let header = match signed {
            Signed::Right => signature(&event.body, &secret, now),
            Signed::Wrong => signature(&event.body, "whsec_of_somebody_else", now),
            Signed::Old => signature(&event.body, &secret, now - 600),
        };
        let request = self.client.post(url).header("content-type", "application/json").header("stripe-signature", header);
        let status = request.body(event.body.clone()).send().await.ok().map(|answer| answer.status().as_u16());
        if signed == Signed::Right && status.is_some_and(|s| (200..300).contains(&s)) {
            stand.acknowledged(&event.id);
        }
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner).push((event.id.clone(), status));
        status
    }

    pub async fn quiet(&self) {
        loop {
            let notified = self.quiet.notified();
            if self.under_way.load(Ordering::SeqCst) == 0 {
                return;
            }
            notified.await;
        }
    }
}

/// The header `Stripe-Signature` of a body.
///
/// # Panics
/// Never: a key of HMAC may have any length.
pub fn signature(body: &str, secret: &str, at: i64) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("any key");
    mac.update(format!("{at}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("t={at},v1={hex}")
}
