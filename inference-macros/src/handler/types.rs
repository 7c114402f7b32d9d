//! Properties of a type that can be read from its tokens.

use syn::{GenericArgument, Ident, PathArguments, Type};

/// Returns the last segment of a type's path: `Result` of `axum::response::Result<T>`.
pub(crate) fn type_name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        Type::Group(group) => type_name(&group.elem),
        Type::Paren(paren) => type_name(&paren.elem),
        _ => None,
    }
}

/// Returns the first type argument: `T` of `Option<T>`.
pub(crate) fn first_type_argument(ty: &Type) -> Option<&Type> {
    let path = match ty {
        Type::Path(path) => &path.path,
        Type::Group(group) => return first_type_argument(&group.elem),
        Type::Paren(paren) => return first_type_argument(&paren.elem),
        _ => return None,
    };
    let PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Whether a prediction of this type delivers failures to the handler.
pub(crate) fn is_fallible(ty: &Type) -> bool {
    type_name(ty).is_some_and(|name| name == "Option" || name == "Result")
}

/// Returns the type of the value without wrappers: `V` of `Option<Prediction<V>>`.
pub(crate) fn value_type(ty: &Type) -> &Type {
    let wrapper = type_name(ty).is_some_and(|name| {
        ["Option", "Result", "Prediction"]
            .iter()
            .any(|wrapper| name == wrapper)
    });
    match first_type_argument(ty) {
        Some(argument) if wrapper => value_type(argument),
        _ => ty,
    }
}

/// Whether a prediction of this type has several inputs.
pub(crate) fn is_each(ty: &Type) -> bool {
    type_name(value_type(ty)).is_some_and(|name| name == "Each")
}

/// Whether a prediction of this type is streamed.
pub(crate) fn is_stream(ty: &Type) -> bool {
    type_name(value_type(ty)).is_some_and(|name| name == "TextStream")
}
