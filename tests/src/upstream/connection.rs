//! The connections of the server.

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
    Answer, RecordedRequest, Shared,
    answer::{End, Start},
    locked,
};

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Serves until the task is aborted, which also ends its connections.
pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener
            .accept()
            .await
            .expect("the server should accept a connection");
        shared.connections.fetch_add(1, Ordering::SeqCst);
        connections.spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let reset = Arc::new(AtomicBool::new(false));
    let service = service_fn(|request| Box::pin(answer(request, &shared, &reset)));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // Errors are expected: tests disconnect clients and truncate responses.
    let _ = poll_fn(|cx| connection.poll_without_shutdown(cx)).await;
    let stream = connection.into_parts().io.into_inner();
    if reset.load(Ordering::SeqCst) {
        stream
            .set_zero_linger()
            .expect("the connection should be reset on close");
    }
}

async fn answer(
    request: Request<Incoming>,
    shared: &Shared,
    reset: &AtomicBool,
) -> io::Result<Response<Body>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let recorded = RecordedRequest {
        method: parts.method,
        path: parts.uri.to_string(),
        headers: parts.headers,
        body,
    };
    let answer = locked(&shared.script)(&recorded);
    locked(&shared.requests).push(recorded);
    shared.request_count.send_modify(|count| *count += 1);
    let disconnect = DisconnectGuard(Some(&shared.disconnects));
    match &answer.start {
        Start::Now => {}
        Start::After(delay) => tokio::time::sleep(*delay).await,
        Start::Permit(semaphore) => semaphore
            .acquire()
            .await
            .expect("the semaphore should stay open")
            .forget(),
        Start::Never => pending().await,
        Start::Closed { reset: by_reset } => {
            disconnect.disarm();
            reset.store(*by_reset, Ordering::SeqCst);
            return Err(io::Error::other("closed by the script"));
        }
    }
    disconnect.disarm();
    if let End::Truncated { reset: true } = answer.end {
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
    if matches!(end, End::Truncated { .. } | End::Stalled) {
        headers.insert(header::CONTENT_LENGTH, (body.len() + 1_000).into());
    }
    let frame = |body| Ok::<_, io::Error>(Frame::data(body));
    let body = match end {
        End::Complete => http_body_util::Full::new(body)
            .map_err(|never: Infallible| match never {})
            .boxed_unsync(),
        End::Endless => StreamBody::new(stream::repeat(body).map(frame)).boxed_unsync(),
        End::Live(chunks) => {
            let chunks = chunks.take();
            let body = stream::unfold(chunks, async |mut chunks| {
                let chunk = chunks.recv().await?;
                Some((chunk.map(Frame::data), chunks))
            });
            StreamBody::new(body).boxed_unsync()
        }
        End::Stalled => {
            let body = stream::iter([frame(body)]).chain(stream::pending());
            StreamBody::new(body).boxed_unsync()
        }
        End::Truncated { .. } => {
            // The pause lets the server send the body before the error.
            let pause = stream::once(tokio::task::yield_now()).filter_map(async |()| None);
            let end = stream::iter([Err(io::Error::other("truncated by the script"))]);
            let body = stream::iter([frame(body)]).chain(pause).chain(end);
            StreamBody::new(body).boxed_unsync()
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Counts a disconnect when it is dropped before the response starts: the server drops the response future of a client
/// that disconnects.
struct DisconnectGuard<'a>(Option<&'a watch::Sender<usize>>);

impl DisconnectGuard<'_> {
    /// Marks the client as still connected.
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for DisconnectGuard<'_> {
    fn drop(&mut self) {
        if let Some(disconnects) = self.0 {
            disconnects.send_modify(|count| *count += 1);
        }
    }
}
