//! Compares the compiler's error messages with those recorded in `ui/fail`.
//!
//! `TRYBUILD=overwrite cargo test -p inference-tests --test ui_fail` records them again. Review every change.

/// The compiler with which the messages are recorded. Others differ in details.
const RECORDED_COMPILER: &str = "rustc 1.95.0";

#[test]
fn error_messages_match_the_recorded_ones() {
    let compiler = std::process::Command::new(option_env!("RUSTC").unwrap_or("rustc"))
        .arg("--version")
        .output()
        .expect("`rustc --version` should run");
    let compiler = String::from_utf8_lossy(&compiler.stdout);
    if !compiler.starts_with(RECORDED_COMPILER) {
        eprintln!(
            "SKIPPED: the messages are recorded with {RECORDED_COMPILER}, and the compiler is {compiler}"
        );
        return;
    }
    trybuild::TestCases::new().compile_fail("ui/fail/*/*.rs");
}
