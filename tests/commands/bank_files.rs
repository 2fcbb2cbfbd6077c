//! Statements as banks write them, where their files are at hand.

use vitrina::payments::statement::{Balance, read, text};
use vitrina_tests::{left_out, real_data};

#[test]
fn real_files_of_banks_are_read() {
    let Some(folder) = real_data("camt/spec/fixtures/053") else {
        return left_out("statements of real banks: VITRINA_REAL_DATA has no camt");
    };
    let mut files = 0;
    for path in std::fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()) {
        let bytes = std::fs::read(&path).expect("a file");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let read = read(&text(&bytes, None).expect("a text"), "", None);
        files += 1;
        if name == "valid_namespace.xml" {
            assert!(read.is_err(), "{name}");
            continue;
        }
        let statements = read.unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        if matches!(name.as_str(), "valid_example.xml" | "valid_example_v4.xml") {
            assert!(statements.iter().all(|s| s.totals.balance == Balance::Agrees), "{name}");
        }
    }
    assert!(files > 5);
}
