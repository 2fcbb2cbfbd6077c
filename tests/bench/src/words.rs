//! A catalogue in another language: from the memory, and by a translator that holds to its own limit.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;
use sqlx::{Connection, PgConnection, SqliteConnection};
use vitrina_tests::deepl::{DeepLStandIn, KEY};

use crate::shop::Home;

/// What the whole catalogue took.
pub struct Translated {
    pub segments: i64,
    pub seconds: f64,
}

const TRANSLATE: [&str; 5] = ["translate", "--locale", "de", "--missing", "--json"];

/// Every text of the catalogue is known to the memory.
pub async fn from_memory(home: &Home, folder: &std::path::Path) -> anyhow::Result<Translated> {
    let units = folder.join("units.csv");
    let path = units.to_string_lossy().into_owned();
    home.run(&["texts", "export", &path, "--locale", "de", "--format", "csv"]).await?;
    // The same table with a translation in every row is what an office brings back; as a memory it has
    // other columns.
    let known = folder.join("memory.csv");
    let mut reader = csv::Reader::from_path(&units)?;
    let mut writer = csv::Writer::from_path(&known)?;
    writer.write_record(["domain", "source_locale", "target_locale", "source", "target", "origin"])?;
    for row in reader.records() {
        let row = row?;
        writer.write_record(["product", &row[1], "de", &row[3], &row[3], "human"])?;
    }
    writer.flush()?;
    home.run(&["texts", "import", &known.to_string_lossy()]).await?;
    let begun = Instant::now();
    let (said, ..) = home.run(&TRANSLATE).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let answer = last(&said)?;
    Ok(Translated { segments: answer["found"].as_i64().unwrap_or(0), seconds })
}

/// The catalogue and the memory know nothing of the language any more.
pub async fn forget(home: &Home) -> anyhow::Result<()> {
    let sqls =
        ["delete from wording where locale = 'de' and source_hash is not null", "delete from memory_sign", "delete from memory"];
    for sql in sqls {
        if let Some(url) = &home.database {
            sqlx::query(sql).execute(&mut PgConnection::connect(url).await?).await?;
        } else {
            let file = format!("sqlite://{}", home.data.join("shop.db").display());
            sqlx::query(sql).execute(&mut SqliteConnection::connect(&file).await?).await?;
        }
    }
    Ok(())
}

/// Nothing is known; the translator takes so many requests a second.
pub async fn by_translator(home: &Home, a_second: usize) -> anyhow::Result<(Translated, f64)> {
    let deepl = DeepLStandIn::start().await;
    deepl.rate(a_second);
    let url = deepl.url();
    let told = [
        ("VITRINA_TRANSLATION_PROVIDER", "deepl"),
        ("VITRINA_TRANSLATION_DEEPL_URL", url.as_str()),
        ("VITRINA_DEEPL_KEY", KEY),
        ("VITRINA_TRANSLATION_MONTHLY_CAP", "0"),
    ];
    let begun = Instant::now();
    let said = home.run_with(&TRANSLATE, &told).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let answer = last(&said)?;
    let requests = deepl.translations().len();
    ensure!(answer["left"] == 0, "not everything was translated: {answer}");
    // What the limit alone would take.
    let least = Duration::from_secs_f64(requests as f64 / a_second as f64).as_secs_f64();
    Ok((Translated { segments: answer["translated"].as_i64().unwrap_or(0), seconds }, least))
}

fn last(said: &str) -> anyhow::Result<Value> {
    said.lines().rev().find_map(|l| serde_json::from_str(l).ok()).context("an object at the end")
}
