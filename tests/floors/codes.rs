//! Every code of the journal and of the timeline has its words in every language: the journal is
//! read by people, and a code that nobody wrote words for would be shown to them bare.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::{root, sources};

/// The codes in the source: the literal that [`journal::note`] is given, and where a file hands it
/// a variable, the file's own literals of the same shape.
fn journal_codes() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    let mut files = sources(&root().join("src"));
    files.extend(sources(&root().join("crates")));
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        for call in text.split("journal::note(").skip(1) {
            let argument = call.split(',').nth(1).expect("a code").trim();
            match argument.strip_prefix('"').and_then(|a| a.strip_suffix('"')) {
                Some(code) => _ = codes.insert(code.to_owned()),
                None => {
                    let dotted =
                        |c: &&str| c.contains('.') && c.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'_');
                    // Handed to the file's own `done(tx, "…")`, or the second half of a pair.
                    let places = ["(tx, \"", " }, \""].into_iter().flat_map(|before| text.split(before).skip(1));
                    let handed = places.filter_map(|rest| rest.split('"').next()).filter(dotted);
                    let handed: Vec<String> = handed.map(str::to_owned).collect();
                    assert!(!handed.is_empty(), "{}: where does `{argument}` come from?", file.display());
                    codes.extend(handed);
                }
            }
        }
    }
    codes
}

fn timeline_codes() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("src/crm/timeline.rs")).expect("the timeline");
    let list = text.split("TIMELINE_CODES: &[&str] = &[").nth(1).and_then(|t| t.split("];").next()).expect("the list of codes");
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The theme's files of a language as one tree.
fn has(locale: &str, key: &str) -> bool {
    let folder = root().join("themes/default/locales").join(locale);
    fs::read_dir(folder).expect("a folder of texts").flatten().any(|entry| {
        let text = fs::read_to_string(entry.path()).expect("a file of texts");
        let tree: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", entry.path().display()));
        let found = key.split('.').try_fold(&tree, |at, part| at.get(part));
        found.is_some_and(|v| v.is_string() || v.get("other").is_some())
    })
}

#[test]
fn every_code_has_its_words_in_every_language() {
    let (journal, timeline) = (journal_codes(), timeline_codes());
    assert!(journal.len() > 60 && timeline.len() > 10, "{} and {} codes were found", journal.len(), timeline.len());
    let keys = journal.iter().map(|c| format!("journal.{c}")).chain(timeline.iter().map(|c| format!("timeline.{c}")));
    let mute: Vec<String> = keys
        .flat_map(|key| ["lt", "en", "de"].map(|locale| (key.clone(), locale)))
        .filter(|(key, locale)| !has(locale, key))
        .map(|(key, locale)| format!("{key} ({locale})"))
        .collect();
    assert!(mute.is_empty(), "no words for: {mute:#?}");
}
