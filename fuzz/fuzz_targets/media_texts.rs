#![no_main]

use inference_runtime::__fuzz::media_texts;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| media_texts(bytes));
