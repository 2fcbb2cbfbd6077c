//! API keys: publishable ones name a shop window, secret ones carry rights.

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::kernel::{self, ApiKeyId, ChannelId, KeyActor, Moment, Reads, Right, Scope, Tx, UserId, db, token};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Stands in a web page for everybody to read: opens the store API of a channel.
    Publishable,
    /// Stays on a server: opens what its rights say.
    Secret,
}

impl KeyKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publishable => "publishable",
            Self::Secret => "secret",
        }
    }
    /// Secret scanners find leaked keys by their beginning.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Publishable => "vitrina_pk_",
            Self::Secret => "vitrina_sk_",
        }
    }
}

#[derive(Clone, Debug)]
pub struct NewKey {
    pub name: String,
    pub kind: KeyKind,
    pub rights: Vec<Right>,
    pub channel: Option<ChannelId>,
}

/// A key just made; the secret is shown once.
#[derive(Clone, Debug)]
pub struct CreatedKey {
    pub id: ApiKeyId,
    pub secret: String,
}

/// A key that was presented.
#[derive(Clone, Debug)]
pub struct FoundKey {
    pub actor: KeyActor,
    pub kind: KeyKind,
    pub channel: Option<ChannelId>,
    /// Whether its last use should be noted again.
    pub stale: bool,
}

/// A key in the office's list.
#[derive(Clone, Debug, Serialize)]
pub struct KeyView {
    pub id: ApiKeyId,
    pub name: String,
    pub kind: KeyKind,
    /// The beginning of the secret, to tell keys apart.
    pub hint: String,
    pub rights: Vec<String>,
    pub channel: Option<ChannelId>,
    pub created_at: Moment,
    pub created_by: Option<UserId>,
    pub used_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
}

struct Row {
    id: ApiKeyId,
    name: String,
    kind: String,
    hint: String,
    rights: String,
    channel: Option<ChannelId>,
    created_at: Moment,
    created_by: Option<UserId>,
    used_at: Option<Moment>,
    revoked_at: Option<Moment>,
}
db::record!(Row { id, name, kind, hint, rights, channel, created_at, created_by, used_at, revoked_at });

impl Row {
    fn kind(&self) -> KeyKind {
        if self.kind == KeyKind::Publishable.as_str() { KeyKind::Publishable } else { KeyKind::Secret }
    }
    fn rights(&self) -> impl Iterator<Item = &str> {
        self.rights.split(' ').filter(|r| !r.is_empty())
    }
}

const COLUMNS: &str = "id, name, kind, hint, rights, channel, created_at, created_by, used_at, revoked_at";

/// Makes a key.
///
/// # Faults
/// `access.name_missing`; `access.key_rights` for a publishable key with rights.
pub async fn create_key(tx: &Tx, new: NewKey) -> Result<CreatedKey, kernel::Fault> {
    let name = new.name.trim().to_owned();
    if name.is_empty() {
        return Err(Fault::NameMissing.into());
    }
    if new.kind == KeyKind::Publishable && !new.rights.is_empty() {
        return Err(Fault::KeyRights.into());
    }
    let secret = format!("{}{}", new.kind.prefix(), token::random(tx.app().entropy()));
    let hint: String = secret.chars().take(new.kind.prefix().len() + 4).collect();
    let rights: Vec<&str> = new.rights.iter().map(|r| r.scope()).collect();
    let id = ApiKeyId::new(tx);
    let sql = "insert into api_key (id, name, kind, secret_hash, hint, rights, channel, created_at, created_by) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9)";
    let params = db::params![
        id,
        name,
        new.kind.as_str(),
        token::hash(&secret),
        hint,
        rights.join(" "),
        new.channel,
        tx.now(),
        tx.actor().user()
    ];
    db::run(tx, sql, params).await?;
    Ok(CreatedKey { id, secret })
}

/// The key of a secret, unless it was revoked. One read; a right that is no longer known to the
/// shop is dropped from the key, not from the shop.
///
/// # Faults
/// Whatever the database says.
pub async fn find_key(db: &impl Reads, secret: &str, now: Moment) -> Result<Option<FoundKey>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from api_key where secret_hash = $1 and revoked_at is null");
    let row: Option<Row> = db::opt(db, &sql, db::params![token::hash(secret)]).await?;
    Ok(row.map(|row| FoundKey {
        kind: row.kind(),
        channel: row.channel,
        stale: row.used_at.is_none_or(|at| at.plus_minutes(10) < now),
        actor: KeyActor { id: row.id, rights: row.rights().filter_map(|r| r.parse().ok()).collect() },
    }))
}

/// Notes that a key is in use; asked for only when the note is stale.
///
/// # Errors
/// Whatever the database says.
pub async fn note_key_used(tx: &Tx, key: ApiKeyId) -> Result<(), sea_orm::DbErr> {
    db::run(tx, "update api_key set used_at = $2 where id = $1", db::params![key, tx.now()]).await.map(drop)
}

/// Ends a key; the row stays for the journal.
///
/// # Faults
/// `access.key_not_found`, also for one that was revoked before.
pub async fn revoke_key(tx: &Tx, key: ApiKeyId) -> Result<(), kernel::Fault> {
    let sql = "update api_key set revoked_at = $2 where id = $1 and revoked_at is null";
    match db::run(tx, sql, db::params![key, tx.now()]).await? {
        0 => Err(Fault::KeyNotFound.into()),
        _ => Ok(()),
    }
}

/// All keys, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn keys(db: &impl Reads, _scope: &Scope) -> Result<Vec<KeyView>, kernel::Fault> {
    let rows: Vec<Row> = db::all(db, &format!("select {COLUMNS} from api_key order by id desc"), Vec::new()).await?;
    let view = |row: Row| KeyView {
        kind: row.kind(),
        rights: row.rights().map(str::to_owned).collect(),
        id: row.id,
        name: row.name,
        hint: row.hint,
        channel: row.channel,
        created_at: row.created_at,
        created_by: row.created_by,
        used_at: row.used_at,
        revoked_at: row.revoked_at,
    };
    Ok(rows.into_iter().map(view).collect())
}
