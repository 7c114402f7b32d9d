//! The end of a program: what is under way is brought to its end, for as long as there is time.

use std::{fmt, time::Duration};

use tokio::time::Instant;

use super::Inference;

impl Inference {
    /// Waits for what goes on when its request has ended, the calls that several requests share and the refreshes of
    /// old answers, and lets the store write what it has not written. To be called when the server has stopped
    /// accepting requests:
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
    /// if let Err(unfinished) = inference.shutdown(Duration::from_secs(10)).await {
    ///     eprintln!("{unfinished}");
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// No refresh begins from now on. Predictions are made as before: who still has a request is not turned away.
    ///
    /// # Errors
    ///
    /// [`ShutdownTimeout`] where the time was too short. What is not finished goes on until the program ends.
    pub async fn shutdown(&self, deadline: Duration) -> Result<(), ShutdownTimeout> {
        let until = Instant::now() + deadline;
        let (refreshes, flights) = (&self.core.refreshes, &self.core.flights);
        let drained = async {
            refreshes.end().await;
            flights.end().await;
        };
        let drained = tokio::time::timeout_at(until, drained).await;
        let calls = if drained.is_ok() { 0 } else { flights.count() };
        // What is there is worth keeping, whether or not more would have come.
        let left = until
            .saturating_duration_since(Instant::now())
            .max(LAST_WRITE);
        let written = tokio::time::timeout(left, self.core.store.flush())
            .await
            .is_ok();
        if calls == 0 && written {
            Ok(())
        } else {
            Err(ShutdownTimeout { calls, written })
        }
    }
}

/// The store's time to write where the calls have used up all of it.
const LAST_WRITE: Duration = Duration::from_millis(100);

/// A shutdown that had too little time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShutdownTimeout {
    /// How many calls to models were still under way.
    pub calls: usize,
    /// Whether the store has written all it had.
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
            write!(f, "{calls} call{s} to models {were} still under way")?;
        }
        if !written {
            let and = if *calls > 0 { ", and " } else { "" };
            write!(f, "{and}the store had not written all of its answers")?;
        }
        f.write_str("; help: give the shutdown more time")
    }
}

impl std::error::Error for ShutdownTimeout {}
