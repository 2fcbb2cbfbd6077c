//! Templates of contracts: the list, and one with what it may name.

use serde_json::{Value, json};
use vitrina::{
    contracts::{self, CONDITIONS, FIELDS, Key, Template},
    flows,
    kernel::{Fault, Right},
};

use super::{
    desk::{Answer, Desk},
    list::{Asked, Cell, Empty, Row},
};

pub const PATH: &str = "/office/contract-templates";

pub async fn list(desk: Desk) -> Answer {
    desk.scope(Right::SettingsManage)?;
    let asked = Asked::new(PATH, &desk.query, &[]);
    let empty = Empty::new("office.contract.empty", "office.contract.templates.text");
    let mut list = asked.list("office.place.contract_templates", empty);
    list.columns = vec![
        asked.column("office.contract.templates.name", "wide"),
        asked.column("office.contract.templates.locale", ""),
        asked.column("office.contract.title", "extra"),
        asked.column("office.contract.templates.changed", "nowrap"),
    ];
    for t in contracts::templates(desk.app.reader()).await? {
        let changed = match t.changed_at {
            Some(at) => Cell::date(Some(at)),
            None => Cell::quiet(desk.t("office.contract.templates.built_in")),
        };
        list.rows.push(Row::new(&t.key, t.name.clone()).cells(vec![
            Cell::open(format!("{PATH}/{}", t.key), t.name),
            Cell::text(desk.t(&format!("office.locale.{}", t.key.locale))),
            Cell::quiet(t.title),
            changed,
        ]));
    }
    desk.show("contracts", "list", json!({ "list": list })).await
}

async fn stored(desk: &Desk) -> Result<Template, Fault> {
    let key: Key = desk.param("id")?;
    contracts::template(desk.app.reader(), &key).await
}

pub async fn show(desk: Desk) -> Answer {
    desk.scope(Right::SettingsManage)?;
    let t = stored(&desk).await?;
    let body = desk.old("body", t.body.clone());
    // A field stands by its meaning, so that the text can be read as it will be.
    let named = |name: &str| format!("‹{}›", desk.t(&format!("office.contract.field.{name}")));
    let reading = flows::contracts::read_text(&body, named).ok();
    let context = json!({
        "template": {
            "id": t.key.to_string(), "name": desk.old("name", t.name.clone()), "title": desk.old("title", t.title.clone()), "body": body,
            "locale": t.key.locale, "locale_text": desk.t(&format!("office.locale.{}", t.key.locale)), "changed": t.changed_at,
            "standard": t.key.is_standard(),
        },
        "heading": t.name,
        "reading": reading.map(|r| json!({ "preamble": r.preamble, "parts": r.parts, "locale": t.key.locale })),
        "fields": fields(&desk), "conditions": conditions(&desk), "typed": { "name": desk.old("new_name", "") },
    });
    desk.show("contracts", "contract_template", context).await
}

/// What a text may name, with its meaning.
pub fn fields(desk: &Desk) -> Vec<Value> {
    let one = |name: &&str| json!({ "code": format!("{{{name}}}"), "text": desk.t(&format!("office.contract.field.{name}")) });
    FIELDS.iter().map(one).collect()
}

/// What its parts may hang on.
pub fn conditions(desk: &Desk) -> Vec<Value> {
    let one = |name: &&str| json!({ "code": format!("[{name}]"), "text": desk.t(&format!("office.contract.condition.{name}")) });
    CONDITIONS.iter().map(one).collect()
}

pub async fn save(desk: Desk) -> Answer {
    let t = stored(&desk).await?;
    let text = |name: &str| desk.form.get(name).to_owned();
    let written = Template { name: text("name"), title: text("title"), body: text("body"), ..t };
    let url = format!("{PATH}/{}", written.key);
    flows::contracts::save_template(&desk.app, &desk.actor, written).await?;
    desk.done(&url, "office.flash.template_saved")
}

pub async fn add(desk: Desk) -> Answer {
    let from: Key = desk.param("id")?;
    let key = flows::contracts::add_template(&desk.app, &desk.actor, &from, desk.form.get("name")).await?;
    desk.done(&format!("{PATH}/{key}"), "office.flash.template_added")
}

pub async fn remove(desk: Desk) -> Answer {
    let key: Key = desk.param("id")?;
    flows::contracts::drop_template(&desk.app, &desk.actor, &key).await?;
    if key.is_standard() {
        return desk.done(&format!("{PATH}/{key}"), "office.flash.template_reset");
    }
    desk.done(PATH, "office.flash.template_dropped")
}
