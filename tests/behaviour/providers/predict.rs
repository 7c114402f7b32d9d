//! A typed call of each task, with parameters whose names differ between providers.

use inference_runtime::{
    Operation, Receive, Task,
    operation::{Model, Spec},
    prelude::*,
    task::{self, Media, TargetSize},
};
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nimage";
const MP3: &[u8] = b"ID3\x04sound";

/// Returns the input image.
pub(super) fn image() -> Media {
    Media::sniffed(PNG)
}

/// Returns the input audio.
pub(super) fn audio() -> Media {
    Media::sniffed(MP3)
}

fn operation<T: Task>(model: &str, timeout_ms: u64) -> &'static Operation<T> {
    let (name, provider) = model.split_once(':').unwrap_or((model, ""));
    let leaked = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let models = Box::leak(Box::new([Model::new("hf", leaked(name), leaked(provider))]));
    let spec = Spec::new("operation", models).timeout(timeout_ms).cache(0);
    Box::leak(Box::new(Operation::new(spec)))
}

/// Calls a text-to-image model with a timeout of one second.
pub(super) async fn predict_with_short_timeout(
    inference: &Inference,
    model: &str,
) -> Result<(), InferenceError> {
    let operation = operation::<task::TextToImage>(model, 1_000);
    operation
        .call(inference, "a cat")
        .predict()
        .await
        .map(|_| ())
}

/// Returns the text of a stream.
pub(super) async fn stream_text(
    inference: &Inference,
    model: &str,
) -> Result<String, InferenceError> {
    let operation = operation::<task::TextGeneration>(model, 20_000);
    let call = operation.call(inference, "Once");
    TextStream::receive(call).await?.collect_text().await
}

/// Calls a model, and returns the output as JSON with the reported provider.
pub(super) async fn predict(
    inference: &Inference,
    model: &str,
    task: &str,
) -> Result<(Value, Option<String>), InferenceError> {
    macro_rules! run {
        ($task:ident, $input:expr $(, $name:ident = $value:expr)*) => {{
            #[allow(unused_mut, reason = "some calls have no parameters")]
            let mut parameters = <task::$task as Task>::Parameters::default();
            $(parameters.$name = Some($value);)*
            let call = operation::<task::$task>(model, 20_000).call(inference, $input);
            let prediction = call.parameters(parameters).predict().await?;
            let provider = prediction.provider.clone().map(|name| name.to_string());
            Ok((json!(&*prediction), provider))
        }};
    }
    match task {
        "automatic-speech-recognition" => {
            run!(
                AutomaticSpeechRecognition,
                &audio(),
                return_timestamps = true
            )
        }
        "chat-completion" => run!(ChatCompletion, "hi", seed = 7),
        "feature-extraction" => run!(FeatureExtraction, "text"),
        "image-segmentation" => run!(ImageSegmentation, &image()),
        "image-to-image" => run!(
            ImageToImage,
            &image(),
            prompt = "a cat".to_owned(),
            num_inference_steps = 4,
            target_size = TargetSize::new(64, 32)
        ),
        "image-to-text" => run!(ImageToText, &image()),
        "image-to-video" => run!(
            ImageToVideo,
            &image(),
            prompt = "a cat".to_owned(),
            num_inference_steps = 4,
            target_size = TargetSize::new(64, 32)
        ),
        "text-generation" => run!(TextGeneration, "Once", max_new_tokens = 5),
        "text-to-image" => run!(
            TextToImage,
            "a cat",
            width = 64,
            height = 32,
            num_inference_steps = 4
        ),
        "text-to-speech" => run!(TextToSpeech, "say"),
        "text-to-video" => run!(TextToVideo, "a cat", num_inference_steps = 4),
        "summarization" => run!(Summarization, "long"),
        other => panic!("there is no call of `{other}`"),
    }
}
