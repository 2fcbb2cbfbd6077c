//! What a configurable product asks, forbids, needs and costs.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::formula::Node;
use crate::kernel::{Currency, Locale};

/// Words in the shop's own language and in others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    pub own: String,
    pub others: Vec<(Locale, String)>,
}

impl Label {
    /// In a language; in the shop's own where it is not said.
    pub fn word(&self, locale: Locale) -> &str {
        self.others.iter().find(|(l, _)| *l == locale).map_or(&self.own, |(_, text)| text)
    }
}

/// A definition that was read and found sound.
#[derive(Clone, Debug)]
pub struct Definition {
    pub currency: Currency,
    pub parameters: Vec<Parameter>,
    /// Values that later formulas use, each from those before it: no circle can be written.
    pub lets: Vec<(String, Node)>,
    pub rules: Vec<Rule>,
    pub items: Vec<Item>,
    pub works: Vec<Work>,
    /// Goods of the shop that a kit consists of; a definition that has some counts nothing else.
    pub goods: Vec<Component>,
    /// What comes off the sum of a kit's goods: 0.10 for a tenth.
    pub off: Decimal,
    /// Of the cost: 0.10 for a tenth.
    pub overhead: Decimal,
    pub margin: Margin,
    pub rounding: Option<Rounding>,
    /// The least that a line costs, without VAT.
    pub minimum: Decimal,
}

impl Definition {
    /// Whether it is put together of goods of the shop.
    pub fn is_kit(&self) -> bool {
        !self.goods.is_empty()
    }
    /// Everything that may be in the kit, whatever is chosen.
    pub fn skus(&self) -> BTreeSet<&str> {
        let mut all = BTreeSet::new();
        for component in &self.goods {
            match &component.of {
                Slot::Sku(sku) => drop(all.insert(sku.as_str())),
                Slot::Chosen(code) => {
                    let asked = self.parameters.iter().find(|p| p.code == *code).map(|p| &p.ask);
                    if let Some(Ask::Choice { options, .. }) = asked {
                        all.extend(options.iter().filter_map(|o| o.sku.as_deref()));
                    }
                }
            }
        }
        all
    }
}

/// Goods in a kit.
#[derive(Clone, Debug)]
pub struct Component {
    pub of: Slot,
    /// Whole pieces for one kit.
    pub quantity: Node,
    pub when: Option<Node>,
}

/// Which goods.
#[derive(Clone, Debug)]
pub enum Slot {
    Sku(String),
    /// Those of the option that is chosen for this parameter.
    Chosen(String),
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub code: String,
    pub label: Label,
    pub ask: Ask,
}

/// A limit as a form wants it, with a point; empty without one.
pub fn plain(limit: Option<Decimal>) -> String {
    limit.map_or_else(String::new, |limit| limit.normalize().to_string())
}

#[derive(Clone, Debug)]
pub enum Ask {
    Number {
        min: Option<Decimal>,
        max: Option<Decimal>,
        step: Option<Decimal>,
        unit: String,
        default: Decimal,
    },
    /// Also a material: then every option has a price.
    Choice {
        options: Vec<Choice>,
        unit: String,
        default: usize,
    },
    Text {
        most: usize,
        required: bool,
    },
}

#[derive(Clone, Debug)]
pub struct Choice {
    pub code: String,
    pub label: Label,
    /// Without VAT, for one unit of the material.
    pub price: Option<Decimal>,
    /// The goods that it puts into a kit.
    pub sku: Option<String>,
}

/// What has to hold, else why it cannot be made.
#[derive(Clone, Debug)]
pub struct Rule {
    pub holds: Node,
    pub reason: Label,
}

/// A material or a bought part of one piece.
#[derive(Clone, Debug)]
pub struct Item {
    pub kind: RowKind,
    pub code: String,
    /// Empty for a material that the customer chooses: it is called as its option.
    pub label: Label,
    pub quantity: Node,
    pub unit: String,
    pub waste: Option<Node>,
    /// Without VAT, for one unit; `None`: that of the chosen material.
    pub cost: Option<Node>,
    pub when: Option<Node>,
}

/// An operation: hours to set up once, hours for each piece.
#[derive(Clone, Debug)]
pub struct Work {
    pub code: String,
    pub label: Label,
    pub setup: Option<Node>,
    pub each: Option<Node>,
    /// Of an hour, without VAT.
    pub rate: Node,
    pub when: Option<Node>,
}

/// Where a row of the breakdown comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    Material,
    Part,
    Work,
    /// Goods of the shop, in a kit.
    Goods,
}

/// 0.30 for 30 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Margin {
    /// Cost × (1 + m).
    OnCost(Decimal),
    /// Cost / (1 − m): m is the part of the price that is earned.
    OnPrice(Decimal),
}

/// To whole steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    Up(Decimal),
    Nearest(Decimal),
}
