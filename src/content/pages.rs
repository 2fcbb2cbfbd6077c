//! Writing pages.

use super::Fault;
use crate::{
    catalog::{SlugKind, SlugWish, assign_slugs, field, slugify},
    kernel::{self, Locale, PageId, Subject, Tx, db, db::params},
    translation::{self, NewText},
};

/// A page to be put; the code ("terms") tells it from others and never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPage {
    pub code: String,
    pub position: i64,
    /// Named in the footer.
    pub shown: bool,
    /// Language, title, body (HTML, cleaned when stored).
    pub texts: Vec<(Locale, String, String)>,
    pub slugs: Vec<(Locale, String)>,
}

impl NewPage {
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), position: 0, shown: true, texts: Vec::new(), slugs: Vec::new() }
    }
    pub fn text(mut self, locale: Locale, title: impl Into<String>, body: impl Into<String>) -> Self {
        self.texts.push((locale, title.into(), body.into()));
        self
    }
    pub fn slug(mut self, locale: Locale, slug: impl Into<String>) -> Self {
        self.slugs.push((locale, slug.into()));
        self
    }
    pub fn at(mut self, position: i64) -> Self {
        self.position = position;
        self
    }
    pub fn hidden(mut self) -> Self {
        self.shown = false;
        self
    }
}

/// Makes a page or rewrites the one of that code.
///
/// # Faults
/// `content.bad_code`, `content.no_title`.
pub async fn put_page(tx: &Tx, new: NewPage) -> Result<PageId, kernel::Fault> {
    if new.code.is_empty() || slugify(&new.code) != new.code {
        return Err(Fault::BadCode.into());
    }
    let sql = "insert into page (id, code, position, shown, updated_at) values ($1,$2,$3,$4,$5) \
               on conflict (code) do update set position = excluded.position, shown = excluded.shown, \
               updated_at = excluded.updated_at returning id";
    let values = params![PageId::new(tx), new.code, new.position, new.shown, tx.now()];
    let id: PageId = db::scalar(tx, sql, values).await?.ok_or(Fault::NoPage)?;
    set_page_texts(tx, id, new.texts, new.slugs).await?;
    Ok(id)
}

/// Sets a page's title and body in some languages.
///
/// # Faults
/// `content.no_page`, `content.no_title`.
pub async fn set_page_texts(
    tx: &Tx,
    id: PageId,
    texts: Vec<(Locale, String, String)>,
    slugs: Vec<(Locale, String)>,
) -> Result<(), kernel::Fault> {
    if db::run(tx, "update page set updated_at = $2 where id = $1", params![id, tx.now()]).await? == 0 {
        return Err(Fault::NoPage.into());
    }
    if texts.iter().any(|(_, title, _)| title.trim().is_empty()) {
        return Err(Fault::NoTitle.into());
    }
    let wished = slugs.iter().map(|(locale, slug)| (*locale, slug.clone(), true));
    let titled = texts.iter().filter(|(l, ..)| !slugs.iter().any(|(s, _)| s == l));
    let wishes = wished
        .chain(titled.map(|(locale, title, _)| (*locale, title.clone(), false)))
        .map(|(locale, text, replace)| SlugWish { entity: id.0, locale, text, replace })
        .collect();
    let known = translation::texts_of(tx, &[id.0]).await?;
    let source = known.source(id, field::TITLE).or(texts.first().map(|t| t.0)).unwrap_or(Locale::LT);
    let texts = texts
        .into_iter()
        .flat_map(|(locale, title, body)| {
            [NewText::new(id, field::TITLE, locale, title.trim()), NewText::new(id, field::BODY, locale, body.trim())]
        })
        .collect();
    translation::set_many(tx, source, texts).await?;
    assign_slugs(tx, SlugKind::Page, wishes).await?;
    tx.raise(Subject::All);
    Ok(())
}

/// # Faults
/// `content.no_page`.
pub async fn remove_page(tx: &Tx, id: PageId) -> Result<(), kernel::Fault> {
    if db::run(tx, "delete from page where id = $1", params![id]).await? == 0 {
        return Err(Fault::NoPage.into());
    }
    db::run(tx, "delete from wording where entity_id = $1", params![id]).await?;
    db::run(tx, "delete from slug where entity_id = $1", params![id]).await?;
    tx.raise(Subject::All);
    Ok(())
}
