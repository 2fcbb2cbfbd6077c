//! What the office does with the catalogue. Every flow shows the change in the transaction that
//! makes it.

mod categories;
mod pages;
mod producers;
mod products;
mod reproject;
#[cfg(test)]
mod tests;

pub use categories::{CategoryForm, create_categories, edit_category, move_category};
pub use pages::{edit_page, put_page, remove_page};
pub use producers::{assign_producer, put_producer};
pub use products::{
    Arrangement, add_documents, add_pictures, archive, arrange, categorise, create, create_many, describe_picture, edit_texts,
    order_pictures, publish, relate, remove_picture, revise, set_rank, set_status, set_tags,
};
pub use reproject::{Reproject, reproject, reproject_all};
