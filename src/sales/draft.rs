//! What a customer types at the checkout, and what is asked of it.

use serde::{Deserialize, Serialize};

use super::{Fault, MethodId, Payment};
use crate::kernel::Fault as Refusal;

/// Who orders. Empty text where nothing was given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub company: String,
    pub company_code: String,
    pub vat_code: String,
    /// A wish in the customer's own words.
    pub note: String,
}

/// Where it goes. Only the country is needed for a pick-up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    pub street: String,
    pub city: String,
    pub postcode: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// How far a checkout has come.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Draft {
    pub contact: Option<Contact>,
    pub address: Option<Address>,
    pub delivery: Option<MethodId>,
    pub payment: Option<Payment>,
}

#[derive(Default, Deserialize)]
struct First {
    contact: Contact,
    address: Address,
}

impl Draft {
    pub(super) fn read(contact: Option<&str>, delivery: Option<&str>, payment: Option<&str>) -> Self {
        let first: Option<First> = contact.and_then(|text| serde_json::from_str(text).ok());
        let (contact, address) = first.map(|f| (f.contact, f.address)).unzip();
        Self { contact, address, delivery: delivery.and_then(|t| t.parse().ok()), payment: payment.and_then(|t| t.parse().ok()) }
    }
}

const LONGEST: usize = 200;

impl Contact {
    /// Trims every field and says everything that is wrong at once.
    ///
    /// # Errors
    /// One fault a field.
    pub fn check(mut self) -> Result<Self, Vec<Fault>> {
        for text in
            [&mut self.name, &mut self.email, &mut self.phone, &mut self.company, &mut self.company_code, &mut self.vat_code]
        {
            *text = tidy(text);
        }
        self.note = self.note.trim().chars().take(2000).collect();
        let mut faults = Vec::new();
        if self.name.is_empty() {
            faults.push(Fault::Missing { field: "name" });
        }
        if self.email.is_empty() {
            faults.push(Fault::Missing { field: "email" });
        } else if !looks_like_email(&self.email) {
            faults.push(Fault::Malformed { field: "email" });
        }
        if !self.phone.is_empty() && self.phone.chars().filter(char::is_ascii_digit).count() < 5 {
            faults.push(Fault::Malformed { field: "phone" });
        }
        too_long(&mut faults, &[("name", &self.name), ("phone", &self.phone), ("company", &self.company)]);
        too_long(&mut faults, &[("company_code", &self.company_code), ("vat_code", &self.vat_code)]);
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }
}

impl Address {
    /// Trims every field; the country is two letters. Street, city and postcode are asked for
    /// by [`Address::complete`], once it is known that something is brought there.
    ///
    /// # Errors
    /// One fault a field.
    pub fn check(mut self) -> Result<Self, Vec<Fault>> {
        for text in [&mut self.street, &mut self.city, &mut self.postcode, &mut self.country] {
            *text = tidy(text);
        }
        self.country.make_ascii_uppercase();
        let mut faults = Vec::new();
        if self.country.is_empty() {
            faults.push(Fault::Missing { field: "country" });
        } else if self.country.len() != 2 || !self.country.bytes().all(|b| b.is_ascii_uppercase()) {
            faults.push(Fault::Malformed { field: "country" });
        }
        too_long(&mut faults, &[("street", &self.street), ("city", &self.city), ("postcode", &self.postcode)]);
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    /// # Faults
    /// [`Fault::Missing`] for each field that a delivery needs.
    pub fn complete(&self) -> Result<(), Refusal> {
        let fields = [("street", &self.street), ("city", &self.city), ("postcode", &self.postcode)];
        let faults: Vec<Fault> =
            fields.into_iter().filter(|(_, text)| text.is_empty()).map(|(field, _)| Fault::Missing { field }).collect();
        if faults.is_empty() { Ok(()) } else { Err(gathered(faults)) }
    }
}

pub(super) fn checked(contact: Contact, address: Address) -> Result<(Contact, Address), Refusal> {
    match (contact.check(), address.check()) {
        (Ok(contact), Ok(address)) => Ok((contact, address)),
        (contact, address) => {
            let faults = contact.err().into_iter().chain(address.err()).flatten().collect();
            Err(gathered(faults))
        }
    }
}

pub(super) fn gathered(faults: Vec<Fault>) -> Refusal {
    let faults = faults.into_iter().map(Refusal::from).collect();
    Refusal::gather(faults).unwrap_or_else(|| Refusal::bug("a refusal without a fault"))
}

fn too_long(faults: &mut Vec<Fault>, fields: &[(&'static str, &String)]) {
    for (field, text) in fields {
        if text.chars().count() > LONGEST {
            faults.push(Fault::Malformed { field });
        }
    }
}

/// Trimmed, inner white space single: what people paste carries line breaks and tabs, and a
/// line break in a name would end a letter's header.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One `@`, something before it, a dot inside what follows. Whether it exists only a letter can tell.
fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')');
    text.len() <= 254
        && !local.is_empty()
        && !local.contains('@')
        && domain.len() >= 3
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && text.chars().all(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let refusal = checked(Contact::default(), Address { country: "Lietuva".into(), ..Address::default() }).unwrap_err();
        let fields: Vec<_> = refusal.all().filter_map(|f| f.field.clone()).collect();
        assert_eq!(fields, ["name", "email", "country"]);
    }

    #[test]
    fn addresses_that_cannot_be_right_are_refused() {
        for bad in ["", "a", "a@b", "@b.lt", "a@b.", "a@.lt", "a b@c.lt", "a@@b.lt", "a@b.lt\r\nBcc: x@y.lt"] {
            assert!(!looks_like_email(bad), "{bad}");
        }
        for good in ["a@b.lt", "vardas.pavardė@įmonė.lt", "x+y@sub.domain.test"] {
            assert!(looks_like_email(good), "{good}");
        }
    }

    #[test]
    fn line_breaks_do_not_pass() {
        let contact = Contact { name: " Ona\r\n Onaitė ".into(), email: "ona@demo.test".into(), ..Contact::default() };
        assert_eq!(contact.check().unwrap().name, "Ona Onaitė");
    }
}
