//! `theme check`: every template in every locale with every sample, and what is wrong with it.

use std::collections::BTreeSet;

use serde::Serialize;
use tera::{Context, Value};

use super::{
    layers::{BUILT_IN, text},
    render::{Scene, Set, Stage, is_template},
    words::{fill, gaps_of},
};
use crate::kernel::{Fault, Locale};

/// A page or letter with a context that it must be able to show.
pub struct Sample {
    /// `storefront/product`, or `mail/order_placed` for a letter.
    pub template: String,
    /// What the sample shows: "reduced price", "empty".
    pub name: String,
    context: Value,
}

impl Sample {
    pub fn new(template: &str, name: &str, context: &impl Serialize) -> Result<Self, Fault> {
        let context = Value::try_from_serializable(context).map_err(Fault::bug)?;
        Ok(Self { template: template.into(), name: name.into(), context })
    }
    /// The serialised context, for a rendering of its own.
    pub fn context(&self) -> &Value {
        &self.context
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The theme must not be used like this.
    Error,
    /// Seen by a reader, but the page stands (a text from another locale).
    Note,
}

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    pub severity: Severity,
    /// `missing_text`, `fallback_text`, `missing_form`, `slots_differ`, `render`, `missing_alt`,
    /// `missing_slot`, `no_sample`, `typeset`.
    pub code: &'static str,
    /// The file to look at, with the theme it lies in: `winter/layout/storefront.html`.
    pub file: String,
    pub template: String,
    pub locale: Option<Locale>,
    pub sample: String,
    pub detail: String,
}

impl Finding {
    /// How to mend it.
    pub fn remedy(&self) -> &'static str {
        match self.code {
            "missing_text" => {
                "write the key into the theme's locales/lt.json and its siblings, or correct its name in the template"
            }
            "fallback_text" => "write the key into this locale's file; until then the reader sees the other language",
            "missing_form" => "write all plural forms of the language: lt one, few, many, other; en and de one, other",
            "slots_differ" => "name the same {places} in every language",
            "missing_alt" => "give the picture alt=\"…\", or alt=\"\" when it only decorates",
            "missing_slot" => {
                "keep the element with this data-slot: in a block that is overridden write {{ super() }} where it stood"
            }
            "no_sample" => "take the file out, or name it as the page it stands for",
            "typeset" => {
                "mend the document's template at the line that is named; what it may know stands in documents/layout.typ"
            }
            _ => "mend the template: it names a variable, filter or file that is not there",
        }
    }
}

/// Slots that law asks for, by page: the mark that the rendered page must carry.
const SLOTS: &[(&str, &str)] = &[
    ("storefront/product", "legal-guarantee"),
    ("storefront/product", "product-safety"),
    ("storefront/checkout_payment", "legal-guarantee"),
    ("storefront/checkout_payment", "obligation-to-pay"),
    ("storefront/checkout_payment", "terms"),
    ("storefront/order", "withdrawal"),
    ("storefront/home", "withdrawal"),
    ("storefront/legal", "withdrawal"),
];

/// The words on the button that places an order: law fixes what they must say (Directive
/// 2011/83/EU art. 8(2), Civil Code 6.228-8), so a theme cannot soften them.
const BUTTON: &[(&str, &str)] =
    &[("lt", "Užsakymas su prievole sumokėti"), ("en", "Order with obligation to pay"), ("de", "Zahlungspflichtig bestellen")];

impl Stage {
    /// Renders every sample in every locale and reads every locale file against the source's.
    pub fn check(&self, samples: &[Sample]) -> Vec<Finding> {
        let set = self.set();
        let mut findings = BTreeSet::new();
        for (locale, scene) in &set.scenes {
            check_texts(&set, *locale, scene, &mut findings);
            for sample in samples {
                check_sample((&set, *locale), scene, sample, &mut findings);
            }
        }
        check_keys(&set, &mut findings);
        check_covered(&set, samples, &mut findings);
        findings.into_iter().collect()
    }
}

fn finding(code: &'static str, template: &str, detail: impl Into<String>) -> Finding {
    let severity = if code == "fallback_text" { Severity::Note } else { Severity::Error };
    let file = template.to_owned();
    Finding { severity, code, file, template: template.into(), locale: None, sample: String::new(), detail: detail.into() }
}

/// The theme's file in which a slip most likely stands: a template of its own with this mark,
/// else the one that is shown.
fn culprit(set: &Set, shown: &str, marked: impl Fn(&str) -> bool) -> String {
    let own = set.layers.layers.iter().filter(|l| !matches!(l.name.as_str(), BUILT_IN | "dist"));
    for layer in own {
        let slipped = |path: &&String| is_template(path) && text(layer, path).is_some_and(&marked);
        if let Some(path) = layer.files.keys().find(slipped) {
            return format!("{}/{path}", layer.name);
        }
    }
    let home = set.layers.layers.iter().find(|l| l.files.contains_key(shown));
    format!("{}/{shown}", home.map_or(BUILT_IN, |l| &l.name))
}

/// The files of the theme that stand before ones of its parents: one of them took something away.
fn overriding(set: &Set, shown: &str) -> String {
    let built_in = set.layers.layers.iter().find(|l| l.name == BUILT_IN);
    let own = set.layers.layers.iter().filter(|l| !matches!(l.name.as_str(), BUILT_IN | "dist"));
    let paths = own.flat_map(|l| l.files.keys().map(move |path| (l, path)));
    let replaced = paths.filter(|(_, path)| is_template(path) && built_in.is_some_and(|b| b.files.contains_key(*path)));
    let files: Vec<String> = replaced.map(|(l, path)| format!("{}/{path}", l.name)).collect();
    if files.is_empty() { culprit(set, shown, |_| false) } else { files.join(", ") }
}

fn check_texts(set: &Set, locale: Locale, scene: &Scene, findings: &mut BTreeSet<Finding>) {
    let file = format!("locales/{locale}.json");
    let source = &set.scenes[&set.source].words.texts;
    let mut say = |code, key: &str, detail: String| {
        findings.insert(Finding { locale: Some(locale), sample: key.into(), ..finding(code, &file, detail) });
    };
    for (key, from) in scene.words.texts.keys() {
        if from != locale {
            say("fallback_text", key, format!("taken from {from}"));
            continue;
        }
        let missing = scene.words.texts.missing_forms(key);
        if !missing.is_empty() {
            say("missing_form", key, format!("has no {}", missing.join(", ")));
        }
        let (ours, theirs) = (scene.words.texts.slots(key), source.slots(key));
        if source.has(key) && ours != theirs {
            say("slots_differ", key, format!("has {ours:?}, {} has {theirs:?}", set.source));
        }
    }
    let button = BUTTON.iter().find(|(l, _)| *l == locale.as_str()).map(|(_, words)| *words);
    let said = scene.words.say("checkout.place", &[]);
    if button.is_some_and(|b| b != said) {
        say("missing_slot", "checkout.place", format!("the order button must say „{}“", button.unwrap_or_default()));
    }
}

fn check_sample((set, locale): (&Set, Locale), scene: &Scene, sample: &Sample, findings: &mut BTreeSet<Finding>) {
    let mut say = |code, file: String, detail: String| {
        let found = finding(code, &sample.template, detail);
        findings.insert(Finding { locale: Some(locale), sample: sample.name.clone(), file, ..found });
    };
    let context = match Context::from_serialize(&sample.context) {
        Ok(context) => context,
        Err(e) => return say("render", sample.template.clone(), e.to_string()),
    };
    let letter = sample.template.strip_prefix("mail/");
    let files: Vec<String> = match letter {
        Some(name) => vec![format!("mail/{name}.html"), format!("mail/{name}.txt")],
        None => vec![format!("templates/{}.html", sample.template)],
    };
    if let Some(key) = letter.map(|name| format!("mail.{name}.subject"))
        && fill(&scene.words, &key, &sample.context).is_none()
    {
        say(
            "missing_text",
            format!("locales/{locale}.json"),
            format!("the subject `{key}` is missing or names what the context has not"),
        );
    }
    for file in files {
        let (done, gaps) = gaps_of(|| scene.tera.render(&file, &context));
        for gap in gaps {
            let place = culprit(set, &file, |source| source.contains(&format!("\"{}\"", gap.key)));
            match gap.from {
                Some(from) => say("fallback_text", format!("locales/{locale}.json"), format!("`{}` taken from {from}", gap.key)),
                None => say("missing_text", place, format!("`{}`", gap.key)),
            }
        }
        match done {
            Ok(html) if file.ends_with(".html") => {
                for tag in pictures_without_alt(&html) {
                    say("missing_alt", culprit(set, &file, |source| !pictures_without_alt(source).is_empty()), tag);
                }
                for (_, slot) in SLOTS.iter().filter(|(t, _)| *t == sample.template) {
                    if !html.contains(&format!("data-slot=\"{slot}\"")) {
                        say("missing_slot", overriding(set, &file), format!("`{slot}` is required by law"));
                    }
                }
            }
            Ok(_) => {}
            Err(e) => say("render", culprit(set, &file, |_| false), e.to_string()),
        }
    }
}

fn pictures_without_alt(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find("<img") {
        let end = rest[at..].find('>').map_or(rest.len(), |e| at + e + 1);
        if !rest[at..end].contains(" alt=\"") {
            tags.push(rest[at..end].to_owned());
        }
        rest = &rest[end..];
    }
    tags
}

/// `t(key="…")` of branches that no sample reaches: every key that is spelt out must exist.
fn check_keys(set: &Set, findings: &mut BTreeSet<Finding>) {
    let known = &set.scenes[&set.source].words.texts;
    for layer in &set.layers.layers {
        for path in layer.files.keys().filter(|p| is_template(p)) {
            let source = text(layer, path).unwrap_or_default();
            for key in source.split("(key=\"").skip(1).filter_map(|s| s.split('"').next()) {
                // `order.state.` is the beginning of keys that the context completes.
                let begun = key.ends_with('.') && known.keys().any(|(k, _)| k.starts_with(key));
                if !begun && !known.has(key) {
                    findings.insert(finding("missing_text", &format!("{}/{path}", layer.name), format!("`{key}`")));
                }
            }
        }
    }
}

/// A page of the storefront or a letter without a sample is a page that nobody checks.
fn check_covered(set: &Set, samples: &[Sample], findings: &mut BTreeSet<Finding>) {
    for layer in &set.layers.layers {
        for path in layer.files.keys() {
            let name = path
                .strip_prefix("templates/")
                .filter(|n| n.starts_with("storefront/"))
                .or_else(|| path.starts_with("mail/").then_some(path.as_str()))
                .and_then(|n| n.strip_suffix(".html"))
                .filter(|n| !n.contains("/_"));
            if let Some(name) = name
                && !samples.iter().any(|s| s.template == name)
            {
                findings.insert(finding("no_sample", name, "no sample shows it"));
            }
        }
    }
}
