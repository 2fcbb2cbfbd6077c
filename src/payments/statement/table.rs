//! Delimited text of any bank: the header is looked for, the rest follows from it.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};

use super::{
    Balance, Column, Entry, Flag, Head, Message, Other, Piece, Place, Problem, Profile, Side, Totals, Wrong,
    amount::{self, Mark},
    camt_entry::number,
    date::{self, Order},
    keys::{Keys, Refs, telling},
};
use crate::kernel::{Currency, Date, Money, fold};

/// A header stands among the first rows, below a bank's title.
const HEADER_WITHIN: usize = 30;
const CELL: usize = 16 << 10;
const ROWS: usize = 1_000_000;

/// A table whose header was found.
struct Table {
    places: BTreeMap<Column, usize>,
    width: usize,
    order: Order,
    mark: Mark,
    currency: Option<Currency>,
    /// The shop's own account.
    account: String,
}

/// What is known of an account while its rows are read.
struct Account {
    head: Head,
    entries: Vec<Entry>,
    keys: Keys,
    opening: Option<Money>,
    closing: Option<Money>,
    booked: i64,
    mixed: bool,
}

/// What a row is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Entry,
    Opening,
    Closing,
    Turnover,
}

/// Reads the whole table; one statement an account.
///
/// # Errors
/// [`Wrong::Format`] or [`Wrong::Column`] where no header is found.
pub(super) fn read(text: &str, account: &str, profile: Option<&Profile>) -> Result<Vec<Result<Piece, Problem>>, Problem> {
    let default = Profile::default();
    let profile = profile.unwrap_or(&default);
    let (delimiter, at, places) = header(text, profile)?;
    let mut rows = Vec::new();
    let mut width = 0;
    for row in reader(text, delimiter).into_records() {
        let row = row.map_err(|e| Problem::file(Wrong::Broken, e.to_string()))?;
        let line = row.position().map_or(0, |p| p.line() as usize);
        if rows.len() >= ROWS {
            return Err(Problem::new(Place::of(&[("row", line)]), "", Wrong::Bounds, ""));
        }
        match line {
            _ if line < at => {}
            _ if line == at => width = row.len(),
            _ if row.iter().all(|cell| cell.trim().is_empty()) => {}
            _ => rows.push((line, row)),
        }
    }
    let table = Table::new(profile, places, width, &rows, account);
    let mut out = Vec::new();
    let mut accounts: Vec<Account> = Vec::new();
    for (line, row) in &rows {
        if let Err(problem) = table.take(*line, row, &mut accounts) {
            out.push(Err(problem));
        }
    }
    for account in accounts {
        account.tell(&mut out);
    }
    if out.is_empty() { Err(Problem::file(Wrong::Empty, "")) } else { Ok(out) }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    let text = text.trim_start_matches('\u{feff}');
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// The delimiter and the line of the header, by the header that tells most.
fn header(text: &str, profile: &Profile) -> Result<(u8, usize, BTreeMap<Column, usize>), Problem> {
    let given = profile.delimiter.and_then(|c| u8::try_from(c).ok());
    let tried: Vec<u8> = given.map_or_else(|| vec![b';', b',', b'\t', b'|'], |one| vec![one]);
    let mut best: Option<(u8, usize, BTreeMap<Column, usize>)> = None;
    for delimiter in tried {
        for row in reader(text, delimiter).into_records().take(HEADER_WITHIN) {
            let Ok(row) = row else { break };
            let line = row.position().map_or(0, |p| p.line() as usize);
            if row.iter().any(|cell| cell.len() > CELL) {
                break;
            }
            if let Some(places) = profile.places(&row) {
                if best.as_ref().is_none_or(|(_, _, known)| places.len() > known.len()) {
                    best = Some((delimiter, line, places));
                }
                break;
            }
        }
    }
    let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    let wrong = if profile.columns.is_empty() { Wrong::Format } else { Wrong::Column };
    best.ok_or_else(|| Problem::new(Place::of(&[("row", 1)]), "", wrong, first))
}

impl Table {
    fn new(
        profile: &Profile,
        places: BTreeMap<Column, usize>,
        width: usize,
        rows: &[(usize, StringRecord)],
        account: &str,
    ) -> Self {
        let cells = |column: Column| {
            let at = places.get(&column).copied();
            rows.iter().filter_map(move |(_, row)| row.get(at?)).map(str::trim).filter(|cell| !cell.is_empty())
        };
        let order = match profile.dates.as_deref() {
            Some("dmy") => Order::Dmy,
            Some("mdy") => Order::Mdy,
            Some(_) => Order::Ymd,
            None => date::order(cells(Column::Date)).unwrap_or(Order::Ymd),
        };
        let mark = match profile.decimal {
            Some(',') => Mark::Comma,
            Some(_) => Mark::Dot,
            None => amount::mark([Column::Amount, Column::Debit, Column::Credit].into_iter().flat_map(cells)),
        };
        Self { width, order, mark, currency: profile.currency, account: number(account), places }
    }

    fn cell<'r>(&self, row: &'r StringRecord, column: Column) -> &'r str {
        self.places.get(&column).and_then(|at| row.get(*at)).map(str::trim).unwrap_or_default()
    }

    /// One row into its account.
    fn take(&self, line: usize, row: &StringRecord, accounts: &mut Vec<Account>) -> Result<(), Problem> {
        let place = Place::of(&[("row", line)]);
        let wrong = |column: Column, wrong, value: &str| Problem::new(place.clone(), column.as_str(), wrong, value);
        let needed = self.places.values().copied().max().unwrap_or(0);
        let surplus = row.iter().skip(self.width).any(|cell| !cell.trim().is_empty());
        let kind = self.kind(row);
        if kind == Kind::Turnover {
            return Ok(());
        }
        if surplus || kind == Kind::Entry && row.len() <= needed {
            return Err(Problem::new(place, "", Wrong::Cells, format!("{} / {}", row.len(), self.width)));
        }
        if row.iter().any(|cell| cell.len() > CELL) {
            return Err(Problem::new(place, "", Wrong::Bounds, ""));
        }
        let (money, side, reversal) = self.sum(row, &place)?;
        let own = match number(self.cell(row, Column::Account)) {
            named if named.is_empty() => self.account.clone(),
            named => named,
        };
        if own.is_empty() {
            return Err(wrong(Column::Account, Wrong::Account, ""));
        }
        let account = account(accounts, &own, money.currency);
        let signed = Money::new(side.sign(money.minor), money.currency);
        match kind {
            Kind::Opening => account.opening = Some(signed),
            Kind::Closing => account.closing = Some(signed),
            _ => {
                let text = self.cell(row, Column::Date);
                let booked_on = date::read(text, self.order).ok_or_else(|| wrong(Column::Date, Wrong::Date, text))?;
                let entry = self.entry(row, place, own, booked_on, (money, side, reversal));
                account.add(entry, self.cell(row, Column::Id));
            }
        }
        Ok(())
    }

    fn entry(
        &self,
        row: &StringRecord,
        place: Place,
        account: String,
        booked_on: Date,
        (amount, side, reversal): (Money, Side, bool),
    ) -> Entry {
        let text = |column| self.cell(row, column).to_owned();
        Entry {
            place,
            account,
            booked_on,
            valued_on: date::read(self.cell(row, Column::ValueDate), self.order),
            amount,
            side,
            reversal,
            reason: String::new(),
            other: Other { name: text(Column::Payer), iban: number(self.cell(row, Column::Iban)), ultimate: String::new() },
            references: Some(text(Column::Reference)).filter(|t| !t.is_empty()).into_iter().collect(),
            end_to_end: Some(text(Column::EndToEnd)).filter(|t| t != "NOTPROVIDED").unwrap_or_default(),
            text: text(Column::Text),
            charges: None,
            key: String::new(),
            whole: String::new(),
            part: 0,
            parts: 1,
            print: String::new(),
            flags: Vec::new(),
        }
    }

    /// Amount without a sign, direction, and whether it takes an earlier receipt back.
    fn sum(&self, row: &StringRecord, place: &Place) -> Result<(Money, Side, bool), Problem> {
        let wrong = |column: Column, wrong, value: &str| Problem::new(place.clone(), column.as_str(), wrong, value);
        let (column, text) = [Column::Amount, Column::Credit, Column::Debit]
            .into_iter()
            .map(|column| (column, self.cell(row, column)))
            .find(|(column, text)| !text.is_empty() && (*column == Column::Amount || !nothing(text)))
            .or_else(|| Some((Column::Credit, self.cell(row, Column::Credit))).filter(|(_, text)| !text.is_empty()))
            .ok_or_else(|| wrong(Column::Amount, Wrong::Missing, ""))?;
        let (signed, word) = amount::cell(text, self.mark).map_err(|w| wrong(column, w, text))?;
        let code = [self.cell(row, Column::Currency), word].into_iter().find(|code| !code.is_empty());
        let currency = match code {
            Some(code) => code.parse().map_err(|_| wrong(Column::Currency, Wrong::Currency, code))?,
            None => self.currency.unwrap_or(Currency::EUR),
        };
        let money = signed.money(currency).map_err(|w| wrong(column, w, text))?;
        let direction = self.cell(row, Column::Direction);
        let (side, reversal) = match (column, side(direction), signed.negative) {
            // Money in with a minus is an earlier receipt taken back.
            (Column::Credit, _, true) | (Column::Amount, Some(Side::In), true) => (Side::Out, true),
            (Column::Credit, _, false) => (Side::In, false),
            (Column::Debit, _, _) => (Side::Out, false),
            (_, Some(side), _) => (side, false),
            (_, None, _) if !direction.is_empty() => return Err(wrong(Column::Direction, Wrong::Direction, direction)),
            (_, None, negative) => (if negative { Side::Out } else { Side::In }, false),
        };
        Ok((money, side, reversal))
    }

    /// Balances and turnovers are no entries: by the bank's code, or by their words.
    fn kind(&self, row: &StringRecord) -> Kind {
        const OPENING: &[&str] =
            &["likutis pradziai", "pradinis likutis", "opening balance", "algsaldo", "sakuma atlikums", "anfangssaldo"];
        const CLOSING: &[&str] =
            &["likutis pabaigai", "galutinis likutis", "closing balance", "loppsaldo", "beigu atlikums", "endsaldo"];
        const TURNOVER: &[&str] = &["apyvarta", "turnover", "kaive", "apgrozijums"];
        let kind = self.cell(row, Column::RowKind);
        match kind {
            "20" => return Kind::Entry,
            "10" => return Kind::Opening,
            "86" => return Kind::Closing,
            "82" => return Kind::Turnover,
            _ => {}
        }
        if !self.cell(row, Column::Iban).is_empty() || !self.cell(row, Column::Reference).is_empty() {
            return Kind::Entry;
        }
        let words: Vec<String> = [kind, self.cell(row, Column::Text), self.cell(row, Column::Payer)]
            .iter()
            .map(|text| fold(text).trim_matches([' ', ':', '.']).to_owned())
            .collect();
        let says = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        match () {
            () if says(OPENING) => Kind::Opening,
            () if says(CLOSING) => Kind::Closing,
            () if says(TURNOVER) => Kind::Turnover,
            () => Kind::Entry,
        }
    }
}

/// `0,00` in the column that does not hold.
fn nothing(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).all(|c| c == '0')
}

fn side(text: &str) -> Option<Side> {
    match fold(text).trim_end_matches('.') {
        "k" | "c" | "cr" | "crdt" | "credit" | "kreditas" | "kredit" | "kreedit" | "kredits" | "h" | "haben" | "in" | "+" => {
            Some(Side::In)
        }
        "d" | "dr" | "dbit" | "debit" | "debetas" | "debet" | "deebet" | "debets" | "s" | "soll" | "out" | "-" => Some(Side::Out),
        _ => None,
    }
}

fn account<'a>(accounts: &'a mut Vec<Account>, own: &str, currency: Currency) -> &'a mut Account {
    let at = accounts.iter().position(|a| a.head.account == own).unwrap_or_else(|| {
        let head = Head {
            message: Message::Csv,
            version: String::new(),
            id: String::new(),
            sequence: None,
            account: own.to_owned(),
            currency: Some(currency),
            from: None,
            to: None,
        };
        let keys = Keys::default();
        accounts.push(Account { head, entries: Vec::new(), keys, opening: None, closing: None, booked: 0, mixed: false });
        accounts.len() - 1
    });
    &mut accounts[at]
}

impl Account {
    fn add(&mut self, mut entry: Entry, id: &str) {
        self.head.from = self.head.from.into_iter().chain([entry.booked_on]).min();
        self.head.to = self.head.to.into_iter().chain([entry.booked_on]).max();
        if Some(entry.amount.currency) == self.head.currency {
            self.booked = self.booked.saturating_add(entry.signed());
        } else {
            self.mixed = true;
            entry.flags.push(Flag::OtherCurrency);
        }
        let total = entry.signed();
        self.keys.name(&mut entry, Refs { entry: if telling(id) { id } else { "" }, total, ..Refs::default() });
        self.entries.push(entry);
    }

    fn tell(self, out: &mut Vec<Result<Piece, Problem>>) {
        let totals = Totals {
            opening: self.opening,
            closing: self.closing,
            booked: self.booked,
            entries: self.entries.len(),
            pending: 0,
            balance: Balance::Unknown,
        };
        out.push(Ok(Piece::Head(self.head)));
        out.extend(self.entries.into_iter().map(|entry| Ok(Piece::Entry(Box::new(entry)))));
        out.push(Ok(Piece::Totals(totals.weigh(self.mixed))));
    }
}
