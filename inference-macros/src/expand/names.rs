//! The names that generated code uses. None of them can meet a name of the user's.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Pat;
use syn::ext::IdentExt;

use crate::operation::{Question, Scene};

/// What every part of one function's code refers to.
pub(super) struct Scope {
    /// The path of the runtime crate.
    pub(super) krate: TokenStream,
    /// Whether the user has given it.
    given: bool,
    /// The name that holds the `Inference`, or a reference to it.
    pub(super) inference: Ident,
    /// An expression of type `&Inference`.
    pub(super) borrowed: TokenStream,
}

impl Scope {
    pub(super) fn new(scene: &Scene) -> Self {
        let krate = match &scene.krate {
            Some(path) => path.to_token_stream(),
            None => quote!(::inference_runtime),
        };
        let inference = local("inference", "");
        let borrowed = match scene.runtime {
            Some(_) => quote!(#inference),
            None => quote!(&#inference),
        };
        Self {
            krate,
            given: scene.krate.is_some(),
            inference,
            borrowed,
        }
    }

    /// The path of the runtime crate in code about what stands at `span`. A path of the user's stays in its own
    /// place.
    pub(super) fn krate_at(&self, span: Span) -> TokenStream {
        if self.given {
            return self.krate.clone();
        }
        let placed = |mut token: TokenTree| {
            token.set_span(span);
            token
        };
        self.krate.clone().into_iter().map(placed).collect()
    }
}

/// The names of one prediction's parts.
pub(super) struct Names {
    pub(super) operation: Ident,
    pub(super) input: Ident,
    pub(super) call: Ident,
    pub(super) outcome: Ident,
}

impl Names {
    /// Names for each of the questions; a single one gets the short ones.
    pub(super) fn of(questions: &[Question]) -> Vec<Self> {
        let several = questions.len() > 1;
        questions
            .iter()
            .enumerate()
            .map(|(at, question)| {
                let suffix = if several {
                    suffix(question, at)
                } else {
                    String::new()
                };
                Self {
                    operation: local("operation", &suffix).shouted(),
                    input: local("input", &suffix),
                    call: local("call", &suffix),
                    outcome: local("outcome", &suffix),
                }
            })
            .collect()
    }
}

fn suffix(question: &Question, at: usize) -> String {
    match &question.pat {
        Pat::Ident(pat) => format!("_{}", pat.ident.unraw()),
        _ => format!("_{}", at + 1),
    }
}

/// A name that only generated code can say.
pub(super) fn local(name: &str, suffix: &str) -> Ident {
    Ident::new(&format!("__infer_{name}{suffix}"), Span::mixed_site())
}

trait Shouted {
    fn shouted(self) -> Self;
}

impl Shouted for Ident {
    /// The name of a static.
    fn shouted(self) -> Self {
        Ident::new(&self.to_string().to_uppercase(), self.span())
    }
}
