//! What letters about an offer say: plain data.

use serde::Serialize;

use super::letters::Sender;
use crate::kernel::{Fault, Locale, Moment, Money};

/// `mail/offer`: an offer, or its next version.
#[derive(Clone, Debug, Serialize)]
pub struct OfferLetter {
    pub sender: Sender,
    pub locale: Locale,
    pub number: String,
    /// From 2 on it takes the place of an earlier one.
    pub version: i64,
    pub title: String,
    pub name: String,
    pub intro: Vec<String>,
    /// The first few rows, to be recognised by.
    pub lines: Vec<OfferLine>,
    /// How many rows stand on the page beside those.
    pub more: i64,
    pub total: Money,
    pub until: Moment,
    /// The offer's own page.
    pub url: String,
    /// Who signs.
    pub signed: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct OfferLine {
    pub title: String,
    pub detail: String,
    pub total: Money,
    /// A picture by its whole address: a letter lies elsewhere.
    pub picture: Option<String>,
    /// The goods in the shop, at this customer's prices.
    pub url: Option<String>,
}

/// `mail/offer_answer`: what staff answered.
#[derive(Clone, Debug, Serialize)]
pub struct OfferAnswerLetter {
    pub sender: Sender,
    pub locale: Locale,
    pub number: String,
    pub name: String,
    pub answer: String,
    pub signed: String,
    /// The row that was asked about; empty for the whole.
    pub about: String,
    pub question: String,
    pub url: String,
}

const SAMPLE_DAY: Moment = Moment(1_795_514_400_000);

impl OfferLetter {
    pub fn sample() -> Self {
        let line = |title: &str, detail: &str, minor| OfferLine {
            title: title.into(),
            detail: detail.into(),
            total: Money::eur(minor),
            picture: Some("https://shop.example/media/a1/160.webp".into()),
            url: (minor > 130_000).then(|| "https://shop.example/lt/p/kede-virve?for=ywzZvkvX".into()),
        };
        Self {
            sender: Sender::sample(),
            locale: Locale::LT,
            number: "KP-2026-000012".into(),
            version: 1,
            title: "Valgomojo baldai kavinei „Rytas“".into(),
            name: "Rūta".into(),
            intro: vec!["Ačiū už apsilankymą. Siunčiame, ką aptarėme.".into()],
            lines: vec![line("Valgomojo stalas „Giria“", "180 × 90 cm", 129_000), line("Kėdė „Virvė“", "6 vnt.", 149_400)],
            more: 3,
            total: Money::eur(283_300),
            until: SAMPLE_DAY.plus_days(30),
            url: "https://shop.example/lt/offer/abc".into(),
            signed: "Jonas Girdenis".into(),
        }
    }
}

impl OfferAnswerLetter {
    pub fn sample() -> Self {
        Self {
            sender: Sender::sample(),
            locale: Locale::LT,
            number: "KP-2026-000012".into(),
            name: "Rūta".into(),
            answer: "Taip, stalą pagaminsime 210 cm ilgio.".into(),
            signed: "Jonas Girdenis".into(),
            about: "Valgomojo stalas „Giria“".into(),
            question: "Ar galite pagaminti 210 cm ilgio?".into(),
            url: "https://shop.example/lt/offer/abc".into(),
        }
    }
}

pub(super) fn samples() -> Result<Vec<super::Sample>, Fault> {
    let next = OfferLetter { version: 2, more: 0, intro: Vec::new(), ..OfferLetter::sample() };
    let whole = OfferAnswerLetter { about: String::new(), ..OfferAnswerLetter::sample() };
    Ok(vec![
        super::Sample::new("mail/offer", "the first version", &OfferLetter::sample())?,
        super::Sample::new("mail/offer", "the next version", &next)?,
        super::Sample::new("mail/offer_answer", "about a row", &OfferAnswerLetter::sample())?,
        super::Sample::new("mail/offer_answer", "about the whole", &whole)?,
    ])
}
