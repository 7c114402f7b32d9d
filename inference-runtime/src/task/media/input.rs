//! Media as inputs.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{Class, InvalidMedia, Media, text};
use crate::{ErrorKind, InferenceError, task::wire::invalid};

/// The input of a task on media: media, or their URL.
///
/// A URL is rejected unless `allow_hosts` in the configuration's section `media` lists its host. The media are then fetched
/// before the model is called. In JSON it is base64, a data URL, a URL, or `{"media_type": "audio/wav", "base64": "…"}`,
/// which keeps a media type that differs from the one that the bytes have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaInput {
    /// The media.
    Media(Media),
    /// An `http` or `https` URL.
    Url(String),
}

impl MediaInput {
    /// Parses base64, a data URL or a URL.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidMedia`] if the text is none of them.
    pub fn from_text(text: &str) -> Result<Self, InvalidMedia> {
        let text = text.trim();
        if text::is_url(text) {
            return Ok(Self::Url(text.to_owned()));
        }
        text::read(text).map(Self::Media)
    }

    /// Returns the media as they are sent. They must be of this class.
    ///
    /// # Errors
    ///
    /// Returns an [`InvalidInput`](ErrorKind::InvalidInput) error if they are of another class, or have not been fetched.
    pub(in crate::task) fn media(&self, class: Class) -> Result<Media, InferenceError> {
        let media = match self {
            Self::Media(media) => media,
            Self::Url(_) => return Err(url_not_allowed()),
        };
        if media.bytes.is_empty() {
            return Err(invalid(format!(
                "the input is empty; help: send the bytes of {}",
                class.article()
            )));
        }
        if !class.accepts(media) {
            return Err(invalid(format!(
                "the input is `{}`; help: send {}",
                media.media_type,
                class.article()
            )));
        }
        Ok(class.with_media_type(media))
    }

    /// Whether this is a URL.
    pub(crate) fn is_url(&self) -> bool {
        matches!(self, Self::Url(_))
    }

    /// Returns the size of the media in bytes; zero for a URL.
    pub(in crate::task) fn size(&self) -> usize {
        match self {
            Self::Media(media) => media.bytes.len(),
            Self::Url(_) => 0,
        }
    }
}

/// Creates the error for a URL whose host is not allowed.
pub(crate) fn url_not_allowed() -> InferenceError {
    invalid(
        "the input is a URL, and fetching URLs is not enabled; help: send the bytes, base64 or a data URL, or add the host to `media.allow_hosts`",
    )
}

impl From<Media> for MediaInput {
    fn from(media: Media) -> Self {
        Self::Media(media)
    }
}

impl From<Bytes> for MediaInput {
    fn from(bytes: Bytes) -> Self {
        Self::Media(Media::sniffed(bytes))
    }
}

impl From<Vec<u8>> for MediaInput {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Media(Media::sniffed(bytes))
    }
}

impl Serialize for MediaInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Media(media) if media.is_as_declared() => media.serialize(serializer),
            Self::Media(media) => Labelled::from(media).serialize(serializer),
            Self::Url(url) => serializer.serialize_str(url),
        }
    }
}

impl<'de> Deserialize<'de> for MediaInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrLabelled;

        impl<'de> Visitor<'de> for TextOrLabelled {
            type Value = MediaInput;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "base64, a data URL, an address, or an object of `media_type` and `base64`",
                )
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<MediaInput, E> {
                MediaInput::from_text(text).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<MediaInput, A::Error> {
                let labelled = Labelled::deserialize(MapAccessDeserializer::new(map))?;
                labelled
                    .read()
                    .map(MediaInput::Media)
                    .map_err(A::Error::custom)
            }
        }

        deserializer.deserialize_any(TextOrLabelled)
    }
}

/// Media whose type is not the one that their bytes have by themselves. A data URL does not keep such a type, because a
/// sender could label a page as an image.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Labelled<'a> {
    media_type: Cow<'a, str>,
    base64: Cow<'a, str>,
}

impl<'a> From<&'a Media> for Labelled<'a> {
    fn from(media: &'a Media) -> Self {
        Self {
            media_type: Cow::Borrowed(&media.media_type),
            base64: media.to_base64().into(),
        }
    }
}

impl Labelled<'_> {
    /// Reads the media. Only the type of an image, a sound or a video without scripts is kept.
    fn read(&self) -> Result<Media, InvalidMedia> {
        text::decode(&self.base64).map(|bytes| Media::labelled(bytes, &self.media_type))
    }
}

/// A value that contains an image, a sound or a video: the input of every task on media.
///
/// The media type of bytes is detected. Text is base64, a data URL or a URL ([`MediaInput`]).
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not contain media",
    label = "not an image, a sound or a video",
    note = "media are `Bytes`, `Vec<u8>`, `&[u8]`, `Media`, `Upload`, or text in base64"
)]
pub trait AsMedia {
    /// Returns the media.
    ///
    /// # Errors
    ///
    /// Returns an [`InvalidInput`](ErrorKind::InvalidInput) error if the value does not contain media.
    fn as_media(&self) -> Result<MediaInput, InferenceError>;
}

macro_rules! as_media {
    ($($type:ty: $read:expr),+ $(,)?) => {$(
        impl AsMedia for $type {
            fn as_media(&self) -> Result<MediaInput, InferenceError> {
                let read: fn(&Self) -> MediaInput = $read;
                Ok(read(self))
            }
        }
    )+};
}

as_media! {
    Bytes: |bytes| bytes.clone().into(),
    Vec<u8>: |bytes| bytes.clone().into(),
    [u8]: |bytes| bytes.to_vec().into(),
    Media: |media| media.clone().into(),
    MediaInput: Self::clone,
}

impl<const N: usize> AsMedia for [u8; N] {
    fn as_media(&self) -> Result<MediaInput, InferenceError> {
        self.as_slice().as_media()
    }
}

impl AsMedia for str {
    fn as_media(&self) -> Result<MediaInput, InferenceError> {
        MediaInput::from_text(self)
            .map_err(|error| InferenceError::new(ErrorKind::InvalidInput, error.to_string()))
    }
}

impl AsMedia for String {
    fn as_media(&self) -> Result<MediaInput, InferenceError> {
        self.as_str().as_media()
    }
}

impl<M: AsMedia + ?Sized> AsMedia for &M {
    fn as_media(&self) -> Result<MediaInput, InferenceError> {
        (**self).as_media()
    }
}

/// Implements [`Accepts`](crate::task::Accepts) for tasks on media: `Input = MediaInput`, from any [`AsMedia`].
macro_rules! accept_media {
    ($($task:ident),+ $(,)?) => {$(
        impl<I: $crate::task::AsMedia + ?Sized> $crate::task::Accepts<I> for $task {
            fn accept(
                input: &I,
            ) -> Result<$crate::task::MediaInput, $crate::InferenceError> {
                input.as_media()
            }
        }
    )+};
}
pub(in crate::task) use accept_media;

/// The items of [`Task`](crate::Task) for a task whose whole input is media of one class.
macro_rules! media_input {
    ($class:ident) => {
        type Input = $crate::task::MediaInput;

        fn encode(
            input: &$crate::task::MediaInput,
        ) -> Result<$crate::task::Payload, $crate::InferenceError> {
            input
                .media($crate::task::media::Class::$class)
                .map($crate::task::Payload::Media)
        }

        fn size(input: &$crate::task::MediaInput) -> usize {
            input.size()
        }

        fn media(input: &mut $crate::task::MediaInput) -> Option<&mut $crate::task::MediaInput> {
            Some(input)
        }
    };
}
pub(in crate::task) use media_input;
