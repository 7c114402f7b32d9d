#![no_main]

use inference_runtime::__fuzz::error_answers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| error_answers(bytes));
