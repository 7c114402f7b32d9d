//! Fuzz targets: responses of services, and media as text.

#![allow(
    clippy::expect_used,
    reason = "a fuzz target reports findings by panicking"
)]

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::*;

/// Decodes a response body as the output of every task.
pub fn task_answers(bytes: &[u8]) {
    for media_type in [
        Some("application/json"),
        Some("audio/l16; rate=16000"),
        None,
    ] {
        let answer = RawResponse {
            body: bytes,
            media_type,
        };
        decode_text_tasks(&answer);
        decode_struct_tasks(&answer);
        decode_media_tasks(&answer);
    }
}

/// Parses base64, a data URL or a URL.
pub fn media_texts(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(MediaInput::Media(media)) = MediaInput::from_text(&text) {
        assert_round_trips(&media);
    }
    let _ = Media::from_text(&text);
}

/// Asserts that a value survives serialization, as in the cache.
pub(crate) fn assert_round_trips<V>(value: &V)
where
    V: Serialize + DeserializeOwned,
{
    let json = serde_json::to_vec(value).expect("serializes");
    let read: V = serde_json::from_slice(&json).expect("deserializes");
    let again = serde_json::to_vec(&read).expect("serializes again");
    assert_eq!(
        String::from_utf8_lossy(&again),
        String::from_utf8_lossy(&json)
    );
}

fn decode<T: Task>(answer: &RawResponse<'_>, input: &T::Input) {
    match T::decode(answer, input, &T::Parameters::default()) {
        Ok(output) => assert_round_trips(&output),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn decode_text_tasks(answer: &RawResponse<'_>) {
    let text = "My name is Wolfgang and I live in [MASK].".to_owned();
    decode::<FeatureExtraction>(answer, &text);
    decode::<FillMask>(answer, &text);
    decode::<Summarization>(answer, &text);
    decode::<TextClassification>(answer, &text);
    decode::<TextGeneration>(answer, &text);
    decode::<TextToImage>(answer, &text);
    decode::<TextToSpeech>(answer, &text);
    decode::<TextToVideo>(answer, &text);
    decode::<TokenClassification>(answer, &text);
    decode::<Translation>(answer, &text);
    decode::<ZeroShotClassification>(answer, &text);
    let chat = Chat::from(vec![Message::user(text)]);
    decode::<ChatCompletion>(answer, &chat);
    decode::<ImageTextToText>(answer, &chat);
}

fn decode_struct_tasks(answer: &RawResponse<'_>) {
    let table = Table::new()
        .column("city", ["Oslo", "Lima"])
        .column("people", [709, 10_092]);
    decode::<Custom>(answer, &json!({"any": Value::Null}));
    decode::<QuestionAnswering>(answer, &Question::new("Who?", "It was Grüße the 👋 cat."));
    decode::<SentenceSimilarity>(answer, &Sentences::new("one", ["two", "three"]));
    decode::<TableQuestionAnswering>(answer, &TableQuestion::new("How many?", table.clone()));
    decode::<TabularClassification>(answer, &table);
    decode::<TabularRegression>(answer, &table);
    decode::<TextRanking>(answer, &Ranking::new("one", ["two", "three"]));
}

fn decode_media_tasks(answer: &RawResponse<'_>) {
    let media = MediaInput::from(Media::new("seven", "application/octet-stream"));
    decode::<AudioClassification>(answer, &media);
    decode::<AudioToAudio>(answer, &media);
    decode::<AutomaticSpeechRecognition>(answer, &media);
    decode::<DepthEstimation>(answer, &media);
    decode::<ImageClassification>(answer, &media);
    decode::<ImageSegmentation>(answer, &media);
    decode::<ImageToImage>(answer, &media);
    decode::<ImageToText>(answer, &media);
    decode::<ImageToVideo>(answer, &media);
    decode::<ObjectDetection>(answer, &media);
    decode::<VideoClassification>(answer, &media);
    decode::<ZeroShotImageClassification>(answer, &media);
    decode::<ZeroShotObjectDetection>(answer, &media);
    let question = MediaQuestion::new(media, "How many?");
    decode::<DocumentQuestionAnswering>(answer, &question);
    decode::<VisualQuestionAnswering>(answer, &question);
}
