//! From the frozen snapshot to what the templates print: every text, sum and date already written
//! in the document's language. Pure: the same paper under the same theme gives the same sheet.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use serde_json::{Value, json};

use super::{Kind, Meta, Paper, Trouble, Typeset, parts};
use crate::{
    kernel::{Money, qr},
    stage::{Stage, Voice},
};

/// A name and what stands under it or beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    pub label: String,
    pub value: String,
}

impl Said {
    pub fn new(label: String, value: impl Into<String>) -> Self {
        Self { label, value: value.into() }
    }
}

/// A row of the totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sum {
    pub label: String,
    pub value: String,
    pub strong: bool,
}

/// A side of the document, a line each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Party {
    pub label: String,
    pub name: String,
    pub lines: Vec<String>,
}

/// A column of the lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// `n`, `goods`, `qty`, `price`, `discount`, `rate`, `net`, `gross`.
    pub kind: &'static str,
    pub label: String,
}

/// How a transfer finds its way, in words; the picture `epc` says the same to a bank's app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transfer {
    pub label: String,
    /// What the picture is for.
    pub picture: String,
    pub rows: Vec<Said>,
}

/// A document of the till.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Till {
    /// The part that the payer takes along; empty where there is none.
    pub slip: String,
    pub rows: Vec<Said>,
    pub sum: Said,
    pub words: Said,
    /// Who signs, and the name where it is known.
    pub signatures: Vec<Said>,
    /// Who signs the payer's part.
    pub slip_signatures: Vec<Said>,
    /// "Cut here".
    pub cut: String,
}

/// All that the templates know as `data`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sheet {
    pub kind: &'static str,
    /// The theme's settings that reach print.
    pub look: Value,
    pub title: String,
    pub number_label: String,
    pub number: String,
    /// Under the number: what is corrected and why.
    pub under: Vec<String>,
    /// Dates and references.
    pub facts: Vec<Said>,
    pub seller: Party,
    pub parties: Vec<Party>,
    pub columns: Vec<Column>,
    /// A cell a column; of `goods` it is `{title, details}`.
    pub lines: Vec<Vec<Value>>,
    pub totals: Vec<Sum>,
    /// The one large number.
    pub due: Option<Said>,
    pub words: Option<Said>,
    pub pay: Option<Transfer>,
    /// What the law wants to be read: why there is no VAT, and the like.
    pub mentions: Vec<String>,
    pub notes: Vec<String>,
    pub till: Option<Till>,
    pub foot: Foot,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Foot {
    pub text: String,
    /// With `{page}` and `{pages}`, which the typesetter counts.
    pub page: String,
}

/// The paper in words.
pub fn sheet(paper: &Paper, voice: &Voice) -> Sheet {
    let till = parts::till(paper, voice);
    let columns = if till.is_some() { Vec::new() } else { parts::columns(paper, voice) };
    Sheet {
        kind: paper.kind.as_str(),
        look: json!({ "accent": voice.wish("accent") }),
        title: title(paper, voice),
        number_label: say(voice, "number"),
        number: paper.number.clone(),
        under: parts::under(paper, voice),
        facts: parts::facts(paper, voice),
        seller: parts::party(&paper.seller, "seller", voice),
        parties: parts::parties(paper, voice),
        lines: if columns.is_empty() { Vec::new() } else { parts::lines(paper, &columns, voice) },
        columns,
        totals: if till.is_some() { Vec::new() } else { parts::totals(paper, voice) },
        due: till.is_none().then(|| parts::due(paper, voice)),
        words: (!paper.words.is_empty() && till.is_none()).then(|| Said::new(say(voice, "words"), &*paper.words)),
        pay: pay(paper, voice),
        mentions: parts::mentions(paper, voice),
        notes: paper.notes.iter().map(|n| parts::soft(n)).collect(),
        till,
        foot: Foot {
            text: foot(paper),
            page: voice.fill(&key("page"), &[("page", "{page}".into()), ("pages", "{pages}".into())]),
        },
    }
}

/// The job that sets this paper under this theme.
///
/// # Errors
/// [`Trouble::Broken`] when the sheet cannot be written as JSON, which would be a mistake of ours.
pub fn job(paper: &Paper, stage: &Stage) -> Result<Typeset, Trouble> {
    let voice = stage.voice(paper.locale);
    let sheet = sheet(paper, &voice);
    let mut pictures: BTreeMap<String, Arc<[u8]>> = BTreeMap::new();
    if let (Some(_), Some(pay)) = (&sheet.pay, &paper.pay)
        && let Some(drawn) = qr::svg(&pay.epc)
    {
        pictures.insert("epc".into(), drawn.into_bytes().into());
    }
    // A theme signs its documents by laying one beside its templates.
    let logo = ["svg", "png", "jpg"].iter().find_map(|ending| stage.file(&format!("documents/logo.{ending}")));
    pictures.extend(logo.map(|bytes| ("logo".to_owned(), bytes.into())));
    Ok(Typeset {
        template: paper.kind.as_str().to_owned(),
        files: stage.document_files(),
        meta: Meta {
            title: format!("{} {}", sheet.title, sheet.number),
            author: paper.seller.name.clone(),
            locale: voice.locale(),
            date: paper.issued_on.clone(),
        },
        data: serde_json::to_value(&sheet).map_err(|e| Trouble::Broken(e.to_string()))?,
        pictures,
        attachments: Vec::new(),
    })
}

/// The name that law and custom give the document.
pub fn title(paper: &Paper, voice: &Voice) -> String {
    let untaxed = if paper.untaxed && matches!(paper.kind, Kind::Invoice | Kind::CreditNote) { "_untaxed" } else { "" };
    say(voice, &format!("title.{}{untaxed}", paper.kind.as_str()))
}

pub(super) fn key(name: &str) -> String {
    format!("documents.sheet.{name}")
}

pub(super) fn say(voice: &Voice, name: &str) -> String {
    voice.say(&key(name))
}

/// Only where there is something to pay, and to whom.
fn pay(paper: &Paper, voice: &Voice) -> Option<Transfer> {
    let asks = matches!(paper.kind, Kind::PrepaymentInvoice | Kind::Invoice | Kind::OrderConfirmation);
    let pay = paper.pay.as_ref().filter(|p| asks && paper.due.minor > 0 && !p.iban.is_empty())?;
    let mut rows = vec![
        Said::new(say(voice, "pay.recipient"), parts::soft(&pay.recipient)),
        Said::new(say(voice, "pay.iban"), fours(&pay.iban)),
        Said::new(say(voice, "pay.bank"), parts::soft(&pay.bank)),
        Said::new(say(voice, "pay.reference"), fours(&pay.reference)),
        Said::new(say(voice, "pay.sum"), voice.money(paper.due)),
    ];
    rows.retain(|row| !row.value.is_empty());
    let picture = if pay.epc.is_empty() { String::new() } else { say(voice, "pay.picture") };
    Some(Transfer { label: say(voice, "pay.label"), picture, rows })
}

/// In groups of four, for reading.
fn fours(text: &str) -> String {
    let bare: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    bare.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("\u{a0}")
}

fn foot(paper: &Paper) -> String {
    let seller = &paper.seller;
    let parts = [&seller.name, &seller.email, &seller.phone];
    parts.into_iter().filter(|p| !p.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

/// A sum with its sign turned, for what is taken off.
pub(super) fn less(money: Money) -> Money {
    Money::new(money.minor.saturating_neg(), money.currency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        documents::specimens::{self, specimens},
        kernel::Locale,
        stage::{Source, Stage},
    };

    fn stage() -> Stage {
        Stage::open(Source::embedded()).unwrap()
    }

    fn shown(stage: &Stage, locale: Locale, name: &str) -> Sheet {
        let sample = specimens(locale).into_iter().find(|s| s.name == name).unwrap();
        sheet(&sample.paper, &stage.voice(locale))
    }

    #[test]
    fn sums_stand_as_they_were_frozen() {
        let sheet = sheet(&specimens::invoice(Locale::LT), &stage().voice(Locale::LT));
        let totals: Vec<(&str, &str)> = sheet.totals.iter().map(|s| (&*s.label, &*s.value)).collect();
        assert_eq!(
            totals,
            [
                ("Suma be PVM", "338,75\u{a0}€"),
                ("PVM 21\u{a0}% nuo 276,60\u{a0}€", "58,09\u{a0}€"),
                ("PVM 5\u{a0}% nuo 62,15\u{a0}€", "3,11\u{a0}€"),
                ("Suma su PVM", "399,95\u{a0}€"),
                ("Gauta iš anksto", "−142,63\u{a0}€"),
            ]
        );
        assert_eq!(sheet.due.unwrap().value, "257,32\u{a0}€");
        // A person reads prices with VAT, and there is a discount.
        let kinds: Vec<&str> = sheet.columns.iter().map(|c| c.kind).collect();
        assert_eq!(kinds, ["n", "goods", "qty", "price", "discount", "rate", "net", "gross"]);
        assert_eq!(sheet.lines[0][4], "−10,00\u{a0}€");
        assert_eq!(sheet.lines[1][4], "");
        assert_eq!(sheet.lines[1][2], "5\u{a0}vnt.");
    }

    #[test]
    fn every_text_is_there_in_every_language() {
        let stage = stage();
        for locale in [Locale::LT, Locale::EN, Locale::DE] {
            for sample in specimens(locale) {
                let text = serde_json::to_string(&sheet(&sample.paper, &stage.voice(locale))).unwrap();
                assert!(!text.contains("documents.sheet"), "{locale} {}: {text}", sample.name);
            }
        }
    }

    #[test]
    fn a_seller_without_vat_shows_none() {
        let sheet = shown(&stage(), Locale::LT, "seller_without_vat");
        assert_eq!(sheet.title, "Sąskaita faktūra");
        assert!(sheet.columns.iter().all(|c| c.kind != "rate" && !c.label.contains("PVM")));
        assert_eq!(sheet.totals.len(), 1);
        assert_eq!(sheet.mentions, ["Pardavėjas nėra PVM mokėtojas."]);
    }

    #[test]
    fn a_buyer_who_owes_the_vat_reads_the_words_of_the_law_once() {
        let mut paper = specimens::invoice(Locale::LT);
        paper.taxes[0].tax_code = "AE".into();
        paper.taxes[0].reason = "PVMĮ 96 str.".into();
        let stage = stage();
        let mentions = |paper: &Paper| sheet(paper, &stage.voice(Locale::LT)).mentions;
        assert_eq!(mentions(&paper), ["Atvirkštinis apmokestinimas", "PVMĮ 96 str."]);
        paper.taxes[0].reason = "Atvirkštinis apmokestinimas, PVMĮ 96 str.".into();
        assert_eq!(mentions(&paper), ["Atvirkštinis apmokestinimas, PVMĮ 96 str."]);
    }

    #[test]
    fn nothing_is_asked_of_who_owes_nothing() {
        let mut paper = specimens::invoice(Locale::LT);
        paper.due = Money::eur(0);
        let stage = stage();
        let sheet = sheet(&paper, &stage.voice(Locale::LT));
        assert!(sheet.pay.is_none() && sheet.facts.iter().all(|f| f.label != "Apmokėti iki"));
        assert!(job(&paper, &stage).unwrap().pictures.is_empty());
    }

    #[test]
    fn a_word_too_long_for_its_column_may_break() {
        let word = "A1".repeat(30);
        let soft = parts::soft(&word);
        assert_eq!(soft.replace('\u{200b}', ""), word);
        assert!(soft.split('\u{200b}').all(|piece| piece.len() <= 24));
        assert_eq!(parts::soft("Trumpi žodžiai lieka, kokie buvo"), "Trumpi žodžiai lieka, kokie buvo");
    }

    #[test]
    fn numbers_of_banks_are_read_in_groups_of_four() {
        assert_eq!(fours("LT121000011101001000"), "LT12\u{a0}1000\u{a0}0111\u{a0}0100\u{a0}1000");
    }
}
