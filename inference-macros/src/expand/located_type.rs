//! Code about a type of the user's: what is wrong with the type is said at the type, and said once.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

/// A delivery type, as the place where errors about it belong.
///
/// The compiler finds fault with a type that does not fit in several expressions. It drops an error that it has
/// printed before, word for word and place for place: so all these expressions must lie exactly where the type lies,
/// from its first token to its last.
pub(super) struct LocatedType<'a>(pub(super) &'a Type);

impl LocatedType<'_> {
    /// `<Type as Trait>::function(argument)`.
    pub(super) fn call(
        &self,
        trait_: &TokenStream,
        function: &str,
        argument: &TokenStream,
    ) -> TokenStream {
        let (first, last) = self.ends();
        let ty = self.0;
        let function = Ident::new(function, last);
        let open = quote_spanned!(first=> <);
        let close = quote_spanned!(last=> >::#function(#argument));
        quote!(#open #ty as #trait_ #close)
    }

    /// `path::Name { fields }`, as an argument of such a call.
    pub(super) fn struct_literal(&self, path: &TokenStream, fields: TokenStream) -> TokenStream {
        let (first, last) = self.ends();
        let placed = path.clone().into_iter().map(|mut token| {
            token.set_span(first);
            token
        });
        let mut fields = Group::new(Delimiter::Brace, fields);
        fields.set_span(last);
        placed.chain([TokenTree::Group(fields)]).collect()
    }

    fn ends(&self) -> (Span, Span) {
        let mut tokens = self
            .0
            .to_token_stream()
            .into_iter()
            .map(|token| token.span());
        let first = tokens.next().unwrap_or_else(Span::mixed_site);
        (first, tokens.last().unwrap_or(first))
    }
}
