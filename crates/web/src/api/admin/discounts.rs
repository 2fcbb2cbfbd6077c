//! Discounts and their codes.

use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, param::Path, payload::Json};
use vitrina::{
    flows,
    kernel::{DiscountId, Fault, Right},
    promotions::{self, Codes, Gives, NewDiscount},
};

use super::picked::Picked;
use crate::api::{
    dto::{self, Money, list},
    gate::Asked,
    problem::refused,
};

/// As many as the list holds: the newest.
const MOST: u32 = 200;

pub struct Discounts;

/// What a discount takes off; exactly what its kind needs.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct Takes {
    /// percent, amount, free_delivery, buy_get
    kind: String,
    /// Of percent: "10", "12.5".
    percent: Option<String>,
    /// Of amount.
    amount: Option<Money>,
    /// Of buy_get: so many are paid …
    buy: Option<i64>,
    /// … and so many are free.
    gets: Option<i64>,
}

#[derive(Debug, Object)]
pub struct Discount {
    id: String,
    name: String,
    gives: Takes,
    /// ISO 4217.
    currency: String,
    /// The goods that it is about are worth so much at least.
    minimum: Option<Money>,
    goods: Picked,
    valid_from: String,
    /// The first moment at which it does not hold any more.
    valid_to: Option<String>,
    /// Orders of one customer.
    per_customer: Option<i64>,
    stopped_at: Option<String>,
    /// Its code, or one of them.
    code: String,
    codes: i64,
    used: i64,
    /// Uses of all codes together; null without a limit.
    most: Option<i64>,
}

impl From<&promotions::Discount> for Discount {
    fn from(d: &promotions::Discount) -> Self {
        let none = |kind: &str| Takes { kind: kind.into(), percent: None, amount: None, buy: None, gets: None };
        let gives = match d.gives {
            Gives::Percent(rate) => Takes { percent: Some(dto::percent_text(rate)), ..none("percent") },
            Gives::Amount(minor) => {
                Takes { amount: Some(vitrina::kernel::Money::new(minor, d.currency).into()), ..none("amount") }
            }
            Gives::FreeDelivery => none("free_delivery"),
            Gives::BuyGet { buy, gets } => Takes { buy: Some(buy), gets: Some(gets), ..none("buy_get") },
        };
        Self {
            id: d.id.to_string(),
            name: d.name.clone(),
            gives,
            currency: d.currency.to_string(),
            minimum: d.minimum.map(Money::from),
            goods: Picked::from(&d.goods),
            valid_from: dto::at(d.valid_from),
            valid_to: d.valid_to.map(dto::at),
            per_customer: d.per_customer,
            stopped_at: d.stopped_at.map(dto::at),
            code: d.code.clone(),
            codes: d.codes,
            used: d.used,
            most: d.most,
        }
    }
}

list!(DiscountList of Discount);

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewDiscountBody {
    /// For the office.
    name: String,
    /// One code for everybody; a batch is made without it.
    code: Option<String>,
    /// Of one code: for so many orders; without a limit when it is left out.
    most: Option<i64>,
    /// So many different codes that nobody can guess, each for one order.
    batch: Option<u32>,
    /// What the codes of a batch begin with.
    #[oai(default)]
    prefix: String,
    gives: Takes,
    minimum: Option<Money>,
    #[oai(default)]
    goods: Picked,
    /// RFC 3339; from now on when it is left out.
    valid_from: Option<String>,
    /// The first moment at which it does not hold any more; without an end when it is left out.
    valid_to: Option<String>,
    /// Orders of one customer.
    per_customer: Option<i64>,
}

#[derive(ApiResponse)]
enum Made {
    /// It can be used.
    #[oai(status = 201)]
    Discount(Json<Discount>),
}

#[derive(ApiResponse)]
enum Ended {
    /// No code of it is taken any more.
    #[oai(status = 201)]
    Discount(Json<Discount>),
}

#[OpenApi]
impl Discounts {
    /// The newest two hundred discounts; scope prices:write
    #[oai(path = "/discounts", method = "get", operation_id = "discounts")]
    async fn list(&self, asked: Data<&Asked>) -> poem::Result<Json<DiscountList>> {
        let listed = async {
            asked.scope(Right::PricesWrite)?;
            promotions::list(asked.db()).await
        };
        let rows = listed.await.map_err(refused)?;
        Ok(Json(DiscountList::new(rows.iter().map(Discount::from).collect(), MOST, None)))
    }

    /// One discount with what was used of it; scope prices:write
    #[oai(path = "/discounts/:id", method = "get", operation_id = "discount")]
    async fn show(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<Discount>> {
        Ok(Json(shown(&asked, &id).await.map_err(refused)?))
    }

    /// Make a discount with its codes; scope prices:write
    #[oai(path = "/discounts", method = "post", operation_id = "addDiscount")]
    async fn add(&self, asked: Data<&Asked>, body: Json<NewDiscountBody>) -> poem::Result<Made> {
        let made = async {
            asked.scope(Right::PricesWrite)?;
            let id = flows::discounts::add(asked.site.app(), &asked.actor, &read(&asked, &body)?).await?;
            shown(&asked, &id.to_string()).await
        };
        Ok(Made::Discount(Json(made.await.map_err(refused)?)))
    }

    /// From now on no code of it is taken; scope prices:write
    #[oai(path = "/discounts/:id/ending", method = "post", operation_id = "endDiscount")]
    async fn end(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Ended> {
        let done = async {
            let discount: DiscountId = dto::id(&id)?;
            flows::discounts::stop(asked.site.app(), &asked.actor, discount).await?;
            shown(&asked, &id).await
        };
        Ok(Ended::Discount(Json(done.await.map_err(refused)?)))
    }
}

async fn shown(asked: &Asked, id: &str) -> Result<Discount, Fault> {
    asked.scope(Right::PricesWrite)?;
    let found = promotions::discount(asked.db(), dto::id(id)?).await?;
    Ok(Discount::from(&found))
}

fn read(asked: &Asked, body: &NewDiscountBody) -> Result<NewDiscount, Fault> {
    let currency = asked.channel.currency;
    let sum = |money: &Money, field: &str| match money.read(field)? {
        money if money.currency == currency => Ok(money.minor),
        _ => Err(Fault::invalid(field, "form.number")),
    };
    let missing = |name: &str| Fault::invalid(format!("gives.{name}"), "form.missing");
    let takes = &body.gives;
    let gives = match takes.kind.as_str() {
        "percent" => Gives::Percent(dto::percent(takes.percent.as_deref().ok_or_else(|| missing("percent"))?, "gives.percent")?),
        "amount" => Gives::Amount(sum(takes.amount.as_ref().ok_or_else(|| missing("amount"))?, "gives.amount")?),
        "free_delivery" => Gives::FreeDelivery,
        "buy_get" => {
            Gives::BuyGet { buy: takes.buy.ok_or_else(|| missing("buy"))?, gets: takes.gets.ok_or_else(|| missing("gets"))? }
        }
        _ => return Err(Fault::invalid("gives.kind", "form.choose")),
    };
    let codes = match (&body.code, body.batch) {
        (Some(code), None) => Codes::One { code: code.clone(), most: body.most },
        (None, Some(count)) => Codes::Batch { prefix: body.prefix.clone(), count: usize::try_from(count).unwrap_or(usize::MAX) },
        _ => return Err(Fault::invalid("code", "form.choose")),
    };
    Ok(NewDiscount {
        name: body.name.clone(),
        codes,
        gives,
        currency,
        minimum: body.minimum.as_ref().map(|m| sum(m, "minimum")).transpose()?,
        goods: body.goods.read()?,
        valid_from: dto::moment(body.valid_from.as_deref(), "valid_from")?,
        valid_to: dto::moment(body.valid_to.as_deref(), "valid_to")?,
        per_customer: body.per_customer,
    })
}
