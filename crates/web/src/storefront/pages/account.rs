//! The customer's own pages.

use serde::Serialize;
use vitrina::kernel::{Moment, Money};

use super::frame::Frame;

/// `storefront/sign_in`: by a link in a letter, or by password.
#[derive(Clone, Debug, Serialize)]
pub struct SignInPage {
    pub page: Frame,
    pub email: String,
    /// The letter is on its way, said whether or not the address is known.
    pub sent: bool,
    /// The token of a link that was followed: entering takes one more click, so that a mail
    /// scanner does not use the link up.
    pub token: Option<String>,
}

/// `storefront/account`
#[derive(Clone, Debug, Serialize)]
pub struct AccountPage {
    pub page: Frame,
    pub name: String,
    pub email: String,
    pub orders: Vec<OrderRow>,
    /// What the customer declared.
    pub cases: Vec<super::case::CaseLink>,
    /// Older orders; empty when these are all.
    pub next_url: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct OrderRow {
    pub number: String,
    pub placed_at: Moment,
    pub state: String,
    pub total: Money,
    pub url: String,
    pub picture_hash: Option<String>,
    /// As on the order's own page.
    pub withdraw: String,
    pub complaint: String,
}

/// `storefront/account_details`
#[derive(Clone, Debug, Serialize)]
pub struct DetailsPage {
    pub page: Frame,
    pub form: DetailsForm,
    pub countries: Vec<super::catalogue::Choice>,
    pub has_password: bool,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct DetailsForm {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub street: String,
    pub city: String,
    pub post_code: String,
    pub country: String,
}
