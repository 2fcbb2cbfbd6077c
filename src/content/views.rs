//! Reading pages.

use sea_orm::DbErr;
use serde::Serialize;

use crate::{
    catalog::{field, slugs_of},
    kernel::{Locale, Moment, PageId, Reads, db, db::params},
    translation::{Texts, texts_of},
};

/// A page as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageView {
    pub id: PageId,
    pub code: String,
    pub title: String,
    /// HTML, cleaned when stored.
    pub body: String,
    /// The language it is in; another than the reader's when there is no translation.
    pub locale: Locale,
    pub fallback: bool,
    pub url: String,
    /// The page in each language that it is written in.
    pub alternates: Vec<(Locale, String)>,
    pub updated_at: Moment,
}

/// What stands at a page's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageFound {
    Here(Box<PageView>),
    Moved(String),
    Unknown,
}

/// A line of the footer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageLink {
    pub code: String,
    pub title: String,
    pub url: String,
}

/// A row of the office's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageRow {
    pub id: PageId,
    pub code: String,
    pub position: i64,
    pub shown: bool,
    pub updated_at: Moment,
}
db::record!(PageRow { id, code, position, shown, updated_at });

const COLUMNS: &str = "id, code, position, shown, updated_at";

/// The address of a page.
pub fn page_url(locale: Locale, slug: &str) -> String {
    format!("/{locale}/page/{slug}")
}

/// All pages in their order.
///
/// # Errors
/// Whatever the database says.
pub async fn pages(db: &impl Reads) -> Result<Vec<PageRow>, DbErr> {
    db::all(db, &format!("select {COLUMNS} from page order by position, code"), vec![]).await
}

const SHOWN: &str = "select string_agg(x.code || $2 || x.title || $2 || x.slug, $3 order by x.position, x.code) from (\
     select p.code, p.position, \
     coalesce((select w.value from wording w where w.entity_id = p.id and w.field = 'title' and w.locale = $1 and w.state <> 'review'), \
     (select w.value from wording w where w.entity_id = p.id and w.field = 'title' and w.source_hash is null)) as title, \
     coalesce((select s.slug from slug s where s.entity_id = p.id and s.locale = $1 and s.is_current limit 1), \
     (select s.slug from slug s where s.entity_id = p.id and s.is_current order by s.locale limit 1)) as slug \
     from page p where p.shown) x where x.title is not null and x.slug is not null";

/// The pages that the footer names. One query with one row, since every page of the shop asks.
///
/// # Errors
/// Whatever the database says.
pub async fn shown(db: &impl Reads, locale: Locale) -> Result<Vec<PageLink>, DbErr> {
    const UNIT: &str = "\u{1f}";
    const RECORD: &str = "\u{1e}";
    let text = db::scalar::<Option<String>>(db, SHOWN, params![locale, UNIT, RECORD]).await?.flatten();
    let links = text.unwrap_or_default();
    Ok(links
        .split(RECORD)
        .filter_map(|record| {
            let mut parts = record.splitn(3, UNIT);
            let (code, title, slug) = (parts.next()?, parts.next()?, parts.next()?);
            Some(PageLink { code: code.to_owned(), title: title.to_owned(), url: page_url(locale, slug) })
        })
        .collect())
}

fn slug_for<'a>(texts: &Texts, slugs: Option<&'a Vec<(Locale, String)>>, id: PageId, locale: Locale) -> &'a str {
    let all = slugs.map(Vec::as_slice).unwrap_or_default();
    let of = |wanted: Locale| all.iter().find(|(l, _)| *l == wanted);
    let best = of(locale).or_else(|| texts.source(id, field::TITLE).and_then(of)).or_else(|| all.first());
    best.map_or("", |(_, slug)| slug.as_str())
}

/// The page at this slug, in whichever language the slug is.
///
/// # Errors
/// Whatever the database says.
pub async fn page_by_slug(db: &impl Reads, slug: &str, locale: Locale) -> Result<PageFound, DbErr> {
    let sql = "select s.entity_id from slug s join page p on p.id = s.entity_id where s.kind = 'page' and s.slug = $1 \
               order by (case when s.locale = $2 then 0 else 1 end), s.is_current desc limit 1";
    let Some(id) = db::scalar::<PageId>(db, sql, params![slug, locale]).await? else { return Ok(PageFound::Unknown) };
    let Some((page, own)) = view(db, "id = $1", params![id], locale).await? else { return Ok(PageFound::Unknown) };
    Ok(if own == slug { PageFound::Here(Box::new(page)) } else { PageFound::Moved(own) })
}

/// The page of this code ("terms").
///
/// # Errors
/// Whatever the database says.
pub async fn page_by_code(db: &impl Reads, code: &str, locale: Locale) -> Result<Option<PageView>, DbErr> {
    Ok(view(db, "code = $1", params![code], locale).await?.map(|(page, _)| page))
}

async fn view(
    db: &impl Reads,
    clause: &str,
    values: Vec<sea_orm::Value>,
    locale: Locale,
) -> Result<Option<(PageView, String)>, DbErr> {
    let sql = format!("select {COLUMNS} from page where {clause}");
    let Some(row) = db::opt::<PageRow>(db, &sql, values).await? else { return Ok(None) };
    // What nobody has read is not published where it binds.
    let texts = texts_of(db, &[row.id.0]).await?.read_by_somebody();
    let slugs = slugs_of(db, &[row.id.0]).await?;
    let all = slugs.get(&row.id.0);
    let slug = slug_for(&texts, all, row.id, locale).to_owned();
    let body = texts.pick(row.id, field::BODY, locale);
    let written = body.map_or(locale, |b| b.locale);
    let alternates = all.into_iter().flatten().map(|(l, s)| (*l, page_url(*l, s))).collect();
    let page = PageView {
        title: texts.word(row.id, field::TITLE, locale).to_owned(),
        body: body.map_or("", |b| b.value).to_owned(),
        locale: written,
        fallback: written != locale,
        url: page_url(locale, &slug),
        alternates,
        id: row.id,
        code: row.code,
        updated_at: row.updated_at,
    };
    Ok(Some((page, slug)))
}

/// Every text of a page, for its form in the office.
///
/// # Errors
/// Whatever the database says.
pub async fn page_texts(db: &impl Reads, id: PageId) -> Result<Texts, DbErr> {
    texts_of(db, &[id.0]).await
}
