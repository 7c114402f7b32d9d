use axum::{Json, Router, extract::Path, routing::post};
use inference_runtime::prelude::*;

struct Review {
    text: String,
    stars: u8,
}

impl<'de> serde::Deserialize<'de> for Review {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (text, stars) = serde::Deserialize::deserialize(deserializer)?;
        Ok(Self { text, stars })
    }
}

const STYLE: &str = "terse";

fn shorten(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[infer(model = "org/name", prompt = "Say {text} in German.")]
async fn names(text: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

#[infer(
    model = ["org/name:groq", "org/name:fastest", "org/name:cheapest", "org/name:preferred", "ollama::llama3.2"],
    system = "You are {STYLE}. Answer as {{\"mood\": \"…\"}}, in {language.to_uppercase()}.",
    prompt = "{review.stars} of 5: {shorten(&review.text)} ({review.text.len()} bytes)
        {match review.stars { 0..=2 => \"{angry}\", _ => \"calm\" }} {if review.stars > 2 { '}' } else { '{' }}",
    parameters(max_tokens = 100),
)]
async fn expressions(
    Path(language): Path<String>,
    Json(review): Json<Review>,
    #[prediction] reply: Prediction<ChatReply>,
) -> Result<String, InferenceError> {
    Ok(reply.message.text().into_owned())
}

#[infer(model = "org/name", task = "text-generation", prompt = r#"Once upon a time, "{who}""#)]
async fn generation(who: String, #[prediction] text: TextStream) -> Result<TextStream, InferenceError> {
    Ok(text)
}

#[infer(model = "org/name", prompt = "Tell a joke.", cache = "1m")]
async fn nothing_in_it(#[prediction] joke: Option<String>) -> String {
    joke.unwrap_or_default()
}

#[infer(model = "org/name", task = "chat-completion", system = "You are {STYLE}.")]
async fn conversation(
    Json(messages): Json<Vec<Message>>,
    #[prediction] reply: TextStream,
) -> Result<TextStream, InferenceError> {
    Ok(reply)
}

#[infer(model = "org/name", task = "chat-completion", system = "Answer in one word.")]
async fn each(
    Json(questions): Json<Vec<String>>,
    #[prediction] replies: Each<String>,
) -> Result<String, InferenceError> {
    Ok(replies.all()?.join(", "))
}

#[infer(model = "org/name", task = "text-classification")]
async fn several(
    text: String,
    #[prediction] mood: Option<Label>,
    #[prediction(prompt = "Summarise: {text}")] summary: Option<String>,
    #[prediction(prompt = "Translate: {text}", system = "You translate.")] translated: Option<String>,
) -> String {
    format!("{mood:?} {summary:?} {translated:?}")
}

struct Bot {
    inference: Inference,
    name: String,
}

impl Bot {
    #[infer(model = "org/name", prompt = "You are {self.name}: {text}", runtime = self.inference)]
    async fn say(&self, text: &str, #[prediction] reply: String) -> Result<String, InferenceError> {
        Ok(reply)
    }
}

fn main() {
    let _: Router = Router::new()
        .route("/names", post(names))
        .route("/expressions/{language}", post(expressions))
        .route("/generation", post(generation))
        .route("/nothing", post(nothing_in_it))
        .route("/conversation", post(conversation))
        .route("/each", post(each))
        .route("/several", post(several));
    let _ = Bot::say;
}
