//! By which words a party is found: prefixes of folded words, a range of an index.

use std::collections::BTreeSet;

use sea_orm::{DbErr, Value};

use super::contact::Contact;
use crate::kernel::{PartyId, Tx, db, words};

/// Most words kept of one party: a pasted essay must not fill the index.
const MOST: usize = 32;
const LONGEST: usize = 40;

/// The words of a contact, sorted.
pub(super) fn of(contact: &Contact) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    all.extend(words(&contact.name));
    all.extend(contact.company.as_deref().map(words).unwrap_or_default());
    if let Some(email) = &contact.email {
        all.extend(words(email.split('@').next().unwrap_or_default()));
        all.insert(squeeze(email));
    }
    for code in [&contact.company_code, &contact.vat_code].into_iter().flatten() {
        all.insert(squeeze(code));
    }
    if let Some(phone) = &contact.phone {
        let digits = digits(phone);
        // A Lithuanian number is said as +370 612 34567, 8 612 34567 or 0 612 34567.
        if digits.len() > 8 {
            all.insert(digits[digits.len() - 8..].to_owned());
        }
        all.insert(digits);
    }
    all.into_iter().filter(|w| !w.is_empty()).map(|w| w.chars().take(LONGEST).collect()).take(MOST).collect()
}

/// The column beside the index: the same words, each after a space.
pub(super) fn folded(all: &BTreeSet<String>) -> String {
    all.iter().flat_map(|w| [" ", w]).collect()
}

/// What is looked for, as prefixes that must all be found.
pub(super) fn asked(search: &str) -> Vec<String> {
    let search = search.trim();
    let said = digits(search);
    if said.len() >= 5 && search.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c)) {
        let national = said.len() == 9 && said.starts_with(['8', '0']);
        return vec![if national { said[1..].to_owned() } else { said }];
    }
    if search.contains('@') {
        return vec![squeeze(search)].into_iter().filter(|w| !w.is_empty()).collect();
    }
    words(search).into_iter().map(|w| w.chars().take(LONGEST).collect()).take(6).collect()
}

fn squeeze(text: &str) -> String {
    words(text).concat()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Writes the words of a party.
pub(super) async fn insert(tx: &Tx, party: PartyId, all: &BTreeSet<String>) -> Result<(), DbErr> {
    let mut rows: Vec<Vec<Value>> = all.iter().map(|w| db::params![w.clone().into_bytes(), party]).collect();
    // Filled up to a power of two by repetition: one statement instead of three (4 + 2 + 1).
    if let Some(last) = rows.last().cloned() {
        rows.resize(rows.len().next_power_of_two(), last);
    }
    db::insert_many(tx, "insert into party_word (word, party) values", "on conflict do nothing", rows).await
}

/// Takes the words of a party away; `folded` is its column as it stands.
pub(super) async fn delete(tx: &Tx, party: PartyId, folded: &str) -> Result<(), DbErr> {
    let all: Vec<Vec<u8>> = folded.split(' ').filter(|w| !w.is_empty()).map(|w| w.as_bytes().to_vec()).collect();
    if all.is_empty() {
        return Ok(());
    }
    let sql = format!("delete from party_word where party = $1 and word in ({})", db::marks(all.len(), 2));
    let mut params = db::params![party];
    params.extend(db::values(&all));
    db::run(tx, &sql, params).await.map(drop)
}

/// The end of the range of a prefix, as bytes: the prefix itself and every continuation lie below.
pub(super) fn after(prefix: &str) -> Vec<u8> {
    let mut end = prefix.as_bytes().to_vec();
    end.push(0xFF);
    end
}

/// A condition on a column `party` of another module's table: the parties that are found by these
/// words. Placeholders count from `$from`. `None` when nothing was asked.
pub(crate) fn search_sql(search: &str, from: usize) -> Option<(String, Vec<Value>)> {
    let (mut sql, mut params) = (Vec::new(), Vec::new());
    for prefix in asked(search) {
        let n = from + params.len();
        sql.push(format!("party in (select party from party_word where word >= ${n} and word < ${})", n + 1));
        params.extend(db::params![prefix.clone().into_bytes(), after(&prefix)]);
    }
    (!sql.is_empty()).then(|| (format!("({})", sql.join(" and ")), params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Locale;

    #[test]
    fn a_party_is_found_by_name_code_address_and_number() {
        let contact = Contact {
            name: "Šarūnė Žvirblė".into(),
            email: Some("sarune.z@example.lt".into()),
            phone: Some("+370 612 34567".into()),
            company: Some("UAB „Ąžuolas“".into()),
            company_code: Some("302511844".into()),
            vat_code: None,
            locale: Locale::LT,
        };
        let all = of(&contact);
        for search in
            ["sarune", "ZVIR", "Žvirb šar", "azuol", "302511", "sarune.z@exa", "8 612 34567", "+37061234567", "612 34567"]
        {
            let asked = asked(search);
            assert!(!asked.is_empty(), "{search}");
            assert!(asked.iter().all(|p| all.iter().any(|w| w.starts_with(p))), "{search}: {asked:?} in {all:?}");
        }
        assert!(asked("  ,. ").is_empty());
        assert_eq!(folded(&all).split(' ').filter(|w| !w.is_empty()).count(), all.len());
    }
}
