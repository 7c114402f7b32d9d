//! The generated code names nothing but what stands under the path of the runtime.

use std::collections::HashSet;

use inference_spec::Key;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use crate::rewrite;

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "const", "fn", "let", "match", "mut", "return", "static",
];

/// All tokens in one row, groups taken apart.
fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) => flat(group.stream()),
            other => vec![other],
        })
        .collect()
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

/// The words of `tokens` that are not the user's, not under `::runtime`, and not names of our own.
fn strangers(tokens: TokenStream, users: &HashSet<String>) -> Vec<String> {
    let tokens = flat(tokens);
    let before = |at: usize, back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
    // `name: value`, in a struct whose path is checked.
    let is_field =
        |at: usize| is_punct(tokens.get(at + 1), ':') && !is_punct(tokens.get(at + 2), ':');
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Ident(word) = token else {
            continue;
        };
        let word = word.to_string();
        let in_a_path = is_punct(before(at, 1), ':') && is_punct(before(at, 2), ':');
        let led = match before(at, 3) {
            Some(TokenTree::Ident(first)) => !KEYWORDS.contains(&first.to_string().as_str()),
            Some(TokenTree::Punct(punct)) => punct.as_char() == '>',
            _ => false,
        };
        let known = word == "runtime"
            || word.to_lowercase().starts_with("__infer")
            || KEYWORDS.contains(&word.as_str())
            || users.contains(&word)
            || is_punct(before(at, 1), '.')
            || is_field(at)
            || (in_a_path && led);
        if !known {
            found.push(word);
        }
    }
    found
}

fn words(tokens: TokenStream) -> HashSet<String> {
    flat(tokens)
        .into_iter()
        .filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word.to_string()),
            _ => None,
        })
        .collect()
}

#[test]
fn generated_code_names_nothing_outside_the_runtime() {
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
            said: Option<Reply>,
            #[prediction(name = "g", input = text.0.lines())] every: Option<Each<Label>>,
        ) -> Result<String, Error> {
            body
        }
    };
    let mut users = words(item.clone());
    // What `#[infer(...)]` says; the names of its arguments are not among what may be written.
    users.extend(["k", "user"].map(String::from));
    let written = rewrite(args.clone(), item.clone());
    assert!(!written.to_string().contains("compile_error"), "{written}");
    assert_eq!(strangers(written, &users), Vec::<String>::new());
}

#[test]
fn a_name_from_elsewhere_is_found() {
    let users = words(quote!(text));
    let written = quote! {
        let __infer_x = ::core::clone::Clone::clone(&text);
        Some(std::mem::take(text)).map(::runtime::f)
    };
    assert_eq!(strangers(written, &users), ["core", "Some", "std"]);
}
