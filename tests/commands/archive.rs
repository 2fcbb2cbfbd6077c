//! `vitrina archive export`: what comes out is what was kept, to the last bit.

use std::{collections::BTreeMap, fs::File, io::Read};

use sha2::{Digest, Sha256};
use vitrina_tests::{Shop, engines};

/// The rows of an index that has no line breaks in its cells.
fn rows(index: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let (mut all, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => all.push(std::mem::take(&mut cell)),
                c => cell.push(c),
            }
        }
        all.push(cell);
        all
    };
    index.trim_start_matches('\u{feff}').lines().skip(1).map(cells).collect()
}

#[test]
fn a_period_is_written_with_hashes_that_hold() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("archive.zip");
        let name = file.to_str().expect("a path");
        let export = |from: &str, to: &str| shop.command(&["archive", "export", "--from", from, "--to", to, name]);
        let refused = export("2001-01-01", "2001-01-31");
        assert!(!refused.status.success() && !file.exists());
        assert!(String::from_utf8_lossy(&refused.stderr).contains("no document or offer"), "{refused:?}");
        let backwards = export("2026-02-01", "2026-01-01");
        assert!(String::from_utf8_lossy(&backwards.stderr).contains("ends before it begins"), "{backwards:?}");

        let done = export("2001-01-01", "2100-12-31");
        assert!(matches!(done.status.code(), Some(0 | 3)), "{done:?}");
        let mut zip = zip::ZipArchive::new(File::open(&file).expect("a file")).expect("an archive");
        let mut files = BTreeMap::new();
        for n in 0..zip.len() {
            let mut entry = zip.by_index(n).expect("an entry");
            let name = entry.name().expect("a name").into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("its bytes");
            files.insert(name, bytes);
        }
        let index = String::from_utf8(files.remove("index.csv").expect("an index")).expect("a text");
        let rows = rows(&index);
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &rows {
            assert_eq!(row.len(), 16, "{row:?}");
            *kinds.entry(&row[3]).or_default() += 1;
            if row[0].is_empty() {
                assert_eq!(row[15], "not set yet", "{row:?}");
                continue;
            }
            let bytes = files.remove(&row[0]).unwrap_or_else(|| panic!("{} is in the index alone", row[0]));
            assert_eq!(format!("{:x}", Sha256::digest(&bytes)), row[1], "{}", row[0]);
            assert_eq!(bytes.len().to_string(), row[2]);
            let begins: &[u8] = if row[3] == "e_invoice" { b"<?xml" } else { b"%PDF" };
            assert!(bytes.starts_with(begins), "{}", row[0]);
        }
        assert!(files.is_empty(), "in the file and not in the index: {:?}", files.keys());
        assert!(kinds.contains_key("offer") && kinds.contains_key("acceptance") && kinds.len() > 2, "{kinds:?}");
        assert!(kinds.get("e_invoice") >= kinds.get("invoice") && kinds.contains_key("invoice"), "{kinds:?}");
        let again = export("2001-01-01", "2100-12-31");
        assert!(!again.status.success(), "a file that is there is not written over");
        assert!(!folder.path().join("archive.zip.part").exists());
    }
}
