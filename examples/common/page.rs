use inference_runtime::Inference;

/// Builds a page: inserts the shared style and script, and replaces each `{{name}}` by the given HTML.
#[must_use]
pub fn page(html: &str, parts: &[(&str, &str)]) -> String {
    let shared = [
        ("style", include_str!("style.css")),
        ("script", include_str!("script.js")),
    ];
    shared
        .iter()
        .chain(parts)
        .fold(html.to_owned(), |page, (name, part)| {
            page.replace(&format!("{{{{{name}}}}}"), part)
        })
}

/// Returns a paragraph with the runtime's error message if the model cannot be called, or an empty string.
#[must_use]
pub fn configuration_notice(inference: &Inference, model: &str) -> String {
    inference
        .check_model(model)
        .err()
        .map_or_else(String::new, |error| {
            format!(
                "<p class=\"notice\" id=\"notice\">{}</p>",
                to_html(&error.to_string())
            )
        })
}

/// Converts an error message, `sentence; help: sentence` with `code` in it, to HTML.
fn to_html(error: &str) -> String {
    let mut html = String::with_capacity(error.len() + 32);
    let mut in_code = false;
    for (index, sentence) in error.splitn(2, "; help: ").enumerate() {
        if index > 0 {
            html.push_str(". ");
        }
        for (position, letter) in sentence.chars().enumerate() {
            match letter {
                '`' => {
                    html.push_str(if in_code { "</code>" } else { "<code>" });
                    in_code = !in_code;
                }
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                _ if position == 0 => html.extend(letter.to_uppercase()),
                _ => html.push(letter),
            }
        }
    }
    html.push('.');
    html
}

#[cfg(test)]
mod tests {
    use super::{page, to_html};

    #[test]
    fn error_is_converted_to_sentences() {
        assert_eq!(
            to_html("there is no token; help: set `HF_TOKEN` to a<b"),
            "There is no token. Set <code>HF_TOKEN</code> to a&lt;b."
        );
    }

    #[test]
    fn page_contains_all_parts() {
        let page = page(
            "<style>{{style}}</style>{{intro}}",
            &[("intro", "<p>text</p>")],
        );
        assert!(page.starts_with("<style>:root"), "{page}");
        assert!(page.ends_with("</style><p>text</p>"), "{page}");
    }
}
