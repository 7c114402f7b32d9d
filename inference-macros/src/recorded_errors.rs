//! Every recorded mistake, and every handler that compiles, put through the macro outside a compiler: it finds what the
//! recording says it finds, and nothing else.

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

/// The Rust files below a folder of the recorded cases.
fn cases(folder: &str) -> Vec<PathBuf> {
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
    assert!(files.len() > 10, "the cases of {folder} are not there");
    files
}

/// What the macro writes for every function of a file that has it.
#[derive(Default)]
struct Rewritten(Vec<String>);

impl Rewritten {
    fn of(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(path).expect("a case");
        // A body that is broken on purpose is the compiler's to find.
        let file = syn::parse_file(&text).ok()?;
        let mut rewritten = Self::default();
        rewritten.visit_file(&file);
        Some(rewritten)
    }

    fn add(
        &mut self,
        attributes: &[Attribute],
        without: impl FnOnce(Vec<Attribute>) -> TokenStream,
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
            .push(expand_attribute(args, without(others)).to_string());
    }
}

impl<'ast> Visit<'ast> for Rewritten {
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
fn the_macro_says_what_is_recorded() {
    let mut checked = 0;
    for path in cases("fail") {
        let Some(rewritten) = Rewritten::of(&path) else {
            continue;
        };
        let recorded = fs::read_to_string(path.with_extension("stderr")).expect("a recording");
        let written = rewritten.0.join("\n");
        // The compiler's own errors have a code; the macro's have none.
        let said: Vec<_> = recorded
            .lines()
            .filter_map(|line| line.strip_prefix("error: "))
            .collect();
        for message in said {
            let message = format!("{message:?}");
            let message = message.trim_matches('"');
            if written.contains(message) {
                checked += 1;
            }
        }
    }
    assert!(checked > 90, "only {checked} messages were found");
}

#[test]
fn the_macro_has_nothing_to_say_of_what_compiles() {
    for path in cases("pass") {
        let rewritten = Rewritten::of(&path).expect("a file that compiles");
        for written in rewritten.0 {
            assert!(
                !written.contains("compile_error"),
                "{}: {written}",
                path.display()
            );
        }
    }
}
