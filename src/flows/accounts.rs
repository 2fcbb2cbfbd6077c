//! Customers come in: by a link sent to their address, or by a password once they have one.
//!
//! These are flows of the shop's window: a guest may call them, so there is no right to ask for;
//! counters slow down those who guess.

use serde_json::{Value, json};

use super::steps::{joining, personal};
use crate::{
    access::{self, Limit, Link, NewSession, Whose, password},
    kernel::{Actor, App, Fault, Locale, PartyId, journal},
    mail::{self, NewLetter},
    parties::{self, Address, Contact, Email},
};

/// Somebody asks to be sent a link.
#[derive(Clone, Debug)]
pub struct LinkRequest {
    pub email: String,
    pub locale: Locale,
    /// Local path to go to after signing in.
    pub goto: Option<String>,
    /// Local path of the page that takes the token; the token is put behind it. The page must ask
    /// for a press of a button: mail scanners open links, and a link works once.
    pub page: String,
    /// Where the request came from.
    pub address: String,
}

/// Somebody signs in with a password.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub email: String,
    pub password: String,
    /// Where the request came from.
    pub address: String,
    /// The browser's own name.
    pub agent: String,
}

/// A customer who came in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub party: PartyId,
    pub session: NewSession,
    pub goto: Option<String>,
    /// How many records turned out to be theirs.
    pub joined: usize,
}

/// Sends a link to whatever address was typed. The answer is the same for known and unknown
/// addresses; only who reads the mail learns more.
///
/// # Faults
/// `parties.email_invalid`; `access.too_many`.
pub async fn request_link(app: &App, request: LinkRequest) -> Result<(), Fault> {
    let LinkRequest { email, locale, goto, page, address } = request;
    let email = email.parse::<Email>()?;
    let tx = app.begin(&Actor::Guest).await?;
    access::allow(&tx, "customer.link", email.as_str(), Limit::LINK).await?;
    access::allow(&tx, "customer.link.address", &address, Limit::FORM).await?;
    let link = Link { email: email.as_str().to_owned(), locale, goto };
    let (token, expires_at) = access::issue_link(&tx, link).await?;
    let party = parties::owner_of(&tx, &email).await?;
    let letter = NewLetter {
        template: "login_link",
        to: email.as_str().to_owned(),
        to_name: String::new(),
        locale,
        party,
        subject: None,
        data: json!({ "link": format!("{page}{token}"), "minutes": (expires_at.0 - tx.now().0) / 60_000 }),
    };
    mail::queue(&tx, letter).await?;
    journal::note(&tx, "access.customer.link_sent", party.map(|p| p.uuid()), Value::Null).await?;
    tx.commit().await
}

/// Opens a link: the address is proven, records that carried it are joined, a session begins.
///
/// # Faults
/// `access.link_invalid` for an unknown, used or expired link.
pub async fn use_link(app: &App, token: &str, agent: &str) -> Result<SignedIn, Fault> {
    let tx = app.begin(&Actor::Guest).await?;
    let link = access::redeem_link(&tx, token).await?;
    let email: Email = link.email.parse::<Email>()?;
    let proof = parties::prove(&tx, &email, link.locale).await?;
    for other in &proof.same {
        joining::join(&tx, *other, proof.party, joining::Ground::Proof).await?;
    }
    let session = come_in(&tx, proof.party, agent, "link").await?;
    tx.commit().await?;
    Ok(SignedIn { party: proof.party, session, goto: link.goto, joined: proof.same.len() })
}

/// Signs in with a password. The password is compared between two transactions, so that nobody
/// waits for it.
///
/// # Faults
/// `access.sign_in_failed` whatever was wrong; `access.too_many`.
pub async fn sign_in(app: &App, form: SignIn) -> Result<SignedIn, Fault> {
    let email = form.email.parse::<Email>().ok();
    let tx = app.begin(&Actor::Guest).await?;
    let typed = email.as_ref().map_or("", Email::as_str);
    access::allow(&tx, "customer.sign_in", &format!("{} {typed}", form.address), Limit::SIGN_IN).await?;
    access::allow(&tx, "customer.sign_in.address", &form.address, Limit::SIGN_IN_ADDRESS).await?;
    let party = match &email {
        Some(email) => parties::owner_of(&tx, email).await?,
        None => None,
    };
    let hash = match party {
        Some(party) => access::account(&tx, party).await?.and_then(|a| a.password_hash),
        None => None,
    };
    tx.commit().await?;
    let fits = password::verify(app, form.password, hash).await?;
    let party = party.filter(|_| fits).ok_or(access::Fault::SignInFailed)?;
    let tx = app.begin(&Actor::Guest).await?;
    let party = parties::follow(&tx, party).await?.ok_or(access::Fault::SignInFailed)?;
    let session = come_in(&tx, party, &form.agent, "password").await?;
    tx.commit().await?;
    Ok(SignedIn { party, session, goto: None, joined: 0 })
}

async fn come_in(tx: &crate::kernel::Tx, party: PartyId, agent: &str, by: &str) -> Result<NewSession, Fault> {
    access::note_customer_seen(tx, party).await?;
    journal::note(tx, "access.customer.signed_in", Some(party.uuid()), json!({ "by": by })).await?;
    access::open_session(tx, Whose::Customer(party), agent).await
}

/// Gives the signed-in customer a password and ends their other sessions.
///
/// # Faults
/// `access.sign_in`; `access.password_length`, `access.password_common`.
pub async fn set_password(app: &App, actor: &Actor, session: &access::SessionView, plain: String) -> Result<(), Fault> {
    let party = myself(actor)?;
    password::check(&plain)?;
    let hash = password::hash(app, plain).await?;
    let tx = app.begin(actor).await?;
    access::set_customer_password(&tx, party, Some(hash)).await?;
    access::close_sessions(&tx, Whose::Customer(party), Some(session.id)).await?;
    journal::note(&tx, "access.customer.password_set", Some(party.uuid()), Value::Null).await?;
    tx.commit().await
}

/// Ends the session of a token, a customer's or a member of staff's.
///
/// # Faults
/// Whatever the database says.
pub async fn sign_out(app: &App, actor: &Actor, token: &str) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    access::close_session(&tx, token).await?;
    tx.commit().await
}

/// Moves the end of a session that is in use; costs nothing while it is fresh.
///
/// # Faults
/// Whatever the database says.
pub async fn keep_session(app: &App, session: &access::SessionView) -> Result<(), Fault> {
    if !session.stale {
        return Ok(());
    }
    let tx = app.begin(&session.actor()).await?;
    access::renew_session(&tx, session).await?;
    tx.commit().await
}

/// The customer corrects their own record; the proven address stays.
///
/// # Faults
/// `access.sign_in`, those of the contact.
pub async fn edit(app: &App, actor: &Actor, contact: Contact, address: Option<Address>) -> Result<(), Fault> {
    let party = myself(actor)?;
    let tx = app.begin(actor).await?;
    parties::edit(&tx, party, contact).await?;
    if let Some(address) = address {
        parties::remember_address(&tx, party, address).await?;
    }
    journal::note(&tx, "parties.edited", Some(party.uuid()), Value::Null).await?;
    tx.commit().await
}

/// Everything the shop holds about the signed-in customer.
///
/// # Faults
/// `access.sign_in`.
pub async fn export(app: &App, actor: &Actor) -> Result<Value, Fault> {
    let party = myself(actor)?;
    let tx = app.begin(actor).await?;
    let data = personal::export(&tx, party, tx.now()).await?;
    journal::note(&tx, "parties.exported", Some(party.uuid()), Value::Null).await?;
    tx.commit().await?;
    Ok(data)
}

/// The signed-in customer goes, and what no law keeps goes with them.
///
/// # Faults
/// `access.sign_in`.
pub async fn erase(app: &App, actor: &Actor) -> Result<(), Fault> {
    let party = myself(actor)?;
    let tx = app.begin(actor).await?;
    personal::erase(&tx, party).await?;
    tx.commit().await
}

fn myself(actor: &Actor) -> Result<PartyId, Fault> {
    match actor {
        Actor::Customer(party) => Ok(*party),
        _ => Err(access::Fault::SignIn.into()),
    }
}
