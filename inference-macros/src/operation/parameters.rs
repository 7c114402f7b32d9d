//! Checks `parameters(...)` against the parameters of the task.

use quote::ToTokens;
use syn::{Expr, Ident, Lit, UnOp};

use crate::args::{Setting, TaskTag, inner};
use crate::diagnostics::{Errors, did_you_mean, error_with_help, nearest};
use crate::tasks::{Accepts, Choice, Kind, Parameter};

/// One parameter of the call.
pub(crate) struct Assignment {
    pub(crate) name: Ident,
    pub(crate) value: Value,
    /// The source text, by which duplicate predictions are found.
    pub(super) source: String,
}

/// The value of a parameter.
pub(crate) enum Value {
    /// An optional field of the task's parameters.
    Optional(Expr),
    /// A required field of the task's parameters.
    Required(Expr),
    /// A field set to an enum variant, from a string that names it.
    Variant {
        choice: &'static Choice,
        variant: &'static str,
    },
    /// A parameter of a task that accepts any parameter.
    Untyped(Expr),
}

/// Returns the assignments, or records errors and returns `None`.
///
/// `may_be_misspelt` suppresses errors about missing parameters: the argument `parameters` itself may be misspelt.
pub(super) fn check(
    settings: &[Setting],
    task: &TaskTag,
    may_be_misspelt: bool,
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
    let mut misspelt: Vec<&str> = Vec::new();
    let mut assignments = Vec::new();
    for setting in settings {
        let name = setting.name.to_string();
        let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
            misspelt.extend(nearest(&name, known.iter().map(|parameter| parameter.name)));
            errors.push(unknown(setting, known, task));
            complete = false;
            continue;
        };
        match errors.handle(value(setting, parameter)) {
            Some(value) => assignments.push(assignment(setting, value)),
            None => complete = false,
        }
    }
    let is_set = |name: &str| misspelt.contains(&name) || settings.iter().any(|s| s.name == name);
    for parameter in known {
        if parameter.required && !may_be_misspelt && !is_set(parameter.name) {
            errors.push(missing(parameter, task));
            complete = false;
        }
        let unpaired = parameter
            .with
            .filter(|with| is_set(parameter.name) && !is_set(with));
        if let (Some(with), Some(setting)) =
            (unpaired, settings.iter().find(|s| s.name == parameter.name))
        {
            errors.push(error_with_help(
                &setting.name,
                format!("`{}` requires `{with}`", parameter.name),
                format!("add `{with} = {}`", parameter.kind.expected().1),
            ));
            complete = false;
        }
    }
    complete.then_some(assignments)
}

fn assignment(setting: &Setting, value: Value) -> Assignment {
    let source = format!("{} = {}", setting.name, setting.value.to_token_stream());
    Assignment {
        name: setting.name.clone(),
        value,
        source,
    }
}

fn unknown(setting: &Setting, known: &[Parameter], task: &TaskTag) -> syn::Error {
    let name = setting.name.to_string();
    let help = if known.is_empty() {
        "the task has no parameters: remove `parameters`".to_owned()
    } else {
        did_you_mean(&name, known.iter().map(|parameter| parameter.name))
    };
    error_with_help(
        &setting.name,
        format!("task `{}` has no parameter `{name}`", task.task.tag),
        help,
    )
}

fn missing(parameter: &Parameter, task: &TaskTag) -> syn::Error {
    let example = parameter.kind.expected().1;
    error_with_help(
        &task.literal,
        format!(
            "task `{}` requires the parameter `{}`",
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
                format!("invalid value `{typed}` for `{}`", parameter.name),
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
    if has_wrong_kind(parameter.kind, expr) {
        let (expected, example) = parameter.kind.expected();
        return Err(error_with_help(
            expr,
            format!("`{}` accepts {expected}", parameter.name),
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

/// Whether a value is a negative number. The minus may be part of a `syn` literal.
fn is_negative(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(literal) => literal.lit.to_token_stream().to_string().starts_with('-'),
        Expr::Unary(unary) => {
            matches!(unary.op, UnOp::Neg(_)) && matches!(inner(&unary.expr), Expr::Lit(_))
        }
        _ => false,
    }
}

/// Whether a value is visibly of the wrong kind. Other values are checked by the compiler.
fn has_wrong_kind(kind: Kind, expr: &Expr) -> bool {
    let literal = match expr {
        Expr::Lit(literal) => &literal.lit,
        Expr::Array(array) => {
            return match kind {
                Kind::Texts => {
                    array.elems.is_empty()
                        || array
                            .elems
                            .iter()
                            .any(|e| has_wrong_kind(Kind::Text, inner(e)))
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

/// Returns the corrected value if one can be derived from the input, or else an example.
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
