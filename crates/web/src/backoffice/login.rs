//! Signing in and out, and how the office looks to the one who is in.

use poem::http::StatusCode;
use serde_json::json;
use vitrina::{
    access::{self, Holder},
    flows,
    kernel::{Actor, App, Fault, Kind, StaffActor},
};

use super::desk::{Answer, Desk, ROOT, Told};
use crate::{
    render,
    session::{self, Keep},
    urls,
};

/// The member of staff whose session this is. A session in use is kept from ending.
///
/// # Faults
/// Whatever the database says.
pub async fn who(app: &App, token: &str) -> Result<Option<StaffActor>, Fault> {
    let Some(found) = access::session(app.reader(), token, app.now()).await? else { return Ok(None) };
    let Holder::Staff { actor, .. } = &found.holder else { return Ok(None) };
    if found.stale {
        flows::accounts::keep_session(app, &found).await?;
    }
    Ok(Some(actor.clone()))
}

pub async fn form(desk: Desk) -> Answer {
    let next = if desk.fault.is_some() { desk.form.get("next") } else { desk.query.get("next") };
    let next = urls::own(next, ROOT, "").to_owned();
    if !desk.session.is_empty() {
        return Ok(render::see_other(if next.is_empty() { home(&desk.staff) } else { &next }));
    }
    let context = json!({ "next": next, "email": desk.old("email", "") });
    desk.show("", "login", context).await
}

pub async fn enter(desk: Desk) -> Answer {
    let form = flows::staff::SignIn {
        email: desk.form.get("email").to_owned(),
        password: desk.form.get("password").to_owned(),
        address: desk.address.clone(),
        agent: desk.agent.clone(),
    };
    let opened = match flows::staff::sign_in(&desk.app, form).await {
        Ok(opened) => opened,
        // A wrong password is a slip of the form, not a closed door: the form comes back.
        Err(fault) if fault.kind == Kind::Forbidden => return Err(Fault { kind: Kind::Invalid, ..fault }),
        Err(fault) => return Err(fault),
    };
    let staff = who(&desk.app, &opened.token).await?;
    let home = staff.as_ref().map_or(ROOT, home);
    let mut answer = render::see_other(urls::own(desk.form.get("next"), ROOT, home));
    desk.cookie(&mut answer, session::OFFICE, &opened.token, Keep::Days(14));
    Ok(answer)
}

/// The first place that opens for a role.
fn home(staff: &StaffActor) -> &'static str {
    super::rail::first(&Actor::Staff(staff.clone())).unwrap_or(ROOT)
}

pub async fn leave(desk: Desk) -> Answer {
    flows::accounts::sign_out(&desk.app, &desk.actor, &desk.session).await?;
    let mut answer = desk.told("/office/login", Told { key: "office.login.out".into(), ..Told::default() })?;
    desk.cookie(&mut answer, session::OFFICE, "", Keep::Forget);
    answer.set_status(StatusCode::SEE_OTHER);
    Ok(answer)
}

/// Language and colours, kept by the browser.
pub async fn look(desk: Desk) -> Answer {
    let locale = match desk.form.get("locale") {
        "" => desk.locale.to_string(),
        "en" => "en".to_owned(),
        _ => "lt".to_owned(),
    };
    let theme = match desk.form.get("theme") {
        "" => desk.theme,
        "light" => "light",
        "dark" => "dark",
        _ => "auto",
    };
    let mut answer = render::see_other(desk.back(ROOT));
    desk.cookie(&mut answer, session::OFFICE_LOOK, &format!("{locale}.{theme}"), Keep::Days(365));
    Ok(answer)
}
