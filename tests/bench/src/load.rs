//! A crowd of readers: wrk, with the addresses taken in turn.

use std::{io::Write, path::Path, time::Duration};

use anyhow::{Context, ensure};
use tokio::process::Command;

use crate::shop;

/// What a crowd met with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rate {
    pub per_second: f64,
    /// Milliseconds.
    pub p50: f64,
    pub p99: f64,
    /// Microseconds of the server's processor time a request.
    pub cpu: f64,
    pub errors: u64,
}

impl Rate {
    /// Of the microseconds that each good answer took, and the server's processor seconds.
    pub fn of(mut times: Vec<u32>, errors: u64, lasted: Duration, spent: f64) -> Option<Self> {
        times.sort_unstable();
        let many = times.len().checked_sub(1)? as f64;
        let at = |share: f64| f64::from(times[(many * share) as usize]) / 1000.0;
        let count = times.len() as f64;
        Some(Self { per_second: count / lasted.as_secs_f64(), p50: at(0.5), p99: at(0.99), cpu: spent * 1e6 / count, errors })
    }
}

/// What is asked, of whom.
pub struct Crowd<'a> {
    pub url: &'a str,
    pub server: u32,
    pub connections: usize,
    pub seconds: u64,
    pub headers: &'a [(&'a str, &'a str)],
    pub folder: &'a Path,
}

impl Crowd<'_> {
    /// Asks these paths in turn, as fast as the server answers.
    pub async fn ask(&self, paths: &[String]) -> anyhow::Result<Rate> {
        ensure!(!paths.is_empty(), "nothing to ask for");
        let script = self.script(paths)?;
        self.wrk(&script, 1).await?;
        let before = shop::cpu(self.server);
        let said = self.wrk(&script, self.seconds).await?;
        let spent = shop::cpu(self.server) - before;
        let mut rate = read(&said).with_context(|| said.clone())?;
        let total = said.lines().find_map(|l| l.trim().split_once(" requests in")?.0.parse::<f64>().ok()).unwrap_or(1.0);
        rate.cpu = spent * 1e6 / total;
        Ok(rate)
    }

    /// A script for wrk: requests are formatted once, since the crowd shares the cores with the shop.
    fn script(&self, paths: &[String]) -> anyhow::Result<std::path::PathBuf> {
        let path = self.folder.join("paths.lua");
        let mut out = std::io::BufWriter::new(std::fs::File::create(&path)?);
        writeln!(out, "local paths = {{")?;
        for path in paths {
            writeln!(out, "  \"{}\",", path.replace('"', "%22"))?;
        }
        out.write_all(
            b"}\nlocal asked, n = {}, 0\ninit = function()\n  for i, path in ipairs(paths) do asked[i] = wrk.format(\"GET\", path) end\n  n = math.random(#asked)\nend\nrequest = function()\n  n = n % #asked + 1\n  return asked[n]\nend\n",
        )?;
        out.flush()?;
        Ok(path)
    }

    async fn wrk(&self, script: &Path, seconds: u64) -> anyhow::Result<String> {
        let mut command = Command::new("wrk");
        command.args(["-t2", "--latency", &format!("-c{}", self.connections), &format!("-d{seconds}s"), "-s"]).arg(script);
        for (name, value) in self.headers {
            command.args(["-H", &format!("{name}: {value}")]);
        }
        let out = command.arg(self.url).output().await.context("wrk is missing: sudo apt-get install wrk")?;
        ensure!(out.status.success(), "wrk: {}", String::from_utf8_lossy(&out.stderr));
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    }
}

fn read(said: &str) -> Option<Rate> {
    let after = |label: &str| said.lines().find_map(|l| l.trim().strip_prefix(label)).map(str::trim);
    let errors = after("Non-2xx or 3xx responses:").and_then(|n| n.parse().ok()).unwrap_or(0);
    let broken: u64 = after("Socket errors:")
        .map(|l| l.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse::<u64>().ok()).sum())
        .unwrap_or(0);
    Some(Rate {
        per_second: after("Requests/sec:")?.parse().ok()?,
        p50: milliseconds(after("50%")?)?,
        p99: milliseconds(after("99%")?)?,
        cpu: 0.0,
        errors: errors + broken,
    })
}

/// `595.00us`, `3.30ms`, `1.02s`.
fn milliseconds(text: &str) -> Option<f64> {
    let (number, factor) = if let Some(n) = text.strip_suffix("us") {
        (n, 0.001)
    } else if let Some(n) = text.strip_suffix("ms") {
        (n, 1.0)
    } else {
        (text.strip_suffix('s')?, 1000.0)
    };
    Some(number.parse::<f64>().ok()? * factor)
}
