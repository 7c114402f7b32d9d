/// The source location of the function that an operation belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    function: &'static str,
    module: &'static str,
    file: &'static str,
    line: u32,
    doc: &'static str,
}

impl Location {
    /// Creates a location. The doc comment is empty for a function without one.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        function: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
        doc: &'static str,
    ) -> Self {
        Self {
            function,
            module,
            file,
            line,
            doc,
        }
    }

    /// The name of the function or method, without its type.
    #[must_use]
    pub const fn function(&self) -> &'static str {
        self.function
    }

    /// The path of the module (`shop::reviews`).
    #[must_use]
    pub const fn module(&self) -> &'static str {
        self.module
    }

    /// The path of the source file, as passed to the compiler.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// The line of `#[infer]`, counted from 1. For a function that a macro expands to, the line of the macro
    /// call.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// The doc comment of the function, its lines without the leading space. `None` for a function without one.
    #[must_use]
    pub const fn doc(&self) -> Option<&'static str> {
        if self.doc.is_empty() {
            None
        } else {
            Some(self.doc)
        }
    }
}
