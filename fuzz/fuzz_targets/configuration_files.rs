#![no_main]

use inference_runtime::__fuzz::configuration_files;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| configuration_files(bytes));
