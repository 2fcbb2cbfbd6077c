//! Channels: where the shop sells, and which sites may call its store API.

use serde_json::json;
use vitrina::{
    channels::{self, Channel},
    flows::{self, market::ChannelEdit},
    kernel::{ChannelId, Right},
    pricing::{self, Progressive},
};

use super::{
    desk::{Answer, Desk},
    list::{Asked, Cell, Empty, Row},
    page::{Choice, Field, FormPage, Post, Up},
};

const PATH: &str = "/office/channels";

pub async fn list(desk: Desk) -> Answer {
    desk.scope(Right::SettingsManage)?;
    let asked = Asked::new(PATH, &desk.query, &[]);
    let mut list = asked.list("office.place.channels", Empty::new("office.channel.empty", "office.channel.empty_text"));
    list.columns = vec![
        asked.column("office.channel.name", ""),
        asked.column("office.channel.locales", ""),
        asked.column("office.channel.currency", ""),
        asked.column("office.channel.country", "extra"),
        asked.column("office.channel.origins", "extra"),
        asked.column("office.channel.key", "wrap mono"),
    ];
    let row = |channel: Channel| {
        let locales: Vec<&str> = channel.locales.iter().map(|l| l.as_str()).collect();
        Row::new(channel.id, channel.name.clone()).cells(vec![
            Cell::Open { url: format!("{PATH}/{}", channel.id), text: channel.name.clone(), sub: Some(channel.code.clone()) },
            Cell::text(locales.join(", ")),
            Cell::text(channel.currency.to_string()),
            Cell::text(channel.country.clone()),
            Cell::text(channel.origins.join(", ")),
            Cell::text(channel.publishable_key.clone()),
        ])
    };
    list.rows = channels::all(desk.app.reader()).await?.into_iter().map(row).collect();
    desk.show("channels", "list", json!({ "list": list })).await
}

/// What links and clients hold on to (code, currency, languages) is shown, not changed, here.
pub async fn show(desk: Desk) -> Answer {
    desk.scope(Right::SettingsManage)?;
    let channel = channels::by_id(desk.app.reader(), desk.param("id")?).await?;
    let locales: Vec<&str> = channel.locales.iter().map(|l| l.as_str()).collect();
    let fixed = |name: &str, label, value: String| Field::new(name, label, "text", value).attr("disabled", "disabled");
    let mut origins = Field::new("origins", "office.channel.origins", "area", desk.old("origins", channel.origins.join("\n")));
    origins.help = "office.channel.origins_help";
    origins.wide = true;
    let list = pricing::list(desk.app.reader(), channel.price_list).await?;
    let choice = |p: &Progressive| Choice::new(p.as_str(), desk.t(&format!("office.channel.progressive_{}", p.as_str())));
    let choices = Progressive::ALL.iter().map(choice).collect();
    let now = desk.old("progressive", list.progressive.as_str());
    let mut progressive = Field::select("progressive", "office.channel.progressive", now, choices);
    progressive.help = "office.channel.progressive_help";
    let best = ["best", "agreed"].map(|code| Choice::new(code, desk.t(&format!("office.channel.beside_{code}"))));
    let now = desk.old("beside", if channel.best_price { "best" } else { "agreed" });
    let mut beside = Field::select("beside", "office.channel.beside", now, best.to_vec());
    beside.help = "office.channel.beside_help";
    let form = FormPage {
        title: channel.name.clone(),
        up: Some(Up { url: PATH.into(), label: "office.place.channels" }),
        url: format!("{PATH}/{}", channel.id),
        fields: vec![
            Field::new("name", "office.channel.name", "text", desk.old("name", channel.name.clone())).required(),
            fixed("code", "office.channel.code", channel.code.clone()),
            fixed("locales", "office.channel.locales", locales.join(", ")),
            fixed("currency", "office.channel.currency", channel.currency.to_string()),
            fixed("country", "office.channel.country", channel.country.clone()),
            progressive,
            beside,
            fixed("key", "office.channel.key", channel.publishable_key.clone()),
            origins,
        ],
        save: "office.save",
        posts: vec![Post {
            title: "office.channel.renew",
            text: "office.channel.renew_text",
            url: format!("{PATH}/{}/key", channel.id),
            label: "office.channel.renew",
            class: "bad",
            fields: Vec::new(),
        }],
        ..FormPage::default()
    };
    desk.show("channels", "form", json!({ "form": form })).await
}

pub async fn save(desk: Desk) -> Answer {
    let id: ChannelId = desk.param("id")?;
    let origins = desk.form.get("origins").split_whitespace().map(str::to_owned).collect();
    let best_price = match desk.form.get("beside") {
        "best" => Some(true),
        "agreed" => Some(false),
        _ => None,
    };
    let progressive = desk.form.get("progressive").parse().ok();
    let to = ChannelEdit { name: desk.form.get("name").to_owned(), origins, progressive, best_price };
    flows::market::edit_channel(&desk.app, &desk.actor, id, to).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.saved")
}

pub async fn renew(desk: Desk) -> Answer {
    let id: ChannelId = desk.param("id")?;
    flows::market::renew_key(&desk.app, &desk.actor, id).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.key_renewed")
}
