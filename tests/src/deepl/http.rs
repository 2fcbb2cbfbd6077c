//! The stand-in's wire: DeepL's paths, its limits and its refusals.

use std::time::{Duration, Instant};

use poem::{Body, Endpoint, EndpointExt, Request, Response, Route, endpoint::make, http::StatusCode};
use serde_json::{Value, json};

use super::{Books, Fault, Heard, KEY, Stand};

/// `POST /v2/translate` knows these and no others.
const PARAMETERS: &[&str] = &[
    "text",
    "source_lang",
    "target_lang",
    "context",
    "show_billed_characters",
    "split_sentences",
    "preserve_formatting",
    "formality",
    "model_type",
    "glossary_id",
    "glossary_ids",
    "style_id",
    "translation_memory_id",
    "translation_memory_threshold",
    "custom_instructions",
    "tag_handling",
    "tag_handling_version",
    "outline_detection",
    "enable_beta_languages",
    "non_splitting_tags",
    "splitting_tags",
    "ignore_tags",
];
const TARGETS: &[&str] = &[
    "LT", "LV", "ET", "PL", "DE", "EN-GB", "EN-US", "FR", "ES", "IT", "NL", "SV", "FI", "DA", "RU", "UK", "CS", "PT-PT", "PT-BR",
];
const FORMAL: &[&str] = &["DE", "FR", "IT", "ES", "NL", "PL", "PT-PT", "PT-BR", "RU"];
/// The whole request.
const LARGEST: usize = 128 << 10;

pub(super) fn routes(stand: Stand) -> impl Endpoint<Output = Response> {
    Route::new().at("/*path", make(serve).data(stand)).map_to_response()
}

async fn serve(mut request: Request) -> poem::Result<Response> {
    let stand = request.data::<Stand>().expect("the stand-in is beside its routes").clone();
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let (agent, key, kind) = (header("user-agent"), header("authorization"), header("content-type"));
    let bytes = request.take_body().into_bytes().await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    let heard = Heard {
        method: method.clone(),
        path: path.clone(),
        agent: agent.clone(),
        bytes: bytes.len(),
        body: body.clone(),
        at: Instant::now(),
    };
    let (fault, pause) = stand.books(|b| {
        b.heard.push(heard);
        let translates = path.ends_with("/translate");
        (if translates { b.faults.pop_front() } else { None }, if translates { b.pause } else { Duration::ZERO })
    });
    tokio::time::sleep(pause).await;
    match fault {
        Some(Fault::Status(status)) => return Ok(refuse(status, "on demand")),
        Some(Fault::Late(time)) => tokio::time::sleep(time).await,
        Some(Fault::Cut) => return Ok(cut()),
        Some(Fault::Garbage) => return Ok(Response::builder().content_type("text/html").body("<h1>It works</h1>")),
        _ => {}
    }
    if path == "/translate" || path == "/languages" {
        return Ok(stand.books(|b| libre(b, &path, &body, fault)));
    }
    if agent.is_empty() {
        return Ok(refuse(400, "no User-Agent"));
    }
    if key != format!("DeepL-Auth-Key {KEY}") {
        return Ok(refuse(403, "Authorization failed"));
    }
    if method == "POST" && !kind.starts_with("application/json") {
        return Ok(refuse(415, "Unsupported media type"));
    }
    if bytes.len() > LARGEST {
        return Ok(refuse(413, "Request size exceeds the limit"));
    }
    Ok(stand.books(|b| match (method.as_str(), path.as_str()) {
        ("POST", "/v2/translate") => translate(b, &body, fault),
        ("GET", "/v2/usage") => {
            answer(200, &json!({ "character_count": b.used, "character_limit": b.limit.unwrap_or(1_000_000_000_000) }))
        }
        ("GET", "/v3/glossaries") => answer(200, &json!({ "glossaries": b.glossaries.values().collect::<Vec<_>>() })),
        ("POST", "/v3/glossaries") => make_glossary(b, &body),
        ("DELETE", path) => match path.strip_prefix("/v3/glossaries/").and_then(|id| b.glossaries.remove(id)) {
            Some(_) => Response::builder().status(StatusCode::NO_CONTENT).body(Body::empty()),
            None => refuse(404, "Not found"),
        },
        _ => refuse(404, "Not found"),
    }))
}

fn answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Response::builder().status(status).content_type("application/json").body(body.to_string())
}

fn refuse(status: u16, message: &str) -> Response {
    answer(status, &json!({ "message": message }))
}

/// The body ends before its length.
fn cut() -> Response {
    let broken = futures_util::stream::iter([
        Ok(b"{\"transl".to_vec()),
        Err(std::io::Error::new(std::io::ErrorKind::ConnectionReset, "cut on demand")),
    ]);
    Response::builder().content_type("application/json").body(Body::from_bytes_stream(broken))
}

fn translate(b: &mut Books, body: &Value, fault: Option<Fault>) -> Response {
    if let Some(rate) = b.rate {
        let now = Instant::now();
        b.window.retain(|at| now.duration_since(*at) < Duration::from_secs(1));
        if b.window.len() >= rate {
            return refuse(429, "Too many requests");
        }
        b.window.push_back(now);
    }
    if let Some(unknown) = body.as_object().and_then(|o| o.keys().find(|k| !PARAMETERS.contains(&k.as_str()))) {
        return refuse(400, &format!("Parameter {unknown} not supported"));
    }
    let Some(texts) = body["text"].as_array().filter(|t| !t.is_empty() && t.len() <= 50) else {
        return refuse(400, "Parameter 'text' not specified, or more than 50");
    };
    let target = body["target_lang"].as_str().unwrap_or_default();
    if !TARGETS.contains(&target) {
        return refuse(400, "Value for 'target_lang' not supported.");
    }
    if matches!(body["formality"].as_str(), Some("more" | "less")) && !FORMAL.contains(&target) {
        return refuse(400, "'formality' is not supported for given 'target_lang'.");
    }
    let dictionary = match body["glossary_id"].as_str() {
        Some(_) if body["source_lang"].is_null() => return refuse(400, "Use of glossary requires the source_lang parameter"),
        Some(id) => match b.glossaries.get(id) {
            Some(glossary) => entries(glossary),
            None => return refuse(404, "Glossary not found"),
        },
        None => Vec::new(),
    };
    let xml = body["tag_handling"] == "xml";
    let characters = |t: &Value| bare(t.as_str().unwrap_or_default(), xml).chars().count();
    let billed = i64::try_from(texts.iter().map(characters).sum::<usize>()).unwrap_or(0);
    if b.limit.is_some_and(|limit| b.used + billed > limit) {
        return refuse(456, "Quota Exceeded");
    }
    b.used += billed;
    let told = |t: &Value| {
        let mut text = said(b, t.as_str().unwrap_or_default(), &target[..2].to_ascii_lowercase(), &dictionary);
        if fault == Some(Fault::Spoil) {
            text = spoiled(&text);
        }
        let mut one = json!({ "detected_source_language": body["source_lang"], "text": text });
        if body["show_billed_characters"] == true {
            one["billed_characters"] = characters(t).into();
        }
        one
    };
    let mut all: Vec<Value> = texts.iter().map(told).collect();
    if fault == Some(Fault::Short) {
        all.pop();
    }
    answer(200, &json!({ "translations": all }))
}

/// A text without its tags, entities as the characters that they are.
fn bare(text: &str, xml: bool) -> String {
    if !xml {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn entries(glossary: &Value) -> Vec<(String, String)> {
    let all = glossary["dictionaries"][0]["entries"].as_str().unwrap_or_default();
    all.lines().filter_map(|l| l.split_once('\t')).map(|(s, t)| (s.to_owned(), t.to_owned())).collect()
}

fn said(b: &Books, text: &str, language: &str, dictionary: &[(String, String)]) -> String {
    let (mut out, mut word) = (String::new(), String::new());
    let (mut inside, mut entity) = (false, false);
    let end = |word: &mut String, out: &mut String| {
        if !word.is_empty() {
            let listed = dictionary.iter().find(|(s, _)| s == word).map(|(_, t)| t);
            match listed.or_else(|| b.words.get(word.as_str())) {
                Some(known) => out.push_str(known),
                None => {
                    out.push_str(word);
                    out.push_str(language);
                }
            }
            word.clear();
        }
    };
    for c in text.chars() {
        if !inside && !entity && c.is_alphabetic() {
            word.push(c);
            continue;
        }
        end(&mut word, &mut out);
        match c {
            '<' => inside = true,
            '>' => inside = false,
            '&' if !inside => entity = true,
            ';' => entity = false,
            _ => {}
        }
        out.push(c);
    }
    end(&mut word, &mut out);
    out
}

fn spoiled(text: &str) -> String {
    let Some(at) = text.find("<x ") else { return text.to_owned() };
    let end = text[at..].find('>').map_or(text.len(), |n| at + n + 1);
    format!("{}{}", &text[..at], &text[end..])
}

fn make_glossary(b: &mut Books, body: &Value) -> Response {
    let dictionaries = body["dictionaries"].as_array().cloned().unwrap_or_default();
    let well = |d: &Value| {
        let lines = d["entries"].as_str().unwrap_or_default();
        let word = |w: &str| !w.is_empty() && w.len() <= 1024;
        d["entries_format"] == "tsv"
            && d["source_lang"].as_str().is_some_and(|l| l.len() == 2)
            && d["target_lang"].as_str().is_some_and(|l| l.len() == 2)
            && !lines.is_empty()
            && lines.lines().all(|l| l.split_once('\t').is_some_and(|(s, t)| word(s) && word(t)))
    };
    if body["name"].as_str().unwrap_or_default().is_empty() || dictionaries.is_empty() || !dictionaries.iter().all(well) {
        return refuse(400, "Bad request: invalid dictionaries");
    }
    b.made += 1;
    let id = format!("def3a26b-3e84-45b3-84ae-{:012}", b.made);
    let mut glossary = body.clone();
    glossary["glossary_id"] = id.as_str().into();
    b.glossaries.insert(id, glossary.clone());
    answer(201, &glossary)
}

fn libre(b: &Books, path: &str, body: &Value, fault: Option<Fault>) -> Response {
    if path == "/languages" {
        return answer(200, &json!([{ "code": "lt", "name": "Lithuanian", "targets": ["de", "en"] }]));
    }
    let (Some(texts), Some(target)) = (body["q"].as_array(), body["target"].as_str()) else {
        return answer(400, &json!({ "error": "Invalid request: missing q parameter" }));
    };
    if body["format"] != "html" || body["source"].as_str().is_none_or(|s| s.len() != 2) {
        return answer(400, &json!({ "error": "not as this shop asks" }));
    }
    if body["api_key"].as_str().is_some_and(|k| k != KEY) {
        return answer(403, &json!({ "error": "Invalid API key" }));
    }
    let told = |t: &Value| {
        let text = said(b, t.as_str().unwrap_or_default(), target, &[]);
        if fault == Some(Fault::Spoil) { spoiled(&text) } else { text }
    };
    answer(200, &json!({ "translatedText": texts.iter().map(told).collect::<Vec<_>>() }))
}
