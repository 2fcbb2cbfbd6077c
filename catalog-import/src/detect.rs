//! What kind of file this is.

use std::io::{BufRead, BufReader};

use crate::amount::Comma;
use crate::complaint::{Code, Complaint};
use crate::file::{Handle, Text, encoding, unreadable};
use crate::options::Options;
use crate::plan::Plan;
use crate::profile::{Profile, fold};
use crate::source::Rows;
use crate::source::csv::Csv;
use crate::source::json::{Json, Piece, Shape};
use crate::source::xlsx::Workbook;
use crate::source::xml::Feed;

/// The format of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Xml,
    Json,
}

/// A file whose format is known; it can be opened as often as needed.
pub(crate) struct Kind {
    file: Handle,
    pub format: Format,
    shape: Shape,
    pub encoding: &'static encoding_rs::Encoding,
    pub guessed: Option<Complaint>,
    options: Options,
}

impl Kind {
    pub(crate) fn of(file: Handle, options: &Options) -> Result<Kind, Complaint> {
        let mut start = [0u8; 8];
        let read = std::io::Read::read(&mut file.rewound(), &mut start).map_err(|e| unreadable(&e))?;
        if read == 0 {
            return Err(Complaint::new(Code::FileEmpty));
        }
        let known = || Complaint::new(Code::FileUnknown).with("known", names());
        if start.starts_with(b"PK") {
            let encoding = encoding_rs::UTF_8;
            let options = options.clone();
            return Ok(Kind { file, format: Format::Xlsx, shape: Shape::Lines, encoding, guessed: None, options });
        }
        let (encoding, guessed) = encoding(&file, options.encoding.as_deref())?;
        let mut text = BufReader::with_capacity(64 << 10, Text::new(&file, encoding));
        let sample = text.fill_buf().map_err(|e| unreadable(&e))?;
        // A picture, a PDF, an old .xls.
        if sample.contains(&0) || start.starts_with(b"\xd0\xcf\x11\xe0") {
            return Err(known());
        }
        let first = sample.iter().find(|b| !b.is_ascii_whitespace()).copied();
        let (format, shape) = match first {
            None => return Err(Complaint::new(Code::FileEmpty)),
            Some(b'<') => (Format::Xml, Shape::Lines),
            Some(b'{') => (Format::Json, Shape::Lines),
            Some(b'[') => (Format::Json, Shape::Array),
            Some(_) => (Format::Csv, Shape::Lines),
        };
        Ok(Kind { file, format, shape, encoding, guessed, options: options.clone() })
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.format, Format::Csv | Format::Xlsx)
    }

    fn text(&self) -> Text {
        Text::new(&self.file, self.encoding)
    }

    pub(crate) fn csv(&self) -> Result<Csv<Text>, Complaint> {
        Csv::open(self.text(), self.options.delimiter, self.options.limits)
    }

    pub(crate) fn json(&self) -> Json<Text> {
        Json::open(self.text(), self.shape, self.options.limits)
    }

    pub(crate) fn rows(&self) -> Result<Box<dyn Rows>, Complaint> {
        Ok(match self.format {
            Format::Csv => Box::new(self.csv()?),
            Format::Xlsx => Box::new(Workbook::open(self.file.rewound(), self.options.limits)?),
            Format::Xml => Box::new(Feed::open(self.text(), self.options.limits)),
            Format::Json => Box::new(self.json()),
        })
    }

    /// A semicolon file comes from a country of decimal commas.
    pub(crate) fn comma(&self) -> Comma {
        let semicolon = self.format == Format::Csv && self.csv().is_ok_and(|csv| csv.delimiter() == b';');
        if semicolon { Comma::Decimal } else { Comma::Unsure }
    }

    /// NDJSON as our own export writes it: whole drafts, not cells.
    pub(crate) fn is_ours(&self) -> bool {
        if self.format != Format::Json || self.options.own_profile.is_some() {
            return false;
        }
        match self.json().piece() {
            Some((_, Ok(Piece::Object(text)))) => {
                let object = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&text);
                object
                    .is_ok_and(|object| ["external_id", "texts", "variants", "given"].iter().all(|key| object.contains_key(*key)))
            }
            _ => false,
        }
    }
}

/// The profile and the columns it knows of the file.
pub(crate) fn plan(kind: &Kind, rows: &mut dyn Rows, options: &Options) -> Result<(Plan, Vec<Complaint>), Complaint> {
    let table = kind.is_table();
    if !table {
        // The first records show the names.
        for _ in 0..20 {
            match rows.next() {
                Some(Err(trouble)) if trouble.fatal => return Err(trouble.complaint),
                Some(_) => {}
                None => break,
            }
        }
        if rows.columns().names().is_empty() {
            return Err(Complaint::new(Code::FileEmpty));
        }
    }
    let profile = match (&options.own_profile, &options.profile) {
        (Some(profile), _) => profile.clone(),
        (None, Some(name)) => Profile::named(name)?,
        (None, None) => detect(rows.columns().names()),
    };
    let mut plan = Plan::new(profile, options, kind.comma());
    let warnings = plan.learn(rows.columns());
    // Two known columns are a table of products; one is chance.
    if plan.known() < 2 && options.profile.is_none() && options.own_profile.is_none() {
        return Err(Complaint::new(Code::FileUnknown).with("known", names()));
    }
    if table {
        plan.settle_heading()?;
    }
    Ok((plan, if table { warnings } else { Vec::new() }))
}

fn detect(headings: &[String]) -> Profile {
    let folded: Vec<String> = headings.iter().map(|heading| fold(heading)).collect();
    let all = Profile::built_in();
    // The generic profile stands last.
    all.iter().find(|profile| profile.fits(&folded)).unwrap_or(&all[all.len() - 1]).clone()
}

fn names() -> String {
    Profile::built_in().iter().map(|profile| profile.name.as_str()).collect::<Vec<_>>().join(", ")
}
