//! The port behind which pages are set: templates and data in, a PDF out.

use std::{collections::BTreeMap, sync::Arc};

use thiserror::Error;

use super::FACTUR_X;
use crate::{
    kernel::{App, Fault, Faulty, Kind as FaultKind, Locale},
    stage::DocumentFiles,
};

/// What a file inside a PDF is to the page that carries it (PDF/A-3, `AFRelationship`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relationship {
    /// The page was made from it.
    Source,
    /// What the page shows was computed from it.
    Data,
    /// The same thing in another form: an e-invoice beside its picture.
    Alternative,
    /// More about it.
    Supplement,
}

impl Relationship {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Data => "data",
            Self::Alternative => "alternative",
            Self::Supplement => "supplement",
        }
    }
}

/// A file that travels inside the PDF.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attachment {
    /// `factur-x.xml`
    pub name: String,
    pub mime: String,
    pub relationship: Relationship,
    pub description: String,
    pub bytes: Arc<[u8]>,
}

impl Attachment {
    /// An e-invoice ([`super::factur_x`]) that says what the page shows: a document that carries it is
    /// declared a Factur-X (ZUGFeRD) invoice of the profile EN 16931.
    pub fn factur_x(xml: &str) -> Self {
        Self {
            name: FACTUR_X.into(),
            mime: "text/xml".into(),
            relationship: Relationship::Alternative,
            description: "Factur-X, EN 16931".into(),
            bytes: xml.as_bytes().into(),
        }
    }
}

/// What a reader of files learns about the document without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Meta {
    pub title: String,
    pub author: String,
    pub locale: Locale,
    /// `2026-11-24`: the only moment that goes into the file, so that the same snapshot gives the
    /// same bytes on any day.
    pub date: String,
}

/// One document to be set. Everything that is printed stands in `data` as text, written in the
/// reader's language and notation: a template computes nothing.
#[derive(Clone, Debug)]
pub struct Typeset {
    /// `invoice`: the file `documents/invoice.typ` of the theme.
    pub template: String,
    /// [`crate::stage::Stage::document_files`]: held once by everybody who sets under this theme.
    pub files: DocumentFiles,
    pub data: serde_json::Value,
    /// By the name that the template knows: PNG, JPEG, WebP, GIF or SVG.
    pub pictures: BTreeMap<String, Arc<[u8]>>,
    pub attachments: Vec<Attachment>,
    pub meta: Meta,
}

/// Sets documents. Burns a core and waits for nothing: called through [`typeset`].
pub trait Typesetter: Send + Sync {
    /// A PDF/A with its fonts inside; the same job gives the same bytes.
    ///
    /// # Errors
    /// [`Trouble`] names the template's line or the picture.
    fn set(&self, job: &Typeset) -> Result<Vec<u8>, Trouble>;
}

/// Why a document was not set.
#[derive(Debug, Error)]
pub enum Trouble {
    #[error("the theme has no documents/{0}.typ")]
    NoTemplate(String),
    /// File, line and what the typesetter says.
    #[error("{0}")]
    Template(String),
    #[error("the picture `{name}` is refused: {why}")]
    Picture { name: String, why: &'static str },
    #[error("`{0}` is not a date")]
    Date(String),
    #[error("no typesetter is plugged in")]
    None,
    #[error("setting broke off: {0}")]
    Broken(String),
}

impl Faulty for Trouble {
    fn kind(&self) -> FaultKind {
        match self {
            Self::Picture { .. } => FaultKind::Invalid,
            Self::None => FaultKind::Unavailable,
            Self::NoTemplate(_) | Self::Template(_) | Self::Date(_) | Self::Broken(_) => FaultKind::Bug,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Picture { .. } => "documents.picture",
            Self::None => "documents.no_typesetter",
            Self::NoTemplate(_) | Self::Template(_) | Self::Date(_) | Self::Broken(_) => "bug",
        }
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Picture { name, .. } => vec![("name", name.clone())],
            _ => Vec::new(),
        }
    }
}

/// Sets a document off the async threads, holding one of the app's permits for a core.
///
/// # Errors
/// Those of [`Typesetter::set`]; `documents.no_typesetter` where the server has none.
pub async fn typeset(app: &App, job: Typeset) -> Result<Vec<u8>, Fault> {
    let typesetter = app.try_port::<dyn Typesetter>().ok_or(Trouble::None)?.clone();
    let broken = |e: &dyn std::fmt::Display| Trouble::Broken(e.to_string());
    let permit = app.cpu().clone().acquire_owned().await.map_err(|e| broken(&e))?;
    let done = tokio::task::spawn_blocking(move || {
        let done = typesetter.set(&job);
        drop(permit);
        done
    });
    Ok(done.await.map_err(|e| broken(&e))??)
}
