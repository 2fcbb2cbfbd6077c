//! The way to an order for whoever lost its letters: by number and e-mail, and the link goes by letter.

use serde_json::json;

use crate::{
    access::{self, Limit},
    flows::steps::cases,
    kernel::{Actor, App, Fault, Locale, Right, journal},
    mail::{self, NewLetter},
    parties::Email,
};

#[derive(Clone, Debug)]
pub struct LinkWish {
    /// As it was typed.
    pub number: String,
    pub email: String,
    pub locale: Locale,
    /// Where the form came from.
    pub address: String,
}

/// Sends the order's link to its own address. The answer is the same whether an order fits or not.
///
/// # Faults
/// `parties.email_invalid`; `form.missing` at `order`; `access.too_many`.
pub async fn send_link(app: &App, wish: LinkWish) -> Result<(), Fault> {
    let email = wish.email.parse::<Email>()?;
    if wish.number.trim().is_empty() {
        return Err(crate::aftersales::Fault::Missing { field: "order" }.into());
    }
    let tx = app.begin(&Actor::Guest).await?;
    access::allow(&tx, "case.link", email.as_str(), Limit::LINK).await?;
    access::allow(&tx, "case.link.address", &wish.address, Limit::FORM).await?;
    let scope = Actor::System.scope(Right::OrdersRead)?;
    if let Some(order) = cases::by_number(&tx, &scope, &wish.number, email.as_str()).await? {
        let letter = NewLetter {
            template: "order_link",
            to: order.contact.email.clone(),
            to_name: order.contact.name.clone(),
            locale: wish.locale,
            party: Some(order.party),
            subject: Some(order.id.uuid()),
            data: json!({ "order": order.id }),
        };
        mail::queue(&tx, letter).await?;
        journal::note(&tx, "aftersales.link_sent", Some(order.id.uuid()), json!({})).await?;
    }
    tx.commit().await
}
