//! Generates code that uses a type of the user's, so that an error about the type is reported once, at the type.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

/// A delivery type, with code generated at its span.
///
/// The compiler reports an unsupported type for each expression that uses it, but drops an error with the same text
/// and span as an earlier one. All these expressions therefore span exactly the type, from its first token to its last.
pub(super) struct LocatedType<'a>(pub(super) &'a Type);

impl LocatedType<'_> {
    /// Returns `<Type as Trait>::function(argument)`.
    pub(super) fn call(
        &self,
        trait_: &TokenStream,
        function: &str,
        argument: &TokenStream,
    ) -> TokenStream {
        let (first, last) = self.end_spans();
        let ty = self.0;
        let function = Ident::new(function, last);
        let open = quote_spanned!(first=> <);
        let close = quote_spanned!(last=> >::#function(#argument));
        quote!(#open #ty as #trait_ #close)
    }

    /// Returns `path::Name { fields }`, as an argument of such a call.
    pub(super) fn struct_literal(&self, path: &TokenStream, fields: TokenStream) -> TokenStream {
        let (first, last) = self.end_spans();
        let placed = path.clone().into_iter().map(|mut token| {
            token.set_span(first);
            token
        });
        let mut fields = Group::new(Delimiter::Brace, fields);
        fields.set_span(last);
        placed.chain([TokenTree::Group(fields)]).collect()
    }

    /// Returns the spans of the first and the last token.
    fn end_spans(&self) -> (Span, Span) {
        let mut tokens = self
            .0
            .to_token_stream()
            .into_iter()
            .map(|token| token.span());
        let first = tokens.next().unwrap_or_else(Span::mixed_site);
        (first, tokens.last().unwrap_or(first))
    }
}
