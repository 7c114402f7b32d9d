//! The answers: asked one after the other or together, and bound to the user's patterns.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Type};

use super::call;
use super::failure;
use super::hooks;
use super::names::{Names, Scope, local};
use crate::handler::{argument_of, type_name};
use crate::operation::{Failure, Question};

/// The statements that ask every question and bind every answer.
pub(super) fn write(questions: &[Question], names: &[Names], scope: &Scope) -> TokenStream {
    if let ([question], [names]) = (questions, names) {
        let Asked { before, future } = Asked::of(question, names, scope);
        let outcome = future.awaited();
        let bound = failure::bind(question, names, &outcome, scope);
        return quote!(#before #bound);
    }
    let asked: Vec<Asked> = questions
        .iter()
        .zip(names)
        .map(|(question, names)| Asked::of(question, names, scope))
        .collect();
    let before = asked
        .iter()
        .filter(|asked| asked.future.is_one())
        .map(|asked| &asked.before);
    let futures = asked.iter().map(Asked::as_future);
    let outcomes: Vec<&Ident> = names.iter().map(|names| &names.outcome).collect();
    let pattern = nested(&outcomes, &|first, rest| quote!((#first, #rest)));
    let krate = &scope.krate;
    let futures: Vec<TokenStream> = futures.collect();
    let joined = nested(
        &futures,
        &|first, rest| quote!(#krate::__private::join(#first, #rest)),
    );
    let bound = questions.iter().zip(names).map(|(question, names)| {
        let outcome = &names.outcome;
        failure::bind(question, names, &quote!(#outcome), scope)
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
struct Asked {
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

    fn awaited(&self) -> TokenStream {
        match self {
            Self::One(future) => quote!(#future.await),
            Self::Steps(steps) => steps.clone(),
        }
    }
}

impl Asked {
    fn of(question: &Question, names: &Names, scope: &Scope) -> Self {
        let krate = &scope.krate;
        let (ty, call) = (&question.ty, &names.call);
        let marker = question.task.marker();
        let task = quote!(#krate::task::#marker);
        let before = call::write(question, names, scope);
        let future = match (&question.postprocess, &question.failure) {
            (Some(hook), failure) => {
                let outcome = quote!(#krate::__private::predict(#call).await);
                let value = plain(ty);
                let made =
                    hooks::postprocess(&hook.0, &outcome, &local("output", ""), value, scope);
                Future::Steps(match failure {
                    Failure::Delivered => {
                        quote!(<#ty as #krate::__private::Hold<#value>>::hold(#made))
                    }
                    _ => quote!(<#ty as #krate::__private::Deliver<#value>>::deliver(#made)),
                })
            }
            (None, Failure::Delivered) => {
                Future::One(quote!(<#ty as #krate::__private::Receives<#task>>::received(#call)))
            }
            (None, _) => Future::One(quote!(<#ty as #krate::Receive<#task>>::receive(#call))),
        };
        // The input is prepared within the question's own future, so that none waits for another's.
        let future = match (&question.preprocess, future) {
            (Some(_), Future::One(future)) => Future::Steps(quote!(#future.await)),
            (_, future) => future,
        };
        Self { before, future }
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

/// The type of the value itself: `V` of `Option<Prediction<V>>`.
pub(super) fn plain(ty: &Type) -> &Type {
    let shell = type_name(ty).is_some_and(|name| {
        ["Option", "Result", "Prediction"]
            .iter()
            .any(|shell| name == shell)
    });
    match argument_of(ty) {
        Some(argument) if shell => plain(argument),
        _ => ty,
    }
}
