use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Answer;
use crate::{
    InferenceError,
    task::{
        DecodeError, MediaInput, Payload, RawResponse, Task,
        accepts::accept_struct,
        media::Class,
        read::{ReadResult, field, index, non_empty_answers, number, optional, text},
        wire::invalid,
    },
};

/// `document-question-answering`: the image of a document and a question → answers, the best first.
///
/// Wire: [specification](https://huggingface.co/tasks/document-question-answering).
#[derive(Clone, Copy, Debug)]
pub struct DocumentQuestionAnswering;

/// `visual-question-answering`: an image and a question → answers, the best first.
///
/// Wire: [specification](https://huggingface.co/tasks/visual-question-answering).
#[derive(Clone, Copy, Debug)]
pub struct VisualQuestionAnswering;

/// An image and a question about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaQuestion {
    /// The image.
    pub image: MediaInput,
    /// The question.
    pub question: String,
}

impl MediaQuestion {
    /// Creates a question about an image.
    #[must_use]
    pub fn new(image: impl Into<MediaInput>, question: impl Into<String>) -> Self {
        Self {
            image: image.into(),
            question: question.into(),
        }
    }
}

/// Reads an answer. Generative models send neither a position nor a score.
fn read(value: &Value) -> ReadResult<Answer> {
    // Some models answer with a number, for example a count.
    let words = |value: &Value| match value {
        Value::Number(number) => Ok(number.to_string()),
        value => text(value),
    };
    Ok(Answer {
        answer: field(value, "answer", words)?,
        score: optional(value, "score", number)?,
        start: optional(value, "start", index)?,
        end: optional(value, "end", index)?,
    })
}

fn read_all(answer: &RawResponse<'_>) -> Result<Vec<Answer>, DecodeError> {
    let mut answers = non_empty_answers(&answer.json()?, "an answer or a list of them", read)?;
    let score = |answer: &Answer| answer.score.unwrap_or(f64::NEG_INFINITY);
    answers.sort_by(|a, b| score(b).total_cmp(&score(a)));
    Ok(answers)
}

/// The parameters of [`DocumentQuestionAnswering`]. Lengths are in tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct DocumentQuestionAnsweringParameters {
    /// The overlap of the chunks of a long document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc_stride: Option<u32>,
    /// Whether the model may find no answer in the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handle_impossible_answer: Option<bool>,
    /// The language of the document, for OCR (`eng`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// The maximum length of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_answer_len: Option<u32>,
    /// The length to which a question is truncated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_question_len: Option<u32>,
    /// The length of the chunks of question and document that the model processes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seq_len: Option<u32>,
    /// The maximum number of answers, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// The document's words and their positions, in place of OCR: a list of `[word, [xmin, ymin, xmax, ymax]]`, the positions
    /// from 0 to 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word_boxes: Option<Value>,
}

/// The parameters of [`VisualQuestionAnswering`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct VisualQuestionAnsweringParameters {
    /// The maximum number of answers, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

/// The wire format, in which the image is plain base64.
#[derive(Serialize)]
struct Wire<'a> {
    image: String,
    question: &'a str,
}

fn encode(input: &MediaQuestion) -> Result<Payload, InferenceError> {
    if input.question.trim().is_empty() {
        return Err(invalid("the question is empty"));
    }
    Payload::json(&Wire {
        image: input.image.media(Class::Image)?.to_base64(),
        question: &input.question,
    })
}

macro_rules! media_question {
    ($($task:ident: $parameters:ty = $name:literal),+ $(,)?) => {$(
        impl Task for $task {
            const NAME: &'static str = $name;
            type Input = MediaQuestion;
            type Parameters = $parameters;
            type Output = Vec<Answer>;

            fn encode(input: &MediaQuestion) -> Result<Payload, InferenceError> {
                encode(input)
            }

            fn decode(
                answer: &RawResponse<'_>,
                _: &MediaQuestion,
                _: &Self::Parameters,
            ) -> Result<Vec<Answer>, DecodeError> {
                read_all(answer)
            }

            fn media(input: &mut MediaQuestion) -> Option<&mut MediaInput> {
                Some(&mut input.image)
            }

            fn size(input: &MediaQuestion) -> usize {
                input.question.len() + input.image.size()
            }
        }
    )+};
}

media_question! {
    DocumentQuestionAnswering: DocumentQuestionAnsweringParameters = "document-question-answering",
    VisualQuestionAnswering: VisualQuestionAnsweringParameters = "visual-question-answering",
}
accept_struct!(
    DocumentQuestionAnswering: MediaQuestion,
    VisualQuestionAnswering: MediaQuestion,
);
