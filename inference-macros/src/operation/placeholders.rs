//! The names in placeholders against the handler's parameters.

use std::collections::HashSet;

use syn::visit::{self, Visit};
use syn::{
    Expr, ExprField, ExprIndex, ExprMethodCall, ExprPath, ExprReference, Ident, Pat, PatIdent,
};

use crate::diagnostics::{Errors, did_you_mean};
use crate::handler::Handler;
use crate::template::{Placeholder, Template};

/// Whether every placeholder can be written, as far as can be seen.
///
/// Names that may be something other than a parameter are left to the compiler, which knows all of them.
pub(super) fn check(template: &Template, handler: &Handler, errors: &mut Errors) -> bool {
    let parameters = bound(handler.other_parameters().map(|parameter| &*parameter.pat));
    let predictions = bound(handler.predictions.iter().map(|prediction| &prediction.pat));
    let mut fine = true;
    for placeholder in template.placeholders() {
        let mut names = Names::default();
        names.visit_expr(&placeholder.value);
        if let Expr::Path(path) = &placeholder.value {
            names.values.extend(path.path.get_ident().cloned());
        }
        let wrong = names
            .values
            .iter()
            .filter(|name| !names.local.contains(*name) && !parameters.contains(name))
            .find_map(|name| mistake(name, placeholder, template, &parameters, &predictions));
        if let Some(error) = wrong {
            errors.push(error);
            fine = false;
        }
    }
    fine
}

fn mistake(
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
            &format!("`{word}` is the answer: it is not there yet when the model is asked"),
            "a prompt is written of the other parameters",
        ));
    }
    let a_value = word.starts_with(|c: char| c.is_lowercase() || c == '_');
    // The compiler says it, with its caret inside the literal.
    if !a_value || word == "self" || template.is_plain() {
        return None;
    }
    let words: Vec<String> = parameters.iter().map(Ident::to_string).collect();
    let known = || words.iter().map(String::as_str);
    let help = if words.is_empty() {
        "the function takes nothing that the text could speak of: give it a parameter".to_owned()
    } else {
        did_you_mean(&word, known())
    };
    Some(template.error_at(
        placeholder,
        &word,
        &format!("there is no parameter `{word}`"),
        &help,
    ))
}

/// The names that patterns bind, in order.
fn bound<'a>(patterns: impl Iterator<Item = &'a Pat>) -> Vec<Ident> {
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

/// The names in an expression that stand for values for sure: what has a field, a method or an index, or is borrowed.
/// An argument of a call may be a function.
#[derive(Default)]
struct Names {
    values: Vec<Ident>,
    /// Bound by the expression itself.
    local: HashSet<Ident>,
}

impl Names {
    fn value(&mut self, expr: &Expr) {
        if let Expr::Path(ExprPath {
            path, qself: None, ..
        }) = expr
        {
            self.values.extend(path.get_ident().cloned());
        }
    }
}

impl<'ast> Visit<'ast> for Names {
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
