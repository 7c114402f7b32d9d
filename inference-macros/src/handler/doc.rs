//! The doc comment of a function.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The text of a doc comment, a line for each `///`, without the space that follows it. `None` if there is none.
/// Text that another macro includes is not there yet, and is left out.
pub(crate) fn doc(attrs: &[Attribute]) -> Option<String> {
    let comments: Vec<String> = attrs.iter().filter_map(comment).collect();
    let lines: Vec<&str> = comments.iter().flat_map(|comment| lines(comment)).collect();
    let text = lines.join("\n");
    let text = text.trim_matches('\n');
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn comment(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    if !pair.path.is_ident("doc") {
        return None;
    }
    let mut value = &pair.value;
    // A macro that passes attributes on wraps them.
    while let Expr::Group(group) = value {
        value = &group.expr;
    }
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// The lines of one comment without their margin: the space after `///`, or the asterisks of `/** … */`.
fn lines(comment: &str) -> Vec<&str> {
    let is_starred = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('*');
    let is_block = comment.contains('\n') && comment.lines().skip(1).all(is_starred);
    let without_margin = |line| -> &str {
        let line = str::trim_end(line);
        let line = if is_block {
            let line = line.trim_start();
            line.strip_prefix('*').unwrap_or(line)
        } else {
            line
        };
        line.strip_prefix(' ').unwrap_or(line)
    };
    comment.split('\n').map(without_margin).collect()
}

#[cfg(test)]
mod tests {
    use syn::{ItemFn, parse_quote};

    use super::doc;

    #[test]
    fn lines_lose_the_space_before_them_and_keep_the_rest() {
        let function: ItemFn = parse_quote! {
            /// Judges a review.
            ///
            /// * Lists stay lists,
            ///     and code stays code.
            #[other]
            async fn sentiment() {}
        };
        let text = doc(&function.attrs).expect("a doc comment");
        assert_eq!(
            text,
            "Judges a review.\n\n* Lists stay lists,\n    and code stays code."
        );
    }

    #[test]
    fn a_block_loses_its_asterisks() {
        let function: ItemFn = parse_quote! {
            #[doc = "\n * Judges a review.\n *\n * Twice.\n "]
            async fn sentiment() {}
        };
        let text = doc(&function.attrs).expect("a doc comment");
        assert_eq!(text, "Judges a review.\n\nTwice.");
    }

    #[test]
    fn a_function_without_a_comment_has_no_text() {
        let function: ItemFn = parse_quote! {
            #[doc(hidden)]
            #[doc = include_str!("it.md")]
            async fn sentiment() {}
        };
        assert_eq!(doc(&function.attrs), None);
    }
}
