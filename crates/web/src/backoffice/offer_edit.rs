//! Writing an offer: each form of its page becomes edits of one flow.

use serde_json::json;
use vitrina::{
    flows::{self, offers::Change},
    kernel::{Currency, Fault, Money, OfferId, Qty, Rate, Right},
    offers::{
        self, Buyer, Deposit, Edit, Freight, Goods, Hand, Head, Item, Off, Offer, Patch, Place, Range, Section, Terms, What,
        Written,
    },
};

use super::{
    desk::{Answer, Desk, Part, Told, json_answer},
    offer,
    offers::PATH,
    orders::plain_qty,
};
use crate::{
    chooser,
    forms::{self, Slips},
};

async fn held(desk: &Desk) -> Result<Offer, Fault> {
    offers::offer(desk.app.reader(), &desk.scope(Right::OffersWrite)?, desk.param("id")?).await
}

async fn write(desk: &Desk, id: OfferId, change: Change) -> Result<(), Fault> {
    flows::offers::edit(&desk.app, &desk.actor, id, change).await
}

/// `10 %`, `25,00`, or nothing.
pub fn off(text: &str, field: &str) -> Result<Option<Off>, Fault> {
    let text = text.trim().trim_start_matches(['-', '−']);
    let wrong = || Fault::invalid(field, "form.number");
    if text.is_empty() {
        return Ok(None);
    }
    match text.strip_suffix('%') {
        Some(percent) => forms::decimal(percent, 4).map(|p| Some(Off::Percent(Rate(p)))).ok_or_else(wrong),
        None => forms::decimal(text, 2).map(|minor| Some(Off::Sum(minor))).ok_or_else(wrong),
    }
}

pub fn off_text(off: Option<Off>) -> String {
    match off {
        None => String::new(),
        Some(Off::Percent(rate)) => format!("{} %", plain_qty(Qty(rate.0 / 10))),
        Some(Off::Sum(minor)) => plain_minor(minor),
    }
}

pub fn plain_minor(minor: i64) -> String {
    format!("{},{:02}", minor / 100, minor % 100)
}

/// Quantities and discounts of all rows, and what the buttons beside them do.
pub async fn lines(desk: Desk) -> Answer {
    let offer = held(&desk).await?;
    let (mut slips, mut edits) = (Slips::default(), Vec::new());
    for item in offer.content.items() {
        let (qty, take) = (format!("qty.{}", item.id), format!("off.{}", item.id));
        let mut patch = Patch::default();
        if desk.form.has(&qty) {
            patch.qty = slips.take(forms::qty(&desk.form, &qty)).filter(|q| *q != item.qty);
        }
        if desk.form.has(&take) {
            patch.off = slips.take(off(desk.form.get(&take), &take)).filter(|o| *o != item.off);
        }
        if patch != Patch::default() {
            edits.push(Edit::Set(item.id, Box::new(patch)));
        }
    }
    for section in &offer.content.sections {
        let (title, take) = (format!("title.{}", section.id), format!("soff.{}", section.id));
        if desk.form.has(&title) {
            let off = slips.take(off(desk.form.get(&take), &take)).unwrap_or(section.off);
            let title = desk.form.get(&title).to_owned();
            if title != section.title || off != section.off {
                edits.push(Edit::SetSection { id: section.id, title, note: section.note.clone(), off });
            }
        }
    }
    slips.done()?;
    let acted = action(&desk);
    let removed = matches!(acted, Some(Edit::Remove(_)));
    edits.extend(acted);
    write(&desk, offer.id, Change { edits, ..Change::default() }).await?;
    let own = format!("{PATH}/{}", offer.id);
    if desk.part == Part::Saved {
        return saved(&desk, offer.id).await;
    }
    if removed {
        let undo = None;
        return desk.told(&format!("{own}#lines"), Told { key: "office.flash.offer_removed".into(), args: Vec::new(), undo });
    }
    desk.done(&format!("{own}#lines"), "office.flash.offer_saved")
}

/// `up:ID`, `down:ID`, `remove:ID`, `before:ID:OTHER`, `into:ID:SECTION`.
fn action(desk: &Desk) -> Option<Edit> {
    let mut words = desk.form.get("do").split(':');
    let (what, id) = (words.next()?, words.next()?.parse().ok()?);
    let other = words.next().and_then(|id| id.parse().ok());
    Some(match (what, other) {
        ("up", _) => Edit::Move(id, Place::Up),
        ("down", _) => Edit::Move(id, Place::Down),
        ("before", Some(other)) => Edit::Move(id, Place::Before(other)),
        ("into", Some(other)) => Edit::Move(id, Place::Into(other)),
        ("remove", _) => Edit::Remove(id),
        _ => return None,
    })
}

/// What changed on the page by saving: sums, in words.
async fn saved(desk: &Desk, id: OfferId) -> Answer {
    let now = flows::offers::written(&desk.app, &desk.actor, id).await?;
    let at = desk.app.now().to_local();
    let show = offer::sums_in_words(desk, &now);
    let said = json!({ "saved": format!("{:02}:{:02}", at.hour(), at.minute()), "show": show });
    Ok(json_answer(poem::http::StatusCode::OK, &said))
}

/// Goods from the picker, or pasted lines.
pub async fn add(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    let section = desk.form.get("section").parse().ok();
    let own = format!("{PATH}/{id}");
    let (items, lost) = match desk.form.opt("lines") {
        Some(text) => pasted(&desk, text).await?,
        None => (vec![picked(&desk)?], Vec::new()),
    };
    if !lost.is_empty() {
        return Err(Fault::invalid("lines", "office.unknown_skus").arg("skus", lost.join(", ")));
    }
    write(&desk, id, Change { edits: vec![Edit::Add(section, items)], ..Change::default() }).await?;
    let words = desk.form.get("q");
    let back = crate::urls::with(&own, &[("q", words)]);
    desk.done(&format!("{back}#add"), "office.flash.offer_added")
}

fn picked(desk: &Desk) -> Result<Item, Fault> {
    let wrong = || Fault::invalid("variant", "form.choose");
    let product = desk.form.get("product").parse().map_err(|_| wrong())?;
    let variant = desk.form.get("variant").parse().map_err(|_| wrong())?;
    let qty = forms::qty(&desk.form, "qty")?;
    let goods = Goods { product, variant, chosen: Default::default() };
    Ok(Item::new(uuid::Uuid::nil(), What::Goods(goods), qty))
}

async fn pasted(desk: &Desk, text: &str) -> Result<(Vec<Item>, Vec<String>), Fault> {
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()).take(500) {
        let mut words = line.split(|c: char| c.is_whitespace() || c == ';').filter(|w| !w.is_empty());
        let sku = words.next().unwrap_or_default().to_owned();
        let qty = words.next().map_or(Some(1000), |n| forms::decimal(n, 3)).map(Qty).filter(|q| *q > Qty::ZERO);
        lines.push((sku, qty.ok_or_else(|| Fault::invalid("lines", "form.number"))?));
    }
    let (found, lost) = flows::offers::find_lines(desk.app.reader(), &lines).await?;
    let item = |(goods, qty)| Item::new(uuid::Uuid::nil(), What::Goods(goods), qty);
    Ok((found.into_iter().map(item).collect(), lost))
}

/// A line in the manager's own words, a note between the goods, or a section.
pub async fn add_words(desk: Desk) -> Answer {
    let offer = held(&desk).await?;
    let form = &desk.form;
    let section = form.get("section").parse().ok();
    let item = |what, qty| Edit::Add(section, vec![Item::new(uuid::Uuid::nil(), what, qty)]);
    let edit = match form.get("kind") {
        "section" => Edit::AddSection(Section {
            id: uuid::Uuid::nil(),
            title: form.get("title").to_owned(),
            note: form.get("note").to_owned(),
            off: None,
            items: Vec::new(),
        }),
        "note" => item(What::Note { text: form.get("text").to_owned() }, Qty::ONE),
        _ => {
            let mut slips = Slips::default();
            let price = slips.take(forms::money(form, "price", offer.currency));
            let qty = slips.take(forms::qty(form, "qty"));
            slips.done()?;
            let written = Written {
                title: form.get("title").to_owned(),
                unit: form.opt("unit").unwrap_or("piece").to_owned(),
                price: price.unwrap_or(Money::zero(offer.currency)),
                vat_category: form.opt("vat").unwrap_or("standard").to_owned(),
            };
            item(What::Written(written), qty.unwrap_or(Qty::ONE))
        }
    };
    write(&desk, offer.id, Change { edits: vec![edit], ..Change::default() }).await?;
    desk.done(&format!("{PATH}/{}#add", offer.id), "office.flash.offer_added")
}

/// Everything about one row.
pub async fn row(desk: Desk) -> Answer {
    let offer = held(&desk).await?;
    let id = desk.form.get("row").parse().map_err(|_| Fault::not_found("offers.no_item"))?;
    let item = offer.content.item(id).ok_or_else(|| Fault::not_found("offers.no_item"))?;
    let (form, mut slips) = (&desk.form, Slips::default());
    let mut number = |name: &str| form.opt(name).and_then(|_| slips.take(forms::qty(form, name)));
    let (least, most) = (number("least"), number("most"));
    let qty = number("qty");
    let range = (least.is_some() || most.is_some()).then(|| {
        let qty = qty.unwrap_or(item.qty);
        Range { least: least.unwrap_or(qty), most: most.unwrap_or(qty) }
    });
    let off = slips.take(off(form.get("off"), "off"));
    let what = what(form, item, offer.currency, &mut slips);
    let hand = hand(form, item, offer.currency, &mut slips);
    slips.done()?;
    let patch = Patch {
        qty,
        off,
        range: Some(range),
        optional: Some(form.has("optional")),
        picked: Some(form.has("picked")),
        group: Some(form.get("group").to_owned()),
        note: Some(form.get("note").to_owned()),
        hand: hand.filter(|hand| *hand != item.hand),
        what,
    };
    let own = format!("{PATH}/{}", offer.id);
    write(&desk, offer.id, Change { edits: vec![Edit::Set(id, Box::new(patch))], ..Change::default() }).await?;
    desk.done(&format!("{own}#line-{id}"), "office.flash.offer_saved")
}

fn what(form: &forms::Form, item: &Item, currency: Currency, slips: &mut Slips) -> Option<What> {
    match &item.what {
        What::Goods(goods) if form.names().any(|n| n.starts_with("set.")) => {
            Some(What::Goods(Goods { chosen: chooser::input(form), ..goods.clone() }))
        }
        What::Goods(_) => None,
        What::Note { .. } => Some(What::Note { text: form.get("text").to_owned() }),
        What::Written(written) => Some(What::Written(Written {
            title: form.get("title").to_owned(),
            unit: form.opt("unit").unwrap_or(&written.unit).to_owned(),
            price: slips.take(forms::money(form, "price", currency)).unwrap_or(written.price),
            vat_category: form.opt("vat").unwrap_or(&written.vat_category).to_owned(),
        })),
    }
}

fn hand(form: &forms::Form, item: &Item, currency: Currency, slips: &mut Slips) -> Option<Option<Hand>> {
    if !form.has("hand") || !matches!(item.what, What::Goods(_)) {
        return None;
    }
    if form.opt("hand").is_none() {
        return Some(None);
    }
    let unit = slips.take(forms::money(form, "hand", currency))?;
    let reason = form.get("reason").to_owned();
    if reason.is_empty() {
        slips.add("reason", "form.empty");
    }
    Some(Some(Hand { unit, reason }))
}

/// Title, texts, terms, whom for.
pub async fn head(desk: Desk) -> Answer {
    let offer = held(&desk).await?;
    let (form, mut slips) = (&desk.form, Slips::default());
    let text = |name: &str| form.has(name).then(|| form.get(name).replace('\r', ""));
    let mut head = Head { intro: text("intro"), closing: text("closing"), ..Head::default() };
    if form.has("term_delivery") {
        let of = |name: &str| text(name).unwrap_or_default();
        head.terms = Some(Terms { delivery: of("term_delivery"), payment: of("term_payment"), validity: of("term_validity") });
    }
    if form.has("off") {
        head.off = slips.take(off(form.get("off"), "off"));
    }
    if form.has("deposit") {
        let deposit = slips.take(off(form.get("deposit"), "deposit")).flatten().map(|d| match d {
            Off::Percent(rate) => Deposit::Percent(rate),
            Off::Sum(minor) => Deposit::Sum(minor),
        });
        head.deposit = Some(deposit);
    }
    if form.has("valid_days") {
        let days =
            slips.take(forms::decimal(form.get("valid_days"), 0).ok_or_else(|| Fault::invalid("valid_days", "form.number")));
        head.valid_days = Some(days);
    }
    if form.has("method") {
        let price = form.opt("freight").and_then(|_| slips.take(forms::money(form, "freight", offer.currency)));
        head.freight = Some(Freight { method: form.get("method").parse().ok(), price });
    }
    if form.has("email") {
        head.buyer = Some(buyer(form, &offer.content.buyer));
    }
    slips.done()?;
    let change = Change {
        title: form.owned("title"),
        locale: form.get("locale").parse().ok(),
        written_in: form.get("written_in").parse().ok(),
        edits: vec![Edit::Head(Box::new(head))],
    };
    write(&desk, offer.id, change).await?;
    if desk.part == Part::Saved {
        return saved(&desk, offer.id).await;
    }
    desk.done(&format!("{PATH}/{}", offer.id), "office.flash.offer_saved")
}

fn buyer(form: &forms::Form, known: &Buyer) -> Buyer {
    let of = |name: &str, known: &str| if form.has(name) { form.get(name).to_owned() } else { known.to_owned() };
    Buyer {
        name: of("name", &known.name),
        email: of("email", &known.email),
        phone: of("phone", &known.phone),
        company: of("company", &known.company),
        company_code: of("company_code", &known.company_code),
        vat_code: of("vat_code", &known.vat_code),
        street: of("street", &known.street),
        city: of("city", &known.city),
        postcode: of("postcode", &known.postcode),
        country: of("country", &known.country),
    }
}
