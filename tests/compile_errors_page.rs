//! Checks that the book's page of compile errors is generated from the cases in `ui/fail`.
//!
//! `BLESS=1 cargo test -p inference-tests --test compile_errors_page` generates it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a failed precondition fails the test"
)]

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The folders of `ui/fail` in the order of the page, with their titles.
const TOPICS: &[(&str, &str)] = &[
    ("attribute", "The list of arguments"),
    ("model", "`model`"),
    ("task", "`task`"),
    ("input", "`input`"),
    ("prompt", "`prompt` and `system`"),
    ("parameters", "`parameters(...)`"),
    ("hooks", "`preprocess` and `postprocess`"),
    ("cache", "`cache`"),
    ("limits", "`timeout`, `max_input` and `name`"),
    (
        "policies",
        "`retry`, `attempt_timeout`, `circuit_breaker`, `rate_limit`, `concurrency` and `hedge`",
    ),
    ("allow", "`allow(...)`"),
    ("failure", "`fallback`, and handlers that can fail"),
    ("delivery", "The type of the parameter"),
    ("function", "The function"),
    ("several", "Several predictions"),
    ("runtime", "`runtime` and `crate`"),
];

const HEAD: &str = "\
<!-- Generated from tests/ui/fail by `BLESS=1 cargo test -p inference-tests --test compile_errors_page`. -->

# Compile errors

`#[infer]` checks its arguments at compile time. Each mistake is reported as one error at the token in question, and all
mistakes are reported in one run. This page lists every tested mistake with the compiler's message.
";

#[test]
fn page_matches_the_recorded_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = root.join("../docs/src/compile-errors.md");
    let generated = generate_page(&root.join("ui/fail"));
    if env::var_os("BLESS").is_some() {
        fs::write(&page, &generated).expect("docs/src should be writable");
    }
    let committed = fs::read_to_string(&page).unwrap_or_default();
    assert!(
        committed == generated,
        "docs/src/compile-errors.md is out of date; help: run with BLESS=1 to generate it"
    );
}

#[test]
fn every_folder_of_cases_is_a_topic() {
    let folders = sorted(&Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/fail"));
    let mut topics: Vec<&str> = TOPICS.iter().map(|(folder, _)| *folder).collect();
    topics.sort_unstable();
    assert_eq!(
        folders
            .iter()
            .map(|folder| stem(folder))
            .collect::<Vec<_>>(),
        topics
    );
}

#[test]
fn every_case_except_the_six_mistakes_has_one_error() {
    for (folder, _) in TOPICS {
        for case in cases(
            &Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("ui/fail")
                .join(folder),
        ) {
            let message = read(&case.with_extension("stderr"));
            let errors = message
                .lines()
                .filter(|line| line.starts_with("error"))
                .count();
            let expected = if stem(&case) == "six_mistakes_six_errors" {
                6
            } else {
                1
            };
            assert_eq!(errors, expected, "{}", case.display());
        }
    }
}

fn generate_page(cases_root: &Path) -> String {
    let mut page = HEAD.to_owned();
    for (folder, title) in TOPICS {
        page.push_str(&format!("\n## {title}\n"));
        for case in cases(&cases_root.join(folder)) {
            let name = stem(&case).replace('_', " ");
            let code = shown_code(&read(&case));
            let message = read(&case.with_extension("stderr"));
            page.push_str(&format!(
                "\n### {folder}: {name}\n\n```rs\n{code}\n```\n\n```text\n{}\n```\n",
                message.trim_end()
            ));
        }
    }
    page
}

/// Returns the code without the lines that every case has.
fn shown_code(code: &str) -> String {
    let code = code
        .trim_end()
        .trim_end_matches("fn main() {}")
        .trim_start_matches("use inference_runtime::prelude::*;\n");
    code.trim().to_owned()
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut files = sorted(folder);
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of the cases should be readable");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the entry should be readable").path())
        .collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> &str {
    path.file_stem()
        .and_then(|name| name.to_str())
        .expect("the name should be UTF-8")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
