use serde_json::json;

use super::*;
use crate::task::{
    Label, Media, RawResponse, Task,
    media::samples::{FLAC, WAV, base64, input},
    testing::{assert_decodes, assert_rejected, wire},
};

fn transcript(chunks: &[(&str, Option<f64>, Option<f64>)]) -> Transcript {
    Transcript {
        text: "good day".to_owned(),
        chunks: chunks
            .iter()
            .map(|(text, start, end)| TranscriptChunk {
                text: (*text).to_owned(),
                timestamp: [*start, *end],
            })
            .collect(),
    }
}

#[test]
fn transcripts_are_decoded_in_every_form() {
    let timed = transcript(&[("good", Some(0.0), Some(0.5)), ("day", Some(0.5), None)]);
    assert_decodes::<AutomaticSpeechRecognition>(
        &input(WAV),
        &[
            ("the text alone", r#"{"text":"good day"}"#, transcript(&[])),
            ("in a list", r#"[{"text":"good day"}]"#, transcript(&[])),
            (
                "null for chunks",
                r#"{"text":"good day","chunks":null}"#,
                transcript(&[]),
            ),
            (
                "chunks, the last without an end",
                r#"{"text":"good day","chunks":[{"text":"good","timestamp":[0,0.5]},{"text":"day","timestamp":[0.5,null]}]}"#,
                timed.clone(),
            ),
            (
                "segments",
                r#"{"text":"good day","task":"transcribe","segments":[{"id":0,"text":"good","start":0,"end":0.5},{"id":1,"text":"day","start":0.5}]}"#,
                timed,
            ),
        ],
    );
    assert_rejected::<AutomaticSpeechRecognition>(
        &input(WAV),
        &[
            ("{}", "expected the field `text`, found an empty object"),
            (
                r#"{"text":"a","chunks":[{"text":"a","timestamp":[0]}]}"#,
                "expected start and end at `chunks[0].timestamp`, found a list",
            ),
        ],
    );
}

#[test]
fn labels_are_decoded_in_every_form() {
    assert_decodes::<AudioClassification>(
        &input(WAV),
        &[(
            "a list",
            r#"[{"score":0.2,"label":"hap"},{"score":0.7,"label":"neu"}]"#,
            vec![Label::new("neu", 0.7), Label::new("hap", 0.2)],
        )],
    );
}

#[test]
fn audio_tracks_are_decoded_in_every_form() {
    let track = |label: &str| AudioTrack {
        label: label.to_owned(),
        blob: Media::sniffed(FLAC),
    };
    let body = json!([{"label": "label_0", "content-type": "audio/flac", "blob": base64(FLAC)}]);
    assert_decodes::<AudioToAudio>(
        &input(WAV),
        &[("as recorded", &body.to_string(), vec![track("label_0")])],
    );
    let opaque = json!([{"label": "a", "content-type": "audio/l16", "blob": "AAEC"}]).to_string();
    let answer = |body, media_type| RawResponse {
        body,
        media_type: Some(media_type),
    };
    let decode = |answer: RawResponse<'_>| {
        AudioToAudio::decode(&answer, &input(WAV), &AudioToAudioParameters::default())
            .expect("recordings")
    };
    let tracks = decode(answer(opaque.as_bytes(), "application/json"));
    assert_eq!(tracks[0].blob, Media::new(&b"\0\x01\x02"[..], "audio/l16"));
    assert_eq!(decode(answer(FLAC, "audio/flac")), [track("")]);
    assert_rejected::<AudioToAudio>(
        &input(WAV),
        &[
            ("[]", "expected a list of recordings, found an empty list"),
            (
                r#"[{"label":"a"}]"#,
                "expected a sound at `[0]`, found an object of `label`",
            ),
        ],
    );
}

#[test]
fn parameters_are_encoded() {
    let parameters = AutomaticSpeechRecognitionParameters {
        generation_parameters: Some(json!({"temperature": 0.5})),
        return_timestamps: Some(true),
    };
    assert_eq!(
        wire(&parameters),
        r#"{"generation_parameters":{"temperature":0.5},"return_timestamps":true}"#
    );
    assert_eq!(wire(&AudioToAudioParameters::default()), "{}");
}
