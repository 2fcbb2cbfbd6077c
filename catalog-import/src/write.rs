//! Drafts out, so that reading them again gives equal drafts.

use std::collections::BTreeSet;
use std::io::{self, Write};

use rust_decimal::Decimal;

use crate::amount::{print, print_milli};
use crate::currency;
use crate::draft::{Kind, Picture, ProductDraft, Status, Texts, VariantDraft};
use crate::lists::escape;

/// One JSON object a line: all there is, and the faster of the two.
pub struct NdjsonExport<W: Write>(W);

impl<W: Write> NdjsonExport<W> {
    pub fn new(out: W) -> NdjsonExport<W> {
        NdjsonExport(out)
    }

    pub fn push(&mut self, draft: &ProductDraft) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, draft)?;
        self.0.write_all(b"\n")
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.0.flush()?;
        Ok(self.0)
    }
}

/// A table for spreadsheets (profile `vitrina`): one row a variant, the
/// product in the first of them. The languages must be known beforehand.
pub struct CsvExport<W: Write> {
    out: W,
    locales: BTreeSet<String>,
}

type TextOf = fn(&Texts) -> &Option<String>;

const TEXTS: &[(&str, TextOf)] = &[
    ("title", |t| &t.title),
    ("teaser", |t| &t.teaser),
    ("description", |t| &t.description),
    ("seo_title", |t| &t.seo_title),
    ("seo_description", |t| &t.seo_description),
    ("safety", |t| &t.safety),
];

const PRODUCT: &[&str] = &[
    "handle",
    "kind",
    "status",
    "brand",
    "producer_name",
    "producer_address",
    "producer_email",
    "responsible_name",
    "responsible_address",
    "responsible_email",
    "categories",
    "tags",
    "vat_category",
    "vat_rate",
    "unit",
    "content",
    "content_base",
    "attributes",
    "pictures",
    "documents",
    "related",
];

const VARIANT: &[&str] = &[
    "variant_id",
    "sku",
    "gtin",
    "variant_options",
    "price",
    "currency",
    "other_prices",
    "compare_at",
    "sale_price",
    "sale_from",
    "sale_until",
    "stock",
    "weight_g",
    "active",
    "variant_pictures",
];

impl<W: Write> CsvExport<W> {
    pub fn new(mut out: W, locales: impl IntoIterator<Item = impl Into<String>>) -> io::Result<CsvExport<W>> {
        let locales: BTreeSet<String> = locales.into_iter().map(Into::into).collect();
        out.write_all("\u{feff}".as_bytes())?;
        let texts = locales.iter().flat_map(|l| TEXTS.iter().map(move |(name, _)| format!("{name}.{l}")));
        let texts: Vec<String> = texts.collect();
        let heading = ["external_id"].into_iter().chain(texts.iter().map(String::as_str));
        csv_line(&mut out, heading.chain(PRODUCT.iter().copied()).chain(VARIANT.iter().copied()))?;
        Ok(CsvExport { out, locales })
    }

    pub fn push(&mut self, draft: &ProductDraft) -> io::Result<()> {
        let mut product = self.texts(draft);
        product.extend(product_cells(draft));
        for (at, variant) in draft.variants.iter().enumerate() {
            if at > 0 {
                product.iter_mut().for_each(String::clear);
            }
            let cells = variant_cells(variant);
            let id = std::iter::once(draft.external_id.as_str());
            let rest = product.iter().chain(&cells).map(String::as_str);
            csv_line(&mut self.out, id.chain(rest))?;
        }
        Ok(())
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    fn texts(&self, draft: &ProductDraft) -> Vec<String> {
        let none = Texts::default();
        let of = |locale| draft.texts.get(locale).unwrap_or(&none);
        let all = self.locales.iter().flat_map(|l| TEXTS.iter().map(move |(_, get)| get(of(l)).clone()));
        all.map(Option::unwrap_or_default).collect()
    }
}

fn product_cells(draft: &ProductDraft) -> Vec<String> {
    let text = |value: Option<&String>| value.cloned().unwrap_or_default();
    let (producer, responsible) = (draft.producer.as_ref(), draft.responsible.as_ref());
    let measure = draft.measure.as_ref();
    let content = measure.map(|m| format!("{} {}", print_milli(m.content_milli), m.unit));
    let base = measure.and_then(|m| Some(format!("{} {}", print_milli(m.base_milli?), m.unit)));
    let vat = draft.vat.as_ref();
    let rate = vat.and_then(|v| v.rate_micro).map(|micro| Decimal::new(micro, 4).normalize().to_string() + "%");
    let path = |path: &Vec<String>| path.iter().map(|l| escape(l)).collect::<Vec<_>>().join(" > ");
    let attribute = |a: &crate::Attribute| {
        let unit = a.unit.as_ref().map_or(String::new(), |unit| format!(" [{}]", escape(unit)));
        format!("{} = {}{unit}", escape(&a.name), escape(&a.value))
    };
    vec![
        text(draft.handle.as_ref()),
        if draft.kind == Kind::Service { "service" } else { "goods" }.to_owned(),
        status(draft.status).to_owned(),
        text(draft.brand.as_ref()),
        text(producer.and_then(|c| c.name.as_ref())),
        text(producer.and_then(|c| c.address.as_ref())),
        text(producer.and_then(|c| c.email.as_ref())),
        text(responsible.and_then(|c| c.name.as_ref())),
        text(responsible.and_then(|c| c.address.as_ref())),
        text(responsible.and_then(|c| c.email.as_ref())),
        join(&draft.categories, path),
        join(&draft.tags, |tag| escape(tag)),
        text(vat.and_then(|v| v.category.as_ref())),
        rate.unwrap_or_default(),
        text(draft.unit.as_ref()),
        content.unwrap_or_default(),
        base.unwrap_or_default(),
        join(&draft.attributes, attribute),
        join(&draft.pictures, picture),
        join(&draft.documents, |d| picture(&Picture { source: d.source.clone(), alt: d.title.clone() })),
        join(&draft.related, |sku| escape(sku)),
    ]
}

fn variant_cells(variant: &VariantDraft) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let currency = variant.price.as_ref().map_or("", |price| price.currency.as_str());
    let decimals = currency::decimals(currency).unwrap_or(2);
    let amount = |minor: Option<i64>| minor.map(|minor| print(minor, decimals)).unwrap_or_default();
    let sale = variant.sale.as_ref();
    vec![
        text(&variant.external_id),
        text(&variant.sku),
        text(&variant.gtin),
        join(&variant.options, |o| format!("{} = {}", escape(&o.name), escape(&o.value))),
        amount(variant.price.as_ref().map(|price| price.minor)),
        currency.to_owned(),
        join(&variant.other_prices, |other| {
            let decimals = currency::decimals(&other.currency).unwrap_or(2);
            format!("{} {}", print(other.minor, decimals), other.currency)
        }),
        amount(variant.compare_at_minor),
        amount(sale.map(|sale| sale.minor)),
        sale.map_or(String::new(), |sale| text(&sale.from)),
        sale.map_or(String::new(), |sale| text(&sale.until)),
        variant.stock_milli.map(print_milli).unwrap_or_default(),
        variant.weight_g.map(|grams| grams.to_string()).unwrap_or_default(),
        variant.active.map(|active| active.to_string()).unwrap_or_default(),
        join(&variant.pictures, |source| escape(source)),
    ]
}

fn status(status: Option<Status>) -> &'static str {
    match status {
        Some(Status::Active) => "active",
        Some(Status::Draft) => "draft",
        Some(Status::Archived) => "archived",
        None => "",
    }
}

fn picture(picture: &Picture) -> String {
    match &picture.alt {
        Some(alt) => format!("{} = {}", escape(&picture.source), escape(alt)),
        None => escape(&picture.source),
    }
}

fn join<T>(list: &[T], print: impl Fn(&T) -> String) -> String {
    list.iter().map(print).collect::<Vec<_>>().join(" | ")
}

/// One record, quoted where needed, ended as spreadsheets expect.
pub(crate) fn csv_line<'c>(out: &mut impl Write, cells: impl Iterator<Item = &'c str>) -> io::Result<()> {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        if cell.contains(['"', ',', ';', '\t', '\n', '\r']) || cell.starts_with("sep=") {
            out.write_all(b"\"")?;
            out.write_all(cell.replace('"', "\"\"").as_bytes())?;
            out.write_all(b"\"")?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}
