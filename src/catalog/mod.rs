//! What the shop sells: products and services, their variants, where they belong and how they
//! are told apart.
//!
//! The promise: a thing keeps its id and its old addresses for ever; what it is called stands
//! in `translation`, in every language with its origin; nothing here knows a price. Products
//! are archived, not deleted, once anybody may have seen them.

mod attributes;
mod bundle;
mod categories;
mod change;
mod fault;
mod gpsr;
mod lately;
mod lookup;
mod options;
mod pictures;
mod producers;
mod product;
mod put;
mod slugs;
mod views;
mod wordings;
mod words;

pub use attributes::{Attribute, AttributeKind, attributes, set_filterable};
pub use bundle::{Bundle, Bundles, DocumentRow, Fact, PictureRow, VariantRow, bundles};
pub(crate) use categories::LINES;
pub use categories::{
    Category, NewCategory, add_categories, categories, categories_of, category_by_code, change_category, children_of,
    ensure_paths, move_category,
};
pub use change::{
    Standing, add_to_category, archive, must_be_safe, publish, relate, remove, set_category, set_producer, set_rank, set_slugs,
    set_status, set_tags, set_texts, standing,
};
pub use fault::Fault;
pub use gpsr::{Compliance, Gap, gaps};
pub use lately::published;
pub use lookup::{
    Known, find_external, find_skus, first_skus, forget_external, ids_after, ids_in_category, product_of_variant, skus_by_words,
    skus_of_variants, variants_of,
};
pub use options::{OptionBook, ensure_options};
pub use pictures::{NewDocument, NewPicture, add_documents, add_pictures, order_pictures, remove_picture, set_alt};
pub use producers::{NewProducer, Producer, producers, producers_of, put_producer};
pub use product::{AttributeValue, Content, ExternalRef, Kind, Named, NewProduct, NewVariant, Relation, Status, field};
pub use put::{Placed, put};
pub use slugs::{SlugKind, SlugWish, assign as assign_slugs, slugs_of};
pub use views::{AfterProduct, ProductFilter, ProductRow, ProductSort, SheetRow, list, sheet};
pub use wordings::{Again, Open, OpenRow, Place, Sort, Waiting, entities, holders, open_texts, sorts_of, untranslated, waiting};
pub use words::slugify;
