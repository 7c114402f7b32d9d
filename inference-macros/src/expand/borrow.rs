//! A reference to what a user's expression is, so that the compiler underlines the expression and no more.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

/// `&expr`, in parentheses where the expression needs them.
pub(super) fn borrow(expr: &Expr) -> TokenStream {
    let ampersand = quote_spanned!(expr.span()=> &);
    let value = parenthesize(expr);
    quote!(#ampersand #value)
}

/// The expression, in parentheses unless it holds together without.
pub(super) fn parenthesize(expr: &Expr) -> TokenStream {
    let holds = matches!(
        expr,
        Expr::Array(_)
            | Expr::Await(_)
            | Expr::Block(_)
            | Expr::Call(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Lit(_)
            | Expr::Macro(_)
            | Expr::MethodCall(_)
            | Expr::Paren(_)
            | Expr::Path(_)
            | Expr::Try(_)
            | Expr::Tuple(_)
    );
    if holds {
        expr.to_token_stream()
    } else {
        quote_spanned!(expr.span()=> (#expr))
    }
}
