//! Uploads as multipart forms.

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

/// The maximum size of a form besides its file: boundaries, headers, texts.
pub(super) const OVERHEAD: usize = 64 << 10;

/// The name of the part that is the file even without a file name.
const FILE: &str = "file";

/// Reads a form: its first file, and its texts.
pub(super) async fn read<S: Send + Sync>(
    request: Request,
    state: &S,
    max: usize,
) -> Result<Upload, UploadRejection> {
    let mut form = Multipart::from_request(request, state)
        .await
        .map_err(|rejection| UploadRejection::unreadable(rejection.into_response(), max))?;
    let unreadable =
        |error: MultipartError| UploadRejection::unreadable(error.into_response(), max);
    let mut file: Option<(Media, Option<String>)> = None;
    let mut texts = Vec::new();
    let mut left = OVERHEAD;
    while let Some(mut part) = form.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().and_then(last_component);
        // A file field without a selected file is sent with an empty file name and no bytes.
        let is_file = file_name.is_some() || (part.file_name().is_none() && name == FILE);
        if is_file && file.is_none() {
            let media_type = part.content_type().map(str::to_owned);
            let bytes = read_part(&mut part, max, max).await?;
            let media = Media::declared(bytes, media_type.as_deref());
            if let Some(declared) = media_type
                .as_deref()
                .filter(|declared| !is_generic(declared))
                && media.is_unknown()
                && !media.bytes.is_empty()
            {
                return Err(UploadRejection::not_media(declared));
            }
            file = Some((media, file_name));
        } else if part.file_name().is_none() {
            let bytes = read_part(&mut part, left, max).await?;
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

/// Whether this media type says nothing about the content.
fn is_generic(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.is_empty()
        || ["application/octet-stream", "binary/octet-stream"]
            .iter()
            .any(|generic| essence.eq_ignore_ascii_case(generic))
}

/// Reads a part of at most `limit` bytes.
async fn read_part(
    part: &mut Field<'_>,
    limit: usize,
    max: usize,
) -> Result<Bytes, UploadRejection> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = part
        .chunk()
        .await
        .map_err(|error| UploadRejection::unreadable(error.into_response(), max))?
    {
        if chunk.len() > limit - bytes.len() {
            return Err(UploadRejection::too_large(max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Returns the file name without the folders that some clients send.
fn last_component(name: &str) -> Option<String> {
    name.rsplit(['/', '\\'])
        .next()
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}
