//! The registry of operations: their source locations, and running one by its name.

mod round_trip;
mod run;

use axum::Json;
use inference_runtime::{operation::Registered, prelude::*};

fn operation(name: &str) -> &'static Registered {
    let all = Inference::operations();
    let found = all.into_iter().find(|operation| operation.name() == name);
    found.unwrap_or_else(|| panic!("no operation `{name}`"))
}

/// Judges a review.
///
/// * Once.
#[infer(model = "org/model", task = "text-classification")]
async fn free(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

const FREE_LINE: u32 = line!() - 5;

#[test]
fn free_function_has_its_name_module_file_line_and_doc_comment() {
    let _ = free;
    let operation = operation("behaviour::registry::free");
    assert_eq!(operation.function(), "free");
    assert_eq!(operation.module(), "behaviour::registry");
    assert!(
        operation.file().ends_with("registry/mod.rs"),
        "{}",
        operation.file()
    );
    assert_eq!(operation.line(), FREE_LINE);
    assert_eq!(operation.doc(), Some("Judges a review.\n\n* Once."));
    assert_eq!(operation.task(), "text-classification");
    assert_eq!(operation.models()[0].name(), "org/model");
}

struct Critic {
    inference: Inference,
}

impl Critic {
    /// Reads it first.
    #[infer(
        model = "org/model",
        task = "text-classification",
        runtime = self.inference,
        name = "registry.critic"
    )]
    async fn r#match(
        &self,
        text: &str,
        #[prediction] label: Label,
    ) -> Result<String, InferenceError> {
        Ok(label.label)
    }
}

#[tokio::test]
async fn method_with_an_explicit_name_keeps_its_function_name() {
    let (_, backend) = inference_tests::models::sentiment();
    let inference = inference_tests::models::runtime(backend);
    let critic = Critic { inference };
    assert_eq!(critic.r#match("good").await.expect("an answer"), "POSITIVE");
    let operation = operation("registry.critic");
    assert_eq!(operation.function(), "match");
    assert_eq!(operation.module(), "behaviour::registry");
    assert_eq!(operation.doc(), Some("Reads it first."));
}

#[infer(task = "text-classification")]
async fn two(
    text: String,
    #[prediction(model = "org/mood")] mood: Label,
    #[prediction(model = "org/tone")] tone: Label,
) -> Result<Json<[Label; 2]>, InferenceError> {
    Ok(Json([mood, tone]))
}

#[test]
fn predictions_of_one_function_share_its_location() {
    let _ = two;
    let [mood, tone] =
        ["mood", "tone"].map(|name| operation(&format!("behaviour::registry::two::{name}")));
    assert_eq!(mood.function(), "two");
    assert_eq!(mood.location(), tone.location());
    assert_eq!(mood.doc(), None);
}

macro_rules! classifier {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[infer(model = "org/model", task = "text-classification")]
        async fn $name(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
            Ok(label.label)
        }
    };
}

classifier! {
    /// Written by a macro.
    by_macro
}

const BY_MACRO_LINE: u32 = line!() - 5;

#[test]
fn handler_expanded_from_a_macro_has_the_line_of_the_macro_call() {
    let _ = by_macro;
    let operation = operation("behaviour::registry::by_macro");
    assert_eq!(operation.function(), "by_macro");
    assert_eq!(operation.line(), BY_MACRO_LINE);
    assert_eq!(operation.doc(), Some("Written by a macro."));
}
