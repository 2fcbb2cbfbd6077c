//! The rules that hold for a customer and some goods: two small queries however many there are.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Gives, Rule, What, Who};
use crate::kernel::{
    self, CategoryId, Currency, Moment, Money, PartyId, PriceRuleId, ProductId, Qty, Rate, Reads, VariantId, db,
};

/// What is agreed with one customer about some products.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    rules: Vec<(Option<ProductId>, Rule)>,
    /// Where products stand, when a rule asks for it.
    shelves: HashMap<ProductId, Vec<(CategoryId, i64)>>,
}

impl Terms {
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
    /// The rules that may be about a product.
    pub fn rules(&self, product: ProductId) -> Vec<Rule> {
        self.rules.iter().filter(|(about, _)| about.is_none_or(|id| id == product)).map(|(_, rule)| rule.clone()).collect()
    }
    /// The categories of a product and those above them; empty when no rule asks.
    pub fn shelves(&self, product: ProductId) -> &[(CategoryId, i64)] {
        self.shelves.get(&product).map(Vec::as_slice).unwrap_or_default()
    }
}

struct Row {
    id: PriceRuleId,
    level: Option<String>,
    product_id: Option<ProductId>,
    variant_id: Option<VariantId>,
    category_id: Option<CategoryId>,
    currency: Option<Currency>,
    amount_minor: Option<i64>,
    off_micro: Option<Rate>,
    from_milli: Qty,
    stacks_micro: Option<Rate>,
}
db::record!(Row { id, level, product_id, variant_id, category_id, currency, amount_minor, off_micro, from_milli, stacks_micro });

impl Row {
    fn rule(self) -> Option<(Option<ProductId>, Rule)> {
        let what = match (self.variant_id, self.product_id, self.category_id) {
            (Some(id), ..) => What::Variant(id),
            (None, Some(id), _) => What::Product(id),
            (None, None, Some(id)) => What::Category(id),
            (None, None, None) => What::Everything,
        };
        let gives = match (self.amount_minor.zip(self.currency), self.off_micro) {
            (Some((minor, currency)), _) => Gives::Price(Money::new(minor, currency)),
            (None, Some(rate)) => Gives::Off(rate),
            // The table's own check keeps such rows out.
            (None, None) => return None,
        };
        let who = self.level.map_or(Who::Customer, Who::Level);
        Some((self.product_id, Rule { id: self.id, who, what, gives, from: self.from_milli, stacks: self.stacks_micro }))
    }
}

/// One arm of the question: the holder's rules about these goods, or about no goods in particular.
fn arm(holder: &str, goods: &str, steps: &str) -> String {
    format!(
        "select r.id, (select l.name from price_level l where l.id = r.level_id) as level, r.product_id, r.variant_id, r.category_id, \
         r.currency, r.amount_minor, r.off_micro, r.from_milli, r.stacks_micro from price_rule r \
         where r.{holder} and r.product_id {goods} and r.valid_from <= $2 and (r.valid_to is null or r.valid_to > $2){steps}"
    )
}

/// What holds for this customer and these products at a moment; where it is said, only what holds for
/// so much of them.
///
/// # Faults
/// Whatever the database says.
pub async fn terms(
    db: &impl Reads,
    party: PartyId,
    products: &[ProductId],
    (at, most): (Moment, Option<Qty>),
) -> Result<Terms, kernel::Fault> {
    if products.is_empty() {
        return Ok(Terms::default());
    }
    let among = format!("in ({})", db::marks(products.len(), 3));
    // A level that does not hold yet, or any more, is none.
    let level = "level_id = (select l.id from price_terms t join price_level l on l.id = t.level_id where t.party_id = $1 \
                 and (l.valid_from is null or l.valid_from <= $2) and (l.valid_to is null or l.valid_to > $2))";
    let own = "party_id = $1";
    let steps = most.map_or_else(String::new, |most| format!(" and r.from_milli <= {}", most.0));
    let sql = [(own, among.as_str()), (own, "is null"), (level, &among), (level, "is null")]
        .map(|(h, g)| arm(h, g, &steps))
        .join(" union all ");
    let mut params = db::params![party, at];
    params.extend(db::values(products));
    let rows: Vec<Row> = db::all(db, &sql, params).await?;
    let rules: Vec<_> = rows.into_iter().filter_map(Row::rule).collect();
    let asks = rules.iter().any(|(_, rule)| matches!(rule.what, What::Category(_)));
    let shelves = if asks { shelves(db, products).await? } else { HashMap::new() };
    Ok(Terms { rules, shelves })
}

/// Where products stand: their categories and those above them, with their depth.
///
/// # Faults
/// Whatever the database says.
pub async fn shelves(
    db: &impl Reads,
    products: &[ProductId],
) -> Result<HashMap<ProductId, Vec<(CategoryId, i64)>>, kernel::Fault> {
    let marks = db::marks(products.len(), 1);
    let sql = format!(
        "select p.id, c.path from product p join category c on c.id = p.category_id where p.id in ({marks}) \
         union select x.product_id, c.path from product_category x join category c on c.id = x.category_id where x.product_id in ({marks})"
    );
    let mut found: HashMap<ProductId, Vec<(CategoryId, i64)>> = HashMap::new();
    for row in db::rows(db, &sql, db::values(products)).await? {
        let (product, path): (ProductId, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let line = path.split('/').filter_map(|part| Uuid::try_parse(part).ok()).map(CategoryId);
        let stands = found.entry(product).or_default();
        for (depth, id) in (0..).zip(line) {
            if !stands.contains(&(id, depth)) {
                stands.push((id, depth));
            }
        }
    }
    Ok(found)
}
