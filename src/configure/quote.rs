//! From a choice to a price, with everything that it is made of.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    definition::{Ask, Component, Definition, Item, Margin, Rounding, RowKind, Slot, Work},
    formula::{At, Node, Value, Values, evaluate, evaluate_number, evaluate_truth},
    input::{Chosen, Input, Word},
    mistake::{Mistake, Wrong},
};
use crate::kernel::{Fault, Kind, Locale, Money, Qty, round_half_away};

/// One material, part or operation for the whole quantity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub kind: RowKind,
    pub code: String,
    pub name: String,
    /// With waste; hours for work.
    pub quantity: Decimal,
    pub unit: String,
    /// The part of the net quantity that is lost: 0.10.
    pub waste: Decimal,
    /// Of one unit or hour, without VAT.
    pub cost: Decimal,
    pub sum: Decimal,
}

impl Row {
    /// "10" for a tenth; `None` without waste.
    pub fn waste_percent(&self) -> Option<String> {
        (!self.waste.is_zero()).then(|| (self.waste * Decimal::ONE_HUNDRED).normalize().to_string())
    }
}

/// A price with its reasons. Sums are without VAT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub pieces: Qty,
    pub input: Input,
    pub words: Vec<Word>,
    pub rows: Vec<Row>,
    pub cost: Decimal,
    pub overhead: Decimal,
    pub margin: Decimal,
    /// What rounding and the minimum price added or took.
    pub rounding: Decimal,
    /// For the whole quantity, rounded once.
    pub net: Money,
}

impl Quote {
    /// What has to be there: materials with their waste, and parts.
    pub fn bill(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.kind != RowKind::Work)
    }
    /// What has to be done, in hours.
    pub fn operations(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.kind == RowKind::Work)
    }
}

/// Why there is no price.
#[derive(Debug)]
pub enum Refusal {
    /// What was chosen cannot be made; said to whoever chose.
    Choice(Fault),
    /// The definition fails for this choice; its place is for staff.
    Broken(Mistake),
}

impl From<Mistake> for Refusal {
    fn from(mistake: Mistake) -> Self {
        Self::Broken(mistake)
    }
}
impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Choice(fault) => fault,
            Refusal::Broken(_) => Self::new(Kind::Invalid, "configure.broken"),
        }
    }
}

impl Definition {
    /// The price of so many pieces of a choice. The same definition and choice always give the same.
    ///
    /// # Errors
    /// [`Refusal::Choice`] by parameter or by the rule that forbids it; [`Refusal::Broken`].
    pub fn quote(&self, input: &Input, pieces: Qty, locale: Locale) -> Result<Quote, Refusal> {
        let Chosen { mut values, words, input } = self.choose(input, locale).map_err(Refusal::Choice)?;
        values.insert("pieces".into(), Value::Number(pieces.to_decimal()));
        for (name, node) in &self.lets {
            let value = evaluate(node, &values)?;
            values.insert(name.clone(), value);
        }
        for rule in &self.rules {
            if !evaluate_truth(&rule.holds, &values)? {
                let reason = rule.reason.word(locale);
                return Err(Refusal::Choice(Fault::invalid("set", "configure.rule").arg("reason", reason)));
            }
        }
        let mut rows = Vec::new();
        for item in &self.items {
            rows.extend(self.row(item, &values, pieces, locale)?);
        }
        for work in &self.works {
            rows.extend(operation(work, &values, pieces, locale)?);
        }
        for component in &self.goods {
            self.component(component, &values, pieces, &mut rows)?;
        }
        let mut quote = self.price(rows)?;
        (quote.pieces, quote.words, quote.input) = (pieces, words, input);
        for row in &mut quote.rows {
            for number in [&mut row.quantity, &mut row.waste, &mut row.cost, &mut row.sum] {
                *number = shown(*number);
            }
        }
        Ok(quote)
    }

    fn row(&self, item: &Item, values: &Values, pieces: Qty, locale: Locale) -> Result<Option<Row>, Mistake> {
        if !holds(item.when.as_ref(), values)? {
            return Ok(None);
        }
        let at = item.quantity.at;
        let waste = item.waste.as_ref().map_or(Ok(Decimal::ZERO), |node| counted(node, values))?;
        let each = counted(&item.quantity, values)?;
        let net = fits(each.checked_mul(pieces.to_decimal()), at)?;
        let quantity = fits(waste.checked_add(Decimal::ONE).and_then(|whole| net.checked_mul(whole)), at)?;
        let cost = match &item.cost {
            Some(node) => counted(node, values)?,
            None => values.get(&format!("{}.price", item.code)).and_then(Value::number).unwrap_or_default(),
        };
        if quantity.is_zero() {
            return Ok(None);
        }
        let sum = fits(quantity.checked_mul(cost), at)?;
        let (code, name) = self.called(item, values, locale);
        Ok(Some(Row { kind: item.kind, code, name, quantity, unit: item.unit.clone(), waste, cost, sum }))
    }

    /// A material that was chosen has its option's name: `board.oak`, "Plokštė: ąžuolas".
    fn called(&self, item: &Item, values: &Values, locale: Locale) -> (String, String) {
        let parameter = self.parameters.iter().find(|p| p.code == item.code && item.cost.is_none());
        let option = parameter.and_then(|p| match (&p.ask, values.get(&p.code)) {
            (Ask::Choice { options, .. }, Some(Value::Text(code))) => options.iter().find(|o| o.code == *code),
            _ => None,
        });
        let Some((parameter, option)) = parameter.zip(option) else {
            return (item.code.clone(), item.label.word(locale).to_owned());
        };
        let label = if item.label.own.is_empty() { &parameter.label } else { &item.label };
        (format!("{}.{}", item.code, option.code), format!("{}: {}", label.word(locale), option.label.word(locale)))
    }

    /// Goods of a kit by SKU; what they are called and cost is the catalogue's affair.
    fn component(&self, c: &Component, values: &Values, pieces: Qty, rows: &mut Vec<Row>) -> Result<(), Mistake> {
        let sku = match &c.of {
            Slot::Sku(sku) => Some(sku),
            Slot::Chosen(code) => match (self.parameters.iter().find(|p| p.code == *code).map(|p| &p.ask), values.get(code)) {
                (Some(Ask::Choice { options, .. }), Some(Value::Text(chosen))) => {
                    options.iter().find(|o| o.code == *chosen).and_then(|o| o.sku.as_ref())
                }
                _ => None,
            },
        };
        let Some(sku) = sku else { return Ok(()) };
        if !holds(c.when.as_ref(), values)? {
            return Ok(());
        }
        let each = counted(&c.quantity, values)?;
        if !each.fract().is_zero() {
            return Err(Mistake::new(c.quantity.at, Wrong::Whole, shown(each).to_string()));
        }
        let quantity = fits(each.checked_mul(pieces.to_decimal()), c.quantity.at)?;
        match rows.iter_mut().find(|row| row.code == *sku) {
            _ if quantity.is_zero() => {}
            Some(row) => row.quantity = fits(row.quantity.checked_add(quantity), c.quantity.at)?,
            None => rows.push(Row {
                kind: RowKind::Goods,
                code: sku.clone(),
                name: sku.clone(),
                quantity,
                unit: String::new(),
                waste: Decimal::ZERO,
                cost: Decimal::ZERO,
                sum: Decimal::ZERO,
            }),
        }
        Ok(())
    }

    fn price(&self, rows: Vec<Row>) -> Result<Quote, Mistake> {
        let all = || fits(None, At::default());
        let cost = rows.iter().try_fold(Decimal::ZERO, |sum, row| sum.checked_add(row.sum)).map_or_else(all, Ok)?;
        let overhead = fits(cost.checked_mul(self.overhead), At::default())?;
        let full = fits(cost.checked_add(overhead), At::default())?;
        let price = match self.margin {
            Margin::OnCost(part) => full.checked_mul(Decimal::ONE + part),
            Margin::OnPrice(part) => full.checked_div(Decimal::ONE - part),
        };
        let price = fits(price, At::default())?;
        let stepped = fits(self.rounding.map_or(Some(price), |rounding| rounding.apply(price)), At::default())?;
        let net = Money::from_decimal(stepped.max(self.minimum), self.currency).filter(|m| m.minor.abs() < i64::MAX / 1_000_000);
        let net = net.map_or_else(|| Err(Mistake::new(At::default(), Wrong::Overflow, "")), Ok)?;
        let (margin, rounding) = (shown(price - full), shown(net.to_decimal() - price));
        let (words, input) = (Vec::new(), Input::new());
        let (cost, overhead) = (shown(cost), shown(overhead));
        Ok(Quote { pieces: Qty::ZERO, input, words, rows, cost, overhead, margin, rounding, net })
    }

    /// Tries the definition where it is likely to break: at its defaults, at both ends of every
    /// number, at every option.
    ///
    /// # Errors
    /// The first choice for which a formula fails, with its place; a default that is forbidden.
    pub fn trial(&self, locale: Locale) -> Result<Quote, Refusal> {
        let opening = self.opening();
        let first = self.quote(&opening, Qty::ONE, locale)?;
        let mut ends = [opening.clone(), opening.clone()];
        let mut tries = Vec::new();
        for parameter in &self.parameters {
            let one = |text: String| (parameter.code.clone(), text);
            match &parameter.ask {
                Ask::Number { min, max, step, .. } => {
                    // The highest value that a step reaches.
                    let top = max.map(|max| {
                        let low = min.unwrap_or_default();
                        let rest = step.filter(|s| !s.is_zero()).map_or(Decimal::ZERO, |step| (max - low) % step);
                        max - rest
                    });
                    for (end, limit) in ends.iter_mut().zip([*min, top]) {
                        let Some(limit) = limit else { continue };
                        end.insert(parameter.code.clone(), limit.to_string());
                        tries.push(one(limit.to_string()));
                    }
                }
                Ask::Choice { options, .. } => tries.extend(options.iter().map(|o| one(o.code.clone()))),
                Ask::Text { .. } => {}
            }
        }
        let alone = tries.into_iter().take(300).map(|(code, text)| {
            let mut input = opening.clone();
            input.insert(code, text);
            input
        });
        for input in alone.chain(ends.clone()) {
            if let Err(Refusal::Broken(mistake)) = self.quote(&input, Qty::ONE, locale) {
                return Err(Refusal::Broken(mistake));
            }
        }
        Ok(first)
    }
}

impl Rounding {
    fn apply(self, price: Decimal) -> Option<Decimal> {
        let (Self::Up(step) | Self::Nearest(step)) = self;
        // A division leaves a trace in the last of 28 digits, which must not lift a price that
        // stands on a step to the next one.
        let steps = round_half_away(price.checked_div(step)?, 9);
        let whole = match self {
            Self::Up(_) => steps.ceil(),
            Self::Nearest(_) => round_half_away(steps, 0),
        };
        whole.checked_mul(step)
    }
}

fn operation(work: &Work, values: &Values, pieces: Qty, locale: Locale) -> Result<Option<Row>, Mistake> {
    if !holds(work.when.as_ref(), values)? {
        return Ok(None);
    }
    let hours = |node: &Option<Node>| node.as_ref().map_or(Ok(Decimal::ZERO), |node| counted(node, values));
    let at = work.rate.at;
    let each = fits(hours(&work.each)?.checked_mul(pieces.to_decimal()), at)?;
    let quantity = fits(hours(&work.setup)?.checked_add(each), at)?;
    let cost = counted(&work.rate, values)?;
    if quantity.is_zero() {
        return Ok(None);
    }
    let sum = fits(quantity.checked_mul(cost), at)?;
    let name = work.label.word(locale).to_owned();
    let (code, unit, waste) = (work.code.clone(), "h".to_owned(), Decimal::ZERO);
    Ok(Some(Row { kind: RowKind::Work, code, name, quantity, unit, waste, cost, sum }))
}

fn holds(when: Option<&Node>, values: &Values) -> Result<bool, Mistake> {
    when.map_or(Ok(true), |node| evaluate_truth(node, values))
}

/// A quantity, a cost, hours: never below zero, for a negative one would make the rest cheaper.
fn counted(node: &Node, values: &Values) -> Result<Decimal, Mistake> {
    let number = evaluate_number(node, values)?;
    if number.is_sign_negative() && !number.is_zero() {
        return Err(Mistake::new(node.at, Wrong::Negative, shown(number).to_string()));
    }
    Ok(number)
}

fn fits(number: Option<Decimal>, at: At) -> Result<Decimal, Mistake> {
    number.ok_or_else(|| Mistake::new(at, Wrong::Overflow, ""))
}

/// Six places are enough to read; sums were taken before.
fn shown(number: Decimal) -> Decimal {
    round_half_away(number, 6).normalize()
}
