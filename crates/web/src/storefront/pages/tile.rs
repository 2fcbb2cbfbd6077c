//! A product on a wall of products.

use serde::{Serialize, Serializer};
use vitrina::showcase::{Availability, Fact, Kind, Picture, PriceView, ProductCard, TextSource};

/// What a tile shows of a card. Two dozen of them make a page, and most of the making of a page
/// was the handing over of variants that no tile shows.
#[derive(Serialize)]
struct Tile<'a> {
    kind: Kind,
    title: &'a str,
    teaser: &'a str,
    url: &'a str,
    picture: Option<&'a Picture>,
    tags: &'a [String],
    facts: &'a [Fact],
    price: &'a PriceView,
    availability: Availability,
    configurable: bool,
    /// In which a quantity is said, where the reader's own price begins at one.
    unit: &'a str,
    text: &'a TextSource,
}

impl<'a> From<&'a ProductCard> for Tile<'a> {
    fn from(card: &'a ProductCard) -> Self {
        Self {
            kind: card.kind,
            title: &card.title,
            teaser: &card.teaser,
            url: &card.url,
            picture: card.picture.as_ref(),
            tags: &card.tags,
            // A tile has room for one line.
            facts: card.facts.get(..1).unwrap_or_default(),
            price: &card.price,
            availability: card.availability,
            configurable: card.configurable,
            unit: &card.unit,
            text: &card.text,
        }
    }
}

/// Serializes cards as tiles: `#[serde(serialize_with = "tiles")]`.
pub(super) fn tiles<S: Serializer>(cards: &[ProductCard], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(cards.iter().map(Tile::from))
}
