//! The statement that binds one answer, and what it does when there is none.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Type};

use super::located_type::LocatedType;
use super::names::{Context, Names, generated_ident};
use crate::handler::value_type;
use crate::operation::{FailureAction, PredictionPlan};

/// `let pattern: Type = …;`
pub(super) fn bind(
    plan: &PredictionPlan,
    names: &Names,
    outcome: &TokenStream,
    context: &Context,
) -> TokenStream {
    let krate = &context.krate;
    let PredictionPlan {
        attrs,
        pat,
        ty,
        failure,
        ..
    } = plan;
    let error = generated_ident("error", "");
    let failed = match failure {
        FailureAction::Deliver => return quote!(#(#attrs)* let #pat: #ty = #outcome;),
        FailureAction::Return(span) => {
            let span = Span::mixed_site().located_at(*span);
            let error = Ident::new(&error.to_string(), span);
            let krate = context.krate_at(span);
            let converted = quote_spanned!(span=> #krate::__private::FromError::from(#error));
            quote_spanned!(span=> return #krate::__private::Err(#converted))
        }
        FailureAction::Fallback {
            error: taken,
            value,
        } => fallback(plan, names, taken.as_ref(), value, context),
    };
    let value = generated_ident("value", "");
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
    plan: &PredictionPlan,
    names: &Names,
    taken: Option<&Pat>,
    value: &Expr,
    context: &Context,
) -> TokenStream {
    let krate = &context.krate;
    let (inference_ref, operation) = (&context.inference_ref, &names.operation);
    let error = generated_ident("error", "");
    let trait_ = match &plan.postprocess {
        Some(_) => {
            let value_type = value_type(&plan.ty);
            quote!(#krate::__private::Deliver<#value_type>)
        }
        None => {
            let task = plan.task.marker();
            quote!(#krate::Receive<#krate::task::#task>)
        }
    };
    let ty = LocatedType(&plan.ty);
    let given = ty.struct_literal(
        &quote!(#krate::__private::Fallback),
        quote! {
            value: #value,
            failed: #operation.failed(#inference_ref, #error),
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
fn diverges(failure: &FailureAction) -> bool {
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
    if let FailureAction::Fallback { value, .. } = failure {
        leaves.visit_expr(value);
    }
    leaves.0
}
