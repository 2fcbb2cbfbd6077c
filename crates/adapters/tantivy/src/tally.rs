//! One pass over the hits counts them, their facet values and their price range.

use std::collections::HashMap;

use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::{Column, StrColumn},
};

/// Counts `facet` values and the price range of every hit.
pub struct Tally;

#[derive(Default)]
pub struct Counted {
    pub facets: HashMap<String, u64>,
    pub price: Option<(u64, u64)>,
}

pub struct SegmentTally {
    facets: Option<StrColumn>,
    price: Column<u64>,
    /// By the segment's term ordinal: no hashing while counting.
    counts: Vec<u32>,
    range: Option<(u64, u64)>,
}

impl Collector for Tally {
    type Fruit = Counted;
    type Child = SegmentTally;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentTally> {
        let facets = segment.fast_fields().str("facet")?;
        let counts = vec![0; facets.as_ref().map_or(0, |f| f.dictionary().num_terms())];
        Ok(SegmentTally { facets, price: segment.fast_fields().u64("price")?, counts, range: None })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Counted>) -> tantivy::Result<Counted> {
        let mut all = Counted::default();
        for fruit in fruits {
            for (value, count) in fruit.facets {
                *all.facets.entry(value).or_default() += count;
            }
            all.price = match (all.price, fruit.price) {
                (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
                (one, other) => one.or(other),
            };
        }
        Ok(all)
    }
}

impl SegmentCollector for SegmentTally {
    type Fruit = Counted;

    fn collect(&mut self, doc: DocId, _: Score) {
        if let Some(facets) = &self.facets {
            for ord in facets.ords().values_for_doc(doc) {
                if let Some(count) = usize::try_from(ord).ok().and_then(|o| self.counts.get_mut(o)) {
                    *count += 1;
                }
            }
        }
        if let Some(price) = self.price.first(doc) {
            self.range = Some(self.range.map_or((price, price), |(low, high)| (low.min(price), high.max(price))));
        }
    }

    fn harvest(self) -> Counted {
        let mut facets = HashMap::new();
        if let Some(column) = &self.facets {
            let mut name = String::new();
            for (ord, count) in self.counts.iter().enumerate().filter(|(_, c)| **c > 0) {
                name.clear();
                if column.ord_to_str(ord as u64, &mut name).unwrap_or(false) {
                    facets.insert(name.clone(), u64::from(*count));
                }
            }
        }
        Counted { facets, price: self.range }
    }
}
