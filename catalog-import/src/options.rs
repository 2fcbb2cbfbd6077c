//! What the caller knows about a file, and how much of it may be held at once.

use crate::profile::Profile;

/// How to read a file. `Options::default()` detects everything.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of a built-in profile; None: detect.
    pub profile: Option<String>,
    /// A profile of the caller's own; wins over `profile`.
    pub own_profile: Option<Profile>,
    /// File name; its ending helps to detect the format.
    pub name: Option<String>,
    /// Language of texts that do not say theirs.
    pub locale: String,
    /// Currency of prices that do not say theirs (ISO 4217).
    pub currency: String,
    /// Encoding label; None: byte order mark, else detect.
    pub encoding: Option<String>,
    /// Delimiter of a CSV; None: detect.
    pub delimiter: Option<char>,
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            profile: None,
            own_profile: None,
            name: None,
            locale: "lt".into(),
            currency: "EUR".into(),
            encoding: None,
            delimiter: None,
            limits: Limits::default(),
        }
    }
}

/// Bounds in bytes. The defaults hold 100,000 products well below 300 MB.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// One cell, element or JSON value.
    pub cell: usize,
    /// One row, item or JSON line.
    pub row: usize,
    /// Rows of products whose variants have not all been seen.
    pub held: usize,
    /// One unpacked part of an XLSX file.
    pub part: u64,
    /// The unpacked table of shared texts of an XLSX file.
    pub shared_texts: u64,
    /// Unpacked size by packed size of a part, above one megabyte. Deflate
    /// itself cannot do better than 1032; sheets reach about 50.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { cell: 1 << 20, row: 4 << 20, held: 96 << 20, part: 1 << 30, shared_texts: 96 << 20, ratio: 200 }
    }
}

/// `1 MB`, `300 kB`: for messages.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        b if b >= 1 << 20 => format!("{} MB", b >> 20),
        b if b >= 1 << 10 => format!("{} kB", b >> 10),
        b => format!("{b} bytes"),
    }
}
