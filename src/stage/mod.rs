//! The stage: templates, texts and assets of a theme, ready to be rendered.
//!
//! The stage promises that a theme can be changed without touching the shop: a page is
//! found in the shop's own files, then in the theme, its parents, and at last in the theme
//! built into the binary. Every text comes from a locale file with the plural category of
//! CLDR, every number, sum and date in the reader's own notation, every picture with its
//! sizes and its `alt`. Nothing here knows a product or an order: a page context is
//! anything that serialises.
//!
//! Templates are compiled once per locale, so that rendering waits for nobody and looks
//! nothing up but its own words.

mod assets;
mod calendar;
mod case_letters;
mod check;
mod contract_letters;
mod digest_letter;
mod layers;
pub mod letters;
mod notation;
mod offer_letters;
mod picture;
mod render;
mod returns;
mod texts;
mod theme;
mod voice;
mod words;

pub use assets::Asset;
pub use case_letters::{CaseDueLetter, CaseGoods, CaseLetter, OrderLinkLetter};
pub use check::{Finding, Sample, Severity};
pub use contract_letters::{ContractAcceptedLetter, ContractAnswerLetter, ContractLetter};
pub use digest_letter::{DigestCampaign, DigestGoods, DigestLetter, DigestOffer, DigestPrice};
pub use layers::{DocumentFiles, Source};
pub use offer_letters::{OfferAnswerLetter, OfferLetter, OfferLine};
pub use picture::{WIDTHS, media_url};
pub use render::{Stage, StagedLetter};
pub use returns::Returns;
/// A value that was serialised once and is handed to several pages without doing it again.
pub use tera::Value as Prepared;
pub use texts::Texts;
pub use theme::{Setting, SettingKind, Theme};
pub use voice::Voice;
