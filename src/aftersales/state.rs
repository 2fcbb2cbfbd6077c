//! The states of a case and the one table of steps between them.
//!
//! Acknowledging is no step: the number, the receipt and the letter are made in the transaction that takes
//! the declaration, so that there is no moment at which it was submitted and not acknowledged.

use super::{Fault, kind::words};
use serde::{Deserialize, Serialize};

words! {
    /// Where a case stands.
    State, "unknown state of a case" {
        /// Declared and receipted; the shop owes an answer.
        Submitted = "submitted",
        /// The customer was asked for something; the law's clock runs on.
        InfoRequested = "info_requested",
        Approved = "approved",
        Rejected = "rejected",
        /// The customer has a label or instructions to send the goods.
        LabelSent = "label_sent",
        InTransit = "in_transit",
        Received = "received",
        Inspected = "inspected",
        /// What was to be done is done.
        Resolved = "resolved",
        Closed = "closed",
        /// The customer took the declaration back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What moves a case on.
    Step, "unknown step of a case" {
        RequestInfo = "request_info",
        /// The customer answered.
        Inform = "inform",
        Approve = "approve",
        Reject = "reject",
        SendLabel = "send_label",
        /// The goods are on their way to the shop.
        Dispatch = "dispatch",
        Receive = "receive",
        Inspect = "inspect",
        Resolve = "resolve",
        Close = "close",
        Reopen = "reopen",
        TakeBack = "take_back",
    }
}

/// Every step there is; what does not stand here cannot happen.
pub const TRANSITIONS: &[(State, Step, State)] = &[
    (State::Submitted, Step::RequestInfo, State::InfoRequested),
    (State::Submitted, Step::Approve, State::Approved),
    (State::Submitted, Step::Reject, State::Rejected),
    (State::Submitted, Step::TakeBack, State::Withdrawn),
    (State::InfoRequested, Step::Inform, State::Submitted),
    (State::InfoRequested, Step::Approve, State::Approved),
    (State::InfoRequested, Step::Reject, State::Rejected),
    (State::InfoRequested, Step::TakeBack, State::Withdrawn),
    (State::Approved, Step::SendLabel, State::LabelSent),
    (State::Approved, Step::Dispatch, State::InTransit),
    (State::Approved, Step::Receive, State::Received),
    // A lower price, or goods that nobody wants back.
    (State::Approved, Step::Resolve, State::Resolved),
    (State::Approved, Step::TakeBack, State::Withdrawn),
    (State::LabelSent, Step::Dispatch, State::InTransit),
    (State::LabelSent, Step::Receive, State::Received),
    (State::LabelSent, Step::Resolve, State::Resolved),
    (State::LabelSent, Step::TakeBack, State::Withdrawn),
    (State::InTransit, Step::Receive, State::Received),
    // A proof of sending is enough for the money of a withdrawal (CRD art. 13(3)).
    (State::InTransit, Step::Resolve, State::Resolved),
    (State::Received, Step::Receive, State::Received),
    (State::Received, Step::Inspect, State::Inspected),
    (State::Inspected, Step::Receive, State::Received),
    (State::Inspected, Step::Resolve, State::Resolved),
    (State::Inspected, Step::Reject, State::Rejected),
    (State::Rejected, Step::Close, State::Closed),
    (State::Rejected, Step::Reopen, State::Submitted),
    (State::Resolved, Step::Close, State::Closed),
    (State::Resolved, Step::Reopen, State::Submitted),
    (State::Closed, Step::Reopen, State::Submitted),
];

impl State {
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

    /// Somebody still has something to do.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Rejected | Self::Resolved | Self::Closed | Self::Withdrawn)
    }

    /// The shop has not said yet what it makes of it.
    pub const fn is_unanswered(self) -> bool {
        matches!(self, Self::Submitted | Self::InfoRequested)
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
            assert!(*state == State::Submitted || TRANSITIONS.iter().any(|(_, _, to)| to == state), "{state:?}");
        }
        for step in Step::ALL {
            assert!(TRANSITIONS.iter().any(|(_, with, _)| with == step), "{step:?}");
        }
    }

    proptest! {
        /// Whatever steps are tried: nothing is done that was not agreed to, nothing is inspected that
        /// did not come, what the customer took back stays so, and a case opens anew only when it was over.
        #[test]
        fn any_walk_keeps_its_promises(steps in proptest::collection::vec(0..Step::ALL.len(), 0..60)) {
            let (mut state, mut approved, mut came) = (State::Submitted, false, false);
            for step in steps.into_iter().map(|i| Step::ALL[i]) {
                let Ok(next) = state.after(step) else { continue };
                prop_assert!(state != State::Withdrawn);
                prop_assert!(step != Step::Reopen || !state.is_open());
                if step == Step::Reopen {
                    (approved, came) = (false, false);
                }
                approved |= step == Step::Approve;
                came |= step == Step::Receive;
                prop_assert!(step != Step::Resolve || approved);
                prop_assert!(step != Step::Inspect || came);
                prop_assert!(step != Step::Receive || approved);
                state = next;
            }
        }
    }
}
