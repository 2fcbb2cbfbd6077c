//! What leaves the stock for lines.

use crate::{
    kernel::{Qty, VariantId},
    showcase::Line,
};

/// How much of what: several configurations of one variant are several lines, and kits share their goods.
pub(crate) fn wanted(lines: &[Line]) -> Vec<(VariantId, Qty)> {
    let mut wanted: Vec<(VariantId, Qty)> = Vec::with_capacity(lines.len());
    for (leaves, much) in lines.iter().flat_map(Line::leaves) {
        match wanted.iter_mut().find(|(variant, _)| *variant == leaves) {
            Some((_, qty)) => qty.0 = qty.0.saturating_add(much.0),
            None => wanted.push((leaves, much)),
        }
    }
    wanted
}
