//! A server process that runs for the duration of a test.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
};

/// The folder with a virtual environment for each server.
const FOLDER: &str = "THIRD_PARTY";

/// The time within which a server must be ready. The servers are written in Python and load slowly.
const START_TIMEOUT: Duration = Duration::from_secs(180);

pub(crate) struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts a program of an environment, and waits until it logs that it listens.
    pub(crate) async fn start(command: &mut Command, port: u16) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the server should start");
        let ready = format!("running on http://127.0.0.1:{port} ");
        let out = wait_for_line(
            child.stdout.take().expect("the stream should be piped"),
            ready.clone(),
        );
        let err = wait_for_line(
            child.stderr.take().expect("the stream should be piped"),
            ready,
        );
        let is_ready = async {
            tokio::select! {
                true = out => {}
                true = err => {}
                else => panic!("the server ended before it was ready"),
            }
        };
        tokio::time::timeout(START_TIMEOUT, is_ready)
            .await
            .expect("the server should be ready in time");
        Self { child, port }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) async fn stop(mut self) {
        self.child.kill().await.expect("the server should exit");
    }
}

/// Reads the output of a server to its end, and returns true once a line contains the text, or false if the output ends
/// first.
async fn wait_for_line(output: impl AsyncRead + Send + Unpin + 'static, text: String) -> bool {
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let mut ready = Some(ready);
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            // libtest shows this if the test fails.
            eprintln!("{line}");
            if line.contains(&text)
                && let Some(ready) = ready.take()
            {
                let _ = ready.send(());
            }
        }
    });
    is_ready.await.is_ok()
}

/// Returns a command for a program of a server's environment.
pub(crate) fn program(environment: &str, name: &str) -> Command {
    let folder = std::env::var_os(FOLDER)
        .map(PathBuf::from)
        .unwrap_or_else(|| {
            panic!(
                "`{FOLDER}` is not set; help: run `scripts/third-party`, which installs the servers"
            )
        });
    Command::new(folder.join(environment).join("bin").join(name))
}

/// Returns the path of a file of the tests.
pub(crate) fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("third_party")
        .join(path)
}

/// Returns ports on which no process listens.
pub(crate) fn free_ports<const N: usize>() -> [u16; N] {
    let listeners: [_; N] =
        std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("a port should be free"));
    listeners.map(|listener| {
        listener
            .local_addr()
            .expect("the listener should have an address")
            .port()
    })
}
