//! Choosing goods in a form, and naming them in a table: what campaigns and discount codes share.

use std::collections::HashMap;

use serde_json::{Value, json};
use vitrina::{
    catalog::{self, field},
    kernel::{CategoryId, Fault, ProductId, VariantId},
    pricing::Picked,
    translation,
};

use super::{desk::Desk, page::Choice};

/// SKUs that one form takes.
const SKUS: usize = 2_000;

/// The goods of the form: everything, ticked categories, or pasted SKUs.
///
/// # Faults
/// `form.choose`, `form.tick`, `office.unknown_skus`.
pub async fn picked(desk: &Desk) -> Result<Picked, Fault> {
    match desk.form.get("goods") {
        "all" => Ok(Picked::default()),
        "categories" => {
            let categories: Vec<CategoryId> = desk.form.all("category").filter_map(|id| id.parse().ok()).collect();
            if categories.is_empty() {
                return Err(Fault::invalid("category", "form.tick"));
            }
            Ok(Picked { categories, ..Picked::default() })
        }
        "skus" => {
            let words = desk.form.get("skus").split(|c: char| c.is_whitespace() || c == ',' || c == ';');
            let skus: Vec<String> = words.filter(|w| !w.is_empty()).map(str::to_owned).collect();
            if skus.is_empty() || skus.len() > SKUS {
                return Err(Fault::invalid("skus", "office.lines").arg("most", SKUS));
            }
            let known = catalog::find_skus(desk.app.reader(), &skus).await?;
            let unknown: Vec<String> = skus.iter().filter(|s| !known.contains_key(*s)).take(8).cloned().collect();
            if !unknown.is_empty() {
                return Err(Fault::invalid("skus", "office.unknown_skus").arg("skus", unknown.join(", ")));
            }
            let mut variants: Vec<VariantId> = skus.iter().map(|s| known[s].1).collect();
            variants.dedup();
            Ok(Picked { variants, ..Picked::default() })
        }
        _ => Err(Fault::invalid("goods", "form.choose")),
    }
}

/// What the form shows of a choice: the stored one, or what was typed.
pub async fn form(desk: &Desk, stored: &Picked) -> Result<Value, Fault> {
    let typed = desk.form.has("goods");
    let kind = match stored {
        _ if typed => desk.form.get("goods"),
        p if p.is_everything() => "all",
        p if p.categories.is_empty() => "skus",
        _ => "categories",
    };
    let chosen: Vec<CategoryId> = match typed {
        true => desk.form.all("category").filter_map(|id| id.parse().ok()).collect(),
        false => stored.categories.clone(),
    };
    let tree = catalog::categories(desk.app.reader()).await?;
    let names = translation::texts_of(desk.app.reader(), &tree.iter().map(|c| c.id.0).collect::<Vec<_>>()).await?;
    let tick = |c: &catalog::Category| {
        let name = names.word(c.id.0, field::NAME, desk.locale);
        let indent = "\u{2003}".repeat(usize::try_from(c.depth).unwrap_or(0));
        let label = format!("{indent}{}", if name.is_empty() { &c.code } else { name });
        Choice::ticked(c.id.to_string(), label, chosen.contains(&c.id))
    };
    let skus = match typed {
        true => desk.form.get("skus").to_owned(),
        false => {
            let named = titles(desk, &stored.variants).await?;
            stored.variants.iter().filter_map(|id| named.get(id)).map(|n| n.sku.as_str()).collect::<Vec<_>>().join("\n")
        }
    };
    let kinds = ["all", "categories", "skus"].map(|k| Choice::new(k, desk.t(&format!("office.goods.{k}"))));
    // The tree as people read it: a category and then what stands below it.
    let mut shelves: Vec<&catalog::Category> = tree.iter().collect();
    shelves.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(json!({ "kinds": kinds, "kind": kind, "categories": shelves.into_iter().map(tick).collect::<Vec<_>>(), "skus": skus }))
}

/// The goods in a few words.
pub async fn words(desk: &Desk, picked: &Picked) -> Result<String, Fault> {
    if picked.is_everything() {
        return Ok(desk.t("office.goods.all"));
    }
    let texts = translation::texts_of(desk.app.reader(), &picked.categories.iter().map(|c| c.0).collect::<Vec<_>>()).await?;
    let mut parts: Vec<String> = picked
        .categories
        .iter()
        .map(|id| texts.word(id.0, field::NAME, desk.locale).to_owned())
        .filter(|n| !n.is_empty())
        .collect();
    let single = picked.products.len() + picked.variants.len();
    if single > 0 {
        parts.push(desk.say("office.goods.single", &[("n", single.to_string())]));
    }
    Ok(parts.join(", "))
}

/// How a table names a variant.
pub struct Name {
    pub product: ProductId,
    pub sku: String,
    pub title: String,
}

/// The names of variants; those that left the catalogue are missing.
pub async fn titles(desk: &Desk, ids: &[VariantId]) -> Result<HashMap<VariantId, Name>, Fault> {
    let db = desk.app.reader();
    let skus = catalog::skus_of_variants(db, ids).await?;
    let mut products: Vec<uuid::Uuid> = skus.values().map(|(product, _)| product.0).collect();
    products.sort_unstable();
    products.dedup();
    let texts = translation::texts_of(db, &products).await?;
    let name = |(id, (product, sku)): (VariantId, (ProductId, String))| {
        (id, Name { product, sku, title: texts.word(product.0, field::TITLE, desk.locale).to_owned() })
    };
    Ok(skus.into_iter().map(name).collect())
}
