//! Compares expansions with the snapshots in `snapshots/`.
//!
//! `BLESS=1 cargo test -p inference-macros` records them again.

mod paths;

use std::{env, fs, path::Path};

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand_attribute;

/// Returns the formatted expansion.
fn expanded(args: TokenStream, item: TokenStream) -> String {
    let tokens = expand_attribute(args, item);
    let file = syn::parse2(tokens).expect("the expansion is a list of items");
    prettyplease::unparse(&file)
}

/// Compares an expansion with the snapshot `name`.
fn compare(name: &str, expansion: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("snapshots")
        .join(name);
    if env::var_os("BLESS").is_some() {
        fs::write(&path, expansion).expect("snapshots/ can be written");
    }
    let recorded = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        recorded, expansion,
        "snapshots/{name} differs; BLESS=1 records it again"
    );
}

fn readme() -> String {
    expanded(
        quote! {
            model = "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
            task = "text-classification",
            input = review.text,
            cache = "5m",
            fallback = Label::new("NEUTRAL", 0.0),
        },
        quote! {
            async fn sentiment(Json(review): Json<Review>, #[prediction] label: Label) -> Json<Label> {
                Json(label)
            }
        },
    )
}

#[test]
fn readme_handler() {
    compare("the_readme_handler.rs", &readme());
}

#[test]
fn readme_handler_expands_to_fewer_than_30_lines() {
    let lines = readme().lines().count();
    assert!(lines < 30, "{lines} lines");
}

#[test]
fn every_argument() {
    let expansion = expanded(
        quote! {
            model = ["org/name:hf-inference", "ollama::llama3.2:3b"],
            task = "text-classification",
            parameters(top_k = query.k, function_to_apply = "softmax"),
            preprocess = clean,
            postprocess = |labels| labels.len(),
            cache(ttl = "1h 30m", scope = user.id, key = (user.id, text.len())),
            fallback = |error| count(error).await,
            timeout = "3s",
            name = "counted",
            max_input = "64KB",
            crate = ::elsewhere::inference,
        },
        quote! {
            pub(crate) async fn handler<Q>(user: User, text: String, #[prediction] n: Prediction<usize>) -> String
            where
                Q: Copy,
            {
                n.to_string()
            }
        },
    );
    compare("everything_given.rs", &expansion);
}

#[test]
fn every_policy_on() {
    let expansion = expanded(
        quote! {
            model = "org/name",
            task = "text-classification",
            cache(
                ttl = "5m",
                stale_if_error = "1h",
                stale_while_revalidate = "1m",
                client_control = true,
                single_flight = "cluster"
            ),
            timeout = "3s",
            retry(attempts = 3, backoff = "50ms", attempt_timeout = "1s"),
            circuit_breaker(failures = 7),
            rate_limit = "5/10s",
            concurrency = 16,
            hedge = "300ms",
            allow(model = ["org/*", "local::*"], timeout = "1s..=10s", retry = ..=3, cache),
        },
        quote! {
            async fn handler(text: String, #[prediction] label: Option<Label>) {}
        },
    );
    compare("every_policy.rs", &expansion);
}

#[test]
fn every_policy_off() {
    let expansion = expanded(
        quote! {
            model = "org/name",
            task = "text-classification",
            cache = false,
            retry = false,
            attempt_timeout = false,
            circuit_breaker = false,
            rate_limit = false,
            concurrency = false,
            hedge = false,
            allow(),
        },
        quote! {
            async fn handler(text: String, #[prediction] label: Option<Label>) {}
        },
    );
    compare("every_policy_off.rs", &expansion);
}

#[test]
fn several_predictions() {
    let expansion = expanded(
        quote!(task = "text-classification", runtime = self.inference),
        quote! {
            async fn handler(
                &self,
                text: Json<String>,
                #[prediction(model = "org/a")] mut a: Label,
                #[prediction(model = "org/b", preprocess = clean)] b: Option<Label>,
                #[prediction(model = "org/c", postprocess = From::from)] (x, y): Point,
            ) -> Result<String, Failure> {
                Ok(a)
            }
        },
    );
    compare("several_predictions.rs", &expansion);
}

#[test]
fn custom_task_with_parameters() {
    let expansion = expanded(
        quote!(
            model = "org/name",
            task = "custom",
            parameters(steps = 3, r#type = kind)
        ),
        quote! {
            async fn handler(kind: Kind, text: String, #[prediction] value: Option<Value>) -> String { todo!() }
        },
    );
    compare("a_model_that_takes_any_parameter.rs", &expansion);
}

#[test]
fn prompt_and_system() {
    let expansion = expanded(
        quote!(
            model = "org/name:fastest",
            prompt = "Summarise {{briefly}}: {review.text}",
            system = "You speak {language}."
        ),
        quote! {
            async fn handler(
                Path(language): Path<String>,
                Json(review): Json<Review>,
                #[prediction] reply: Option<TextStream>,
            ) -> Response {
                reply.into_response()
            }
        },
    );
    compare("a_prompt.rs", &expansion);
}

#[test]
fn several_inputs() {
    let expansion = expanded(
        quote!(model = "org/name", task = "text-classification"),
        quote! {
            async fn handler(
                Json(texts): Json<Vec<String>>,
                #[prediction] all: Option<Each<Label>>,
                #[prediction(input = texts.iter().take(3))] some: Result<Each<Label>, InferenceError>,
            ) {}
        },
    );
    compare("several_inputs.rs", &expansion);
}

#[test]
fn invalid_argument_expands_to_a_handler_with_declared_predictions() {
    let expansion = expanded(
        quote!(
            model = "org/name",
            task = "text-classification",
            timeout = 3
        ),
        quote! {
            async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
                Ok(label.label)
            }
        },
    );
    compare("a_mistake.rs", &expansion);
}

#[test]
fn incomplete_body_is_unchanged() {
    let expansion = expand_attribute(
        quote!(
            model = "org/name",
            task = "text-classification",
            input = text
        ),
        quote! {
            async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
                let x = label.
            }
        },
    );
    let expansion = expansion.to_string();
    assert!(expansion.contains("let x = label ."), "{expansion}");
    assert!(!expansion.contains("compile_error"), "{expansion}");
}

#[test]
fn invalid_item_expands_without_prediction_attributes() {
    let expansion = expand_attribute(
        quote!(),
        quote!(async fn handler(text: String #[prediction] label: Label) {}),
    );
    assert!(!expansion.to_string().contains("prediction"), "{expansion}");
}
