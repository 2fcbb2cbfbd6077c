//! What is wrong with a row, kept so that it can be said in the reader's language.

use std::collections::BTreeMap;

use catalog_import::Complaint;
use serde::Serialize;

/// What is wrong with a row; an error skipped its product, a warning did not. Its text is
/// `import.CODE` in the locale files; `message` says the same in English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub row: Option<i64>,
    pub column: Option<String>,
    pub code: String,
    /// "error" or "warning"
    pub severity: String,
    pub message: String,
    /// A JSON object of texts.
    #[serde(skip)]
    pub args: Option<String>,
}
crate::record!(Problem { row = "row_no", column = "col", code, severity, message, args });

/// What only the shop can see: code, whether the product is left out, the English text.
const SEEN: &[(&str, bool, &str)] = &[
    ("title.missing", true, "A new product needs a title. Fill in the title."),
    ("sku.taken", true, "The SKU {sku} belongs to another product. Give the variant its own SKU."),
    ("sku.again", true, "The SKU {sku} stands twice in the file. Every variant needs its own SKU."),
    ("vat.category", true, "The shop has no VAT category \"{value}\". Use one of: {known}."),
    ("vat.unknown", false, "The shop knows no VAT rate of {rate}; the usual one was taken. Check the product's VAT category."),
    (
        "price.currency",
        false,
        "The price is in {given}, the shop sells in {currency}. Add a price in {currency}, else the product cannot be bought.",
    ),
    ("sale.later", false, "The sale from {from} begins by itself; until then the regular price holds."),
    ("sale.over", false, "The sale ended on {until}; the regular price was taken."),
    (
        "sale.unproven",
        false,
        "The shop knows no higher price of the last 30 days, so the lower price is shown without a reduction.",
    ),
    ("picture.unknown", false, "There is no picture {name} in the shop. Upload it first, or give its https:// address."),
    ("document.unknown", false, "There is no document {name} in the shop. Upload it first, or give its https:// address."),
    ("related.unknown", false, "There is no product {name} to relate to, neither in the shop nor in the file."),
];

impl Problem {
    /// A problem of [`SEEN`].
    pub fn seen(row: Option<i64>, code: &'static str, args: &[(&str, String)]) -> Self {
        let known = SEEN.iter().find(|s| s.0 == code);
        debug_assert!(known.is_some(), "{code}");
        let (_, error, text) = known.copied().unwrap_or((code, true, code));
        let message = args.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
        let args: BTreeMap<&str, &String> = args.iter().map(|(name, value)| (*name, value)).collect();
        Self {
            row,
            column: None,
            code: code.to_owned(),
            severity: if error { "error" } else { "warning" }.to_owned(),
            message,
            args: serde_json::to_string(&args).ok(),
        }
    }

    pub fn is_error(&self) -> bool {
        self.severity == "error"
    }

    /// What fills the text of its code.
    pub fn arguments(&self) -> Vec<(String, String)> {
        let args: Option<BTreeMap<String, String>> = self.args.as_deref().and_then(|a| serde_json::from_str(a).ok());
        args.into_iter().flatten().collect()
    }
}

impl From<&Complaint> for Problem {
    fn from(complaint: &Complaint) -> Self {
        Self {
            row: complaint.row.and_then(|r| i64::try_from(r).ok()),
            column: complaint.column.clone(),
            code: complaint.code.clone(),
            severity: if complaint.is_error() { "error" } else { "warning" }.to_owned(),
            message: format!("{} {}", complaint.message, complaint.remedy),
            args: serde_json::to_string(&complaint.args).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernel::Locale,
        stage::{Source, Stage},
    };

    #[test]
    fn every_problem_has_its_words_in_lithuanian_and_english() {
        let stage = Stage::open(Source::embedded()).unwrap();
        let words = SEEN.iter().map(|s| s.0).chain(catalog_import::Code::ALL.iter().map(|c| c.word()));
        for code in words {
            for locale in [Locale::LT, Locale::EN] {
                let text = stage.text(locale, &format!("import.{code}"), &[]);
                assert!(text.ends_with('.') && text.len() > code.len() + 10, "{locale} {code}: {text}");
            }
        }
    }

    #[test]
    fn a_problem_keeps_what_fills_its_text() {
        let problem = Problem::seen(Some(7), "sku.taken", &[("sku", "ST-1".to_owned())]);
        assert!(problem.is_error());
        assert!(problem.message.starts_with("The SKU ST-1 belongs"));
        assert_eq!(problem.arguments(), [("sku".to_owned(), "ST-1".to_owned())]);
    }
}
