//! Customers: one list, one page, one history each.

use std::collections::HashMap;

use serde_json::json;
use vitrina::{
    crm::{self, InquiryFilter, InquiryQuery, NewInquiry, TaskFilter, TaskQuery},
    flows,
    kernel::{Fault, Kind, Origin, PartyId, Right, UserId},
    parties::{
        self, AddressView, Contact, CustomerFilter, CustomerQuery, CustomerRow, CustomerSort, CustomerView, ManagerIs, Stage,
    },
    pricing,
    sales::{self, Bought},
    tax,
};

use super::{
    desk::{Answer, Desk},
    list::{Action, Asked, Cell, Empty, Row},
    page::{Choice, FactLine, Field, FormPage, Up},
    part,
};
use crate::forms::Slips;

const PATH: &str = "/office/customers";

fn tone(stage: Stage) -> &'static str {
    match stage {
        Stage::Customer => "good",
        Stage::Prospect => "live",
        Stage::Lead => "",
    }
}

pub async fn list(desk: Desk) -> Answer {
    let db = desk.app.reader();
    let asked = Asked::new(PATH, &desk.query, &["q", "stage", "manager", "likely", "sort"]);
    let manager = match desk.query.get("manager") {
        "" => None,
        "nobody" => Some(ManagerIs::Nobody),
        id => id.parse::<UserId>().ok().map(ManagerIs::User),
    };
    let filter = CustomerFilter {
        search: desk.query.owned("q"),
        stage: desk.query.get("stage").parse().ok(),
        manager,
        group: None,
        likely: desk.query.has("likely"),
    };
    let sort = match desk.query.get("sort") {
        "name" => CustomerSort::Name,
        "created" => CustomerSort::Created,
        _ => CustomerSort::Touched,
    };
    let query = CustomerQuery { filter, sort, after: desk.query.owned("after"), limit: 50 };
    let page = parties::list(db, &desk.scope(Right::CustomersRead)?, &query).await?;
    let mut colleagues = part::colleagues(&desk, db).await?;
    let name_of = |id: Option<UserId>| {
        let id = id.map(|id| id.to_string());
        colleagues.iter().find(|c| Some(&c.value) == id.as_ref()).map_or(String::new(), |c| c.label.clone())
    };
    let mut list = asked.list("office.place.customers", Empty::new("office.customer.empty", "office.customer.empty_text"));
    let ids: Vec<PartyId> = page.rows.iter().map(|row| row.id).collect();
    let bought = match desk.scope(Right::OrdersRead) {
        Ok(scope) => sales::bought(db, &scope, &ids).await?,
        Err(_) => HashMap::new(),
    };
    list.rows = page.rows.iter().map(|row| line(&desk, row, name_of(row.manager), bought.get(&row.id))).collect();
    if desk.may(Right::CustomersWrite) {
        list.actions = vec![Action { url: format!("{PATH}/new"), label: "office.customer.new", main: true }];
    }
    colleagues[0].value = "nobody".into();
    list.search = asked.search("office.customer.search");
    list.filters = vec![asked.filter("manager", "office.customer.manager", colleagues)];
    list.kept = asked.kept(&["manager"]);
    list.chips = vec![asked.chip("stage", "", desk.t("office.customer.all"), None)];
    list.chips.extend(
        Stage::ALL.iter().rev().map(|s| asked.chip("stage", s.as_str(), desk.t(&format!("office.stage.{}", s.as_str())), None)),
    );
    list.chips.push(asked.toggle("likely", desk.t("office.customer.likely_chip")));
    list.columns = vec![
        asked.sorted("office.customer.name", "", "name", "ascending", false),
        asked.column("office.customer.email", "extra"),
        asked.column("office.customer.phone", "extra nowrap"),
        asked.column("office.customer.manager", "extra"),
        asked.column("office.customer.stage", ""),
        asked.column("office.customer.orders", "num less"),
        asked.column("office.customer.total", "num less"),
        asked.sorted("office.customer.last", "nowrap", "", "descending", true),
        asked.sorted("office.customer.added", "nowrap extra", "created", "descending", false),
    ];
    list.next = asked.next(page.next.as_deref());
    desk.show("customers", "list", json!({ "list": list })).await
}

fn line(desk: &Desk, row: &CustomerRow, manager: String, bought: Option<&Bought>) -> Row {
    let person = (row.display != row.name).then(|| row.name.clone());
    let stage = if row.likely {
        Cell::badge(desk.t("office.customer.likely_badge"), "soon")
    } else {
        Cell::badge(desk.t(&format!("office.stage.{}", row.stage.as_str())), tone(row.stage))
    };
    Row::new(row.id, row.display.clone()).cells(vec![
        Cell::Open { url: format!("{PATH}/{}", row.id), text: row.display.clone(), sub: person },
        Cell::text(row.email.clone().unwrap_or_default()),
        Cell::text(row.phone.clone().unwrap_or_default()),
        Cell::quiet(manager),
        stage,
        bought.map_or(Cell::Empty, |b| Cell::text(b.orders.to_string())),
        Cell::money(bought.and_then(|b| b.sums.first().copied())),
        Cell::date(Some(row.touched_at)),
        Cell::date(Some(row.created_at)),
    ])
}

pub async fn show(desk: Desk) -> Answer {
    let db = desk.app.reader();
    let now = desk.app.now();
    let scope = desk.scope(Right::CustomersRead)?;
    let id: PartyId = desk.param("id")?;
    let customer = parties::customer(db, &scope, id).await?;
    // A joined record leads to the one that stands for it now.
    if let Some(into) = customer.joined_into {
        return Ok(crate::render::see_other(&format!("{PATH}/{into}")));
    }
    let timeline = crm::timeline(db, &scope, id, desk.query.opt("after")).await?;
    let tasks = match desk.scope(Right::TasksRead) {
        Ok(scope) => {
            let filter = TaskFilter { party: Some(id), ..TaskFilter::default() };
            crm::tasks(db, &scope, &TaskQuery { filter, after: None, limit: 20 }, now).await?.rows
        }
        Err(_) => Vec::new(),
    };
    let managers = part::colleagues(&desk, db).await?;
    let manager = customer.manager.map(|m| m.to_string()).unwrap_or_default();
    let manager_name = managers.iter().find(|m| m.value == manager).map(|m| m.label.clone());
    let likely = parties::likely_same(db, &scope, id).await?;
    let more = timeline.next.as_deref().map(|next| crate::urls::with(&format!("{PATH}/{id}"), &[("after", next)]));
    let context = json!({
        "customer": {
            "id": id, "name": customer.display, "manager": desk.old("manager", manager), "manager_name": manager_name,
            "facts": facts(&desk, &customer, &known(&desk, id).await?),
            "badges": [{ "text": desk.t(&format!("office.stage.{}", customer.stage.as_str())), "tone": tone(customer.stage) }],
        },
        "may": { "write": desk.may(Right::CustomersWrite), "prices": desk.may(Right::PricesWrite), "work": desk.may(Right::CustomersWrite), "inquire": desk.may(Right::InquiriesWrite), "offer": desk.may(Right::OffersWrite) },
        "likely": likely.iter().map(|l| json!({
            "id": l.party, "name": l.company.as_ref().unwrap_or(&l.name), "url": format!("{PATH}/{}", l.party),
            "why": desk.t(&format!("office.customer.why.{}", l.evidence)),
        })).collect::<Vec<_>>(),
        "tasks": tasks.iter().map(|t| part::task(&desk, t)).collect::<Vec<_>>(),
        "kinds": part::next_kinds(&desk),
        "typed": { "text": desk.old("text", "") },
        "timeline": timeline.rows.iter().map(|row| part::entry(&desk, row)).collect::<Vec<_>>(),
        "more": more,
        "managers": managers,
        "orders": orders(&desk, id).await?,
        "offers": offers(&desk, id).await?,
        "contracts": super::contracts::of_party(&desk, id).await?,
        "cases": super::cases::of_party(&desk, id).await?,
        "inquiries": inquiries(&desk, id).await?,
        "addresses": customer.addresses.iter().map(address).collect::<Vec<_>>(),
    });
    desk.show("customers", "customer", context).await
}

/// The price level and, of a verified business, how it reads prices.
async fn known(desk: &Desk, id: PartyId) -> Result<[(&'static str, Option<String>); 2], Fault> {
    let db = desk.app.reader();
    let level = pricing::level_of(db, id).await?.map(|(_, name)| name);
    let buyer = tax::buyer(db, id).await?;
    let mut standing = desk.t("office.standing.business");
    if buyer.net {
        standing = format!("{standing} · {}", desk.t("office.standing.net"));
    }
    Ok([("office.level.level", level), ("office.standing.title", buyer.business().then_some(standing))])
}

fn facts(desk: &Desk, c: &CustomerView, known: &[(&'static str, Option<String>)]) -> Vec<FactLine> {
    let mut facts = Vec::new();
    if c.display != c.name {
        facts.push(FactLine::new("office.customer.person", c.name.clone()));
    }
    if let Some(email) = &c.email {
        let (mark, tone) = if c.email_proven { ("proven", "good") } else { ("unproven", "") };
        let fact = FactLine::link("office.customer.email", email.clone(), format!("mailto:{email}"));
        facts.push(fact.marked(desk.t(&format!("office.customer.{mark}")), tone));
    }
    if let Some(phone) = &c.phone {
        let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        facts.push(FactLine::link("office.customer.phone", phone.clone(), format!("tel:{digits}")));
    }
    for (label, value) in [
        ("office.customer.company_code", &c.company_code),
        ("office.customer.vat_code", &c.vat_code),
        ("office.customer.group", &c.group),
    ]
    .into_iter()
    .chain(known.iter().map(|(label, value)| (*label, value)))
    {
        if let Some(value) = value {
            facts.push(FactLine::new(label, value.clone()));
        }
    }
    facts.push(FactLine::new("office.customer.locale", desk.t(&format!("office.locale.{}", c.locale))));
    facts.push(FactLine::new("office.customer.since", c.created_at.date().to_string()));
    facts
}

fn address(a: &AddressView) -> String {
    let who = a.company.as_ref().unwrap_or(&a.name);
    format!("{who}, {}, {} {}, {}", a.street, a.postcode, a.city, a.country)
}

async fn offers(desk: &Desk, id: PartyId) -> Result<Vec<serde_json::Value>, Fault> {
    let Ok(scope) = desk.scope(Right::OffersRead) else { return Ok(Vec::new()) };
    let found = vitrina::offers::of_party(desk.app.reader(), &scope, id, 8).await?;
    Ok(found.iter().map(|o| super::offers::brief(desk, o)).collect())
}

async fn orders(desk: &Desk, party: PartyId) -> Result<Vec<serde_json::Value>, Fault> {
    let Ok(scope) = desk.scope(Right::OrdersRead) else { return Ok(Vec::new()) };
    let query = sales::OrderQuery { party: Some(party), limit: 10, ..sales::OrderQuery::default() };
    let page = sales::list(desk.app.reader(), &scope, &query).await?;
    Ok(page.rows.iter().map(|o| super::orders::brief(desk, o)).collect())
}

async fn inquiries(desk: &Desk, party: PartyId) -> Result<Vec<serde_json::Value>, Fault> {
    let Ok(scope) = desk.scope(Right::InquiriesRead) else { return Ok(Vec::new()) };
    let filter = InquiryFilter { party: Some(party), ..InquiryFilter::default() };
    let page = crm::inquiries(desk.app.reader(), &scope, &InquiryQuery { filter, after: None, limit: 10 }).await?;
    Ok(page.rows.iter().map(|i| super::inquiries::brief(desk, i)).collect())
}

/// A note or a call, and perhaps what follows from it.
pub async fn note(desk: Desk) -> Answer {
    let party: PartyId = desk.param("id")?;
    let mut slips = Slips::default();
    let text = slips.text(&desk.form, "text");
    let next = part::next(&desk, &mut slips);
    slips.done()?;
    if desk.form.get("kind") == "inquiry" {
        return inquire(&desk, party, text).await;
    }
    let call = desk.form.get("kind") == "call";
    flows::work::tell(&desk.app, &desk.actor, flows::work::Told { party, call, text, next }).await?;
    desk.done(&format!("{PATH}/{party}"), if call { "office.flash.call" } else { "office.flash.note" })
}

/// Somebody asked by telephone or at the counter: an inquiry like those from the shop.
async fn inquire(desk: &Desk, party: PartyId, text: String) -> Answer {
    let asks = parties::customer(desk.app.reader(), &desk.scope(Right::InquiriesWrite)?, party).await?;
    let new = NewInquiry { party, about: None, text, customer_ref: None, locale: asks.locale, origin: Origin::Office };
    let taken = flows::inquiries::register(&desk.app, &desk.actor, new).await?;
    desk.done(&format!("/office/inquiries/{}", taken.id), "office.flash.inquiry_taken")
}

pub async fn hand_over(desk: Desk) -> Answer {
    let party: PartyId = desk.param("id")?;
    let manager = match desk.form.opt("manager") {
        Some(id) => Some(id.parse::<UserId>().map_err(|_| Fault::invalid("manager", "form.choose"))?),
        None => None,
    };
    flows::work::set_manager(&desk.app, &desk.actor, party, manager).await?;
    desk.done(&format!("{PATH}/{party}"), "office.flash.saved")
}

/// Two records: the same customer, or not.
pub async fn join(desk: Desk) -> Answer {
    let party: PartyId = desk.param("id")?;
    let other: PartyId = desk.form.get("other").parse().map_err(|_| Fault::new(Kind::Invalid, "form.choose"))?;
    let key = if desk.form.get("answer") == "same" {
        flows::work::join_parties(&desk.app, &desk.actor, other, party).await?;
        "office.flash.joined"
    } else {
        flows::work::keep_apart(&desk.app, &desk.actor, party, other).await?;
        "office.flash.different"
    };
    desk.done(&format!("{PATH}/{party}"), key)
}

/// A customer who called or came in: the record, and who is responsible, at once.
pub async fn new(desk: Desk) -> Answer {
    let text = |name: &'static str, label, kind| Field::new(name, label, kind, desk.old(name, ""));
    let mut email = text("email", "office.customer.email", "email");
    email.help = "office.customer.reach";
    let form = FormPage {
        title: desk.t("office.customer.new"),
        up: Some(Up { url: PATH.into(), label: "office.place.customers" }),
        url: PATH.into(),
        fields: vec![
            text("name", "office.customer.name", "text").required(),
            text("company", "office.customer.company", "text"),
            email,
            text("phone", "office.customer.phone", "tel"),
            text("company_code", "office.customer.company_code", "text"),
            text("vat_code", "office.customer.vat_code", "text"),
            Field::select("locale", "office.customer.locale", desk.old("locale", "lt"), languages(&desk)),
        ],
        save: "office.customer.create",
        ..FormPage::default()
    };
    desk.show("customers", "form", json!({ "form": form })).await
}

pub async fn create(desk: Desk) -> Answer {
    let mut slips = Slips::default();
    slips.text(&desk.form, "name");
    if desk.form.opt("email").is_none() && desk.form.opt("phone").is_none() {
        slips.add("email", "form.reach");
    }
    slips.done()?;
    let made = flows::work::add_customer(&desk.app, &desk.actor, contact(&desk)?).await?;
    desk.done(&format!("{PATH}/{}", made.party), "office.flash.customer_added")
}

fn languages(desk: &Desk) -> Vec<Choice> {
    ["lt", "en", "de"].map(|l| Choice::new(l, desk.t(&format!("office.locale.{l}")))).to_vec()
}

fn contact(desk: &Desk) -> Result<Contact, Fault> {
    Ok(Contact {
        name: desk.form.get("name").to_owned(),
        email: desk.form.owned("email"),
        phone: desk.form.owned("phone"),
        company: desk.form.owned("company"),
        company_code: desk.form.owned("company_code"),
        vat_code: desk.form.owned("vat_code"),
        locale: desk.form.get("locale").parse().map_err(|_| Fault::invalid("locale", "form.choose"))?,
    })
}

pub async fn edit(desk: Desk) -> Answer {
    let id: PartyId = desk.param("id")?;
    let c = parties::customer(desk.app.reader(), &desk.scope(Right::CustomersWrite)?, id).await?;
    let text = |name: &str, stored: &Option<String>| desk.old(name, stored.clone().unwrap_or_default());
    let email = Field::new("email", "office.customer.email", "email", text("email", &c.email));
    let form = FormPage {
        title: c.display.clone(),
        up: Some(Up { url: format!("{PATH}/{id}"), label: "office.customer.edit" }),
        url: format!("{PATH}/{id}/edit"),
        fields: vec![
            Field::new("name", "office.customer.name", "text", desk.old("name", c.name.clone())),
            Field::new("company", "office.customer.company", "text", text("company", &c.company)),
            // A proven address belongs to its owner.
            if c.email_proven { email.attr("readonly", "readonly") } else { email },
            Field::new("phone", "office.customer.phone", "tel", text("phone", &c.phone)),
            Field::new("company_code", "office.customer.company_code", "text", text("company_code", &c.company_code)),
            Field::new("vat_code", "office.customer.vat_code", "text", text("vat_code", &c.vat_code)),
            Field::select("locale", "office.customer.locale", desk.old("locale", c.locale.to_string()), languages(&desk)),
            Field::new("group", "office.customer.group", "text", text("group", &c.group)),
        ],
        save: "office.save",
        ..FormPage::default()
    };
    desk.show("customers", "form", json!({ "form": form })).await
}

pub async fn save(desk: Desk) -> Answer {
    let id: PartyId = desk.param("id")?;
    flows::work::edit_customer(&desk.app, &desk.actor, id, contact(&desk)?, desk.form.owned("group")).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.saved")
}
