//! What bytes are, and whether a task can do something with them.

use super::Media;

/// The kinds of media that tasks take and give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::task) enum Class {
    /// A picture.
    Image,
    /// A sound.
    Audio,
    /// A moving picture.
    Video,
}

impl Class {
    /// Whether the media may be of this class: the media type says so or says nothing.
    pub(in crate::task) fn admits(self, media: &Media) -> bool {
        let is = |prefix: &str| media.media_type.starts_with(prefix);
        media.is_unknown()
            || match self {
                Self::Image => is("image/"),
                // The containers of sound are those of video, and some files of sound are only known as such.
                Self::Audio => is("audio/") || is("video/"),
                // An animated picture is a video to the models.
                Self::Video => is("video/") || is("image/"),
            }
    }

    /// The media as they are sent. Services that are not told what a sound is refuse it.
    pub(in crate::task) fn labelled(self, media: &Media) -> Media {
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

/// A media type, or where it has commas what stands before its parameters: in a data URL, as which media are kept, a
/// comma would be its end.
pub(super) fn without_commas(media_type: &str) -> &str {
    let essence = media_type.split(';').next().unwrap_or_default();
    if media_type.contains(',') {
        essence.trim()
    } else {
        media_type.trim()
    }
}

/// Whether a media type is that of an image, a sound or a video, and of none that holds scripts.
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
