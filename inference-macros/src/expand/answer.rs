//! The answers: asked one after the other or together, and bound to the user's patterns.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;
use syn::spanned::Spanned;

use super::call;
use super::failure;
use super::hooks;
use super::names::{Names, Scope, local};
use super::of_type::OfType;
use crate::handler::plain;
use crate::operation::{Failure, Question};
use crate::tasks::marker;

/// The statements that ask every question and bind every answer.
pub(super) fn write(questions: &[Question], names: &[Names], scope: &Scope) -> TokenStream {
    if let ([question], [names]) = (questions, names) {
        let asked = Asked::of(question, names, scope);
        let (before, outcome) = (&asked.before, asked.awaited());
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
}

impl Asked {
    fn of(question: &Question, names: &Names, scope: &Scope) -> Self {
        let (ty, call) = (&question.ty, &names.call);
        let before = call::write(question, names, scope);
        let krate = &scope.krate;
        let marker = marker(question.task);
        let task = quote!(#krate::task::#marker);
        // What does not fit the type is said at the type.
        let span = Span::mixed_site().located_at(ty.span());
        let [deliver, hold] = ["deliver", "hold"].map(|method| Ident::new(method, span));
        let future = match (&question.postprocess, &question.failure) {
            (Some(hook), failure) => {
                let outcome = quote!(#krate::__private::predict(#call).await);
                let made =
                    hooks::postprocess(&hook.0, &outcome, &local("output", ""), plain(ty), scope);
                Future::Steps(match failure {
                    Failure::Delivered => quote!(#made.#hold::<#ty>()),
                    _ => quote!(#made.#deliver::<#ty>()),
                })
            }
            (None, Failure::Delivered) => {
                let trait_ = quote!(#krate::__private::Receives<#task>);
                Future::One(OfType(ty).call(&trait_, "begin", &quote!(#call)))
            }
            (None, _) => {
                let trait_ = quote!(#krate::Receive<#task>);
                Future::One(OfType(ty).call(&trait_, "begin", &quote!(#call)))
            }
        };
        // The input is prepared within the question's own future, so that none waits for another's.
        let future = match (&question.preprocess, future) {
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
