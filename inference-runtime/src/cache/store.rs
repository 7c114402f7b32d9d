use std::{fmt, time::Duration};

use futures_util::future::{BoxFuture, FutureExt, ready};

use super::{Entry, Key};

/// Stores cache entries.
///
/// A store may fail and may be slow: to a request both are a miss. A store bounds its own size.
pub trait Store: Send + Sync + 'static {
    /// Returns the entry of this key, unless it has expired.
    ///
    /// # Errors
    ///
    /// [`StoreError`] is a miss, and is logged.
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>>;

    /// Returns the result of [`get`](Self::get) if it is available without waiting, as in memory; otherwise `None`.
    ///
    /// Default: `None`.
    fn try_get(&self, _key: &Key) -> Option<Option<Entry>> {
        None
    }

    /// Returns the entry of this key from the store that processes share, bypassing a copy in this process. Called when
    /// the copy that [`get`](Self::get) returned is stale, since another process may have refreshed it.
    ///
    /// Default: `Ok(None)`, for stores without copies.
    ///
    /// # Errors
    ///
    /// On [`StoreError`] the copy is used.
    fn get_shared<'a>(&'a self, _key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        ready(Ok(None)).boxed()
    }

    /// Stores an entry that expires after `ttl`. It may be evicted earlier.
    ///
    /// # Errors
    ///
    /// On [`StoreError`] the answer is not stored, and the failure is logged.
    fn put(&self, key: Key, entry: Entry, ttl: Duration) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Acquires or extends the lease to call the model for this key, among all processes that share the store. Returns
    /// whether the holder has it now. It expires after `time`, so that a process that dies does not keep it.
    ///
    /// Default: `Ok(true)`, for stores that are not shared.
    ///
    /// # Errors
    ///
    /// On [`StoreError`] the model is called without the lease.
    fn lease<'a>(
        &'a self,
        _key: &'a Key,
        _holder: LeaseToken,
        _time: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        ready(Ok(true)).boxed()
    }

    /// Releases the lease, if this holder has it.
    ///
    /// # Errors
    ///
    /// On [`StoreError`] the lease expires by itself.
    fn release<'a>(
        &'a self,
        _key: &'a Key,
        _holder: LeaseToken,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        ready(Ok(())).boxed()
    }

    /// Writes all pending entries. Called before the program ends.
    ///
    /// # Errors
    ///
    /// On [`StoreError`] some entries may be lost.
    fn flush(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        ready(Ok(())).boxed()
    }

    /// Returns the number of entries, if the store knows it without waiting.
    fn entries(&self) -> Option<usize> {
        None
    }

    /// Whether the store knows that it cannot be used at the moment.
    fn is_unavailable(&self) -> bool {
        false
    }
}

/// Identifies the holder of a lease: one call of one process. Unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseToken([u8; 16]);

impl LeaseToken {
    /// Creates a token from 16 random bytes.
    #[must_use]
    pub const fn new(id: [u8; 16]) -> Self {
        Self(id)
    }

    /// Returns the token's bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// A failure of a store.
#[derive(Debug)]
pub struct StoreError(String);

impl StoreError {
    /// Creates an error with a message for the log.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StoreError {}
