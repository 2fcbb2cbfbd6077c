//! What an offer's head says: title, texts, terms, discount, delivery, deposit, buyer.

use poem_openapi::{Object, types::MaybeUndefined};
use vitrina::{
    flows::offers::Change,
    kernel::{Fault, Money as Sum, Right},
    offers::{Deposit, Edit, Freight, Head, Off, Terms},
};

use super::{
    offer_lines::{held, said, write, zero},
    offer_view::{Buyer, OfferDetail, as_seen},
};
use crate::api::{
    dto::{self, Money},
    gate::Asked,
    offer_parts::{OfferDiscount, same_currency},
};

/// What is said about the offer as a whole; what is not named stays, null takes away.
#[derive(Object)]
#[oai(rename = "OfferHead", deny_unknown_fields)]
pub struct HeadBody {
    title: Option<String>,
    /// The customer's language: whatever comes from the catalogue follows it.
    locale: Option<String>,
    /// The language that it is written in; where the customer's is another one, its texts are translated.
    written_in: Option<String>,
    intro: Option<String>,
    closing: Option<String>,
    terms: Option<TermsBody>,
    discount: MaybeUndefined<OfferDiscount>,
    deposit: MaybeUndefined<OfferDiscount>,
    valid_days: MaybeUndefined<i64>,
    delivery: Option<DeliveryBody>,
    buyer: Option<Buyer>,
}

#[derive(Object)]
#[oai(rename = "OfferTermsBody", deny_unknown_fields)]
struct TermsBody {
    #[oai(default)]
    delivery: String,
    #[oai(default)]
    payment: String,
    #[oai(default)]
    validity: String,
}

#[derive(Object)]
#[oai(rename = "OfferDelivery", deny_unknown_fields)]
struct DeliveryBody {
    /// One of the offer's `ways`; the first that brings it where nothing is said.
    method: Option<String>,
    /// With VAT, instead of its tariff.
    price: Option<Money>,
}

/// Title, texts, terms, discount, delivery, deposit, buyer.
pub async fn change_head(asked: &Asked, id: &str, if_match: Option<&str>, body: HeadBody) -> Result<OfferDetail, Fault> {
    let offer = held(asked, id).await?;
    as_seen(asked, offer.id, (if_match, Right::OffersWrite)).await?;
    let (title, locale) = (body.title.clone(), dto::choice(body.locale.as_deref(), "locale")?);
    let written_in = dto::choice(body.written_in.as_deref(), "written_in")?;
    let head = head(body, zero(&offer))?;
    write(asked, offer.id, Change { title, locale, written_in, edits: vec![Edit::Head(Box::new(head))] }, None).await
}

fn head(body: HeadBody, zero: Sum) -> Result<Head, Fault> {
    let terms = |t: TermsBody| Terms { delivery: t.delivery, payment: t.payment, validity: t.validity };
    let freight = |d: DeliveryBody| -> Result<Freight, Fault> {
        let price = d.price.map(|price| same_currency(&price, "delivery.price", zero)).transpose()?;
        Ok(Freight { method: dto::choice(d.method.as_deref(), "delivery.method")?, price })
    };
    let deposit = |d: OfferDiscount| {
        Ok(match d.read("deposit", zero)? {
            Off::Percent(rate) => Deposit::Percent(rate),
            Off::Sum(minor) => Deposit::Sum(minor),
        })
    };
    Ok(Head {
        intro: body.intro,
        closing: body.closing,
        terms: body.terms.map(terms),
        off: said(body.discount, |d| d.read("discount", zero))?,
        freight: body.delivery.map(freight).transpose()?,
        deposit: said(body.deposit, deposit)?,
        cover: None,
        valid_days: said(body.valid_days, Ok)?,
        buyer: body.buyer.map(Into::into),
    })
}
