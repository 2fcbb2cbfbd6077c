//! The catalogue as the office lists it.

use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Query, payload::Json};
use vitrina::{
    catalog::{self, AfterProduct, ProductFilter, ProductRow, ProductSort},
    kernel::{Right, cursor, from_cursor},
};

use crate::api::{
    dto::{self, list},
    gate::Asked,
    problem::refused,
};

pub struct Goods;

#[derive(Debug, Object)]
pub struct ProductSummary {
    id: String,
    kind: String,
    /// draft, published, archived
    status: String,
    title: String,
    sku: String,
    variants: i64,
    category: Option<String>,
    /// What the law asks for and is not filled in yet.
    gaps: Vec<String>,
    updated_at: String,
}

impl From<&ProductRow> for ProductSummary {
    fn from(p: &ProductRow) -> Self {
        Self {
            id: p.id.to_string(),
            kind: dto::word(&p.kind),
            status: p.status.as_str().to_owned(),
            title: p.title.clone(),
            sku: p.sku.clone(),
            variants: p.variants,
            category: p.category.map(|id| id.to_string()),
            gaps: p.gaps.iter().map(|g| g.as_str().to_owned()).collect(),
            updated_at: dto::at(p.updated_at),
        }
    }
}

list!(ProductList of ProductSummary);

#[OpenApi]
impl Goods {
    /// Products, last changed first; scope catalog:read
    #[oai(path = "/products", method = "get", operation_id = "products")]
    async fn list(
        &self,
        asked: Data<&Asked>,
        /// Words of title or SKU.
        q: Query<Option<String>>,
        /// draft, published, archived
        status: Query<Option<String>>,
        /// Id of a category.
        category: Query<Option<String>>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<ProductList>> {
        let limit = dto::limit(limit.0);
        let listed = async {
            let filter = ProductFilter {
                status: dto::choice(status.0.as_deref(), "status")?,
                category: dto::choice(category.0.as_deref(), "category")?,
                words: q.0.unwrap_or_default(),
                after: after.0.as_deref().map(from_cursor::<AfterProduct>).transpose()?,
                limit: limit + 1,
                ..ProductFilter::default()
            };
            let scope = asked.scope(Right::CatalogRead)?;
            Ok(catalog::list(asked.db(), &scope, &filter, asked.locale).await?)
        };
        let mut rows: Vec<ProductRow> = listed.await.map_err(refused)?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|r| cursor(&AfterProduct::row(ProductSort::default(), r)));
        Ok(Json(ProductList::new(rows.iter().map(ProductSummary::from).collect(), limit, next)))
    }
}
