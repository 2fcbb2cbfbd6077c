//! Independent readers. Where a program is not installed the test says so and ends.

use std::{io::Write, path::Path, process::Command};

/// Notes for the end of `make test` that something was left out.
fn left_out(program: &str) {
    let line = format!("documents read back: {program} is not installed");
    if let Some(path) = std::env::var_os("VITRINA_LEFT_OUT")
        && let Ok(mut file) = std::fs::OpenOptions::new().append(true).create(true).open(path)
    {
        let _ = writeln!(file, "{line}");
    }
    eprintln!("left out: {line}");
}

/// What the program writes, with its code; `None` where there is no such program.
fn run(program: &str, args: &[&str], file: &Path) -> Option<(i32, Vec<u8>)> {
    let done = Command::new(program).args(args.iter().map(|a| a.replace("FILE", &file.to_string_lossy()))).output();
    match done {
        Ok(done) => {
            let mut said = done.stdout;
            said.extend(done.stderr);
            Some((done.status.code().unwrap_or(-1), said))
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            left_out(program);
            None
        }
        Err(e) => panic!("{program}: {e}"),
    }
}

fn kept(pdf: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".pdf").tempfile().unwrap();
    file.write_all(pdf).unwrap();
    file
}

/// The text as poppler reads it, a form feed after every page.
pub fn text(pdf: &[u8]) -> Option<String> {
    let (code, said) = run("pdftotext", &["-layout", "-enc", "UTF-8", "FILE", "-"], kept(pdf).path())?;
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&said));
    Some(String::from_utf8(said).unwrap())
}

/// qpdf finds nothing wrong with the file, and poppler finds every font inside it.
pub fn check(pdf: &[u8], what: &str) {
    let file = kept(pdf);
    if let Some((code, said)) = run("qpdf", &["--check", "FILE"], file.path()) {
        assert_eq!(code, 0, "{what}: {}", String::from_utf8_lossy(&said));
    }
    if let Some((code, said)) = run("pdffonts", &["FILE"], file.path()) {
        let said = String::from_utf8_lossy(&said);
        let fonts: Vec<&str> = said.lines().skip(2).collect();
        assert!(code == 0 && !fonts.is_empty(), "{what}: {said}");
        // name … emb sub uni object
        for font in fonts {
            let columns: Vec<&str> = font.split_whitespace().rev().skip(2).take(3).collect();
            assert_eq!(columns, ["yes", "yes", "yes"], "{what}: {font}");
        }
    }
}

/// The code on the first page, from pixels.
pub fn decoded(pdf: &[u8]) -> Option<String> {
    let (code, png) = run("pdftoppm", &["-r", "150", "-gray", "-png", "-f", "1", "-l", "1", "FILE"], kept(pdf).path())?;
    assert_eq!(code, 0);
    let page = image::load_from_memory(&png).unwrap().to_luma8();
    let (width, height) = (page.width() as usize, page.height() as usize);
    let mut page = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| page.get_pixel(x as u32, y as u32)[0]);
    let grids = page.detect_grids();
    assert_eq!(grids.len(), 1, "one code on the page");
    Some(grids[0].decode().unwrap().1)
}

/// A file that the PDF carries.
pub fn carried(pdf: &[u8], name: &str) -> Option<String> {
    let (code, said) = run("qpdf", &[&format!("--show-attachment={name}"), "FILE"], kept(pdf).path())?;
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&said));
    Some(String::from_utf8(said).unwrap())
}

/// Every page as poppler draws it, in grey.
pub fn pages(pdf: &[u8], size: u32) -> Option<Vec<image::GrayImage>> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("page");
    let size = size.to_string();
    let args = ["-r", &size, "-gray", "-png", "FILE", &root.to_string_lossy()];
    let (code, said) = run("pdftoppm", &args, kept(pdf).path())?;
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&said));
    let mut files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    Some(files.iter().map(|file| image::open(file).unwrap().to_luma8()).collect())
}
