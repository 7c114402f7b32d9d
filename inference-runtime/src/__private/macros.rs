//! The parts of the generated code that are the same everywhere.

/// Declares an operation and puts it on the program's list.
#[doc(hidden)]
#[macro_export]
macro_rules! __infer_operation {
    (static $name:ident: $task:ty = $spec:expr) => {
        static $name: $crate::__private::Operation<$task> =
            $crate::__private::Operation::new($spec);
        $crate::__private::inventory::submit! { $crate::__private::Registered($name.spec()) }
    };
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

/// Puts what `postprocess` makes of an output in the output's place: a `Result<Prediction<_>, InferenceError>`.
#[doc(hidden)]
#[macro_export]
macro_rules! __infer_postprocess {
    ($outcome:expr, $output:ident => $value:expr, $type:ty) => {
        match $outcome {
            $crate::__private::Ok(prediction) => {
                let ($output, origin) = $crate::__private::split(prediction);
                let value = $crate::__private::resolve!($value);
                $crate::__private::postprocessed::<$type>(origin, value)
            }
            $crate::__private::Err(error) => $crate::__private::Err(error),
        }
    };
}
