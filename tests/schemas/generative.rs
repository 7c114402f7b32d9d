//! The tasks that generate an image, audio or a video.

use inference_runtime::task::{
    ImageToImage, ImageToVideo, TargetSize, TextToImage, TextToSpeech, TextToVideo,
};
use serde_json::json;

use crate::{
    case::{Case, case},
    media::{FLAC, MP4, PNG, base64, input},
};

pub(crate) async fn cases() -> Vec<Case> {
    let mut cases = images().await;
    cases.extend(videos().await);
    cases.push(speech().await);
    cases
}

async fn images() -> Vec<Case> {
    vec![
        case::<TextToImage, _>(
            "A ship".to_owned(),
            |all| {
                all.guidance_scale = Some(7.5);
                all.height = Some(512);
                all.negative_prompt = Some("rain".to_owned());
                all.num_inference_steps = Some(20);
                all.scheduler = Some("euler".to_owned());
                all.seed = Some(7);
                all.width = Some(768);
            },
            json!({"image": base64(PNG)}),
        )
        .await,
        case::<ImageToImage, _>(
            input(PNG),
            |all| {
                all.guidance_scale = Some(7.5);
                all.negative_prompt = Some("rain".to_owned());
                all.num_inference_steps = Some(20);
                all.prompt = Some("at night".to_owned());
                all.target_size = Some(TargetSize::new(768, 512));
            },
            json!({"image": base64(PNG)}),
        )
        .await,
    ]
}

async fn videos() -> Vec<Case> {
    vec![
        case::<TextToVideo, _>(
            "A ship".to_owned(),
            |all| {
                all.guidance_scale = Some(7.5);
                all.negative_prompt = Some(vec!["rain".to_owned()]);
                all.num_frames = Some(48);
                all.num_inference_steps = Some(20);
                all.seed = Some(7);
            },
            json!({"video": base64(MP4)}),
        )
        .await,
        case::<ImageToVideo, _>(
            input(PNG),
            |all| {
                all.guidance_scale = Some(7.5);
                all.negative_prompt = Some("rain".to_owned());
                all.num_frames = Some(48);
                all.num_inference_steps = Some(20);
                all.prompt = Some("it sails".to_owned());
                all.seed = Some(7);
                all.target_size = Some(TargetSize::new(768, 512));
            },
            json!({"video": base64(MP4)}),
        )
        .await,
    ]
}

async fn speech() -> Case {
    case::<TextToSpeech, _>(
        "Good morning".to_owned(),
        |all| {
            all.do_sample = Some(true);
            all.early_stopping = Some(json!("never"));
            all.epsilon_cutoff = Some(0.0003);
            all.eta_cutoff = Some(0.0003);
            all.max_length = Some(40);
            all.max_new_tokens = Some(20);
            all.min_length = Some(1);
            all.min_new_tokens = Some(1);
            all.num_beam_groups = Some(2);
            all.num_beams = Some(4);
            all.penalty_alpha = Some(0.6);
            all.temperature = Some(0.5);
            all.top_k = Some(5);
            all.top_p = Some(0.9);
            all.typical_p = Some(0.9);
            all.use_cache = Some(true);
        },
        json!({"audio": base64(FLAC), "sampling_rate": 16_000}),
    )
    .await
}
