//! The states of an offer and the one table of steps between them.

use serde::{Deserialize, Serialize};

use super::Fault;

/// Where an offer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being written.
    Draft,
    /// Looked through, prices approved: it may be sent.
    Ready,
    Sent,
    /// The customer has seen it.
    Viewed,
    /// The customer asked something.
    Question,
    /// The next version is being written; the one that was sent still stands.
    Revised,
    /// The customer said yes, and the order could not be placed yet.
    Accepted,
    Ordered,
    Declined,
    Expired,
    Withdrawn,
}

/// What moves an offer on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Prepare,
    /// Back to writing, before it was sent.
    Reopen,
    Send,
    View,
    Ask,
    Answer,
    /// The next version is begun.
    Revise,
    Accept,
    /// The customer said yes in conversation to what was never sent.
    Agree,
    Order,
    Decline,
    Expire,
    Withdraw,
}

/// Every step there is; what does not stand here cannot happen.
pub const TRANSITIONS: &[(State, Step, State)] = &[
    (State::Draft, Step::Prepare, State::Ready),
    (State::Draft, Step::Agree, State::Accepted),
    (State::Draft, Step::Withdraw, State::Withdrawn),
    (State::Ready, Step::Reopen, State::Draft),
    (State::Ready, Step::Send, State::Sent),
    (State::Ready, Step::Agree, State::Accepted),
    (State::Ready, Step::Withdraw, State::Withdrawn),
    (State::Sent, Step::View, State::Viewed),
    (State::Sent, Step::Ask, State::Question),
    (State::Sent, Step::Revise, State::Revised),
    (State::Sent, Step::Accept, State::Accepted),
    (State::Sent, Step::Decline, State::Declined),
    (State::Sent, Step::Expire, State::Expired),
    (State::Sent, Step::Withdraw, State::Withdrawn),
    (State::Viewed, Step::Ask, State::Question),
    (State::Viewed, Step::Revise, State::Revised),
    (State::Viewed, Step::Accept, State::Accepted),
    (State::Viewed, Step::Decline, State::Declined),
    (State::Viewed, Step::Expire, State::Expired),
    (State::Viewed, Step::Withdraw, State::Withdrawn),
    (State::Question, Step::Ask, State::Question),
    (State::Question, Step::Answer, State::Viewed),
    (State::Question, Step::Revise, State::Revised),
    (State::Question, Step::Accept, State::Accepted),
    (State::Question, Step::Decline, State::Declined),
    (State::Question, Step::Expire, State::Expired),
    (State::Question, Step::Withdraw, State::Withdrawn),
    (State::Revised, Step::Send, State::Sent),
    (State::Revised, Step::Accept, State::Accepted),
    (State::Revised, Step::Decline, State::Declined),
    (State::Revised, Step::Withdraw, State::Withdrawn),
    (State::Accepted, Step::Order, State::Ordered),
    (State::Accepted, Step::Withdraw, State::Withdrawn),
    (State::Declined, Step::Revise, State::Revised),
    (State::Expired, Step::Revise, State::Revised),
    (State::Expired, Step::Withdraw, State::Withdrawn),
];

impl State {
    pub const ALL: &'static [Self] = &[
        Self::Draft,
        Self::Ready,
        Self::Sent,
        Self::Viewed,
        Self::Question,
        Self::Revised,
        Self::Accepted,
        Self::Ordered,
        Self::Declined,
        Self::Expired,
        Self::Withdrawn,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Ready => "ready",
            Self::Sent => "sent",
            Self::Viewed => "viewed",
            Self::Question => "question",
            Self::Revised => "revised",
            Self::Accepted => "accepted",
            Self::Ordered => "ordered",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state after a step.
    ///
    /// # Errors
    /// [`Fault::WrongState`] when the table has no such step.
    pub fn after(self, step: Step) -> Result<Self, Fault> {
        let found = TRANSITIONS.iter().find(|(from, with, _)| *from == self && *with == step);
        found.map(|(_, _, to)| *to).ok_or(Fault::WrongState { state: self, step })
    }

    pub fn may(self, step: Step) -> bool {
        self.after(step).is_ok()
    }

    /// Its content is being written.
    pub const fn is_written(self) -> bool {
        matches!(self, Self::Draft | Self::Revised)
    }

    /// The customer may say yes or no.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::Viewed | Self::Question | Self::Revised)
    }

    pub const fn is_lost(self) -> bool {
        matches!(self, Self::Declined | Self::Expired | Self::Withdrawn)
    }
}

impl Step {
    pub const ALL: &'static [Self] = &[
        Self::Prepare,
        Self::Reopen,
        Self::Send,
        Self::View,
        Self::Ask,
        Self::Answer,
        Self::Revise,
        Self::Accept,
        Self::Agree,
        Self::Order,
        Self::Decline,
        Self::Expire,
        Self::Withdraw,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Reopen => "reopen",
            Self::Send => "send",
            Self::View => "view",
            Self::Ask => "ask",
            Self::Answer => "answer",
            Self::Revise => "revise",
            Self::Accept => "accept",
            Self::Agree => "agree",
            Self::Order => "order",
            Self::Decline => "decline",
            Self::Expire => "expire",
            Self::Withdraw => "withdraw",
        }
    }
}

impl std::str::FromStr for State {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or("unknown state of an offer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_says_each_step_once_and_every_state_is_reached() {
        for (i, (from, step, _)) in TRANSITIONS.iter().enumerate() {
            assert!(!TRANSITIONS[..i].iter().any(|(f, s, _)| f == from && s == step), "{from:?} {step:?}");
        }
        for state in State::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
            assert!(*state == State::Draft || TRANSITIONS.iter().any(|(_, _, to)| to == state), "{state:?}");
        }
        for step in Step::ALL {
            assert!(TRANSITIONS.iter().any(|(_, with, _)| with == step), "{step:?}");
        }
    }

    #[test]
    fn whoever_may_say_yes_may_say_no() {
        for state in State::ALL {
            assert_eq!((state.may(Step::Accept), state.may(Step::Decline)), (state.is_open(), state.is_open()), "{state:?}");
        }
    }

    proptest! {
        /// Whatever steps are tried: nothing is declined or expires that was not sent, nothing is accepted
        /// that was neither sent nor agreed in conversation, only what was accepted is ordered, and an ordered or withdrawn offer stays what it is.
        #[test]
        fn any_walk_keeps_its_promises(steps in proptest::collection::vec(0..Step::ALL.len(), 0..40)) {
            let (mut state, mut sent, mut yes) = (State::Draft, false, false);
            for step in steps.into_iter().map(|i| Step::ALL[i]) {
                let Ok(next) = state.after(step) else { continue };
                prop_assert!(!matches!(state, State::Ordered | State::Withdrawn));
                sent |= step == Step::Send;
                prop_assert!(step != Step::Agree || !sent, "what was sent is accepted as it was sent");
                yes |= matches!(step, Step::Accept | Step::Agree);
                state = next;
                prop_assert!(sent || !matches!(state, State::Declined | State::Expired | State::Viewed));
                prop_assert!(sent || yes || !matches!(state, State::Accepted | State::Ordered));
                prop_assert!(state != State::Ordered || yes);
                prop_assert!(!yes || !state.is_open(), "what was accepted is not offered any more");
            }
        }
    }
}
