//! Every refusal of a document has its words in every language.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn every_refusal_has_its_words() {
    let files = ["admissible.rs", "sums.rs", "einvoice/mod.rs"].map(|file| root().join("src/documents").join(file));
    let mut codes = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).expect("a source file");
        codes.extend(text.split("\"documents.").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
    }
    assert!(codes.len() > 40, "{codes:?}");
    for locale in ["lt", "en", "de"] {
        let file = root().join(format!("themes/default/locales/{locale}/einvoice.json"));
        let tree: Value = serde_json::from_str(&fs::read_to_string(file).expect("texts")).expect("JSON");
        let words = tree["fault"]["documents"].as_object().expect("refusals");
        let said: BTreeSet<String> = words.keys().cloned().collect();
        assert_eq!(said, codes, "{locale}");
        for category in ["AE", "K", "G", "E", "O"] {
            assert!(tree["documents"]["tax_reason"][category].is_string(), "{locale}: {category}");
        }
    }
}
