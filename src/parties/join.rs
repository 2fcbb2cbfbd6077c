//! Two records become one: by proof of the address, or by a member of staff.

use super::{Contact, Email, Fault, likeness, row, words};
use crate::kernel::{self, Locale, Moment, Origin, PartyId, Reads, Tx, db};

/// Joins `from` into `into`: addresses, aliases and suspicions move, blanks are filled, and
/// `from` stays as a signpost for old links. What other modules wrote under `from` is theirs to
/// move (`repoint`); the step of the flows calls each.
///
/// # Faults
/// `parties.join_self`, `parties.not_found`, `parties.gone`.
pub async fn join(tx: &Tx, from: PartyId, into: PartyId) -> Result<(), kernel::Fault> {
    if from == into {
        return Err(Fault::JoinSelf.into());
    }
    let loser = row::find(tx, from).await?.ok_or(Fault::NotFound)?.standing()?;
    let winner = row::find(tx, into).await?.ok_or(Fault::NotFound)?.standing()?;
    likeness::decide(tx, from, into, "joined").await?;
    move_books(tx, from, into).await?;
    retire(tx, &loser, into).await?;
    fill(tx, &loser, &winner).await
}

async fn move_books(tx: &Tx, from: PartyId, into: PartyId) -> Result<(), kernel::Fault> {
    for sql in [
        "delete from party_address where party = $1 and same_hash in \
         (select same_hash from party_address where party = $2)",
        "update party_address set party = $2 where party = $1",
        "update party_alias set party = $2 where party = $1",
        // What both were likened to stays likened once.
        "delete from party_likeness where party = $1 and (other = $2 or exists (select 1 from party_likeness l \
         where l.party = $2 and l.other = party_likeness.other and l.evidence = party_likeness.evidence)) \
         and state = 'open'",
        "delete from party_likeness where other = $1 and (party = $2 or exists (select 1 from party_likeness l \
         where l.other = $2 and l.party = party_likeness.party and l.evidence = party_likeness.evidence)) \
         and state = 'open'",
        "update party_likeness set party = $2 where party = $1 and state = 'open'",
        "update party_likeness set other = $2 where other = $1 and state = 'open'",
        "update party set joined_into = $2 where joined_into = $1",
    ] {
        db::run(tx, sql, db::params![from, into]).await?;
    }
    Ok(())
}

/// The joined record lets go of its address and words, so that it is neither found nor matched.
async fn retire(tx: &Tx, loser: &row::Row, into: PartyId) -> Result<(), kernel::Fault> {
    words::delete(tx, loser.id, &loser.folded).await?;
    let sql = "update party set joined_into = $2, joined_at = $3, updated_at = $3, email = null, email_proven_at = null, \
               company_code = null, folded = '', sort_name = '' where id = $1";
    db::run(tx, sql, db::params![loser.id, into, tx.now()]).await?;
    Ok(())
}

async fn fill(tx: &Tx, loser: &row::Row, winner: &row::Row) -> Result<(), kernel::Fault> {
    let (known, other) = (winner.contact(), loser.contact());
    let mut proven = winner.email_proven_at;
    let mut email = known.email.clone();
    match (loser.email_proven_at, &loser.email) {
        // Both proven: the second address keeps leading to the customer.
        (Some(at), Some(address)) if winner.email_proven_at.is_some() && known.email != other.email => {
            add_alias(tx, address, winner.id, at).await?;
        }
        // A proven address beats a typed one.
        (Some(at), Some(address)) => {
            email = Some(address.clone());
            proven = proven.or(Some(at));
        }
        _ => email = email.or_else(|| other.email.clone()),
    }
    let nameless = winner.email.as_deref() == Some(&winner.name);
    let filled = Contact {
        name: if nameless { other.name.clone() } else { known.name.clone() },
        email,
        phone: known.phone.clone().or(other.phone),
        company: known.company.clone().or(other.company),
        company_code: known.company_code.clone().or(other.company_code),
        vat_code: known.vat_code.clone().or(other.vat_code),
        locale: known.locale,
    };
    if filled != known || proven != winner.email_proven_at {
        row::rewrite(tx, winner, &filled, proven).await?;
    }
    let sql = "update party set manager = coalesce(manager, $2), grp = coalesce(grp, $3), \
               stage = case when stage < $4 then $4 else stage end, \
               touched_at = case when touched_at < $5 then $5 else touched_at end, \
               created_at = case when created_at > $6 then $6 else created_at end where id = $1";
    let params = db::params![winner.id, loser.manager, loser.grp.clone(), loser.stage, loser.touched_at, loser.created_at];
    db::run(tx, sql, params).await?;
    Ok(())
}

async fn add_alias(tx: &Tx, email: &str, party: PartyId, at: Moment) -> Result<(), sea_orm::DbErr> {
    let sql = "insert into party_alias (email, party, proven_at) values ($1,$2,$3) \
               on conflict (email) do update set party = excluded.party";
    db::run(tx, sql, db::params![email, party, at]).await.map(drop)
}

/// Whose an address is, once somebody has shown that they read its mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub party: PartyId,
    /// Other records that carry the typed address; each is to be joined into `party`.
    pub same: Vec<PartyId>,
}

/// Who has proven an address, if anybody.
///
/// # Faults
/// Whatever the database says.
pub async fn owner_of(db: &impl Reads, email: &Email) -> Result<Option<PartyId>, kernel::Fault> {
    let sql = "select id from party where email = $1 and email_proven_at is not null \
               union all select party from party_alias where email = $1";
    Ok(db::scalar(db, sql, db::params![email.as_str()]).await?)
}

/// Proves an address: its owner is the record that proved it before, else the oldest one that
/// carries it, else a new one.
///
/// # Faults
/// Whatever the database says.
pub async fn prove(tx: &Tx, email: &Email, locale: Locale) -> Result<Proof, kernel::Fault> {
    let address = email.as_str();
    let owner = owner_of(tx, email).await?;
    // At most fifty a time: the rest is joined when the address is proven again.
    let sql = "select id from party where email = $1 and joined_into is null order by id limit 50";
    let mut carriers: Vec<PartyId> = db::column(tx, sql, db::params![address]).await?;
    let party = match (owner, carriers.first()) {
        (Some(owner), _) => owner,
        (None, Some(oldest)) => {
            let sql = "update party set email_proven_at = $2, updated_at = $2 where id = $1";
            db::run(tx, sql, db::params![*oldest, tx.now()]).await?;
            *oldest
        }
        (None, None) => {
            let contact = Contact::person(address, address, locale);
            row::insert(tx, &contact, Origin::Shop, Some(tx.now())).await?
        }
    };
    carriers.retain(|c| *c != party);
    Ok(Proof { party, same: carriers })
}

/// Staff says that two records are not the same; the pair is not suggested again.
///
/// # Faults
/// `parties.not_found` when nothing was open about the pair.
pub async fn refuse(tx: &Tx, a: PartyId, b: PartyId) -> Result<(), kernel::Fault> {
    match likeness::decide(tx, a, b, "refused").await? {
        0 => Err(Fault::NotFound.into()),
        _ => Ok(()),
    }
}
