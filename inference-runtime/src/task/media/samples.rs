//! First bytes of media files, for tests.

use super::{Media, MediaInput};

pub(in crate::task) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
pub(in crate::task) const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
pub(in crate::task) const WAV: &[u8] = b"RIFF\x24\0\0\0WAVEfmt ";
pub(in crate::task) const FLAC: &[u8] = b"fLaC\0\0\0\x22";
/// Padded to the length that detection requires.
pub(in crate::task) const WEBM: &[u8] = &{
    let header = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm";
    let mut file = [0; 257];
    let mut at = 0;
    while at < header.len() {
        file[at] = header[at];
        at += 1;
    }
    file
};
pub(in crate::task) const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";
pub(in crate::task) const PDF: &[u8] = b"%PDF-1.7\n";

pub(in crate::task) fn input(bytes: &'static [u8]) -> MediaInput {
    Media::sniffed(bytes).into()
}

pub(in crate::task) fn base64(bytes: &'static [u8]) -> String {
    Media::sniffed(bytes).to_base64()
}
