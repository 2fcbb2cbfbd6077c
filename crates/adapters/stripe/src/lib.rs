//! Stripe behind [`Gateway`]: a redirect Checkout page, so that no card number ever passes through
//! the shop. It translates and decides nothing.
//!
//! - **Asking** goes through `async-stripe`: its typed requests and its client. **Answers and
//!   events** are read leniently from their JSON, since its types want every field of one version of
//!   the API: an event of another version, or a field that Stripe leaves out, would make money
//!   invisible. What cannot be understood is said to be so ([`Event::facts`]) and never dropped.
//! - A payment's one name is its PaymentIntent's; a charge lends its own only where there is no intent.
//! - Facts of one refund or dispute only move forward: pending → succeeded → failed, open → won or
//!   lost. Whoever takes the furthest that was heard reads the same from any order of events.
//! - Asking twice: a page has its attempt and sum as idempotency key. A refund is looked for among
//!   those of its payment before it is made, because Stripe forgets keys after a day, and answers a
//!   key with the failure that it remembers even if the work was done.
//! - A page closes between [`SHORTEST_MINUTES`] and a day after its attempt was made, whatever was
//!   asked for. Both ends are counted from the attempt's own id, so that asking again sends the same
//!   words: Stripe refuses a key that comes with others.
//! - [`Gateway::list`] reads the account's balance, where a movement stands at the time at which the
//!   money moved: a debit that took days, a refund that failed a week later and a lost dispute are
//!   there, which a list of payments by their day would not show.
//!
//! Stripe should send: `checkout.session.completed`, `.async_payment_succeeded`,
//! `.async_payment_failed`, `.expired`, `payment_intent.succeeded`, `charge.refunded`,
//! `refund.created`, `.updated`, `.failed`, and `charge.dispute.*`. A restricted key needs to write
//! Checkout Sessions and refunds and to read charges, payment intents, disputes and the balance.

mod amount;
mod events;
mod objects;
mod requests;
mod signature;

use std::time::Duration;

use miniserde::json;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use stripe::{ApiErrorsType, ClientBuilder, StripeError};
use stripe_client_core::{IdempotencyKey, RequestBuilder, RequestStrategy};
use vitrina::{
    kernel::Moment,
    payments::{Event, Fact, Gateway, Listing, Refund, Start, Started, Trouble, Unverified},
};

use objects::{Charge, Dispute, List, Said, Session, Taken};
pub use requests::SHORTEST_MINUTES;

/// Stripe's own address; the setting `stripe.url` begins with it.
pub const URL: &str = "https://api.stripe.com";

/// An account at Stripe.
pub struct Stripe {
    client: stripe::Client,
    secrets: Vec<String>,
    /// What the key is for, where its beginning says so.
    live: Option<bool>,
}

/// The account cannot be used as it is configured. Never contains the key.
#[derive(Debug, thiserror::Error)]
pub enum BadSettings {
    #[error("stripe.url {0} is not an address")]
    Url(String),
    #[error("the key of Stripe holds letters that no key has")]
    Key,
}

/// A row of the account's balance; its source is the whole object.
#[derive(Debug, Deserialize)]
struct Movement {
    id: String,
    created: Option<i64>,
    #[serde(default)]
    source: Value,
}

impl Stripe {
    /// `secrets` are the webhook endpoint's, all that are in force.
    ///
    /// # Errors
    /// See [`BadSettings`].
    pub fn new(url: &str, key: &str, secrets: Vec<String>) -> Result<Self, BadSettings> {
        Self::with_timeout(url, key, secrets, Duration::from_secs(20))
    }

    /// The same with less patience.
    ///
    /// # Errors
    /// See [`BadSettings`].
    pub fn with_timeout(url: &str, key: &str, secrets: Vec<String>, timeout: Duration) -> Result<Self, BadSettings> {
        if !(url.starts_with("https://") || url.starts_with("http://")) {
            return Err(BadSettings::Url(url.to_owned()));
        }
        let client = ClientBuilder::new(key)
            .url(format!("{}/", url.trim_end_matches('/')))
            .timeout(timeout)
            .app_info("Vitrina", Some(env!("CARGO_PKG_VERSION").to_owned()), None)
            .build()
            .map_err(|e| {
                if matches!(e, StripeError::ConfigError(_)) { BadSettings::Url(url.to_owned()) } else { BadSettings::Key }
            })?;
        let secrets = secrets.into_iter().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect();
        let live = key.split('_').nth(1).and_then(|world| match world {
            "live" => Some(true),
            "test" => Some(false),
            _ => None,
        });
        Ok(Self { client, secrets, live })
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder, key: Option<String>) -> Result<T, Trouble> {
        let strategy = match key {
            None => RequestStrategy::Once,
            Some(key) => RequestStrategy::Idempotent(IdempotencyKey::new(key).map_err(|e| Trouble::Refused(e.to_string()))?),
        };
        let answer: json::Value =
            request.customize::<json::Value>().request_strategy(strategy).send(&self.client).await.map_err(trouble)?;
        serde_json::from_str(&json::to_string(&answer))
            .map_err(|e| Trouble::Silent(format!("an answer that cannot be read: {e}")))
    }

    async fn every<T: DeserializeOwned>(
        &self,
        mut page: impl FnMut(Option<String>) -> RequestBuilder,
        id: impl Fn(&T) -> Option<String>,
    ) -> Result<Vec<T>, Trouble> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let list: List<T> = self.send(page(after.take()), None).await?;
            after = list.data.last().and_then(&id).filter(|_| list.has_more);
            all.extend(list.data);
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    async fn refunds(&self, payment: &str) -> Result<Vec<objects::Refund>, Trouble> {
        self.every(|after| requests::refunds(payment, after), |r: &objects::Refund| r.id.clone()).await
    }
}

#[async_trait::async_trait]
impl Gateway for Stripe {
    fn name(&self) -> &'static str {
        "stripe"
    }

    async fn start(&self, start: &Start) -> Result<Started, Trouble> {
        let (request, key) = requests::start(start).map_err(Trouble::Refused)?;
        let session: Session = self.send(request, Some(key)).await?;
        let (Some(name), Some(url)) = (session.id, session.url) else {
            return Err(Trouble::Silent("a payment page without an address".to_owned()));
        };
        Ok(Started { session: name, url })
    }

    async fn ask(&self, session: &str) -> Result<Vec<Fact>, Trouble> {
        let session: Session = self.send(requests::session(session).map_err(Trouble::Refused)?, None).await?;
        let mut facts = vec![understood(session.standing())?];
        let (Fact::Paid { .. }, Some(payment)) = (&facts[0], session.payment()) else { return Ok(facts) };
        for refund in self.refunds(&payment).await? {
            facts.push(understood(refund.fact(Moment(0)))?);
        }
        let disputes = self.every(|after| requests::disputes(&payment, after), |d: &Dispute| d.id.clone()).await?;
        for dispute in disputes {
            facts.extend(understood(dispute.facts(Taken::ByStatus, Moment(0)))?);
        }
        Ok(facts)
    }

    async fn refund(&self, refund: &Refund) -> Result<Fact, Trouble> {
        let (request, key) = requests::refund(refund).map_err(Trouble::Refused)?;
        let made = self.refunds(&refund.payment).await?.into_iter().find(|r| r.is_ours(refund.id));
        let made = match made {
            Some(made) => made,
            None => self.send(request, Some(key)).await?,
        };
        understood(made.fact(Moment(0)))
    }

    fn read(&self, raw: &[u8], signature: &str, now: Moment) -> Result<Event, Unverified> {
        signature::verify(raw, signature, &self.secrets, now)?;
        Ok(events::read(raw, self.live, now))
    }

    fn reread(&self, raw: &[u8]) -> Result<Event, Unverified> {
        Ok(events::read(raw, self.live, Moment(0)))
    }

    async fn list(&self, since: Moment, next: Option<&str>) -> Result<Listing, Trouble> {
        let page: List<Movement> = self.send(requests::movements(since, next), None).await?;
        let next = page.data.last().map(|last| last.id.clone()).filter(|_| page.has_more);
        let mut facts = Vec::new();
        for movement in page.data {
            match moved(movement.source, objects::moment(movement.created).unwrap_or(since)) {
                Ok(said) => facts.extend(said),
                // One sum in a currency that the shop does not know must not hide all the others.
                Err(why) => tracing::error!(movement = movement.id, why, "a movement at Stripe cannot be understood"),
            }
        }
        Ok(Listing { facts, next })
    }
}

/// How the names of charges, refunds and disputes begin.
const OURS: [&str; 6] = ["ch_", "py_", "re_", "pyr_", "dp_", "du_"];

fn moved(source: Value, told: Moment) -> Said {
    let kind = source.get("object").and_then(Value::as_str).unwrap_or_default().to_owned();
    let named = source.as_str().map(str::to_owned);
    let unread = |e: serde_json::Error| e.to_string();
    match kind.as_str() {
        "charge" => serde_json::from_value::<Charge>(source).map_err(unread)?.paid(told),
        "refund" => Ok(vec![serde_json::from_value::<objects::Refund>(source).map_err(unread)?.fact(told)?]),
        "dispute" => serde_json::from_value::<Dispute>(source).map_err(unread)?.facts(Taken::ByStatus, told),
        _ if named.as_deref().is_some_and(|id| OURS.iter().any(|kind| id.starts_with(kind))) => {
            Err(format!("{named:?} came as a name alone"))
        }
        // Payouts, fees and what else moves between Stripe and the bank.
        _ => Ok(Vec::new()),
    }
}

fn understood<T>(said: Said<T>) -> Result<T, Trouble> {
    said.map_err(|why| Trouble::Silent(format!("an answer that cannot be understood: {why}")))
}

/// Refused is only what will be refused again, and of which nothing exists: a key that comes with
/// other words belongs to a page or a refund that was made with the first ones. A wrong key (401, 403) may be right tomorrow, and an
/// answer that is not Stripe's (a proxy's page) says nothing about what was done.
fn trouble(e: StripeError) -> Trouble {
    match e {
        StripeError::Stripe(error, status @ (400 | 402 | 404)) if error.type_ != ApiErrorsType::IdempotencyError => {
            let code = error.code.as_ref().map_or_else(|| status.to_string(), ToString::to_string);
            Trouble::Refused(format!("{} ({code})", error.message.as_deref().unwrap_or("no reason given")))
        }
        StripeError::Stripe(error, status) => {
            Trouble::Silent(format!("HTTP {status}: {}", error.message.as_deref().unwrap_or("no reason given")))
        }
        other => Trouble::Silent(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_that_cannot_be_used_is_said_to_be_so() {
        assert!(matches!(Stripe::new("api.stripe.com", "sk_test_1", vec![]), Err(BadSettings::Url(_))));
        assert!(matches!(Stripe::new("https://a b", "sk_test_1", vec![]), Err(BadSettings::Url(_))));
        let bad = Stripe::new(URL, "sk_test_\n", vec![]).err().expect("no key has a line break");
        assert!(!bad.to_string().contains("sk_test"), "{bad}");
    }

    #[test]
    fn the_key_says_which_world_it_is_for() {
        for (key, live) in [("sk_live_1", Some(true)), ("rk_test_1", Some(false)), ("other", None)] {
            assert_eq!(Stripe::new(URL, key, vec![]).unwrap().live, live);
        }
    }
}
