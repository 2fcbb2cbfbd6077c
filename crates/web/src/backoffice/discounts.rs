//! Discounts and their codes: one for everybody, or a batch for printing.

use poem::Response;
use serde_json::{Value, json};
use vitrina::{
    access, channels, flows,
    kernel::{DiscountId, Fault, Moment, Money, Right},
    promotions::{self, Codes, Discount, Gives, Limits, NewDiscount},
    sales,
};

use super::{
    campaigns::{percent, plain_percent},
    desk::{Answer, Desk},
    goods,
    list::{Action, Asked, Cell, Empty, Row},
    page::{Choice, Field, FormPage, Up},
    prices::plain_money,
};
use crate::forms::{self, Slips};

const PATH: &str = "/office/discounts";
/// Uses that a page shows.
const USES: i64 = 50;
const KINDS: &[&str] = &["percent", "amount", "free_delivery", "buy_get"];

/// How it stands: the text `office.discount.is.CODE`, and its colour.
fn standing(desk: &Desk, d: &Discount) -> (&'static str, &'static str) {
    let now = desk.app.now();
    match d {
        d if d.stopped_at.is_some() => ("stopped", ""),
        d if d.valid_to.is_some_and(|to| to <= now) => ("over", ""),
        d if d.most.is_some_and(|most| d.used >= most) => ("used_up", ""),
        d if d.valid_from > now => ("waits", "soon"),
        _ => ("holds", "good"),
    }
}

fn gives(desk: &Desk, d: &Discount) -> String {
    let money = |minor| desk.stage.money(desk.locale, Money::new(minor, d.currency));
    match d.gives {
        Gives::Percent(rate) => format!("−{} %", plain_percent(rate)),
        Gives::Amount(minor) => format!("−{}", money(minor)),
        Gives::FreeDelivery => desk.t("office.discount.kind.free_delivery"),
        Gives::BuyGet { buy, gets } => {
            desk.say("office.discount.buy_get", &[("buy", buy.to_string()), ("gets", gets.to_string())])
        }
    }
}

fn named(desk: &Desk, d: &Discount) -> String {
    if d.codes == 1 { d.code.clone() } else { desk.say("office.discount.batch_of", &[("n", d.codes.to_string())]) }
}

fn uses(d: &Discount) -> String {
    d.most.map_or_else(|| d.used.to_string(), |most| format!("{} / {most}", d.used))
}

pub async fn list(desk: Desk) -> Answer {
    let asked = Asked::new(PATH, &desk.query, &[]);
    let new = format!("{PATH}/new");
    let empty = Empty::new("office.discount.empty", "office.discount.empty_text").first(&new, "office.discount.new");
    let mut list = asked.list("office.place.discounts", empty);
    list.actions = vec![Action { url: new, label: "office.discount.new", main: true }];
    list.columns = vec![
        asked.column("office.discount.name", "wide"),
        asked.column("office.discount.state", ""),
        asked.column("office.discount.gives", "nowrap"),
        asked.column("office.discount.used", "num"),
        asked.column("office.discount.until", "nowrap extra"),
    ];
    for d in promotions::list(desk.app.reader()).await? {
        let (state, tone) = standing(&desk, &d);
        list.rows.push(Row::new(d.id, d.name.clone()).cells(vec![
            Cell::Open { url: format!("{PATH}/{}", d.id), text: d.name.clone(), sub: Some(named(&desk, &d)) },
            Cell::badge(desk.t(&format!("office.discount.is.{state}")), tone),
            Cell::text(gives(&desk, &d)),
            Cell::text(uses(&d)),
            Cell::datetime(d.valid_to),
        ]));
    }
    desk.show("discounts", "list", json!({ "list": list })).await
}

pub async fn form(desk: Desk) -> Answer {
    let choices = |key: &str, names: &[&str]| -> Vec<Choice> {
        names.iter().map(|n| Choice::new(*n, desk.t(&format!("office.discount.{key}.{n}")))).collect()
    };
    let old = |name: &str, first: &str| desk.old(name, first);
    let typed = json!({
        "name": old("name", ""), "kinds": choices("kind", KINDS), "kind": old("kind", "percent"), "amount": old("amount", ""),
        "buy": old("buy", "2"), "gets": old("gets", "1"), "minimum": old("minimum", ""), "begins": old("begins", ""),
        "ends": old("ends", ""), "ways": choices("way", &["one", "batch"]), "way": old("way", "one"), "code": old("code", ""),
        "most": old("most", ""), "batch": old("batch", "100"), "prefix": old("prefix", ""), "per_customer": old("per_customer", ""),
        "goods": goods::form(&desk, &Default::default()).await?,
    });
    desk.show("discounts", "discount_new", json!({ "typed": typed })).await
}

pub async fn create(desk: Desk) -> Answer {
    let new = wanted(&desk).await?;
    let id = flows::discounts::add(&desk.app, &desk.actor, &new).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.discount_made")
}

async fn wanted(desk: &Desk) -> Result<NewDiscount, Fault> {
    let currency = channels::by_code(desk.app.reader(), "default").await?.currency;
    let (mut slips, form) = (Slips::default(), &desk.form);
    let number = |name: &str| forms::decimal(form.get(name), 0).ok_or_else(|| Fault::invalid(name, "form.number"));
    let gives = match form.get("kind") {
        "percent" => percent(form.get("amount")).map(Gives::Percent).ok_or_else(|| Fault::invalid("amount", "form.number")),
        "amount" => forms::money(form, "amount", currency).map(|m| Gives::Amount(m.minor)),
        "free_delivery" => Ok(Gives::FreeDelivery),
        "buy_get" => number("buy").and_then(|buy| Ok(Gives::BuyGet { buy, gets: number("gets")? })),
        _ => Err(Fault::invalid("kind", "form.choose")),
    };
    let gives = slips.take(gives);
    let mut maybe = |name: &str| form.opt(name).and_then(|_| slips.take(number(name)));
    let (most, per_customer) = (maybe("most"), maybe("per_customer"));
    let codes = match form.get("way") {
        "batch" => {
            let count = slips.take(number("batch")).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            Codes::Batch { prefix: form.get("prefix").to_owned(), count }
        }
        _ => Codes::One { code: form.get("code").to_owned(), most },
    };
    let minimum = form.opt("minimum").and_then(|_| slips.take(forms::money(form, "minimum", currency)));
    let goods = slips.take(goods::picked(desk).await);
    let mut moment = |name: &str| form.opt(name).and_then(|_| slips.take(forms::minute(form, name)));
    let (valid_from, valid_to) = (moment("begins"), moment("ends"));
    slips.done()?;
    Ok(NewDiscount {
        name: form.get("name").to_owned(),
        codes,
        gives: gives.unwrap_or(Gives::FreeDelivery),
        currency,
        minimum: minimum.map(|m| m.minor),
        goods: goods.unwrap_or_default(),
        valid_from,
        valid_to,
        per_customer,
    })
}

pub async fn show(desk: Desk) -> Answer {
    let db = desk.app.reader();
    let d = promotions::discount(db, desk.param("id")?).await?;
    let (state, tone) = standing(&desk, &d);
    let by = match d.actor.strip_prefix("staff:").and_then(|id| id.parse().ok()) {
        Some(id) => access::names(db).await?.remove(&id),
        None => None,
    };
    let context = json!({
        "discount": {
            "id": d.id, "name": d.name, "code": named(&desk, &d), "single": d.codes == 1, "state": state, "tone": tone,
            "gives": gives(&desk, &d), "uses": uses(&d), "minimum": d.minimum, "per_customer": d.per_customer,
            "begins": d.valid_from, "ends": d.valid_to, "about": goods::words(&desk, &d.goods).await?, "by": by,
            "may_stop": d.stopped_at.is_none(),
        },
        "uses": used(&desk, d.id).await?,
    });
    desk.show("discounts", "discount", context).await
}

/// Orders that the reader may see have their numbers; the others only their sums.
async fn used(desk: &Desk, id: DiscountId) -> Result<Vec<Value>, Fault> {
    let db = desk.app.reader();
    let scope = desk.scope(Right::OrdersRead).ok();
    let mut rows = Vec::new();
    for u in promotions::uses(db, id, USES).await? {
        let head = match &scope {
            Some(scope) => sales::head(db, scope, u.order).await.ok(),
            None => None,
        };
        rows.push(json!({
            "code": u.code, "amount": u.amount, "at": u.at, "undone": u.undone_at.is_some(),
            "number": head.as_ref().map(|h| h.number.clone()), "url": head.map(|h| format!("/office/orders/{}", h.id)),
        }));
    }
    Ok(rows)
}

/// What may change of a discount: not what its codes give, which somebody may hold in print.
pub async fn edit(desk: Desk) -> Answer {
    let d = promotions::discount(desk.app.reader(), desk.param("id")?).await?;
    let at = format!("{PATH}/{}", d.id);
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let field = |name: &'static str, label, kind, stored: String, help| Field {
        help,
        ..Field::new(name, label, kind, desk.old(name, stored))
    };
    let limit =
        |name, label, stored| field(name, label, "text", number(stored), "office.discount.no_limit").attr("inputmode", "numeric");
    let minimum = d.minimum.map(plain_money).unwrap_or_default();
    let minute = |at: Option<Moment>| at.map(forms::minute_text).unwrap_or_default();
    let mut fields = vec![
        field("name", "office.discount.name", "text", d.name.clone(), "office.discount.name_help").required(),
        field("minimum", "office.discount.minimum", "text", minimum, "office.discount.minimum_help").attr("inputmode", "decimal"),
    ];
    if d.codes == 1 {
        fields.push(limit("most", "office.discount.most", d.most));
    }
    fields.push(limit("per_customer", "office.discount.per_customer", d.per_customer));
    if d.valid_from > desk.app.now() {
        let from = minute(Some(d.valid_from));
        fields.push(field("begins", "office.campaign.begins", "datetime-local", from, "").required());
    }
    fields.push(field("ends", "office.campaign.ends", "datetime-local", minute(d.valid_to), "office.discount.ends_help"));
    let form = FormPage {
        title: d.name,
        up: Some(Up { url: at.clone(), label: "office.place.discounts" }),
        url: format!("{at}/edit"),
        intro: "office.discount.edit_text",
        fields,
        save: "office.save",
        ..FormPage::default()
    };
    desk.show("discounts", "form", json!({ "form": form })).await
}

pub async fn change(desk: Desk) -> Answer {
    let id: DiscountId = desk.param("id")?;
    let currency = promotions::discount(desk.app.reader(), id).await?.currency;
    let (mut slips, form) = (Slips::default(), &desk.form);
    let mut number = |name: &str| {
        let read = |_| slips.take(forms::decimal(form.get(name), 0).ok_or_else(|| Fault::invalid(name, "form.number")));
        form.opt(name).and_then(read)
    };
    let (most, per_customer) = (number("most"), number("per_customer"));
    let minimum = form.opt("minimum").and_then(|_| slips.take(forms::money(form, "minimum", currency)));
    let mut moment = |name: &str| form.opt(name).and_then(|_| slips.take(forms::minute(form, name)));
    let (valid_from, valid_to) = (moment("begins"), moment("ends"));
    slips.done()?;
    let name = form.get("name").to_owned();
    let to = Limits { name, minimum: minimum.map(|m| m.minor), valid_from, valid_to, per_customer, most };
    flows::discounts::change(&desk.app, &desk.actor, id, &to).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.saved")
}

pub async fn stop(desk: Desk) -> Answer {
    let id: DiscountId = desk.param("id")?;
    flows::discounts::stop(&desk.app, &desk.actor, id).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.discount_stopped")
}

/// The codes as a file: one a line with its uses, for the printer. A sheet program must not take a
/// code for a formula; codes begin with a letter or a digit, or are quoted behind an apostrophe.
pub async fn codes(desk: Desk) -> Answer {
    let id: DiscountId = desk.param("id")?;
    let mut csv = String::from("\u{feff}code,used\r\n");
    for (code, used) in flows::discounts::codes(&desk.app, &desk.actor, id).await? {
        let guard = if code.starts_with(char::is_alphanumeric) { "" } else { "'" };
        csv += &format!("{guard}{code},{used}\r\n");
    }
    Ok(Response::builder()
        .content_type("text/csv; charset=utf-8")
        .header("content-disposition", "attachment; filename=\"codes.csv\"")
        .header("cache-control", "no-store")
        .body(csv))
}
