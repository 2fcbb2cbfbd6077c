//! The category tree. A category's `path` holds the ids from the top down to itself, so that
//! what stands below it is one comparison and its ancestors need no query.

use std::collections::{HashMap, HashSet};

use sea_orm::DbErr;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Fault,
    options::names,
    product::{Named, field},
    slugs::{SlugKind, SlugWish, assign},
};
use crate::{
    kernel::{self, CategoryId, Locale, MediaId, ProductId, Reads, Tx, db, db::params},
    translation::{self, NewText},
};

/// A category to be made; `code` tells it from others ("stalai/valgomojo").
#[derive(Clone, Debug)]
pub struct NewCategory {
    pub code: String,
    pub parent: Option<CategoryId>,
    pub names: Vec<(Locale, String)>,
    /// HTML, sanitised by the caller.
    pub intro: Vec<(Locale, String)>,
    pub slugs: Vec<(Locale, String)>,
    pub picture: Option<MediaId>,
}

impl NewCategory {
    pub fn new(code: impl Into<String>, locale: Locale, name: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            parent: None,
            names: vec![(locale, name.into())],
            intro: Vec::new(),
            slugs: Vec::new(),
            picture: None,
        }
    }
    pub fn below(mut self, parent: CategoryId) -> Self {
        self.parent = Some(parent);
        self
    }
    pub fn name(mut self, locale: Locale, name: impl Into<String>) -> Self {
        self.names.push((locale, name.into()));
        self
    }
    pub fn slug(mut self, locale: Locale, slug: impl Into<String>) -> Self {
        self.slugs.push((locale, slug.into()));
        self
    }
    pub fn intro(mut self, locale: Locale, html: impl Into<String>) -> Self {
        self.intro.push((locale, html.into()));
        self
    }
    pub fn picture(mut self, media: MediaId) -> Self {
        self.picture = Some(media);
        self
    }
}

/// A category without its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Category {
    pub id: CategoryId,
    pub code: String,
    pub parent_id: Option<CategoryId>,
    /// `/top/…/self/`, each an id in simple hex.
    pub path: String,
    pub depth: i64,
    pub position: i64,
    pub active: bool,
    pub picture_id: Option<MediaId>,
}
db::record!(Category { id, code, parent_id, path, depth, position, active, picture_id });

impl Category {
    /// From the top down to itself.
    pub fn line(&self) -> Vec<CategoryId> {
        self.path.split('/').filter_map(|part| Uuid::try_parse(part).ok()).map(CategoryId).collect()
    }
}

const COLUMNS: &str = "id, code, parent_id, path, depth, position, active, picture_id";

fn path(parent: Option<&str>, id: CategoryId) -> String {
    format!("{}{}/", parent.unwrap_or("/"), id.uuid().simple())
}

/// The whole tree, parents before children, siblings in their order.
///
/// # Errors
/// Whatever the database says.
pub async fn categories(db: &impl Reads) -> Result<Vec<Category>, DbErr> {
    db::all(db, &format!("select {COLUMNS} from category order by depth, position, id"), vec![]).await
}

/// # Errors
/// Whatever the database says.
pub async fn category_by_code(db: &impl Reads, code: &str) -> Result<Option<CategoryId>, DbErr> {
    db::scalar(db, "select id from category where code = $1", params![code]).await
}

/// The category and all that stand below it.
///
/// # Errors
/// Whatever the database says.
pub async fn children_of(db: &impl Reads, id: CategoryId) -> Result<Vec<CategoryId>, DbErr> {
    let Some(path) = db::scalar::<String>(db, "select path from category where id = $1", params![id]).await? else {
        return Ok(Vec::new());
    };
    // A path ends in `/`, so everything below lies between it and `path0` ('0' follows '/').
    let sql = "select id from category where path >= $1 and path < $2";
    let end = format!("{}0", path.trim_end_matches('/'));
    db::column(db, sql, params![path, end]).await
}

/// The categories in which a product stands, without those above them.
pub async fn categories_of(db: &impl Reads, product: ProductId) -> Result<Vec<CategoryId>, DbErr> {
    let sql = "select category_id from product where id = $1 and category_id is not null \
               union select category_id from product_category where product_id = $1";
    db::column(db, sql, params![product]).await
}

/// Each category (`category`) beside itself and everything above it (`ancestor`, at `depth`);
/// published to crm, whose managers answer for a category and all below it.
pub(crate) const LINES: &str = "(select b.id as category, a.id as ancestor, a.depth as depth from category a \
     join category b on substr(b.path, 1, length(a.path)) = a.path)";

/// Makes categories; a parent may stand earlier in the same call.
///
/// # Faults
/// `catalog.no_category` when a parent does not exist, `catalog.category_taken` for a known code.
pub async fn add_categories(tx: &Tx, source: Locale, new: Vec<NewCategory>) -> Result<Vec<CategoryId>, kernel::Fault> {
    let tree = categories(tx).await?;
    let codes: HashSet<&str> = tree.iter().map(|c| c.code.as_str()).collect();
    if let Some(taken) = new.iter().find(|n| codes.contains(n.code.as_str())) {
        return Err(Fault::CategoryTaken { code: taken.code.clone() }.into());
    }
    let mut known: HashMap<CategoryId, (String, i64)> = tree.iter().map(|c| (c.id, (c.path.clone(), c.depth))).collect();
    let mut next: HashMap<Option<CategoryId>, i64> = HashMap::new();
    for c in &tree {
        let n = next.entry(c.parent_id).or_default();
        *n = (*n).max(c.position + 1);
    }
    let (mut ids, mut rows, mut texts, mut wishes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for category in new {
        let id = CategoryId::new(tx);
        let parent = match category.parent {
            Some(parent) => Some(known.get(&parent).ok_or(Fault::NoCategory)?.clone()),
            None => None,
        };
        let path = path(parent.as_ref().map(|(p, _)| p.as_str()), id);
        let depth = parent.map_or(0, |(_, d)| d + 1);
        let position = next.entry(category.parent).or_default();
        rows.push(params![id, category.code, category.parent, path.clone(), depth, *position, true, category.picture, tx.now()]);
        *position += 1;
        known.insert(id, (path, depth));
        wishes.extend(wishes_of(id, &category.names, &category.slugs));
        texts.extend(category.names.into_iter().map(|(l, n)| NewText::new(id.0, field::NAME, l, n)));
        texts.extend(category.intro.into_iter().map(|(l, n)| NewText::new(id.0, field::INTRO, l, n)));
        ids.push(id);
    }
    let head = "insert into category (id, code, parent_id, path, depth, position, active, picture_id, updated_at) values";
    db::insert_many(tx, head, "", rows).await?;
    translation::set_many(tx, source, texts).await?;
    assign(tx, SlugKind::Category, wishes).await?;
    Ok(ids)
}

fn wishes_of(id: CategoryId, names: &[(Locale, String)], slugs: &[(Locale, String)]) -> Vec<SlugWish> {
    let wished = slugs.iter().map(|(l, s)| (*l, s.clone(), true));
    let named = names.iter().filter(|(l, _)| !slugs.iter().any(|(s, _)| s == l)).map(|(l, n)| (*l, n.clone(), false));
    wished.chain(named).map(|(locale, text, replace)| SlugWish { entity: id.0, locale, text, replace }).collect()
}

/// The last category of each path of names ("Baldai", "Stalai"); what is missing is made. The
/// code of a category made so is its slugs joined by `/`, by which it is found again.
///
/// # Faults
/// Whatever the database says.
pub async fn ensure_paths(tx: &Tx, source: Locale, paths: &[Vec<Named>]) -> Result<Vec<Option<CategoryId>>, kernel::Fault> {
    let mut known: HashMap<String, CategoryId> = categories(tx).await?.into_iter().map(|c| (c.code, c.id)).collect();
    let mut ends = Vec::with_capacity(paths.len());
    for steps in paths {
        let (mut code, mut parent) = (String::new(), None);
        for step in steps {
            if !code.is_empty() {
                code.push('/');
            }
            code.push_str(&step.code);
            let id = match known.get(&code) {
                Some(id) => *id,
                None => {
                    let named = names(Uuid::nil(), step, source).into_iter().map(|t| (t.locale, t.value)).collect();
                    let mut new = NewCategory { names: named, ..NewCategory::new(code.clone(), source, "") };
                    new.parent = parent;
                    let id = add_categories(tx, source, vec![new]).await?.into_iter().next().ok_or(Fault::NoCategory)?;
                    known.insert(code.clone(), id);
                    id
                }
            };
            parent = Some(id);
        }
        ends.push(parent);
    }
    Ok(ends)
}

/// Shows or hides a category, and gives it a picture.
///
/// # Faults
/// `catalog.no_category` when there is none.
pub async fn change_category(
    tx: &Tx,
    id: CategoryId,
    active: bool,
    position: i64,
    picture: Option<MediaId>,
) -> Result<(), kernel::Fault> {
    let sql = "update category set active = $2, position = $3, picture_id = $4, updated_at = $5 where id = $1";
    match db::run(tx, sql, params![id, active, position, picture, tx.now()]).await? {
        0 => Err(Fault::NoCategory.into()),
        _ => Ok(()),
    }
}

/// Hangs a category, with all that stands below it, below another parent.
///
/// # Faults
/// `catalog.category_loop` when the parent stands below it.
pub async fn move_category(tx: &Tx, id: CategoryId, parent: Option<CategoryId>) -> Result<(), kernel::Fault> {
    let tree = categories(tx).await?;
    let of = |id: CategoryId| tree.iter().find(|c| c.id == id).ok_or(Fault::NoCategory);
    let this = of(id)?;
    let above = parent.map(of).transpose()?;
    if above.is_some_and(|a| a.line().contains(&id)) {
        return Err(Fault::CategoryLoop.into());
    }
    let new_path = path(above.map(|a| a.path.as_str()), id);
    let sink = above.map_or(0, |a| a.depth + 1) - this.depth;
    db::run(tx, "update category set parent_id = $2 where id = $1", params![id, parent]).await?;
    for c in tree.iter().filter(|c| c.path.starts_with(&this.path)) {
        let moved = format!("{new_path}{}", &c.path[this.path.len()..]);
        let sql = "update category set path = $2, depth = $3, updated_at = $4 where id = $1";
        db::run(tx, sql, params![c.id, moved, c.depth + sink, tx.now()]).await?;
    }
    Ok(())
}
