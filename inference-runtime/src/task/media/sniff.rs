//! Detection of media types, and classes of media.

use super::Media;

/// The classes of media that tasks accept and return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::task) enum Class {
    /// Images.
    Image,
    /// Sounds.
    Audio,
    /// Videos.
    Video,
}

impl Class {
    /// Whether the media may be of this class, or their type is unknown.
    pub(in crate::task) fn accepts(self, media: &Media) -> bool {
        let is = |prefix: &str| media.media_type.starts_with(prefix);
        media.is_unknown()
            || match self {
                Self::Image => is("image/"),
                // Audio and video share containers, and some audio files are detected as video.
                Self::Audio => is("audio/") || is("video/"),
                // Models accept animated images as videos.
                Self::Video => is("video/") || is("image/"),
            }
    }

    /// Returns the media with the type under which they are sent. Services reject sounds of unknown type.
    pub(in crate::task) fn with_media_type(self, media: &Media) -> Media {
        let media_type = match (self, &*media.media_type) {
            (Self::Audio, _) if media.is_unknown() => "audio/x-audio",
            (Self::Audio, "video/webm") => "audio/webm",
            (Self::Audio, "video/mp4") => "audio/mp4",
            _ => return media.clone(),
        };
        Media::new(media.bytes.clone(), media_type)
    }

    pub(in crate::task) fn article(self) -> &'static str {
        match self {
            Self::Image => "an image",
            Self::Audio => "a sound",
            Self::Video => "a video",
        }
    }
}

/// Returns the media type, without its parameters if it contains a comma: the cache stores media as data URLs, where a
/// comma ends the type.
pub(super) fn without_commas(media_type: &str) -> &str {
    let essence = media_type.split(';').next().unwrap_or_default();
    if media_type.contains(',') {
        essence.trim()
    } else {
        media_type.trim()
    }
}

/// Whether a media type is that of an image, a sound or a video that cannot contain scripts.
pub(super) fn is_plain_media(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-');
    http::HeaderValue::from_str(media_type.trim()).is_ok()
        && ["image/", "audio/", "video/"].iter().any(|class| {
            essence
                .strip_prefix(class)
                .is_some_and(|name| !name.is_empty() && name.chars().all(plain))
        })
        && !essence.ends_with("svg+xml")
}
