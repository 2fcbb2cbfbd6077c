//! What can go wrong with prices.

use crate::kernel::{Currency, Faulty, Kind, Money};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("there is no price list {0}")]
    NoList(String),
    #[error("the code {0} is taken by another price list")]
    CodeTaken(String),
    #[error("a price may not be negative")]
    Negative,
    #[error("a price of {given} does not belong into a list of {list}")]
    Currency { list: Currency, given: Currency },
    #[error("{} is no reduction: the lowest price of the last 30 days was {}", amount.amount_text(), lowest.map_or("none".into(), |l| l.amount_text()))]
    NoReduction { amount: Money, lowest: Option<Money> },
    #[error("this change would leave a price of nothing")]
    LeavesNothing,
    #[error("prices changed since the preview")]
    PreviewStale,
    #[error("there is no such price level")]
    NoLevel,
    #[error("a price level needs a name of at most 80 letters")]
    LevelName,
    #[error("the code {0} is taken by another price level")]
    LevelTaken(String),
    #[error("{customers} customers have the level {name}: give them another first")]
    LevelInUse { name: String, customers: i64 },
    #[error("there is no such rule in force")]
    NoRule,
    #[error("there are no such goods")]
    NoGoods,
    #[error("a discount lies between 0 and 100 percent")]
    Percent,
    #[error("a percentage that stacks has a cap between itself and 100 percent")]
    Cap,
    #[error("a quantity is not negative")]
    FromQuantity,
    #[error("a price is of goods; groups of goods have discounts")]
    PriceOfGroup,
    #[error("it ends before it begins")]
    Ends,
    #[error("there is no such campaign")]
    NoCampaign,
    #[error("a campaign needs a name of at most 80 letters")]
    CampaignName,
    #[error("a campaign ends after it begins, and not in the past")]
    CampaignEnds,
    #[error("the campaign has begun")]
    CampaignBegan,
    #[error("the campaign does not run")]
    CampaignOver,
    #[error("the list {name} follows another one: its prices are set there")]
    Follows { name: String },
    #[error("a list follows one that itself follows none, and not itself")]
    FollowsItself,
    #[error("no exchange rate from {base} to {quote} is known")]
    NoExchange { base: Currency, quote: Currency },
    #[error("an exchange rate is a number above zero")]
    ExchangeRate,
    #[error("an exchange rate is between two currencies")]
    ExchangeSame,
    #[error("only a rate that is not in force yet can be taken back")]
    ExchangeInForce,
    #[error("the sum is too large")]
    TooLarge,
    #[error("a price list needs a name of at most 80 letters")]
    ListName,
    #[error("a price by hand needs a reason of at most 200 letters")]
    Reason,
    #[error("{} without VAT is the lowest price that may be given", floor.amount_text())]
    BelowFloor { floor: Money },
}

impl Faulty for Fault {
    fn kind(&self) -> Kind {
        match self {
            Self::NoList(_) | Self::NoLevel | Self::NoRule | Self::NoCampaign => Kind::NotFound,
            Self::CodeTaken(_) | Self::PreviewStale | Self::LevelTaken(_) | Self::LevelInUse { .. } => Kind::Conflict,
            Self::CampaignBegan | Self::CampaignOver => Kind::Conflict,
            Self::Follows { .. } | Self::ExchangeInForce => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoList(_) => "pricing.no_list",
            Self::CodeTaken(_) => "pricing.code_taken",
            Self::Negative => "pricing.negative",
            Self::Currency { .. } => "pricing.currency",
            Self::NoReduction { .. } => "pricing.no_reduction",
            Self::LeavesNothing => "pricing.leaves_nothing",
            Self::PreviewStale => "pricing.preview_stale",
            Self::NoLevel => "pricing.no_level",
            Self::LevelName => "pricing.level_name",
            Self::LevelTaken(_) => "pricing.level_taken",
            Self::LevelInUse { .. } => "pricing.level_in_use",
            Self::NoRule => "pricing.no_rule",
            Self::NoGoods => "pricing.no_goods",
            Self::Percent => "pricing.percent",
            Self::Cap => "pricing.cap",
            Self::FromQuantity => "pricing.from_quantity",
            Self::PriceOfGroup => "pricing.price_of_group",
            Self::Ends => "pricing.ends",
            Self::NoCampaign => "pricing.no_campaign",
            Self::CampaignName => "pricing.campaign_name",
            Self::CampaignEnds => "pricing.campaign_ends",
            Self::CampaignBegan => "pricing.campaign_began",
            Self::CampaignOver => "pricing.campaign_over",
            Self::Follows { .. } => "pricing.follows",
            Self::FollowsItself => "pricing.follows_itself",
            Self::NoExchange { .. } => "pricing.no_exchange",
            Self::ExchangeRate => "pricing.exchange_rate",
            Self::ExchangeSame => "pricing.exchange_same",
            Self::ExchangeInForce => "pricing.exchange_in_force",
            Self::TooLarge => "pricing.too_large",
            Self::ListName => "pricing.list_name",
            Self::Reason => "pricing.reason",
            Self::BelowFloor { .. } => "pricing.below_floor",
        }
    }
    fn field(&self) -> Option<String> {
        let field = match self {
            Self::NoList(_) | Self::PreviewStale | Self::NoLevel | Self::NoRule | Self::LevelInUse { .. } => return None,
            Self::NoCampaign | Self::CampaignBegan | Self::CampaignOver => return None,
            Self::Follows { .. } | Self::ExchangeInForce => return None,
            Self::FollowsItself | Self::NoExchange { .. } => "follows",
            Self::ExchangeRate => "rate",
            Self::ExchangeSame => "quote",
            Self::TooLarge => "amount",
            Self::LevelName | Self::LevelTaken(_) | Self::CampaignName | Self::ListName => "name",
            Self::CampaignEnds => "ends",
            Self::NoGoods => "goods",
            Self::Percent | Self::PriceOfGroup => "gives",
            Self::Cap => "cap",
            Self::FromQuantity => "from",
            Self::Ends => "valid_to",
            Self::CodeTaken(_) => "code",
            Self::Negative | Self::NoReduction { .. } | Self::BelowFloor { .. } => "amount",
            Self::Reason => "reason",
            Self::Currency { .. } => "currency",
            Self::LeavesNothing => "change",
        };
        Some(field.to_owned())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::LevelInUse { name, customers } => vec![("name", name.clone()), ("n", customers.to_string())],
            Self::NoList(code) | Self::CodeTaken(code) | Self::LevelTaken(code) => vec![("value", code.clone())],
            Self::Follows { name } => vec![("name", name.clone())],
            Self::BelowFloor { floor } => vec![("floor", floor.amount_text()), ("currency", floor.currency.to_string())],
            Self::NoExchange { base, quote } => vec![("base", base.to_string()), ("quote", quote.to_string())],
            Self::Currency { list, given } => vec![("list", list.to_string()), ("given", given.to_string())],
            Self::NoReduction { amount, lowest } => {
                vec![("amount", amount.amount_text()), ("lowest", lowest.map_or_else(String::new, |l| l.amount_text()))]
            }
            _ => Vec::new(),
        }
    }
}
