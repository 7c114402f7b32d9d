//! A typed question of each task, with parameters where providers have other names for them.

use inference_runtime::{
    Operation, Receive, Task,
    operation::{Model, Spec},
    prelude::*,
    task::{self, Media, TargetSize},
};
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nimage";
const MP3: &[u8] = b"ID3\x04sound";

/// The image that is sent.
pub(super) fn image() -> Media {
    Media::sniffed(PNG)
}

/// The sound that is sent.
pub(super) fn sound() -> Media {
    Media::sniffed(MP3)
}

fn operation<T: Task>(model: &str, patience_ms: u64) -> &'static Operation<T> {
    let (name, provider) = model.split_once(':').unwrap_or((model, ""));
    let leaked = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let models = Box::leak(Box::new([Model::new("hf", leaked(name), leaked(provider))]));
    let spec = Spec::new("operation", models).timeout(patience_ms).cache(0);
    Box::leak(Box::new(Operation::new(spec)))
}

/// Asks for a picture, and waits for a second.
pub(super) async fn impatiently(inference: &Inference, model: &str) -> Result<(), InferenceError> {
    let operation = operation::<task::TextToImage>(model, 1_000);
    operation
        .call(inference, "a cat")
        .predict()
        .await
        .map(|_| ())
}

/// The text that comes in pieces.
pub(super) async fn streamed(inference: &Inference, model: &str) -> Result<String, InferenceError> {
    let operation = operation::<task::TextGeneration>(model, 20_000);
    let call = operation.call(inference, "Once");
    TextStream::receive(call).await?.collect_text().await
}

/// Asks, and gives the answer as JSON, beside the provider that is said to have given it.
pub(super) async fn ask(
    inference: &Inference,
    model: &str,
    task: &str,
) -> Result<(Value, Option<String>), InferenceError> {
    macro_rules! predict {
        ($task:ident, $input:expr $(, $name:ident = $value:expr)*) => {{
            #[allow(unused_mut, reason = "some tasks are asked without")]
            let mut parameters = <task::$task as Task>::Parameters::default();
            $(parameters.$name = Some($value);)*
            let call = operation::<task::$task>(model, 20_000).call(inference, $input);
            let answered = call.parameters(parameters).predict().await?;
            let provider = answered.provider.clone().map(|name| name.to_string());
            Ok((json!(&*answered), provider))
        }};
    }
    match task {
        "automatic-speech-recognition" => {
            predict!(
                AutomaticSpeechRecognition,
                &sound(),
                return_timestamps = true
            )
        }
        "chat-completion" => predict!(ChatCompletion, "hi", seed = 7),
        "feature-extraction" => predict!(FeatureExtraction, "text"),
        "image-segmentation" => predict!(ImageSegmentation, &image()),
        "image-to-image" => predict!(
            ImageToImage,
            &image(),
            prompt = "a cat".to_owned(),
            num_inference_steps = 4,
            target_size = TargetSize::new(64, 32)
        ),
        "image-to-text" => predict!(ImageToText, &image()),
        "image-to-video" => predict!(
            ImageToVideo,
            &image(),
            prompt = "a cat".to_owned(),
            num_inference_steps = 4,
            target_size = TargetSize::new(64, 32)
        ),
        "text-generation" => predict!(TextGeneration, "Once", max_new_tokens = 5),
        "text-to-image" => predict!(
            TextToImage,
            "a cat",
            width = 64,
            height = 32,
            num_inference_steps = 4
        ),
        "text-to-speech" => predict!(TextToSpeech, "say"),
        "text-to-video" => predict!(TextToVideo, "a cat", num_inference_steps = 4),
        "summarization" => predict!(Summarization, "long"),
        other => panic!("no question of `{other}`"),
    }
}
