//! Captures metrics in the Prometheus text format.

use metrics::LocalRecorderGuard;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// A recorder for the metrics of one thread. A `#[tokio::test]` runs all its tasks on one thread.
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
    /// Records the metrics of this thread until the guard is dropped. Metric handles created earlier are not recorded.
    #[must_use]
    pub fn install(&self) -> LocalRecorderGuard<'_> {
        metrics::set_default_local_recorder(&self.recorder)
    }

    /// Returns the rendered metrics.
    #[must_use]
    pub fn text(&self) -> String {
        self.handle.render()
    }

    /// Returns the sum of the series with this name and, among others, these labels (`operation="sentiment"`). `None`
    /// if there is no such series.
    #[must_use]
    pub fn sum(&self, name: &str, labels: &[&str]) -> Option<f64> {
        let text = self.text();
        let lines = text.lines().filter(|line| {
            let rest = line.strip_prefix(name).unwrap_or_default();
            rest.starts_with(['{', ' ']) && labels.iter().all(|label| rest.contains(label))
        });
        lines
            .map(|line| {
                let value = line
                    .rsplit(' ')
                    .next()
                    .expect("the line should end with a value");
                value.parse::<f64>().expect("the value should be a number")
            })
            .reduce(|sum, value| sum + value)
    }
}
