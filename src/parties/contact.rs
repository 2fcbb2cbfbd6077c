//! What somebody says about themselves, made comparable.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::kernel::Locale;

/// Name and ways of contact as typed in a form, an import or by staff. Nothing here is proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub company_code: Option<String>,
    pub vat_code: Option<String>,
    pub locale: Locale,
}

impl Contact {
    /// A person with an e-mail address.
    pub fn person(name: impl Into<String>, email: impl Into<String>, locale: Locale) -> Self {
        Self {
            name: name.into(),
            email: Some(email.into()),
            phone: None,
            company: None,
            company_code: None,
            vat_code: None,
            locale,
        }
    }

    /// Trimmed, checked and normalised: blank fields are absent, the e-mail lower-case, codes
    /// without spaces and punctuation in capitals.
    ///
    /// # Errors
    /// `EmailInvalid`, `NameMissing` (neither name nor company nor e-mail), `TooLong`.
    pub fn tidy(self) -> Result<Self, Fault> {
        let email = match text(self.email, "email", 254)? {
            Some(typed) => Some(typed.parse::<Email>()?.into_string()),
            None => None,
        };
        let company = text(self.company, "company", 200)?;
        let name = text(Some(self.name), "name", 200)?
            .or_else(|| company.clone())
            .or_else(|| email.clone())
            .ok_or(Fault::NameMissing)?;
        Ok(Self {
            name,
            email,
            phone: text(self.phone, "phone", 40)?,
            company,
            company_code: code(self.company_code, "company_code")?,
            vat_code: code(self.vat_code, "vat_code")?,
            locale: self.locale,
        })
    }

    /// How the office calls the party: the company, else the person.
    pub fn display(&self) -> &str {
        self.company.as_deref().unwrap_or(&self.name)
    }
}

/// Collapses white space; `None` for blank.
pub(super) fn text(value: Option<String>, field: &'static str, most: usize) -> Result<Option<String>, Fault> {
    let Some(value) = value else { return Ok(None) };
    let clean: Vec<&str> = value.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let clean = clean.join(" ");
    match clean.chars().count() {
        0 => Ok(None),
        n if n > most => Err(Fault::TooLong(field)),
        _ => Ok(Some(clean)),
    }
}

/// Registry codes are written with spaces, dots and dashes in letters, and meant without.
fn code(value: Option<String>, field: &'static str) -> Result<Option<String>, Fault> {
    let Some(value) = text(value, field, 60)? else { return Ok(None) };
    let plain: String = value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    Ok((!plain.is_empty()).then_some(plain))
}

/// An e-mail address in the one form in which addresses are compared: trimmed, lower case.
///
/// The local part is folded to lower case as well: no mail provider in use tells `Jonas@` from
/// `jonas@`, and people type both.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
    pub fn into_string(self) -> String {
        self.0
    }
    /// What stands before the `@`: the only name known of somebody who gave nothing else.
    pub fn local(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }
}

impl FromStr for Email {
    type Err = Fault;
    fn from_str(typed: &str) -> Result<Self, Fault> {
        let address: String = typed.trim().chars().flat_map(char::to_lowercase).collect();
        let (local, domain) = address.rsplit_once('@').ok_or(Fault::EmailInvalid)?;
        let bad = |c: char| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"@".contains(c);
        let sound = !local.is_empty()
            && local.len() <= 64
            && address.len() <= 254
            && !local.contains(bad)
            && !domain.contains(bad)
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
        if sound { Ok(Self(address)) } else { Err(Fault::EmailInvalid) }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_in_one_form() {
        for (typed, kept) in [
            (" Jonas@Example.LT ", Some("jonas@example.lt")),
            ("ąžuolas@paštas.lt", Some("ąžuolas@paštas.lt")),
            ("a@b", None),
            ("a b@c.lt", None),
            ("<a@c.lt>", None),
            ("@c.lt", None),
            ("a@.lt", None),
            ("a@@c.lt", None),
            ("a@c.lt\nBcc: d@e.lt", None),
        ] {
            assert_eq!(typed.parse::<Email>().ok().map(Email::into_string).as_deref(), kept, "{typed}");
        }
    }

    #[test]
    fn a_contact_is_tidied_once() {
        let typed = Contact {
            name: "  Jonas \t Petraitis ".into(),
            email: Some(String::new()),
            phone: Some(" ".into()),
            company: Some("UAB „Ąžuolas“".into()),
            company_code: Some("302 511-844".into()),
            vat_code: Some("lt 100005678910".into()),
            locale: Locale::LT,
        };
        let tidy = typed.tidy().unwrap();
        assert_eq!((tidy.name.as_str(), tidy.email, tidy.phone), ("Jonas Petraitis", None, None));
        assert_eq!((tidy.company_code.as_deref(), tidy.vat_code.as_deref()), (Some("302511844"), Some("LT100005678910")));
        assert!(matches!(Contact::person("", "", Locale::LT).tidy(), Err(Fault::NameMissing)));
    }
}
