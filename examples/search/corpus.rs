//! The searched text: the sections of this project's book.

use std::sync::LazyLock;

macro_rules! pages {
    ($($page:literal),+ $(,)?) => {
        &[$(($page, include_str!(concat!("../../docs/src/", $page, ".md")))),+]
    };
}

/// The pages of the book without the list of compile errors, which is longer than all others.
const PAGES: &[(&str, &str)] = pages![
    "annotating-a-handler",
    "arguments",
    "audio",
    "caching",
    "chat",
    "configuration",
    "deliveries",
    "examples",
    "failure-and-fallback",
    "getting-started",
    "hooks",
    "hugging-face",
    "images",
    "introduction",
    "local-models",
    "streaming",
    "structured-output",
    "tabular",
    "tasks",
    "testing-your-handlers",
    "uploads",
    "video-and-generation",
    "writing-a-backend",
];

/// All sections, in the order of the pages.
pub(crate) static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
    PAGES
        .iter()
        .flat_map(|(page, markdown)| sections(page, markdown))
        .collect()
});

/// The text below one heading.
#[derive(Debug)]
pub(crate) struct Section {
    /// The file's name without `.md`.
    pub(crate) page: &'static str,
    pub(crate) heading: String,
    /// Its prose; code is left out.
    pub(crate) text: String,
}

impl Section {
    /// Returns the text that is compared with a query.
    pub(crate) fn full_text(&self) -> String {
        format!("{}. {}", self.heading, self.text)
    }
}

/// Splits a page at its headings. Sections that contain only code are omitted.
fn sections(page: &'static str, markdown: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code || line.starts_with("|--") {
            // A `#` in code is not a heading.
        } else if let Some(heading) = heading(line) {
            sections.push(Section {
                page,
                heading: plain(heading),
                text: String::new(),
            });
        } else if let Some(section) = sections.last_mut()
            && !line.trim().is_empty()
        {
            if !section.text.is_empty() {
                section.text.push(' ');
            }
            section.text.push_str(&plain(&cells(line)));
        }
    }
    sections.retain(|section| !section.text.is_empty());
    sections
}

fn heading(line: &str) -> Option<&str> {
    let heading = line.trim_start_matches('#');
    (heading.len() < line.len())
        .then(|| heading.strip_prefix(' '))
        .flatten()
}

/// Converts a table row to a sentence. Other lines are unchanged.
fn cells(line: &str) -> String {
    match line.trim().strip_prefix('|') {
        Some(row) => {
            let cells = row.split('|').map(str::trim);
            let cells: Vec<_> = cells.filter(|cell| !cell.is_empty()).collect();
            cells.join(", ") + "."
        }
        None => line.trim().to_owned(),
    }
}

/// Removes Markdown markup and the targets of links.
fn plain(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("](") {
        plain.push_str(before);
        rest = after.split_once(')').map_or("", |(_, remaining)| remaining);
    }
    plain.push_str(rest);
    plain.replace(['`', '*', '['], "")
}

#[cfg(test)]
mod tests {
    use super::{SECTIONS, sections};

    #[test]
    fn page_is_split_at_its_headings() {
        let page = "# Top\n\nOne [link](there.md)\nand `code`.\n\n```toml\n# no heading\n```\n\n## Only code\n\n```rust\nfn f() {}\n```\n\n## Table\n\n| a | b |\n|---|---|\n| c | d |\n";
        let actual: Vec<_> = sections("page", page)
            .into_iter()
            .map(|section| (section.heading, section.text))
            .collect();
        let expected = [("Top", "One link and code."), ("Table", "a, b. c, d.")];
        assert_eq!(
            actual,
            expected.map(|(heading, text)| (heading.to_owned(), text.to_owned()))
        );
    }

    #[test]
    fn corpus_contains_the_book() {
        assert!(SECTIONS.len() > 80, "{}", SECTIONS.len());
        let caching = SECTIONS.iter().any(|section| section.page == "caching");
        assert!(caching, "{SECTIONS:?}");
    }
}
