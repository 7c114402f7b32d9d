#![no_main]

use inference_runtime::__fuzz::event_streams;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| event_streams(bytes));
