//! Entries in a file, which outlive the process.

mod builder;
mod file;
mod tables;
mod waiting;
mod writer;

use std::{
    fmt,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt, ready};
use redb::Database;
use tokio::sync::{Semaphore, oneshot};

use super::{
    Entry, Key, Store, StoreError,
    encoding::{millis, unix_millis},
};
use crate::ConfigError;
use tables::Bounds;
use waiting::Waiting;

pub use builder::DiskStoreBuilder;

/// Reads at the same time. A disk that hangs holds no more threads than this.
const READERS: usize = 8;

/// For how long a store that is dropped may write what it has not written.
const FAREWELL: Duration = Duration::from_secs(2);

/// A store in a file. Needs the feature `disk`.
///
/// It survives a restart, and the end of a process that is killed but for what was kept in its last second. One process
/// at a time can have the file. It is bounded by the bytes and the number of its entries: what is past its time goes
/// first, then the oldest. The file itself is larger, up to about twice, and is used again but does not shrink.
///
/// Writing waits for no request: entries wait for their turn in memory, and what does not find room there is not kept.
/// A file that cannot be read is moved aside, and begun anew.
pub struct DiskStore {
    shared: Arc<Shared>,
    /// Ends when the writer has.
    writer: Mutex<mpsc::Receiver<()>>,
}

/// What readers and the writer have in common.
struct Shared {
    file: file::File,
    bounds: Bounds,
    max_entry_bytes: usize,
    /// None while it cannot be used.
    database: RwLock<Option<Database>>,
    waiting: Waiting,
    readers: Arc<Semaphore>,
    entries: AtomicUsize,
}

impl DiskStore {
    /// The bytes that entries may take where nobody says otherwise.
    pub const DEFAULT_MAX_BYTES: u64 = 1024 * 1024 * 1024;
    /// The number of entries where nobody says otherwise.
    pub const DEFAULT_MAX_ENTRIES: u64 = 1_000_000;
    /// The size in bytes of the largest entry kept where nobody says otherwise.
    pub const DEFAULT_MAX_ENTRY_BYTES: usize = 1024 * 1024;

    /// A store in this file. It is made where it is not there, with the folders above it.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where another process has the file, or where the path is a folder. A disk that is full or cannot
    /// be written to is no error: the store fails until it can.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Self::builder(path).open()
    }

    /// A store in this file, with settings of its own.
    #[must_use]
    pub fn builder(path: impl AsRef<Path>) -> DiskStoreBuilder {
        DiskStoreBuilder::new(path.as_ref())
    }
}

impl Shared {
    /// Reads from the file. Blocks.
    fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        let Some(database) = &*database else {
            return Err(StoreError::new("the file cannot be used at the moment"));
        };
        tables::read(database, key, unix_millis()).map_err(|error| {
            self.waiting.suspect();
            StoreError::new(format!("the file cannot be read: {error}"))
        })
    }
}

impl Store for DiskStore {
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        if let Some(entry) = self.shared.waiting.get(key) {
            return ready(Ok(Some(entry))).boxed();
        }
        async move {
            let permit = Arc::clone(&self.shared.readers).acquire_owned().await;
            let shared = Arc::clone(&self.shared);
            let key = *key;
            let read = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                shared.read(&key)
            });
            read.await.unwrap_or_else(|ended| {
                // The crate that reads the file gives up like this where the file makes no sense.
                if ended.is_panic() {
                    self.shared.waiting.suspect();
                }
                Err(StoreError::new("the file could not be read"))
            })
        }
        .boxed()
    }

    fn put(&self, key: Key, entry: Entry, keep: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        if entry.size() <= self.shared.max_entry_bytes {
            let until = unix_millis().saturating_add(millis(keep));
            self.shared.waiting.add(key, entry, until);
        }
        ready(Ok(())).boxed()
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        let (done, written) = oneshot::channel();
        self.shared.waiting.flush(done);
        async move {
            written
                .await
                .unwrap_or_else(|_| Err(StoreError::new("the writer has ended")))
        }
        .boxed()
    }

    fn entries(&self) -> Option<usize> {
        Some(self.shared.entries.load(Ordering::Relaxed))
    }
}

impl Drop for DiskStore {
    fn drop(&mut self) {
        self.shared.waiting.close();
        // Nothing is sent: it ends with the writer, or when a disk that hangs has had its time.
        let writer = self
            .writer
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let _ = writer.recv_timeout(FAREWELL);
    }
}

impl fmt::Debug for DiskStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskStore")
            .field("path", &self.shared.file.path())
            .field("bounds", &self.shared.bounds)
            .finish_non_exhaustive()
    }
}
