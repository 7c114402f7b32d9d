//! The thread that writes.

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
    file::{Check, NotOpened},
    tables, unix_millis,
    waiting::{Flushed, Kept, Work},
};
use crate::cache::Key;

/// For so long entries may be in the file without being there after a crash.
const DURABLE_EVERY: Duration = Duration::from_secs(1);

/// So many bytes at most: the room of what is replaced is used again only after that.
const DURABLE_BYTES: usize = 16 * 1024 * 1024;

/// A file that cannot be used is tried again after this time.
const TRY_AGAIN: Duration = Duration::from_millis(250);

/// The log hears of failures of one kind once, and again after so long without any.
const QUIET: Duration = Duration::from_secs(60);

/// Starts it. The receiver ends when the thread has.
pub(super) fn start(shared: Arc<Shared>) -> io::Result<mpsc::Receiver<()>> {
    let (ends_with_it, ended) = mpsc::channel();
    thread::Builder::new()
        .name("inference-cache".to_owned())
        .spawn(move || {
            let mut writer = Writer {
                shared,
                volatile: None,
                check: Check::AfterCrash,
                shut_until: None,
                quiet_until: None,
            };
            if writer.is_shut() {
                // Said at the start.
                writer.quiet_until = Some(Instant::now() + QUIET);
            }
            writer.run();
            drop(ends_with_it);
        })?;
    Ok(ended)
}

struct Writer {
    shared: Arc<Shared>,
    /// Since when, and how many bytes have been written that are not there after a crash.
    volatile: Option<(Instant, usize)>,
    check: Check,
    /// It could not be opened, and is not tried again before.
    shut_until: Option<Instant>,
    /// The log has been told that it fails, and need not be told again before.
    quiet_until: Option<Instant>,
}

/// How writing failed.
enum Failure {
    /// The file must be opened again, later: the disk is full, or not there.
    Disk(String),
    /// The file makes no sense.
    Rubbish(String),
}

impl Writer {
    fn run(mut self) {
        loop {
            let Work {
                entries,
                flushes,
                suspect,
                closing,
            } = self.shared.waiting.work(self.patience());
            if suspect {
                *self.database() = None;
                self.check = Check::Everything;
            }
            let outcome = self.write(&entries, closing || !flushes.is_empty());
            self.shared.waiting.done(&entries);
            answer(flushes, &outcome);
            if let Err(failure) = outcome {
                self.recover(failure);
            }
            if closing {
                *self.database() = None;
                return;
            }
        }
    }

    /// How long the writer may sleep.
    fn patience(&self) -> Option<Duration> {
        if self.is_shut() {
            return Some(TRY_AGAIN);
        }
        self.volatile
            .map(|(since, _)| DURABLE_EVERY.saturating_sub(since.elapsed()))
    }

    fn is_shut(&self) -> bool {
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

    fn write(&mut self, entries: &[(Key, Kept)], at_once: bool) -> Result<(), Failure> {
        if self.is_shut() {
            self.open()?;
            tracing::info!("the cache's file is open again");
        }
        let more: usize = entries.iter().map(|(_, kept)| kept.entry.size()).sum();
        let (since, bytes) = self.volatile.unwrap_or((Instant::now(), 0));
        let durably = at_once || since.elapsed() >= DURABLE_EVERY || bytes + more >= DURABLE_BYTES;
        if entries.is_empty() && (self.volatile.is_none() || !durably) {
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
                durably,
            )
        }));
        let count = match written {
            Ok(Ok(count)) => count,
            Ok(Err(error)) => return Err(failure(&error)),
            Err(_) => return Err(Failure::Rubbish("it makes no sense".to_owned())),
        };
        self.shared.entries.store(
            usize::try_from(count).unwrap_or(usize::MAX),
            Ordering::Relaxed,
        );
        self.volatile = (!durably).then_some((since, bytes + more));
        Ok(())
    }

    fn open(&mut self) -> Result<(), Failure> {
        let now = Instant::now();
        if self.shut_until.is_some_and(|until| now < until) {
            return Err(Failure::Disk(
                "it could not be opened a moment ago".to_owned(),
            ));
        }
        self.shut_until = Some(now + TRY_AGAIN);
        let opened = self.shared.file.open(self.shared.bounds, self.check);
        let (database, entries) = opened.map_err(|why| {
            Failure::Disk(match why {
                NotOpened::Held => "another process has it".to_owned(),
                NotOpened::Folder => "it is a folder".to_owned(),
                NotOpened::NotNow(why) => why,
            })
        })?;
        self.shut_until = None;
        self.check = Check::AfterCrash;
        self.volatile = None;
        *self.database() = Some(database);
        self.shared.entries.store(entries, Ordering::Relaxed);
        Ok(())
    }

    /// Opens the file again, which a failure leaves unusable; a new one where it makes no sense. Where that cannot be,
    /// it is tried again later.
    fn recover(&mut self, failure: Failure) {
        *self.database() = None;
        self.volatile = None;
        let why = match failure {
            Failure::Disk(why) => why,
            Failure::Rubbish(why) => match self.shared.file.move_aside(&why) {
                Ok(()) => why,
                Err(error) => error.to_string(),
            },
        };
        let now = Instant::now();
        // A disk that is full fails again and again.
        if self.quiet_until.is_none_or(|until| until <= now) {
            tracing::warn!(path = %self.shared.file.path().display(), "the cache's file cannot be written: {why}");
        }
        self.quiet_until = Some(now + QUIET);
        // Not open, it is tried again when there is work, or after a while.
        let _ = self.open();
    }
}

fn answer(flushes: Vec<Flushed>, outcome: &Result<(), Failure>) {
    for flush in flushes {
        // Who waited for it may have gone.
        let _ = flush.send(match outcome {
            Ok(()) => Ok(()),
            Err(Failure::Disk(why) | Failure::Rubbish(why)) => Err(StoreError::new(why)),
        });
    }
}

fn failure(error: &Error) -> Failure {
    match error {
        Error::Corrupted(_) => Failure::Rubbish(error.to_string()),
        _ => Failure::Disk(error.to_string()),
    }
}
