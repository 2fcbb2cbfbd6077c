//! The e-invoice: the same document for the buyer's machine. UBL 2.1 as Peppol BIS Billing 3.0
//! where both sides can be reached on that network, as plain EN 16931 where not; CII for the
//! attachment of a Factur-X file. Both are written from one model, and only when it has passed
//! the rules of its standard.

mod model;
mod units;

use en16931::{En16931, Invoice, PeppolBis3, Profile, Severity, Validated, profiles, validation::profile::ProfileMarker};
use en16931_formats::Syntax;

use super::{Complaint, Kind, Paper, admissible};
use model::endpoint;
pub(super) use model::{amount, taxes, text, vat_code};

/// The name by which a PDF carries [`factur_x`] (`/AFRelationship /Alternative`; conformance level
/// `EN 16931`).
pub const FACTUR_X: &str = "factur-x.xml";

/// The code for why a category has no VAT; empty where there is none, or no one reason (an
/// exemption names its article). Its words are the text `documents.tax_reason.CATEGORY`.
pub fn vatex(tax_code: &str) -> &'static str {
    match tax_code {
        "AE" => "VATEX-EU-AE",
        "K" => "VATEX-EU-IC",
        "G" => "VATEX-EU-G",
        "O" => "VATEX-EU-O",
        _ => "",
    }
}

/// An invoice or credit note in UBL 2.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EInvoice {
    pub xml: String,
    /// Why it cannot travel over the Peppol network; empty: it is a Peppol BIS Billing 3.0
    /// document, else one of plain EN 16931.
    pub off_peppol: Vec<Complaint>,
}

/// The document in UBL 2.1.
///
/// # Errors
/// What [`admissible`] says; for another kind than an invoice or credit note, `documents.no_einvoice`.
pub fn ubl(paper: &Paper) -> Result<EInvoice, Vec<Complaint>> {
    let invoice = proven(paper)?;
    let off_peppol = off_peppol(paper, &invoice);
    let written = if off_peppol.is_empty() {
        en16931_formats::write(&proof::<PeppolBis3>(invoice)?, Syntax::Ubl)
    } else {
        en16931_formats::write(&plain(invoice)?, Syntax::Ubl)
    };
    Ok(EInvoice { xml: written.xml, off_peppol })
}

/// The document in CII, as the file [`FACTUR_X`] inside a PDF/A-3 (profile EN 16931).
///
/// # Errors
/// As [`ubl`].
pub fn factur_x(paper: &Paper) -> Result<String, Vec<Complaint>> {
    Ok(en16931_formats::write(&plain(proven(paper)?)?, Syntax::Cii).xml)
}

/// A document of VAT law: the others exist on paper only.
pub(super) const fn exists(kind: Kind) -> bool {
    kind.is_tax()
}

/// What the rules of EN 16931 say against a snapshot that adds up.
pub(super) fn against(paper: &Paper) -> Vec<Complaint> {
    match model::model(paper) {
        Some(invoice) => broken(&invoice, &profiles::EN16931),
        None => vec![Complaint::new("EN 16931", "documents.no_form", "")],
    }
}

fn proven(paper: &Paper) -> Result<Invoice, Vec<Complaint>> {
    if !exists(paper.kind) {
        return Err(vec![Complaint::new("BR-04", "documents.no_einvoice", "kind")]);
    }
    admissible(paper)?;
    model::model(paper).ok_or_else(|| against(paper))
}

/// A document for no network names no process of one.
fn plain(mut invoice: Invoice) -> Result<Validated<En16931>, Vec<Complaint>> {
    invoice.business_process = None;
    proof(invoice)
}

fn proof<P: ProfileMarker>(mut invoice: Invoice) -> Result<Validated<P>, Vec<Complaint>> {
    invoice.specification_id = Some(P::PROFILE.specification_id.to_owned());
    Validated::new(invoice).map_err(|refused| broken(refused.invoice(), P::PROFILE))
}

fn off_peppol(paper: &Paper, invoice: &Invoice) -> Vec<Complaint> {
    let sides = [(&paper.seller, "seller", "PEPPOL-EN16931-R020"), (&paper.buyer, "buyer", "PEPPOL-EN16931-R010")];
    let unreached = sides.into_iter().filter(|(side, ..)| endpoint(side).is_none());
    let mut why: Vec<Complaint> = unreached
        .map(|(side, at, rule)| Complaint::new(rule, "documents.no_endpoint", format!("{at}.code")).what(&side.name))
        .collect();
    if why.is_empty() {
        why = broken(invoice, &profiles::PEPPOL_BIS_3);
    }
    why
}

fn broken(invoice: &Invoice, profile: &Profile) -> Vec<Complaint> {
    let mut invoice = invoice.clone();
    invoice.specification_id = Some(profile.specification_id.to_owned());
    let report = profile.validate(&invoice);
    let fatal = report.findings().iter().filter(|f| f.severity == Severity::Fatal);
    fatal.map(|f| Complaint::new(&f.rule, "documents.rule", f.path.to_string()).what(&f.message)).collect()
}
