//! What a customer chose, against what is asked.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    definition::{Ask, Choice, Definition, Parameter},
    formula::{Value, Values},
};
use crate::kernel::{Fault, Locale};

/// What was typed, by parameter: what is left out has its default.
pub type Input = BTreeMap<String, String>;

/// A chosen value in the reader's words: "Plotis", "1200 mm".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    pub name: String,
    pub value: String,
}

/// What was chosen, in every form in which it is needed.
pub struct Chosen {
    pub values: Values,
    pub words: Vec<Word>,
    /// Written in one way: the same choice is the same text.
    pub input: Input,
}

/// Where a problem with a parameter is shown.
pub fn field(code: &str) -> String {
    format!("set.{code}")
}

impl Definition {
    /// Reads what was chosen.
    ///
    /// # Errors
    /// Everything that is wrong, each by its field `set.CODE`.
    pub(super) fn choose(&self, input: &Input, locale: Locale) -> Result<Chosen, Fault> {
        let mut chosen = Chosen { values: Values::new(), words: Vec::new(), input: Input::new() };
        let mut faults = Vec::new();
        for code in input.keys().filter(|code| !self.parameters.iter().any(|p| p.code == **code)) {
            faults.push(Fault::invalid(field(code), "configure.no_parameter").arg("what", code));
        }
        for parameter in &self.parameters {
            let typed = input.get(&parameter.code).map_or("", |text| text.trim());
            if let Err(fault) = parameter.read(typed, locale, &mut chosen) {
                faults.push(fault);
            }
        }
        match Fault::gather(faults) {
            Some(fault) => Err(fault),
            None => Ok(chosen),
        }
    }

    /// What is chosen when nothing is: for the price that a page opens with. A text that has to be
    /// given is stood in for.
    pub fn opening(&self) -> Input {
        let stand_in =
            |p: &Parameter| matches!(p.ask, Ask::Text { required: true, .. }).then(|| (p.code.clone(), "…".to_owned()));
        self.parameters.iter().filter_map(stand_in).collect()
    }
}

impl Parameter {
    fn read(&self, typed: &str, locale: Locale, chosen: &mut Chosen) -> Result<(), Fault> {
        let fault = |code| Fault::invalid(field(&self.code), code).arg("name", self.label.word(locale));
        let (value, text, shown) = match &self.ask {
            Ask::Number { unit, default, .. } => {
                let number =
                    if typed.is_empty() { *default } else { number(typed).ok_or_else(|| fault("configure.not_a_number"))? };
                if let Some((code, limit)) = outside(&self.ask, number) {
                    return Err(fault(code).arg("limit", limit.normalize()).arg("unit", unit).arg("from", lowest(&self.ask)));
                }
                let text = number.normalize().to_string();
                let shown = format!("{} {unit}", localized(&text, locale)).trim().to_owned();
                (Value::Number(number), text, shown)
            }
            Ask::Choice { options, default, .. } => {
                let option = if typed.is_empty() { options.get(*default) } else { options.iter().find(|o| o.code == typed) };
                let option = option.ok_or_else(|| fault("configure.not_offered"))?;
                self.put_price(option, chosen);
                (Value::Text(option.code.clone()), option.code.clone(), option.label.word(locale).to_owned())
            }
            Ask::Text { most, required } => {
                let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
                if *required && text.is_empty() {
                    return Err(fault("configure.missing"));
                }
                if text.chars().count() > *most {
                    return Err(fault("configure.text_too_long").arg("limit", most));
                }
                (Value::Text(text.clone()), text.clone(), text)
            }
        };
        chosen.values.insert(self.code.clone(), value);
        if !shown.is_empty() {
            chosen.words.push(Word { name: self.label.word(locale).to_owned(), value: shown });
        }
        if !text.is_empty() {
            chosen.input.insert(self.code.clone(), text);
        }
        Ok(())
    }

    fn put_price(&self, option: &Choice, chosen: &mut Chosen) {
        if let Some(price) = option.price {
            chosen.values.insert(format!("{}.price", self.code), Value::Number(price));
        }
    }
}

/// A decimal as people type it: with a comma or a point, with spaces between thousands.
fn number(typed: &str) -> Option<Decimal> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect();
    plain.parse::<Decimal>().ok().filter(|n| n.scale() <= 9 && n.abs() < Decimal::from(1_000_000_000))
}

fn localized(text: &str, locale: Locale) -> String {
    if locale == Locale::EN { text.to_owned() } else { text.replace('.', ",") }
}

fn lowest(ask: &Ask) -> Decimal {
    if let Ask::Number { min: Some(min), .. } = ask { min.normalize() } else { Decimal::ZERO }
}

/// The limit that a number does not keep.
pub(super) fn outside(ask: &Ask, number: Decimal) -> Option<(&'static str, Decimal)> {
    let Ask::Number { min, max, step, .. } = ask else { return None };
    if let Some(min) = min.filter(|min| number < *min) {
        return Some(("configure.below", min));
    }
    if let Some(max) = max.filter(|max| number > *max) {
        return Some(("configure.above", max));
    }
    let over = |step: &Decimal| (number - min.unwrap_or_default()).checked_rem(*step).is_none_or(|rest| !rest.is_zero());
    step.filter(|step| step.is_zero() || over(step)).map(|step| ("configure.step", step))
}
