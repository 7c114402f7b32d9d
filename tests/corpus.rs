//! Runs the fuzz targets on their corpus, as regression tests. libFuzzer is not needed.

#![allow(clippy::expect_used, reason = "a failed precondition fails the test")]

use std::{
    collections::BTreeSet,
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
};

use inference_runtime::__fuzz::TARGETS;

fn fuzz_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

/// Returns the names of the entries of a folder, without extensions.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("the folder should be readable");
    entries
        .map(|entry| {
            let path = entry.expect("the entry should be readable").path();
            let name = path
                .file_stem()
                .expect("the path should have a name")
                .to_str();
            name.expect("the name should be UTF-8").to_owned()
        })
        .collect()
}

#[test]
fn fuzz_targets_do_not_panic_on_their_corpus() {
    let mut failed = Vec::new();
    for (name, target) in TARGETS {
        let folder = fuzz_folder().join("corpus").join(name);
        for input in names(&folder) {
            let bytes = fs::read(folder.join(&input)).expect("the file should be readable");
            if catch_unwind(|| target(&bytes)).is_err() {
                failed.push(format!("{name}/{input}"));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn every_fuzz_target_has_a_program_and_a_corpus() {
    let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&fuzz_folder().join("fuzz_targets")), targets);
    assert_eq!(names(&fuzz_folder().join("corpus")), targets);
    let manifest = fs::read_to_string(fuzz_folder().join("Cargo.toml"))
        .expect("the manifest should be readable");
    for name in targets {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}
