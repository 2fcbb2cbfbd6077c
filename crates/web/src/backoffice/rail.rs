//! The rail: eight places, shown only to those whom they open for.

use vitrina::kernel::{Fault, Right};

use super::{Desk, page::Place};

/// Key, address, and the right that opens it.
const PLACES: &[(&str, &str, Right)] = &[
    ("day", "/office", Right::TasksRead),
    ("inquiries", "/office/inquiries", Right::InquiriesRead),
    ("customers", "/office/customers", Right::CustomersRead),
    ("offers", "/office/offers", Right::OffersRead),
    ("orders", "/office/orders", Right::OrdersRead),
    ("cases", "/office/cases", Right::CasesRead),
    ("money", "/office/money", Right::PaymentsRead),
    ("products", "/office/products", Right::CatalogRead),
];
const MORE: &[(&str, &str, Right)] = &[
    ("letters", "/office/letters", Right::MailRead),
    ("contracts", "/office/contracts", Right::OffersRead),
    ("documents", "/office/documents", Right::DocumentsRead),
    ("statements", "/office/statements", Right::PaymentsRead),
    ("campaigns", "/office/campaigns", Right::PricesWrite),
    ("discounts", "/office/discounts", Right::PricesWrite),
    ("levels", "/office/levels", Right::PricesWrite),
    ("lists", "/office/price-lists", Right::PricesWrite),
    ("texts", "/office/texts", Right::TextsWrite),
    ("imports", "/office/imports", Right::ImportsRun),
    ("jobs", "/office/jobs", Right::JobsManage),
    ("settings", "/office/settings", Right::SettingsManage),
    ("tax", "/office/tax", Right::SettingsManage),
    ("channels", "/office/channels", Right::SettingsManage),
    ("keys", "/office/keys", Right::SettingsManage),
    ("pages", "/office/pages", Right::ContentWrite),
    ("users", "/office/users", Right::UsersManage),
];

/// The places for this person, with what waits there.
pub async fn places(desk: &Desk, here: &str) -> Result<(Vec<Place>, Vec<Place>), Fault> {
    let open = |list: &'static [(&'static str, &'static str, Right)]| -> Vec<Place> {
        let may = |right: &Right| desk.actor.may(*right).is_ok();
        list.iter()
            .filter(|(_, _, right)| may(right))
            .map(|(key, url, _)| Place { key, url, current: *key == here, count: None, late: false })
            .collect()
    };
    let mut places = open(PLACES);
    if !places.is_empty() && desk.part == super::desk::Part::Whole {
        let waiting = super::day::waiting(desk).await?;
        let cases = super::cases::waiting(desk).await?;
        for place in &mut places {
            (place.count, place.late) = match place.key {
                "day" => (Some(waiting.today).filter(|n| *n > 0), waiting.overdue > 0),
                "cases" => (Some(cases.unanswered).filter(|n| *n > 0), cases.overdue > 0),
                "inquiries" => (Some(waiting.inquiries).filter(|n| *n > 0), false),
                _ => (None, false),
            };
        }
    }
    Ok((places, open(MORE)))
}

/// The first place that opens for somebody.
pub fn first(actor: &vitrina::kernel::Actor) -> Option<&'static str> {
    PLACES.iter().chain(MORE).find(|(_, _, right)| actor.may(*right).is_ok()).map(|(_, url, _)| *url)
}
