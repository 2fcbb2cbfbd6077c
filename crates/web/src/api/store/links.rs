//! A link of an offer into the shop, for windows that other programs show: what it is good for, and what was
//! looked at. It identifies and never authenticates: a price, and nothing that was ever written about the
//! customer.

use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, param::Path, payload::Json};
use vitrina::{desk, flows, kernel::Fault, showcase};

use crate::api::{dto, gate::Asked, problem::refused};

pub struct Links;

/// What a link is good for.
#[derive(Object)]
struct OfferLink {
    /// The moment at which it ends.
    until: String,
    /// How its customer reads prices: gross or net.
    tax_display: String,
}

/// A page of a product that was shown to a person.
#[derive(Object)]
#[oai(rename = "OfferLinkVisit", deny_unknown_fields)]
struct Visit {
    /// Id of the product.
    product: String,
}

#[derive(ApiResponse)]
enum Noted {
    /// The manager learns of it, once a day for each product of the offer.
    #[oai(status = 204)]
    Done,
}

#[OpenApi]
impl Links {
    /// What the token of an offer's link is good for; 404 once it is over, was taken back or never was
    #[oai(path = "/offer-links/:token", method = "get", operation_id = "offerLink")]
    async fn get(&self, asked: Data<&Asked>, token: Path<String>) -> poem::Result<Json<OfferLink>> {
        let found = async {
            let known = desk::meant_by_link(asked.db(), &token, asked.site.app().now()).await?;
            known.ok_or_else(|| Fault::not_found("request.not_found"))
        };
        let (meant, until) = found.await.map_err(refused)?;
        let tax_display = if meant.net { "net" } else { "gross" };
        Ok(Json(OfferLink { until: dto::at(until), tax_display: tax_display.to_owned() }))
    }

    /// The page of a product was shown to whoever came by this link
    #[oai(path = "/offer-links/:token/visits", method = "post", operation_id = "visitByOfferLink")]
    async fn visit(&self, asked: Data<&Asked>, token: Path<String>, body: Json<Visit>) -> poem::Result<Noted> {
        let noted = async {
            let product = body.product.parse().map_err(|_| Fault::invalid("product", "form.malformed"))?;
            if showcase::card(asked.db(), product, &asked.viewer()).await?.is_none() {
                return Err(Fault::invalid("product", "form.choose"));
            }
            flows::offers::looked(asked.site.app(), &asked.actor, &token, product).await
        };
        noted.await.map_err(refused)?;
        Ok(Noted::Done)
    }
}
