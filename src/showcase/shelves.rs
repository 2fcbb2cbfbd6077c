//! Categories as readers see them: the menu, a category's page, its breadcrumb; and the sitemap.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Fault,
    build::EVERYWHERE,
    card::{Picture, Viewer},
    stored::{category_url, product_url},
};
use crate::{
    catalog::{Category, categories, field, slugs_of},
    channels,
    kernel::{self, CategoryId, ChannelId, Locale, MediaId, Moment, ProductId, Reads, Subject, Tx, db, db::params},
    media,
    translation::{Texts, texts_of},
};

/// A step of a breadcrumb.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Crumb {
    pub category: CategoryId,
    pub name: String,
    pub url: String,
}

/// The same page in another language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alternate {
    pub locale: Locale,
    pub url: String,
}

/// A category in a menu or among its siblings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shelf {
    pub category: CategoryId,
    pub code: String,
    pub name: String,
    pub url: String,
    pub picture: Option<Picture>,
    /// Products in it and below, in the reader's channel; not counted in a menu.
    pub products: Option<i64>,
    pub children: Vec<Shelf>,
}

/// A category's own page, without its products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CategoryPage {
    pub category: CategoryId,
    pub code: String,
    pub name: String,
    /// HTML, sanitised when written.
    pub intro: String,
    pub url: String,
    pub picture: Option<Picture>,
    pub products: i64,
    /// Those above it, from the top.
    pub breadcrumb: Vec<Crumb>,
    pub children: Vec<Shelf>,
    pub alternates: Vec<Alternate>,
}

/// What stands at a category's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CategoryFound {
    Here(Box<CategoryPage>),
    Moved(String),
    Unknown,
}

/// A category as it lies in the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredCategory {
    #[serde(rename = "i")]
    id: CategoryId,
    #[serde(rename = "c")]
    code: String,
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "s")]
    slug: String,
    #[serde(rename = "t", default, skip_serializing_if = "String::is_empty")]
    intro: String,
    /// Medium, hash, width, height.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    picture: Option<(MediaId, String, u32, u32)>,
    /// Those above it, from the top: id, name, slug.
    #[serde(rename = "u", default, skip_serializing_if = "Vec::is_empty")]
    above: Vec<(CategoryId, String, String)>,
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    slugs: Vec<(Locale, String)>,
}

impl StoredCategory {
    /// From the top down to itself.
    pub(super) fn crumbs(self, locale: Locale) -> Vec<Crumb> {
        let own = (self.id, self.name, self.slug);
        let steps = self.above.into_iter().chain(std::iter::once(own));
        steps.map(|(category, name, slug)| Crumb { category, name, url: category_url(locale, &slug) }).collect()
    }

    fn picture(&self) -> Option<Picture> {
        let (media, hash, width, height) = self.picture.clone()?;
        Some(Picture { media, hash, alt: self.name.clone(), width, height })
    }

    fn shelf(self, locale: Locale, products: Option<i64>) -> Shelf {
        Shelf {
            picture: self.picture(),
            category: self.id,
            url: category_url(locale, &self.slug),
            code: self.code,
            name: self.name,
            products,
            children: Vec::new(),
        }
    }
}

/// Makes the category tree look as it is now, in every language of every channel: cards of
/// categories and menus. To be called by every flow that touches the tree or its words.
///
/// # Faults
/// Whatever the database says.
pub async fn project_categories(tx: &Tx) -> Result<(), kernel::Fault> {
    let tree = categories(tx).await?;
    let ids: Vec<Uuid> = tree.iter().map(|c| c.id.0).collect();
    let texts = texts_of(tx, &ids).await?;
    let slugs = slugs_of(tx, &ids).await?;
    let pictures = pictures(tx, &tree).await?;
    let mut locales: Vec<Locale> = channels::all(tx).await?.into_iter().flat_map(|c| c.locales).collect();
    locales.sort_unstable();
    locales.dedup();
    let look = Look { tree: &tree, texts: &texts, slugs: &slugs, pictures: &pictures, locales: &locales };

    let (mut rows, mut menus) = (Vec::new(), Vec::new());
    for locale in &locales {
        let cards = look.cards(*locale);
        for card in &cards {
            rows.push(params![card.id, *locale, serde_json::to_string(card)?]);
        }
        menus.push(params![*locale, serde_json::to_string(&look.menu(&cards))?]);
    }
    db::run(tx, "delete from category_card", vec![]).await?;
    db::run(tx, "delete from menu", vec![]).await?;
    db::insert_many(tx, "insert into category_card (category_id, locale, data) values", "", rows).await?;
    db::insert_many(tx, "insert into menu (locale, data) values", "", menus).await?;
    tx.raise(Subject::All);
    Ok(())
}

struct Look<'a> {
    tree: &'a [Category],
    texts: &'a Texts,
    slugs: &'a HashMap<Uuid, Vec<(Locale, String)>>,
    pictures: &'a HashMap<MediaId, (String, u32, u32)>,
    locales: &'a [Locale],
}

impl Look<'_> {
    /// Parents before children, hidden ones and what is below them left out.
    fn cards(&self, locale: Locale) -> Vec<StoredCategory> {
        let mut seen: HashMap<CategoryId, (String, String)> = HashMap::with_capacity(self.tree.len());
        let mut cards = Vec::with_capacity(self.tree.len());
        for category in self.tree.iter().filter(|c| c.active) {
            let line = category.line();
            let above: Option<Vec<_>> = line[..line.len().saturating_sub(1)]
                .iter()
                .map(|id| seen.get(id).map(|(name, slug)| (*id, name.clone(), slug.clone())))
                .collect();
            let Some(above) = above else { continue };
            let name = self.texts.word(category.id, field::NAME, locale).to_owned();
            let slug = self.slug(category.id, locale);
            seen.insert(category.id, (name.clone(), slug.clone()));
            let picture = category
                .picture_id
                .and_then(|id| self.pictures.get(&id).map(|(hash, width, height)| (id, hash.clone(), *width, *height)));
            cards.push(StoredCategory {
                id: category.id,
                code: category.code.clone(),
                name,
                slug,
                intro: self.texts.word(category.id, field::INTRO, locale).to_owned(),
                picture,
                above,
                slugs: self.locales.iter().map(|l| (*l, self.slug(category.id, *l))).collect(),
            });
        }
        cards
    }

    fn slug(&self, id: CategoryId, locale: Locale) -> String {
        let all = self.slugs.get(&id.0).map(Vec::as_slice).unwrap_or_default();
        let source = self.texts.source(id, field::NAME);
        let of = |wanted: Locale| all.iter().find(|(l, _)| *l == wanted);
        let best = of(locale).or_else(|| source.and_then(of)).or_else(|| all.first());
        best.map_or_else(|| id.uuid().simple().to_string(), |(_, slug)| slug.clone())
    }

    /// Two levels, which is as deep as a menu can be read.
    fn menu<'a>(&self, cards: &'a [StoredCategory]) -> Vec<MenuEntry<'a>> {
        let entry = |c: &'a StoredCategory| MenuEntry {
            id: c.id,
            code: Cow::Borrowed(&c.code),
            name: Cow::Borrowed(&c.name),
            slug: Cow::Borrowed(&c.slug),
            picture: c.picture.clone(),
            children: Vec::new(),
        };
        let mut menu: Vec<MenuEntry<'a>> = cards.iter().filter(|c| c.above.is_empty()).map(entry).collect();
        for card in cards.iter().filter(|c| c.above.len() == 1) {
            if let Some(parent) = menu.iter_mut().find(|m| m.id == card.above[0].0) {
                parent.children.push(entry(card));
            }
        }
        menu
    }
}

#[derive(Serialize, Deserialize)]
struct MenuEntry<'a> {
    #[serde(rename = "i")]
    id: CategoryId,
    #[serde(rename = "k")]
    code: Cow<'a, str>,
    #[serde(rename = "n")]
    name: Cow<'a, str>,
    #[serde(rename = "s")]
    slug: Cow<'a, str>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    picture: Option<(MediaId, String, u32, u32)>,
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    children: Vec<MenuEntry<'a>>,
}

impl MenuEntry<'_> {
    fn open(self, locale: Locale) -> Shelf {
        let picture = self.picture.map(|(media, hash, width, height)| Picture {
            media,
            hash,
            alt: self.name.clone().into_owned(),
            width,
            height,
        });
        Shelf {
            category: self.id,
            code: self.code.into_owned(),
            url: category_url(locale, &self.slug),
            name: self.name.into_owned(),
            picture,
            products: None,
            children: self.children.into_iter().map(|c| c.open(locale)).collect(),
        }
    }
}

async fn pictures(db: &impl Reads, tree: &[Category]) -> Result<HashMap<MediaId, (String, u32, u32)>, kernel::Fault> {
    let ids: HashSet<MediaId> = tree.iter().filter_map(|c| c.picture_id).collect();
    let ids: Vec<MediaId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = media::by_ids(db, &ids).await?;
    Ok(found.into_iter().map(|(id, m)| (id, (m.hash, m.width.unwrap_or(0), m.height.unwrap_or(0)))).collect())
}

/// The two upper levels of the tree. One query.
///
/// # Faults
/// Whatever the database says.
pub async fn menu(db: &impl Reads, locale: Locale) -> Result<Vec<Shelf>, kernel::Fault> {
    let Some(text) = db::scalar::<String>(db, "select data from menu where locale = $1", params![locale]).await? else {
        return Ok(Vec::new());
    };
    let entries: Vec<MenuEntry<'_>> = serde_json::from_str(&text).map_err(Fault::Unreadable)?;
    Ok(entries.into_iter().map(|e| e.open(locale)).collect())
}

const CATEGORY: &str = "select k.data, coalesce(n.products, 0), \
     (select '[' || string_agg('[' || d.data || ',' || cast(coalesce(m.products, 0) as text) || ']', ',' order by c.position, c.id) || ']' \
      from category c join category_card d on d.category_id = c.id and d.locale = $2 \
      left join listing_count m on m.channel_id = $3 and m.category_id = c.id where c.parent_id = s.entity_id) \
     from slug s join category_card k on k.category_id = s.entity_id and k.locale = $2 \
     left join listing_count n on n.channel_id = $3 and n.category_id = s.entity_id \
     where s.kind = 'category' and s.slug = $1 order by (case when s.locale = $2 then 0 else 1 end), s.is_current desc limit 1";

/// The category at this slug with its breadcrumb, children and counts. One query.
///
/// # Faults
/// Whatever the database says.
pub async fn category(db: &impl Reads, slug: &str, viewer: &Viewer) -> Result<CategoryFound, kernel::Fault> {
    let Some(row) = db::row(db, CATEGORY, params![slug, viewer.locale, viewer.channel]).await? else {
        return Ok(CategoryFound::Unknown);
    };
    let text: String = row.try_get_by_index(0)?;
    let products: i64 = row.try_get_by_index(1)?;
    let children: Option<String> = row.try_get_by_index(2)?;
    let stored: StoredCategory = serde_json::from_str(&text).map_err(Fault::Unreadable)?;
    if stored.slug != slug {
        return Ok(CategoryFound::Moved(stored.slug));
    }
    let children: Vec<(StoredCategory, i64)> =
        children.as_deref().map(serde_json::from_str).transpose().map_err(Fault::Unreadable)?.unwrap_or_default();
    let locale = viewer.locale;
    let mut breadcrumb = stored.clone().crumbs(locale);
    breadcrumb.pop();
    Ok(CategoryFound::Here(Box::new(CategoryPage {
        category: stored.id,
        picture: stored.picture(),
        url: category_url(locale, &stored.slug),
        alternates: stored
            .slugs
            .iter()
            .map(|(locale, slug)| Alternate { locale: *locale, url: category_url(*locale, slug) })
            .collect(),
        code: stored.code,
        name: stored.name,
        intro: stored.intro,
        products,
        breadcrumb,
        children: children.into_iter().map(|(c, n)| c.shelf(locale, Some(n))).collect(),
    })))
}

/// How many products a channel shows in a category and below, or in all.
///
/// # Errors
/// Whatever the database says.
pub async fn count(db: &impl Reads, channel: ChannelId, category: Option<CategoryId>) -> Result<i64, DbErr> {
    let sql = "select products from listing_count where channel_id = $1 and category_id = $2";
    Ok(db::scalar(db, sql, params![channel, category.unwrap_or(EVERYWHERE)]).await?.unwrap_or(0))
}

/// A page for the sitemap, in every language in which it has an address of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SitemapEntry {
    pub product: ProductId,
    pub urls: Vec<Alternate>,
    pub changed: Moment,
}

/// The products that a channel shows, by id.
///
/// # Errors
/// Whatever the database says.
pub async fn sitemap(
    db: &impl Reads,
    channel: ChannelId,
    after: Option<ProductId>,
    limit: u32,
) -> Result<Vec<SitemapEntry>, DbErr> {
    let sql = "select p.id, p.updated_at, (select string_agg(s.locale || ' ' || s.slug, ',') from slug s \
               where s.entity_id = p.id and s.is_current) from product p where p.id > $2 and p.status = 'published' \
               and exists (select 1 from card c where c.product_id = p.id and c.channel_id = $1) order by p.id limit $3";
    let after = after.unwrap_or(ProductId(Uuid::nil()));
    let rows = db::rows(db, sql, params![channel, after, i64::from(limit.clamp(1, 50_000))]).await?;
    rows.iter()
        .map(|row| {
            let slugs: Option<String> = row.try_get_by_index(2)?;
            let mut urls: Vec<Alternate> = slugs
                .unwrap_or_default()
                .split(',')
                .filter_map(|pair| pair.split_once(' '))
                .filter_map(|(locale, slug)| locale.parse().ok().map(|locale| (locale, slug)))
                .map(|(locale, slug)| Alternate { locale, url: product_url(locale, slug) })
                .collect();
            urls.sort_by_key(|u| u.locale);
            Ok(SitemapEntry { product: row.try_get_by_index(0)?, urls, changed: row.try_get_by_index(1)? })
        })
        .collect()
}
