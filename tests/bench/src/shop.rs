//! The real `vitrina` process: seeded, filled, served, and looked at from outside.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// Where a shop lives.
#[derive(Clone, Debug)]
pub struct Home {
    pub vitrina: PathBuf,
    pub data: PathBuf,
    /// None: SQLite in the folder.
    pub database: Option<String>,
}

/// A running shop; killed when dropped.
pub struct Shop {
    child: Child,
    pub url: String,
    /// From the start of the process until `/readyz` says yes.
    pub start: Duration,
    pub info: Value,
}

/// What an import took.
pub struct Taken {
    pub seconds: f64,
    pub answer: Value,
    pub memory: Memory,
}

/// Kibibytes.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    pub anonymous: u64,
    pub resident: u64,
}

impl Home {
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.vitrina);
        command.args(args).arg("--data").arg(&self.data).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        // All load comes from one address.
        command.env("VITRINA_API_ADDRESS_PER_MINUTE", "0");
        if let Some(url) = &self.database {
            command.env("VITRINA_DATABASE_URL", url);
        }
        command
    }

    /// Starts the shop; the first start seeds the demo world.
    pub async fn serve(&self, env: &[(&str, &str)]) -> anyhow::Result<Shop> {
        let begun = Instant::now();
        let mut command = self.command(&["demo", "--json", "--listen", "127.0.0.1:0"]);
        command.envs(env.iter().copied());
        let mut child = command.spawn().context("vitrina starts")?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let info: Value = loop {
            let line = lines.next_line().await?.context("the shop says its address before it ends")?;
            if let Ok(info) = serde_json::from_str::<Value>(&line)
                && info.get("url").is_some()
            {
                break info;
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let url = info["url"].as_str().context("an address")?.trim_end_matches('/').to_owned();
        loop {
            if let Ok(mut wire) = crate::wire::Wire::open(&url).await
                && wire.get("/readyz").await?.status == 200
            {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(Shop { child, url, start: begun.elapsed(), info })
    }

    /// Runs a command to its end and gives what it printed, with the time and the memory it took.
    pub async fn run(&self, args: &[&str]) -> anyhow::Result<(String, f64, Memory)> {
        let begun = Instant::now();
        let mut child = self.command(args).spawn()?;
        let id = child.id().context("a process")?;
        let out = child.stdout.take().context("its output")?;
        let read = tokio::spawn(async move {
            let mut lines = BufReader::new(out).lines();
            let mut all = String::new();
            while let Ok(Some(line)) = lines.next_line().await {
                all.push_str(&line);
                all.push('\n');
            }
            all
        });
        let mut most = Memory::default();
        let status = loop {
            tokio::select! {
                status = child.wait() => break status?,
                () = tokio::time::sleep(Duration::from_millis(50)) => {
                    let now = memory(id);
                    most = Memory { anonymous: most.anonymous.max(now.anonymous), resident: most.resident.max(now.resident) };
                }
            }
        };
        let said = read.await?;
        ensure!(status.success(), "vitrina {} failed: {said}", args.join(" "));
        Ok((said, begun.elapsed().as_secs_f64(), most))
    }

    /// The same in another environment; only what it printed.
    pub async fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> anyhow::Result<String> {
        let out = self.command(args).envs(env.iter().copied()).output().await?;
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        ensure!(out.status.success(), "vitrina {} failed: {said}", args.join(" "));
        Ok(said)
    }

    /// Imports a file; the time ends when all of it is searchable.
    pub async fn import(&self, file: &Path) -> anyhow::Result<Taken> {
        let file = file.to_string_lossy();
        let (said, seconds, memory) = self.run(&["import", &file, "--json"]).await?;
        let answer = said.lines().rev().find_map(|l| serde_json::from_str(l).ok()).context("an object at the end")?;
        Ok(Taken { seconds, answer, memory })
    }
}

impl Shop {
    pub fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    pub async fn stop(mut self) {
        let _ = self.child.kill().await;
    }
}

/// What a process holds now.
pub fn memory(id: u32) -> Memory {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let field =
        |name: &str| text.lines().find_map(|l| l.strip_prefix(name)?.split_whitespace().next()?.parse().ok()).unwrap_or_default();
    Memory { anonymous: field("RssAnon:"), resident: field("VmRSS:") }
}

/// Processor time that a process has used, in seconds.
pub fn cpu(id: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or_default();
    // Fields 14 and 15 of proc(5), in ticks of a hundredth of a second.
    (ticks(11) + ticks(12)) / 100.0
}
