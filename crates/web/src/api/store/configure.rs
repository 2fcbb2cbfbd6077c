//! Configurable products on the wire: what is asked, and what an answer costs.

use std::collections::BTreeMap;

use poem_openapi::Object;
use serde::Serialize;
use vitrina::{
    channels::TaxDisplay,
    configure::{self, Ask, Configurator as Stored, Parameter as Known},
    flows,
    kernel::{Fault, Locale},
    showcase::{Line, ProductCard},
    tax,
};

use crate::api::{
    dto::{self, Money},
    gate::Asked,
};

/// What a configurable product asks.
#[derive(Debug, Object, Serialize)]
pub struct Configurator {
    pub version: i64,
    pub parameters: Vec<Parameter>,
}

/// A question; what is left out of an answer has its default.
#[derive(Debug, Object, Serialize)]
pub struct Parameter {
    /// The key in `configuration`.
    pub code: String,
    pub name: String,
    /// number, choice or text
    pub kind: String,
    /// mm, m²; empty where there is none.
    pub unit: String,
    /// Decimals.
    pub min: Option<String>,
    pub max: Option<String>,
    /// Counted from `min`.
    pub step: Option<String>,
    pub default: Option<String>,
    pub options: Vec<ParameterOption>,
    pub max_length: Option<u32>,
    pub required: bool,
}

#[derive(Debug, Object, Serialize)]
#[oai(rename = "ConfiguratorOption")]
pub struct ParameterOption {
    pub code: String,
    pub name: String,
}

impl Configurator {
    pub fn of(by: &Stored, locale: Locale) -> Self {
        Self { version: by.version, parameters: by.definition.parameters.iter().map(|p| Parameter::of(p, locale)).collect() }
    }
}

impl Parameter {
    fn of(p: &Known, locale: Locale) -> Self {
        let limit = |n| Some(configure::plain(n)).filter(|text| !text.is_empty());
        let mut asked = Self {
            code: p.code.clone(),
            name: p.label.word(locale).to_owned(),
            kind: "text".to_owned(),
            unit: String::new(),
            min: None,
            max: None,
            step: None,
            default: None,
            options: Vec::new(),
            max_length: None,
            required: false,
        };
        match &p.ask {
            Ask::Number { min, max, step, unit, default } => {
                asked.kind = "number".to_owned();
                asked.unit.clone_from(unit);
                (asked.min, asked.max, asked.step) = (limit(*min), limit(*max), limit(*step));
                asked.default = limit(Some(*default));
            }
            Ask::Choice { options, default, .. } => {
                asked.kind = "choice".to_owned();
                asked.default = options.get(*default).map(|o| o.code.clone());
                let option =
                    |o: &configure::Choice| ParameterOption { code: o.code.clone(), name: o.label.word(locale).to_owned() };
                asked.options = options.iter().map(option).collect();
            }
            Ask::Text { most, required } => {
                asked.max_length = u32::try_from(*most).ok();
                asked.required = *required;
            }
        }
        asked
    }
}

/// What somebody wants to know the price of.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub struct Choice {
    /// By parameter: numbers as decimals, choices by their codes.
    #[oai(default)]
    pub configuration: BTreeMap<String, String>,
    /// Whole pieces; setting up is shared by them.
    #[oai(default = "one")]
    pub quantity: String,
}

fn one() -> String {
    "1".to_owned()
}

/// The price of a choice: what a cart would hold.
#[derive(Debug, Object)]
pub struct ConfiguredPrice {
    pub version: i64,
    /// "Width: 1200 mm · Board: oak"
    pub description: String,
    /// The choice with its defaults, in one way of writing.
    pub configuration: BTreeMap<String, String>,
    pub quantity: String,
    /// Of one piece, rounded for reading.
    pub unit_price: Money,
    /// For the quantity, with VAT.
    pub total: Money,
    pub net: Money,
    pub tax: Money,
    pub tax_rate: String,
}

/// # Faults
/// By parameter `set.CODE` what cannot be chosen; `configure.not_configurable`.
pub async fn price(asked: &Asked, card: &ProductCard, choice: &Choice) -> Result<ConfiguredPrice, Fault> {
    let qty = dto::qty(&choice.quantity, "quantity")?;
    let line: Line = flows::configure::line(asked.db(), card, (&choice.configuration, qty), &asked.viewer()).await?;
    let totals = match line.tax {
        TaxDisplay::Gross => tax::gross_totals(&[(line.rate, line.total_gross)])?,
        TaxDisplay::Net => tax::net_totals(&[(line.rate, line.total_net)])?,
    };
    let by = line.configured.as_ref();
    Ok(ConfiguredPrice {
        version: by.map_or(0, |c| c.version),
        configuration: by.map(|c| c.quote.input.clone()).unwrap_or_default(),
        description: line.variant_name,
        quantity: dto::qty_text(line.qty),
        unit_price: line.unit_gross.into(),
        total: totals.gross.into(),
        net: totals.net.into(),
        tax: totals.vat.into(),
        tax_rate: dto::rate(line.rate),
    })
}
