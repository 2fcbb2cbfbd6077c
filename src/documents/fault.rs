//! What can go wrong with documents.

use crate::kernel::{Faulty, Kind};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no such document")]
    NoDocument,
    #[error("the order has an invoice that stands")]
    Invoiced,
    #[error("the document was annulled")]
    Annulled,
    #[error("a document of VAT law is corrected by a credit note only")]
    NotAnnulled,
    #[error("only invoices are credited")]
    NotCredited,
    #[error("more than is left of the invoice")]
    MoreThanInvoiced,
    #[error("nothing is left of the invoice")]
    NothingLeft,
    #[error("advances were taken off this invoice, so that it is credited in whole")]
    AdvanceFirst,
    #[error("the advance is more than the order has of its rate")]
    AdvanceTooLarge,
    #[error("an advance invoice stands for money that is not there any more")]
    AdvanceUnpaid,
    #[error("a deposit lies above nothing and is at most what is due")]
    Deposit,
    #[error("no exchange rate of the day for {0}")]
    NoRate(String),
    #[error("the prefix of a series is made of 1 to 10 letters, digits and dashes")]
    Series,
    #[error("the document does not add up: {0}")]
    Sums(&'static str),
    #[error("{field} is missing")]
    Missing { field: &'static str },
    #[error("the document is not set yet")]
    NotSet,
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoDocument => Kind::NotFound,
            Self::Invoiced | Self::Annulled | Self::NotAnnulled | Self::NotCredited | Self::AdvanceUnpaid => Kind::Conflict,
            Self::NotSet => Kind::Unavailable,
            Self::Sums(_) => Kind::Bug,
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoDocument => "documents.no_document",
            Self::Invoiced => "documents.invoiced",
            Self::Annulled => "documents.annulled",
            Self::NotAnnulled => "documents.not_annulled",
            Self::NotCredited => "documents.not_credited",
            Self::MoreThanInvoiced => "documents.more_than_invoiced",
            Self::NothingLeft => "documents.nothing_left",
            Self::AdvanceFirst => "documents.advance_first",
            Self::AdvanceTooLarge => "documents.advance_too_large",
            Self::AdvanceUnpaid => "documents.advance_unpaid",
            Self::Deposit => "documents.deposit",
            Self::NoRate(_) => "documents.no_rate",
            Self::Series => "documents.series",
            Self::Sums(_) => "documents.sums",
            Self::Missing { .. } => "form.missing",
            Self::NotSet => "documents.not_set",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Missing { field } => Some((*field).to_owned()),
            Self::MoreThanInvoiced | Self::NothingLeft | Self::AdvanceFirst => Some("credit".into()),
            Self::Deposit | Self::AdvanceTooLarge => Some("sum".into()),
            _ => None,
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoRate(currency) => vec![("currency", currency.clone())],
            _ => Vec::new(),
        }
    }
}
