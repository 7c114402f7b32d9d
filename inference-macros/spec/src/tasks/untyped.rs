//! Tags of the Hub without types in the runtime.

/// Tags of the Hub for which the runtime has no types.
pub(super) const UNTYPED: &[&str] = &[
    "any-to-any",
    "audio-text-to-text",
    "graph-ml",
    "image-feature-extraction",
    "image-text-to-image",
    "image-text-to-video",
    "image-to-3d",
    "keypoint-detection",
    "mask-generation",
    "multiple-choice",
    "reinforcement-learning",
    "robotics",
    "table-to-text",
    "tabular-to-text",
    "text-retrieval",
    "text-to-3d",
    "time-series-forecasting",
    "unconditional-image-generation",
    "video-text-to-text",
    "video-to-video",
    "visual-document-retrieval",
    "voice-activity-detection",
];
