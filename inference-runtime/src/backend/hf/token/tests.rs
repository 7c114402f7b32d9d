use std::{collections::HashMap, ffi::OsString, fs, path::PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::{Found, find, is_hugging_faces, sendable};

/// What `find` finds with these variables, in a home folder with these files.
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
        Found::Token(token) => Ok(token.expose_secret().trim().to_owned()),
        Found::Nothing(why) => Err(why),
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
fn variables_come_before_files_and_in_their_order() {
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
fn the_file_is_where_the_official_client_writes_it() {
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
fn says_what_to_do_where_there_is_none() {
    let nothing = found(&[], &[(CACHE_FILE, "\n")]).expect_err("an empty file");
    assert!(nothing.contains("`HF_TOKEN`"), "{nothing}");
    let folder = found(&[("HF_TOKEN_PATH", "$HOME")], &[]).expect_err("a folder");
    assert!(folder.contains("cannot be read"), "{folder}");
}

#[test]
fn can_be_forbidden() {
    let token = ("HF_TOKEN", "hf_token");
    for yes in ["1", "on", "YES", "True"] {
        let why = found(&[token, ("HF_HUB_DISABLE_IMPLICIT_TOKEN", yes)], &[]).expect_err(yes);
        assert!(why.contains("HF_HUB_DISABLE_IMPLICIT_TOKEN"), "{why}");
    }
    for no in ["0", "off", ""] {
        found(&[token, ("HF_HUB_DISABLE_IMPLICIT_TOKEN", no)], &[]).expect(no);
    }
}

#[test]
fn what_no_header_holds_is_refused_unread() {
    for text in ["hf_ä", "hf_a b", "hf_\u{0}"] {
        let error = sendable(&SecretString::from(text)).expect_err(text);
        assert!(!format!("{error} {error:?}").contains("hf_"), "{error}");
    }
}

#[test]
fn knows_whose_a_token_is() {
    let is = |text| is_hugging_faces(&sendable(&SecretString::from(text)).expect("sendable"));
    assert!(is(" hf_abc\n"));
    assert!(!is("sk-abc"));
}
