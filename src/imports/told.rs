//! A product of the shop in the words of files: what an export writes, and what an incoming
//! draft is held against.

use std::collections::{BTreeMap, HashMap};

use catalog_import as file;
use file::{Given, ProductDraft, Texts, VariantDraft};

use super::Image;
use crate::{
    catalog::{AttributeKind, Bundle, Bundles, Kind, NewProduct, Status, field},
    kernel::{CategoryId, Locale, MediaId, ProductId},
    translation,
};

/// The name of our own format, and of the system whose external names are our product ids.
pub const SOURCE: &str = "vitrina";

pub(super) struct Names<'a> {
    pub all: &'a Bundles,
    /// The names of the categories: pages take them from the tree, so a bundle has none.
    pub shelves: &'a translation::Texts,
    pub media: &'a HashMap<MediaId, String>,
    pub skus: &'a HashMap<ProductId, String>,
    pub source: Locale,
}

/// What an export writes for this product.
pub fn told(image: Image) -> ProductDraft {
    image.told
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl Names<'_> {
    fn word(&self, id: impl Into<uuid::Uuid>, field: &str) -> String {
        self.all.texts.word(id, field, self.source).to_owned()
    }
    fn path(&self, id: CategoryId) -> Vec<String> {
        let line = self.all.categories.get(&id).map(crate::catalog::Category::line).unwrap_or_default();
        line.into_iter().map(|c| self.shelves.word(c, field::NAME, self.source).to_owned()).filter(|n| !n.is_empty()).collect()
    }
    fn media(&self, id: MediaId) -> String {
        self.media.get(&id).cloned().unwrap_or_default()
    }
}

pub(super) fn tell(names: &Names<'_>, b: &Bundle, p: &NewProduct) -> ProductDraft {
    let mut draft = ProductDraft {
        external_id: b.id.to_string(),
        handle: b.slugs.iter().find(|(l, _)| *l == names.source).map(|(_, s)| s.clone()),
        kind: if b.kind == Kind::Service { file::Kind::Service } else { file::Kind::Goods },
        status: Some(match b.status {
            Status::Draft => file::Status::Draft,
            Status::Published => file::Status::Active,
            Status::Archived => file::Status::Archived,
        }),
        texts: texts(p),
        categories: p.categories.iter().map(|c| names.path(*c)).filter(|path| !path.is_empty()).collect(),
        tags: b.tags.clone(),
        vat: Some(file::Vat { category: Some(b.vat_category.clone()), rate_micro: None }),
        unit: some(&b.unit),
        given: Given::ALL,
        ..ProductDraft::default()
    };
    contacts(names, b, &mut draft);
    facts(names, b, &mut draft);
    belongings(names, b, &mut draft);
    variants(names, b, p, &mut draft);
    draft
}

fn texts(p: &NewProduct) -> BTreeMap<String, Texts> {
    let mut all: BTreeMap<String, Texts> = BTreeMap::new();
    for (name, locale, value) in p.texts.iter().filter(|t| !t.2.is_empty()) {
        let texts = all.entry(locale.to_string()).or_default();
        if let Some(slot) = slot(texts, name) {
            *slot = Some(value.clone());
        }
    }
    all
}

fn slot<'t>(texts: &'t mut Texts, name: &str) -> Option<&'t mut Option<String>> {
    Some(match name {
        field::TITLE => &mut texts.title,
        field::TEASER => &mut texts.teaser,
        field::DESCRIPTION => &mut texts.description,
        field::SEO_TITLE => &mut texts.seo_title,
        field::SEO_DESCRIPTION => &mut texts.seo_description,
        field::WARNINGS => &mut texts.safety,
        _ => return None,
    })
}

fn contacts(names: &Names<'_>, b: &Bundle, draft: &mut ProductDraft) {
    let Some(p) = b.producer.and_then(|id| names.all.producers.get(&id)) else { return };
    let contact =
        |name: &str, address: &str, email: &str| file::Contact { name: some(name), address: some(address), email: some(email) };
    draft.producer = Some(contact(&p.name, &p.address, &p.contact));
    if !p.rep_name.is_empty() {
        draft.responsible = Some(contact(&p.rep_name, &p.rep_address, &p.rep_contact));
    }
}

fn facts(names: &Names<'_>, b: &Bundle, draft: &mut ProductDraft) {
    let mut facts: Vec<_> = b.facts.iter().filter_map(|f| Some((names.all.attributes.get(&f.attribute)?, f))).collect();
    facts.sort_by(|a, b| (a.0.position, &a.0.code).cmp(&(b.0.position, &b.0.code)));
    for (a, f) in facts {
        let value = match a.kind {
            AttributeKind::Number => f.number.map(decimal),
            AttributeKind::Flag => f.number.map(|n| if n == 1 { "true".into() } else { "false".into() }),
            AttributeKind::Choice => f.choice.map(|c| names.word(c, field::NAME)),
            AttributeKind::Text => Some(names.word(b.id, &field::attribute(&a.code))),
        };
        let Some(value) = value.filter(|v| !v.is_empty()) else { continue };
        if a.code == "brand" {
            draft.brand = Some(value);
        } else {
            let unit = a.unit.clone().filter(|_| a.kind == AttributeKind::Number);
            draft.attributes.push(file::Attribute { name: names.word(a.id, field::NAME), value, unit });
        }
    }
}

/// Thousandths as a decimal without trailing zeros.
fn decimal(milli: i64) -> String {
    rust_decimal::Decimal::new(milli, 3).normalize().to_string()
}

fn belongings(names: &Names<'_>, b: &Bundle, draft: &mut ProductDraft) {
    let said = |id, field: &str| some(names.all.texts.word(id, field, names.source));
    draft.pictures = b
        .pictures
        .iter()
        .map(|p| file::Picture { source: names.media(p.media), alt: said(p.id, field::ALT) })
        .filter(|p| !p.source.is_empty())
        .collect();
    draft.documents = b
        .documents
        .iter()
        .map(|d| file::Document { source: names.media(d.media), title: said(d.id, field::TITLE) })
        .filter(|d| !d.source.is_empty())
        .collect();
    for sku in b.relations.iter().filter_map(|(_, other)| names.skus.get(other)) {
        if !draft.related.contains(sku) {
            draft.related.push(sku.clone());
        }
    }
}

fn variants(names: &Names<'_>, b: &Bundle, p: &NewProduct, draft: &mut ProductDraft) {
    for v in &b.variants {
        for (option, _) in &v.options {
            let name = names.word(*option, field::NAME);
            if !draft.options.contains(&name) {
                draft.options.push(name);
            }
        }
    }
    if let Some(content) = b.variants.iter().find_map(|v| v.content.as_ref()) {
        let unit = content.unit.clone();
        draft.measure = Some(file::Measure { content_milli: content.amount.0, unit, base_milli: None });
    }
    for (v, new) in b.variants.iter().zip(&p.variants) {
        let option = |(option, value): &(crate::kernel::OptionId, crate::kernel::OptionValueId)| file::OptionValue {
            name: names.word(*option, field::NAME),
            value: names.word(*value, field::NAME),
        };
        let price = new.price.map(|m| file::Price { minor: m.minor, currency: m.currency.to_string() });
        draft.variants.push(VariantDraft {
            sku: Some(v.sku.clone()),
            gtin: v.gtin.clone(),
            options: v.options.iter().map(option).collect(),
            price,
            stock_milli: new.stock.map(|q| q.0),
            weight_g: v.weight_g,
            active: Some(v.active),
            pictures: b.pictures.iter().filter(|x| x.variant == Some(v.id)).map(|x| names.media(x.media)).collect(),
            ..VariantDraft::default()
        });
    }
}
