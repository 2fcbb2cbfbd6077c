//! What a reader sees of a product.

use serde::Serialize;

pub use crate::catalog::Kind;
pub use crate::pricing::{Beside, Tier, Why};
use crate::{
    channels::{Channel, TaxDisplay},
    kernel::{ChannelId, Currency, Locale, MediaId, Moment, Money, PartyId, PriceListId, ProductId, Qty, Rate, VariantId},
    translation::{TextOrigin, TextState},
};

/// Who looks, through which channel, in which language, when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub channel: ChannelId,
    pub locale: Locale,
    pub currency: Currency,
    pub customer: Option<PartyId>,
    /// Whose prices a link brought to somebody who has not signed in: prices, and nothing else of theirs.
    pub meant: Option<PartyId>,
    /// Whether prices are read with VAT or without.
    pub tax: TaxDisplay,
    /// The list that prices are read from, where it is not the channel's own.
    pub list: Option<PriceListId>,
    /// What a reduction for everybody does beside the customer's agreements.
    pub beside: Beside,
    pub steps: Steps,
    pub at: Moment,
}

/// Which of a customer's prices by quantity are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Steps {
    #[default]
    All,
    /// That of one unit: a wall of products shows no other, and the rest costs more than the wall.
    First,
}

impl Viewer {
    /// The same view by a customer, who may read prices without VAT.
    pub fn by(mut self, customer: Option<PartyId>, net: bool) -> Self {
        self.customer = customer;
        if net {
            self.tax = TaxDisplay::Net;
        }
        self
    }
    /// The same view at the prices of somebody whom a link names, who may read them without VAT. Whoever
    /// is signed in sees their own.
    pub fn meant_for(self, party: Option<PartyId>, net: bool) -> Self {
        match (self.customer, party) {
            (None, Some(_)) => Self { meant: party, ..self.by(None, net) },
            _ => self,
        }
    }
    /// Whose agreements hold.
    pub fn prices_of(&self) -> Option<PartyId> {
        self.customer.or(self.meant)
    }
    /// The same view for a wall of products.
    pub fn at_a_glance(self) -> Self {
        Self { steps: Steps::First, ..self }
    }
}

/// A channel can be looked through.
pub trait Channelled {
    /// Anybody's view in a language.
    fn viewer(&self, locale: Locale, at: Moment) -> Viewer;
}
impl Channelled for Channel {
    fn viewer(&self, locale: Locale, at: Moment) -> Viewer {
        let list = self.home.map(|_| self.price_list);
        let beside = if self.best_price { Beside::Best } else { Beside::Agreed };
        let (channel, currency, tax) = (self.id, self.currency, self.tax_display);
        Viewer { channel, locale, currency, customer: None, meant: None, tax, list, beside, steps: Steps::All, at }
    }
}

/// How soon a customer can have it, in coarse words: exact stock is nobody's business.
pub use crate::stock::Word as Availability;

/// Whether it can be put into a cart.
pub fn sellable(availability: Availability) -> bool {
    availability != Availability::OutOfStock
}

/// Sooner is greater.
pub(super) fn merit(availability: Availability) -> (u8, u32) {
    match availability {
        Availability::InStock => (3, 0),
        Availability::Few => (2, 0),
        Availability::MadeToOrder { days } => (1, u32::MAX - days),
        Availability::OutOfStock => (0, 0),
    }
}

/// A picture as it is shown; sizes are asked for by hash (`/media/HASH/640.webp`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    pub media: MediaId,
    pub hash: String,
    pub alt: String,
    pub width: u32,
    pub height: u32,
}

/// One line of a product's data sheet: "Plotis", "1800 mm".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    pub code: String,
    pub name: String,
    pub value: String,
}

/// A price by measure: 12.40 € for 1 l.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitPriceView {
    /// "l", "kg", "m²", "100 ml"
    pub per: String,
    pub gross: Money,
}

/// A price with everything that must stand beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PriceView {
    /// Other variants cost more: "from".
    pub from: bool,
    /// With VAT.
    pub gross: Money,
    /// Without VAT, rounded for this one piece; documents calculate from totals.
    pub net: Money,
    pub rate: Rate,
    /// The lowest price of the 30 days before the reduction that runs now.
    pub reference: Option<Money>,
    /// From the reference price, rounded down.
    pub percent_off: Option<u32>,
    pub unit: Option<UnitPriceView>,
    /// Before the reduction that runs now.
    #[serde(skip)]
    pub regular: Option<Money>,
    /// How much of a measure one unit holds.
    #[serde(skip)]
    pub content: Option<(Qty, String)>,
    /// What everybody pays, where this reader pays less.
    pub list: Option<Money>,
    /// Why this reader pays another price than everybody.
    pub why: Option<Why>,
    /// This reader reads `net`; what stands beside it (`reference`, `list`, `unit`) is without VAT too.
    pub without_vat: bool,
}

impl PriceView {
    /// A price with nothing beside it.
    pub const fn plain(gross: Money, net: Money, rate: Rate) -> Self {
        Self {
            from: false,
            gross,
            net,
            rate,
            reference: None,
            percent_off: None,
            unit: None,
            regular: None,
            content: None,
            list: None,
            why: None,
            without_vat: false,
        }
    }
}

/// "Apdaila": "aliejus".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VariantOption {
    pub code: String,
    pub name: String,
    pub value_code: String,
    pub value: String,
}

/// A variant as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VariantCard {
    pub id: VariantId,
    pub sku: String,
    pub gtin: Option<String>,
    /// Its option values in a row; empty when the product has but one variant.
    pub name: String,
    pub options: Vec<VariantOption>,
    pub price: PriceView,
    /// This reader's prices by quantity where they differ; empty when there is one price.
    pub tiers: Vec<Tier>,
    pub availability: Availability,
    /// Its own picture, where it has one.
    pub picture: Option<Picture>,
    pub weight_g: Option<i64>,
}

/// Where a text came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TextSource {
    pub origin: TextOrigin,
    pub state: TextState,
    /// The language it is in.
    pub locale: Locale,
    /// It is not the language asked for.
    pub fallback: bool,
}

/// A product as every window shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProductCard {
    pub product: ProductId,
    pub kind: Kind,
    pub title: String,
    pub teaser: String,
    /// `/lt/p/azuolinis-stalas`
    pub url: String,
    pub slug: String,
    pub picture: Option<Picture>,
    /// The first two on a card (the second is for a closer look); all of them on a page.
    pub pictures: Vec<Picture>,
    pub tags: Vec<String>,
    /// The first few lines of the data sheet.
    pub facts: Vec<Fact>,
    /// Of the cheapest variant.
    pub price: PriceView,
    /// At least one.
    pub variants: Vec<VariantCard>,
    /// Of the variant that can be had soonest.
    pub availability: Availability,
    pub made_to_order: bool,
    /// Made as its buyer chooses: the price is that of the choice offered first.
    pub configurable: bool,
    /// "piece", "m", "l"
    pub unit: String,
    pub vat_category: String,
    /// Of the title.
    pub text: TextSource,
    /// The language in which the reader looks.
    pub locale: Locale,
    pub currency: Currency,
    /// How this reader reads prices.
    #[serde(skip)]
    pub tax: TaxDisplay,
}

impl ProductCard {
    pub fn variant(&self, id: VariantId) -> Option<&VariantCard> {
        self.variants.iter().find(|v| v.id == id)
    }
}
