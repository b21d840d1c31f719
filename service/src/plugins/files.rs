//! Files as the operating system sees them: kinds, owners and modes.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file cannot be trusted or used.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    /// The system says no.
    #[error("{path}: cannot {doing}: {source}")]
    Io { path: PathBuf, doing: &'static str, source: io::Error },
    /// Another kind of file.
    #[error("{path}: found {found}, expected {expected}")]
    Kind { path: PathBuf, found: &'static str, expected: &'static str },
    /// Somebody else could change it.
    #[error("{path}: owned by user {found}, expected root or user {expected}")]
    Owner { path: PathBuf, found: u32, expected: u32 },
    /// Others could change it.
    #[error("{path}: found mode {found:04o}, expected one that neither group nor others can {what}")]
    Mode { path: PathBuf, found: u32, what: &'static str },
    /// The platform is not served.
    #[cfg(not(unix))]
    #[error("plugins cannot be loaded on this platform yet")]
    Platform,
}

impl FileError {
    pub(super) fn io(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { path, doing, source }
    }
}

/// Whether the library's file, and all directories above it, are checked for who can change them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owners {
    Checked,
    Unchecked,
}

#[cfg(unix)]
pub(super) use self::unix::{make_private_dir, open_library, open_new_private};

#[cfg(unix)]
mod unix {
    use std::fs::{DirBuilder, OpenOptions, symlink_metadata};
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};

    use rustix::fs::{Mode, OFlags};

    use super::*;

    const WRITABLE_BY_OTHERS: u32 = 0o022;
    const STICKY: u32 = 0o1000;
    const PRIVATE_DIR_MODE: u32 = 0o700;
    const PRIVATE_FILE_MODE: u32 = 0o500;

    /// Opens a library: a regular file, never through a link of that name.
    pub(in super::super) fn open_library(path: &Path, owners: Owners) -> Result<File, FileError> {
        // A named pipe must not hold the loader up.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let file = match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(fd) => File::from(fd),
            Err(rustix::io::Errno::LOOP) => {
                return Err(FileError::Kind {
                    path: path.into(),
                    found: "a symbolic link",
                    expected: "a regular file",
                });
            }
            Err(error) => return Err(FileError::io(path, "open")(error.into())),
        };
        let metadata = file.metadata().map_err(FileError::io(path, "look at"))?;
        if !metadata.is_file() {
            let found = if metadata.is_dir() { "a directory" } else { "a special file" };
            return Err(FileError::Kind { path: path.into(), found, expected: "a regular file" });
        }
        if owners == Owners::Checked {
            check_owner(path, metadata.uid())?;
            check_mode(path, metadata.mode(), 0)?;
            check_parents(path)?;
        }
        Ok(file)
    }

    fn check_parents(path: &Path) -> Result<(), FileError> {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let parent = parent.canonicalize().map_err(FileError::io(parent, "resolve"))?;
        for directory in parent.ancestors() {
            let metadata = symlink_metadata(directory).map_err(FileError::io(directory, "look at"))?;
            check_owner(directory, metadata.uid())?;
            // In a sticky directory others cannot replace what is not theirs.
            check_mode(directory, metadata.mode(), STICKY)?;
        }
        Ok(())
    }

    fn check_owner(path: &Path, found: u32) -> Result<(), FileError> {
        let expected = rustix::process::geteuid().as_raw();
        match found == 0 || found == expected {
            true => Ok(()),
            false => Err(FileError::Owner { path: path.into(), found, expected }),
        }
    }

    fn check_mode(path: &Path, mode: u32, excuse: u32) -> Result<(), FileError> {
        match mode & WRITABLE_BY_OTHERS == 0 || mode & excuse != 0 {
            true => Ok(()),
            false => Err(FileError::Mode { path: path.into(), found: mode & 0o7777, what: "write" }),
        }
    }

    /// Makes a directory for this user alone, or checks that it is one.
    pub(in super::super) fn make_private_dir(path: &Path) -> Result<(), FileError> {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(FileError::io(parent, "make the directory"))?;
        }
        match DirBuilder::new().mode(PRIVATE_DIR_MODE).create(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(FileError::io(path, "make the directory")(error));
            }
            _ => {}
        }
        let metadata = symlink_metadata(path).map_err(FileError::io(path, "look at"))?;
        if !metadata.is_dir() {
            let found = if metadata.is_symlink() { "a symbolic link" } else { "a file" };
            return Err(FileError::Kind { path: path.into(), found, expected: "a directory" });
        }
        let own = rustix::process::geteuid().as_raw();
        if metadata.uid() != own {
            return Err(FileError::Owner { path: path.into(), found: metadata.uid(), expected: own });
        }
        match metadata.mode() & 0o077 {
            0 => Ok(()),
            _ => Err(FileError::Mode { path: path.into(), found: metadata.mode() & 0o7777, what: "use" }),
        }
    }

    /// Opens a file that was not there, to be written once and never changed.
    pub(in super::super) fn open_new_private(path: &Path) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).mode(PRIVATE_FILE_MODE).open(path)
    }
}

#[cfg(not(unix))]
pub(super) fn open_library(_: &Path, _: Owners) -> Result<File, FileError> {
    Err(FileError::Platform)
}

#[cfg(not(unix))]
pub(super) fn make_private_dir(_: &Path) -> Result<(), FileError> {
    Err(FileError::Platform)
}

#[cfg(not(unix))]
pub(super) fn open_new_private(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_link_and_a_directory_are_no_libraries() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("a.so"), directory.path().join("b.so"));
        fs::write(&file, "x").unwrap();
        symlink(&file, &link).unwrap();
        assert!(open_library(&file, Owners::Unchecked).is_ok());
        let said = open_library(&link, Owners::Unchecked).unwrap_err().to_string();
        assert!(said.ends_with("b.so: found a symbolic link, expected a regular file"), "{said}");
        let said = open_library(directory.path(), Owners::Unchecked).unwrap_err().to_string();
        assert!(said.ends_with("found a directory, expected a regular file"), "{said}");
    }

    #[test]
    fn what_others_can_write_is_refused_where_owners_are_checked() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("a.so");
        fs::write(&file, "x").unwrap();
        set_mode(&file, 0o644);
        assert!(open_library(&file, Owners::Checked).is_ok());
        set_mode(&file, 0o664);
        let said = open_library(&file, Owners::Checked).unwrap_err().to_string();
        assert!(
            said.contains("found mode 0664, expected one that neither group nor others can write"),
            "{said}"
        );
        assert!(open_library(&file, Owners::Unchecked).is_ok());
        set_mode(&file, 0o644);
        set_mode(directory.path(), 0o777);
        assert!(open_library(&file, Owners::Checked).unwrap_err().to_string().contains("0777"));
        set_mode(directory.path(), 0o1777);
        assert!(open_library(&file, Owners::Checked).is_ok());
    }

    #[test]
    fn a_private_directory_is_made_and_a_shared_one_refused() {
        let directory = tempfile::tempdir().unwrap();
        let private = directory.path().join("state/plugins");
        make_private_dir(&private).unwrap();
        assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o7777, 0o700);
        make_private_dir(&private).unwrap();
        set_mode(&private, 0o750);
        assert!(make_private_dir(&private).unwrap_err().to_string().contains("0750"));
        let file = directory.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(
            make_private_dir(&file).unwrap_err().to_string().contains("found a file, expected a directory")
        );
    }
}
