use std::{fmt, time::Duration};

use futures_util::future::BoxFuture;

use super::{Entry, Key};

/// Where answers are kept.
///
/// A store may fail and may be slow: to a request both are a miss. It is bounded by its own means.
pub trait Store: Send + Sync + 'static {
    /// The entry of this key, unless its time is over.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: a miss, and a line in the log.
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>>;

    /// Keeps an entry for so long, or for less where there is no room.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the answer is not kept, and there is a line in the log.
    fn put(&self, key: Key, entry: Entry, keep: Duration) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// A store that failed.
#[derive(Debug)]
pub struct StoreError(String);

impl StoreError {
    /// A failure, in words for the log.
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
