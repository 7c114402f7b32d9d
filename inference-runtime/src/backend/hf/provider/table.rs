//! The providers of Hugging Face, as data.
//!
//! Sources: the providers' pages of <https://huggingface.co/docs/inference-providers>, and the requests of the official
//! clients (`huggingface_hub` 2.4, `@huggingface/inference` 4.13). Where those two differ, the table has the form with
//! fewer calls.

use inference_spec::tasks;
use serde_json::Value;

use super::{
    body::Body,
    chat, deepinfra, fal,
    job::Job,
    names::CHAT,
    novita, nscale,
    provider_request::ProviderRequest,
    provider_response::{self, Output},
    replicate, shared_bodies, together, wavespeed, zai,
};
use crate::InferenceError;

/// One provider.
#[derive(Debug)]
pub(in crate::backend::hf) struct Provider {
    /// The name, as it follows a model's name.
    pub(in crate::backend::hf) name: &'static str,
    /// The base URL for requests with its own key.
    pub(super) base: &'static str,
    /// The scheme of its own keys in `Authorization`.
    pub(super) scheme: &'static str,
    /// Whether the router serves it. Otherwise it needs its own key.
    pub(in crate::backend::hf) routed: bool,
    /// The headers of every request.
    pub(super) headers: &'static [(&'static str, &'static str)],
    /// The path for models whose name has a version (`owner/name:version`).
    pub(super) versioned: Option<&'static str>,
    /// The tasks it supports.
    pub(in crate::backend::hf) tasks: &'static [ProviderTask],
}

/// One task of a provider.
#[derive(Debug)]
pub(in crate::backend::hf) struct ProviderTask {
    /// The pipeline tag.
    pub(in crate::backend::hf) name: &'static str,
    /// The path below the base; `{id}` is the model's name at the provider.
    pub(super) path: &'static str,
    /// The queue that requests are sent to, if there is one.
    pub(super) queue: Option<Queue>,
    /// Writes the request body.
    pub(super) write: WriteBody,
    /// How the response is read.
    pub(super) response: ResponseKind,
}

/// Writes the body of a request.
pub(super) type WriteBody = fn(&ProviderRequest<'_>) -> Result<Body, InferenceError>;

/// How a provider's response is read.
#[derive(Debug)]
pub(super) enum ResponseKind {
    /// The task decodes the body unchanged.
    Direct,
    /// The output is read from the body.
    Read(fn(&Value) -> Option<Output>),
    /// The body may name a job, which is polled.
    Job(&'static Job),
}

/// A queue with an address of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Queue {
    /// The base URL in place of the provider's.
    pub(super) base: &'static str,
    /// The query that selects the queue behind the router.
    pub(super) routed: &'static str,
}

const BEARER: &str = "Bearer";

/// The most common values.
const PLAIN: Provider = Provider {
    name: "",
    base: "",
    scheme: BEARER,
    routed: true,
    headers: &[],
    versioned: None,
    tasks: &[],
};

const fn task(
    name: &'static str,
    path: &'static str,
    write: WriteBody,
    response: ResponseKind,
) -> ProviderTask {
    ProviderTask {
        name,
        path,
        queue: None,
        write,
        response,
    }
}

const fn chat(path: &'static str) -> ProviderTask {
    task(CHAT, path, chat::write, ResponseKind::Direct)
}

const fn completions(path: &'static str) -> ProviderTask {
    task(
        tasks::TEXT_GENERATION,
        path,
        shared_bodies::completion,
        ResponseKind::Direct,
    )
}

const fn embeddings(path: &'static str) -> ProviderTask {
    task(
        tasks::FEATURE_EXTRACTION,
        path,
        shared_bodies::embedding,
        ResponseKind::Direct,
    )
}

const fn queued(name: &'static str, write: WriteBody, response: ResponseKind) -> ProviderTask {
    ProviderTask {
        queue: Some(Queue {
            base: "https://queue.fal.run",
            routed: "_subdomain=queue",
        }),
        ..task(name, "/{id}", write, response)
    }
}

const V1_CHAT: &str = "/v1/chat/completions";

/// Every provider except [`HF_INFERENCE`](super::names::HF_INFERENCE), by name.
pub(in crate::backend::hf) static PROVIDERS: [Provider; 18] = [
    Provider {
        name: "baseten",
        base: "https://inference.baseten.co",
        tasks: &[chat(V1_CHAT)],
        ..PLAIN
    },
    Provider {
        name: "cerebras",
        base: "https://api.cerebras.ai",
        tasks: &[chat(V1_CHAT)],
        ..PLAIN
    },
    Provider {
        name: "cohere",
        base: "https://api.cohere.com",
        tasks: &[chat("/compatibility/v1/chat/completions")],
        ..PLAIN
    },
    Provider {
        name: "deepinfra",
        base: "https://api.deepinfra.com",
        tasks: &[
            chat("/v1/openai/chat/completions"),
            completions("/v1/openai/completions"),
            embeddings("/v1/openai/embeddings"),
            task(
                tasks::AUTOMATIC_SPEECH_RECOGNITION,
                "/v1/openai/audio/transcriptions",
                shared_bodies::transcription,
                ResponseKind::Direct,
            ),
            task(
                tasks::TEXT_TO_SPEECH,
                "/v1/openai/audio/speech",
                shared_bodies::speech,
                ResponseKind::Direct,
            ),
            task(
                tasks::TEXT_TO_IMAGE,
                "/v1/openai/images/generations",
                deepinfra::text_to_image,
                ResponseKind::Read(provider_response::openai_image),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "fal-ai",
        base: "https://fal.run",
        scheme: "Key",
        tasks: &[
            task(
                tasks::AUTOMATIC_SPEECH_RECOGNITION,
                "/{id}",
                fal::speech_recognition,
                ResponseKind::Read(fal::transcript),
            ),
            task(
                tasks::TEXT_TO_IMAGE,
                "/{id}",
                fal::text_to_image,
                ResponseKind::Read(fal::media),
            ),
            task(
                tasks::TEXT_TO_SPEECH,
                "/{id}",
                fal::text_to_speech,
                ResponseKind::Read(fal::media),
            ),
            queued(
                tasks::IMAGE_TO_IMAGE,
                fal::image_to_image,
                ResponseKind::Job(&fal::MEDIA_JOB),
            ),
            queued(
                tasks::TEXT_TO_VIDEO,
                fal::text_to_video,
                ResponseKind::Job(&fal::MEDIA_JOB),
            ),
            queued(
                tasks::IMAGE_TO_VIDEO,
                fal::image_to_video,
                ResponseKind::Job(&fal::MEDIA_JOB),
            ),
            queued(
                tasks::IMAGE_SEGMENTATION,
                fal::image_segmentation,
                ResponseKind::Job(&fal::MASK_JOB),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "featherless-ai",
        base: "https://api.featherless.ai",
        tasks: &[chat(V1_CHAT), completions("/v1/completions")],
        ..PLAIN
    },
    Provider {
        name: "fireworks-ai",
        base: "https://api.fireworks.ai",
        tasks: &[chat("/inference/v1/chat/completions")],
        ..PLAIN
    },
    Provider {
        name: "groq",
        base: "https://api.groq.com",
        tasks: &[
            chat("/openai/v1/chat/completions"),
            task(
                tasks::TEXT_GENERATION,
                "/openai/v1/chat/completions",
                shared_bodies::completion_as_chat,
                ResponseKind::Direct,
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "novita",
        base: "https://api.novita.ai",
        tasks: &[
            chat("/v3/openai/chat/completions"),
            completions("/v3/openai/completions"),
            task(
                tasks::TEXT_TO_VIDEO,
                "/v3/hf/{id}",
                shared_bodies::prompt,
                ResponseKind::Job(&novita::VIDEO_JOB),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "nscale",
        base: "https://inference.api.nscale.com",
        tasks: &[
            chat(V1_CHAT),
            task(
                tasks::TEXT_TO_IMAGE,
                "/v1/images/generations",
                nscale::text_to_image,
                ResponseKind::Read(provider_response::openai_image),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "openai",
        base: "https://api.openai.com",
        routed: false,
        tasks: &[chat(V1_CHAT)],
        ..PLAIN
    },
    Provider {
        name: "ovhcloud",
        base: "https://oai.endpoints.kepler.ai.cloud.ovh.net",
        tasks: &[chat(V1_CHAT), completions("/v1/completions")],
        ..PLAIN
    },
    Provider {
        name: "publicai",
        base: "https://api.publicai.co",
        tasks: &[chat(V1_CHAT)],
        ..PLAIN
    },
    Provider {
        name: "replicate",
        base: "https://api.replicate.com",
        headers: &[("prefer", "wait")],
        versioned: Some("/v1/predictions"),
        tasks: &[
            task(
                tasks::AUTOMATIC_SPEECH_RECOGNITION,
                replicate::PATH,
                replicate::speech_recognition,
                ResponseKind::Job(&replicate::TRANSCRIPT_JOB),
            ),
            task(
                tasks::TEXT_TO_IMAGE,
                replicate::PATH,
                replicate::text_to_image,
                ResponseKind::Job(&replicate::MEDIA_JOB),
            ),
            task(
                tasks::IMAGE_TO_IMAGE,
                replicate::PATH,
                replicate::image_to_image,
                ResponseKind::Job(&replicate::MEDIA_JOB),
            ),
            task(
                tasks::TEXT_TO_SPEECH,
                replicate::PATH,
                replicate::text_to_speech,
                ResponseKind::Job(&replicate::MEDIA_JOB),
            ),
            task(
                tasks::TEXT_TO_VIDEO,
                replicate::PATH,
                replicate::prompt,
                ResponseKind::Job(&replicate::MEDIA_JOB),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "scaleway",
        base: "https://api.scaleway.ai",
        tasks: &[
            chat(V1_CHAT),
            completions("/v1/completions"),
            embeddings("/v1/embeddings"),
        ],
        ..PLAIN
    },
    Provider {
        name: "together",
        base: "https://api.together.xyz",
        tasks: &[
            chat(V1_CHAT),
            completions("/v1/completions"),
            embeddings("/v1/embeddings"),
            task(
                tasks::AUTOMATIC_SPEECH_RECOGNITION,
                "/v1/audio/transcriptions",
                shared_bodies::transcription,
                ResponseKind::Direct,
            ),
            task(
                tasks::TEXT_TO_SPEECH,
                "/v1/audio/speech",
                together::text_to_speech,
                ResponseKind::Direct,
            ),
            task(
                tasks::TEXT_TO_IMAGE,
                "/v1/images/generations",
                together::text_to_image,
                ResponseKind::Read(provider_response::openai_image),
            ),
            task(
                tasks::IMAGE_TO_IMAGE,
                "/v1/images/generations",
                together::image_to_image,
                ResponseKind::Read(provider_response::openai_image),
            ),
            task(
                tasks::TEXT_TO_VIDEO,
                "/v2/videos",
                together::text_to_video,
                ResponseKind::Job(&together::VIDEO_JOB),
            ),
            task(
                tasks::IMAGE_TO_VIDEO,
                "/v2/videos",
                together::image_to_video,
                ResponseKind::Job(&together::VIDEO_JOB),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "wavespeed",
        base: "https://api.wavespeed.ai",
        tasks: &[
            task(
                tasks::TEXT_TO_IMAGE,
                wavespeed::PATH,
                wavespeed::prompt,
                ResponseKind::Job(&wavespeed::MEDIA_JOB),
            ),
            task(
                tasks::TEXT_TO_VIDEO,
                wavespeed::PATH,
                wavespeed::prompt,
                ResponseKind::Job(&wavespeed::MEDIA_JOB),
            ),
            task(
                tasks::IMAGE_TO_IMAGE,
                wavespeed::PATH,
                wavespeed::with_image,
                ResponseKind::Job(&wavespeed::MEDIA_JOB),
            ),
            task(
                tasks::IMAGE_TO_VIDEO,
                wavespeed::PATH,
                wavespeed::with_image,
                ResponseKind::Job(&wavespeed::MEDIA_JOB),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "zai-org",
        base: "https://api.z.ai",
        headers: &[
            ("accept-language", "en-US,en"),
            ("x-source-channel", "hugging_face"),
        ],
        tasks: &[
            chat("/api/paas/v4/chat/completions"),
            task(
                tasks::TEXT_TO_IMAGE,
                "/api/paas/v4/async/images/generations",
                zai::text_to_image,
                ResponseKind::Job(&zai::IMAGE_JOB),
            ),
            task(
                tasks::IMAGE_TO_TEXT,
                "/api/paas/v4/layout_parsing",
                zai::image_to_text,
                ResponseKind::Read(zai::page_text),
            ),
        ],
        ..PLAIN
    },
];

impl Provider {
    /// Returns the provider of this name.
    pub(in crate::backend::hf) fn find(name: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| provider.name == name)
    }

    /// Returns the provider's entry for this task.
    pub(in crate::backend::hf) fn task(&self, name: &str) -> Option<&'static ProviderTask> {
        self.tasks.iter().find(|task| task.name == name)
    }
}

/// Returns every provider with each of its tasks: the valid combinations of `task` and `model = "…:provider"`.
pub fn provider_tasks() -> impl Iterator<Item = (&'static str, &'static str)> {
    inference_spec::providers::pairs()
}

#[cfg(test)]
mod tests {
    use super::{PROVIDERS, Provider, provider_tasks};
    use crate::backend::hf::provider::names::HF_INFERENCE;

    #[test]
    fn every_entry_is_complete() {
        assert!(PROVIDERS.is_sorted_by_key(|provider| provider.name));
        for provider in &PROVIDERS {
            assert!(provider.base.starts_with("https://"), "{}", provider.name);
            assert!(!provider.tasks.is_empty(), "{}", provider.name);
            for task in provider.tasks {
                assert!(task.path.starts_with('/'), "{task:?}");
                let found = provider.task(task.name).expect("an entry");
                assert!(std::ptr::eq(found, task), "{task:?} is there twice");
            }
        }
        assert!(Provider::find(HF_INFERENCE).is_none());
    }

    #[test]
    fn the_table_has_the_pairs_that_annotations_can_name() {
        let pairs = PROVIDERS.iter().flat_map(|provider| {
            let tasks = provider.tasks.iter();
            tasks.map(|task| (provider.name, task.name))
        });
        let mut pairs: Vec<_> = pairs.collect();
        let named = provider_tasks().filter(|(provider, _)| *provider != HF_INFERENCE);
        let mut named: Vec<_> = named.collect();
        pairs.sort_unstable();
        named.sort_unstable();
        assert_eq!(pairs, named);
    }
}
