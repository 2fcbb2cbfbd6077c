//! The shop's own pages: legal texts and what else the footer names.

use serde_json::{Value, json};
use vitrina::{
    catalog::field,
    channels, content, flows,
    kernel::{Fault, Locale, PageId, Right},
};

use super::{
    desk::{Answer, Desk},
    list::{Asked, Cell, Empty, Row},
};

const PATH: &str = "/office/pages";

pub async fn list(desk: Desk) -> Answer {
    desk.scope(Right::ContentWrite)?;
    let db = desk.app.reader();
    let asked = Asked::new(PATH, &desk.query, &[]);
    let mut list = asked.list("office.place.pages", Empty::new("office.page.empty", "office.page.empty_text"));
    list.columns = vec![
        asked.column("office.page.title", ""),
        asked.column("office.page.code", "mono extra"),
        asked.column("office.page.updated", "nowrap"),
    ];
    for page in content::pages(db).await? {
        let texts = content::page_texts(db, page.id).await?;
        let title = texts.word(page.id, field::TITLE, desk.locale).to_owned();
        list.rows.push(Row::new(page.id, title.clone()).cells(vec![
            Cell::open(format!("{PATH}/{}", page.id), title),
            Cell::quiet(page.code),
            Cell::date(Some(page.updated_at)),
        ]));
    }
    desk.show("pages", "list", json!({ "list": list })).await
}

pub async fn show(desk: Desk) -> Answer {
    desk.scope(Right::ContentWrite)?;
    let db = desk.app.reader();
    let id: PageId = desk.param("id")?;
    let page = content::pages(db).await?.into_iter().find(|p| p.id == id);
    let page = page.ok_or_else(|| Fault::not_found("content.no_page"))?;
    let texts = content::page_texts(db, id).await?;
    let column = |l: &Locale| {
        let stored = |name: &str| texts.exact(id, name, *l).map(|t| t.value.clone()).unwrap_or_default();
        let line = |name: &str, label: &str, kind: &str, attrs: Value| {
            let key = format!("{l}.{name}");
            json!({ "name": key, "label": label, "kind": kind, "value": desk.old(&key, stored(name)), "attrs": attrs })
        };
        json!({ "locale": l, "fields": [
            line(field::TITLE, "office.page.title", "text", json!({})),
            line(field::BODY, "office.page.body", "area", json!({ "rows": "24" })),
        ]})
    };
    let channel = channels::by_code(db, "default").await?;
    let seen = content::page_by_code(db, &page.code, desk.locale).await?;
    let context = json!({
        "entry": { "id": id, "title": texts.word(id, field::TITLE, desk.locale), "shop_url": seen.map(|s| s.url) },
        "texts": channel.locales.iter().map(column).collect::<Vec<_>>(),
    });
    desk.show("pages", "page", context).await
}

pub async fn save(desk: Desk) -> Answer {
    let id: PageId = desk.param("id")?;
    let mut texts = Vec::new();
    for locale in channels::by_code(desk.app.reader(), "default").await?.locales {
        let title = format!("{locale}.{}", field::TITLE);
        if desk.form.opt(&title).is_some() {
            let body = desk.form.get(&format!("{locale}.{}", field::BODY)).to_owned();
            texts.push((locale, desk.form.get(&title).to_owned(), body));
        }
    }
    flows::catalogue::edit_page(&desk.app, &desk.actor, id, texts, Vec::new()).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.saved")
}
