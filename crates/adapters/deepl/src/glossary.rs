//! The shop's glossary at DeepL: one a language pair, found again by the hash of its words, made
//! anew when they change.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use vitrina::{
    kernel::Locale,
    translation::{Batch, Term, Trouble},
};

use crate::{
    deepl::{DeepL, refused},
    wire::send,
};

/// The ids of glossaries that are known to be there.
#[derive(Default)]
pub struct Shelf {
    known: Mutex<HashMap<(Locale, Locale), Placed>>,
    /// One at a time: two requests at once would make it twice.
    making: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Placed {
    name: String,
    id: String,
}

#[derive(Deserialize)]
struct Glossaries {
    glossaries: Vec<Glossary>,
}

#[derive(Deserialize)]
struct Glossary {
    glossary_id: String,
    name: String,
}

impl Shelf {
    /// The id of the glossary with these words; `None` without words.
    pub async fn ensure(&self, deepl: &DeepL, batch: &Batch) -> Result<Option<String>, Trouble> {
        if batch.glossary.is_empty() {
            return Ok(None);
        }
        let entries = tsv(&batch.glossary);
        let digest = Sha256::digest(entries.as_bytes());
        let hash: String = digest[..6].iter().map(|b| format!("{b:02x}")).collect();
        let name = format!("vitrina {}-{} {hash}", batch.from, batch.to);
        let _one = self.making.lock().await;
        let before = self.known(batch);
        if let Some(placed) = before.as_ref().filter(|p| p.name == name) {
            return Ok(Some(placed.id.clone()));
        }
        let id = match find(deepl, &name).await? {
            Some(id) => id,
            None => make(deepl, batch, &name, &entries).await?,
        };
        self.lock().insert((batch.from, batch.to), Placed { name, id: id.clone() });
        // The one that this process used before; others may belong to another shop.
        if let Some(old) = before {
            let path = format!("/v3/glossaries/{}", old.id);
            if let Err(trouble) = send(deepl.patience, || deepl.request(Method::DELETE, &path)).await {
                tracing::warn!(%trouble, "an old glossary stays at DeepL");
            }
        }
        Ok(Some(id))
    }

    pub fn forget(&self, batch: &Batch) {
        self.lock().remove(&(batch.from, batch.to));
    }

    fn known(&self, batch: &Batch) -> Option<Placed> {
        self.lock().get(&(batch.from, batch.to)).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(Locale, Locale), Placed>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A line a word. Terms have neither tabs nor line breaks.
fn tsv(terms: &[Term]) -> String {
    terms.iter().map(|(term, target)| format!("{term}\t{target}")).collect::<Vec<_>>().join("\n")
}

async fn find(deepl: &DeepL, name: &str) -> Result<Option<String>, Trouble> {
    let answer = send(deepl.patience, || deepl.request(Method::GET, "/v3/glossaries")).await?;
    if answer.status().as_u16() != 200 {
        return Err(refused(answer).await);
    }
    let all: Glossaries = answer.json().await.map_err(|e| Trouble::Unavailable(e.without_url().to_string()))?;
    Ok(all.glossaries.into_iter().find(|g| g.name == name).map(|g| g.glossary_id))
}

async fn make(deepl: &DeepL, batch: &Batch, name: &str, entries: &str) -> Result<String, Trouble> {
    let body = json!({
        "name": name,
        "dictionaries": [{
            "source_lang": batch.from.as_str(), "target_lang": batch.to.as_str(), "entries": entries, "entries_format": "tsv",
        }],
    });
    let answer = send(deepl.patience, || deepl.request(Method::POST, "/v3/glossaries").json(&body)).await?;
    if answer.status().as_u16() != 201 {
        return Err(refused(answer).await);
    }
    let made: Glossary = answer.json().await.map_err(|e| Trouble::Unavailable(e.without_url().to_string()))?;
    Ok(made.glossary_id)
}
