//! An offer in its customer's language: source and translation side by side.

use serde_json::{Value, json};
use uuid::Uuid;
use vitrina::{
    flows::{
        self,
        offers::{Reviewed, Word},
    },
    kernel::{Fault, OfferId, Right},
    offers::texts::field,
    translation::{Mark, Segment, Translator},
};

use super::{
    desk::{Answer, Desk, Told},
    offers::PATH,
    texts::{cost, language, line},
};

fn own(id: OfferId) -> String {
    format!("{PATH}/{id}/texts")
}

pub async fn show(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    let found = flows::offers::texts(&desk.app, &desk.actor, id).await?;
    let offer = &found.offer;
    let mine = desk.scope(Right::OffersWrite).is_ok_and(|scope| scope.covers(offer.manager));
    let may_write = mine && (offer.state.is_written() || offer.state == vitrina::offers::State::Ready);
    let characters: usize = found.missing().map(|s| s.source.chars().count()).sum();
    let characters = i64::try_from(characters).unwrap_or(0);
    let alone = desk.app.try_port::<dyn Translator>().is_none_or(|t| t.name() == "none");
    // What is done steps aside until somebody wants to see it.
    let waits = found.all().any(|s| !s.is_done());
    let all = !waits || desk.query.has("all");
    let mut groups = groups(&desk, &found);
    if !all {
        for group in &mut groups {
            if let Some(lines) = group["segments"].as_array_mut() {
                lines.retain(|line| line["done"] != true);
            }
        }
        groups.retain(|group| group["segments"].as_array().is_some_and(|lines| !lines.is_empty()));
    }
    let context = json!({
        "offer": {
            "id": id, "title": offer.title, "url": format!("{PATH}/{id}"),
            "number": offer.number.clone().unwrap_or_else(|| desk.t("office.offer.draft_number")),
        },
        "url": own(id), "from": language(&desk, offer.written_in), "to": offer.locale, "language": language(&desk, offer.locale),
        "groups": groups, "all": all, "waits": waits, "translated": offer.is_translated(),
        "missing": found.missing().count(), "characters": characters, "cost": cost(&desk, characters), "alone": alone,
        "green": found.own.iter().filter(|s| s.is_green()).count() + green_goods(&desk, &found).len(),
        "open": found.all().filter(|s| !s.is_done()).count(), "of": found.all().count(),
        "may": { "write": may_write, "fill": may_write && desk.may(Right::TextsWrite) },
    });
    desk.show("offers", "offer_texts", context).await
}

/// The offer's own words, then those of each of its goods.
fn groups(desk: &Desk, found: &Reviewed) -> Vec<Value> {
    let mut n = 0;
    let mut lines = |segments: &[Segment]| -> Vec<Value> {
        segments
            .iter()
            .map(|s| {
                n += 1;
                line(desk, n, s)
            })
            .collect()
    };
    let mut own = lines(&found.own);
    for (line, segment) in own.iter_mut().zip(&found.own) {
        if let Some(label) = place(desk, found, segment) {
            line["label"] = label.into();
        }
    }
    let mut groups = vec![json!({ "title": desk.t("office.offer.texts_own"), "segments": own })];
    for (product, title, segments) in &found.goods {
        let record = crate::urls::with(&format!("/office/texts/{product}"), &[("to", found.offer.locale.as_str())]);
        let record = desk.may(Right::TextsWrite).then_some(record);
        groups.push(json!({ "title": title, "segments": lines(segments), "record": record }));
    }
    groups.retain(|group| group["segments"].as_array().is_some_and(|all| !all.is_empty()));
    groups
}

/// What a title is the title of, where it is not the offer's.
fn place(desk: &Desk, found: &Reviewed, segment: &Segment) -> Option<String> {
    if segment.field != field::TITLE || segment.entity == found.offer.id.uuid() {
        return None;
    }
    let section = found.offer.content.sections.iter().any(|s| s.id == segment.entity);
    Some(desk.t(if section { "office.offer.section_title" } else { "office.offer.free_title" }))
}

/// Goods whose texts wait and have nothing suspicious, for who may say so.
fn green_goods(desk: &Desk, found: &Reviewed) -> Vec<Uuid> {
    if !desk.may(Right::TextsWrite) {
        return Vec::new();
    }
    let green = found.goods.iter().filter(|(_, _, segments)| segments.iter().any(Segment::is_green));
    green.map(|(product, _, _)| product.uuid()).collect()
}

/// One text: accepted as it stands, written anew, taken from a suggestion, or kept.
pub async fn save(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    let (app, actor, form) = (&desk.app, &desk.actor, &desk.form);
    let entity: Uuid = form.get("entity").parse().map_err(|_| Fault::not_found("translation.no_source"))?;
    let mark = Mark { entity, field: form.get("field").to_owned() };
    let found = flows::offers::texts(app, actor, id).await?;
    let segment = found.all().find(|s| s.entity == entity && s.field == mark.field);
    let segment = segment.ok_or_else(|| Fault::not_found("translation.no_source"))?;
    let typed = if form.get("do") == "take" { form.get("suggestion") } else { form.get("text") }.replace("\r\n", "\n");
    let (word, said) = match form.get("do") {
        "keep" => (Word::Remember, "kept"),
        _ if segment.target.as_deref().map(str::trim) == Some(typed.trim()) => (Word::Approve, "approved"),
        _ => (Word::Edit(typed), "saved"),
    };
    let (seen, to) = (form.get("seen"), found.offer.locale);
    let is_own = found.own.iter().any(|s| s.entity == entity);
    match (is_own, &word) {
        (true, _) => flows::offers::review(app, actor, id, (&mark, &word, seen)).await?,
        // Goods are named once for all offers: the word goes to the catalogue.
        (false, Word::Remember) => flows::translations::remember(app, actor, &mark, to).await?,
        (false, Word::Approve) => flows::translations::approve(app, actor, &mark, to, seen).await?,
        (false, Word::Edit(text)) => flows::translations::edit(app, actor, &mark, to, text, seen).await?,
    }
    let n = form.get("n").parse().unwrap_or(0_usize);
    desk.done(&format!("{}#s{}", own(id), n + 1), &format!("office.flash.translation_{said}"))
}

/// Everything that waits and has nothing suspicious.
pub async fn green(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    let found = flows::offers::texts(&desk.app, &desk.actor, id).await?;
    let goods = green_goods(&desk, &found);
    let mut n = flows::offers::approve_green(&desk.app, &desk.actor, id).await?;
    if !goods.is_empty() {
        n += flows::translations::approve_green(&desk.app, &desk.actor, &goods, found.offer.locale).await?;
    }
    let args = vec![("n".into(), n.to_string())];
    desk.told(&own(id), Told { key: "office.flash.translation_green".into(), args, undo: None })
}

/// Translates what it lacks: what the shop knows, then by the provider.
pub async fn fill(desk: Desk) -> Answer {
    let id: OfferId = desk.param("id")?;
    let (mut done, mut left, mut trouble) = (0, 0, None);
    for wish in flows::offers::wishes(&desk.app, &desk.actor, id).await? {
        let outcome = flows::translations::fill(&desk.app, &desk.actor, wish).await?;
        done += outcome.found + outcome.translated;
        left += outcome.left + outcome.spoiled;
        trouble = trouble.or(outcome.trouble);
    }
    match trouble {
        // Nothing came of it: the reason is the answer.
        Some(fault) if done == 0 => Err(fault),
        _ => {
            let args = vec![("n".into(), done.to_string()), ("left".into(), left.to_string())];
            desk.told(&own(id), Told { key: "office.flash.translation_filled".into(), args, undo: None })
        }
    }
}
