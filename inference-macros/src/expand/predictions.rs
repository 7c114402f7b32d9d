//! The answers: asked one after the other or together, and bound to the user's patterns.

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

/// The statements that ask every question and bind every answer.
pub(super) fn write(plans: &[PredictionPlan], names: &[Names], context: &Context) -> TokenStream {
    if let ([plan], [names]) = (plans, names) {
        let code = PredictionCode::new(plan, names, context);
        let (before, outcome) = (&code.before, code.awaited());
        let bound = failure::bind(plan, names, &outcome, context);
        return quote!(#before #bound);
    }
    let code: Vec<PredictionCode> = plans
        .iter()
        .zip(names)
        .map(|(plan, names)| PredictionCode::new(plan, names, context))
        .collect();
    let before = code
        .iter()
        .filter(|code| code.future.is_one())
        .map(|code| &code.before);
    let futures = code.iter().map(PredictionCode::as_future);
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

/// `(a, (b, c))`, however the pairs are written.
fn nested<T: quote::ToTokens>(
    all: &[T],
    pair: &dyn Fn(&TokenStream, &TokenStream) -> TokenStream,
) -> TokenStream {
    let mut backwards = all.iter().rev().map(|one| quote!(#one));
    let last = backwards.next().unwrap_or_default();
    backwards.fold(last, |rest, first| pair(&first, &rest))
}

/// One question, put.
struct PredictionCode {
    /// Statements, of which the call is the last.
    before: TokenStream,
    future: Future,
}

/// What the outcome of a question comes from.
enum Future {
    /// An expression that is a future.
    One(TokenStream),
    /// An expression that awaits one or more.
    Steps(TokenStream),
}

impl Future {
    fn is_one(&self) -> bool {
        matches!(self, Self::One(_))
    }
}

impl PredictionCode {
    fn new(plan: &PredictionPlan, names: &Names, context: &Context) -> Self {
        let (ty, call) = (&plan.ty, &names.call);
        let before = call::write(plan, names, context);
        let krate = &context.krate;
        let marker = plan.task.marker();
        let task = quote!(#krate::task::#marker);
        // What does not fit the type is said at the type.
        let span = Span::mixed_site().located_at(ty.span());
        let [deliver, hold] = ["deliver", "hold"].map(|method| Ident::new(method, span));
        let future = match (&plan.postprocess, &plan.failure) {
            (Some(hook), failure) => {
                let outcome = quote!(#krate::__private::predict(#call).await);
                let made = hooks::postprocess(
                    &hook.0,
                    &outcome,
                    &generated_ident("output", ""),
                    value_type(ty),
                    context,
                );
                Future::Steps(match failure {
                    FailureAction::Deliver => quote!(#made.#hold::<#ty>()),
                    _ => quote!(#made.#deliver::<#ty>()),
                })
            }
            (None, FailureAction::Deliver) => {
                let trait_ = quote!(#krate::__private::Receives<#task>);
                Future::One(LocatedType(ty).call(&trait_, "begin", &quote!(#call)))
            }
            (None, _) => {
                let trait_ = quote!(#krate::Receive<#task>);
                Future::One(LocatedType(ty).call(&trait_, "begin", &quote!(#call)))
            }
        };
        // The input is prepared within the question's own future, so that none waits for another's.
        let future = match (&plan.preprocess, future) {
            (Some(_), Future::One(future)) => Future::Steps(quote!(#future.await)),
            (_, future) => future,
        };
        Self { before, future }
    }

    /// The outcome of a question that is asked alone.
    fn awaited(&self) -> TokenStream {
        match &self.future {
            Future::One(future) => quote!(#future.await),
            Future::Steps(steps) => steps.clone(),
        }
    }

    /// The question as one of several futures.
    fn as_future(&self) -> TokenStream {
        let before = &self.before;
        match &self.future {
            Future::One(future) => future.clone(),
            Future::Steps(steps) => quote!(async { #before #steps }),
        }
    }
}
