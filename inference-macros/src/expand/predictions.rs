//! The statements that make all predictions, one or several at once, and bind their answers to the parameters' patterns.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;
use syn::spanned::Spanned;

use super::call;
use super::failure;
use super::hooks;
use super::located_type::LocatedType;
use super::names::{Context, Names, generated_ident};
use crate::handler::value_type;
use crate::operation::{FailureAction, PredictionPlan};
use crate::tasks::marker;

/// Returns the statements that make every prediction and bind every answer.
pub(super) fn write(plans: &[PredictionPlan], names: &[Names], context: &Context) -> TokenStream {
    if let ([plan], [names]) = (plans, names) {
        let code = PredictionCode::new(plan, names, context);
        let (before, outcome) = (&code.before, code.awaited());
        let bound = failure::bind(plan, names, &outcome, context);
        return quote!(#before #bound);
    }
    let codes: Vec<PredictionCode> = plans
        .iter()
        .zip(names)
        .map(|(plan, names)| PredictionCode::new(plan, names, context))
        .collect();
    let before = codes
        .iter()
        .filter(|code| code.outcome.is_future())
        .map(|code| &code.before);
    let futures = codes.iter().map(PredictionCode::as_future);
    let outcomes: Vec<&Ident> = names.iter().map(|names| &names.outcome).collect();
    let pattern = nested(&outcomes, &|first, rest| quote!((#first, #rest)));
    let krate = &context.krate;
    let futures: Vec<TokenStream> = futures.collect();
    let joined = nested(
        &futures,
        &|first, rest| quote!(#krate::__private::join(#first, #rest)),
    );
    let bound = plans.iter().zip(names).map(|(plan, names)| {
        let outcome = &names.outcome;
        failure::bind(plan, names, &quote!(#outcome), context)
    });
    quote! {
        #(#before)*
        let #pattern = #joined.await;
        #(#bound)*
    }
}

/// Nests the items in pairs, as in `(a, (b, c))`.
fn nested<T: quote::ToTokens>(
    all: &[T],
    pair: &dyn Fn(&TokenStream, &TokenStream) -> TokenStream,
) -> TokenStream {
    let mut backwards = all.iter().rev().map(|one| quote!(#one));
    let last = backwards.next().unwrap_or_default();
    backwards.fold(last, |rest, first| pair(&first, &rest))
}

/// The generated code of one prediction.
struct PredictionCode {
    /// The statements up to and including the one that binds the call.
    before: TokenStream,
    outcome: Outcome,
}

/// The code that produces the outcome of a prediction.
enum Outcome {
    /// An expression of a future type.
    Future(TokenStream),
    /// An expression that awaits futures, to be placed in an `async` block.
    Awaited(TokenStream),
}

impl Outcome {
    fn is_future(&self) -> bool {
        matches!(self, Self::Future(_))
    }
}

impl PredictionCode {
    fn new(plan: &PredictionPlan, names: &Names, context: &Context) -> Self {
        let (ty, call) = (&plan.ty, &names.call);
        let before = call::write(plan, names, context);
        let krate = &context.krate;
        let marker = marker(plan.task);
        let task = quote!(#krate::task::#marker);
        // An unsupported type is reported at the type.
        let span = Span::mixed_site().located_at(ty.span());
        let [deliver, hold] = ["deliver", "hold"].map(|method| Ident::new(method, span));
        let outcome = match (&plan.postprocess, &plan.failure) {
            (Some(hook), failure) => {
                let predicted = quote!(#krate::__private::predict(#call).await);
                let made = hooks::postprocess(
                    &hook.0,
                    &predicted,
                    &generated_ident("output", ""),
                    value_type(ty),
                    context,
                );
                Outcome::Awaited(match failure {
                    FailureAction::Deliver => quote!(#made.#hold::<#ty>()),
                    _ => quote!(#made.#deliver::<#ty>()),
                })
            }
            (None, FailureAction::Deliver) => {
                let trait_ = quote!(#krate::__private::Receives<#task>);
                Outcome::Future(LocatedType(ty).call(&trait_, "begin", &quote!(#call)))
            }
            (None, _) => {
                let trait_ = quote!(#krate::Receive<#task>);
                Outcome::Future(LocatedType(ty).call(&trait_, "begin", &quote!(#call)))
            }
        };
        // `preprocess` runs in the prediction's own future, so that predictions do not wait for each other.
        let outcome = match (&plan.preprocess, outcome) {
            (Some(_), Outcome::Future(future)) => Outcome::Awaited(quote!(#future.await)),
            (_, outcome) => outcome,
        };
        Self { before, outcome }
    }

    /// Returns an expression for the outcome of a single prediction.
    fn awaited(&self) -> TokenStream {
        match &self.outcome {
            Outcome::Future(future) => quote!(#future.await),
            Outcome::Awaited(expression) => expression.clone(),
        }
    }

    /// Returns an expression for the future of one of several predictions.
    fn as_future(&self) -> TokenStream {
        let before = &self.before;
        match &self.outcome {
            Outcome::Future(future) => future.clone(),
            Outcome::Awaited(expression) => quote!(async { #before #expression }),
        }
    }
}
