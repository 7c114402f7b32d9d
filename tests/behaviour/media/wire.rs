//! The exact requests sent to the service.

use inference_runtime::{
    Receive,
    prelude::*,
    task::{self, AudioTrack},
};
use inference_tests::upstream::{Answer, RecordedRequest, Upstream};
use serde_json::{Value, json};

use super::{MP4, PNG, PNG_BASE64, WAV, call, runtime_for};

/// Calls the task with `$input` and the parameters `$field = $value`, and returns the request and the output.
macro_rules! call_task {
    ($task:ident: $parameters:ident { $($field:ident: $value:expr),* }, $input:expr => $output:ty, $answer:expr) => {{
        let upstream = Upstream::always(Answer::json(&$answer)).await;
        let inference = runtime_for(&upstream);
        #[allow(unused_mut)]
        let mut parameters = task::$parameters::default();
        $(parameters.$field = $value;)*
        let call = call!($task, &inference, $input).parameters(parameters);
        let output = <$output as Receive<task::$task>>::receive(call).await;
        (upstream.request(), output.expect("the call should succeed"))
    }};
}

fn assert_raw(request: &RecordedRequest, media_type: &str, bytes: &[u8]) {
    assert_eq!(request.header("content-type"), media_type);
    assert_eq!(request.header("accept"), "application/json");
    assert_eq!(request.path, "/hf-inference/models/org/model");
    assert_eq!(request.body, bytes);
}

fn assert_json(request: &RecordedRequest, body: &Value) {
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.json(), *body);
}

fn labels() -> Value {
    json!([{"label": "cat", "score": 0.9}])
}

#[tokio::test]
async fn media_without_parameters_is_the_request_body() {
    let (request, label) =
        call_task!(ImageClassification: ImageClassificationParameters {}, PNG => Label, labels());
    assert_raw(&request, "image/png", PNG);
    assert_eq!(label, Label::new("cat", 0.9));

    let (request, text) = call_task!(
        AutomaticSpeechRecognition: AutomaticSpeechRecognitionParameters {},
        WAV => String,
        json!({"text": "hello"})
    );
    assert_raw(&request, "audio/x-wav", WAV);
    assert_eq!(text, "hello");

    let (request, _) =
        call_task!(VideoClassification: VideoClassificationParameters {}, MP4 => Label, labels());
    assert_raw(&request, "video/mp4", MP4);

    let (request, text) = call_task!(
        ImageToText: ImageToTextParameters {},
        PNG_BASE64 => String,
        json!([{"generated_text": "a cat"}])
    );
    assert_raw(&request, "image/png", PNG);
    assert_eq!(text, "a cat");
}

#[tokio::test]
async fn audio_always_has_a_media_type() {
    let (request, _) = call_task!(
        AudioClassification: AudioClassificationParameters {},
        b"no known format" => Label,
        labels()
    );
    assert_raw(&request, "audio/x-audio", b"no known format");

    let declared = Media::new(&b"samples"[..], "audio/l16; rate=16000");
    let (request, _) = call_task!(AudioClassification: AudioClassificationParameters {}, &declared => Label, labels());
    assert_raw(&request, "audio/l16; rate=16000", b"samples");
}

#[tokio::test]
async fn media_with_parameters_is_base64_in_json() {
    let (request, _) = call_task!(
        ImageClassification: ImageClassificationParameters { top_k: Some(2) },
        PNG => Vec<Label>,
        labels()
    );
    assert_json(
        &request,
        &json!({"inputs": PNG_BASE64, "parameters": {"top_k": 2}}),
    );

    let (request, label) = call_task!(
        ZeroShotImageClassification: ZeroShotImageClassificationParameters {
            candidate_labels: vec!["cat".to_owned(), "dog".to_owned()]
        },
        PNG => Label,
        labels()
    );
    let parameters = json!({"candidate_labels": ["cat", "dog"]});
    assert_json(
        &request,
        &json!({"inputs": PNG_BASE64, "parameters": parameters}),
    );
    assert_eq!(label.label, "cat");

    let cat =
        json!({"label": "cat", "score": 0.9, "box": {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4}});
    let (request, found) = call_task!(
        ZeroShotObjectDetection: ZeroShotObjectDetectionParameters {
            candidate_labels: vec!["cat".to_owned()]
        },
        PNG => Vec<Detection>,
        json!([cat])
    );
    let parameters = json!({"candidate_labels": ["cat"]});
    assert_json(
        &request,
        &json!({"inputs": PNG_BASE64, "parameters": parameters}),
    );
    assert_eq!(
        serde_json::to_value(&found).expect("the value should be JSON"),
        json!([cat])
    );
}

#[tokio::test]
async fn questions_and_tables_are_sent_as_json() {
    let question = MediaQuestion::new(PNG.to_vec(), "How much?");
    let inputs = json!({"image": PNG_BASE64, "question": "How much?"});
    let (request, answer) = call_task!(
        DocumentQuestionAnswering: DocumentQuestionAnsweringParameters {},
        &question => task::Answer,
        json!([{"answer": "12"}])
    );
    assert_json(&request, &json!({"inputs": inputs}));
    assert_eq!((answer.answer.as_str(), answer.score), ("12", None));
    let (request, answers) = call_task!(
        VisualQuestionAnswering: VisualQuestionAnsweringParameters { top_k: Some(1) },
        &question => Vec<task::Answer>,
        json!([{"answer": "12", "score": 0.5}])
    );
    assert_json(
        &request,
        &json!({"inputs": inputs, "parameters": {"top_k": 1}}),
    );
    assert_eq!(answers[0].score, Some(0.5));

    let table = Table::new().column("Height", [11.5, 12.0]);
    let (request, classes) = call_task!(
        TabularClassification: TabularClassificationParameters {},
        &table => Vec<String>,
        json!([0, 1])
    );
    assert_json(
        &request,
        &json!({"inputs": {"data": {"Height": ["11.5", "12"]}}}),
    );
    assert_eq!(classes, ["0", "1"]);
    let (_, numbers) = call_task!(
        TabularRegression: TabularRegressionParameters {},
        &table => Vec<f64>,
        json!([0.5, 1])
    );
    assert_eq!(numbers, [0.5, 1.0]);
}

#[tokio::test]
async fn media_inside_an_answer_is_decoded() {
    let (_, segments) = call_task!(
        ImageSegmentation: ImageSegmentationParameters {},
        PNG => Vec<Segment>,
        json!([{"label": "sky", "mask": PNG_BASE64}])
    );
    assert_eq!((&*segments[0].mask.bytes, segments[0].score), (PNG, None));
    let (_, depth) = call_task!(
        DepthEstimation: DepthEstimationParameters {},
        PNG => Media,
        json!({"depth": PNG_BASE64, "predicted_depth": [[1.0]]})
    );
    assert_eq!(&*depth.bytes, PNG);
    let (request, tracks) = call_task!(
        AudioToAudio: AudioToAudioParameters {},
        WAV => Vec<AudioTrack>,
        json!([{"label": "label_0", "content-type": "audio/wav", "blob": "UklGRiQAAABXQVZFZm10IA=="}])
    );
    assert_eq!(request.header("accept"), "*/*");
    assert_eq!(tracks[0].blob, Media::new(WAV, "audio/x-wav"));
}

#[tokio::test]
async fn image_with_text_is_sent_as_a_chat() {
    let input = ImageText::new(PNG.to_vec(), "What is it?");
    let reply = json!({"choices": [{"message": {"role": "assistant", "content": "a cat"}}]});
    let (request, text) = call_task!(
        ImageTextToText: ChatCompletionParameters {},
        &input => String,
        reply
    );
    assert_eq!(text, "a cat");
    assert_eq!(request.path, "/v1/chat/completions");
    let body = request.json();
    let url = format!("data:image/png;base64,{PNG_BASE64}");
    let content = json!([
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "text", "text": "What is it?"},
    ]);
    assert_eq!(
        body["messages"],
        json!([{"role": "user", "content": content}])
    );
    assert_eq!(body["model"], "org/model");
}
