//! Generates the statement that binds one answer and handles the failure.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Type};

use super::located_type::LocatedType;
use super::names::{Context, Names, generated_ident};
use crate::handler::value_type;
use crate::operation::{FailureAction, PredictionPlan};
use crate::tasks::marker;

/// Returns `let pattern: Type = …;`.
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
    let on_error = match failure {
        FailureAction::Deliver => return quote!(#(#attrs)* let #pat: #ty = #outcome;),
        FailureAction::Return(span) => {
            let span = Span::mixed_site().located_at(*span);
            let error = Ident::new(&error.to_string(), span);
            let krate = context.krate_at(span);
            let converted = quote_spanned!(span=> #krate::__private::FromError::from(#error));
            quote_spanned!(span=> return #krate::__private::Err(#converted))
        }
        FailureAction::Fallback {
            error: pattern,
            value,
        } => fallback(plan, names, pattern.as_ref(), value, context),
    };
    let value = generated_ident("value", "");
    let allow_unreachable = diverges(failure).then(|| quote!(#[allow(unreachable_code)]));
    quote! {
        #allow_unreachable
        #(#attrs)*
        let #pat: #ty = match #outcome {
            #krate::__private::Ok(#value) => #value,
            #krate::__private::Err(#error) => #on_error,
        };
    }
}

fn fallback(
    plan: &PredictionPlan,
    names: &Names,
    pattern: Option<&Pat>,
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
            let task = marker(plan.task);
            quote!(#krate::Receive<#krate::task::#task>)
        }
    };
    let ty = LocatedType(&plan.ty);
    let fallback = ty.struct_literal(
        &quote!(#krate::__private::Fallback),
        quote! {
            value: #value,
            failed: #operation.failed(#inference_ref, #error),
        },
    );
    let answered = ty.call(&trait_, "answer", &fallback);
    match pattern {
        None => answered,
        Some(pattern) => {
            let span = Span::mixed_site().located_at(pattern.span());
            let error = Ident::new(&error.to_string(), span);
            let value = match pattern {
                Pat::Type(typed) if matches!(&*typed.ty, Type::Reference(_)) => {
                    quote_spanned!(span=> &#error)
                }
                _ => quote_spanned!(span=> #error.clone()),
            };
            quote!({ let #pattern = #value; #answered })
        }
    }
}

/// Whether the fallback may return from the handler instead of producing a value.
fn diverges(failure: &FailureAction) -> bool {
    struct DivergenceVisitor {
        diverges: bool,
    }
    impl Visit<'_> for DivergenceVisitor {
        fn visit_expr(&mut self, expr: &Expr) {
            match expr {
                Expr::Return(_) | Expr::Macro(_) => self.diverges = true,
                Expr::Closure(_) | Expr::Async(_) => {}
                other => visit::visit_expr(self, other),
            }
        }
    }
    let mut visitor = DivergenceVisitor { diverges: false };
    if let FailureAction::Fallback { value, .. } = failure {
        visitor.visit_expr(value);
    }
    visitor.diverges
}
