//! Private copies: the bytes that were verified are the bytes that are loaded.
//!
//! A copy's name is its hash, because a system that has loaded a path gives the old code for it again,
//! and because a mapped file must never be written.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use quotient_plugin_api::digest::sha256_hex;

use super::files::{FileError, make_private_dir, open_new_private};

/// Tells the files of one process apart that are being written.
static TURN: AtomicU64 = AtomicU64::new(0);

/// The directory of private copies.
#[derive(Debug)]
pub(super) struct Store {
    directory: PathBuf,
}

impl Store {
    /// Makes the directory, or checks that it is private.
    pub(super) fn open(directory: &Path) -> Result<Self, FileError> {
        make_private_dir(directory)?;
        // The loader takes a name without a slash for one to search for.
        let directory = directory.canonicalize().map_err(FileError::io(directory, "resolve"))?;
        Ok(Self { directory })
    }

    /// The path of a copy of `bytes`, whose hash is `hash`.
    pub(super) fn put(&self, hash: &str, bytes: &[u8]) -> Result<PathBuf, FileError> {
        let path = self.directory.join(format!("{hash}.so"));
        if fs::read(&path).is_ok_and(|kept| sha256_hex(&kept) == hash) {
            return Ok(path);
        }
        let turn = TURN.fetch_add(1, Ordering::Relaxed);
        let aside = self.directory.join(format!("{hash}.{}.{turn}.new", process::id()));
        let written = write_new(&aside, bytes).and_then(|()| {
            fs::rename(&aside, &path).map_err(FileError::io(&path, "put the private copy in place"))
        });
        if written.is_err() {
            // The first error is the one to tell; a file that stays is replaced by nobody and harms nobody.
            let _ = fs::remove_file(&aside);
        }
        written.map(|()| path)
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    // From a process of the same number that ended in between.
    if path.exists() {
        fs::remove_file(path).map_err(FileError::io(path, "remove"))?;
    }
    let mut file = open_new_private(path).map_err(FileError::io(path, "make"))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(FileError::io(path, "write"))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_copy_is_kept_under_its_hash_and_a_spoilt_one_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("state")).unwrap();
        let hash = sha256_hex(b"code");
        let path = store.put(&hash, b"code").unwrap();
        assert_eq!(path.file_name().unwrap().to_str().unwrap(), format!("{hash}.so"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o500);
        fs::remove_file(&path).unwrap();
        fs::write(&path, b"spoilt").unwrap();
        assert_eq!(store.put(&hash, b"code").unwrap(), path);
        assert_eq!(fs::read(&path).unwrap(), b"code");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
