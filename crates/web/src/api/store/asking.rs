//! Questions.

use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, param::Header, payload::Json};
use vitrina::{
    flows::{
        self,
        inquiries::{InquiryForm, Received},
    },
    kernel::{Fault, Kind, Origin, ProductId},
    parties, showcase,
};

use super::goods;
use crate::api::{gate::Asked, problem::refused};

pub struct Asking;

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewInquiry {
    name: String,
    /// E-mail or phone is needed.
    email: Option<String>,
    phone: Option<String>,
    company: Option<String>,
    text: String,
    /// The customer's own reference.
    customer_ref: Option<String>,
    /// Slug or id of the product it is about.
    product: Option<String>,
}

#[derive(Debug, Object)]
struct InquiryReceipt {
    number: Option<String>,
}

#[derive(ApiResponse)]
enum Asked201 {
    /// The inquiry was taken; somebody has it on their plan.
    #[oai(status = 201)]
    Taken(
        Json<InquiryReceipt>,
        /// true: the inquiry was there already.
        #[oai(header = "Idempotent-Replayed")]
        Option<bool>,
    ),
}

#[OpenApi]
impl Asking {
    /// Ask the shop; sent twice with one key, it is one inquiry
    #[oai(path = "/inquiries", method = "post", operation_id = "ask")]
    async fn ask(
        &self,
        asked: Data<&Asked>,
        /// Drawn by the client for this inquiry.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<String>,
        body: Json<NewInquiry>,
    ) -> poem::Result<Asked201> {
        let taken = take(&asked, key.0, body.0).await.map_err(refused)?;
        Ok(Asked201::Taken(Json(InquiryReceipt { number: taken.number }), taken.before.then_some(true)))
    }
}

async fn take(asked: &Asked, key: String, new: NewInquiry) -> Result<Received, Fault> {
    let product = match new.product.as_deref().filter(|p| !p.is_empty()) {
        Some(named) => Some(about(asked, named).await?),
        None => None,
    };
    let form = InquiryForm {
        contact: parties::Contact {
            name: new.name,
            email: new.email,
            phone: new.phone,
            company: new.company,
            company_code: None,
            vat_code: None,
            locale: asked.locale,
        },
        text: new.text,
        customer_ref: new.customer_ref,
        product,
        channel: asked.channel.id,
        origin: Origin::Api,
        trap: String::new(),
        address: asked.address.clone(),
        key,
    };
    flows::inquiries::take(asked.site.app(), &asked.actor, form).await
}

async fn about(asked: &Asked, named: &str) -> Result<ProductId, Fault> {
    // What cannot be found is a wrong value here; what cannot be read stays what it is.
    let lost = |fault: Fault| match fault.kind {
        Kind::NotFound => Fault::invalid("product", "form.choose"),
        _ => fault,
    };
    if let Ok(id) = named.parse() {
        let card = showcase::card(asked.db(), id, &asked.viewer()).await?;
        return card.map(|c| c.product).ok_or_else(|| Fault::invalid("product", "form.choose"));
    }
    Ok(goods::product(asked, named).await.map_err(lost)?.card.product)
}
