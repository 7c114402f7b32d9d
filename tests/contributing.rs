//! The files and folders that CONTRIBUTING.md, ARCHITECTURE.md and SECURITY.md name exist.

#![allow(clippy::expect_used, reason = "a test may fail")]

use std::{
    fs,
    path::{Path, PathBuf},
};

const PAGES: [&str; 3] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"];

/// Files of the user's program.
const NOT_HERE: [&str; 1] = ["inference.toml"];

const EXTENSIONS: [&str; 6] = [".bin", ".json", ".md", ".rs", ".stderr", ".toml"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The text without fenced code blocks.
fn prose(page: &str) -> String {
    page.split("\n```")
        .step_by(2)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The code spans of a text that are paths: `a/b`, `./a` and `a.rs`, but neither `a/*` nor `@a/b`.
fn paths(prose: &str) -> Vec<&str> {
    let is_path = |span: &&str| {
        let named = span.contains('/') || EXTENSIONS.iter().any(|end| span.ends_with(end));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        named && !NOT_HERE.contains(span) && span.chars().all(plain)
    };
    prose
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(is_path)
        .collect()
}

/// The targets of links to files of the repository.
fn links(prose: &str) -> Vec<&str> {
    prose
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

fn missing(text: &str) -> Vec<String> {
    let prose = prose(text);
    let named = paths(&prose).into_iter().chain(links(&prose));
    named
        .filter(|path| !root().join(path).exists())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_named_file_and_folder_exists() {
    for page in PAGES {
        let text = fs::read_to_string(root().join(page)).expect(page);
        assert!(!paths(&prose(&text)).is_empty(), "{page} names no file");
        let missing = missing(&text);
        assert!(missing.is_empty(), "{page} names {missing:?}");
    }
}

#[test]
fn a_missing_file_is_found() {
    for (text, expected) in [
        ("`tests/contributing.rs`, `./scripts/test`, `docs/src`", ""),
        ("`tests/absent.rs`", "tests/absent.rs"),
        ("`absent.md`", "absent.md"),
        ("[a page](docs/src/absent.md#part)", "docs/src/absent.md"),
        ("[the web](https://docs.rs/absent)", ""),
        ("text\n```sh\n`absent.rs`\n```\ntext", ""),
        ("`@huggingface/tasks`, `a.b()`, `inference.toml`", ""),
    ] {
        assert_eq!(missing(text).join(" "), expected, "{text}");
    }
}
