//! The documents whose code blocks are compiled: the README and every page of the book.

/// Defines a documentation test for each document, and the list of documents.
macro_rules! documents {
    ($($item:ident: $path:literal),+ $(,)?) => {
        /// Paths relative to the root of the repository.
        pub const DOCUMENTS: &[&str] = &[$($path),+];

        $(
            #[cfg(doctest)]
            #[doc = include_str!(concat!("../../", $path))]
            struct $item;
        )+
    };
}

documents! {
    Readme: "README.md",
    Annotating: "docs/src/annotating-a-handler.md",
    Arguments: "docs/src/arguments.md",
    Audio: "docs/src/audio.md",
    Bounds: "docs/src/bounds.md",
    Caching: "docs/src/caching.md",
    Chat: "docs/src/chat.md",
    Checking: "docs/src/checking.md",
    CircuitBreaker: "docs/src/circuit-breaker.md",
    CompileErrors: "docs/src/compile-errors.md",
    Configuration: "docs/src/configuration.md",
    Deliveries: "docs/src/deliveries.md",
    Examples: "docs/src/examples.md",
    Failure: "docs/src/failure-and-fallback.md",
    GettingStarted: "docs/src/getting-started.md",
    Glossary: "docs/src/glossary.md",
    Hedging: "docs/src/hedging.md",
    Hooks: "docs/src/hooks.md",
    HuggingFace: "docs/src/hugging-face.md",
    Images: "docs/src/images.md",
    Introduction: "docs/src/introduction.md",
    KServe: "docs/src/kserve.md",
    Limits: "docs/src/limits.md",
    LocalModels: "docs/src/local-models.md",
    Observability: "docs/src/observability.md",
    Performance: "docs/src/performance.md",
    OpenAiCompatible: "docs/src/openai-compatible.md",
    Prompts: "docs/src/prompts.md",
    Providers: "docs/src/providers.md",
    Stores: "docs/src/stores.md",
    Retry: "docs/src/retry.md",
    Streaming: "docs/src/streaming.md",
    StructuredOutput: "docs/src/structured-output.md",
    Summary: "docs/src/SUMMARY.md",
    Tabular: "docs/src/tabular.md",
    Tasks: "docs/src/tasks.md",
    Tei: "docs/src/tei.md",
    TensorFlowServing: "docs/src/tensorflow-serving.md",
    Testing: "docs/src/testing-your-handlers.md",
    Tgi: "docs/src/tgi.md",
    Uploads: "docs/src/uploads.md",
    Vertex: "docs/src/vertex.md",
    VideoAndGeneration: "docs/src/video-and-generation.md",
    WritingABackend: "docs/src/writing-a-backend.md",
}
