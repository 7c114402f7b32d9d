//! Checks the documentation: every page is in the book and in the documentation tests, every link has a target, and
//! every Rust code block is compiled.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a failed precondition fails the test"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use inference_tests::documentation::DOCUMENTS;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the pages of the book, as paths from the root.
fn pages() -> BTreeSet<String> {
    fs::read_dir(root().join("docs/src"))
        .expect("the folder of the book should be readable")
        .map(|entry| entry.expect("the entry should be readable").file_name())
        .map(|name| name.into_string().expect("the name should be UTF-8"))
        .filter(|name| name.ends_with(".md"))
        .map(|name| format!("docs/src/{name}"))
        .collect()
}

/// The documents in the root besides the README.
const OTHERS: [&str; 3] = ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md"];

/// Returns the lines outside code blocks, and the info strings of the code blocks.
fn prose_and_fences(text: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut prose, mut fences) = (Vec::new(), Vec::new());
    let mut in_block = false;
    for line in text.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(info) => {
                if !in_block {
                    fences.push(info.trim());
                }
                in_block = !in_block;
            }
            None if !in_block => prose.push(line),
            None => {}
        }
    }
    assert!(!in_block, "a code block is not closed");
    (prose, fences)
}

/// Returns the targets of `[text](target)` in a line. Code in backticks is skipped.
fn links(line: &str) -> Vec<&str> {
    let outside_code: Vec<&str> = line.split('`').step_by(2).collect();
    let mut targets = Vec::new();
    for part in outside_code {
        let mut rest = part;
        while let Some(start) = rest.find("](") {
            rest = &rest[start + 2..];
            let end = rest.find(')').unwrap_or(rest.len());
            targets.push(&rest[..end]);
            rest = &rest[end..];
        }
    }
    targets
}

/// Returns the anchors of the headings, in the form of mdBook and GitHub.
fn anchors(text: &str) -> BTreeSet<String> {
    prose_and_fences(text)
        .0
        .into_iter()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

#[test]
fn every_page_is_in_the_documentation_tests() {
    let mut expected = pages();
    expected.insert("README.md".to_owned());
    let listed: BTreeSet<String> = DOCUMENTS.iter().map(|&text| text.to_owned()).collect();
    assert_eq!(
        listed, expected,
        "left: `tests/src/documentation.rs`, right: README and `docs/src`"
    );
}

#[test]
fn every_page_is_in_the_summary() {
    let summary = read("docs/src/SUMMARY.md");
    let listed: BTreeSet<String> = summary
        .lines()
        .flat_map(links)
        .map(|page| format!("docs/src/{page}"))
        .collect();
    let mut expected = pages();
    expected.remove("docs/src/SUMMARY.md");
    assert_eq!(listed, expected, "left: `SUMMARY.md`, right: `docs/src`");
}

#[test]
fn every_link_has_a_target() {
    let mut dead = Vec::new();
    for text in DOCUMENTS.iter().chain(&OTHERS) {
        let content = read(text);
        let folder = Path::new(text)
            .parent()
            .expect("the file should have a folder");
        for link in prose_and_fences(&content).0.into_iter().flat_map(links) {
            if link.starts_with("https://") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            // mdBook publishes only its own pages.
            let leaves_the_book = text.starts_with("docs/") && path.contains("..");
            let target = match path {
                "" => (*text).to_owned(),
                path => folder.join(path).display().to_string(),
            };
            let exists = root().join(&target).is_file()
                && (anchor.is_empty() || anchors(&read(&target)).contains(anchor));
            if leaves_the_book || !exists {
                dead.push(format!("{text}: {link}"));
            }
        }
    }
    assert_eq!(dead, Vec::<String>::new());
}

#[test]
fn every_rust_code_block_is_compiled() {
    let mut exempt = Vec::new();
    for text in DOCUMENTS {
        for info in prose_and_fences(&read(text)).1 {
            let mut words = info.split([',', ' ']);
            let bad = match words.next() {
                // A block without a language is treated as Rust.
                Some("") | None => true,
                Some("rust") => words.any(|word| word.starts_with("ignore") || word == "notest"),
                // `rs` is Rust that rustdoc does not compile. The page of compile errors shows code that must not
                // compile.
                Some("rs") => *text != "docs/src/compile-errors.md",
                Some(_) => false,
            };
            if bad {
                exempt.push(format!("{text}: ```{info}"));
            }
        }
    }
    assert_eq!(
        exempt,
        Vec::<String>::new(),
        "code blocks need a language (`text`, `sh`, `toml`), and Rust must be compiled"
    );
}
