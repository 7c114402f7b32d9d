//! The providers of Hugging Face, as data.
//!
//! Sources: the providers' pages of <https://huggingface.co/docs/inference-providers>, and the requests of the official
//! clients (`huggingface_hub` 2.4, `@huggingface/inference` 4.13). Where those two differ, the form is taken that needs
//! fewer calls.

use super::{
    body::{self, Write},
    chat, deepinfra, fal, novita, nscale, provider_response,
    provider_response::Then,
    replicate, together, wavespeed, zai,
};

/// The one that serves what the others do not; its paths are another file's.
pub(in crate::backend::hf) use inference_spec::providers::HF_INFERENCE;
/// The task that is called `conversational` in Hugging Face's own lists.
pub(in crate::backend::hf) use inference_spec::tasks::CHAT_COMPLETION as CHAT;
use inference_spec::{providers, tasks};

/// One provider.
#[derive(Debug)]
pub(in crate::backend::hf) struct Provider {
    /// As it stands behind a model's name.
    pub(in crate::backend::hf) name: &'static str,
    /// Where its own keys go.
    pub(super) base: &'static str,
    /// The word before its own keys in `Authorization`.
    pub(super) scheme: &'static str,
    /// Whether the router serves it. Where it does not, only its own key will do.
    pub(in crate::backend::hf) routed: bool,
    /// What goes with every question.
    pub(super) headers: &'static [(&'static str, &'static str)],
    /// The path for models that are named with a version (`owner/name:version`).
    pub(super) versioned: Option<&'static str>,
    /// What it can be asked for.
    pub(in crate::backend::hf) serves: &'static [Serves],
}

/// One task of a provider.
#[derive(Debug)]
pub(in crate::backend::hf) struct Serves {
    pub(in crate::backend::hf) task: &'static str,
    /// The path below the base; `{id}` is the model's name at the provider.
    pub(super) path: &'static str,
    /// Whether the question is put on a queue, which has an address of its own.
    pub(super) queue: Option<Queue>,
    pub(super) write: Write,
    pub(super) then: Then,
}

/// The address of a queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Queue {
    /// In place of the provider's base.
    pub(super) base: &'static str,
    /// What the router is told in the query.
    pub(super) routed: &'static str,
}

const BEARER: &str = "Bearer";

/// What most have in common.
const PLAIN: Provider = Provider {
    name: "",
    base: "",
    scheme: BEARER,
    routed: true,
    headers: &[],
    versioned: None,
    serves: &[],
};

const fn serve(task: &'static str, path: &'static str, write: Write, then: Then) -> Serves {
    Serves {
        task,
        path,
        queue: None,
        write,
        then,
    }
}

const fn chat(path: &'static str) -> Serves {
    serve(CHAT, path, chat::write, Then::AsItIs)
}

const fn completions(path: &'static str) -> Serves {
    serve(tasks::TEXT_GENERATION, path, body::completion, Then::AsItIs)
}

const fn embeddings(path: &'static str) -> Serves {
    serve(
        tasks::FEATURE_EXTRACTION,
        path,
        body::embedding,
        Then::AsItIs,
    )
}

const fn queued(task: &'static str, write: Write, then: Then) -> Serves {
    Serves {
        queue: Some(Queue {
            base: "https://queue.fal.run",
            routed: "_subdomain=queue",
        }),
        ..serve(task, "/{id}", write, then)
    }
}

const V1_CHAT: &str = "/v1/chat/completions";

/// Every provider but [`HF_INFERENCE`], by name.
pub(in crate::backend::hf) static PROVIDERS: [Provider; 18] = [
    Provider {
        name: "baseten",
        base: "https://inference.baseten.co",
        serves: &[chat(V1_CHAT)],
        ..PLAIN
    },
    Provider {
        name: "cerebras",
        base: "https://api.cerebras.ai",
        serves: &[chat(V1_CHAT)],
        ..PLAIN
    },
    Provider {
        name: "cohere",
        base: "https://api.cohere.com",
        serves: &[chat("/compatibility/v1/chat/completions")],
        ..PLAIN
    },
    Provider {
        name: "deepinfra",
        base: "https://api.deepinfra.com",
        serves: &[
            chat("/v1/openai/chat/completions"),
            completions("/v1/openai/completions"),
            embeddings("/v1/openai/embeddings"),
            serve(
                tasks::AUTOMATIC_SPEECH_RECOGNITION,
                "/v1/openai/audio/transcriptions",
                body::transcription,
                Then::AsItIs,
            ),
            serve(
                tasks::TEXT_TO_SPEECH,
                "/v1/openai/audio/speech",
                body::speech,
                Then::AsItIs,
            ),
            serve(
                tasks::TEXT_TO_IMAGE,
                "/v1/openai/images/generations",
                deepinfra::image,
                Then::Read(provider_response::openai_image),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "fal-ai",
        base: "https://fal.run",
        scheme: "Key",
        serves: &[
            serve(
                tasks::AUTOMATIC_SPEECH_RECOGNITION,
                "/{id}",
                fal::recognition,
                Then::Read(fal::transcript),
            ),
            serve(
                tasks::TEXT_TO_IMAGE,
                "/{id}",
                fal::image,
                Then::Read(fal::made),
            ),
            serve(
                tasks::TEXT_TO_SPEECH,
                "/{id}",
                fal::speech,
                Then::Read(fal::made),
            ),
            queued(tasks::IMAGE_TO_IMAGE, fal::edited, Then::Job(&fal::MADE)),
            queued(tasks::TEXT_TO_VIDEO, fal::video, Then::Job(&fal::MADE)),
            queued(tasks::IMAGE_TO_VIDEO, fal::animated, Then::Job(&fal::MADE)),
            queued(
                tasks::IMAGE_SEGMENTATION,
                fal::segmented,
                Then::Job(&fal::MASK),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "featherless-ai",
        base: "https://api.featherless.ai",
        serves: &[chat(V1_CHAT), completions("/v1/completions")],
        ..PLAIN
    },
    Provider {
        name: "fireworks-ai",
        base: "https://api.fireworks.ai",
        serves: &[chat("/inference/v1/chat/completions")],
        ..PLAIN
    },
    Provider {
        name: "groq",
        base: "https://api.groq.com",
        serves: &[
            chat("/openai/v1/chat/completions"),
            serve(
                tasks::TEXT_GENERATION,
                "/openai/v1/chat/completions",
                body::completion_as_chat,
                Then::AsItIs,
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "novita",
        base: "https://api.novita.ai",
        serves: &[
            chat("/v3/openai/chat/completions"),
            completions("/v3/openai/completions"),
            serve(
                tasks::TEXT_TO_VIDEO,
                "/v3/hf/{id}",
                body::prompt,
                Then::Job(&novita::VIDEO),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "nscale",
        base: "https://inference.api.nscale.com",
        serves: &[
            chat(V1_CHAT),
            serve(
                tasks::TEXT_TO_IMAGE,
                "/v1/images/generations",
                nscale::image,
                Then::Read(provider_response::openai_image),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "openai",
        base: "https://api.openai.com",
        routed: false,
        serves: &[chat(V1_CHAT)],
        ..PLAIN
    },
    Provider {
        name: "ovhcloud",
        base: "https://oai.endpoints.kepler.ai.cloud.ovh.net",
        serves: &[chat(V1_CHAT), completions("/v1/completions")],
        ..PLAIN
    },
    Provider {
        name: "publicai",
        base: "https://api.publicai.co",
        serves: &[chat(V1_CHAT)],
        ..PLAIN
    },
    Provider {
        name: "replicate",
        base: "https://api.replicate.com",
        headers: &[("prefer", "wait")],
        versioned: Some("/v1/predictions"),
        serves: &[
            serve(
                tasks::AUTOMATIC_SPEECH_RECOGNITION,
                replicate::PATH,
                replicate::recognition,
                Then::Job(&replicate::TRANSCRIPT),
            ),
            serve(
                tasks::TEXT_TO_IMAGE,
                replicate::PATH,
                replicate::image,
                Then::Job(&replicate::MADE),
            ),
            serve(
                tasks::IMAGE_TO_IMAGE,
                replicate::PATH,
                replicate::edited,
                Then::Job(&replicate::MADE),
            ),
            serve(
                tasks::TEXT_TO_SPEECH,
                replicate::PATH,
                replicate::speech,
                Then::Job(&replicate::MADE),
            ),
            serve(
                tasks::TEXT_TO_VIDEO,
                replicate::PATH,
                replicate::prompt,
                Then::Job(&replicate::MADE),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "scaleway",
        base: "https://api.scaleway.ai",
        serves: &[
            chat(V1_CHAT),
            completions("/v1/completions"),
            embeddings("/v1/embeddings"),
        ],
        ..PLAIN
    },
    Provider {
        name: "together",
        base: "https://api.together.xyz",
        serves: &[
            chat(V1_CHAT),
            completions("/v1/completions"),
            embeddings("/v1/embeddings"),
            serve(
                tasks::AUTOMATIC_SPEECH_RECOGNITION,
                "/v1/audio/transcriptions",
                body::transcription,
                Then::AsItIs,
            ),
            serve(
                tasks::TEXT_TO_SPEECH,
                "/v1/audio/speech",
                together::speech,
                Then::AsItIs,
            ),
            serve(
                tasks::TEXT_TO_IMAGE,
                "/v1/images/generations",
                together::image,
                Then::Read(provider_response::openai_image),
            ),
            serve(
                tasks::IMAGE_TO_IMAGE,
                "/v1/images/generations",
                together::edited,
                Then::Read(provider_response::openai_image),
            ),
            serve(
                tasks::TEXT_TO_VIDEO,
                "/v2/videos",
                together::video,
                Then::Job(&together::VIDEO),
            ),
            serve(
                tasks::IMAGE_TO_VIDEO,
                "/v2/videos",
                together::animated,
                Then::Job(&together::VIDEO),
            ),
        ],
        ..PLAIN
    },
    Provider {
        name: "wavespeed",
        base: "https://api.wavespeed.ai",
        serves: &[
            serve(
                tasks::TEXT_TO_IMAGE,
                wavespeed::PATH,
                wavespeed::prompt,
                Then::Job(&wavespeed::MADE),
            ),
            serve(
                tasks::TEXT_TO_VIDEO,
                wavespeed::PATH,
                wavespeed::prompt,
                Then::Job(&wavespeed::MADE),
            ),
            serve(
                tasks::IMAGE_TO_IMAGE,
                wavespeed::PATH,
                wavespeed::edited,
                Then::Job(&wavespeed::MADE),
            ),
            serve(
                tasks::IMAGE_TO_VIDEO,
                wavespeed::PATH,
                wavespeed::edited,
                Then::Job(&wavespeed::MADE),
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
        serves: &[
            chat("/api/paas/v4/chat/completions"),
            serve(
                tasks::TEXT_TO_IMAGE,
                "/api/paas/v4/async/images/generations",
                zai::image,
                Then::Job(&zai::IMAGE),
            ),
            serve(
                tasks::IMAGE_TO_TEXT,
                "/api/paas/v4/layout_parsing",
                zai::layout,
                Then::Read(zai::text),
            ),
        ],
        ..PLAIN
    },
];

impl Provider {
    /// The provider of this name.
    pub(in crate::backend::hf) fn named(name: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| provider.name == name)
    }

    /// How it is asked for this task.
    pub(in crate::backend::hf) fn serving(&self, task: &str) -> Option<&'static Serves> {
        self.serves.iter().find(|serves| serves.task == task)
    }
}

/// Every provider with every task that it serves: the pairs that `model = "…:provider"` can name.
pub fn provider_tasks() -> impl Iterator<Item = (&'static str, &'static str)> {
    providers::pairs()
}

#[cfg(test)]
mod tests {
    use super::{HF_INFERENCE, PROVIDERS, Provider, provider_tasks};

    #[test]
    fn every_entry_is_whole() {
        assert!(PROVIDERS.is_sorted_by_key(|provider| provider.name));
        for provider in &PROVIDERS {
            assert!(provider.base.starts_with("https://"), "{}", provider.name);
            assert!(!provider.serves.is_empty(), "{}", provider.name);
            for serves in provider.serves {
                assert!(serves.path.starts_with('/'), "{serves:?}");
                let found = provider.serving(serves.task).expect("it is there");
                assert!(std::ptr::eq(found, serves), "{serves:?} is there twice");
            }
        }
        assert!(Provider::named(HF_INFERENCE).is_none());
    }

    #[test]
    fn the_table_has_the_pairs_that_annotations_can_name() {
        let others = PROVIDERS.iter().flat_map(|provider| {
            let tasks = provider.serves.iter();
            tasks.map(|serves| (provider.name, serves.task))
        });
        let mut here: Vec<_> = others.collect();
        let named = provider_tasks().filter(|(provider, _)| *provider != HF_INFERENCE);
        let mut named: Vec<_> = named.collect();
        here.sort_unstable();
        named.sort_unstable();
        assert_eq!(here, named);
    }
}
