//! The sums that page and document show. They come from the settled lines, so that they add up to what
//! is paid, whichever way prices are read.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Taken, off::Shared};
use crate::{kernel::Money, showcase::Line, tax};

/// What stands beside one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemSum {
    /// Before any discount.
    pub full: Money,
    /// What comes off this row alone.
    pub off: Money,
    /// `full` less `off`.
    pub total: Money,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionSum {
    /// Its rows.
    pub rows: Money,
    /// What comes off the section.
    pub off: Money,
    /// `rows` less `off`.
    pub total: Money,
}

/// All sums of goods, as the buyer reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    pub items: BTreeMap<Uuid, ItemSum>,
    pub sections: Vec<SectionSum>,
    /// The sections together.
    pub goods: Money,
    /// What comes off the whole.
    pub off: Money,
    /// `goods` less `off`.
    pub left: Money,
}

impl Sums {
    /// The sums of what was taken; `settled` are the same lines after tax was settled, in their order.
    pub fn of(taken: &[Taken], settled: &[Line], sections: usize, zero: Money) -> Self {
        debug_assert_eq!(taken.len(), settled.len());
        let money = |minor| Money { minor, ..zero };
        let none = SectionSum { rows: zero, off: zero, total: zero };
        let mut sums = Self { items: BTreeMap::new(), sections: vec![none; sections], goods: zero, off: zero, left: zero };
        for (one, line) in taken.iter().zip(settled) {
            let parts = parts(one.shared, line.discount.map_or(0, |d| d.minor));
            let (full, total) = (line.full(), money(line.full().minor - parts.line));
            sums.items.insert(one.item, ItemSum { full, off: money(parts.line), total });
            if let Some(section) = sums.sections.get_mut(one.section) {
                section.rows.minor += total.minor;
                section.off.minor += parts.section;
                section.total.minor += total.minor - parts.section;
            }
            sums.goods.minor += total.minor - parts.section;
            sums.off.minor += parts.whole;
        }
        sums.left = money(sums.goods.minor - sums.off.minor);
        sums
    }
}

/// A discount on a price with VAT is less where VAT is taken out: its parts are shares of what is left.
fn parts(shared: Shared, settled: i64) -> Shared {
    if shared.sum() == settled {
        return shared;
    }
    match tax::allocate(settled, &[shared.line, shared.section, shared.whole])[..] {
        [line, section, whole] => Shared { line, section, whole },
        _ => shared,
    }
}
