//! `vitrina price --sku X`: what somebody pays for goods, and why.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use vitrina::{
    channels::{self, Channel, TaxDisplay},
    flows::{self, terms::Explained},
    kernel::{Actor, App, Kind, Locale, Money, PartyId, Qty, Right},
    parties::{self, CustomerQuery},
    pricing::Why,
    stage::Stage,
};

use crate::{config::Config, wire};

#[derive(Debug, Args)]
pub struct Ask {
    /// The goods
    #[arg(long)]
    sku: String,
    /// How many; a decimal
    #[arg(long, default_value = "1")]
    qty: String,
    /// The customer: an id, or a name, e-mail address, telephone or company code that only one has
    #[arg(long, value_name = "WHO")]
    customer: Option<String>,
    /// A choice of a configurable product, as `width=1200`; may be repeated
    #[arg(long = "set", value_name = "PARAMETER=VALUE", value_parser = choice)]
    set: Vec<(String, String)>,
    /// Every rule that was weighed, the winner first
    #[arg(long)]
    explain: bool,
    /// The language of the sentence
    #[arg(long, default_value = "en")]
    locale: Locale,
    /// One JSON object, with everything
    #[arg(long)]
    json: bool,
}

/// # Errors
/// When there are no such goods, or not one such customer.
pub async fn run(config: &Config, ask: Ask) -> anyhow::Result<ExitCode> {
    let app = wire::open(config).await?;
    let told = told(&app, &ask).await;
    app.database().close().await;
    print!("{}", told?);
    Ok(ExitCode::SUCCESS)
}

async fn told(app: &App, ask: &Ask) -> anyhow::Result<String> {
    let qty = qty(&ask.qty).with_context(|| format!("{} is no quantity", ask.qty))?;
    let customer = match &ask.customer {
        Some(who) => Some(find(app, who).await?),
        None => None,
    };
    let chosen = ask.set.iter().cloned().collect();
    let channel: Channel = channels::all(app.reader()).await?.into_iter().next().context("the shop has no channel")?;
    let asked = flows::terms::explain(app, &Actor::System, (&channel, ask.locale), customer, (&ask.sku, qty, &chosen)).await;
    let found = match asked {
        Ok(found) => found,
        Err(fault) if fault.kind == Kind::Bug => return Err(fault.into()),
        Err(fault) => anyhow::bail!(app.port::<Stage>().text(ask.locale, &format!("fault.{}", fault.code), &fault.args)),
    };
    if ask.json {
        return Ok(format!("{}\n", serde_json::to_string(&found)?));
    }
    Ok(sentence(app, ask, &found))
}

fn choice(text: &str) -> Result<(String, String), String> {
    let (code, value) = text.split_once('=').ok_or_else(|| format!("{text} lacks its ="))?;
    Ok((code.trim().to_owned(), value.trim().to_owned()))
}

fn qty(text: &str) -> Option<Qty> {
    let exact: rust_decimal::Decimal = text.replace(',', ".").parse().ok()?;
    let milli = exact.checked_mul(rust_decimal::Decimal::ONE_THOUSAND)?;
    i64::try_from(milli).ok().filter(|m| *m > 0 && milli.is_integer()).map(Qty)
}

async fn find(app: &App, who: &str) -> anyhow::Result<PartyId> {
    if let Ok(id) = who.parse() {
        return Ok(id);
    }
    let filter = parties::CustomerFilter { search: Some(who.to_owned()), ..parties::CustomerFilter::default() };
    let query = CustomerQuery { filter, limit: 6, ..CustomerQuery::default() };
    let found = parties::list(app.reader(), &Actor::System.scope(Right::CustomersRead)?, &query).await?.rows;
    match found.as_slice() {
        [one] => Ok(one.id),
        [] => anyhow::bail!("no customer {who}"),
        some => {
            let names: Vec<String> = some.iter().map(|c| format!("  {}  {}", c.id, c.display)).collect();
            anyhow::bail!("{who} names several customers; say which by its id:\n{}", names.join("\n"))
        }
    }
}

fn sentence(app: &App, ask: &Ask, e: &Explained) -> String {
    let stage = app.port::<Stage>();
    let sum = |money: Money| format!("{} {}", money.amount_text(), money.currency);
    let mut out = format!("{} {}\n", e.sku, e.title);
    let qty = e.qty.to_decimal().normalize();
    out += &match e.tax {
        TaxDisplay::Gross => {
            format!("  {qty} × {} = {}   (net {}, VAT {})\n", sum(e.unit), sum(e.total), sum(e.net), sum(e.vat))
        }
        TaxDisplay::Net => {
            let each = rust_decimal::Decimal::new(e.each.micro, 6).normalize();
            let (net, vat, total) = (sum(e.net), sum(e.vat), sum(e.total));
            format!("  {qty} × {each} {} = {net} without VAT   (VAT {vat}, to pay {total})\n", e.each.currency)
        }
    };
    match &e.why {
        Some(why) => {
            let said = |why: &Why| {
                let key = format!("price.own.{}{}", why.ground.as_str(), if why.from.is_some() { "_from" } else { "" });
                let from = why.from.map_or_else(String::new, |from| from.to_decimal().normalize().to_string());
                let args = [("level", why.level.clone()), ("percent", why.percent.clone()), ("from", from)];
                stage.text(ask.locale, &key, &args)
            };
            let and = why.and.as_ref().map_or_else(String::new, |and| format!(" + {}", said(and)));
            out += &format!("  {}{and}; everybody pays {}\n", said(why), sum(e.public));
        }
        None if !e.chosen.is_empty() => out += &format!("  {}\n", e.chosen),
        None if e.reference.is_some() => out += &format!("  what everybody pays in the sale; before it {}\n", sum(e.regular)),
        None => out += "  what everybody pays\n",
    }
    if let Some(campaign) = &e.campaign {
        out += &format!("  everybody's price is made by the campaign {campaign}\n");
    }
    if ask.explain {
        if let Some(margin) = &e.margin {
            let rate = margin.rate.map_or_else(String::new, |r| {
                format!(" = {} %", (r.to_decimal() * rust_decimal::Decimal::ONE_HUNDRED).round_dp(1).normalize())
            });
            out += &format!("  cost {} each; {} left{rate}\n", sum(margin.cost), sum(margin.left));
        }
        for w in &e.weighed {
            let gives = w.off.map_or_else(
                || w.price.map_or_else(String::new, sum),
                |off| format!("-{} %", (off.to_decimal() * rust_decimal::Decimal::ONE_HUNDRED).normalize()),
            );
            let unit = w.unit.map_or_else(|| "another currency".to_owned(), sum);
            let mark = if w.won { "*" } else { " " };
            let gives = w.stacks.map_or(gives.clone(), |cap| {
                format!("{gives} on top, to -{} %", (cap.to_decimal() * rust_decimal::Decimal::ONE_HUNDRED).normalize())
            });
            let level = w.level.as_deref().map_or_else(String::new, |name| format!(" {name}"));
            out += &format!(
                "  {mark} {}{level} on {}: {gives} from {} -> {unit}\n",
                w.ground,
                w.about,
                w.from.to_decimal().normalize()
            );
        }
        if e.weighed.is_empty() {
            out += "    no rule is about these goods for this customer\n";
        }
    }
    out
}
