//! The office: the manager's side of the shop.
//!
//! Handlers extract, call one flow or read a view, and present. [`ROUTES`] is the whole office on
//! one page: a route cannot exist without saying which right it needs, and a form cannot exist
//! without saying which page shows it again when something is wrong with it.

mod archive;
mod campaigns;
mod case;
mod case_new;
mod case_report;
mod case_steps;
mod cases;
mod catalog;
mod channels;
mod configurator;
mod contract_templates;
mod contracts;
mod customers;
mod day;
mod desk;
mod discounts;
mod documents;
mod door;
mod find;
mod goods;
mod imports;
mod inquiries;
mod jobs;
mod keys;
mod law;
mod letters;
mod list;
mod login;
mod memory;
mod money;
mod narrow;
mod news;
mod offer;
mod offer_edit;
mod offer_order;
mod offer_texts;
mod offers;
mod orders;
mod page;
mod pages;
mod part;
mod pictures;
mod price_lists;
mod prices;
mod product;
mod rail;
mod recalls;
mod settings;
mod sheet;
mod statements;
mod teams;
mod terms;
mod texts;
mod undo;
mod users;

pub use desk::Desk;
pub use door::{Need, Route};

use door::{Files, open};
use poem::http::Method;
use vitrina::{
    kernel::{App, Right::*},
    stage::Stage,
};

/// The most that an uploaded picture may weigh.
const PICTURE: usize = 20 << 20;
/// The most that a photo of a case may weigh; what it is decides the flow.
const PHOTO: usize = 20 << 20;
/// The most that a sheet of prices may weigh.
const SHEET: usize = 4 << 20;
/// The most that a product file may weigh.
const PRODUCTS: usize = 512 << 20;
/// The most that a bank statement may weigh.
const STATEMENT: usize = vitrina::flows::statements::MOST;

/// The most that a file of texts may weigh.
const TEXTS: usize = vitrina::flows::translations::MOST;

macro_rules! routes {
    ($($method:ident $path:literal $need:expr => $run:path $(, again $again:path)? $(, files $files:expr)?$(, spooled $spooled:expr)?;)+) => {
        &[$(Route {
            method: Method::$method,
            path: $path,
            right: $need,
            run: |desk| Box::pin($run(desk)),
            again: routes!(@again $($again)?),
            files: routes!(@files $($files)? $(, $spooled)?),
        }),+]
    };
    (@again) => { None };
    (@again $again:path) => { Some(|desk| Box::pin($again(desk))) };
    (@files) => { Files::None };
    (@files $files:expr) => { Files::Memory($files) };
    (@files , $spooled:expr) => { Files::Spooled($spooled) };
}

use Need::{May, Nothing, SignedIn};

/// Every route of the office with the right that it needs.
pub const ROUTES: &[Route] = routes! {
    GET  "/office/login"                        Nothing => login::form;
    POST "/office/login"                        Nothing => login::enter, again login::form;
    POST "/office/logout"                       SignedIn => login::leave;
    POST "/office/look"                         SignedIn => login::look;
    GET  "/office/find"                         SignedIn => find::find;

    GET  "/office"                              May(TasksRead) => day::show;
    POST "/office/tasks/:id/done"               May(TasksWrite) => day::done, again day::show;
    POST "/office/tasks/:id/move"               May(TasksWrite) => day::snooze, again day::show;
    POST "/office/tasks/:id/undo"               May(TasksWrite) => day::undo, again day::show;

    GET  "/office/news"                         May(CatalogRead) => news::show;
    POST "/office/news/letter"                  SignedIn => news::letter;

    GET  "/office/customers"                    May(CustomersRead) => customers::list;
    GET  "/office/customers/new"                May(CustomersWrite) => customers::new;
    POST "/office/customers"                    May(CustomersWrite) => customers::create, again customers::new;
    GET  "/office/customers/:id"                May(CustomersRead) => customers::show;
    GET  "/office/customers/:id/edit"           May(CustomersWrite) => customers::edit;
    POST "/office/customers/:id/edit"           May(CustomersWrite) => customers::save, again customers::edit;
    POST "/office/customers/:id/notes"          May(CustomersWrite) => customers::note, again customers::show;
    POST "/office/customers/:id/manager"        May(CustomersWrite) => customers::hand_over, again customers::show;
    POST "/office/customers/:id/join"           May(CustomersWrite) => customers::join, again customers::show;
    GET  "/office/customers/:id/prices"         May(PricesWrite) => terms::customer;
    POST "/office/customers/:id/level"          May(PricesWrite) => terms::set_level, again terms::customer;
    POST "/office/customers/:id/currency"       May(PricesWrite) => terms::set_currency, again terms::customer;
    POST "/office/customers/:id/tax"            May(CustomersWrite) => law::set_standing, again terms::customer;
    POST "/office/customers/:id/tax/ask"        May(CustomersWrite) => law::ask_register, again terms::customer;
    POST "/office/customers/:id/rules"          May(PricesWrite) => terms::customer_rules, again terms::customer, files SHEET;
    POST "/office/customers/:id/rules/:other/end" May(PricesWrite) => terms::customer_end, again terms::customer;
    POST "/office/customers/:id/rules/export"  May(PricesWrite) => terms::customer_export, again terms::customer;

    GET  "/office/levels"                       May(PricesWrite) => terms::levels;
    POST "/office/levels"                       May(PricesWrite) => terms::create, again terms::levels;
    GET  "/office/levels/:id"                   May(PricesWrite) => terms::level;
    POST "/office/levels/:id"                   May(PricesWrite) => terms::change, again terms::level;
    POST "/office/levels/:id/remove"            May(PricesWrite) => terms::remove, again terms::level;
    POST "/office/levels/:id/rules"             May(PricesWrite) => terms::level_rules, again terms::level, files SHEET;
    POST "/office/levels/:id/rules/:other/end"  May(PricesWrite) => terms::level_end, again terms::level;
    POST "/office/levels/:id/export"           May(PricesWrite) => terms::level_export, again terms::level;

    GET  "/office/price-lists"                  May(PricesWrite) => price_lists::list;
    POST "/office/price-lists"                  May(PricesWrite) => price_lists::create, again price_lists::list;
    POST "/office/price-lists/rates"            May(PricesWrite) => price_lists::set_rate, again price_lists::list;
    POST "/office/price-lists/rates/drop"       May(PricesWrite) => price_lists::drop_rate, again price_lists::list;
    GET  "/office/price-lists/:id"              May(PricesWrite) => price_lists::show;
    POST "/office/price-lists/:id"              May(PricesWrite) => price_lists::change, again price_lists::show;
    POST "/office/price-lists/:id/prices"       May(PricesWrite) => price_lists::save, again price_lists::show;
    POST "/office/price-lists/:id/paste"        May(PricesWrite) => price_lists::paste, again price_lists::show, files SHEET;
    POST "/office/price-lists/:id/export"       May(PricesWrite) => price_lists::export, again price_lists::show;
    POST "/office/price-lists/:id/shown"        May(SettingsManage) => price_lists::shown, again price_lists::show;

    GET  "/office/campaigns"                    May(PricesWrite) => campaigns::list;
    GET  "/office/campaigns/new"                May(PricesWrite) => campaigns::form;
    POST "/office/campaigns"                    May(PricesWrite) => campaigns::create, again campaigns::form;
    GET  "/office/campaigns/:id"                May(PricesWrite) => campaigns::show;
    POST "/office/campaigns/:id"                May(PricesWrite) => campaigns::save, again campaigns::show;
    POST "/office/campaigns/:id/end"            May(PricesWrite) => campaigns::end, again campaigns::show;
    POST "/office/campaigns/:id/remove"         May(PricesWrite) => campaigns::remove, again campaigns::show;

    GET  "/office/discounts"                    May(PricesWrite) => discounts::list;
    GET  "/office/discounts/new"                May(PricesWrite) => discounts::form;
    POST "/office/discounts"                    May(PricesWrite) => discounts::create, again discounts::form;
    GET  "/office/discounts/:id"                May(PricesWrite) => discounts::show;
    GET  "/office/discounts/:id/edit"           May(PricesWrite) => discounts::edit;
    POST "/office/discounts/:id/edit"           May(PricesWrite) => discounts::change, again discounts::edit;
    POST "/office/discounts/:id/stop"           May(PricesWrite) => discounts::stop, again discounts::show;
    POST "/office/discounts/:id/codes"          May(PricesWrite) => discounts::codes, again discounts::show;

    GET  "/office/offers"                       May(OffersRead) => offers::list;
    GET  "/office/offers/new"                   May(OffersWrite) => offers::new;
    POST "/office/offers"                       May(OffersWrite) => offers::create, again offers::new;
    POST "/office/offers/templates/drop"        May(OffersWrite) => offers::forget, again offers::new;
    POST "/office/offers/:id/template"          May(OffersWrite) => offers::keep, again offer::show;
    GET  "/office/offers/:id"                   May(OffersRead) => offer::show;
    GET  "/office/offers/:id/pdf"               May(OffersRead) => offers::pdf;
    GET  "/office/offers/:id/look"              May(OffersRead) => offers::look;
    GET  "/office/offers/:id/texts"             May(OffersRead) => offer_texts::show;
    POST "/office/offers/:id/texts"             May(OffersWrite) => offer_texts::save, again offer_texts::show;
    POST "/office/offers/:id/texts/green"       May(OffersWrite) => offer_texts::green, again offer_texts::show;
    POST "/office/offers/:id/texts/fill"        May(OffersWrite) => offer_texts::fill, again offer_texts::show;
    POST "/office/offers/:id/lines"             May(OffersWrite) => offer_edit::lines, again offer::show;
    POST "/office/offers/:id/add"               May(OffersWrite) => offer_edit::add, again offer::show;
    POST "/office/offers/:id/words"             May(OffersWrite) => offer_edit::add_words, again offer::show;
    POST "/office/offers/:id/row"               May(OffersWrite) => offer_edit::row, again offer::show;
    POST "/office/offers/:id/head"              May(OffersWrite) => offer_edit::head, again offer::show;
    POST "/office/offers/:id/step"              May(OffersWrite) => offers::step, again offer::show;
    POST "/office/offers/:id/approve"           May(OffersApprove) => offers::approve, again offer::show;
    POST "/office/offers/:id/send"              May(OffersSend) => offers::send, again offer::show;
    GET  "/office/offers/:id/order"             May(OffersSend) => offer_order::form;
    POST "/office/offers/:id/order"             May(OffersSend) => offer_order::agree, again offer_order::form;
    POST "/office/offers/:id/answer"            May(OffersWrite) => offers::answer, again offer::show;

    GET  "/office/archive"                      May(ArchiveExport) => archive::form;
    POST "/office/archive"                      May(ArchiveExport) => archive::take_out, again archive::form;
    POST "/office/offers/:id/contract"          May(OffersWrite) => contracts::make, again offer::show;

    GET  "/office/contracts"                    May(OffersRead) => contracts::list;
    GET  "/office/contracts/:id"                May(OffersRead) => contracts::show;
    POST "/office/contracts/:id"                May(OffersWrite) => contracts::save, again contracts::show;
    POST "/office/contracts/:id/step"           May(OffersWrite) => contracts::step, again contracts::show;
    POST "/office/contracts/:id/send"           May(OffersSend) => contracts::send, again contracts::show;
    POST "/office/contracts/:id/answer"         May(OffersWrite) => contracts::answer, again contracts::show;
    GET  "/office/contracts/:id/pdf"            May(OffersRead) => contracts::pdf;
    GET  "/office/contract-templates"           May(SettingsManage) => contract_templates::list;
    GET  "/office/contract-templates/:id"       May(SettingsManage) => contract_templates::show;
    POST "/office/contract-templates/:id"       May(SettingsManage) => contract_templates::save, again contract_templates::show;
    POST "/office/contract-templates/:id/copy"  May(SettingsManage) => contract_templates::add, again contract_templates::show;
    POST "/office/contract-templates/:id/remove" May(SettingsManage) => contract_templates::remove, again contract_templates::show;

    GET  "/office/orders"                       May(OrdersRead) => orders::list;
    GET  "/office/orders/:id"                   May(OrdersRead) => orders::show;
    POST "/office/orders/:id/confirm"           May(OrdersWrite) => orders::confirm, again orders::show;
    POST "/office/orders/:id/ship"              May(OrdersWrite) => orders::ship, again orders::show;
    POST "/office/orders/:id/deliver"           May(OrdersWrite) => orders::deliver, again orders::show;
    POST "/office/orders/:id/cancel"            May(OrdersWrite) => orders::cancel, again orders::show;
    POST "/office/orders/:id/looked-at"         May(OrdersWrite) => money::looked_at, again orders::show;
    POST "/office/orders/:id/deposit"           May(OrdersWrite) => money::deposit, again orders::show;
    POST "/office/orders/:id/payments"          May(PaymentsWrite) => money::enter, again orders::show;
    POST "/office/orders/:id/payments/:other/undo" May(PaymentsWrite) => money::undo, again orders::show;
    POST "/office/orders/:id/payments/:other/refund" May(RefundsMake) => money::refund_of_order, again orders::show;

    GET  "/office/money"                        May(PaymentsRead) => money::show;
    GET  "/office/money/day"                    May(PaymentsRead) => money::day;
    POST "/office/money/:id/home"               May(PaymentsWrite) => money::home, again money::show;
    POST "/office/money/:id/aside"              May(PaymentsWrite) => money::set_aside, again money::show;
    POST "/office/money/:id/refund"             May(RefundsMake) => money::refund, again money::show;

    POST "/office/orders/:id/documents"         May(DocumentsIssue) => documents::issue, again orders::show;

    POST "/office/orders/:id/contract"          May(OffersWrite) => contracts::make_of_order, again orders::show;

    GET  "/office/documents"                    May(DocumentsRead) => documents::list;
    GET  "/office/documents/numbers"            May(SettingsManage) => documents::numbers;
    POST "/office/documents/numbers"            May(SettingsManage) => documents::go_on, again documents::numbers;
    GET  "/office/documents/:id"                May(DocumentsRead) => documents::show;
    GET  "/office/documents/:id/pdf"            May(DocumentsRead) => documents::pdf;
    GET  "/office/documents/:id/xml"            May(DocumentsRead) => documents::xml;
    POST "/office/documents/:id/credit"         May(DocumentsIssue) => documents::credit, again documents::show;
    POST "/office/documents/:id/annul"          May(DocumentsIssue) => documents::annul, again documents::show;
    POST "/office/documents/:id/send"           May(DocumentsIssue) => documents::send, again documents::show;

    GET  "/office/statements"                   May(PaymentsRead) => statements::list;
    GET  "/office/statements/new"               May(PaymentsWrite) => statements::form;
    POST "/office/statements"                   May(PaymentsWrite) => statements::create, again statements::form, spooled STATEMENT;
    GET  "/office/statements/:id"               May(PaymentsRead) => statements::show;
    GET  "/office/statements/:id/file"          May(PaymentsRead) => statements::file;
    POST "/office/statements/:id/:other/confirm" May(PaymentsWrite) => statements::confirm, again statements::show;
    POST "/office/statements/:id/:other/credit" May(PaymentsWrite) => statements::credit, again statements::show;
    POST "/office/statements/:id/:other/undo"   May(PaymentsWrite) => statements::undo, again statements::show;
    POST "/office/statements/:id/:other/leave"  May(PaymentsWrite) => statements::leave, again statements::show;
    POST "/office/statements/:id/:other/back"   May(PaymentsWrite) => statements::put_back, again statements::show;
    POST "/office/statements/:id/:other/book"   May(PaymentsWrite) => statements::book, again statements::show;

    GET  "/office/inquiries"                    May(InquiriesRead) => inquiries::list;
    GET  "/office/inquiries/:id"                May(InquiriesRead) => inquiries::show;
    POST "/office/inquiries/:id/answer"         May(InquiriesWrite) => inquiries::answer, again inquiries::show;
    POST "/office/inquiries/:id/plan"           May(InquiriesWrite) => inquiries::plan, again inquiries::show;
    POST "/office/inquiries/:id/close"          May(InquiriesWrite) => inquiries::close, again inquiries::show;

    GET  "/office/cases"                        May(CasesRead) => cases::list;
    POST "/office/cases"                        May(CasesWrite) => case_new::create, again case_new::form, files PHOTO;
    GET  "/office/cases/new"                    May(CasesWrite) => case_new::form;
    GET  "/office/cases/report"                 May(CasesRead) => case_report::show;
    GET  "/office/cases/:id"                    May(CasesRead) => case::show;
    GET  "/office/cases/:id/files/:other"       May(CasesRead) => cases::files;
    GET  "/office/cases/:id/papers/:other"      May(CasesRead) => cases::paper;
    GET  "/office/cases/:id/link"               May(CasesWrite) => case_new::link_form;
    POST "/office/cases/:id/link"               May(CasesWrite) => case_new::link, again case_new::link_form;
    POST "/office/cases/:id/messages"           May(CasesWrite) => case_steps::write, again case::show;
    POST "/office/cases/:id/decision"           May(CasesWrite) => case_steps::decide, again case::show;
    POST "/office/cases/:id/label"              May(CasesWrite) => case_steps::label, again case::show, files PHOTO;
    POST "/office/cases/:id/arrival"            May(CasesWrite) => case_steps::receive, again case::show;
    POST "/office/cases/:id/inspection"         May(CasesWrite) => case_steps::inspect, again case::show, files PHOTO;
    POST "/office/cases/:id/outcome"            May(CasesWrite) => case_steps::resolve, again case::show;
    POST "/office/cases/:id/replacement"        May(OrdersWrite) => case_steps::replace, again case::show;
    POST "/office/cases/:id/refund"             May(RefundsMake) => case_steps::refund, again case::show;
    POST "/office/cases/:id/close"              May(CasesWrite) => case_steps::close, again case::show;
    POST "/office/cases/:id/reopen"             May(CasesWrite) => case_steps::reopen, again case::show;

    GET  "/office/recalls"                      May(CasesRead) => recalls::list;
    GET  "/office/recalls/new"                  May(CasesWrite) => recalls::form;
    POST "/office/recalls"                      May(CasesWrite) => recalls::create, again recalls::form;
    GET  "/office/recalls/:id"                  May(CasesRead) => recalls::show;
    GET  "/office/recalls/:id/csv"              May(CasesRead) => recalls::csv;
    POST "/office/recalls/:id/drop"             May(CasesWrite) => recalls::remove, again recalls::show;

    GET  "/office/products"                     May(CatalogRead) => catalog::list;
    POST "/office/products/bulk"                May(CatalogWrite) => catalog::bulk, again catalog::list;
    POST "/office/undo/:id"                     May(CatalogWrite) => undo::take_back, again catalog::list;
    GET  "/office/products/reprice"             May(PricesWrite) => prices::reprice;
    POST "/office/products/reprice"             May(PricesWrite) => prices::reprice, again prices::reprice;
    GET  "/office/products/:id"                 May(CatalogRead) => product::texts;
    POST "/office/products/:id/texts"           May(CatalogWrite) => product::save_texts, again product::texts;
    POST "/office/products/:id/publish"         May(CatalogWrite) => product::publish, again product::texts;
    GET  "/office/products/:id/facts"           May(CatalogRead) => product::facts;
    POST "/office/products/:id/facts"           May(CatalogWrite) => product::save_facts, again product::facts;
    GET  "/office/products/:id/prices"          May(CatalogRead) => prices::show;
    POST "/office/products/:id/prices"          May(PricesWrite) => prices::save, again prices::show;
    GET  "/office/products/:id/configurator"    May(PricesWrite) => configurator::show;
    POST "/office/products/:id/configurator"    May(PricesWrite) => configurator::write, again configurator::show;
    POST "/office/products/:id/configurator/off" May(PricesWrite) => configurator::withdraw, again configurator::show;
    POST "/office/products/:id/configurator/:other/publish" May(PricesWrite) => configurator::publish, again configurator::show;
    GET  "/office/products/:id/stock"           May(CatalogRead) => prices::stock;
    POST "/office/products/:id/stock"           May(StockWrite) => prices::count, again prices::stock;
    GET  "/office/products/:id/pictures"        May(CatalogRead) => pictures::show;
    POST "/office/products/:id/pictures"        May(CatalogWrite) => pictures::add, again pictures::show, files PICTURE;
    POST "/office/products/:id/pictures/:other" May(CatalogWrite) => pictures::change, again pictures::show;

    GET  "/office/texts"                        May(TextsWrite) => texts::list;
    POST "/office/texts/run"                    May(TextsWrite) => texts::run, again texts::list;
    GET  "/office/texts/usage"                  May(TextsWrite) => texts::usage;
    GET  "/office/texts/files"                  May(TextsWrite) => memory::files;
    POST "/office/texts/files"                  May(TextsWrite) => memory::bring, again memory::files, spooled TEXTS;
    POST "/office/texts/files/out"              May(TextsWrite) => memory::take_out, again memory::files;
    GET  "/office/texts/:id"                    May(TextsWrite) => texts::show;
    POST "/office/texts/:id"                    May(TextsWrite) => texts::save, again texts::show;
    POST "/office/texts/:id/green"              May(TextsWrite) => texts::green, again texts::show;
    POST "/office/texts/:id/fill"               May(TextsWrite) => texts::fill, again texts::show;
    GET  "/office/memory"                       May(TextsWrite) => memory::list;
    GET  "/office/memory/new"                   May(TextsWrite) => memory::form;
    POST "/office/memory"                       May(TextsWrite) => memory::create, again memory::form;
    GET  "/office/memory/:id"                   May(TextsWrite) => memory::show;
    POST "/office/memory/:id"                   May(TextsWrite) => memory::change, again memory::show;
    POST "/office/memory/:id/forget"            May(TextsWrite) => memory::forget, again memory::show;
    GET  "/office/glossary"                     May(TextsWrite) => memory::glossary;
    GET  "/office/glossary/new"                 May(TextsWrite) => memory::term_form;
    POST "/office/glossary"                     May(TextsWrite) => memory::put, again memory::term_form;
    GET  "/office/glossary/:id"                 May(TextsWrite) => memory::term;
    POST "/office/glossary/:id"                 May(TextsWrite) => memory::change_term, again memory::term;
    POST "/office/glossary/:id/drop"            May(TextsWrite) => memory::drop_term, again memory::term;

    GET  "/office/imports"                      May(ImportsRun) => imports::list;
    GET  "/office/imports/new"                  May(ImportsRun) => imports::form;
    POST "/office/imports"                      May(ImportsRun) => imports::create, again imports::form, spooled PRODUCTS;
    GET  "/office/imports/:id"                  May(ImportsRun) => imports::show;
    GET  "/office/imports/:id/errors"           May(ImportsRun) => imports::errors;
    POST "/office/imports/:id/run"              May(PricesWrite) => imports::run, again imports::show;
    POST "/office/imports/:id/undo"             May(PricesWrite) => imports::undo, again imports::show;

    GET  "/office/letters"                      May(MailRead) => letters::list;
    GET  "/office/letters/:id"                  May(MailRead) => letters::show;
    GET  "/office/letters/:id/body"             May(MailRead) => letters::body;
    POST "/office/letters/:id/send"             May(JobsManage) => letters::send_again, again letters::show;

    GET  "/office/jobs"                         May(JobsManage) => jobs::list;
    POST "/office/jobs/:id/retry"               May(JobsManage) => jobs::retry, again jobs::list;
    GET  "/office/tax"                          May(SettingsManage) => law::show;
    POST "/office/tax/rates"                    May(SettingsManage) => law::add_rate, again law::show;
    POST "/office/tax/rates/take-back"          May(SettingsManage) => law::take_back, again law::show;
    POST "/office/tax/facts"                    May(SettingsManage) => law::set_fact, again law::show;
    GET  "/office/settings"                     May(SettingsManage) => settings::show;
    POST "/office/settings"                     May(SettingsManage) => settings::save, again settings::show;
    GET  "/office/channels"                     May(SettingsManage) => channels::list;
    GET  "/office/channels/:id"                 May(SettingsManage) => channels::show;
    POST "/office/channels/:id"                 May(SettingsManage) => channels::save, again channels::show;
    POST "/office/channels/:id/key"             May(SettingsManage) => channels::renew, again channels::show;
    GET  "/office/keys"                         May(SettingsManage) => keys::list;
    GET  "/office/keys/new"                     May(SettingsManage) => keys::form;
    POST "/office/keys"                         May(SettingsManage) => keys::create, again keys::form;
    POST "/office/keys/:id/revoke"              May(SettingsManage) => keys::revoke, again keys::list;
    GET  "/office/pages"                        May(ContentWrite) => pages::list;
    GET  "/office/pages/:id"                    May(ContentWrite) => pages::show;
    POST "/office/pages/:id"                    May(ContentWrite) => pages::save, again pages::show;
    GET  "/office/users"                        May(UsersManage) => users::list;
    GET  "/office/teams"                        May(UsersManage) => teams::list;
    GET  "/office/teams/new"                    May(UsersManage) => teams::form;
    POST "/office/teams"                        May(UsersManage) => teams::create, again teams::form;
    GET  "/office/teams/:id"                    May(UsersManage) => teams::show;
    POST "/office/teams/:id"                    May(UsersManage) => teams::rename, again teams::show;
    POST "/office/teams/:id/remove"             May(UsersManage) => teams::remove, again teams::show;
    GET  "/office/users/new"                    May(UsersManage) => users::form;
    POST "/office/users"                        May(UsersManage) => users::create, again users::form;
    GET  "/office/users/:id"                    May(UsersManage) => users::show;
    POST "/office/users/:id/team"               May(UsersManage) => users::team, again users::show;
    POST "/office/users/:id/role"               May(UsersManage) => users::role, again users::show;
    POST "/office/users/:id/active"             May(UsersManage) => users::active, again users::show;
    POST "/office/users/:id/password"           May(UsersManage) => users::password, again users::show;
};

/// The office as an endpoint, every path of [`ROUTES`] included.
pub fn routes(app: &App, stage: &Stage) -> poem::Route {
    open(app, stage, ROUTES)
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod table {
    use super::*;

    #[test]
    fn every_form_has_a_page_and_every_path_is_ours() {
        for route in ROUTES {
            assert!(route.path.starts_with("/office"), "{}", route.path);
            let twice = ROUTES.iter().filter(|r| r.path == route.path && r.method == route.method).count();
            assert_eq!(twice, 1, "{} {}", route.method, route.path);
            let signs_out = route.right == SignedIn;
            assert!(route.method != Method::POST || route.again.is_some() || signs_out, "{}", route.path);
        }
    }
}
