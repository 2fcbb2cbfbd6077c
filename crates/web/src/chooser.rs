//! What a configurable product asks, as the fields of a form: in the shop and in the office.

use serde::Serialize;
use vitrina::{
    configure::{Ask, Definition, Input, Parameter, plain},
    kernel::Locale,
};

use crate::forms::Form;

/// One question.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    /// `set.CODE`
    pub name: String,
    pub label: String,
    /// number, choice or text
    pub kind: &'static str,
    pub value: String,
    pub unit: String,
    /// Of a number, as its field wants them: with a point; empty without a limit.
    pub min: String,
    pub max: String,
    pub step: String,
    pub options: Vec<Offered>,
    /// Letters of a text.
    pub most: usize,
    pub required: bool,
    /// What is wrong with the answer; empty when nothing is.
    pub wrong: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Offered {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// What a form says of the parameters; fields left empty have their defaults.
pub fn input(form: &Form) -> Input {
    form.below("set.").map(|(code, typed)| (code.to_owned(), typed.to_owned())).collect()
}

/// The questions with what was answered so far; `wrong` finds the fault of a field.
pub fn questions(definition: &Definition, input: &Input, locale: Locale, wrong: impl Fn(&str) -> String) -> Vec<Asked> {
    definition.parameters.iter().map(|p| question(p, input.get(&p.code).map(String::as_str), locale, &wrong)).collect()
}

fn question(p: &Parameter, typed: Option<&str>, locale: Locale, wrong: &impl Fn(&str) -> String) -> Asked {
    let name = vitrina::configure::field(&p.code);
    let mut asked = Asked {
        wrong: wrong(&name),
        name,
        label: p.label.word(locale).to_owned(),
        kind: "text",
        value: typed.unwrap_or_default().to_owned(),
        unit: String::new(),
        min: String::new(),
        max: String::new(),
        step: String::new(),
        options: Vec::new(),
        most: 0,
        required: false,
    };
    match &p.ask {
        Ask::Number { min, max, step, unit, default } => {
            asked.kind = "number";
            asked.unit.clone_from(unit);
            (asked.min, asked.max, asked.step) = (plain(*min), plain(*max), plain(*step));
            if asked.value.trim().is_empty() {
                asked.value = plain(Some(*default));
            }
        }
        Ask::Choice { options, default, unit } => {
            asked.kind = "choice";
            asked.unit.clone_from(unit);
            let first = options.get(*default).map_or("", |o| o.code.as_str());
            let chosen = typed.filter(|t| options.iter().any(|o| o.code == *t)).unwrap_or(first);
            asked.options = options
                .iter()
                .map(|o| Offered { value: o.code.clone(), label: o.label.word(locale).to_owned(), chosen: o.code == chosen })
                .collect();
            asked.value = chosen.to_owned();
        }
        Ask::Text { most, required } => (asked.most, asked.required) = (*most, *required),
    }
    asked
}
