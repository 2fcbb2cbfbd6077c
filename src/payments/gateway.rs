//! The port to a provider of card payments: what it is asked and what it says, in our words.

use uuid::Uuid;

use crate::kernel::{Locale, Moment, Money, OrderId};

/// A payment page that the provider shows. Everything in it is frozen before it is asked for.
#[derive(Clone, Debug)]
pub struct Start {
    /// Our attempt; comes back in every fact about it, and makes asking twice harmless.
    pub attempt: Uuid,
    pub order: OrderId,
    pub number: String,
    /// Exactly what is due, in one sum: the provider never computes a total of its own.
    pub amount: Money,
    /// What the customer reads beside the sum.
    pub title: String,
    pub email: String,
    pub locale: Locale,
    /// Where the browser goes afterwards, whatever came of it.
    pub success_url: String,
    pub cancel_url: String,
    /// From then on the page takes no money.
    pub expires_at: Moment,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The provider's name of the page.
    pub session: String,
    /// Where the browser goes to pay.
    pub url: String,
}

/// Money that goes back the way it came.
#[derive(Clone, Debug)]
pub struct Refund {
    /// Ours; makes asking twice harmless.
    pub id: Uuid,
    /// The provider's payment ([`Fact::Paid`]).
    pub payment: String,
    pub amount: Money,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundState {
    Pending,
    Succeeded,
    /// The money came back to us.
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisputeState {
    /// The provider took the money and waits for evidence.
    Open,
    Won,
    Lost,
}

/// One thing that a provider knows. Facts come twice, late and in any order; each carries all
/// that is needed to book it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Money came. `payment` is its one name, whichever of the provider's objects told of it.
    Paid {
        payment: String,
        attempt: Option<Uuid>,
        session: Option<String>,
        amount: Money,
        at: Moment,
    },
    /// The customer did all; the bank takes days.
    Processing {
        attempt: Option<Uuid>,
        session: Option<String>,
    },
    /// This page will bring no money any more.
    Failed {
        attempt: Option<Uuid>,
        session: Option<String>,
        why: String,
    },
    Expired {
        attempt: Option<Uuid>,
        session: Option<String>,
    },
    /// The page is open still.
    Open {
        attempt: Option<Uuid>,
        session: Option<String>,
    },
    /// `ours` is [`Refund::id`]; a refund made in the provider's own pages has none.
    Refunded {
        refund: String,
        payment: String,
        ours: Option<Uuid>,
        amount: Money,
        state: RefundState,
        at: Moment,
    },
    /// The bank of the customer demands the money back.
    Disputed {
        dispute: String,
        payment: String,
        amount: Money,
        state: DisputeState,
        at: Moment,
    },
}

/// A message of the provider whose signature is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Unique at the provider.
    pub id: String,
    /// The provider's own word for it.
    pub kind: String,
    /// Real money, not a rehearsal.
    pub live: bool,
    /// What it says, where it could be understood; an empty list is an event about other things.
    pub facts: Result<Vec<Fact>, String>,
}

/// A part of the provider's own list, in its own order: providers show the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    pub facts: Vec<Fact>,
    /// Where the next part begins; `None` at the end.
    pub next: Option<String>,
}

/// Why a provider was asked in vain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It did not answer, or not in time: nobody knows what came of it, so it is asked again with
    /// the same name.
    #[error("the payment provider does not answer: {0}")]
    Silent(String),
    /// It understood and will not.
    #[error("the payment provider refuses: {0}")]
    Refused(String),
}

/// A message that the provider did not sign, or signed too long ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    #[error("no valid signature")]
    Signature,
    #[error("signed too long ago")]
    Age,
    #[error("not a message")]
    Shape,
}

/// A provider of card payments. Called outside of any transaction.
#[async_trait::async_trait]
pub trait Gateway: Send + Sync {
    /// `stripe`: names its rows in the ledger.
    fn name(&self) -> &'static str;
    /// Opens a payment page; the same attempt gets the same page.
    ///
    /// # Errors
    /// See [`Trouble`].
    async fn start(&self, start: &Start) -> Result<Started, Trouble>;
    /// All that the provider knows of a payment page: its state, payments, refunds, disputes.
    ///
    /// # Errors
    /// See [`Trouble`].
    async fn ask(&self, session: &str) -> Result<Vec<Fact>, Trouble>;
    /// Sends money back; the same refund is made once.
    ///
    /// # Errors
    /// See [`Trouble`].
    async fn refund(&self, refund: &Refund) -> Result<Fact, Trouble>;
    /// Reads a message: `raw` is the body as it came, `signature` the header.
    ///
    /// # Errors
    /// See [`Unverified`].
    fn read(&self, raw: &[u8], signature: &str, now: Moment) -> Result<Event, Unverified>;
    /// Reads a message that was verified when it came and stored since.
    ///
    /// # Errors
    /// [`Unverified::Shape`].
    fn reread(&self, raw: &[u8]) -> Result<Event, Unverified>;
    /// Every movement of money since a moment, to be compared with the ledger.
    ///
    /// # Errors
    /// See [`Trouble`].
    async fn list(&self, since: Moment, next: Option<&str>) -> Result<Listing, Trouble>;
}
