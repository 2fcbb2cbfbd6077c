//! NDJSON as `vitrina export` writes it: one whole draft a line.

use crate::complaint::{Code, Complaint};
use crate::currency;
use crate::draft::ProductDraft;
use crate::html;
use crate::reader::Rejection;
use crate::source::Row;
use crate::source::json::Json;

type Draft = (u64, ProductDraft, Vec<Complaint>);

pub(crate) fn next<R: std::io::Read + Send>(json: &mut Json<R>) -> Option<Result<Draft, Rejection>> {
    let (number, piece) = json.piece()?;
    let text = match json.trouble(number, piece) {
        Ok(text) => text,
        Err(trouble) => {
            let complaints = vec![trouble.complaint];
            return Some(Err(Rejection { complaints, rows: Vec::new(), fatal: trouble.fatal }));
        }
    };
    Some(match parse(&text) {
        Ok(draft) => {
            let mut draft = draft;
            let complaints = check(&mut draft, number);
            Ok((number, draft, complaints))
        }
        Err(error) => {
            let complaint = Complaint::new(Code::JsonBroken).row(number).with("reason", error);
            let line = String::from_utf8_lossy(&text).into_owned();
            let rows = vec![Row { number, cells: vec![(LINE, line)] }];
            Err(Rejection { complaints: vec![complaint], rows, fatal: false })
        }
    })
}

/// The number under which a row keeps its whole line instead of cells.
pub(crate) const LINE: u32 = u32::MAX;

pub(crate) fn cells(draft: &ProductDraft) -> Vec<(u32, String)> {
    vec![(LINE, serde_json::to_string(draft).unwrap_or_default())]
}

/// `error` is what the file of rejected rows adds.
fn parse(text: &[u8]) -> Result<ProductDraft, serde_json::Error> {
    match serde_json::from_slice(text) {
        Ok(draft) => Ok(draft),
        Err(error) => {
            let mut object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(text)?;
            if object.remove("error").is_none() {
                return Err(error);
            }
            serde_json::from_value(object.into())
        }
    }
}

/// A file is not to be trusted because it looks like ours.
fn check(draft: &mut ProductDraft, number: u64) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut say = |code, column: &str, value: &str| {
        complaints.push(Complaint::new(code).at(number, column).with("value", value));
    };
    if draft.external_id.trim().is_empty() {
        say(Code::ValueRequired, "external_id", "");
    }
    if draft.variants.is_empty() {
        say(Code::VariantsNone, "variants", "");
    }
    for texts in draft.texts.values_mut() {
        if let Some(description) = &mut texts.description {
            *description = html::clean(description).0;
        }
    }
    for variant in &draft.variants {
        let amounts = [variant.price.as_ref().map(|p| p.minor), variant.compare_at_minor, variant.sale.as_ref().map(|s| s.minor)];
        for minor in amounts.into_iter().flatten().filter(|minor| *minor < 0) {
            say(Code::PriceNegative, "variants", &minor.to_string());
        }
        let code = variant.price.as_ref().map(|p| p.currency.as_str()).filter(|c| currency::decimals(c).is_none());
        if let Some(code) = code {
            say(Code::CurrencyUnknown, "variants", code);
        }
        let counts = [variant.stock_milli, variant.weight_g];
        for count in counts.into_iter().flatten().filter(|count| *count < 0) {
            say(Code::NumberNegative, "variants", &count.to_string());
        }
    }
    complaints
}
