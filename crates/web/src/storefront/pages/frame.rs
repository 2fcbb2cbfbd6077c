//! What every page has: its language, its head, the menu, the shop's own facts.

use std::collections::BTreeMap;

use serde::Serialize;
use vitrina::{
    kernel::{Currency, Fault, Locale},
    stage::{Stage, letters::Sender},
};

/// The page around the page.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    pub locale: Locale,
    /// Without query: `/lt/c/stalai`.
    pub path: String,
    /// Without the shop's name.
    pub title: String,
    /// For search engines; empty when there is nothing to say.
    pub description: String,
    /// Absolute; empty on pages of one person (cart, checkout, account).
    pub canonical: String,
    /// Facets, searches and pages of one person.
    pub noindex: bool,
    /// The same page in every language of the shop, this one included.
    pub alternates: Vec<Alternate>,
    /// Absolute address of a picture for those who share the page; empty for none.
    pub image: String,
    /// Schema.org objects, one script each.
    pub json_ld: Vec<serde_json::Value>,
    /// The form token; empty while there is no session (see `csrf`).
    pub csrf: String,
    pub flash: Vec<Flash>,
    /// What is wrong with the form, in the order of its fields.
    pub faults: Vec<FieldFault>,
    /// The same by field, for the words beside it.
    pub wrong: BTreeMap<String, String>,
    pub menu: Vec<MenuEntry>,
    /// Pieces in the cart; 0 on pages that are the same for everybody.
    pub cart_count: i64,
    pub signed_in: bool,
    /// The prices are those of a customer whom a link names: said without a name.
    pub meant: bool,
    /// What only a page that is rendered asks for; empty where nothing is to be noted.
    pub seen: String,
    /// What prices can be read in, where there is a choice.
    pub currencies: Vec<CurrencyChoice>,
    /// What stands in the search field.
    pub q: String,
    pub urls: Urls,
    pub shop: Shop,
}

#[derive(Clone, Debug, Serialize)]
pub struct Alternate {
    pub locale: Locale,
    /// "Lietuvių"
    pub name: String,
    /// Path for the switch.
    pub url: String,
    /// Absolute, for hreflang.
    pub absolute: String,
    pub current: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct CurrencyChoice {
    pub code: Currency,
    pub current: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Flash {
    /// `good` or `bad`
    pub tone: String,
    pub text: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct FieldFault {
    /// The input's name; empty for the form as a whole.
    pub field: String,
    pub text: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct MenuEntry {
    pub name: String,
    pub url: String,
    pub current: bool,
    pub children: Vec<Link>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Link {
    pub name: String,
    pub url: String,
}

/// Who sells, for header and footer.
#[derive(Clone, Debug, Serialize)]
pub struct Shop {
    pub sender: Sender,
    /// "I–V 9–18, VI 10–15"; empty when not said.
    pub hours: String,
    /// A sentence under the name in the footer.
    pub motto: String,
    /// Texts that the shop must or wants to show, in order.
    pub legal: Vec<Link>,
}

/// Addresses of the shop in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Urls {
    pub home: String,
    pub search: String,
    pub cart: String,
    pub cart_add: String,
    pub code: String,
    /// Where another currency is chosen.
    pub currency: String,
    pub checkout: String,
    pub delivery: String,
    pub payment: String,
    pub account: String,
    pub details: String,
    pub sign_in: String,
    pub sign_out: String,
    pub ask: String,
    pub contact: String,
    pub accessibility: String,
    /// Where a customer reads how to withdraw, and where it is done.
    pub withdrawal: String,
    pub withdraw: String,
    /// Where a customer says what is wrong.
    pub complaint: String,
    pub terms: String,
    pub privacy: String,
}

impl Urls {
    /// The slugs of the legal texts differ by language and come from the content.
    pub fn of(locale: Locale, withdrawal: &str, terms: &str, privacy: &str) -> Self {
        let at = |path: &str| format!("/{locale}/{path}");
        Self {
            home: at(""),
            search: at("search"),
            cart: at("cart"),
            cart_add: at("cart/add"),
            code: at("cart/code"),
            currency: at("currency"),
            checkout: at("checkout"),
            delivery: at("checkout/delivery"),
            payment: at("checkout/payment"),
            account: at("account"),
            details: at("account/details"),
            sign_in: at("account/sign-in"),
            sign_out: at("account/sign-out"),
            ask: at("ask"),
            contact: at("contact"),
            accessibility: at("accessibility"),
            withdraw: at("withdraw"),
            complaint: at("complaint"),
            withdrawal: withdrawal.into(),
            terms: terms.into(),
            privacy: privacy.into(),
        }
    }
}

impl Frame {
    /// Takes a form's faults in the reader's words, for the list above and beside the fields.
    pub fn with_faults(mut self, stage: &Stage, fault: &Fault) -> Self {
        for one in fault.all() {
            let text = stage.fault(self.locale, one);
            // Of several files that were sent, the one that it is about.
            let file = one.args.iter().find(|(name, _)| *name == "file");
            let text = file.map_or_else(|| text.clone(), |(_, file)| format!("{file}: {text}"));
            let field = one.field.clone().unwrap_or_default();
            self.wrong.entry(field.clone()).or_insert_with(|| text.clone());
            self.faults.push(FieldFault { field, text });
        }
        self
    }
}

/// `storefront/not_found`, `storefront/broken`, `storefront/maintenance`: the frame is all they need.
#[derive(Clone, Debug, Serialize)]
pub struct PlainPage {
    pub page: Frame,
}

/// `storefront/legal`: an editable text.
#[derive(Clone, Debug, Serialize)]
pub struct LegalPage {
    pub page: Frame,
    pub title: String,
    /// Sanitised when it was written.
    pub html: String,
    pub updated_at: Option<vitrina::kernel::Moment>,
    /// The text is not in the reader's language but in this one.
    pub fallback: Option<Locale>,
    /// It is the text about withdrawal: the way to do it stands above it.
    pub withdrawal: bool,
}

/// `storefront/contact` and `storefront/ask`.
#[derive(Clone, Debug, Serialize)]
pub struct AskPage {
    pub page: Frame,
    /// The product asked about.
    pub product: Option<vitrina::showcase::ProductCard>,
    pub form: AskForm,
    /// Sent: the page thanks and says what happens next.
    pub sent: bool,
    /// The same form sent again makes no second inquiry.
    pub key: String,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct AskForm {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub message: String,
}
