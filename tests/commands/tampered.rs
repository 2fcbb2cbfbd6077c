//! Backups that are damaged, crafted or in the wrong place: each is refused in a sentence, and
//! nothing is touched.

use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{Place, Said, backup::manifest, places};

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// A small shop and its backup.
fn put_away(place: &Place) -> PathBuf {
    place.run(&["migrate"]).ended(0);
    std::fs::create_dir_all(place.data().join("media/ab/abcd")).expect("a folder");
    std::fs::write(place.data().join("media/ab/abcd/640.webp"), b"a picture".repeat(100)).expect("a file");
    let file = place.folder.path().join("good.zip");
    place.run(&["backup", "--to", text(&file)]).ended(0);
    file
}

/// Whether the place next to it stayed empty, whatever the command said.
fn refused(place: &Place, file: &Path, words: &[&str]) {
    let fresh = Place::new("sqlite");
    let check = place.run(&["restore", "--check", text(file)]).ended(1);
    let restore = fresh.run(&["restore", text(file)]).ended(1);
    for Said { err, .. } in [check, restore] {
        assert!(words.iter().all(|w| err.contains(w)), "{words:?}: {err}");
        assert!(!err.contains("panicked"), "{err}");
    }
    assert_eq!(std::fs::read_dir(fresh.folder.path()).expect("a folder").count(), 0, "{words:?}: nothing was written");
}

/// Copies a backup with another manifest and more entries.
fn crafted(good: &Path, to: &Path, edit: impl FnOnce(&mut Value), more: &[(&str, &str)]) {
    let mut told = manifest(good);
    edit(&mut told);
    let mut from = ZipArchive::new(File::open(good).expect("a backup")).expect("an archive");
    let mut out = ZipWriter::new(File::create(to).expect("a file"));
    for i in 0..from.len() {
        let entry = from.by_index_raw(i).expect("an entry");
        if entry.name().expect("a name") != "manifest.json" {
            out.raw_copy_file(entry).expect("copied");
        }
    }
    let told = told.to_string();
    for (name, held) in more.iter().copied().chain([("manifest.json", told.as_str())]) {
        out.start_file(name, SimpleFileOptions::default()).expect("an entry");
        out.write_all(held.as_bytes()).expect("written");
    }
    out.finish().expect("an archive");
}

#[test]
fn one_wrong_byte_anywhere_is_found_before_anything_is_written() {
    let place = Place::new("sqlite");
    let good = put_away(&place);
    let bytes = std::fs::read(&good).expect("a backup");
    let bad = place.folder.path().join("bad.zip");
    let mut zip = ZipArchive::new(File::open(&good).expect("a backup")).expect("an archive");
    let mut places = Vec::new();
    for i in 0..zip.len() {
        let entry = zip.by_index_raw(i).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        // An empty table has the same two bytes as any other; what holds rows or bytes matters.
        if entry.size() > 0 {
            places.push((
                name,
                usize::try_from(entry.data_start().expect("a place") + entry.compressed_size() / 2).expect("small"),
            ));
        }
    }
    assert!(places.len() > 4, "{places:?}");
    places.sort_by_key(|(name, _)| !name.starts_with("files/") && name != "manifest.json");
    for (name, at) in places.iter().take(12) {
        let mut wrong = bytes.clone();
        wrong[*at] ^= 1;
        std::fs::write(&bad, wrong).expect("a file");
        let said = place.run(&["restore", "--check", text(&bad)]);
        assert_eq!(said.code, Some(1), "{name} at {at}: {said:#?}");
        assert!(!said.err.contains("panicked"), "{name}: {}", said.err);
    }
    let (_, at) = places[0];
    let mut wrong = bytes.clone();
    wrong[at] ^= 1;
    std::fs::write(&bad, wrong).expect("a file");
    refused(&place, &bad, &["damaged", "nothing was changed", "older backup"]);
    std::fs::write(&bad, &bytes[..bytes.len() * 2 / 3]).expect("a file");
    refused(&place, &bad, &["no backup of Vitrina"]);
    std::fs::write(&bad, "not a zip at all").expect("a file");
    refused(&place, &bad, &["no backup of Vitrina"]);
    refused(&place, Path::new("/nowhere/x.zip"), &["/nowhere/x.zip", "check the path"]);
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let place = Place::new("sqlite");
    let good = put_away(&place);
    let bad = place.folder.path().join("bad.zip");
    for path in ["../evil", "media/../../evil", "/tmp/vitrina-evil", "shop.db", "search/lt/meta.json", "media\\..\\evil"] {
        let entry = format!("files/{path}");
        let held = json!({ "path": path, "bytes": 4, "sha256": "x" });
        crafted(&good, &bad, |m| m["files"].as_array_mut().expect("files").push(held), &[(&entry, "evil")]);
        refused(&place, &bad, &["tampered"]);
        // Nor when the manifest does not speak of it.
        crafted(&good, &bad, |_| {}, &[(&entry, "evil")]);
        refused(&place, &bad, &["tampered"]);
    }
    let rename = |m: &mut Value| m["tables"][0]["name"] = json!("x\"; drop table party; --");
    crafted(&good, &bad, rename, &[]);
    refused(&place, &bad, &["tampered"]);
    let twice = |m: &mut Value| {
        let file = m["files"][0].clone();
        m["files"].as_array_mut().expect("files").push(file);
    };
    crafted(&good, &bad, twice, &[]);
    refused(&place, &bad, &["tampered"]);
}

#[test]
fn what_this_version_cannot_restore_is_refused_with_a_reason() {
    for place in places() {
        let good = put_away(&place);
        let bad = place.folder.path().join("bad.zip");
        let newer = |m: &mut Value| {
            m["format"] = json!(9);
            m["made_by"] = json!("vitrina 7.0.0");
        };
        crafted(&good, &bad, newer, &[]);
        refused(&place, &bad, &["format 9", "vitrina 7.0.0"]);

        // The file is whole; only the schema is of tomorrow.
        let tomorrow = |m: &mut Value| m["migrations"].as_array_mut().expect("names").push(json!("m9999_tomorrow"));
        crafted(&good, &bad, tomorrow, &[]);
        place.run(&["restore", "--check", text(&bad)]).ended(0);
        let fresh = Place::new(if place.url().is_some() { "postgres" } else { "sqlite" });
        let said = fresh.run(&["restore", text(&bad)]).ended(1);
        assert!(said.err.contains("newer Vitrina") && said.err.contains("m9999_tomorrow"), "{}", said.err);

        // A table or a column less than the schema has: its rows would be lost without a word.
        let column = |m: &mut Value| {
            let tables = m["tables"].as_array_mut().expect("tables");
            let empty = tables.iter_mut().find(|t| t["rows"] == 0 && t["sums"].is_null()).expect("an empty table");
            empty["columns"].as_array_mut().expect("columns").pop();
        };
        crafted(&good, &bad, column, &[]);
        let said = fresh.run(&["restore", text(&bad)]).ended(1);
        assert!(said.err.contains("tables of the backup are not those of its schema"), "{}", said.err);
        assert!(!fresh.data().exists());
        // After all that the place is as empty as before.
        fresh.run(&["restore", text(&good)]).ended(0);
    }
}

#[test]
fn nothing_that_is_there_is_written_over() {
    for place in places() {
        let good = put_away(&place);
        let before = std::fs::read(&good).expect("a backup");
        let said = place.run(&["backup", "--to", text(&good)]).ended(1);
        assert!(said.err.contains("is there already") && said.err.contains("--to"), "{}", said.err);
        assert_eq!(std::fs::read(&good).expect("a backup"), before);
        let said = place.run(&["backup", "--to", "/proc/none/x.zip"]).ended(1);
        assert!(said.err.contains("/proc/none/x.zip"), "{}", said.err);

        let said = place.run(&["restore", text(&good)]).ended(1);
        let word = if place.url().is_some() { "createdb" } else { "--data" };
        assert!(said.err.contains(word) && (said.err.contains("not empty") || said.err.contains("already")), "{}", said.err);
        if let Some(url) = place.url() {
            // An empty folder does not make the full database an empty one; nor the other way round.
            let other = Place::new("sqlite");
            let said = other.run_with(&["restore", text(&good)], &[("VITRINA_DATABASE_URL", url)]).ended(1);
            assert!(said.err.contains("tables already") && said.err.contains("createdb"), "{}", said.err);
            assert!(!other.data().exists());
            let empty = Place::new("postgres");
            let env = [("VITRINA_DATABASE_URL", empty.url().expect("a database"))];
            let said = crate::vitrina(&place.data(), &["restore", text(&good)], &env).ended(1);
            assert!(said.err.contains("not empty"), "{}", said.err);
        }
        let nothing = Place::new("sqlite");
        let said = nothing.run(&["backup", "--to", text(&nothing.folder.path().join("x.zip"))]).ended(1);
        assert!(said.err.contains("there is no shop"), "{}", said.err);
        assert_eq!(std::fs::read_dir(nothing.folder.path()).expect("a folder").count(), 0, "nothing was made");
    }
}

#[test]
fn a_backup_is_plain_files_that_other_programs_read() {
    let place = Place::new("sqlite");
    let good = put_away(&place);
    let told = manifest(&good);
    let tables = told["tables"].as_array().expect("tables");
    let law = tables.iter().find(|t| t["name"] == "tax_law").expect("the table of tax law");
    let mut zip = ZipArchive::new(File::open(&good).expect("a backup")).expect("an archive");
    let mut lines = String::new();
    zip.by_name("tables/tax_law.ndjson").expect("its rows").read_to_string(&mut lines).expect("text");
    assert_eq!(lines.lines().count() as u64, law["rows"].as_u64().expect("a number"));
    let columns: Vec<&str> = law["columns"].as_array().expect("columns").iter().filter_map(|c| c["name"].as_str()).collect();
    assert_eq!(columns, ["kind", "country", "holds", "valid_from"]);
    assert!(lines.lines().any(|line| line == r#"["union","LT",true,1083358800000]"#), "{lines}");
}
