//! After the sale: withdrawing from a contract, saying what is wrong, and the page that tells what became
//! of it. All of it works for guests and without JavaScript.

pub mod case;
pub mod complaint;
mod lines;
pub mod withdraw;

use poem::{Response, http::StatusCode};
use vitrina::{
    aftersales::{CaseRow, Kind},
    flows::{
        self,
        aftersales::{Received, Returnable},
    },
    kernel::{Fault, token},
    parties, sales,
    stage::Returns,
};

use super::{
    frame,
    pages::{CaseDonePage, CaseLink, OwnGoods, OwnOrder, WithdrawForm},
    visit::Visit,
};
use crate::{render, site::Site};

type Answer = Result<Response, Fault>;

/// So many of the latest orders are offered for choice.
const LATEST: usize = 10;

/// Drawn for a form: sent twice, it is one declaration.
fn key(site: &Site, visit: &Visit) -> String {
    visit.form.owned("key").unwrap_or_else(|| token::random(site.app().entropy()))
}

/// The latest orders of whoever has signed in, with what can be declared of them; `page` is the last part of
/// the address that a choice leads to.
async fn own_orders(site: &Site, visit: &Visit, page: &str) -> Result<Vec<OwnOrder>, Fault> {
    let Some(party) = visit.party() else { return Ok(Vec::new()) };
    let me = parties::myself(site.app().reader(), party).await?;
    let rows = sales::of_party(site.app().reader(), me.id).await?;
    let live = rows.into_iter().filter(|o| is_live(o.state));
    let mut orders = Vec::new();
    for row in live.take(LATEST) {
        let found = flows::aftersales::returnable(site.app(), &row.token).await?;
        orders.push(own_order(found, &visit.url(&format!("order/{}/{page}", row.token))));
    }
    Ok(orders)
}

fn own_order(found: Returnable, url: &str) -> OwnOrder {
    let goods = found.goods.into_iter().map(|g| OwnGoods {
        url: format!("{url}?line={}", g.line),
        title: lines::title(&g.title, &g.variant_name),
        picture_hash: g.picture_hash,
    });
    OwnOrder {
        goods: goods.collect(),
        number: found.number,
        placed_at: found.placed_at,
        url: url.to_owned(),
        until: found.period.until,
        over: found.period.over,
    }
}

/// The ways from an order: to withdraw from it while its period lasts, and to say what is wrong.
pub(super) async fn ways(
    site: &Site,
    visit: &Visit,
    (token, state): (&str, sales::State),
    returns: Returns,
) -> Result<(String, String), Fault> {
    if !is_live(state) {
        return Ok((String::new(), String::new()));
    }
    let way = |to: &str| visit.url(&format!("order/{token}/{to}"));
    let mut withdraw = String::new();
    if !matches!(returns, Returns::None | Returns::Business) {
        let period = flows::aftersales::returnable(site.app(), token).await?.period;
        withdraw = if period.over { withdraw } else { way("withdraw") };
    }
    Ok((withdraw, way("complaint")))
}

/// The same for the `nth` of a customer's orders. The period of the latest is looked up; of older ones the
/// order's own page knows it.
pub(super) async fn ways_of(site: &Site, visit: &Visit, order: &sales::OrderRow, nth: usize) -> Result<(String, String), Fault> {
    let returns = if nth < LATEST { Returns::All } else { Returns::None };
    ways(site, visit, (&order.token, order.state), returns).await
}

const fn is_live(state: sales::State) -> bool {
    !matches!(state, sales::State::Cancelled | sales::State::Abandoned)
}

/// The cases of an order or a customer, as links.
pub(super) fn links(visit: &Visit, rows: Vec<CaseRow>) -> Vec<CaseLink> {
    let link = |row: CaseRow| CaseLink {
        url: visit.url(&format!("case/{}", row.token)),
        withdrawal: row.kind == Kind::Withdrawal,
        state: row.state.as_str().into(),
        declared_at: row.declared_at,
        title: row.title.unwrap_or_default(),
        picture_hash: row.picture_hash,
        number: row.number,
    };
    rows.into_iter().map(link).collect()
}

/// What is to be said beside the number of a declaration.
#[derive(Clone, Copy, Default)]
struct Beside {
    over: bool,
    excepted: bool,
}

/// The answer to a declaration: its number and its time. It is the answer to the form itself, so that no
/// address has to carry what a guest may not be shown; loaded anew, the form's key makes it the same one.
async fn done(site: &Site, visit: &Visit, received: Received, (form, beside): (&WithdrawForm, Beside)) -> Answer {
    let withdrawal = visit.path.ends_with("withdraw");
    let key = if withdrawal { "cases.withdraw.done" } else { "cases.complaint.done" };
    let page = frame::private(site, visit, &site.stage().text(visit.locale, key, &[])).await?;
    let open = received.open;
    let now = site.app().now();
    let view = CaseDonePage {
        page,
        withdrawal,
        number: received.filed.as_ref().map(|f| f.number.clone()).unwrap_or_default(),
        declared_at: received.filed.as_ref().map_or(now, |f| f.declared_at),
        answer_by: received.filed.as_ref().map_or(now, |f| f.answer_by),
        email: form.email.clone(),
        url: received.filed.filter(|_| open).map(|f| visit.url(&format!("case/{}", f.token))).unwrap_or_default(),
        over: beside.over,
        excepted: beside.excepted,
    };
    Ok(render::html(StatusCode::OK, site.stage().render("storefront/case_done", visit.locale, &view)?, "no-store"))
}
