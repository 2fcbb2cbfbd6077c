//! The table, for the terminal and for `docs/performance.md`.

use std::{fmt::Write, path::Path};

use time::{OffsetDateTime, macros::format_description};

use crate::load::Rate;

/// One measurement beside its measure.
pub struct Row {
    pub what: String,
    pub rate: Rate,
    /// The bare handler with the same bytes, in the same minute.
    pub bare: Option<Rate>,
    pub bytes: usize,
    /// What we mean to reach, and whether this does.
    pub goal: Option<Goal>,
}

/// A goal of the house.
#[derive(Clone, Copy)]
pub enum Goal {
    /// At least this share of the bare handler's rate, in hundredths.
    Share(f64),
    /// At least this many a second.
    Rate(f64),
    /// Nothing slower than this for 99 of 100, in milliseconds.
    P99(f64),
    /// Both a share and a p99.
    ShareWithin(f64, f64),
}

/// One shop that was measured.
pub struct Section {
    pub title: String,
    pub rows: Vec<Row>,
    /// Name, value, goal.
    pub facts: Vec<(String, String, String)>,
}

impl Row {
    fn share(&self) -> Option<f64> {
        Some(self.rate.per_second / self.bare?.per_second * 100.0)
    }

    /// `≥ 10 %: yes`.
    fn verdict(&self) -> String {
        let met = |good: bool| if good { "✓" } else { "✗" };
        match self.goal {
            None => String::new(),
            Some(Goal::Share(least)) => format!("≥ {least} % {}", met(self.share().is_some_and(|s| s >= least))),
            Some(Goal::Rate(least)) => {
                format!("≥ {least}/s, 0 errors {}", met(self.rate.per_second >= least && self.rate.errors == 0))
            }
            Some(Goal::P99(most)) => format!("p99 ≤ {most} ms {}", met(self.rate.p99 <= most)),
            Some(Goal::ShareWithin(least, most)) => {
                let good = self.share().is_some_and(|s| s >= least) && self.rate.p99 <= most;
                format!("≥ {least} %, p99 ≤ {most} ms {}", met(good))
            }
        }
    }
}

/// The section as Markdown.
pub fn markdown(section: &Section) -> String {
    let mut out = format!("### {}\n\n", section.title);
    out.push_str(
        "| | requests/s | p50 ms | p99 ms | CPU µs | bare/s | share | errors | goal |\n|---|--:|--:|--:|--:|--:|--:|--:|---|\n",
    );
    for row in &section.rows {
        let (bare, share) = match (row.bare, row.share()) {
            (Some(bare), Some(share)) => (format!("{:.0}", bare.per_second), format!("{share:.1} %")),
            _ => (String::new(), String::new()),
        };
        let bytes = if row.bytes > 0 { format!(" ({} KB)", row.bytes.div_ceil(1024)) } else { String::new() };
        let _ = writeln!(
            out,
            "| {}{bytes} | {:.0} | {:.2} | {:.2} | {:.0} | {bare} | {share} | {} | {} |",
            row.what,
            row.rate.per_second,
            row.rate.p50,
            row.rate.p99,
            row.rate.cpu,
            row.rate.errors,
            row.verdict()
        );
    }
    out.push_str("\n| | measured | goal |\n|---|---|---|\n");
    for (name, value, goal) in &section.facts {
        let _ = writeln!(out, "| {name} | {value} | {goal} |");
    }
    out.push('\n');
    out
}

/// What is dearer in the larger shop than in the smaller one, by processor time a request.
pub fn growth(small: &Section, large: &Section) -> String {
    let mut out =
        format!("### From “{}” to “{}”\n\n| | CPU µs | CPU µs | times |\n|---|--:|--:|--:|\n", small.title, large.title);
    for (a, b) in small.rows.iter().zip(&large.rows) {
        let _ = writeln!(out, "| {} | {:.0} | {:.0} | {:.2} |", a.what, a.rate.cpu, b.rate.cpu, b.rate.cpu / a.rate.cpu.max(1.0));
    }
    out.push('\n');
    out
}

/// Puts the tables between the two marks of the document, which keeps the words around them.
///
/// # Errors
/// When the document has no marks or cannot be written.
#[expect(clippy::disallowed_methods, reason = "a document bears the day of the calendar")]
pub fn write(path: &Path, tables: &str) -> anyhow::Result<()> {
    const BEGIN: &str = "<!-- measured: begin -->";
    const END: &str = "<!-- measured: end -->";
    let text = std::fs::read_to_string(path)?;
    let (head, rest) = text.split_once(BEGIN).ok_or_else(|| anyhow::anyhow!("{} has no mark {BEGIN}", path.display()))?;
    let (_, tail) = rest.split_once(END).ok_or_else(|| anyhow::anyhow!("{} has no mark {END}", path.display()))?;
    let day = OffsetDateTime::now_utc().format(format_description!("[year]-[month]-[day]"))?;
    std::fs::write(path, format!("{head}{BEGIN}\nMeasured on {day}: {}.\n\n{tables}{END}{tail}", machine()))?;
    Ok(())
}

fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let name = cpu
        .lines()
        .find_map(|l| l.strip_prefix("model name")?.split(':').nth(1))
        .unwrap_or("unknown processor")
        .trim()
        .to_owned();
    let cores = cpu.lines().filter(|l| l.starts_with("processor")).count();
    let memory: u64 = read("/proc/meminfo")
        .lines()
        .find_map(|l| l.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse().ok())
        .unwrap_or(0);
    format!("{cores} cores of {name}, {} GiB, {}", memory / 1024 / 1024, read("/proc/sys/kernel/osrelease").trim())
}
