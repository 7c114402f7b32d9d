#![no_main]

use inference_runtime::__fuzz::uploads;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| uploads(bytes));
