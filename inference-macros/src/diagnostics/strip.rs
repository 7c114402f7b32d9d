//! Removes `#[prediction]` from the parameters of an item that could not be parsed.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Returns the item without the `#[prediction]` attributes of its parameters.
///
/// Works on tokens, because an incomplete item does not parse. Only parenthesized groups at the top level of the
/// item are searched: the parameter list is one of them.
pub(crate) fn strip_prediction_attrs(item: TokenStream) -> TokenStream {
    item.into_iter()
        .map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                let mut cleaned = Group::new(Delimiter::Parenthesis, strip(group.stream()));
                cleaned.set_span(group.span());
                TokenTree::Group(cleaned)
            }
            other => other,
        })
        .collect()
}

fn strip(parameters: TokenStream) -> TokenStream {
    let mut kept = TokenStream::new();
    let mut tokens = parameters.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let hash = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        if hash && tokens.peek().is_some_and(is_prediction_attr) {
            tokens.next();
        } else {
            kept.extend([token]);
        }
    }
    kept
}

fn is_prediction_attr(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            let first = group.stream().into_iter().next();
            matches!(first, Some(TokenTree::Ident(name)) if name == "prediction")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn only_attributes_of_parameters_are_removed() {
        let item = quote! {
            #[prediction] async fn f(#[cfg(a)] x: u8, #[prediction(task = "t")] y: Y) { #[prediction] let z; }
        };
        let expected = quote! {
            #[prediction] async fn f(#[cfg(a)] x: u8, y: Y) { #[prediction] let z; }
        };
        assert_eq!(
            strip_prediction_attrs(item).to_string(),
            expected.to_string()
        );
    }
}
