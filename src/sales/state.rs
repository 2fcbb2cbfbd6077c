//! The states of an order and the one table of steps between them.

use serde::{Deserialize, Serialize};

use super::Fault;

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Agreed, and the payment page is open: nobody works on it until the money is there.
    AwaitingPayment,
    /// The time to pay ended without money; late money brings it back.
    Abandoned,
    Placed,
    Confirmed,
    PartShipped,
    Shipped,
    Delivered,
    Cancelled,
}

/// What moves an order on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The money that was waited for came.
    Pay,
    /// Nobody paid in time: its stock is free again.
    Abandon,
    /// Money came after all.
    Revive,
    Confirm,
    /// Some of what was ordered left the house.
    ShipPart,
    /// The last of what was ordered left the house.
    ShipRest,
    Deliver,
    Cancel,
}

/// Every step there is; what does not stand here cannot happen.
pub const TRANSITIONS: &[(State, Step, State)] = &[
    (State::AwaitingPayment, Step::Pay, State::Placed),
    (State::AwaitingPayment, Step::Abandon, State::Abandoned),
    (State::AwaitingPayment, Step::Cancel, State::Cancelled),
    (State::Placed, Step::Abandon, State::Abandoned),
    (State::Abandoned, Step::Revive, State::Placed),
    (State::Abandoned, Step::Cancel, State::Cancelled),
    (State::Placed, Step::Confirm, State::Confirmed),
    (State::Placed, Step::Cancel, State::Cancelled),
    (State::Confirmed, Step::Cancel, State::Cancelled),
    (State::Confirmed, Step::ShipPart, State::PartShipped),
    (State::Confirmed, Step::ShipRest, State::Shipped),
    (State::PartShipped, Step::ShipPart, State::PartShipped),
    (State::PartShipped, Step::ShipRest, State::Shipped),
    (State::Shipped, Step::Deliver, State::Delivered),
];

impl State {
    pub const ALL: &'static [Self] = &[
        Self::AwaitingPayment,
        Self::Placed,
        Self::Confirmed,
        Self::PartShipped,
        Self::Shipped,
        Self::Delivered,
        Self::Cancelled,
        Self::Abandoned,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingPayment => "awaiting_payment",
            Self::Abandoned => "abandoned",
            Self::Placed => "placed",
            Self::Confirmed => "confirmed",
            Self::PartShipped => "part_shipped",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state after a step.
    ///
    /// # Errors
    /// [`Fault::WrongState`] when the table has no such step.
    pub fn after(self, step: Step) -> Result<Self, Fault> {
        TRANSITIONS
            .iter()
            .find(|(from, with, _)| *from == self && *with == step)
            .map(|(_, _, to)| *to)
            .ok_or(Fault::WrongState { state: self, step })
    }

    /// The steps that are open from here.
    pub fn steps(self) -> impl Iterator<Item = Step> {
        TRANSITIONS.iter().filter(move |(from, _, _)| *from == self).map(|(_, step, _)| *step)
    }

    /// The steps that a person may take from here.
    pub fn steps_by_hand(self) -> impl Iterator<Item = Step> {
        self.steps().filter(|step| step.by_hand())
    }

    /// Nothing can happen to it any more.
    pub fn is_final(self) -> bool {
        self.steps().next().is_none()
    }
}

impl Step {
    pub const ALL: &'static [Self] =
        &[Self::Pay, Self::Abandon, Self::Revive, Self::Confirm, Self::ShipPart, Self::ShipRest, Self::Deliver, Self::Cancel];

    /// A person may take it by hand; the others follow from money.
    pub const fn by_hand(self) -> bool {
        !matches!(self, Self::Pay | Self::Abandon | Self::Revive)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pay => "pay",
            Self::Abandon => "abandon",
            Self::Revive => "revive",
            Self::Confirm => "confirm",
            Self::ShipPart => "ship_part",
            Self::ShipRest => "ship_rest",
            Self::Deliver => "deliver",
            Self::Cancel => "cancel",
        }
    }
}

impl std::str::FromStr for State {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or("unknown order state")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_read_back() {
        for state in State::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
        }
    }

    #[test]
    fn the_table_says_each_step_once() {
        for (i, (from, step, _)) in TRANSITIONS.iter().enumerate() {
            assert!(!TRANSITIONS[..i].iter().any(|(f, s, _)| f == from && s == step), "{from:?} {step:?}");
        }
    }

    #[test]
    fn only_delivered_and_cancelled_are_final() {
        let last: Vec<_> = State::ALL.iter().filter(|s| s.is_final()).collect();
        assert_eq!(last, [&State::Delivered, &State::Cancelled]);
    }

    proptest! {
        /// Whatever steps are tried: nothing is cancelled once a part of it left the house,
        /// nothing arrives that was not shipped, and what is over stays over.
        #[test]
        fn any_walk_keeps_its_promises(paid in any::<bool>(), steps in proptest::collection::vec(0..Step::ALL.len(), 0..30)) {
            let first = if paid { State::Placed } else { State::AwaitingPayment };
            let (mut state, mut shipped, mut confirmed) = (first, false, false);
            for step in steps.into_iter().map(|i| Step::ALL[i]) {
                let Ok(next) = state.after(step) else { continue };
                prop_assert!(!state.is_final());
                confirmed |= step == Step::Confirm;
                shipped |= matches!(step, Step::ShipPart | Step::ShipRest);
                state = next;
                prop_assert!(!shipped || confirmed);
                prop_assert!(!(state == State::Cancelled && shipped));
                prop_assert!(state != State::Delivered || shipped);
            }
        }
    }
}
