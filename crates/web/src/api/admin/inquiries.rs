//! Inquiries, and what becomes of them.

use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
};
use vitrina::{
    crm::{self, InquiryFilter, InquiryQuery, InquiryRow},
    flows,
    kernel::{Fault, InquiryId, Right},
};

use crate::api::{
    dto::{self, list},
    gate::Asked,
    problem::refused,
};

pub struct Inquiries;

#[derive(Debug, Object)]
pub struct Inquiry {
    id: String,
    number: String,
    /// new, answered, closed
    state: String,
    customer: String,
    customer_name: String,
    product: Option<String>,
    product_title: Option<String>,
    /// The beginning of the text; all of it in the inquiry itself.
    excerpt: String,
    origin: String,
    created_at: String,
}

impl From<&InquiryRow> for Inquiry {
    fn from(i: &InquiryRow) -> Self {
        Self {
            id: i.id.to_string(),
            number: i.number.clone(),
            state: i.state.as_str().to_owned(),
            customer: i.party.to_string(),
            customer_name: i.party_name.clone(),
            product: i.product.map(|id| id.to_string()),
            product_title: i.product_title.clone(),
            excerpt: i.excerpt.clone(),
            origin: i.origin.clone(),
            created_at: dto::at(i.created_at),
        }
    }
}

list!(InquiryList of Inquiry);

#[derive(Debug, Object)]
struct InquiryDetail {
    inquiry: Inquiry,
    text: String,
    customer_ref: Option<String>,
    locale: String,
    close_reason: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct Closure {
    /// Why nothing more is to be done.
    reason: String,
}

#[derive(ApiResponse)]
enum Settled {
    /// The inquiry after it.
    #[oai(status = 201)]
    Inquiry(Json<InquiryDetail>),
}

#[OpenApi]
impl Inquiries {
    /// Inquiries, newest first; scope inquiries:read
    #[oai(path = "/inquiries", method = "get", operation_id = "inquiries")]
    async fn inquiries(
        &self,
        asked: Data<&Asked>,
        q: Query<Option<String>>,
        /// new, answered, closed
        state: Query<Option<String>>,
        /// Id of a customer.
        customer: Query<Option<String>>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<InquiryList>> {
        let limit = dto::limit(limit.0);
        let listed = async {
            let filter = InquiryFilter {
                state: dto::choice(state.0.as_deref(), "state")?,
                search: q.0,
                party: dto::choice(customer.0.as_deref(), "customer")?,
            };
            let query = InquiryQuery { filter, after: after.0, limit: limit as usize };
            crm::inquiries(asked.db(), &asked.scope(Right::InquiriesRead)?, &query).await
        };
        let page = listed.await.map_err(refused)?;
        Ok(Json(InquiryList::new(page.rows.iter().map(Inquiry::from).collect(), limit, page.next)))
    }

    /// One inquiry; scope inquiries:read
    #[oai(path = "/inquiries/:id", method = "get", operation_id = "inquiry")]
    async fn inquiry(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<InquiryDetail>> {
        let found = async { shown(&asked, dto::id(&id)?, Right::InquiriesRead).await };
        Ok(Json(found.await.map_err(refused)?))
    }

    /// It was answered; scope inquiries:write
    #[oai(path = "/inquiries/:id/answer", method = "post", operation_id = "answerInquiry")]
    async fn answer(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Settled> {
        let done = async {
            let id = dto::id(&id)?;
            flows::inquiries::answer(asked.site.app(), &asked.actor, id).await?;
            shown(&asked, id, Right::InquiriesWrite).await
        };
        Ok(Settled::Inquiry(Json(done.await.map_err(refused)?)))
    }

    /// Nothing more is to be done; scope inquiries:write
    #[oai(path = "/inquiries/:id/closure", method = "post", operation_id = "closeInquiry")]
    async fn close(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Closure>) -> poem::Result<Settled> {
        let done = async {
            let id = dto::id(&id)?;
            flows::inquiries::close(asked.site.app(), &asked.actor, id, &body.reason).await?;
            shown(&asked, id, Right::InquiriesWrite).await
        };
        Ok(Settled::Inquiry(Json(done.await.map_err(refused)?)))
    }
}

/// Whoever may settle an inquiry sees what became of it.
async fn shown(asked: &Asked, id: InquiryId, right: Right) -> Result<InquiryDetail, Fault> {
    let found = crm::inquiry(asked.db(), &asked.scope(right)?, id, asked.site.app().now()).await?;
    Ok(InquiryDetail {
        inquiry: (&found.row).into(),
        text: found.text,
        customer_ref: found.customer_ref,
        locale: found.locale.to_string(),
        close_reason: found.close_reason,
        email: found.party_email,
        phone: found.party_phone,
    })
}
