//! All that a job can see.

use std::{collections::HashMap, sync::Arc};

use serde_json::json;
use typst::{
    Library, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use vitrina::{
    documents::{Trouble, Typeset},
    stage::DocumentFiles,
};

use crate::{Typst, picture};

/// What templates import to reach their job.
const JOB: &str = include_str!("job.typ");
/// Stands before the template: what the file says about itself, and what it carries.
const MAIN: &str = include_str!("main.typ");

/// Typst keeps every file name for the life of the process: names are few and fixed, whatever
/// the documents, pictures and attachments are called.
fn id(path: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?).intern())
}

/// The templates of one theme.
pub struct Parsed {
    of: DocumentFiles,
    sources: HashMap<FileId, Source>,
}

impl Parsed {
    pub fn new(files: &DocumentFiles) -> Self {
        let mut sources: HashMap<FileId, Source> = HashMap::new();
        let fixed = [("job.typ".to_owned(), JOB.to_owned())];
        for (path, text) in files.iter().map(|(p, t)| (p.clone(), t.clone())).chain(fixed) {
            if let Some(id) = id(&path) {
                sources.insert(id, Source::new(id, text));
            }
        }
        Self { of: files.clone(), sources }
    }

    /// Compares pointers: a theme that was opened again has others.
    pub fn is_of(&self, files: &DocumentFiles) -> bool {
        DocumentFiles::ptr_eq(&self.of, files)
    }
}

/// Whether pages are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// It is hoped that there is one.
    One,
    Counted,
}

/// A job on typst's desk.
pub struct Desk<'a> {
    shop: &'a Typst,
    parsed: Arc<Parsed>,
    main: Source,
    files: HashMap<FileId, Bytes>,
}

impl<'a> Desk<'a> {
    pub fn new(shop: &'a Typst, parsed: Arc<Parsed>, job: &Typeset) -> Result<Self, Trouble> {
        let plain = job.template.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !plain || !job.files.contains_key(&format!("documents/{}.typ", job.template)) {
            return Err(Trouble::NoTemplate(job.template.clone()));
        }
        let mut files = HashMap::new();
        let mut put = |path: &str, bytes: Bytes| id(path).map(|id| files.insert(id, bytes));
        let mut pictures = serde_json::Map::new();
        for (n, (name, bytes)) in job.pictures.iter().enumerate() {
            picture::allowed(bytes).map_err(|why| Trouble::Picture { name: name.clone(), why })?;
            pictures.insert(name.clone(), format!("/pictures/{n}").into());
            put(&format!("pictures/{n}"), Bytes::new(bytes.clone()));
        }
        let mut carried = Vec::new();
        for (n, file) in job.attachments.iter().enumerate() {
            carried.push(json!({"name": file.name, "path": format!("/carried/{n}"), "mime": file.mime,
                "relationship": file.relationship.as_str(), "description": file.description}));
            put(&format!("carried/{n}"), Bytes::new(file.bytes.clone()));
        }
        let told = json!({"lang": job.meta.locale.as_str(), "carried": carried});
        put("meta.json", Bytes::from_string(told.to_string()));
        put("pictures.json", Bytes::from_string(serde_json::Value::Object(pictures).to_string()));
        put("data.json", Bytes::from_string(job.data.to_string()));
        let main = id("main.typ").ok_or_else(|| Trouble::Broken("main.typ is no name".into()))?;
        let main = Source::new(main, MAIN.replace("TEMPLATE", &job.template));
        let mut desk = Self { shop, parsed, main, files };
        desk.pages(Pages::One);
        Ok(desk)
    }

    /// Says whether pages are counted.
    pub fn pages(&mut self, pages: Pages) {
        let word = if pages == Pages::One { "one" } else { "counted" };
        self.files.extend(id("run.json").map(|id| (id, Bytes::from_string(json!({ "pages": word }).to_string()))));
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shop.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shop.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            return Ok(self.main.clone());
        }
        self.parsed.sources.get(&id).cloned().ok_or_else(|| refused(id))
    }

    /// Whatever was not handed in with the job does not exist.
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| refused(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shop.fonts.get(index).cloned()
    }

    /// A document knows its own date only.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn refused(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}
