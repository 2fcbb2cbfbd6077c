//! A version of an offer on paper: every text, sum and date already written in the customer's language.
//! Made from the same snapshot and the same settlement as the customer's page.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Value, json};

use super::{
    links,
    offering::{self, Settlement, Shown},
};
use crate::{
    documents::{Meta, Typeset},
    kernel::{App, Fault, Moment, Money, Qty, Settings},
    media::Workshop,
    offers::{Acceptance, Choice, Deposit, Drawn, DrawnItem, DrawnSection, How},
    stage::{Stage, Voice, letters::Sender},
    tax::Rates,
};

/// What is on the paper beside the offer itself.
pub(crate) struct Sheet<'a> {
    pub drawn: &'a Drawn,
    pub choice: &'a Choice,
    pub rates: &'a Rates,
    /// Empty while it is a draft.
    pub number: &'a str,
    pub version: i64,
    pub on: Moment,
    pub until: Option<Moment>,
    /// With it the goods lead into the shop, at this customer's prices.
    pub link: Option<&'a str>,
    /// With it, the paper carries the certificate of the acceptance.
    pub accepted: Option<&'a Acceptance>,
}

/// Rows with large pictures; with more, the pictures are smaller.
const ROOMY: usize = 24;

/// The job that sets it.
///
/// # Faults
/// What the settlement says; `media.store`.
pub(crate) async fn job(app: &App, sheet: &Sheet<'_>) -> Result<Typeset, Fault> {
    let sender = Sender::of(&app.settings(), sheet.drawn.locale);
    let (data, pictures) = told(app, sheet).await?;
    Ok(typeset(app.port::<Stage>(), sheet, sender.name, (data, pictures)))
}

/// The paper with what stands on it.
fn typeset(stage: &Stage, sheet: &Sheet<'_>, author: String, (data, pictures): (Value, BTreeMap<String, Arc<[u8]>>)) -> Typeset {
    Typeset {
        template: "offer".to_owned(),
        files: stage.document_files(),
        meta: Meta {
            title: [sheet.drawn.title.as_str(), sheet.number].join(" ").trim().to_owned(),
            author,
            locale: stage.voice(sheet.drawn.locale).locale(),
            date: sheet.on.date().to_string(),
        },
        data,
        pictures,
        attachments: Vec::new(),
    }
}

/// The same of a shop that there is not, with these pictures: to be looked at.
///
/// # Faults
/// What the settlement says.
pub(crate) fn specimen(stage: &Stage, sheet: &Sheet<'_>, pictures: BTreeMap<String, Arc<[u8]>>) -> Result<Typeset, Fault> {
    let sender = Sender::sample();
    let done = offering::settle(sheet.drawn, sheet.choice, sheet.rates)?;
    let rows = offering::shown(sheet.drawn, &done, sheet.rates)?;
    let (voice, settings) = (stage.voice(sheet.drawn.locale), Settings::default());
    let writer = Writer { sheet, voice: &voice, done: &done, rows: &rows, settings: &settings };
    Ok(typeset(stage, sheet, sender.name.clone(), (writer.data(&sender), pictures)))
}

/// What stands on it, and its pictures: also where it is a part of another paper.
///
/// # Faults
/// As [`job`].
pub(crate) async fn told(app: &App, sheet: &Sheet<'_>) -> Result<(Value, BTreeMap<String, Arc<[u8]>>), Fault> {
    let stage = app.port::<Stage>();
    let voice = stage.voice(sheet.drawn.locale);
    let done = offering::settle(sheet.drawn, sheet.choice, sheet.rates)?;
    let rows = offering::shown(sheet.drawn, &done, sheet.rates)?;
    let sender = Sender::of(&app.settings(), sheet.drawn.locale);
    let mut pictures = pictures(app, sheet.drawn).await?;
    let logo = ["svg", "png", "jpg"].iter().find_map(|ending| stage.file(&format!("documents/logo.{ending}")));
    pictures.extend(logo.map(|bytes| ("logo".to_owned(), bytes.into())));
    let settings = app.settings();
    let writer = Writer { sheet, voice: &voice, done: &done, rows: &rows, settings: &settings };
    Ok((writer.data(&sender), pictures))
}

/// The pictures by their hashes; one that is not there any more is left out.
async fn pictures(app: &App, drawn: &Drawn) -> Result<BTreeMap<String, Arc<[u8]>>, Fault> {
    let lines = drawn.items().filter_map(|i| i.line.as_ref()?.picture_hash.clone());
    let wanted: BTreeSet<String> = lines.collect();
    let Some(workshop) = app.try_port::<Workshop>() else { return Ok(BTreeMap::new()) };
    let mut found: BTreeMap<String, Arc<[u8]>> = BTreeMap::new();
    let cover = Some(("cover".to_owned(), drawn.cover.clone(), 1280)).filter(|(_, hash, _)| !hash.is_empty());
    let all = wanted.into_iter().map(|hash| (hash.clone(), hash, 320));
    for (name, hash, width) in all.chain(cover) {
        match workshop.sized(app.cpu(), &hash, width).await {
            Ok(bytes) => _ = found.insert(name, bytes.into()),
            Err(crate::media::Fault::NotFound(_)) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(found)
}

struct Writer<'a> {
    sheet: &'a Sheet<'a>,
    voice: &'a Voice,
    done: &'a Settlement,
    rows: &'a BTreeMap<uuid::Uuid, Shown>,
    settings: &'a Settings,
}

impl Writer<'_> {
    fn say(&self, name: &str) -> String {
        self.voice.say(&format!("offers.sheet.{name}"))
    }
    fn fill(&self, name: &str, args: &[(&str, String)]) -> String {
        self.voice.fill(&format!("offers.sheet.{name}"), args)
    }
    fn money(&self, money: Money) -> String {
        self.voice.money(money)
    }
    fn less(&self, money: Money) -> String {
        self.voice.money(Money { minor: -money.minor, ..money })
    }
    fn day(&self, at: Moment) -> String {
        self.voice.day(&at.date().to_string())
    }

    fn data(&self, sender: &Sender) -> Value {
        let (drawn, sheet) = (self.sheet.drawn, self.sheet);
        let b = &drawn.buyer;
        let customer = if b.company.is_empty() { &b.name } else { &b.company };
        let number = match (sheet.number, sheet.version) {
            ("", _) => self.say("draft"),
            (number, 0 | 1) => number.to_owned(),
            (number, n) => format!("{number} · {}", self.fill("version", &[("n", n.to_string())])),
        };
        let mut facts = vec![json!({ "label": self.say("number"), "value": number })];
        facts.push(json!({ "label": self.say("date"), "value": self.day(sheet.on) }));
        if let Some(until) = sheet.until {
            facts.push(json!({ "label": self.say("until"), "value": self.day(until.plus_seconds(-1)) }));
        }
        if !drawn.manager.is_empty() {
            facts.push(json!({ "label": self.say("manager"), "value": drawn.manager }));
        }
        let foot = [&sender.name, &sender.email, &sender.phone].map(String::as_str).into_iter().filter(|t| !t.is_empty());
        let foot = foot.collect::<Vec<_>>().join(" · ");
        let net = self.done.settled.tax == crate::channels::TaxDisplay::Net;
        json!({
            "look": { "accent": self.voice.wish("accent") },
            "kind": "offer",
            "number": number,
            "number_label": self.say("number"),
            "brand": sender.name,
            "seller": { "name": sender.name },
            "cover": { "kind": self.say("kind"), "title": drawn.title, "for": self.say("for"), "customer": customer,
                "contact": if b.company.is_empty() { "" } else { &b.name }, "facts": facts },
            "intro": paragraphs(&drawn.intro),
            "roomy": drawn.items().count() <= ROOMY,
            "labels": {
                "goods": self.say("goods"), "qty": self.say("qty"), "total": self.say(if net { "total_net" } else { "total" }),
                "price": self.say(if net { "price_net" } else { "price" }), "terms": self.say("terms"),
            },
            "sections": drawn.sections.iter().enumerate().map(|(n, s)| self.section(n, s)).collect::<Vec<_>>(),
            "totals": self.totals(net),
            "due": { "label": self.say("due"), "value": self.money(self.done.settled.totals.gross) },
            "deposit": self.deposit(),
            "mentions": self.mentions(),
            "terms": self.terms(),
            "closing": paragraphs(&drawn.closing),
            "person": self.person(sender),
            "certificate": self.certificate(),
            "foot": {
                "text": foot,
                "page": self.voice.fill("documents.sheet.page", &[("page", "{page}".into()), ("pages", "{pages}".into())]),
            },
        })
    }

    fn section(&self, n: usize, section: &DrawnSection) -> Value {
        let sum = self.done.sums.sections.get(n);
        let several = self.sheet.drawn.sections.len() > 1;
        let mut sums = Vec::new();
        if let Some(sum) = sum.filter(|s| several || !s.off.is_zero()) {
            if !sum.off.is_zero() {
                sums.push(json!({ "label": self.say("section_off"), "value": self.less(sum.off), "strong": false }));
            }
            sums.push(json!({ "label": self.say("subtotal"), "value": self.money(sum.total), "strong": true }));
        }
        json!({
            "title": section.title,
            "note": section.note,
            "rows": section.items.iter().map(|item| self.row(item)).collect::<Vec<_>>(),
            "sums": sums,
        })
    }

    fn row(&self, item: &DrawnItem) -> Value {
        let (Some(line), Some(shown)) = (&item.line, self.rows.get(&item.id)) else {
            return json!({ "is": "note", "text": paragraphs(&item.title) });
        };
        let mark = match (item.group.is_empty(), item.optional, shown.taken) {
            (false, _, true) => "one",
            (false, _, false) => "other",
            (true, true, true) => "tick",
            (true, true, false) => "box",
            _ => "",
        };
        let label = match mark {
            "one" | "other" => self.say("alternative"),
            "tick" | "box" => self.say("option"),
            _ => String::new(),
        };
        let told: Vec<String> = item.told.iter().take(4).map(|(name, value)| format!("{name} {value}")).collect();
        let detail = [line.variant_name.as_str(), line.sku.as_str()].into_iter().filter(|t| !t.is_empty());
        json!({
            "is": "goods",
            "picture": line.picture_hash,
            "title": line.title,
            "url": self.link(item),
            "detail": detail.collect::<Vec<_>>().join(" · "),
            "told": told.join(" · "),
            "note": item.note,
            "qty": amount(shown.qty, &line.unit, self.voice),
            "range": item.range.map(|r| self.fill("range", &[("least", self.voice.qty(r.least)), ("most", self.voice.qty(r.most))])).unwrap_or_default(),
            "each": self.voice.each(shown.each.micro, shown.each.currency),
            "was": if shown.sum.off.is_zero() { String::new() } else { self.money(shown.sum.full) },
            "off": if shown.sum.off.is_zero() { String::new() } else { self.fill("row_off", &[("off", self.money(shown.sum.off))]) },
            "total": self.money(shown.sum.total),
            "mark": mark,
            "label": label,
            "taken": shown.taken,
        })
    }

    /// The goods in the shop; empty on a draft, and where the shop does not know its own address.
    fn link(&self, item: &DrawnItem) -> String {
        let whole = |token| links::whole(self.settings, self.sheet.drawn.locale, item, token);
        self.sheet.link.and_then(whole).unwrap_or_default()
    }

    fn totals(&self, net: bool) -> Vec<Value> {
        let (sums, settled) = (&self.done.sums, &self.done.settled);
        let row = |label: String, value: String| json!({ "label": label, "value": value, "strong": false });
        let mut rows = vec![row(self.say(if net { "goods_net" } else { "goods_sum" }), self.money(sums.goods))];
        if !sums.off.is_zero() {
            rows.push(row(self.say("off"), self.less(sums.off)));
        }
        if let Some(delivery) = &settled.delivery {
            rows.push(row(delivery.name.clone(), self.money(if net { delivery.net } else { delivery.gross })));
        }
        if net {
            rows.push(row(self.say("net"), self.money(settled.totals.net)));
        }
        for tax in &settled.totals.by_rate {
            let key = if net { "vat" } else { "vat_within" };
            rows.push(row(self.fill(key, &[("rate", self.voice.rate(tax.rate))]), self.money(tax.vat)));
        }
        rows
    }

    fn deposit(&self) -> Value {
        let whole = self.done.settled.totals.gross;
        let sum = match self.sheet.drawn.deposit {
            Some(Deposit::Percent(rate)) => Money::from_decimal(whole.to_decimal() * rate.to_decimal(), whole.currency),
            Some(Deposit::Sum(minor)) => Some(Money { minor: minor.min(whole.minor), ..whole }),
            None => None,
        };
        sum.map_or(Value::Null, |sum| json!({ "label": self.say("deposit"), "value": self.money(sum) }))
    }

    fn mentions(&self) -> Vec<String> {
        let note = self.done.settled.treatment.note();
        if note.is_empty() { Vec::new() } else { vec![self.voice.say(&format!("tax.note.{note}"))] }
    }

    fn terms(&self) -> Vec<Value> {
        let terms = &self.sheet.drawn.terms;
        let all = [("delivery", &terms.delivery), ("payment", &terms.payment), ("validity", &terms.validity)];
        let shown = all.into_iter().filter(|(_, text)| !text.trim().is_empty());
        let mut all: Vec<Value> =
            shown.map(|(name, text)| json!({ "label": self.say(&format!("term.{name}")), "text": paragraphs(text) })).collect();
        if let Some(from) = self.sheet.drawn.written_in {
            let mut text = vec![self.say(&format!("from.{from}")) + " " + &self.say("prevails")];
            text.extend(self.sheet.drawn.unread.then(|| self.say("unread")));
            all.push(json!({ "label": self.say("term.language"), "text": text }));
        }
        all
    }

    fn person(&self, sender: &Sender) -> Value {
        let name = if self.sheet.drawn.manager.is_empty() { &sender.name } else { &self.sheet.drawn.manager };
        let lines: Vec<&String> = [&sender.phone, &sender.email].into_iter().filter(|t| !t.is_empty()).collect();
        json!({ "name": name, "lines": lines, "shop": sender.name })
    }

    /// Who said yes to what, when and from where.
    fn certificate(&self) -> Value {
        let Some(accepted) = self.sheet.accepted else { return Value::Null };
        let row = |name: &str, value: String| json!({ "label": self.say(&format!("certificate.{name}")), "value": value });
        let at = accepted.at.to_local();
        let when = format!("{} {:02}:{:02}:{:02}", self.day(accepted.at), at.hour(), at.minute(), at.second());
        let mut rows = vec![row("name", accepted.name.clone())];
        if !accepted.role.is_empty() {
            rows.push(row("role", accepted.role.clone()));
        }
        let taken = accepted.evidence.how != How::Page;
        if taken {
            rows.push(row("how", self.voice.say(&format!("offers.how.{}", accepted.evidence.how.as_str()))));
            rows.push(row("taken_by", accepted.evidence.by.clone()));
            rows.push(row("note", accepted.evidence.note.clone()));
        }
        rows.extend([
            row("at", format!("{when} ({})", accepted.at.rfc3339())),
            row("address", accepted.address.clone()),
            row("agent", accepted.agent.clone()),
            row("version", format!("{} · {}", self.sheet.number, self.sheet.version)),
            row("sum", self.money(accepted.gross)),
            row("hash", accepted.hash.clone()),
        ]);
        rows.retain(|r| r["value"].as_str().is_some_and(|v| !v.is_empty()));
        json!({ "title": self.say("certificate.title"), "text": self.say(if taken { "certificate.text_taken" } else { "certificate.text" }), "rows": rows })
    }
}

/// Paragraphs stand between empty lines; a single line break is one.
fn paragraphs(text: &str) -> Vec<String> {
    text.replace('\r', "").split("\n\n").map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
}

fn amount(qty: Qty, unit: &str, voice: &Voice) -> String {
    let (key, n) = (format!("unit.{unit}"), voice.qty(qty));
    if unit.is_empty() {
        n
    } else if voice.has(&key) {
        voice.fill(&key, &[("n", n)]).replace(' ', "\u{a0}")
    } else {
        format!("{n}\u{a0}{unit}")
    }
}
