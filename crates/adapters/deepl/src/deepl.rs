//! DeepL's API, as its OpenAPI document of version 3.11 has it.

use reqwest::{Client, Method, RequestBuilder, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use vitrina::{
    kernel::Locale,
    translation::{Answer, Batch, Quota, Translator, Trouble},
};

use crate::{
    glossary::Shelf,
    wire::{Patience, client, send},
};

/// Older documents of DeepL allow so many texts of a request, newer ones only limit its size.
const TEXTS: usize = 50;
/// Below the 128 KiB of a whole request.
const BYTES: usize = 100 << 10;

/// The account behind a key.
pub struct DeepL {
    pub(crate) base: String,
    pub(crate) patience: Patience,
    client: Client,
    key: String,
    formality: String,
    shelf: Shelf,
}

#[derive(Debug, Deserialize)]
struct Translations {
    translations: Vec<Translation>,
}

#[derive(Debug, Deserialize)]
struct Translation {
    text: String,
    #[serde(default)]
    billed_characters: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Usage {
    character_count: i64,
    character_limit: i64,
}

/// What DeepL calls a limit that is none.
const NO_LIMIT: i64 = 1_000_000_000_000;

impl DeepL {
    /// `url` empty: the host that goes with the key. `formality`: `more`, `less` or `default`;
    /// languages that know none are translated all the same.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(url: &str, key: &str, formality: &str) -> Result<Self, String> {
        Self::with_patience(url, key, formality, Patience::default())
    }

    /// # Errors
    /// As [`DeepL::new`].
    pub fn with_patience(url: &str, key: &str, formality: &str, patience: Patience) -> Result<Self, String> {
        let host = match url.trim_end_matches('/') {
            "" if key.ends_with(":fx") => "https://api-free.deepl.com",
            "" => "https://api.deepl.com",
            url => url,
        };
        if key.trim().is_empty() || !key.trim().chars().all(|c| c.is_ascii_graphic()) {
            return Err("the key of DeepL is empty or has characters that no key has".into());
        }
        let formality = match formality {
            "more" => "prefer_more",
            "less" => "prefer_less",
            _ => "default",
        };
        let (base, key) = (host.to_owned(), key.trim().to_owned());
        Ok(Self { base, patience, client: client(patience)?, key, formality: formality.to_owned(), shelf: Shelf::default() })
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.base);
        self.client.request(method, url).header("authorization", format!("DeepL-Auth-Key {}", self.key))
    }

    /// One request within the limits.
    async fn ask(&self, batch: &Batch, texts: &[String], glossary: Option<&str>) -> Result<Answer, Asked> {
        let mut body = json!({
            "text": texts, "source_lang": source(batch.from), "target_lang": target(batch.to),
            "tag_handling": "xml", "splitting_tags": ["p"], "non_splitting_tags": ["g", "x"], "outline_detection": false,
            "preserve_formatting": true, "formality": self.formality, "show_billed_characters": true,
        });
        if let Some(id) = glossary {
            body["glossary_id"] = id.into();
        }
        let answer = send(self.patience, || self.request(Method::POST, "/v2/translate").json(&body)).await?;
        match answer.status().as_u16() {
            200 => {}
            413 => return Err(Asked::TooLarge),
            404 if glossary.is_some() => return Err(Asked::GlossaryGone),
            _ => return Err(refused(answer).await.into()),
        }
        let odd = |why: String| Trouble::Unavailable(format!("an answer that is none: {why}"));
        let said: Translations = answer.json().await.map_err(|e| odd(e.without_url().to_string()))?;
        if said.translations.len() != texts.len() {
            return Err(odd(format!("{} texts for {}", said.translations.len(), texts.len())).into());
        }
        let billed = said.translations.iter().map(|t| t.billed_characters).sum();
        Ok(Answer { texts: said.translations.into_iter().map(|t| t.text).collect(), billed })
    }

    /// Halves what is too large; asks without a glossary that is gone after it was made anew.
    async fn ask_all(&self, batch: &Batch, texts: &[String]) -> Result<Answer, Trouble> {
        let mut todo: Vec<&[String]> = vec![texts];
        let mut all = Answer { texts: Vec::with_capacity(texts.len()), billed: Some(0) };
        let mut renewed = false;
        while let Some(part) = todo.pop() {
            let glossary = self.shelf.ensure(self, batch).await?;
            match self.ask(batch, part, glossary.as_deref()).await {
                Ok(answer) => {
                    all.texts.extend(answer.texts);
                    all.billed = all.billed.zip(answer.billed).map(|(a, b)| a + b);
                }
                Err(Asked::TooLarge) if part.len() > 1 => {
                    let (first, second) = part.split_at(part.len() / 2);
                    todo.extend([second, first]);
                }
                Err(Asked::TooLarge) => return Err(Trouble::Refused("one text is too large".into())),
                Err(Asked::GlossaryGone) if !renewed => {
                    renewed = true;
                    self.shelf.forget(batch);
                    todo.push(part);
                }
                Err(Asked::GlossaryGone) => return Err(Trouble::Unavailable("the glossary is gone again".into())),
                Err(Asked::Trouble(trouble)) => return Err(trouble),
            }
        }
        Ok(all)
    }
}

enum Asked {
    TooLarge,
    GlossaryGone,
    Trouble(Trouble),
}

impl From<Trouble> for Asked {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

#[async_trait::async_trait]
impl Translator for DeepL {
    fn name(&self) -> &'static str {
        "deepl"
    }

    async fn translate(&self, batch: &Batch) -> Result<Answer, Trouble> {
        let mut all = Answer { texts: Vec::with_capacity(batch.texts.len()), billed: Some(0) };
        let mut from = 0;
        while from < batch.texts.len() {
            let mut bytes = 0;
            let fits = batch.texts[from..].iter().take(TEXTS).take_while(|t| {
                bytes += serde_json::to_string(t).map_or(t.len() * 2, |j| j.len()) + 1;
                bytes <= BYTES
            });
            let to = from + fits.count().max(1);
            let part = self.ask_all(batch, &batch.texts[from..to]).await?;
            all.texts.extend(part.texts);
            all.billed = all.billed.zip(part.billed).map(|(a, b)| a + b);
            from = to;
        }
        Ok(all)
    }

    async fn quota(&self) -> Result<Option<Quota>, Trouble> {
        let answer = send(self.patience, || self.request(Method::GET, "/v2/usage")).await?;
        if answer.status().as_u16() != 200 {
            return Err(refused(answer).await);
        }
        let usage: Usage = answer.json().await.map_err(|e| Trouble::Unavailable(e.without_url().to_string()))?;
        let limit = Some(usage.character_limit).filter(|l| *l < NO_LIMIT);
        Ok(Some(Quota { used: usage.character_count, limit }))
    }
}

/// What an answer that is no success means. DeepL's own words are kept, cut short.
pub(crate) async fn refused(answer: Response) -> Trouble {
    let status = answer.status().as_u16();
    let said = answer.json::<Value>().await.unwrap_or_default();
    let said: String = said["message"].as_str().unwrap_or_default().chars().take(200).collect();
    let why = format!("HTTP {status} {said}").trim_end().to_owned();
    match status {
        401 | 403 => Trouble::Key(why),
        456 => Trouble::Quota,
        _ => Trouble::Refused(why),
    }
}

fn source(locale: Locale) -> String {
    locale.as_str().to_ascii_uppercase()
}

/// English and Portuguese are told with their country: without one they are deprecated.
fn target(locale: Locale) -> String {
    match locale.as_str() {
        "en" => "EN-GB".into(),
        "pt" => "PT-PT".into(),
        "zh" => "ZH-HANS".into(),
        other => other.to_ascii_uppercase(),
    }
}
