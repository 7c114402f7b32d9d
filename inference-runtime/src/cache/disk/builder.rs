use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, RwLock, atomic::AtomicUsize},
};

use tokio::sync::Semaphore;

use super::{
    Bounds, DiskStore, READERS, Shared,
    file::{Check, File, OpenError},
    queue::WriteQueue,
    writer,
};
use crate::ConfigError;

/// Builds a [`DiskStore`].
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

    /// Sets the maximum total size of the entries in bytes. Default: 1 GiB.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.bounds.bytes = bytes;
        self
    }

    /// Sets the maximum number of entries. Default: one million.
    #[must_use]
    pub fn max_entries(mut self, entries: u64) -> Self {
        self.bounds.entries = entries;
        self
    }

    /// Sets the maximum size of an entry in bytes; a larger one is not stored. Default: 1 MiB.
    #[must_use]
    pub fn max_entry_bytes(mut self, bytes: usize) -> Self {
        self.max_entry_bytes = bytes;
        self
    }

    /// Opens the store. See [`DiskStore::open`].
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if another process has the file open, if the path is a folder, or if the writer thread
    /// cannot be started.
    pub fn open(self) -> Result<DiskStore, ConfigError> {
        let file = File::new(self.path);
        let opened = match file.open(self.bounds, Check::AfterCrash) {
            Ok(opened) => Some(opened),
            Err(OpenError::Locked) => {
                return Err(ConfigError::new(format!(
                    "the cache file `{}` is in use by another process; help: give each process its own file, or use a shared Redis store",
                    file.path().display()
                )));
            }
            Err(OpenError::IsFolder) => {
                return Err(ConfigError::new(format!(
                    "`{0}` is a folder; help: name a file, as in `{0}/cache.redb`",
                    file.path().display()
                )));
            }
            Err(OpenError::Unavailable(reason)) => {
                tracing::warn!(path = %file.path().display(), "cannot open the cache file: {reason}");
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
            queue: WriteQueue::default(),
            readers: Arc::new(Semaphore::new(READERS)),
            entries: AtomicUsize::new(entries),
        });
        let writer = writer::start(Arc::clone(&shared)).map_err(|error| {
            ConfigError::new(format!("cannot start the cache writer thread: {error}"))
        })?;
        Ok(DiskStore {
            shared,
            writer: Mutex::new(writer),
        })
    }
}
