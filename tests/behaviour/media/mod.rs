//! Images, audio, video and tables: how handlers receive them, what is sent to the service, and how they are returned.

mod addresses;
mod generated;
mod uploads;
mod wire;

use inference_runtime::{Inference, Operation, operation::Model, operation::Spec};
use inference_tests::upstream::Upstream;

use super::hugging_face::builder_for;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const WAV: &[u8] = b"RIFF\x24\0\0\0WAVEfmt ";
const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";

/// [`PNG`] in base64.
const PNG_BASE64: &str = "iVBORw0KGgoAAAANSUhEUg==";

static MODELS: [Model; 1] = [Model::new("hf", "org/model", "")];

/// Builds a call of an operation with this task.
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

/// Builds a runtime that calls this server.
fn runtime_for(upstream: &Upstream) -> Inference {
    Inference::builder()
        .backend(
            "hf",
            builder_for(upstream)
                .build()
                .expect("the backend should build"),
        )
        .build()
        .expect("the runtime should build")
}
