//! Images, sounds, videos and tables: how they come in, what is sent of them, and how they go out.

mod addresses;
mod generated;
mod uploads;
mod wire;

use inference_runtime::{Inference, Operation, operation::Model, operation::Spec};
use inference_tests::upstream::Upstream;

use super::hugging_face::at;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const WAV: &[u8] = b"RIFF\x24\0\0\0WAVEfmt ";
const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";

/// [`PNG`] in base64.
const PNG_BASE64: &str = "iVBORw0KGgoAAAANSUhEUg==";

static MODELS: [Model; 1] = [Model::new("hf", "org/model", "")];

/// A call of an operation of this task.
macro_rules! call {
    ($task:ident, $inference:expr, $input:expr) => {{
        static OPERATION: $crate::media::Operation<inference_runtime::task::$task> =
            $crate::media::operation();
        OPERATION.call($inference, $input)
    }};
}
use call;

const fn operation<T: inference_runtime::Task>() -> Operation<T> {
    Operation::new(Spec::new(T::NAME, &MODELS).timeout(5_000))
}

/// A runtime that asks this server.
fn asking(upstream: &Upstream) -> Inference {
    Inference::builder()
        .backend("hf", at(upstream).build().expect("a backend"))
        .build()
        .expect("a runtime")
}
