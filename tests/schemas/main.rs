//! The tasks against the JSON schemas that Hugging Face publishes for them in `@huggingface/tasks`: what is sent for a
//! request with every parameter set, and the typed output of an answer in the schema's own form.
//!
//! Where the two differ on purpose, the difference is in the list, with its reason. A difference that is not listed
//! fails, and so does one that is listed and no longer there.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod case;
mod chat;
mod differences;
mod generated;
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
use differences::{DIFFERENCES, OUT, Side, found};
use package::{Package, Schema};

/// The package. Without it there is nothing to check, which is said where libtest captures nothing.
fn package() -> Option<Package> {
    static SAID: Once = Once::new();
    let package = Package::fetched();
    if package.is_none() {
        SAID.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "\n*** SKIPPED: the schemas of @huggingface/tasks are not there; help: run scripts/fetch-schemas\n"
            );
        });
    }
    package
}

async fn cases() -> Vec<Case> {
    [
        text::cases().await,
        media::cases().await,
        generated::cases().await,
        chat::cases().await,
    ]
    .concat()
}

/// The schema of what a task's typed output stands for.
fn output<'p>(package: &'p Package, case: &Case) -> Schema<'p> {
    let schema = package.schema(case.task, "output");
    match case.task {
        // A reply is one of the answer's choices.
        "chat-completion" => schema.definition("ChatCompletionOutputComplete"),
        _ => schema,
    }
}

#[tokio::test]
async fn every_task_with_schemas_is_compared_or_left_out() {
    let Some(package) = package() else { return };
    let cases = cases().await;
    let ours: BTreeSet<_> = cases
        .iter()
        .map(|case| case.task)
        .chain(OUT.iter().map(|(task, _)| *task))
        .map(str::to_owned)
        .collect();
    assert_eq!(ours, package.tasks());
}

#[tokio::test]
async fn answers_in_the_form_of_the_schemas_are_whole() {
    let Some(package) = package() else { return };
    for case in cases().await {
        let schema = package.schema(case.task, "output");
        // Names beyond the schema are fine here: they mend what it misspells.
        let amiss: Vec<_> = found(&schema, &case.answer)
            .into_iter()
            .filter(|difference| !difference.starts_with("more: "))
            .collect();
        assert!(amiss.is_empty(), "{}: {amiss:#?}", case.task);
    }
}

#[tokio::test]
async fn requests_differ_where_they_should() {
    let Some(package) = package() else { return };
    let amiss: Vec<_> = cases()
        .await
        .iter()
        .flat_map(|case| {
            let schema = package.schema(case.task, "input");
            unlike_the_list(Side::Request, case.task, &found(&schema, &case.request))
        })
        .collect();
    assert!(amiss.is_empty(), "{amiss:#?}");
}

#[tokio::test]
async fn outputs_differ_where_they_should() {
    let Some(package) = package() else { return };
    let amiss: Vec<_> = cases()
        .await
        .iter()
        .flat_map(|case| {
            let schema = output(&package, case);
            unlike_the_list(Side::Output, case.task, &found(&schema, &case.output))
        })
        .collect();
    assert!(amiss.is_empty(), "{amiss:#?}");
}

/// Differences that are not in the list, and those that are in the list only.
fn unlike_the_list(side: Side, task: &str, found: &BTreeSet<String>) -> Vec<String> {
    let listed: BTreeMap<&str, &str> = DIFFERENCES
        .iter()
        .filter(|difference| difference.side == side && difference.tasks.contains(&task))
        .flat_map(|difference| difference.what.iter().map(|what| (*what, difference.why)))
        .collect();
    let new = found
        .iter()
        .filter(|what| !listed.contains_key(what.as_str()))
        .map(|what| format!("{task}: not in the list: {what}"));
    let gone = listed
        .iter()
        .filter(|(what, _)| !found.contains(**what))
        .map(|(what, why)| format!("{task}: no longer there: {what} ({why})"));
    new.chain(gone).collect()
}
