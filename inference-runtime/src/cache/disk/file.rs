//! The database file: opening it, and replacing it if it is corrupt.

use std::{
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use redb::{Database, Error};

use super::{Bounds, tables, unix_millis};

/// The database's page cache, in bytes. The operating system caches more.
const PAGE_CACHE: usize = 16 * 1024 * 1024;

/// A file larger than this multiple of its bound is compacted when it is opened.
const COMPACT_RATIO: u64 = 3;

/// A file smaller than this is never compacted.
const COMPACT_MIN: u64 = 64 * 1024 * 1024;

pub(super) struct File(PathBuf);

/// How much of the file is checked when it is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// Only if it was not closed cleanly.
    AfterCrash,
    /// Every page, after a read failed.
    Full,
}

/// Why the file cannot be opened.
pub(super) enum OpenError {
    /// Another process has it open.
    Locked,
    IsFolder,
    /// It may be possible later.
    Unavailable(String),
}

/// Why one attempt to open the file failed.
enum AttemptError {
    Locked,
    Unavailable(String),
    /// Not a database of ours, or a damaged one.
    Corrupt(String),
}

impl File {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Opens the database, creates its tables, removes entries beyond the bounds, and returns the number of entries.
    /// A corrupt file is moved aside and replaced.
    pub(super) fn open(
        &self,
        bounds: Bounds,
        check: Check,
    ) -> Result<(Database, usize), OpenError> {
        if self.0.is_dir() {
            return Err(OpenError::IsFolder);
        }
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder)
                .map_err(|error| OpenError::Unavailable(error.to_string()))?;
        }
        let reason = match self.attempt(bounds, check) {
            Ok(opened) => return Ok(opened),
            Err(AttemptError::Corrupt(reason)) => reason,
            Err(AttemptError::Locked) => return Err(OpenError::Locked),
            Err(AttemptError::Unavailable(reason)) => return Err(OpenError::Unavailable(reason)),
        };
        self.move_aside(&reason)
            .map_err(|error| OpenError::Unavailable(error.to_string()))?;
        self.attempt(bounds, check).map_err(|error| match error {
            AttemptError::Locked => OpenError::Locked,
            AttemptError::Unavailable(reason) | AttemptError::Corrupt(reason) => {
                OpenError::Unavailable(reason)
            }
        })
    }

    /// Renames the file to `….broken`, replacing an earlier one of that name.
    pub(super) fn move_aside(&self, reason: &str) -> io::Result<()> {
        let mut aside = self.0.clone().into_os_string();
        aside.push(".broken");
        fs::rename(&self.0, &aside)?;
        tracing::warn!(
            path = %self.0.display(),
            "the cache file is corrupt and was replaced; the old file is now `{}`: {reason}",
            Path::new(&aside).display()
        );
        Ok(())
    }

    fn attempt(&self, bounds: Bounds, check: Check) -> Result<(Database, usize), AttemptError> {
        // redb panics on some corrupt files.
        let attempt = catch_unwind(AssertUnwindSafe(|| {
            let mut database = Database::builder()
                .set_cache_size(PAGE_CACHE)
                .set_check_integrity_on_open(check == Check::Full)
                .create(&self.0)?;
            let entries = tables::write(&database, &[], bounds, unix_millis(), true)?;
            let bytes = fs::metadata(&self.0)?.len();
            if bytes > COMPACT_MIN && bytes / COMPACT_RATIO > bounds.bytes {
                // A failure to compact does no harm.
                let _ = database.compact();
            }
            Ok::<_, Error>((database, usize::try_from(entries).unwrap_or(usize::MAX)))
        }));
        match attempt {
            Ok(opened) => opened.map_err(AttemptError::from),
            Err(_) => Err(AttemptError::Corrupt("the database panicked".to_owned())),
        }
    }
}

impl From<Error> for AttemptError {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseAlreadyOpen | Error::LockProtocolMismatch => Self::Locked,
            Error::Io(io)
                if !matches!(
                    io.kind(),
                    io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
                ) =>
            {
                Self::Unavailable(error.to_string())
            }
            _ => Self::Corrupt(error.to_string()),
        }
    }
}
