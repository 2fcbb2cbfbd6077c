//! Sums in words beside another program's.

use std::fs;

use vitrina::{
    documents::in_words,
    kernel::{Currency, Money},
};
use vitrina_tests::{left_out, python};

use crate::judge::ask;

/// Every figure and every turn of the rules below a hundred, then what larger scales add.
fn sums() -> Vec<i64> {
    let small = (0..130).flat_map(|n| [n * 100 + n % 100, n * 100]);
    let around = |n: i64| [n - 1, n, n + 1, n + 11, n + 21];
    let large = [
        200,
        1_000,
        2_000,
        5_000,
        11_000,
        21_000,
        22_000,
        101_000,
        111_000,
        121_000,
        999_999,
        1_000_000,
        2_000_000,
        5_000_000,
        101_000_000,
    ];
    let large = large.into_iter().flat_map(around).map(|n| n * 100 + 32);
    // Some that nobody chose.
    let strewn = (1..300_i64).map(|n| n * n * 7_919 % 10_000_000_000 + n);
    small.chain(large).chain(strewn).collect()
}

#[test]
fn sums_are_said_as_another_program_says_them() {
    let Some(python) = python() else {
        return left_out("sums in words beside num2words: the Python packages of tests/documents/requirements.txt");
    };
    let asked: Vec<(i64, &str, &str)> = ["lt", "en", "de", "pl"]
        .into_iter()
        .flat_map(|language| sums().into_iter().map(move |minor| (minor, language, "EUR")))
        .collect();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("asked.json");
    fs::write(&file, serde_json::to_string(&asked).expect("JSON")).expect("a file");
    let theirs: Vec<String> = ask(&python, "words.py", &[file.to_str().expect("a path")]);
    assert_eq!(theirs.len(), asked.len());
    for ((minor, language, _), theirs) in asked.iter().zip(theirs) {
        let ours = in_words(Money::new(*minor, Currency::EUR), language.parse().expect("a language"));
        assert_eq!(ours.to_lowercase(), as_here(&theirs, language), "{minor} in {language}");
    }
}

/// Where the house says it otherwise: the euro has a plural in English, 101,000 has no s inside in
/// German and a million is feminine, and one euro is neuter in Polish.
fn as_here(theirs: &str, language: &str) -> String {
    let theirs = theirs.to_lowercase();
    match language {
        "en" if !theirs.starts_with("one euro") => theirs.replace(" euro,", " euros,"),
        "de" => theirs.replace("einstausend", "eintausend").replace("hundertein millionen", "hunderteine millionen"),
        "pl" if theirs.starts_with("jeden euro") => theirs.replacen("jeden euro", "jedno euro", 1),
        _ => theirs,
    }
}
