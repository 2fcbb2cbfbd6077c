//! What the database knows of media.

use std::collections::HashMap;

use serde::Serialize;

use super::{Accepted, Fault, Kind};
use crate::kernel::{self, MediaId, Moment, Origin, Reads, Tx, db, token};

/// A picture or document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Media {
    pub id: MediaId,
    pub hash: String,
    pub kind: Kind,
    pub mime: String,
    pub bytes: i64,
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// The file's name as it came, for the office.
    pub name: String,
    pub created_at: Moment,
}

struct Row {
    id: MediaId,
    hash: String,
    kind: String,
    mime: String,
    bytes: i64,
    width: Option<i64>,
    height: Option<i64>,
    name: String,
    created_at: Moment,
}
db::record!(Row { id, hash, kind, mime, bytes, width, height, name, created_at });

impl From<Row> for Media {
    fn from(row: Row) -> Self {
        let side = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok());
        Self {
            id: row.id,
            hash: row.hash,
            kind: Kind::parse(&row.kind),
            mime: row.mime,
            bytes: row.bytes,
            width: side(row.width),
            height: side(row.height),
            name: row.name,
            created_at: row.created_at,
        }
    }
}

const COLUMNS: &str = "m.id, m.hash, m.kind, m.mime, m.bytes, m.width, m.height, m.name, m.created_at";

/// Writes down what was taken in; the same bytes are the same record, whatever they are called.
///
/// # Faults
/// Whatever the database says.
pub async fn keep(tx: &Tx, accepted: &Accepted, name: &str, origin: Origin) -> Result<Media, kernel::Fault> {
    let sql = "insert into media (id, hash, kind, mime, bytes, width, height, name, origin, created_at) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) on conflict (hash) do nothing";
    let (width, height) = accepted.size.map_or((None, None), |(w, h)| (Some(i64::from(w)), Some(i64::from(h))));
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    let params = db::params![
        MediaId::new(tx),
        accepted.hash.clone(),
        accepted.kind.as_str(),
        accepted.mime,
        i64::try_from(accepted.bytes).unwrap_or(i64::MAX),
        width,
        height,
        name,
        origin,
        tx.now()
    ];
    db::run(tx, sql, params).await?;
    by_hash(tx, &accepted.hash).await
}

/// # Faults
/// `media.not_found`.
pub async fn by_hash(db: &impl Reads, hash: &str) -> Result<Media, kernel::Fault> {
    let sql = format!("select {COLUMNS} from media m where m.hash = $1");
    let row: Option<Row> = db::opt(db, &sql, db::params![hash]).await?;
    Ok(row.map(Media::from).ok_or_else(|| Fault::NotFound(hash.to_owned()))?)
}

/// Those that there are, by id.
///
/// # Faults
/// Whatever the database says.
pub async fn by_ids(db: &impl Reads, ids: &[MediaId]) -> Result<HashMap<MediaId, Media>, kernel::Fault> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let sql = format!("select {COLUMNS} from media m where m.id in ({})", db::marks(chunk.len(), 1));
        for row in db::all::<Row>(db, &sql, db::values(chunk)).await? {
            found.insert(row.id, Media::from(row));
        }
    }
    Ok(found)
}

/// What was fetched from an address before, so that a second import fetches nothing.
///
/// # Faults
/// Whatever the database says.
pub async fn by_source(db: &impl Reads, url: &str) -> Result<Option<Media>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from media_source s join media m on m.id = s.media_id where s.url_hash = $1");
    let row: Option<Row> = db::opt(db, &sql, db::params![token::hash(url)]).await?;
    Ok(row.map(Media::from))
}

/// Remembers where something was fetched from.
///
/// # Faults
/// Whatever the database says.
pub async fn note_source(tx: &Tx, url: &str, media: MediaId) -> Result<(), kernel::Fault> {
    let sql = "insert into media_source (url_hash, url, media_id, fetched_at) values ($1,$2,$3,$4) \
               on conflict (url_hash) do update set media_id = excluded.media_id, fetched_at = excluded.fetched_at";
    db::run(tx, sql, db::params![token::hash(url), url, media, tx.now()]).await?;
    Ok(())
}

/// Media by the addresses from which they were fetched, or by their hashes (with or without an
/// ending), for files that name hundreds.
///
/// # Faults
/// Whatever the database says.
pub async fn by_names(db: &impl Reads, names: &[String]) -> Result<HashMap<String, MediaId>, kernel::Fault> {
    let mut found = HashMap::new();
    for chunk in names.chunks(500) {
        let hashed: HashMap<String, &String> = chunk.iter().map(|n| (token::hash(n), n)).collect();
        let keys: Vec<String> = hashed.keys().cloned().collect();
        let sql = format!("select url_hash, media_id from media_source where url_hash in ({})", db::marks(keys.len(), 1));
        for row in db::rows(db, &sql, db::values(&keys)).await? {
            let key: String = row.try_get_by_index(0)?;
            if let Some(name) = hashed.get(&key) {
                found.insert((*name).clone(), row.try_get_by_index(1)?);
            }
        }
        let stems: HashMap<&str, &String> = chunk.iter().map(|n| (n.split('.').next().unwrap_or(n), n)).collect();
        let keys: Vec<String> = stems.keys().map(|k| (*k).to_owned()).collect();
        let sql = format!("select hash, id from media where hash in ({})", db::marks(keys.len(), 1));
        for row in db::rows(db, &sql, db::values(&keys)).await? {
            let key: String = row.try_get_by_index(0)?;
            if let Some(name) = stems.get(key.as_str()) {
                found.insert((*name).clone(), row.try_get_by_index(1)?);
            }
        }
    }
    Ok(found)
}

/// What a file calls these media: the address each was fetched from, else its hash with an ending.
///
/// # Faults
/// Whatever the database says.
pub async fn names_of(db: &impl Reads, ids: &[MediaId]) -> Result<HashMap<MediaId, String>, kernel::Fault> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(500) {
        let marks = db::marks(chunk.len(), 1);
        let sql = format!("select id, hash, mime from media where id in ({marks})");
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            let hash: String = row.try_get_by_index(1)?;
            let mime: String = row.try_get_by_index(2)?;
            let ending = mime.rsplit('/').next().unwrap_or("bin").to_owned();
            found.insert(row.try_get_by_index(0)?, format!("{hash}.{ending}"));
        }
        let sql = format!("select media_id, url from media_source where media_id in ({marks}) order by url");
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            found.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Actor, testing};

    #[tokio::test]
    async fn the_same_bytes_are_one_record() {
        for fresh in testing::databases().await {
            let app = fresh.app();
            let tx = app.begin(&Actor::System).await.unwrap();
            let accepted =
                Accepted { hash: "ab12".into(), kind: Kind::Picture, mime: "image/webp", bytes: 9, size: Some((40, 20)) };
            let one = keep(&tx, &accepted, "stalas\n.jpg", Origin::Office).await.unwrap();
            let two = keep(&tx, &accepted, "other.jpg", Origin::Import).await.unwrap();
            assert_eq!(one, two);
            assert_eq!((one.name.as_str(), one.width, one.height), ("stalas.jpg", Some(40), Some(20)));
            let url = "https://example.com/a.jpg";
            assert!(by_source(&tx, url).await.unwrap().is_none());
            note_source(&tx, url, one.id).await.unwrap();
            note_source(&tx, url, one.id).await.unwrap();
            assert_eq!(by_source(&tx, url).await.unwrap(), Some(one.clone()));
            assert_eq!(by_ids(&tx, &[one.id]).await.unwrap().len(), 1);
            assert_eq!(by_hash(&tx, "cd").await.unwrap_err().code, "media.not_found");
        }
    }
}
