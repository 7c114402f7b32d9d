//! The statement that binds one answer, and what it does when there is none.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Type};

use super::answer::plain;
use super::names::{Names, Scope, local};
use crate::operation::{Failure, Question};

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
        Failure::Return => {
            quote!(return #krate::__private::Err(#krate::__private::From::from(#error)))
        }
        Failure::Fallback {
            error: taken,
            value,
        } => {
            let (inference, operation) = (&scope.borrowed, &names.operation);
            let marker = quote!(#krate::__private::failed(#inference, &#operation, #error));
            fallback(question, taken.as_ref(), value, &marker, krate)
        }
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
    taken: Option<&Pat>,
    value: &Expr,
    marker: &TokenStream,
    krate: &TokenStream,
) -> TokenStream {
    let ty = &question.ty;
    let function = match &question.postprocess {
        Some(_) => {
            let plain = plain(ty);
            quote!(#krate::__private::fallen::<#ty, #plain>)
        }
        None => {
            let task = question.task.marker();
            quote!(#krate::__private::fallback::<#ty, #krate::task::#task>)
        }
    };
    let Some(pattern) = taken else {
        return quote!(#function(#marker, #value));
    };
    let failed = local("failed", "");
    let error = match pattern {
        Pat::Type(typed) if matches!(&*typed.ty, Type::Reference(_)) => quote!(#failed.error()),
        _ => quote!(#failed.error().clone()),
    };
    quote! {{
        let #failed = #marker;
        let #pattern = #error;
        #function(#failed, #value)
    }}
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
