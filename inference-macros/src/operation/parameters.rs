//! The parameters against what the task takes.

use quote::ToTokens;
use syn::{Expr, Ident, Lit, UnOp};

use crate::args::{Setting, TaskTag, inner};
use crate::diagnostics::{Errors, did_you_mean, error_with_help, nearest};
use crate::tasks::{Accepts, Choice, Kind, Parameter};

/// One parameter of the call.
pub(crate) struct Assignment {
    pub(crate) name: Ident,
    pub(crate) value: Value,
    /// As typed, to compare questions by.
    pub(super) typed: String,
}

/// What a parameter is set to.
pub(crate) enum Value {
    /// A field of the task's parameters that may be left out.
    Optional(Expr),
    /// A field of the task's parameters that may not.
    Required(Expr),
    /// A field, from a word that names this variant.
    Variant {
        choice: &'static Choice,
        variant: &'static str,
    },
    /// A parameter of a model that takes any.
    Untyped(Expr),
}

/// The assignments, or nothing and the mistakes.
///
/// `unclear` says that a misspelt `parameters` was typed, so that nothing counts as missing.
pub(super) fn check(
    settings: &[Setting],
    task: &TaskTag,
    unclear: bool,
    errors: &mut Errors,
) -> Option<Vec<Assignment>> {
    let Accepts::Only(known) = task.task.accepts else {
        return Some(
            settings
                .iter()
                .map(|s| assignment(s, Value::Untyped(s.value.clone())))
                .collect(),
        );
    };
    let mut complete = true;
    let mut meant: Vec<&str> = Vec::new();
    let mut assignments = Vec::new();
    for setting in settings {
        let name = setting.name.to_string();
        let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
            meant.extend(nearest(&name, known.iter().map(|parameter| parameter.name)));
            errors.push(unknown(setting, known, task));
            complete = false;
            continue;
        };
        match errors.handle(value(setting, parameter)) {
            Some(value) => assignments.push(assignment(setting, value)),
            None => complete = false,
        }
    }
    let given = |name: &str| meant.contains(&name) || settings.iter().any(|s| s.name == name);
    for parameter in known {
        if parameter.required && !unclear && !given(parameter.name) {
            errors.push(missing(parameter, task));
            complete = false;
        }
        let alone = parameter
            .with
            .filter(|with| given(parameter.name) && !given(with));
        if let (Some(with), Some(setting)) =
            (alone, settings.iter().find(|s| s.name == parameter.name))
        {
            errors.push(error_with_help(
                &setting.name,
                format!("`{}` means nothing without `{with}`", parameter.name),
                format!("add `{with} = {}`", parameter.kind.expected().1),
            ));
            complete = false;
        }
    }
    complete.then_some(assignments)
}

fn assignment(setting: &Setting, value: Value) -> Assignment {
    let typed = format!("{} = {}", setting.name, setting.value.to_token_stream());
    Assignment {
        name: setting.name.clone(),
        value,
        typed,
    }
}

fn unknown(setting: &Setting, known: &[Parameter], task: &TaskTag) -> syn::Error {
    let name = setting.name.to_string();
    let help = if known.is_empty() {
        "it takes none: leave `parameters` out".to_owned()
    } else {
        did_you_mean(&name, known.iter().map(|parameter| parameter.name))
    };
    error_with_help(
        &setting.name,
        format!("`{}` has no parameter `{name}`", task.task.tag),
        help,
    )
}

fn missing(parameter: &Parameter, task: &TaskTag) -> syn::Error {
    let example = parameter.kind.expected().1;
    error_with_help(
        &task.literal,
        format!(
            "`{}` needs the parameter `{}`",
            task.task.tag, parameter.name
        ),
        format!("add `parameters({} = {example})`", parameter.name),
    )
}

fn value(setting: &Setting, parameter: &Parameter) -> syn::Result<Value> {
    let expr = inner(&setting.value);
    if let Kind::Choice(choice) = parameter.kind
        && let Expr::Lit(literal) = expr
        && let Lit::Str(word) = &literal.lit
    {
        let typed = word.value();
        return match choice.variants.iter().find(|(wire, _)| *wire == typed) {
            Some((_, variant)) => Ok(Value::Variant { choice, variant }),
            None => Err(error_with_help(
                expr,
                format!("`{}` has no value `{typed}`", parameter.name),
                did_you_mean(&typed, choice.variants.iter().map(|(wire, _)| *wire)),
            )),
        };
    }
    if matches!(parameter.kind, Kind::Integer) && is_negative(expr) {
        return Err(error_with_help(
            expr,
            format!("`{}` cannot be negative", parameter.name),
            format!(
                "write `{} = {}`",
                parameter.name,
                parameter.kind.expected().1
            ),
        ));
    }
    if is_mistaken(parameter.kind, expr) {
        let (expected, example) = parameter.kind.expected();
        return Err(error_with_help(
            expr,
            format!("`{}` takes {expected}", parameter.name),
            format!(
                "write `{} = {}`",
                parameter.name,
                suggestion(parameter.kind, expr, example)
            ),
        ));
    }
    let value = setting.value.clone();
    Ok(if parameter.required {
        Value::Required(value)
    } else {
        Value::Optional(value)
    })
}

/// Whether a value is a number with a minus before it, which a literal of syn's may hold.
fn is_negative(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(literal) => literal.lit.to_token_stream().to_string().starts_with('-'),
        Expr::Unary(unary) => {
            matches!(unary.op, UnOp::Neg(_)) && matches!(inner(&unary.expr), Expr::Lit(_))
        }
        _ => false,
    }
}

/// Whether a value can be seen to be of another kind; what cannot be seen is left to the compiler.
fn is_mistaken(kind: Kind, expr: &Expr) -> bool {
    let literal = match expr {
        Expr::Lit(literal) => &literal.lit,
        Expr::Array(array) => {
            return match kind {
                Kind::Texts => {
                    array.elems.is_empty()
                        || array
                            .elems
                            .iter()
                            .any(|e| is_mistaken(Kind::Text, inner(e)))
                }
                Kind::Json | Kind::Tools => false,
                _ => true,
            };
        }
        Expr::Closure(_) => return true,
        _ => return false,
    };
    !matches!(
        (kind, literal),
        (Kind::Integer, Lit::Int(_))
            | (Kind::Number, Lit::Int(_) | Lit::Float(_))
            | (Kind::Switch, Lit::Bool(_))
            | (Kind::Text, Lit::Str(_))
            | (Kind::Json, _)
    )
}

/// The example nearest to what was typed.
fn suggestion(kind: Kind, typed: &Expr, example: &str) -> String {
    let Expr::Lit(literal) = typed else {
        return example.to_owned();
    };
    match (kind, &literal.lit) {
        (Kind::Integer, Lit::Str(text)) if text.value().parse::<u64>().is_ok() => text.value(),
        (Kind::Number, Lit::Str(text)) if text.value().parse::<f64>().is_ok() => text.value(),
        (Kind::Switch, Lit::Str(text)) if text.value().parse::<bool>().is_ok() => text.value(),
        (Kind::Texts, Lit::Str(text)) => format!("[{}]", text.token()),
        (Kind::Choice(choice), _) => choice
            .variants
            .first()
            .map_or_else(|| example.to_owned(), |(word, _)| format!("\"{word}\"")),
        _ => example.to_owned(),
    }
}
