//! The few fields of Stripe's objects that decide something, and what they say in our words.
//! Everything else may come, go or change its shape with a version of the API.

use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;
use vitrina::{
    kernel::Moment,
    payments::{DisputeState, Fact, RefundState},
};

use crate::amount::from_stripe;

/// Ours on sessions, payments and refunds: other software may share the account.
pub const ATTEMPT: &str = "vitrina_attempt";
pub const ORDER: &str = "vitrina_order";
pub const NUMBER: &str = "vitrina_number";
pub const REFUND: &str = "vitrina_refund";

/// What something says, or why it could not be understood.
pub type Said<T = Vec<Fact>> = Result<T, String>;

type Metadata = Option<Map<String, Value>>;

/// A name, or the whole object where it was asked for.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Ref<T> {
    Id(String),
    Whole(Box<T>),
}

impl<T> Ref<T> {
    fn whole(&self) -> Option<&T> {
        if let Self::Whole(it) = self { Some(it) } else { None }
    }
}

#[derive(Debug, Deserialize)]
pub struct List<T> {
    #[serde(default = "Vec::new")]
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Session {
    pub id: Option<String>,
    pub url: Option<String>,
    mode: Option<String>,
    status: Option<String>,
    payment_status: Option<String>,
    payment_intent: Option<Ref<Intent>>,
    amount_total: Option<i64>,
    currency: Option<String>,
    metadata: Metadata,
    client_reference_id: Option<String>,
    created: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Intent {
    id: Option<String>,
    status: Option<String>,
    amount: Option<i64>,
    amount_received: Option<i64>,
    currency: Option<String>,
    metadata: Metadata,
    latest_charge: Option<Ref<Charge>>,
    last_payment_error: Option<PaymentError>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PaymentError {
    code: Option<String>,
    decline_code: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Charge {
    id: Option<String>,
    payment_intent: Option<Ref<Intent>>,
    status: Option<String>,
    captured: Option<bool>,
    amount: Option<i64>,
    amount_captured: Option<i64>,
    currency: Option<String>,
    metadata: Metadata,
    created: Option<i64>,
    refunds: Option<List<Refund>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Refund {
    pub id: Option<String>,
    payment_intent: Option<Ref<Intent>>,
    charge: Option<Ref<Charge>>,
    status: Option<String>,
    amount: Option<i64>,
    currency: Option<String>,
    metadata: Metadata,
    created: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Dispute {
    pub id: Option<String>,
    payment_intent: Option<Ref<Intent>>,
    charge: Option<Ref<Charge>>,
    status: Option<String>,
    amount: Option<i64>,
    currency: Option<String>,
    created: Option<i64>,
}

impl Session {
    pub fn attempt(&self) -> Option<Uuid> {
        ours(&self.metadata, ATTEMPT).or_else(|| self.client_reference_id.as_deref()?.parse().ok())
    }

    /// Subscriptions and saved cards of other software on the account are no matter of the shop;
    /// their money, if any, comes with its own payment.
    pub fn is_payment(&self) -> bool {
        self.mode.as_deref().is_none_or(|mode| mode == "payment")
    }

    /// The customer did all that the page asked for.
    pub fn completed(&self, told: Moment) -> Said {
        match self.payment_status.as_deref() {
            Some("paid") => self.paid(told).map(|fact| vec![fact]),
            Some("unpaid") => Ok(vec![self.processing()]),
            Some("no_payment_required") => Ok(Vec::new()),
            other => Err(format!("session {:?}: payment_status {other:?}", self.id)),
        }
    }

    /// The session's sum is the payment's: what could change it (promotion codes, conversion into
    /// the customer's currency) is never switched on.
    pub fn paid(&self, told: Moment) -> Said<Fact> {
        if let Some(intent) = self.intent().filter(|i| i.amount_received.is_some_and(|sum| sum > 0)) {
            return intent.paid(told, self.attempt(), self.id.clone());
        }
        let payment =
            intent_name(&self.payment_intent).ok_or_else(|| format!("session {:?}: paid without a payment", self.id))?;
        let amount = sum(self.amount_total, &self.currency)?;
        Ok(Fact::Paid { payment, attempt: self.attempt(), session: self.id.clone(), amount, at: told })
    }

    pub fn processing(&self) -> Fact {
        Fact::Processing { attempt: self.attempt(), session: self.id.clone() }
    }
    pub fn failed(&self) -> Fact {
        let why = self.intent().and_then(Intent::why).unwrap_or_else(|| "async_payment_failed".to_owned());
        Fact::Failed { attempt: self.attempt(), session: self.id.clone(), why }
    }
    pub fn expired(&self) -> Fact {
        Fact::Expired { attempt: self.attempt(), session: self.id.clone() }
    }

    /// How it stands, from the session with its payment in it.
    pub fn standing(&self) -> Said<Fact> {
        let began = moment(self.created).unwrap_or(Moment(0));
        let open = Fact::Open { attempt: self.attempt(), session: self.id.clone() };
        let intent = self.intent().and_then(|i| i.status.as_deref());
        match (self.status.as_deref(), self.payment_status.as_deref(), intent) {
            // Money is believed wherever it shows first.
            (_, Some("paid"), _) | (_, _, Some("succeeded")) => self.paid(began),
            (Some("open"), ..) => Ok(open),
            (Some("expired"), ..) => Ok(self.expired()),
            // What was tried with the bank came back; the page is closed.
            (Some("complete"), _, Some("requires_payment_method" | "canceled")) => Ok(self.failed()),
            (Some("complete"), ..) => Ok(self.processing()),
            (other, ..) => Err(format!("session {:?}: status {other:?}", self.id)),
        }
    }

    pub fn payment(&self) -> Option<String> {
        intent_name(&self.payment_intent)
    }

    fn intent(&self) -> Option<&Intent> {
        self.payment_intent.as_ref().and_then(Ref::whole)
    }
}

impl Intent {
    pub fn succeeded(&self, told: Moment) -> Said<Fact> {
        self.paid(told, None, None)
    }

    fn paid(&self, told: Moment, attempt: Option<Uuid>, session: Option<String>) -> Said<Fact> {
        let charge = self.latest_charge.as_ref().and_then(Ref::whole);
        Ok(Fact::Paid {
            payment: self.id.clone().ok_or("a payment without a name")?,
            attempt: attempt.or_else(|| ours(&self.metadata, ATTEMPT)),
            session,
            amount: sum(self.amount_received.or(self.amount), &self.currency)?,
            at: charge.and_then(|c| moment(c.created)).unwrap_or(told),
        })
    }

    fn why(&self) -> Option<String> {
        let error = self.last_payment_error.as_ref()?;
        error.decline_code.clone().or_else(|| error.code.clone())
    }
}

impl Charge {
    /// Nothing where no money has come (yet): a bank that takes days, a card that was only asked.
    pub fn paid(&self, told: Moment) -> Said {
        if self.status.as_deref() != Some("succeeded") || self.captured == Some(false) {
            return Ok(Vec::new());
        }
        Ok(vec![Fact::Paid {
            payment: self.payment().ok_or("a charge without a name")?,
            // Stripe copies a payment's metadata to its charge.
            attempt: ours(&self.metadata, ATTEMPT),
            session: None,
            amount: sum(self.amount_captured.or(self.amount), &self.currency)?,
            at: moment(self.created).unwrap_or(told),
        }])
    }

    /// The refunds that came along: accounts on versions of the API before 2022-11-15 send them in
    /// `charge.refunded`; the others tell of each by an event of its own.
    pub fn refunds(&self, told: Moment) -> Said {
        self.refunds.iter().flat_map(|list| &list.data).map(|refund| refund.named(self.payment(), told)).collect()
    }

    fn payment(&self) -> Option<String> {
        intent_name(&self.payment_intent).or_else(|| self.id.clone())
    }
}

impl Refund {
    pub fn fact(&self, told: Moment) -> Said<Fact> {
        self.named(None, told)
    }

    pub fn is_ours(&self, id: Uuid) -> bool {
        ours(&self.metadata, REFUND) == Some(id)
    }

    fn named(&self, payment: Option<String>, told: Moment) -> Said<Fact> {
        let state = match self.status.as_deref() {
            Some("pending" | "requires_action") => RefundState::Pending,
            Some("succeeded") => RefundState::Succeeded,
            Some("failed" | "canceled") => RefundState::Failed,
            other => return Err(format!("refund {:?}: status {other:?}", self.id)),
        };
        Ok(Fact::Refunded {
            refund: self.id.clone().ok_or("a refund without a name")?,
            payment: payment
                .or_else(|| name(&self.payment_intent, &self.charge))
                .ok_or_else(|| format!("refund {:?}: of no payment", self.id))?,
            ours: ours(&self.metadata, REFUND),
            amount: sum(self.amount, &self.currency)?,
            state,
            at: moment(self.created).unwrap_or(told),
        })
    }
}

/// Whether the event about a dispute is the one that says that the money was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    ForSure,
    ByStatus,
}

impl Dispute {
    /// Nothing for a bank's inquiry (`warning_…`) and for a dispute that was prevented or settled by a refund: no money
    /// moves for these.
    pub fn facts(&self, taken: Taken, told: Moment) -> Said {
        let state = match (self.status.as_deref(), taken) {
            (Some("needs_response" | "under_review"), _) => DisputeState::Open,
            (Some("won"), _) => DisputeState::Won,
            (Some("lost"), _) => DisputeState::Lost,
            (
                Some("warning_needs_response" | "warning_under_review" | "warning_closed" | "prevented" | "charge_refunded"),
                Taken::ByStatus,
            ) => {
                return Ok(Vec::new());
            }
            (Some("warning_needs_response" | "warning_under_review"), Taken::ForSure) => DisputeState::Open,
            (other, _) => return Err(format!("dispute {:?}: status {other:?}", self.id)),
        };
        Ok(vec![Fact::Disputed {
            dispute: self.id.clone().ok_or("a dispute without a name")?,
            payment: name(&self.payment_intent, &self.charge).ok_or_else(|| format!("dispute {:?}: of no payment", self.id))?,
            amount: sum(self.amount, &self.currency)?,
            state,
            at: moment(self.created).unwrap_or(told),
        }])
    }
}

/// The one name of a payment, whatever refers to it: the intent's, and the charge's only for
/// charges that have no intent.
fn name(intent: &Option<Ref<Intent>>, charge: &Option<Ref<Charge>>) -> Option<String> {
    intent_name(intent).or_else(|| match charge.as_ref()? {
        Ref::Id(id) => Some(id.clone()),
        Ref::Whole(charge) => charge.payment(),
    })
}

fn intent_name(intent: &Option<Ref<Intent>>) -> Option<String> {
    match intent.as_ref()? {
        Ref::Id(id) => Some(id.clone()),
        Ref::Whole(intent) => intent.id.clone(),
    }
}

fn ours(metadata: &Metadata, key: &str) -> Option<Uuid> {
    metadata.as_ref()?.get(key)?.as_str()?.parse().ok()
}

fn sum(minor: Option<i64>, currency: &Option<String>) -> Said<vitrina::kernel::Money> {
    match (minor, currency) {
        (Some(minor), Some(currency)) => from_stripe(minor, currency),
        _ => Err("no amount, or no currency".to_owned()),
    }
}

pub fn moment(seconds: Option<i64>) -> Option<Moment> {
    seconds?.checked_mul(1000).map(Moment)
}
