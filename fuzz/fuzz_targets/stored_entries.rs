#![no_main]

use inference_runtime::__fuzz::stored_entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stored_entries(bytes));
