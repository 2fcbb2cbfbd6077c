//! What is new for whoever sells: goods, prices, campaigns, and the offers that a new price touches.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::{
    catalog, channels,
    kernel::{CampaignId, Fault, Locale, Moment, Money, OfferId, PartyId, ProductId, Reads, UserId, VariantId},
    offers,
    pricing::{self, Campaign, Phase},
    showcase::{self, Channelled, ProductCard},
};

/// Prices that are looked through at most: of more nobody reads a list.
const PRICES: i64 = 5_000;
/// A campaign's end is told so many days before: what ends on a Monday is told on Friday.
const SOON: i64 = 4;

/// The news between two moments, in a reader's language.
#[derive(Clone, Debug, Serialize)]
pub struct News {
    pub since: Moment,
    pub until: Moment,
    pub goods: Vec<NewGoods>,
    pub goods_count: i64,
    /// Those that an open offer of the reader's holds come first, then the greatest changes.
    pub prices: Vec<NewPrice>,
    pub prices_count: i64,
    pub campaigns: Vec<CampaignNews>,
    pub offers: Vec<Held>,
}

#[derive(Clone, Debug, Serialize)]
pub struct NewGoods {
    pub product: ProductId,
    pub title: String,
    pub picture: Option<String>,
    pub price: Money,
    /// It has several prices; this is the lowest.
    pub from: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct NewPrice {
    pub product: ProductId,
    pub title: String,
    pub variant: String,
    pub sku: String,
    pub was: Money,
    pub now: Money,
    /// Numbers of the reader's open offers that hold it.
    pub offers: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    Began,
    EndsSoon,
    Ended,
}

#[derive(Clone, Debug, Serialize)]
pub struct CampaignNews {
    pub id: CampaignId,
    pub name: String,
    pub turn: Turn,
    /// When it began, ends or ended.
    pub at: Moment,
}

/// An open offer that holds goods whose price is another one now. What was offered still holds.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    pub offer: OfferId,
    pub number: String,
    pub party: PartyId,
    pub customer: String,
    pub goods: Vec<String>,
}

impl News {
    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        self.goods_count == 0 && self.prices_count == 0 && self.campaigns.is_empty() && self.offers.is_empty()
    }
}

/// Whom the news are for.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    pub user: UserId,
    pub locale: Locale,
    /// Open offers without a manager are told too: somebody has to look after them.
    pub nobodys: bool,
}

/// What became new after `since`, up to and with `until`; at most so many of each list.
///
/// # Faults
/// Whatever the database says.
pub async fn news(db: &impl Reads, reader: Reader, (since, until): (Moment, Moment), most: usize) -> Result<News, Fault> {
    let span = (since, until);
    let channel = channels::by_code(db, "default").await?;
    let viewer = channel.viewer(reader.locale, until);
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let (fresh, goods_count) = catalog::published(db, span, limit).await?;
    let moved = pricing::moved(db, channel.price_list, span, PRICES).await?;
    let touched: HashSet<VariantId> = moved.iter().map(|m| m.variant).collect();
    let held = offers::holding(db, (reader.user, reader.nobodys), &touched, until).await?;
    let mut by_variant: HashMap<VariantId, Vec<String>> = HashMap::new();
    for holding in &held {
        for variant in &holding.goods {
            by_variant.entry(*variant).or_default().push(holding.number.clone());
        }
    }
    // What a campaign did is told once, by the campaign.
    let mut plain: Vec<&pricing::Moved> = moved.iter().filter(|m| !m.by_campaign).collect();
    let prices_count = i64::try_from(plain.len()).unwrap_or(i64::MAX);
    plain.sort_by_key(|m| !by_variant.contains_key(&m.variant));
    plain.truncate(most);
    let shown = plain.iter().map(|m| m.variant).chain(by_variant.keys().copied()).collect::<Vec<_>>();
    let of = catalog::product_of_variant(db, &shown).await?;
    let mut wanted: Vec<ProductId> = of.values().copied().chain(fresh.iter().copied()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let cards = showcase::cards(db, &wanted, &viewer).await?;
    let card = |id: ProductId| cards.iter().find(|card| card.product == id);
    Ok(News {
        since,
        until,
        goods: fresh.into_iter().filter_map(card).map(goods).collect(),
        goods_count,
        prices: plain.into_iter().filter_map(|m| price(m, card(*of.get(&m.variant)?)?, &by_variant)).collect(),
        prices_count,
        campaigns: turns(&pricing::campaigns(db).await?, span),
        offers: held
            .into_iter()
            .map(|h| Held {
                goods: h.goods.iter().filter_map(|v| Some(card(*of.get(v)?)?.title.clone())).collect(),
                offer: h.offer,
                number: h.number,
                party: h.party,
                customer: h.customer,
            })
            .collect(),
    })
}

fn goods(card: &ProductCard) -> NewGoods {
    NewGoods {
        product: card.product,
        title: card.title.clone(),
        picture: card.picture.as_ref().map(|p| p.hash.clone()),
        price: card.price.gross,
        from: card.price.from,
    }
}

fn price(moved: &pricing::Moved, card: &ProductCard, held: &HashMap<VariantId, Vec<String>>) -> Option<NewPrice> {
    let variant = card.variant(moved.variant)?;
    Some(NewPrice {
        product: card.product,
        title: card.title.clone(),
        variant: variant.name.clone(),
        sku: variant.sku.clone(),
        was: moved.was,
        now: moved.now,
        offers: held.get(&moved.variant).cloned().unwrap_or_default(),
    })
}

/// What turned in this time. An end is told when it comes near and once more when it came; a campaign that
/// began and ended in one time is told by its end.
fn turns(all: &[Campaign], (since, until): (Moment, Moment)) -> Vec<CampaignNews> {
    let within = |at: Moment, days: i64| at > since.plus_days(days) && at <= until.plus_days(days);
    let turn = |c: &Campaign| {
        let ended = c.ends_at.filter(|at| *at <= until && within(*at, 0));
        let soon = c.ends_at.filter(|at| *at > until && within(*at, SOON));
        let began = c.phase != Phase::Planned && within(c.begins_at, 0);
        let (turn, at) = match (ended, began, soon) {
            (Some(at), ..) => (Turn::Ended, at),
            (None, true, _) => (Turn::Began, c.begins_at),
            (None, false, Some(at)) if c.begins_at <= until => (Turn::EndsSoon, at),
            _ => return None,
        };
        Some(CampaignNews { id: c.id, name: c.name.clone(), turn, at })
    };
    all.iter().filter_map(turn).collect()
}
