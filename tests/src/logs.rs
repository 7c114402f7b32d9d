//! What a test writes to the log.

use std::{
    cell::RefCell,
    io,
    sync::{Arc, Mutex, Once},
};

use tracing::{callsite::rebuild_interest_cache, level_filters::LevelFilter};
use tracing_subscriber::{fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::spans;

thread_local! {
    /// What is logged on this thread, where somebody listens.
    static HEARD: RefCell<Option<Written>> = const { RefCell::new(None) };
}

/// Everything that is logged on this thread at any level, from now until it is dropped.
///
/// A `#[tokio::test]` runs all its tasks on its own thread, so that they are heard and other tests are not.
pub struct Logs {
    written: Written,
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// Listens.
    #[must_use]
    pub fn capture() -> Self {
        listen();
        let written = Written::default();
        HEARD.set(Some(written.clone()));
        Self { written }
    }

    /// All of it.
    #[must_use]
    pub fn text(&self) -> String {
        let written = self.written.0.lock().expect("no writer has panicked");
        String::from_utf8(written.clone()).expect("text")
    }

    /// The lines about failed predictions, at any level: one that comes again is written for debugging only, and one line
    /// too many is one too many there as well.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        self.text()
            .lines()
            .filter(|line| line.contains(" inference_runtime::error: "))
            .map(str::to_owned)
            .collect()
    }
}

/// One subscriber for the whole process: with one for each thread, a thread without one that comes first to a line of
/// the log would switch the line off for all.
pub(crate) fn listen() {
    static LISTEN: Once = Once::new();
    LISTEN.call_once(|| {
        let lines = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(Ears);
        tracing_subscriber::registry()
            .with(LevelFilter::TRACE)
            .with(lines)
            .with(spans::Eyes)
            .init();
    });
    rebuild_interest_cache();
}

impl Drop for Logs {
    fn drop(&mut self) {
        let _ = HEARD.take();
    }
}

/// Writes for the thread that speaks.
struct Ears;

impl MakeWriter<'_> for Ears {
    type Writer = Box<dyn io::Write>;

    fn make_writer(&self) -> Self::Writer {
        match HEARD.with_borrow(Clone::clone) {
            Some(written) => Box::new(written),
            None => Box::new(io::sink()),
        }
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("no writer has panicked")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
