//! The frozen snapshot of a document: every window onto it (the PDF, the e-invoice, the office's
//! page) is made from this and from nothing else.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

use crate::kernel::{Currency, Locale, Money, Qty, Rate};

/// What a document is in law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Išankstinio mokėjimo sąskaita: asks for money, is no VAT document.
    PrepaymentInvoice,
    /// PVM sąskaita faktūra for money that came before the goods (386); the final invoice takes it off.
    AdvanceInvoice,
    /// PVM sąskaita faktūra; of a seller who pays no VAT, sąskaita faktūra.
    Invoice,
    /// Kreditinė PVM sąskaita faktūra: amounts stand as positive, the kind does the crediting.
    CreditNote,
    /// Kasos pajamų orderis.
    CashReceipt,
    /// Kasos išlaidų orderis.
    CashRefund,
    OrderConfirmation,
}

impl Kind {
    pub const ALL: &'static [Self] = &[
        Self::PrepaymentInvoice,
        Self::AdvanceInvoice,
        Self::Invoice,
        Self::CreditNote,
        Self::CashReceipt,
        Self::CashRefund,
        Self::OrderConfirmation,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PrepaymentInvoice => "prepayment_invoice",
            Self::AdvanceInvoice => "advance_invoice",
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
            Self::CashReceipt => "cash_receipt",
            Self::CashRefund => "cash_refund",
            Self::OrderConfirmation => "order_confirmation",
        }
    }

    /// A document of VAT law: it is corrected by a credit note and never taken back.
    pub const fn is_tax(self) -> bool {
        matches!(self, Self::AdvanceInvoice | Self::Invoice | Self::CreditNote)
    }
}

impl FromStr for Kind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|k| k.as_str() == text).ok_or("unknown kind of document")
    }
}

/// Seller or buyer, as on the day of issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Side {
    pub name: String,
    /// A person, not a business.
    pub person: bool,
    /// Įmonės kodas.
    pub code: String,
    /// With its country prefix; empty where there is none.
    pub vat_code: String,
    pub street: String,
    pub city: String,
    pub postcode: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub contact: String,
    pub phone: String,
    pub email: String,
}

/// A line as agreed. Its net and VAT come from the order's frozen line and are never computed
/// again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperLine {
    pub sku: String,
    pub title: String,
    /// Second row: variant, configuration.
    pub detail: String,
    pub qty: Qty,
    /// The shop's own word (`piece`, `m`, `kg`, …).
    pub unit: String,
    /// One unit without VAT, in millionths of the major unit, before the discount.
    pub unit_net_micro: i64,
    /// What the discount takes off the line, without VAT.
    pub discount_net: Money,
    /// After the discount.
    pub net: Money,
    pub gross: Money,
    pub rate: Rate,
    /// UNCL 5305: S, Z, E, AE, K, G, O.
    pub tax_code: String,
}

/// The VAT of one category and rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperTax {
    pub tax_code: String,
    pub rate: Rate,
    pub net: Money,
    pub vat: Money,
    /// Why there is no VAT, in the document's language; empty for S and Z.
    pub reason: String,
    /// `VATEX-EU-…`, where there is a code for it.
    pub reason_code: String,
}

/// How a transfer finds its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayBy {
    pub recipient: String,
    pub bank: String,
    /// Without spaces.
    pub iban: String,
    /// ISO 11649.
    pub reference: String,
    /// The payload of the EPC picture; empty outside its bounds.
    pub epc: String,
}

/// The document that this one corrects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub number: String,
    /// `2026-11-24`.
    pub issued_on: String,
    pub reason: String,
}

/// Money that came before. An advance that had a VAT invoice of its own is taken off as a line of
/// its rate (mode B1); one that had none is `Paper::prepaid`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advance {
    pub number: String,
    pub issued_on: String,
    pub net: Money,
    pub vat: Money,
    pub rate: Rate,
    pub tax_code: String,
}

/// What only a document of the till says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cash {
    /// Who gave or got the money.
    pub payer: String,
    /// What for: order or invoice with number.
    pub basis: String,
    pub sum: Money,
    /// In words, in the document's language.
    pub words: String,
    /// The number of the fiscal receipt, where there is one.
    pub fiscal_receipt: String,
    /// Who took or gave it.
    pub by: String,
}

/// One document. Dates are `2026-11-24`; sums are in `currency` and add up:
/// `gross = net + vat`, `due = gross − prepaid + rounding`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub kind: Kind,
    /// Series and number, as printed: `VIT-000123`.
    pub number: String,
    pub locale: Locale,
    pub currency: Currency,
    pub issued_on: String,
    /// By when `due` is to be paid.
    pub due_on: Option<String>,
    /// When the goods left, or the advance came, where it is another day than the issue.
    pub supplied_on: Option<String>,
    pub seller: Side,
    pub buyer: Side,
    /// Where the goods went.
    pub deliver_to: Option<Side>,
    /// The order's number.
    pub order: String,
    /// The buyer's own reference, where it gave one.
    pub buyer_reference: String,
    pub lines: Vec<PaperLine>,
    pub taxes: Vec<PaperTax>,
    pub net: Money,
    pub vat: Money,
    pub gross: Money,
    /// Received before without a VAT invoice of its own (mode A).
    pub prepaid: Money,
    /// Advances with VAT invoices of their own (mode B1); `net`, `vat` and `taxes` are after them.
    pub advances: Vec<Advance>,
    /// Cash rounding, positive or negative; it is no part of VAT.
    pub rounding: Money,
    pub due: Money,
    /// VAT in euro, where the document is in another currency.
    pub vat_eur: Option<Money>,
    pub corrects: Option<Correction>,
    pub pay: Option<PayBy>,
    /// The total in words, in the document's language; empty where it is not said.
    pub words: String,
    pub cash: Option<Cash>,
    /// Further remarks, a paragraph each.
    pub notes: Vec<String>,
    /// The seller pays no VAT: no VAT rows, and another title.
    pub untaxed: bool,
}
