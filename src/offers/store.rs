//! The row of an offer: begun, written, moved on. Each step is a row with who, when and why.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Content, Drawn, Fault, State, Step};
use crate::kernel::{
    self, ChannelId, Currency, Locale, Moment, Money, OfferId, OrderId, PartyId, Reads, Scope, Tx, UserId, db, fold,
};

/// What an offer was begun from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Origins {
    Inquiry(Uuid),
    Order(Uuid),
    Offer(Uuid),
}

impl Origins {
    const fn parts(self) -> (&'static str, Uuid) {
        match self {
            Self::Inquiry(id) => ("inquiry", id),
            Self::Order(id) => ("order", id),
            Self::Offer(id) => ("offer", id),
        }
    }
    fn of(kind: Option<&str>, id: Option<Uuid>) -> Option<Self> {
        match (kind?, id?) {
            ("inquiry", id) => Some(Self::Inquiry(id)),
            ("order", id) => Some(Self::Order(id)),
            ("offer", id) => Some(Self::Offer(id)),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct NewOffer {
    pub id: OfferId,
    pub channel: ChannelId,
    pub party: PartyId,
    pub manager: Option<UserId>,
    /// The customer's language.
    pub locale: Locale,
    /// The language of whoever writes it.
    pub written_in: Locale,
    pub currency: Currency,
    pub title: String,
    pub content: Content,
    pub origin: Option<Origins>,
}

/// An offer with what is being written.
#[derive(Clone, Debug)]
pub struct Offer {
    pub id: OfferId,
    /// Drawn when it is sent for the first time.
    pub number: Option<String>,
    pub state: State,
    pub channel: ChannelId,
    pub party: PartyId,
    pub manager: Option<UserId>,
    /// The customer's language.
    pub locale: Locale,
    /// The language of whoever writes it; its texts are translated where the customer has another one.
    pub written_in: Locale,
    pub currency: Currency,
    pub title: String,
    pub content: Content,
    /// Rises with every change of the content.
    pub revision: i64,
    pub origin: Option<Origins>,
    /// The newest version that was sent; 0 before.
    pub version: i64,
    /// Opens the customer's page.
    pub token: Option<String>,
    pub net: Money,
    pub gross: Money,
    pub expires_at: Option<Moment>,
    pub created_at: Moment,
    pub changed_at: Moment,
    pub sent_at: Option<Moment>,
    pub viewed_at: Option<Moment>,
    pub views: i64,
    pub order: Option<OrderId>,
    pub loss_reason: String,
    pub may_undo: bool,
}

struct Row {
    id: OfferId,
    number: Option<String>,
    state: String,
    channel_id: ChannelId,
    party_id: PartyId,
    manager: Option<UserId>,
    locale: Locale,
    written_in: Locale,
    currency: Currency,
    title: String,
    content: String,
    may_undo: i64,
    revision: i64,
    origin_kind: Option<String>,
    origin_id: Option<Uuid>,
    version: i64,
    token: Option<String>,
    net_minor: i64,
    gross_minor: i64,
    expires_at: Option<Moment>,
    created_at: Moment,
    changed_at: Moment,
    sent_at: Option<Moment>,
    viewed_at: Option<Moment>,
    views: i64,
    order_id: Option<OrderId>,
    loss_reason: String,
}
db::record!(Row {
    id,
    number,
    state,
    channel_id,
    party_id,
    manager,
    locale,
    written_in,
    currency,
    title,
    content,
    may_undo,
    revision,
    origin_kind,
    origin_id,
    version,
    token,
    net_minor,
    gross_minor,
    expires_at,
    created_at,
    changed_at,
    sent_at,
    viewed_at,
    views,
    order_id,
    loss_reason
});

impl Row {
    fn read(self) -> Result<Offer, kernel::Fault> {
        Ok(Offer {
            state: self.state.parse().map_err(kernel::Fault::bug)?,
            content: serde_json::from_str(&self.content)?,
            origin: Origins::of(self.origin_kind.as_deref(), self.origin_id),
            net: Money::new(self.net_minor, self.currency),
            gross: Money::new(self.gross_minor, self.currency),
            id: self.id,
            number: self.number,
            channel: self.channel_id,
            party: self.party_id,
            manager: self.manager,
            locale: self.locale,
            written_in: self.written_in,
            currency: self.currency,
            title: self.title,
            revision: self.revision,
            version: self.version,
            token: self.token,
            expires_at: self.expires_at,
            created_at: self.created_at,
            changed_at: self.changed_at,
            sent_at: self.sent_at,
            viewed_at: self.viewed_at,
            views: self.views,
            order: self.order_id,
            loss_reason: self.loss_reason,
            may_undo: self.may_undo != 0,
        })
    }
}

const COLUMNS: &str = "id, number, state, channel_id, party_id, manager, locale, written_in, currency, title, content, \
    cast(case when undo is null then 0 else 1 end as bigint) as may_undo, revision, origin_kind, origin_id, version, token, net_minor, \
    gross_minor, expires_at, created_at, changed_at, sent_at, viewed_at, views, order_id, loss_reason";

impl Offer {
    /// The customer reads another language than its manager writes.
    pub fn is_translated(&self) -> bool {
        self.locale != self.written_in
    }
    /// As its manager reads it.
    pub fn as_written(&self) -> Self {
        Self { locale: self.written_in, ..self.clone() }
    }
}

/// Begins an offer.
///
/// # Faults
/// Whatever the database says.
pub async fn create(tx: &Tx, new: NewOffer) -> Result<OfferId, kernel::Fault> {
    let (kind, origin) = new.origin.map(Origins::parts).unzip();
    let sql = "insert into offer (id, state, channel_id, party_id, manager, locale, currency, title, content, revision, search, \
               origin_kind, origin_id, version, net_minor, gross_minor, created_at, changed_at, views, loss_reason, written_in) \
               values ($1,'draft',$2,$3,$4,$5,$6,$7,$8,1,$9,$10,$11,0,0,0,$12,$12,0,'',$13)";
    let search = search(None, &new.title, &new.content);
    let content = serde_json::to_string(&new.content)?;
    let params = db::params![
        new.id,
        new.channel,
        new.party,
        new.manager,
        new.locale,
        new.currency,
        new.title,
        content,
        search,
        kind,
        origin,
        tx.now(),
        new.written_in
    ];
    db::run(tx, sql, params).await?;
    note(tx, new.id, "create", None, State::Draft, (0, "")).await?;
    Ok(new.id)
}

/// An offer within the scope's reach: its manager's own, or all.
///
/// # Faults
/// [`Fault::NoOffer`], also beyond the scope.
pub async fn offer(db: &impl Reads, scope: &Scope, id: OfferId) -> Result<Offer, kernel::Fault> {
    let row: Option<Row> = db::opt(db, &format!("select {COLUMNS} from offer where id = $1"), db::params![id]).await?;
    row.filter(|row| scope.covers(row.manager)).ok_or(Fault::NoOffer)?.read()
}

/// The same, locked until the commit: whoever writes, sends or accepts comes one after the other.
///
/// # Faults
/// [`Fault::NoOffer`], also beyond the scope.
pub async fn lock(tx: &Tx, scope: &Scope, id: OfferId) -> Result<Offer, kernel::Fault> {
    // SQLite has one writer, and this is it.
    let lock = if tx.app().database().is_postgres() { " for update" } else { "" };
    let row: Option<Row> = db::opt(tx, &format!("select {COLUMNS} from offer where id = $1{lock}"), db::params![id]).await?;
    row.filter(|row| scope.covers(row.manager)).ok_or(Fault::NoOffer)?.read()
}

/// The offer of whoever holds its link.
///
/// # Faults
/// [`Fault::NoOffer`].
pub async fn by_token(db: &impl Reads, token: &str) -> Result<Offer, kernel::Fault> {
    let row: Option<Row> = db::opt(db, &format!("select {COLUMNS} from offer where token = $1"), db::params![token]).await?;
    row.ok_or(Fault::NoOffer)?.read()
}

/// Writes what was changed. `keep`: what was there before may be taken back.
///
/// # Faults
/// [`Fault::Moved`] when somebody wrote meanwhile.
pub async fn save(
    tx: &Tx,
    before: &Offer,
    (title, content): (&str, &Content),
    ((locale, written_in), keep): ((Locale, Locale), bool),
) -> Result<(), kernel::Fault> {
    let undo = keep.then(|| serde_json::to_string(&before.content)).transpose()?;
    let sql = "update offer set title = $3, content = $4, locale = $5, undo = coalesce($6, undo), search = $7, revision = revision + 1, \
               changed_at = $8, written_in = $9 where id = $1 and revision = $2";
    let search = search(before.number.as_deref(), title, content);
    let content = serde_json::to_string(content)?;
    let params = db::params![before.id, before.revision, title, content, locale, undo, search, tx.now(), written_in];
    if db::run(tx, sql, params).await? == 0 { Err(Fault::Moved.into()) } else { Ok(()) }
}

/// Takes the last removal back.
///
/// # Faults
/// [`Fault::NothingToUndo`].
pub async fn undo(tx: &Tx, id: OfferId) -> Result<(), kernel::Fault> {
    let sql = "update offer set content = undo, undo = null, revision = revision + 1, changed_at = $2 where id = $1 and undo is not null";
    if db::run(tx, sql, db::params![id, tx.now()]).await? == 0 { Err(Fault::NothingToUndo.into()) } else { Ok(()) }
}

/// What the list shows of what is being written, and the words that it is found by.
///
/// # Faults
/// Whatever the database says.
pub async fn set_totals(tx: &Tx, id: OfferId, (net, gross): (Money, Money), words: &str) -> Result<(), kernel::Fault> {
    let sql = "update offer set net_minor = $2, gross_minor = $3, search = search || ' ' || $4 where id = $1";
    db::run(tx, sql, db::params![id, net.minor, gross.minor, fold(words)]).await?;
    Ok(())
}

/// The SKUs that an offer is found by.
///
/// # Faults
/// Whatever the database says.
pub async fn set_goods(tx: &Tx, id: OfferId, drawn: &Drawn) -> Result<(), kernel::Fault> {
    db::run(tx, "delete from offer_goods where offer_id = $1", db::params![id]).await?;
    let skus: BTreeSet<&str> =
        drawn.items().filter_map(|i| i.line.as_ref()).map(|l| l.sku.as_str()).filter(|s| !s.is_empty()).collect();
    let rows = skus.into_iter().map(|sku| db::params![id, sku]).collect();
    db::insert_many(tx, "insert into offer_goods (offer_id, sku) values", "", rows).await?;
    Ok(())
}

/// Everything that an offer is found by but for the goods' own words: number, title, customer, texts.
fn search(number: Option<&str>, title: &str, content: &Content) -> String {
    let buyer = &content.buyer;
    let mut words = vec![number.unwrap_or_default(), title, &buyer.name, &buyer.company, &buyer.email, &buyer.city];
    words.extend([content.intro.as_str(), &content.closing]);
    words.extend(content.sections.iter().map(|s| s.title.as_str()));
    fold(&words.join(" "))
}

/// Takes a step of the table.
///
/// # Faults
/// [`Fault::WrongState`]; [`Fault::Moved`] when somebody was faster.
pub async fn step(tx: &Tx, offer: &Offer, step: Step, reason: &str) -> Result<State, kernel::Fault> {
    let after = offer.state.after(step)?;
    // Why it was lost is data; an offer that lives again has not lost.
    let lost = if after.is_lost() { reason.trim().chars().take(500).collect() } else { String::new() };
    let sql = "update offer set state = $3, changed_at = $4, loss_reason = $5 where id = $1 and state = $2";
    if db::run(tx, sql, db::params![offer.id, offer.state.as_str(), after.as_str(), tx.now(), lost]).await? == 0 {
        return Err(Fault::Moved.into());
    }
    note(tx, offer.id, step.as_str(), Some(offer.state), after, (offer.version, reason)).await?;
    Ok(after)
}

/// The customer's page was shown by a browser; the first time is a step.
///
/// # Faults
/// Whatever the database says.
pub async fn saw(tx: &Tx, offer: &Offer) -> Result<(), kernel::Fault> {
    let sql = "update offer set viewed_at = $2, views = views + 1 where id = $1";
    db::run(tx, sql, db::params![offer.id, tx.now()]).await?;
    Ok(())
}

pub(super) async fn note(
    tx: &Tx,
    id: OfferId,
    step: &str,
    before: Option<State>,
    after: State,
    (version, reason): (i64, &str),
) -> Result<(), kernel::Fault> {
    let sql = "insert into offer_event (id, offer_id, at, actor, step, before, after, version, reason) values ($1,$2,$3,$4,$5,$6,$7,$8,$9)";
    let reason: String = reason.trim().chars().take(1000).collect();
    let before = before.map(State::as_str);
    let params = db::params![tx.uuid(), id, tx.now(), tx.actor().code(), step, before, after.as_str(), version, reason];
    db::run(tx, sql, params).await?;
    Ok(())
}

/// Offers that held until now.
///
/// # Faults
/// Whatever the database says.
pub async fn due_to_expire(db: &impl Reads, now: Moment, most: i64) -> Result<Vec<OfferId>, kernel::Fault> {
    let sql =
        "select id from offer where state in ('sent','viewed','question') and expires_at <= $1 order by expires_at limit $2";
    Ok(db::column(db, sql, db::params![now, most]).await?)
}
