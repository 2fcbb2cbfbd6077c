//! The README's table of settings is made from `plugin.toml`; this holds the two together.

use std::{path::Path, process::Command};

#[test]
fn the_readme_lists_every_setting() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let output = Command::new("python3").arg(root.join("tests/bin/settings-table")).arg("--check").output();
    let Ok(output) = output else {
        vitrina_tests::left_out("the README's table of settings: Python is missing");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
