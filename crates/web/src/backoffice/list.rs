//! A list of the office: what stands in its columns and how it is narrowed. One template shows
//! them all, so that every list searches, filters, sorts and pages in the same way.

use serde::Serialize;
use vitrina::kernel::{Moment, Money};

use super::page::{Choice, Field};
use crate::{forms::Form, urls};

/// The `list` of `office/list`. Titles and labels are text keys.
#[derive(Clone, Debug, Serialize)]
pub struct List {
    pub title: &'static str,
    pub url: &'static str,
    pub count: Option<i64>,
    pub actions: Vec<Action>,
    pub search: Option<Search>,
    pub filters: Vec<Filter>,
    /// Further filters, folded in until one of them narrows the list.
    pub more: Vec<Field>,
    pub more_on: bool,
    pub chips: Vec<Chip>,
    /// What the rows come to, all pages together.
    pub sums: Vec<Sum>,
    /// Values that a search keeps.
    pub kept: Vec<Kept>,
    pub active: Vec<Chip>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub bulk: Option<Bulk>,
    pub first: Option<String>,
    pub next: Option<String>,
    pub empty: Empty,
}

#[derive(Clone, Debug, Serialize)]
pub struct Action {
    pub url: String,
    pub label: &'static str,
    pub main: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Search {
    pub label: &'static str,
    pub value: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Filter {
    pub name: &'static str,
    pub label: &'static str,
    pub value: String,
    pub options: Vec<Choice>,
}

/// What all rows of a kind come to. `label` is in words.
#[derive(Clone, Debug, Serialize)]
pub struct Sum {
    pub label: String,
    pub count: i64,
    pub money: Vec<Money>,
    /// Narrows the list to them.
    pub url: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Chip {
    pub url: String,
    pub label: String,
    pub on: bool,
    pub count: Option<i64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    pub name: &'static str,
    pub value: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Column {
    pub label: &'static str,
    pub class: &'static str,
    pub url: Option<String>,
    pub dir: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub id: String,
    pub name: String,
    pub tone: Option<&'static str>,
    pub cells: Vec<Cell>,
}

/// What stands in a cell.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Cell {
    /// The row's record.
    Open {
        url: String,
        text: String,
        sub: Option<String>,
    },
    Text {
        text: String,
        sub: Option<String>,
        tone: Option<&'static str>,
    },
    Badge {
        text: String,
        tone: &'static str,
    },
    Money {
        money: Money,
    },
    Date {
        at: Moment,
        tone: &'static str,
    },
    Datetime {
        at: Moment,
        tone: &'static str,
    },
    Picture {
        src: Option<String>,
    },
    Button {
        url: String,
        text: String,
    },
    Empty,
}

impl Cell {
    pub fn open(url: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Open { url: url.into(), text: text.into(), sub: None }
    }
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), sub: None, tone: None }
    }
    pub fn quiet(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), sub: None, tone: Some("muted") }
    }
    pub fn badge(text: impl Into<String>, tone: &'static str) -> Self {
        Self::Badge { text: text.into(), tone }
    }
    pub fn date(at: Option<Moment>) -> Self {
        at.map_or(Self::Empty, |at| Self::Date { at, tone: "" })
    }
    pub fn datetime(at: Option<Moment>) -> Self {
        at.map_or(Self::Empty, |at| Self::Datetime { at, tone: "" })
    }
    pub fn money(money: Option<Money>) -> Self {
        money.map_or(Self::Empty, |money| Self::Money { money })
    }
}

/// What can be done with the ticked rows.
#[derive(Clone, Debug, Serialize)]
pub struct Bulk {
    pub url: &'static str,
    pub fields: Vec<Field>,
    pub actions: Vec<BulkAction>,
}

#[derive(Clone, Debug, Serialize)]
pub struct BulkAction {
    pub value: &'static str,
    pub label: &'static str,
}

/// What an empty list teaches.
#[derive(Clone, Debug, Serialize)]
pub struct Empty {
    pub title: &'static str,
    pub text: &'static str,
    pub action: Option<Action>,
}

impl Empty {
    pub fn new(title: &'static str, text: &'static str) -> Self {
        Self { title, text, action: None }
    }
    pub fn first(self, url: &str, label: &'static str) -> Self {
        Self { action: Some(Action { url: url.to_owned(), label, main: true }), ..self }
    }
}

impl Row {
    pub fn new(id: impl std::fmt::Display, name: impl Into<String>) -> Self {
        Self { id: id.to_string(), name: name.into(), tone: None, cells: Vec::new() }
    }
    pub fn cells(self, cells: Vec<Cell>) -> Self {
        Self { cells, ..self }
    }
}

/// How a list was asked for, and how to ask again with one thing changed.
pub struct Asked<'a> {
    path: &'static str,
    query: &'a Form,
    names: &'static [&'static str],
}

impl<'a> Asked<'a> {
    /// `names` are the parameters of this list, beside `after`, which any change forgets.
    pub fn new(path: &'static str, query: &'a Form, names: &'static [&'static str]) -> Self {
        Self { path, query, names }
    }

    /// The same list with one value changed, from its beginning.
    pub fn with(&self, name: &str, value: &str) -> String {
        let values: Vec<(&str, &str)> =
            self.names.iter().map(|n| (*n, if *n == name { value } else { self.query.get(n) })).collect();
        urls::with(self.path, &values)
    }

    pub fn next(&self, cursor: Option<&str>) -> Option<String> {
        let mut values: Vec<(&str, &str)> = self.names.iter().map(|n| (*n, self.query.get(n))).collect();
        values.push(("after", cursor?));
        Some(urls::with(self.path, &values))
    }

    pub fn first(&self) -> Option<String> {
        self.query.opt("after").map(|_| self.with("", ""))
    }

    /// Whether anything narrows the list.
    pub fn narrowed(&self) -> bool {
        self.names.iter().any(|n| *n != "sort" && self.query.opt(n).is_some())
    }

    pub fn column(&self, label: &'static str, class: &'static str) -> Column {
        Column { label, class, url: None, dir: None }
    }

    /// A column that sorts; `dir` is how its order runs.
    pub fn sorted(&self, label: &'static str, class: &'static str, key: &str, dir: &'static str, default: bool) -> Column {
        let now = self.query.get("sort");
        let on = now == key || now.is_empty() && default;
        let url = self.with("sort", if default { "" } else { key });
        Column { label, class, url: Some(url), dir: on.then_some(dir) }
    }

    /// A column that runs both ways: a second click turns it round. Each way is its key and how
    /// its order runs; the list's own order has no key in the address.
    pub fn both(
        &self,
        label: &'static str,
        class: &'static str,
        now: &str,
        first: (&str, &'static str),
        other: (&str, &'static str),
    ) -> Column {
        let (dir, to) = match now {
            _ if now == first.0 => (Some(first.1), other.0),
            _ if now == other.0 => (Some(other.1), first.0),
            _ => (None, first.0),
        };
        Column { label, class, url: Some(self.with("sort", to)), dir }
    }

    pub fn chip(&self, name: &str, value: &str, label: String, count: Option<i64>) -> Chip {
        Chip { url: self.with(name, value), label, on: self.query.get(name) == value, count }
    }

    /// A chip that switches one thing on and off.
    pub fn toggle(&self, name: &str, label: String) -> Chip {
        let on = self.query.opt(name).is_some();
        Chip { url: self.with(name, if on { "" } else { "1" }), label, on, count: None }
    }

    pub fn filter(&self, name: &'static str, label: &'static str, options: Vec<Choice>) -> Filter {
        Filter { name, label, value: self.query.get(name).to_owned(), options }
    }

    pub fn search(&self, label: &'static str) -> Option<Search> {
        Some(Search { label, value: self.query.get("q").to_owned() })
    }

    /// What a search must not forget: everything that has no control of its own in the form.
    pub fn kept(&self, controls: &[&str]) -> Vec<Kept> {
        self.names
            .iter()
            .filter(|n| **n != "q" && !controls.contains(n))
            .filter_map(|n| Some(Kept { name: n, value: self.query.owned(n)? }))
            .collect()
    }

    /// A list that stays plain until told more.
    pub fn list(&self, title: &'static str, empty: Empty) -> List {
        let empty = if self.narrowed() {
            let again = Action { url: self.path.into(), label: "office.clear_filters", main: false };
            Empty { title: "office.nothing_found", text: "office.nothing_found_text", action: Some(again) }
        } else {
            empty
        };
        List {
            title,
            url: self.path,
            count: None,
            actions: Vec::new(),
            search: None,
            filters: Vec::new(),
            more: Vec::new(),
            more_on: false,
            sums: Vec::new(),
            chips: Vec::new(),
            kept: Vec::new(),
            active: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            bulk: None,
            first: self.first(),
            next: None,
            empty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_filter_goes_back_to_the_first_page() {
        let query = Form::parse("q=stalas&state=draft&after=xyz");
        let asked = Asked::new("/office/products", &query, &["q", "state", "sort"]);
        assert_eq!(asked.with("state", ""), "/office/products?q=stalas");
        assert_eq!(asked.next(Some("abc")).unwrap(), "/office/products?q=stalas&state=draft&after=abc");
        assert_eq!(asked.kept(&[])[0].name, "state");
        assert!(asked.narrowed());
    }
}
