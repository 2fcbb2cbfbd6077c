//! What can go wrong, said once: a kind for the surface, a code for the translation.

use std::{error::Error, fmt};

/// What a surface makes of a fault: a status for the API, a page or message for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 404
    NotFound,
    /// 422: the named field can be corrected
    Invalid,
    /// 409: the record moved on
    Conflict,
    /// 403, or 401 when nobody is signed in
    Forbidden,
    /// 503: try again later
    Unavailable,
    /// 429
    TooMany,
    /// 500: ours to mend
    Bug,
}

/// Implemented by each module's own fault enum; `?` then turns it into a [`Fault`].
pub trait Faulty: Error + Send + Sync + 'static {
    fn kind(&self) -> Kind;
    /// Dotted, stable, also the translation key below `fault.`.
    fn code(&self) -> &'static str;
    /// The form field that the message belongs to.
    fn field(&self) -> Option<String> {
        None
    }
    /// Arguments of the translated sentence.
    fn args(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// The fault that flows return and surfaces map once.
#[derive(Debug)]
pub struct Fault {
    pub kind: Kind,
    pub code: &'static str,
    pub field: Option<String>,
    pub args: Vec<(&'static str, String)>,
    pub source: Option<Box<dyn Error + Send + Sync>>,
    /// Further faults of the same input: a form shows all of them at once.
    pub more: Vec<Fault>,
}

impl Fault {
    pub fn new(kind: Kind, code: &'static str) -> Self {
        Self { kind, code, field: None, args: Vec::new(), source: None, more: Vec::new() }
    }
    pub fn invalid(field: impl Into<String>, code: &'static str) -> Self {
        Self { field: Some(field.into()), ..Self::new(Kind::Invalid, code) }
    }
    pub fn not_found(code: &'static str) -> Self {
        Self::new(Kind::NotFound, code)
    }
    pub fn conflict(code: &'static str) -> Self {
        Self::new(Kind::Conflict, code)
    }
    pub fn forbidden(code: &'static str) -> Self {
        Self::new(Kind::Forbidden, code)
    }
    pub fn unavailable(code: &'static str) -> Self {
        Self::new(Kind::Unavailable, code)
    }
    pub fn bug(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..Self::new(Kind::Bug, "bug") }
    }
    pub fn arg(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
    /// The same fault, said of this field of the form.
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
    /// This fault and its companions, in order.
    pub fn all(&self) -> impl Iterator<Item = &Fault> {
        std::iter::once(self).chain(self.more.iter())
    }
    /// Joins several faults of one input; `None` when there is none.
    pub fn gather(faults: Vec<Fault>) -> Option<Self> {
        let mut faults = faults.into_iter();
        let mut first = faults.next()?;
        first.more.extend(faults);
        Some(first)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        if let Some(field) = &self.field {
            write!(f, " [{field}]")?;
        }
        for (name, value) in &self.args {
            write!(f, " {name}={value}")?;
        }
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}
impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|e| e as &(dyn Error + 'static))
    }
}

impl<E: Faulty> From<E> for Fault {
    fn from(e: E) -> Self {
        Self {
            kind: e.kind(),
            code: e.code(),
            field: e.field(),
            args: e.args(),
            source: matches!(e.kind(), Kind::Bug | Kind::Unavailable).then(|| Box::new(e) as _),
            more: Vec::new(),
        }
    }
}

impl Faulty for sea_orm::DbErr {
    fn kind(&self) -> Kind {
        match self {
            Self::Conn(_) | Self::ConnectionAcquire(_) => Kind::Unavailable,
            _ => Kind::Bug,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Conn(_) | Self::ConnectionAcquire(_) => "database.unavailable",
            _ => "bug",
        }
    }
}

impl Faulty for serde_json::Error {
    fn kind(&self) -> Kind {
        Kind::Bug
    }
    fn code(&self) -> &'static str {
        "bug"
    }
}
