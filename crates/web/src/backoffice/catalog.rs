//! The list of products, and what can be done with many of them at once.

use std::collections::HashMap;

use serde_json::json;
use vitrina::{
    catalog::{self, AfterProduct, ProductFilter, ProductRow, ProductSort, Status},
    channels, flows,
    kernel::{CategoryId, Fault, MediaId, Money, ProductId, Qty, Reads, Right, VariantId, cursor, from_cursor},
    media, pricing,
    stage::media_url,
    stock, translation,
};

use super::{
    desk::{Answer, Desk, Told},
    list::{Asked, Bulk, BulkAction, Cell, Empty, Row},
    page::{Choice, Field},
};

const PATH: &str = "/office/products";
const PAGE: u32 = 50;

pub fn tone(status: Status) -> &'static str {
    match status {
        Status::Published => "good",
        Status::Draft => "soon",
        Status::Archived => "",
    }
}

/// The categories as a tree to choose from.
///
/// # Faults
/// Whatever the database says.
pub async fn category_choices(desk: &Desk, db: &impl Reads) -> Result<Vec<Choice>, Fault> {
    let mut tree = catalog::categories(db).await?;
    let ids: Vec<uuid::Uuid> = tree.iter().map(|c| c.id.uuid()).collect();
    let texts = translation::texts_of(db, &ids).await?;
    let places: HashMap<CategoryId, i64> = tree.iter().map(|c| (c.id, c.position)).collect();
    // By place at each step of the path: a child stands under its parent.
    tree.sort_by_key(|c| c.line().iter().map(|id| (places.get(id).copied().unwrap_or_default(), *id)).collect::<Vec<_>>());
    let name = |c: &catalog::Category| texts.word(c.id, catalog::field::NAME, desk.locale).to_owned();
    let indent = |depth: i64| "\u{2003}".repeat(usize::try_from(depth).unwrap_or_default());
    Ok(tree.iter().map(|c| Choice::new(c.id.to_string(), format!("{}{}", indent(c.depth), name(c)))).collect())
}

pub async fn list(desk: Desk) -> Answer {
    let db = desk.app.reader();
    let asked = Asked::new(PATH, &desk.query, &["q", "state", "category", "sort"]);
    let sort: ProductSort = desk.query.get("sort").parse().unwrap_or_default();
    let after = desk.query.opt("after").map(from_cursor::<AfterProduct>).transpose()?;
    let filter = ProductFilter {
        status: desk.query.get("state").parse().ok(),
        category: desk.query.get("category").parse().ok(),
        words: desk.query.get("q").to_owned(),
        sort,
        after,
        limit: PAGE + 1,
        ..ProductFilter::default()
    };
    let mut rows = catalog::list(db, &desk.scope(Right::CatalogRead)?, &filter, desk.locale).await?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let last = rows.last().filter(|_| more).map(|r| cursor(&AfterProduct::row(sort, r)));
    let categories = category_choices(&desk, db).await?;
    let empty = Empty::new("office.product.empty", "office.product.empty_text");
    let mut list = asked.list("office.place.products", empty);
    list.rows = lines(&desk, db, &rows, &categories).await?;
    list.next = asked.next(last.as_deref());
    list.search = asked.search("office.product.search");
    list.kept = asked.kept(&["category"]);
    list.chips = vec![asked.chip("state", "", desk.t("office.product.all"), None)];
    list.chips.extend(
        Status::ALL
            .iter()
            .map(|s| asked.chip("state", s.as_str(), desk.t(&format!("office.product.state.{}", s.as_str())), None)),
    );
    list.columns = vec![
        asked.column("", "pic"),
        asked.both("office.product.title", "", sort.as_str(), ("title", "ascending"), ("title_back", "descending")),
        asked.column("office.product.category", "extra"),
        asked.column("office.product.variants", "num extra"),
        asked.column("office.product.price", "num"),
        asked.column("office.product.stock", "num less"),
        asked.column("office.product.state_label", ""),
        asked.both(
            "office.product.updated",
            "nowrap extra",
            sort.as_str(),
            ("changed", "descending"),
            ("untouched", "ascending"),
        ),
    ];
    list.bulk = bulk_bar(&desk, &categories);
    list.filters = vec![asked.filter("category", "office.product.category", categories)];
    desk.show("products", "list", json!({ "list": list })).await
}

fn bulk_bar(desk: &Desk, categories: &[Choice]) -> Option<Bulk> {
    if !desk.may(Right::CatalogWrite) {
        return None;
    }
    let mut to = vec![Choice::new("", "—")];
    to.extend_from_slice(categories);
    let mut actions = vec![
        BulkAction { value: "move", label: "office.product.move" },
        BulkAction { value: "publish", label: "office.product.publish" },
        BulkAction { value: "hide", label: "office.product.hide" },
    ];
    if desk.may(Right::PricesWrite) {
        actions.push(BulkAction { value: "reprice", label: "office.product.reprice" });
    }
    Some(Bulk {
        url: "/office/products/bulk",
        fields: vec![Field::select("to_category", "office.product.to_category", "", to)],
        actions,
    })
}

/// Few reads however many rows: variants, prices, stock, pictures, and the rows themselves.
async fn lines(desk: &Desk, db: &impl Reads, rows: &[ProductRow], categories: &[Choice]) -> Result<Vec<Row>, Fault> {
    let ids: Vec<ProductId> = rows.iter().map(|r| r.id).collect();
    let variants = catalog::variants_of(db, &ids).await?;
    let prices = lowest(desk, db, &variants).await?;
    let stock = free(db, &variants).await?;
    let pictured: Vec<MediaId> = rows.iter().filter_map(|r| r.media).map(MediaId).collect();
    let pictures = media::by_ids(db, &pictured).await?;
    let category = |row: &ProductRow| {
        let id = row.category.map(|c| c.to_string());
        categories.iter().find(|c| Some(&c.value) == id.as_ref()).map_or("", |c| c.label.trim()).to_owned()
    };
    let line = |row: &ProductRow| {
        let state = format!("office.product.state.{}", row.status.as_str());
        let src = row.media.and_then(|m| pictures.get(&MediaId(m))).map(|m| media_url(&m.hash, 160));
        let sub =
            if row.gaps.is_empty() { row.sku.clone() } else { format!("{} · {}", row.sku, desk.t("office.product.has_gaps")) };
        Row::new(row.id, row.title.clone()).cells(vec![
            Cell::Picture { src },
            Cell::Open { url: format!("{PATH}/{}", row.id), text: row.title.clone(), sub: Some(sub) },
            Cell::quiet(category(row)),
            Cell::text(row.variants.to_string()),
            Cell::money(prices.get(&row.id).copied()),
            stock.get(&row.id).map_or(Cell::Empty, |left| Cell::Text {
                text: super::orders::plain_qty(Qty(*left)),
                sub: None,
                tone: (*left <= 0).then_some("late"),
            }),
            Cell::badge(desk.t(&state), tone(row.status)),
            Cell::date(Some(row.updated_at)),
        ])
    };
    Ok(rows.iter().map(line).collect())
}

/// The lowest price of each product in the default channel's list.
async fn lowest(desk: &Desk, db: &impl Reads, variants: &[(ProductId, VariantId)]) -> Result<HashMap<ProductId, Money>, Fault> {
    let list = channels::by_code(db, "default").await?.price_list;
    let wanted: Vec<VariantId> = variants.iter().map(|(_, v)| *v).collect();
    let prices = pricing::prices_of(db, list, &wanted, desk.app.now()).await?;
    let mut lowest: HashMap<ProductId, Money> = HashMap::new();
    for (product, variant) in variants {
        if let Some(price) = prices.get(variant) {
            lowest.entry(*product).and_modify(|low| low.minor = low.minor.min(price.amount.minor)).or_insert(price.amount);
        }
    }
    Ok(lowest)
}

/// What is free of each product over all places, in thousandths; what is not kept in stock is
/// left out.
async fn free(db: &impl Reads, variants: &[(ProductId, VariantId)]) -> Result<HashMap<ProductId, i64>, Fault> {
    let product: HashMap<VariantId, ProductId> = variants.iter().map(|(p, v)| (*v, *p)).collect();
    let wanted: Vec<VariantId> = product.keys().copied().collect();
    let mut free: HashMap<ProductId, i64> = HashMap::new();
    for level in stock::levels(db, &wanted).await? {
        if let Some(product) = product.get(&level.variant_id) {
            *free.entry(*product).or_default() += level.free().0;
        }
    }
    Ok(free)
}

/// The ticked products of a form.
///
/// # Faults
/// `form.tick` when there are none.
pub fn ticked(desk: &Desk) -> Result<Vec<ProductId>, Fault> {
    let ids: Vec<ProductId> = desk.form.all("id").filter_map(|id| id.parse().ok()).collect();
    if ids.is_empty() { Err(Fault::invalid("id", "form.tick")) } else { Ok(ids) }
}

pub async fn bulk(desk: Desk) -> Answer {
    let ids = ticked(&desk)?;
    let n = ids.len();
    let (key, batch) = match desk.form.get("do") {
        "reprice" => return super::prices::reprice(desk).await,
        "move" => {
            let to = desk.form.get("to_category").parse().map_err(|_| Fault::invalid("to_category", "form.choose"))?;
            ("office.flash.moved", flows::catalogue::categorise(&desk.app, &desk.actor, &ids, to).await?)
        }
        "publish" => {
            let batch = flows::catalogue::set_status(&desk.app, &desk.actor, &ids, Status::Published).await?;
            ("office.flash.published_many", batch)
        }
        "hide" => {
            let batch = flows::catalogue::set_status(&desk.app, &desk.actor, &ids, Status::Draft).await?;
            ("office.flash.hidden_many", batch)
        }
        _ => return Err(Fault::invalid("do", "form.choose")),
    };
    let undo = batch.map(|batch| format!("/office/undo/{batch}"));
    desk.told(PATH, Told { key: key.into(), args: vec![("n".into(), n.to_string())], undo })
}
