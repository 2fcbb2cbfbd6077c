//! What several flows share: functions on an open transaction that call several trades and
//! never begin or commit.

mod case_letters;
pub(crate) mod case_sheet;
pub(crate) mod cases;
mod contract_letters;
pub(crate) mod contract_sheet;
pub(crate) mod contracting;
pub(crate) mod crediting;
pub(crate) mod facts;
pub(crate) mod files;
pub(super) mod floors;
pub(crate) mod issuing;
pub(super) mod joining;
pub(super) mod leaving;
pub(super) mod letters;
pub(crate) mod links;
pub(crate) mod market;
pub(super) mod news;
pub(crate) mod offer_sheet;
pub(crate) mod offer_words;
pub(crate) mod offering;
pub(crate) mod papers;
pub(super) mod personal;
pub(super) mod products;
pub(crate) mod refunding;
pub(crate) mod settling;
pub(crate) mod till;
pub(crate) mod translating;
