//! The people who work here, and what each may.

use serde_json::json;
use vitrina::{
    access::{self, StaffView},
    flows::{self, staff::NewUser},
    kernel::{Fault, Locale, Right, Role, UserId},
};

use super::{
    desk::{Answer, Desk},
    list::{Action, Asked, Cell, Empty, Row},
    page::{Choice, Field, FormPage, Post, Secret, Up},
    part,
};

const PATH: &str = "/office/users";

fn roles(desk: &Desk) -> Vec<Choice> {
    Role::ALL.iter().map(|r| Choice::new(r.as_str(), desk.t(&format!("office.role.{}", r.as_str())))).collect()
}

fn up() -> Option<Up> {
    Some(Up { url: PATH.into(), label: "office.place.users" })
}

async fn everybody(desk: &Desk) -> Result<Vec<StaffView>, Fault> {
    access::staff(desk.app.reader(), &desk.scope(Right::UsersManage)?).await
}

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &[]);
    let mut list = asked.list("office.place.users", Empty::new("office.user.empty", "office.user.empty_text"));
    list.actions = vec![
        Action { url: "/office/teams".into(), label: "office.team.title", main: false },
        Action { url: format!("{PATH}/new"), label: "office.user.new", main: true },
    ];
    list.columns = vec![
        asked.column("office.user.name", ""),
        asked.column("office.user.email", "extra"),
        asked.column("office.user.role", ""),
        asked.column("office.team.one", "extra"),
        asked.column("office.user.state", ""),
        asked.column("office.user.last", "nowrap extra"),
    ];
    let teams = access::teams(desk.app.reader()).await?;
    let row = |user: StaffView| {
        let team = teams.iter().find(|t| Some(t.id) == user.team).map(|t| t.name.clone()).unwrap_or_default();
        let state = if user.active { ("active", "good") } else { ("inactive", "") };
        Row::new(user.id, user.name.clone()).cells(vec![
            Cell::open(format!("{PATH}/{}", user.id), user.name),
            Cell::text(user.email),
            Cell::text(desk.t(&format!("office.role.{}", user.role.as_str()))),
            Cell::quiet(team),
            Cell::badge(desk.t(&format!("office.user.{}", state.0)), state.1),
            Cell::datetime(user.seen_at),
        ])
    };
    list.rows = everybody(&desk).await?.into_iter().map(row).collect();
    desk.show("users", "list", json!({ "list": list })).await
}

pub async fn form(desk: Desk) -> Answer {
    let locales = ["lt", "en"].map(|l| Choice::new(l, desk.t(&format!("office.locale.{l}")))).to_vec();
    let form = FormPage {
        title: desk.t("office.user.new"),
        up: up(),
        url: PATH.into(),
        intro: "office.user.intro",
        fields: vec![
            Field::new("name", "office.user.name", "text", desk.old("name", "")).required(),
            Field::new("email", "office.user.email", "email", desk.old("email", "")).required(),
            Field::select("role", "office.user.role", desk.old("role", "manager"), roles(&desk)),
            Field::select("locale", "office.customer.locale", desk.old("locale", "lt"), locales),
        ],
        save: "office.user.create",
        ..FormPage::default()
    };
    desk.show("users", "form", json!({ "form": form })).await
}

fn role_of(desk: &Desk) -> Result<Role, Fault> {
    desk.form.get("role").parse().map_err(|_| Fault::invalid("role", "form.choose"))
}

/// The password is made here and shown once, on the answer to this very form.
pub async fn create(desk: Desk) -> Answer {
    let new = NewUser {
        email: desk.form.get("email").to_owned(),
        name: desk.form.get("name").to_owned(),
        role: role_of(&desk)?,
        locale: desk.form.get("locale").parse().unwrap_or(Locale::LT),
        password: None,
    };
    let title = new.name.clone();
    let created = flows::staff::create(&desk.app, &desk.actor, new).await?;
    once(&desk, title, created.password).await
}

async fn once(desk: &Desk, title: String, password: Option<String>) -> Answer {
    let secret = password.map(|value| Secret { label: "office.user.password_once", value });
    let form = FormPage { title, up: up(), secret, ..FormPage::default() };
    desk.show("users", "form", json!({ "form": form })).await
}

async fn member(desk: &Desk) -> Result<StaffView, Fault> {
    let id: UserId = desk.param("id")?;
    let found = everybody(desk).await?.into_iter().find(|u| u.id == id);
    found.ok_or_else(|| Fault::not_found("access.staff_not_found"))
}

pub async fn show(desk: Desk) -> Answer {
    let user = member(&desk).await?;
    let at = format!("{PATH}/{}", user.id);
    let mut posts = vec![
        Post {
            title: "office.user.role",
            url: format!("{at}/role"),
            label: "office.save",
            fields: vec![Field::select("role", "office.user.role", desk.old("role", user.role.as_str()), roles(&desk))],
            ..Post::default()
        },
        Post {
            title: "office.user.new_password_title",
            url: format!("{at}/password"),
            label: "office.user.new_password",
            text: "office.user.new_password_text",
            ..Post::default()
        },
    ];
    let teams = access::teams(desk.app.reader()).await?;
    if !teams.is_empty() {
        let own = user.team.map(|id| id.to_string()).unwrap_or_default();
        let mut choices = vec![Choice::new("", desk.t("office.team.none"))];
        choices.extend(teams.into_iter().map(|t| Choice::new(t.id.to_string(), t.name)));
        posts.insert(
            1,
            Post {
                title: "office.team.one",
                text: "office.team.one_text",
                url: format!("{at}/team"),
                label: "office.save",
                fields: vec![Field::select("team", "office.team.one", desk.old("team", own), choices)],
                ..Post::default()
            },
        );
    }
    posts.push(if user.active {
        let mut others = part::colleagues(&desk, desk.app.reader()).await?;
        others.retain(|c| c.value != user.id.to_string());
        others[0].label = desk.t("office.user.successor_all");
        Post {
            title: "office.user.deactivate_title",
            text: "office.user.deactivate_text",
            url: format!("{at}/active"),
            label: "office.user.deactivate",
            class: "bad",
            fields: vec![Field::select("successor", "office.user.successor", desk.old("successor", ""), others)],
        }
    } else {
        Post {
            title: "office.user.activate_title",
            url: format!("{at}/active"),
            label: "office.user.activate",
            fields: vec![Field::new("back_to_work", "", "hidden", "yes")],
            ..Post::default()
        }
    });
    let form = FormPage { title: user.name, up: up(), posts, ..FormPage::default() };
    desk.show("users", "form", json!({ "form": form })).await
}

pub async fn role(desk: Desk) -> Answer {
    let user: UserId = desk.param("id")?;
    flows::staff::change_role(&desk.app, &desk.actor, user, role_of(&desk)?).await?;
    desk.done(&format!("{PATH}/{user}"), "office.flash.saved")
}

pub async fn team(desk: Desk) -> Answer {
    let user: UserId = desk.param("id")?;
    let team = match desk.form.opt("team") {
        Some(id) => Some(id.parse().map_err(|_| Fault::invalid("team", "form.choose"))?),
        None => None,
    };
    flows::teams::put(&desk.app, &desk.actor, user, team).await?;
    desk.done(&format!("{PATH}/{user}"), "office.flash.saved")
}

pub async fn active(desk: Desk) -> Answer {
    let user: UserId = desk.param("id")?;
    if desk.form.has("back_to_work") {
        flows::staff::activate(&desk.app, &desk.actor, user).await?;
    } else {
        let successor = desk.form.opt("successor").and_then(|s| s.parse().ok());
        flows::staff::deactivate(&desk.app, &desk.actor, user, successor).await?;
    }
    desk.done(&format!("{PATH}/{user}"), "office.flash.saved")
}

pub async fn password(desk: Desk) -> Answer {
    let user = member(&desk).await?;
    let made = flows::staff::reset_password(&desk.app, &desk.actor, user.id, None).await?;
    once(&desk, user.name, made).await
}
