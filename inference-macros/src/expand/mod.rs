//! The function as it is handed to the compiler.

mod answer;
mod borrow;
mod broken;
mod call;
mod failure;
mod hooks;
mod names;
mod of_type;
mod policies;
mod prompt;
mod signature;
mod specification;

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use broken::broken;
use names::{Names, Scope};

use crate::handler::Handler;
use crate::operation::Operations;

/// The function with the predictions made before its body.
pub(crate) fn handler(handler: &Handler, operations: &Operations) -> TokenStream {
    let scope = Scope::new(&operations.scene);
    let (attrs, vis, body) = (&handler.attrs, &handler.vis, &handler.body);
    let signature = signature::with_extractor(handler, &operations.scene, &scope);
    let runtime = signature::runtime(&operations.scene, &scope);
    let names = Names::of(&operations.questions);
    let questions = || operations.questions.iter().zip(&names);
    let specifications =
        questions().map(|(question, names)| specification::write(question, handler, names, &scope));
    let answers = answer::write(&operations.questions, &names, &scope);
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
