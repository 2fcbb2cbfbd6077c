//! An offer's page: written while it is a draft, read once it was sent.

use serde_json::{Map, Value, json};
use vitrina::{
    access,
    channels::{self, TaxDisplay},
    configure,
    flows::{self, offers::Written},
    kernel::{Fault, Locale, Money, OfferId, Right},
    offers::{self, Deposit, DrawnItem, Item, State, Step, What},
    showcase::ProductCard,
    stage::media_url,
};

use super::{
    desk::{Answer, Desk},
    offer_edit::{off_text, plain_minor},
    offers::{PATH, loss, state_text, tone},
    orders::plain_qty,
    page::{Choice, FactLine},
};
use crate::chooser;

/// What texts may name.
const FIELDS: &[&str] = &["contact", "customer", "company", "city", "number", "title", "manager", "total", "valid_until", "shop"];
const VAT: &[&str] = &["standard", "reduced", "books", "zero", "exempt", "reverse_charge"];
const UNITS: &[&str] = &["piece", "service", "m", "m2", "kg", "l", "h", "set"];

pub async fn show(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    let o = flows::offers::written(&desk.app, &desk.actor, id).await?;
    let mine = desk.scope(Right::OffersWrite).is_ok_and(|scope| scope.covers(o.offer.manager));
    let writes = mine && o.offer.state.is_written();
    let may = |step: Step| mine && o.offer.state.may(step);
    let names = access::names(desk.app.reader()).await?;
    let manager = o.offer.manager.and_then(|user| names.get(&user).cloned()).unwrap_or_default();
    let net = o.drawn.tax == TaxDisplay::Net;
    let row = desk.query.get("row").parse::<uuid::Uuid>().ok().filter(|_| writes);
    let row = if row.is_some() { row } else { desk.form.get("row").parse().ok().filter(|_| writes) };
    let context = json!({
        "offer": {
            "id": id, "number": number(&desk, &o), "title": desk.old("title", o.offer.title.clone()), "state": o.offer.state.as_str(),
            "state_text": state_text(&desk, o.offer.state), "tone": tone(o.offer.state), "changed": o.offer.changed_at,
            "customer": customer(&o), "party": format!("/office/customers/{}", o.offer.party), "email": o.drawn.buyer.email,
            "manager": manager, "until": o.offer.expires_at.map(|at| at.plus_seconds(-1)), "net": net,
            "lost": (!o.offer.loss_reason.is_empty() && o.offer.state.is_lost()).then(|| loss(&desk, &o.offer.loss_reason)),
            "page": o.offer.token.as_ref().map(|token| format!("/{}/offer/{token}?look=1", o.offer.locale)),
            "views": (o.offer.views > 0).then_some(o.offer.views), "viewed": o.offer.viewed_at,
            "order": o.offer.order.map(|order| format!("/office/orders/{order}")), "undo": o.offer.may_undo && writes,
        },
        "may": {
            "write": writes, "prepare": may(Step::Prepare), "reopen": may(Step::Reopen), "revise": may(Step::Revise),
            "send": may(Step::Send) && desk.scope(Right::OffersSend).is_ok_and(|scope| scope.covers(o.offer.manager)),
            "withdraw": may(Step::Withdraw), "order": may(Step::Order), "duplicate": desk.may(Right::OffersWrite),
            "approve": desk.may(Right::OffersApprove) && o.low.iter().any(|l| !l.approved), "prices": desk.may(Right::PricesWrite),
            "answer": mine, "agree": super::offer_order::offered(&desk, &o.offer),
        },
        "sections": o.drawn.sections.iter().enumerate().map(|(n, s)| section(&desk, &o, (n, s), row)).collect::<Vec<_>>(),
        "sums": sums(&desk, &o),
        "row": match row.and_then(|row| o.offer.content.item(row)) {
            Some(item) => edited(&desk, &o, item).await?,
            None => Value::Null,
        },
        "add": if writes { add(&desk, id, &o).await? } else { Value::Null },
        "head": head(&desk, &o).await?,
        "translation": (o.offer.is_translated() && (writes || o.unread > 0)).then(|| json!({
            "url": format!("{PATH}/{id}/texts"), "unread": o.unread, "language": super::texts::language(&desk, o.offer.locale),
            "may_send": desk.app.settings().text("offers.unreviewed") == "warn",
        })),
        "low": o.low.iter().any(|l| !l.approved),
        "texts": texts(&o),
        "versions": o.versions.iter().map(|v| json!({
            "n": v.n, "at": v.sent_at, "total": v.gross, "pdf": v.pdf.as_ref().map(|_| format!("{PATH}/{id}/pdf?version={}", v.n)),
        })).collect::<Vec<_>>(),
        "questions": o.questions,
        "accepted": o.acceptance.as_ref().map(|a| json!({ "name": a.name, "role": a.role, "at": a.at, "address": a.address, "hash": a.hash, "version": a.version, "how": a.evidence.how.as_str(), "by": a.evidence.by, "note": a.evidence.note, "pdf": a.pdf.is_some() })),
        "contracts": super::contracts::of_offer(&desk, &o.offer, o.acceptance.is_some()).await?,
        "timeline": events(&desk, id).await?,
        "facts": facts(&o),
    });
    desk.show("offers", "offer", context).await
}

fn number(desk: &Desk, o: &Written) -> String {
    o.offer.number.clone().unwrap_or_else(|| desk.t("office.offer.draft_number"))
}

fn customer(o: &Written) -> String {
    let b = &o.drawn.buyer;
    if b.company.is_empty() { b.name.clone() } else { b.company.clone() }
}

fn facts(o: &Written) -> Vec<FactLine> {
    let b = &o.drawn.buyer;
    let mut facts = vec![
        FactLine::link("office.customer.name", customer(o), format!("/office/customers/{}", o.offer.party)),
        FactLine::new("office.customer.email", b.email.clone()),
    ];
    if !b.phone.is_empty() {
        facts.push(FactLine::link("office.customer.phone", b.phone.clone(), format!("tel:{}", b.phone)));
    }
    let place = [b.street.as_str(), &b.postcode, &b.city, &b.country].into_iter().filter(|t| !t.is_empty());
    facts.push(FactLine::new("office.order.address", place.collect::<Vec<_>>().join(", ")));
    facts
}

fn texts(o: &Written) -> Value {
    let t = &o.drawn.terms;
    json!({ "intro": o.drawn.intro, "closing": o.drawn.closing, "delivery": t.delivery, "payment": t.payment, "validity": t.validity })
}

fn section(desk: &Desk, o: &Written, (n, s): (usize, &offers::DrawnSection), open: Option<uuid::Uuid>) -> Value {
    let sum = o.seen.as_ref().and_then(|seen| seen.sums.sections.get(n));
    let stored = o.offer.content.sections.iter().find(|of| of.id == s.id);
    json!({
        "id": s.id, "title": desk.old(&format!("title.{}", s.id), s.title.clone()), "note": s.note,
        "off": desk.old(&format!("soff.{}", s.id), off_text(s.off)), "total": sum.map(|s| s.total),
        "rows": s.items.iter().map(|item| row(desk, o, item, open)).collect::<Vec<_>>(), "first": n == 0, "last": n + 1 == o.drawn.sections.len(),
        "known": stored.is_some(),
    })
}

fn row(desk: &Desk, o: &Written, item: &DrawnItem, open: Option<uuid::Uuid>) -> Value {
    let price = o.seen.as_ref().and_then(|seen| seen.prices.get(&item.id));
    let line = item.line.as_ref();
    let low = o.low.iter().find(|l| l.item == item.id);
    let qty = o.offer.content.item(item.id).map_or_else(|| line.map_or(vitrina::kernel::Qty::ONE, |l| l.qty), |i| i.qty);
    let margin = match (desk.may(Right::PricesWrite), item.cost, line) {
        (true, Some(cost), Some(line)) => vitrina::pricing::Margin::of(line.total_net, cost, line.qty),
        _ => None,
    };
    json!({
        "id": item.id, "title": line.map_or(&item.title, |l| &l.title), "note_row": line.is_none() && item.problem.is_empty(),
        "variant": line.map(|l| l.variant_name.clone()).unwrap_or_default(), "sku": line.map(|l| l.sku.clone()).unwrap_or_default(),
        "picture": line.and_then(|l| l.picture_hash.as_deref()).map(|hash| media_url(hash, 160)),
        "problem": (!item.problem.is_empty()).then(|| desk.t(&format!("offers.problem.{}", item.problem))),
        "remark": item.note, "qty": desk.old(&format!("qty.{}", item.id), plain_qty(qty)), "amount": price.map(|p| p.qty),
        "unit": line.map(|l| l.unit.clone()).unwrap_or_default(), "each": price.map(|p| p.each),
        "off": desk.old(&format!("off.{}", item.id), off_text(item.off)), "total": price.map(|p| p.total),
        "full": price.filter(|p| !p.off.is_zero()).map(|p| p.full),
        "optional": item.optional, "group": item.group, "taken": price.is_some_and(|p| p.taken),
        "range": item.range.map(|r| format!("{}–{}", plain_qty(r.least), plain_qty(r.most))),
        "low": low.map(|l| if l.approved { "approved" } else { "low" }), "why": why(desk, line), "open": open == Some(item.id),
        "margin": margin.and_then(|m| m.rate).map(super::campaigns::plain_percent),
    })
}

/// Why this price, in words; nothing for the price that everybody pays.
fn why(desk: &Desk, line: Option<&vitrina::showcase::Line>) -> Option<String> {
    let why = line?.why.as_ref()?;
    let percent = ("percent", why.percent.clone());
    Some(match why.ground.as_str() {
        "manual" => desk.say("office.offer.why_by_hand", &[("reason", why.reason.clone())]),
        "level" => desk.say("office.offer.why_level", &[("level", why.level.clone()), percent]),
        _ => desk.say("office.offer.why_agreed", &[percent]),
    })
}

fn sums(desk: &Desk, o: &Written) -> Value {
    let Some(seen) = &o.seen else { return Value::Null };
    let (t, net) = (&seen.settled.totals, seen.settled.tax == TaxDisplay::Net);
    let percent = |rate| super::campaigns::plain_percent(rate);
    json!({
        "goods": seen.sums.goods, "off": Some(seen.sums.off).filter(|off| !off.is_zero()),
        "delivery": seen.settled.delivery.as_ref().map(|d| json!({ "name": d.name, "sum": if net { d.net } else { d.gross } })),
        "net": t.net, "taxes": t.by_rate, "total": t.gross, "is_net": net,
        "note": seen.settled.treatment.note(),
        "margin": o.margin.map(|m| desk.say("office.offer.margin_text", &[
            ("left", desk.stage.money(desk.locale, m.left)),
            ("rate", m.rate.map_or_else(String::new, |r| format!("{} %", percent(r)))),
        ])),
    })
}

/// The sums that a page shows, by the element that they stand in.
pub fn sums_in_words(desk: &Desk, o: &Written) -> Value {
    let money = |m: Money| Value::from(desk.stage.money(desk.locale, m));
    let mut show = Map::new();
    let Some(seen) = &o.seen else { return Value::Object(show) };
    for (id, price) in &seen.prices {
        show.insert(format!("t-{id}"), money(price.total));
    }
    for (section, sum) in o.drawn.sections.iter().zip(&seen.sums.sections) {
        show.insert(format!("s-{}", section.id), money(sum.total));
    }
    let t = &seen.settled.totals;
    show.extend(
        [("sum-goods", seen.sums.goods), ("sum-net", t.net), ("sum-total", t.gross)].map(|(k, m)| (k.to_owned(), money(m))),
    );
    show.insert("sum-off".into(), money(Money { minor: -seen.sums.off.minor, ..seen.sums.off }));
    for tax in &t.by_rate {
        show.insert(format!("sum-vat-{}", tax.rate.0), money(tax.vat));
    }
    let margin = sums(desk, o)["margin"].clone();
    if margin.is_string() {
        show.insert("sum-margin".into(), margin);
    }
    Value::Object(show)
}

/// The form of one row.
async fn edited(desk: &Desk, o: &Written, item: &Item) -> Result<Value, Fault> {
    let drawn = o.drawn.item(item.id);
    let title = drawn.map(|d| d.line.as_ref().map_or(&d.title, |l| &l.title).clone()).unwrap_or_default();
    let old = |name: &str, stored: String| desk.old(name, stored);
    let mut form = json!({
        "id": item.id, "title_text": title, "qty": old("qty", plain_qty(item.qty)), "off": old("off", off_text(item.off)),
        "least": old("least", item.range.map(|r| plain_qty(r.least)).unwrap_or_default()),
        "most": old("most", item.range.map(|r| plain_qty(r.most)).unwrap_or_default()),
        "optional": item.optional, "picked": item.picked, "group": old("group", item.group.clone()), "note": old("note", item.note.clone()),
        "hand": old("hand", item.hand.as_ref().map(|h| plain_minor(h.unit.minor)).unwrap_or_default()),
        "reason": old("reason", item.hand.as_ref().map(|h| h.reason.clone()).unwrap_or_default()),
        "list": drawn.and_then(|d| d.line.as_ref()).and_then(|l| l.list_gross), "why": why(desk, drawn.and_then(|d| d.line.as_ref())),
        "cost": drawn.and_then(|d| d.cost).filter(|_| desk.may(Right::PricesWrite)),
        "units": choices(UNITS, |u| u.to_owned()), "vats": choices(VAT, |v| v.to_owned()), "questions": [],
    });
    match &item.what {
        What::Note { text } => {
            form["is"] = "note".into();
            form["text"] = old("text", text.clone()).into();
        }
        What::Written(w) => {
            form["is"] = "written".into();
            form["title"] = old("title", w.title.clone()).into();
            form["price"] = old("price", plain_minor(w.price.minor)).into();
            (form["unit"], form["vat"]) = (w.unit.clone().into(), w.vat_category.clone().into());
        }
        What::Goods(goods) => {
            form["is"] = "goods".into();
            if let Some(by) = configure::in_force(desk.app.reader(), goods.product).await? {
                let typed = chooser::input(&desk.form);
                let input = if typed.is_empty() { &goods.chosen } else { &typed };
                form["questions"] =
                    serde_json::to_value(chooser::questions(&by.definition, input, desk.locale, |_| String::new()))?;
            }
        }
    }
    Ok(form)
}

fn choices(all: &[&str], label: impl Fn(&str) -> String) -> Vec<Choice> {
    all.iter().map(|c| Choice::new(*c, label(c))).collect()
}

/// What stands beside the lines to add to them.
async fn add(desk: &Desk, id: OfferId, o: &Written) -> Result<Value, Fault> {
    let words = desk.query.get("q");
    let cards = flows::offers::goods(&desk.app, &desk.actor, id, words).await?;
    let name = |title: &str| if title.is_empty() { desk.t("office.offer.section_none") } else { title.to_owned() };
    let sections: Vec<Choice> = o.drawn.sections.iter().rev().map(|s| Choice::new(s.id.to_string(), name(&s.title))).collect();
    Ok(json!({
        "q": words, "cards": cards.iter().map(card).collect::<Vec<_>>(), "sections": sections,
        "lines": desk.old("lines", ""), "title": desk.old("title", ""), "price": desk.old("price", ""), "text": desk.old("text", ""),
        "units": choices(UNITS, |u| u.to_owned()), "vats": choices(VAT, |v| v.to_owned()),
    }))
}

fn card(card: &ProductCard) -> Value {
    let net = card.tax == TaxDisplay::Net;
    let variant = |v: &vitrina::showcase::VariantCard| json!({ "id": v.id, "name": if v.name.is_empty() { v.sku.clone() } else { format!("{} · {}", v.name, v.sku) } });
    json!({
        "product": card.product, "title": card.title, "picture": card.picture.as_ref().map(|p| media_url(&p.hash, 160)),
        "price": if net { card.price.net } else { card.price.gross }, "from": card.price.from,
        "variants": card.variants.iter().map(variant).collect::<Vec<_>>(),
    })
}

async fn head(desk: &Desk, o: &Written) -> Result<Value, Fault> {
    let c = &o.offer.content;
    let channel = channels::by_id(desk.app.reader(), o.offer.channel).await?;
    let deposit = match c.deposit {
        Some(Deposit::Percent(rate)) => off_text(Some(offers::Off::Percent(rate))),
        Some(Deposit::Sum(minor)) => plain_minor(minor),
        None => String::new(),
    };
    let method = o.drawn.delivery.as_ref().map(|d| d.method.to_string()).unwrap_or_default();
    let ways: Vec<Choice> = o.ways.iter().map(|q| Choice::new(q.method.to_string(), q.name.clone())).collect();
    let locales: Vec<Choice> =
        channel.locales.iter().map(|l: &Locale| Choice::new(l.to_string(), desk.t(&format!("office.locale.{l}")))).collect();
    let b = &c.buyer;
    let old = |name: &str, stored: &str| desk.old(name, stored);
    Ok(json!({
        "intro": old("intro", &c.intro), "closing": old("closing", &c.closing), "delivery": old("term_delivery", &c.terms.delivery),
        "payment": old("term_payment", &c.terms.payment), "validity": old("term_validity", &c.terms.validity),
        "off": off_text(c.off), "deposit": old("deposit", &deposit),
        "valid_days": old("valid_days", &c.valid_days.map(|d| d.to_string()).unwrap_or_default()),
        "method": method, "ways": ways, "freight": old("freight", &c.freight.price.map(|p| plain_minor(p.minor)).unwrap_or_default()),
        "locale": o.offer.locale, "written_in": o.offer.written_in, "locales": locales, "names": FIELDS.iter().map(|f| format!("{{{f}}}")).collect::<Vec<_>>().join(", "),
        "name": old("name", &b.name), "email": old("email", &b.email), "phone": old("phone", &b.phone), "company": old("company", &b.company),
        "company_code": old("company_code", &b.company_code), "vat_code": old("vat_code", &b.vat_code), "street": old("street", &b.street),
        "city": old("city", &b.city), "postcode": old("postcode", &b.postcode), "country": old("country", &b.country),
    }))
}

/// What happened, newest first.
async fn events(desk: &Desk, id: OfferId) -> Result<Vec<Value>, Fault> {
    let names = access::names(desk.app.reader()).await?;
    let by = |actor: &str| match actor.split_once(':') {
        Some(("staff", id)) => id.parse().ok().and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        Some(("key", _)) => desk.t("office.origin.api"),
        _ if actor == "system" => desk.t("office.origin.system"),
        _ => desk.t("office.origin.shop"),
    };
    let all = offers::events(desk.app.reader(), id).await?;
    let show = |e: &offers::EventView| {
        let bad = matches!(e.after.parse(), Ok(State::Declined | State::Expired | State::Withdrawn));
        let said = (!e.reason.is_empty() && e.step != "expire").then(|| loss(desk, &e.reason));
        json!({
            "kind": if bad { "bad" } else { "order" }, "at": e.at, "url": null, "amount": null, "said": said, "by": by(&e.actor),
            "text": desk.say(&format!("office.offer.step.{}", e.step), &[("n", e.version.to_string())]),
        })
    };
    Ok(all.iter().rev().map(show).collect())
}
