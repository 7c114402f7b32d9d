use serde_json::Value;

/// A value of a parameter in `parameters(name = value)`.
///
/// `T` is the type of the parameter. Optional values are accepted too: `parameters(top_k = query.k)` with a
/// `k: Option<u32>` omits the parameter if `k` is `None`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of type `{T}`",
    label = "expected `{T}`",
    note = "a parameter takes a value of its type, or an `Option` of it"
)]
pub trait IntoParameter<T> {
    /// Returns the value, or `None` to omit the parameter.
    fn into_parameter(self) -> Option<T>;
}

macro_rules! parameter {
    ($type:ty: $($from:ty => $convert:expr),+ $(,)?) => {$(
        impl IntoParameter<$type> for $from {
            fn into_parameter(self) -> Option<$type> {
                let convert: fn($from) -> $type = $convert;
                Some(convert(self))
            }
        }

        impl IntoParameter<$type> for Option<$from> {
            fn into_parameter(self) -> Option<$type> {
                let convert: fn($from) -> $type = $convert;
                self.map(convert)
            }
        }
    )+};
}
pub(super) use parameter;

parameter!(bool: bool => |value| value);
// One integer type each: with a second one, the type of a literal could not be inferred.
parameter!(u32: u32 => |value| value);
parameter!(u64: u64 => |value| value);
parameter!(f64: f64 => |value| value, f32 => f64::from, i32 => f64::from);
parameter!(String: String => |value| value, &str => str::to_owned, &String => String::clone);
parameter!(Value: Value => |value| value, &Value => Value::clone);

macro_rules! list {
    ($($from:ty),+ $(,)?) => {$(
        impl<S: AsRef<str>> IntoParameter<Vec<String>> for $from {
            fn into_parameter(self) -> Option<Vec<String>> {
                Some(self.iter().map(|item| item.as_ref().to_owned()).collect())
            }
        }
    )+};
}

list!(Vec<S>, &Vec<S>, &[S]);

impl<S: AsRef<str>, const N: usize> IntoParameter<Vec<String>> for [S; N] {
    fn into_parameter(self) -> Option<Vec<String>> {
        self.as_slice().into_parameter()
    }
}

impl<S: AsRef<str>, const N: usize> IntoParameter<Vec<String>> for &[S; N] {
    fn into_parameter(self) -> Option<Vec<String>> {
        self.as_slice().into_parameter()
    }
}

impl<S: AsRef<str>> IntoParameter<Vec<String>> for Option<Vec<S>> {
    fn into_parameter(self) -> Option<Vec<String>> {
        self.and_then(IntoParameter::into_parameter)
    }
}
