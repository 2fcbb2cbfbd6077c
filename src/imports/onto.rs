//! A draft laid onto a product: what the file speaks of and says otherwise is taken, all else
//! stays.

use std::collections::{HashMap, HashSet};

use catalog_import as file;
use file::{Given, ProductDraft};
use sha2::{Digest, Sha256};

use super::{Image, Market, Problem, Turn, price};
use crate::{
    catalog::{
        AttributeValue, Content, Kind, Named, NewDocument, NewPicture, NewProduct, NewVariant, Relation, Status, field, slugify,
    },
    kernel::{CategoryId, Locale, MediaId, Moment, ProducerId, ProductId, Qty, token},
    translation,
};

/// What the flow has looked up for a draft.
pub struct Surroundings<'a> {
    pub market: &'a Market,
    /// Media by the addresses and names that files give them.
    pub media: &'a HashMap<String, MediaId>,
    /// Products by SKU.
    pub related: &'a HashMap<String, ProductId>,
    /// The draft's categories, in its order.
    pub categories: Vec<CategoryId>,
    pub producer: Option<ProducerId>,
    /// The tax category that the draft means.
    pub vat: Option<String>,
    pub now: Moment,
}

/// A product as it shall be.
pub struct Merged {
    pub product: NewProduct,
    /// Pictures that are not here yet.
    pub fetch: Vec<file::Picture>,
    /// Documents that are not here yet.
    pub fetch_documents: Vec<file::Document>,
    /// Related products that are not here (yet), by SKU.
    pub later: Vec<String>,
    /// Prices that change by themselves, by the place of the variant.
    pub turns: Vec<(usize, Turn)>,
    /// What was passed over.
    pub remarks: Vec<Problem>,
}

/// Lays a draft onto what is there.
pub fn onto(draft: &ProductDraft, image: Option<&Image>, around: &Surroundings<'_>) -> Merged {
    let mut merged = Merged {
        product: image.map_or_else(|| NewProduct::goods(around.market.source, ""), |i| i.product.clone()),
        fetch: Vec::new(),
        fetch_documents: Vec::new(),
        later: Vec::new(),
        turns: Vec::new(),
        remarks: Vec::new(),
    };
    let at = At { draft, told: image.map(|i| &i.told), around };
    if image.is_none() {
        merged.product.texts.clear();
    }
    at.head(&mut merged.product);
    at.texts(&mut merged.product);
    at.attributes(&mut merged.product);
    at.variants(&mut merged);
    at.pictures(&mut merged);
    at.documents(&mut merged);
    at.related(&mut merged);
    // A product that can be bought is shown, unless the file or the shop says otherwise.
    if image.is_none() && draft.status.is_none() && merged.product.variants.iter().any(|v| v.price.is_some()) {
        merged.product.status = Status::Published;
    }
    merged
}

struct At<'a> {
    draft: &'a ProductDraft,
    told: Option<&'a ProductDraft>,
    around: &'a Surroundings<'a>,
}

/// A code for a word; words without Latin letters get one of their own instead of sharing `x`.
fn named(word: &str) -> Named {
    let mut named = Named::from(word);
    if named.code == "x" && !word.eq_ignore_ascii_case("x") {
        named.code = format!("x-{}", token::hex(&Sha256::digest(word.as_bytes())[..5]));
    }
    named
}

/// A tag or unit as files write pieces, metres and hours, in the shop's own words.
fn unit(word: &str) -> String {
    match word.trim_end_matches('.') {
        "pc" | "pcs" | "vnt" | "unit" | "each" | "Stk" | "stk" => "piece".into(),
        "m²" | "sqm" => "m2".into(),
        "h" | "val" => "hour".into(),
        other => other.to_owned(),
    }
}

impl At<'_> {
    /// Whether the file speaks of this and says something else than what is there.
    fn news<T: PartialEq>(&self, what: Given, of: impl Fn(&ProductDraft) -> &T) -> bool {
        self.told.is_none_or(|told| self.draft.given.has(what) && of(told) != of(self.draft))
    }

    fn head(&self, p: &mut NewProduct) {
        let d = self.draft;
        if self.news(Given::KIND, |d| &d.kind) {
            p.kind = if d.kind == file::Kind::Service { Kind::Service } else { Kind::Goods };
        }
        if self.news(Given::STATUS, |d| &d.status) {
            match d.status {
                Some(file::Status::Active) => p.status = Status::Published,
                Some(file::Status::Draft) => p.status = Status::Draft,
                Some(file::Status::Archived) => p.status = Status::Archived,
                None => {}
            }
        }
        if self.news(Given::CATEGORIES, |d| &d.categories) {
            p.categories.clone_from(&self.around.categories);
        }
        if (self.news(Given::PRODUCER, |d| &d.producer) || self.news(Given::RESPONSIBLE, |d| &d.responsible))
            && self.around.producer.is_some()
        {
            p.producer = self.around.producer;
        }
        if self.news(Given::TAGS, |d| &d.tags) {
            let mut tags = d.tags.clone();
            tags.sort_unstable();
            tags.dedup();
            p.tags = tags;
        }
        if self.news(Given::UNIT, |d| &d.unit)
            && let Some(word) = &d.unit
        {
            p.unit = unit(word);
        }
        if let Some(vat) = self.around.vat.as_ref().filter(|_| self.told.is_none() || d.given.has(Given::VAT)) {
            p.vat_category.clone_from(vat);
        }
        if self.news(Given::HANDLE, |d| &d.handle)
            && let Some(handle) = &d.handle
        {
            p.slugs = vec![(self.around.market.source, slugify(handle))];
        }
    }

    fn texts(&self, p: &mut NewProduct) {
        if self.told.is_none() {
            let own = self.draft.texts.contains_key(p.source.as_str());
            let first = self.draft.texts.iter().find(|(_, t)| t.title.is_some()).and_then(|(l, _)| l.parse().ok());
            p.source = if own { p.source } else { first.unwrap_or(p.source) };
        }
        for (tag, texts) in &self.draft.texts {
            // `en-GB` is English here.
            let Ok(locale) = tag.get(..2).unwrap_or(tag).to_ascii_lowercase().parse::<Locale>() else { continue };
            for (what, name, value) in [
                (Given::TITLE, field::TITLE, &texts.title),
                (Given::TEASER, field::TEASER, &texts.teaser),
                (Given::DESCRIPTION, field::DESCRIPTION, &texts.description),
                (Given::SEO, field::SEO_TITLE, &texts.seo_title),
                (Given::SEO, field::SEO_DESCRIPTION, &texts.seo_description),
                (Given::SAFETY, field::WARNINGS, &texts.safety),
            ] {
                if self.told.is_some() && !self.draft.given.has(what) {
                    continue;
                }
                let value = value.as_deref().unwrap_or("").trim();
                let value = if name == field::DESCRIPTION { translation::clean(value).into_owned() } else { value.to_owned() };
                say(p, name, locale, value);
            }
        }
    }

    fn attributes(&self, p: &mut NewProduct) {
        let is_brand = |a: &(Named, AttributeValue)| a.0.code == "brand";
        if self.news(Given::ATTRIBUTES, |d| &d.attributes) {
            let brand: Vec<_> = p.attributes.iter().filter(|a| is_brand(a)).cloned().collect();
            p.attributes = brand;
            let mut seen: HashSet<String> = p.attributes.iter().map(|a| a.0.code.clone()).collect();
            for a in &self.draft.attributes {
                let name = named(&a.name);
                let number = a.unit.as_ref().and_then(|unit| Some((milli(&a.value)?, unit.clone())));
                let value = match number {
                    Some((milli, unit)) => AttributeValue::Number { milli, unit: Some(unit) },
                    None => AttributeValue::Choice(named(&a.value)),
                };
                if seen.insert(name.code.clone()) {
                    p.attributes.push((name, value));
                }
            }
        }
        if self.news(Given::BRAND, |d| &d.brand) {
            p.attributes.retain(|a| !is_brand(a));
            if let Some(brand) = &self.draft.brand {
                let name = Named::new("brand").called(Locale::LT, "Prekės ženklas").called(Locale::EN, "Brand");
                p.attributes.push((name.called(Locale::DE, "Marke"), AttributeValue::Choice(named(brand))));
            }
        }
    }

    /// The SKU of the draft's variant, made from the product's name where the file has none.
    fn sku(&self, n: usize) -> String {
        sku_of(self.draft, n)
    }

    fn variants(&self, merged: &mut Merged) {
        let before = std::mem::take(&mut merged.product.variants);
        let mut known: Vec<Option<NewVariant>> = before.into_iter().map(Some).collect();
        let mut all = Vec::with_capacity(self.draft.variants.len());
        for (n, v) in self.draft.variants.iter().enumerate() {
            let sku = self.sku(n);
            let place = known.iter().position(|k| k.as_ref().is_some_and(|k| k.sku == sku));
            let told = place.and_then(|i| self.told.and_then(|t| t.variants.get(i)));
            let old = place.and_then(|i| known[i].take());
            let fresh = old.is_none();
            let new = old.unwrap_or_else(|| NewVariant::new(sku));
            let mut new = self.variant(new, v, told, fresh);
            if fresh || self.draft.given.has(Given::PRICE) || self.draft.given.has(Given::SALE) {
                self.price(&mut new, n, fresh, merged);
            }
            all.push(new);
        }
        // A list of SKUs and prices says nothing of a product's other variants.
        let whole = self.told.is_none() || self.draft.given.has(Given::OPTIONS);
        for mut rest in known.into_iter().flatten() {
            rest.inactive |= whole;
            all.push(rest);
        }
        merged.product.variants = all;
    }

    fn variant(&self, mut new: NewVariant, v: &file::VariantDraft, told: Option<&file::VariantDraft>, fresh: bool) -> NewVariant {
        let given = |what| fresh || self.draft.given.has(what);
        if given(Given::GTIN) {
            new.gtin.clone_from(&v.gtin);
        }
        if given(Given::OPTIONS) && told.is_none_or(|t| t.options != v.options) {
            new.options = v.options.iter().map(|o| (named(&o.name), named(&o.value))).collect();
        }
        if given(Given::WEIGHT) {
            new.weight_g = v.weight_g;
        }
        if given(Given::MEASURE) && self.news(Given::MEASURE, |d| &d.measure) {
            let measure = self.draft.measure.as_ref().filter(|m| m.content_milli > 0);
            new.content = measure.map(|m| Content { amount: Qty(m.content_milli), unit: m.unit.clone() });
        }
        if given(Given::STOCK) && self.draft.kind == file::Kind::Goods {
            new.stock = v.stock_milli.filter(|n| *n >= 0).map(Qty).or(new.stock);
        }
        if given(Given::ACTIVE)
            && let Some(active) = v.active
        {
            new.inactive = !active;
        } else if !fresh && self.draft.given.has(Given::OPTIONS) {
            new.inactive = false;
        }
        if v.external_id.is_some() {
            new.external.clone_from(&v.external_id);
        }
        new
    }

    fn price(&self, new: &mut NewVariant, n: usize, fresh: bool, merged: &mut Merged) {
        let first = fresh || new.price.is_none();
        let said = price::said(&self.draft.variants[n], self.around.market.currency, first, self.around.now);
        // A price that stays keeps its reduction.
        if said.now.is_some() && said.now != new.price {
            (new.price, new.announced) = (said.now, said.announced);
        }
        merged.turns.extend(said.turns.into_iter().map(|turn| (n, turn)));
        for remark in said.remarks {
            if !merged.remarks.contains(&remark) {
                merged.remarks.push(remark);
            }
        }
    }

    fn pictures(&self, merged: &mut Merged) {
        if !self.news(Given::PICTURES, |d| &d.pictures) {
            return;
        }
        let mut hung = Vec::new();
        let mut seen = HashSet::new();
        for picture in &self.draft.pictures {
            match self.around.media.get(&picture.source) {
                Some(media) if seen.insert(*media) => {
                    let mut new = NewPicture::new(*media);
                    let locale = merged.product.source;
                    new.alt.extend(picture.alt.iter().map(|alt| (locale, alt.clone())));
                    new.sku = self.shown(&picture.source);
                    hung.push(new);
                }
                Some(_) => {}
                None if is_address(&picture.source) => merged.fetch.push(picture.clone()),
                None => merged.remarks.push(Problem::seen(None, "picture.unknown", &[("name", picture.source.clone())])),
            }
        }
        merged.product.pictures = hung;
    }

    /// The SKU of the one variant that a picture shows.
    pub(super) fn shown(&self, source: &str) -> Option<String> {
        shows(self.draft, source)
    }

    fn documents(&self, merged: &mut Merged) {
        if !self.news(Given::DOCUMENTS, |d| &d.documents) {
            return;
        }
        let mut laid = Vec::new();
        for document in &self.draft.documents {
            match self.around.media.get(&document.source) {
                Some(media) => {
                    let old = merged.product.documents.iter().find(|d| d.media == *media);
                    let kind = old.map_or_else(|| "care".to_owned(), |d| d.kind.clone());
                    let locale = merged.product.source;
                    let title = document.title.iter().map(|t| (locale, t.clone())).collect();
                    laid.push(NewDocument { media: *media, kind, title });
                }
                None if is_address(&document.source) => merged.fetch_documents.push(document.clone()),
                None => merged.remarks.push(Problem::seen(None, "document.unknown", &[("name", document.source.clone())])),
            }
        }
        merged.product.documents = laid;
    }

    fn related(&self, merged: &mut Merged) {
        if !self.news(Given::RELATED, |d| &d.related) {
            return;
        }
        let mut relations: Vec<(Relation, ProductId)> = Vec::new();
        for name in &self.draft.related {
            match self.around.related.get(name) {
                Some(id) => {
                    // A file names a product once, the shop may relate it in two ways.
                    let old: Vec<_> = merged.product.relations.iter().filter(|r| r.1 == *id).copied().collect();
                    relations.extend(if old.is_empty() { vec![(Relation::Related, *id)] } else { old });
                }
                None => merged.later.push(name.clone()),
            }
        }
        merged.product.relations = relations;
    }
}

fn is_address(source: &str) -> bool {
    source.starts_with("https://") || source.starts_with("http://")
}

/// The SKU of a draft's variant, made from the product's name where the file has none.
pub fn sku_of(draft: &ProductDraft, n: usize) -> String {
    let variant = &draft.variants[n];
    let own = variant.sku.as_deref().map(str::trim).filter(|s| !s.is_empty());
    own.map_or_else(|| if n == 0 { draft.external_id.clone() } else { format!("{}-{}", draft.external_id, n + 1) }, str::to_owned)
}

/// The SKU of the one variant that a picture shows.
pub fn shows(draft: &ProductDraft, source: &str) -> Option<String> {
    let mut shown = (0..draft.variants.len()).filter(|n| draft.variants[*n].pictures.iter().any(|p| p == source));
    let first = shown.next()?;
    (draft.variants.len() > 1 && shown.next().is_none()).then(|| sku_of(draft, first))
}

fn say(p: &mut NewProduct, name: &'static str, locale: Locale, value: String) {
    let old = p.texts.iter_mut().find(|(f, l, _)| f == name && *l == locale);
    match old {
        // The title is never taken away.
        Some(_) if value.is_empty() && name == field::TITLE => {}
        Some(text) => text.2 = value,
        None if value.is_empty() => {}
        None => p.texts.push((name.into(), locale, value)),
    }
}

fn milli(text: &str) -> Option<i64> {
    let number: rust_decimal::Decimal = text.trim().replace(',', ".").parse().ok()?;
    i64::try_from((number * rust_decimal::Decimal::ONE_THOUSAND).round()).ok()
}
