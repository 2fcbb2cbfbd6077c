//! Versions: what was sent, with its hash. Nothing changes them.

use super::{Drawn, Fault, Offer, State, Step, store};
use crate::kernel::{self, Locale, Moment, Money, OfferId, OfferVersionId, Reads, Tx, db, fold, numbering, token};

#[derive(Clone, Debug)]
pub struct Version {
    pub id: OfferVersionId,
    pub offer: OfferId,
    pub n: i64,
    pub drawn: Drawn,
    /// What it was translated from.
    pub original: Option<Drawn>,
    /// Of the snapshot.
    pub hash: String,
    /// Of the PDF, once it is set.
    pub pdf: Option<String>,
    pub net: Money,
    pub gross: Money,
    pub sent_at: Moment,
    pub expires_at: Moment,
}

impl Version {
    /// The one in this language, where there are two; else as the customer has it.
    pub fn said_in(&self, locale: Locale) -> &Drawn {
        self.original.as_ref().filter(|original| original.locale == locale).unwrap_or(&self.drawn)
    }
}

struct Row {
    id: OfferVersionId,
    offer_id: OfferId,
    n: i64,
    snapshot: String,
    original: Option<String>,
    hash: String,
    pdf_hash: Option<String>,
    net_minor: i64,
    gross_minor: i64,
    sent_at: Moment,
    expires_at: Moment,
}
db::record!(Row { id, offer_id, n, snapshot, original, hash, pdf_hash, net_minor, gross_minor, sent_at, expires_at });

impl Row {
    fn read(self) -> Result<Version, kernel::Fault> {
        let drawn: Drawn = serde_json::from_str(&self.snapshot)?;
        let original = self.original.as_deref().map(serde_json::from_str).transpose()?;
        Ok(Version {
            net: Money::new(self.net_minor, drawn.currency),
            gross: Money::new(self.gross_minor, drawn.currency),
            id: self.id,
            offer: self.offer_id,
            n: self.n,
            drawn,
            original,
            hash: self.hash,
            pdf: self.pdf_hash,
            sent_at: self.sent_at,
            expires_at: self.expires_at,
        })
    }
}

const COLUMNS: &str = "id, offer_id, n, snapshot, original, hash, pdf_hash, net_minor, gross_minor, sent_at, expires_at";

/// The offer's number, drawn now where it has none. Its row stays locked until the commit.
///
/// # Faults
/// Whatever the database says.
pub async fn number(tx: &Tx, offer: &Offer) -> Result<String, kernel::Fault> {
    match &offer.number {
        Some(number) => Ok(number.clone()),
        None => numbering::next(tx, &series(tx)).await,
    }
}

/// Fixes a version and takes the step; beside a translation, the original. The offer has its link from the
/// first version on.
///
/// # Faults
/// [`Fault::WrongState`]; [`Fault::Moved`].
pub async fn publish(
    tx: &Tx,
    (offer, number): (&Offer, &str),
    (drawn, original): (&Drawn, Option<&Drawn>),
    ((net, gross), expires_at): ((Money, Money), Moment),
) -> Result<OfferVersionId, kernel::Fault> {
    offer.state.after(Step::Send)?;
    let token = offer.token.clone().unwrap_or_else(|| token::random(tx.app().entropy()));
    let (id, n) = insert(tx, offer, (drawn, original), ((net, gross), expires_at)).await?;
    let sql = "update offer set state = 'sent', number = $2, token = $3, version = $4, net_minor = $5, gross_minor = $6, expires_at = $7, \
               sent_at = $8, changed_at = $8, undo = null, loss_reason = '', search = search || ' ' || $9 where id = $1 and state = $10";
    let params =
        db::params![offer.id, number, token, n, net.minor, gross.minor, expires_at, tx.now(), fold(number), offer.state.as_str()];
    if db::run(tx, sql, params).await? == 0 {
        return Err(Fault::Moved.into());
    }
    store::note(tx, offer.id, Step::Send.as_str(), Some(offer.state), State::Sent, (n, "")).await?;
    Ok(id)
}

/// Fixes what was agreed in conversation: a version like any other, which was sent to nobody and has no
/// link.
///
/// # Faults
/// [`Fault::WrongState`].
pub async fn fix(
    tx: &Tx,
    (offer, number): (&Offer, &str),
    (drawn, original): (&Drawn, Option<&Drawn>),
    (net, gross): (Money, Money),
) -> Result<Version, kernel::Fault> {
    offer.state.after(Step::Agree)?;
    let (_, n) = insert(tx, offer, (drawn, original), ((net, gross), tx.now())).await?;
    let sql = "update offer set number = $2, version = $3, net_minor = $4, gross_minor = $5, undo = null, search = search || ' ' || $6 \
               where id = $1";
    db::run(tx, sql, db::params![offer.id, number, n, net.minor, gross.minor, fold(number)]).await?;
    version(tx, offer.id, n).await
}

async fn insert(
    tx: &Tx,
    offer: &Offer,
    (drawn, original): (&Drawn, Option<&Drawn>),
    ((net, gross), expires_at): ((Money, Money), Moment),
) -> Result<(OfferVersionId, i64), kernel::Fault> {
    let (id, n) = (OfferVersionId::new(tx), offer.version + 1);
    let snapshot = serde_json::to_string(drawn)?;
    let original = original.map(serde_json::to_string).transpose()?;
    let hash = token::hash(&snapshot);
    let sql = "insert into offer_version (id, offer_id, n, snapshot, hash, net_minor, gross_minor, sent_at, sent_by, expires_at, original) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)";
    let params =
        db::params![id, offer.id, n, snapshot, hash, net.minor, gross.minor, tx.now(), tx.actor().code(), expires_at, original];
    db::run(tx, sql, params).await?;
    store::set_goods(tx, offer.id, drawn).await?;
    Ok((id, n))
}

fn series(tx: &Tx) -> String {
    let settings = tx.app().settings();
    let series = settings.text("offers.series").trim();
    if series.is_empty() { "KP".to_owned() } else { series.to_owned() }
}

/// A version of an offer; the caller has seen that the offer lies within reach, or holds its link.
///
/// # Faults
/// [`Fault::NoOffer`].
pub async fn version(db: &impl Reads, offer: OfferId, n: i64) -> Result<Version, kernel::Fault> {
    let sql = format!("select {COLUMNS} from offer_version where offer_id = $1 and n = $2");
    let row: Option<Row> = db::opt(db, &sql, db::params![offer, n]).await?;
    row.ok_or(Fault::NoOffer)?.read()
}

/// All versions, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn versions(db: &impl Reads, offer: OfferId) -> Result<Vec<Version>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from offer_version where offer_id = $1 order by n desc");
    let rows: Vec<Row> = db::all(db, &sql, db::params![offer]).await?;
    rows.into_iter().map(Row::read).collect()
}

/// Keeps where the bytes of a version lie. What was kept first stays.
///
/// # Faults
/// Whatever the database says.
pub async fn keep_pdf(tx: &Tx, id: OfferVersionId, hash: &str) -> Result<(), kernel::Fault> {
    let sql = "update offer_version set pdf_hash = $2 where id = $1 and pdf_hash is null";
    db::run(tx, sql, db::params![id, hash]).await?;
    Ok(())
}

/// The number and version of a file and where its bytes lie: for the letter that it travels with.
///
/// # Faults
/// [`Fault::NoOffer`].
pub async fn pdf_of(db: &impl Reads, id: OfferVersionId) -> Result<(OfferId, String, i64, Option<String>), kernel::Fault> {
    let sql = "select o.id, coalesce(o.number, ''), v.n, v.pdf_hash from offer_version v join offer o on o.id = v.offer_id where v.id = $1";
    let row = db::row(db, sql, db::params![id]).await?.ok_or(Fault::NoOffer)?;
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?))
}
