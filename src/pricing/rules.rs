//! Writing and listing what was agreed.

use std::collections::HashMap;

use serde::Serialize;

use super::{Fault, Gives, What};
use crate::kernel::{
    self, CategoryId, Currency, Moment, Money, PartyId, PriceLevelId, PriceRuleId, ProductId, Qty, Rate, Reads, Tx, VariantId, db,
};

/// Whose rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    Customer(PartyId),
    Level(PriceLevelId),
}

impl Holder {
    const fn column(self) -> &'static str {
        match self {
            Self::Customer(_) => "party_id",
            Self::Level(_) => "level_id",
        }
    }
    fn value(self) -> sea_orm::Value {
        match self {
            Self::Customer(id) => id.into(),
            Self::Level(id) => id.into(),
        }
    }
}

/// A rule to be agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRule {
    pub holder: Holder,
    pub what: What,
    pub gives: Gives,
    /// From this quantity on; zero and one are the same.
    pub from: Qty,
    /// Half open: from the beginning, to before the end. `None`: from now on; without an end.
    pub valid_from: Option<Moment>,
    pub valid_to: Option<Moment>,
    pub note: String,
    /// A percentage that comes off what is paid without it, up to so much of the list price in all.
    pub stacks: Option<Rate>,
}

impl NewRule {
    pub fn new(holder: Holder, what: What, gives: Gives) -> Self {
        Self { holder, what, gives, from: Qty::ZERO, valid_from: None, valid_to: None, note: String::new(), stacks: None }
    }
    pub fn from(mut self, qty: Qty) -> Self {
        self.from = qty;
        self
    }

    /// Comes off on top of whatever else is in force, up to so much of the list price in all.
    pub fn stacking(mut self, cap: Rate) -> Self {
        self.stacks = Some(cap);
        self
    }

    fn check(&self, now: Moment) -> Result<(), Fault> {
        match self.gives {
            Gives::Price(money) if money.minor < 0 => return Err(Fault::Negative),
            Gives::Off(rate) if !(1..1_000_000).contains(&rate.0) => return Err(Fault::Percent),
            _ => {}
        }
        if self.from < Qty::ZERO {
            return Err(Fault::FromQuantity);
        }
        // A price is of goods; for whatever there is it would be nonsense.
        if matches!(self.gives, Gives::Price(_)) && matches!(self.what, What::Category(_) | What::Everything) {
            return Err(Fault::PriceOfGroup);
        }
        match (self.stacks, self.gives) {
            (None, _) => {}
            (Some(cap), Gives::Off(rate)) if cap >= rate && cap.0 < 1_000_000 => {}
            _ => return Err(Fault::Cap),
        }
        match self.valid_to {
            Some(to) if to <= self.valid_from.unwrap_or(now) => Err(Fault::Ends),
            _ => Ok(()),
        }
    }
}

/// Writes rules. One about the same goods from the same quantity takes the place of the one in
/// force, which ends where the new one begins; of two such in one go the last counts. Returns the
/// ids of what was written, in the order of the rules.
///
/// # Faults
/// `pricing.percent`, `pricing.negative`, `pricing.price_of_group`, `pricing.from_quantity`,
/// `pricing.ends`, `pricing.cap`; then nothing is written.
pub async fn agree(tx: &Tx, rules: &[NewRule]) -> Result<Vec<PriceRuleId>, kernel::Fault> {
    let now = tx.now();
    for rule in rules {
        rule.check(now)?;
    }
    // Of two lines about the same goods from the same quantity the last counts.
    // One that stacks and one that does not stand beside each other.
    let place = |r: &NewRule| (r.holder, r.what, r.from, r.stacks.is_some());
    let last: HashMap<_, usize> = rules.iter().enumerate().map(|(i, r)| (place(r), i)).collect();
    let (mut ids, mut rows) = (Vec::with_capacity(last.len()), Vec::with_capacity(last.len()));
    for (_, rule) in rules.iter().enumerate().filter(|(i, r)| last[&place(r)] == *i) {
        let (product, variant, category) = about(tx, rule.what).await?;
        let begins = rule.valid_from.unwrap_or(now);
        end_same(tx, rule, (product, variant, category), begins).await?;
        let id = PriceRuleId::new(tx);
        ids.push(id);
        let (party, level) = match rule.holder {
            Holder::Customer(id) => (Some(id), None),
            Holder::Level(id) => (None, Some(id)),
        };
        let (currency, amount, off) = match rule.gives {
            Gives::Price(money) => (Some(money.currency.to_string()), Some(money.minor), None),
            Gives::Off(rate) => (None, None, Some(rate)),
        };
        let who = tx.actor().code();
        rows.push(db::params![
            id,
            party,
            level,
            product,
            variant,
            category,
            currency,
            amount,
            off,
            rule.from,
            begins,
            rule.valid_to,
            rule.note.trim(),
            who,
            now,
            rule.stacks
        ]);
    }
    let head = "insert into price_rule (id, party_id, level_id, product_id, variant_id, category_id, currency, amount_minor, off_micro, \
                from_milli, valid_from, valid_to, note, actor, made_at, stacks_micro) values";
    db::insert_many(tx, head, "", rows).await?;
    Ok(ids)
}

/// Ends the rule that the new one takes the place of; by its product, so that the index finds it
/// among tens of thousands.
async fn end_same(tx: &Tx, rule: &NewRule, about: About, at: Moment) -> Result<(), kernel::Fault> {
    let (goods, id): (&str, Option<uuid::Uuid>) = match about {
        (_, Some(variant), _) => {
            ("product_id = (select product_id from variant where id = $4) and variant_id = $4", Some(variant.0))
        }
        (Some(product), ..) => ("product_id = $4 and variant_id is null", Some(product.0)),
        (None, None, Some(category)) => ("product_id is null and category_id = $4", Some(category.0)),
        (None, None, None) => ("product_id is null and category_id is null", None),
    };
    let stacks = if rule.stacks.is_some() { "is not null" } else { "is null" };
    let sql = format!(
        "update price_rule set valid_to = $1 where {} = $2 and from_milli = $3 and {goods} and stacks_micro {stacks} \
         and valid_from <= $1 and (valid_to is null or valid_to > $1)",
        rule.holder.column()
    );
    let mut params = db::params![at, rule.holder.value(), rule.from];
    params.extend(id.map(sea_orm::Value::from));
    db::run(tx, &sql, params).await?;
    Ok(())
}

type About = (Option<ProductId>, Option<VariantId>, Option<CategoryId>);

/// The columns that say what a rule is about.
async fn about(tx: &Tx, what: What) -> Result<About, kernel::Fault> {
    Ok(match what {
        What::Everything => (None, None, None),
        What::Category(id) => (None, None, Some(id)),
        What::Product(id) => (Some(id), None, None),
        What::Variant(id) => {
            let sql = "select product_id from variant where id = $1";
            let product: Option<ProductId> = db::scalar(tx, sql, db::params![id]).await?;
            (Some(product.ok_or(Fault::NoGoods)?), Some(id), None)
        }
    })
}

/// Ends a rule now; what was ordered under it keeps its price and its reason.
///
/// # Faults
/// `pricing.no_rule` when it is not this holder's or has ended.
pub async fn end_rule(tx: &Tx, holder: Holder, id: PriceRuleId) -> Result<(), kernel::Fault> {
    let sql = format!(
        "update price_rule set valid_to = $3 where id = $1 and {} = $2 and (valid_to is null or valid_to > $3)",
        holder.column()
    );
    match db::run(tx, &sql, db::params![id, holder.value(), tx.now()]).await? {
        0 => Err(Fault::NoRule.into()),
        _ => Ok(()),
    }
}

/// A rule as the office lists it.
#[derive(Clone, Debug, Serialize)]
pub struct RuleRow {
    pub id: PriceRuleId,
    pub product: Option<ProductId>,
    pub variant: Option<VariantId>,
    pub sku: Option<String>,
    pub category: Option<CategoryId>,
    pub amount: Option<Money>,
    pub off: Option<Rate>,
    pub stacks: Option<Rate>,
    pub from: Qty,
    pub valid_from: Moment,
    pub valid_to: Option<Moment>,
    pub note: String,
    pub actor: String,
}

struct Raw {
    id: PriceRuleId,
    product_id: Option<ProductId>,
    variant_id: Option<VariantId>,
    sku: Option<String>,
    category_id: Option<CategoryId>,
    currency: Option<Currency>,
    amount_minor: Option<i64>,
    off_micro: Option<Rate>,
    stacks_micro: Option<Rate>,
    from_milli: Qty,
    valid_from: Moment,
    valid_to: Option<Moment>,
    note: String,
    actor: String,
}
db::record!(Raw {
    id,
    product_id,
    variant_id,
    sku,
    category_id,
    currency,
    amount_minor,
    off_micro,
    stacks_micro,
    from_milli,
    valid_from,
    valid_to,
    note,
    actor
});

/// Rules of a holder that are in force or will be, newest first, a page at a time.
///
/// # Faults
/// Whatever the database says.
pub async fn rules_of(
    db: &impl Reads,
    holder: Holder,
    at: Moment,
    after: Option<PriceRuleId>,
    limit: usize,
) -> Result<Vec<RuleRow>, kernel::Fault> {
    let mut params = db::params![holder.value(), at];
    let mut beyond = String::new();
    if let Some(id) = after {
        params.push(id.into());
        beyond = format!(" and r.id < ${}", params.len());
    }
    let sql = format!(
        "select r.id, r.product_id, r.variant_id, v.sku, r.category_id, r.currency, r.amount_minor, r.off_micro, r.stacks_micro, r.from_milli, \
         r.valid_from, r.valid_to, r.note, r.actor from price_rule r left join variant v on v.id = r.variant_id \
         where r.{} = $1 and (r.valid_to is null or r.valid_to > $2){beyond} order by r.id desc limit {limit}",
        holder.column()
    );
    let rows: Vec<Raw> = db::all(db, &sql, params).await?;
    let row = |r: Raw| RuleRow {
        id: r.id,
        product: r.product_id,
        variant: r.variant_id,
        sku: r.sku,
        category: r.category_id,
        amount: r.amount_minor.zip(r.currency).map(|(minor, currency)| Money::new(minor, currency)),
        off: r.off_micro,
        stacks: r.stacks_micro,
        from: r.from_milli,
        valid_from: r.valid_from,
        valid_to: r.valid_to,
        note: r.note,
        actor: r.actor,
    };
    Ok(rows.into_iter().map(row).collect())
}

struct SheetRow {
    sku: String,
    currency: Option<Currency>,
    amount_minor: Option<i64>,
    off_micro: Option<Rate>,
    from_milli: Qty,
}
db::record!(SheetRow { sku, currency, amount_minor, off_micro, from_milli });

/// What a holder has on goods at a moment, by SKU and quantity; what is about a product is said of
/// each variant that has nothing of its own from the same quantity.
///
/// # Faults
/// Whatever the database says.
pub async fn sheet_of(db: &impl Reads, holder: Holder, at: Moment) -> Result<Vec<(String, Gives, Qty)>, kernel::Fault> {
    let column = holder.column();
    let sql = format!(
        "select v.sku, r.currency, r.amount_minor, r.off_micro, r.from_milli from price_rule r \
         join variant v on v.id = r.variant_id or (r.variant_id is null and v.product_id = r.product_id) \
         where r.{column} = $1 and r.product_id is not null and r.stacks_micro is null \
         and r.valid_from <= $2 and (r.valid_to is null or r.valid_to > $2) \
         and (r.variant_id is not null or not exists (select 1 from price_rule o where o.{column} = $1 and o.variant_id = v.id \
         and o.from_milli = r.from_milli and o.stacks_micro is null and o.valid_from <= $2 and (o.valid_to is null or o.valid_to > $2))) \
         order by v.sku, r.from_milli, r.id"
    );
    let rows: Vec<SheetRow> = db::all(db, &sql, db::params![holder.value(), at]).await?;
    let line = |r: SheetRow| {
        let price = r.amount_minor.zip(r.currency).map(|(minor, currency)| Gives::Price(Money::new(minor, currency)));
        Some((r.sku, price.or(r.off_micro.map(Gives::Off))?, r.from_milli))
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

/// Two records turned out to be one customer: the one that stays keeps its level, and both sets
/// of agreements hold.
///
/// # Faults
/// Whatever the database says.
pub async fn repoint(tx: &Tx, from: PartyId, to: PartyId) -> Result<(), kernel::Fault> {
    db::run(tx, "update price_rule set party_id = $2 where party_id = $1", db::params![from, to]).await?;
    let sql = "insert into price_terms (party_id, level_id, changed_at) \
               select $2, t.level_id, t.changed_at from price_terms t where t.party_id = $1 \
               on conflict (party_id) do update set level_id = coalesce(price_terms.level_id, excluded.level_id)";
    db::run(tx, sql, db::params![from, to]).await?;
    db::run(tx, "delete from price_terms where party_id = $1", db::params![from]).await?;
    Ok(())
}

/// What was agreed with a person, for the person.
///
/// # Faults
/// Whatever the database says.
pub async fn export(db: &impl Reads, party: PartyId) -> Result<serde_json::Value, kernel::Fault> {
    let rules = rules_of(db, Holder::Customer(party), Moment(0), None, 100_000).await?;
    let level = super::level_of(db, party).await?.map(|(_, name)| name);
    Ok(serde_json::json!({ "level": level, "agreements": rules }))
}

/// A person who is forgotten has no agreements.
///
/// # Faults
/// Whatever the database says.
pub async fn erase(tx: &Tx, party: PartyId) -> Result<(), kernel::Fault> {
    db::run(tx, "delete from price_rule where party_id = $1", db::params![party]).await?;
    db::run(tx, "delete from price_terms where party_id = $1", db::params![party]).await?;
    Ok(())
}
