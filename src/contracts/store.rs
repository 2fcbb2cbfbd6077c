//! The row of a contract: begun, written, moved on. Each step is a row with who, when and why.

use serde::Serialize;

use super::{Content, Fault, State, Step};
use crate::kernel::{
    self, ContractId, Currency, Locale, Moment, Money, OfferId, OrderId, PartyId, Reads, Scope, Tx, UserId, db, fold,
};

#[derive(Clone, Debug)]
pub struct NewContract {
    pub offer: OfferId,
    pub offer_version: i64,
    pub order: Option<OrderId>,
    pub party: PartyId,
    pub manager: Option<UserId>,
    pub locale: Locale,
    pub sums: (Money, Money),
    pub content: Content,
}

/// A contract with what is being written.
#[derive(Clone, Debug)]
pub struct Contract {
    pub id: ContractId,
    /// Drawn when it is sent for the first time.
    pub number: Option<String>,
    pub state: State,
    pub offer: OfferId,
    /// Which version of the offer is its annex.
    pub offer_version: i64,
    /// The order that came of the offer.
    pub order: Option<OrderId>,
    pub party: PartyId,
    pub manager: Option<UserId>,
    pub locale: Locale,
    pub content: Content,
    /// Rises with every change of the content.
    pub revision: i64,
    /// The newest version that was sent; 0 before.
    pub version: i64,
    /// Opens the customer's page.
    pub token: Option<String>,
    pub net: Money,
    pub gross: Money,
    pub created_at: Moment,
    pub changed_at: Moment,
    pub sent_at: Option<Moment>,
    pub viewed_at: Option<Moment>,
    pub views: i64,
    /// Why it was declined or withdrawn.
    pub reason: String,
}

struct Row {
    id: ContractId,
    number: Option<String>,
    state: String,
    offer_id: OfferId,
    offer_version: i64,
    order_id: Option<OrderId>,
    party_id: PartyId,
    manager: Option<UserId>,
    locale: Locale,
    currency: Currency,
    content: String,
    revision: i64,
    version: i64,
    token: Option<String>,
    net_minor: i64,
    gross_minor: i64,
    created_at: Moment,
    changed_at: Moment,
    sent_at: Option<Moment>,
    viewed_at: Option<Moment>,
    views: i64,
    reason: String,
}
db::record!(Row {
    id,
    number,
    state,
    offer_id,
    offer_version,
    order_id,
    party_id,
    manager,
    locale,
    currency,
    content,
    revision,
    version,
    token,
    net_minor,
    gross_minor,
    created_at,
    changed_at,
    sent_at,
    viewed_at,
    views,
    reason
});

const COLUMNS: &str = "id, number, state, offer_id, offer_version, order_id, party_id, manager, locale, currency, content, revision, \
    version, token, net_minor, gross_minor, created_at, changed_at, sent_at, viewed_at, views, reason";

impl Row {
    fn read(self) -> Result<Contract, kernel::Fault> {
        Ok(Contract {
            state: self.state.parse().map_err(kernel::Fault::bug)?,
            content: serde_json::from_str(&self.content)?,
            net: Money::new(self.net_minor, self.currency),
            gross: Money::new(self.gross_minor, self.currency),
            id: self.id,
            number: self.number,
            offer: self.offer_id,
            offer_version: self.offer_version,
            order: self.order_id,
            party: self.party_id,
            manager: self.manager,
            locale: self.locale,
            revision: self.revision,
            version: self.version,
            token: self.token,
            created_at: self.created_at,
            changed_at: self.changed_at,
            sent_at: self.sent_at,
            viewed_at: self.viewed_at,
            views: self.views,
            reason: self.reason,
        })
    }
}

/// Begins a contract.
///
/// # Faults
/// Whatever the database says.
pub async fn create(tx: &Tx, new: NewContract) -> Result<ContractId, kernel::Fault> {
    let id = ContractId::new(tx);
    let sql = "insert into contract (id, state, offer_id, offer_version, order_id, party_id, manager, locale, currency, content, \
               revision, search, version, net_minor, gross_minor, created_at, changed_at, views, reason) \
               values ($1,'draft',$2,$3,$4,$5,$6,$7,$8,$9,1,$10,0,$11,$12,$13,$13,0,'')";
    let params = db::params![
        id,
        new.offer,
        new.offer_version,
        new.order,
        new.party,
        new.manager,
        new.locale,
        new.sums.1.currency,
        serde_json::to_string(&new.content)?,
        search(None, &new.content),
        new.sums.0.minor,
        new.sums.1.minor,
        tx.now()
    ];
    db::run(tx, sql, params).await?;
    note(tx, id, "create", (None, State::Draft), (0, "")).await?;
    Ok(id)
}

/// A contract within the scope's reach.
///
/// # Faults
/// [`Fault::NoContract`], also beyond the scope.
pub async fn contract(db: &impl Reads, scope: &Scope, id: ContractId) -> Result<Contract, kernel::Fault> {
    let row: Option<Row> = db::opt(db, &format!("select {COLUMNS} from contract where id = $1"), db::params![id]).await?;
    row.filter(|row| scope.covers(row.manager)).ok_or(Fault::NoContract)?.read()
}

/// The same, locked until the commit.
///
/// # Faults
/// [`Fault::NoContract`], also beyond the scope.
pub async fn lock(tx: &Tx, scope: &Scope, id: ContractId) -> Result<Contract, kernel::Fault> {
    // SQLite has one writer, and this is it.
    let lock = if tx.app().database().is_postgres() { " for update" } else { "" };
    let row: Option<Row> = db::opt(tx, &format!("select {COLUMNS} from contract where id = $1{lock}"), db::params![id]).await?;
    row.filter(|row| scope.covers(row.manager)).ok_or(Fault::NoContract)?.read()
}

/// The contract of whoever holds its link.
///
/// # Faults
/// [`Fault::NoContract`].
pub async fn by_token(db: &impl Reads, token: &str) -> Result<Contract, kernel::Fault> {
    let row: Option<Row> = db::opt(db, &format!("select {COLUMNS} from contract where token = $1"), db::params![token]).await?;
    row.ok_or(Fault::NoContract)?.read()
}

/// Writes what was changed.
///
/// # Faults
/// [`Fault::NotWritten`] once it was sent; [`Fault::Moved`] when somebody wrote meanwhile.
pub async fn save(tx: &Tx, before: &Contract, content: &Content) -> Result<(), kernel::Fault> {
    if !before.state.is_written() {
        return Err(Fault::NotWritten.into());
    }
    let sql =
        "update contract set content = $3, search = $4, revision = revision + 1, changed_at = $5 where id = $1 and revision = $2";
    let search = search(before.number.as_deref(), content);
    let params = db::params![before.id, before.revision, serde_json::to_string(content)?, search, tx.now()];
    if db::run(tx, sql, params).await? == 0 { Err(Fault::Moved.into()) } else { Ok(()) }
}

/// What it is found by: its number, its title and the customer.
pub(super) fn search(number: Option<&str>, content: &Content) -> String {
    let buyer = &content.buyer;
    fold(&[number.unwrap_or_default(), &content.title, &buyer.name, &buyer.person, &buyer.email, &buyer.code].join(" "))
}

/// The next version is about another version of the offer.
///
/// # Faults
/// Whatever the database says.
pub async fn reground(tx: &Tx, id: ContractId, offer_version: i64, (net, gross): (Money, Money)) -> Result<(), kernel::Fault> {
    let sql = "update contract set offer_version = $2, net_minor = $3, gross_minor = $4 where id = $1";
    db::run(tx, sql, db::params![id, offer_version, net.minor, gross.minor]).await?;
    Ok(())
}

/// Takes a step of the table.
///
/// # Faults
/// [`Fault::WrongState`]; [`Fault::Moved`] when somebody was faster.
pub async fn step(tx: &Tx, contract: &Contract, step: Step, reason: &str) -> Result<State, kernel::Fault> {
    let after = contract.state.after(step)?;
    let why: String = match after {
        State::Declined | State::Withdrawn => reason.trim().chars().take(500).collect(),
        _ => String::new(),
    };
    let sql = "update contract set state = $3, changed_at = $4, reason = $5 where id = $1 and state = $2";
    let params = db::params![contract.id, contract.state.as_str(), after.as_str(), tx.now(), why];
    if db::run(tx, sql, params).await? == 0 {
        return Err(Fault::Moved.into());
    }
    note(tx, contract.id, step.as_str(), (Some(contract.state), after), (contract.version, reason)).await?;
    Ok(after)
}

/// The customer's page was shown by a browser; the first time is a step.
///
/// # Faults
/// Whatever the database says.
pub async fn saw(tx: &Tx, contract: &Contract) -> Result<(), kernel::Fault> {
    let sql = "update contract set viewed_at = $2, views = views + 1 where id = $1";
    db::run(tx, sql, db::params![contract.id, tx.now()]).await?;
    Ok(())
}

/// An offer became an order: its contracts belong to it.
///
/// # Faults
/// Whatever the database says.
pub async fn ordered(tx: &Tx, offer: OfferId, order: OrderId) -> Result<(), kernel::Fault> {
    db::run(tx, "update contract set order_id = $2 where offer_id = $1", db::params![offer, order]).await?;
    Ok(())
}

pub(super) async fn note(
    tx: &Tx,
    id: ContractId,
    step: &str,
    (before, after): (Option<State>, State),
    (version, reason): (i64, &str),
) -> Result<(), kernel::Fault> {
    let sql = "insert into contract_event (id, contract_id, at, actor, step, before, after, version, reason) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9)";
    let reason: String = reason.trim().chars().take(1000).collect();
    let before = before.map(State::as_str);
    let params = db::params![tx.uuid(), id, tx.now(), tx.actor().code(), step, before, after.as_str(), version, reason];
    db::run(tx, sql, params).await?;
    Ok(())
}

/// A step as it is read.
#[derive(Clone, Debug, Serialize)]
pub struct EventView {
    pub at: Moment,
    pub actor: String,
    /// A step of the table, `create`, or `supersede`: of the version that another took the place of.
    pub step: String,
    pub after: String,
    pub version: i64,
    pub reason: String,
}
db::record!(EventView { at, actor, step, after, version, reason });

/// What happened to a contract, oldest first.
///
/// # Faults
/// Whatever the database says.
pub async fn events(db: &impl Reads, id: ContractId) -> Result<Vec<EventView>, kernel::Fault> {
    let sql = "select at, actor, step, after, version, reason from contract_event where contract_id = $1 order by id";
    Ok(db::all(db, sql, db::params![id]).await?)
}
