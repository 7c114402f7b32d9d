//! Equal inputs of concurrent requests are sent once.

use axum::Router;
use futures_util::future::join_all;
use http::{Request, header};
use inference_tests::client::{post_json, post_text, send};
use serde_json::json;

use super::*;

#[tokio::test(start_paused = true)]
async fn equal_concurrent_lists_make_one_call() {
    let model = ListModel::gated();
    let app = app_for(&model);
    let requests: Vec<_> = (0..8)
        .map(|_| spawn_list(&app, "/list", &["a", "b", "a", "c"]))
        .collect();
    idle().await;
    assert_eq!(model.calls(), [["a", "b", "c"]]);
    model.permit(1);
    for request in requests {
        assert_values(request, &["a", "b", "a", "c"]).await;
    }
    assert_eq!(model.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn overlapping_concurrent_lists_send_each_input_once() {
    let model = ListModel::gated();
    let app = app_for(&model);
    let first = spawn_list(&app, "/list", &["a", "b"]);
    idle().await;
    let second = spawn_list(&app, "/list", &["c", "b", "a"]);
    idle().await;
    let third = spawn_list(&app, "/list", &["b", "c"]);
    idle().await;
    assert_eq!(model.calls(), [vec!["a", "b"], vec!["c"]]);
    model.permit(2);
    assert_values(first, &["a", "b"]).await;
    assert_values(second, &["c", "b", "a"]).await;
    assert_values(third, &["b", "c"]).await;
    assert_eq!(model.calls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn single_prediction_waits_for_the_call_of_a_list() {
    let model = ListModel::gated();
    let app = app_for(&model);
    let list = spawn_list(&app, "/list", &["a", "b"]);
    idle().await;
    let single = spawn_single(&app, "b");
    idle().await;
    model.permit(1);
    let single = reply(single).await;
    assert_eq!(single.text(), "b");
    assert!(
        single.header("cache-status").contains("collapsed"),
        "{single:?}"
    );
    assert_values(list, &["a", "b"]).await;
    assert_eq!(model.calls(), [["a", "b"]]);
}

#[tokio::test(start_paused = true)]
async fn list_waits_for_the_call_of_a_single_prediction() {
    let model = ListModel::gated();
    let app = app_for(&model);
    let single = spawn_single(&app, "b");
    idle().await;
    let list = spawn_list(&app, "/list", &["a", "b"]);
    idle().await;
    assert_eq!(model.calls(), [["b"], ["a"]]);
    model.permit(2);
    assert_eq!(reply(single).await.text(), "b");
    assert_values(list, &["a", "b"]).await;
    assert_eq!(model.calls().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_input_is_sent_once_whenever_requests_start() {
    // No gate: requests start before, during and after the calls of the others.
    let model = ListModel::open();
    let app = app_for(&model);
    for round in 0..50 {
        let text = |index: usize| format!("{round} {}", index % 6);
        let requests = (0..16_usize).map(|request| {
            let app: Router = app.clone();
            let texts: Vec<_> = (0..=request % 4).map(|item| text(request + item)).collect();
            tokio::spawn(async move {
                if let [text] = &texts[..] {
                    let reply = post_text(&app, "/single", text).await;
                    assert_eq!(reply.text(), text);
                } else {
                    let reply = post_json(&app, "/list", &json!(texts)).await;
                    assert_eq!(reply.json(), json!(texts));
                }
            })
        });
        for request in join_all(requests).await {
            request.expect("the request should succeed");
        }
    }
    let mut once = model.inputs();
    once.dedup();
    assert_eq!(once.len(), 50 * 6);
    assert_eq!(model.inputs(), once);
}

#[tokio::test(start_paused = true)]
async fn uncached_lists_share_nothing_and_spawn_no_task() {
    let model = ListModel::gated();
    let app = app_for(&model);
    let tasks = || {
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
    };
    let before = tasks();
    let replies = async {
        tokio::join!(
            post_list(&app, "/uncached", &["a", "b", "a"]),
            post_list(&app, "/uncached", &["a", "b", "a"]),
        )
    };
    let check = async {
        idle().await;
        assert_eq!(tasks(), before);
        assert_eq!(model.calls(), [["a", "b", "a"], ["a", "b", "a"]]);
        model.permit(2);
    };
    let ((first, second), ()) = tokio::join!(replies, check);
    for reply in [first, second] {
        assert_eq!(reply.json(), json!(["a", "b", "a"]));
    }
}

#[tokio::test(start_paused = true)]
async fn no_cache_list_is_sent_again_and_stored() {
    let model = ListModel::gated();
    let app = app_for(&model);
    let no_cache = |texts: &[&str]| {
        let app = app.clone();
        let request = Request::post("/controlled")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CACHE_CONTROL, "no-cache")
            .body(json!(texts).to_string().into())
            .expect("a request");
        tokio::spawn(async move { send(&app, request).await })
    };
    model.permit(1);
    let stored = spawn_list(&app, "/controlled", &["a", "b"]);
    assert_values(stored, &["a", "b"]).await;

    // Two of them share one call, although the answers are in the cache.
    let requests = [no_cache(&["a", "c", "a"]), no_cache(&["c", "a"])];
    idle().await;
    assert_eq!(model.calls(), [["a", "b"], ["a", "c"]]);
    model.permit(1);
    let [first, second] = requests;
    assert_values(first, &["a", "c", "a"]).await;
    assert_values(second, &["c", "a"]).await;

    // Their answers are in the cache.
    let cached = spawn_list(&app, "/controlled", &["a", "b", "c"]);
    assert_values(cached, &["a", "b", "c"]).await;
    assert_eq!(model.calls().len(), 2);
}
