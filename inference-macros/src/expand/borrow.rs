//! Borrows a user's expression with a span that makes the compiler underline only the expression.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

/// Returns `&expr`, with parentheses where they are needed.
pub(super) fn borrow(expr: &Expr) -> TokenStream {
    let ampersand = quote_spanned!(expr.span()=> &);
    let value = parenthesize(expr);
    quote!(#ampersand #value)
}

/// Returns the expression, with parentheses unless it binds tighter than `&`.
pub(super) fn parenthesize(expr: &Expr) -> TokenStream {
    let binds_tighter = matches!(
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
    if binds_tighter {
        expr.to_token_stream()
    } else {
        quote_spanned!(expr.span()=> (#expr))
    }
}
