use inference_runtime::Inference;

/// A page: its own text, with the style and the script of all examples and with what each of these names stands for,
/// which is HTML, where `{{name}}` is.
#[must_use]
pub fn page(html: &str, parts: &[(&str, &str)]) -> String {
    let frame = [
        ("style", include_str!("style.css")),
        ("script", include_str!("script.js")),
    ];
    frame
        .iter()
        .chain(parts)
        .fold(html.to_owned(), |page, (name, part)| {
            page.replace(&format!("{{{{{name}}}}}"), part)
        })
}

/// The paragraph that says why a model cannot be asked and what to set, in the runtime's own words; nothing when it
/// can be asked.
#[must_use]
pub fn missing(inference: &Inference, model: &str) -> String {
    inference
        .check_model(model)
        .err()
        .map_or_else(String::new, |error| {
            format!(
                "<p class=\"notice\" id=\"missing\">{}</p>",
                to_html(&error.to_string())
            )
        })
}

/// An error's `sentence; help: sentence` with `code` in it.
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
    fn an_error_reads_as_sentences() {
        assert_eq!(
            to_html("there is no token; help: set `HF_TOKEN` to a<b"),
            "There is no token. Set <code>HF_TOKEN</code> to a&lt;b."
        );
    }

    #[test]
    fn a_page_has_all_its_parts() {
        let page = page("<style>{{style}}</style>{{who}}", &[("who", "<p>we</p>")]);
        assert!(page.starts_with("<style>:root"), "{page}");
        assert!(page.ends_with("</style><p>we</p>"), "{page}");
    }
}
