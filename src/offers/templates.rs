//! What is offered often, under a name: texts, terms and goods, without anything of a customer's.

use uuid::Uuid;

use super::{Buyer, Content, Fault};
use crate::kernel::{self, Locale, Moment, OfferTemplateId, Reads, Tx, db};

/// Letters of a name.
const LONG: usize = 120;

/// A template as it is chosen.
#[derive(Clone, Debug)]
pub struct Template {
    pub id: OfferTemplateId,
    pub name: String,
    pub written_in: Locale,
    pub content: Content,
    pub changed_at: Moment,
}

struct Row {
    id: OfferTemplateId,
    name: String,
    written_in: Locale,
    content: String,
    changed_at: Moment,
}
db::record!(Row { id, name, written_in, content, changed_at });

impl Row {
    fn read(self) -> Result<Template, kernel::Fault> {
        let content = serde_json::from_str(&self.content)?;
        Ok(Template { content, id: self.id, name: self.name, written_in: self.written_in, changed_at: self.changed_at })
    }
}

const COLUMNS: &str = "id, name, written_in, content, changed_at";

impl Content {
    /// What may be offered to anybody: without the customer, and without prices that were agreed with them
    /// by hand.
    #[must_use]
    pub fn for_anybody(mut self) -> Self {
        self.buyer = Buyer::default();
        self.freight.price = None;
        self.sections.iter_mut().flat_map(|s| &mut s.items).for_each(|item| item.hand = None);
        self
    }

    /// The same goods and words as another offer's own.
    #[must_use]
    pub fn renamed(mut self, mut fresh: impl FnMut() -> Uuid) -> Self {
        for section in &mut self.sections {
            section.id = fresh();
            section.items.iter_mut().for_each(|item| item.id = fresh());
        }
        self
    }
}

/// Keeps a template; one that has the name already is replaced.
///
/// # Faults
/// `form.missing` without a name, [`Fault::TooLong`].
pub async fn keep_template(tx: &Tx, name: &str, written_in: Locale, content: Content) -> Result<OfferTemplateId, kernel::Fault> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Fault::Missing { field: "name" }.into());
    }
    if name.chars().count() > LONG {
        return Err(Fault::TooLong { field: "name" }.into());
    }
    let sql = "insert into offer_template (id, name, written_in, content, changed_by, changed_at) values ($1,$2,$3,$4,$5,$6) \
               on conflict (name) do update set written_in = excluded.written_in, content = excluded.content, \
               changed_by = excluded.changed_by, changed_at = excluded.changed_at";
    let content = serde_json::to_string(&content.for_anybody())?;
    let params = db::params![OfferTemplateId::new(tx), name, written_in, content, tx.actor().code(), tx.now()];
    db::run(tx, sql, params).await?;
    let id: Option<OfferTemplateId> = db::scalar(tx, "select id from offer_template where name = $1", db::params![name]).await?;
    id.ok_or_else(|| Fault::NoTemplate.into())
}

/// All of them, by their names.
///
/// # Faults
/// Whatever the database says.
pub async fn templates(db: &impl Reads) -> Result<Vec<Template>, kernel::Fault> {
    let rows: Vec<Row> = db::all(db, &format!("select {COLUMNS} from offer_template order by name"), Vec::new()).await?;
    rows.into_iter().map(Row::read).collect()
}

/// # Faults
/// [`Fault::NoTemplate`].
pub async fn template(db: &impl Reads, id: OfferTemplateId) -> Result<Template, kernel::Fault> {
    let row: Option<Row> = db::opt(db, &format!("select {COLUMNS} from offer_template where id = $1"), db::params![id]).await?;
    row.ok_or(Fault::NoTemplate)?.read()
}

/// Takes a template away; offers that began with it stay.
///
/// # Faults
/// [`Fault::NoTemplate`].
pub async fn drop_template(tx: &Tx, id: OfferTemplateId) -> Result<(), kernel::Fault> {
    match db::run(tx, "delete from offer_template where id = $1", db::params![id]).await? {
        0 => Err(Fault::NoTemplate.into()),
        _ => Ok(()),
    }
}
