//! Cases: found, taken down, read. What moves them on stands in `case_steps`.

use poem::{Body, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path, Query},
    payload::{Binary, Json},
};
use vitrina::{
    aftersales::{self, CaseQuery, Kind, Problem, Remedy},
    flows::{
        self,
        aftersales::{Form, Whose},
    },
    kernel::{Fault, OrderId, Origin, Right},
    sales,
};

use super::case_view::{CaseDetail, CaseSummary, shown};
use crate::api::{
    case_parts::{CaseGoods, chosen, on_the_wire},
    dto::{self, list},
    gate::Asked,
    problem::refused,
};

pub struct Cases;

list!(CaseList of CaseSummary);

/// A declaration that somebody else took down.
#[derive(Object)]
#[oai(rename = "NewCase", deny_unknown_fields)]
struct Taken {
    /// complaint, withdrawal
    kind: String,
    /// Id of the order.
    order: String,
    #[oai(default)]
    items: Vec<CaseGoods>,
    /// Of a complaint: defect, damaged, wrong_item, missing, service, other
    problem: Option<String>,
    /// Of a complaint: repair, replacement, price_reduction, refund, none
    wish: Option<String>,
    #[oai(default)]
    text: String,
    /// As the order has it where nothing is said.
    #[oai(default)]
    name: String,
    #[oai(default)]
    email: String,
    #[oai(default)]
    phone: String,
}

#[derive(ApiResponse)]
enum Registered {
    /// It is taken down and receipted.
    #[oai(status = 201)]
    Case(
        Json<CaseDetail>,
        #[oai(header = "Location")] String,
        /// true: it was taken down before.
        #[oai(header = "Idempotent-Replayed")]
        Option<bool>,
    ),
}

#[OpenApi]
impl Cases {
    /// Complaints and withdrawals, latest changed first; scope cases:read
    #[oai(path = "/cases", method = "get", operation_id = "cases")]
    async fn list(
        &self,
        asked: Data<&Asked>,
        /// Number, order, customer, goods; every word has to occur.
        q: Query<Option<String>>,
        /// complaint, withdrawal
        kind: Query<Option<String>>,
        /// A state; several parted by commas.
        state: Query<Option<String>>,
        /// Id of an order.
        order: Query<Option<String>>,
        /// Id of a customer.
        customer: Query<Option<String>>,
        /// true: those that no order was found for.
        unmatched: Query<Option<bool>>,
        /// true: those whose term has passed.
        overdue: Query<Option<bool>>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<CaseList>> {
        let limit = dto::limit(limit.0);
        let listed = async {
            let states = state.0.iter().flat_map(|s| s.split(',')).filter(|s| !s.is_empty());
            let states = states.map(|s| s.parse().map_err(|_| Fault::invalid("state", "form.choose")));
            let query = CaseQuery {
                kind: dto::choice(kind.0.as_deref(), "kind")?,
                states: states.collect::<Result<_, _>>()?,
                order: dto::choice(order.0.as_deref(), "order")?,
                party: dto::choice(customer.0.as_deref(), "customer")?,
                unmatched: unmatched.0 == Some(true),
                overdue: (overdue.0 == Some(true)).then(|| asked.site.app().now()),
                search: q.0.unwrap_or_default(),
                after: after.0,
                limit,
            };
            aftersales::list(asked.db(), &asked.scope(Right::CasesRead)?, &query).await
        };
        let page = listed.await.map_err(refused)?;
        Ok(Json(CaseList::new(page.rows.iter().map(Into::into).collect(), limit, page.next)))
    }

    /// Take a declaration down; scopes cases:write, orders:read
    #[oai(path = "/cases", method = "post", operation_id = "registerCase")]
    async fn register(
        &self,
        asked: Data<&Asked>,
        /// Needed: sent twice, it is one case.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<Option<String>>,
        body: Json<Taken>,
    ) -> poem::Result<Registered> {
        let taken = async {
            let form = form(&asked, body.0, key.0).await?;
            let received = flows::aftersales::declare(asked.site.app(), &asked.actor, form).await.map_err(on_the_wire)?;
            let filed = received.filed.ok_or_else(|| Fault::not_found("aftersales.no_case"))?;
            Ok::<_, Fault>((filed.id, received.before, shown(&asked, filed.id, Right::CasesWrite).await?))
        };
        let (id, before, case) = taken.await.map_err(refused)?;
        Ok(Registered::Case(Json(case), format!("/admin/v1/cases/{id}"), before.then_some(true)))
    }

    /// One case with its goods, messages, papers and what came of it; scope cases:read
    #[oai(path = "/cases/:id", method = "get", operation_id = "case")]
    async fn one(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<CaseDetail>> {
        let found = async { shown(&asked, dto::id(&id)?, Right::CasesRead).await };
        Ok(Json(found.await.map_err(refused)?))
    }

    /// A paper of a case as a PDF; scope cases:read
    #[oai(path = "/cases/:id/papers/:paper/pdf", method = "get", operation_id = "casePaper")]
    async fn paper(&self, asked: Data<&Asked>, id: Path<String>, paper: Path<String>) -> poem::Result<Binary<Body>> {
        let file = async { flows::aftersales::paper(asked.site.app(), &asked.actor, dto::id(&id)?, dto::id(&paper)?).await };
        Ok(Binary(Body::from(file.await.map_err(refused)?.bytes.to_vec())))
    }
}

async fn form(asked: &Asked, body: Taken, key: Option<String>) -> Result<Form, Fault> {
    asked.scope(Right::CasesWrite)?;
    let scope = asked.scope(Right::OrdersRead)?;
    let key = key.ok_or_else(|| Fault::invalid("Idempotency-Key", "form.missing"))?;
    let kind: Kind = body.kind.parse().map_err(|_| Fault::invalid("kind", "form.choose"))?;
    let order: OrderId = body.order.parse().map_err(|_| Fault::invalid("order", "form.choose"))?;
    let locale = sales::head(asked.db(), &scope, order).await?.locale;
    Ok(Form {
        kind,
        problem: dto::choice(body.problem.as_deref(), "problem")?.unwrap_or(Problem::None),
        wish: match kind {
            Kind::Withdrawal => Remedy::Refund,
            Kind::Complaint => dto::choice(body.wish.as_deref(), "wish")?.unwrap_or(Remedy::None),
        },
        whose: Whose::Order(order),
        chosen: chosen(&body.items)?,
        name: body.name,
        email: body.email,
        phone: body.phone,
        text: body.text,
        locale,
        origin: Origin::Api,
        files: Vec::new(),
        trap: String::new(),
        address: asked.address.clone(),
        key,
    })
}
