//! What the compiler says to people who have made a mistake, compared with what is recorded in `ui/fail`.
//!
//! `TRYBUILD=overwrite cargo test -p inference-tests --test ui_fail` records it again: read every word of it.

/// The compiler whose words are recorded: another one says some things differently.
const RECORDED: &str = "rustc 1.95.0";

#[test]
fn every_mistake_is_explained() {
    let compiler = std::process::Command::new(option_env!("RUSTC").unwrap_or("rustc"))
        .arg("--version")
        .output()
        .expect("rustc says its version");
    let compiler = String::from_utf8_lossy(&compiler.stdout);
    if !compiler.starts_with(RECORDED) {
        eprintln!("SKIPPED: the messages are recorded with {RECORDED}, and this is {compiler}");
        return;
    }
    trybuild::TestCases::new().compile_fail("ui/fail/*/*.rs");
}
