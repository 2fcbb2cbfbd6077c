//! What a person typed: names and values, read once, with every slip found at once.

use std::path::PathBuf;

use poem::{FromRequest, Request, RequestBody};
use vitrina::kernel::{Amounts, Currency, Fault, Kind, Moment, Money, Qty};

/// Fields of a form or of a query, in order. Values are trimmed.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
}

/// A form of words only; pictures and imports come in parts.
const MOST: usize = 1 << 20;

impl Form {
    /// Reads `a=1&b=2`.
    pub fn parse(text: &str) -> Self {
        let mut form = Self::default();
        for pair in text.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            form.push(&decode(name), &decode(value));
        }
        form
    }

    /// The query of a request.
    pub fn query(req: &Request) -> Self {
        Self::parse(req.uri().query().unwrap_or_default())
    }

    /// The body of a request.
    ///
    /// # Faults
    /// `request.too_large` above one megabyte.
    pub async fn body(body: &mut RequestBody) -> Result<Self, Fault> {
        let body = body.take().map_err(Fault::bug)?;
        match body.into_bytes_limit(MOST).await {
            Ok(bytes) => Ok(Self::parse(&String::from_utf8_lossy(&bytes))),
            Err(_) => Err(Fault::new(Kind::Invalid, "request.too_large")),
        }
    }

    pub fn push(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), value.trim().to_owned()));
    }
    /// Puts a value into the place of whatever stood there.
    pub fn set(&mut self, name: &str, value: &str) {
        self.fields.retain(|(known, _)| known != name);
        self.push(name, value);
    }
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(n, _)| n.as_str())
    }
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(n, _)| n == name)
    }
    /// The first value of that name; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }
    /// The value, unless it is empty.
    pub fn opt(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|v| !v.is_empty())
    }
    pub fn owned(&self, name: &str) -> Option<String> {
        self.opt(name).map(str::to_owned)
    }
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    /// `line.7=2` as (`7`, `2`) for the prefix `line.`.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.fields.iter().filter_map(move |(n, v)| Some((n.strip_prefix(prefix)?, v.as_str())))
    }
    /// The same as one line, for keys.
    pub fn text(&self) -> String {
        self.fields.iter().map(|(n, v)| format!("{n}={v}&")).collect()
    }
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// Collects the slips of one form, so that the person sees all of them together.
#[derive(Default)]
pub struct Slips(Vec<Fault>);

impl Slips {
    pub fn add(&mut self, field: &str, code: &'static str) {
        self.0.push(Fault::invalid(field, code));
    }
    /// Keeps the value, or notes the slip.
    pub fn take<T>(&mut self, read: Result<T, Fault>) -> Option<T> {
        read.map_err(|fault| self.0.push(fault)).ok()
    }
    /// A text that must not be empty.
    pub fn text(&mut self, form: &Form, name: &str) -> String {
        if form.get(name).is_empty() {
            self.add(name, "form.empty");
        }
        form.get(name).to_owned()
    }
    /// # Faults
    /// All slips together, when there are any.
    pub fn done(self) -> Result<(), Fault> {
        Fault::gather(self.0).map_or(Ok(()), Err)
    }
}

/// A sum as people write it: `1 234,50`, `1234.5`, `€12`.
///
/// # Faults
/// `form.number` at the field.
pub fn money(form: &Form, name: &str, currency: Currency) -> Result<Money, Fault> {
    let minor = decimal(form.get(name), 2).ok_or_else(|| Fault::invalid(name, "form.number"))?;
    Ok(Money { minor, currency })
}

/// What sums are narrowed to: `least`, `most`, `currency`; without a currency in the usual one.
///
/// # Faults
/// `form.number` and `form.choose` at their fields.
pub fn amounts(form: &Form, usual: Currency) -> Result<Amounts, Fault> {
    let mut slips = Slips::default();
    let named = form.opt("currency").map(|text| text.parse().map_err(|_| Fault::invalid("currency", "form.choose")));
    let named = named.and_then(|read| slips.take(read));
    let places = named.unwrap_or(usual).exponent() as usize;
    let mut bound = |name: &str| {
        let read = |text: &str| decimal(text, places).ok_or_else(|| Fault::invalid(name, "form.number"));
        form.opt(name).and_then(|text| slips.take(read(text)))
    };
    let (from, until) = (bound("least"), bound("most"));
    slips.done()?;
    Ok(Amounts { currency: named.or((from.is_some() || until.is_some()).then_some(usual)), from, until })
}

/// A quantity in pieces or measures.
///
/// # Faults
/// `form.number` at the field.
pub fn qty(form: &Form, name: &str) -> Result<Qty, Fault> {
    decimal(form.get(name), 3).map(Qty).ok_or_else(|| Fault::invalid(name, "form.number"))
}

/// `2026-11-30`: the beginning of that day in the shop's zone.
///
/// # Faults
/// `form.date` at the field.
pub fn day(form: &Form, name: &str) -> Result<Moment, Fault> {
    let wrong = || Fault::invalid(name, "form.date");
    let mut parts = form.get(name).splitn(3, '-').map(str::parse::<u16>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    let (Ok(month), Ok(day)) = (u8::try_from(month), u8::try_from(day)) else { return Err(wrong()) };
    if !(1970..=2200).contains(&year) {
        return Err(wrong());
    }
    let noon = Moment::from_ymd(i32::from(year), month, day).ok_or_else(wrong)?.plus_hours(12);
    Ok(Moment::start_of(noon.date()))
}

/// The end of a day that still belongs to what is asked for: the moment at which the next one begins,
/// which is not always 24 hours later.
///
/// # Errors
/// As [`day`].
pub fn end_of_day(form: &Form, name: &str) -> Result<Moment, Fault> {
    Ok(Moment::start_of(day(form, name)?.plus_hours(36).date()))
}

/// `2026-11-30T10:00`, a minute by the shop's clock.
///
/// # Faults
/// `form.date` at the field.
pub fn minute(form: &Form, name: &str) -> Result<Moment, Fault> {
    let wrong = || Fault::invalid(name, "form.date");
    let (date, clock) = form.get(name).split_once('T').ok_or_else(wrong)?;
    let mut only = Form::default();
    only.push(name, date);
    let midnight = day(&only, name)?;
    let mut parts = clock.splitn(3, ':').map(str::parse::<u8>);
    let (Some(Ok(hour)), Some(Ok(minutes))) = (parts.next(), parts.next()) else { return Err(wrong()) };
    if hour > 23 || minutes > 59 {
        return Err(wrong());
    }
    // On the two days on which the clocks change, hours since midnight are not what the clock shows.
    let guess = midnight.plus_hours(i64::from(hour));
    let off = i64::from(hour) - i64::from(guess.to_local().hour());
    Ok(guess.plus_hours(if off.abs() == 1 { off } else { 0 }).plus_minutes(i64::from(minutes)))
}

/// The same way back.
pub fn minute_text(at: Moment) -> String {
    let local = at.to_local();
    let (date, hour, minute) = (local.date(), local.hour(), local.minute());
    format!("{:04}-{:02}-{:02}T{hour:02}:{minute:02}", date.year(), u8::from(date.month()), date.day())
}

/// A decimal number in units of 10^-places, without a float in between. Spaces group, comma or
/// point divides; more digits than the places hold are a slip, not something to round away.
pub fn decimal(text: &str, places: usize) -> Option<i64> {
    let clean: String = text.chars().filter(|c| !c.is_whitespace() && !"\u{a0}\u{202f}€'".contains(*c)).collect();
    let (sign, digits) = match clean.strip_prefix(['-', '−']) {
        Some(rest) => (-1, rest),
        None => (1, clean.strip_prefix('+').unwrap_or(&clean)),
    };
    let (whole, part) = digits.split_once([',', '.']).unwrap_or((digits, ""));
    if whole.is_empty() && part.is_empty() || part.len() > places {
        return None;
    }
    if !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let scale = 10_i64.checked_pow(u32::try_from(places).ok()?)?;
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i64 = if places == 0 { 0 } else { format!("{part:0<places$}").parse().ok()? };
    Some(sign * whole.checked_mul(scale)?.checked_add(part)?)
}

/// Undoes `%C4%85` and `+`.
pub fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let hex = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
        match bytes[at] {
            b'+' => out.push(b' '),
            b'%' if at + 2 < bytes.len() => match (hex(bytes[at + 1]), hex(bytes[at + 2])) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    at += 2;
                }
                _ => out.push(b'%'),
            },
            other => out.push(other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// One file of a form in parts, held in memory up to its limit, or in a file of its own.
#[derive(Debug)]
pub struct Upload {
    pub field: String,
    pub name: String,
    pub bytes: Vec<u8>,
    pub spooled: Option<Spooled>,
}

/// A file on its way in; gone with the value, unless somebody moved it away.
#[derive(Debug)]
pub struct Spooled {
    pub path: PathBuf,
}

impl Drop for Spooled {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Spooled {
    /// Writes what comes in to `path`, piece by piece.
    ///
    /// # Faults
    /// `imports.too_large` above `limit` bytes; `request.form` when it breaks off.
    pub async fn write(mut from: impl tokio::io::AsyncRead + Unpin, path: PathBuf, limit: u64) -> Result<Self, Fault> {
        use tokio::io::AsyncReadExt;
        let mut file = tokio::fs::File::create(&path).await.map_err(|_| Fault::unavailable("imports.no_inbox"))?;
        let spooled = Self { path };
        let mut most = (&mut from).take(limit.saturating_add(1));
        let n = tokio::io::copy(&mut most, &mut file).await.map_err(|_| Fault::new(Kind::Invalid, "request.form"))?;
        if n > limit {
            return Err(Fault::invalid("file", "imports.too_large").arg("mb", limit >> 20));
        }
        file.sync_all().await.map_err(|_| Fault::unavailable("imports.no_inbox"))?;
        Ok(spooled)
    }
}

/// Reads a form in parts.
///
/// # Faults
/// `request.too_large` when one file is larger than `limit`, `request.form` when the parts do
/// not hold together.
pub async fn parts(req: &Request, body: &mut RequestBody, limit: usize) -> Result<(Form, Vec<Upload>), Fault> {
    let broken = || Fault::new(Kind::Invalid, "request.form");
    let mut multipart = poem::web::Multipart::from_request(req, body).await.map_err(|_| broken())?;
    let (mut form, mut uploads) = (Form::default(), Vec::new());
    while let Some(field) = multipart.next_field().await.map_err(|_| broken())? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(str::to_owned);
        let bytes = read(field, limit).await?.ok_or_else(|| Fault::new(Kind::Invalid, "request.too_large"))?;
        match file {
            Some(file) if !file.is_empty() => uploads.push(Upload { field: name, name: file, bytes, spooled: None }),
            Some(_) => {}
            None => form.push(&name, &String::from_utf8_lossy(&bytes)),
        }
    }
    Ok((form, uploads))
}

/// Reads a form in parts whose one file may be large: it goes to `path` while it comes in.
///
/// # Faults
/// As [`parts`] and [`Spooled::write`].
pub async fn spool(req: &Request, body: &mut RequestBody, limit: usize, path: PathBuf) -> Result<(Form, Vec<Upload>), Fault> {
    let broken = || Fault::new(Kind::Invalid, "request.form");
    let mut multipart = poem::web::Multipart::from_request(req, body).await.map_err(|_| broken())?;
    let (mut form, mut uploads) = (Form::default(), Vec::new());
    while let Some(field) = multipart.next_field().await.map_err(|_| broken())? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file) if !file.is_empty() && uploads.is_empty() => {
                let limit = u64::try_from(limit).unwrap_or(u64::MAX);
                let spooled = Spooled::write(field.into_async_read(), path.clone(), limit).await?;
                uploads.push(Upload { field: name, name: file, bytes: Vec::new(), spooled: Some(spooled) });
            }
            Some(_) => {}
            None => {
                let text = read(field, MOST).await?.ok_or_else(|| Fault::new(Kind::Invalid, "request.too_large"))?;
                form.push(&name, &String::from_utf8_lossy(&text));
            }
        }
    }
    Ok((form, uploads))
}

/// The bytes of a part, or nothing when they pass the limit.
async fn read(field: poem::web::Field, limit: usize) -> Result<Option<Vec<u8>>, Fault> {
    use tokio::io::AsyncReadExt;
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    field.into_async_read().take(most).read_to_end(&mut bytes).await.map_err(|_| Fault::new(Kind::Invalid, "request.form"))?;
    Ok((bytes.len() <= limit).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_those_of_the_shops_clock() {
        let read = |text: &str| minute(&Form::parse(&format!("at={text}")), "at").ok();
        let utc = |text: &str| read(text).map(Moment::rfc3339);
        assert_eq!(utc("2026-11-30T10:05").as_deref(), Some("2026-11-30T08:05:00Z"));
        assert_eq!(utc("2026-07-01T00:00").as_deref(), Some("2026-06-30T21:00:00Z"));
        // 29 March: at three the clocks turn to four; 25 October: at four they turn to three.
        assert_eq!(utc("2026-03-29T10:00").as_deref(), Some("2026-03-29T07:00:00Z"));
        assert_eq!(utc("2026-10-25T10:00").as_deref(), Some("2026-10-25T08:00:00Z"));
        for text in ["2026-03-29T10:00", "2026-10-25T23:59", "2026-11-30T10:05"] {
            assert_eq!(minute_text(read(text).unwrap()), text);
        }
        for wrong in ["", "2026-11-30", "2026-11-30T24:00", "2026-02-30T10:00", "T10:00", "2026-11-30Tx"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn sums_are_read_as_people_write_them() {
        for (text, minor) in
            [("12", 1200), ("1 234,50", 123_450), ("1234.5", 123_450), ("-0,05", -5), ("+3", 300), (",5", 50), ("12 €", 1200)]
        {
            assert_eq!(decimal(text, 2), Some(minor), "{text}");
        }
        for text in ["", "-", "1,234", "12x", "1,2,3", "99999999999999999999"] {
            assert_eq!(decimal(text, 2), None, "{text}");
        }
    }

    #[test]
    fn a_form_is_decoded_and_trimmed() {
        let form = Form::parse("name=+%C4%84%C5%BEuolas+&line.7=2&line.9=&bad=%zz");
        assert_eq!(form.get("name"), "Ąžuolas");
        assert_eq!(form.below("line.").collect::<Vec<_>>(), [("7", "2"), ("9", "")]);
        assert_eq!(form.get("bad"), "%zz");
        assert_eq!(form.opt("line.9"), None);
    }

    #[test]
    fn a_day_begins_at_local_midnight() {
        let form = Form::parse("due=2026-07-01&bad=2026-02-30");
        assert_eq!(day(&form, "due").unwrap().rfc3339(), "2026-06-30T21:00:00Z");
        assert!(day(&form, "bad").is_err());
    }
}
