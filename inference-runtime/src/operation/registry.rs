use super::Spec;

/// An operation of this program, put on the list by the code that `#[infer]` writes.
#[derive(Debug)]
pub struct Registered(pub &'static Spec);

inventory::collect!(Registered);

/// Every operation of this program, sorted by name.
pub(crate) fn registered() -> Vec<&'static Spec> {
    let mut specs: Vec<_> = inventory::iter::<Registered>
        .into_iter()
        .map(|registered| registered.0)
        .collect();
    specs.sort_by_key(|spec| spec.name());
    specs
}
