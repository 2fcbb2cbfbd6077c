//! The list of customers: filtered, sorted, searched, and paged by key.

use sea_orm::Value;
use serde::Serialize;

use super::{Stage, words};
use crate::kernel::{Fault, Moment, Page, PartyId, Reads, Scope, UserId, db, from_cursor};

/// Which customers.
#[derive(Clone, Debug, Default)]
pub struct CustomerFilter {
    /// Prefixes of words of name, company, e-mail, codes and phone; accents folded.
    pub search: Option<String>,
    pub stage: Option<Stage>,
    pub manager: Option<ManagerIs>,
    pub group: Option<String>,
    /// Only records that are likely the same as another.
    pub likely: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManagerIs {
    Nobody,
    User(UserId),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CustomerSort {
    /// Last dealt with first.
    #[default]
    Touched,
    Name,
    /// Newest record first (ids are drawn in the order of time).
    Created,
}

#[derive(Clone, Debug, Default)]
pub struct CustomerQuery {
    pub filter: CustomerFilter,
    pub sort: CustomerSort,
    pub after: Option<String>,
    /// Rows a page, at most 200; 0 means 50.
    pub limit: usize,
}

/// A row of the list.
#[derive(Clone, Debug, Serialize)]
pub struct CustomerRow {
    pub id: PartyId,
    /// The company, else the person.
    pub display: String,
    /// The person.
    pub name: String,
    pub email: Option<String>,
    pub email_proven: bool,
    pub phone: Option<String>,
    pub stage: Stage,
    pub manager: Option<UserId>,
    pub group: Option<String>,
    pub likely: bool,
    pub created_at: Moment,
    pub touched_at: Moment,
}

struct Raw {
    id: PartyId,
    name: String,
    company: Option<String>,
    email: Option<String>,
    proven: bool,
    phone: Option<String>,
    stage: i64,
    manager: Option<UserId>,
    grp: Option<String>,
    likely: bool,
    sort_name: String,
    created_at: Moment,
    touched_at: Moment,
}
db::record!(Raw { id, name, company, email, proven, phone, stage, manager, grp, likely, sort_name, created_at, touched_at });

/// A page of customers within the scope.
///
/// # Faults
/// `request.cursor_invalid`.
pub async fn list(db: &impl Reads, scope: &Scope, query: &CustomerQuery) -> Result<Page<CustomerRow>, Fault> {
    let limit = if query.limit == 0 { 50 } else { query.limit.min(200) };
    let by_name = query.sort == CustomerSort::Name;
    // Along the names only columns of their index are asked for: a walk that leaves it costs a
    // second at 100,000 customers.
    let standing = match (by_name, &query.after) {
        (true, None) => "p.sort_name > ''",
        // The cursor bounds the same index; a second bound would hide it from SQLite's planner.
        (true, Some(_)) => "1 = 1",
        (false, _) => "p.joined_into is null and p.erased_at is null",
    };
    let mut q = Query { sql: standing.into(), params: Vec::new(), by_name };
    q.scope(scope);
    q.filter(db, &query.filter).await?;
    let order = match query.sort {
        CustomerSort::Touched => {
            q.after::<Moment>(query.after.as_deref(), "(p.touched_at, p.id) <")?;
            "p.touched_at desc, p.id desc"
        }
        CustomerSort::Name => {
            q.after::<String>(query.after.as_deref(), "(p.sort_name, p.id) >")?;
            "p.sort_name, p.id"
        }
        CustomerSort::Created => {
            if let Some(cursor) = &query.after {
                let mark = q.bind(from_cursor::<PartyId>(cursor)?);
                q.and(&format!("p.id < {mark}"));
            }
            "p.id desc"
        }
    };
    let mark = q.bind(i64::try_from(limit + 1).unwrap_or(201));
    let sql = format!(
        "select p.id, p.name, p.company, p.email, p.email_proven_at is not null as proven, p.phone, p.stage, p.manager, p.grp, \
         (exists (select 1 from party_likeness l where l.party = p.id and l.state = 'open') \
         or exists (select 1 from party_likeness l where l.other = p.id and l.state = 'open')) as likely, \
         p.sort_name, p.created_at, p.touched_at \
         from (select p.id from party p where {} order by {order} limit {mark}) k join party p on p.id = k.id order by {order}",
        q.sql
    );
    let rows: Vec<Raw> = db::all(db, &sql, q.params).await?;
    let page = match query.sort {
        CustomerSort::Touched => Page::cut(rows, limit, |r| (r.touched_at, r.id)),
        CustomerSort::Created => Page::cut(rows, limit, |r| r.id),
        CustomerSort::Name => Page::cut(rows, limit, |r| (r.sort_name.clone(), r.id)),
    };
    Ok(page.map(shown))
}

fn shown(r: Raw) -> CustomerRow {
    CustomerRow {
        id: r.id,
        display: r.company.unwrap_or_else(|| r.name.clone()),
        name: r.name,
        email: r.email,
        email_proven: r.proven,
        phone: r.phone,
        stage: Stage::from_rank(r.stage),
        manager: r.manager,
        group: r.grp,
        likely: r.likely,
        created_at: r.created_at,
        touched_at: r.touched_at,
    }
}

/// A WHERE in the making.
struct Query {
    sql: String,
    params: Vec<Value>,
    by_name: bool,
}

impl Query {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len())
    }
    fn and(&mut self, condition: &str) {
        self.sql.push_str(" and ");
        self.sql.push_str(condition);
    }
    fn scope(&mut self, scope: &Scope) {
        scope.narrow("p.manager in ($)", &mut self.sql, &mut self.params);
    }

    fn after<K>(&mut self, cursor: Option<&str>, compare: &str) -> Result<(), Fault>
    where
        K: serde::de::DeserializeOwned + Into<Value>,
    {
        let Some(cursor) = cursor else { return Ok(()) };
        let (key, id): (K, PartyId) = from_cursor(cursor)?;
        let (key, id) = (self.bind(key), self.bind(id));
        self.and(&format!("{compare} ({key}, {id})"));
        Ok(())
    }

    async fn filter(&mut self, db: &impl Reads, filter: &CustomerFilter) -> Result<(), Fault> {
        if let Some(stage) = filter.stage {
            let mark = self.bind(stage.rank());
            // The plus keeps the walk on the index of names instead of sorting a whole stage.
            let plus = if self.by_name { "+" } else { "" };
            self.and(&format!("{plus}p.stage = {mark}"));
        }
        match filter.manager {
            Some(ManagerIs::Nobody) => self.and("p.manager is null"),
            Some(ManagerIs::User(user)) => {
                let mark = self.bind(user);
                self.and(&format!("p.manager = {mark}"));
            }
            None => {}
        }
        if let Some(group) = &filter.group {
            let mark = self.bind(group.clone());
            self.and(&format!("p.grp = {mark}"));
        }
        if filter.likely {
            self.and(
                "p.id in (select party from party_likeness where state = 'open' \
                 union select other from party_likeness where state = 'open')",
            );
        }
        for prefix in filter.search.as_deref().map(words::asked).unwrap_or_default() {
            self.prefix(db, prefix).await?;
        }
        Ok(())
    }

    /// A rare prefix is fetched from the index and then sorted; a common one is met soon enough
    /// on the way along the sort order. Taking the wrong way costs a scan of all customers.
    async fn prefix(&mut self, db: &impl Reads, prefix: String) -> Result<(), Fault> {
        const COMMON: i64 = 3000;
        let range = db::params![prefix.clone().into_bytes(), words::after(&prefix), COMMON];
        let sql = "select count(*) from (select 1 from party_word where word >= $1 and word < $2 limit $3) w";
        let hits: i64 = db::scalar(db, sql, range).await?.unwrap_or(0);
        if hits < COMMON {
            let (from, to) = (self.bind(prefix.clone().into_bytes()), self.bind(words::after(&prefix)));
            self.and(&format!("p.id in (select party from party_word where word >= {from} and word < {to})"));
        } else {
            let mark = self.bind(format!("% {prefix}%"));
            self.and(&format!("p.folded like {mark}"));
        }
        Ok(())
    }
}
