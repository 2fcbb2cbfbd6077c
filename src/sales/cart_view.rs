//! A cart as the customer sees it: wishes priced by the showcase at this moment.

use std::collections::HashMap;

use serde::Serialize;

use super::{CartKey, Draft, Fault};
use crate::{
    configure::{self, Configurator, Input},
    kernel::{
        CartId, CartLineId, CategoryId, ConfiguratorId, Currency, Fault as Refusal, Money, ProductId, Qty, Reads, UnitAmount,
        VariantId, db,
    },
    promotions::{self, Taken, Who},
    showcase::{self, Availability, Components, Line, Picture, ProductCard, Viewer, Why},
};

/// A wish, unpriced.
#[derive(Clone, Debug)]
pub struct Item {
    pub line_id: CartLineId,
    pub variant_id: VariantId,
    pub product_id: ProductId,
    pub qty_milli: Qty,
    /// The unit price when it was added.
    pub seen_minor: Option<i64>,
    pub weight_g: Option<i64>,
    /// The category the product is filed under: whose manager may be responsible.
    pub category_id: Option<CategoryId>,
    /// The version that it was configured under, and what was chosen.
    pub configurator_id: Option<ConfiguratorId>,
    pub chosen: Option<String>,
    /// The version that is in force for the product.
    pub in_force: Option<ConfiguratorId>,
}
db::record!(Item {
    line_id,
    variant_id,
    product_id,
    qty_milli,
    seen_minor,
    weight_g,
    category_id,
    configurator_id,
    chosen,
    in_force
});

/// What became of a line since it was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    Dearer {
        was: Money,
    },
    Cheaper {
        was: Money,
    },
    /// Not on sale any more: it has to be taken out before ordering.
    Gone,
}

#[derive(Clone, Debug, Serialize)]
pub struct CartLine {
    pub id: CartLineId,
    pub variant: VariantId,
    pub product: ProductId,
    pub qty: Qty,
    pub sku: String,
    pub title: String,
    pub variant_name: String,
    pub url: String,
    pub picture: Option<Picture>,
    pub unit: String,
    pub unit_price: Money,
    /// What everybody pays, where this customer agreed on another price.
    pub list: Option<Money>,
    pub why: Option<Why>,
    /// With VAT.
    pub total: Money,
    pub availability: Option<Availability>,
    pub change: Option<Change>,
    /// What this line would be frozen to; `None` when it is gone.
    #[serde(skip)]
    pub line: Option<Line>,
}

impl CartLine {
    /// The price of one unit as the buyer reads it.
    pub fn each(&self) -> UnitAmount {
        self.line.as_ref().map_or_else(|| self.unit_price.into(), Line::each)
    }
    /// The sum as the buyer reads it, before a discount.
    pub fn shown(&self) -> Money {
        self.line.as_ref().map_or(self.total, Line::full)
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct CartView {
    #[serde(skip)]
    pub id: CartId,
    pub lines: Vec<CartLine>,
    /// Gross, without delivery.
    pub goods: Money,
    /// The same as this buyer reads it.
    pub shown: Money,
    pub grams: i64,
    /// Rounded up to whole pieces, for the badge.
    pub pieces: i64,
    /// Whether any line changed since it was added.
    pub changed: bool,
    /// Whether it can be ordered as it stands.
    pub ready: bool,
    pub draft: Draft,
    /// The discount code that was typed, and what it takes off or why not.
    pub code: Option<String>,
    #[serde(skip)]
    pub discount: Option<Result<Taken, promotions::Fault>>,
}

impl CartView {
    /// What the code takes off at this moment.
    pub fn taken(&self) -> Option<&Taken> {
        self.discount.as_ref().and_then(|d| d.as_ref().ok())
    }
    /// Goods after the discount, without delivery, as the buyer reads them.
    pub fn left(&self) -> Money {
        Money { minor: self.shown.minor - self.taken().map_or(0, |t| t.total.minor), ..self.shown }
    }
    /// What it would be frozen to, after the discount.
    pub fn frozen(&self) -> Vec<Line> {
        let lines: Vec<Line> = self.lines.iter().filter_map(|l| l.line.clone()).collect();
        match self.taken() {
            Some(taken) => taken.off(lines),
            None => lines,
        }
    }
}

/// Pieces in a cart, for the badge in the header: one small query.
///
/// # Faults
/// Whatever the database says.
pub async fn count(db: &impl Reads, key: &CartKey) -> Result<i64, Refusal> {
    let sql = "select cast(coalesce(sum((i.qty_milli + 999) / 1000), 0) as bigint) from cart c join cart_item i on i.cart_id = c.id \
               where c.token_hash = $1 and c.order_id is null";
    Ok(db::scalar(db, sql, db::params![key.text()]).await?.unwrap_or(0))
}

/// The cart priced for this viewer; `None` when the token names no open cart.
///
/// # Faults
/// Whatever the database says.
pub async fn view(db: &impl Reads, key: &CartKey, viewer: &Viewer) -> Result<Option<CartView>, Refusal> {
    let sql = "select id, contact, delivery, payment, discount_code from cart where token_hash = $1 and order_id is null";
    let Some(row) = db::row(db, sql, db::params![key.text()]).await? else { return Ok(None) };
    let text = |index: usize| -> Result<Option<String>, sea_orm::DbErr> { row.try_get_by_index(index) };
    let draft = Draft::read(text(1)?.as_deref(), text(2)?.as_deref(), text(3)?.as_deref());
    let id: CartId = row.try_get_by_index(0)?;
    let items = items(db, id).await?;
    let lines = priced(db, &items, viewer).await?;
    let goods = sum(lines.iter().map(|l| l.total), viewer.currency)?;
    let shown = sum(lines.iter().map(CartLine::shown), viewer.currency)?;
    let code = text(4)?;
    let discount = match &code {
        Some(code) => {
            let whole: Vec<Line> = lines.iter().filter_map(|l| l.line.clone()).collect();
            let who = Who { party: viewer.customer, email: draft.contact.as_ref().map(|c| c.email.clone()) };
            Some(promotions::weigh(db, code, (&whole, viewer.currency), &who, viewer.at).await?)
        }
        None => None,
    };
    Ok(Some(CartView {
        id,
        goods,
        shown,
        grams: grams(&items),
        pieces: items.iter().map(|i| (i.qty_milli.0 + 999) / 1000).sum(),
        changed: lines.iter().any(|l| l.change.is_some()),
        ready: !lines.is_empty() && lines.iter().all(|l| l.line.is_some()),
        lines,
        draft,
        code,
        discount,
    }))
}

/// What lies in a cart, in the order it was added.
///
/// # Faults
/// Whatever the database says.
pub async fn items(db: &impl Reads, cart: CartId) -> Result<Vec<Item>, Refusal> {
    let sql = "select i.line_id, i.variant_id, i.product_id, i.qty_milli, i.seen_minor, v.weight_g, p.category_id, \
               i.configurator_id, i.chosen, f.configurator_id as in_force \
               from cart_item i join variant v on v.id = i.variant_id join product p on p.id = i.product_id \
               left join configurator_in_force f on f.product_id = i.product_id where i.cart_id = $1 order by i.added_at, i.line_id";
    Ok(db::all(db, sql, db::params![cart]).await?)
}

/// The weight of a load; what has no weight (services, assembly) weighs nothing.
pub fn grams(items: &[Item]) -> i64 {
    items.iter().map(|i| i.weight_g.unwrap_or(0).saturating_mul(i.qty_milli.0) / 1000).fold(0, i64::saturating_add)
}

/// Prices wishes from the showcase: one query for the cards of all.
///
/// # Faults
/// [`Fault::Sum`] when an amount does not fit.
pub async fn priced(db: &impl Reads, items: &[Item], viewer: &Viewer) -> Result<Vec<CartLine>, Refusal> {
    let mut products: Vec<ProductId> = items.iter().map(|i| i.product_id).collect();
    products.sort_unstable();
    products.dedup();
    let cards = if products.is_empty() { Vec::new() } else { showcase::cards(db, &products, viewer).await? };
    let card = |item: &Item| cards.iter().find(|c| c.product == item.product_id);
    let configured: Vec<_> = items.iter().filter_map(|i| Some((i.product_id, i.configurator_id?))).collect();
    let by = configure::needed(db, &configured).await?;
    let components = showcase::components(db, by.values().map(|by| &by.definition), viewer).await?;
    let known = (&by, &components);
    Ok(items.iter().map(|item| line(item, card(item), known, viewer)).collect())
}

/// What configured lines are priced with.
type Known<'a> = (&'a HashMap<ConfiguratorId, Configurator>, &'a Components);

/// What a wish would be frozen to now; `None` when it can no longer be had so.
fn frozen(item: &Item, card: &ProductCard, (by, components): Known<'_>) -> Option<Line> {
    match (item.configurator_id, item.in_force) {
        (None, None) => Line::freeze(card, item.variant_id, item.qty_milli).ok(),
        (Some(_), Some(now)) => configured(item, card, by.get(&now)?, components),
        // It became configurable since, or ceased to be.
        _ => None,
    }
}

fn configured(item: &Item, card: &ProductCard, by: &Configurator, components: &Components) -> Option<Line> {
    let input: Input = serde_json::from_str(item.chosen.as_deref()?).ok()?;
    card.variant(item.variant_id)?;
    Line::configured(card, by, (&input, item.qty_milli), components).ok()
}

/// What became of a configured line's price: the version that it was added under says what it was.
fn moved(item: &Item, card: &ProductCard, (by, components): Known<'_>, now: &Line) -> Option<Change> {
    let then = item.configurator_id.filter(|then| Some(*then) != item.in_force)?;
    let before = configured(item, card, by.get(&then)?, components)?;
    let was = before.unit_gross;
    match before.total_gross.minor.cmp(&now.total_gross.minor) {
        std::cmp::Ordering::Less => Some(Change::Dearer { was }),
        std::cmp::Ordering::Greater => Some(Change::Cheaper { was }),
        std::cmp::Ordering::Equal => None,
    }
}

fn line(item: &Item, card: Option<&ProductCard>, by: Known<'_>, viewer: &Viewer) -> CartLine {
    let variant = card.and_then(|c| c.variant(item.variant_id));
    let frozen = card.and_then(|card| frozen(item, card, by));
    let zero = Money::zero(viewer.currency);
    let unit_price = frozen.as_ref().map_or(zero, |l| l.unit_gross);
    let change = match (&frozen, item.seen_minor) {
        (None, _) => Some(Change::Gone),
        (Some(line), _) if line.configured.is_some() => card.and_then(|card| moved(item, card, by, line)),
        // What was noted is everybody's price in the channel's currency: an agreed one, or one in
        // another currency, has not changed by differing from it.
        (Some(line), Some(was)) if viewer.list.is_none() && line.why.is_none() && was != unit_price.minor => {
            let was = Money::new(was, unit_price.currency);
            Some(if was.minor < unit_price.minor { Change::Dearer { was } } else { Change::Cheaper { was } })
        }
        _ => None,
    };
    CartLine {
        id: item.line_id,
        variant: item.variant_id,
        product: item.product_id,
        qty: item.qty_milli,
        sku: variant.map(|v| v.sku.clone()).unwrap_or_default(),
        title: card.map(|c| c.title.clone()).unwrap_or_default(),
        variant_name: frozen.as_ref().map(|l| &l.variant_name).or(variant.map(|v| &v.name)).cloned().unwrap_or_default(),
        url: card.map(|c| c.url.clone()).unwrap_or_default(),
        picture: variant.and_then(|v| v.picture.clone()).or_else(|| card.and_then(|c| c.picture.clone())),
        unit: card.map(|c| c.unit.clone()).unwrap_or_default(),
        unit_price,
        list: frozen.as_ref().and_then(|l| l.list_gross),
        why: frozen.as_ref().and_then(|l| l.why.clone()),
        total: frozen.as_ref().map_or(zero, |l| l.total_gross),
        availability: variant.map(|v| v.availability),
        change,
        line: frozen,
    }
}

pub(super) fn sum(amounts: impl Iterator<Item = Money>, currency: Currency) -> Result<Money, Fault> {
    let mut all = amounts;
    all.try_fold(Money::zero(currency), |acc, m| acc.checked_add(m)).ok_or(Fault::Sum)
}
