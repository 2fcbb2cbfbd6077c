//! What can be wrong with a code.

use crate::kernel::{Faulty, Kind, Moment, Money};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("there is no such code")]
    Unknown,
    #[error("the code holds later")]
    NotYet { from: Moment },
    #[error("the code holds no more")]
    Expired,
    #[error("the code is used up")]
    UsedUp,
    #[error("this customer has used the code")]
    CustomerUsed,
    #[error("the goods are worth less than {}", sum.amount_text())]
    Minimum { sum: Money, missing: Money },
    #[error("{n} more pieces are needed")]
    MorePieces { n: i64 },
    #[error("the code is not for these goods")]
    NotForThese,
    #[error("there is no such discount")]
    NoDiscount,
    #[error("a discount needs a name of at most 80 letters")]
    Name,
    #[error("a code has 3 to 40 letters and digits")]
    Malformed,
    #[error("the code {0} is taken")]
    Taken(String),
    #[error("a discount lies above 0 and at most at 100 percent")]
    Percent,
    #[error("an amount lies above nothing")]
    Amount,
    #[error("numbers of pieces lie between 1 and 99")]
    Pieces,
    #[error("a limit lies above nothing")]
    Limit,
    #[error("it was used {used} times already")]
    FewerThanUsed { used: i64 },
    #[error("a batch holds at most {most} codes")]
    Batch { most: usize },
    #[error("it ends before it begins")]
    Ends,
    #[error("the discount is stopped already")]
    Stopped,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoDiscount => Kind::NotFound,
            Self::UsedUp | Self::CustomerUsed | Self::Expired | Self::Stopped | Self::Taken(_) => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "promotions.unknown",
            Self::NotYet { .. } => "promotions.not_yet",
            Self::Expired => "promotions.expired",
            Self::UsedUp => "promotions.used_up",
            Self::CustomerUsed => "promotions.customer_used",
            Self::Minimum { .. } => "promotions.minimum",
            Self::MorePieces { .. } => "promotions.more_pieces",
            Self::NotForThese => "promotions.not_for_these",
            Self::NoDiscount => "promotions.no_discount",
            Self::Name => "promotions.name",
            Self::Malformed => "promotions.malformed",
            Self::Taken(_) => "promotions.taken",
            Self::Percent => "promotions.percent",
            Self::Amount => "promotions.amount",
            Self::Pieces => "promotions.pieces",
            Self::Limit => "promotions.limit",
            Self::FewerThanUsed { .. } => "promotions.fewer_than_used",
            Self::Batch { .. } => "promotions.batch",
            Self::Ends => "promotions.ends",
            Self::Stopped => "promotions.stopped",
        }
    }
    fn field(&self) -> Option<String> {
        let field = match self {
            Self::NoDiscount | Self::Stopped => return None,
            Self::Name => "name",
            Self::Percent | Self::Amount => "amount",
            Self::Pieces => "buy",
            Self::Limit | Self::FewerThanUsed { .. } => "most",
            Self::Batch { .. } => "batch",
            Self::Ends => "ends",
            _ => "code",
        };
        Some(field.to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Minimum { sum, missing } => {
                vec![("sum", sum.amount_text()), ("missing", missing.amount_text()), ("currency", sum.currency.to_string())]
            }
            Self::MorePieces { n } => vec![("n", n.to_string())],
            Self::NotYet { from } => vec![("day", from.date().to_string())],
            Self::Taken(code) => vec![("code", code.clone())],
            Self::FewerThanUsed { used } => vec![("used", used.to_string())],
            Self::Batch { most } => vec![("most", most.to_string())],
            _ => Vec::new(),
        }
    }
}
