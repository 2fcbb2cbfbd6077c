//! Paying at a provider's page: the attempt is on disk before the browser leaves, and asked about
//! when it comes back.

use std::time::Duration;

use serde_json::json;

use crate::{
    flows::steps::{self, facts, settling},
    kernel::{Actor, App, Fault, OrderId, Reads, Tx, journal},
    payments::{self, Attempt, AttemptState, Fact, Gateway, Standing, Start, Trouble},
    sales::{self, Account, State},
    stage::letters,
};

/// What an order owes now: the one sum of page, letter, QR code, provider and bank match.
///
/// # Faults
/// `sales.no_order`.
pub async fn due(db: &impl Reads, order: OrderId) -> Result<Standing, Fault> {
    steps::letters::standing(db, order).await
}

/// The name of the provider of card payments, where one is set up.
pub fn provider(app: &App) -> Option<&'static str> {
    app.try_port::<dyn Gateway>().map(|gateway| gateway.name())
}

/// How long the provider may think while a customer waits.
const PATIENCE: Duration = Duration::from_secs(15);

/// Opens a payment page for what an order is asked for now and says where the browser goes. An open
/// page for the same sum is used again: two tabs are one payment.
///
/// # Faults
/// `sales.no_order`, `payments.no_gateway`, `payments.nothing_due`, `payments.closed`,
/// `payments.busy` while another sum is being paid, `payments.refused`, `payments.silent`.
pub async fn open_page(app: &App, actor: &Actor, token: &str) -> Result<String, Fault> {
    let gateway = app.try_port::<dyn Gateway>().ok_or(payments::Fault::NoGateway)?;
    let order = sales::account_by_token(app.reader(), token).await?.id;
    let tx = app.begin(actor).await?;
    let account = sales::lock_account(&tx, order).await?;
    let attempt = attempt(&tx, gateway.name(), &account).await?;
    tx.commit().await?;
    if let (AttemptState::Open, Some(url)) = (attempt.state, &attempt.url) {
        return Ok(url.clone());
    }
    start(app, actor, gateway.as_ref(), &account, &attempt).await
}

/// The order's live attempt where it fits, else a new one.
async fn attempt(tx: &Tx, provider: &str, account: &Account) -> Result<Attempt, Fault> {
    if matches!(account.state, State::Cancelled) {
        return Err(payments::Fault::Closed.into());
    }
    let ask = settling::standing(tx, account).await?.ask;
    if let Some(live) = payments::live(tx, account.id).await? {
        let same = live.amount == ask && live.provider == provider && live.expires_at > tx.now().plus_minutes(1);
        return match (live.state, same) {
            (AttemptState::Starting | AttemptState::Open, true) => Ok(live),
            // What is open for another sum may still bring that sum: nobody is charged twice.
            _ => Err(payments::Fault::Busy.into()),
        };
    }
    if ask.minor <= 0 {
        return Err(payments::Fault::NothingDue.into());
    }
    let minutes = tx.app().settings().int("payment.hold_minutes").clamp(30, 24 * 60);
    let until = tx.now().plus_minutes(minutes);
    if account.state == State::AwaitingPayment {
        // The stock is held a little longer than the page is open.
        sales::set_hold(tx, account.id, Some(until.plus_minutes(10))).await?;
    }
    let attempt = payments::open(tx, account.id, provider, ask, until).await?;
    journal::note(tx, "payments.begun", Some(account.id.uuid()), json!({ "minor": ask.minor, "provider": provider })).await?;
    Ok(attempt)
}

async fn start(app: &App, actor: &Actor, gateway: &dyn Gateway, account: &Account, attempt: &Attempt) -> Result<String, Fault> {
    let asked = tokio::time::timeout(PATIENCE, gateway.start(&page(app, account, attempt))).await;
    match asked.unwrap_or_else(|_| Err(Trouble::Silent("timeout".into()))) {
        Ok(started) => {
            let tx = app.begin(actor).await?;
            payments::started(&tx, attempt.id, &started.session, &started.url).await?;
            tx.commit().await?;
            Ok(started.url)
        }
        Err(Trouble::Refused(why)) => {
            let tx = app.begin(actor).await?;
            payments::fail(&tx, attempt.id, &why).await?;
            tx.commit().await?;
            Err(payments::Fault::Refused(why).into())
        }
        // Nobody knows whether the page exists: the attempt stays, and the sweeper finds out.
        Err(Trouble::Silent(why)) => Err(payments::Fault::Silent(why).into()),
    }
}

/// Everything that the provider is told, made of rows alone: asked twice, by whomever, it is the same.
/// So the language is the order's, whichever page the customer came from.
pub(super) fn page(app: &App, account: &Account, attempt: &Attempt) -> Start {
    let (settings, locale) = (app.settings(), account.locale);
    let order = format!("{}/{locale}/order/{}", letters::home(&settings), account.token);
    Start {
        attempt: attempt.id.uuid(),
        order: account.id,
        number: account.number.clone(),
        amount: attempt.amount,
        title: format!("{} · {}", settings.text("shop.name"), account.number),
        email: account.email.clone(),
        locale,
        success_url: format!("{order}/paid"),
        cancel_url: order,
        expires_at: attempt.expires_at,
    }
}

/// The customer comes back from the provider: asks it what happened, and writes that down. That the
/// browser came back proves nothing; when the provider is silent, its message or the sweeper will say.
///
/// # Faults
/// `sales.no_order`.
pub async fn returned(app: &App, token: &str) -> Result<(), Fault> {
    let order = sales::account_by_token(app.reader(), token).await?.id;
    let Some(live) = payments::live(app.reader(), order).await? else { return Ok(()) };
    let Some(gateway) = app.try_port::<dyn Gateway>().filter(|g| g.name() == live.provider) else { return Ok(()) };
    let Some(session) = &live.session else { return Ok(()) };
    match tokio::time::timeout(PATIENCE, gateway.ask(session)).await {
        Ok(Ok(facts)) => learn(app, gateway.name(), &facts).await.map(drop),
        Ok(Err(trouble)) => {
            tracing::warn!(%trouble, attempt = %live.id, "the provider could not say how a payment stands");
            Ok(())
        }
        Err(_) => Ok(()),
    }
}

/// Writes facts into the ledger, all or none; says how many were new.
pub(super) async fn learn(app: &App, provider: &str, facts: &[Fact]) -> Result<i64, Fault> {
    if facts.is_empty() {
        return Ok(0);
    }
    let tx = app.begin(&Actor::System).await?;
    let mut new = 0;
    for fact in facts {
        new += i64::from(facts::apply(&tx, provider, fact).await?);
    }
    tx.commit().await?;
    Ok(new)
}
