//! Compares the tasks with the JSON schemas that Hugging Face publishes in `@huggingface/tasks`: the request with every
//! parameter set, and the typed output of an answer in the form of the schema.
//!
//! Intentional differences are listed with their reasons. The tests fail for a difference that is not listed, and for a
//! listed one that no longer exists.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a failed precondition fails the test"
)]

mod case;
mod chat;
mod differences;
mod generative;
mod media;
mod names;
mod package;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    sync::Once,
};

use case::Case;
use differences::{DIFFERENCES, EXCLUDED_TASKS, Side, find_differences};
use package::{Package, Schema};

/// Returns the package. Without it nothing is checked, which is reported on standard error, where libtest does not
/// capture it.
fn package() -> Option<Package> {
    static REPORTED: Once = Once::new();
    let package = Package::load();
    if package.is_none() {
        REPORTED.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "\n*** SKIPPED: the schemas of @huggingface/tasks are missing; help: run scripts/fetch-schemas\n"
            );
        });
    }
    package
}

async fn cases() -> Vec<Case> {
    [
        text::cases().await,
        media::cases().await,
        generative::cases().await,
        chat::cases().await,
    ]
    .concat()
}

/// Returns the schema of a task's typed output.
fn output<'p>(package: &'p Package, case: &Case) -> Schema<'p> {
    let schema = package.schema(case.task, "output");
    match case.task {
        // The output is one of the choices.
        "chat-completion" => schema.definition("ChatCompletionOutputComplete"),
        _ => schema,
    }
}

#[tokio::test]
async fn every_task_with_schemas_is_compared_or_excluded() {
    let Some(package) = package() else { return };
    let cases = cases().await;
    let known: BTreeSet<_> = cases
        .iter()
        .map(|case| case.task)
        .chain(EXCLUDED_TASKS.iter().map(|(task, _)| *task))
        .map(str::to_owned)
        .collect();
    assert_eq!(known, package.tasks());
}

#[tokio::test]
async fn sample_answers_satisfy_their_schemas() {
    let Some(package) = package() else { return };
    for case in cases().await {
        let schema = package.schema(case.task, "output");
        // Additional names are accepted: they correct misspellings in the schema.
        let violations: Vec<_> = find_differences(&schema, &case.answer)
            .into_iter()
            .filter(|difference| !difference.starts_with("more: "))
            .collect();
        assert!(violations.is_empty(), "{}: {violations:#?}", case.task);
    }
}

#[tokio::test]
async fn requests_differ_from_the_schemas_as_listed() {
    let Some(package) = package() else { return };
    let violations: Vec<_> = cases()
        .await
        .iter()
        .flat_map(|case| {
            let schema = package.schema(case.task, "input");
            unlisted_differences(
                Side::Request,
                case.task,
                &find_differences(&schema, &case.request),
            )
        })
        .collect();
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test]
async fn outputs_differ_from_the_schemas_as_listed() {
    let Some(package) = package() else { return };
    let violations: Vec<_> = cases()
        .await
        .iter()
        .flat_map(|case| {
            let schema = output(&package, case);
            unlisted_differences(
                Side::Output,
                case.task,
                &find_differences(&schema, &case.output),
            )
        })
        .collect();
    assert!(violations.is_empty(), "{violations:#?}");
}

/// Returns the differences that are not listed, and the listed ones that were not found.
fn unlisted_differences(
    side: Side,
    task: &str,
    find_differences: &BTreeSet<String>,
) -> Vec<String> {
    let listed: BTreeMap<&str, &str> = DIFFERENCES
        .iter()
        .filter(|difference| difference.side == side && difference.tasks.contains(&task))
        .flat_map(|difference| difference.what.iter().map(|what| (*what, difference.why)))
        .collect();
    let new = find_differences
        .iter()
        .filter(|what| !listed.contains_key(what.as_str()))
        .map(|what| format!("{task}: not listed: {what}"));
    let gone = listed
        .iter()
        .filter(|(what, _)| !find_differences.contains(**what))
        .map(|(what, why)| format!("{task}: no longer found: {what} ({why})"));
    new.chain(gone).collect()
}
