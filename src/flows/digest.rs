//! The news of goods, prices and campaigns: a letter to everybody who writes offers, on working days.

use serde_json::json;
use time::{Date, Duration};

use crate::{
    access::{self, StaffView},
    crm::{self, working},
    desk::{self, News, Reader},
    kernel::{Actor, App, Fault, Moment, Right, StaffActor, UserId},
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
    if !settings.flag("digest.on") || !working::is_working_day(day) || hour < settings.int("digest.hour") {
        return Ok(0);
    }
    let told = crm::told(app.reader(), day).await?;
    let staff = access::staff(app.reader(), &Actor::System.scope(Right::UsersManage)?).await?;
    let mut written = 0;
    for person in staff.into_iter().filter(wanted) {
        if told.today.contains(&person.id) || told.unwanted.contains(&person.id) {
            continue;
        }
        let since = begins(told.until.get(&person.id).copied(), now);
        // What is being committed at this moment is told tomorrow, rather than by neither letter.
        written += usize::from(write_to(app, &person, day, (since, now.plus_minutes(-1))).await?);
    }
    Ok(written)
}

/// Whom the news are for: whoever writes offers.
fn wanted(person: &StaffView) -> bool {
    let actor = Actor::Staff(StaffActor { user: person.id, name: String::new(), role: person.role });
    person.active && actor.may(Right::OffersWrite).is_ok()
}

async fn write_to(app: &App, person: &StaffView, day: Date, span: (Moment, Moment)) -> Result<bool, Fault> {
    let reader = Reader { user: person.id, locale: person.locale };
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
            data: json!({ "user": person.id, "since": span.0, "until": span.1 }),
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

/// From when on the news are told: where the last ones ended, else since the working day before.
fn begins(told: Option<Moment>, now: Moment) -> Moment {
    let first = || Moment::start_of(day_before(now.date()));
    told.unwrap_or_else(first).max(now.plus_days(-LONGEST))
}

fn day_before(day: Date) -> Date {
    let mut before = day.saturating_sub(Duration::days(1));
    while !working::is_working_day(before) {
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
        None => begins(crm::last_digest(app.reader(), reader.user).await?.map(|(since, _)| since), now),
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
