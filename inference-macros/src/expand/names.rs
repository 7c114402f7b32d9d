//! The names that generated code uses. None of them can meet a name of the user's.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Pat;
use syn::ext::IdentExt;

use crate::operation::{PredictionPlan, Target};

/// What every part of one function's code refers to.
pub(super) struct Context {
    /// The path of the runtime crate.
    pub(super) krate: TokenStream,
    /// Whether the user has given it.
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

    /// The path of the runtime crate in code about what stands at `span`. A path of the user's stays in its own
    /// place.
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

/// The names of one prediction's parts.
pub(super) struct Names {
    pub(super) operation: Ident,
    pub(super) input: Ident,
    pub(super) call: Ident,
    pub(super) outcome: Ident,
}

impl Names {
    /// Names for each of the questions; a single one gets the short ones.
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

/// A name that only generated code can say.
pub(super) fn generated_ident(name: &str, suffix: &str) -> Ident {
    Ident::new(&format!("__infer_{name}{suffix}"), Span::mixed_site())
}

trait ToStaticName {
    fn to_static_name(self) -> Self;
}

impl ToStaticName for Ident {
    /// The name of a static.
    fn to_static_name(self) -> Self {
        Ident::new(&self.to_string().to_uppercase(), self.span())
    }
}
