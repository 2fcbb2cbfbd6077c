//! Cart, checkout, order.

use serde::Serialize;
use vitrina::{
    kernel::{Moment, Money, Qty, UnitAmount},
    showcase::{Availability, Why},
    stage::{
        Returns,
        letters::{BankTransfer, MoneyView, OrderView, Sum},
    },
};

use super::{
    catalogue::{Choice, GuaranteeNotice},
    frame::Frame,
};

/// `storefront/cart`
#[derive(Clone, Debug, Serialize)]
pub struct CartPage {
    pub page: Frame,
    pub lines: Vec<CartLine>,
    pub sum: Sum,
    pub code: CodeBox,
    pub returns: Returns,
    /// Nothing keeps it from the checkout.
    pub ready: bool,
}

/// Where a discount code is typed, on every page that shows a sum before ordering.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CodeBox {
    /// The code in the cart.
    pub held: Option<String>,
    /// Why it takes nothing off at the moment; empty when it does.
    pub problem: String,
    /// What was typed and refused.
    pub typed: String,
    /// The page to come back to: empty for the cart.
    pub back: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct CartLine {
    /// The line's name in the form: `line.ID` is its quantity, `drop=ID` takes it out.
    pub id: String,
    pub title: String,
    pub variant: String,
    pub url: String,
    pub picture_hash: Option<String>,
    pub qty: Qty,
    /// Sold whole: steps of one.
    pub whole: bool,
    pub unit: String,
    pub unit_price: UnitAmount,
    /// Why it is the reader's own.
    pub why: Option<Why>,
    pub total: Money,
    pub availability: Availability,
    /// The text `cart.problem.CODE`; empty when there is none.
    pub problem: String,
    /// How many there are, when the problem is that there are fewer.
    pub most: Option<Qty>,
}

/// What stands beside every step: the goods in one column and the sum.
#[derive(Clone, Debug, Serialize)]
pub struct Receipt {
    pub lines: Vec<ReceiptLine>,
    pub sum: Sum,
    pub code: CodeBox,
    pub returns: Returns,
}

#[derive(Clone, Debug, Serialize)]
pub struct ReceiptLine {
    pub title: String,
    pub variant: String,
    pub picture_hash: Option<String>,
    pub qty: Qty,
    pub unit: String,
    pub unit_price: UnitAmount,
    /// Why it is the reader's own.
    pub why: Option<Why>,
    pub total: Money,
}

/// `storefront/checkout_contact`: who and where to.
#[derive(Clone, Debug, Serialize)]
pub struct CheckoutContactPage {
    pub page: Frame,
    pub form: ContactForm,
    pub countries: Vec<Choice>,
    pub receipt: Receipt,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct ContactForm {
    pub name: String,
    pub email: String,
    pub phone: String,
    /// A company buys: its fields are asked for.
    pub as_company: bool,
    pub company: String,
    pub company_code: String,
    pub vat_code: String,
    pub street: String,
    pub city: String,
    pub post_code: String,
    pub country: String,
    pub note: String,
}

/// `storefront/checkout_delivery`
#[derive(Clone, Debug, Serialize)]
pub struct CheckoutDeliveryPage {
    pub page: Frame,
    pub methods: Vec<DeliveryChoice>,
    /// "Ąžuolų g. 12-4, LT-08217 Vilnius"
    pub address: String,
    pub receipt: Receipt,
}

#[derive(Clone, Debug, Serialize)]
pub struct DeliveryChoice {
    pub id: String,
    pub name: String,
    pub text: String,
    pub price: Money,
    pub free: bool,
    pub days_min: i64,
    pub days_max: i64,
    pub pickup: bool,
    pub chosen: bool,
}

/// `storefront/checkout_payment`: the last look, and the button that binds.
#[derive(Clone, Debug, Serialize)]
pub struct CheckoutPaymentPage {
    pub page: Frame,
    pub payments: Vec<PaymentChoice>,
    pub contact: ContactForm,
    /// Lines of the address, or of the pick-up place.
    pub address: Vec<String>,
    pub pickup: bool,
    pub receipt: Receipt,
    pub guarantee: Option<GuaranteeNotice>,
    /// The form's own key: sent twice, it is one order.
    pub key: String,
    /// What the customer saw; a changed price is shown again before it binds.
    pub seen: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct PaymentChoice {
    /// The texts `payment.CODE.name` and `.text`.
    pub code: String,
    pub chosen: bool,
}

/// `storefront/checkout_done` right after placing, `storefront/order` ever after.
#[derive(Clone, Debug, Serialize)]
pub struct OrderPage {
    pub page: Frame,
    pub order: OrderView,
    pub bank: Option<BankTransfer>,
    pub money: MoneyView,
    /// The button that leads to the provider's page.
    pub pay: Option<PayByCard>,
    /// Why the provider's page did not open: `busy`, `failed`, or nothing.
    pub trouble: String,
    pub story: Vec<Chapter>,
    /// Invoices and the like.
    pub documents: Vec<DocumentLink>,
    /// Where the order is withdrawn from, while its period lasts; empty where there is none.
    pub withdraw: String,
    /// Where the customer says what is wrong; empty for an order that was never fulfilled.
    pub complaint: String,
    /// What was declared about it.
    pub cases: Vec<super::case::CaseLink>,
}

/// Paying at the provider's page.
#[derive(Clone, Debug, Serialize)]
pub struct PayByCard {
    pub url: String,
    /// The customer chose it: it stands before the transfer.
    pub first: bool,
}

/// A document of an order.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentLink {
    /// The text `paper.kind.CODE`.
    pub kind: String,
    pub number: String,
    pub issued_at: Moment,
    pub total: Money,
    /// `None` while it is being prepared.
    pub pdf: Option<String>,
    /// The e-invoice, where the document is one.
    pub xml: Option<String>,
}

/// `storefront/away`: on the way to the payment provider's page.
#[derive(Clone, Debug, Serialize)]
pub struct AwayPage {
    pub page: Frame,
    pub url: String,
}

/// One step of an order's story.
#[derive(Clone, Debug, Serialize)]
pub struct Chapter {
    /// The texts `order.story.CODE`.
    pub code: String,
    /// `None` for what is still to come.
    pub at: Option<Moment>,
    /// "Venipak V10437E0009812"; empty when there is nothing to add.
    pub detail: String,
    pub url: Option<String>,
}
