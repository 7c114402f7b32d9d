use inference_runtime::prelude::*;

macro_rules! classifier {
    ($name:ident, $model:literal, $input:ident => $value:expr, $time:literal) => {
        #[infer(model = $model, task = "text-classification", input = $value, timeout = $time, fallback = Label::new("NEUTRAL", 0.0))]
        async fn $name($input: String, #[prediction] label: Label) -> String {
            label.label
        }
    };
}

classifier!(mood, "org/mood", text => text.trim(), "3s");
classifier!(tone, "org/tone", words => words, "1s");

fn main() {
    let _ = mood;
    let _ = tone;
}
