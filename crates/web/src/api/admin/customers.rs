//! Customers and their history.

use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
    types::Any,
};
use serde_json::Value;
use vitrina::{
    crm, flows,
    kernel::{Fault, PartyId, Right},
    parties::{self, CustomerFilter, CustomerQuery, CustomerRow, CustomerSort},
};

use crate::api::{
    dto::{self, Address, list},
    gate::Asked,
    problem::refused,
};

pub struct Customers;

#[derive(Debug, Object)]
pub struct Customer {
    id: String,
    /// The company, else the person.
    display: String,
    name: String,
    email: Option<String>,
    /// The owner of the address showed that it is theirs.
    email_proven: bool,
    phone: Option<String>,
    stage: String,
    /// Id of the manager responsible.
    manager: Option<String>,
    group: Option<String>,
    /// Likely the same as another record.
    likely: bool,
    created_at: String,
    touched_at: String,
}

impl From<&CustomerRow> for Customer {
    fn from(c: &CustomerRow) -> Self {
        Self {
            id: c.id.to_string(),
            display: c.display.clone(),
            name: c.name.clone(),
            email: c.email.clone(),
            email_proven: c.email_proven,
            phone: c.phone.clone(),
            stage: c.stage.as_str().to_owned(),
            manager: c.manager.map(|id| id.to_string()),
            group: c.group.clone(),
            likely: c.likely,
            created_at: dto::at(c.created_at),
            touched_at: dto::at(c.touched_at),
        }
    }
}

list!(CustomerList of Customer);

/// A customer's record.
#[derive(Debug, Object)]
struct CustomerDetail {
    id: String,
    display: String,
    name: String,
    company: Option<String>,
    company_code: Option<String>,
    vat_code: Option<String>,
    email: Option<String>,
    email_proven: bool,
    phone: Option<String>,
    locale: String,
    stage: String,
    manager: Option<String>,
    group: Option<String>,
    origin: String,
    erased: bool,
    /// The record that this one became part of.
    joined_into: Option<String>,
    created_at: String,
    touched_at: String,
    addresses: Vec<Address>,
}

impl From<parties::CustomerView> for CustomerDetail {
    fn from(c: parties::CustomerView) -> Self {
        let address =
            |a: parties::AddressView| Address { street: a.street, city: a.city, postcode: a.postcode, country: a.country };
        Self {
            id: c.id.to_string(),
            display: c.display,
            name: c.name,
            company: c.company,
            company_code: c.company_code,
            vat_code: c.vat_code,
            email: c.email,
            email_proven: c.email_proven,
            phone: c.phone,
            locale: c.locale.to_string(),
            stage: c.stage.as_str().to_owned(),
            manager: c.manager.map(|id| id.to_string()),
            group: c.group,
            origin: c.origin,
            erased: c.erased,
            joined_into: c.joined_into.map(|id| id.to_string()),
            created_at: dto::at(c.created_at),
            touched_at: dto::at(c.touched_at),
            addresses: c.addresses.into_iter().map(address).collect(),
        }
    }
}

/// What happened, in a code and its arguments; free text only where staff wrote a note.
#[derive(Debug, Object)]
pub struct TimelineEntry {
    id: String,
    at: String,
    code: String,
    args: Any<Value>,
    subject_kind: Option<String>,
    subject: Option<String>,
    by: Option<String>,
    origin: String,
    note: Option<String>,
}

list!(Timeline of TimelineEntry);

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewCustomer {
    name: String,
    /// E-mail or phone is needed.
    email: Option<String>,
    phone: Option<String>,
    company: Option<String>,
    company_code: Option<String>,
    vat_code: Option<String>,
    /// The language they are written to in; else that of the answer.
    locale: Option<String>,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewNote {
    text: String,
}

#[derive(ApiResponse)]
enum Added {
    /// A record of their own, marked `likely` when it resembles another one.
    #[oai(status = 201)]
    Customer(Json<CustomerDetail>, #[oai(header = "Location")] String),
}

#[derive(ApiResponse)]
enum Noted {
    /// It stands in the history.
    #[oai(status = 201)]
    Note,
}

#[OpenApi]
impl Customers {
    /// Customers; scope customers:read
    #[oai(path = "/customers", method = "get", operation_id = "customers")]
    async fn list(
        &self,
        asked: Data<&Asked>,
        /// Beginnings of words of name, company, e-mail, codes and phone.
        q: Query<Option<String>>,
        stage: Query<Option<String>>,
        /// touched, name, created
        sort: Query<Option<String>>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<CustomerList>> {
        let limit = dto::limit(limit.0);
        let listed = async {
            let sort = match sort.0.as_deref() {
                None | Some("touched") => CustomerSort::Touched,
                Some("name") => CustomerSort::Name,
                Some("created") => CustomerSort::Created,
                Some(_) => return Err(Fault::invalid("sort", "form.choose")),
            };
            let stage = dto::choice(stage.0.as_deref(), "stage")?;
            let filter = CustomerFilter { search: q.0, stage, ..CustomerFilter::default() };
            let query = CustomerQuery { filter, sort, after: after.0, limit: limit as usize };
            parties::list(asked.db(), &asked.scope(Right::CustomersRead)?, &query).await
        };
        let page = listed.await.map_err(refused)?;
        Ok(Json(CustomerList::new(page.rows.iter().map(Customer::from).collect(), limit, page.next)))
    }

    /// One customer; scope customers:read
    #[oai(path = "/customers/:id", method = "get", operation_id = "customer")]
    async fn one(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<CustomerDetail>> {
        let found = async {
            let scope = asked.scope(Right::CustomersRead)?;
            parties::customer(asked.db(), &scope, dto::id::<PartyId>(&id)?).await
        };
        Ok(Json(found.await.map_err(refused)?.into()))
    }

    /// A customer's history, newest first, 50 a page; scope customers:read
    #[oai(path = "/customers/:id/timeline", method = "get", operation_id = "timeline")]
    async fn timeline(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<Timeline>> {
        let read = async {
            let scope = asked.scope(Right::CustomersRead)?;
            crm::timeline(asked.db(), &scope, dto::id(&id)?, after.0.as_deref()).await
        };
        let page = read.await.map_err(refused)?;
        let entry = |r: crm::TimelineRow| TimelineEntry {
            id: r.id.to_string(),
            at: dto::at(r.at),
            code: r.code,
            args: Any(r.args),
            subject_kind: r.subject_kind,
            subject: r.subject.map(|id| id.to_string()),
            by: r.by,
            origin: r.origin,
            note: r.note,
        };
        Ok(Json(Timeline::new(page.rows.into_iter().map(entry).collect(), 50, page.next)))
    }

    /// Add a customer; scope customers:write
    #[oai(path = "/customers", method = "post", operation_id = "addCustomer")]
    async fn add(&self, asked: Data<&Asked>, body: Json<NewCustomer>) -> poem::Result<Added> {
        let added = async {
            let new = body.0;
            let locale = match new.locale.as_deref() {
                Some(text) => text.parse().ok().filter(|l| asked.channel.speaks(*l)),
                None => Some(asked.locale),
            };
            let contact = parties::Contact {
                name: new.name,
                email: new.email,
                phone: new.phone,
                company: new.company,
                company_code: new.company_code,
                vat_code: new.vat_code,
                locale: locale.ok_or_else(|| Fault::invalid("locale", "form.choose"))?,
            };
            let party = flows::work::add_customer(asked.site.app(), &asked.actor, contact).await?.party;
            parties::customer(asked.db(), &asked.scope(Right::CustomersWrite)?, party).await
        };
        let customer: CustomerDetail = added.await.map_err(refused)?.into();
        let location = format!("/admin/v1/customers/{}", customer.id);
        Ok(Added::Customer(Json(customer), location))
    }

    /// Write a note into a customer's history; scope customers:write
    #[oai(path = "/customers/:id/notes", method = "post", operation_id = "addNote")]
    async fn note(&self, asked: Data<&Asked>, id: Path<String>, body: Json<NewNote>) -> poem::Result<Noted> {
        let noted = async { flows::work::add_note(asked.site.app(), &asked.actor, dto::id(&id)?, &body.text).await };
        noted.await.map_err(refused)?;
        Ok(Noted::Note)
    }
}
