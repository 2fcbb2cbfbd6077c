//! What narrows the lists of papers beside their words: period, amount in one currency, product.

use vitrina::{
    access, catalog, channels,
    kernel::{Amounts, App, Currency, Fault, Moment, Money, Role, TeamId, UserId},
    offers::{Loss, Share, State, Tally},
};

use super::{
    desk::Desk,
    list::{Asked, Sum},
    offers::loss,
    page::{Choice, Field},
};
use crate::forms::{self, Form};

/// A filter that cannot be read narrows nothing, and stands in its field as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    pub from: Option<Moment>,
    /// The beginning of the day after the last one.
    pub until: Option<Moment>,
    pub gross: Amounts,
    /// What sums may be in; the first is the shop's own.
    pub currencies: Vec<Currency>,
    pub skus: Option<Vec<String>>,
}

impl Narrow {
    /// # Faults
    /// Whatever the database says.
    pub async fn read(query: &Form, app: &App) -> Result<Self, Fault> {
        let skus = match query.opt("product") {
            Some(words) => Some(catalog::skus_by_words(app.reader(), words).await?),
            None => None,
        };
        let currencies = currencies(app).await?;
        Ok(Self {
            from: forms::day(query, "from").ok(),
            until: forms::end_of_day(query, "until").ok(),
            gross: forms::amounts(query, usual(&currencies)).unwrap_or_default(),
            currencies,
            skus,
        })
    }

    pub const fn is_on(&self) -> bool {
        self.from.is_some() || self.until.is_some() || self.gross.are_asked_for() || self.skus.is_some()
    }

    pub fn fields(&self, query: &Form) -> Vec<Field> {
        let field = |name: &str, label, kind| Field::new(name, label, kind, query.get(name));
        let mut fields = vec![
            field("product", "office.list.product", "search"),
            field("from", "office.list.from", "date"),
            field("until", "office.list.until", "date"),
            field("least", "office.list.least", "text").attr("inputmode", "decimal"),
            field("most", "office.list.most", "text").attr("inputmode", "decimal"),
        ];
        fields.extend(currency_field(&self.currencies, self.gross));
        fields
    }
}

/// Every currency that a channel shows prices in, the shop's own first.
///
/// # Faults
/// Whatever the database says.
pub async fn currencies(app: &App) -> Result<Vec<Currency>, Fault> {
    let mut all = Vec::new();
    for currency in channels::all(app.reader()).await?.iter().flat_map(channels::Channel::offered) {
        if !all.contains(&currency) {
            all.push(currency);
        }
    }
    Ok(all)
}

/// The one that is meant where none is named.
pub fn usual(currencies: &[Currency]) -> Currency {
    currencies.first().copied().unwrap_or(Currency::EUR)
}

/// Where there is more than one to choose from.
pub fn currency_field(currencies: &[Currency], gross: Amounts) -> Option<Field> {
    let mut choices = vec![Choice::new("", "–")];
    choices.extend(currencies.iter().map(|c| Choice::new(c.as_str(), c.as_str())));
    let value = gross.currency.map_or_else(String::new, |c| c.to_string());
    (currencies.len() > 1).then(|| Field::select("currency", "office.list.currency", value, choices))
}

/// The people of the team and of the role that were asked for.
///
/// # Faults
/// Whatever the database says.
pub async fn people(desk: &Desk) -> Result<Option<Vec<UserId>>, Fault> {
    let db = desk.app.reader();
    let team = match desk.query.get("team").parse::<TeamId>() {
        Ok(team) => Some(access::of_team(db, team).await?),
        Err(_) if desk.query.get("manager") == "team" => Some(desk.staff.team.clone()),
        Err(_) => None,
    };
    let role = match desk.query.get("role").parse::<Role>() {
        Ok(role) => Some(access::of_role(db, role).await?),
        Err(_) => None,
    };
    Ok(match (team, role) {
        (Some(team), Some(role)) => Some(team.into_iter().filter(|user| role.contains(user)).collect()),
        (team, role) => team.or(role),
    })
}

/// The further filters of the offers' list, and whether one of them is on.
pub async fn offers(desk: &Desk, narrow: &Narrow) -> Result<(Vec<Field>, bool), Fault> {
    let query = &desk.query;
    let any = |key: &str| Choice::new("", desk.t(key));
    let mut roles = vec![any("office.list.any_role")];
    roles.extend(Role::ALL.iter().map(|r| Choice::new(r.as_str(), desk.t(&format!("office.role.{}", r.as_str())))));
    let mut days = vec![any("office.list.any_time")];
    days.extend([3, 7, 14, 30].map(|n: i64| Choice::new(n.to_string(), desk.say("office.list.days", &[("n", n.to_string())]))));
    let mut fields = narrow.fields(query);
    fields.insert(1, Field::select("soon", "office.list.ends", query.get("soon"), days));
    fields.push(Field::select("role", "office.list.role", query.get("role"), roles));
    let teams = access::teams(desk.app.reader()).await?;
    if !teams.is_empty() {
        let mut choices = vec![any("office.list.any_team")];
        choices.extend(teams.into_iter().map(|t| Choice::new(t.id.to_string(), t.name)));
        fields.push(Field::select("team", "office.list.team", query.get("team"), choices));
    }
    let all = channels::all(desk.app.reader()).await?;
    if all.len() > 1 {
        let mut choices = vec![any("office.list.any_channel")];
        choices.extend(all.iter().map(|c| Choice::new(c.id.to_string(), c.name.clone())));
        fields.push(Field::select("channel", "office.list.channel", query.get("channel"), choices));
    }
    let on = narrow.is_on() || ["soon", "role", "team", "channel"].iter().any(|name| query.opt(name).is_some());
    Ok((fields, on))
}

/// What the filtered offers come to, and why those of them that were lost were lost.
pub fn sums(desk: &Desk, asked: &Asked<'_>, tally: &[Tally], losses: &[Loss], states: &[State]) -> Vec<Sum> {
    let mut all = vec![Sum { label: desk.t("office.list.in_all"), count: 0, money: Vec::new(), url: None }];
    for t in tally.iter().filter(|t| states.is_empty() || states.iter().any(|s| s.as_str() == t.state)) {
        add(&mut all[0], t.offers, t.gross);
    }
    let mut lost: Vec<(&str, Sum)> = Vec::new();
    for of in losses {
        if !lost.iter().any(|(reason, _)| *reason == of.reason) {
            let label = match of.reason.as_str() {
                "expired" => super::offers::state_text(desk, State::Expired),
                "withdrawn" => super::offers::state_text(desk, State::Withdrawn),
                reason => loss(desk, reason),
            };
            let state = match of.reason.as_str() {
                state @ ("expired" | "withdrawn") => state,
                _ => "declined",
            };
            let sum = Sum { label, count: 0, money: Vec::new(), url: Some(asked.with("state", state)) };
            lost.push((&of.reason, sum));
        }
        if let Some((_, sum)) = lost.iter_mut().find(|(reason, _)| *reason == of.reason) {
            add(sum, of.offers, of.gross);
        }
    }
    all.extend(lost.into_iter().map(|(_, sum)| sum));
    all
}

/// What the offers of each team come to, where there are teams and none was asked for.
///
/// # Faults
/// Whatever the database says.
pub async fn teams(desk: &Desk, asked: &Asked<'_>, shares: &[Share]) -> Result<Vec<Sum>, Fault> {
    if desk.query.opt("team").is_some() {
        return Ok(Vec::new());
    }
    let db = desk.app.reader();
    let mut all = Vec::new();
    for team in access::teams(db).await? {
        let people = access::of_team(db, team.id).await?;
        let url = Some(asked.with("team", &team.id.to_string()));
        let mut sum = Sum { label: team.name, count: 0, money: Vec::new(), url };
        for share in shares.iter().filter(|s| s.manager.is_some_and(|user| people.contains(&user))) {
            add(&mut sum, share.offers, share.gross);
        }
        all.push(sum);
    }
    Ok(all)
}

fn add(sum: &mut Sum, count: i64, gross: Money) {
    sum.count += count;
    match sum.money.iter_mut().find(|m| m.currency == gross.currency) {
        Some(money) => money.minor += gross.minor,
        None => sum.money.push(gross),
    }
}
