//! Failed inputs, chains and panics.

use super::*;

#[tokio::test(start_paused = true)]
async fn failed_input_fails_only_its_waiters_and_is_not_stored() {
    for (failing, kind) in [("broken", "service_failed"), ("bad", "invalid_input")] {
        let model = ListModel::gated();
        let app = app_for(&model);
        let lists: [&'static [&'static str]; 3] = match failing {
            "bad" => [&["a", "bad"], &["bad", "b"], &["a", "b"]],
            _ => [&["a", "broken"], &["broken", "b"], &["a", "b"]],
        };
        let [first, second, third] = lists.map(|texts| spawn_list(&app, "/list", texts));
        let single = spawn_single(&app, failing);
        idle().await;
        model.permit(2);
        assert_values(first, &["a", kind]).await;
        assert_values(second, &[kind, "b"]).await;
        assert_values(third, &["a", "b"]).await;
        assert_eq!(reply(single).await.problem_kind(), kind);
        assert_eq!(model.calls(), [vec!["a", failing], vec!["b"]]);

        model.permit(1);
        let next = spawn_list(&app, "/list", lists[0]);
        assert_values(next, &["a", kind]).await;
        assert_eq!(
            model.calls()[2..],
            [[failing]],
            "only the failure is sent again"
        );
    }
}

fn chain_app() -> (ListModel, ListModel, Router) {
    let (first, second) = (ListModel::gated(), ListModel::gated());
    let inference = Inference::builder()
        .backend("hf", first.clone())
        .backend("second", second.clone());
    let app = app(&inference.build().expect("a runtime"));
    (first, second, app)
}

#[tokio::test(start_paused = true)]
async fn only_failed_inputs_go_to_the_next_model_and_are_sent_to_it_once() {
    let (first, second, app) = chain_app();
    let lists = [
        spawn_list(&app, "/chain", &["a", "broken 1", "bad"]),
        spawn_list(&app, "/chain", &["broken 1", "b", "broken 2"]),
    ];
    idle().await;
    assert_eq!(
        first.calls(),
        [vec!["a", "broken 1", "bad"], vec!["b", "broken 2"]]
    );
    first.permit(2);
    idle().await;
    // The list that moves on first sends the input that both lists have.
    assert_eq!(second.inputs(), ["broken 1", "broken 2"]);
    second.permit(2);
    let [one, two] = lists;
    assert_values(one, &["a", "service_failed", "invalid_input"]).await;
    assert_values(two, &["service_failed", "b", "service_failed"]).await;
    assert_eq!(second.inputs(), ["broken 1", "broken 2"]);
}

#[tokio::test(start_paused = true)]
async fn item_reports_the_failed_call_although_a_later_model_is_not_configured() {
    let first = ListModel::open();
    let not_configured = inference_runtime::backend::from_fn(|_| async {
        let error = InferenceError::new(ErrorKind::NotConfigured, "set a token");
        Err::<serde_json::Value, _>(error)
    });
    let inference = Inference::builder()
        .backend("hf", first)
        .backend("second", not_configured);
    let app = app(&inference.build().expect("a runtime"));
    let list = spawn_list(&app, "/chain", &["a", "broken"]);
    assert_values(list, &["a", "service_failed"]).await;
}

#[tokio::test(start_paused = true)]
async fn panicking_call_fails_only_its_own_waiters() {
    let model = ListModel::gated();
    let app = app_for(&model);
    let leader = spawn_list(&app, "/list", &["panic", "a"]);
    idle().await;
    let waiter = spawn_single(&app, "a");
    let mixed = spawn_list(&app, "/list", &["b", "a"]);
    let other = spawn_list(&app, "/list", &["c"]);
    idle().await;
    assert_eq!(model.calls(), [vec!["panic", "a"], vec!["b"], vec!["c"]]);
    model.permit(3);
    assert_eq!(reply(leader).await.problem_kind(), "internal");
    assert_eq!(reply(waiter).await.problem_kind(), "internal");
    assert_values(mixed, &["b", "internal"]).await;
    assert_values(other, &["c"]).await;

    model.permit(1);
    let next = spawn_list(&app, "/list", &["panic", "a", "b"]);
    assert_values(next, &["panic", "a", "b"]).await;
    assert_eq!(model.calls()[3..], [["panic", "a"]]);
}
