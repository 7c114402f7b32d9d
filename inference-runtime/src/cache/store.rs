use std::{fmt, time::Duration};

use futures_util::future::{BoxFuture, FutureExt, ready};

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

    /// What [`get`](Self::get) would give, where that needs no waiting: in memory. `None` where only `get` can tell.
    ///
    /// Not given, only `get` can.
    fn try_get(&self, _key: &Key) -> Option<Option<Entry>> {
        None
    }

    /// The entry of this key where other processes write, past a copy of one's own: asked for when the copy that
    /// [`get`](Self::get) gave is past its time, since another process may have renewed it.
    ///
    /// Not given, there are no copies: none is nearer than what `get` gives.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the copy is what there is.
    fn get_shared<'a>(&'a self, _key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        ready(Ok(None)).boxed()
    }

    /// Keeps an entry for so long, or for less where there is no room.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the answer is not kept, and there is a line in the log.
    fn put(&self, key: Key, entry: Entry, keep: Duration) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Takes the right to ask the model for this key's answer, among all processes that share the store: whether the
    /// holder has it now. Who has it already keeps it for so long from now on. It ends by itself, so that a process
    /// that dies holds it no longer than that.
    ///
    /// Not given, every process has a store of its own and the right to ask.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the model is asked without the right.
    fn lease<'a>(
        &'a self,
        _key: &'a Key,
        _holder: LeaseToken,
        _time: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        ready(Ok(true)).boxed()
    }

    /// Gives the right back, if this holder has it.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: it ends by itself.
    fn release<'a>(
        &'a self,
        _key: &'a Key,
        _holder: LeaseToken,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        ready(Ok(())).boxed()
    }

    /// Writes what has not been written yet: the program is about to end.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: some entries may be lost.
    fn flush(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        ready(Ok(())).boxed()
    }

    /// How many entries it has, where it can tell at once.
    fn entries(&self) -> Option<usize> {
        None
    }

    /// Whether it knows that what it keeps entries in cannot be reached at the moment.
    fn is_unavailable(&self) -> bool {
        false
    }
}

/// Who asks for the right to ask: one flight of one process. No two are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseToken([u8; 16]);

impl LeaseToken {
    /// A holder with this identity: 16 random bytes.
    #[must_use]
    pub const fn new(id: [u8; 16]) -> Self {
        Self(id)
    }

    /// Its identity.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
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
