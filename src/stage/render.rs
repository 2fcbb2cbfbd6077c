//! Opening a stage and rendering on it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, RwLock},
};

use serde::Serialize;
use tera::{Context, Tera, Value};

use super::{
    assets::{Asset, Assets},
    calendar,
    layers::{DocumentFiles, Layer, Layers, Source, text},
    notation::Notation,
    texts::Texts,
    theme::Theme,
    voice::Voice,
    words::{Words, fill, teach},
};
use crate::kernel::{Fault, Locale, Moment, Money};

/// A theme, compiled for each of its locales. A clone is a handle to the same stage.
#[derive(Clone)]
pub struct Stage(Arc<Hold>);

struct Hold {
    source: Source,
    /// A folder's theme is opened again when one of its files changed; the binary's never does.
    live: bool,
    now: RwLock<Now>,
}

struct Now {
    stamp: u64,
    /// What the owner set, by the setting's key.
    wishes: BTreeMap<String, String>,
    set: Arc<Set>,
}

/// One opening of a theme.
pub(super) struct Set {
    pub theme: Theme,
    pub layers: Layers,
    pub assets: Arc<Assets>,
    pub scenes: HashMap<Locale, Scene>,
    pub documents: DocumentFiles,
    /// The locale that any other falls back to.
    pub source: Locale,
}

/// The theme in one locale.
pub(super) struct Scene {
    pub tera: Tera,
    pub words: Arc<Words>,
}

/// A letter as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedLetter {
    pub subject: String,
    pub html: String,
    pub text: String,
}

impl Stage {
    /// Opens a theme; the fault names the file and what is wrong with it.
    pub fn open(source: Source) -> Result<Self, Fault> {
        let wishes = BTreeMap::new();
        let set = Arc::new(Set::open(&source, &wishes)?);
        let live = source.themes.is_some() || source.own.is_some();
        let stamp = if live { source.stamp() } else { 0 };
        Ok(Self(Arc::new(Hold { source, live, now: RwLock::new(Now { stamp, wishes, set }) })))
    }

    /// Puts on what the owner set: the theme's own settings, by their keys. Pages that are being
    /// rendered are finished as they began.
    ///
    /// # Faults
    /// Those of [`Theme::worn`]; then nothing changes.
    pub fn wear(&self, wishes: BTreeMap<String, String>) -> Result<(), Fault> {
        if self.0.now.read().unwrap_or_else(|e| e.into_inner()).wishes == wishes {
            return Ok(());
        }
        let set = Arc::new(Set::open(&self.0.source, &wishes)?);
        let mut now = self.0.now.write().unwrap_or_else(|e| e.into_inner());
        (now.wishes, now.set) = (wishes, set);
        Ok(())
    }

    /// Renders `templates/NAME.html` (`storefront/product`). Fails when the context lacks
    /// something that the template says, with file and line.
    pub fn render(&self, name: &str, locale: Locale, context: &(impl Serialize + ?Sized)) -> Result<String, Fault> {
        let set = self.set();
        let context = Context::from_serialize(context).map_err(Fault::bug)?;
        set.scene(locale).tera.render(&page(name), &context).map_err(|e| said(name, locale, e))
    }

    /// Renders one block of a page, for an answer that replaces a part of it.
    pub fn render_block(
        &self,
        name: &str,
        block: &str,
        locale: Locale,
        context: &(impl Serialize + ?Sized),
    ) -> Result<String, Fault> {
        let set = self.set();
        let context = Context::from_serialize(context).map_err(Fault::bug)?;
        set.scene(locale).tera.render_block(&page(name), block, &context).map_err(|e| said(name, locale, e))
    }

    /// Renders a letter: `mail/NAME.html`, `mail/NAME.txt`, and the text `mail.NAME.subject`,
    /// whose placeholders walk into the context (`{order.number}`).
    pub fn letter(&self, name: &str, locale: Locale, context: &(impl Serialize + ?Sized)) -> Result<StagedLetter, Fault> {
        let set = self.set();
        let scene = set.scene(locale);
        let value = Value::try_from_serializable(context).map_err(Fault::bug)?;
        let context = Context::from_serialize(&value).map_err(Fault::bug)?;
        let render =
            |ending: &str| scene.tera.render(&format!("mail/{name}.{ending}"), &context).map_err(|e| said(name, locale, e));
        let key = format!("mail.{name}.subject");
        let subject = fill(&scene.words, &key, &value)
            .ok_or_else(|| Fault::bug(format!("the letter `{name}` has no subject that its context can fill ({key})")))?;
        Ok(StagedLetter { subject, html: render("html")?, text: render("txt")? })
    }

    /// Whether the theme has this page.
    pub fn has(&self, name: &str) -> bool {
        let set = self.set();
        set.scene(set.source).tera.contains_template(&page(name))
    }

    /// A text outside templates; the key itself when there is none.
    pub fn text(&self, locale: Locale, key: &str, args: &[(&str, String)]) -> String {
        self.set().scene(locale).words.say(key, args)
    }

    /// Whether a text is there.
    pub fn has_text(&self, locale: Locale, key: &str) -> bool {
        self.set().scene(locale).words.texts.has(key)
    }

    /// The fault in the reader's words (`fault.CODE`), or a general sentence for one without.
    pub fn fault(&self, locale: Locale, fault: &Fault) -> String {
        let set = self.set();
        let words = &set.scene(locale).words;
        let key = format!("fault.{}", fault.code);
        let key = if words.texts.has(&key) { key.as_str() } else { "fault.bug" };
        words.say(key, &fault.args)
    }

    /// A sum as the locale writes it.
    pub fn money(&self, locale: Locale, money: Money) -> String {
        self.set().scene(locale).words.notation.money(money.minor, money.currency)
    }

    /// A moment as the locale writes it, in the shop's zone.
    pub fn datetime(&self, locale: Locale, at: Moment) -> String {
        calendar::datetime(locale, at.0)
    }

    /// The texts and notations of a locale.
    pub fn voice(&self, locale: Locale) -> Voice {
        Voice { set: self.set(), locale }
    }

    /// The templates of documents; the same pointer while the theme does not change.
    pub fn document_files(&self) -> DocumentFiles {
        self.set().documents.clone()
    }

    /// The fonts that documents are set in. Empty in a build without Node.
    pub fn document_fonts(&self) -> Vec<Vec<u8>> {
        self.set().layers.fonts().into_values().map(<[u8]>::to_vec).collect()
    }

    /// The file behind `/assets/HASH/PATH`, by its path.
    pub fn asset(&self, path: &str) -> Option<Asset> {
        self.set().assets.get(path).cloned()
    }

    pub fn theme(&self) -> Theme {
        self.set().theme.clone()
    }

    /// The text of a theme's file that is neither template nor asset (a picture of a document, a sample).
    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.set().layers.file(path).map(<[u8]>::to_vec)
    }

    pub(super) fn set(&self) -> Arc<Set> {
        if self.0.live {
            return renew(&self.0);
        }
        self.0.now.read().unwrap_or_else(|e| e.into_inner()).set.clone()
    }
}

/// The opened theme, opened again when a file changed. A theme that is broken while it is
/// being edited leaves the last good one standing and says what is wrong.
fn renew(hold: &Hold) -> Arc<Set> {
    let stamp = hold.source.stamp();
    {
        let now = hold.now.read().unwrap_or_else(|e| e.into_inner());
        if now.stamp == stamp {
            return now.set.clone();
        }
    }
    let mut now = hold.now.write().unwrap_or_else(|e| e.into_inner());
    now.stamp = stamp;
    match Set::open(&hold.source, &now.wishes) {
        Ok(set) => now.set = Arc::new(set),
        Err(fault) => tracing::error!(%fault, "the theme changed and cannot be opened; the last good one stands"),
    }
    now.set.clone()
}

fn page(name: &str) -> String {
    format!("templates/{name}.html")
}

fn said(name: &str, locale: Locale, error: tera::Error) -> Fault {
    Fault::bug(format!("{name} ({locale}): {error}"))
}

impl Set {
    fn open(source: &Source, wishes: &BTreeMap<String, String>) -> Result<Self, Fault> {
        let mut layers = Layers::open(source)?;
        layers.theme = layers.theme.worn(wishes)?;
        let theme = layers.theme.clone();
        let assets = Arc::new(Assets::gather(&layers));
        let source = theme.locales.first().copied().ok_or_else(|| Fault::bug("the theme has no locales"))?;
        let mut scenes = HashMap::new();
        for locale in &theme.locales {
            scenes.insert(*locale, Scene::open(&layers, *locale, assets.clone())?);
        }
        let documents = layers.documents()?;
        Ok(Self { theme, layers, assets, scenes, documents, source })
    }

    /// The scene of a locale; of the source locale for one that the theme does not speak.
    pub fn scene(&self, locale: Locale) -> &Scene {
        self.scenes.get(&locale).unwrap_or_else(|| &self.scenes[&self.source])
    }
}

impl Scene {
    fn open(layers: &Layers, locale: Locale, assets: Arc<Assets>) -> Result<Self, Fault> {
        let mut chain = vec![locale];
        chain.extend(layers.theme.fallback.iter().chain(&layers.theme.locales).copied());
        let mut files: Vec<(Locale, Vec<&str>)> = Vec::new();
        for locale in chain {
            if files.iter().all(|(known, _)| *known != locale) {
                files.push((locale, layers.layers.iter().flat_map(|l| texts_of(l, locale)).collect()));
            }
        }
        let texts = Texts::read(locale, &files)?;
        let words = Arc::new(Words { locale, texts, notation: Notation::of(locale)?, assets });
        let mut tera = Tera::new();
        let prefixes: Vec<String> = layers.layers.iter().map(|l| format!("{}/", l.name)).collect();
        tera.set_fallback_prefixes(prefixes).map_err(Fault::bug)?;
        teach(&mut tera, words.clone());
        let settings: HashMap<&str, String> = layers.theme.settings.iter().map(|s| (s.key.as_str(), plain(&s.default))).collect();
        tera.global_context().insert("theme", &settings);
        let mut templates: Vec<(String, &str)> = Vec::new();
        for layer in &layers.layers {
            for path in layer.files.keys().filter(|p| is_template(p)) {
                let source = text(layer, path).ok_or_else(|| Fault::bug(format!("{}/{path} is not UTF-8", layer.name)))?;
                templates.push((format!("{}/{path}", layer.name), source));
            }
        }
        tera.add_raw_templates(templates).map_err(|e| Fault::bug(format!("theme: {e}")))?;
        Ok(Self { tera, words })
    }
}

/// `locales/lt.json` and whatever stands below `locales/lt/`: a long file may be cut by subject.
fn texts_of(layer: &Layer, locale: Locale) -> impl Iterator<Item = &str> {
    let (file, folder) = (format!("locales/{locale}.json"), format!("locales/{locale}/"));
    let of_locale = move |path: &str| path == file || path.starts_with(&folder) && path.ends_with(".json");
    layer.files.keys().filter(move |p| of_locale(p)).filter_map(|p| text(layer, p))
}

/// What Tera compiles; locale files, assets and samples are not templates.
pub(super) fn is_template(path: &str) -> bool {
    const FOLDERS: [&str; 5] = ["layout/", "templates/", "sections/", "snippets/", "mail/"];
    FOLDERS.iter().any(|f| path.starts_with(f)) && (path.ends_with(".html") || path.ends_with(".txt"))
}

fn plain(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::stage::Sample;

    fn write(root: &std::path::Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }

    const MANIFEST: &str = "name = \"N\"\nversion = \"1.0.0\"\ntheme_api = 1\n";

    /// A root theme and a child that changes one block, one word and one rule of style.
    fn themes() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        write(
            dir.path(),
            &[
                ("old/theme.toml", &format!("id = \"old\"\nlocales = [\"lt\", \"en\"]\nfallback = [\"lt\"]\n{MANIFEST}")),
                (
                    "old/locales/lt.json",
                    r#"{"hi": "Sveiki, {name}", "n": {"one": "{n} prekė", "few": "{n} prekės", "many": "{n} prekės", "other": "{n} prekių"}, "mail": {"hello": {"subject": "Užsakymas {order.number}"}}}"#,
                ),
                ("old/locales/en.json", r#"{"hi": "Hello, {name}"}"#),
                (
                    "old/layout/storefront.html",
                    "{% block title %}{% endblock %}{% block head %}{% endblock %}<main>{% block main %}{% endblock %}</main><footer>{% block foot %}old{% endblock %}</footer>",
                ),
                (
                    "old/templates/storefront/home.html",
                    "{% extends \"layout/storefront.html\" %}{% block main %}{{ t(key=\"hi\", name=name) }} {{ t(key=\"n\", n=count) }} {{ price | money }} {{ asset(path=\"css/a.css\") }}{% endblock %}",
                ),
                ("old/mail/hello.html", "<p>{{ order.number }}</p>"),
                ("old/mail/hello.txt", "Nr. {{ order.number }} & co"),
                ("old/assets/css/a.css", "@import \"asset:css/none.css\";\n.a { background: url(asset:img/b.svg); }\n"),
                ("old/assets/img/b.svg", "<svg/>"),
                ("new/theme.toml", &format!("id = \"new\"\nparent = \"old\"\n{MANIFEST}")),
                ("new/locales/lt.json", r#"{"hi": "Laba diena, {name}"}"#),
                (
                    "new/templates/storefront/home.html",
                    "{% extends \"old/templates/storefront/home.html\" %}{% block foot %}new{% endblock %}",
                ),
            ],
        );
        dir
    }

    fn context() -> serde_json::Value {
        json!({"name": "<Ona>", "count": 22, "price": {"minor": 123450, "currency": "EUR"}, "order": {"number": "UZS-1"}})
    }

    #[test]
    fn a_child_theme_changes_one_block_and_one_word() {
        let dir = themes();
        let old = Stage::open(Source::folder(dir.path(), "old")).unwrap();
        let new = Stage::open(Source::folder(dir.path(), "new")).unwrap();
        let page = old.render("storefront/home", Locale::LT, &context()).unwrap();
        assert!(page.starts_with("<main>Sveiki, &lt;Ona&gt; 22 prekės 1\u{a0}234,50\u{a0}€ /assets/"), "{page}");
        assert!(page.ends_with("<footer>old</footer>"), "{page}");
        let page = new.render("storefront/home", Locale::LT, &context()).unwrap();
        assert!(page.contains("Laba diena") && page.ends_with("<footer>new</footer>"), "{page}");
        let foot = new.render_block("storefront/home", "foot", Locale::LT, &context()).unwrap();
        assert_eq!(foot, "new");
    }

    #[test]
    fn a_stylesheet_names_hashed_addresses() {
        let dir = themes();
        let stage = Stage::open(Source::folder(dir.path(), "new")).unwrap();
        let css = stage.asset("css/a.css").unwrap();
        let svg = stage.asset("img/b.svg").unwrap();
        assert_eq!(String::from_utf8_lossy(&css.bytes), format!(".a {{ background: url({}); }}", svg.url));
    }

    #[test]
    fn a_letter_has_subject_page_and_plain_twin() {
        let dir = themes();
        let stage = Stage::open(Source::folder(dir.path(), "new")).unwrap();
        let letter = stage.letter("hello", Locale::EN, &context()).unwrap();
        assert_eq!(letter.subject, "Užsakymas UZS-1");
        assert_eq!(letter.html, "<p>UZS-1</p>");
        assert_eq!(letter.text, "Nr. UZS-1 & co");
    }

    #[test]
    fn a_missing_variable_is_a_fault_that_names_it() {
        let dir = themes();
        let stage = Stage::open(Source::folder(dir.path(), "old")).unwrap();
        let fault = stage.render("storefront/home", Locale::LT, &json!({"count": 1})).unwrap_err();
        assert!(fault.to_string().contains("storefront/home"), "{fault}");
    }

    #[test]
    fn an_edited_file_is_seen_and_a_broken_one_leaves_the_last_good_page() {
        let dir = themes();
        let stage = Stage::open(Source::folder(dir.path(), "old")).unwrap();
        let file = dir.path().join("old/templates/storefront/home.html");
        std::fs::write(&file, "changed").unwrap();
        assert_eq!(stage.render("storefront/home", Locale::LT, &context()).unwrap(), "changed");
        std::fs::write(&file, "{% broken").unwrap();
        assert_eq!(stage.render("storefront/home", Locale::LT, &context()).unwrap(), "changed");
    }

    #[test]
    fn the_check_says_what_is_missing_and_where() {
        let dir = themes();
        write(
            dir.path(),
            &[
                ("old/templates/storefront/bad.html", "<img src=\"x\">{{ t(key=\"no.such\") }}"),
                ("old/templates/storefront/unseen.html", "."),
            ],
        );
        let stage = Stage::open(Source::folder(dir.path(), "old")).unwrap();
        let samples = [
            Sample::new("storefront/home", "one", &context()).unwrap(),
            Sample::new("storefront/bad", "one", &context()).unwrap(),
            Sample::new("mail/hello", "one", &context()).unwrap(),
        ];
        let codes: Vec<(&str, String)> = stage.check(&samples).into_iter().map(|f| (f.code, f.template)).collect();
        let has = |code: &str, template: &str| codes.iter().any(|(c, t)| *c == code && t == template);
        assert!(has("missing_alt", "storefront/bad") && has("missing_text", "storefront/bad"), "{codes:?}");
        assert!(has("missing_slot", "storefront/home") && has("fallback_text", "storefront/home"), "{codes:?}");
        assert!(has("no_sample", "storefront/unseen"), "{codes:?}");
    }

    #[test]
    fn the_built_in_theme_opens() {
        let stage = Stage::open(Source::embedded()).unwrap();
        assert_eq!(stage.theme().id, "default");
    }
}
