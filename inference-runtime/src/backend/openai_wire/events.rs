//! Splits a body into [server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html).

use bytes::Bytes;
use eventsource_stream::{Event, EventStream, EventStreamError};
use futures_util::{Stream, StreamExt, stream};

use crate::{ErrorKind, InferenceError};

/// An event holds one or a few tokens; a larger one is a mistake or an attack.
const MAX_EVENT_BYTES: usize = 1 << 20;

/// Returns the events of a body. The last event counts even without the empty line after it.
pub(super) fn events<B>(body: B) -> impl Stream<Item = Result<Event, InferenceError>> + Send
where
    B: Stream<Item = Result<Bytes, InferenceError>> + Send,
{
    let mut blocks = EventSplitter::new(MAX_EVENT_BYTES);
    let end = stream::once(std::future::ready(Ok(Bytes::new())));
    let blocks = body.chain(end).map(move |bytes| match bytes {
        // A body has no empty chunk in its middle, so this marks the end.
        Ok(bytes) if bytes.is_empty() => vec![Ok(blocks.finish())],
        Ok(bytes) => blocks.push(&bytes),
        Err(error) => vec![Err(error)],
    });
    EventStream::new(blocks.flat_map(stream::iter)).map(|event| {
        event.map_err(|error| match error {
            EventStreamError::Transport(error) => error,
            EventStreamError::Utf8(_) | EventStreamError::Parser(_) => InferenceError::new(
                ErrorKind::MalformedOutput,
                "the stream does not consist of server-sent events",
            ),
        })
    })
}

/// Cuts a body into blocks, each with the lines of one event.
///
/// The parser behind it scans its whole buffer again for every chunk, has no size limit, waits forever on bytes that are
/// not UTF-8, and panics on a byte order mark. So it receives only complete events of bounded size, in valid UTF-8.
struct EventSplitter {
    /// The current, unfinished line.
    line: Vec<u8>,
    /// The lines of the current, unfinished event.
    block: String,
    /// The last byte was a carriage return: a line feed right after it belongs to the same line end.
    after_cr: bool,
    started: bool,
    max: usize,
}

impl EventSplitter {
    fn new(max: usize) -> Self {
        Self {
            line: Vec::new(),
            block: String::new(),
            after_cr: false,
            started: false,
            max,
        }
    }

    fn push(&mut self, bytes: &[u8]) -> Vec<Result<String, InferenceError>> {
        let mut blocks = Vec::new();
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, tail) = rest.split_at(end);
            rest = &tail[1..];
            let second_of_pair =
                self.after_cr && tail[0] == b'\n' && line.is_empty() && self.line.is_empty();
            self.after_cr = tail[0] == b'\r';
            if second_of_pair {
                continue;
            }
            self.line.extend_from_slice(line);
            blocks.extend(self.end_line().map(Ok));
        }
        if !rest.is_empty() {
            self.after_cr = false;
            self.line.extend_from_slice(rest);
        }
        if self.line.len() + self.block.len() > self.max {
            let message = format!("an event of the stream is larger than {} bytes", self.max);
            blocks.push(Err(InferenceError::new(ErrorKind::OutputTooLarge, message)));
        }
        blocks
    }

    /// Ends the current line and returns the event that ends with it.
    fn end_line(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        let mut line = String::from_utf8_lossy(&line);
        if !std::mem::replace(&mut self.started, true)
            && let Some(rest) = line.strip_prefix('\u{feff}')
        {
            line = rest.to_owned().into();
        }
        // Comments keep the connection alive and may be all that arrives for a long time. A byte order mark that is not at
        // the start of the body is part of a field's name, and no known field has one.
        if line.starts_with([':', '\u{feff}']) {
            return None;
        }
        self.block.push_str(&line);
        self.block.push('\n');
        line.is_empty().then(|| std::mem::take(&mut self.block))
    }

    /// Returns the unfinished event at the end of the body.
    fn finish(&mut self) -> String {
        let mut left = self.end_line().unwrap_or_default();
        left.push_str(&std::mem::take(&mut self.block));
        left.push('\n');
        left
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::{FutureExt, StreamExt, stream};

    use super::{MAX_EVENT_BYTES, events};
    use crate::{ErrorKind, InferenceError};

    fn read(chunks: Vec<Vec<u8>>) -> Vec<Result<String, ErrorKind>> {
        let body = stream::iter(chunks.into_iter().map(|chunk| Ok(Bytes::from(chunk))));
        events(body)
            .map(|event| event.map(|event| event.data).map_err(|error| error.kind()))
            .collect()
            .now_or_never()
            .expect("nothing to wait for")
    }

    #[test]
    fn events_are_read_from_every_form_of_the_format() {
        let cases: [(&str, &str, &[&str]); 13] = [
            ("line feeds", "data: a\n\ndata: b\n\n", &["a", "b"]),
            (
                "no space after the colon",
                "data:{\"a\":1}\n\n",
                &["{\"a\":1}"],
            ),
            ("only one space is removed", "data:  a\n\n", &[" a"]),
            ("carriage returns", "data: a\r\rdata: b\r\r", &["a", "b"]),
            (
                "both in pairs",
                "data: a\r\n\r\ndata: b\r\n\r\n",
                &["a", "b"],
            ),
            (
                "comments",
                ": FEATHERLESS PROCESSING\n\n:\ndata: a\n\n: ping\n\n",
                &["a"],
            ),
            (
                "other fields",
                "event: x\nid: 1\nretry: 5\ndata: a\n\n",
                &["a"],
            ),
            ("several lines of data", "data: a\ndata: b\n\n", &["a\nb"]),
            (
                "no empty line at the end",
                "data: a\n\ndata: b\n",
                &["a", "b"],
            ),
            ("no line end at the end", "data: a\n\ndata: b", &["a", "b"]),
            ("a byte order mark", "\u{feff}data: a\n\n", &["a"]),
            (
                "two of them, which make an unknown field",
                "\u{feff}\u{feff}data: a\n\ndata: b\n\n",
                &["b"],
            ),
            (
                "one after a comment",
                ":\n\u{feff}data: a\ndata: b\n\n",
                &["b"],
            ),
        ];
        for (name, body, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|data| Ok((*data).to_owned())).collect();
            assert_eq!(read(vec![body.into()]), expected, "{name}");
            // The network may cut anywhere: inside lines, line ends and characters.
            let bytes = body.bytes().map(|byte| vec![byte]).collect();
            assert_eq!(read(bytes), expected, "{name}, byte by byte");
        }
        assert_eq!(read(vec![]), []);
    }

    #[test]
    fn characters_cut_between_chunks_are_joined() {
        let bytes = "data: Grüße 👋\n\n".as_bytes();
        for cut in 0..bytes.len() {
            let chunks = vec![bytes[..cut].to_vec(), bytes[cut..].to_vec()];
            let chunks = chunks
                .into_iter()
                .filter(|chunk| !chunk.is_empty())
                .collect();
            assert_eq!(read(chunks), [Ok("Grüße 👋".to_owned())], "cut at {cut}");
        }
    }

    #[test]
    fn invalid_utf8_is_replaced() {
        let chunks = vec![b"data: a\xff\n\n".to_vec(), b"data: b\n\n".to_vec()];
        assert_eq!(
            read(chunks),
            [Ok("a\u{fffd}".to_owned()), Ok("b".to_owned())]
        );
    }

    #[test]
    fn an_endless_event_exceeds_the_size_limit() {
        for chunk in ["data: x", "data: x\n"] {
            let endless = stream::repeat(Bytes::from(chunk.repeat(1_000))).map(Ok);
            let first = events(endless)
                .next()
                .now_or_never()
                .flatten()
                .expect("an item");
            let error = first.expect_err("too large");
            assert_eq!(error.kind(), ErrorKind::OutputTooLarge);
            assert!(error.to_string().contains(&MAX_EVENT_BYTES.to_string()));
        }
    }

    #[test]
    fn a_connection_error_follows_the_events_received_before_it() {
        let broken = InferenceError::new(ErrorKind::MalformedOutput, "broken");
        let body = stream::iter([Ok(Bytes::from("data: a\n\ndata: b")), Err(broken)]);
        let read: Vec<_> = events(body)
            .map(|event| event.map(|event| event.data).map_err(|error| error.kind()))
            .take(2)
            .collect()
            .now_or_never()
            .expect("nothing to wait for");
        assert_eq!(read, [Ok("a".to_owned()), Err(ErrorKind::MalformedOutput)]);
    }
}
