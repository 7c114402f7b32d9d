//! The book's page of compile errors is made of the cases in `ui/fail`: it cannot be out of date.
//!
//! `BLESS=1 cargo test -p inference-tests --test compile_errors_page` writes it again.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The folders of `ui/fail` in the order of the page, each with what it is about.
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
<!-- Made of tests/ui/fail by `BLESS=1 cargo test -p inference-tests --test compile_errors_page`. -->

# Compile errors

`#[infer]` checks its arguments while your code compiles. Each mistake is one error, on the token that is meant, and all
of them are shown in one run. This page has every mistake that is tested for, and what the compiler says.
";

#[test]
fn the_page_shows_every_case_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = root.join("../docs/src/compile-errors.md");
    let made = page_of(&root.join("ui/fail"));
    if env::var_os("BLESS").is_some() {
        fs::write(&page, &made).expect("docs/src can be written");
    }
    let committed = fs::read_to_string(&page).unwrap_or_default();
    assert!(
        committed == made,
        "docs/src/compile-errors.md is out of date; BLESS=1 writes it again"
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
fn every_mistake_but_the_six_is_one_error() {
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

fn page_of(cases_root: &Path) -> String {
    let mut page = HEAD.to_owned();
    for (folder, title) in TOPICS {
        page.push_str(&format!("\n## {title}\n"));
        for case in cases(&cases_root.join(folder)) {
            let name = stem(&case).replace('_', " ");
            let code = shown(&read(&case));
            let message = read(&case.with_extension("stderr"));
            page.push_str(&format!(
                "\n### {folder}: {name}\n\n```rs\n{code}\n```\n\n```text\n{}\n```\n",
                message.trim_end()
            ));
        }
    }
    page
}

/// The code without the lines that every case has.
fn shown(code: &str) -> String {
    let kept = code
        .trim_end()
        .trim_end_matches("fn main() {}")
        .trim_start_matches("use inference_runtime::prelude::*;\n");
    kept.trim().to_owned()
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut files = sorted(folder);
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of cases is there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> &str {
    path.file_stem()
        .and_then(|name| name.to_str())
        .expect("names are UTF-8")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
