//! What a test writes to the log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing::{level_filters::LevelFilter, subscriber::DefaultGuard};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that is logged on this thread at any level, from now until it is dropped.
///
/// A `#[tokio::test]` runs all its tasks on its own thread, so that they are heard and other tests are not.
pub struct Logs {
    written: Written,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// Listens.
    #[must_use]
    pub fn capture() -> Self {
        let written = Written::default();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(LevelFilter::TRACE)
            .with_writer(written.clone())
            .finish();
        Self {
            written,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    /// All of it.
    #[must_use]
    pub fn text(&self) -> String {
        let written = self.written.0.lock().expect("no writer has panicked");
        String::from_utf8(written.clone()).expect("text")
    }

    /// The lines in which an operator reads of a failed prediction.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        self.text()
            .lines()
            .filter(|line| line.contains("error.type=") && !line.contains(" DEBUG "))
            .map(str::to_owned)
            .collect()
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
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
