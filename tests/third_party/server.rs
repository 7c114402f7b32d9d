//! A server in a process of its own, for as long as a test lasts.

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

/// A server that has not said by then that it is ready will not. They are written in Python and load slowly.
const PATIENCE: Duration = Duration::from_secs(180);

pub(crate) struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts a command of an environment, and waits until it says that it listens.
    pub(crate) async fn start(command: &mut Command, port: u16) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the server starts");
        let ready = format!("running on http://127.0.0.1:{port} ");
        let out = says(child.stdout.take().expect("piped"), ready.clone());
        let err = says(child.stderr.take().expect("piped"), ready);
        let said = async {
            tokio::select! {
                true = out => {}
                true = err => {}
                else => panic!("the server ended before it was ready"),
            }
        };
        tokio::time::timeout(PATIENCE, said)
            .await
            .expect("the server is ready in time");
        Self { child, port }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) async fn stop(mut self) {
        self.child.kill().await.expect("the server ends");
    }
}

/// Reads what a server says until it says this, and from then on into the void; whether it did.
async fn says(output: impl AsyncRead + Send + Unpin + 'static, words: String) -> bool {
    let (ready, told) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let mut ready = Some(ready);
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            // A test that fails shows it.
            eprintln!("{line}");
            if line.contains(&words)
                && let Some(ready) = ready.take()
            {
                let _ = ready.send(());
            }
        }
    });
    told.await.is_ok()
}

/// A program of a server's environment.
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

/// A file of the tests.
pub(crate) fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("third_party")
        .join(path)
}

/// Ports that nobody listens at.
pub(crate) fn free_ports<const N: usize>() -> [u16; N] {
    let listeners: [_; N] =
        std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("a port"));
    listeners.map(|listener| listener.local_addr().expect("an address").port())
}
