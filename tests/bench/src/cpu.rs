//! CPU time and memory of a process on Linux.

use std::{fs, time::Duration};

/// Clock ticks per second: the value of `sysconf(_SC_CLK_TCK)` on every Linux.
const TICKS: u64 = 100;

/// Returns the CPU time of a process, including its time in the kernel.
///
/// # Errors
///
/// If there is no such process, or no `/proc`.
pub fn cpu_time(process: u32) -> std::io::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The fields follow the name, which is in brackets and may contain anything. utime and stime are the 14th and 15th
    // field.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Ok(Duration::from_millis(ticks * 1_000 / TICKS))
}

/// Returns the resident memory of a process, in bytes.
///
/// # Errors
///
/// If there is no such process, or no `/proc`.
pub fn resident(process: u32) -> std::io::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok());
    Ok(kilobytes.unwrap_or_default() * 1_024)
}
