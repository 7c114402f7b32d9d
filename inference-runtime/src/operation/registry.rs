use std::any::Any;

use super::{Location, Model, Spec};

/// An operation of this program: its annotation and its location. The code that `#[infer]` writes adds it to the
/// registry, and [`Inference::run`](crate::Inference::run) runs it by its name.
#[derive(Debug)]
pub struct Registered {
    spec: &'static Spec,
    location: Location,
    /// Runs a stored call of this operation. The type is the ladder's, which this module cannot name: the registry is
    /// below the runtime that runs a call. The ladder downcasts it.
    runner: &'static (dyn Any + Send + Sync),
}

inventory::collect!(Registered);

impl Registered {
    /// Creates an entry of the registry.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        spec: &'static Spec,
        location: Location,
        runner: &'static (dyn Any + Send + Sync),
    ) -> Self {
        Self {
            spec,
            location,
            runner,
        }
    }

    /// The arguments of the annotation.
    #[must_use]
    pub const fn spec(&self) -> &'static Spec {
        self.spec
    }

    /// The operation's name in configuration, logs and headers.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.spec.name()
    }

    /// The pipeline tag of its task.
    #[must_use]
    pub const fn task(&self) -> &'static str {
        self.spec.task()
    }

    /// The models of the annotation, in the order in which they are called.
    #[must_use]
    pub const fn models(&self) -> &'static [Model] {
        self.spec.models()
    }

    /// The source location of the function.
    #[must_use]
    pub const fn location(&self) -> &Location {
        &self.location
    }

    /// The name of the function: [`Location::function`].
    #[must_use]
    pub const fn function(&self) -> &'static str {
        self.location.function()
    }

    /// The path of the module: [`Location::module`].
    #[must_use]
    pub const fn module(&self) -> &'static str {
        self.location.module()
    }

    /// The source file: [`Location::file`].
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.location.file()
    }

    /// The line in the source file: [`Location::line`].
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.location.line()
    }

    /// The doc comment of the function: [`Location::doc`].
    #[must_use]
    pub const fn doc(&self) -> Option<&'static str> {
        self.location.doc()
    }

    /// The runner, if it is of this type.
    pub(crate) fn runner<R: Any>(&self) -> Option<&'static R> {
        self.runner.downcast_ref()
    }
}

/// Every operation of this program, sorted by name.
pub(crate) fn operations() -> Vec<&'static Registered> {
    let mut operations: Vec<_> = inventory::iter::<Registered>.into_iter().collect();
    operations.sort_by_key(|operation| operation.name());
    operations
}

/// The annotation of every operation of this program, sorted by name.
pub(crate) fn registered() -> Vec<&'static Spec> {
    operations().into_iter().map(Registered::spec).collect()
}
