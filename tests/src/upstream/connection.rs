//! The server's side of the connections.

use std::{
    convert::Infallible,
    future::{pending, poll_fn},
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, Response, header};
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use super::{
    Answer, Recorded, Shared,
    answer::{End, Start},
    locked,
};

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Serves until the task is aborted; its connections end with it.
pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        shared.connections.fetch_add(1, Ordering::SeqCst);
        connections.spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let reset = Arc::new(AtomicBool::new(false));
    let service = service_fn(|request| Box::pin(answer(request, &shared, &reset)));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // That clients go and answers break off is what tests are about.
    let _ = poll_fn(|cx| connection.poll_without_shutdown(cx)).await;
    let stream = connection.into_parts().io.into_inner();
    if reset.load(Ordering::SeqCst) {
        stream
            .set_zero_linger()
            .expect("a reset in place of an end");
    }
}

async fn answer(
    request: Request<Incoming>,
    shared: &Shared,
    reset: &AtomicBool,
) -> io::Result<Response<Body>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let recorded = Recorded {
        method: parts.method,
        path: parts.uri.to_string(),
        headers: parts.headers,
        body,
    };
    let answer = locked(&shared.script)(&recorded);
    locked(&shared.requests).push(recorded);
    shared.asked.send_modify(|count| *count += 1);
    let hangup = Hangup(Some(&shared.hangups));
    match &answer.start {
        Start::Now => {}
        Start::After(delay) => tokio::time::sleep(*delay).await,
        Start::Released(gate) => gate.acquire().await.expect("an open gate").forget(),
        Start::Never => pending().await,
        Start::Closed { reset: by_reset } => {
            hangup.not();
            reset.store(*by_reset, Ordering::SeqCst);
            return Err(io::Error::other("closed by the script"));
        }
    }
    hangup.not();
    if let End::BrokenOff { reset: true } = answer.end {
        reset.store(true, Ordering::SeqCst);
    }
    Ok(response(answer))
}

fn response(answer: Answer) -> Response<Body> {
    let Answer {
        status,
        mut headers,
        body,
        end,
        ..
    } = answer;
    if matches!(end, End::BrokenOff { .. } | End::Silent) {
        headers.insert(header::CONTENT_LENGTH, (body.len() + 1_000).into());
    }
    let frame = |body| Ok::<_, io::Error>(Frame::data(body));
    let body = match end {
        End::Whole => http_body_util::Full::new(body)
            .map_err(|never: Infallible| match never {})
            .boxed_unsync(),
        End::Endless => StreamBody::new(stream::repeat(body).map(frame)).boxed_unsync(),
        End::Live(pieces) => {
            let pieces = pieces.take();
            let body = stream::unfold(pieces, async |mut pieces| {
                let piece = pieces.recv().await?;
                Some((piece.map(Frame::data), pieces))
            });
            StreamBody::new(body).boxed_unsync()
        }
        End::Silent => {
            let body = stream::iter([frame(body)]).chain(stream::pending());
            StreamBody::new(body).boxed_unsync()
        }
        End::BrokenOff { .. } => {
            // The pause makes the server send what it has before the end.
            let pause = stream::once(tokio::task::yield_now()).filter_map(async |()| None);
            let end = stream::iter([Err(io::Error::other("broken off by the script"))]);
            let body = stream::iter([frame(body)]).chain(pause).chain(end);
            StreamBody::new(body).boxed_unsync()
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Counts a client that goes while its answer is pending: the server drops the answer then.
struct Hangup<'a>(Option<&'a watch::Sender<usize>>);

impl Hangup<'_> {
    /// The client has stayed.
    fn not(mut self) {
        self.0 = None;
    }
}

impl Drop for Hangup<'_> {
    fn drop(&mut self) {
        if let Some(hangups) = self.0 {
            hangups.send_modify(|count| *count += 1);
        }
    }
}
