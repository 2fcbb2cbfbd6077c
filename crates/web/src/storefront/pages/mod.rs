//! What each page of the shop says to its template: the contract between handlers and themes.
//!
//! A template names nothing that does not stand here, and every page has samples, so that
//! `theme check` can render it in every language before a customer does.

mod account;
mod buying;
mod case;
mod catalogue;
mod contract;
mod frame;
mod offer;
mod samples;
mod tile;

pub use account::*;
pub use buying::*;
pub use case::*;
pub use catalogue::*;
pub use contract::*;
pub use frame::*;
pub use offer::*;
pub use samples::samples;

#[cfg(test)]
mod tests {
    use vitrina::stage::{Severity, Source, Stage};

    use super::*;

    #[test]
    fn the_built_in_theme_shows_every_page_in_every_language() {
        let stage = Stage::open(Source::embedded()).unwrap();
        let errors: Vec<_> = stage.check(&samples().unwrap()).into_iter().filter(|f| f.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }

    /// Lithuanian and English are complete; German may borrow, and the check says where.
    #[test]
    fn the_shop_speaks_lithuanian_and_english_in_full() {
        let stage = Stage::open(Source::embedded()).unwrap();
        let borrowed: Vec<_> = stage
            .check(&[])
            .into_iter()
            .filter(|f| f.code == "fallback_text" && f.locale != Some(vitrina::kernel::Locale::DE))
            .collect();
        assert!(borrowed.is_empty(), "{borrowed:#?}");
    }
}
