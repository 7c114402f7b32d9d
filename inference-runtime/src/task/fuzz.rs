//! Answers of models as any service may send them, and media as any client may.

#![allow(clippy::expect_used, reason = "a broken promise is what is looked for")]

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::*;

/// The body of an answer, put to every task.
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
        of_texts(&answer);
        of_questions(&answer);
        of_media(&answer);
    }
}

/// Base64, a data URL or an address.
pub fn media_texts(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(MediaInput::Media(media)) = MediaInput::from_text(&text) {
        keeps(&media);
    }
    let _ = Media::from_text(&text);
}

/// What is written down, as the cache does, is the same when it is read again.
pub(crate) fn keeps<V>(value: &V)
where
    V: Serialize + DeserializeOwned,
{
    let kept = serde_json::to_vec(value).expect("it can be written");
    let read: V = serde_json::from_slice(&kept).expect("it can be read again");
    let again = serde_json::to_vec(&read).expect("it can be written again");
    assert_eq!(
        String::from_utf8_lossy(&again),
        String::from_utf8_lossy(&kept)
    );
}

fn decode<T: Task>(answer: &RawResponse<'_>, input: &T::Input) {
    match T::decode(answer, input, &T::Parameters::default()) {
        Ok(output) => keeps(&output),
        Err(unusable) => assert!(!unusable.to_string().is_empty()),
    }
}

fn of_texts(answer: &RawResponse<'_>) {
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

fn of_questions(answer: &RawResponse<'_>) {
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

fn of_media(answer: &RawResponse<'_>) {
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
