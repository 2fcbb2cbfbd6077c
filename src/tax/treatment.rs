//! How a sale is taxed: who sells, where to, and who buys. Pure; the facts are dated rows.

use serde::{Deserialize, Serialize};

use super::{Fault, Rates, STANDARD};
use crate::kernel::{Moment, Rate};

/// The category of goods on which a business that buys at home owes the VAT itself.
pub const REVERSE_CHARGE: &str = "reverse_charge";
/// The category of what the law exempts.
pub const EXEMPT: &str = "exempt";

/// The treatment of a whole sale; single goods may still be exempt or under reverse charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// At the rates of the seller's country.
    #[default]
    Domestic,
    /// To a consumer elsewhere in the Union, above the threshold: at the rates of that country.
    Destination,
    /// Goods to a business elsewhere in the Union whose VAT number is valid: 0 %.
    IntraEu,
    /// Out of the Union: 0 %.
    Export,
    /// The seller is no VAT payer.
    NotSubject,
}

impl Treatment {
    pub const ALL: &'static [Self] = &[Self::Domestic, Self::Destination, Self::IntraEu, Self::Export, Self::NotSubject];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Domestic => "domestic",
            Self::Destination => "destination",
            Self::IntraEu => "intra_eu",
            Self::Export => "export",
            Self::NotSubject => "not_subject",
        }
    }
    /// What a document has to say about it: the text `tax.note.CODE`; empty for a sale like any other.
    pub fn note(self) -> String {
        if self == Self::Domestic { String::new() } else { self.as_str().to_owned() }
    }
    /// The code by UNCL 5305 of what was charged at this rate: what [`Sale::charge`] said then, read
    /// from what an order keeps.
    pub fn code(self, category: &str, rate: Rate) -> &'static str {
        match self {
            Self::NotSubject => "O",
            Self::Export => "G",
            Self::IntraEu => "K",
            _ if category == EXEMPT => "E",
            Self::Domestic if category == REVERSE_CHARGE && rate == Rate::ZERO => "AE",
            _ if rate == Rate::ZERO => "Z",
            _ => "S",
        }
    }
    /// Sold without VAT that a price on the tag would hold: the net price is what is paid.
    pub const fn strips_vat(self) -> bool {
        matches!(self, Self::IntraEu | Self::Export)
    }
}
impl std::str::FromStr for Treatment {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|t| t.as_str() == text).ok_or("unknown treatment")
    }
}

/// A sale as far as tax is concerned.
#[derive(Clone, Debug)]
pub struct Sale<'a> {
    /// ISO 3166-1 alpha-2.
    pub seller: &'a str,
    /// Where the goods go; the seller's own country when they are fetched.
    pub destination: &'a str,
    /// A business that somebody verified.
    pub business: bool,
    /// The country of a VAT number that the register called valid.
    pub vat_country: Option<&'a str>,
    /// The tax point.
    pub at: Moment,
}

impl Sale<'_> {
    /// The treatment, by the table of the domain notes §1.2.
    pub fn treatment(&self, rates: &Rates) -> Treatment {
        if !rates.payer(self.seller, self.at) {
            return Treatment::NotSubject;
        }
        if self.destination == self.seller {
            return Treatment::Domestic;
        }
        if !rates.in_union(self.destination, self.at) {
            return Treatment::Export;
        }
        match self.vat_country {
            Some(country) if country != self.seller && rates.in_union(country, self.at) => Treatment::IntraEu,
            _ if rates.oss(self.seller, self.at) => Treatment::Destination,
            _ => Treatment::Domestic,
        }
    }

    /// What is charged on goods of a category, `home` being the rate in the price on the tag, and
    /// its code by UNCL 5305 as EN 16931 wants it.
    ///
    /// # Faults
    /// `tax.no_rate` when the destination has not even a standard rate.
    pub fn charge(&self, treatment: Treatment, category: &str, home: Rate, rates: &Rates) -> Result<(Rate, &'static str), Fault> {
        Ok(match treatment {
            Treatment::NotSubject => (Rate::ZERO, "O"),
            Treatment::Export => (Rate::ZERO, "G"),
            Treatment::IntraEu => (Rate::ZERO, "K"),
            _ if category == EXEMPT => (Rate::ZERO, "E"),
            Treatment::Domestic if category == REVERSE_CHARGE && self.business => (Rate::ZERO, "AE"),
            Treatment::Domestic => standard_or_zero(home),
            // A category that the other country does not have is taxed there like everything else.
            Treatment::Destination => {
                let own = rates.of(self.destination, category, self.at);
                standard_or_zero(own.or_else(|_| rates.of(self.destination, STANDARD, self.at))?)
            }
        })
    }
}

fn standard_or_zero(rate: Rate) -> (Rate, &'static str) {
    (rate, if rate == Rate::ZERO { "Z" } else { "S" })
}
