//! The `#[infer]` attribute.

use proc_macro::TokenStream;

/// Puts a model behind a handler.
#[proc_macro_attribute]
pub fn infer(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
