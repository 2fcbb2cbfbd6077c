//! The customer's one history.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::touch::Touch;
use crate::{
    access,
    kernel::{self, Moment, Origin, Page, PartyId, Reads, Scope, Tx, UserId, db, from_cursor},
    parties,
};

/// Every code that the timeline speaks; each has a text in every locale (tested).
pub const TIMELINE_CODES: &[&str] = &[
    "order.placed",
    "order.confirmed",
    "order.shipped",
    "order.delivered",
    "order.cancelled",
    "document.issued",
    "document.annulled",
    "order.awaits_payment",
    "order.paid",
    "order.part_paid",
    "order.abandoned",
    "order.refunded",
    "order.in_trouble",
    "offer.sent",
    "offer.viewed",
    "offer.asked",
    "offer.answered",
    "offer.accepted",
    "offer.declined",
    "offer.expired",
    "offer.withdrawn",
    "offer.wanted_again",
    "offer.product_opened",
    "offer.link_ordered",
    "offer.link_ordered_elsewhere",
    "contract.sent",
    "contract.viewed",
    "contract.asked",
    "contract.answered",
    "contract.accepted",
    "contract.declined",
    "contract.withdrawn",
    "case.withdrawal",
    "case.complaint",
    "case.linked",
    "case.pressing",
    "case.overdue",
    "case.wrote",
    "case.answered",
    "case.asked",
    "case.approved",
    "case.rejected",
    "case.dispatched",
    "case.received",
    "case.inspected",
    "case.resolved",
    "case.refunded",
    "case.closed",
    "case.reopened",
    "case.taken_back",
    "case.rated",
    "inquiry.taken",
    "inquiry.answered",
    "inquiry.closed",
    "letter.sent",
    "note.taken",
    "call.incoming",
    "call.outgoing",
    "task.done",
    "records.joined",
    "records.joined_by_proof",
];

/// An entry to be written.
pub(super) struct Entry {
    party: PartyId,
    code: &'static str,
    args: Value,
    subject: Option<(&'static str, Uuid)>,
    origin: Origin,
    note: Option<String>,
}

impl Entry {
    pub fn of(touch: &Touch) -> Self {
        let code = touch.code();
        debug_assert!(TIMELINE_CODES.contains(&code), "{code} is not in the list");
        Self {
            party: touch.party(),
            code,
            args: touch.args(),
            subject: touch.subject().map(|(kind, id)| (kind.as_str(), id)),
            origin: touch.origin(),
            note: touch.note().map(str::to_owned),
        }
    }
}

pub(super) async fn write(tx: &Tx, entry: Entry) -> Result<Uuid, sea_orm::DbErr> {
    let id = tx.uuid();
    let (subject_kind, subject) = entry.subject.unzip();
    let sql = "insert into crm_timeline (id, party, at, code, args, subject_kind, subject, by_user, origin, note) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)";
    let params = db::params![
        id,
        entry.party,
        tx.now(),
        entry.code,
        entry.args.to_string(),
        subject_kind,
        subject,
        tx.actor().user(),
        entry.origin,
        entry.note
    ];
    db::run(tx, sql, params).await?;
    Ok(id)
}

/// An entry as it is read.
#[derive(Clone, Debug, Serialize)]
pub struct TimelineRow {
    pub id: Uuid,
    pub at: Moment,
    /// Text below `timeline.`, with `args`.
    pub code: String,
    pub args: Value,
    /// `order`, `inquiry`, `letter`, `task`, `party`.
    pub subject_kind: Option<String>,
    pub subject: Option<Uuid>,
    /// Who of the staff did it.
    pub by: Option<String>,
    pub origin: String,
    /// What staff wrote.
    pub note: Option<String>,
}

struct Row {
    id: Uuid,
    at: Moment,
    code: String,
    args: String,
    subject_kind: Option<String>,
    subject: Option<Uuid>,
    by_user: Option<UserId>,
    origin: String,
    note: Option<String>,
}
db::record!(Row { id, at, code, args, subject_kind, subject, by_user, origin, note });

/// A customer's history, newest first, 50 a page.
///
/// # Faults
/// `parties.not_found` outside the scope; `request.cursor_invalid`.
pub async fn timeline(
    db: &impl Reads,
    scope: &Scope,
    party: PartyId,
    after: Option<&str>,
) -> Result<Page<TimelineRow>, kernel::Fault> {
    const LIMIT: usize = 50;
    parties::within(db, scope, party).await?;
    let head = "select id, at, code, args, subject_kind, subject, by_user, origin, note from crm_timeline where party = $1";
    let tail = "order by at desc, id desc limit 51";
    let rows: Vec<Row> = match after {
        None => db::all(db, &format!("{head} {tail}"), db::params![party]).await?,
        Some(cursor) => {
            let (at, id): (Moment, Uuid) = from_cursor(cursor)?;
            db::all(db, &format!("{head} and (at, id) < ($2, $3) {tail}"), db::params![party, at, id]).await?
        }
    };
    let names = access::names(db).await?;
    let page = Page::cut(rows, LIMIT, |r| (r.at, r.id));
    Ok(page.map(|r| TimelineRow {
        id: r.id,
        at: r.at,
        code: r.code,
        args: serde_json::from_str(&r.args).unwrap_or_default(),
        subject_kind: r.subject_kind,
        subject: r.subject,
        by: r.by_user.and_then(|u| names.get(&u).cloned()),
        origin: r.origin,
        note: r.note,
    }))
}
