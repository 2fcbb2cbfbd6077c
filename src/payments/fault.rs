//! What can go wrong with money.

use crate::kernel::{Faulty, Kind, Money};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no such payment")]
    NoReceipt,
    #[error("no such refund")]
    NoRefund,
    #[error("no such row of the ledger")]
    NoAllocation,
    #[error("this was undone before")]
    Undone,
    /// More than is free of a receipt, or than an order was paid.
    #[error("at most {} is left", left.amount_text())]
    TooMuch { left: Money },
    #[error("{field} is no sum of money above zero")]
    NotASum { field: &'static str },
    #[error("{field} is missing")]
    Missing { field: &'static str },
    #[error("the payment is in another currency than the order")]
    Currency,
    #[error("nothing is due")]
    NothingDue,
    #[error("a payment page of this order is open")]
    Busy,
    #[error("the order takes no payment any more")]
    Closed,
    #[error("the customer's bank disputes this payment")]
    Disputed,
    #[error("no provider of card payments is set up")]
    NoGateway,
    #[error("the payment provider refuses: {0}")]
    Refused(String),
    #[error("the payment provider does not answer: {0}")]
    Silent(String),
    /// A refund or a dispute of a payment that is not known yet: told again later.
    #[error("the payment {payment} is not known yet")]
    NotYet { payment: String },
    #[error("the event could not be understood: {0}")]
    Unreadable(String),
    #[error("a message that the provider did not sign")]
    Unsigned,
    /// Cash above what the law allows for one deal.
    #[error("cash may be at most {} for one deal", most.amount_text())]
    CashLimit { most: Money },
    #[error("cash is paid in steps of {}", step.amount_text())]
    CashStep { step: Money },
    #[error("sums do not fit")]
    Sum,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoReceipt | Self::NoRefund | Self::NoAllocation => Kind::NotFound,
            Self::Undone | Self::Busy | Self::Closed | Self::Disputed | Self::NothingDue => Kind::Conflict,
            Self::NoGateway | Self::Silent(_) | Self::NotYet { .. } => Kind::Unavailable,
            Self::Unsigned => Kind::Forbidden,
            Self::Unreadable(_) | Self::Sum => Kind::Bug,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoReceipt => "payments.no_receipt",
            Self::NoRefund => "payments.no_refund",
            Self::NoAllocation => "payments.no_allocation",
            Self::Undone => "payments.undone",
            Self::TooMuch { .. } => "payments.too_much",
            Self::NotASum { .. } => "payments.not_a_sum",
            Self::Missing { .. } => "form.missing",
            Self::Currency => "payments.currency",
            Self::NothingDue => "payments.nothing_due",
            Self::Busy => "payments.busy",
            Self::Closed => "payments.closed",
            Self::Disputed => "payments.disputed",
            Self::NoGateway => "payments.no_gateway",
            Self::Refused(_) => "payments.refused",
            Self::Silent(_) => "payments.silent",
            Self::NotYet { .. } => "payments.not_yet",
            Self::Unreadable(_) => "payments.unreadable",
            Self::Unsigned => "payments.unsigned",
            Self::CashLimit { .. } => "payments.cash_limit",
            Self::CashStep { .. } => "payments.cash_step",
            Self::Sum => "payments.sum",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::NotASum { field } | Self::Missing { field } => Some((*field).to_owned()),
            Self::TooMuch { .. } | Self::CashLimit { .. } | Self::CashStep { .. } => Some("amount".into()),
            _ => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        let sum = |money: &Money| vec![("sum", money.amount_text()), ("currency", money.currency.to_string())];
        match self {
            Self::TooMuch { left } => sum(left),
            Self::CashLimit { most } => sum(most),
            Self::CashStep { step } => sum(step),
            Self::Refused(why) | Self::Silent(why) => vec![("why", why.clone())],
            _ => Vec::new(),
        }
    }
}
