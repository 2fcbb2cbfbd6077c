//! What staff see of statements.

use serde::Serialize;

use super::Fault;
use crate::{
    kernel::{
        self, AllocationId, BankEntryId, Currency, Moment, Money, OrderId, Page, Reads, ReceiptId, Scope, StatementFileId, db,
        from_cursor,
    },
    payments::statement::{Flag, Match},
};

/// Which entries of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// A person has to decide.
    #[default]
    Open,
    Posted,
    Aside,
    All,
}

impl Filter {
    pub const ALL: &'static [Self] = &[Self::Open, Self::Posted, Self::Aside, Self::All];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Posted => "posted",
            Self::Aside => "aside",
            Self::All => "all",
        }
    }
    fn condition(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Open => " and state = 'open'",
            Self::Posted => " and state = 'posted'",
            Self::Aside => " and state = 'aside'",
        }
    }
}
impl std::str::FromStr for Filter {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|f| f.as_str() == text).ok_or("unknown filter")
    }
}

/// Where an entry stands: its receipt says it, where it has one.
const SHOWN: &str = "select e.id, e.file_id, e.place, e.booked_on, e.currency, e.amount_minor, e.side, e.reversal, e.reason, \
    e.payer, e.iban, e.refs, e.note, e.charges_minor, e.flags, e.hold, e.score, e.matches, e.receipt_id, e.by_itself, e.account, \
    case when r.id is null then e.state when r.aside <> '' then 'aside' \
         when r.balance_minor - r.reserved_minor > r.allocated_minor then 'open' else 'posted' end as state, \
    coalesce(r.balance_minor - r.reserved_minor - r.allocated_minor, 0) as free_minor, coalesce(r.aside, '') as aside \
    from bank_entry e left join payment_receipt r on r.id = e.receipt_id";

/// An entry as the office shows it.
#[derive(Clone, Debug, Serialize)]
pub struct EntryView {
    pub id: BankEntryId,
    pub file: StatementFileId,
    /// Where it stands in the file.
    pub place: String,
    /// The account that it is on.
    pub account: String,
    pub booked_on: String,
    pub amount: Money,
    /// `in`, `out`
    pub side: String,
    pub reversal: bool,
    /// The bank's code for why it came back.
    pub reason: String,
    pub payer: String,
    pub iban: String,
    pub references: Vec<String>,
    pub note: String,
    pub charges: Option<Money>,
    pub flags: Vec<Flag>,
    /// `open`, `posted`, `aside`, `noted`
    pub state: String,
    /// Why it was not posted by itself; empty where it was.
    pub hold: String,
    pub score: i64,
    pub matches: Vec<Match>,
    pub receipt: Option<ReceiptId>,
    pub by_itself: bool,
    /// What of it is on no order.
    pub free: Money,
    /// What a person wrote when it was set aside.
    pub aside: String,
    pub posted: Vec<Told>,
}

/// A part of an entry that is on an order.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    pub allocation: AllocationId,
    pub order: OrderId,
    pub number: String,
    pub name: String,
    pub amount: Money,
    pub at: Moment,
}

struct Row {
    id: BankEntryId,
    file_id: StatementFileId,
    place: String,
    account: String,
    booked_on: String,
    currency: Currency,
    amount_minor: i64,
    side: String,
    reversal: bool,
    reason: String,
    payer: String,
    iban: String,
    refs: String,
    note: String,
    charges_minor: Option<i64>,
    flags: String,
    hold: String,
    score: i64,
    matches: String,
    receipt_id: Option<ReceiptId>,
    by_itself: bool,
    state: String,
    free_minor: i64,
    aside: String,
}
db::record!(Row {
    id,
    file_id,
    place,
    account,
    booked_on,
    currency,
    amount_minor,
    side,
    reversal,
    reason,
    payer,
    iban,
    refs,
    note,
    charges_minor,
    flags,
    hold,
    score,
    matches,
    receipt_id,
    by_itself,
    state,
    free_minor,
    aside
});

impl Row {
    fn view(self) -> Result<EntryView, kernel::Fault> {
        let money = |minor| Money::new(minor, self.currency);
        Ok(EntryView {
            references: serde_json::from_str(&self.refs)?,
            flags: serde_json::from_str(&self.flags)?,
            matches: serde_json::from_str(&self.matches)?,
            charges: self.charges_minor.map(money),
            amount: money(self.amount_minor),
            free: money(self.free_minor),
            id: self.id,
            file: self.file_id,
            place: self.place,
            account: self.account,
            booked_on: self.booked_on,
            side: self.side,
            reversal: self.reversal,
            reason: self.reason,
            payer: self.payer,
            iban: self.iban,
            note: self.note,
            state: self.state,
            hold: self.hold,
            score: self.score,
            receipt: self.receipt_id,
            by_itself: self.by_itself,
            aside: self.aside,
            posted: Vec::new(),
        })
    }
}

/// Entries of a file in its order.
///
/// # Faults
/// `request.cursor_invalid`.
pub async fn entries(
    db: &impl Reads,
    _scope: &Scope,
    file: StatementFileId,
    filter: Filter,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<EntryView>, kernel::Fault> {
    let after: BankEntryId = after.map(from_cursor).transpose()?.unwrap_or(BankEntryId(uuid::Uuid::nil()));
    let limit = limit.clamp(1, 200) as usize;
    let sql = format!(
        "select * from ({SHOWN} where e.file_id = $1 and e.id > $2) shown where true{} order by id limit {}",
        filter.condition(),
        limit + 1
    );
    let rows: Vec<Row> = db::all(db, &sql, db::params![file, after]).await?;
    let views = rows.into_iter().map(Row::view).collect::<Result<Vec<_>, _>>()?;
    let mut page = Page::cut(views, limit, |e| e.id);
    posted(db, &mut page.rows).await?;
    Ok(page)
}

/// One entry.
///
/// # Faults
/// [`Fault::NoEntry`].
pub async fn one(db: &impl Reads, _scope: &Scope, id: BankEntryId) -> Result<EntryView, kernel::Fault> {
    let row: Option<Row> = db::opt(db, &format!("{SHOWN} where e.id = $1"), db::params![id]).await?;
    let mut views = [row.ok_or(Fault::NoEntry)?.view()?];
    posted(db, &mut views).await?;
    let [view] = views;
    Ok(view)
}

/// Which orders the entries of a page lie on.
async fn posted(db: &impl Reads, entries: &mut [EntryView]) -> Result<(), kernel::Fault> {
    for entry in entries.iter_mut() {
        let Some(receipt) = entry.receipt else { continue };
        let sql = "select a.id, a.order_id, o.number, o.contact_name, a.amount_minor, a.at from payment_allocation a \
                   join sales_order o on o.id = a.order_id where a.receipt_id = $1 and a.kind = 'credit' and not exists \
                   (select 1 from payment_allocation b where b.reverses = a.id) order by a.id";
        for row in db::rows(db, sql, db::params![receipt]).await? {
            entry.posted.push(Told {
                allocation: row.try_get_by_index(0)?,
                order: row.try_get_by_index(1)?,
                number: row.try_get_by_index(2)?,
                name: row.try_get_by_index(3)?,
                amount: Money { minor: row.try_get_by_index(4)?, ..entry.amount },
                at: row.try_get_by_index(5)?,
            });
        }
    }
    Ok(())
}

/// How many entries of a file stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub open: i64,
    pub posted: i64,
    pub aside: i64,
    pub all: i64,
}

/// # Faults
/// Whatever the database says.
pub async fn counts(db: &impl Reads, _scope: &Scope, file: StatementFileId) -> Result<Counts, kernel::Fault> {
    let sql = format!("select state, count(*) from ({SHOWN} where e.file_id = $1) shown group by state");
    let mut counts = Counts::default();
    for row in db::rows(db, &sql, db::params![file]).await? {
        let n: i64 = row.try_get_by_index(1)?;
        match row.try_get_by_index::<String>(0)?.as_str() {
            "open" => counts.open = n,
            "posted" => counts.posted = n,
            "aside" => counts.aside = n,
            _ => {}
        }
        counts.all += n;
    }
    Ok(counts)
}

/// How many entries of each file wait for a person, for a page of files.
pub type Answered = Vec<(StatementFileId, i64)>;

/// # Faults
/// Whatever the database says.
pub async fn waiting(db: &impl Reads, _scope: &Scope, files: &[StatementFileId]) -> Result<Answered, kernel::Fault> {
    let mut all = Vec::with_capacity(files.len());
    for file in files {
        let sql = format!("select count(*) from ({SHOWN} where e.file_id = $1) shown where state = 'open'");
        all.push((*file, db::scalar(db, &sql, db::params![*file]).await?.unwrap_or(0)));
    }
    Ok(all)
}

/// A statement of a file.
#[derive(Clone, Debug, Serialize)]
pub struct StatementView {
    pub message: String,
    pub version: String,
    pub name: String,
    pub sequence: Option<i64>,
    /// Statements between this number and `sequence` were never taken in.
    pub gap_after: Option<i64>,
    pub account: String,
    pub from_on: Option<String>,
    pub to_on: Option<String>,
    pub opening: Option<Money>,
    pub closing: Option<Money>,
    pub booked: Money,
    pub entries: i64,
    pub pending: i64,
    /// `agrees`, `off`, `unknown`
    pub balance: String,
    pub off: Option<Money>,
}

struct StatementRow {
    message: String,
    version: String,
    name: String,
    sequence: Option<i64>,
    gap_after: Option<i64>,
    account: String,
    currency: Option<Currency>,
    from_on: Option<String>,
    to_on: Option<String>,
    opening_minor: Option<i64>,
    closing_minor: Option<i64>,
    booked_minor: i64,
    entries: i64,
    pending: i64,
    balance: String,
    off_minor: Option<i64>,
}
db::record!(StatementRow {
    message,
    version,
    name,
    sequence,
    gap_after,
    account,
    currency,
    from_on,
    to_on,
    opening_minor,
    closing_minor,
    booked_minor,
    entries,
    pending,
    balance,
    off_minor
});

/// The statements of a file in its order.
///
/// # Faults
/// Whatever the database says.
pub async fn statements(db: &impl Reads, _scope: &Scope, file: StatementFileId) -> Result<Vec<StatementView>, kernel::Fault> {
    let sql = "select message, version, name, sequence, gap_after, account, currency, from_on, to_on, opening_minor, \
               closing_minor, booked_minor, entries, pending, balance, off_minor from bank_statement where file_id = $1 order by place";
    let rows: Vec<StatementRow> = db::all(db, sql, db::params![file]).await?;
    let view = |r: StatementRow| {
        let money = |minor| Money::new(minor, r.currency.unwrap_or(Currency::EUR));
        StatementView {
            opening: r.opening_minor.map(money),
            closing: r.closing_minor.map(money),
            booked: money(r.booked_minor),
            off: r.off_minor.map(money),
            message: r.message,
            version: r.version,
            name: r.name,
            sequence: r.sequence,
            gap_after: r.gap_after,
            account: r.account,
            from_on: r.from_on,
            to_on: r.to_on,
            entries: r.entries,
            pending: r.pending,
            balance: r.balance,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}
