//! Models inside the process.

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the `local` backend that asks it comes next")
)]
mod sentiment;
