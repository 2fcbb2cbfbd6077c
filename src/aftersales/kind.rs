//! What a case is: a complaint or a withdrawal, on which ground, about what, and what would help.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $lost:literal { $($(#[$one:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$one])* $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err($lost) }
            }
        }
    };
}
pub(super) use words;

words! {
    /// What the customer declared.
    Kind, "unknown kind of case" {
        /// Something is wrong with what was bought.
        Complaint = "complaint",
        /// The consumer withdraws from the contract (Directive 2011/83/EU art. 9 and 11a; CK 6.228-10).
        Withdrawal = "withdrawal",
    }
}

words! {
    /// On which ground it is handled; staff may move a complaint to another one.
    Ground, "unknown ground" {
        Withdrawal14d = "withdrawal_14d",
        /// Defects within two years of delivery (CK 6.364).
        LegalGuarantee = "legal_guarantee",
        CommercialGuarantee = "commercial_guarantee",
        Goodwill = "goodwill",
        TransportDamage = "transport_damage",
        WrongItem = "wrong_item",
    }
}

words! {
    /// What is wrong, as the customer says it.
    Problem, "unknown problem" {
        Defect = "defect",
        Damaged = "damaged",
        WrongItem = "wrong_item",
        Missing = "missing",
        Service = "service",
        Other = "other",
        /// A withdrawal asks for no reason and has none.
        None = "none",
    }
}

words! {
    /// What would help, and what was done: the remedies of CK 6.363.
    Remedy, "unknown remedy" {
        Repair = "repair",
        Replacement = "replacement",
        PriceReduction = "price_reduction",
        Refund = "refund",
        /// Nothing is done: the goods go back to the customer as they are.
        ReturnedToCustomer = "returned_to_customer",
        /// The customer leaves it to the shop.
        None = "none",
    }
}

impl Problem {
    /// What a customer may choose.
    pub const ASKED: &'static [Self] = &[Self::Defect, Self::Damaged, Self::WrongItem, Self::Missing, Self::Service, Self::Other];

    /// On which ground a complaint begins.
    pub const fn ground(self) -> Ground {
        match self {
            Self::Damaged => Ground::TransportDamage,
            Self::WrongItem | Self::Missing => Ground::WrongItem,
            Self::Service => Ground::Goodwill,
            Self::Defect | Self::Other => Ground::LegalGuarantee,
            Self::None => Ground::Withdrawal14d,
        }
    }
}

impl Remedy {
    /// What a customer may wish for.
    pub const ASKED: &'static [Self] = &[Self::Repair, Self::Replacement, Self::PriceReduction, Self::Refund, Self::None];
    /// What a shop may do.
    pub const DONE: &'static [Self] =
        &[Self::Repair, Self::Replacement, Self::PriceReduction, Self::Refund, Self::ReturnedToCustomer];
}

/// Why a case may be refused: codes below `aftersales.refusal.`. A withdrawal needs no reason, so that it
/// can be refused for those alone that the law knows.
pub const fn refusals(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Withdrawal => &["too_late", "made_to_order", "hygiene", "perishable", "digital", "not_a_consumer", "not_ours"],
        Kind::Complaint => &["no_defect", "misuse", "wear", "out_of_guarantee", "known_defect", "not_ours", "other"],
    }
}
