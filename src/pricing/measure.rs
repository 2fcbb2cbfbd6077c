//! The price per litre, kilogram, metre … of goods sold by measure (Directive 98/6/EC art. 3).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::kernel::{Money, Qty};

/// What one whole unit costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerMeasure {
    /// The unit as it is printed: `l`, `kg`, `m`, `m²`, `m³`.
    pub per: String,
    pub gross: Money,
}

/// The whole unit of a measure and how many of the measure make one.
fn whole(unit: &str) -> Option<(&'static str, i64)> {
    Some(match unit.trim() {
        "ml" => ("l", 1000),
        "cl" => ("l", 100),
        "dl" => ("l", 10),
        "l" => ("l", 1),
        "mg" => ("kg", 1_000_000),
        "g" => ("kg", 1000),
        "kg" => ("kg", 1),
        "mm" => ("m", 1000),
        "cm" => ("m", 100),
        "m" => ("m", 1),
        "cm2" | "cm²" => ("m²", 10_000),
        "m2" | "m²" => ("m²", 1),
        "cm3" | "cm³" => ("m³", 1_000_000),
        "m3" | "m³" => ("m³", 1),
        _ => return None,
    })
}

/// The price of one whole unit, for a pack that costs `gross` and holds `content` of `unit`
/// (750 ml at 9.00 € is 12.00 € a litre). `None` for pieces, an unknown unit or no content.
pub fn per_measure(gross: Money, content: Qty, unit: &str) -> Option<PerMeasure> {
    let (per, make_one) = whole(unit)?;
    if content.0 <= 0 {
        return None;
    }
    let exact = gross.to_decimal().checked_mul(Decimal::from(make_one))?.checked_div(content.to_decimal())?;
    Some(PerMeasure { per: per.to_owned(), gross: Money::from_decimal(exact, gross.currency)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_are_compared_by_the_whole_unit() {
        for (gross, content, unit, per, want) in [
            (9_00, Qty::pieces(750), "ml", "l", 12_00),
            (24_90, Qty(2_500), "l", "l", 9_96),
            (3_99, Qty::pieces(350), "g", "kg", 11_40),
            (18_00, Qty::pieces(140), "cm", "m", 12_86),
            (89_00, Qty(1_440), "m2", "m²", 61_81),
        ] {
            let found = per_measure(Money::eur(gross), content, unit).unwrap();
            assert_eq!((found.per.as_str(), found.gross), (per, Money::eur(want)));
        }
    }

    #[test]
    fn pieces_have_no_unit_price() {
        assert_eq!(per_measure(Money::eur(100), Qty::ONE, "pcs"), None);
        assert_eq!(per_measure(Money::eur(100), Qty::ZERO, "l"), None);
    }
}
