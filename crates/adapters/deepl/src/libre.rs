//! Servers that speak LibreTranslate's protocol: one's own machine, no account.

use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};
use vitrina::translation::{Answer, Batch, Quota, Translator, Trouble};

use crate::wire::{Patience, client, send};

/// A server at an address of the configuration.
pub struct Libre {
    base: String,
    key: Option<String>,
    client: Client,
    patience: Patience,
}

/// Texts of one request; servers limit their characters, not their number.
const TEXTS: usize = 20;

#[derive(Deserialize)]
struct Said {
    #[serde(rename = "translatedText")]
    translated: Vec<String>,
}

impl Libre {
    /// # Errors
    /// When no client can be made or the address is empty.
    pub fn new(url: &str, key: Option<&str>) -> Result<Self, String> {
        Self::with_patience(url, key, Patience::default())
    }

    /// # Errors
    /// As [`Libre::new`].
    pub fn with_patience(url: &str, key: Option<&str>, patience: Patience) -> Result<Self, String> {
        if url.trim().is_empty() {
            return Err("translation.libre_url is empty".into());
        }
        let base = url.trim().trim_end_matches('/').to_owned();
        Ok(Self { base, key: key.map(str::to_owned), client: client(patience)?, patience })
    }
}

#[async_trait::async_trait]
impl Translator for Libre {
    fn name(&self) -> &'static str {
        "libretranslate"
    }

    /// The protocol has no glossary: what it misses is flagged afterwards.
    async fn translate(&self, batch: &Batch) -> Result<Answer, Trouble> {
        let mut all = Vec::with_capacity(batch.texts.len());
        for texts in batch.texts.chunks(TEXTS) {
            let mut body = json!({ "q": texts, "source": batch.from.as_str(), "target": batch.to.as_str(), "format": "html" });
            if let Some(key) = &self.key {
                body["api_key"] = key.as_str().into();
            }
            let url = format!("{}/translate", self.base);
            let answer = send(self.patience, || self.client.post(&url).json(&body)).await?;
            let status = answer.status().as_u16();
            if status != 200 {
                let said = answer.json::<Value>().await.unwrap_or_default();
                let said: String = said["error"].as_str().unwrap_or_default().chars().take(200).collect();
                let why = format!("HTTP {status} {said}").trim_end().to_owned();
                return Err(if matches!(status, 401 | 403) { Trouble::Key(why) } else { Trouble::Refused(why) });
            }
            let odd = |why: String| Trouble::Unavailable(format!("an answer that is none: {why}"));
            let said: Said = answer.json().await.map_err(|e| odd(e.without_url().to_string()))?;
            if said.translated.len() != texts.len() {
                return Err(odd(format!("{} texts for {}", said.translated.len(), texts.len())));
            }
            all.extend(said.translated);
        }
        Ok(Answer { texts: all, billed: None })
    }

    async fn quota(&self) -> Result<Option<Quota>, Trouble> {
        let url = format!("{}/languages", self.base);
        let answer = send(self.patience, || self.client.get(&url)).await?;
        match answer.status().as_u16() {
            200 => Ok(None),
            other => Err(Trouble::Refused(format!("HTTP {other}"))),
        }
    }
}
