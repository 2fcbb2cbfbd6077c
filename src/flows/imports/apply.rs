//! One chunk of a file laid onto the shop in one transaction.

use std::collections::{HashMap, HashSet};

use catalog_import::ProductDraft;
use uuid::Uuid;

use super::{
    super::{
        media::{FetchDocument, FetchPicture},
        steps::products::{Home, put},
    },
    desk::Desk,
    source::{Parsed, Piece},
    turn::TurnPrice,
};
use crate::{
    catalog::{self, ExternalRef, Known, NewProduct, field},
    imports::{self, Image, Problem, Surroundings, Tally, Turn, sku_of},
    jobs,
    kernel::{Fault, ImportId, Locale, MediaId, ProductId, Right, Tx, VariantId},
    media, showcase,
    stock::Reason,
};

/// What a chunk came to.
#[derive(Default)]
pub(super) struct Done {
    pub tally: Tally,
    /// Related products that stand further down in the file.
    pub later: Vec<(ProductId, Vec<String>)>,
}

impl Done {
    pub(super) fn refuse(&mut self, row: Option<i64>, problem: Problem) {
        self.tally.counts.skipped += 1;
        self.tally.problems.push(Problem { row, ..problem });
    }
}

/// What the database already knows of the chunk.
struct Ground {
    externals: HashMap<String, Known>,
    skus: HashMap<String, (ProductId, VariantId)>,
    media: HashMap<String, MediaId>,
    related: HashMap<String, ProductId>,
}

/// Takes a chunk in. `run` is none in a dry run, which is rolled back.
///
/// # Faults
/// Whatever is wrong in a way that was not foreseen here: then the chunk is tried one by one.
pub(super) async fn apply(
    tx: &Tx,
    desk: &mut Desk,
    source: &str,
    run: Option<ImportId>,
    pieces: &[Piece],
) -> Result<Done, Fault> {
    let mut done = Done::default();
    let mut good: Vec<&Parsed> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece {
            Ok(parsed) => {
                done.tally.problems.extend(parsed.warnings.iter().map(Problem::from));
                good.push(parsed);
            }
            Err(complaints) => {
                done.tally.counts.skipped += 1;
                done.tally.problems.extend(complaints.iter().map(Problem::from));
            }
        }
    }
    let ground = survey(tx, source, &good).await?;
    // Rows that lead to the same product are laid on one after the other.
    let mut batch: Vec<(&Parsed, Option<ProductId>)> = Vec::with_capacity(good.len());
    let mut met = HashSet::new();
    for parsed in good {
        let known = ground.externals.get(&parsed.draft.external_id);
        if known.is_some_and(|k| k.fingerprint.as_ref() == Some(&parsed.fingerprint)) {
            done.tally.counts.unchanged += 1;
            continue;
        }
        let target = known.map(|k| k.product).or_else(|| by_sku(&ground, &parsed.draft));
        if target.is_some_and(|id| !met.insert(id)) {
            lay(tx, desk, source, run, &ground, std::mem::take(&mut batch), &mut done).await?;
            met.clear();
            met.extend(target);
        }
        batch.push((parsed, target));
    }
    lay(tx, desk, source, run, &ground, batch, &mut done).await?;
    Ok(done)
}

fn by_sku(ground: &Ground, draft: &ProductDraft) -> Option<ProductId> {
    (0..draft.variants.len()).find_map(|n| ground.skus.get(&sku_of(draft, n))).map(|(product, _)| *product)
}

async fn survey(tx: &Tx, source: &str, good: &[&Parsed]) -> Result<Ground, Fault> {
    let ids: Vec<String> = good.iter().map(|p| p.draft.external_id.clone()).collect();
    let mut externals = catalog::find_external(tx, source, &ids).await?;
    if source == imports::SOURCE {
        // Our own exports name products by their ids.
        let own: Vec<ProductId> = ids.iter().filter_map(|id| Uuid::try_parse(id).ok()).map(ProductId).collect();
        for (product, _) in catalog::variants_of(tx, &own).await? {
            externals.entry(product.to_string()).or_insert(Known { product, fingerprint: None });
        }
    }
    let drafts = || good.iter().map(|p| &p.draft);
    let skus: Vec<String> = drafts().flat_map(|d| (0..d.variants.len()).map(|n| sku_of(d, n))).collect();
    let skus = catalog::find_skus(tx, &skus).await?;
    let pictures = drafts().flat_map(|d| d.pictures.iter().map(|p| p.source.clone()));
    let names: Vec<String> = pictures.chain(drafts().flat_map(|d| d.documents.iter().map(|x| x.source.clone()))).collect();
    let media = media::by_names(tx, &names).await?;
    let others: Vec<String> = drafts().flat_map(|d| d.related.iter().cloned()).collect();
    Ok(Ground { externals, skus, media, related: related(tx, source, &others).await? })
}

/// Products by SKU, else by the name that the file's source gives them.
pub(super) async fn related(tx: &Tx, source: &str, names: &[String]) -> Result<HashMap<String, ProductId>, Fault> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let external = catalog::find_external(tx, source, names).await?;
    let mut found: HashMap<String, ProductId> = external.into_iter().map(|(name, known)| (name, known.product)).collect();
    found.extend(catalog::find_skus(tx, names).await?.into_iter().map(|(sku, (product, _))| (sku, product)));
    Ok(found)
}

/// A draft on its way into the shop.
struct Planned<'a> {
    parsed: &'a Parsed,
    before: Option<NewProduct>,
    merged: Owed,
}

/// What a merged product still needs after it was put.
struct Owed {
    fetch: Vec<catalog_import::Picture>,
    documents: Vec<catalog_import::Document>,
    later: Vec<String>,
    turns: Vec<(usize, Turn)>,
}

async fn lay(
    tx: &Tx,
    desk: &mut Desk,
    source: &str,
    run: Option<ImportId>,
    ground: &Ground,
    batch: Vec<(&Parsed, Option<ProductId>)>,
    done: &mut Done,
) -> Result<(), Fault> {
    let targets: Vec<ProductId> = batch.iter().filter_map(|(_, target)| *target).collect();
    let images = imports::images(tx, &desk.market, &targets, tx.now()).await?;
    let (mut drafts, mut plans) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
    let mut skus = HashSet::new();
    for (parsed, target) in batch {
        let image = target.and_then(|id| images.get(&id));
        let vat = desk.vat(parsed.draft.vat.as_ref(), tx.now());
        let wrong = vat.as_ref().err().filter(|p| p.is_error()).cloned();
        if let Some(problem) = wrong.or_else(|| refusal(&parsed.draft, image, ground, &mut skus)) {
            done.refuse(parsed.row, problem);
            continue;
        }
        let (vat, doubt) = vat.map_or_else(|doubt| (None, Some(doubt)), |vat| (vat, None));
        let around = surroundings(tx, desk, ground, parsed, image, vat).await?;
        let imports::Merged { mut product, fetch, fetch_documents, later, turns, remarks } =
            imports::onto(&parsed.draft, image, &around);
        let remarks = doubt.into_iter().chain(remarks);
        done.tally.problems.extend(remarks.map(|p| Problem { row: parsed.row, ..p }));
        let owed = Owed { fetch, documents: fetch_documents, later, turns };
        if let Some(image) = image.filter(|i| i.product == product && owed.turns.is_empty()) {
            done.tally.counts.unchanged += 1;
            if let Some(id) = image.product.id {
                send_for(tx, id, parsed, &owed).await?;
            }
            continue;
        }
        let fingerprint = Some(parsed.fingerprint.clone());
        product.external = Some(ExternalRef { source: source.to_owned(), id: parsed.draft.external_id.clone(), fingerprint });
        let before = image.map(|image| {
            strip(&mut product, &image.product);
            let mut before = image.product.clone();
            let known = ground.externals.get(&parsed.draft.external_id);
            before.external = known.filter(|k| k.fingerprint.is_some()).map(|k| ExternalRef {
                source: source.to_owned(),
                id: parsed.draft.external_id.clone(),
                fingerprint: k.fingerprint.clone(),
            });
            before
        });
        drafts.push(product);
        plans.push(Planned { parsed, before, merged: owed });
    }
    write(tx, desk, source, run, drafts, plans, done).await
}

/// Why a draft cannot be taken, seen against the shop and the drafts before it.
fn refusal(draft: &ProductDraft, image: Option<&Image>, ground: &Ground, skus: &mut HashSet<String>) -> Option<Problem> {
    let because = |code, args: &[(&str, String)]| Some(Problem::seen(None, code, args));
    if image.is_none() && draft.texts.values().all(|t| t.title.as_deref().is_none_or(|t| t.trim().is_empty())) {
        return because("title.missing", &[]);
    }
    let own = image.and_then(|i| i.product.id);
    let all: Vec<String> = (0..draft.variants.len()).map(|n| sku_of(draft, n)).collect();
    for sku in &all {
        if ground.skus.get(sku).is_some_and(|(product, _)| Some(*product) != own) {
            return because("sku.taken", &[("sku", sku.clone())]);
        }
    }
    let mut fresh = HashSet::new();
    if let Some(sku) = all.iter().find(|sku| skus.contains(*sku) || !fresh.insert(sku.as_str())) {
        return because("sku.again", &[("sku", sku.clone())]);
    }
    skus.extend(all);
    None
}

async fn surroundings<'g>(
    tx: &Tx,
    desk: &'g mut Desk,
    ground: &'g Ground,
    parsed: &Parsed,
    image: Option<&Image>,
    vat: Option<String>,
) -> Result<Surroundings<'g>, Fault> {
    let draft = &parsed.draft;
    let told = image.map(|i| &i.told);
    let known = told.is_some_and(|t| t.categories == draft.categories);
    let categories = if known { Vec::new() } else { desk.categories(tx, draft).await? };
    let known = told.is_some_and(|t| t.producer == draft.producer && t.responsible == draft.responsible);
    let producer = if known { None } else { desk.producer(tx, draft).await? };
    let now = tx.now();
    Ok(Surroundings { market: &desk.market, media: &ground.media, related: &ground.related, categories, producer, vat, now })
}

/// Takes out what is so already: it keeps its origin, and its price its reduction.
fn strip(product: &mut NewProduct, before: &NewProduct) {
    product.texts.retain(|text| text.0 == field::TITLE || !before.texts.contains(text));
    for variant in &mut product.variants {
        let Some(old) = before.variants.iter().find(|v| v.id == variant.id) else { continue };
        if variant.price == old.price {
            variant.price = None;
        }
        if variant.stock == old.stock {
            variant.stock = None;
        }
    }
}

async fn write(
    tx: &Tx,
    desk: &mut Desk,
    source: &str,
    run: Option<ImportId>,
    drafts: Vec<NewProduct>,
    plans: Vec<Planned<'_>>,
    done: &mut Done,
) -> Result<(), Fault> {
    let variants = || drafts.iter().flat_map(|d| &d.variants);
    if variants().any(|v| v.price.is_some()) {
        tx.actor().may(Right::PricesWrite)?;
    }
    if variants().any(|v| v.stock.is_some()) {
        tx.actor().may(Right::StockWrite)?;
    }
    if std::mem::take(&mut desk.grown) {
        showcase::project_categories(tx).await?;
    }
    let home = Home { list: desk.market.list, location: desk.market.location };
    let placed = put(tx, home, drafts, Reason::Import).await?;
    if let Some(run) = run {
        let before = placed.iter().zip(&plans).map(|(p, plan)| (p.product, plan.before.as_ref())).collect();
        imports::remember(tx, run, before).await?;
    }
    for (placed, plan) in placed.iter().zip(plans) {
        match placed.created {
            true => done.tally.counts.created += 1,
            false => done.tally.counts.updated += 1,
        }
        send_for(tx, placed.product, plan.parsed, &plan.merged).await?;
        for (n, turn) in plan.merged.turns {
            let draft = &plan.parsed.draft;
            let job = TurnPrice {
                source: source.to_owned(),
                external: draft.external_id.clone(),
                fingerprint: plan.parsed.fingerprint.clone(),
                variant: placed.variants[n],
                turn,
            };
            jobs::enqueue_at(tx, &job, turn.at).await?;
        }
        if !plan.merged.later.is_empty() {
            done.later.push((placed.product, plan.parsed.draft.related.clone()));
        }
    }
    Ok(())
}

/// Pictures and documents by address come by jobs.
async fn send_for(tx: &Tx, product: ProductId, parsed: &Parsed, owed: &Owed) -> Result<(), Fault> {
    let locale = parsed.draft.texts.keys().find_map(|l| l.parse::<Locale>().ok()).unwrap_or(Locale::LT);
    let said = |text: &Option<String>| text.iter().map(|t| (locale, t.clone())).collect();
    for picture in &owed.fetch {
        let sku = imports::shows(&parsed.draft, &picture.source);
        jobs::enqueue(tx, &FetchPicture { url: picture.source.clone(), product, sku, alt: said(&picture.alt) }).await?;
    }
    for document in &owed.documents {
        jobs::enqueue(tx, &FetchDocument { url: document.source.clone(), product, title: said(&document.title) }).await?;
    }
    Ok(())
}
