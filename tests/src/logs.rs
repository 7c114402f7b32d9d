//! Captures log lines.

use std::{
    cell::RefCell,
    io,
    sync::{Arc, Mutex, Once},
};

use tracing::{callsite::rebuild_interest_cache, level_filters::LevelFilter};
use tracing_subscriber::{fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::spans;

thread_local! {
    /// The log buffer of this thread, while a test captures it.
    static BUFFER: RefCell<Option<LogBuffer>> = const { RefCell::new(None) };
}

/// The lines logged on this thread at any level, from [`capture`](Self::capture) until the value is dropped.
///
/// A `#[tokio::test]` runs all its tasks on its own thread, so other tests are not captured.
pub struct Logs {
    buffer: LogBuffer,
}

#[derive(Clone, Default)]
struct LogBuffer(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// Starts capturing.
    #[must_use]
    pub fn capture() -> Self {
        install_subscriber();
        let buffer = LogBuffer::default();
        BUFFER.set(Some(buffer.clone()));
        Self { buffer }
    }

    /// Returns all captured text.
    #[must_use]
    pub fn text(&self) -> String {
        let buffer = self
            .buffer
            .0
            .lock()
            .expect("no writer should have panicked");
        String::from_utf8(buffer.clone()).expect("the log should be UTF-8")
    }

    /// Returns the lines about failed predictions, at any level. Repeated failures are logged at debug level; they are
    /// included so that a test also notices a superfluous line.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        self.text()
            .lines()
            .filter(|line| line.contains(" inference_runtime::error: "))
            .map(str::to_owned)
            .collect()
    }
}

/// Installs one subscriber for the whole process. With one subscriber per thread, a thread without one could reach a
/// log statement first and disable its callsite for all threads.
pub(crate) fn install_subscriber() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        let lines = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(ThreadWriter);
        tracing_subscriber::registry()
            .with(LevelFilter::TRACE)
            .with(lines)
            .with(spans::CaptureLayer)
            .init();
    });
    rebuild_interest_cache();
}

impl Drop for Logs {
    fn drop(&mut self) {
        let _ = BUFFER.take();
    }
}

/// Writes to the buffer of the current thread.
struct ThreadWriter;

impl MakeWriter<'_> for ThreadWriter {
    type Writer = Box<dyn io::Write>;

    fn make_writer(&self) -> Self::Writer {
        match BUFFER.with_borrow(Clone::clone) {
            Some(buffer) => Box::new(buffer),
            None => Box::new(io::sink()),
        }
    }
}

impl io::Write for LogBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("no writer should have panicked")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
