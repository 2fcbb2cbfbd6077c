//! The catalogue of the demo world into the shop: pictures, categories, producers, products,
//! texts, delivery, pages.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context;
use vitrina::{
    catalog::{
        AttributeValue, Named, NewCategory, NewDocument, NewPicture, NewProducer, NewProduct, NewVariant, Relation, field,
    },
    channels::Channel,
    content::NewPage,
    flows::{self, media::Upload, stock::CountForm},
    kernel::{App, CategoryId, Locale, LocationId, MediaId, Money, Origin, ProducerId, ProductId, Qty, VariantId},
    media::Trust,
    sales::{DeliveryKind, Method, MethodId, Tariff},
};
use vitrina_demo::{Fact, FactValue, Kind, Product, Variant, Words, World};

use super::{people::Staff, seed::SHOP};

/// What later chapters look up by the world's own keys.
pub struct Shelves {
    pub variants: HashMap<String, (ProductId, VariantId)>,
    pub products: HashMap<String, ProductId>,
    pub methods: HashMap<String, MethodId>,
}

fn locale(code: &str) -> Locale {
    code.parse().unwrap_or(Locale::LT)
}

fn each(words: &Words) -> impl Iterator<Item = (Locale, String)> {
    words.each().map(|(code, text)| (locale(code), text.to_owned())).into_iter()
}

fn named(key: &str, words: &Words) -> Named {
    each(words).fold(Named::new(key), |named, (locale, name)| named.called(locale, name))
}

/// # Errors
/// When a flow refuses.
pub async fn stock_the_shop(app: &App, world: &World, channel: &Channel, staff: &Staff) -> anyhow::Result<Shelves> {
    let second = world.locations.get(1);
    let showroom = match second {
        Some(place) => Some(flows::market::add_location(app, &SHOP, channel, &place.code, &place.name.lt).await?),
        None => None,
    };
    let media = pictures(app, world).await.context("pictures")?;
    let categories = categories(app, world, &media).await.context("categories")?;
    for person in &world.staff {
        for category in person.categories.iter().filter_map(|key| categories.get(key)) {
            flows::staff::set_category_manager(app, &SHOP, *category, staff.user(&person.key)).await?;
        }
    }
    let producers = producers(app, world).await?;
    let desk = Desk { world, media: &media, categories: &categories, producers: &producers };
    let shelves = products(app, &desk, channel, showroom).await.context("products")?;
    relations(app, world, &shelves).await?;
    pages(app, world).await?;
    Ok(Shelves { methods: delivery(app, world, channel).await?, ..shelves })
}

async fn pictures(app: &App, world: &World) -> anyhow::Result<HashMap<String, MediaId>> {
    let mut names: Vec<String> = world.products.iter().flat_map(|p| p.pictures.iter().map(|x| x.file.clone())).collect();
    names.extend(world.products.iter().flat_map(|p| p.variants.iter().map(|v| v.picture.clone())));
    names.extend(world.categories.iter().filter_map(|c| c.picture.clone()));
    names.extend(vitrina_demo::HEROES.iter().map(|n| (*n).to_owned()));
    names.sort();
    names.dedup();
    let mut media = HashMap::new();
    let mut shown = Vec::new();
    for name in names {
        let Some(bytes) = vitrina_demo::picture(&name) else { continue };
        let file = Upload { name: name.clone(), bytes: bytes.into_owned(), origin: Origin::Demo, trust: Trust::Own };
        let kept = flows::media::upload(app, &SHOP, file).await?;
        let place = vitrina_demo::HEROES.iter().position(|h| *h == name);
        if let Some(key) = place.and_then(|n| ["home.picture", "home.story_picture"].get(n)) {
            shown.push(((*key).to_owned(), kept.hash.clone().into()));
        }
        if let Some(words) = place.and_then(|n| vitrina_demo::rooms().into_iter().nth(n)) {
            flows::media::describe(app, &SHOP, kept.id, each(&words).collect()).await?;
        }
        media.insert(name, kept.id);
    }
    flows::settings::save(app, &SHOP, shown).await?;
    for product in &world.products {
        for document in &product.documents {
            if media.contains_key(&document.file) {
                continue;
            }
            let Some(bytes) = vitrina_demo::document(&document.file) else { continue };
            let file = Upload { name: document.file.clone(), bytes: bytes.into_owned(), origin: Origin::Demo, trust: Trust::Own };
            let kept = flows::media::upload(app, &SHOP, file).await?;
            media.insert(document.file.clone(), kept.id);
        }
    }
    Ok(media)
}

async fn categories(app: &App, world: &World, media: &HashMap<String, MediaId>) -> anyhow::Result<HashMap<String, CategoryId>> {
    let mut known: HashMap<String, CategoryId> = HashMap::new();
    for level in [false, true] {
        let these: Vec<_> = world.categories.iter().filter(|c| c.parent.is_some() == level).collect();
        let new = these.iter().map(|c| {
            let mut new = NewCategory::new(c.key.clone(), Locale::LT, c.name.lt.clone());
            new.names = each(&c.name).collect();
            new.slugs = each(&c.slug).collect();
            new.intro = c.text.iter().flat_map(each).collect();
            new.parent = c.parent.as_ref().and_then(|key| known.get(key)).copied();
            new.picture = c.picture.as_ref().and_then(|file| media.get(file)).copied();
            new
        });
        let ids = flows::catalogue::create_categories(app, &SHOP, Locale::LT, new.collect()).await?;
        known.extend(these.iter().map(|c| c.key.clone()).zip(ids));
    }
    Ok(known)
}

async fn producers(app: &App, world: &World) -> anyhow::Result<HashMap<String, ProducerId>> {
    let mut known = HashMap::new();
    for p in &world.producers {
        let rep = p.responsible.clone();
        let new = NewProducer {
            code: p.key.clone(),
            name: p.name.clone(),
            address: p.address.clone(),
            country: p.country.clone(),
            contact: p.email.clone(),
            rep_name: rep.as_ref().map_or_else(String::new, |r| r.name.clone()),
            rep_address: rep.as_ref().map_or_else(String::new, |r| r.address.clone()),
            rep_contact: rep.map_or_else(String::new, |r| r.email),
        };
        known.insert(p.key.clone(), flows::catalogue::put_producer(app, &SHOP, new).await?);
    }
    Ok(known)
}

struct Desk<'a> {
    world: &'a World,
    media: &'a HashMap<String, MediaId>,
    categories: &'a HashMap<String, CategoryId>,
    producers: &'a HashMap<String, ProducerId>,
}

async fn products(app: &App, desk: &Desk<'_>, channel: &Channel, showroom: Option<LocationId>) -> anyhow::Result<Shelves> {
    let world = desk.world;
    let drafts: Vec<NewProduct> = world.products.iter().enumerate().map(|(n, p)| desk.draft(p, n, channel)).collect();
    let placed = flows::catalogue::create_many(app, &SHOP, drafts).await?;
    let mut shelves = Shelves { variants: HashMap::new(), products: HashMap::new(), methods: HashMap::new() };
    for (product, placed) in world.products.iter().zip(&placed) {
        shelves.products.insert(product.key.clone(), placed.product);
        for (variant, id) in product.variants.iter().zip(&placed.variants) {
            shelves.variants.insert(variant.sku.clone(), (placed.product, *id));
            let there = variant.stock.iter().filter(|s| Some(&s.location) == world.locations.get(1).map(|l| &l.key));
            for stock in there.filter(|s| s.milli > 0) {
                if let Some(location) = showroom {
                    let form = CountForm { location, variant: *id, on_hand: Qty(stock.milli) };
                    flows::stock::count(app, &SHOP, form).await?;
                }
            }
        }
    }
    Ok(shelves)
}

impl Desk<'_> {
    fn draft(&self, p: &Product, place: usize, channel: &Channel) -> NewProduct {
        let source = channel.source();
        let mut draft = match p.kind {
            Kind::Goods => NewProduct::goods(source, p.texts.lt.title.clone()),
            Kind::Service => NewProduct::service(source, p.texts.lt.title.clone()),
        };
        for (code, text) in p.texts.each() {
            let locale = locale(code);
            if locale != source {
                draft = draft.title(locale, text.title.clone());
            }
            draft = draft.slug(locale, text.slug.clone()).text(field::TEASER, locale, text.teaser.clone()).text(
                field::DESCRIPTION,
                locale,
                text.description.clone(),
            );
        }
        for (locale, text) in self.warnings(p) {
            draft = draft.text(field::WARNINGS, locale, text);
        }
        draft =
            draft.published().unit(p.unit.code()).rank(i64::try_from(place).unwrap_or(0) * 10).external("demo", p.key.clone());
        draft.tags.clone_from(&p.tags);
        draft.categories = self.line(&p.category);
        draft.producer = p.producer.as_ref().and_then(|key| self.producers.get(key)).copied();
        draft.attributes = p.facts.iter().filter_map(|f| self.fact(f)).collect();
        draft.pictures = self.pictures(p);
        draft.documents = p
            .documents
            .iter()
            .filter_map(|d| {
                let title = each(&d.name).collect();
                Some(NewDocument { media: *self.media.get(&d.file)?, kind: "care".into(), title })
            })
            .collect();
        draft.variants = p.variants.iter().map(|v| self.variant(v, channel)).collect();
        draft
    }

    fn line(&self, key: &str) -> Vec<CategoryId> {
        self.categories.get(key).copied().into_iter().collect()
    }

    fn warnings(&self, p: &Product) -> Vec<(Locale, String)> {
        let mut all: BTreeMap<Locale, Vec<String>> = BTreeMap::new();
        for warning in p.warnings.iter().filter_map(|key| self.world.warnings.iter().find(|w| &w.key == key)) {
            for (locale, text) in each(&warning.text) {
                all.entry(locale).or_default().push(text);
            }
        }
        all.into_iter().map(|(locale, texts)| (locale, texts.join(" "))).collect()
    }

    fn fact(&self, f: &Fact) -> Option<(Named, AttributeValue)> {
        let attribute = self.world.attributes.iter().find(|a| a.key == f.attribute)?;
        let value = match &f.value {
            FactValue::Number(milli) => {
                AttributeValue::Number { milli: *milli, unit: attribute.unit.clone().filter(|u| !u.is_empty()) }
            }
            FactValue::Choice(key) => {
                let choice = attribute.choices.iter().find(|c| &c.key == key)?;
                AttributeValue::Choice(named(&choice.key, &choice.name))
            }
        };
        Some((named(&attribute.key, &attribute.name), value))
    }

    fn pictures(&self, p: &Product) -> Vec<NewPicture> {
        let shown_by = |file: &str| p.variants.iter().find(|v| v.picture == file).map(|v| v.sku.clone());
        let hang = |x: &vitrina_demo::Picture| {
            let mut picture = NewPicture::new(*self.media.get(&x.file)?);
            picture.alt = each(&x.alt).collect();
            picture.sku = shown_by(&x.file).filter(|_| p.variants.len() > 1);
            Some(picture)
        };
        p.pictures.iter().filter_map(hang).collect()
    }

    fn variant(&self, v: &Variant, channel: &Channel) -> NewVariant {
        let first = v.prices.first().map_or(0, |p| p.minor);
        let mut variant = NewVariant::new(v.sku.clone()).price(Money::new(first, channel.currency)).weight_g(v.weight_grams);
        for choice in &v.choices {
            let Some(option) = self.world.options.iter().find(|o| o.key == choice.option) else { continue };
            let Some(value) = option.values.iter().find(|n| n.key == choice.value) else { continue };
            variant = variant.option(named(&option.key, &option.name), named(&value.key, &value.name));
        }
        if let Some(content) = &v.content {
            variant = variant.content(Qty(content.milli), &content.unit);
        }
        match v.lead_days {
            Some(days) => variant = variant.made_in(u32::try_from(days).unwrap_or(30)),
            None => {
                // What was sold in nine months lay there at the beginning.
                let sold: i64 = self.world.orders.iter().flat_map(|o| &o.lines).filter(|l| l.sku == v.sku).map(|l| l.milli).sum();
                let main = self.world.locations.first().map(|l| l.key.as_str());
                let there: i64 = v.stock.iter().filter(|s| Some(s.location.as_str()) == main).map(|s| s.milli).sum();
                variant.stock = Some(Qty(there + sold));
            }
        }
        variant
    }
}

async fn relations(app: &App, world: &World, shelves: &Shelves) -> anyhow::Result<()> {
    for product in &world.products {
        let Some(id) = shelves.products.get(&product.key) else { continue };
        for (kind, keys) in [(Relation::Related, &product.related), (Relation::Accessory, &product.accessories)] {
            let others: Vec<ProductId> = keys.iter().filter_map(|key| shelves.products.get(key)).copied().collect();
            if !others.is_empty() {
                flows::catalogue::relate(app, &SHOP, *id, kind, &others).await?;
            }
        }
    }
    Ok(())
}

async fn pages(app: &App, world: &World) -> anyhow::Result<()> {
    let mut keys: Vec<&str> = world.pages.iter().map(|p| p.key.as_str()).collect();
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| seen.insert(*key));
    for (n, key) in keys.into_iter().enumerate() {
        let mut new = NewPage::new(key).at(i64::try_from(n).unwrap_or(0));
        for page in world.pages.iter().filter(|p| p.key == key) {
            new = new
                .text(locale(&page.locale), page.title.clone(), page.html.clone())
                .slug(locale(&page.locale), page.slug.clone());
        }
        flows::catalogue::put_page(app, &SHOP, new).await?;
    }
    Ok(())
}

async fn delivery(app: &App, world: &World, channel: &Channel) -> anyhow::Result<HashMap<String, MethodId>> {
    let mut known = HashMap::new();
    for (n, m) in world.delivery.iter().enumerate() {
        let money = |minor| Money::new(minor, channel.currency);
        let words = |w: &Words| w.each().into_iter().map(|(code, text)| (code.to_owned(), text.to_owned())).collect();
        let mut tariffs = Vec::new();
        let mut free_above = None;
        for zone in &m.zone {
            for rate in &zone.rates {
                if rate.price == 0 && rate.from_sum > 0 {
                    free_above = Some(money(free_above.map_or(rate.from_sum, |f: Money| f.minor.max(rate.from_sum))));
                    continue;
                }
                for country in zone.countries.iter().filter(|_| rate.from_sum == 0) {
                    let tariff =
                        Tariff { country: country.clone(), up_to_grams: rate.max_weight, up_to: None, gross: money(rate.price) };
                    tariffs.push(tariff);
                }
            }
        }
        let method = Method {
            id: MethodId::from(uuid::Uuid::nil()),
            code: m.key.clone(),
            kind: match m.kind.as_str() {
                "pickup" => DeliveryKind::Pickup,
                "parcel" => DeliveryKind::Parcel,
                _ => DeliveryKind::Van,
            },
            names: words(&m.name),
            notes: words(&m.text),
            vat_category: "standard".into(),
            currency: channel.currency,
            free_above,
            days: m.days,
            position: i64::try_from(n).unwrap_or(0),
            active: true,
            tariffs,
        };
        known.insert(m.key.clone(), flows::orders::save_delivery_method(app, &SHOP, method).await?);
    }
    Ok(known)
}
