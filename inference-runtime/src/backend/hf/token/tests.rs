use std::{collections::HashMap, ffi::OsString, fs, path::PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::{TokenLookup, find, is_hugging_face_token, to_credential};

/// Returns the result of `find` with these variables, in a home folder with these files.
fn found(variables: &[(&str, &str)], files: &[(&str, &str)]) -> Result<String, String> {
    let home = temporary_folder();
    for (name, content) in files {
        let path = home.join(name);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    let variables: HashMap<_, _> = variables
        .iter()
        .map(|(name, value)| {
            let value = value.replace("$HOME", home.to_str().expect("a plain path"));
            (*name, OsString::from(value))
        })
        .collect();
    let found = find(|name| variables.get(name).cloned(), Some(home.clone()));
    fs::remove_dir_all(home).expect("the folder was there");
    match found {
        TokenLookup::Found(token) => Ok(token.expose_secret().trim().to_owned()),
        TokenLookup::Missing(reason) => Err(reason),
    }
}

fn temporary_folder() -> PathBuf {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let folder = std::env::temp_dir().join(format!(
        "inference-token-{}-{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    ));
    fs::create_dir_all(&folder).expect("a temporary folder");
    folder
}

const CACHE_FILE: &str = ".cache/huggingface/token";

#[test]
fn variables_take_precedence_over_files() {
    let files = [(CACHE_FILE, "hf_file")];
    let both = [("HUGGING_FACE_HUB_TOKEN", "hf_old"), ("HF_TOKEN", "hf_new")];
    assert_eq!(found(&both, &files).as_deref(), Ok("hf_new"));
    assert_eq!(found(&both[..1], &files).as_deref(), Ok("hf_old"));
    assert_eq!(
        found(&[("HF_TOKEN", " \n")], &files).as_deref(),
        Ok("hf_file")
    );
}

#[test]
fn the_file_is_read_from_the_official_locations() {
    let files = [
        (CACHE_FILE, "hf_cache\n"),
        ("xdg/huggingface/token", "hf_xdg"),
        ("hub/token", "hf_home"),
        ("elsewhere", "hf_path"),
    ];
    let xdg = ("XDG_CACHE_HOME", "$HOME/xdg");
    let home = ("HF_HOME", "~/hub");
    let path = ("HF_TOKEN_PATH", "$HOME/elsewhere");
    assert_eq!(found(&[], &files).as_deref(), Ok("hf_cache"));
    assert_eq!(found(&[xdg], &files).as_deref(), Ok("hf_xdg"));
    assert_eq!(found(&[xdg, home], &files).as_deref(), Ok("hf_home"));
    assert_eq!(found(&[xdg, home, path], &files).as_deref(), Ok("hf_path"));
}

#[test]
fn the_error_without_a_token_has_help() {
    let nothing = found(&[], &[(CACHE_FILE, "\n")]).expect_err("an empty file");
    assert!(nothing.contains("`HF_TOKEN`"), "{nothing}");
    let folder = found(&[("HF_TOKEN_PATH", "$HOME")], &[]).expect_err("a folder");
    assert!(folder.contains("cannot be read"), "{folder}");
}

#[test]
fn the_implicit_token_can_be_disabled() {
    let token = ("HF_TOKEN", "hf_token");
    for yes in ["1", "on", "YES", "True"] {
        let reason = found(&[token, ("HF_HUB_DISABLE_IMPLICIT_TOKEN", yes)], &[]).expect_err(yes);
        assert!(reason.contains("HF_HUB_DISABLE_IMPLICIT_TOKEN"), "{reason}");
    }
    for no in ["0", "off", ""] {
        found(&[token, ("HF_HUB_DISABLE_IMPLICIT_TOKEN", no)], &[]).expect(no);
    }
}

#[test]
fn invalid_characters_are_refused_without_repeating_the_token() {
    for text in ["hf_ä", "hf_a b", "hf_\u{0}"] {
        let error = to_credential(&SecretString::from(text)).expect_err(text);
        assert!(!format!("{error} {error:?}").contains("hf_"), "{error}");
    }
}

#[test]
fn tokens_of_hugging_face_are_recognized() {
    let is =
        |text| is_hugging_face_token(&to_credential(&SecretString::from(text)).expect("valid"));
    assert!(is(" hf_abc\n"));
    assert!(!is("sk-abc"));
}
