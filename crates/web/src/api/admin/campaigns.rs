//! Campaigns: prices for everybody that change for a time.

use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, param::Path, payload::Json};
use vitrina::{
    flows,
    kernel::{self, CampaignId, Fault, Rate, Right},
    pricing::{self, Change, NewCampaign, Reduction, Rounding},
};

use super::picked::Picked;
use crate::api::{
    dto::{self, Money, list},
    gate::Asked,
    problem::refused,
};

/// As many as the list holds: the newest.
const MOST: u32 = 100;

pub struct Campaigns;

#[derive(Debug, Object)]
pub struct Campaign {
    id: String,
    name: String,
    /// Id of the price list whose prices it changes.
    list: String,
    /// Off each price: "20"; null when it sets one price for all.
    percent: Option<String>,
    price: Option<Money>,
    /// How prices of a percentage end: exact, ninety, ninety_nine, whole …
    rounding: String,
    goods: Picked,
    /// Shown as a reduction, with the lowest price of the 30 days before.
    announced: bool,
    begins_at: String,
    /// The first moment at which it does not hold any more; null until somebody ends it.
    ends_at: Option<String>,
    /// planned, beginning, running, ending, ended
    phase: String,
}

impl From<&pricing::Campaign> for Campaign {
    fn from(c: &pricing::Campaign) -> Self {
        let (percent, price) = match c.change {
            Change::Percent(rate) => (Some(dto::percent_text(Rate(-rate.0))), None),
            Change::To(minor) | Change::Amount(minor) => (None, Some(kernel::Money::new(minor, c.currency).into())),
        };
        Self {
            id: c.id.to_string(),
            name: c.name.clone(),
            list: c.list.to_string(),
            percent,
            price,
            rounding: c.rounding.as_str().to_owned(),
            goods: Picked::from(&c.goods),
            announced: c.announced,
            begins_at: dto::at(c.begins_at),
            ends_at: c.ends_at.map(dto::at),
            phase: c.phase.as_str().to_owned(),
        }
    }
}

list!(CampaignList of Campaign);

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewCampaignBody {
    /// For the office; customers see prices.
    name: String,
    /// Id of a price list; the channel's own when it is left out.
    list: Option<String>,
    /// Off each price: "20". Either this or one price for all.
    percent: Option<String>,
    price: Option<Money>,
    /// How prices of a percentage end.
    rounding: Option<String>,
    #[oai(default)]
    goods: Picked,
    #[oai(default)]
    announced: bool,
    /// RFC 3339; at once when it is left out.
    begins_at: Option<String>,
    /// The first moment at which it does not hold any more; until it is ended when it is left out.
    ends_at: Option<String>,
}

#[derive(ApiResponse)]
enum Planned {
    /// It is planned; one that begins at once has begun.
    #[oai(status = 201)]
    Campaign(Json<Campaign>),
}

#[derive(ApiResponse)]
enum Ended {
    /// It is over; prices that nobody changed since are restored, of a large one by the worker.
    #[oai(status = 201)]
    Campaign(Json<Campaign>),
}

#[OpenApi]
impl Campaigns {
    /// The newest hundred campaigns; scope prices:write
    #[oai(path = "/campaigns", method = "get", operation_id = "campaigns")]
    async fn list(&self, asked: Data<&Asked>) -> poem::Result<Json<CampaignList>> {
        let listed = async {
            asked.scope(Right::PricesWrite)?;
            pricing::campaigns(asked.db()).await
        };
        let rows = listed.await.map_err(refused)?;
        Ok(Json(CampaignList::new(rows.iter().map(Campaign::from).collect(), MOST, None)))
    }

    /// One campaign; scope prices:write
    #[oai(path = "/campaigns/:id", method = "get", operation_id = "campaign")]
    async fn show(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<Campaign>> {
        let found = async {
            asked.scope(Right::PricesWrite)?;
            pricing::campaign(asked.db(), dto::id(&id)?).await
        };
        Ok(Json(Campaign::from(&found.await.map_err(refused)?)))
    }

    /// Plan a campaign, or begin one at once; scope prices:write
    #[oai(path = "/campaigns", method = "post", operation_id = "addCampaign")]
    async fn add(&self, asked: Data<&Asked>, body: Json<NewCampaignBody>) -> poem::Result<Planned> {
        let planned = async {
            asked.scope(Right::PricesWrite)?;
            flows::campaigns::save(asked.site.app(), &asked.actor, None, &read(&asked, &body).await?).await
        };
        Ok(Planned::Campaign(Json(Campaign::from(&planned.await.map_err(refused)?))))
    }

    /// End a campaign now; one that has not begun is forgotten with 404 from then on; scope prices:write
    #[oai(path = "/campaigns/:id/ending", method = "post", operation_id = "endCampaign")]
    async fn end(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Ended> {
        let done = async {
            asked.scope(Right::PricesWrite)?;
            let id: CampaignId = dto::id(&id)?;
            let (app, actor) = (asked.site.app(), &asked.actor);
            let known = pricing::campaign(asked.db(), id).await?;
            if known.phase == pricing::Phase::Planned {
                flows::campaigns::remove(app, actor, id).await?;
                return Ok(known);
            }
            flows::campaigns::end(app, actor, id).await
        };
        Ok(Ended::Campaign(Json(Campaign::from(&done.await.map_err(refused)?))))
    }
}

async fn read(asked: &Asked, body: &NewCampaignBody) -> Result<NewCampaign, Fault> {
    let list = dto::choice(body.list.as_deref(), "list")?.unwrap_or(asked.channel.price_list);
    let currency = pricing::list(asked.db(), list).await?.currency;
    let change = match (&body.percent, &body.price) {
        (Some(percent), None) => Change::Percent(Rate(-dto::percent(percent, "percent")?.0)),
        (None, Some(price)) => match price.read("price")? {
            price if price.currency == currency => Change::To(price.minor),
            _ => return Err(Fault::invalid("price", "pricing.currency")),
        },
        _ => return Err(Fault::invalid("percent", "form.choose")),
    };
    Ok(NewCampaign {
        name: body.name.clone(),
        list,
        goods: body.goods.read()?,
        change,
        rounding: dto::choice(body.rounding.as_deref(), "rounding")?.unwrap_or(Rounding::Cent),
        reduction: if body.announced { Reduction::Announced } else { Reduction::None },
        begins_at: dto::moment(body.begins_at.as_deref(), "begins_at")?,
        ends_at: dto::moment(body.ends_at.as_deref(), "ends_at")?,
    })
}
