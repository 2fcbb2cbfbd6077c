//! Photos and papers of a case. Their bytes lie in the media store under their hash; only whoever may see
//! the case learns the hash.

use serde::{Deserialize, Serialize};

use super::{Fault, kind::words};
use crate::kernel::{self, CaseFileId, CaseId, CaseMessageId, Moment, Reads, Tx, db};

words! {
    /// What a file is for.
    Purpose, "unknown purpose of a file" {
        /// The customer shows what is wrong.
        Evidence = "evidence",
        /// The shop shows how it found the goods.
        Inspection = "inspection",
        /// How to send the goods: made by a carrier, laid here by staff.
        Label = "label",
    }
}

/// A file whose bytes lie in the store already.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub message: Option<CaseMessageId>,
    pub purpose: Purpose,
    pub name: String,
    pub mime: String,
    pub hash: String,
    pub bytes: u64,
    /// Of pictures that can be shown.
    pub size: Option<(u32, u32)>,
}

#[derive(Clone, Debug, Serialize)]
pub struct CaseFile {
    pub id: CaseFileId,
    pub message: Option<CaseMessageId>,
    pub purpose: Purpose,
    pub name: String,
    pub mime: String,
    #[serde(skip)]
    pub hash: String,
    pub bytes: i64,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub at: Moment,
}

struct Row {
    id: CaseFileId,
    message_id: Option<CaseMessageId>,
    purpose: String,
    name: String,
    mime: String,
    hash: String,
    bytes: i64,
    width: Option<i64>,
    height: Option<i64>,
    at: Moment,
}
db::record!(Row { id, message_id, purpose, name, mime, hash, bytes, width, height, at });

const COLUMNS: &str = "id, message_id, purpose, name, mime, hash, bytes, width, height, at";

impl Row {
    fn read(self) -> Result<CaseFile, kernel::Fault> {
        Ok(CaseFile {
            id: self.id,
            message: self.message_id,
            purpose: self.purpose.parse().map_err(kernel::Fault::bug)?,
            name: self.name,
            mime: self.mime,
            hash: self.hash,
            bytes: self.bytes,
            width: self.width,
            height: self.height,
            at: self.at,
        })
    }
}

impl CaseFile {
    /// Whether browsers can show it as a picture.
    pub fn is_picture(&self) -> bool {
        self.width.is_some()
    }
}

/// The most that one declaration or message may bring.
pub const MOST: usize = 8;

/// Lays files beside a case.
///
/// # Faults
/// [`Fault::TooManyFiles`].
pub async fn attach(tx: &Tx, case: CaseId, files: &[NewFile]) -> Result<(), kernel::Fault> {
    if files.len() > MOST {
        return Err(Fault::TooManyFiles { most: MOST }.into());
    }
    let side = |side: Option<u32>| side.map(i64::from);
    let rows = files.iter().map(|f| {
        db::params![
            CaseFileId::new(tx),
            case,
            f.message,
            f.purpose.as_str(),
            tidy(&f.name),
            f.mime.clone(),
            f.hash.clone(),
            i64::try_from(f.bytes).unwrap_or(i64::MAX),
            side(f.size.map(|s| s.0)),
            side(f.size.map(|s| s.1)),
            tx.now()
        ]
    });
    let sql = "insert into aftersales_file (id, case_id, message_id, purpose, name, mime, hash, bytes, width, height, at) values";
    Ok(db::insert_many(tx, sql, "", rows.collect()).await?)
}

/// The last part of a name, whatever system it comes from, without what no file name needs.
fn tidy(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: &char| !c.is_control() && !"<>:\"|?*\u{202e}\u{202d}".contains(*c);
    let clean: String = last.trim_matches('.').chars().filter(plain).take(100).collect();
    if clean.trim().is_empty() { "file".into() } else { clean.trim().to_owned() }
}

/// # Faults
/// Whatever the database says.
pub async fn files(db: &impl Reads, case: CaseId) -> Result<Vec<CaseFile>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from aftersales_file where case_id = $1 order by id");
    db::all::<Row>(db, &sql, db::params![case]).await?.into_iter().map(Row::read).collect()
}

/// One file of a case.
///
/// # Faults
/// [`Fault::NoCase`].
pub async fn file_of(db: &impl Reads, case: CaseId, id: CaseFileId) -> Result<CaseFile, kernel::Fault> {
    let sql = format!("select {COLUMNS} from aftersales_file where case_id = $1 and id = $2");
    let row: Option<Row> = db::opt(db, &sql, db::params![case, id]).await?;
    row.ok_or(Fault::NoCase)?.read()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_last_part_of_a_path_and_nothing_else() {
        for (typed, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\fakepath\\kėdė.jpg", "kėdė.jpg"),
            ("...", "file"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
            ("\r\nx<script>.png", "xscript.png"),
            ("", "file"),
        ] {
            assert_eq!(tidy(typed), kept, "{typed:?}");
        }
    }
}
