//! `inference.toml` and the `INFERENCE_*` variables, tested with a real process.

mod bounds;
mod checked;
mod effective;
mod policies;
mod variables;

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// Returns the service in its own folder with this file, and with only these environment variables.
fn service_command(file: &str, variables: &[(&str, &str)]) -> (TempDir, Command) {
    service_command_with(Command::new(SERVICE), file, variables)
}

/// The service under test.
pub(crate) const SERVICE: &str = env!("CARGO_BIN_EXE_service");

/// The same, started through another command.
fn service_command_with(
    mut command: Command,
    file: &str,
    variables: &[(&str, &str)],
) -> (TempDir, Command) {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    if !file.is_empty() {
        std::fs::write(folder.path().join("inference.toml"), file)
            .expect("the file should be written");
    }
    command
        .env_clear()
        .envs(variables.iter().copied())
        // A test run that measures coverage includes the process.
        .envs(std::env::var_os("LLVM_PROFILE_FILE").map(|file| ("LLVM_PROFILE_FILE", file)))
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    (folder, command)
}

/// Returns the standard error of a service that does not start.
pub(crate) fn start_error(file: &str, variables: &[(&str, &str)]) -> String {
    let (_folder, mut command) = service_command(file, variables);
    let mut child = command.spawn().expect("the process should start");
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .expect("the stream should be piped")
        .read_to_string(&mut stderr)
        .expect("stderr should be UTF-8");
    assert!(
        !child.wait().expect("the process should exit").success(),
        "the service started: {stderr}"
    );
    stderr
}

/// A running service.
pub(crate) struct RunningService {
    child: Child,
    address: String,
    client: reqwest::Client,
    _folder: TempDir,
}

impl RunningService {
    pub(crate) fn start(file: &str, variables: &[(&str, &str)]) -> Self {
        Self::start_with(Command::new(SERVICE), file, variables)
    }

    /// Starts it through another command.
    pub(crate) fn start_with(command: Command, file: &str, variables: &[(&str, &str)]) -> Self {
        let (folder, mut command) = service_command_with(command, file, variables);
        let mut child = command
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the process should start");
        let mut address = String::new();
        BufReader::new(child.stdout.take().expect("the stream should be piped"))
            .read_line(&mut address)
            .expect("the service should print its address");
        assert!(!address.is_empty(), "the service did not start");
        Self {
            child,
            address: address.trim().to_owned(),
            client: reqwest::Client::new(),
            _folder: folder,
        }
    }

    /// Kills it, as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the process should be running");
    }

    pub(crate) async fn post(&self, text: impl Into<String>) -> String {
        self.post_to("sentiment", text).await
    }

    pub(crate) async fn post_to(&self, path: &str, text: impl Into<String>) -> String {
        let request = self
            .client
            .post(format!("http://{}/{path}", self.address))
            .body(text.into());
        request
            .send()
            .await
            .expect("the call should succeed")
            .text()
            .await
            .expect("the value should be text")
    }
}

impl Drop for RunningService {
    fn drop(&mut self) {
        // Closing its standard input ends the service.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn service_without_configuration_and_token_uses_the_fallback() {
    let service = RunningService::start("", &[]);
    assert_eq!(service.post("good").await, "not_configured fallback none");
}

#[tokio::test]
async fn file_overrides_the_annotation() {
    let service = RunningService::start(
        r#"
        [operations.sentiment]
        model = ["org/model", "local::sentiment"]
        cache = "1m"
        "#,
        &[],
    );
    assert_eq!(
        service.post("A wonderful film!").await,
        "POSITIVE model local::sentiment"
    );
    assert_eq!(
        service.post("A wonderful film!").await,
        "POSITIVE cache local::sentiment"
    );
}

#[tokio::test]
async fn defaults_apply_where_the_annotation_has_no_value() {
    let file = "[operations.sentiment]\nmodel = \"local::sentiment\"\n";
    let service = RunningService::start(file, &[("INFERENCE_CACHE", "1m")]);
    service.post("A dull film.").await;
    assert_eq!(
        service.post("A dull film.").await,
        "NEGATIVE cache local::sentiment"
    );

    let file = format!("{file}[defaults]\ncache = \"1m\"\n");
    let service = RunningService::start(&file, &[]);
    service.post("A dull film.").await;
    assert_eq!(
        service.post("A dull film.").await,
        "NEGATIVE cache local::sentiment"
    );

    // A variable overrides the file.
    let service = RunningService::start(&file, &[("INFERENCE_CACHE", "false")]);
    service.post("A dull film.").await;
    assert_eq!(
        service.post("A dull film.").await,
        "NEGATIVE model local::sentiment"
    );
}

#[tokio::test]
async fn config_variable_names_the_file() {
    let elsewhere = tempfile::NamedTempFile::new().expect("a temporary file should be created");
    std::fs::write(
        elsewhere.path(),
        "[operations.sentiment]\nmodel = \"local::sentiment\"\n",
    )
    .expect("the file should be written");
    let service = RunningService::start(
        "",
        &[(
            "INFERENCE_CONFIG",
            elsewhere.path().to_str().expect("the path should be UTF-8"),
        )],
    );
    assert_eq!(
        service.post("A dull film.").await,
        "NEGATIVE model local::sentiment"
    );
}

#[test]
fn missing_file_stops_the_start() {
    let stderr = start_error("", &[("INFERENCE_CONFIG", "/nowhere/inference.toml")]);
    assert!(
        stderr.contains("`/nowhere/inference.toml` cannot be read"),
        "{stderr}"
    );
}

#[test]
fn unknown_operation_stops_the_start() {
    let stderr = start_error("\n[operations.sentimant]\ntimeout = \"1s\"\n", &[]);
    assert!(stderr.contains("inference.toml:2"), "{stderr}");
    assert!(
        stderr.contains("unknown operation `sentimant`; help: did you mean `sentiment`?"),
        "{stderr}"
    );
}

#[test]
fn unknown_key_stops_the_start() {
    for (file, key) in [
        ("[operations.sentiment]\ntimout = \"1s\"\n", "timout"),
        ("[default]\ntimeout = \"1s\"\n", "default"),
        ("[cache]\nentries = 3\n", "entries"),
        ("[hf]\ntoken = \"hf_nottobeseen000\"\n", "token"),
    ] {
        let stderr = start_error(file, &[]);
        assert!(
            stderr.contains("inference.toml:")
                && stderr.contains(&format!("unknown field `{key}`")),
            "{stderr}"
        );
        assert!(!stderr.contains("nottobeseen"), "{stderr}");
    }
    let stderr = start_error("[operations.sentiment]\n\ntimout = \"1s\"\n", &[]);
    assert!(
        stderr.contains("inference.toml:3") && stderr.contains("help: did you mean `timeout`?"),
        "{stderr}"
    );
}

#[test]
fn invalid_value_stops_the_start() {
    for (file, expected) in [
        (
            "[operations.sentiment]\ntimeout = \"soon\"\n",
            "`soon` is not a duration",
        ),
        (
            "[operations.sentiment]\ntimeout = \"0s\"\n",
            "`0s` is shorter than a millisecond; help: write at least",
        ),
        (
            "[operations.sentiment]\ntimeout = 3\n",
            "`3` has no unit; help: write a unit: `\"3s\"`",
        ),
        (
            "[operations.sentiment]\ncache = true\n",
            "`cache = true` lacks the time to live",
        ),
        (
            "[operations.sentiment]\nmodel = []\n",
            "the array of models is empty",
        ),
        (
            "[operations.sentiment]\nmodel = \"no model\"\n",
            "`no model` lacks its organisation",
        ),
        ("[cache]\nmax_entries = 0\n", "nonzero"),
        ("[cache]\nmax_entry_size = \"big\"\n", "`big` is not a size"),
        ("[operations.sentiment\n", "inference.toml:1"),
    ] {
        let stderr = start_error(file, &[]);
        assert!(
            stderr.contains("inference.toml") && stderr.contains(expected),
            "{file}: {stderr}"
        );
    }
}
