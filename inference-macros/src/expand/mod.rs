//! Generates the function from the plan.

mod borrow;
mod call;
mod failure;
mod hooks;
mod invalid;
mod located_type;
mod names;
mod policies;
mod predictions;
mod prompt;
mod signature;
mod specification;

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use invalid::invalid_handler;
use names::{Context, Names};

use crate::handler::Handler;
use crate::operation::HandlerPlan;

/// Generates the function, with the predictions made before its body.
pub(crate) fn handler(handler: &Handler, plan: &HandlerPlan) -> TokenStream {
    let context = Context::new(&plan.target);
    let (attrs, vis, body) = (&handler.attrs, &handler.vis, &handler.body);
    let signature = signature::with_extractor(handler, &plan.target, &context);
    let runtime = signature::runtime(&plan.target, &context);
    let names = Names::from_plans(&plan.predictions);
    let predictions = || plan.predictions.iter().zip(&names);
    let specifications = predictions()
        .map(|(prediction, names)| specification::write(prediction, handler, names, &context));
    let answers = predictions::write(&plan.predictions, &names, &context);
    quote! {
        #(#attrs)*
        #vis #signature {
            #runtime
            #(#specifications)*
            #answers
            #body
        }
    }
}
