//! The shop's own pages: terms, privacy, delivery, contact.
//!
//! The promise: every page can be edited in every language without a programmer, keeps its
//! address, and is cleaned of anything that is not text before it is stored.

mod fault;
mod pages;
mod views;

pub use fault::Fault;
pub use pages::{NewPage, put_page, remove_page, set_page_texts};
pub use views::{PageFound, PageLink, PageRow, PageView, page_by_code, page_by_slug, page_texts, page_url, pages, shown};
