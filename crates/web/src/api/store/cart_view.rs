//! Carts on the wire.

use poem_openapi::Object;
use vitrina::{
    kernel::Faulty,
    sales::{self, CartLine, Change, CheckoutView, Quote, Settled},
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
    /// Without VAT: what counts where `tax_display` is net.
    pub total_net: Money,
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
            total: l.line.as_ref().map_or(l.total, |line| line.total_gross).into(),
            total_net: l.line.as_ref().map_or(l.total, |line| line.total_net).into(),
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

impl From<&Settled> for Sums {
    fn from(settled: &Settled) -> Self {
        let t = &settled.totals;
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

/// The discount code of a cart.
#[derive(Debug, Object)]
pub struct CartDiscount {
    pub code: String,
    /// Off the goods, with VAT; zero while it does not hold and where the delivery is given.
    pub amount: Money,
    pub free_delivery: bool,
    /// Why it takes nothing off at the moment: the code of a problem, as `promotions.expired`.
    pub problem: Option<String>,
}

impl CartDiscount {
    fn of(cart: &sales::CartView) -> Option<Self> {
        let taken = cart.taken();
        let problem = cart.discount.as_ref().and_then(|d| d.as_ref().err());
        Some(Self {
            code: cart.code.clone()?,
            amount: taken.map_or(vitrina::kernel::Money::zero(cart.goods.currency), |t| t.total).into(),
            free_delivery: taken.is_some_and(|t| t.free_delivery),
            problem: problem.map(|fault| fault.code().to_owned()),
        })
    }
}

/// A cart and how far its checkout has come.
#[derive(Debug, Object)]
pub struct Cart {
    /// The secret that opens it; keep it out of logs.
    pub token: String,
    pub items: Vec<Item>,
    /// As this buyer reads prices (`tax_display`), without delivery, before the discount.
    pub goods: Money,
    pub discount: Option<CartDiscount>,
    /// Whole pieces, for a badge.
    pub pieces: i64,
    /// Whether every line can be ordered as it stands.
    pub ready: bool,
    pub contact: Option<Contact>,
    pub address: Option<Address>,
    pub delivery: Option<ShippingOption>,
    /// With delivery once it is chosen.
    pub totals: Option<Sums>,
    /// How this buyer's prices are agreed: gross (with VAT) or net.
    pub tax_display: String,
    /// domestic, destination, intra_eu, export or not_subject
    pub tax_treatment: String,
    /// contact, delivery or review: what comes next
    pub step: String,
}

impl Cart {
    pub fn of(token: &str, view: &CheckoutView) -> Self {
        let (cart, settled) = (&view.cart, view.settled.as_ref());
        let step = match view.stage {
            sales::Stage::Contact => "contact",
            sales::Stage::Delivery => "delivery",
            sales::Stage::Review => "review",
        };
        Self {
            token: token.to_owned(),
            items: cart.lines.iter().map(Item::from).collect(),
            goods: cart.shown.into(),
            discount: CartDiscount::of(cart),
            pieces: cart.pieces,
            ready: cart.ready,
            contact: cart.draft.contact.as_ref().map(Contact::from),
            address: cart.draft.address.as_ref().map(Address::from),
            delivery: view.delivery().map(ShippingOption::from),
            totals: settled.map(Sums::from),
            tax_display: settled.map_or("gross", |s| s.tax.as_str()).to_owned(),
            tax_treatment: settled.map_or("domestic", |s| s.treatment.as_str()).to_owned(),
            step: step.to_owned(),
        }
    }
}
