//! Checks the names in placeholders against the handler's parameters.

use std::collections::HashSet;

use syn::visit::{self, Visit};
use syn::{
    Expr, ExprField, ExprIndex, ExprMethodCall, ExprPath, ExprReference, Ident, Pat, PatIdent,
};

use crate::diagnostics::{Errors, did_you_mean};
use crate::handler::Handler;
use crate::template::{Placeholder, Template};

/// Checks every placeholder, and returns whether all are valid.
///
/// Names that could refer to another item than a parameter are checked by the compiler.
pub(super) fn check(template: &Template, handler: &Handler, errors: &mut Errors) -> bool {
    let parameters = bound_names(handler.other_parameters().map(|parameter| &*parameter.pat));
    let predictions = bound_names(handler.predictions.iter().map(|prediction| &prediction.pat));
    let mut valid = true;
    for placeholder in template.placeholders() {
        let mut names = UsedNames::default();
        names.visit_expr(&placeholder.value);
        if let Expr::Path(path) = &placeholder.value {
            names.values.extend(path.path.get_ident().cloned());
        }
        let wrong = names
            .values
            .iter()
            .filter(|name| !names.local.contains(*name) && !parameters.contains(name))
            .find_map(|name| check_name(name, placeholder, template, &parameters, &predictions));
        if let Some(error) = wrong {
            errors.push(error);
            valid = false;
        }
    }
    valid
}

fn check_name(
    name: &Ident,
    placeholder: &Placeholder,
    template: &Template,
    parameters: &[Ident],
    predictions: &[Ident],
) -> Option<syn::Error> {
    let word = name.to_string();
    if predictions.contains(name) {
        return Some(template.error_at(
            placeholder,
            &word,
            &format!("prediction `{word}` is not available before the model is called"),
            "use the other parameters in the prompt",
        ));
    }
    let is_value = word.starts_with(|c: char| c.is_lowercase() || c == '_');
    // The compiler reports it, with its caret inside the literal.
    if !is_value || word == "self" || template.has_only_identifiers() {
        return None;
    }
    let words: Vec<String> = parameters.iter().map(Ident::to_string).collect();
    let known = || words.iter().map(String::as_str);
    let help = if words.is_empty() {
        "the function has no parameters to use in the prompt: add one".to_owned()
    } else {
        did_you_mean(&word, known())
    };
    Some(template.error_at(
        placeholder,
        &word,
        &format!("unknown parameter `{word}`"),
        &help,
    ))
}

/// Returns the names that patterns bind, in order.
fn bound_names<'a>(patterns: impl Iterator<Item = &'a Pat>) -> Vec<Ident> {
    struct Bound(Vec<Ident>);
    impl<'ast> Visit<'ast> for Bound {
        fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
            self.0.push(pattern.ident.clone());
            visit::visit_pat_ident(self, pattern);
        }
    }
    let mut bound = Bound(Vec::new());
    patterns.for_each(|pattern| bound.visit_pat(pattern));
    bound.0
}

/// The names in an expression that are certainly values: they are borrowed, or followed by a field, method or index.
/// Arguments of calls are not included, because they may be functions.
#[derive(Default)]
struct UsedNames {
    values: Vec<Ident>,
    /// Names bound within the expression.
    local: HashSet<Ident>,
}

impl UsedNames {
    fn value(&mut self, expr: &Expr) {
        if let Expr::Path(ExprPath {
            path, qself: None, ..
        }) = expr
        {
            self.values.extend(path.get_ident().cloned());
        }
    }
}

impl<'ast> Visit<'ast> for UsedNames {
    fn visit_expr_field(&mut self, field: &'ast ExprField) {
        self.value(&field.base);
        visit::visit_expr_field(self, field);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.value(&call.receiver);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_index(&mut self, index: &'ast ExprIndex) {
        self.value(&index.expr);
        visit::visit_expr_index(self, index);
    }

    fn visit_expr_reference(&mut self, reference: &'ast ExprReference) {
        self.value(&reference.expr);
        visit::visit_expr_reference(self, reference);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.local.insert(pattern.ident.clone());
        visit::visit_pat_ident(self, pattern);
    }
}
