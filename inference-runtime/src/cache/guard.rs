use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;

use super::{Entry, Fresh, Holder, Key, Store, StoreError};

/// A store that takes longer than this is a miss.
const TIMEOUT: Duration = Duration::from_millis(50);

/// A store that can only be of use: one that fails or is slow has nothing and keeps nothing.
pub(crate) struct Guard {
    store: Arc<dyn Store>,
    complained: AtomicBool,
}

impl Guard {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            complained: AtomicBool::new(false),
        }
    }

    /// The entry of this key.
    pub(crate) async fn get(&self, key: &Key) -> Option<Entry> {
        self.ask(self.store.get(key)).await.flatten()
    }

    /// Keeps an entry, if the store will have it.
    pub(crate) async fn put(&self, key: Key, entry: Fresh, keep: Duration) {
        self.ask(self.store.put(key, entry.into_entry(), keep))
            .await;
    }

    /// Whether this holder may ask the model; `None` where the store cannot tell.
    pub(crate) async fn lease(&self, key: &Key, holder: Holder, time: Duration) -> Option<bool> {
        self.ask(self.store.lease(key, holder, time)).await
    }

    /// Gives the right to ask back.
    pub(crate) async fn release(&self, key: &Key, holder: Holder) {
        self.ask(self.store.release(key, holder)).await;
    }

    /// Lets the store write what it has not written, for as long as the caller waits.
    pub(crate) async fn flush(&self) {
        if let Err(error) = self.store.flush().await {
            self.complain::<()>(&error.to_string());
        }
    }

    pub(crate) fn entries(&self) -> Option<usize> {
        self.store.entries()
    }

    async fn ask<V>(
        &self,
        mut asked: futures_util::future::BoxFuture<'_, Result<V, StoreError>>,
    ) -> Option<V> {
        // A store in memory answers at once: it needs no clock.
        let answer = match (&mut asked).now_or_never() {
            Some(answer) => Ok(answer),
            None => tokio::time::timeout(TIMEOUT, asked).await,
        };
        match answer {
            Ok(Ok(value)) => {
                self.complained.store(false, Ordering::Relaxed);
                Some(value)
            }
            Ok(Err(error)) => self.complain(&error.to_string()),
            Err(_) => self.complain("it did not answer in time"),
        }
    }

    /// One line in the log until it works again.
    fn complain<V>(&self, what: &str) -> Option<V> {
        if !self.complained.swap(true, Ordering::Relaxed) {
            tracing::warn!("the cache is left out: {what}");
        }
        None
    }
}
