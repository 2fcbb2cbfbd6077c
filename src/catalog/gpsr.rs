//! What the General Product Safety Regulation (EU) 2023/988 art. 19 wants beside an offer, and
//! what of it is missing.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Kind, Producer, product::words};

words!(
    /// Something that is missing.
    Gap {
        Producer = "producer",
        Address = "address",
        Contact = "contact",
        Responsible = "responsible",
        Picture = "picture",
        Warnings = "warnings",
    }
);

/// What publishing does when something is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compliance {
    /// Publish, and show the list in the office.
    #[default]
    Show,
    /// Refuse.
    Block,
}

/// Member states of the Union and of the EEA, whose producers need no responsible person.
const WITHIN: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV",
    "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// What is missing. Services have no producer in this sense; an empty warning text is missing
/// too, since "none needed" is a decision that somebody has to write down.
pub fn gaps(kind: Kind, producer: Option<&Producer>, has_picture: bool, has_warnings: bool) -> Vec<Gap> {
    if kind == Kind::Service {
        return Vec::new();
    }
    let mut gaps = Vec::new();
    match producer {
        None => gaps.push(Gap::Producer),
        Some(p) => {
            if p.address.is_empty() {
                gaps.push(Gap::Address);
            }
            if p.contact.is_empty() {
                gaps.push(Gap::Contact);
            }
            let outside = !WITHIN.contains(&p.country.as_str());
            if outside && (p.rep_name.is_empty() || p.rep_address.is_empty() || p.rep_contact.is_empty()) {
                gaps.push(Gap::Responsible);
            }
        }
    }
    if !has_picture {
        gaps.push(Gap::Picture);
    }
    if !has_warnings {
        gaps.push(Gap::Warnings);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ProducerId;

    fn producer(country: &str) -> Producer {
        Producer {
            id: ProducerId(uuid::Uuid::nil()),
            code: "p".into(),
            name: "P".into(),
            address: "Gatvė 1".into(),
            country: country.into(),
            contact: "p@example.test".into(),
            rep_name: String::new(),
            rep_address: String::new(),
            rep_contact: String::new(),
        }
    }

    #[test]
    fn a_producer_outside_the_union_needs_somebody_within() {
        assert_eq!(gaps(Kind::Goods, Some(&producer("LT")), true, true), vec![]);
        assert_eq!(gaps(Kind::Goods, Some(&producer("CN")), true, true), vec![Gap::Responsible]);
    }

    #[test]
    fn everything_missing_is_named() {
        assert_eq!(gaps(Kind::Goods, None, false, false), vec![Gap::Producer, Gap::Picture, Gap::Warnings]);
        assert_eq!(gaps(Kind::Service, None, false, false), vec![]);
    }
}
