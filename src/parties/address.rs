//! Where things are sent. An order keeps its own copy; this is the book to choose from.

use serde::{Deserialize, Serialize};

use super::{Contact, Fault, contact};
use crate::kernel::{self, AddressId, Locale, Moment, PartyId, Reads, Tx, db, fold, token};

/// A postal address as it goes on a parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub name: String,
    pub company: Option<String>,
    /// Street, house, flat.
    pub street: String,
    pub city: String,
    pub postcode: String,
    /// ISO 3166-1 alpha-2, capitals.
    pub country: String,
    pub phone: Option<String>,
}

impl Address {
    /// Trimmed and checked.
    ///
    /// # Errors
    /// `Missing(field)`, `TooLong(field)`, `CountryInvalid`.
    pub fn tidy(self) -> Result<Self, Fault> {
        let needed =
            |value: String, field: &'static str, most| contact::text(Some(value), field, most)?.ok_or(Fault::Missing(field));
        let country = self.country.trim().to_ascii_uppercase();
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(Fault::CountryInvalid);
        }
        Ok(Self {
            name: needed(self.name, "name", 200)?,
            company: contact::text(self.company, "company", 200)?,
            street: needed(self.street, "street", 200)?,
            city: needed(self.city, "city", 100)?,
            postcode: needed(self.postcode, "postcode", 20)?,
            country,
            phone: contact::text(self.phone, "phone", 40)?,
        })
    }

    /// The same for every way of writing the same address.
    fn same_hash(&self) -> String {
        let parts = [&self.name, &self.street, &self.city, &self.postcode, &self.country];
        let company = self.company.as_deref().unwrap_or_default();
        token::hash(&fold(&format!("{}\n{company}", parts.map(String::as_str).join("\n"))))
    }

    /// The contact of whoever gave this address and an e-mail.
    pub fn contact(&self, email: &str, locale: Locale) -> Contact {
        let mut contact = Contact::person(self.name.clone(), email, locale);
        contact.company.clone_from(&self.company);
        contact.phone.clone_from(&self.phone);
        contact
    }
}

/// An address of the book.
#[derive(Clone, Debug, Serialize)]
pub struct AddressView {
    pub id: AddressId,
    pub name: String,
    pub company: Option<String>,
    pub street: String,
    pub city: String,
    pub postcode: String,
    pub country: String,
    pub phone: Option<String>,
    pub used_at: Moment,
}
db::record!(AddressView { id, name, company, street, city, postcode, country, phone, used_at });

/// Keeps an address in the party's book, or moves it to the front. One statement.
///
/// # Faults
/// Those of [`Address::tidy`].
pub async fn remember_address(tx: &Tx, party: PartyId, address: Address) -> Result<(), kernel::Fault> {
    let a = address.tidy()?;
    let sql = "insert into party_address (id, party, same_hash, name, company, street, city, postcode, country, phone, \
               created_at, used_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$11) \
               on conflict (party, same_hash) do update set used_at = excluded.used_at, \
               phone = coalesce(excluded.phone, party_address.phone)";
    let hash = a.same_hash();
    let params = db::params![
        AddressId::new(tx),
        party,
        hash,
        a.name,
        a.company,
        a.street,
        a.city,
        a.postcode,
        a.country,
        a.phone,
        tx.now()
    ];
    db::run(tx, sql, params).await?;
    Ok(())
}

/// The addresses of a party, last used first. For the party itself and for whoever has read the
/// party through a scope.
///
/// # Faults
/// Whatever the database says.
pub async fn addresses(db: &impl Reads, party: PartyId) -> Result<Vec<AddressView>, kernel::Fault> {
    let sql = "select id, name, company, street, city, postcode, country, phone, used_at from party_address \
               where party = $1 order by used_at desc, id desc limit 50";
    Ok(db::all(db, sql, db::params![party]).await?)
}
