//! The words of the letter with the news, made when it leaves.

use serde_json::Value;

use crate::{
    desk::{self, News, Reader, Turn},
    kernel::{App, Fault, Moment, UserId},
    mail::Due,
    stage::{
        DigestCampaign, DigestGoods, DigestLetter, DigestOffer, DigestPrice,
        letters::{Sender, home},
        media_url,
    },
};

/// Rows of each list in a letter; the page has the rest.
const LETTER: usize = 12;

/// # Faults
/// The letter's data are not whole; whatever the database says.
pub(crate) async fn letter(app: &App, due: &Due) -> Result<DigestLetter, Fault> {
    let lacks = |name: &str| Fault::bug(format!("a letter digest without {name}"));
    let user = due.data.get("user").and_then(Value::as_str).and_then(|id| id.parse::<UserId>().ok());
    let moment = |name| due.data.get(name).and_then(Value::as_i64).map(Moment).ok_or_else(|| lacks(name));
    let span = (moment("since")?, moment("until")?);
    let nobodys = due.data.get("nobodys").and_then(Value::as_bool).unwrap_or_default();
    let reader = Reader { user: user.ok_or_else(|| lacks("user"))?, locale: due.locale, nobodys };
    let news = desk::news(app.reader(), reader, span, LETTER).await?;
    Ok(told(app, due, news))
}

fn told(app: &App, due: &Due, news: News) -> DigestLetter {
    let base = home(&app.settings()).to_owned();
    let at = |path: String| format!("{base}/office/{path}");
    let more = |all: i64, shown: usize| (all - i64::try_from(shown).unwrap_or(all)).max(0);
    let more_offers = more(i64::try_from(news.offers.len()).unwrap_or(0), LETTER);
    DigestLetter {
        sender: Sender::of(&app.settings(), due.locale),
        locale: due.locale,
        name: due.to_name.clone(),
        at: news.until,
        since: news.since,
        more_goods: more(news.goods_count, news.goods.len()),
        more_prices: more(news.prices_count, news.prices.len()),
        more_offers,
        goods: news
            .goods
            .into_iter()
            .map(|g| DigestGoods {
                url: at(format!("products/{}", g.product)),
                picture: g.picture.map(|hash| format!("{base}{}", media_url(&hash, 160))),
                title: g.title,
                price: g.price,
                from: g.from,
            })
            .collect(),
        prices: news
            .prices
            .into_iter()
            .map(|p| DigestPrice {
                url: at(format!("products/{}", p.product)),
                detail: p.variant,
                title: p.title,
                was: p.was,
                now: p.now,
                offers: p.offers,
            })
            .collect(),
        campaigns: news
            .campaigns
            .into_iter()
            .map(|c| DigestCampaign { url: at(format!("campaigns/{}", c.id)), name: c.name, turn: turn(c.turn).into(), at: c.at })
            .collect(),
        offers: news
            .offers
            .into_iter()
            .take(LETTER)
            .map(|o| DigestOffer { url: at(format!("offers/{}", o.offer)), number: o.number, goods: o.goods })
            .collect(),
        url: at("news".to_owned()),
    }
}

const fn turn(turn: Turn) -> &'static str {
    match turn {
        Turn::Began => "began",
        Turn::EndsSoon => "ends_soon",
        Turn::Ended => "ended",
    }
}
