//! A definition from its text: a statement begins at the edge of the page, what is indented
//! continues it.

use rust_decimal::Decimal;

use super::{
    definition::{Ask, Choice, Component, Definition, Item, Label, Margin, Parameter, Rounding, RowKind, Rule, Slot, Work},
    formula::{self, At, Node, Parser, Scope, Spot, Token, Type, Values, check, check_number, evaluate_number, is_reserved},
    mistake::{Mistake, Wrong},
};
use crate::kernel::Currency;

/// Statements of one definition.
const MOST: usize = 200;

/// Reads and checks a definition.
///
/// # Errors
/// The first mistake, with its place.
pub fn read(source: &str) -> Result<Definition, Mistake> {
    let spots = formula::read(source)?;
    let mut desk = Desk { scope: Scope::new(), definition: blank() };
    // How many pieces are ordered at once; setting up is shared by them.
    desk.scope.insert("pieces".into(), Type::Number);
    let starts: Vec<usize> = (0..spots.len()).filter(|i| *i == 0 || spots[*i].at.column == 1).collect();
    if starts.len() > MOST {
        return Err(Mistake::new(spots[starts[MOST]].at, Wrong::TooLong, MOST.to_string()));
    }
    for (i, start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).copied().unwrap_or(spots.len());
        desk.statement(&spots[*start..end])?;
    }
    if desk.definition.items.is_empty() && desk.definition.works.is_empty() && desk.definition.goods.is_empty() {
        return Err(Mistake::new(At { line: 1, column: 1 }, Wrong::Nothing, ""));
    }
    Ok(desk.definition)
}

fn blank() -> Definition {
    Definition {
        currency: Currency::EUR,
        parameters: Vec::new(),
        lets: Vec::new(),
        rules: Vec::new(),
        items: Vec::new(),
        works: Vec::new(),
        goods: Vec::new(),
        off: Decimal::ZERO,
        overhead: Decimal::ZERO,
        margin: Margin::OnCost(Decimal::ZERO),
        rounding: None,
        minimum: Decimal::ZERO,
    }
}

struct Desk {
    scope: Scope,
    definition: Definition,
}

impl Desk {
    fn statement(&mut self, spots: &[Spot]) -> Result<(), Mistake> {
        let mut p = Parser::new(spots);
        let at = p.at();
        let shown = p.take().map_or_else(String::new, Token::shown);
        // What is put together of goods has their prices; what is made has its costs.
        let d = &self.definition;
        let mixed = match shown.as_str() {
            "goods" => !d.items.is_empty() || !d.works.is_empty(),
            "use" | "part" | "work" => !d.goods.is_empty(),
            _ => false,
        };
        if mixed {
            return Err(Mistake::new(at, Wrong::Mixed, shown));
        }
        match shown.as_str() {
            "number" => self.number(&mut p)?,
            "choice" => self.choice(&mut p, false)?,
            "material" => self.choice(&mut p, true)?,
            "text" => self.text(&mut p)?,
            "let" => self.said(&mut p)?,
            "rule" => self.rule(&mut p)?,
            "use" => self.item(&mut p, RowKind::Material)?,
            "part" => self.item(&mut p, RowKind::Part)?,
            "work" => self.work(&mut p)?,
            "goods" => self.goods(&mut p)?,
            "discount" => self.definition.off = rate(&mut p, Decimal::ONE)?,
            "overhead" => self.definition.overhead = rate(&mut p, Decimal::from(5))?,
            "margin" => self.margin(&mut p)?,
            "round" => self.rounding(&mut p)?,
            "minimum" => self.definition.minimum = positive(&mut p)?,
            "currency" => {
                let wrong = p.wrong(Wrong::ExpectedName, "EUR");
                self.definition.currency = word(&mut p)?.parse().map_err(|_| wrong)?;
            }
            _ => return Err(Mistake::new(at, Wrong::Statement, shown)),
        }
        p.end()
    }

    /// A name that is free, entered with its type.
    fn name(&mut self, p: &mut Parser<'_>, of: Type) -> Result<String, Mistake> {
        let (twice, dotted) = (p.wrong(Wrong::Twice, ""), p.wrong(Wrong::ExpectedName, ""));
        let name = word(p)?;
        if name.contains('.') {
            return Err(dotted);
        }
        if self.scope.insert(name.clone(), of).is_some() {
            return Err(Mistake { what: name, ..twice });
        }
        Ok(name)
    }

    fn number(&mut self, p: &mut Parser<'_>) -> Result<(), Mistake> {
        let code = self.name(p, Type::Number)?;
        let label = label(p)?;
        let (mut min, mut max, mut step, mut unit, mut default) = (None, None, None, String::new(), None);
        let mut wrong = p.wrong(Wrong::Range, code.clone());
        if matches!(p.peek(), Some(Token::Number(_) | Token::Sign("-"))) {
            min = Some(signed(p)?);
            p.expect("..")?;
            max = Some(signed(p)?);
        }
        loop {
            if p.eat("step") {
                step = Some(positive(p)?);
            } else if p.eat("unit") {
                unit = named(p)?;
            } else if p.eat("default") {
                wrong.at = p.at();
                default = Some(signed(p)?);
            } else {
                break;
            }
        }
        let default = default.or(min).ok_or_else(|| p.wrong(Wrong::Expected, "default"))?;
        let ask = Ask::Number { min, max, step, unit, default };
        if min.zip(max).is_some_and(|(min, max)| min > max) || super::input::outside(&ask, default).is_some() {
            return Err(wrong);
        }
        self.definition.parameters.push(Parameter { code, label, ask });
        Ok(())
    }

    fn choice(&mut self, p: &mut Parser<'_>, material: bool) -> Result<(), Mistake> {
        let code = self.name(p, Type::Text)?;
        let label = label(p)?;
        let unit = if p.eat("unit") { named(p)? } else { String::new() };
        p.expect("of")?;
        let mut options: Vec<Choice> = Vec::new();
        loop {
            let at = p.at();
            let option = Choice {
                code: word(p)?,
                label: self::label(p)?,
                price: price(p)?,
                sku: if p.eat("sku") { Some(named(p)?) } else { None },
            };
            if options.iter().any(|o| o.code == option.code) {
                return Err(Mistake::new(at, Wrong::Twice, option.code));
            }
            if material && option.price.is_none() {
                return Err(Mistake::new(at, Wrong::Unpriced, option.code));
            }
            options.push(option);
            if !p.eat(",") {
                break;
            }
        }
        let default = if p.eat("default") { chosen(p, &options)? } else { 0 };
        let codes = options.iter().map(|o| o.code.clone()).collect();
        self.scope.insert(code.clone(), Type::OneOf(codes));
        if options.iter().all(|o| o.price.is_some()) {
            self.scope.insert(format!("{code}.price"), Type::Number);
        }
        self.definition.parameters.push(Parameter { code, label, ask: Ask::Choice { options, unit, default } });
        Ok(())
    }

    fn text(&mut self, p: &mut Parser<'_>) -> Result<(), Mistake> {
        let code = self.name(p, Type::Text)?;
        let label = label(p)?;
        let most = if p.eat("max") { usize::try_from(positive(p)?.trunc()).unwrap_or(200).min(200) } else { 60 };
        let required = p.eat("required");
        self.definition.parameters.push(Parameter { code, label, ask: Ask::Text { most, required } });
        Ok(())
    }

    fn said(&mut self, p: &mut Parser<'_>) -> Result<(), Mistake> {
        let (twice, code) = (p.wrong(Wrong::Twice, ""), word(p)?);
        p.expect("=")?;
        // The name is entered after its formula was checked: nothing can be said of itself.
        let node = p.formula()?;
        let of = check(&node, &self.scope)?;
        if self.scope.insert(code.clone(), of).is_some() {
            return Err(Mistake { what: code, ..twice });
        }
        self.definition.lets.push((code, node));
        Ok(())
    }

    fn rule(&mut self, p: &mut Parser<'_>) -> Result<(), Mistake> {
        let holds = self.truth(p)?;
        p.expect("else")?;
        self.definition.rules.push(Rule { holds, reason: label(p)? });
        Ok(())
    }

    fn truth(&self, p: &mut Parser<'_>) -> Result<Node, Mistake> {
        let node = p.formula()?;
        match check(&node, &self.scope)? {
            Type::Truth => Ok(node),
            _ => Err(Mistake::new(node.at, Wrong::NeedsTruth, "")),
        }
    }
    fn sum(&self, p: &mut Parser<'_>) -> Result<Node, Mistake> {
        let node = p.formula()?;
        check_number(&node, &self.scope)?;
        Ok(node)
    }
    fn sum_after(&self, p: &mut Parser<'_>, keyword: &str) -> Result<Option<Node>, Mistake> {
        if p.eat(keyword) { self.sum(p).map(Some) } else { Ok(None) }
    }
    fn when(&self, p: &mut Parser<'_>) -> Result<Option<Node>, Mistake> {
        if p.eat("when") { self.truth(p).map(Some) } else { Ok(None) }
    }

    fn item(&mut self, p: &mut Parser<'_>, kind: RowKind) -> Result<(), Mistake> {
        let code = named(p)?;
        let chosen = self.definition.parameters.iter().find_map(|parameter| match &parameter.ask {
            Ask::Choice { unit, .. } if parameter.code == code => Some(unit.clone()),
            _ => None,
        });
        // A material that the customer chooses is called and priced as it was chosen.
        let of_choice = chosen.is_some() && self.scope.contains_key(&format!("{code}.price"));
        let label = if of_choice && !matches!(p.peek(), Some(Token::Text(_))) { Label::default() } else { label(p)? };
        p.expect("=")?;
        let quantity = self.sum(p)?;
        let unit = if p.eat("unit") { named(p)? } else { chosen.unwrap_or_default() };
        let waste = self.sum_after(p, "waste")?;
        let cost = self.sum_after(p, "at")?;
        if cost.is_none() && !of_choice {
            return Err(p.wrong(Wrong::Expected, "at"));
        }
        let when = self.when(p)?;
        self.definition.items.push(Item { kind, code, label, quantity, unit, waste, cost, when });
        Ok(())
    }

    /// `goods "LO-160" = 1`, or `goods bed = 1` for the goods of the option that is chosen.
    fn goods(&mut self, p: &mut Parser<'_>) -> Result<(), Mistake> {
        let code = named(p)?;
        let offers = |parameter: &Parameter| match &parameter.ask {
            Ask::Choice { options, .. } => parameter.code == code && options.iter().any(|o| o.sku.is_some()),
            _ => false,
        };
        let of = if self.definition.parameters.iter().any(offers) { Slot::Chosen(code) } else { Slot::Sku(code) };
        p.expect("=")?;
        let (quantity, when) = (self.sum(p)?, self.when(p)?);
        self.definition.goods.push(Component { of, quantity, when });
        Ok(())
    }

    fn work(&mut self, p: &mut Parser<'_>) -> Result<(), Mistake> {
        let (code, label) = (named(p)?, label(p)?);
        let (setup, each) = (self.sum_after(p, "setup")?, self.sum_after(p, "each")?);
        p.expect("rate")?;
        let (rate, when) = (self.sum(p)?, self.when(p)?);
        self.definition.works.push(Work { code, label, setup, each, rate, when });
        Ok(())
    }

    fn margin(&mut self, p: &mut Parser<'_>) -> Result<(), Mistake> {
        let at = p.at();
        let part = rate(p, Decimal::from(5))?;
        p.expect("of")?;
        self.definition.margin = if p.eat("cost") {
            Margin::OnCost(part)
        } else {
            p.expect("price")?;
            if part >= Decimal::ONE {
                return Err(Mistake::new(at, Wrong::Percent, ""));
            }
            Margin::OnPrice(part)
        };
        Ok(())
    }

    fn rounding(&mut self, p: &mut Parser<'_>) -> Result<(), Mistake> {
        let at = p.at();
        let step = positive(p)?;
        if step.is_zero() {
            return Err(Mistake::new(at, Wrong::Range, "round"));
        }
        self.definition.rounding = Some(if p.eat("up") {
            Rounding::Up(step)
        } else {
            p.expect("nearest")?;
            Rounding::Nearest(step)
        });
        Ok(())
    }
}

fn word(p: &mut Parser<'_>) -> Result<String, Mistake> {
    match p.peek() {
        Some(Token::Word(word)) if is_reserved(word) => Err(p.wrong(Wrong::Reserved, word)),
        Some(Token::Word(word)) => {
            p.take();
            Ok(word.clone())
        }
        other => Err(p.wrong(Wrong::ExpectedName, other.map_or_else(String::new, Token::shown))),
    }
}

/// A name, or a text where letters alone do not do: `"RAN-12"`, `"€/m²"`.
fn named(p: &mut Parser<'_>) -> Result<String, Mistake> {
    let Some(Token::Text(text)) = p.peek() else { return word(p) };
    p.take();
    Ok(text.clone())
}

/// `"Plotis" en "Width" de "Breite"`
fn label(p: &mut Parser<'_>) -> Result<Label, Mistake> {
    let own = text(p)?;
    let mut others = Vec::new();
    while let Some(Token::Word(word)) = p.peek().filter(|t| !matches!(t, Token::Word(w) if is_reserved(w))) {
        let Ok(locale) = word.parse() else { break };
        p.take();
        others.push((locale, text(p)?));
    }
    Ok(Label { own, others })
}

fn text(p: &mut Parser<'_>) -> Result<String, Mistake> {
    match p.peek() {
        Some(Token::Text(text)) if !text.trim().is_empty() => {
            p.take();
            Ok(text.trim().to_owned())
        }
        other => Err(p.wrong(Wrong::ExpectedText, other.map_or_else(String::new, Token::shown))),
    }
}

fn price(p: &mut Parser<'_>) -> Result<Option<Decimal>, Mistake> {
    if matches!(p.peek(), Some(Token::Number(_))) { positive(p).map(Some) } else { Ok(None) }
}

fn signed(p: &mut Parser<'_>) -> Result<Decimal, Mistake> {
    let minus = p.eat("-");
    let number = positive(p)?;
    Ok(if minus { -number } else { number })
}

fn positive(p: &mut Parser<'_>) -> Result<Decimal, Mistake> {
    match p.peek() {
        Some(Token::Number(number)) => {
            p.take();
            Ok(*number)
        }
        other => Err(p.wrong(Wrong::ExpectedNumber, other.map_or_else(String::new, Token::shown))),
    }
}

/// `10%`, at most so many times the whole: who forgets the sign hears of it.
fn rate(p: &mut Parser<'_>, most: Decimal) -> Result<Decimal, Mistake> {
    let at = p.at();
    let part = evaluate_number(&p.formula()?, &Values::new())?;
    if part < Decimal::ZERO || part > most { Err(Mistake::new(at, Wrong::Percent, "")) } else { Ok(part) }
}

fn chosen(p: &mut Parser<'_>, options: &[Choice]) -> Result<usize, Mistake> {
    let at = p.at();
    let code = word(p)?;
    options.iter().position(|o| o.code == code).ok_or_else(|| Mistake::new(at, Wrong::Option, code))
}
