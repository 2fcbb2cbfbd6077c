//! The news of goods, prices and campaigns: a letter to everybody who writes offers, on working days (or
//! every day, where the shop says so).

use serde_json::json;
use time::{Date, Duration};

use crate::{
    access::{self, StaffView},
    crm::{self, working},
    desk::{self, News, Reader},
    kernel::{Actor, App, Fault, Locale, Moment, Right, Settings, StaffActor, UserId},
    mail::{self, NewLetter},
};

/// After a long absence the letter does not begin before this many days.
const LONGEST: i64 = 31;

/// Writes the letters of today that are due: one a person, each in a transaction of its own with the row
/// that says so, so that a process killed anywhere leaves a letter or none, and the next look goes on.
/// Returns how many were written.
///
/// # Faults
/// Whatever the database says.
pub async fn write(app: &App) -> Result<usize, Fault> {
    let (settings, now) = (app.settings(), app.now());
    let day = now.date();
    let hour = i64::from(now.to_local().hour());
    if !settings.flag("digest.on") || !is_day(&settings, day) || hour < settings.int("digest.hour") {
        return Ok(0);
    }
    let told = crm::told(app.reader(), day).await?;
    let staff = access::staff(app.reader(), &Actor::System.scope(Right::UsersManage)?).await?;
    let mut written = 0;
    for person in staff.into_iter().filter(wanted) {
        if told.today.contains(&person.id) || told.unwanted.contains(&person.id) {
            continue;
        }
        let since = begins(&settings, told.until.get(&person.id).copied(), now);
        // What is being committed at this moment is told tomorrow, rather than by neither letter.
        written += usize::from(write_to(app, &person, day, (since, now.plus_minutes(-1))).await?);
    }
    Ok(written)
}

/// Whom the news are for: whoever writes offers.
fn wanted(person: &StaffView) -> bool {
    person.active && actor(person).may(Right::OffersWrite).is_ok()
}

fn actor(person: &StaffView) -> Actor {
    Actor::Staff(StaffActor::new(person.id, "", person.role))
}

/// A reader of the news; an offer that nobody looks after is told to whoever may change it.
///
/// # Faults
/// `access.forbidden` for who is no member of staff.
pub fn reader(actor: &Actor, locale: Locale) -> Result<Reader, Fault> {
    let user = actor.user().ok_or(access::Fault::SignIn)?;
    let nobodys = actor.scope(Right::OffersWrite).is_ok_and(|scope| scope.covers(None));
    Ok(Reader { user, locale, nobodys })
}

async fn write_to(app: &App, person: &StaffView, day: Date, span: (Moment, Moment)) -> Result<bool, Fault> {
    let reader = reader(&actor(person), person.locale)?;
    // Read outside the transaction, which only writes what was found: the shop's one writer does not wait.
    let news = desk::news(app.reader(), reader, span, 1).await?;
    let tx = app.begin(&Actor::System).await?;
    let letter = if news.is_empty() {
        None
    } else {
        let letter = NewLetter {
            template: "digest",
            to: person.email.clone(),
            to_name: person.name.clone(),
            locale: person.locale,
            party: None,
            subject: Some(person.id.uuid()),
            data: json!({ "user": person.id, "nobodys": reader.nobodys, "since": span.0, "until": span.1 }),
        };
        Some(mail::queue(&tx, letter).await?)
    };
    if !crm::claim_digest(&tx, person.id, day, span, letter).await? {
        // Another worker was faster: this letter goes with the transaction that is dropped here.
        return Ok(false);
    }
    tx.commit().await?;
    Ok(letter.is_some())
}

/// From when on the news are told: where the last ones ended, else since the day of news before.
fn begins(settings: &Settings, told: Option<Moment>, now: Moment) -> Moment {
    let first = || Moment::start_of(day_before(settings, now.date()));
    told.unwrap_or_else(first).max(now.plus_days(-LONGEST))
}

/// Whether news are written on this day.
fn is_day(settings: &Settings, day: Date) -> bool {
    settings.text("digest.days") == "every" || working::is_working_day(day)
}

fn day_before(settings: &Settings, day: Date) -> Date {
    let mut before = day.saturating_sub(Duration::days(1));
    while !is_day(settings, before) {
        before = before.saturating_sub(Duration::days(1));
    }
    before
}

/// What the page of the news shows: what the newest letter told of and what came since, or the last days.
///
/// # Faults
/// `access.forbidden`.
pub async fn look(app: &App, actor: &Actor, reader: Reader, days: Option<i64>, most: usize) -> Result<News, Fault> {
    actor.may(Right::CatalogRead)?;
    let now = app.now();
    let since = match days {
        Some(days) => now.plus_days(-days.clamp(1, LONGEST)),
        None => begins(&app.settings(), crm::last_digest(app.reader(), reader.user).await?.map(|(since, _)| since), now),
    };
    desk::news(app.reader(), reader, (since, now), most).await
}

/// Turns a person's own letter on or off.
///
/// # Faults
/// `access.sign_in`.
pub async fn want(app: &App, actor: &Actor, wanted: bool) -> Result<UserId, Fault> {
    let user = actor.user().ok_or(access::Fault::SignIn)?;
    let tx = app.begin(actor).await?;
    crm::set_digest(&tx, user, wanted).await?;
    tx.commit().await?;
    Ok(user)
}
