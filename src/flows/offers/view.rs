//! Offers as they are looked at: by whoever writes them, and by whoever holds their link.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::send::low;
use crate::{
    flows::steps::{
        offer_words,
        offering::{self, Board},
    },
    kernel::{Actor, App, Fault, Money, OfferId, Qty, Rate, Right, UnitAmount},
    offers::{self, Acceptance, Choice, Drawn, Offer, Question, Sums, Version},
    pricing::Margin,
    sales::{Quote, Settled},
    tax,
};

/// A choice with its sums, as page and document show it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub choice: Choice,
    pub sums: Sums,
    /// With the delivery and by rate.
    pub settled: Settled,
    /// The rows that are taken, in the order of the settled lines.
    pub rows: Vec<Uuid>,
    /// Every row with its price, taken or not.
    pub prices: BTreeMap<Uuid, Price>,
}

/// A row's price, as the buyer reads it.
#[derive(Clone, Copy, Debug)]
pub struct Price {
    pub each: UnitAmount,
    pub qty: Qty,
    pub full: Money,
    /// What comes off the row alone.
    pub off: Money,
    pub total: Money,
    pub taken: bool,
}

pub(super) fn seen(drawn: &Drawn, choice: Choice, rates: &tax::Rates) -> Result<Option<Seen>, Fault> {
    match offering::settle(drawn, &choice, rates) {
        Ok(done) => {
            let rows = done.taken.iter().map(|t| t.item).collect();
            let price = |s: offering::Shown| {
                let (full, off, total) = (s.sum.full, s.sum.off, s.sum.total);
                Price { each: s.each, qty: s.qty, full, off, total, taken: s.taken }
            };
            let prices = offering::shown(drawn, &done, rates)?.into_iter().map(|(id, s)| (id, price(s))).collect();
            Ok(Some(Seen { choice, sums: done.sums, settled: done.settled, rows, prices }))
        }
        Err(fault) if fault.code == "offers.empty" => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// A row whose price nobody may send without approval.
#[derive(Clone, Debug)]
pub struct Low {
    pub item: Uuid,
    pub approved: bool,
}

/// An offer on its manager's desk.
pub struct Written {
    pub offer: Offer,
    /// As it reads at this moment to its manager; what was sent, once it is not written any more.
    pub drawn: Drawn,
    /// Nothing while nothing is offered.
    pub seen: Option<Seen>,
    pub ways: Vec<Quote>,
    pub low: Vec<Low>,
    /// What is left of all goods, for who may see it.
    pub margin: Option<Margin>,
    pub versions: Vec<Version>,
    /// Texts that wait for a person's word before the customer reads them.
    pub unread: usize,
    pub questions: Vec<Question>,
    pub acceptance: Option<Acceptance>,
}

/// An offer for whoever writes it.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`.
pub async fn written(app: &App, actor: &Actor, id: OfferId) -> Result<Written, Fault> {
    written_by(app, actor, id, Right::OffersRead).await
}

/// The same, for whoever may write or send it: they see what became of it.
///
/// # Faults
/// As [`written`].
pub async fn written_by(app: &App, actor: &Actor, id: OfferId, right: Right) -> Result<Written, Fault> {
    let scope = actor.scope(right)?;
    let db = app.reader();
    let offer = offers::offer(db, &scope, id).await?;
    let versions = offers::versions(db, id).await?;
    let own = offer.as_written();
    let board = Board::open(db, &own, app.now()).await?;
    let live = offer.state.is_written() || offer.version == 0;
    let drawn = match versions.first().filter(|_| !live) {
        Some(version) => version.original.as_ref().unwrap_or(&version.drawn).clone(),
        None => offering::draw(db, &own, &board).await?,
    };
    let acceptance = offers::acceptance(db, id).await?;
    let choice = acceptance.as_ref().map_or_else(|| drawn.offered(), |a| a.choice.clone());
    let seen = seen(&drawn, choice, board.tariffs.rates())?;
    let approvals = offers::approvals(db, id).await?;
    let is_approved = |item: Uuid, unit: i64| approvals.iter().any(|a| a.lowest.get(&item).is_some_and(|low| *low <= unit));
    let low = low(&app.settings(), &drawn)?;
    let low = low.into_iter().map(|l| Low { item: l.item, approved: is_approved(l.item, l.unit_micro) }).collect();
    let may_see = actor.may(Right::PricesWrite).is_ok();
    Ok(Written {
        ways: if live { board.ways(&own, &drawn)? } else { Vec::new() },
        margin: seen.as_ref().filter(|_| may_see).and_then(|seen| margin(&drawn, seen)),
        questions: offers::questions(db, id).await?,
        unread: if live { offer_words::unread(db, &offer).await? } else { 0 },
        offer,
        drawn,
        seen,
        low,
        versions,
        acceptance,
    })
}

/// What is left of the rows whose cost is known; nothing where none is.
fn margin(drawn: &Drawn, seen: &Seen) -> Option<Margin> {
    let (mut net, mut cost) = (Money::zero(drawn.currency), Money::zero(drawn.currency));
    for (item, line) in seen.rows.iter().zip(&seen.settled.lines) {
        let Some(each) = drawn.item(*item).and_then(|i| i.cost) else { continue };
        net = net.checked_add(line.total_net)?;
        cost = cost.checked_add(line.qty.times(each)?)?;
    }
    if cost.is_zero() {
        return None;
    }
    let left = net.checked_sub(cost)?;
    let rate = left.to_decimal().checked_div(net.to_decimal()).and_then(|share| {
        let micro = crate::kernel::round_half_away(share * rust_decimal::Decimal::from(1_000_000), 0);
        i64::try_from(micro.trunc()).ok().map(Rate)
    });
    Some(Margin { cost, left, rate })
}

/// An offer by its link.
pub struct Page {
    pub offer: Offer,
    pub version: Version,
    pub seen: Seen,
    pub questions: Vec<Question>,
    pub acceptance: Option<Acceptance>,
    /// What the newest version changed of the one before.
    pub changed: Vec<Difference>,
    /// It held until a moment that has passed, or was taken back.
    pub over: bool,
}

/// A difference between two versions, by the row's title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `added`, `removed`, `quantity`, `price`: the text `offers.changed.CODE`.
    pub code: &'static str,
    pub title: String,
}

/// The customer's page: the newest version, with their choice among what it leaves open.
///
/// # Faults
/// `offers.no_offer`.
pub async fn page(app: &App, token: &str, wish: Option<&Choice>) -> Result<Page, Fault> {
    let db = app.reader();
    let offer = offers::by_token(db, token).await?;
    let acceptance = offers::acceptance(db, offer.id).await?;
    let n = acceptance.as_ref().map_or(offer.version, |a| a.version);
    let version = offers::version(db, offer.id, n).await?;
    let choice = match (&acceptance, wish) {
        (Some(accepted), _) => accepted.choice.clone(),
        (None, Some(wish)) => version.drawn.fitted(wish),
        (None, None) => version.drawn.offered(),
    };
    let seen = seen(&version.drawn, choice, &tax::rates(db).await?)?;
    // Everything may be optional: then the page opens with what was offered.
    let seen = match seen {
        Some(seen) => seen,
        None => {
            let offered = version.drawn.offered();
            super::view::seen(&version.drawn, offered, &tax::rates(db).await?)?.ok_or(offers::Fault::Empty)?
        }
    };
    let changed = match n {
        2.. => differences(&offers::version(db, offer.id, n - 1).await?.drawn, &version.drawn),
        _ => Vec::new(),
    };
    let over = acceptance.is_none() && (!offer.state.is_open() || version.expires_at <= app.now());
    Ok(Page { questions: offers::questions(db, offer.id).await?, offer, version, seen, acceptance, changed, over })
}

/// The same with a choice that has to be one of what the version leaves open, to the letter.
///
/// # Faults
/// `offers.no_offer`; by field what is not offered: `form.choose`, `offers.quantity`, `offers.choose_one`.
pub async fn counted(app: &App, token: &str, choice: &Choice) -> Result<Page, Fault> {
    let found = page(app, token, Some(choice)).await?;
    if found.acceptance.is_none() {
        possible(&found.version.drawn, choice)?;
        offering::settle(&found.version.drawn, choice, &tax::rates(app.reader()).await?)?;
    }
    Ok(found)
}

/// Everything that a choice names is left open by the offer.
pub(super) fn possible(drawn: &Drawn, choice: &Choice) -> Result<(), Fault> {
    let free = |id: &Uuid| drawn.item(*id).is_some_and(|i| i.line.is_some() && (i.optional || !i.group.is_empty()));
    if let Some(n) = choice.picked.iter().position(|id| !free(id)) {
        return Err(Fault::invalid(format!("picked.{n}"), "form.choose"));
    }
    let ranged = |id: &Uuid| drawn.item(*id).is_some_and(|i| i.range.is_some());
    match choice
        .qty
        .iter()
        .find(|(id, qty)| !ranged(id) && drawn.item(**id).and_then(|i| i.line.as_ref()).is_none_or(|l| l.qty != **qty))
    {
        Some((item, _)) => Err(offers::Fault::Quantity { item: *item }.into()),
        None => Ok(()),
    }
}

fn differences(old: &Drawn, new: &Drawn) -> Vec<Difference> {
    let mut all = Vec::new();
    let mut say = |code, title: &str| all.push(Difference { code, title: title.to_owned() });
    for item in new.items().filter(|i| i.line.is_some()) {
        let Some(line) = &item.line else { continue };
        match old.item(item.id).and_then(|before| before.line.as_ref()) {
            None => say("added", &line.title),
            Some(before) if before.qty != line.qty => say("quantity", &line.title),
            Some(before) if (before.each(), old.item(item.id).map(|i| i.off)) != (line.each(), Some(item.off)) => {
                say("price", &line.title);
            }
            Some(_) => {}
        }
    }
    for item in old.items().filter(|i| i.line.is_some() && new.item(i.id).is_none_or(|n| n.line.is_none())) {
        say("removed", &item.title);
    }
    all
}
