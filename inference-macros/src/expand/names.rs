//! The names in generated code. They cannot collide with a name of the user's.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Pat;
use syn::ext::IdentExt;

use crate::operation::{PredictionPlan, Target};

/// The names shared by all generated code of one function.
pub(super) struct Context {
    /// The path of the runtime crate.
    pub(super) krate: TokenStream,
    /// Whether the path was given with `crate`.
    krate_given: bool,
    /// The name that holds the `Inference`, or a reference to it.
    pub(super) inference: Ident,
    /// An expression of type `&Inference`.
    pub(super) inference_ref: TokenStream,
}

impl Context {
    pub(super) fn new(target: &Target) -> Self {
        let krate = match &target.krate {
            Some(path) => path.to_token_stream(),
            None => quote!(::inference_runtime),
        };
        let inference = generated_ident("inference", "");
        let inference_ref = match target.runtime {
            Some(_) => quote!(#inference),
            None => quote!(&#inference),
        };
        Self {
            krate,
            krate_given: target.krate.is_some(),
            inference,
            inference_ref,
        }
    }

    /// Returns the path of the runtime crate with its tokens at `span`. A path given with `crate` keeps its own spans.
    pub(super) fn krate_at(&self, span: Span) -> TokenStream {
        if self.krate_given {
            return self.krate.clone();
        }
        let placed = |mut token: TokenTree| {
            token.set_span(span);
            token
        };
        self.krate.clone().into_iter().map(placed).collect()
    }
}

/// The local names of one prediction.
pub(super) struct Names {
    pub(super) operation: Ident,
    pub(super) input: Ident,
    pub(super) call: Ident,
    pub(super) outcome: Ident,
}

impl Names {
    /// Returns the names of each prediction. With a single prediction they have no suffix.
    pub(super) fn from_plans(plans: &[PredictionPlan]) -> Vec<Self> {
        let several = plans.len() > 1;
        plans
            .iter()
            .enumerate()
            .map(|(at, plan)| {
                let suffix = if several {
                    suffix(plan, at)
                } else {
                    String::new()
                };
                Self {
                    operation: generated_ident("operation", &suffix).to_static_name(),
                    input: generated_ident("input", &suffix),
                    call: generated_ident("call", &suffix),
                    outcome: generated_ident("outcome", &suffix),
                }
            })
            .collect()
    }
}

fn suffix(plan: &PredictionPlan, at: usize) -> String {
    match &plan.pat {
        Pat::Ident(pat) => format!("_{}", pat.ident.unraw()),
        _ => format!("_{}", at + 1),
    }
}

/// Returns an identifier that only generated code can refer to.
pub(super) fn generated_ident(name: &str, suffix: &str) -> Ident {
    Ident::new(&format!("__infer_{name}{suffix}"), Span::mixed_site())
}

trait ToStaticName {
    fn to_static_name(self) -> Self;
}

impl ToStaticName for Ident {
    /// Returns the identifier in upper case.
    fn to_static_name(self) -> Self {
        Ident::new(&self.to_string().to_uppercase(), self.span())
    }
}
