//! The floors of ARCHITECTURE.md, compared with the `crate::` paths in the runtime's code.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The floor of each module, from the table under "Floors".
fn floors() -> BTreeMap<String, usize> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the page");
    let (_, section) = page
        .split_once("\n## Floors\n")
        .expect("a section on floors");
    let section = section.split("\n## ").next().expect("the section");
    let mut floors = BTreeMap::new();
    for row in section.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [floor, modules, _] = *cells else {
            panic!("a row of three cells: {row}");
        };
        let Ok(floor) = floor.parse() else { continue };
        for module in modules.split(',') {
            let module = module.trim().trim_matches('`').to_owned();
            let other = floors.insert(module, floor);
            assert_eq!(other, None, "a module on two floors: {row}");
        }
    }
    floors
}

/// An import of one top-level module from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Import {
    from: String,
    to: String,
    file: PathBuf,
}

/// The source files below a folder, without those that hold only tests or fuzz targets.
fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        if path.is_dir() {
            if name != "tests" {
                files.extend(source_files(&path));
            }
        } else if name.ends_with(".rs")
            && !matches!(name, "tests.rs" | "testing.rs" | "fuzz.rs" | "__fuzz.rs")
        {
            files.push(path);
        }
    }
    files
}

/// The code of a file without comments and without its unit tests.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a source file");
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .expect("code");
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The first identifier of a path.
fn first_word(path: &str) -> &str {
    let path = path.trim_start();
    &path[..path.find(|c| !is_word(c)).unwrap_or(path.len())]
}

/// The items of a group at its outermost level: `a::{b, c}` and `d` of `{a::{b, c}, d}`.
fn group(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 1, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        if depth == 0 {
            items.push(&text[start..at]);
            return items;
        }
    }
    panic!("a group without an end: {text}");
}

/// The first segments of all `crate::` paths.
fn crate_paths(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, path) in code.match_indices("crate::") {
        // `$crate::` in a macro is a path of the generated code.
        if code[..at].ends_with(|c| is_word(c) || c == '$') {
            continue;
        }
        let rest = &code[at + path.len()..];
        let items = if rest.starts_with('{') {
            group(rest)
        } else {
            vec![rest]
        };
        found.extend(items.into_iter().map(|item| first_word(item).to_owned()));
    }
    found.remove("");
    found
}

/// The top-level module of each item that the crate's root re-exports.
fn re_exports(lib: &str) -> BTreeMap<String, String> {
    let root = lib.split("pub mod prelude").next().expect("the root");
    let mut exported = BTreeMap::new();
    for statement in root.split("pub use ").skip(1) {
        let path = statement.split(';').next().expect("a path");
        let Some((module, items)) = path.split_once("::") else {
            continue;
        };
        let words = items.split(|c| !is_word(c)).filter(|word| !word.is_empty());
        exported.extend(words.map(|word| (word.to_owned(), module.trim().to_owned())));
    }
    exported
}

/// The imports between the top-level modules of a crate.
fn imports(source: &Path) -> BTreeSet<Import> {
    let exported = re_exports(&code(&source.join("lib.rs")));
    let mut imports = BTreeSet::new();
    for file in source_files(source) {
        let relative = file
            .strip_prefix(source)
            .expect("below the root")
            .to_owned();
        let first = relative.components().next().expect("a component");
        let from = first
            .as_os_str()
            .to_str()
            .expect("a name")
            .trim_end_matches(".rs");
        if from == "lib" {
            continue;
        }
        for path in crate_paths(&code(&file)) {
            let to = exported.get(&path).unwrap_or(&path);
            if to != from {
                imports.insert(Import {
                    from: from.to_owned(),
                    to: to.clone(),
                    file: relative.clone(),
                });
            }
        }
    }
    imports
}

/// The imports that do not lead to a lower floor.
fn violations(imports: &BTreeSet<Import>, floors: &BTreeMap<String, usize>) -> Vec<String> {
    let floor = |module: &str| floors.get(module).copied();
    imports
        .iter()
        .filter(|import| match (floor(&import.from), floor(&import.to)) {
            (Some(from), Some(to)) => to >= from,
            // An item of the root that is no module: a re-exported crate, a macro.
            _ => false,
        })
        .map(|Import { from, to, file }| format!("{}: `{from}` imports `{to}`", file.display()))
        .collect()
}

#[test]
fn every_import_leads_to_a_lower_floor() {
    let source = root().join("inference-runtime/src");
    let violations = violations(&imports(&source), &floors());
    assert!(violations.is_empty(), "{violations:#?}");
}

#[test]
fn every_module_is_on_a_floor() {
    let source = root().join("inference-runtime/src");
    let mut modules: BTreeSet<String> = fs::read_dir(source)
        .expect("the source folder")
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| {
            name.to_str()
                .expect("a name")
                .trim_end_matches(".rs")
                .to_owned()
        })
        .collect();
    modules.remove("lib");
    modules.remove("__fuzz");
    let on_floors: BTreeSet<String> = floors().into_keys().collect();
    assert_eq!(modules, on_floors);
}

/// The checks above fail on an import that leads up, and on one that stays on its floor, however it is written.
#[test]
fn an_import_that_leads_up_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write(
        "lib.rs",
        "mod low;\nmod high;\npub use high::{Public, Other};\n",
    );
    write("high/mod.rs", "use crate::low::Item;\n");
    write("side.rs", "// use crate::high::Comment;\nuse crate::low;\n");
    let floors = [("low", 1), ("side", 2), ("high", 2)];
    let floors: BTreeMap<_, _> = floors.map(|(name, floor)| (name.to_owned(), floor)).into();
    for (allowed, low) in [
        (
            true,
            "#[cfg(test)]\nmod tests {\n    use crate::high::Item;\n}\n",
        ),
        (true, "macro_rules! m { () => { $crate::high::item() } }\n"),
        (false, "use crate::high::Item;\n"),
        (false, "use crate::{\n    Public,\n};\n"),
        (false, "use crate::{low::{a, b}, high::{Item, c}};\n"),
        (false, "fn f() { crate::high::item() }\n"),
        (false, "use crate::side;\n"),
    ] {
        write("low.rs", low);
        let found = violations(&imports(folder.path()), &floors);
        assert_eq!(found.is_empty(), allowed, "{low}: {found:?}");
    }
    write("low.rs", "");
    write("side.rs", "use crate::high::Neighbour;\n");
    let found = violations(&imports(folder.path()), &floors);
    assert_eq!(found, ["side.rs: `side` imports `high`"]);
}
