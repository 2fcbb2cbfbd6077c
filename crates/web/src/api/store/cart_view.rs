//! Carts on the wire.

use poem_openapi::Object;
use vitrina::{
    sales::{self, CartLine, Change, CheckoutView, Quote},
    tax::Totals,
};

use super::goods_view::{Picture, Stock, Why};
use crate::api::dto::{self, Address, Money, TaxPart};

/// A line of a cart, priced at this moment.
#[derive(Debug, Object)]
pub struct Item {
    /// What PATCH and DELETE name: of plain goods their variant, of a configured line its own.
    pub id: String,
    pub variant: String,
    pub product: String,
    pub sku: String,
    pub title: String,
    /// Its option values, or what was chosen of a configurable product.
    pub variant_name: String,
    pub url: String,
    pub picture: Option<Picture>,
    /// A decimal: "2", "1.5".
    pub quantity: String,
    pub unit: String,
    pub unit_price: Money,
    /// What everybody pays for one, where the signed-in customer agreed on another price.
    pub list_price: Option<Money>,
    pub why: Option<Why>,
    pub total: Money,
    pub availability: Option<Stock>,
    /// dearer, cheaper or gone since it was put in.
    pub change: Option<String>,
    /// The unit price when it was put in, where it changed.
    pub was: Option<Money>,
}

impl From<&CartLine> for Item {
    fn from(l: &CartLine) -> Self {
        let (change, was) = match l.change {
            Some(Change::Dearer { was }) => (Some("dearer"), Some(was)),
            Some(Change::Cheaper { was }) => (Some("cheaper"), Some(was)),
            Some(Change::Gone) => (Some("gone"), None),
            None => (None, None),
        };
        Self {
            id: l.id.to_string(),
            variant: l.variant.to_string(),
            product: l.product.to_string(),
            sku: l.sku.clone(),
            title: l.title.clone(),
            variant_name: l.variant_name.clone(),
            url: l.url.clone(),
            picture: l.picture.as_ref().map(Picture::from),
            quantity: dto::qty_text(l.qty),
            unit: l.unit.clone(),
            unit_price: l.unit_price.into(),
            list_price: l.list.map(Money::from),
            why: l.why.as_ref().map(Why::from),
            total: l.total.into(),
            availability: l.availability.map(Stock::from),
            change: change.map(str::to_owned),
            was: was.map(Money::from),
        }
    }
}

/// Sums with the delivery chosen.
#[derive(Debug, Object)]
pub struct Sums {
    pub gross: Money,
    pub net: Money,
    pub tax: Money,
    pub taxes: Vec<TaxPart>,
}

impl From<&Totals> for Sums {
    fn from(t: &Totals) -> Self {
        let part = |r: &vitrina::tax::RateTotal| TaxPart {
            rate: dto::rate(r.rate),
            gross: r.gross.into(),
            net: r.net.into(),
            tax: r.vat.into(),
        };
        Self { gross: t.gross.into(), net: t.net.into(), tax: t.vat.into(), taxes: t.by_rate.iter().map(part).collect() }
    }
}

/// A way of delivery offered for this cart.
#[derive(Debug, Object)]
pub struct ShippingOption {
    pub id: String,
    pub code: String,
    /// pickup, parcel or van
    pub kind: String,
    pub name: String,
    pub note: String,
    pub gross: Money,
    pub tax_rate: String,
    pub free: bool,
    /// How much more makes it free.
    pub to_free: Option<Money>,
    /// Working days on the way.
    pub days_min: i64,
    pub days_max: i64,
    /// Whether street, city and postcode are needed.
    pub needs_address: bool,
}

impl From<&Quote> for ShippingOption {
    fn from(q: &Quote) -> Self {
        Self {
            id: q.method.to_string(),
            code: q.code.clone(),
            kind: q.kind.as_str().to_owned(),
            name: q.name.clone(),
            note: q.note.clone(),
            gross: q.gross.into(),
            tax_rate: dto::rate(q.rate),
            free: q.free,
            to_free: q.to_free.map(Money::from),
            days_min: q.days.0,
            days_max: q.days.1,
            needs_address: !q.is_pickup(),
        }
    }
}

#[derive(Debug, Object)]
pub struct ShippingOptions {
    pub data: Vec<ShippingOption>,
}

/// Who orders.
#[derive(Debug, Object)]
pub struct Contact {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub company: String,
    pub company_code: String,
    pub vat_code: String,
    pub note: String,
}

impl From<&sales::Contact> for Contact {
    fn from(c: &sales::Contact) -> Self {
        Self {
            name: c.name.clone(),
            email: c.email.clone(),
            phone: c.phone.clone(),
            company: c.company.clone(),
            company_code: c.company_code.clone(),
            vat_code: c.vat_code.clone(),
            note: c.note.clone(),
        }
    }
}

impl From<&sales::Address> for Address {
    fn from(a: &sales::Address) -> Self {
        Self { street: a.street.clone(), city: a.city.clone(), postcode: a.postcode.clone(), country: a.country.clone() }
    }
}

/// A cart and how far its checkout has come.
#[derive(Debug, Object)]
pub struct Cart {
    /// The secret that opens it; keep it out of logs.
    pub token: String,
    pub items: Vec<Item>,
    /// Gross, without delivery.
    pub goods: Money,
    /// Whole pieces, for a badge.
    pub pieces: i64,
    /// Whether every line can be ordered as it stands.
    pub ready: bool,
    pub contact: Option<Contact>,
    pub address: Option<Address>,
    pub delivery: Option<ShippingOption>,
    /// With delivery once it is chosen.
    pub totals: Option<Sums>,
    /// contact, delivery or review: what comes next
    pub step: String,
}

impl Cart {
    pub fn of(token: &str, view: &CheckoutView) -> Self {
        let cart = &view.cart;
        let step = match view.stage {
            sales::Stage::Contact => "contact",
            sales::Stage::Delivery => "delivery",
            sales::Stage::Review => "review",
        };
        Self {
            token: token.to_owned(),
            items: cart.lines.iter().map(Item::from).collect(),
            goods: cart.goods.into(),
            pieces: cart.pieces,
            ready: cart.ready,
            contact: cart.draft.contact.as_ref().map(Contact::from),
            address: cart.draft.address.as_ref().map(Address::from),
            delivery: view.delivery().map(ShippingOption::from),
            totals: view.totals.as_ref().map(Sums::from),
            step: step.to_owned(),
        }
    }
}
