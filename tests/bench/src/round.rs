//! The order of the measurements: an engine, a size, then everything that is asked of it.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::{
    Plan, bank, bulk,
    buying::Buyers,
    clerk::Clerk,
    goods,
    load::{Crowd, Rate},
    messages, offers,
    partner::{AGREED, LINES, Partner},
    report::{self, Goal, Row, Section},
    shop::{self, Home, Shop},
    wire::Wire,
    words,
};

const MESSAGES: &str = "provider's messages";

impl Plan {
    fn wants(&self, what: &str) -> bool {
        what.contains(&self.only)
    }
}

/// Runs the plan and writes the tables.
pub async fn run(plan: &Plan) -> anyhow::Result<()> {
    std::fs::create_dir_all(&plan.work)?;
    let mut tables = String::new();
    let there = |engine: &&str| *engine == "SQLite" || plan.postgres.is_some();
    let wanted = |engine: &&str| plan.engines.iter().any(|e| e.eq_ignore_ascii_case(engine));
    for engine in ["SQLite", "PostgreSQL"].into_iter().filter(there).filter(wanted) {
        let mut sections: Vec<Section> = Vec::new();
        for size in &plan.products {
            eprintln!("== {engine}, {size} products");
            let section = one(plan, engine, *size).await?;
            let table = report::markdown(&section);
            println!("{table}");
            tables.push_str(&table);
            sections.push(section);
        }
        for pair in sections.windows(2) {
            let table = report::growth(&pair[0], &pair[1]);
            println!("{table}");
            tables.push_str(&table);
        }
    }
    if let Some(path) = &plan.write {
        report::write(path, &tables)?;
    }
    Ok(())
}

async fn one(plan: &Plan, engine: &str, size: usize) -> anyhow::Result<Section> {
    let home = home(plan, engine, size)?;
    let mut section = Section { title: format!("{engine}, {size} products"), rows: Vec::new(), facts: Vec::new() };
    let fact = |section: &mut Section, name: &str, value: String, goal: &str| {
        eprintln!("   {name}: {value}");
        section.facts.push((name.into(), value, goal.into()));
    };

    if !plan.keep {
        let first = home.serve(&[]).await?;
        fact(&mut section, "first start of the demo, seeding included", format!("{:.1} s", first.start.as_secs_f64()), "≤ 20 s");
        first.stop().await;
        fill(plan, &home, size, &mut section).await?;
    }

    // Nothing is cached: every page is read from the database and rendered.
    let shop = home.serve(&[("VITRINA_SHOP_PAGE_CACHE", "false")]).await?;
    fact(&mut section, "start", format!("{:.2} s", shop.start.as_secs_f64()), "≤ 0.5 s");
    let known = addresses(&shop).await?;
    let measure = Measure { plan, shop: &shop };
    for (what, paths, goal) in known.reads().into_iter().filter(|(what, ..)| plan.wants(what)) {
        section.rows.push(measure.read(what, &paths, goal).await?);
    }
    if plan.wants("own prices") && size * 15 / 10 * 5 >= AGREED {
        let partner = Partner::come(&shop, &known.skus).await?;
        for (what, paths) in [("category page", &known.categories), ("product page", &known.products)] {
            section.rows.extend(measure.beside(what, paths, &partner.cookie).await?);
        }
        let (own, anybody) = partner.carts(&shop, &known.variants).await?;
        let value = format!("{own:.1} ms; {anybody:.1} ms without them ({:.2} ×)", own / anybody);
        fact(&mut section, &format!("cart of {LINES} lines, {AGREED} own prices"), value, "");
    }
    if plan.wants("offers") {
        for lines in offers::LINES {
            let of = offers::measure(&shop, &known.skus, lines).await?;
            let goals = if lines == offers::LINES[0] { ["≤ 100 ms", "≤ 200 ms"] } else { ["", ""] };
            let name = |what: &str| format!("offers of {lines} lines: {what}");
            fact(&mut section, &name("opened in the office"), format!("{:.0} ms", of.office), goals[0]);
            fact(&mut section, &name("one change saved"), format!("{:.0} ms", of.saved), "");
            fact(&mut section, &name("the customer's page"), format!("{:.0} ms", of.page), goals[1]);
            fact(&mut section, &name(&format!("the paper, {} pages", of.pages)), format!("{:.0} ms", of.paper), goals[1]);
        }
    }
    if plan.wants("searchable") {
        fact(&mut section, "one change searchable", searchable(&shop, &known).await?, "≤ 60 ms");
    }
    if plan.wants("add to cart") {
        let rate = measure.buyers(&known).additions().await?;
        section.rows.push(measure.written("add to cart", rate, Goal::Rate(3000.0)));
    }
    if plan.wants("whole checkout") {
        let rate = measure.buyers(&known).checkouts().await?;
        section.rows.push(measure.written("whole checkout, 5 requests", rate, Goal::Rate(600.0)));
    }
    if plan.wants("documents") {
        let (value, goal) = documents(plan, &home).await?;
        fact(&mut section, "one-page invoices set, warm, on two cores", value, goal);
    }
    let memory = shop::memory(shop.id());
    fact(&mut section, "memory (RssAnon) after all this", format!("{} MB", memory.anonymous / 1024), "≤ 200 MB");
    if plan.wants(MESSAGES) && !plan.wants("whole checkout") {
        // Somebody has to owe money.
        measure.buyers(&known).checkouts().await?;
    }
    shop.stop().await;

    if plan.wants(MESSAGES) {
        let shop = home.serve(&messages::TAKES_CARDS).await?;
        let measure = Measure { plan, shop: &shop };
        let [raw, whole] = messages::measure(&home, &measure.buyers(&known)).await?;
        section.rows.push(measure.written(&format!("{MESSAGES}, kept raw"), raw, Goal::Rate(3000.0)));
        section.rows.push(measure.written(&format!("{MESSAGES}, with the whole effect of a payment"), whole, Goal::Rate(800.0)));
        shop.stop().await;
    }

    let shop = home.serve(&[]).await?;
    let measure = Measure { plan, shop: &shop };
    let kept = [
        ("category page, from the page cache", &known.few_categories),
        ("product page, from the page cache", &known.few_products),
    ];
    for (what, paths) in kept.into_iter().filter(|(what, _)| plan.wants(what)) {
        section.rows.push(measure.read(what, paths, Some(Goal::Share(60.0))).await?);
    }
    shop.stop().await;
    if plan.wants("translation") {
        let known = words::from_memory(&home, &plan.work).await?;
        let each = known.seconds * 10_000.0 / known.segments.max(1) as f64;
        let value = format!("{:.2} s ({} in {:.1} s)", each, known.segments, known.seconds);
        fact(&mut section, "translation: 10,000 segments from the memory", value, "≤ 1 s");
        words::forget(&home).await?;
        let (done, least) = words::by_translator(&home, 8).await?;
        let value = format!("{:.1} s, {:.2} × the {least:.1} s that its limit alone takes", done.seconds, done.seconds / least);
        fact(&mut section, &format!("translation: {} segments by a translator", done.segments), value, "≤ 1.2 ×");
    }
    // Last, since it leaves a hundred thousand orders behind. On SQLite: the orders are written into its file.
    if plan.wants("statement") && home.database.is_none() {
        let (value, goal) = bank::measure(&home, &plan.work).await?;
        fact(&mut section, "statement of 50,000 entries against 100,000 open orders", value, goal);
    }
    Ok(section)
}

fn home(plan: &Plan, engine: &str, size: usize) -> anyhow::Result<Home> {
    let data = plan.work.join(format!("{}-{size}", engine.to_lowercase()));
    if !plan.keep {
        let _ = std::fs::remove_dir_all(&data);
    }
    let database = match (engine, &plan.postgres) {
        ("PostgreSQL", Some(server)) => Some(empty_database(plan, server, size)?),
        _ => None,
    };
    Ok(Home { vitrina: plan.vitrina.clone(), data, database })
}

fn empty_database(plan: &Plan, server: &str, size: usize) -> anyhow::Result<String> {
    let name = format!("vitrina_bench_{size}");
    let sqls = [format!("drop database if exists {name} with (force)"), format!("create database {name}")];
    for sql in sqls.iter().filter(|_| !plan.keep) {
        let psql = plan.pg_bin.as_ref().map_or_else(|| PathBuf::from("psql"), |bin| bin.join("psql"));
        let done = std::process::Command::new(psql).args(["-q", "-d", server, "-c", sql]).status()?;
        ensure!(done.success(), "the database {name} cannot be made");
    }
    let (head, _) = server.rsplit_once('/').context("an address with a database")?;
    Ok(format!("{head}/{name}"))
}

/// Imports the goods, measures that, and lays the same rows into an empty file for comparison.
async fn fill(plan: &Plan, home: &Home, size: usize, section: &mut Section) -> anyhow::Result<()> {
    let demo = plan.work.join("demo.ndjson");
    home.run(&["export", &demo.to_string_lossy()]).await?;
    let pictures = pictures(&demo)?;
    let file = plan.work.join(format!("goods-{size}.ndjson"));
    goods::write(size, &pictures, &file)?;
    let taken = home.import(&file).await?;
    ensure!(taken.answer["created"] == size, "not every product was taken: {}", taken.answer);
    let rate = size as f64 / taken.seconds;
    section.facts.push((
        "import until searchable".into(),
        format!("{rate:.0} products/s ({:.1} s)", taken.seconds),
        "≥ 5,000/s".into(),
    ));
    section.facts.push((
        "memory of the import (RssAnon)".into(),
        format!("{} MB", taken.memory.anonymous / 1024),
        "≤ 300 MB".into(),
    ));
    if home.database.is_none() {
        let copied = bulk::copy(&home.data.join("shop.db"), &plan.work.join("bulk.db")).await?;
        let share = copied.seconds / taken.seconds * 100.0;
        let value = format!("{share:.0} % ({} rows in {:.1} s)", copied.rows, copied.seconds);
        section.facts.push(("import beside a bare insert of the same rows".into(), value, "≥ 30 %".into()));
    }
    for (name, value, _) in section.facts.iter().rev().take(3) {
        eprintln!("   {name}: {value}");
    }
    Ok(())
}

fn pictures(export: &Path) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(export)?;
    let mut all = Vec::new();
    for line in text.lines() {
        let product: Value = serde_json::from_str(line)?;
        let sources = product["pictures"].as_array().into_iter().flatten().filter_map(|p| p["source"].as_str());
        all.extend(sources.map(str::to_owned));
    }
    Ok(all)
}

/// What is asked for, spread over the whole catalogue.
struct Known {
    ids: Vec<String>,
    products: Vec<String>,
    categories: Vec<String>,
    few_products: Vec<String>,
    few_categories: Vec<String>,
    variants: Vec<String>,
    skus: Vec<String>,
    words: Vec<String>,
}

impl Known {
    fn reads(&self) -> Vec<(&'static str, Vec<String>, Option<Goal>)> {
        let api = |path: &str| path.replacen("/lt/p/", "/store/v1/products/", 1);
        let words = |form: &str| self.words.iter().map(|w| form.replace("{}", w)).collect::<Vec<_>>();
        vec![
            ("category page, list of 24", self.categories.clone(), Some(Goal::ShareWithin(10.0, 10.0))),
            ("product page", self.products.clone(), Some(Goal::Share(18.0))),
            ("search page with facets", words("/lt/search?q={}"), Some(Goal::P99(25.0))),
            ("API search, 24 hits", words("/store/v1/search?q={}&limit=24&facets=false"), Some(Goal::P99(10.0))),
            ("API search, 24 hits and facets", words("/store/v1/search?q={}&limit=24"), Some(Goal::P99(25.0))),
            ("API product list of 24", vec!["/store/v1/products?limit=24".into()], Some(Goal::ShareWithin(10.0, 10.0))),
            ("API product", self.products.iter().map(|p| api(p)).collect(), Some(Goal::Share(18.0))),
        ]
    }
}

async fn addresses(shop: &Shop) -> anyhow::Result<Known> {
    let mut wire = Wire::open(&shop.url).await?;
    let (mut ids, mut products, mut variants) = (Vec::new(), Vec::new(), Vec::new());
    let mut skus: Vec<String> = Vec::new();
    let mut after = String::new();
    // Pages are asked of a thousand; the partner has a price for everything.
    loop {
        let path = format!("/store/v1/products?limit=100{after}");
        let page = wire.get(&path).await?.json()?;
        let rows = page["data"].as_array().context("a list of products")?;
        for row in rows {
            let all = row["variants"].as_array().into_iter().flatten();
            // Of the large stock: what the demo makes to measure has no price by agreement.
            skus.extend(all.filter_map(|v| v["sku"].as_str()).filter(|s| s.len() == 7).map(str::to_owned));
            if products.len() >= 1000 {
                continue;
            }
            ids.push(row["id"].as_str().context("an id")?.to_owned());
            products.push(row["url"].as_str().context("an address")?.to_owned());
            // The demo's own pieces are few; the crowd buys from the large stock.
            let first = row["variants"].as_array().and_then(|v| v.first());
            if let Some(id) = first.filter(|v| v["sku"].as_str().is_some_and(|s| s.len() == 7)).and_then(|v| v["id"].as_str()) {
                variants.push(id.to_owned());
            }
        }
        match page["page"]["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let tree = wire.get("/store/v1/categories").await?.json()?;
    let mut categories = Vec::new();
    leaves(&tree["data"], &mut categories);
    categories.retain(|path| path.starts_with("/lt/c/katalogas") || path.ends_with(|c: char| c.is_ascii_digit()));
    ensure!(!categories.is_empty() && !variants.is_empty(), "the goods are not in the shop: {tree}");
    let words =
        ["kėdė", "stal", "lentyna", "audra", "merk", "sviest", "ąžuolas", "nemunas spinta", "veid", "zara"].map(encoded).to_vec();
    Ok(Known {
        ids,
        few_products: products.iter().take(100).cloned().collect(),
        few_categories: categories.iter().take(20).cloned().collect(),
        products,
        categories,
        variants,
        skus,
        words,
    })
}

fn leaves(tree: &Value, into: &mut Vec<String>) {
    for node in tree.as_array().into_iter().flatten() {
        if let Some(url) = node["url"].as_str() {
            into.push(url.to_owned());
        }
        leaves(&node["children"], into);
    }
}

fn encoded(word: &str) -> String {
    word.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

struct Measure<'a> {
    plan: &'a Plan,
    shop: &'a Shop,
}

impl Measure<'_> {
    /// The same pages for nobody and for a customer, one after the other: rows of both.
    async fn beside(&self, what: &str, paths: &[String], cookie: &str) -> anyhow::Result<Vec<Row>> {
        let ask = async |headers: &[(&str, &str)]| {
            let (url, server) = (self.shop.url.as_str(), self.shop.id());
            let (connections, seconds) = (self.plan.connections, self.plan.seconds);
            Crowd { url, server, connections, seconds, headers, folder: &self.plan.work }.ask(paths).await
        };
        let anybody = ask(&[]).await?;
        let own = ask(&[("Cookie", cookie)]).await?;
        let times = anybody.per_second / own.per_second;
        let verdict = if times <= 1.3 { "✓" } else { "✗" };
        eprintln!("   {what}, own prices: {:.0}/s of {:.0}/s, {times:.2} × {verdict}", own.per_second, anybody.per_second);
        let name = format!("{what}, {AGREED} own prices: {times:.2} × that of anybody (≤ 1.3 {verdict})");
        Ok(vec![Row { what: name, rate: own, bare: None, bytes: 0, goal: None }])
    }

    /// The crowd asks the shop, then a bare handler that returns the bytes of the first answer.
    async fn read(&self, what: &str, paths: &[String], goal: Option<Goal>) -> anyhow::Result<Row> {
        let answer = Wire::open(&self.shop.url).await?.get(&paths[0]).await?;
        ensure!(answer.status == 200, "{} answers {}: {}", paths[0], answer.status, String::from_utf8_lossy(&answer.body));
        let kind = answer.header("content-type").unwrap_or("text/html").to_owned();
        let sample = self.plan.work.join("sample");
        std::fs::write(&sample, &answer.body)?;
        let rate = self.crowd(&self.shop.url, self.shop.id(), paths).await?;
        let bare = self.bare(&sample, &kind, paths).await?;
        eprintln!("   {what}: {:.0}/s of {:.0}/s, p99 {:.2} ms, {:.0} µs", rate.per_second, bare.per_second, rate.p99, rate.cpu);
        Ok(Row { what: what.into(), rate, bare: Some(bare), bytes: answer.body.len(), goal })
    }

    fn buyers<'b>(&'b self, known: &'b Known) -> Buyers<'b> {
        Buyers {
            url: &self.shop.url,
            server: self.shop.id(),
            connections: self.plan.connections,
            seconds: self.plan.seconds,
            variants: &known.variants,
        }
    }

    fn written(&self, what: &str, rate: Rate, goal: Goal) -> Row {
        eprintln!("   {what}: {:.0}/s, p99 {:.2} ms, {:.0} µs, {} errors", rate.per_second, rate.p99, rate.cpu, rate.errors);
        Row { what: what.into(), rate, bare: None, bytes: 0, goal: Some(goal) }
    }

    async fn bare(&self, sample: &Path, kind: &str, paths: &[String]) -> anyhow::Result<Rate> {
        let mut child = tokio::process::Command::new(std::env::current_exe()?)
            .arg("bare")
            .arg(sample)
            .arg(kind)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let url = lines.next_line().await?.context("an address")?;
        let rate = self.crowd(&url, child.id().unwrap_or_default(), paths).await;
        let _ = child.kill().await;
        rate
    }

    async fn crowd(&self, url: &str, server: u32, paths: &[String]) -> anyhow::Result<Rate> {
        let crowd = Crowd {
            url,
            server,
            connections: self.plan.connections,
            seconds: self.plan.seconds,
            headers: &[],
            folder: &self.plan.work,
        };
        crowd.ask(paths).await
    }
}

/// From the frozen snapshot to the bytes of a PDF/A, each invoice another one.
async fn documents(plan: &Plan, home: &Home) -> anyhow::Result<(String, &'static str)> {
    let (said, ..) = home.run(&["theme", "print", "--speed", &plan.seconds.to_string()]).await?;
    let said: Value = serde_json::from_str(said.trim())?;
    let number = |name: &str| said[name].as_f64().with_context(|| format!("`{name}` of {said}"));
    let value = format!(
        "{:.0}/s, p50 {:.1} ms, p99 {:.1} ms, {:.0} KB; the first after a start {:.0} ms",
        number("per_second")?,
        number("p50_ms")?,
        number("p99_ms")?,
        number("bytes")? / 1024.0,
        number("first_ms")?
    );
    Ok((value, "≥ 100/s"))
}

/// A title is changed in the office; how long until the search knows the new word?
async fn searchable(shop: &Shop, known: &Known) -> anyhow::Result<String> {
    let mut clerk = Clerk::sign_in(shop).await?;
    let mut times = Vec::new();
    for round in 0..9 {
        let word = format!("zzq{}", ["rima", "sola", "tuja", "vaga", "bala", "gija", "lira", "mota", "nila"][round]);
        clerk.rename(&known.ids[(round * 97) % known.ids.len()], &word).await?;
        let begun = Instant::now();
        let mut wire = Wire::open(&shop.url).await?;
        loop {
            let found = wire.get(&format!("/store/v1/search?q={word}&limit=1&locale=en")).await?.json()?;
            if found["data"].as_array().is_some_and(|d| !d.is_empty()) {
                break;
            }
            ensure!(begun.elapsed() < Duration::from_secs(20), "a change is not searchable after 20 s");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok(format!("{:.0} ms (median of 9; slowest {:.0})", times[4], times[8]))
}
