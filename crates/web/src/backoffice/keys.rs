//! The keys with which other programs come in.

use serde_json::json;
use vitrina::{
    access::{self, KeyKind, KeyView, NewKey},
    flows,
    kernel::{ApiKeyId, Fault, Right},
    manifest::plugin_zero,
};

use super::{
    desk::{Answer, Desk},
    list::{Action, Asked, Cell, Empty, Row},
    page::{Choice, Field, FormPage, Secret, Ticks, Up},
};

const PATH: &str = "/office/keys";

pub async fn list(desk: Desk) -> Answer {
    let keys = access::keys(desk.app.reader(), &desk.scope(Right::SettingsManage)?).await?;
    let asked = Asked::new(PATH, &desk.query, &[]);
    let empty = Empty::new("office.key.empty", "office.key.empty_text").first("/office/keys/new", "office.key.new");
    let mut list = asked.list("office.place.keys", empty);
    list.actions = vec![Action { url: format!("{PATH}/new"), label: "office.key.new", main: true }];
    list.columns = vec![
        asked.column("office.key.name", ""),
        asked.column("office.key.kind", "extra"),
        asked.column("office.key.rights", "wrap extra"),
        asked.column("office.key.state", ""),
        asked.column("office.key.used", "nowrap extra"),
        asked.column("", ""),
    ];
    list.rows = keys.into_iter().map(|key| row(&desk, key)).collect();
    desk.show("keys", "list", json!({ "list": list })).await
}

fn row(desk: &Desk, key: KeyView) -> Row {
    let live = key.revoked_at.is_none();
    let revoke = Cell::Button { url: format!("{PATH}/{}/revoke", key.id), text: desk.t("office.key.revoke") };
    Row::new(key.id, key.name.clone()).cells(vec![
        Cell::Text { text: key.name, sub: Some(format!("{}…", key.hint)), tone: None },
        Cell::text(desk.t(&format!("office.key.{}", key.kind.as_str()))),
        Cell::quiet(key.rights.join(", ")),
        Cell::badge(desk.t(if live { "office.key.active" } else { "office.key.revoked" }), if live { "good" } else { "" }),
        Cell::datetime(key.used_at),
        if live { revoke } else { Cell::Empty },
    ])
}

/// Each right with its purpose, as `plugin.toml` declares it: nobody ticks a word they cannot read.
fn rights(desk: &Desk) -> Vec<Choice> {
    let said = |scope: &str| {
        let declared = plugin_zero().permissions.iter().find(|p| p.scope == scope);
        let purpose = declared.and_then(|p| p.purpose.get(desk.locale.as_str()).or_else(|| p.purpose.get("en")));
        purpose.map_or_else(|| scope.to_owned(), |purpose| format!("{purpose} ({scope})"))
    };
    let ticked: Vec<&str> = desk.form.all("right").collect();
    Right::ALL.iter().map(|r| Choice::ticked(r.scope(), said(r.scope()), ticked.contains(&r.scope()))).collect()
}

pub async fn form(desk: Desk) -> Answer {
    let form = FormPage {
        title: desk.t("office.key.new"),
        up: Some(Up { url: PATH.into(), label: "office.place.keys" }),
        url: PATH.into(),
        fields: vec![Field::new("name", "office.key.name", "text", desk.old("name", "")).required()],
        ticks: Some(Ticks { name: "right", label: "office.key.rights", options: rights(&desk) }),
        save: "office.key.create",
        ..FormPage::default()
    };
    desk.show("keys", "form", json!({ "form": form })).await
}

pub async fn create(desk: Desk) -> Answer {
    let rights: Vec<Right> = desk.form.all("right").filter_map(|r| r.parse().ok()).collect();
    if rights.is_empty() {
        return Err(Fault::invalid("right", "form.choose"));
    }
    let name = desk.form.get("name").to_owned();
    let new = NewKey { name: name.clone(), kind: KeyKind::Secret, rights, channel: None };
    let created = flows::staff::create_key(&desk.app, &desk.actor, new).await?;
    let form = FormPage {
        title: name,
        up: Some(Up { url: PATH.into(), label: "office.place.keys" }),
        secret: Some(Secret { label: "office.key.once", value: created.secret }),
        ..FormPage::default()
    };
    desk.show("keys", "form", json!({ "form": form })).await
}

pub async fn revoke(desk: Desk) -> Answer {
    let key: ApiKeyId = desk.param("id")?;
    flows::staff::revoke_key(&desk.app, &desk.actor, key).await?;
    desk.done(PATH, "office.flash.revoked")
}
