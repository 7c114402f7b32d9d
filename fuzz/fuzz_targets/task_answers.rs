#![no_main]

use inference_runtime::__fuzz::task_answers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| task_answers(bytes));
