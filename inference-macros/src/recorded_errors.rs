//! Expands every case of `tests/ui` outside a compiler and compares the errors with the recorded messages.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Attribute, ImplItemFn, ItemFn, Meta,
    visit::{self, Visit},
};

use crate::expand_attribute;

/// Returns the Rust files below a folder of `tests/ui`.
fn case_files(folder: &str) -> Vec<PathBuf> {
    let mut folders = vec![
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../tests/ui")
            .join(folder),
    ];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of cases") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 10, "no cases found in {folder}");
    files
}

/// The expansions of all annotated functions of a file.
#[derive(Default)]
struct Expansions(Vec<String>);

impl Expansions {
    fn from_file(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(path).expect("a case");
        // A file that does not parse is a case for the compiler, not for the macro.
        let file = syn::parse_file(&text).ok()?;
        let mut expansions = Self::default();
        expansions.visit_file(&file);
        Some(expansions)
    }

    fn add(
        &mut self,
        attributes: &[Attribute],
        with_attrs: impl FnOnce(Vec<Attribute>) -> TokenStream,
    ) {
        let (infer, others): (Vec<_>, Vec<_>) = attributes
            .iter()
            .cloned()
            .partition(|attribute| attribute.path().is_ident("infer"));
        let Some(attribute) = infer.into_iter().next() else {
            return;
        };
        let args = match attribute.meta {
            Meta::List(list) => list.tokens,
            _ => TokenStream::new(),
        };
        self.0
            .push(expand_attribute(args, with_attrs(others)).to_string());
    }
}

impl<'ast> Visit<'ast> for Expansions {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.add(&function.attrs, |attrs| {
            ItemFn {
                attrs,
                ..function.clone()
            }
            .into_token_stream()
        });
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.add(&function.attrs, |attrs| {
            ImplItemFn {
                attrs,
                ..function.clone()
            }
            .into_token_stream()
        });
        visit::visit_impl_item_fn(self, function);
    }
}

#[test]
fn failing_cases_expand_to_the_recorded_messages() {
    let mut checked = 0;
    for path in case_files("fail") {
        let Some(expansions) = Expansions::from_file(&path) else {
            continue;
        };
        let recorded =
            fs::read_to_string(path.with_extension("stderr")).expect("a recorded message");
        let expanded = expansions.0.join("\n");
        // Errors of the compiler have a code; errors of the macro do not.
        let messages: Vec<_> = recorded
            .lines()
            .filter_map(|line| line.strip_prefix("error: "))
            .collect();
        for message in messages {
            let message = format!("{message:?}");
            let message = message.trim_matches('"');
            if expanded.contains(message) {
                checked += 1;
            }
        }
    }
    assert!(
        checked > 90,
        "only {checked} recorded messages were produced"
    );
}

#[test]
fn passing_cases_expand_without_errors() {
    for path in case_files("pass") {
        let expansions = Expansions::from_file(&path).expect("a file that compiles");
        for expanded in expansions.0 {
            assert!(
                !expanded.contains("compile_error"),
                "{}: {expanded}",
                path.display()
            );
        }
    }
}
