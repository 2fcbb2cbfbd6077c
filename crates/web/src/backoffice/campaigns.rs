//! Campaigns: prices that change for a time. One page plans, looks ahead, and shows what became
//! of every price.

use serde_json::{Value, json};
use vitrina::{
    channels, flows,
    kernel::{Fault, Money, Rate},
    pricing::{self, Campaign, Change, Effect, NewCampaign, Phase, Picked, Reduction, Rounding},
};

use super::{
    desk::{Answer, Desk, Told},
    goods,
    list::{Action, Asked, Cell, Empty, Row},
    page::Choice,
    prices::plain_money,
};
use crate::forms::{self, Slips};

const PATH: &str = "/office/campaigns";
/// Prices on one page.
const PAGE: usize = 100;

const fn tone(phase: Phase) -> &'static str {
    match phase {
        Phase::Planned => "soon",
        Phase::Beginning | Phase::Running => "good",
        Phase::Ending | Phase::Ended => "",
    }
}

pub async fn list(desk: Desk) -> Answer {
    let all = pricing::campaigns(desk.app.reader()).await?;
    let counts = pricing::campaign_counts(desk.app.reader(), &all.iter().map(|c| c.id).collect::<Vec<_>>()).await?;
    let asked = Asked::new(PATH, &desk.query, &[]);
    let new = format!("{PATH}/new");
    let empty = Empty::new("office.campaign.empty", "office.campaign.empty_text").first(&new, "office.campaign.new");
    let mut list = asked.list("office.place.campaigns", empty);
    list.actions = vec![Action { url: new, label: "office.campaign.new", main: true }];
    list.columns = vec![
        asked.column("office.campaign.name", "wide"),
        asked.column("office.campaign.phase", ""),
        asked.column("office.campaign.gives", "num"),
        asked.column("office.campaign.begins", "nowrap less"),
        asked.column("office.campaign.ends", "nowrap"),
        asked.column("office.campaign.prices", "num extra"),
    ];
    for c in all {
        let made = |effect: &str| counts.get(&(c.id, effect.to_owned())).copied().unwrap_or(0);
        let lowered = made("reduced") + made("plain") + made("not_reduced");
        let about = goods::words(&desk, &c.goods).await?;
        list.rows.push(Row::new(c.id, c.name.clone()).cells(vec![
            Cell::Open { url: format!("{PATH}/{}", c.id), text: c.name.clone(), sub: Some(about) },
            Cell::badge(desk.t(&format!("office.campaign.is.{}", c.phase.as_str())), tone(c.phase)),
            gives(&c),
            Cell::datetime(Some(c.begins_at)),
            c.ends_at.map_or_else(|| Cell::quiet(desk.t("office.campaign.open_end")), |at| Cell::datetime(Some(at))),
            if lowered > 0 { Cell::text(lowered.to_string()) } else { Cell::Empty },
        ]));
    }
    desk.show("campaigns", "list", json!({ "list": list })).await
}

fn gives(c: &Campaign) -> Cell {
    match c.change {
        Change::Percent(rate) => Cell::text(format!("−{} %", plain_percent(Rate(-rate.0)))),
        Change::To(minor) | Change::Amount(minor) => Cell::money(Some(Money::new(minor, c.currency))),
    }
}

/// `12,5` of 125 000 millionths, as it is typed.
pub fn plain_percent(rate: Rate) -> String {
    let (whole, part) = (rate.0 / 10_000, rate.0 % 10_000);
    if part == 0 { whole.to_string() } else { format!("{whole},{part:04}").trim_end_matches('0').to_owned() }
}

pub async fn form(desk: Desk) -> Answer {
    page(&desk, None, None).await
}

pub async fn create(desk: Desk) -> Answer {
    submit(&desk, None).await
}

pub async fn show(desk: Desk) -> Answer {
    let campaign = pricing::campaign(desk.app.reader(), desk.param("id")?).await?;
    page(&desk, Some(campaign), None).await
}

pub async fn save(desk: Desk) -> Answer {
    let campaign = pricing::campaign(desk.app.reader(), desk.param("id")?).await?;
    submit(&desk, Some(campaign)).await
}

pub async fn end(desk: Desk) -> Answer {
    let ended = flows::campaigns::end(&desk.app, &desk.actor, desk.param("id")?).await?;
    desk.done(&format!("{PATH}/{}", ended.id), "office.flash.campaign_ended")
}

pub async fn remove(desk: Desk) -> Answer {
    flows::campaigns::remove(&desk.app, &desk.actor, desk.param("id")?).await?;
    desk.done(PATH, "office.flash.campaign_removed")
}

/// Looks ahead or saves, whichever button was pressed.
async fn submit(desk: &Desk, known: Option<Campaign>) -> Answer {
    let new = wanted(desk).await?;
    if desk.form.get("do") != "save" {
        return page(desk, known, Some(new)).await;
    }
    let saved = flows::campaigns::save(&desk.app, &desk.actor, known.map(|c| c.id), &new).await?;
    let path = format!("{PATH}/{}", saved.id);
    let (key, undo) = match saved.phase {
        Phase::Planned => ("office.flash.campaign_planned", "remove"),
        _ => ("office.flash.campaign_began", "end"),
    };
    desk.told(&path, Told { key: key.into(), args: Vec::new(), undo: Some(format!("{path}/{undo}")) })
}

async fn wanted(desk: &Desk) -> Result<NewCampaign, Fault> {
    let channel = channels::by_code(desk.app.reader(), "default").await?;
    let mut slips = Slips::default();
    let wrong = || Fault::invalid("amount", "form.number");
    let change = match desk.form.get("how") {
        "to" => forms::money(&desk.form, "amount", channel.currency).map(|m| Change::To(m.minor)),
        _ => percent(desk.form.get("amount")).map(|rate| Change::Percent(Rate(-rate.0))).ok_or_else(wrong),
    };
    let change = slips.take(change);
    let goods = slips.take(goods::picked(desk).await);
    let mut moment = |name: &str| match desk.form.opt(name) {
        Some(_) => slips.take(forms::minute(&desk.form, name)),
        None => None,
    };
    let (begins_at, ends_at) = (moment("begins"), moment("ends"));
    slips.done()?;
    Ok(NewCampaign {
        name: desk.form.get("name").to_owned(),
        list: channel.price_list,
        goods: goods.unwrap_or_default(),
        change: change.unwrap_or(Change::To(0)),
        rounding: desk.form.get("ending").parse().unwrap_or(Rounding::Cent),
        reduction: if desk.form.get("announced") == "yes" { Reduction::Announced } else { Reduction::None },
        begins_at,
        ends_at,
    })
}

/// A percentage as people write it, in millionths of a whole: `12,5`, `12.5 %`.
pub fn percent(text: &str) -> Option<Rate> {
    forms::decimal(text.trim().trim_start_matches(['-', '−']).trim_end_matches('%').trim(), 4).map(Rate)
}

async fn page(desk: &Desk, known: Option<Campaign>, ahead: Option<NewCampaign>) -> Answer {
    let planned = known.as_ref().is_none_or(|c| c.phase == Phase::Planned);
    let (table, next) = match (&known, &ahead) {
        (_, Some(new)) => (preview(desk, new).await?, None),
        (Some(c), None) if !planned => made(desk, c).await?,
        (Some(c), None) => (preview(desk, &again(c, desk)).await?, None),
        _ => (Value::Null, None),
    };
    let context = json!({
        "campaign": match &known { Some(c) => head(desk, c).await?, None => Value::Null },
        "path": known.as_ref().map_or_else(|| PATH.to_owned(), |c| format!("{PATH}/{}", c.id)),
        "typed": if planned { typed(desk, known.as_ref()).await? } else { Value::Null },
        "ahead": ahead.is_some(), "table": table, "next": next,
    });
    desk.show("campaigns", "campaign", context).await
}

/// A planned campaign, looked at as if it began now.
fn again(c: &Campaign, desk: &Desk) -> NewCampaign {
    NewCampaign {
        name: c.name.clone(),
        list: c.list,
        goods: c.goods.clone(),
        change: c.change,
        rounding: c.rounding,
        reduction: c.reduction(),
        begins_at: Some(desk.app.now()),
        ends_at: None,
    }
}

async fn head(desk: &Desk, c: &Campaign) -> Result<Value, Fault> {
    let by = match c.actor.strip_prefix("staff:").and_then(|id| id.parse().ok()) {
        Some(id) => vitrina::access::names(desk.app.reader()).await?.remove(&id),
        None => None,
    };
    let (percent, price) = match c.change {
        Change::Percent(rate) => (Some(plain_percent(Rate(-rate.0))), None),
        Change::To(minor) | Change::Amount(minor) => (None, Some(Money::new(minor, c.currency))),
    };
    Ok(json!({
        "id": c.id, "name": c.name, "phase": c.phase, "tone": tone(c.phase), "announced": c.announced, "begins": c.begins_at,
        "ends": c.ends_at, "percent": percent, "price": price, "about": goods::words(desk, &c.goods).await?, "by": by,
        "may_end": matches!(c.phase, Phase::Beginning | Phase::Running), "may_remove": c.phase == Phase::Planned,
    }))
}

async fn typed(desk: &Desk, known: Option<&Campaign>) -> Result<Value, Fault> {
    let old = |name: &str, stored: String| if desk.form.has(name) { desk.form.get(name).to_owned() } else { stored };
    let (how, amount) = match known.map(|c| (c.change, c.currency)) {
        Some((Change::Percent(rate), _)) => ("percent", plain_percent(Rate(-rate.0))),
        Some((Change::To(minor) | Change::Amount(minor), currency)) => ("to", plain_money(Money::new(minor, currency))),
        None => ("percent", String::new()),
    };
    let choices = |names: &[&str]| -> Vec<Choice> {
        names.iter().map(|n| Choice::new(*n, desk.t(&format!("office.campaign.how.{n}")))).collect()
    };
    let endings = Rounding::ALL.iter().map(|r| Choice::new(r.as_str(), desk.t(&format!("office.reprice.{}", r.as_str()))));
    let none = Picked::default();
    Ok(json!({
        "name": old("name", known.map(|c| c.name.clone()).unwrap_or_default()),
        "hows": choices(&["percent", "to"]), "how": old("how", how.into()), "amount": old("amount", amount),
        "endings": endings.collect::<Vec<_>>(),
        "ending": old("ending", known.map_or("exact", |c| c.rounding.as_str()).into()),
        // A box that is not ticked says nothing: a form that came back is known by its name.
        "announced": if desk.form.has("name") { desk.form.get("announced") == "yes" } else { known.is_none_or(|c| c.announced) },
        "begins": old("begins", known.map(|c| forms::minute_text(c.begins_at)).unwrap_or_default()),
        "ends": old("ends", known.and_then(|c| c.ends_at).map(forms::minute_text).unwrap_or_default()),
        "goods": goods::form(desk, known.map_or(&none, |c| &c.goods)).await?,
    }))
}

async fn preview(desk: &Desk, new: &NewCampaign) -> Result<Value, Fault> {
    let seen = flows::campaigns::preview(&desk.app, &desk.actor, new).await?;
    let shown = &seen.offers[..seen.offers.len().min(PAGE)];
    let names = goods::titles(desk, &shown.iter().map(|o| o.variant).collect::<Vec<_>>()).await?;
    let rows = shown.iter().filter_map(|o| {
        let named = names.get(&o.variant)?;
        Some(json!({
            "sku": named.sku, "title": named.title, "url": format!("/office/products/{}/prices", named.product), "base": o.base,
            "after": o.after, "off": o.percent_off(), "effect": o.effect, "lowest": o.lowest, "tone": effect_tone(o.effect.as_str()),
        }))
    });
    let counts = Effect::ALL.iter().map(|e| (e.as_str(), seen.offers.iter().filter(|o| o.effect == *e).count()));
    Ok(json!({
        "rows": rows.collect::<Vec<_>>(), "count": seen.count, "made": seen.made, "counts": chips(desk, counts.map(|(e, n)| (e, n.to_string())), None),
        "first": i64::try_from(seen.offers.len()).unwrap_or(i64::MAX) < seen.count,
    }))
}

fn effect_tone(effect: &str) -> &'static str {
    match effect {
        "reduced" => "good",
        "not_reduced" => "soon",
        _ => "",
    }
}

/// How many of each kind; as links where they narrow a list.
fn chips<'a>(desk: &Desk, counts: impl Iterator<Item = (&'a str, String)>, path: Option<&str>) -> Vec<Value> {
    let now = desk.query.get("effect");
    let chip = |(effect, n): (&str, String)| {
        let on = path.is_some() && now == effect;
        let url = path.map(|p| crate::urls::with(p, &[("effect", if on { "" } else { effect })]));
        (n != "0").then(|| json!({ "label": desk.t(&format!("office.campaign.effect.{effect}")), "n": n, "url": url, "on": on }))
    };
    counts.filter_map(chip).collect()
}

async fn made(desk: &Desk, c: &Campaign) -> Result<(Value, Option<String>), Fault> {
    let db = desk.app.reader();
    let path = format!("{PATH}/{}", c.id);
    let effect = Effect::ALL.iter().copied().find(|e| e.as_str() == desk.query.get("effect"));
    let mut found = pricing::campaign_prices(db, c, effect, desk.query.get("after").parse().ok(), PAGE + 1).await?;
    let next = found.get(PAGE).is_some().then(|| found[PAGE - 1].variant.to_string());
    let next = next.map(|after| crate::urls::with(&path, &[("effect", desk.query.get("effect")), ("after", &after)]));
    found.truncate(PAGE);
    let names = goods::titles(desk, &found.iter().map(|p| p.variant).collect::<Vec<_>>()).await?;
    let rows = found.iter().filter_map(|p| {
        let named = names.get(&p.variant)?;
        let off = p.lowest.filter(|_| p.effect == "reduced").and_then(|lowest| pricing::percent_off(p.after, lowest));
        Some(json!({
            "sku": named.sku, "title": named.title, "url": format!("/office/products/{}/prices", named.product), "base": p.base,
            "after": p.after, "off": off, "effect": p.effect, "lowest": p.lowest, "tone": effect_tone(&p.effect), "changed": p.changed,
        }))
    });
    let rows: Vec<Value> = rows.collect();
    let counts = pricing::campaign_counts(db, &[c.id]).await?;
    let of = |e: &Effect| (e.as_str(), counts.get(&(c.id, e.as_str().to_owned())).copied().unwrap_or(0).to_string());
    let count: i64 = counts.values().sum();
    Ok((json!({ "rows": rows, "count": count, "counts": chips(desk, Effect::ALL.iter().map(of), Some(&path)) }), next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_typed_and_shown_alike() {
        for (text, micro, shown) in [("20", 200_000, "20"), ("-12,5 %", 125_000, "12,5"), ("0.05", 500, "0,05")] {
            assert_eq!(percent(text), Some(Rate(micro)));
            assert_eq!(plain_percent(Rate(micro)), shown);
        }
        assert_eq!(percent("daug"), None);
    }
}
