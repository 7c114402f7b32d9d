//! A store in a file, which survives restarts.

mod builder;
mod file;
mod queue;
mod tables;
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
use queue::WriteQueue;
use tables::Bounds;

pub use builder::DiskStoreBuilder;

/// The maximum number of concurrent reads. A disk that hangs blocks no more threads than this.
const READERS: usize = 8;

/// How long dropping a store waits for pending writes.
const DROP_TIMEOUT: Duration = Duration::from_secs(2);

/// A store in a file. Needs the feature `disk`.
///
/// Entries survive a restart; those of the last second may be lost if the process is killed. One process at a time can
/// open the file. The store is bounded by the total size and the number of its entries: expired entries are removed
/// first, then the oldest. The file itself is larger, up to about twice; its space is reused, but it does not shrink.
///
/// Requests do not wait for writes: entries are queued in memory, and dropped while the queue is full. A corrupt file is
/// moved aside and replaced.
pub struct DiskStore {
    shared: Arc<Shared>,
    /// Disconnected when the writer thread ends.
    writer: Mutex<mpsc::Receiver<()>>,
}

/// State shared by the readers and the writer.
struct Shared {
    file: file::File,
    bounds: Bounds,
    max_entry_bytes: usize,
    /// `None` while the file cannot be used.
    database: RwLock<Option<Database>>,
    queue: WriteQueue,
    readers: Arc<Semaphore>,
    entries: AtomicUsize,
}

impl DiskStore {
    /// The default bound of the entries' total size, in bytes.
    pub const DEFAULT_MAX_BYTES: u64 = 1024 * 1024 * 1024;
    /// The default bound of the number of entries.
    pub const DEFAULT_MAX_ENTRIES: u64 = 1_000_000;
    /// The default size limit of an entry, in bytes.
    pub const DEFAULT_MAX_ENTRY_BYTES: usize = 1024 * 1024;

    /// Opens a store in this file, which is created if it is missing, with its parent folders.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if another process has the file open or the path is a folder. A disk that is full or not
    /// writable is not an error: accesses fail until it is.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Self::builder(path).open()
    }

    /// Returns a builder for a store in this file.
    #[must_use]
    pub fn builder(path: impl AsRef<Path>) -> DiskStoreBuilder {
        DiskStoreBuilder::new(path.as_ref())
    }
}

impl Shared {
    /// Reads from the file. Blocking.
    fn read(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        let Some(database) = &*database else {
            return Err(StoreError::new("the cache file is not open"));
        };
        tables::read(database, key, unix_millis()).map_err(|error| {
            self.queue.request_check();
            StoreError::new(format!("cannot read the cache file: {error}"))
        })
    }
}

impl Store for DiskStore {
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        if let Some(entry) = self.shared.queue.get(key) {
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
            read.await.unwrap_or_else(|error| {
                // redb panics on some corrupt files.
                if error.is_panic() {
                    self.shared.queue.request_check();
                }
                Err(StoreError::new(
                    "cannot read the cache file: the database panicked",
                ))
            })
        }
        .boxed()
    }

    fn put(&self, key: Key, entry: Entry, ttl: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        if entry.size() <= self.shared.max_entry_bytes {
            let expires_at = unix_millis().saturating_add(millis(ttl));
            self.shared.queue.push(key, entry, expires_at);
        }
        ready(Ok(())).boxed()
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        let (done, written) = oneshot::channel();
        self.shared.queue.flush(done);
        async move {
            written
                .await
                .unwrap_or_else(|_| Err(StoreError::new("the cache writer thread has ended")))
        }
        .boxed()
    }

    fn entries(&self) -> Option<usize> {
        Some(self.shared.entries.load(Ordering::Relaxed))
    }
}

impl Drop for DiskStore {
    fn drop(&mut self) {
        self.shared.queue.close();
        // Nothing is ever sent: this returns when the writer ends, or after the timeout if the disk hangs.
        let writer = self
            .writer
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let _ = writer.recv_timeout(DROP_TIMEOUT);
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
