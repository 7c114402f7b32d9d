//! The fixed parts of the generated code.

/// Creates an operation and registers it: its static, its function with the doc comment, its name, its models and its
/// policies. The name is a path relative to the module's, or a full one after `name = `.
#[doc(hidden)]
#[macro_export]
macro_rules! __infer_operation {
    (
        $operation:ident, $function:literal $(doc = $doc:literal)?, $path:literal,
        $models:tt $($policies:tt)*
    ) => {
        $crate::__private::operation!(
            $operation,
            $function $(doc = $doc)?,
            name = $crate::__private::concat!($crate::__private::module_path!(), $path),
            $models $($policies)*
        )
    };
    (
        $operation:ident, $function:literal $(doc = $doc:literal)?, name = $name:expr,
        [$($model:tt),+] $($policies:tt)*
    ) => {{
        $crate::__private::inventory::submit! {
            $crate::__private::Registered::new(
                $operation.spec(),
                $crate::__private::Location::new(
                    $function,
                    $crate::__private::module_path!(),
                    $crate::__private::file!(),
                    $crate::__private::line!(),
                    $crate::__private::concat!($($doc)?),
                ),
                $crate::__private::runner(&$operation),
            )
        }
        $crate::Operation::new(
            $crate::__private::Spec::new($name, const { &[$($crate::__private::Model::new $model),+] })
                $($policies)*,
        )
    }};
}

/// Awaits the value that a hook returns, sync or async, plain or `Result`, as a `Result<_, HookError>`.
#[doc(hidden)]
#[macro_export]
macro_rules! __infer_resolve {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::{
            Probe, ViaFallibleFuture as _, ViaFuture as _, ViaResult as _, ViaValue as _,
        };
        match $value {
            value => (&&&&Probe::new(&value)).resolver().resolve(value).await,
        }
    }};
}

/// Applies `postprocess` to an output and returns an `Outcome`.
#[doc(hidden)]
#[macro_export]
macro_rules! __infer_postprocess {
    ($outcome:expr, $output:ident => $value:expr) => {
        match $outcome {
            $crate::__private::Ok(prediction) => {
                let ($output, context) = $crate::__private::split(prediction);
                $crate::__private::Outcome::new(context, $crate::__private::resolve!($value))
            }
            $crate::__private::Err(error) => $crate::__private::Outcome::from_error(error),
        }
    };
}
