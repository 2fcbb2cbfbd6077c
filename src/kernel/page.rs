//! A page of a long list, continued by key: the same cost on page 1 and page 4,000.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use super::Fault;

/// Rows and, where more follow, the cursor of the next page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Cuts a result that was asked for with `limit + 1` rows; `key` names the last row shown.
    pub fn cut<K: Serialize>(mut rows: Vec<T>, limit: usize, key: impl Fn(&T) -> K) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| cursor(&key(row)));
        Self { rows, next }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(f).collect(), next: self.next }
    }
}

/// An opaque cursor from the sort key of a row.
pub fn cursor<K: Serialize>(key: &K) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// The sort key within a cursor.
///
/// # Faults
/// `request.cursor_invalid` for anything that [`cursor`] did not make of such a key.
pub fn from_cursor<K: DeserializeOwned>(text: &str) -> Result<K, Fault> {
    let invalid = || Fault::invalid("cursor", "request.cursor_invalid");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
    serde_json::from_slice(&bytes).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_page_continues_after_its_last_row() {
        let page = Page::cut(vec![1, 2, 3], 2, |n| (*n, "x".to_owned()));
        assert_eq!(page.rows, [1, 2]);
        assert_eq!(from_cursor::<(i32, String)>(&page.next.unwrap()).unwrap(), (2, "x".to_owned()));
        assert_eq!(Page::cut(vec![1, 2], 2, |n| *n).next, None);
        assert!(from_cursor::<i32>("not one").is_err());
    }
}
