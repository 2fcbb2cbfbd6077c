//! A sheet that was sent as a file becomes the lines that somebody could have pasted.

use poem::Response;
use vitrina::{
    flows,
    kernel::{Currency, Fault, fold},
};

use super::desk::Desk;
use crate::problems;

/// What columns are called in sheets of this shop and of others.
const SKU: &[&str] = &["sku", "kodas", "prekes kodas", "artikulas", "artikelnummer", "item", "code"];
const PRICE: &[&str] = &["price", "kaina", "preis", "price or discount", "kaina arba nuolaida"];
const FROM: &[&str] = &["from", "from quantity", "quantity", "qty", "nuo", "kiekis", "nuo kiekio", "menge", "ab menge"];
const CURRENCY: &[&str] = &["currency", "valiuta", "wahrung"];

/// Puts the lines of a file that came with the form into its field `lines`; a form without a file
/// stays as it is.
///
/// # Faults
/// `imports.bad_file`; `office.lines` when there are more than `most`.
pub async fn take(desk: &mut Desk, most: usize) -> Result<(), Fault> {
    let Some(upload) = desk.uploads.iter_mut().find(|u| u.field == "file") else { return Ok(()) };
    let bytes = std::mem::take(&mut upload.bytes);
    let read = flows::imports::table(bytes, most + 1).await;
    let rows = read.map_err(|fault| problems::said(&desk.stage, desk.locale, fault))?;
    let lines = lines(&rows);
    if lines.len() > most {
        return Err(Fault::invalid("file", "office.lines").arg("most", most));
    }
    desk.form.set("lines", &lines.join("\n"));
    Ok(())
}

/// A price that names its currency, "12,50 PLN", and what is left of it without.
pub fn priced(text: &str) -> (&str, Option<Currency>) {
    let at = text.len().checked_sub(3).filter(|at| text.is_char_boundary(*at));
    let named = at.and_then(|at| Some((text[..at].trim(), text[at..].parse::<Currency>().ok()?)));
    named.map_or((text, None), |(price, currency)| (price, Some(currency)))
}

/// Columns by their names, else in the order in which lines are typed; a heading is no line.
fn lines(rows: &[Vec<String>]) -> Vec<String> {
    let Some(heading) = rows.first() else { return Vec::new() };
    let named = |names: &[&str]| heading.iter().position(|cell| names.contains(&fold(cell.trim()).as_str()));
    let cell = |row: &[String], at: Option<usize>| at.and_then(|at| row.get(at)).map(|c| c.trim()).unwrap_or_default().to_owned();
    let (skip, columns) = match (named(SKU), named(PRICE)) {
        (Some(sku), Some(price)) => (1, [Some(sku), Some(price), named(FROM), named(CURRENCY)]),
        // Without names: what has no figure where a price stands is a heading of another language.
        _ => (usize::from(!cell(heading, Some(1)).contains(|c: char| c.is_ascii_digit())), [Some(0), Some(1), Some(2), None]),
    };
    let line = |row: &Vec<String>| {
        let [sku, price, from, currency] = columns.map(|at| cell(row, at));
        // Our own export guards what a sheet program would take for a formula.
        let sku = sku.trim_start_matches('\'');
        let price = if currency.is_empty() || price.ends_with('%') { price } else { format!("{price} {currency}") };
        if from.is_empty() { format!("{sku}\t{price}") } else { format!("{sku}\t{price}\t{from}") }
    };
    let filled = |row: &&Vec<String>| row.iter().any(|cell| !cell.trim().is_empty());
    rows.iter().skip(skip).filter(filled).map(line).collect()
}

/// A file of prices that comes back through the same page.
pub struct Csv(String);

impl Csv {
    pub fn new(heading: &str) -> Self {
        Self(format!("\u{feff}{heading}\r\n"))
    }
    /// A sheet program must not take an SKU for a formula.
    pub fn row(&mut self, sku: &str, cells: &[&str]) {
        let guard = if sku.starts_with(char::is_alphanumeric) { "" } else { "'" };
        self.0 += guard;
        self.0 += &sku.replace([';', '"', '\r', '\n'], " ");
        for cell in cells {
            self.0.push(';');
            self.0 += cell;
        }
        self.0 += "\r\n";
    }
    /// A line of words that other people wrote: none of them is a formula, and none ends the cell.
    pub fn words(&mut self, cells: &[&str]) {
        for (n, cell) in cells.iter().enumerate() {
            if n > 0 {
                self.0.push(';');
            }
            if cell.trim_start().starts_with(['=', '+', '-', '@', '\t']) {
                self.0.push('\'');
            }
            self.0 += &cell.replace([';', '"', '\r', '\n'], " ");
        }
        self.0 += "\r\n";
    }
    pub fn answer(self, name: &str) -> Response {
        Response::builder()
            .content_type("text/csv; charset=utf-8")
            .header("content-disposition", format!("attachment; filename=\"{name}\""))
            .header("cache-control", "no-store")
            .body(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_or_by_place() {
        let read =
            |rows: &[&[&str]]| lines(&rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect::<Vec<_>>());
        let ours: &[&[&str]] = &[&["sku", "price", "currency"], &["'-A", "12,50", "PLN"], &["", "", ""]];
        assert_eq!(read(ours), ["-A\t12,50 PLN"]);
        let other: &[&[&str]] = &[&["Pavadinimas", "Kaina", "Prekės kodas", "Nuo kiekio"], &["Stalas", "10%", "ST-1", "6"]];
        assert_eq!(read(other), ["ST-1\t10%\t6"]);
        assert_eq!(read(&[&["ST-1", "12.5", "6"], &["ST-2", "13", ""]]), ["ST-1\t12.5\t6", "ST-2\t13"]);
        assert_eq!(read(&[&["Nr.", "Suma"], &["ST-2", "13"]]), ["ST-2\t13"]);
        assert!(read(&[]).is_empty());
    }
}
