//! The floors: who may import whom. Every `crate::…` path of the domain crate is read and
//! checked against one table; the offending line is printed.

mod codes;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A module of the domain crate, its floor, and the siblings it may use all the same.
const FLOORS: &[(&str, u8, &[&str])] = &[
    ("kernel", 0, &["manifest"]),
    ("manifest", 0, &["kernel"]),
    ("jobs", 0, &["kernel"]),
    ("stage", 0, &["kernel", "manifest"]),
    ("translation", 1, &[]),
    ("tax", 1, &[]),
    ("media", 1, &[]),
    ("channels", 1, &[]),
    ("access", 1, &["parties"]),
    ("parties", 1, &[]),
    ("catalog", 1, &["translation"]),
    ("content", 1, &["catalog", "translation"]),
    ("stock", 1, &["channels"]),
    ("configure", 1, &[]),
    ("pricing", 1, &["catalog", "tax", "channels"]),
    ("showcase", 2, &[]),
    ("promotions", 2, &["showcase"]),
    ("sales", 3, &[]),
    ("offers", 3, &[]),
    ("contracts", 3, &[]),
    ("aftersales", 3, &[]),
    ("payments", 3, &[]),
    ("documents", 3, &[]),
    ("crm", 3, &[]),
    ("mail", 3, &[]),
    ("search", 3, &[]),
    ("imports", 3, &[]),
    ("desk", 4, &[]),
    ("flows", 5, &[]),
];

/// What the web crate may name: flows to write, views below to read, never a transaction.
const SURFACE_WORDS: &[&str] = &["Tx", "begin", "ConnectionTrait", "sea_orm"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.to_string_lossy().ends_with("tests.rs") {
            all.push(path);
        }
    }
    all.sort();
    all
}

fn floor(module: &str) -> Option<(u8, &'static [&'static str])> {
    FLOORS.iter().find(|(name, _, _)| *name == module).map(|(_, floor, friends)| (*floor, *friends))
}

/// The module names that a line reaches by `crate::`, also in `crate::{a, b::c}`.
fn reached(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("crate::") {
        let start = from + at + "crate::".len();
        let line = text[..start].matches('\n').count() + 1;
        let rest = &text[start..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.push((line, first_word(&word)));
                        word.clear();
                        continue;
                    }
                    _ => {}
                }
                word.push(c);
            }
            found.push((line, first_word(&word)));
        } else {
            found.push((line, first_word(rest)));
        }
        from = start;
    }
    found.retain(|(_, word)| !word.is_empty());
    found
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Tests may reach anywhere; everything from `#[cfg(test)]` on is theirs.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn imports_go_downwards_only() {
    let src = root().join("src");
    let mut faults = Vec::new();
    for path in sources(&src) {
        let inside = path.strip_prefix(&src).expect("below src");
        let module = inside.components().next().expect("a name").as_os_str().to_string_lossy().replace(".rs", "");
        let Some((here, friends)) = floor(&module) else {
            if module != "lib" {
                faults.push(format!("src/{}: the module {module} has no floor in tests/floors", inside.display()));
            }
            continue;
        };
        let text = fs::read_to_string(&path).expect("a source file");
        for (line, word) in reached(without_tests(&text)) {
            let Some((there, _)) = floor(&word) else { continue };
            if word != module && there >= here && !friends.contains(&word.as_str()) {
                faults.push(format!("src/{}:{line}: {module} (floor {here}) imports {word} (floor {there})", inside.display()));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn only_flows_begin_and_commit() {
    let src = root().join("src");
    let mut faults = Vec::new();
    for path in sources(&src) {
        let inside = path.strip_prefix(&src).expect("below src");
        if inside.starts_with("flows") || inside.starts_with("kernel") || inside == Path::new("jobs/worker.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source file");
        for (n, line) in without_tests(&text).lines().enumerate() {
            if line.contains(".begin(") || line.contains("tx.commit()") {
                faults.push(format!("src/{}:{}: {}", inside.display(), n + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "only flows begin and commit:\n{}\n", faults.join("\n"));
}

#[test]
fn surfaces_cannot_write() {
    let src = root().join("crates/web/src");
    let mut faults = Vec::new();
    for path in sources(&src) {
        let text = fs::read_to_string(&path).expect("a source file");
        for (n, line) in without_tests(&text).lines().enumerate() {
            let words: BTreeSet<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            if !line.trim_start().starts_with("//") && SURFACE_WORDS.iter().any(|w| words.contains(w)) {
                faults.push(format!("{}:{}: {}", path.strip_prefix(root()).expect("ours").display(), n + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "the web crate writes through flows only:\n{}\n", faults.join("\n"));
}

#[test]
fn one_sqlite_in_the_lock_file() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock");
    let copies = |name: &str| lock.matches(&format!("name = \"{name}\"\n")).count();
    // A crate that pulls sqlx 0.8 would silently bring a second, older SQLite.
    assert_eq!((copies("sqlx-core"), copies("libsqlite3-sys")), (1, 1));
    assert_eq!((copies("aws-lc-rs"), copies("openssl-sys")), (0, 0), "ring is the one TLS provider");
}

#[test]
fn no_decimal_columns_and_no_cascade_into_history() {
    let mut faults = Vec::new();
    for path in sources(&root().join("migrations/src")) {
        let text = fs::read_to_string(&path).expect("a migration").to_lowercase();
        for (n, line) in text.lines().enumerate() {
            let numeric = [" decimal", " numeric", " real", " float", " double"].iter().any(|t| line.contains(t));
            if numeric && !line.trim_start().starts_with("//") {
                faults.push(format!("{}:{}: {}", path.display(), n + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_reader_of_paths_sees_groups() {
    let text = "use crate::{kernel::{db, Tx}, sales::place};\nlet x = crate::crm::record();";
    let words: Vec<_> = reached(text).into_iter().map(|(_, w)| w).collect();
    assert_eq!(words, ["kernel", "sales", "crm"]);
}
