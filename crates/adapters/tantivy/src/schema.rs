//! Fields of the index, and how words are cut and folded.

use tantivy::{
    Index, TantivyDocument,
    schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{AsciiFoldingFilter, LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer},
};
use vitrina::{kernel::ProductId, search::Entry};

/// Lower case, accents off (ą → a, ł → l, ß → ss), at letters and digits.
pub const FOLDED: &str = "folded";

#[derive(Clone, Copy)]
pub struct Fields {
    /// The product's id as 32 hex digits: the term by which its entry is replaced.
    pub product: Field,
    /// The same id as two fast numbers, so that a hit costs no visit to the document store.
    pub high: Field,
    pub low: Field,
    pub title: Field,
    pub body: Field,
    pub sku: Field,
    pub category: Field,
    /// `code=value`.
    pub facet: Field,
    pub price: Field,
    pub available: Field,
    pub rank: Field,
    pub added: Field,
}

pub fn schema() -> (Schema, Fields) {
    let mut b = Schema::builder();
    let words = |positions| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_tokenizer(FOLDED).set_fieldnorms(true).set_index_option(positions),
        )
    };
    let fields = Fields {
        product: b.add_text_field("product", STRING),
        high: b.add_u64_field("high", FAST),
        low: b.add_u64_field("low", FAST),
        title: b.add_text_field("title", words(IndexRecordOption::WithFreqs) | STORED),
        body: b.add_text_field("body", words(IndexRecordOption::WithFreqs)),
        sku: b.add_text_field("sku", STRING),
        category: b.add_text_field("category", STRING),
        facet: b.add_text_field("facet", STRING | FAST),
        price: b.add_u64_field("price", FAST | INDEXED),
        available: b.add_u64_field("available", FAST | INDEXED),
        rank: b.add_i64_field("rank", FAST),
        added: b.add_i64_field("added", FAST),
    };
    (b.build(), fields)
}

pub fn register(index: &Index) {
    index.tokenizers().register(FOLDED, analyzer());
}

pub fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(60))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// The words of a text, cut and folded as the index does it.
pub fn fold(text: &str) -> Vec<String> {
    let mut analyzer = analyzer();
    let mut stream = analyzer.token_stream(text);
    let mut words = Vec::new();
    while stream.advance() {
        words.push(stream.token().text.clone());
    }
    words
}

/// An SKU as it is compared: lower case without separators, so that `ST-OAK 180` is `stoak180`.
pub fn bare_sku(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

pub fn product_term(product: ProductId) -> String {
    product.uuid().as_simple().to_string()
}

pub fn document(f: &Fields, product: ProductId, entry: &Entry) -> TantivyDocument {
    let mut doc = TantivyDocument::default();
    let (high, low) = product.uuid().as_u64_pair();
    doc.add_text(f.product, product_term(product));
    doc.add_u64(f.high, high);
    doc.add_u64(f.low, low);
    doc.add_text(f.title, &entry.title);
    doc.add_text(f.body, &entry.body);
    for sku in &entry.skus {
        doc.add_text(f.sku, bare_sku(sku));
    }
    for category in &entry.categories {
        doc.add_text(f.category, category.uuid().as_simple().to_string());
    }
    for (code, value) in &entry.facets {
        doc.add_text(f.facet, format!("{code}={value}"));
    }
    doc.add_u64(f.price, u64::try_from(entry.price_minor).unwrap_or(0));
    doc.add_u64(f.available, u64::from(entry.available));
    doc.add_i64(f.rank, entry.rank);
    doc.add_i64(f.added, entry.added_at);
    doc
}
