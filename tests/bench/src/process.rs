//! The processes of a benchmark.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStderr, Command, Stdio},
};

use crate::cpu;

/// Where `bench-server` is: beside this program.
///
/// # Errors
///
/// Where nobody knows where that is.
pub fn program() -> std::io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("bench-server"))
}

/// A server of ours. It ends when it is dropped.
pub struct Server {
    child: Child,
    /// Where it listens: `127.0.0.1:4711`.
    pub address: String,
}

impl Server {
    /// Starts `bench-server KIND OF` with these variables, and waits until it listens.
    ///
    /// # Errors
    ///
    /// Where it cannot be started or does not say where it listens.
    pub fn start(kind: &str, of: &str, variables: &[(&str, &str)]) -> std::io::Result<Self> {
        let mut command = Command::new(program()?);
        command.args([kind, of]).envs(variables.iter().copied());
        Self::spawn(&mut command)
    }

    /// Runs this command, which is or becomes `bench-server`, and waits until it listens.
    ///
    /// # Errors
    ///
    /// Where it cannot be started or does not say where it listens.
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

    /// Where it listens, as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it writes to its standard error, where that is piped.
    pub fn errors(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// The CPU time it has used.
    ///
    /// # Errors
    ///
    /// Where it has ended.
    pub fn cpu(&self) -> std::io::Result<std::time::Duration> {
        cpu::used(self.child.id())
    }

    /// The memory it holds, in bytes.
    ///
    /// # Errors
    ///
    /// Where it has ended.
    pub fn resident(&self) -> std::io::Result<u64> {
        cpu::resident(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
