//! From what the catalogue, pricing, tax, stock and media know to what a reader sees: pure.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use rust_decimal::Decimal;

use super::{
    order::name_key,
    stored::{Extra, Stored, StoredDocument, StoredFact, StoredPicture, StoredPrice, StoredVariant, pack},
};
use crate::{
    catalog::{self, AttributeKind, Bundle, Bundles, PictureRow, Relation, VariantRow, field},
    channels::Channel,
    kernel::{CategoryId, Locale, MediaId, ProductId, Qty, Rate, VariantId},
    pricing::{self, Price},
    stock, tax,
    translation::{TextOrigin, TextState},
};

/// A medium as a card names it.
#[derive(Clone, Debug)]
pub(super) struct Medium {
    pub hash: String,
    pub width: u32,
    pub height: u32,
}

/// What other modules said about the products of one channel.
pub(super) struct Facts<'a> {
    pub channel: &'a Channel,
    pub all: &'a Bundles,
    pub prices: HashMap<VariantId, Price>,
    pub stock: HashMap<VariantId, stock::Availability>,
    pub few: Qty,
    pub rates: &'a HashMap<String, Rate>,
    pub media: &'a HashMap<MediaId, Medium>,
    /// What is made as it is configured.
    pub made: &'a HashSet<ProductId>,
}

/// A row of `card`.
pub(super) struct CardRow {
    pub locale: Locale,
    pub base: bool,
    pub data: String,
    pub extra: String,
}

/// A row of `listing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ListingRow {
    pub category: CategoryId,
    pub rank: i64,
    pub price: i64,
    pub added: i64,
}

/// What one product looks like in one channel.
pub(super) struct Look {
    pub cards: Vec<CardRow>,
    pub listing: Vec<ListingRow>,
    /// Name key and a bit for each of the channel's languages.
    pub names: Vec<(Vec<u8>, i64)>,
}

impl Look {
    /// `None` when the channel does not show the product: not published, no variant on sale, no
    /// price, or no rate for its tax.
    pub fn of(facts: &Facts<'_>, product: &Bundle) -> Result<Option<Self>, serde_json::Error> {
        if product.status != catalog::Status::Published {
            return Ok(None);
        }
        let Some(rate) = facts.rates.get(&product.vat_category).copied() else { return Ok(None) };
        let priced: Vec<(&VariantRow, &Price)> =
            product.variants.iter().filter(|v| v.active).filter_map(|v| facts.prices.get(&v.id).map(|p| (v, p))).collect();
        let Some(least) = priced.iter().map(|(_, p)| p.amount.minor).min() else { return Ok(None) };
        let texts = &facts.all.texts;
        let locales = &facts.channel.locales;
        let source = texts.source(product.id, field::TITLE).filter(|l| locales.contains(l));
        let Some(base) = source.or(locales.first().copied()) else { return Ok(None) };

        let shelves: Vec<(CategoryId, Option<i64>)> = facts.all.shelves(product).into_iter().collect();
        let row = |(category, place): (CategoryId, Option<i64>)| ListingRow {
            category,
            rank: place.unwrap_or(product.rank),
            price: least,
            added: product.added_at.0,
        };
        let everywhere = std::iter::once((EVERYWHERE, None));
        let listing = everywhere.chain(shelves.iter().copied()).map(row).collect();

        let mut look = Self { cards: Vec::new(), listing, names: Vec::new() };
        for (bit, locale) in locales.iter().copied().enumerate() {
            let title = texts.word(product.id, field::TITLE, locale);
            look.name(name_key(title), 1 << bit.min(62));
            if locale == base || speaks(facts, product, locale) {
                let writer = Writer { facts, product, locale, rate };
                look.cards.push(CardRow {
                    locale,
                    base: locale == base,
                    data: serde_json::to_string(&writer.card(&priced))?,
                    extra: serde_json::to_string(&writer.extra(&shelves))?,
                });
            }
        }
        Ok(Some(look))
    }

    fn name(&mut self, key: Vec<u8>, bit: i64) {
        match self.names.iter_mut().find(|(k, _)| *k == key) {
            Some((_, bits)) => *bits |= bit,
            None => self.names.push((key, bit)),
        }
    }
}

/// The shelf on which everything stands.
pub(super) const EVERYWHERE: CategoryId = CategoryId(uuid::Uuid::nil());

/// Whether anything that a card shows is written in this language; if not, the base card does.
fn speaks(facts: &Facts<'_>, product: &Bundle, locale: Locale) -> bool {
    let texts = &facts.all.texts;
    texts.speaks(product.id, locale)
        || product.pictures.iter().any(|p| texts.speaks(p.id, locale))
        || product
            .facts
            .iter()
            .any(|f| texts.speaks(f.attribute, locale) || f.choice.is_some_and(|choice| texts.speaks(choice, locale)))
        || product
            .variants
            .iter()
            .flat_map(|v| &v.options)
            .any(|(option, value)| texts.speaks(*option, locale) || texts.speaks(*value, locale))
}

struct Writer<'a> {
    facts: &'a Facts<'a>,
    product: &'a Bundle,
    locale: Locale,
    rate: Rate,
}

/// How many lines of the data sheet a tile shows.
const TILE_FACTS: usize = 3;
/// The one in front and the one for a closer look.
const TILE_PICTURES: usize = 2;

impl<'a> Writer<'a> {
    fn word(&self, entity: impl Into<uuid::Uuid>, field: &str) -> Cow<'a, str> {
        Cow::Borrowed(self.facts.all.texts.word(entity, field, self.locale))
    }

    fn card(&self, priced: &[(&'a VariantRow, &'a Price)]) -> Stored<'a> {
        let p = self.product;
        let title = self.facts.all.texts.pick(p.id, field::TITLE, self.locale);
        let text = title.map_or((TextOrigin::Catalogue, TextState::Ok, self.locale), |t| (t.origin, t.state, t.locale));
        let facts = self.sheet().into_iter().take(TILE_FACTS).map(|f| (f.code, f.name, f.value)).collect();
        let own = |picture: &&PictureRow| picture.variant.is_none();
        // A picture of one variant stands for the product only when there is no other.
        let mut pictures: Vec<StoredPicture<'a>> =
            p.pictures.iter().filter(own).take(TILE_PICTURES).filter_map(|r| self.picture(r)).collect();
        if pictures.is_empty() {
            pictures = p.pictures.iter().take(TILE_PICTURES).filter_map(|r| self.picture(r)).collect();
        }
        Stored {
            product: p.id,
            kind: p.kind,
            title: Cow::Borrowed(title.map_or("", |t| t.value)),
            teaser: self.word(p.id, field::TEASER),
            slug: Cow::Borrowed(slug_for(&p.slugs, self.locale, text.2)),
            pictures,
            tags: p.tags.iter().map(|t| Cow::Borrowed(t.as_str())).collect(),
            facts,
            variants: priced.iter().map(|(v, price)| self.variant(v, price)).collect(),
            unit: Cow::Borrowed(&p.unit),
            vat_category: Cow::Borrowed(&p.vat_category),
            text,
            configurable: self.facts.made.contains(&p.id),
        }
    }

    fn variant(&self, v: &'a VariantRow, price: &Price) -> StoredVariant<'a> {
        let all = self.facts.all;
        let code = |known: Option<&'a String>| Cow::Borrowed(known.map_or("", String::as_str));
        let options = v.options.iter().map(|(option, value)| {
            let (option_code, value_code) = (code(all.options.get(option)), code(all.values.get(value)));
            (option_code, self.word(*option, field::NAME), value_code, self.word(*value, field::NAME))
        });
        let own = self.product.pictures.iter().find(|p| p.variant == Some(v.id));
        let word = self.facts.stock.get(&v.id).copied().unwrap_or_default().word(self.facts.few);
        StoredVariant {
            id: v.id,
            sku: Cow::Borrowed(&v.sku),
            gtin: v.gtin.as_deref().map(Cow::Borrowed),
            options: options.collect(),
            price: self.price(v, price),
            availability: pack(word),
            picture: own.and_then(|p| self.picture(p)),
            weight_g: v.weight_g,
        }
    }

    fn price(&self, v: &'a VariantRow, price: &Price) -> StoredPrice<'a> {
        let measure = v.content.as_ref().and_then(|c| pricing::per_measure(price.amount, c.amount, &c.unit));
        StoredPrice {
            gross: price.amount.minor,
            net: tax::net_of(price.amount, self.rate).map_or(price.amount.minor, |net| net.minor),
            rate: self.rate,
            reference: price.reference.map(|r| r.minor),
            percent_off: price.percent_off(),
            content: measure.as_ref().and(v.content.as_ref()).map(|c| (c.amount.0, Cow::Borrowed(c.unit.as_str()))),
            unit: measure.map(|m| (Cow::Owned(m.per), m.gross.minor)),
            regular: price.regular.map(|r| r.minor),
        }
    }

    fn picture(&self, row: &PictureRow) -> Option<StoredPicture<'a>> {
        let medium = self.facts.media.get(&row.media)?;
        let alt = self.word(row.id, field::ALT);
        // A picture that nobody described shows what its product is called.
        let alt = if alt.is_empty() { self.word(self.product.id, field::TITLE) } else { alt };
        Some(StoredPicture(row.media, Cow::Borrowed(&medium.hash), alt, medium.width, medium.height))
    }

    /// The data sheet in the order of the attributes.
    fn sheet(&self) -> Vec<StoredFact<'a>> {
        let all = self.facts.all;
        let mut said: Vec<_> =
            self.product.facts.iter().filter_map(|f| all.attributes.get(&f.attribute).map(|a| (a, f))).collect();
        said.sort_by_key(|(a, _)| (a.position, a.id));
        let mut sheet = Vec::with_capacity(said.len());
        for (attribute, fact) in said {
            let (value, choice, number) = match (attribute.kind, fact.choice, fact.number) {
                (AttributeKind::Choice, Some(choice), _) => {
                    let code = all.choices.get(&choice).map(|c| Cow::Borrowed(c.as_str()));
                    (self.word(choice, field::NAME), code, None)
                }
                (AttributeKind::Number, _, Some(milli)) => {
                    (amount(milli, attribute.unit.as_deref(), self.locale), None, Some(milli))
                }
                (AttributeKind::Flag, _, Some(on)) => (Cow::Borrowed(if on != 0 { "✓" } else { "–" }), None, Some(on)),
                (AttributeKind::Text, ..) => (self.word(self.product.id, &field::attribute(&attribute.code)), None, None),
                _ => continue,
            };
            let name = self.word(attribute.id, field::NAME);
            let code = Cow::Borrowed(attribute.code.as_str());
            sheet.push(StoredFact { code, name, value, choice, number, filterable: attribute.filterable });
        }
        sheet
    }

    fn extra(&self, shelves: &[(CategoryId, Option<i64>)]) -> Extra<'a> {
        let p = self.product;
        let with = |kind| p.relations.iter().filter(move |(k, _)| *k == kind).map(|(_, id)| *id).collect();
        let document = |d: &'a catalog::DocumentRow| {
            let medium = self.facts.media.get(&d.media)?;
            let hash = Cow::Borrowed(medium.hash.as_str());
            Some(StoredDocument(hash, self.word(d.id, field::TITLE), Cow::Borrowed(&d.kind)))
        };
        let slugs = self.facts.channel.locales.iter().map(|locale| {
            let source = self.facts.all.texts.source(p.id, field::TITLE).unwrap_or(*locale);
            (*locale, Cow::Borrowed(slug_for(&p.slugs, *locale, source)))
        });
        Extra {
            pictures: p.pictures.iter().filter_map(|r| self.picture(r)).collect(),
            documents: p.documents.iter().filter_map(document).collect(),
            facts: self.sheet(),
            slugs: slugs.collect(),
            related: with(Relation::Related),
            accessories: with(Relation::Accessory),
            shelves: shelves.iter().map(|(id, _)| *id).collect(),
        }
    }
}

/// The slug in this language, else in the source's, else any.
fn slug_for(slugs: &[(Locale, String)], locale: Locale, source: Locale) -> &str {
    let of = |wanted: Locale| slugs.iter().find(|(l, _)| *l == wanted);
    of(locale).or_else(|| of(source)).or_else(|| slugs.first()).map_or("", |(_, slug)| slug.as_str())
}

/// "1800 mm", "0,75 l" (in English "0.75 l"): no trailing zeros.
fn amount<'a>(milli: i64, unit: Option<&str>, locale: Locale) -> Cow<'a, str> {
    let mut number = Decimal::new(milli, 3).normalize().to_string();
    if locale != Locale::EN {
        number = number.replace('.', ",");
    }
    Cow::Owned(match unit {
        Some(unit) => format!("{number} {unit}"),
        None => number,
    })
}
