use std::process::Stdio;

use inference_tests::upstream::Upstream;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// An example's process. It is killed when the value is dropped.
pub(crate) struct Service {
    url: String,
    _process: Child,
}

impl Service {
    /// Starts it with a token, and with this upstream instead of Hugging Face.
    pub(crate) async fn with_upstream(upstream: &Upstream, program: &str) -> Self {
        let environment = [
            ("HF_TOKEN", "hf_test"),
            ("INFERENCE_HF_BASE_URL", &upstream.url()),
        ];
        Self::start(program, &environment).await
    }

    /// Starts it without a token.
    pub(crate) async fn without_token(program: &str) -> Self {
        Self::start(program, &[]).await
    }

    /// Starts it with these environment variables only.
    async fn start(program: &str, environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new(program)
            .env_clear()
            .env("PORT", "0")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the example should start");
        let output = process.stdout.take().expect("stdout should be piped");
        let first = BufReader::new(output).lines().next_line().await;
        let first = first
            .expect("the output should be readable")
            .expect("the example should print a line");
        let url = first
            .strip_prefix("listening on ")
            .expect("the line should contain the address");
        Self {
            url: url.to_owned(),
            _process: process,
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}
