#![no_main]

use inference_runtime::__fuzz::configuration_variables;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| configuration_variables(bytes));
