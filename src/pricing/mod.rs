//! Pricing promises: every price that was ever in force stays written down, and a reduction that
//! is announced shows the lowest price of the 30 days before it began — computed once, when it
//! begins, and frozen while it runs.
//!
//! Prices are gross and belong to a price list; a list has one currency, and a channel has one
//! list. A price that merely falls is a silent change and announces nothing. Source of the rule:
//! Directive 98/6/EC art. 6a, Lithuanian Civil Code 6.353; CJEU of 26 September 2024 (the
//! percentage is taken from the reference price, not from the last one).
//!
//! A campaign changes prices at one moment and changes back at another exactly those that nobody
//! touched since. Of campaigns that run at once the lower price wins.
//!
//! A list may follow another one in another currency: whoever sets a price sets it there too, at the
//! exchange rate of the day.
//!
//! A customer with a level or an agreement pays what the one winning rule says and is told why;
//! never more than the list says. A percentage that was declared to comes off on top, up to its cap.

mod bulk;
mod campaign;
mod campaign_look;
mod campaign_turn;
mod cost;
mod exchange;
mod fault;
mod follow;
mod lately;
mod levels;
mod lists;
mod manual;
mod measure;
mod own;
mod picked;
mod reference;
mod rules;
mod set;
mod terms;
#[cfg(test)]
mod tests;
mod views;

pub use bulk::{Applied, BulkChange, Change, Preview, Proposal, Rounding, apply, preview, stamp_of};
pub use campaign::{
    Campaign, NewCampaign, Phase, campaign, campaign_of, campaigns, drop_campaign, due_campaigns, end_campaign, plan_campaign,
};
pub use campaign_look::{
    CampaignPreview, CampaignPrice, Effect, Offer, bases, campaign_counts, campaign_prices, preview_campaign,
};
pub use campaign_turn::{Turned, rebase, turn_campaign};
pub use cost::{Margin, costs, set_cost};
pub use exchange::{Exchange, ExchangeRate, drop_exchange, exchange, set_exchange};
pub use fault::Fault;
pub use follow::{catch_up, set_follows};
pub use lately::{Moved, moved};
pub use levels::{
    Level, add_level, currency_of, level, level_of, levels, remove_level, rename_level, set_currency, set_level, time_level,
};
pub use lists::{PriceList, Progressive, add_list, list, list_by_code, lists, rename_list, set_progressive};
pub use manual::{Below, ByHand, Floor, Manual};
pub use measure::{PerMeasure, per_measure};
pub use own::{Terms, shelves, terms};
pub use picked::Picked;
pub use reference::{InForce, lowest_before, percent_off};
pub use rules::{Holder, NewRule, RuleRow, agree, end_rule, erase, export, repoint, rules_of, sheet_of};
pub use set::{NewPrice, Outcome, Reduction, set_price, set_prices, withdraw};
pub use terms::{Beside, Considered, Gives, Goods, Ground, Public, Rule, Tier, What, Who, Why, consider, decide, tiers};
pub use views::{PastPrice, Price, history, list_sizes, prices_of, whole_list};
