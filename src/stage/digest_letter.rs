//! What the letter with the news says: plain data. Customers are not named in it, since a letter lies
//! where the shop forgets nothing; the number of an offer leads to them.

use serde::Serialize;

use super::letters::Sender;
use crate::kernel::{Fault, Locale, Moment, Money};

/// `mail/digest`: what is new in the catalogue, for a member of staff.
#[derive(Clone, Debug, Serialize)]
pub struct DigestLetter {
    pub sender: Sender,
    pub locale: Locale,
    pub name: String,
    /// The day it was written.
    pub at: Moment,
    pub since: Moment,
    pub goods: Vec<DigestGoods>,
    /// How many are on the page beside those; so below.
    pub more_goods: i64,
    pub prices: Vec<DigestPrice>,
    pub more_prices: i64,
    pub campaigns: Vec<DigestCampaign>,
    /// Open offers that hold goods whose price is another one now.
    pub offers: Vec<DigestOffer>,
    pub more_offers: i64,
    /// The page with all of it, where the letter can be turned off too.
    pub url: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct DigestGoods {
    pub title: String,
    pub url: String,
    pub picture: Option<String>,
    pub price: Money,
    pub from: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct DigestPrice {
    pub title: String,
    pub detail: String,
    pub url: String,
    pub was: Money,
    pub now: Money,
    /// Numbers of the reader's open offers that hold it.
    pub offers: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DigestCampaign {
    pub name: String,
    pub url: String,
    /// `began`, `ends_soon`, `ended`: the text `news.campaign.CODE`.
    pub turn: String,
    pub at: Moment,
}

#[derive(Clone, Debug, Serialize)]
pub struct DigestOffer {
    pub number: String,
    pub url: String,
    pub goods: Vec<String>,
}

const SAMPLE_DAY: Moment = Moment(1_795_514_400_000);

impl DigestLetter {
    pub fn sample() -> Self {
        let url = |path: &str| format!("https://shop.example/office/{path}");
        let goods = |title: &str, minor, from| DigestGoods {
            title: title.into(),
            url: url("products/a1"),
            picture: Some("https://shop.example/media/a1/160.webp".into()),
            price: Money::eur(minor),
            from,
        };
        let price = |title: &str, detail: &str, was, now, offers: &[&str]| DigestPrice {
            title: title.into(),
            detail: detail.into(),
            url: url("products/a2"),
            was: Money::eur(was),
            now: Money::eur(now),
            offers: offers.iter().map(|o| (*o).to_owned()).collect(),
        };
        let campaign = |name: &str, turn: &str, days| DigestCampaign {
            name: name.into(),
            url: url("campaigns/a3"),
            turn: turn.into(),
            at: SAMPLE_DAY.plus_days(days),
        };
        Self {
            sender: Sender::sample(),
            locale: Locale::LT,
            name: "Jonas Girdenis".into(),
            at: SAMPLE_DAY,
            since: SAMPLE_DAY.plus_days(-1),
            goods: vec![goods("Kėdė „Virvė“", 24_900, false), goods("Pakabinamas šviestuvas „Lašas“", 15_900, true)],
            more_goods: 9,
            prices: vec![
                price(
                    "Valgomojo stalas „Giria“",
                    "180 × 90 cm, alyvuotas",
                    129_000,
                    134_900,
                    &["KP-2026-000012", "KP-2026-000019"],
                ),
                price("Lentyna „Tyla“", "", 32_000, 29_900, &[]),
            ],
            more_prices: 0,
            campaigns: vec![campaign("Lapkričio šviesa", "began", 0), campaign("Sandėlio likučiai", "ends_soon", 2)],
            offers: vec![
                DigestOffer {
                    number: "KP-2026-000012".into(),
                    url: url("offers/a4"),
                    goods: vec!["Valgomojo stalas „Giria“".into()],
                },
                DigestOffer {
                    number: "KP-2026-000019".into(),
                    url: url("offers/a5"),
                    goods: vec!["Valgomojo stalas „Giria“".into()],
                },
            ],
            more_offers: 0,
            url: url("news"),
        }
    }
}

pub(super) fn samples() -> Result<Vec<super::Sample>, Fault> {
    let whole = DigestLetter::sample();
    let few = DigestLetter { goods: Vec::new(), more_goods: 0, offers: Vec::new(), campaigns: Vec::new(), ..whole.clone() };
    let ended = DigestLetter {
        prices: Vec::new(),
        offers: Vec::new(),
        goods: Vec::new(),
        more_goods: 0,
        campaigns: vec![DigestCampaign { turn: "ended".into(), ..whole.campaigns[0].clone() }],
        ..whole.clone()
    };
    Ok(vec![
        super::Sample::new("mail/digest", "a full day", &whole)?,
        super::Sample::new("mail/digest", "prices alone", &few)?,
        super::Sample::new("mail/digest", "a campaign that ended", &ended)?,
    ])
}
