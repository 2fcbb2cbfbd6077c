//! What facets and their values are called, for the forms that narrow a list.

use std::collections::HashMap;

use crate::kernel::{Fault, Locale, Reads, db};

/// Names of facets and values in one language.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    facets: HashMap<String, (i64, String)>,
    values: HashMap<(String, String), (i64, String)>,
}

impl Labels {
    /// A facet's name; `None` for one that people do not tick (numbers, what has no name).
    pub fn facet(&self, code: &str) -> Option<&str> {
        self.facets.get(code).map(|(_, name)| name.as_str())
    }
    pub fn value(&self, code: &str, value: &str) -> Option<&str> {
        self.values.get(&(code.to_owned(), value.to_owned())).map(|(_, name)| name.as_str())
    }
    /// Where the facet stands among the others.
    pub fn facet_position(&self, code: &str) -> i64 {
        self.facets.get(code).map_or(i64::MAX, |(at, _)| *at)
    }
    pub fn value_position(&self, code: &str, value: &str) -> i64 {
        self.values.get(&(code.to_owned(), value.to_owned())).map_or(i64::MAX, |(at, _)| *at)
    }
}

/// Reads all names: attributes with choices first, then the options of variants.
///
/// # Faults
/// Whatever the database says.
pub async fn labels(db: &impl Reads, locale: Locale, source: Locale) -> Result<Labels, Fault> {
    let mut labels = Labels::default();
    // The reader's language wins over the source's, which comes first here.
    for locale in [source, locale] {
        for (kind, values, sql) in [
            (
                "attribute",
                false,
                "select a.code, '', w.value, a.position from attribute a join wording w on w.entity_id = a.id where w.field = 'name' and w.locale = $1 and a.filterable and a.kind = 'choice'",
            ),
            (
                "option",
                false,
                "select o.code, '', w.value, o.position from option_kind o join wording w on w.entity_id = o.id where w.field = 'name' and w.locale = $1",
            ),
            (
                "attribute",
                true,
                "select a.code, c.code, w.value, c.position from attribute_choice c join attribute a on a.id = c.attribute_id join wording w on w.entity_id = c.id where w.field = 'name' and w.locale = $1",
            ),
            (
                "option",
                true,
                "select o.code, v.code, w.value, v.position from option_value v join option_kind o on o.id = v.option_id join wording w on w.entity_id = v.id where w.field = 'name' and w.locale = $1",
            ),
        ] {
            let offset = if kind == "option" { 1000 } else { 0 };
            for row in db::rows(db, sql, db::params![locale]).await? {
                let (code, value): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
                let (name, position): (String, i64) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
                if values {
                    labels.values.insert((code, value), (position, name));
                } else {
                    labels.facets.insert(code, (offset + position, name));
                }
            }
        }
    }
    Ok(labels)
}
