//! The writer thread.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError, atomic::Ordering, mpsc},
    thread,
    time::{Duration, Instant},
};

use redb::Error;

use super::{
    Shared, StoreError,
    file::{Check, OpenError},
    queue::{FlushSender, PendingEntry, Work},
    tables, unix_millis,
};
use crate::cache::Key;

/// The longest time for which a crash may lose written entries.
const DURABLE_EVERY: Duration = Duration::from_secs(1);

/// The most bytes that a crash may lose. The space of replaced entries is reused only after a durable write.
const DURABLE_BYTES: usize = 16 * 1024 * 1024;

/// The interval between attempts to open a file that cannot be used.
const REOPEN_INTERVAL: Duration = Duration::from_millis(250);

/// Failures are logged once, and again only after this long without any.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// Starts the thread. The receiver is disconnected when the thread ends.
pub(super) fn start(shared: Arc<Shared>) -> io::Result<mpsc::Receiver<()>> {
    let (alive, ended) = mpsc::channel();
    thread::Builder::new()
        .name("inference-cache".to_owned())
        .spawn(move || {
            let mut writer = Writer {
                shared,
                volatile: None,
                check: Check::AfterCrash,
                reopen_at: None,
                quiet_until: None,
            };
            if writer.is_closed() {
                // Opening the store has logged it.
                writer.quiet_until = Some(Instant::now() + LOG_INTERVAL);
            }
            writer.run();
            drop(alive);
        })?;
    Ok(ended)
}

struct Writer {
    shared: Arc<Shared>,
    /// The time of the first write that is not durable yet, and the bytes written since.
    volatile: Option<(Instant, usize)>,
    check: Check,
    /// The next attempt to open the file, after one failed.
    reopen_at: Option<Instant>,
    /// Failures are not logged again before.
    quiet_until: Option<Instant>,
}

/// Why a write failed.
enum WriteError {
    /// The file must be reopened later: the disk is full or missing, for example.
    Io(String),
    /// The file is corrupt.
    Corrupt(String),
}

impl Writer {
    fn run(mut self) {
        loop {
            let Work {
                entries,
                flushes,
                check_requested,
                closing,
            } = self.shared.queue.next(self.timeout());
            if check_requested {
                *self.database() = None;
                self.check = Check::Full;
            }
            let result = self.write(&entries, closing || !flushes.is_empty());
            self.shared.queue.remove(&entries);
            report(flushes, &result);
            if let Err(error) = result {
                self.recover(error);
            }
            if closing {
                *self.database() = None;
                return;
            }
        }
    }

    /// Returns how long the writer may wait for work.
    fn timeout(&self) -> Option<Duration> {
        if self.is_closed() {
            return Some(REOPEN_INTERVAL);
        }
        self.volatile
            .map(|(since, _)| DURABLE_EVERY.saturating_sub(since.elapsed()))
    }

    fn is_closed(&self) -> bool {
        self.shared
            .database
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none()
    }

    fn database(&self) -> std::sync::RwLockWriteGuard<'_, Option<redb::Database>> {
        self.shared
            .database
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&mut self, entries: &[(Key, PendingEntry)], sync: bool) -> Result<(), WriteError> {
        if self.is_closed() {
            self.open()?;
            tracing::info!("the cache file is open again");
        }
        let more: usize = entries
            .iter()
            .map(|(_, pending)| pending.entry.size())
            .sum();
        let (since, bytes) = self.volatile.unwrap_or((Instant::now(), 0));
        let durable = sync || since.elapsed() >= DURABLE_EVERY || bytes + more >= DURABLE_BYTES;
        if entries.is_empty() && (self.volatile.is_none() || !durable) {
            return Ok(());
        }
        let database = self
            .shared
            .database
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(database) = &*database else {
            return Ok(());
        };
        let written = catch_unwind(AssertUnwindSafe(|| {
            tables::write(
                database,
                entries,
                self.shared.bounds,
                unix_millis(),
                durable,
            )
        }));
        let count = match written {
            Ok(Ok(count)) => count,
            Ok(Err(error)) => return Err(WriteError::from(&error)),
            Err(_) => return Err(WriteError::Corrupt("the database panicked".to_owned())),
        };
        self.shared.entries.store(
            usize::try_from(count).unwrap_or(usize::MAX),
            Ordering::Relaxed,
        );
        self.volatile = (!durable).then_some((since, bytes + more));
        Ok(())
    }

    fn open(&mut self) -> Result<(), WriteError> {
        let now = Instant::now();
        if self.reopen_at.is_some_and(|until| now < until) {
            return Err(WriteError::Io("opening it failed a moment ago".to_owned()));
        }
        self.reopen_at = Some(now + REOPEN_INTERVAL);
        let opened = self.shared.file.open(self.shared.bounds, self.check);
        let (database, entries) = opened.map_err(|error| {
            WriteError::Io(match error {
                OpenError::Locked => "it is in use by another process".to_owned(),
                OpenError::IsFolder => "it is a folder".to_owned(),
                OpenError::Unavailable(reason) => reason,
            })
        })?;
        self.reopen_at = None;
        self.check = Check::AfterCrash;
        self.volatile = None;
        *self.database() = Some(database);
        self.shared.entries.store(entries, Ordering::Relaxed);
        Ok(())
    }

    /// Reopens the file after a failure, which leaves the database unusable. A corrupt file is moved aside first. If
    /// opening fails, it is retried later.
    fn recover(&mut self, error: WriteError) {
        *self.database() = None;
        self.volatile = None;
        let reason = match error {
            WriteError::Io(reason) => reason,
            WriteError::Corrupt(reason) => match self.shared.file.move_aside(&reason) {
                Ok(()) => reason,
                Err(error) => error.to_string(),
            },
        };
        let now = Instant::now();
        // A full disk fails on every write.
        if self.quiet_until.is_none_or(|until| until <= now) {
            tracing::warn!(path = %self.shared.file.path().display(), "cannot write the cache file: {reason}");
        }
        self.quiet_until = Some(now + LOG_INTERVAL);
        // If it fails, it is retried with the next work, or after the interval.
        let _ = self.open();
    }
}

fn report(flushes: Vec<FlushSender>, result: &Result<(), WriteError>) {
    for flush in flushes {
        // The caller may have been dropped.
        let _ = flush.send(match result {
            Ok(()) => Ok(()),
            Err(WriteError::Io(reason) | WriteError::Corrupt(reason)) => {
                Err(StoreError::new(reason))
            }
        });
    }
}

impl From<&Error> for WriteError {
    fn from(error: &Error) -> Self {
        match error {
            Error::Corrupted(_) => Self::Corrupt(error.to_string()),
            _ => Self::Io(error.to_string()),
        }
    }
}
