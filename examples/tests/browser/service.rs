use std::process::Stdio;

use inference_tests::upstream::Upstream;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// An example as it is started by hand. It ends when it is dropped.
pub(crate) struct Service {
    url: String,
    _process: Child,
}

impl Service {
    /// With a token, and this in the place of Hugging Face.
    pub(crate) async fn asking(upstream: &Upstream, program: &str) -> Self {
        let environment = [
            ("HF_TOKEN", "hf_of_the_tests"),
            ("INFERENCE_HF_BASE_URL", &upstream.url()),
        ];
        Self::start(program, &environment).await
    }

    /// Without a token.
    pub(crate) async fn without_a_token(program: &str) -> Self {
        Self::start(program, &[]).await
    }

    /// Nothing of the environment of whoever runs the tests counts.
    async fn start(program: &str, environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new(program)
            .env_clear()
            .env("PORT", "0")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the example");
        let output = process.stdout.take().expect("its output");
        let first = BufReader::new(output).lines().next_line().await;
        let first = first.expect("a line").expect("a line");
        let url = first.strip_prefix("listening on ").expect("its address");
        Self {
            url: url.to_owned(),
            _process: process,
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}
