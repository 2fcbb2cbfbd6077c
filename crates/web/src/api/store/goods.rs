//! Configuration, categories, products, search.

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};
use vitrina::{
    flows,
    kernel::{CategoryId, Fault, Money, cursor, from_cursor},
    search::{Chosen, FacetCount, Index, Order, Query as Wanted},
    showcase::{self, CategoryFound, Found, ListQuery, Sort},
};

use super::{
    configure::{self, Choice, Configurator, ConfiguredPrice},
    goods_view::{
        Category, CategoryTree, Config, Facet, FacetValue, LegalPage, Product, ProductDetail, ProductList, SearchResult,
    },
};
use crate::{
    api::{
        dto::{self, Cursor},
        gate::Asked,
        problem::refused,
        written::Written,
    },
    site::Lately,
};

/// At most so many hits can be walked through; nobody reads further.
const DEEPEST: usize = 10_000;

pub struct Goods;

#[OpenApi]
impl Goods {
    /// The shop behind this key: languages, currency, legal pages
    #[oai(path = "/config", method = "get", operation_id = "config")]
    async fn config(&self, asked: Data<&Asked>) -> poem::Result<Written<Config>> {
        let lately = asked.site.lately(asked.locale).await.map_err(refused)?;
        let channel = &asked.channel;
        Ok(Written(Config {
            shop: asked.site.app().settings().text("shop.name").to_owned(),
            channel: channel.code.clone(),
            locale: asked.locale.to_string(),
            locales: channel.locales.iter().map(ToString::to_string).collect(),
            currency: channel.currency.to_string(),
            currencies: channel.offered().iter().map(ToString::to_string).collect(),
            country: channel.country.clone(),
            tax_display: channel.tax_display.as_str().to_owned(),
            payments: flows::checkout::ways(asked.site.app()).iter().map(|p| p.as_str().to_owned()).collect(),
            button_label: asked.site.stage().text(asked.locale, "checkout.place", &[]),
            legal: lately
                .legal
                .iter()
                .map(|p| LegalPage { code: p.code.clone(), title: p.title.clone(), url: p.url.clone() })
                .collect(),
        }))
    }

    /// The categories as a tree
    #[oai(path = "/categories", method = "get", operation_id = "categories")]
    async fn categories(&self, asked: Data<&Asked>) -> poem::Result<Written<CategoryTree>> {
        let menu = showcase::menu(asked.db(), asked.locale).await.map_err(refused)?;
        Ok(Written(CategoryTree { data: menu.iter().map(Category::from).collect() }))
    }

    /// Products, by category, in an order
    #[oai(path = "/products", method = "get", operation_id = "products")]
    async fn products(
        &self,
        asked: Data<&Asked>,
        /// Slug or id of a category; its children are included.
        category: Query<Option<String>>,
        /// rank, price, -price, new, name
        sort: Query<Option<String>>,
        /// At most 100.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u32>>,
        /// `page.next` of the page before.
        after: Query<Option<String>>,
    ) -> poem::Result<Written<ProductList>> {
        let limit = dto::limit(limit.0);
        let list = async {
            let sort: Sort = dto::choice(sort.0.as_deref(), "sort")?.unwrap_or_default();
            if after.0.as_deref().is_some_and(|after| !showcase::continues(sort, after)) {
                return Err(Fault::invalid("after", "request.cursor_invalid"));
            }
            let query = ListQuery { category: within(&asked, category.0.as_deref()).await?, sort, after: after.0, limit };
            showcase::list(asked.db(), &query, &asked.viewer()).await
        };
        let page = list.await.map_err(refused)?;
        Ok(Written(ProductList::new(page.rows.iter().map(Product::from).collect(), limit, page.next)))
    }

    /// One product with all that its page says
    #[oai(path = "/products/:slug", method = "get", operation_id = "product")]
    async fn product(
        &self,
        asked: Data<&Asked>,
        /// In any of its languages; a former one answers with the product too.
        slug: Path<String>,
    ) -> poem::Result<Written<ProductDetail>> {
        let found = async {
            let page = product(&asked, &slug).await?;
            let by = vitrina::configure::in_force(asked.db(), page.card.product).await?;
            let configurator = by.map(|by| Configurator::of(&by, asked.locale));
            Ok::<_, Fault>(ProductDetail { configurator, ..ProductDetail::from(page.as_ref()) })
        };
        Ok(Written(found.await.map_err(refused)?))
    }

    /// The price of a choice of a configurable product; nothing is kept
    #[oai(path = "/products/:slug/configure", method = "post", operation_id = "configure")]
    async fn configure(
        &self,
        asked: Data<&Asked>,
        slug: Path<String>,
        body: Json<Choice>,
    ) -> poem::Result<Json<ConfiguredPrice>> {
        let priced = async { configure::price(&asked, &product(&asked, &slug).await?.card, &body).await };
        Ok(Json(priced.await.map_err(refused)?))
    }

    /// Search with facets
    #[oai(path = "/search", method = "get", operation_id = "search")]
    #[allow(clippy::too_many_arguments, reason = "each is a parameter of the address")]
    async fn search(
        &self,
        asked: Data<&Asked>,
        /// Words; typing errors are forgiven.
        q: Query<Option<String>>,
        /// Slug or id of a category.
        category: Query<Option<String>>,
        /// `code:value` as in the answer's facets; repeated values of one code widen, other codes narrow.
        #[oai(default)]
        facet: Query<Vec<String>>,
        /// Whether to count facets; true without it.
        facets: Query<Option<bool>>,
        /// best, price, -price, new
        sort: Query<Option<String>>,
        /// At most 100.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u32>>,
        /// `page.next` of the page before.
        after: Query<Option<String>>,
    ) -> poem::Result<Written<SearchResult>> {
        let limit = dto::limit(limit.0);
        let wish = Wish {
            words: q.0,
            category: category.0,
            facets: facet.0,
            counted: facets.0.unwrap_or(true),
            sort: sort.0,
            limit,
            after: after.0,
        };
        Ok(Written(find(&asked, wish).await.map_err(refused)?))
    }
}

/// The product of a slug; moved ones are followed once.
pub async fn product(asked: &Asked, slug: &str) -> Result<Box<showcase::ProductPage>, Fault> {
    let viewer = asked.viewer();
    let lost = || Fault::not_found("request.not_found");
    match showcase::by_slug(asked.db(), slug, &viewer).await? {
        Found::Here(page) => Ok(page),
        Found::Moved(now) => match showcase::by_slug(asked.db(), &now, &viewer).await? {
            Found::Here(page) => Ok(page),
            _ => Err(lost()),
        },
        Found::Gone | Found::Unknown => Err(lost()),
    }
}

/// The category that a parameter names.
async fn within(asked: &Asked, named: Option<&str>) -> Result<Option<CategoryId>, Fault> {
    let Some(named) = named.filter(|n| !n.is_empty()) else { return Ok(None) };
    if let Ok(id) = named.parse() {
        return Ok(Some(id));
    }
    let viewer = asked.viewer();
    let lost = || Fault::invalid("category", "form.choose");
    match showcase::category(asked.db(), named, &viewer).await? {
        CategoryFound::Here(page) => Ok(Some(page.category)),
        CategoryFound::Moved(now) => match showcase::category(asked.db(), &now, &viewer).await? {
            CategoryFound::Here(page) => Ok(Some(page.category)),
            _ => Err(lost()),
        },
        CategoryFound::Unknown => Err(lost()),
    }
}

struct Wish {
    words: Option<String>,
    category: Option<String>,
    facets: Vec<String>,
    counted: bool,
    sort: Option<String>,
    limit: u32,
    after: Option<String>,
}

async fn find(asked: &Asked, wish: Wish) -> Result<SearchResult, Fault> {
    let skip = match &wish.after {
        Some(text) => from_cursor::<usize>(text)?.min(DEEPEST),
        None => 0,
    };
    let order = match wish.sort.as_deref() {
        None | Some("best") => Order::Best,
        Some("price") => Order::PriceUp,
        Some("-price") => Order::PriceDown,
        Some("new") => Order::Newest,
        Some(_) => return Err(Fault::invalid("sort", "form.choose")),
    };
    let viewer = asked.viewer();
    let query = Wanted {
        words: wish.words.unwrap_or_default().chars().take(200).collect(),
        category: within(asked, wish.category.as_deref()).await?,
        chosen: chosen(&wish.facets)?,
        order,
        skip,
        limit: wish.limit as usize,
        with_facets: wish.counted,
        ..Wanted::new(asked.locale)
    };
    let found = asked.site.app().port::<dyn Index>().find(query).await?;
    let cards = showcase::cards(asked.db(), &found.products, &viewer).await?;
    let lately = asked.site.lately(asked.locale).await?;
    let end = skip + found.products.len();
    let more = !found.products.is_empty() && u64::try_from(end).is_ok_and(|end| end < found.total) && end < DEEPEST;
    let sum = |minor: i64| Money::new(minor, viewer.currency).into();
    Ok(SearchResult {
        data: cards.iter().map(Product::from).collect(),
        total: found.total,
        facets: facets(&lately, &found.facets),
        price_from: found.price.map(|(low, _)| sum(low)),
        price_to: found.price.map(|(_, high)| sum(high)),
        page: Cursor { limit: wish.limit, next: more.then(|| cursor(&end)) },
    })
}

/// # Faults
/// `form.malformed` for what is not `code:value`.
fn chosen(facets: &[String]) -> Result<Vec<Chosen>, Fault> {
    let mut chosen: Vec<Chosen> = Vec::new();
    for facet in facets.iter().take(60) {
        let (code, value) = facet.split_once(':').ok_or_else(|| Fault::invalid("facet", "form.malformed"))?;
        match chosen.iter_mut().find(|c| c.code == code) {
            Some(known) => known.values.push(value.to_owned()),
            None => chosen.push(Chosen { code: code.to_owned(), values: vec![value.to_owned()] }),
        }
    }
    Ok(chosen)
}

/// What the index counted, in the words of the reader; what has no label is nobody's business.
fn facets(lately: &Lately, counts: &[FacetCount]) -> Vec<Facet> {
    let mut all: Vec<Facet> = Vec::new();
    for count in counts {
        let labels = lately.labels.facet(&count.code).zip(lately.labels.value(&count.code, &count.value));
        let Some((name, label)) = labels else { continue };
        let value = FacetValue { value: count.value.clone(), label: label.to_owned(), count: count.count };
        match all.iter_mut().find(|f| f.code == count.code) {
            Some(facet) => facet.values.push(value),
            None => all.push(Facet { code: count.code.clone(), label: name.to_owned(), values: vec![value] }),
        }
    }
    all.sort_by_key(|f| lately.labels.facet_position(&f.code));
    for facet in &mut all {
        facet.values.sort_by_key(|v| lately.labels.value_position(&facet.code, &v.value));
    }
    all
}
