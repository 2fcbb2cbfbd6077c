//! What every page of the office knows: who looks, where they stand, what just happened.

use std::collections::BTreeMap;

use serde::Serialize;

/// The `page` of the office's templates.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    pub shop: String,
    pub locale: String,
    /// `light`, `dark` or `auto`.
    pub theme: &'static str,
    pub path: String,
    pub csrf: String,
    /// The bundle's address; empty when the binary was built without Node.
    pub script: String,
    pub user: User,
    pub places: Vec<Place>,
    pub more: Vec<Place>,
    pub in_more: bool,
    pub flash: Option<Said>,
    /// Everything that was wrong with the form that came back, in words.
    pub faults: Vec<String>,
    /// The same, by field.
    pub wrong: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct User {
    pub name: String,
    pub role: &'static str,
}

/// A place in the rail.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    pub key: &'static str,
    pub url: &'static str,
    pub current: bool,
    pub count: Option<i64>,
    pub late: bool,
}

/// A sentence about what just happened, and perhaps the way back.
#[derive(Clone, Debug, Serialize)]
pub struct Said {
    pub tone: &'static str,
    pub text: String,
    pub undo: Option<String>,
}

/// A choice of a select, a chip or a box to tick.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub on: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), on: false }
    }
    pub fn ticked(value: impl Into<String>, label: impl Into<String>, on: bool) -> Self {
        Self { on, ..Self::new(value, label) }
    }
}

/// A line of a list of facts. `label` is a text key.
#[derive(Clone, Debug, Serialize)]
pub struct FactLine {
    pub label: &'static str,
    pub value: String,
    pub url: Option<String>,
    pub mark: Option<String>,
    pub tone: &'static str,
}

impl FactLine {
    pub fn new(label: &'static str, value: impl Into<String>) -> Self {
        Self { label, value: value.into(), url: None, mark: None, tone: "" }
    }
    pub fn link(label: &'static str, value: impl Into<String>, url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..Self::new(label, value) }
    }
    pub fn marked(self, mark: impl Into<String>, tone: &'static str) -> Self {
        Self { mark: Some(mark.into()), tone, ..self }
    }
}

/// A link with its words.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    pub url: String,
    pub name: String,
}

/// One field of a form. `label` and `help` are text keys.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Field {
    pub name: String,
    pub label: &'static str,
    pub kind: &'static str,
    pub value: String,
    pub options: Vec<Choice>,
    pub required: bool,
    pub wide: bool,
    pub help: &'static str,
    pub attrs: BTreeMap<&'static str, String>,
}

impl Field {
    pub fn new(name: impl Into<String>, label: &'static str, kind: &'static str, value: impl Into<String>) -> Self {
        Self { name: name.into(), label, kind, value: value.into(), ..Self::default() }
    }
    pub fn select(name: impl Into<String>, label: &'static str, value: impl Into<String>, options: Vec<Choice>) -> Self {
        Self { options, ..Self::new(name, label, "select", value) }
    }
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attrs.insert(name, value.into());
        self
    }
}

/// A page that is one form (`office/form`), and the short forms beneath it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormPage {
    pub title: String,
    pub up: Option<Up>,
    /// Shown once, never again.
    pub secret: Option<Secret>,
    pub url: String,
    pub intro: &'static str,
    pub fields: Vec<Field>,
    pub ticks: Option<Ticks>,
    pub save: &'static str,
    pub posts: Vec<Post>,
}

/// Where the page belongs. `label` is a text key.
#[derive(Clone, Debug, Serialize)]
pub struct Up {
    pub url: String,
    pub label: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub struct Secret {
    pub label: &'static str,
    pub value: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Ticks {
    pub name: &'static str,
    pub label: &'static str,
    pub options: Vec<Choice>,
}

/// A short form of its own: a button, what it does, perhaps a field.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Post {
    pub title: &'static str,
    pub text: &'static str,
    pub url: String,
    pub label: &'static str,
    pub class: &'static str,
    pub fields: Vec<Field>,
}
