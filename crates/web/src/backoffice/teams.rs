//! Teams: who works together, and whom a lead's rights reach.

use serde_json::json;
use vitrina::{
    access::{self, Team},
    flows,
    kernel::{Fault, Right, TeamId},
};

use super::{
    desk::{Answer, Desk},
    list::{Action, Asked, Cell, Empty, Row},
    page::{Field, FormPage, Post, Up},
};

const PATH: &str = "/office/teams";

fn up() -> Option<Up> {
    Some(Up { url: PATH.into(), label: "office.team.title" })
}

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &[]);
    let mut list = asked.list("office.team.title", Empty::new("office.team.empty", "office.team.empty_text"));
    list.actions = vec![Action { url: format!("{PATH}/new"), label: "office.team.new", main: true }];
    list.columns = vec![asked.column("office.team.name", ""), asked.column("office.team.people", "wide")];
    let staff = access::staff(desk.app.reader(), &desk.scope(Right::UsersManage)?).await?;
    let row = |team: Team| {
        let people: Vec<String> = staff.iter().filter(|u| u.team == Some(team.id)).map(|u| u.name.clone()).collect();
        let cells = vec![Cell::open(format!("{PATH}/{}", team.id), team.name.clone()), Cell::text(people.join(", "))];
        Row::new(team.id, team.name).cells(cells)
    };
    list.rows = access::teams(desk.app.reader()).await?.into_iter().map(row).collect();
    desk.show("users", "list", json!({ "list": list })).await
}

pub async fn form(desk: Desk) -> Answer {
    let form = FormPage {
        title: desk.t("office.team.new"),
        up: up(),
        url: PATH.into(),
        intro: "office.team.intro",
        fields: vec![Field::new("name", "office.team.name", "text", desk.old("name", "")).required()],
        save: "office.team.create",
        ..FormPage::default()
    };
    desk.show("users", "form", json!({ "form": form })).await
}

pub async fn create(desk: Desk) -> Answer {
    flows::teams::add(&desk.app, &desk.actor, desk.form.get("name")).await?;
    desk.done(PATH, "office.flash.saved")
}

pub async fn show(desk: Desk) -> Answer {
    let id: TeamId = desk.param("id")?;
    let team = access::teams(desk.app.reader()).await?.into_iter().find(|t| t.id == id);
    let team = team.ok_or_else(|| Fault::not_found("access.team_not_found"))?;
    let posts = vec![
        Post {
            title: "office.team.rename",
            url: format!("{PATH}/{id}"),
            label: "office.save",
            fields: vec![Field::new("name", "office.team.name", "text", desk.old("name", team.name.clone())).required()],
            ..Post::default()
        },
        Post {
            title: "office.team.remove",
            text: "office.team.remove_text",
            url: format!("{PATH}/{id}/remove"),
            label: "office.team.remove",
            class: "bad",
            ..Post::default()
        },
    ];
    let form = FormPage { title: team.name, up: up(), posts, ..FormPage::default() };
    desk.show("users", "form", json!({ "form": form })).await
}

pub async fn rename(desk: Desk) -> Answer {
    let id: TeamId = desk.param("id")?;
    flows::teams::rename(&desk.app, &desk.actor, id, desk.form.get("name")).await?;
    desk.done(PATH, "office.flash.saved")
}

pub async fn remove(desk: Desk) -> Answer {
    flows::teams::remove(&desk.app, &desk.actor, desk.param("id")?).await?;
    desk.done(PATH, "office.flash.saved")
}
