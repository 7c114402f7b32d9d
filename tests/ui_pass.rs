//! Handlers of every form, which must compile and run.

#[test]
fn every_form_of_handler_compiles_and_runs() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
