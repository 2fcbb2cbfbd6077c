//! Which files of the shop's folder a backup holds: all but those that are made again (the search
//! index), that the tables stand for (the database), or that are unfinished.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{Fault, fault::At, last};

/// The database's place in the folder when no other is named.
pub const DATABASE: &str = "shop.db";
const CONFIG: &str = "vitrina.toml";

/// A file to be kept, and its name in the backup.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub name: String,
    pub path: PathBuf,
}

/// Whether a file of this name is part of a shop. Asked when a backup is written and again when
/// one is read, so that no crafted name leads out of the folder or onto the database.
pub fn belongs(name: &str) -> bool {
    let part = |p: &str| !p.is_empty() && !p.starts_with('.') && !p.ends_with(".part");
    let sound = !name.contains(['\\', ':']) && !name.chars().any(char::is_control) && name.split('/').all(part);
    let first = name.split('/').next().unwrap_or_default();
    let top = first.len() == name.len();
    // Earlier backups: each would hold all before it.
    let backup = first == "backups" || top && (first.ends_with(".zip") || first == last::FILE);
    sound && !backup && first != "search" && !first.starts_with(DATABASE) && first != "lost+found"
}

/// All files of the folder, and the configuration when it lies elsewhere. `besides`: files that
/// are not the shop's, wherever they lie.
pub fn walk(data: &Path, config: &Path, besides: &[PathBuf]) -> Result<Vec<Found>, Fault> {
    let mut walk = Walk { besides: besides.iter().filter_map(|p| p.canonicalize().ok()).collect(), ..Walk::default() };
    if data.is_dir() {
        walk.folder(data, "")?;
    }
    if config.is_file() && !walk.found.iter().any(|f| f.name == CONFIG) {
        walk.found.push(Found { name: CONFIG.into(), path: config.to_owned() });
    }
    walk.found.sort();
    Ok(walk.found)
}

#[derive(Default)]
struct Walk {
    found: Vec<Found>,
    besides: BTreeSet<PathBuf>,
    /// Folders may be links to another disk; one that leads back is not followed for ever.
    seen: BTreeSet<PathBuf>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, under: &str) -> Result<(), Fault> {
        if !self.seen.insert(folder.canonicalize().at(folder)?) {
            return Ok(());
        }
        for entry in fs::read_dir(folder).at(folder)? {
            let path = entry.at(folder)?.path();
            let own = path.file_name().and_then(|n| n.to_str()).ok_or_else(|| Fault::Name(path.clone()))?;
            let name = format!("{under}{own}");
            // What is gone by now was not of the moment; what cannot be looked at is an error.
            let kind = match fs::metadata(&path) {
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                kind => kind.at(&path)?,
            };
            if !belongs(&name) || path.canonicalize().is_ok_and(|p| self.besides.contains(&p)) {
                continue;
            }
            if kind.is_dir() {
                self.folder(&path, &format!("{name}/"))?;
            } else if kind.is_file() {
                self.found.push(Found { name, path });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder_or_onto_the_database() {
        for name in ["vitrina.toml", "media/ab/abcd/640.webp", "imports/0190-x", "themes/own/theme.toml", "outbox/Ąž.eml"] {
            assert!(belongs(name), "{name}");
        }
        for name in [
            "../etc/passwd",
            "media/../../x",
            "/etc/passwd",
            "media//x",
            "",
            "media/",
            "./x",
            "media\\..\\x",
            "C:x",
            "shop.db",
            "shop.db-wal",
            "search/lt/meta.json",
            "media/ab/.12-1.part",
            "old.zip",
            "backups/a.zip",
            "backup.json",
            "a\nb",
        ] {
            assert!(!belongs(name), "{name}");
        }
    }

    #[test]
    fn links_are_followed_once() {
        let folder = tempfile::tempdir().unwrap();
        let (data, disk) = (folder.path().join("shop"), folder.path().join("disk"));
        fs::create_dir_all(disk.join("ab")).unwrap();
        fs::create_dir_all(&data).unwrap();
        fs::write(disk.join("ab/one"), "1").unwrap();
        fs::write(data.join("shop.db"), "").unwrap();
        fs::write(data.join("mine.tmp"), "").unwrap();
        fs::write(folder.path().join("else.toml"), "").unwrap();
        std::os::unix::fs::symlink(&disk, data.join("media")).unwrap();
        std::os::unix::fs::symlink(&disk, disk.join("again")).unwrap();
        let found = walk(&data, &folder.path().join("else.toml"), &[data.join("mine.tmp")]).unwrap();
        let names: Vec<&str> = found.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["media/ab/one", "vitrina.toml"]);
    }
}
