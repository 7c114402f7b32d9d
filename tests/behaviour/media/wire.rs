//! What the service is sent, to the letter.

use inference_runtime::{
    Receive,
    prelude::*,
    task::{self, AudioTrack},
};
use inference_tests::upstream::{Answer, RecordedRequest, Upstream};
use serde_json::{Value, json};

use super::{MP4, PNG, PNG_BASE64, WAV, asking, call};

/// Asks about `$input` with `$field = $value` as parameters, and gives the request and the output.
macro_rules! ask {
    ($task:ident: $parameters:ident { $($field:ident: $value:expr),* }, $input:expr => $output:ty, $answer:expr) => {{
        let upstream = Upstream::always(Answer::json(&$answer)).await;
        let inference = asking(&upstream);
        #[allow(unused_mut)]
        let mut parameters = task::$parameters::default();
        $(parameters.$field = $value;)*
        let call = call!($task, &inference, $input).parameters(parameters);
        let output = <$output as Receive<task::$task>>::receive(call).await;
        (upstream.request(), output.expect("an answer"))
    }};
}

fn is_raw(request: &RecordedRequest, media_type: &str, bytes: &[u8]) {
    assert_eq!(request.header("content-type"), media_type);
    assert_eq!(request.header("accept"), "application/json");
    assert_eq!(request.path, "/hf-inference/models/org/model");
    assert_eq!(request.body, bytes);
}

fn is_json(request: &RecordedRequest, body: &Value) {
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.json(), *body);
}

fn labels() -> Value {
    json!([{"label": "cat", "score": 0.9}])
}

#[tokio::test]
async fn without_parameters_media_are_the_body() {
    let (request, label) =
        ask!(ImageClassification: ImageClassificationParameters {}, PNG => Label, labels());
    is_raw(&request, "image/png", PNG);
    assert_eq!(label, Label::new("cat", 0.9));

    let (request, text) = ask!(
        AutomaticSpeechRecognition: AutomaticSpeechRecognitionParameters {},
        WAV => String,
        json!({"text": "hello"})
    );
    is_raw(&request, "audio/x-wav", WAV);
    assert_eq!(text, "hello");

    let (request, _) =
        ask!(VideoClassification: VideoClassificationParameters {}, MP4 => Label, labels());
    is_raw(&request, "video/mp4", MP4);

    let (request, text) = ask!(
        ImageToText: ImageToTextParameters {},
        PNG_BASE64 => String,
        json!([{"generated_text": "a cat"}])
    );
    is_raw(&request, "image/png", PNG);
    assert_eq!(text, "a cat");
}

#[tokio::test]
async fn a_sound_has_a_media_type_whatever_it_is() {
    let (request, _) = ask!(
        AudioClassification: AudioClassificationParameters {},
        b"no known format" => Label,
        labels()
    );
    is_raw(&request, "audio/x-audio", b"no known format");

    let declared = Media::new(&b"samples"[..], "audio/l16; rate=16000");
    let (request, _) =
        ask!(AudioClassification: AudioClassificationParameters {}, &declared => Label, labels());
    is_raw(&request, "audio/l16; rate=16000", b"samples");
}

#[tokio::test]
async fn with_parameters_media_are_base64() {
    let (request, _) = ask!(
        ImageClassification: ImageClassificationParameters { top_k: Some(2) },
        PNG => Vec<Label>,
        labels()
    );
    is_json(
        &request,
        &json!({"inputs": PNG_BASE64, "parameters": {"top_k": 2}}),
    );

    let (request, label) = ask!(
        ZeroShotImageClassification: ZeroShotImageClassificationParameters {
            candidate_labels: vec!["cat".to_owned(), "dog".to_owned()]
        },
        PNG => Label,
        labels()
    );
    let parameters = json!({"candidate_labels": ["cat", "dog"]});
    is_json(
        &request,
        &json!({"inputs": PNG_BASE64, "parameters": parameters}),
    );
    assert_eq!(label.label, "cat");

    let cat =
        json!({"label": "cat", "score": 0.9, "box": {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4}});
    let (request, found) = ask!(
        ZeroShotObjectDetection: ZeroShotObjectDetectionParameters {
            candidate_labels: vec!["cat".to_owned()]
        },
        PNG => Vec<Detection>,
        json!([cat])
    );
    let parameters = json!({"candidate_labels": ["cat"]});
    is_json(
        &request,
        &json!({"inputs": PNG_BASE64, "parameters": parameters}),
    );
    assert_eq!(serde_json::to_value(&found).expect("JSON"), json!([cat]));
}

#[tokio::test]
async fn questions_and_tables_are_json() {
    let question = MediaQuestion::new(PNG.to_vec(), "How much?");
    let inputs = json!({"image": PNG_BASE64, "question": "How much?"});
    let (request, answer) = ask!(
        DocumentQuestionAnswering: DocumentQuestionAnsweringParameters {},
        &question => task::Answer,
        json!([{"answer": "12"}])
    );
    is_json(&request, &json!({"inputs": inputs}));
    assert_eq!((answer.answer.as_str(), answer.score), ("12", None));
    let (request, answers) = ask!(
        VisualQuestionAnswering: VisualQuestionAnsweringParameters { top_k: Some(1) },
        &question => Vec<task::Answer>,
        json!([{"answer": "12", "score": 0.5}])
    );
    is_json(
        &request,
        &json!({"inputs": inputs, "parameters": {"top_k": 1}}),
    );
    assert_eq!(answers[0].score, Some(0.5));

    let table = Table::new().column("Height", [11.5, 12.0]);
    let (request, classes) = ask!(
        TabularClassification: TabularClassificationParameters {},
        &table => Vec<String>,
        json!([0, 1])
    );
    is_json(
        &request,
        &json!({"inputs": {"data": {"Height": ["11.5", "12"]}}}),
    );
    assert_eq!(classes, ["0", "1"]);
    let (_, numbers) = ask!(
        TabularRegression: TabularRegressionParameters {},
        &table => Vec<f64>,
        json!([0.5, 1])
    );
    assert_eq!(numbers, [0.5, 1.0]);
}

#[tokio::test]
async fn media_inside_an_answer_come_out_as_media() {
    let (_, segments) = ask!(
        ImageSegmentation: ImageSegmentationParameters {},
        PNG => Vec<Segment>,
        json!([{"label": "sky", "mask": PNG_BASE64}])
    );
    assert_eq!((&*segments[0].mask.bytes, segments[0].score), (PNG, None));
    let (_, depth) = ask!(
        DepthEstimation: DepthEstimationParameters {},
        PNG => Media,
        json!({"depth": PNG_BASE64, "predicted_depth": [[1.0]]})
    );
    assert_eq!(&*depth.bytes, PNG);
    let (request, tracks) = ask!(
        AudioToAudio: AudioToAudioParameters {},
        WAV => Vec<AudioTrack>,
        json!([{"label": "label_0", "content-type": "audio/wav", "blob": "UklGRiQAAABXQVZFZm10IA=="}])
    );
    assert_eq!(request.header("accept"), "*/*");
    assert_eq!(tracks[0].blob, Media::new(WAV, "audio/x-wav"));
}

#[tokio::test]
async fn an_image_and_a_text_are_a_chat() {
    let asked = ImageText::new(PNG.to_vec(), "What is it?");
    let reply = json!({"choices": [{"message": {"role": "assistant", "content": "a cat"}}]});
    let (request, text) = ask!(
        ImageTextToText: ChatCompletionParameters {},
        &asked => String,
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
