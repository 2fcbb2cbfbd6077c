//! Rewriting what products look like, in the transaction that changes them.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::{DbErr, Value};

use super::{
    Fault,
    build::{EVERYWHERE, Facts, ListingRow, Look, Medium},
    opening,
};
use crate::{
    catalog::{self, Bundles},
    channels::{self, Channel},
    configure,
    kernel::{self, CategoryId, ChannelId, Locale, MediaId, ProductId, Rate, Subject, Tx, VariantId, db, db::params},
    media, pricing, stock, tax,
};

/// How many products one round of statements rewrites.
const CHUNK: usize = 500;

/// Makes these products look as they are now, in every channel: cards, listings, counts, the
/// queue of the search index, the generations of cached pages. What looks as before is not
/// written. Some thirty statements for each 500 products.
///
/// # Faults
/// Whatever the database says.
pub async fn project(tx: &Tx, ids: &[ProductId]) -> Result<(), kernel::Fault> {
    if ids.is_empty() {
        return Ok(());
    }
    let channels = channels::all(tx).await?;
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let (mut made, mut kits) = (Vec::new(), Vec::new());
    for chunk in ids.chunks(CHUNK) {
        project_chunk(tx, &channels, chunk).await?;
        made.extend(configure::configurable(tx, chunk).await?);
        kits.extend(configure::kits_with(tx, chunk).await?);
    }
    made.sort_unstable();
    kits.retain(|kit| made.binary_search(kit).is_err());
    kits.sort_unstable();
    kits.dedup();
    // Kits whose goods changed may have become dearer or run out; what is among the products has its
    // looks already, unless its price follows something that changed.
    for chunk in made.chunks(CHUNK) {
        let changed = opening::price(tx, &channels, chunk).await?;
        project_chunk(tx, &channels, &changed).await?;
    }
    for chunk in kits.chunks(CHUNK) {
        opening::price(tx, &channels, chunk).await?;
        project_chunk(tx, &channels, chunk).await?;
    }
    Ok(())
}

/// The same for the products of these variants: what stock and pricing say has changed.
///
/// # Faults
/// Whatever the database says.
pub async fn project_variants(tx: &Tx, variants: &[VariantId]) -> Result<(), kernel::Fault> {
    let products: Vec<ProductId> = catalog::product_of_variant(tx, variants).await?.into_values().collect();
    project(tx, &products).await
}

async fn project_chunk(tx: &Tx, channels: &[Channel], ids: &[ProductId]) -> Result<(), kernel::Fault> {
    if ids.is_empty() {
        return Ok(());
    }
    let all = catalog::bundles(tx, ids).await?;
    let media = media_of(tx, &all).await?;
    let rates = tax::rates(tx).await?;
    let made = configure::configurable(tx, ids).await?;
    let kits = opening::together(tx, &all).await?;
    let shown: Vec<&catalog::Bundle> = all.products.iter().filter(|p| p.status == catalog::Status::Published).collect();
    let variants: Vec<VariantId> = shown.iter().flat_map(|p| p.variants.iter().filter(|v| v.active).map(|v| v.id)).collect();
    let mut looks = HashMap::with_capacity(shown.len() * channels.len());
    for channel in channels {
        let categories: HashSet<&str> = shown.iter().map(|p| p.vat_category.as_str()).collect();
        let rates: HashMap<String, Rate> = categories
            .into_iter()
            .filter_map(|c| rates.charged(&channel.country, c, tx.now()).ok().map(|rate| (c.to_owned(), rate)))
            .collect();
        let mut stock = stock::available(tx, stock::Places::Only(&channel.locations), &variants).await?;
        kits.count(tx, channel, &mut stock).await?;
        let facts = Facts {
            channel,
            all: &all,
            prices: pricing::prices_of(tx, channel.price_list, &variants, tx.now()).await?,
            stock,
            few: stock::few(tx.app()),
            rates: &rates,
            media: &media,
            made: &made,
        };
        for product in &shown {
            if let Some(look) = Look::of(&facts, product).map_err(Fault::Unreadable)? {
                looks.insert((product.id, channel.id), look);
            }
        }
    }
    let before = Before::read(tx, ids).await?;
    before.replace(tx, ids, &looks).await
}

async fn media_of(tx: &Tx, all: &Bundles) -> Result<HashMap<MediaId, Medium>, kernel::Fault> {
    let mut ids: Vec<MediaId> = Vec::new();
    for product in &all.products {
        ids.extend(product.pictures.iter().map(|p| p.media));
        ids.extend(product.documents.iter().map(|d| d.media));
    }
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let size = |n: Option<u32>| n.unwrap_or(0);
    let medium = |m: media::Media| Medium { width: size(m.width), height: size(m.height), hash: m.hash };
    Ok(media::by_ids(tx, &ids).await?.into_iter().map(|(id, m)| (id, medium(m))).collect())
}

type Seat = (ProductId, ChannelId);

struct OldCard {
    base: bool,
    data: String,
    extra: String,
}

/// What the products looked like before.
#[derive(Default)]
struct Before {
    cards: HashMap<Seat, HashMap<Locale, OldCard>>,
    listing: HashMap<Seat, HashMap<CategoryId, ListingRow>>,
    names: HashMap<Seat, HashSet<(CategoryId, Vec<u8>, i64)>>,
}

/// The rows that differ.
#[derive(Default)]
struct Changes {
    cards: Vec<Vec<Value>>,
    listing: Vec<Vec<Value>>,
    names: Vec<Vec<Value>>,
    /// Seats whose rows go before new ones come.
    drop_cards: HashSet<ProductId>,
    drop_listing: HashSet<ProductId>,
    drop_names: HashSet<ProductId>,
    counts: BTreeMap<(ChannelId, CategoryId), i64>,
    products: HashSet<ProductId>,
    categories: HashSet<CategoryId>,
}

impl Before {
    async fn read(tx: &Tx, ids: &[ProductId]) -> Result<Self, DbErr> {
        let mut before = Self::default();
        let marks = db::marks(ids.len(), 1);
        let sql = format!("select product_id, channel_id, locale, is_base, data, extra from card where product_id in ({marks})");
        for r in db::rows(tx, &sql, db::values(ids)).await? {
            let seat = (r.try_get_by_index(0)?, r.try_get_by_index(1)?);
            let card = OldCard { base: r.try_get_by_index(3)?, data: r.try_get_by_index(4)?, extra: r.try_get_by_index(5)? };
            before.cards.entry(seat).or_default().insert(r.try_get_by_index(2)?, card);
        }
        if before.cards.is_empty() {
            return Ok(before);
        }
        let sql = format!(
            "select product_id, channel_id, category_id, rank, price_minor, added_at from listing where product_id in ({marks})"
        );
        for r in db::rows(tx, &sql, db::values(ids)).await? {
            let seat = (r.try_get_by_index(0)?, r.try_get_by_index(1)?);
            let row = ListingRow {
                category: r.try_get_by_index(2)?,
                rank: r.try_get_by_index(3)?,
                price: r.try_get_by_index(4)?,
                added: r.try_get_by_index(5)?,
            };
            before.listing.entry(seat).or_default().insert(row.category, row);
        }
        let sql = format!(
            "select product_id, channel_id, category_id, name_key, locales from listing_name where product_id in ({marks})"
        );
        for r in db::rows(tx, &sql, db::values(ids)).await? {
            let seat = (r.try_get_by_index(0)?, r.try_get_by_index(1)?);
            let name = (r.try_get_by_index(2)?, r.try_get_by_index(3)?, r.try_get_by_index(4)?);
            before.names.entry(seat).or_default().insert(name);
        }
        Ok(before)
    }

    /// Puts the new looks in the place of the old ones.
    async fn replace(self, tx: &Tx, ids: &[ProductId], looks: &HashMap<Seat, Look>) -> Result<(), kernel::Fault> {
        let mut changes = Changes::default();
        for id in ids {
            // What is dropped is dropped of the whole product, so its other channels come anew.
            let seats: HashSet<Seat> = self.cards.keys().chain(looks.keys()).filter(|s| s.0 == *id).copied().collect();
            for seat in &seats {
                self.compare(&mut changes, *seat, looks.get(seat));
            }
            for seat in &seats {
                self.fill(&mut changes, *seat, looks.get(seat));
            }
        }
        changes.write(tx).await
    }

    /// What must go, and what the counts become.
    fn compare(&self, changes: &mut Changes, seat: Seat, look: Option<&Look>) {
        let (product, channel) = seat;
        let old = self.listing.get(&seat);
        for category in old.into_iter().flat_map(HashMap::keys) {
            if look.is_none_or(|l| l.listing.iter().all(|row| row.category != *category)) {
                changes.drop_listing.insert(product);
                *changes.counts.entry((channel, *category)).or_default() -= 1;
                changes.categories.insert(*category);
            }
        }
        for row in look.into_iter().flat_map(|l| &l.listing) {
            if old.is_none_or(|o| !o.contains_key(&row.category)) {
                *changes.counts.entry((channel, row.category)).or_default() += 1;
                changes.categories.insert(row.category);
            }
        }
        let cards = self.cards.get(&seat);
        if cards.into_iter().flat_map(HashMap::keys).any(|l| look.is_none_or(|x| x.cards.iter().all(|c| c.locale != *l))) {
            changes.drop_cards.insert(product);
        }
        let wanted: HashSet<(CategoryId, Vec<u8>, i64)> = look.map(names).unwrap_or_default();
        if self.names.get(&seat).is_some_and(|old| *old != wanted) {
            changes.drop_names.insert(product);
        }
    }

    /// What must come.
    fn fill(&self, changes: &mut Changes, seat: Seat, look: Option<&Look>) {
        let (product, channel) = seat;
        let Some(look) = look else {
            changes.products.insert(product);
            return;
        };
        let mut touched = changes.drop_cards.contains(&product) || changes.drop_listing.contains(&product);
        for card in &look.cards {
            let old = self.cards.get(&seat).and_then(|all| all.get(&card.locale));
            let same = old.is_some_and(|o| o.base == card.base && o.data == card.data && o.extra == card.extra);
            if !same || changes.drop_cards.contains(&product) {
                touched = true;
                let (data, extra) = (card.data.as_str(), card.extra.as_str());
                changes.cards.push(params![product, channel, card.locale, card.base, data, extra]);
            }
        }
        for row in &look.listing {
            let old = self.listing.get(&seat).and_then(|all| all.get(&row.category));
            if old != Some(row) || changes.drop_listing.contains(&product) {
                touched = true;
                changes.listing.push(params![product, channel, row.category, row.rank, row.price, row.added]);
            }
        }
        if changes.drop_names.contains(&product) || !self.names.contains_key(&seat) {
            touched = true;
            let rows = names(look).into_iter();
            changes.names.extend(rows.map(|(category, key, bits)| params![product, channel, category, key, bits]));
        }
        if touched {
            changes.products.insert(product);
            changes.categories.extend(look.listing.iter().map(|row| row.category));
        }
    }
}

fn names(look: &Look) -> HashSet<(CategoryId, Vec<u8>, i64)> {
    let shelves = look.listing.iter().map(|row| row.category);
    shelves.flat_map(|c| look.names.iter().map(move |(key, bits)| (c, key.clone(), *bits))).collect()
}

impl Changes {
    async fn write(self, tx: &Tx) -> Result<(), kernel::Fault> {
        drop_of(tx, "card", self.drop_cards).await?;
        drop_of(tx, "listing", self.drop_listing).await?;
        drop_of(tx, "listing_name", self.drop_names).await?;
        let head = "insert into card (product_id, channel_id, locale, is_base, data, extra) values";
        let tail = "on conflict (product_id, channel_id, locale) do update set is_base = excluded.is_base, \
                    data = excluded.data, extra = excluded.extra";
        db::insert_many(tx, head, tail, self.cards).await?;
        let head = "insert into listing (product_id, channel_id, category_id, rank, price_minor, added_at) values";
        let tail = "on conflict (product_id, channel_id, category_id) do update set rank = excluded.rank, \
                    price_minor = excluded.price_minor, added_at = excluded.added_at";
        db::insert_many(tx, head, tail, self.listing).await?;
        let head = "insert into listing_name (product_id, channel_id, category_id, name_key, locales) values";
        db::insert_many(tx, head, "", self.names).await?;
        let counts = self.counts.into_iter().filter(|(_, n)| *n != 0);
        let counts = counts.map(|((channel, category), n)| params![channel, category, n]).collect();
        let head = "insert into listing_count (channel_id, category_id, products) values";
        let tail = "on conflict (channel_id, category_id) do update set products = listing_count.products + excluded.products";
        db::insert_many(tx, head, tail, counts).await?;
        let queue = self.products.iter().map(|id| params![tx.uuid(), *id, tx.now()]).collect();
        db::insert_many(tx, "insert into search_queue (id, product_id, at) values", "", queue).await?;
        // The nil shelf is no page of its own: its key would mean everything.
        for category in self.categories.into_iter().filter(|c| *c != EVERYWHERE) {
            tx.raise(Subject::Category(category));
        }
        for product in self.products {
            tx.raise(Subject::Product(product));
        }
        Ok(())
    }
}

async fn drop_of(tx: &Tx, table: &str, products: HashSet<ProductId>) -> Result<(), DbErr> {
    let ids: Vec<ProductId> = products.into_iter().collect();
    for chunk in ids.chunks(512) {
        let sql = format!("delete from {table} where product_id in ({})", db::marks(chunk.len(), 1));
        db::run(tx, &sql, db::values(chunk)).await?;
    }
    Ok(())
}
