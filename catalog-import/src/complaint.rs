//! What is wrong with a file, said so that a shopkeeper can mend it: where (row
//! and column as the spreadsheet shows them), what, and what to do about it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether the product is left out or taken with a remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The product is skipped; its rows go to the file of rejected rows.
    Error,
    /// The product is taken; somebody should look.
    Warning,
}

/// One problem. `message_key()` names its text in the locale files, `args` fill it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Row as a spreadsheet numbers it (the heading is row 1); for XML the
    /// ordinal of the item, for NDJSON the line. None: the file as a whole.
    pub row: Option<u64>,
    /// Column heading, element or key.
    pub column: Option<String>,
    pub severity: Severity,
    /// Stable word such as `price.negative`.
    pub code: String,
    pub args: BTreeMap<String, String>,
    /// English text of the problem.
    pub message: String,
    /// English text of what to do.
    pub remedy: String,
}

impl Complaint {
    pub fn new(code: Code) -> Self {
        let (word, severity, ..) = code.entry();
        let mut complaint = Complaint {
            row: None,
            column: None,
            severity,
            code: word.to_owned(),
            args: BTreeMap::new(),
            message: String::new(),
            remedy: String::new(),
        };
        complaint.say(code);
        complaint
    }

    pub fn at(mut self, row: u64, column: &str) -> Self {
        self.row = Some(row);
        self.column = (!column.is_empty()).then(|| column.to_owned());
        self
    }

    pub fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// Fills `{name}` of the message. Long values are shortened: a complaint
    /// about a huge cell must not carry the cell.
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        let value = shorten(&value.to_string());
        let mark = format!("{{{name}}}");
        self.message = self.message.replace(&mark, &value);
        self.remedy = self.remedy.replace(&mark, &value);
        self.args.insert(name.to_owned(), value);
        self
    }

    pub fn message_key(&self) -> String {
        format!("import.{}", self.code)
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    fn say(&mut self, code: Code) {
        let (_, _, message, remedy) = code.entry();
        self.message = message.to_owned();
        self.remedy = remedy.to_owned();
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.row, &self.column) {
            (Some(row), Some(column)) => write!(f, "row {row}, column \"{column}\": ")?,
            (Some(row), None) => write!(f, "row {row}: ")?,
            (None, Some(column)) => write!(f, "column \"{column}\": ")?,
            (None, None) => {}
        }
        write!(f, "{} {} [{}]", self.message, self.remedy, self.code)
    }
}

impl std::error::Error for Complaint {}

pub(crate) fn shorten(text: &str) -> String {
    const MOST: usize = 80;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(MOST - 1).collect();
    short.push('…');
    short
}

macro_rules! codes {
    ($($name:ident $word:literal $severity:ident $message:literal $remedy:literal;)*) => {
        /// Every problem the importer knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($name),* }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The stable word, as in [`Complaint::code`].
            pub fn word(self) -> &'static str { self.entry().0 }

            fn entry(self) -> (&'static str, Severity, &'static str, &'static str) {
                match self { $(Code::$name => ($word, Severity::$severity, $message, $remedy)),* }
            }
        }
    };
}

codes! {
    FileUnreadable "file.unreadable" Error "The file could not be read: {reason}." "Send it again.";
    FileEmpty "file.empty" Error "The file has no rows." "Export it again and check that it is not empty.";
    FileUnknown "file.unknown" Error "The format of the file is not recognised." "Name it with --profile ({known}), or write a mapping profile for it.";
    FileTruncated "file.truncated" Error "The file ends in the middle of a record." "It was probably cut on its way: export or copy it again.";
    FileTooLarge "file.too_large" Error "{part} unpacks to more than {limit}." "Split the file, or save the sheet as CSV.";
    FileBomb "file.bomb" Error "{part} unpacks to more than it says or to {ratio} times its size." "This is not a file a spreadsheet program wrote; save the sheet again as .xlsx or CSV.";
    FileBroken "file.broken" Error "The file is damaged: {reason}." "Export it again; if it stays so, save it as CSV.";
    FileScattered "file.scattered" Error "The variants of products lie too far apart to be held in memory." "Sort the file so that the variants follow their product.";
    XmlDoctype "xml.doctype" Error "The XML declares a document type or entities; these are never expanded." "Remove the <!DOCTYPE …> part and use plain characters.";
    XmlEntity "xml.entity" Error "The entity {value} is not one of XML's own." "Write the character itself or its number (&#…;).";
    XmlBroken "xml.broken" Error "The XML is not well formed: {reason}." "Let the shop write the feed again.";
    JsonBroken "json.broken" Error "The line is not a JSON object: {reason}." "Put one product on one line as {…}.";
    EncodingGuessed "encoding.guessed" Warning "The file is not Unicode; it was read as {encoding}." "Look at the accented letters in the preview; name the encoding if they are wrong.";
    EncodingUnknown "encoding.unknown" Error "The encoding {value} is not known." "Use utf-8, utf-16le, windows-1257 or windows-1252.";
    EncodingBroken "encoding.broken" Error "The text has characters that cannot be read in the file's encoding." "Save the file as UTF-8 and send it again.";
    ProfileUnknown "profile.unknown" Error "There is no profile {value}." "Use one of: {known}.";
    ProfileBroken "profile.broken" Error "The mapping profile cannot be used: {reason}." "Correct the profile.";
    ColumnMissing "column.missing" Error "The required column is missing." "Add a column named \"{column}\".";
    ColumnUnknown "column.unknown" Warning "The column is not known and is ignored." "Nothing to do, unless it matters: then name it in a mapping profile.";
    ColumnTwice "column.twice" Warning "Two columns have this heading; the first is used." "Rename or remove one.";
    RowTooLong "row.cells" Error "The row has {found} cells, the heading has {expected}." "A quote or delimiter is probably missing in this row or the one above.";
    RowTooLarge "row.too_large" Error "The row is larger than {limit}." "Shorten its texts.";
    CellTooLarge "cell.too_large" Error "The cell is larger than {limit} and was not read." "Shorten the text.";
    CellControl "cell.control" Warning "The cell has control characters; they were removed." "Nothing to do.";
    ValueRequired "value.required" Error "The value is missing." "Fill in the cell.";
    ValueUnknown "value.unknown" Error "\"{value}\" is not one of {expected}." "Use one of the listed values.";
    ValueTooLong "value.too_long" Error "The text is longer than {limit} characters." "Shorten it.";
    NumberInvalid "number.invalid" Error "\"{value}\" is not a number." "Write it like 1299.00 or 1299,00.";
    NumberAmbiguous "number.ambiguous" Error "\"{value}\" can mean two numbers." "Write it without a thousands separator, like 1299.00.";
    NumberRange "number.range" Error "\"{value}\" is out of range." "Check the number.";
    NumberNegative "number.negative" Error "\"{value}\" is negative." "Write 0 or more.";
    PriceNegative "price.negative" Error "The price {value} is negative." "Write a price of 0 or more.";
    PriceRounded "price.rounded" Warning "The price {value} has more decimals than {currency} and was rounded." "Write it with {decimals} decimals.";
    PriceMissing "price.missing" Warning "The variant has no price." "Fill in the price, else the product cannot be bought.";
    CurrencyUnknown "currency.unknown" Error "The currency \"{value}\" is not known." "Use the three letters of ISO 4217, such as EUR.";
    SaleNotLower "sale.not_lower" Warning "The sale price is not below the price." "Check both prices.";
    DateInvalid "date.invalid" Error "\"{value}\" is not a date." "Write it as 2026-12-31.";
    GtinInvalid "gtin.invalid" Warning "\"{value}\" is not a valid GTIN (EAN, UPC); it was left out." "Check the digits under the bar code.";
    UnitInvalid "unit.invalid" Error "\"{value}\" is not a measure." "Write amount and unit, like 750 ml.";
    SkuTwice "sku.twice" Error "The SKU {value} stands already in row {first}." "Every variant needs its own SKU.";
    ProductTwice "product.twice" Error "The product {value} began already in row {first}." "Put the rows of one product together.";
    OptionsTwice "options.twice" Error "Two variants have the same options ({value})." "Give each variant its own option values.";
    OptionMissing "option.missing" Error "The variant lacks a value for {value}." "Fill in the option for each variant.";
    VariantsNone "variants.none" Error "The product has no variant that could be read." "Add a row with SKU and price.";
    ParentMissing "parent.missing" Error "The variation names the product {value}, which is not in the file." "Export the parent product too.";
    VariationMissing "variation.missing" Warning "The variation {value} is not in the file." "Export the variations too.";
    PictureInvalid "picture.invalid" Warning "\"{value}\" is neither a web address nor a file name; it was left out." "Use an https:// address or the name of an uploaded file.";
    HtmlCleaned "html.cleaned" Warning "Scripts, styles or foreign pictures were removed from the description." "Nothing to do.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_has_its_own_word_and_says_what_to_do() {
        let mut words = HashSet::new();
        for code in Code::ALL {
            let (word, _, message, remedy) = code.entry();
            assert!(words.insert(word), "{word} twice");
            assert!(message.ends_with('.') && remedy.ends_with('.'), "{word}");
        }
    }

    #[test]
    fn a_complaint_never_carries_the_cell_it_complains_about() {
        let complaint = Complaint::new(Code::NumberInvalid).with("value", "9".repeat(100_000));
        assert!(complaint.message.len() < 200);
    }
}
