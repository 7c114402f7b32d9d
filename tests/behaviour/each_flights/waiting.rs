//! Callers that leave, and callers with different timeouts.

use super::*;

#[tokio::test(start_paused = true)]
async fn waiters_are_answered_by_the_call_of_a_list_that_is_cancelled() {
    let model = ListModel::gated();
    let app = app_for(&model);
    let leader = spawn_list(&app, "/list", &["a", "b", "c"]);
    idle().await;
    let list = spawn_list(&app, "/list", &["c", "a"]);
    let single = spawn_single(&app, "a");
    idle().await;
    leader.abort();
    idle().await;
    model.permit(1);
    assert_values(list, &["c", "a"]).await;
    assert_eq!(reply(single).await.text(), "a");
    assert_eq!(model.calls(), [["a", "b", "c"]]);
}

#[tokio::test(start_paused = true)]
async fn call_of_a_list_is_dropped_when_its_last_caller_is_cancelled() {
    let model = ListModel::gated();
    let app = app_for(&model);
    let leader = spawn_list(&app, "/list", &["a", "b"]);
    idle().await;
    let list = spawn_list(&app, "/list", &["a"]);
    let single = spawn_single(&app, "b");
    idle().await;
    leader.abort();
    idle().await;
    list.abort();
    idle().await;
    // The single prediction waits for one of the two inputs.
    let running = tokio::time::timeout(Duration::from_secs(1), model.wait_until_ended()).await;
    assert!(running.is_err(), "the call should continue");
    single.abort();
    tokio::time::timeout(Duration::from_secs(1), model.wait_until_ended())
        .await
        .expect("the call should be dropped");

    // The next request starts a new call, whose answers are stored.
    model.permit(1);
    for _ in 0..2 {
        let next = spawn_list(&app, "/list", &["a", "b"]);
        assert_values(next, &["a", "b"]).await;
    }
    assert_eq!(model.calls(), [["a", "b"], ["a", "b"]]);
}

#[tokio::test(start_paused = true)]
async fn input_without_a_caller_can_be_requested_again_while_its_call_continues() {
    let model = ListModel::gated();
    let app = app_for(&model);
    let leader = spawn_list(&app, "/list", &["a", "b"]);
    idle().await;
    let waiter = spawn_list(&app, "/list", &["b"]);
    idle().await;
    leader.abort();
    idle().await;
    let again = spawn_list(&app, "/list", &["a", "b"]);
    idle().await;
    assert_eq!(model.calls(), [vec!["a", "b"], vec!["a"]]);
    model.permit(2);
    assert_values(waiter, &["b"]).await;
    assert_values(again, &["a", "b"]).await;
}

/// Whether the request with less time starts the call.
#[derive(Clone, Copy, Debug)]
enum First {
    Impatient,
    Patient,
}

#[tokio::test(start_paused = true)]
async fn each_caller_of_a_list_has_its_own_timeout() {
    for first in [First::Impatient, First::Patient] {
        let model = ListModel::gated();
        let app = app_for(&model);
        let impatient = || spawn_list(&app, "/impatient", &["a", "b"]);
        let patient = || spawn_list(&app, "/list", &["b", "a"]);
        let (impatient, patient) = match first {
            First::Impatient => {
                let impatient = impatient();
                idle().await;
                (impatient, patient())
            }
            First::Patient => {
                let patient = patient();
                idle().await;
                (impatient(), patient)
            }
        };
        let late = reply(impatient).await;
        assert_eq!(late.status, 504, "{first:?}");
        assert_eq!(late.problem_kind(), "timeout", "{first:?}");
        tokio::time::sleep(Duration::from_secs(10)).await;
        model.permit(1);
        assert_values(patient, &["b", "a"]).await;
        assert_eq!(model.calls().len(), 1, "{first:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn items_answered_in_time_succeed_when_another_times_out() {
    let model = ListModel::gated();
    let app = app_for(&model);
    let slow = spawn_single(&app, "slow");
    idle().await;
    let list = spawn_list(&app, "/impatient", &["a", "slow"]);
    idle().await;
    assert_eq!(model.calls(), [["slow"], ["a"]]);
    // The first permit is for the call that has waited longest.
    model.permit(1);
    assert_eq!(reply(slow).await.text(), "slow");
    assert_values(list, &["timeout", "slow"]).await;
}
