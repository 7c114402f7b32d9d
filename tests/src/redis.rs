//! A Redis server of a test's own, on a port of its own, that can be killed, stopped and started again.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use redis::{Client, Cmd, FromRedisValue};
use tempfile::TempDir;

/// Set to `1`, it leaves out the tests that need a server.
pub const SKIP: &str = "SKIP_REDIS";

/// Another server in its place, such as Valkey's.
pub const PROGRAM: &str = "REDIS_SERVER";

/// Another process may take a port between its choice and its use.
const TRIES: usize = 5;

/// The server. It ends when it is dropped.
///
/// ```no_run
/// use inference_tests::redis::Redis;
///
/// let Some(mut redis) = Redis::start() else { return };
/// // … something uses `redis.url()` …
/// redis.stop();
/// redis.go_on();
/// redis.kill();
/// redis.restart();
/// ```
pub struct Redis {
    server: Child,
    port: u16,
    arguments: Vec<String>,
    folder: TempDir,
}

impl Redis {
    /// A server that answers; none where `SKIP_REDIS=1` says so.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::with([])
    }

    /// A server with these arguments beside those that every one has.
    #[must_use]
    pub fn with<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        if std::env::var(SKIP).is_ok_and(|value| value == "1") {
            eprintln!("SKIPPED, since {SKIP}=1 is set");
            return None;
        }
        let arguments: Vec<_> = arguments.into_iter().map(str::to_owned).collect();
        let folder = tempfile::tempdir().expect("a folder");
        for _ in 0..TRIES {
            let port = free_port();
            if let Ok(server) = serve(port, &arguments, folder.path()) {
                return Some(Self {
                    server,
                    port,
                    arguments,
                    folder,
                });
            }
        }
        // Once more, to say why.
        let why = serve(free_port(), &arguments, folder.path()).err();
        panic!("redis-server does not start: {why:?}");
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address: `redis://127.0.0.1:PORT/0`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Asks it something, over a connection of its own.
    pub fn ask<V: FromRedisValue>(&self, command: &Cmd) -> V {
        let client = Client::open(self.url()).expect("an address");
        let mut connection = client.get_connection().expect("a connection");
        command.query(&mut connection).expect("an answer")
    }

    /// The names of all keys.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.ask(redis::cmd("KEYS").arg("*"))
    }

    /// Ends it at once, as `kill -9` does.
    pub fn kill(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    /// Halts it: connections stay, and nothing answers.
    pub fn stop(&self) {
        self.signal("STOP");
        // The signal is under way when `kill` returns.
        while self.state() != Some('T') {
            std::thread::yield_now();
        }
    }

    /// Lets it go on after [`stop`](Self::stop).
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    /// Starts it again on the same port, empty.
    pub fn restart(&mut self) {
        self.kill();
        self.server =
            serve(self.port, &self.arguments, self.folder.path()).expect("it starts again");
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .args([format!("-{signal}"), self.server.id().to_string()])
            .status();
        assert!(status.expect("`kill`").success(), "no signal {signal}");
    }

    /// Of the process, as `/proc` shows it: behind its name in brackets.
    fn state(&self) -> Option<char> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.server.id())).ok()?;
        stat.rsplit(") ").next()?.chars().next()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody listens on.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Returns when the server says that it is ready; with what it said where it ended.
fn serve(port: u16, arguments: &[String], folder: &Path) -> Result<Child, String> {
    let program = std::env::var(PROGRAM).unwrap_or_else(|_| "redis-server".to_owned());
    let mut server = Command::new(program)
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "no", "--loglevel", "notice"])
        .arg("--dir")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "redis-server cannot be started: {error}; help: apt-get install redis-server, or set {SKIP}=1 to leave its tests out"
            )
        });
    let mut output = BufReader::new(server.stdout.take().expect("piped"));
    let mut said = String::new();
    while output.read_line(&mut said).is_ok_and(|bytes| bytes > 0) {
        if said.contains("Ready to accept connections") {
            // Somebody must read on: with a full pipe, it would wait.
            std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
            return Ok(server);
        }
    }
    let _ = server.kill();
    let _ = server.wait();
    Err(said)
}
