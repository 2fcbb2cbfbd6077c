//! The file under the readers: one handle that several passes share, and its
//! text as UTF-8 whatever it was written in.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1257};

use crate::complaint::{Code, Complaint};

/// What the importer can read from.
pub trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

/// A place in the shared file. Every pass has its own.
#[derive(Clone)]
pub(crate) struct Handle {
    file: Arc<Mutex<Box<dyn Source>>>,
    at: u64,
}

impl Handle {
    pub(crate) fn new(file: Box<dyn Source>) -> Handle {
        Handle { file: Arc::new(Mutex::new(file)), at: 0 }
    }

    pub(crate) fn rewound(&self) -> Handle {
        Handle { file: self.file.clone(), at: 0 }
    }
}

impl Read for Handle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Handle {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(to, SeekFrom::End(_)) {
            file.seek(SeekFrom::Start(self.at))?;
        }
        self.at = file.seek(to)?;
        Ok(self.at)
    }
}

pub(crate) fn unreadable(error: &io::Error) -> Complaint {
    Complaint::new(Code::FileUnreadable).with("reason", error)
}

/// The encoding of the text and, when it had to be guessed, a warning.
pub(crate) fn encoding(file: &Handle, named: Option<&str>) -> Result<(&'static Encoding, Option<Complaint>), Complaint> {
    if let Some(label) = named {
        let unknown = || Complaint::new(Code::EncodingUnknown).with("value", label);
        return Encoding::for_label(label.as_bytes()).map(|e| (e, None)).ok_or_else(unknown);
    }
    let mut start = Vec::new();
    file.rewound().take(1024).read_to_end(&mut start).map_err(|e| unreadable(&e))?;
    if let Some((encoding, _)) = Encoding::for_bom(&start) {
        return Ok((encoding, None));
    }
    if let Some(encoding) = wide(&start).or_else(|| declared(&start)) {
        return Ok((encoding, None));
    }
    let letters = Letters::count(file.rewound()).map_err(|e| unreadable(&e))?;
    let encoding = letters.guess();
    let guessed = encoding != UTF_8;
    Ok((encoding, guessed.then(|| Complaint::new(Code::EncodingGuessed).with("encoding", encoding.name()))))
}

/// UTF-16 without a mark: every other byte of Latin text is zero.
fn wide(start: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let half = start.len() / 2;
    if half < 8 {
        return None;
    }
    match (zeros(0) * 10 > half * 7, zeros(1) * 10 > half * 7) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// `<?xml version="1.0" encoding="windows-1257"?>`
fn declared(start: &[u8]) -> Option<&'static Encoding> {
    let text = String::from_utf8_lossy(start);
    let head = text.trim_start().strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let (_, label) = head.split_once("encoding")?;
    let label = label.trim_start().strip_prefix('=')?.trim_start();
    let quote = label.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Encoding::for_label(label[1..].split(quote).next()?.as_bytes())
}

/// How often each high byte stands outside valid UTF-8.
struct Letters {
    valid: u64,
    stray: [u64; 256],
}

impl Letters {
    fn count(mut file: impl Read) -> io::Result<Letters> {
        let mut letters = Letters { valid: 0, stray: [0; 256] };
        let (mut buffer, mut kept) = (vec![0; 64 << 10], 0);
        loop {
            let read = file.read(&mut buffer[kept..])?;
            let filled = kept + read;
            kept = letters.take(&mut buffer, filled, read == 0);
            if read == 0 {
                return Ok(letters);
            }
        }
    }

    /// Counts what is complete; returns how many bytes wait for their rest.
    fn take(&mut self, buffer: &mut [u8], filled: usize, last: bool) -> usize {
        let mut at = 0;
        while at < filled {
            let (upto, bad) = match std::str::from_utf8(&buffer[at..filled]) {
                Ok(_) => (filled, 0),
                Err(e) => (at + e.valid_up_to(), e.error_len().unwrap_or(0)),
            };
            // Lead bytes of two- to four-byte letters.
            self.valid += buffer[at..upto].iter().filter(|b| **b >= 0xC0).count() as u64;
            if upto == filled {
                break;
            }
            if bad == 0 && !last {
                buffer.copy_within(upto..filled, 0);
                return filled - upto;
            }
            let bad = bad.max(1);
            for byte in &buffer[upto..upto + bad] {
                self.stray[usize::from(*byte)] += 1;
            }
            at = upto + bad;
        }
        0
    }

    /// A file with more good than stray letters is UTF-8 with broken places;
    /// those rows are refused one by one. Else š ž ų ė į are common in
    /// Lithuanian where Western text has the rare ð þ ø ë á.
    fn guess(&self) -> &'static Encoding {
        let strays: u64 = self.stray.iter().sum();
        if self.valid >= strays {
            return UTF_8;
        }
        let sum = |bytes: &[u8]| bytes.iter().map(|b| self.stray[usize::from(*b)]).sum::<u64>();
        let baltic = sum(&[0xF0, 0xFE, 0xF8, 0xEB, 0xFB, 0xD0, 0xDE, 0xD8, 0xE6]);
        let western = sum(&[0xE7, 0xF1, 0xEA, 0xE2, 0xED, 0xFA, 0xEE, 0xF4, 0xC7, 0xD1]);
        if baltic > western { WINDOWS_1257 } else { WINDOWS_1252 }
    }
}

/// The file's text as UTF-8, without its mark; what cannot be decoded becomes
/// U+FFFD, which the rows then complain about.
pub(crate) struct Text {
    file: Handle,
    decoder: Decoder,
    raw: Box<[u8]>,
    /// Decoded text, given out from `at`.
    text: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Text {
    pub(crate) fn new(file: &Handle, encoding: &'static Encoding) -> Text {
        Text {
            file: file.rewound(),
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; 64 << 10].into_boxed_slice(),
            text: Vec::new(),
            at: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let read = self.file.read(&mut self.raw)?;
        self.ended = read == 0;
        let most = self.decoder.max_utf8_buffer_length(read).unwrap_or(read * 3 + 16);
        self.text.resize(most, 0);
        let (_, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..read], &mut self.text, self.ended);
        self.text.truncate(written);
        self.at = 0;
        Ok(())
    }
}

impl Read for Text {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.ended {
            self.refill()?;
        }
        let part = &self.text[self.at..];
        let given = part.len().min(out.len());
        out[..given].copy_from_slice(&part[..given]);
        self.at += given;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(bytes: &[u8]) -> (String, &'static str) {
        let file = Handle::new(Box::new(Cursor::new(bytes.to_vec())));
        let (encoding, _) = encoding(&file, None).unwrap();
        let mut text = String::new();
        io::BufReader::new(Text::new(&file, encoding)).read_to_string(&mut text).unwrap();
        (text, encoding.name())
    }

    #[test]
    fn lithuanian_of_the_nineties_is_recognised() {
        let (bytes, ..) = WINDOWS_1257.encode("Ąžuolinė kėdė šviesi, žalia, įspūdinga");
        assert_eq!(read(&bytes), ("Ąžuolinė kėdė šviesi, žalia, įspūdinga".into(), "windows-1257"));
    }

    #[test]
    fn french_of_the_nineties_is_recognised() {
        let (bytes, ..) = WINDOWS_1252.encode("chaise en chêne, façade, fenêtre à côté");
        assert_eq!(read(&bytes).1, "windows-1252");
    }

    #[test]
    fn marks_are_read_and_removed() {
        assert_eq!(read("\u{feff}ąb".as_bytes()), ("ąb".into(), "UTF-8"));
        let wide: Vec<u8> = "\u{feff}ąb,c".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&wide), ("ąb,c".into(), "UTF-16LE"));
        let bare: Vec<u8> = "sku,price,title".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&bare).0, "sku,price,title");
    }

    #[test]
    fn one_broken_letter_does_not_change_the_encoding_of_the_file() {
        let mut bytes = "ąčęėįšųūž".as_bytes().to_vec();
        bytes.push(0xE0);
        let (text, name) = read(&bytes);
        assert_eq!((text.as_str(), name), ("ąčęėįšųūž\u{fffd}", "UTF-8"));
    }
}
