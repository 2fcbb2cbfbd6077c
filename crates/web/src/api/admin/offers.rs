//! Offers: found, begun, moved on. What stands in them is written by `offer_lines`.

use poem::{Body, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path, Query},
    payload::{Binary, Json},
};
use vitrina::{
    flows::{
        self,
        offers::{Begin, Said, Unread},
    },
    kernel::{Fault, OfferId, Right},
    offers::{self, OfferQuery, OfferRow, Origins},
};

use super::{
    offer_head::{HeadBody, change_head},
    offer_view::{OfferDetail, OfferSummary, as_seen, shown},
};
use crate::api::{
    dto::{self, Money, list},
    gate::Asked,
    offer_parts::ChoiceBody,
    problem::refused,
};

pub struct Offers;

list!(OfferList of OfferSummary);

/// What an offer begins from: a customer, or one of the others, which then say the customer.
#[derive(Object)]
#[oai(rename = "NewOffer", deny_unknown_fields)]
struct Beginning {
    /// Id of a customer.
    customer: Option<String>,
    /// Id of an inquiry: the offer answers it.
    inquiry: Option<String>,
    /// Id of an order, whose goods are offered again.
    order: Option<String>,
    /// Id of another offer, which is copied.
    offer: Option<String>,
    /// Id of a template, whose goods, texts and terms it begins with.
    template: Option<String>,
    /// The language that it is written in; the shop's first where nothing is said.
    written_in: Option<String>,
    #[oai(default)]
    title: String,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct Withdrawal {
    /// Why; kept with the offer.
    reason: String,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct OfferAnswer {
    answer: String,
}

/// A yes that was said to the office.
#[derive(Object)]
#[oai(rename = "OfferAgreement", deny_unknown_fields)]
struct Heard {
    /// phone, email, in_person, paper
    how: String,
    /// Who said yes.
    name: String,
    #[oai(default)]
    role: String,
    /// When they spoke, which letter it was, where the paper lies.
    #[oai(default)]
    note: String,
    /// As it was offered where nothing is said.
    choice: Option<ChoiceBody>,
    /// The sum that was said to the customer: `sums.gross`.
    seen: Money,
    #[oai(default)]
    street: String,
    #[oai(default)]
    city: String,
    #[oai(default)]
    postcode: String,
    #[oai(default)]
    phone: String,
}

#[derive(ApiResponse)]
enum Begun {
    /// The new offer.
    #[oai(status = 201)]
    Offer(Json<OfferDetail>, #[oai(header = "Location")] String),
}

#[derive(ApiResponse)]
enum Moved {
    /// The offer after the step.
    #[oai(status = 201)]
    Offer(Json<OfferDetail>),
}

#[OpenApi]
impl Offers {
    /// Offers; scope offers:read
    #[oai(path = "/offers", method = "get", operation_id = "offers")]
    async fn list(
        &self,
        asked: Data<&Asked>,
        /// Number, customer, title, goods; every word has to occur.
        q: Query<Option<String>>,
        /// A state; several parted by commas.
        state: Query<Option<String>>,
        /// Id of a member of staff.
        manager: Query<Option<String>>,
        /// Id of a customer.
        customer: Query<Option<String>>,
        /// Words of a product's title, or its SKU.
        product: Query<Option<String>>,
        /// Begun from this moment on (RFC 3339).
        begun_from: Query<Option<String>>,
        /// Begun before this moment (RFC 3339).
        begun_until: Query<Option<String>>,
        /// Waiting for an answer, and ending before this moment (RFC 3339).
        ends_before: Query<Option<String>>,
        /// changed, deadline, dearest
        sort: Query<Option<String>>,
        /// With tax, inclusive: a decimal.
        gross_from: Query<Option<String>>,
        /// With tax, inclusive: a decimal.
        gross_until: Query<Option<String>>,
        /// ISO 4217: only papers in it, and that of the bounds; for those the shop's where nothing is said.
        currency: Query<Option<String>>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<OfferList>> {
        let limit = dto::limit(limit.0);
        let listed = async {
            let scope = asked.scope(Right::OffersRead)?;
            let states = state.0.iter().flat_map(|s| s.split(',')).filter(|s| !s.is_empty());
            let states = states.map(|s| s.parse().map_err(|_| Fault::invalid("state", "form.choose")));
            let query = OfferQuery {
                states: states.collect::<Result<_, _>>()?,
                manager: dto::choice(manager.0.as_deref(), "manager")?,
                party: dto::choice(customer.0.as_deref(), "customer")?,
                skus: match &product.0 {
                    Some(words) => Some(vitrina::catalog::skus_by_words(asked.db(), words).await?),
                    None => None,
                },
                begun_from: dto::moment(begun_from.0.as_deref(), "begun_from")?,
                begun_until: dto::moment(begun_until.0.as_deref(), "begun_until")?,
                ends_before: dto::moment(ends_before.0.as_deref(), "ends_before")?,
                gross: asked.amounts(&gross_from, &gross_until, &currency)?,
                search: q.0.unwrap_or_default(),
                sort: dto::choice(sort.0.as_deref(), "sort")?.unwrap_or_default(),
                after: after.0,
                limit,
                ..OfferQuery::default()
            };
            offers::list(asked.db(), &scope, &query).await
        };
        let page = listed.await.map_err(refused)?;
        let row = |row: &OfferRow| OfferSummary::from(row);
        Ok(Json(OfferList::new(page.rows.iter().map(row).collect(), limit, page.next)))
    }

    /// Begin an offer; scopes offers:write, customers:read
    #[oai(path = "/offers", method = "post", operation_id = "beginOffer")]
    async fn make(
        &self,
        asked: Data<&Asked>,
        /// Needed: sent twice, it is one offer.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<Option<String>>,
        body: Json<Beginning>,
    ) -> poem::Result<Begun> {
        let begun = async {
            asked.scope(Right::CustomersRead)?;
            let body = body.0;
            let new = Begin {
                origin: origin(&body)?,
                party: dto::choice(body.customer.as_deref(), "customer")?,
                template: dto::choice(body.template.as_deref(), "template")?,
                written_in: dto::choice(body.written_in.as_deref(), "written_in")?,
                title: body.title,
                key: needed(key.0)?,
            };
            let id = flows::offers::start(asked.site.app(), &asked.actor, new).await?;
            Ok::<_, Fault>((id, shown(&asked, id, Right::OffersWrite).await?))
        };
        let (id, offer) = begun.await.map_err(refused)?;
        Ok(Begun::Offer(Json(offer), format!("/admin/v1/offers/{id}")))
    }

    /// One offer with its rows, sums, versions, questions and acceptance; scope offers:read
    #[oai(path = "/offers/:id", method = "get", operation_id = "offer")]
    async fn one(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<OfferDetail>> {
        let found = async { shown(&asked, dto::id(&id)?, Right::OffersRead).await };
        Ok(Json(found.await.map_err(refused)?))
    }

    /// Change the head: title, texts, terms, discount, delivery, deposit, buyer; scope offers:write
    #[oai(path = "/offers/:id", method = "patch", operation_id = "changeOffer")]
    async fn head(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// The `ETag` of the offer as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Json<HeadBody>,
    ) -> poem::Result<Json<OfferDetail>> {
        let done = change_head(&asked, &id, if_match.0.as_deref(), body.0).await;
        Ok(Json(done.map_err(refused)?))
    }

    /// Its PDF as it reads at this moment; scope offers:read
    #[oai(path = "/offers/:id/pdf", method = "get", operation_id = "offerPreview")]
    async fn preview(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Binary<Body>> {
        let file = async { flows::offers::preview(asked.site.app(), &asked.actor, dto::id(&id)?).await };
        Ok(Binary(Body::from(file.await.map_err(refused)?.bytes.to_vec())))
    }

    /// The PDF of a version as it was sent; scope offers:read
    #[oai(path = "/offers/:id/versions/:version/pdf", method = "get", operation_id = "offerVersionPdf")]
    async fn pdf(&self, asked: Data<&Asked>, id: Path<String>, version: Path<String>) -> poem::Result<Binary<Body>> {
        let file = async {
            let (id, n) = (dto::id(&id)?, dto::id(&version)?);
            flows::offers::pdf(asked.site.app(), &asked.actor, id, n).await
        };
        Ok(Binary(Body::from(file.await.map_err(refused)?.bytes.to_vec())))
    }

    /// Look it through: all can be had, texts are whole, prices stand; scope offers:write
    #[oai(path = "/offers/:id/preparation", method = "post", operation_id = "prepareOffer")]
    async fn prepare(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Moved> {
        let done = async {
            let id: OfferId = dto::id(&id)?;
            flows::offers::prepare(asked.site.app(), &asked.actor, id).await?;
            shown(&asked, id, Right::OffersWrite).await
        };
        Ok(Moved::Offer(Json(done.await.map_err(refused)?)))
    }

    /// Back to writing, before it was sent; scope offers:write
    #[oai(path = "/offers/:id/reopening", method = "post", operation_id = "reopenOffer")]
    async fn reopen(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Moved> {
        let done = async {
            let id: OfferId = dto::id(&id)?;
            flows::offers::reopen(asked.site.app(), &asked.actor, id).await?;
            shown(&asked, id, Right::OffersWrite).await
        };
        Ok(Moved::Offer(Json(done.await.map_err(refused)?)))
    }

    /// Prices of this moment may stand although they lie below the least margin; scope offers:approve
    #[oai(path = "/offers/:id/approval", method = "post", operation_id = "approveOffer")]
    async fn approve(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Moved> {
        let done = async {
            let id: OfferId = dto::id(&id)?;
            flows::offers::approve(asked.site.app(), &asked.actor, id).await?;
            shown(&asked, id, Right::OffersApprove).await
        };
        Ok(Moved::Offer(Json(done.await.map_err(refused)?)))
    }

    /// Send it: the version is fixed and the letter goes; scope offers:send
    #[oai(path = "/offers/:id/dispatch", method = "post", operation_id = "sendOffer")]
    async fn send(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// The `ETag` of the offer as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        /// Send it although texts of its translation wait for review, with a note to the reader: where the shop's setting lets it.
        note_unreviewed: Query<Option<bool>>,
    ) -> poem::Result<Moved> {
        let done = async {
            let id: OfferId = dto::id(&id)?;
            as_seen(&asked, id, (if_match.0.as_deref(), Right::OffersSend)).await?;
            let unread = if note_unreviewed.0 == Some(true) { Unread::Noted } else { Unread::Refused };
            flows::offers::send(asked.site.app(), &asked.actor, id, unread).await?;
            shown(&asked, id, Right::OffersSend).await
        };
        Ok(Moved::Offer(Json(done.await.map_err(refused)?)))
    }

    /// Begin the next version; the one that was sent stands until then; scope offers:write
    #[oai(path = "/offers/:id/revision", method = "post", operation_id = "reviseOffer")]
    async fn revise(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Moved> {
        let done = async {
            let id: OfferId = dto::id(&id)?;
            flows::offers::revise(asked.site.app(), &asked.actor, id).await?;
            shown(&asked, id, Right::OffersWrite).await
        };
        Ok(Moved::Offer(Json(done.await.map_err(refused)?)))
    }

    /// Take it back; scope offers:write
    #[oai(path = "/offers/:id/withdrawal", method = "post", operation_id = "withdrawOffer")]
    async fn withdraw(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Withdrawal>) -> poem::Result<Moved> {
        let done = async {
            let id: OfferId = dto::id(&id)?;
            flows::offers::withdraw(asked.site.app(), &asked.actor, id, &body.reason).await?;
            shown(&asked, id, Right::OffersWrite).await
        };
        Ok(Moved::Offer(Json(done.await.map_err(refused)?)))
    }

    /// Answer a question of the customer; scope offers:write
    #[oai(path = "/offers/:id/questions/:question/answer", method = "post", operation_id = "answerOfferQuestion")]
    async fn answer(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        question: Path<String>,
        body: Json<OfferAnswer>,
    ) -> poem::Result<Moved> {
        let done = async {
            let (id, question): (OfferId, _) = (dto::id(&id)?, dto::id(&question)?);
            flows::offers::answer(asked.site.app(), &asked.actor, id, (question, &body.answer)).await?;
            shown(&asked, id, Right::OffersWrite).await
        };
        Ok(Moved::Offer(Json(done.await.map_err(refused)?)))
    }

    /// The customer said yes to the office: what was sent is accepted, a draft becomes an order at once; scopes offers:send, orders:write
    #[oai(path = "/offers/:id/agreement", method = "post", operation_id = "agreeOffer")]
    async fn agree(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// Needed: sent twice, it is one order.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<Option<String>>,
        body: Json<Heard>,
    ) -> poem::Result<Moved> {
        let done = async {
            asked.scope(Right::OrdersWrite)?;
            let id: OfferId = dto::id(&id)?;
            flows::offers::agree(asked.site.app(), &asked.actor, id, said(body.0, needed(key.0)?)?).await?;
            shown(&asked, id, Right::OffersSend).await
        };
        Ok(Moved::Offer(Json(done.await.map_err(refused)?)))
    }

    /// Place the order of an offer that was accepted when the stock would not bear it; scope offers:write
    #[oai(path = "/offers/:id/order", method = "post", operation_id = "orderOffer")]
    async fn order(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Moved> {
        let done = async {
            let id: OfferId = dto::id(&id)?;
            flows::offers::order(asked.site.app(), &asked.actor, id).await?;
            shown(&asked, id, Right::OffersWrite).await
        };
        Ok(Moved::Offer(Json(done.await.map_err(refused)?)))
    }
}

/// Asked for once the scopes are known to be there.
fn needed(key: Option<String>) -> Result<String, Fault> {
    key.ok_or_else(|| Fault::invalid("Idempotency-Key", "form.missing"))
}

fn origin(body: &Beginning) -> Result<Option<Origins>, Fault> {
    let named = [
        dto::choice(body.inquiry.as_deref(), "inquiry")?.map(Origins::Inquiry),
        dto::choice(body.order.as_deref(), "order")?.map(Origins::Order),
        dto::choice(body.offer.as_deref(), "offer")?.map(Origins::Offer),
    ];
    let mut named = named.into_iter().flatten();
    match (named.next(), named.next()) {
        (first, None) => Ok(first),
        _ => Err(Fault::invalid("offer", "form.choose")),
    }
}

fn said(body: Heard, key: String) -> Result<Said, Fault> {
    Ok(Said {
        how: body.how.parse().map_err(|_| Fault::invalid("how", "form.choose"))?,
        name: body.name,
        role: body.role,
        note: body.note,
        choice: body.choice.map(|choice| choice.read()).transpose()?,
        seen: body.seen.read("seen")?,
        street: body.street,
        city: body.city,
        postcode: body.postcode,
        phone: body.phone,
        key,
    })
}
