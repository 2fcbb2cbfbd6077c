//! The shop's own pages.

use serde_json::json;

use crate::{
    content::{self, NewPage},
    kernel::{Actor, App, Fault, Locale, PageId, Right, journal},
};

/// Makes a page or rewrites the one of that code.
///
/// # Faults
/// `content.bad_code`, `content.no_title`.
pub async fn put_page(app: &App, actor: &Actor, new: NewPage) -> Result<PageId, Fault> {
    actor.may(Right::ContentWrite)?;
    let tx = app.begin(actor).await?;
    let id = content::put_page(&tx, new).await?;
    journal::note(&tx, "content.page.changed", Some(id.uuid()), json!({})).await?;
    tx.commit().await?;
    Ok(id)
}

/// Sets a page's title and body in some languages: language, title, HTML.
///
/// # Faults
/// `content.no_page`, `content.no_title`.
pub async fn edit_page(
    app: &App,
    actor: &Actor,
    id: PageId,
    texts: Vec<(Locale, String, String)>,
    slugs: Vec<(Locale, String)>,
) -> Result<(), Fault> {
    actor.may(Right::ContentWrite)?;
    let tx = app.begin(actor).await?;
    content::set_page_texts(&tx, id, texts, slugs).await?;
    journal::note(&tx, "content.page.changed", Some(id.uuid()), json!({})).await?;
    tx.commit().await
}

/// # Faults
/// `content.no_page`.
pub async fn remove_page(app: &App, actor: &Actor, id: PageId) -> Result<(), Fault> {
    actor.may(Right::ContentWrite)?;
    let tx = app.begin(actor).await?;
    content::remove_page(&tx, id).await?;
    journal::note(&tx, "content.page.removed", Some(id.uuid()), json!({})).await?;
    tx.commit().await
}
