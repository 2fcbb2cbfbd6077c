//! Contracts: found, made of an offer, written, sent, answered. The customer accepts one on its page.

use poem::{Body, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path, Query},
    payload::{Binary, Json},
};
use vitrina::{
    contracts::{self, Content, ContractQuery},
    flows::{self, contracts::Make},
    kernel::{ContractId, Fault, OfferId, OrderId, Right},
    offers,
};

use super::contract_view::{ContractDetail, ContractSummary, Side, as_seen, shown};
use crate::api::{
    dto::{self, list},
    gate::Asked,
    problem::refused,
};

pub struct Contracts;

list!(ContractList of ContractSummary);

/// What a contract is made of: an offer that was accepted or can be, or the order that came of one.
#[derive(Object)]
#[oai(rename = "NewContract", deny_unknown_fields)]
struct Making {
    /// Id of an offer.
    offer: Option<String>,
    /// Id of an order.
    order: Option<String>,
    /// `sale.lt`, or one of the shop's own; the standard one of the offer's language where nothing is said.
    template: Option<String>,
}

/// What is written; what is not named stays, a side is named whole.
#[derive(Object)]
#[oai(rename = "ContractText", deny_unknown_fields)]
struct TextBody {
    #[oai(validator(max_length = 300))]
    title: Option<String>,
    #[oai(validator(max_length = 300))]
    place: Option<String>,
    body: Option<String>,
    seller: Option<Side>,
    buyer: Option<Side>,
}

#[derive(Object)]
#[oai(rename = "ContractWithdrawal", deny_unknown_fields)]
struct Withdrawal {
    /// Why; kept with the contract.
    reason: String,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct ContractAnswer {
    answer: String,
}

#[derive(ApiResponse)]
enum Made {
    /// The new contract.
    #[oai(status = 201)]
    Contract(Json<ContractDetail>, #[oai(header = "Location")] String),
}

#[derive(ApiResponse)]
enum Moved {
    /// The contract after the step.
    #[oai(status = 201)]
    Contract(Json<ContractDetail>),
}

#[OpenApi]
impl Contracts {
    /// Contracts, the latest changed first; scope offers:read
    #[oai(path = "/contracts", method = "get", operation_id = "contracts")]
    async fn list(
        &self,
        asked: Data<&Asked>,
        /// Number, title or customer; every word has to occur.
        q: Query<Option<String>>,
        /// A state; several parted by commas.
        state: Query<Option<String>>,
        /// Id of a customer.
        customer: Query<Option<String>>,
        /// Id of an offer.
        offer: Query<Option<String>>,
        /// Id of an order.
        order: Query<Option<String>>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<ContractList>> {
        let limit = dto::limit(limit.0);
        let listed = async {
            let states = state.0.iter().flat_map(|s| s.split(',')).filter(|s| !s.is_empty());
            let states = states.map(|s| s.parse().map_err(|_| Fault::invalid("state", "form.choose")));
            let query = ContractQuery {
                states: states.collect::<Result<_, _>>()?,
                party: dto::choice(customer.0.as_deref(), "customer")?,
                offer: dto::choice(offer.0.as_deref(), "offer")?,
                order: dto::choice(order.0.as_deref(), "order")?,
                search: q.0.unwrap_or_default(),
                after: after.0,
                limit,
            };
            contracts::list(asked.db(), &asked.scope(Right::OffersRead)?, &query).await
        };
        let page = listed.await.map_err(refused)?;
        Ok(Json(ContractList::new(page.rows.iter().map(ContractSummary::from).collect(), limit, page.next)))
    }

    /// Make a contract of an offer; scope offers:write
    #[oai(path = "/contracts", method = "post", operation_id = "makeContract")]
    async fn make(
        &self,
        asked: Data<&Asked>,
        /// Needed: sent twice, it is one contract.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<Option<String>>,
        body: Json<Making>,
    ) -> poem::Result<Made> {
        let made = async {
            let key = key.0.ok_or_else(|| Fault::invalid("Idempotency-Key", "form.missing"))?;
            let new = Make { offer: ground(&asked, &body).await?, template: body.0.template, key };
            let id = flows::contracts::make(asked.site.app(), &asked.actor, new).await?;
            Ok::<_, Fault>((id, shown(&asked, id, Right::OffersWrite).await?))
        };
        let (id, contract) = made.await.map_err(refused)?;
        Ok(Made::Contract(Json(contract), format!("/admin/v1/contracts/{id}")))
    }

    /// One contract with its text, versions, questions and acceptance; scope offers:read
    #[oai(path = "/contracts/:id", method = "get", operation_id = "contract")]
    async fn one(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<ContractDetail>> {
        let found = async { shown(&asked, dto::id(&id)?, Right::OffersRead).await };
        Ok(Json(found.await.map_err(refused)?))
    }

    /// Write its text and its parties; scope offers:write
    #[oai(path = "/contracts/:id", method = "patch", operation_id = "changeContract")]
    async fn change(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// The `ETag` of the contract as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Json<TextBody>,
    ) -> poem::Result<Json<ContractDetail>> {
        let done = async {
            let id: ContractId = dto::id(&id)?;
            as_seen(&asked, id, (if_match.0.as_deref(), Right::OffersWrite)).await?;
            let stored = contracts::contract(asked.db(), &asked.scope(Right::OffersWrite)?, id).await?.content;
            flows::contracts::change(asked.site.app(), &asked.actor, id, written(stored, body.0)).await?;
            shown(&asked, id, Right::OffersWrite).await
        };
        Ok(Json(done.await.map_err(refused)?))
    }

    /// Its PDF as it reads at this moment; scope offers:read
    #[oai(path = "/contracts/:id/pdf", method = "get", operation_id = "contractPreview")]
    async fn preview(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Binary<Body>> {
        let file = async { flows::contracts::preview(asked.site.app(), &asked.actor, dto::id(&id)?).await };
        Ok(Binary(Body::from(file.await.map_err(refused)?.bytes.to_vec())))
    }

    /// The PDF of a version as it was sent; scope offers:read
    #[oai(path = "/contracts/:id/versions/:version/pdf", method = "get", operation_id = "contractVersionPdf")]
    async fn pdf(&self, asked: Data<&Asked>, id: Path<String>, version: Path<String>) -> poem::Result<Binary<Body>> {
        let file = async {
            let (id, n) = (dto::id(&id)?, dto::id(&version)?);
            flows::contracts::pdf(asked.site.app(), &asked.actor, id, n).await
        };
        Ok(Binary(Body::from(file.await.map_err(refused)?.bytes.to_vec())))
    }

    /// The accepted contract with its certificate as PDF; scope offers:read
    #[oai(path = "/contracts/:id/acceptance/pdf", method = "get", operation_id = "contractCertificate")]
    async fn signed(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Binary<Body>> {
        let file = async { flows::contracts::signed(asked.site.app(), &asked.actor, dto::id(&id)?).await };
        Ok(Binary(Body::from(file.await.map_err(refused)?.bytes.to_vec())))
    }

    /// Send it: the version is fixed and the letter goes; scope offers:send
    #[oai(path = "/contracts/:id/dispatch", method = "post", operation_id = "sendContract")]
    async fn send(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// The `ETag` of the contract as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> poem::Result<Moved> {
        let done = async {
            let id: ContractId = dto::id(&id)?;
            as_seen(&asked, id, (if_match.0.as_deref(), Right::OffersSend)).await?;
            flows::contracts::send(asked.site.app(), &asked.actor, id).await?;
            shown(&asked, id, Right::OffersSend).await
        };
        Ok(Moved::Contract(Json(done.await.map_err(refused)?)))
    }

    /// Begin the next version, about what the offer says now; the one that was sent stands until then; scope offers:write
    #[oai(path = "/contracts/:id/revision", method = "post", operation_id = "reviseContract")]
    async fn revise(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Moved> {
        let done = async {
            let id: ContractId = dto::id(&id)?;
            flows::contracts::revise(asked.site.app(), &asked.actor, id).await?;
            shown(&asked, id, Right::OffersWrite).await
        };
        Ok(Moved::Contract(Json(done.await.map_err(refused)?)))
    }

    /// Take it back; scope offers:write
    #[oai(path = "/contracts/:id/withdrawal", method = "post", operation_id = "withdrawContract")]
    async fn withdraw(&self, asked: Data<&Asked>, id: Path<String>, body: Json<Withdrawal>) -> poem::Result<Moved> {
        let done = async {
            let id: ContractId = dto::id(&id)?;
            flows::contracts::withdraw(asked.site.app(), &asked.actor, id, &body.reason).await?;
            shown(&asked, id, Right::OffersWrite).await
        };
        Ok(Moved::Contract(Json(done.await.map_err(refused)?)))
    }

    /// Answer a question of the customer; scope offers:write
    #[oai(path = "/contracts/:id/questions/:question/answer", method = "post", operation_id = "answerContractQuestion")]
    async fn answer(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        question: Path<String>,
        body: Json<ContractAnswer>,
    ) -> poem::Result<Moved> {
        let done = async {
            let (id, question): (ContractId, _) = (dto::id(&id)?, dto::id(&question)?);
            flows::contracts::answer(asked.site.app(), &asked.actor, id, (question, &body.answer)).await?;
            shown(&asked, id, Right::OffersWrite).await
        };
        Ok(Moved::Contract(Json(done.await.map_err(refused)?)))
    }
}

/// The offer that was named, or the one that the order came of.
async fn ground(asked: &Asked, body: &Making) -> Result<OfferId, Fault> {
    let (offer, order) = (dto::choice(body.offer.as_deref(), "offer")?, dto::choice::<OrderId>(body.order.as_deref(), "order")?);
    match (offer, order) {
        (Some(offer), None) => Ok(offer),
        (None, Some(order)) => {
            let found = offers::of_order(asked.db(), &asked.scope(Right::OffersWrite)?, order).await?;
            found.ok_or_else(|| Fault::invalid("order", "contracts.no_offer"))
        }
        _ => Err(Fault::invalid("offer", "form.choose")),
    }
}

fn written(stored: Content, body: TextBody) -> Content {
    Content {
        title: body.title.unwrap_or(stored.title),
        place: body.place.unwrap_or(stored.place),
        body: body.body.unwrap_or(stored.body),
        seller: body.seller.map_or(stored.seller, Into::into),
        buyer: body.buyer.map_or(stored.buyer, Into::into),
    }
}
