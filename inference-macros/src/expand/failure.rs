//! The statement that binds one answer, and what it does when there is none.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Type};

use super::names::{Names, Scope, local};
use super::of_type::OfType;
use crate::handler::plain;
use crate::operation::{Failure, Question};
use crate::tasks::marker;

/// `let pattern: Type = …;`
pub(super) fn bind(
    question: &Question,
    names: &Names,
    outcome: &TokenStream,
    scope: &Scope,
) -> TokenStream {
    let krate = &scope.krate;
    let Question {
        attrs,
        pat,
        ty,
        failure,
        ..
    } = question;
    let error = local("error", "");
    let failed = match failure {
        Failure::Delivered => return quote!(#(#attrs)* let #pat: #ty = #outcome;),
        Failure::Return(span) => {
            let span = Span::mixed_site().located_at(*span);
            let error = Ident::new(&error.to_string(), span);
            let krate = scope.krate_at(span);
            let converted = quote_spanned!(span=> #krate::__private::FromError::from(#error));
            quote_spanned!(span=> return #krate::__private::Err(#converted))
        }
        Failure::Fallback {
            error: taken,
            value,
        } => fallback(question, names, taken.as_ref(), value, scope),
    };
    let value = local("value", "");
    let quiet = diverges(failure).then(|| quote!(#[allow(unreachable_code)]));
    quote! {
        #quiet
        #(#attrs)*
        let #pat: #ty = match #outcome {
            #krate::__private::Ok(#value) => #value,
            #krate::__private::Err(#error) => #failed,
        };
    }
}

fn fallback(
    question: &Question,
    names: &Names,
    taken: Option<&Pat>,
    value: &Expr,
    scope: &Scope,
) -> TokenStream {
    let krate = &scope.krate;
    let (borrowed, operation) = (&scope.borrowed, &names.operation);
    let error = local("error", "");
    let trait_ = match &question.postprocess {
        Some(_) => {
            let plain = plain(&question.ty);
            quote!(#krate::__private::Deliver<#plain>)
        }
        None => {
            let task = marker(question.task);
            quote!(#krate::Receive<#krate::task::#task>)
        }
    };
    let ty = OfType(&question.ty);
    let given = ty.literal(
        &quote!(#krate::__private::Fallback),
        quote! {
            value: #value,
            failed: #operation.failed(#borrowed, #error),
        },
    );
    let answered = ty.call(&trait_, "answer", &given);
    match taken {
        None => answered,
        Some(pattern) => {
            let span = Span::mixed_site().located_at(pattern.span());
            let error = Ident::new(&error.to_string(), span);
            let taken = match pattern {
                Pat::Type(typed) if matches!(&*typed.ty, Type::Reference(_)) => {
                    quote_spanned!(span=> &#error)
                }
                _ => quote_spanned!(span=> #error.clone()),
            };
            quote!({ let #pattern = #taken; #answered })
        }
    }
}

/// Whether the fallback leaves the handler in place of being a value.
fn diverges(failure: &Failure) -> bool {
    struct Leaves(bool);
    impl Visit<'_> for Leaves {
        fn visit_expr(&mut self, expr: &Expr) {
            match expr {
                Expr::Return(_) | Expr::Macro(_) => self.0 = true,
                Expr::Closure(_) | Expr::Async(_) => {}
                other => visit::visit_expr(self, other),
            }
        }
    }
    let mut leaves = Leaves(false);
    if let Failure::Fallback { value, .. } = failure {
        leaves.visit_expr(value);
    }
    leaves.0
}
