//! The market that a new shop opens with.

use crate::{
    channels::{self, Channel, NewChannel, TaxDisplay},
    kernel::{Currency, Fault, Locale, Tx},
    pricing::{self, Progressive},
    stock::{self, NewLocation},
};

/// Where a new shop is at home.
const HOME: &str = "LT";

/// The channel `default` with a price list and one stock location, made when the shop has none:
/// Lithuanian first, then English and German, euros with VAT.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn found(tx: &Tx) -> Result<Channel, Fault> {
    if let Some(first) = channels::all(tx).await?.into_iter().next() {
        return Ok(first);
    }
    let price_list = pricing::add_list(tx, "base", "Base prices", Currency::EUR).await?;
    pricing::set_progressive(tx, price_list, Progressive::of_country(HOME)).await?;
    let main = NewLocation { code: "main".into(), name: "Warehouse".into(), position: 0 };
    let location = stock::add_location(tx, main).await?;
    let channel = NewChannel {
        code: "default".into(),
        name: "Shop".into(),
        locales: vec![Locale::LT, Locale::EN, Locale::DE],
        currency: Currency::EUR,
        price_list,
        tax_display: TaxDisplay::Gross,
        country: HOME.into(),
        locations: vec![location],
        origins: Vec::new(),
    };
    channels::add(tx, channel).await
}
