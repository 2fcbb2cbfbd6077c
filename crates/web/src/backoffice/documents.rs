//! Documents: the list of all of them, one with its sums, and the forms that issue and correct.

use serde_json::{Value, json};
use vitrina::{
    documents::{self, DocumentQuery, DocumentRow, DocumentView, Kind, PaperLine, State, Wish},
    flows::{
        self,
        documents::{CreditForm, Deposit, Wanted},
    },
    kernel::{DocumentId, Fault, Moment, Money, OrderId, Qty, Rate, Right},
    payments::Standing,
};

use super::{
    desk::{Answer, Desk},
    list::{Action, Asked, Cell, Empty, Row},
    narrow::Narrow,
    orders::plain_qty,
    page::{Choice, FactLine},
};
use crate::{
    files::file,
    forms::{self, Slips},
};

const PATH: &str = "/office/documents";

/// How a document stands: its badge.
fn standing(row: &DocumentRow) -> (&'static str, &'static str) {
    match row.state {
        State::Annulled => ("annulled", "late"),
        State::Issued if row.credited.is_zero() => ("issued", "good"),
        State::Issued if row.stands() => ("part_credited", "soon"),
        State::Issued => ("credited", "late"),
    }
}

pub async fn list(desk: Desk) -> Answer {
    let asked =
        Asked::new(PATH, &desk.query, &["q", "kind", "month", "party", "from", "until", "least", "most", "currency", "product"]);
    let narrow = Narrow::read(&desk.query, &desk.app).await?;
    let month = desk.query.get("month");
    let months = months(desk.app.now());
    let bounds = months.iter().find(|m| *m == month).map(|m| (format!("{m}-01"), format!("{m}-31")));
    let query = DocumentQuery {
        kinds: desk.query.get("kind").parse().into_iter().collect(),
        search: desk.query.get("q").to_owned(),
        party: desk.query.get("party").parse().ok(),
        order: None,
        issued_from: narrow.from.map(|at| at.date().to_string()).or(bounds.as_ref().map(|(from, _)| from.clone())),
        issued_until: narrow.until.map(|at| at.plus_seconds(-1).date().to_string()).or(bounds.map(|(_, until)| until)),
        gross: narrow.gross,
        skus: narrow.skus.clone(),
        after: desk.query.get("after").parse().ok(),
        limit: 50,
    };
    let page = documents::list(desk.app.reader(), &desk.scope(Right::DocumentsRead)?, &query).await?;
    let mut list = asked.list("office.place.documents", Empty::new("office.document.empty", "office.document.empty_text"));
    list.search = asked.search("office.document.search");
    let choices = months.into_iter().map(|m| Choice::new(m.clone(), m)).collect();
    list.filters = vec![asked.filter("month", "office.document.date", choices)];
    list.more = narrow.fields(&desk.query);
    list.more_on = narrow.is_on();
    list.kept = asked.kept(&["month", "from", "until", "least", "most", "currency", "product"]);
    list.chips = vec![asked.chip("kind", "", desk.t("office.document.all"), None)];
    list.chips.extend(Kind::ALL.iter().map(|k| asked.chip("kind", k.as_str(), kind_text(&desk, *k), None)));
    list.columns = vec![
        asked.column("office.document.number", "nowrap"),
        asked.column("office.document.kind", ""),
        asked.column("office.document.buyer", ""),
        asked.column("office.document.order", "extra nowrap"),
        asked.column("office.document.issued", "nowrap"),
        asked.column("office.document.total", "num"),
        asked.column("office.order.state_label", ""),
    ];
    list.rows = page.rows.iter().map(|row| line(&desk, row)).collect();
    list.next = asked.next(page.next.as_deref());
    if desk.may(Right::SettingsManage) {
        list.actions = vec![Action { url: format!("{PATH}/numbers"), label: "office.document.numbers", main: false }];
    }
    if desk.may(Right::ArchiveExport) {
        list.actions.push(Action { url: "/office/archive".into(), label: "office.archive.title", main: false });
    }
    desk.show("documents", "list", json!({ "list": list })).await
}

/// Where the numbers of each kind stand; who came from another program goes on with its numbers here.
pub async fn numbers(desk: Desk) -> Answer {
    desk.scope(Right::SettingsManage)?;
    let year = desk.app.now().date().year();
    let all = documents::numbering(desk.app.reader(), &desk.app.settings(), year).await?;
    let row = |n: &documents::Numbering| {
        let next = format!("next.{}", n.kind.as_str());
        json!({
            "kind": kind_text(&desk, n.kind), "field": next, "last": (n.last > 0).then(|| format!("{}-{:06}", n.series, n.last)),
            "next": format!("{}-{:06}", n.series, n.last + 1), "typed": desk.old(&next, ""),
        })
    };
    desk.show("documents", "numbers", json!({ "rows": all.iter().map(row).collect::<Vec<_>>() })).await
}

pub async fn go_on(desk: Desk) -> Answer {
    let mut slips = Slips::default();
    let mut wanted = Vec::new();
    for kind in Kind::ALL {
        let field = format!("next.{}", kind.as_str());
        let typed = desk.form.get(&field).trim();
        match typed.parse::<i64>() {
            _ if typed.is_empty() => {}
            Ok(next @ 1..=999_999_999) => wanted.push((*kind, next)),
            _ => slips.add(&field, "form.number"),
        }
    }
    slips.done()?;
    flows::documents::go_on(&desk.app, &desk.actor, &wanted).await?;
    desk.done(&format!("{PATH}/numbers"), "office.flash.series_set")
}

/// This month and those of the year before it, newest first.
fn months(now: Moment) -> Vec<String> {
    let today = now.date();
    let this = today.year() * 12 + i32::from(u8::from(today.month())) - 1;
    (0..13).map(|back| format!("{}-{:02}", (this - back).div_euclid(12), (this - back).rem_euclid(12) + 1)).collect()
}

pub fn kind_text(desk: &Desk, kind: Kind) -> String {
    desk.t(&format!("paper.kind.{}", kind.as_str()))
}

fn line(desk: &Desk, d: &DocumentRow) -> Row {
    let (state, tone) = standing(d);
    Row::new(d.id, d.number.clone()).cells(vec![
        Cell::open(format!("{PATH}/{}", d.id), d.number.clone()),
        Cell::text(kind_text(desk, d.kind)),
        Cell::text(d.buyer.clone()),
        Cell::quiet(d.order_number.clone()),
        Cell::date(Some(d.issued_at)),
        Cell::money(Some(d.gross)),
        Cell::badge(desk.t(&format!("office.document.state.{state}")), tone),
    ])
}

/// The documents of an order, for its page; `None` for who may not see them.
pub async fn of_order(desk: &Desk, order: OrderId, standing: &Standing) -> Result<Option<Value>, Fault> {
    if !desk.may(Right::DocumentsRead) {
        return Ok(None);
    }
    let rows = documents::of_order(desk.app.reader(), order).await?;
    let issue = desk.may(Right::DocumentsIssue);
    let invoiced = rows.iter().any(|d| d.kind == Kind::Invoice && d.stands());
    let advances: i64 = rows
        .iter()
        .filter(|d| d.kind == Kind::AdvanceInvoice && d.state == State::Issued)
        .map(|d| d.gross.minor - d.credited.minor)
        .sum();
    Ok(Some(json!({
        "rows": rows.iter().map(|d| brief(desk, d)).collect::<Vec<_>>(),
        "issue": issue,
        "key": vitrina::kernel::token::random(desk.app.entropy()),
        "invoice": issue && !invoiced && !standing.total.is_zero(),
        "deposit": issue && !invoiced && standing.due.minor > 0,
        "advance": issue && !invoiced && standing.received.minor > advances,
        "typed": { "percent": desk.old("percent", ""), "sum": desk.old("sum", "") },
    })))
}

fn brief(desk: &Desk, d: &DocumentRow) -> Value {
    let (state, tone) = self::standing(d);
    json!({
        "url": format!("{PATH}/{}", d.id), "number": d.number, "kind": kind_text(desk, d.kind), "at": d.issued_at,
        "total": d.gross, "state": desk.t(&format!("office.document.state.{state}")), "tone": tone,
        "pdf": d.pdf.as_ref().map(|_| format!("{PATH}/{}/pdf", d.id)),
        "xml": d.kind.is_tax().then(|| format!("{PATH}/{}/xml", d.id)),
    })
}

pub async fn show(desk: Desk) -> Answer {
    let document = documents::document(desk.app.reader(), &desk.scope(Right::DocumentsRead)?, desk.param("id")?).await?;
    let row = &document.row;
    let notes = match row.order {
        Some(order) => documents::of_order(desk.app.reader(), order).await?,
        None => Vec::new(),
    };
    let notes: Vec<Value> = notes.iter().filter(|d| d.corrects == Some(row.id)).map(|d| brief(&desk, d)).collect();
    let issue = desk.may(Right::DocumentsIssue);
    let context = json!({
        "document": {
            "id": row.id, "facts": facts(&desk, &document), "lines": lines(&document), "taxes": document.paper.taxes,
            "advances": document.paper.advances, "net": row.net, "vat": row.vat, "gross": row.gross, "due": row.due,
            "prepaid": Some(document.paper.prepaid).filter(|m| !m.is_zero()), "reason": row.reason, "brief": brief(&desk, row),
        },
        "notes": notes,
        "may": {
            "credit": issue && row.creditable(), "send": issue && row.state == State::Issued && row.order.is_some(),
            "annul": issue && row.state == State::Issued && !row.kind.is_tax(),
        },
        "credit": credit_form(&desk, &document),
    });
    desk.show("documents", "document", context).await
}

fn facts(desk: &Desk, document: &DocumentView) -> Vec<FactLine> {
    let row = &document.row;
    let mut facts = vec![FactLine::new("office.document.kind", kind_text(desk, row.kind))];
    match row.party {
        Some(party) => {
            facts.push(FactLine::link("office.document.buyer", row.buyer.clone(), format!("/office/customers/{party}")));
        }
        None => facts.push(FactLine::new("office.document.buyer", row.buyer.clone())),
    }
    if let Some(order) = row.order {
        facts.push(FactLine::link("office.document.order", row.order_number.clone(), format!("/office/orders/{order}")));
    }
    facts.push(FactLine::new("office.document.issued", row.issued_on.clone()));
    if let Some(due) = &row.due_on {
        facts.push(FactLine::new("office.order.due", due.clone()));
    }
    if let (Some(id), Some(corrected)) = (row.corrects, &document.paper.corrects) {
        facts.push(FactLine::link(
            "office.document.original",
            format!("{} ({})", corrected.number, corrected.issued_on),
            format!("{PATH}/{id}"),
        ));
    }
    if !row.reason.is_empty() {
        facts.push(FactLine::new("office.document.reason", row.reason.clone()));
    }
    facts.push(FactLine::new("office.document.hash", document.hash.clone()));
    facts
}

fn lines(document: &DocumentView) -> Vec<Value> {
    let show = |l: &PaperLine| {
        json!({
            "title": l.title, "detail": l.detail, "sku": l.sku, "qty": l.qty, "unit": l.unit, "net": l.net, "gross": l.gross,
            "rate": l.rate, "code": l.tax_code,
        })
    };
    document.paper.lines.iter().map(show).collect()
}

/// What may be credited, as the form asks for it.
fn credit_form(desk: &Desk, document: &DocumentView) -> Value {
    let left = Money { minor: document.row.gross.minor - document.row.credited.minor, ..document.row.gross };
    let rows = document.paper.lines.iter().zip(&document.left).enumerate().filter(|(_, (_, left))| left.gross > 0);
    let rows: Vec<Value> = rows
        .map(|(n, (line, left))| {
            json!({
                "n": n, "title": line.title, "detail": line.detail, "left": plain_qty(left.qty),
                "typed": desk.old(&format!("line.{n}"), ""), "gross": Money { minor: left.gross, ..line.gross },
            })
        })
        .collect();
    let mut about = vec![json!({ "value": "", "label": desk.t("office.document.amount_all") })];
    about.extend(rows.iter().map(|r| json!({ "value": r["n"].to_string(), "label": r["title"] })));
    json!({
        "left": left, "rows": rows, "about": about, "key": vitrina::kernel::token::random(desk.app.entropy()),
        "typed": {
            "what": desk.old("what", "whole"), "amount": desk.old("amount", ""), "about": desk.old("about", ""),
            "reason": desk.old("reason", ""),
        },
    })
}

pub async fn issue(desk: Desk) -> Answer {
    let order: OrderId = desk.param("id")?;
    let wanted = match desk.form.get("kind") {
        "invoice" => Wanted::Invoice,
        "confirmation" => Wanted::Confirmation,
        "prepayment" => Wanted::Prepayment(deposit(&desk, order).await?),
        "advance" => Wanted::Advance(deposit(&desk, order).await?),
        _ => return Err(Fault::invalid("kind", "form.choose")),
    };
    let key = desk.form.owned("key");
    flows::documents::issue(&desk.app, &desk.actor, order, wanted, key.as_deref()).await?;
    desk.done(&format!("/office/orders/{order}"), "office.flash.document_issued")
}

/// A percentage where one was typed, else a sum in the order's currency.
async fn deposit(desk: &Desk, order: OrderId) -> Result<Deposit, Fault> {
    if desk.form.opt("percent").is_some() {
        let percent = forms::decimal(desk.form.get("percent").trim_end_matches('%'), 4);
        return percent.map(|p| Deposit::Percent(Rate(p))).ok_or_else(|| Fault::invalid("percent", "form.number"));
    }
    let currency = vitrina::sales::head(desk.app.reader(), &desk.scope(Right::DocumentsIssue)?, order).await?.gross.currency;
    forms::money(&desk.form, "sum", currency).map(Deposit::Sum)
}

pub async fn credit(desk: Desk) -> Answer {
    let invoice: DocumentId = desk.param("id")?;
    let document = documents::document(desk.app.reader(), &desk.scope(Right::DocumentsIssue)?, invoice).await?;
    let mut slips = Slips::default();
    let reason = slips.text(&desk.form, "reason");
    let wish = match desk.form.get("what") {
        "whole" => Some(Wish::Whole),
        "lines" => Some(Wish::Lines(quantities(&desk, &mut slips))),
        "amount" => slips
            .take(forms::money(&desk.form, "amount", document.row.gross.currency))
            .map(|gross| Wish::Amount { gross, lines: desk.form.get("about").parse().into_iter().collect() }),
        _ => {
            slips.add("what", "form.choose");
            None
        }
    };
    slips.done()?;
    let wish = wish.ok_or_else(|| Fault::invalid("what", "form.choose"))?;
    let form = CreditForm { invoice, wish, reason, key: desk.form.owned("key") };
    let issued = flows::documents::credit(&desk.app, &desk.actor, form).await?;
    desk.done(&format!("{PATH}/{}", issued.id), "office.flash.document_issued")
}

fn quantities(desk: &Desk, slips: &mut Slips) -> Vec<(usize, Qty)> {
    let mut lines = Vec::new();
    for (n, typed) in desk.form.below("line.") {
        if typed.is_empty() {
            continue;
        }
        let field = format!("line.{n}");
        match (n.parse(), slips.take(forms::qty(&desk.form, &field))) {
            (Ok(n), Some(qty)) if qty.0 > 0 => lines.push((n, qty)),
            (Ok(_), Some(Qty(0))) | (_, None) => {}
            _ => slips.add(&field, "form.number"),
        }
    }
    if lines.is_empty() {
        slips.add("what", "documents.nothing_chosen");
    }
    lines
}

pub async fn annul(desk: Desk) -> Answer {
    let id: DocumentId = desk.param("id")?;
    flows::documents::annul(&desk.app, &desk.actor, id, desk.form.get("reason")).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.document_annulled")
}

pub async fn send(desk: Desk) -> Answer {
    let id: DocumentId = desk.param("id")?;
    flows::documents::send_again(&desk.app, &desk.actor, id).await?;
    desk.done(&format!("{PATH}/{id}"), "office.flash.document_sent")
}

pub async fn pdf(desk: Desk) -> Answer {
    Ok(file(flows::documents::pdf(&desk.app, &desk.actor, desk.param("id")?).await?))
}

pub async fn xml(desk: Desk) -> Answer {
    Ok(file(flows::documents::xml(&desk.app, &desk.actor, desk.param("id")?).await?))
}
