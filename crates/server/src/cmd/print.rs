//! The sample documents as files, for whoever designs them, and how fast they are set.

use std::{
    path::Path,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use serde_json::json;
use vitrina::{
    documents::{self, Paper, Typesetter, specimens},
    kernel::Locale,
    stage::Stage,
};
use vitrina_typst::Typst;

use crate::{config::Config, wire};

/// Writes every sample in every language of the theme: `DIR/lt/invoice-plain.pdf`.
///
/// # Errors
/// When a template cannot be set, with its line, or the folder cannot be written.
pub fn samples(config: &Config, to: &Path) -> anyhow::Result<ExitCode> {
    let stage = wire::stage(config)?;
    let typst = Typst::new(stage.document_fonts());
    let mut written = 0;
    for locale in stage.theme().locales {
        let folder = to.join(locale.as_str());
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        for sample in specimens::specimens(locale) {
            let name = format!("{}-{}.pdf", sample.paper.kind.as_str(), sample.name);
            let pdf = typst.set(&documents::job(&sample.paper, &stage)?).with_context(|| format!("{locale} {name}"))?;
            std::fs::write(folder.join(&name), pdf).with_context(|| format!("cannot write {name}"))?;
            written += 1;
        }
    }
    println!("{written} documents in {}", to.display());
    Ok(ExitCode::SUCCESS)
}

/// Sets one-page invoices, each with a number, buyer and sums of its own, on two threads, and
/// says the rate as JSON. From the snapshot to the bytes; nothing is stored.
///
/// # Errors
/// When the template cannot be set.
pub fn speed(config: &Config, seconds: u64) -> anyhow::Result<ExitCode> {
    const THREADS: usize = 2;
    let stage = wire::stage(config)?;
    let typst = Typst::new(stage.document_fonts());
    let first = Instant::now();
    let bytes = typst.set(&documents::job(&specimens::invoice(Locale::LT), &stage)?)?.len();
    let first = first.elapsed();
    round(&typst, &stage, 0, Duration::from_secs(1))?;
    let (begun, length) = (Instant::now(), Duration::from_secs(seconds));
    let mut times: Vec<f64> = Vec::new();
    thread::scope(|scope| {
        let run = |n| {
            scope.spawn({
                let (typst, stage) = (&typst, &stage);
                move || round(typst, stage, n, length)
            })
        };
        let running: Vec<_> = (1..=THREADS).map(run).collect();
        for thread in running {
            times.extend(thread.join().map_err(|_| anyhow::anyhow!("a thread broke off"))??);
        }
        anyhow::Ok(())
    })?;
    let took = begun.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    let said = json!({
        "per_second": times.len() as f64 / took,
        "p50_ms": at(50),
        "p99_ms": at(99),
        "first_ms": first.as_secs_f64() * 1000.0,
        "bytes": bytes,
        "threads": THREADS,
    });
    println!("{said}");
    Ok(ExitCode::SUCCESS)
}

/// Milliseconds a document.
fn round(typst: &Typst, stage: &Stage, thread: usize, length: Duration) -> anyhow::Result<Vec<f64>> {
    let (begun, mut times) = (Instant::now(), Vec::new());
    while begun.elapsed() < length {
        let one = Instant::now();
        let paper = another(thread * 1_000_000 + times.len());
        typst.set(&documents::job(&paper, stage)?)?;
        times.push(one.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}

/// An invoice that no other one is: what typst remembers of its neighbours must not flatter it.
fn another(n: usize) -> Paper {
    let mut paper = specimens::invoice(Locale::LT);
    paper.number = format!("VIT-{n:09}");
    paper.order = format!("UZS-2026-{n:09}");
    paper.buyer.name = format!("Pirkėja Nr. {n}");
    let cents = i64::try_from(n % 90_000).unwrap_or_default();
    for line in &mut paper.lines {
        line.net.minor += cents;
        line.title.push_str(&format!(" {n}"));
    }
    for sum in [&mut paper.net, &mut paper.gross, &mut paper.due] {
        sum.minor += 2 * cents;
    }
    if let Some(pay) = &mut paper.pay {
        pay.epc = pay.epc.replace("257.32", &format!("{}.32", 257 + n % 9000));
    }
    paper
}
