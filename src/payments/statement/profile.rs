//! How a table of a bank is read: which column is what. Guessed from the names that the banks of
//! the region use, or said by a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Place, Problem, Wrong};
use crate::kernel::{Currency, fold};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    Date,
    ValueDate,
    /// With a sign, or without one beside `Direction`.
    Amount,
    Debit,
    Credit,
    Direction,
    Currency,
    Payer,
    Iban,
    Reference,
    Text,
    /// The bank's own name of the entry.
    Id,
    EndToEnd,
    Account,
    /// Tells entries from balances and turnovers.
    RowKind,
}

/// Each column with the names that banks give it, folded, the surest first: the account's own
/// currency before that of the payment.
const NAMES: &[(Column, &str, &[&str])] = &[
    (
        Column::Date,
        "date",
        &[
            "data",
            "date",
            "booking date",
            "operacijos data",
            "transaction date",
            "data ir laikas",
            "buchungstag",
            "buchungsdatum",
            "datum",
            "kuupaev",
            "datums",
            "data operacji",
            "completed date",
            "bokforingsdag",
        ],
    ),
    (
        Column::ValueDate,
        "value_date",
        &["value date", "valiutavimo data", "valutadatum", "wertstellung", "vaartuspaev", "data waluty", "valutadag"],
    ),
    (
        Column::Amount,
        "amount",
        &[
            "suma saskaitos valiuta",
            "amount in account currency",
            "suma",
            "amount",
            "suma ir valiuta",
            "betrag",
            "summa",
            "summa eur",
            "kwota",
            "belopp",
            "payment amount",
        ],
    ),
    (
        Column::Debit,
        "debit",
        &["debetas", "debit", "debit amount", "amount debit", "soll", "deebet", "debets", "isleista", "paid out", "money out"],
    ),
    (
        Column::Credit,
        "credit",
        &["kreditas", "credit", "credit amount", "amount credit", "haben", "kreedit", "kredits", "gauta", "paid in", "money in"],
    ),
    (
        Column::Direction,
        "direction",
        &[
            "d/k",
            "k/d",
            "c/d",
            "d/c",
            "debetas/kreditas",
            "kreditas/debetas",
            "debit/credit",
            "credit/debit",
            "dr/cr",
            "deebet/kreedit",
            "deebet/kreedit d/c",
            "debets/kredits",
            "soll/haben",
            "cdtdbtind",
        ],
    ),
    (
        Column::Currency,
        "currency",
        &[
            "saskaitos valiuta",
            "account currency",
            "valiuta",
            "valiutos",
            "currency",
            "wahrung",
            "waehrung",
            "valuuta",
            "valuta",
            "waluta",
            "ccy",
        ],
    ),
    (
        Column::Payer,
        "payer",
        &[
            "moketojo arba gavejo pavadinimas",
            "gavejas/moketojas",
            "moketojas/gavejas",
            "moketojas",
            "gavejas",
            "kitos puses pavadinimas",
            "beneficiary/payer",
            "payer/beneficiary",
            "payer or beneficiary",
            "payer",
            "payer name",
            "counterparty name",
            "counterparty",
            "saaja/maksja",
            "saaja/maksja nimi",
            "sanemejs/maksatajs",
            "name",
            "name zahlungsbeteiligter",
            "beguenstigter/zahlungspflichtiger",
            "auftraggeber/empfanger",
            "payee",
            "nadawca/odbiorca",
        ],
    ),
    (
        Column::Iban,
        "iban",
        &[
            "saskaita",
            "kitos puses saskaitos nr",
            "moketojo saskaita",
            "gavejo/moketojo saskaita",
            "payer account",
            "counterparty account",
            "counterparty iban",
            "beneficiary/payer account",
            "account no of payer or beneficiary",
            "saaja/maksja konto",
            "iban zahlungsbeteiligter",
            "kontonummer/iban",
            "iban",
        ],
    ),
    (
        Column::Reference,
        "reference",
        &[
            "imokos kodas",
            "reference number",
            "payment code",
            "structured reference",
            "creditor reference",
            "viitenumber",
            "reference",
            "nuoroda",
            "reference no",
            "atsauce",
        ],
    ),
    (
        Column::Text,
        "text",
        &[
            "mokejimo paskirtis",
            "paaiskinimai",
            "paskirtis",
            "details",
            "description",
            "payment details",
            "payment purpose",
            "details of payments",
            "details of payment",
            "remittance information",
            "selgitus",
            "verwendungszweck",
            "maksajuma merkis",
            "informacija",
            "opis",
            "tytul",
            "beskrivning",
            "text",
        ],
    ),
    (
        Column::Id,
        "id",
        &[
            "iraso nr",
            "transakcijos kodas",
            "operacijos eilute identifikatorius",
            "pervedimo nr",
            "archiving code",
            "arhiveerimistunnus",
            "transaction id",
            "transaction code",
            "transfer reference",
            "bank reference",
            "entry reference",
            "id",
        ],
    ),
    (Column::EndToEnd, "end_to_end", &["end to end id", "endtoendid", "end to end reference", "kundenreferenz end to end"]),
    (
        Column::Account,
        "account",
        &[
            "saskaitos nr",
            "client account",
            "account",
            "account no",
            "account number",
            "kliento saskaita",
            "kliendi konto",
            "klienta konts",
            "iban auftragskonto",
            "auftragskonto",
            "own account",
        ],
    ),
    (Column::RowKind, "row_kind", &["row type", "operacijos/balanso tipas", "eilutes tipas", "reatuup", "ieraksta tips"]),
];

impl Column {
    pub fn all() -> impl Iterator<Item = (Self, &'static str)> {
        NAMES.iter().map(|(column, word, _)| (*column, *word))
    }
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(column, _, _)| *column == self).map_or("", |(_, word, _)| word)
    }
}

/// What a person says about a bank's table; what is left out is guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    pub delimiter: Option<char>,
    pub encoding: Option<String>,
    /// `,` or `.`
    pub decimal: Option<char>,
    /// `ymd`, `dmy` or `mdy`
    pub dates: Option<String>,
    /// Of a table without a column for it.
    pub currency: Option<Currency>,
    /// The header of each column.
    pub columns: BTreeMap<Column, String>,
}

impl Profile {
    /// Reads `amount = Suma` lines; `delimiter`, `encoding`, `decimal`, `dates` and `currency` stand among
    /// the columns.
    ///
    /// # Errors
    /// A line with an unknown word or value.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut profile = Self::default();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |field: &str, value: &str| Problem::new(Place::of(&[("profile", at + 1)]), field, Wrong::Column, value);
            let (word, value) = line.split_once('=').ok_or_else(|| wrong("=", line))?;
            let (word, value) = (word.trim(), value.trim());
            let letter = || match value {
                "tab" | "\\t" => Some('\t'),
                _ => value.chars().next().filter(|c| c.is_ascii() && value.chars().count() == 1),
            };
            match word {
                "delimiter" => profile.delimiter = Some(letter().ok_or_else(|| wrong(word, value))?),
                "decimal" if matches!(value, "," | ".") => profile.decimal = value.chars().next(),
                "encoding" => profile.encoding = Some(value.to_owned()),
                "dates" if matches!(value, "ymd" | "dmy" | "mdy") => profile.dates = Some(value.to_owned()),
                "currency" => profile.currency = Some(value.parse().map_err(|_| wrong(word, value))?),
                _ => {
                    let column = Column::all().find(|(_, name)| *name == word).ok_or_else(|| wrong(word, value))?;
                    profile.columns.insert(column.0, value.to_owned());
                }
            }
        }
        Ok(profile)
    }

    /// Which cell holds what, by a header; `None` when it is not the header of a statement.
    pub(super) fn places(&self, header: &csv::StringRecord) -> Option<BTreeMap<Column, usize>> {
        let names: Vec<String> = header.iter().map(plain).collect();
        let mut places = BTreeMap::new();
        for (column, name) in &self.columns {
            let name = plain(name);
            places.insert(*column, names.iter().position(|n| *n == name)?);
        }
        for (column, _, known) in NAMES {
            let taken: Vec<usize> = places.values().copied().collect();
            if places.contains_key(column) {
                continue;
            }
            let found = known.iter().find_map(|name| names.iter().position(|n| n == name).filter(|at| !taken.contains(at)));
            if let Some(at) = found {
                places.insert(*column, at);
            }
        }
        // Swedbank leaves the column of row kinds without a name, behind the account.
        if !places.contains_key(&Column::RowKind)
            && let Some(at) = places.get(&Column::Account).map(|at| at + 1)
            && names.get(at).is_some_and(String::is_empty)
        {
            places.insert(Column::RowKind, at);
        }
        let has = |column| places.contains_key(&column);
        let sum = has(Column::Amount) || has(Column::Debit) && has(Column::Credit);
        let about = has(Column::Text) || has(Column::Payer) || has(Column::Reference);
        (has(Column::Date) && sum && about).then_some(places)
    }
}

/// A header as it is compared: no accents, no signs but the slash, single blanks.
fn plain(name: &str) -> String {
    let folded: String = fold(name).chars().map(|c| if c.is_alphanumeric() || c == '/' { c } else { ' ' }).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ").replace(" / ", "/").replace(" /", "/").replace("/ ", "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(header: &[&str]) -> Option<BTreeMap<Column, usize>> {
        Profile::default().places(&csv::StringRecord::from(header.to_vec()))
    }

    #[test]
    fn the_headers_of_the_banks_are_known() {
        let swedbank = ["Sąskaitos Nr.", "", "Data", "Gavėjas", "Paaiškinimai", "Suma", "Valiuta", "D/K", "Įrašo Nr.", "Kodas"];
        let found = places(&swedbank).unwrap();
        assert_eq!((found[&Column::Date], found[&Column::RowKind], found[&Column::Id]), (2, 1, 8));
        let seb = [
            "DOK NR.",
            "DATA",
            "VALIUTA",
            "SUMA",
            "MOKĖTOJO ARBA GAVĖJO PAVADINIMAS",
            "SĄSKAITA",
            "MOKĖJIMO PASKIRTIS",
            "TRANSAKCIJOS KODAS",
            "DEBETAS/KREDITAS",
            "SUMA SĄSKAITOS VALIUTA",
            "SĄSKAITOS NR",
            "SĄSKAITOS VALIUTA",
        ];
        let found = places(&seb).unwrap();
        assert_eq!((found[&Column::Amount], found[&Column::Currency], found[&Column::Iban]), (9, 11, 5));
        let luminor = [
            "Operacijos/Balanso Tipas",
            "Data",
            "Laikas",
            "Suma",
            "Ekvivalentas",
            "C/D",
            "Orig. suma",
            "Orig. valiuta",
            "Operacijos eilutė (identifikatorius)",
            "Įmokos kodas",
            "Mokėjimo paskirtis",
            "Kitos pusės Sąskaitos Nr.",
            "Kitos pusės Pavadinimas",
        ];
        let found = places(&luminor).unwrap();
        assert_eq!((found[&Column::Amount], found[&Column::Direction], found[&Column::Payer]), (3, 5, 12));
        assert_eq!((found[&Column::Id], found[&Column::Reference], found[&Column::Iban]), (8, 9, 11));
        assert!(places(&["Date", "Amount"]).is_none() && places(&["Pavadinimas", "Kaina"]).is_none());
    }

    #[test]
    fn a_person_can_say_which_column_is_what() {
        let profile =
            Profile::parse("# my bank\ndate = When\namount=How much\ntext = Why\ndelimiter = tab\ndates = dmy\n").unwrap();
        assert_eq!((profile.delimiter, profile.dates.as_deref()), (Some('\t'), Some("dmy")));
        let found = profile.places(&csv::StringRecord::from(vec!["Why", "When", "How much"])).unwrap();
        assert_eq!((found[&Column::Date], found[&Column::Amount], found[&Column::Text]), (1, 2, 0));
        assert_eq!(Profile::parse("colour = red").unwrap_err().field, "colour");
        assert!(Profile::parse("dates = whenever").is_err() && Profile::parse("Suma").is_err());
    }
}
