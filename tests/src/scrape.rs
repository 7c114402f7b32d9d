//! What Prometheus would read of a test's metrics.

use metrics::LocalRecorderGuard;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// A recorder for the metrics of one thread. A `#[tokio::test]` runs all its tasks on its own.
pub struct Scrape {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Default for Scrape {
    fn default() -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        Self { recorder, handle }
    }
}

impl Scrape {
    /// Records what this thread does until the guard is dropped. What has been made before records nothing.
    #[must_use]
    pub fn listen(&self) -> LocalRecorderGuard<'_> {
        metrics::set_default_local_recorder(&self.recorder)
    }

    /// The page.
    #[must_use]
    pub fn text(&self) -> String {
        self.handle.render()
    }

    /// The sum of the lines with this name and, among others, these labels: `operation="sentiment"`. None where there
    /// is no such line.
    #[must_use]
    pub fn sum(&self, name: &str, labels: &[&str]) -> Option<f64> {
        let text = self.text();
        let lines = text.lines().filter(|line| {
            let rest = line.strip_prefix(name).unwrap_or_default();
            rest.starts_with(['{', ' ']) && labels.iter().all(|label| rest.contains(label))
        });
        lines
            .map(|line| {
                let value = line.rsplit(' ').next().expect("a value");
                value.parse::<f64>().expect("a number")
            })
            .reduce(|sum, value| sum + value)
    }
}
