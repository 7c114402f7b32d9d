//! A Redis server for one test, on its own port, that can be killed, paused, resumed and restarted.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use redis::{Client, Cmd, FromRedisValue};
use tempfile::TempDir;

/// If set to `1`, the tests that need a Redis server are skipped.
pub const SKIP_VARIABLE: &str = "SKIP_REDIS";

/// The server program, for example Valkey's. The default is `redis-server`.
pub const PROGRAM_VARIABLE: &str = "REDIS_SERVER";

/// How often a start is attempted: another process may take the port between its choice and its use.
const START_ATTEMPTS: usize = 5;

/// The server. It is killed when the value is dropped.
///
/// ```no_run
/// use inference_tests::redis::Redis;
///
/// let Some(mut redis) = Redis::start() else { return };
/// // … use `redis.url()` …
/// redis.pause();
/// redis.resume();
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
    /// Starts a server. Returns `None` if `SKIP_REDIS=1` is set.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::start_with([])
    }

    /// Starts a server with additional arguments.
    #[must_use]
    pub fn start_with<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        if std::env::var(SKIP_VARIABLE).is_ok_and(|value| value == "1") {
            eprintln!("SKIPPED: {SKIP_VARIABLE}=1 is set");
            return None;
        }
        let arguments: Vec<_> = arguments.into_iter().map(str::to_owned).collect();
        let folder = tempfile::tempdir().expect("a temporary folder should be created");
        for _ in 0..START_ATTEMPTS {
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
        // One last attempt, whose error is reported.
        let error = serve(free_port(), &arguments, folder.path()).err();
        panic!("redis-server does not start: {error:?}");
    }

    /// Returns its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns its URL: `redis://127.0.0.1:PORT/0`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Runs a command over a new connection.
    pub fn query<V: FromRedisValue>(&self, command: &Cmd) -> V {
        let client = Client::open(self.url()).expect("the URL should be valid");
        let mut connection = client
            .get_connection()
            .expect("the server should accept a connection");
        command
            .query(&mut connection)
            .expect("the command should succeed")
    }

    /// Returns the names of all keys.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.query(redis::cmd("KEYS").arg("*"))
    }

    /// Kills the server, as `kill -9` does.
    pub fn kill(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    /// Pauses the server: connections stay open, and it does not respond.
    pub fn pause(&self) {
        self.signal("STOP");
        // `kill` returns before the signal is delivered.
        while self.state() != Some('T') {
            std::thread::yield_now();
        }
    }

    /// Resumes the server after [`pause`](Self::pause).
    pub fn resume(&self) {
        self.signal("CONT");
    }

    /// Restarts the server on the same port, with an empty database.
    pub fn restart(&mut self) {
        self.kill();
        self.server = serve(self.port, &self.arguments, self.folder.path())
            .expect("the server should restart");
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .args([format!("-{signal}"), self.server.id().to_string()])
            .status();
        assert!(
            status.expect("`kill` should run").success(),
            "signal {signal} could not be sent"
        );
    }

    /// Returns the state of the process from `/proc/PID/stat`, the field behind the name in brackets.
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

/// Returns a port on which no process listens.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port should be free");
    listener
        .local_addr()
        .expect("the listener should have an address")
        .port()
}

/// Starts the server and returns when it is ready, or its output if it exits.
fn serve(port: u16, arguments: &[String], folder: &Path) -> Result<Child, String> {
    let program = std::env::var(PROGRAM_VARIABLE).unwrap_or_else(|_| "redis-server".to_owned());
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
                "redis-server cannot be started: {error}; help: apt-get install redis-server, or set {SKIP_VARIABLE}=1 to skip its tests"
            )
        });
    let mut output = BufReader::new(server.stdout.take().expect("stdout should be piped"));
    let mut log = String::new();
    while output.read_line(&mut log).is_ok_and(|bytes| bytes > 0) {
        if log.contains("Ready to accept connections") {
            // The output must still be read: the server would block on a full pipe.
            std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
            return Ok(server);
        }
    }
    let _ = server.kill();
    let _ = server.wait();
    Err(log)
}
