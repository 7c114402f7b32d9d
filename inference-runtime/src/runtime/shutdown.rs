//! Graceful shutdown: waits for background work until a deadline.

use std::{fmt, time::Duration};

use tokio::time::Instant;

use super::Inference;

impl Inference {
    /// Waits for work that outlives its request, namely shared calls and background refreshes, and flushes the store. Call
    /// it after the server has stopped accepting requests:
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use axum::Router;
    /// use inference_runtime::Inference;
    ///
    /// # async fn ctrl_c() {}
    /// # async fn run(app: Router, inference: Inference) -> Result<(), Box<dyn std::error::Error>> {
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    /// axum::serve(listener, app).with_graceful_shutdown(ctrl_c()).await?;
    /// if let Err(timeout) = inference.shutdown(Duration::from_secs(10)).await {
    ///     eprintln!("{timeout}");
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// No further refreshes start. Predictions are still made, so that the remaining requests succeed.
    ///
    /// # Errors
    ///
    /// Returns [`ShutdownTimeout`] after the deadline. Unfinished work goes on until the program ends.
    pub async fn shutdown(&self, deadline: Duration) -> Result<(), ShutdownTimeout> {
        let deadline = Instant::now() + deadline;
        let (refreshes, flights) = (&self.core.refreshes, &self.core.flights);
        let drained = async {
            refreshes.drain().await;
            flights.drain().await;
        };
        let drained = tokio::time::timeout_at(deadline, drained).await;
        let calls = if drained.is_ok() { 0 } else { flights.count() };
        // The store is flushed even if calls are still in flight.
        let time_left = deadline
            .saturating_duration_since(Instant::now())
            .max(MIN_FLUSH_TIME);
        let written = tokio::time::timeout(time_left, self.core.store.flush())
            .await
            .is_ok();
        if calls == 0 && written {
            Ok(())
        } else {
            Err(ShutdownTimeout { calls, written })
        }
    }
}

/// The minimum time for flushing the store, even after the deadline.
const MIN_FLUSH_TIME: Duration = Duration::from_millis(100);

/// The error of a shutdown that did not finish before its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShutdownTimeout {
    /// The number of calls to models that were still in flight.
    pub calls: usize,
    /// Whether the store has written all entries.
    pub written: bool,
}

impl fmt::Display for ShutdownTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, written } = self;
        if *calls > 0 {
            let (s, were) = if *calls == 1 {
                ("", "was")
            } else {
                ("s", "were")
            };
            write!(f, "{calls} call{s} to models {were} still in flight")?;
        }
        if !written {
            let and = if *calls > 0 { ", and " } else { "" };
            write!(f, "{and}the cache store had unwritten entries")?;
        }
        f.write_str("; help: give the shutdown more time")
    }
}

impl std::error::Error for ShutdownTimeout {}
