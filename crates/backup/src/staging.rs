//! Where a restored shop grows until it is whole: beside its folder, so that one renaming puts it
//! in place, or inside it where the folder is a disk of its own and cannot be renamed.

use std::{
    fs::{self, File},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::{Fault, fault::At, folder::DATABASE};

const MARK: &str = ".restoring";

pub struct Staging {
    pub folder: PathBuf,
    data: PathBuf,
    inside: bool,
    /// Held as long as this lives, so that two restores do not mix.
    _lock: File,
}

impl Staging {
    /// Looks whether the folder is empty, and makes the place.
    pub fn begin(data: &Path) -> Result<Self, Fault> {
        empty(data)?;
        let parent = data.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !data.exists() {
            fs::create_dir_all(parent).at(parent)?;
        }
        let beside = beside(data).filter(|_| !is_disk(data, parent));
        let (folder, inside) = match beside.map(|folder| (made(&folder), folder)) {
            Some((Ok(()), folder)) => (folder, false),
            Some((Err(error), path)) if !data.exists() => return Err(Fault::File { path, error }),
            _ => (data.join(MARK), true),
        };
        made(&folder).at(&folder)?;
        let lock = File::open(&folder).at(&folder)?;
        if lock.try_lock().is_err() {
            return Err(Fault::Restoring(folder));
        }
        let staging = Self { folder, data: data.to_owned(), inside, _lock: lock };
        staging.clear()?;
        Ok(staging)
    }

    /// What a killed restore left.
    fn clear(&self) -> Result<(), Fault> {
        for entry in fs::read_dir(&self.folder).at(&self.folder)? {
            let path = entry.at(&self.folder)?.path();
            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }.at(&path)?;
        }
        Ok(())
    }

    /// Everything written here is on disk once this returns.
    pub fn sync(&self) -> Result<(), Fault> {
        fn all(folder: &Path) -> Result<(), Fault> {
            for entry in fs::read_dir(folder).at(folder)? {
                let path = entry.at(folder)?.path();
                if path.is_dir() { all(&path)? } else { File::open(&path).and_then(|f| f.sync_all()).at(&path)? }
            }
            File::open(folder).and_then(|f| f.sync_all()).at(folder)
        }
        all(&self.folder)
    }

    /// Puts the shop in place. Inside a disk the database comes last: before it there is no shop.
    pub fn finish(self) -> Result<(), Fault> {
        empty(&self.data)?;
        let parent = if self.inside {
            let mut names = Vec::new();
            for entry in fs::read_dir(&self.folder).at(&self.folder)? {
                names.push(entry.at(&self.folder)?.file_name());
            }
            names.sort_by_key(|name| name == DATABASE);
            for name in names {
                fs::rename(self.folder.join(&name), self.data.join(&name)).at(self.data.join(&name))?;
            }
            self.data.clone()
        } else {
            // Over an empty folder this is one step too.
            fs::rename(&self.folder, &self.data).at(&self.data)?;
            self.data.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
        };
        File::open(&parent).and_then(|f| f.sync_all()).at(parent)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After `finish` there is nothing of the name, or an empty folder.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A new disk has a folder of its own making.
fn empty(data: &Path) -> Result<(), Fault> {
    let entries = match fs::read_dir(data) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.at(data)?,
    };
    for entry in entries {
        let name = entry.at(data)?.file_name();
        if name != "lost+found" && name != MARK {
            return Err(Fault::FolderTaken(data.to_owned()));
        }
    }
    Ok(())
}

fn beside(data: &Path) -> Option<PathBuf> {
    let mut name = data.file_name()?.to_owned();
    name.push(MARK);
    Some(data.with_file_name(name))
}

/// Whether the folder is a disk, or a link to somewhere: neither can be renamed over.
fn is_disk(data: &Path, parent: &Path) -> bool {
    let linked = fs::symlink_metadata(data).is_ok_and(|m| m.is_symlink());
    let of = |path: &Path| fs::metadata(path).map(|m| m.dev()).ok();
    linked || data.exists() && of(data) != of(parent)
}

fn made(folder: &Path) -> std::io::Result<()> {
    match fs::create_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_appears_at_once_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        for there in [false, true] {
            let data = folder.path().join(format!("shop-{there}"));
            if there {
                fs::create_dir(&data).unwrap();
            }
            let staging = Staging::begin(&data).unwrap();
            fs::write(staging.folder.join("vitrina.toml"), "").unwrap();
            assert!(matches!(Staging::begin(&data), Err(Fault::Restoring(_))));
            assert!(!data.join("vitrina.toml").exists());
            drop(staging);
            let staging = Staging::begin(&data).unwrap();
            fs::write(staging.folder.join("shop.db"), "").unwrap();
            staging.sync().unwrap();
            staging.finish().unwrap();
            assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "what was given up is gone");
            assert!(matches!(Staging::begin(&data), Err(Fault::FolderTaken(_))));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing lies beside");
    }

    #[test]
    fn a_folder_that_is_a_link_is_filled_from_inside() {
        let folder = tempfile::tempdir().unwrap();
        let (disk, data) = (folder.path().join("disk"), folder.path().join("shop"));
        fs::create_dir_all(disk.join("lost+found")).unwrap();
        std::os::unix::fs::symlink(&disk, &data).unwrap();
        let staging = Staging::begin(&data).unwrap();
        fs::write(staging.folder.join("shop.db"), "").unwrap();
        staging.finish().unwrap();
        let mut names: Vec<_> = fs::read_dir(&disk).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["lost+found", "shop.db"]);
    }
}
