//! The processes of a benchmark.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStderr, Command, Stdio},
};

use crate::cpu;

/// Returns the path of `bench-server`, in the folder of this program.
///
/// # Errors
///
/// If the path of this program is unknown.
pub fn server_path() -> std::io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("bench-server"))
}

/// A `bench-server` process. It is killed when the value is dropped.
pub struct Server {
    child: Child,
    /// Its address: `127.0.0.1:4711`.
    pub address: String,
}

impl Server {
    /// Starts `bench-server KIND ARGUMENT` with these environment variables, and waits until it listens.
    ///
    /// # Errors
    ///
    /// If it cannot be started or does not print its address.
    pub fn start(kind: &str, argument: &str, variables: &[(&str, &str)]) -> std::io::Result<Self> {
        let mut command = Command::new(server_path()?);
        command
            .args([kind, argument])
            .envs(variables.iter().copied());
        Self::spawn(&mut command)
    }

    /// Runs a command that is or becomes `bench-server`, and waits until it listens.
    ///
    /// # Errors
    ///
    /// If it cannot be started or does not print its address.
    pub fn spawn(command: &mut Command) -> std::io::Result<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut address)?;
        }
        let address = address.trim().to_owned();
        if address.is_empty() {
            return Err(std::io::Error::other("the server did not start"));
        }
        Ok(Self { child, address })
    }

    /// Returns its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns its standard error, if that is piped.
    pub fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// Returns its CPU time.
    ///
    /// # Errors
    ///
    /// If it has exited.
    pub fn cpu(&self) -> std::io::Result<std::time::Duration> {
        cpu::cpu_time(self.child.id())
    }

    /// Returns its resident memory, in bytes.
    ///
    /// # Errors
    ///
    /// If it has exited.
    pub fn resident(&self) -> std::io::Result<u64> {
        cpu::resident(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
