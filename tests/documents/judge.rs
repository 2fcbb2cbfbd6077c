//! The official rules, run by one Python process over a folder (`judge.py`).

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use tempfile::TempDir;
use vitrina::{
    documents::{self, Paper, admissible, sample},
    kernel::Locale,
};
use vitrina_tests::{left_out, python};

use crate::{deal, spoil};

/// How many random sales are judged, and how many spoilt documents are tried.
const SALES: usize = 200;
const SPOILT: usize = 1_500;
/// A document that was spoilt and is still admissible must be valid: so many of those are judged.
const FORGIVEN: usize = 70;

/// Runs a script of this folder with arguments; its output is JSON.
pub fn ask<T: serde::de::DeserializeOwned>(python: &Path, script: &str, args: &[&str]) -> T {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("documents").join(script);
    let out = Command::new(python).arg(script).args(args).output().expect("Python runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("an answer in JSON")
}

/// In UBL, and in CII where it is asked for: Factur-X's rules take the longest of all.
fn write(folder: &TempDir, name: &str, paper: &Paper, cii: bool) {
    let ubl = documents::ubl(paper).unwrap_or_else(|found| panic!("{name} is refused: {found:?}\n{paper:#?}"));
    fs::write(folder.path().join(format!("{name}.ubl.xml")), ubl.xml).expect("a file");
    if !cii {
        return;
    }
    let cii = documents::factur_x(paper).unwrap_or_else(|found| panic!("{name} has no CII: {found:?}"));
    fs::write(folder.path().join(format!("{name}.cii.xml")), cii).expect("a file");
}

#[test]
fn what_may_be_issued_is_valid_by_the_official_rules() {
    let Some(python) = python() else {
        return left_out("e-invoices by the official rules: the Python packages of tests/documents/requirements.txt");
    };
    let folder = tempfile::tempdir().expect("a folder");
    for locale in [Locale::LT, Locale::DE] {
        for (name, paper) in sample::invoices(locale) {
            write(&folder, &format!("sample-{name}-{locale}"), &paper, true);
        }
    }
    let mut runner = TestRunner::deterministic();
    let sales = deal::sales();
    let mut draw = || sales.new_tree(&mut runner).expect("a sale").current();
    for n in 0..SALES {
        write(&folder, &format!("sale-{n}"), &draw(), n % 2 == 0);
    }
    let (mut forgiven, mut refused) = (0, 0);
    for n in 0..SPOILT {
        let mut paper = draw();
        spoil::spoil(&mut paper, n);
        if admissible(&paper).is_err() {
            refused += 1;
        } else if forgiven < FORGIVEN {
            write(&folder, &format!("forgiven-{n}-{}", n % spoil::WAYS), &paper, forgiven % 2 == 0);
            forgiven += 1;
        }
    }
    assert!(refused > SPOILT / 2, "{refused} of {SPOILT} spoilt documents are refused");
    assert_eq!(forgiven, FORGIVEN, "too few spoilt documents are admissible to say anything");

    let verdicts: BTreeMap<String, Vec<String>> = ask(&python, "judge.py", &[folder.path().to_str().expect("a path")]);
    assert_eq!(verdicts.len(), 2 * 26 + (SALES + FORGIVEN) * 3 / 2, "every file was judged");
    let broken: Vec<_> = verdicts.iter().filter(|(_, rules)| !rules.is_empty()).collect();
    let first = broken.first().map(|(name, _)| fs::read_to_string(folder.path().join(name)).expect("a file"));
    assert!(broken.is_empty(), "{broken:#?}\n{}", first.unwrap_or_default());
}

/// The judges are awake: each finds what is wrong with a document that is wrong.
#[test]
fn the_judges_refuse_what_is_invalid() {
    let Some(python) = python() else {
        return left_out("e-invoices by the official rules: the Python packages of tests/documents/requirements.txt");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let (_, paper) = sample::invoices(Locale::LT).swap_remove(0);
    let ubl = documents::ubl(&paper).expect("an e-invoice").xml;
    let cii = documents::factur_x(&paper).expect("an e-invoice");
    let cases = [
        ("total.ubl.xml", ubl.replace(">412.05<", ">412.06<"), "BR-CO-15"),
        ("reference.ubl.xml", ubl.replace("<cbc:BuyerReference>UZS-2026-000045</cbc:BuyerReference>", ""), "PEPPOL-EN16931-R003"),
        ("order.ubl.xml", ubl.replace("</cbc:ID>\n  <cbc:IssueDate>2026-11-23</cbc:IssueDate>", "</cbc:ID>"), "XSD"),
        ("total.cii.xml", cii.replace(">412.05<", ">412.06<"), "BR-CO-15"),
        ("element.cii.xml", cii.replace("ram:GrandTotalAmount", "ram:GrandTotal"), "XSD"),
    ];
    for (name, xml, _) in &cases {
        assert!(*xml != ubl && *xml != cii, "{name} was not spoilt");
        fs::write(folder.path().join(name), xml).expect("a file");
    }
    let verdicts: BTreeMap<String, Vec<String>> = ask(&python, "judge.py", &[folder.path().to_str().expect("a path")]);
    for (name, _, rule) in cases {
        assert!(verdicts[name].iter().any(|found| found.contains(rule)), "{name}: {rule} is not in {:?}", verdicts[name]);
    }
}
