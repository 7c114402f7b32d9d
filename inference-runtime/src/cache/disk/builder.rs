use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, RwLock, atomic::AtomicUsize},
};

use tokio::sync::Semaphore;

use super::{
    Bounds, DiskStore, READERS, Shared,
    file::{Check, File, NotOpened},
    waiting::Waiting,
    writer,
};
use crate::ConfigError;

/// Puts a [`DiskStore`] together.
#[derive(Debug)]
pub struct DiskStoreBuilder {
    path: PathBuf,
    bounds: Bounds,
    max_entry_bytes: usize,
}

impl DiskStoreBuilder {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            bounds: Bounds {
                bytes: DiskStore::DEFAULT_MAX_BYTES,
                entries: DiskStore::DEFAULT_MAX_ENTRIES,
            },
            max_entry_bytes: DiskStore::DEFAULT_MAX_ENTRY_BYTES,
        }
    }

    /// Lets the entries take so many bytes. Default: 1 GiB.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.bounds.bytes = bytes;
        self
    }

    /// Keeps so many entries. Default: a million.
    #[must_use]
    pub fn max_entries(mut self, entries: u64) -> Self {
        self.bounds.entries = entries;
        self
    }

    /// Keeps no entry of more bytes than this. Default: 1 MiB.
    #[must_use]
    pub fn max_entry_bytes(mut self, bytes: usize) -> Self {
        self.max_entry_bytes = bytes;
        self
    }

    /// The store: see [`DiskStore::open`].
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where another process has the file, where the path is a folder, or where no thread can be started.
    pub fn open(self) -> Result<DiskStore, ConfigError> {
        let file = File::new(self.path);
        let opened = match file.open(self.bounds, Check::AfterCrash) {
            Ok(opened) => Some(opened),
            Err(NotOpened::Held) => {
                return Err(ConfigError::new(format!(
                    "another process has the cache in `{}`; help: give each process a file of its own, or let them share a Redis",
                    file.path().display()
                )));
            }
            Err(NotOpened::Folder) => {
                return Err(ConfigError::new(format!(
                    "`{0}` is a folder; help: name a file, as in `{0}/cache.redb`",
                    file.path().display()
                )));
            }
            Err(NotOpened::NotNow(why)) => {
                tracing::warn!(path = %file.path().display(), "the cache's file cannot be used: {why}");
                None
            }
        };
        let (database, entries) =
            opened.map_or((None, 0), |(database, entries)| (Some(database), entries));
        let shared = Arc::new(Shared {
            file,
            bounds: self.bounds,
            max_entry_bytes: self.max_entry_bytes,
            database: RwLock::new(database),
            waiting: Waiting::default(),
            readers: Arc::new(Semaphore::new(READERS)),
            entries: AtomicUsize::new(entries),
        });
        let writer = writer::start(Arc::clone(&shared)).map_err(|error| {
            ConfigError::new(format!("the cache's writer cannot be started: {error}"))
        })?;
        Ok(DiskStore {
            shared,
            writer: Mutex::new(writer),
        })
    }
}
