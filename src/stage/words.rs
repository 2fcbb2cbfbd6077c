//! What a template can say: `t`, `th`, `asset`, `media`, `picture` and the notations of its locale.

use std::{cell::RefCell, collections::BTreeMap, fmt::Write, sync::Arc};

use icu_plurals::PluralOperands;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use super::{
    assets::Assets,
    calendar,
    notation::Notation,
    picture::{Frame, media_url},
    texts::{self, Found, Piece, Texts},
};
use crate::kernel::{Currency, Locale};

/// What the functions of one locale share.
pub struct Words {
    pub locale: Locale,
    pub texts: Texts,
    pub notation: Notation,
    pub assets: Arc<Assets>,
}

/// A text that a page asked for and that its locale does not have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    pub key: String,
    /// The locale that stepped in; `None` when no locale has the text.
    pub from: Option<Locale>,
}

thread_local! {
    static GAPS: RefCell<Option<Vec<Gap>>> = const { RefCell::new(None) };
}

/// Runs `work` and returns what was missing meanwhile.
pub fn gaps_of<T>(work: impl FnOnce() -> T) -> (T, Vec<Gap>) {
    GAPS.with(|g| *g.borrow_mut() = Some(Vec::new()));
    let done = work();
    (done, GAPS.with(|g| g.borrow_mut().take()).unwrap_or_default())
}

fn note(key: &str, from: Option<Locale>) {
    GAPS.with(|g| {
        if let Some(gaps) = g.borrow_mut().as_mut() {
            gaps.push(Gap { key: key.to_owned(), from });
        } else if from.is_none() {
            tracing::warn!(key, "a page asked for a text that no locale file has");
        }
    });
}

impl Words {
    fn find(&self, kwargs: &Kwargs) -> TeraResult<Result<Found<'_>, String>> {
        let key = kwargs.must_get::<&str>("key")?;
        let count = kwargs.get::<&Value>("n")?.and_then(operands);
        match self.texts.find(key, count) {
            Some(found) => {
                if found.from != self.locale {
                    note(key, Some(found.from));
                }
                Ok(Ok(found))
            }
            None => {
                note(key, None);
                Ok(Err(key.to_owned()))
            }
        }
    }

    fn argument(&self, key: &str, kwargs: &Kwargs, name: &str) -> TeraResult<String> {
        match kwargs.get::<&Value>(name)? {
            Some(value) => self.plain(value),
            None => Err(Error::message(format!("the text `{key}` needs `{name}`"))),
        }
    }

    /// A value inside a sentence: numbers grouped, sums with their sign.
    fn plain(&self, value: &Value) -> TeraResult<String> {
        if let Some(text) = value.as_str() {
            return Ok(text.to_owned());
        }
        if let Some(n) = value.as_i64() {
            return Ok(self.notation.integer(n));
        }
        if value.is_map() {
            return self.money(value);
        }
        Ok(String::new())
    }

    /// The text `key`, its placeholders filled from the other arguments.
    fn t(&self, kwargs: &Kwargs) -> TeraResult<Value> {
        let found = match self.find(kwargs)? {
            Ok(found) => found,
            Err(key) => return Ok(Value::from(key)),
        };
        if let [Piece::Plain(text)] = found.pieces {
            return Ok(Value::normal_string(text));
        }
        let mut out = String::with_capacity(64);
        for piece in found.pieces {
            match piece {
                Piece::Plain(text) => out.push_str(text),
                Piece::Slot(name) => out.push_str(&self.argument(kwargs.must_get("key")?, kwargs, name)?),
            }
        }
        Ok(Value::from(out))
    }

    /// As `t`, for a sentence with markup in its placeholders (`{% set link %}<a …>{% endset %}`):
    /// the text and plain arguments are escaped, arguments marked safe are not.
    fn th(&self, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
        let found = match self.find(kwargs)? {
            Ok(found) => found,
            Err(key) => return Ok(Value::from(key)),
        };
        let mut out = String::with_capacity(128);
        for piece in found.pieces {
            match piece {
                Piece::Plain(text) => out.push_str(&state.escape(text)?),
                Piece::Slot(name) => {
                    let text = self.argument(kwargs.must_get("key")?, kwargs, name)?;
                    let safe = kwargs.get::<&Value>(name)?.is_some_and(Value::is_safe);
                    out.push_str(&if safe { text } else { state.escape(&text)? });
                }
            }
        }
        Ok(Value::safe_string(&out))
    }

    fn money(&self, value: &Value) -> TeraResult<String> {
        let part = |name| value.get_from_path(name).ok_or_else(|| Error::message("money is `{minor, currency}`"));
        let currency: Currency = part("currency")?.as_str().unwrap_or_default().parse().map_err(|e: &str| Error::message(e))?;
        if let Some(micro) = value.get_from_path("micro").and_then(Value::as_i64) {
            return Ok(self.notation.each(micro, currency));
        }
        let minor = part("minor")?.as_i64().ok_or_else(|| Error::message("`minor` is not an integer"))?;
        Ok(self.notation.money(minor, currency))
    }

    fn picture(&self, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
        let of = kwargs.must_get::<&Value>("of")?;
        let text = |name: &'static str| of.get_from_path(name).and_then(Value::as_str).unwrap_or_default();
        let pixels = |name: &'static str| {
            of.get_from_path(name).and_then(Value::as_i64).and_then(|n| u32::try_from(n).ok()).unwrap_or_default()
        };
        let frame = Frame {
            hash: text("hash"),
            alt: kwargs.get::<&str>("alt")?.unwrap_or_else(|| text("alt")),
            width: pixels("width"),
            height: pixels("height"),
            most: kwargs.get::<u32>("most")?.unwrap_or_default(),
            sizes: kwargs.get::<&str>("sizes")?.unwrap_or_default(),
            class: kwargs.get::<&str>("class")?.unwrap_or_default(),
            eager: kwargs.get::<bool>("eager")?.unwrap_or_default(),
        };
        // The hash stands in an address: whatever else comes along is a slip in the context.
        if frame.hash.is_empty() || !frame.hash.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(Error::message("a picture needs its `hash`"));
        }
        Ok(Value::safe_string(&frame.tag(|t| state.escape(t).unwrap_or_default())))
    }

    fn asset(&self, kwargs: &Kwargs) -> TeraResult<Value> {
        let path = kwargs.must_get::<&str>("path")?;
        match self.assets.get(path) {
            Some(asset) => Ok(Value::normal_string(&asset.url)),
            None if kwargs.get::<bool>("optional")?.unwrap_or_default() => Ok(Value::normal_string("")),
            None => Err(Error::message(format!("there is no asset `{path}`"))),
        }
    }
}

fn operands(value: &Value) -> Option<PluralOperands> {
    match value.as_i64() {
        Some(n) => Some(PluralOperands::from(n)),
        None => texts::operands(value.as_str()?),
    }
}

fn integer(value: &Value, what: &str) -> TeraResult<i64> {
    value.as_i64().ok_or_else(|| Error::message(format!("{what}, found {}", value.name())))
}

/// Everything must be known before templates are added: Tera refuses unknown names at load.
pub fn teach(tera: &mut Tera, words: Arc<Words>) {
    functions(tera, &words);
    notations(tera, &words);
    dates(tera, words.locale);
    tera.register_filter("urlencode", |v: &str, _: Kwargs, _: &State| percent(v));
    tera.register_filter("json", |v: &Value, _: Kwargs, _: &State| json(v));
}

fn functions(tera: &mut Tera, words: &Arc<Words>) {
    let w = words.clone();
    tera.register_function("t", move |k: Kwargs, _: &State| w.t(&k));
    let w = words.clone();
    tera.register_function("th", move |k: Kwargs, s: &State| w.th(&k, s));
    let w = words.clone();
    tera.register_function("known", move |k: Kwargs, _: &State| k.must_get::<&str>("key").map(|key| w.texts.has(key)));
    let w = words.clone();
    tera.register_function("asset", move |k: Kwargs, _: &State| w.asset(&k));
    let w = words.clone();
    tera.register_function("picture", move |k: Kwargs, s: &State| w.picture(&k, s));
    tera.register_function("media", |k: Kwargs, _: &State| -> TeraResult<String> {
        Ok(media_url(k.must_get("hash")?, k.get::<u32>("w")?.unwrap_or(640)))
    });
}

fn notations(tera: &mut Tera, words: &Arc<Words>) {
    let w = words.clone();
    tera.register_filter("money", move |v: &Value, _: Kwargs, _: &State| w.money(v));
    let w = words.clone();
    tera.register_filter("number", move |v: &Value, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(w.notation.integer(integer(v, "`number` writes integers")?))
    });
    let w = words.clone();
    tera.register_filter("qty", move |v: &Value, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(w.notation.trimmed(integer(v, "`qty` writes thousandths")?, 3))
    });
    let w = words.clone();
    tera.register_filter("rate", move |v: &Value, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(w.notation.rate(integer(v, "`rate` writes millionths")?))
    });
}

fn dates(tera: &mut Tera, locale: Locale) {
    const WHAT: &str = "a moment is milliseconds since the epoch";
    tera.register_filter("date", move |v: &Value, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(calendar::date(locale, integer(v, WHAT)?))
    });
    tera.register_filter("long_date", move |v: &Value, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(calendar::long_date(locale, integer(v, WHAT)?))
    });
    tera.register_filter("datetime", move |v: &Value, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(calendar::datetime(locale, integer(v, WHAT)?))
    });
    tera.register_filter("time", |v: &Value, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(calendar::time(integer(v, WHAT)?))
    });
    tera.register_filter("iso_date", |v: &Value, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(calendar::iso(integer(v, WHAT)?))
    });
}

fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            // Writing to a String cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}

/// JSON that can stand inside `<script type="application/ld+json">`: no `<` can end the element.
fn json(value: &Value) -> TeraResult<Value> {
    let text = serde_json::to_string(value).map_err(|e| Error::message(e.to_string()))?;
    Ok(Value::safe_string(&text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")))
}

/// The arguments of a text that is filled outside templates, from the page's own context:
/// `{order.number}` walks into it.
pub fn fill(words: &Words, key: &str, context: &Value) -> Option<String> {
    let found = words.texts.find(key, context.get_from_path("n").and_then(operands))?;
    let mut out = String::new();
    for piece in found.pieces {
        match piece {
            Piece::Plain(text) => out.push_str(text),
            Piece::Slot(path) => {
                let value = context.get_from_path(path)?;
                out.push_str(&words.plain(value).ok()?);
            }
        }
    }
    Some(out)
}

impl Words {
    /// A text outside templates (a fault beside its field, a line of a letter).
    pub fn say(&self, key: &str, args: &[(&str, String)]) -> String {
        let args: BTreeMap<&str, String> = args.iter().map(|(k, v)| (*k, v.clone())).collect();
        self.texts.say(key, &args)
    }
}
