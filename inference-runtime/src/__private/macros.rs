//! The parts of the generated code that are the same everywhere.

/// Adds an operation to the registry of the program: its static, its function, the function's doc comment, its name,
/// its models and the other arguments of the annotation. The name is a path below the module's, or `name = ` a whole one.
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

/// Waits for what a hook gives, sync or async, plain or `Result`: a `Result<_, Rejected>`.
#[doc(hidden)]
#[macro_export]
macro_rules! __infer_resolve {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::{
            Probe, ViaFallibleFuture as _, ViaFuture as _, ViaResult as _, ViaValue as _,
        };
        match $value {
            value => (&&&&Probe::of(&value)).way().resolve(value).await,
        }
    }};
}

/// Lets `postprocess` make something of an output: an `Outcome`.
#[doc(hidden)]
#[macro_export]
macro_rules! __infer_postprocess {
    ($outcome:expr, $output:ident => $value:expr) => {
        match $outcome {
            $crate::__private::Ok(prediction) => {
                let ($output, aftermath) = $crate::__private::split(prediction);
                $crate::__private::Outcome::made(aftermath, $crate::__private::resolve!($value))
            }
            $crate::__private::Err(error) => $crate::__private::Outcome::failed(error),
        }
    };
}
