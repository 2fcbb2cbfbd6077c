//! Inquiries as the office reads them.

use sea_orm::Value;
use serde::Serialize;

use super::{Fault, InquiryState, TaskFilter, TaskQuery, TaskRow, tasks};
use crate::{
    access,
    kernel::{self, InquiryId, Locale, Moment, Page, PartyId, ProductId, Reads, Scope, UserId, db, from_cursor},
    parties,
};

/// Which inquiries, newest first.
#[derive(Clone, Debug, Default)]
pub struct InquiryFilter {
    pub state: Option<InquiryState>,
    /// An inquiry's number, or words of its customer.
    pub search: Option<String>,
    pub party: Option<PartyId>,
}

#[derive(Clone, Debug, Default)]
pub struct InquiryQuery {
    pub filter: InquiryFilter,
    pub after: Option<String>,
    /// Rows a page, at most 200; 0 means 50.
    pub limit: usize,
}

/// A row of the list.
#[derive(Clone, Debug, Serialize)]
pub struct InquiryRow {
    pub id: InquiryId,
    pub number: String,
    pub state: InquiryState,
    pub party: PartyId,
    pub party_name: String,
    pub product: Option<ProductId>,
    pub product_title: Option<String>,
    /// The beginning of the text.
    pub excerpt: String,
    pub origin: String,
    pub created_at: Moment,
}

/// An inquiry with its steps and open tasks.
#[derive(Clone, Debug, Serialize)]
pub struct InquiryView {
    #[serde(flatten)]
    pub row: InquiryRow,
    pub text: String,
    pub customer_ref: Option<String>,
    pub locale: Locale,
    pub product_slug: Option<String>,
    pub close_reason: Option<String>,
    pub party_email: Option<String>,
    pub party_phone: Option<String>,
    pub changes: Vec<InquiryChange>,
    pub tasks: Vec<TaskRow>,
}

#[derive(Clone, Debug, Serialize)]
pub struct InquiryChange {
    pub from: String,
    pub to: String,
    pub reason: Option<String>,
    pub at: Moment,
    pub by: Option<String>,
}

struct Raw {
    id: InquiryId,
    number: String,
    party: PartyId,
    product: Option<ProductId>,
    product_title: Option<String>,
    product_slug: Option<String>,
    text: String,
    customer_ref: Option<String>,
    locale: Locale,
    origin: String,
    state: String,
    close_reason: Option<String>,
    created_at: Moment,
}
db::record!(Raw {
    id,
    number,
    party,
    product,
    product_title,
    product_slug,
    text,
    customer_ref,
    locale,
    origin,
    state,
    close_reason,
    created_at
});

const COLUMNS: &str = "id, number, party, product, product_title, product_slug, text, customer_ref, locale, origin, state, \
     close_reason, created_at";

impl Raw {
    fn row(&self, party_name: String) -> Result<InquiryRow, kernel::Fault> {
        let excerpt: String = self.text.chars().take(140).map(|c| if c.is_control() { ' ' } else { c }).collect();
        Ok(InquiryRow {
            id: self.id,
            number: self.number.clone(),
            state: self.state.parse().map_err(kernel::Fault::bug)?,
            party: self.party,
            party_name,
            product: self.product,
            product_title: self.product_title.clone(),
            excerpt,
            origin: self.origin.clone(),
            created_at: self.created_at,
        })
    }
}

/// A page of inquiries within the scope (by the customer's manager).
///
/// # Faults
/// `request.cursor_invalid`.
pub async fn inquiries(db: &impl Reads, scope: &Scope, query: &InquiryQuery) -> Result<Page<InquiryRow>, kernel::Fault> {
    let limit = if query.limit == 0 { 50 } else { query.limit.min(200) };
    let mut params: Vec<Value> = Vec::new();
    let mut sql = "1 = 1".to_owned();
    scope.narrow(&format!("party in ({} ($))", parties::OF_MANAGER), &mut sql, &mut params);
    let mut and = |condition: String, value: Value| {
        params.push(value);
        sql.push_str(&format!(" and {}", condition.replace("$n", &format!("${}", params.len()))));
    };
    if let Some(state) = query.filter.state {
        and("state = $n".into(), state.as_str().into());
    }
    if let Some(party) = query.filter.party {
        and("party = $n".into(), party.into());
    }
    if let Some(cursor) = &query.after {
        let id: InquiryId = from_cursor(cursor)?;
        and("id < $n".into(), id.into());
    }
    if let Some(search) = query.filter.search.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
        and("(number = $n".into(), search.to_uppercase().into());
        let by_party = parties::search_sql(search, params.len() + 1);
        match by_party {
            Some((condition, more)) => {
                params.extend(more);
                sql.push_str(&format!(" or {condition})"));
            }
            None => sql.push(')'),
        }
    }
    params.push(Value::from(i64::try_from(limit + 1).unwrap_or(201)));
    let sql = format!("select {COLUMNS} from inquiry where {sql} order by id desc limit ${}", params.len());
    let page = Page::cut(db::all::<Raw>(db, &sql, params).await?, limit, |r| r.id);
    let mut ids: Vec<PartyId> = page.rows.iter().map(|r| r.party).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = parties::briefs(db, &ids).await?;
    let rows = page.rows.iter().map(|r| r.row(names.get(&r.party).map(|p| p.display.clone()).unwrap_or_default()));
    Ok(Page { rows: rows.collect::<Result<_, _>>()?, next: page.next })
}

/// How many inquiries wait for an answer.
///
/// # Faults
/// Whatever the database says.
pub async fn unanswered(db: &impl Reads, scope: &Scope) -> Result<i64, kernel::Fault> {
    let mut sql = "select count(*) from inquiry where state = 'new'".to_owned();
    let mut params = Vec::new();
    scope.narrow(&format!("party in ({} ($))", parties::OF_MANAGER), &mut sql, &mut params);
    Ok(db::scalar(db, &sql, params).await?.unwrap_or(0))
}

/// An inquiry.
///
/// # Faults
/// `crm.inquiry_not_found`, also outside the scope.
pub async fn inquiry(db: &impl Reads, scope: &Scope, id: InquiryId, now: Moment) -> Result<InquiryView, kernel::Fault> {
    let sql = format!("select {COLUMNS} from inquiry where id = $1");
    let raw: Raw = db::opt(db, &sql, db::params![id]).await?.ok_or(Fault::InquiryNotFound)?;
    let party = parties::brief(db, raw.party).await?;
    if !scope.covers(party.manager) {
        return Err(Fault::InquiryNotFound.into());
    }
    let names = access::names(db).await?;
    let sql = "select from_state, to_state, reason, at, by_user from inquiry_change where inquiry = $1 order by id";
    let mut changes = Vec::new();
    for row in db::rows(db, sql, db::params![id]).await? {
        let by: Option<UserId> = row.try_get_by_index(4)?;
        changes.push(InquiryChange {
            from: row.try_get_by_index(0)?,
            to: row.try_get_by_index(1)?,
            reason: row.try_get_by_index(2)?,
            at: row.try_get_by_index(3)?,
            by: by.and_then(|u| names.get(&u).cloned()),
        });
    }
    let filter = TaskFilter { party: Some(raw.party), ..TaskFilter::default() };
    let open = tasks(db, scope, &TaskQuery { filter, after: None, limit: 200 }, now).await?;
    Ok(InquiryView {
        row: raw.row(party.display)?,
        text: raw.text,
        customer_ref: raw.customer_ref,
        locale: raw.locale,
        product_slug: raw.product_slug,
        close_reason: raw.close_reason,
        party_email: party.email,
        party_phone: party.phone,
        changes,
        tasks: open.rows.into_iter().filter(|t| t.subject == Some(id.uuid())).collect(),
    })
}

/// Whether an inquiry lies within the scope.
///
/// # Faults
/// `crm.inquiry_not_found`.
pub async fn inquiry_within(db: &impl Reads, scope: &Scope, id: InquiryId) -> Result<(), kernel::Fault> {
    let party: Option<PartyId> = db::scalar(db, "select party from inquiry where id = $1", db::params![id]).await?;
    let party = party.ok_or(Fault::InquiryNotFound)?;
    parties::within(db, scope, party).await.map_err(|_| Fault::InquiryNotFound.into())
}

/// The inquiry of a number.
///
/// # Faults
/// Whatever the database says.
pub async fn inquiry_of(db: &impl Reads, number: &str) -> Result<Option<InquiryId>, kernel::Fault> {
    Ok(db::scalar(db, "select id from inquiry where number = $1", db::params![number]).await?)
}
