//! `inference.toml` and the `INFERENCE_*` variables, as a process meets them at its start.

mod bounds;
mod checked;
mod policies;
mod variables;

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// A program in a folder of its own, started with this file and these variables and nothing else.
fn program(file: &str, variables: &[(&str, &str)]) -> (TempDir, Command) {
    program_by(Command::new(SERVICE), file, variables)
}

/// The program that is configured.
pub(crate) const SERVICE: &str = env!("CARGO_BIN_EXE_service");

/// The same, started by a command that leads to it.
fn program_by(mut command: Command, file: &str, variables: &[(&str, &str)]) -> (TempDir, Command) {
    let folder = tempfile::tempdir().expect("a folder");
    if !file.is_empty() {
        std::fs::write(folder.path().join("inference.toml"), file).expect("a file");
    }
    command
        .env_clear()
        .envs(variables.iter().copied())
        // Where a test run measures coverage, the process is part of it.
        .envs(std::env::var_os("LLVM_PROFILE_FILE").map(|file| ("LLVM_PROFILE_FILE", file)))
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    (folder, command)
}

/// What a program says that does not start.
pub(crate) fn refusal(file: &str, variables: &[(&str, &str)]) -> String {
    let (_folder, mut command) = program(file, variables);
    let mut child = command.spawn().expect("a process");
    let mut said = String::new();
    child
        .stderr
        .take()
        .expect("piped")
        .read_to_string(&mut said)
        .expect("text");
    assert!(!child.wait().expect("an end").success(), "started: {said}");
    said
}

/// A program that has started.
pub(crate) struct Running {
    child: Child,
    address: String,
    client: reqwest::Client,
    _folder: TempDir,
}

impl Running {
    pub(crate) fn start(file: &str, variables: &[(&str, &str)]) -> Self {
        Self::start_by(Command::new(SERVICE), file, variables)
    }

    /// Started by a command that leads to it.
    pub(crate) fn start_by(command: Command, file: &str, variables: &[(&str, &str)]) -> Self {
        let (folder, mut command) = program_by(command, file, variables);
        let mut child = command.stderr(Stdio::inherit()).spawn().expect("a process");
        let mut address = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut address)
            .expect("a line");
        assert!(!address.is_empty(), "the program did not start");
        Self {
            child,
            address: address.trim().to_owned(),
            client: reqwest::Client::new(),
            _folder: folder,
        }
    }

    /// Ends it at once, as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a process");
    }

    pub(crate) async fn ask(&self, text: impl Into<String>) -> String {
        self.ask_at("sentiment", text).await
    }

    pub(crate) async fn ask_at(&self, path: &str, text: impl Into<String>) -> String {
        let request = self
            .client
            .post(format!("http://{}/{path}", self.address))
            .body(text.into());
        request
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("text")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Closing its input asks it to end.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn without_any_configuration_and_token_the_fallback_answers() {
    let service = Running::start("", &[]);
    assert_eq!(service.ask("good").await, "not_configured fallback none");
}

#[tokio::test]
async fn the_file_overrides_what_the_annotation_says() {
    let service = Running::start(
        r#"
        [operations.sentiment]
        model = ["org/model", "local::sentiment"]
        cache = "1m"
        "#,
        &[],
    );
    assert_eq!(
        service.ask("A wonderful film!").await,
        "POSITIVE model local::sentiment"
    );
    assert_eq!(
        service.ask("A wonderful film!").await,
        "POSITIVE cache local::sentiment"
    );
}

#[tokio::test]
async fn defaults_hold_where_the_annotation_is_silent() {
    let file = "[operations.sentiment]\nmodel = \"local::sentiment\"\n";
    let service = Running::start(file, &[("INFERENCE_CACHE", "1m")]);
    service.ask("A dull film.").await;
    assert_eq!(
        service.ask("A dull film.").await,
        "NEGATIVE cache local::sentiment"
    );

    let file = format!("{file}[defaults]\ncache = \"1m\"\n");
    let service = Running::start(&file, &[]);
    service.ask("A dull film.").await;
    assert_eq!(
        service.ask("A dull film.").await,
        "NEGATIVE cache local::sentiment"
    );

    // A variable has the last word over the file.
    let service = Running::start(&file, &[("INFERENCE_CACHE", "false")]);
    service.ask("A dull film.").await;
    assert_eq!(
        service.ask("A dull film.").await,
        "NEGATIVE model local::sentiment"
    );
}

#[tokio::test]
async fn a_file_elsewhere_is_read_where_the_variable_says() {
    let elsewhere = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(
        elsewhere.path(),
        "[operations.sentiment]\nmodel = \"local::sentiment\"\n",
    )
    .expect("written");
    let service = Running::start(
        "",
        &[("INFERENCE_CONFIG", elsewhere.path().to_str().expect("text"))],
    );
    assert_eq!(
        service.ask("A dull film.").await,
        "NEGATIVE model local::sentiment"
    );
}

#[test]
fn a_file_that_is_not_there_stops_the_start() {
    let said = refusal("", &[("INFERENCE_CONFIG", "/nowhere/inference.toml")]);
    assert!(
        said.contains("`/nowhere/inference.toml` cannot be read"),
        "{said}"
    );
}

#[test]
fn an_unknown_operation_stops_the_start() {
    let said = refusal("\n[operations.sentimant]\ntimeout = \"1s\"\n", &[]);
    assert!(said.contains("inference.toml:2"), "{said}");
    assert!(
        said.contains("no operation is named `sentimant`; help: did you mean `sentiment`?"),
        "{said}"
    );
}

#[test]
fn an_unknown_key_stops_the_start() {
    for (file, key) in [
        ("[operations.sentiment]\ntimout = \"1s\"\n", "timout"),
        ("[default]\ntimeout = \"1s\"\n", "default"),
        ("[cache]\nentries = 3\n", "entries"),
        ("[hf]\ntoken = \"hf_nottobeseen000\"\n", "token"),
    ] {
        let said = refusal(file, &[]);
        assert!(
            said.contains("inference.toml:") && said.contains(&format!("unknown field `{key}`")),
            "{said}"
        );
        assert!(!said.contains("nottobeseen"), "{said}");
    }
    let said = refusal("[operations.sentiment]\n\ntimout = \"1s\"\n", &[]);
    assert!(
        said.contains("inference.toml:3") && said.contains("help: did you mean `timeout`?"),
        "{said}"
    );
}

#[test]
fn a_value_that_means_nothing_stops_the_start() {
    for (file, words) in [
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
            "no model in the array",
        ),
        (
            "[operations.sentiment]\nmodel = \"no model\"\n",
            "`no model` lacks the organisation it belongs to",
        ),
        ("[cache]\nmax_entries = 0\n", "nonzero"),
        ("[cache]\nmax_entry_size = \"big\"\n", "`big` is not a size"),
        ("[operations.sentiment\n", "inference.toml:1"),
    ] {
        let said = refusal(file, &[]);
        assert!(
            said.contains("inference.toml") && said.contains(words),
            "{file}: {said}"
        );
    }
}
