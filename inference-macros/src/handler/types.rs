//! What can be told of a type by looking at it.

use syn::{GenericArgument, Ident, PathArguments, Type};

/// The last word of a type's path: `Result` of `axum::response::Result<T>`.
pub(crate) fn name_of(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        Type::Group(group) => name_of(&group.elem),
        Type::Paren(paren) => name_of(&paren.elem),
        _ => None,
    }
}

/// The first type argument: `T` of `Option<T>`.
pub(crate) fn argument_of(ty: &Type) -> Option<&Type> {
    let path = match ty {
        Type::Path(path) => &path.path,
        Type::Group(group) => return argument_of(&group.elem),
        Type::Paren(paren) => return argument_of(&paren.elem),
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

/// Whether a prediction of this type leaves failure to the handler.
pub(crate) fn is_fallible(ty: &Type) -> bool {
    name_of(ty).is_some_and(|name| name == "Option" || name == "Result")
}

/// The type of the value itself: `V` of `Option<Prediction<V>>`.
pub(crate) fn plain(ty: &Type) -> &Type {
    let shell = name_of(ty).is_some_and(|name| {
        ["Option", "Result", "Prediction"]
            .iter()
            .any(|shell| name == shell)
    });
    match argument_of(ty) {
        Some(argument) if shell => plain(argument),
        _ => ty,
    }
}

/// Whether a prediction of this type is made of several inputs.
pub(crate) fn is_each(ty: &Type) -> bool {
    name_of(plain(ty)).is_some_and(|name| name == "Each")
}

/// Whether a prediction of this type is written while the handler runs.
pub(crate) fn is_stream(ty: &Type) -> bool {
    name_of(plain(ty)).is_some_and(|name| name == "TextStream")
}
