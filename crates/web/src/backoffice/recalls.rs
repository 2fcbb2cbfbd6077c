//! Recalls: which goods, and who bought them, read anew each time.

use serde_json::{Value, json};
use vitrina::{
    aftersales::{self, Recall},
    catalog::{self, ProductFilter},
    flows,
    kernel::{Fault, Moment, ProductId, RecallId, Right},
    translation,
};

use super::{
    desk::{Answer, Desk},
    list::{Action, Asked, Cell, Empty, Row},
    orders::plain_qty,
    sheet::Csv,
};
use crate::forms::{self, Slips};

pub const PATH: &str = "/office/recalls";
/// Products to choose from at once.
const MOST: u32 = 12;

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &[]);
    let all = aftersales::recalls(desk.app.reader(), &desk.scope(Right::CasesRead)?).await?;
    let empty = Empty::new("office.cases.recall.empty", "office.cases.recall.empty_text");
    let mut list = asked.list("office.cases.recall.title", empty);
    if desk.may(Right::CasesWrite) {
        list.actions = vec![Action { url: format!("{PATH}/new"), label: "office.cases.recall.new", main: true }];
    }
    list.columns = vec![
        asked.column("office.cases.recall.name", "wide"),
        asked.column("office.cases.batch", ""),
        asked.column("office.cases.recall.period", "extra"),
        asked.column("office.cases.recall.made", "nowrap"),
    ];
    list.rows = all
        .iter()
        .map(|r| {
            Row::new(r.id, r.title.clone()).cells(vec![
                Cell::open(format!("{PATH}/{}", r.id), r.title.clone()),
                if r.batch.is_empty() { Cell::quiet(desk.t("office.cases.recall.every")) } else { Cell::text(r.batch.clone()) },
                Cell::quiet(period(r)),
                Cell::date(Some(r.created_at)),
            ])
        })
        .collect();
    desk.show("cases", "list", json!({ "list": list })).await
}

/// The days between which it was sold; an open end has none.
fn period(r: &Recall) -> String {
    let day = |at: Option<Moment>| at.map(|at| at.date().to_string()).unwrap_or_default();
    match (r.since, r.until) {
        (None, None) => String::new(),
        // The end is the moment at which the day after begins.
        (since, until) => format!("{} – {}", day(since), day(until.map(|at| at.plus_hours(-12)))),
    }
}

pub async fn form(desk: Desk) -> Answer {
    let chosen = desk.form.opt("product").or_else(|| desk.query.opt("product")).and_then(|id| id.parse::<ProductId>().ok());
    let mut context = json!({
        "own": format!("{PATH}/new"), "search": desk.query.get("q"), "product": null,
        "typed": {
            "title": desk.old("title", ""), "batch": desk.old("batch", desk.query.get("batch")),
            "since": desk.old("since", ""), "until": desk.old("until", ""), "note": desk.old("note", ""),
        },
    });
    match chosen {
        Some(id) => {
            let name = name(&desk, id).await?;
            context["product"] = json!({ "id": id, "name": name, "url": format!("/office/products/{id}") });
            if desk.fault.is_none() {
                context["typed"]["title"] = json!(name);
            }
        }
        None => {
            let filter = ProductFilter { words: desk.query.get("q").to_owned(), limit: MOST, ..ProductFilter::default() };
            let scope = desk.scope(Right::CatalogRead)?;
            let rows = catalog::list(desk.app.reader(), &scope, &filter, desk.locale).await?;
            let url = |id: ProductId| {
                crate::urls::with(&format!("{PATH}/new"), &[("product", &id.to_string()), ("batch", desk.query.get("batch"))])
            };
            context["found"] =
                json!(rows.iter().map(|p| json!({ "url": url(p.id), "name": p.title, "sku": p.sku })).collect::<Vec<_>>());
        }
    }
    desk.show("cases", "recall_new", context).await
}

async fn name(desk: &Desk, id: ProductId) -> Result<String, Fault> {
    let texts = translation::texts_of(desk.app.reader(), &[id.0]).await?;
    let title = texts.pick(id.0, catalog::field::TITLE, desk.locale).map(|text| text.value.to_owned());
    title.ok_or_else(|| Fault::invalid("product", "form.choose"))
}

pub async fn create(desk: Desk) -> Answer {
    let mut slips = Slips::default();
    let product = slips.take(desk.form.get("product").parse().map_err(|_| Fault::invalid("product", "form.choose")));
    let title = slips.text(&desk.form, "title");
    let day = |slips: &mut Slips, name: &str, read: fn(&forms::Form, &str) -> Result<Moment, Fault>| {
        desk.form.opt(name).and_then(|_| slips.take(read(&desk.form, name)))
    };
    let (since, until) = (day(&mut slips, "since", forms::day), day(&mut slips, "until", forms::end_of_day));
    slips.done()?;
    let Some(product) = product else { return Err(Fault::invalid("product", "form.choose")) };
    name(&desk, product).await?;
    let new = Recall {
        id: RecallId(uuid::Uuid::nil()),
        title,
        product,
        batch: desk.form.get("batch").to_owned(),
        since,
        until,
        note: desk.form.get("note").to_owned(),
        created_at: desk.app.now(),
    };
    let id = flows::aftersales::save(&desk.app, &desk.actor, new).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.recall_saved")
}

pub async fn show(desk: Desk) -> Answer {
    let id: RecallId = desk.param("id")?;
    let recall = aftersales::recall(desk.app.reader(), &desk.scope(Right::CasesRead)?, id).await?;
    let buyers = flows::aftersales::buyers(&desk.app, &desk.actor, id).await?;
    let named = buyers.iter().filter(|b| !b.batch.is_empty()).count();
    let product = name(&desk, recall.product).await.ok();
    let context = json!({
        "recall": {
            "id": id, "title": recall.title, "batch": recall.batch, "period": period(&recall), "note": recall.note,
            "made": recall.created_at, "product": product, "product_url": format!("/office/products/{}", recall.product),
        },
        "buyers": buyers.iter().map(|b| buyer(&desk, b)).collect::<Vec<_>>(),
        "named": named, "unnamed": buyers.len() - named, "may": desk.may(Right::CasesWrite),
    });
    desk.show("cases", "recall", context).await
}

fn buyer(desk: &Desk, b: &flows::aftersales::Buyer) -> Value {
    json!({
        "name": b.name, "url": format!("/office/customers/{}", b.party), "email": b.email, "phone": b.phone, "number": b.number,
        "order": desk.may(Right::OrdersRead).then(|| format!("/office/orders/{}", b.order)), "at": b.placed_at,
        "qty": plain_qty(b.qty), "batch": b.batch,
    })
}

/// The same list for a letter or a telephone list.
pub async fn csv(desk: Desk) -> Answer {
    let id: RecallId = desk.param("id")?;
    let buyers = flows::aftersales::buyers(&desk.app, &desk.actor, id).await?;
    let mut csv = Csv::new("name;email;phone;order;date;quantity;batch");
    for b in &buyers {
        let day = b.placed_at.date().to_string();
        csv.words(&[&b.name, &b.email, &b.phone, &b.number, &day, &plain_qty(b.qty), &b.batch]);
    }
    Ok(csv.answer("recall.csv"))
}

pub async fn remove(desk: Desk) -> Answer {
    let id: RecallId = desk.param("id")?;
    flows::aftersales::drop(&desk.app, &desk.actor, id).await?;
    desk.done(PATH, "office.flash.recall_dropped")
}
