//! The file: opening it, and beginning anew where it cannot be read.

use std::{
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use redb::{Database, Error};

use super::{Bounds, tables, unix_millis};

/// Of the file, in memory. The system keeps more of it.
const CACHE: usize = 16 * 1024 * 1024;

/// A file of so many times the bytes that its entries may take is made smaller at the start.
const TOO_LARGE: u64 = 3;

/// Below this size, a file is not worth it.
const SMALL: u64 = 64 * 1024 * 1024;

pub(super) struct File(PathBuf);

/// How closely it is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// Only where it was not closed.
    AfterCrash,
    /// Every page: somebody could not read one.
    Everything,
}

/// Why it is not open.
pub(super) enum NotOpened {
    /// Another process has it.
    Held,
    Folder,
    /// It may be opened later.
    NotNow(String),
}

/// What is wrong with a file that was tried.
enum Trouble {
    Held,
    NotNow(String),
    /// It is no file of ours, or not any more.
    Rubbish(String),
}

impl File {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// The database with its tables, within bounds, and how many entries it has.
    pub(super) fn open(
        &self,
        bounds: Bounds,
        check: Check,
    ) -> Result<(Database, usize), NotOpened> {
        if self.0.is_dir() {
            return Err(NotOpened::Folder);
        }
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder).map_err(|error| NotOpened::NotNow(error.to_string()))?;
        }
        let trouble = match self.attempt(bounds, check) {
            Ok(opened) => return Ok(opened),
            Err(Trouble::Rubbish(why)) => why,
            Err(Trouble::Held) => return Err(NotOpened::Held),
            Err(Trouble::NotNow(why)) => return Err(NotOpened::NotNow(why)),
        };
        self.move_aside(&trouble)
            .map_err(|error| NotOpened::NotNow(error.to_string()))?;
        self.attempt(bounds, check)
            .map_err(|trouble| match trouble {
                Trouble::Held => NotOpened::Held,
                Trouble::NotNow(why) | Trouble::Rubbish(why) => NotOpened::NotNow(why),
            })
    }

    /// Takes the file out of the way. The one before it that was moved there is lost.
    pub(super) fn move_aside(&self, why: &str) -> io::Result<()> {
        let mut aside = self.0.clone().into_os_string();
        aside.push(".broken");
        fs::rename(&self.0, &aside)?;
        tracing::warn!(
            path = %self.0.display(),
            "the cache's file cannot be read and is begun anew; what was there is now in `{}`: {why}",
            Path::new(&aside).display()
        );
        Ok(())
    }

    fn attempt(&self, bounds: Bounds, check: Check) -> Result<(Database, usize), Trouble> {
        // The crate gives up like this on some files that make no sense.
        let attempt = catch_unwind(AssertUnwindSafe(|| {
            let mut database = Database::builder()
                .set_cache_size(CACHE)
                .set_check_integrity_on_open(check == Check::Everything)
                .create(&self.0)?;
            let entries = tables::write(&database, &[], bounds, unix_millis(), true)?;
            let bytes = fs::metadata(&self.0)?.len();
            if bytes > SMALL && bytes / TOO_LARGE > bounds.bytes {
                // It cannot matter whether it gets smaller.
                let _ = database.compact();
            }
            Ok((database, usize::try_from(entries).unwrap_or(usize::MAX)))
        }));
        match attempt {
            Ok(opened) => opened.map_err(trouble),
            Err(_) => Err(Trouble::Rubbish("it makes no sense".to_owned())),
        }
    }
}

fn trouble(error: Error) -> Trouble {
    match &error {
        Error::DatabaseAlreadyOpen | Error::LockProtocolMismatch => Trouble::Held,
        Error::Io(io)
            if !matches!(
                io.kind(),
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
            ) =>
        {
            Trouble::NotNow(error.to_string())
        }
        _ => Trouble::Rubbish(error.to_string()),
    }
}
