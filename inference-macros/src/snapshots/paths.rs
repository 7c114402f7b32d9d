//! Checks that all paths in generated code begin with the path of the runtime.

use std::collections::HashSet;

use inference_spec::Key;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use crate::expand_attribute;

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "const", "fn", "let", "match", "mut", "return", "static",
];

/// Returns all tokens, with groups flattened.
fn flatten(tokens: TokenStream) -> Vec<TokenTree> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) => flatten(group.stream()),
            other => vec![other],
        })
        .collect()
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

/// Returns the identifiers of `tokens` that are neither the user's, nor under `::runtime`, nor generated names.
fn foreign_idents(tokens: TokenStream, user_idents: &HashSet<String>) -> Vec<String> {
    let tokens = flatten(tokens);
    let before = |at: usize, back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
    // `name: value`, in a struct literal whose path is checked.
    let is_field =
        |at: usize| is_punct(tokens.get(at + 1), ':') && !is_punct(tokens.get(at + 2), ':');
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Ident(word) = token else {
            continue;
        };
        let word = word.to_string();
        let in_path = is_punct(before(at, 1), ':') && is_punct(before(at, 2), ':');
        let has_leading_segment = match before(at, 3) {
            Some(TokenTree::Ident(first)) => !KEYWORDS.contains(&first.to_string().as_str()),
            Some(TokenTree::Punct(punct)) => punct.as_char() == '>',
            _ => false,
        };
        let known = word == "runtime"
            || word.to_lowercase().starts_with("__infer")
            || KEYWORDS.contains(&word.as_str())
            || user_idents.contains(&word)
            || is_punct(before(at, 1), '.')
            || is_field(at)
            || (in_path && has_leading_segment);
        if !known {
            found.push(word);
        }
    }
    found
}

/// Returns the identifiers of `tokens`.
fn idents(tokens: TokenStream) -> HashSet<String> {
    flatten(tokens)
        .into_iter()
        .filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word.to_string()),
            _ => None,
        })
        .collect()
}

#[test]
fn generated_code_refers_only_to_the_runtime() {
    let policies: TokenStream = Key::ALL
        .iter()
        .filter(|key| **key != Key::Cache)
        .map(|key| format!("{},", key.rule().example).parse::<TokenStream>())
        .collect::<Result<_, _>>()
        .expect("examples are arguments");
    let args = quote! {
        model = ["org/name", "local::sentiment"],
        task = "text-classification",
        parameters(top_k = k, function_to_apply = "softmax"),
        #policies
        cache(ttl = "5m", scope = user, key = user),
        allow(model = "*", timeout = "..=10s", cache),
        crate = ::runtime,
    };
    let item = quote! {
        async fn handler(
            text: Json<String>,
            #[prediction(fallback = neutral)] plain: Label,
            #[prediction(name = "b", cache = false, fallback = |why| neutral(why), preprocess = |a| b)] closed: Prediction<Label>,
            #[prediction(name = "c", postprocess = From::from)] made: Verdict,
            #[prediction(name = "d", postprocess = judge)] held: Option<Verdict>,
            #[prediction(name = "e")] perhaps: Option<Label>,
            #[prediction(name = "f", model = "org/chat", parameters(tool_choice = "auto"), prompt = "Say {text.0}.", system = "Be kind.")]
            reply: Option<Reply>,
            #[prediction(name = "g", input = text.0.lines())] every: Option<Each<Label>>,
        ) -> Result<String, Error> {
            body
        }
    };
    let mut user_idents = idents(item.clone());
    // Values of `#[infer(...)]`. The names of its arguments must not occur in the expansion.
    user_idents.extend(["k", "user"].map(String::from));
    let expansion = expand_attribute(args.clone(), item.clone());
    assert!(
        !expansion.to_string().contains("compile_error"),
        "{expansion}"
    );
    assert_eq!(
        foreign_idents(expansion, &user_idents),
        Vec::<String>::new()
    );
}

#[test]
fn paths_outside_the_runtime_are_found() {
    let user_idents = idents(quote!(text));
    let expansion = quote! {
        let __infer_x = ::core::clone::Clone::clone(&text);
        Some(std::mem::take(text)).map(::runtime::f)
    };
    assert_eq!(
        foreign_idents(expansion, &user_idents),
        ["core", "Some", "std"]
    );
}
