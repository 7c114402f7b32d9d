//! A file among the parts of a form.

use axum::{
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    response::IntoResponse,
};
use bytes::{Bytes, BytesMut};

use super::{Upload, UploadRejection};
use crate::task::Media;

/// What a form may have beside its file: borders, headers, texts.
pub(super) const OVERHEAD: usize = 64 << 10;

/// The part that is the file whether or not it has a file's name.
const FILE: &str = "file";

/// Reads a whole form: its first file, and its texts.
pub(super) async fn read<S: Send + Sync>(
    request: Request,
    state: &S,
    max: usize,
) -> Result<Upload, UploadRejection> {
    let mut form = Multipart::from_request(request, state)
        .await
        .map_err(|rejection| UploadRejection::unread(rejection.into_response(), max))?;
    let broken = |error: MultipartError| UploadRejection::unread(error.into_response(), max);
    let mut file: Option<(Media, Option<String>)> = None;
    let mut texts = Vec::new();
    let mut left = OVERHEAD;
    while let Some(mut part) = form.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().and_then(last_component);
        // A field for a file in which none was chosen comes with an empty name and no bytes.
        let is_file = file_name.is_some() || (part.file_name().is_none() && name == FILE);
        if is_file && file.is_none() {
            let media_type = part.content_type().map(str::to_owned);
            let bytes = whole(&mut part, max, max).await?;
            let media = Media::declared(bytes, media_type.as_deref());
            if let Some(declared) = media_type.as_deref().filter(|declared| !is_vague(declared))
                && media.is_unknown()
                && !media.bytes.is_empty()
            {
                return Err(UploadRejection::no_media(declared));
            }
            file = Some((media, file_name));
        } else if part.file_name().is_none() {
            let bytes = whole(&mut part, left, max).await?;
            left -= bytes.len();
            texts.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    let Some((media, file_name)) = file else {
        return Err(UploadRejection::no_file("the form has no file"));
    };
    Ok(Upload {
        media,
        file_name,
        texts,
    })
}

/// Whether a sender that names this media type does not know what it sends.
fn is_vague(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.is_empty()
        || ["application/octet-stream", "binary/octet-stream"]
            .iter()
            .any(|vague| essence.eq_ignore_ascii_case(vague))
}

/// A part, if it has at most `room` bytes.
async fn whole(part: &mut Field<'_>, room: usize, max: usize) -> Result<Bytes, UploadRejection> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = part
        .chunk()
        .await
        .map_err(|error| UploadRejection::unread(error.into_response(), max))?
    {
        if chunk.len() > room - bytes.len() {
            return Err(UploadRejection::too_large(max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// The name of a file without the folders that some clients put before it.
fn last_component(name: &str) -> Option<String> {
    name.rsplit(['/', '\\'])
        .next()
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}
