//! What the customer and the shop wrote to each other about a case, each in their own language.

use serde::{Deserialize, Serialize};

use super::{Fault, fault::prose, kind::words};
use crate::{
    kernel::{self, CaseId, CaseMessageId, Locale, Moment, Reads, Tx, db},
    translation,
};

/// The field of a message's words among the texts of the shop.
pub const TEXT: &str = "text";

words! {
    /// Who wrote.
    Author, "unknown author" {
        Customer = "customer",
        Staff = "staff",
        /// A note of staff for themselves; the customer never sees it.
        Inside = "inside",
    }
}

#[derive(Clone, Debug)]
pub struct NewMessage {
    pub case: CaseId,
    pub author: Author,
    /// As the customer reads it: a name.
    pub sender: String,
    pub locale: Locale,
    pub text: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Message {
    pub id: CaseMessageId,
    pub at: Moment,
    pub author: Author,
    pub sender: String,
    pub locale: Locale,
    pub text: String,
    /// By a machine, for staff, beside the original.
    pub translated: Option<(Locale, String)>,
}

struct Row {
    id: CaseMessageId,
    at: Moment,
    author: String,
    sender: String,
    locale: Locale,
    text: String,
}
db::record!(Row { id, at, author, sender, locale, text });

const COLUMNS: &str = "id, at, author, sender, locale, text";

impl Row {
    fn read(self) -> Result<Message, kernel::Fault> {
        Ok(Message {
            id: self.id,
            at: self.at,
            author: self.author.parse().map_err(kernel::Fault::bug)?,
            sender: self.sender,
            locale: self.locale,
            text: self.text,
            translated: None,
        })
    }
}

/// Keeps a message.
///
/// # Faults
/// [`Fault::Missing`], [`Fault::TooLong`] at `message`.
pub async fn say(tx: &Tx, new: NewMessage) -> Result<CaseMessageId, kernel::Fault> {
    let text = prose(&new.text, "message", 5000)?;
    if text.is_empty() {
        return Err(Fault::Missing { field: "message" }.into());
    }
    let id = CaseMessageId::new(tx);
    let sql = "insert into aftersales_message (id, case_id, at, author, sender, locale, text) values ($1,$2,$3,$4,$5,$6,$7)";
    let sender: String = new.sender.chars().take(200).collect();
    db::run(tx, sql, db::params![id, new.case, tx.now(), new.author.as_str(), sender, new.locale, text]).await?;
    db::run(tx, "update aftersales_case set changed_at = $2 where id = $1", db::params![new.case, tx.now()]).await?;
    Ok(id)
}

/// All of them, oldest first, with those that staff wrote for themselves; in the language `to` as well,
/// where a machine has put them there.
///
/// # Faults
/// Whatever the database says.
pub async fn messages(db: &impl Reads, case: CaseId, to: Option<Locale>) -> Result<Vec<Message>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from aftersales_message where case_id = $1 order by id");
    let rows: Vec<Row> = db::all(db, &sql, db::params![case]).await?;
    let mut all = rows.into_iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    if let Some(to) = to {
        let foreign: Vec<_> = all.iter().filter(|m| m.locale != to).map(|m| m.id.uuid()).collect();
        let texts = translation::texts_of(db, &foreign).await?;
        for message in &mut all {
            message.translated = texts.exact(message.id.uuid(), TEXT, to).map(|text| (to, text.value.clone()));
        }
    }
    Ok(all)
}

/// # Faults
/// [`Fault::NoCase`].
pub async fn message(db: &impl Reads, id: CaseMessageId) -> Result<(CaseId, Message), kernel::Fault> {
    let sql = format!("select {COLUMNS} from aftersales_message where id = $1");
    let row: Row = db::opt(db, &sql, db::params![id]).await?.ok_or(Fault::NoCase)?;
    let case = db::scalar(db, "select case_id from aftersales_message where id = $1", db::params![id]).await?;
    Ok((case.ok_or(Fault::NoCase)?, row.read()?))
}
