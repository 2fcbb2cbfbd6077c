//! Which goods a campaign or a discount is about, on the wire.

use std::str::FromStr;

use poem_openapi::Object;
use vitrina::{kernel::Fault, pricing};

/// Goods by id, or by the category they stand in or below. Nothing named means everything.
#[derive(Debug, Default, Object)]
#[oai(deny_unknown_fields, default)]
pub struct Picked {
    pub categories: Vec<String>,
    pub products: Vec<String>,
    pub variants: Vec<String>,
}

impl From<&pricing::Picked> for Picked {
    fn from(p: &pricing::Picked) -> Self {
        Self {
            categories: p.categories.iter().map(ToString::to_string).collect(),
            products: p.products.iter().map(ToString::to_string).collect(),
            variants: p.variants.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Picked {
    /// # Faults
    /// `form.malformed` for what is no id.
    pub fn read(&self) -> Result<pricing::Picked, Fault> {
        Ok(pricing::Picked {
            categories: ids(&self.categories, "goods.categories")?,
            products: ids(&self.products, "goods.products")?,
            variants: ids(&self.variants, "goods.variants")?,
        })
    }
}

fn ids<T: FromStr>(all: &[String], field: &str) -> Result<Vec<T>, Fault> {
    let read = |(n, text): (usize, &String)| text.parse().map_err(|_| Fault::invalid(format!("{field}.{n}"), "form.malformed"));
    all.iter().enumerate().map(read).collect()
}
