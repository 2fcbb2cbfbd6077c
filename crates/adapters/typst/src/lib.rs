//! The port `documents::Typesetter` filled by typst.
//!
//! A job sees its theme's templates, its data and its pictures, and nothing else: no disk, no
//! network, no clock, no packages. Fonts and parsed templates are held once for the process, and
//! what typst remembers of earlier documents is dropped after each one, so that memory stays level.

mod facturx;
mod picture;
mod world;

use std::sync::{Arc, Mutex, PoisonError};

use typst::{
    Library, LibraryExt, WorldExt, comemo,
    diag::{SourceDiagnostic, Warned},
    foundations::{Bytes, Datetime, Smart},
    syntax::DiagSpan,
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use vitrina::{
    documents::{FACTUR_X, Trouble, Typeset, Typesetter},
    stage::DocumentFiles,
};

use world::{Desk, Pages, Parsed};

/// Themes whose parsed templates are held: the one in use, the one before an edit, a preview.
const THEMES: usize = 3;

/// typst with its fonts, one a process.
pub struct Typst {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    themes: Mutex<Vec<Arc<Parsed>>>,
}

impl Typst {
    /// `fonts` are files of the theme (TTF, OTF); typst's own stand behind them, for a build
    /// without Node and for letters that the theme's fonts do not have.
    pub fn new(fonts: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let own = typst_assets::fonts().map(Bytes::new);
        let fonts: Vec<Font> = fonts.into_iter().map(Bytes::new).chain(own).flat_map(Font::iter).collect();
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            themes: Mutex::default(),
        }
    }

    fn parsed(&self, files: &DocumentFiles) -> Arc<Parsed> {
        let mut themes = self.themes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = themes.iter().find(|t| t.is_of(files)) {
            return known.clone();
        }
        let parsed = Arc::new(Parsed::new(files));
        themes.insert(0, parsed.clone());
        themes.truncate(THEMES);
        parsed
    }
}

impl Typesetter for Typst {
    fn set(&self, job: &Typeset) -> Result<Vec<u8>, Trouble> {
        let done = self.pages(job);
        // Two documents may be set at once, and the count of rounds is the process's: what the
        // other one uses now must survive this one's end.
        comemo::evict(ROUNDS);
        done
    }
}

/// How many documents may pass before typst forgets what none of them used: more than are set at
/// once (the app's permits), few enough that a large one is soon gone.
const ROUNDS: usize = 4;

impl Typst {
    fn pages(&self, job: &Typeset) -> Result<Vec<u8>, Trouble> {
        let date = date(&job.meta.date)?;
        let mut desk = Desk::new(self, self.parsed(&job.files), job)?;
        let mut document = laid_out(&desk)?;
        // Most documents are one page, and that is three times faster when nothing counts pages.
        if document.pages().len() > 1 {
            desk.pages(Pages::Counted);
            document = laid_out(&desk)?;
        }
        let info = document.info_mut();
        info.title = Some(job.meta.title.as_str().into());
        info.author = vec![job.meta.author.as_str().into()];
        // PDF/A-3 is PDF/A-2 that may carry files.
        let standard = if job.attachments.is_empty() { PdfStandard::A_2b } else { PdfStandard::A_3b };
        let options = PdfOptions {
            ident: Smart::Custom(format!("{}\n{}", job.meta.title, job.meta.date)),
            creator: Smart::Custom(Some("Vitrina".into())),
            timestamp: Some(Timestamp::new_utc(date)),
            standards: PdfStandards::new(&[standard]).map_err(|e| Trouble::Template(e.message().to_string()))?,
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| said(&desk, &errors))?;
        if job.attachments.iter().all(|a| a.name != FACTUR_X) {
            return Ok(pdf);
        }
        facturx::declare(&pdf).ok_or_else(|| Trouble::Broken("the metadata of the file is not where it was".into()))
    }
}

fn laid_out(desk: &Desk) -> Result<PagedDocument, Trouble> {
    let Warned { output, .. } = typst::compile::<PagedDocument>(desk);
    output.map_err(|errors| said(desk, &errors))
}

/// Midnight of `2026-11-24`.
fn date(text: &str) -> Result<Datetime, Trouble> {
    let mut parts = text.split('-').map(str::parse);
    let date = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) => {
            u8::try_from(month).ok().zip(u8::try_from(day).ok()).and_then(|(m, d)| Datetime::from_ymd_hms(year, m, d, 0, 0, 0))
        }
        _ => None,
    };
    date.ok_or_else(|| Trouble::Date(text.to_owned()))
}

/// The first thing that typst holds against a document, with its place.
fn said(desk: &Desk, errors: &[SourceDiagnostic]) -> Trouble {
    let Some(first) = errors.first() else { return Trouble::Broken("typst gave no reason".into()) };
    let place = |span: DiagSpan| {
        let id = span.id()?;
        let line = typst::World::source(desk, id).ok().and_then(|s| s.lines().byte_to_line(desk.range(span)?.start));
        Some(format!("{}:{}", id.vpath().get_without_slash(), line.map_or(0, |l| l + 1)))
    };
    let mut text = place(first.span).map_or_else(String::new, |p| format!("{p}: "));
    text.push_str(&first.message);
    for hint in &first.hints {
        text.push_str("; ");
        text.push_str(&hint.v);
    }
    Trouble::Template(text)
}
