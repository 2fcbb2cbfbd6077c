//! Everything by Ctrl K: customers, offers, contracts, orders, cases, inquiries, products, in this order.

use serde::Serialize;
use serde_json::json;
use vitrina::{
    aftersales::{self, CaseQuery},
    catalog::{self, ProductFilter},
    contracts::{self, ContractQuery},
    crm::{self, InquiryFilter, InquiryQuery},
    kernel::{Fault, Right},
    offers::{self, OfferQuery},
    parties::{self, CustomerFilter, CustomerQuery},
    sales::{self, OrderQuery},
};

use super::desk::{Answer, Desk};

#[derive(Serialize)]
struct Group {
    key: &'static str,
    hits: Vec<Hit>,
}

#[derive(Serialize)]
struct Hit {
    url: String,
    name: String,
    sub: String,
}

/// Few of each: whoever wants more asks the list.
const EACH: u32 = 6;

pub async fn find(desk: Desk) -> Answer {
    let words = desk.query.get("q").to_owned();
    let groups = if words.chars().count() < 2 { Vec::new() } else { groups(&desk, &words).await? };
    let context = json!({ "query": words, "groups": groups });
    desk.show("", "find", context).await
}

async fn groups(desk: &Desk, words: &str) -> Result<Vec<Group>, Fault> {
    let found = [
        Group { key: "customers", hits: customers(desk, words).await? },
        Group { key: "offers", hits: offers(desk, words).await? },
        Group { key: "contracts", hits: contracts(desk, words).await? },
        Group { key: "orders", hits: orders(desk, words).await? },
        Group { key: "cases", hits: cases(desk, words).await? },
        Group { key: "inquiries", hits: inquiries(desk, words).await? },
        Group { key: "products", hits: products(desk, words).await? },
    ];
    Ok(found.into_iter().filter(|g| !g.hits.is_empty()).collect())
}

async fn customers(desk: &Desk, words: &str) -> Result<Vec<Hit>, Fault> {
    let Ok(scope) = desk.scope(Right::CustomersRead) else { return Ok(Vec::new()) };
    let filter = CustomerFilter { search: Some(words.to_owned()), ..CustomerFilter::default() };
    let query = CustomerQuery { filter, limit: EACH as usize, ..CustomerQuery::default() };
    let page = parties::list(desk.app.reader(), &scope, &query).await?;
    let hit = |c: parties::CustomerRow| {
        let sub = c.email.or(c.phone).unwrap_or_default();
        Hit { url: format!("/office/customers/{}", c.id), name: c.display, sub }
    };
    Ok(page.rows.into_iter().map(hit).collect())
}

async fn orders(desk: &Desk, words: &str) -> Result<Vec<Hit>, Fault> {
    let Ok(scope) = desk.scope(Right::OrdersRead) else { return Ok(Vec::new()) };
    let query = OrderQuery { search: words.to_owned(), limit: EACH, ..OrderQuery::default() };
    let page = sales::list(desk.app.reader(), &scope, &query).await?;
    let hit = |o: sales::OrderRow| {
        let name = if o.company.is_empty() { &o.name } else { &o.company };
        Hit {
            url: format!("/office/orders/{}", o.id),
            name: format!("{} · {name}", o.number),
            sub: desk.stage.money(desk.locale, o.gross),
        }
    };
    Ok(page.rows.into_iter().map(hit).collect())
}

async fn cases(desk: &Desk, words: &str) -> Result<Vec<Hit>, Fault> {
    let Ok(scope) = desk.scope(Right::CasesRead) else { return Ok(Vec::new()) };
    let query = CaseQuery { search: words.to_owned(), limit: EACH, ..CaseQuery::default() };
    let page = aftersales::list(desk.app.reader(), &scope, &query).await?;
    let hit = |c: aftersales::CaseRow| Hit {
        url: format!("{}/{}", super::cases::PATH, c.id),
        name: format!("{} · {}", c.number, c.customer),
        sub: c.title.unwrap_or_default(),
    };
    Ok(page.rows.into_iter().map(hit).collect())
}

async fn offers(desk: &Desk, words: &str) -> Result<Vec<Hit>, Fault> {
    let Ok(scope) = desk.scope(Right::OffersRead) else { return Ok(Vec::new()) };
    let query = OfferQuery { search: words.to_owned(), limit: EACH, ..OfferQuery::default() };
    let page = offers::list(desk.app.reader(), &scope, &query).await?;
    let hit = |o: offers::OfferRow| Hit {
        url: format!("/office/offers/{}", o.id),
        name: format!("{} · {}", o.number.unwrap_or_default(), o.customer),
        sub: o.title,
    };
    Ok(page.rows.into_iter().map(hit).collect())
}

async fn contracts(desk: &Desk, words: &str) -> Result<Vec<Hit>, Fault> {
    let Ok(scope) = desk.scope(Right::OffersRead) else { return Ok(Vec::new()) };
    let query = ContractQuery { search: words.to_owned(), limit: EACH, ..ContractQuery::default() };
    let page = contracts::list(desk.app.reader(), &scope, &query).await?;
    let hit = |c: contracts::ContractRow| Hit {
        url: format!("/office/contracts/{}", c.id),
        name: format!("{} · {}", c.number.unwrap_or_else(|| desk.t("office.contract.draft_number")), c.customer),
        sub: desk.stage.money(desk.locale, c.gross),
    };
    Ok(page.rows.into_iter().map(hit).collect())
}

async fn inquiries(desk: &Desk, words: &str) -> Result<Vec<Hit>, Fault> {
    let Ok(scope) = desk.scope(Right::InquiriesRead) else { return Ok(Vec::new()) };
    let filter = InquiryFilter { search: Some(words.to_owned()), ..InquiryFilter::default() };
    let page = crm::inquiries(desk.app.reader(), &scope, &InquiryQuery { filter, after: None, limit: EACH as usize }).await?;
    let hit = |i: crm::InquiryRow| Hit {
        url: format!("/office/inquiries/{}", i.id),
        name: format!("{} · {}", i.number, i.party_name),
        sub: i.product_title.unwrap_or_default(),
    };
    Ok(page.rows.into_iter().map(hit).collect())
}

async fn products(desk: &Desk, words: &str) -> Result<Vec<Hit>, Fault> {
    let Ok(scope) = desk.scope(Right::CatalogRead) else { return Ok(Vec::new()) };
    let filter = ProductFilter { words: words.to_owned(), limit: EACH, ..ProductFilter::default() };
    let rows = catalog::list(desk.app.reader(), &scope, &filter, desk.locale).await?;
    let hit = |p: catalog::ProductRow| Hit { url: format!("/office/products/{}", p.id), name: p.title, sub: p.sku };
    Ok(rows.into_iter().map(hit).collect())
}
