//! The states of a contract and the one table of steps between them.

use serde::{Deserialize, Serialize};

use super::Fault;

/// Where a contract stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being written.
    Draft,
    Sent,
    /// The customer has seen it.
    Viewed,
    /// The next version is being written; the one that was sent still stands.
    Revised,
    Accepted,
    Declined,
    Withdrawn,
}

/// What moves a contract on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Send,
    View,
    /// The next version is begun.
    Revise,
    Accept,
    Decline,
    Withdraw,
}

/// Every step there is; what does not stand here cannot happen.
pub const TRANSITIONS: &[(State, Step, State)] = &[
    (State::Draft, Step::Send, State::Sent),
    (State::Draft, Step::Withdraw, State::Withdrawn),
    (State::Sent, Step::View, State::Viewed),
    (State::Sent, Step::Revise, State::Revised),
    (State::Sent, Step::Accept, State::Accepted),
    (State::Sent, Step::Decline, State::Declined),
    (State::Sent, Step::Withdraw, State::Withdrawn),
    (State::Viewed, Step::Revise, State::Revised),
    (State::Viewed, Step::Accept, State::Accepted),
    (State::Viewed, Step::Decline, State::Declined),
    (State::Viewed, Step::Withdraw, State::Withdrawn),
    (State::Revised, Step::Send, State::Sent),
    (State::Revised, Step::Accept, State::Accepted),
    (State::Revised, Step::Decline, State::Declined),
    (State::Revised, Step::Withdraw, State::Withdrawn),
    (State::Declined, Step::Revise, State::Revised),
    (State::Declined, Step::Withdraw, State::Withdrawn),
];

impl State {
    pub const ALL: &'static [Self] =
        &[Self::Draft, Self::Sent, Self::Viewed, Self::Revised, Self::Accepted, Self::Declined, Self::Withdrawn];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Viewed => "viewed",
            Self::Revised => "revised",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
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

    /// Its clauses are being written.
    pub const fn is_written(self) -> bool {
        matches!(self, Self::Draft | Self::Revised)
    }
}

impl Step {
    pub const ALL: &'static [Self] = &[Self::Send, Self::View, Self::Revise, Self::Accept, Self::Decline, Self::Withdraw];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::View => "view",
            Self::Revise => "revise",
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Withdraw => "withdraw",
        }
    }
}

impl std::str::FromStr for State {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or("unknown state of a contract")
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
            assert_eq!(state.may(Step::Accept), state.may(Step::Decline), "{state:?}: whoever may say yes may say no");
            assert!(*state == State::Draft || TRANSITIONS.iter().any(|(_, _, to)| to == state), "{state:?}");
        }
        for step in Step::ALL {
            assert!(TRANSITIONS.iter().any(|(_, with, _)| with == step), "{step:?}");
        }
    }

    proptest! {
        /// Whatever steps are tried: nothing is answered that was not sent, and what was agreed or taken
        /// back stays so.
        #[test]
        fn any_walk_keeps_its_promises(steps in proptest::collection::vec(0..Step::ALL.len(), 0..40)) {
            let (mut state, mut sent) = (State::Draft, false);
            for step in steps.into_iter().map(|i| Step::ALL[i]) {
                let Ok(next) = state.after(step) else { continue };
                prop_assert!(!matches!(state, State::Accepted | State::Withdrawn));
                sent |= step == Step::Send;
                state = next;
                prop_assert!(!matches!(state, State::Accepted | State::Declined | State::Viewed) || sent);
            }
        }
    }
}
