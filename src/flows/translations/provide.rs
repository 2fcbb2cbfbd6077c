//! The provider's part: characters are taken from the month's limit, then the call outside any
//! transaction, then what came is written where its source still says the same.

use std::sync::Arc;

use serde_json::json;

use super::super::steps::translating;
use crate::{
    kernel::{Actor, App, Fault, Kind, Locale, Right, journal},
    translation::{self, Answer, Asked, Batch, Domain, Item, NoTranslator, Spent, Term, Translator},
};

/// Texts to be translated into one language.
#[derive(Clone, Debug)]
pub struct Wish {
    pub items: Vec<Item>,
    pub to: Locale,
    pub domain: Domain,
}

/// What became of them.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Had a translation that fits.
    pub standing: usize,
    /// From the catalogue or the memory.
    pub found: usize,
    /// By the provider.
    pub translated: usize,
    /// The provider lost something protected, twice: they stay untranslated.
    pub spoiled: usize,
    /// Untranslated for want of a provider, of its quota or of the month's limit.
    pub left: usize,
    /// Why the provider was not asked, or not to the end.
    pub trouble: Option<Fault>,
}

impl Outcome {
    pub(super) fn add(&mut self, other: Outcome) {
        self.standing += other.standing;
        self.found += other.found;
        self.translated += other.translated;
        self.spoiled += other.spoiled;
        self.left += other.left;
        self.trouble = self.trouble.take().or(other.trouble);
    }
}

/// Texts of one request: below what every provider takes at once.
pub(super) const TEXTS: usize = 50;
pub(super) const BYTES: usize = 96 << 10;

/// Translates texts as far as it goes: what cannot be had is left untranslated and said.
///
/// # Faults
/// `access.forbidden`; whatever the database says.
pub async fn fill(app: &App, actor: &Actor, wish: Wish) -> Result<Outcome, Fault> {
    actor.may(Right::TextsWrite)?;
    let tx = app.begin(actor).await?;
    let plan = translating::prepare(&tx, wish.items, wish.to, wish.domain).await?;
    let names = translation::names(&tx).await?;
    journal::note(&tx, "translation.filled", None, json!({ "to": wish.to, "found": plan.found, "left": plan.rest.len() }))
        .await?;
    tx.commit().await?;
    let mut outcome = Outcome { standing: plan.standing, found: plan.found, ..Outcome::default() };
    for request in translation::requests(plan.rest, wish.to, &names, TEXTS, BYTES) {
        let waiting = request.iter().map(|a| a.items.len()).sum::<usize>();
        if outcome.trouble.is_some() {
            outcome.left += waiting;
            continue;
        }
        match provide(app, actor, request).await {
            Ok(done) => outcome.add(done),
            Err(fault) if fault.kind == Kind::Bug => return Err(fault),
            Err(fault) => outcome.add(Outcome { left: waiting, trouble: Some(fault), ..Outcome::default() }),
        }
    }
    Ok(outcome)
}

pub(super) fn translator(app: &App) -> Arc<dyn Translator> {
    app.try_port::<dyn Translator>().cloned().unwrap_or_else(|| Arc::new(NoTranslator))
}

/// One request of one language pair.
pub(super) async fn provide(app: &App, actor: &Actor, request: Vec<Asked>) -> Result<Outcome, Fault> {
    let Some(first) = request.first() else { return Ok(Outcome::default()) };
    let (from, to) = (first.from, first.to);
    let translator = translator(app);
    if translator.name() == NoTranslator.name() {
        return Err(translation::Fault::NoProvider.into());
    }
    let characters: i64 = request.iter().map(Asked::characters).sum();
    let cap = app.settings().int("translation.monthly_cap");
    let tx = app.begin(actor).await?;
    translation::reserve(&tx, characters, cap).await?;
    let glossary = translation::terms(&tx, from, to).await?;
    let reserved_at = tx.now();
    tx.commit().await?;

    let asked = ask(&*translator, &request, glossary).await;

    let tx = app.begin(actor).await?;
    let mut spent = Spent { provider: translator.name(), from, to, texts: 0, characters: 0, reserved: characters, reserved_at };
    let outcome = match asked {
        Ok(got) => {
            (spent.texts, spent.characters) = (i64::try_from(request.len()).unwrap_or(0), got.billed);
            let done = got.texts.iter().filter(|t| t.is_some()).count();
            let mut landed = Vec::new();
            let (mut translated, mut spoiled) = (0, 0);
            for (asked, text) in request.into_iter().zip(got.texts) {
                match text {
                    Some(text) => {
                        translated += asked.items.len();
                        landed.extend(asked.items.into_iter().map(|i| (i, text.clone())));
                    }
                    None => spoiled += asked.items.len(),
                }
            }
            translating::land(&tx, to, landed).await?;
            journal::note(&tx, "translation.provided", None, json!({ "to": to, "texts": done, "characters": got.billed }))
                .await?;
            Ok(Outcome { translated, spoiled, ..Outcome::default() })
        }
        Err(trouble) => Err(translation::Fault::from(trouble).into()),
    };
    translation::settle(&tx, &spent).await?;
    tx.commit().await?;
    outcome
}

struct Got {
    /// `None`: spoiled twice.
    texts: Vec<Option<String>>,
    billed: i64,
}

/// Asks, and asks once more for what came back spoiled.
async fn ask(translator: &dyn Translator, request: &[Asked], glossary: Vec<Term>) -> Result<Got, translation::Trouble> {
    let mut got = Got { texts: vec![None; request.len()], billed: 0 };
    for _ in 0..2 {
        let open: Vec<usize> = (0..request.len()).filter(|i| got.texts[*i].is_none()).collect();
        let Some(first) = open.first().map(|i| &request[*i]) else { break };
        let texts = open.iter().map(|i| request[*i].guarded.wire()).collect();
        let batch = Batch { from: first.from, to: first.to, texts, glossary: glossary.clone() };
        let answer = translator.translate(&batch).await;
        let Answer { texts, billed } = match answer {
            // What was paid for is kept although the second try failed.
            Err(_) if got.billed > 0 => break,
            answer => answer?,
        };
        got.billed += billed.unwrap_or_else(|| open.iter().map(|i| request[*i].characters()).sum());
        for (i, text) in open.into_iter().zip(texts) {
            let asked = &request[i];
            got.texts[i] = asked.guarded.restore(&text, asked.from, asked.to).ok().filter(|t| !t.trim().is_empty());
        }
    }
    Ok(got)
}
