//! A browser without a window, told what to do by the WebDriver protocol.

use std::{path::Path, process::Stdio, time::Duration};

use thirtyfour::{
    ChromeCapabilities, ChromiumLikeCapabilities, WebDriver,
    error::{WebDriverErrorInner, WebDriverResult},
    prelude::*,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::Mutex,
};

/// A page that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Ends when an element with these words can be seen.
const UNTIL: &str = "
    const [css, words, done] = arguments;
    const there = () => [...document.querySelectorAll(css)]
        .some(element => element.checkVisibility() && element.innerText.includes(words));
    if (there()) return done();
    const observer = new MutationObserver(() => {
        if (!there()) return;
        observer.disconnect();
        done();
    });
    observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
";

const FLAGS: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// One browser at a time: they are heavy.
static BROWSER: Mutex<()> = Mutex::const_new(());

/// Lends a test a browser with a fresh profile, and ends it whatever becomes of the test.
pub(crate) async fn browse(test: impl AsyncFnOnce(Tab)) {
    let _alone = BROWSER.lock().await;
    let profile = tempfile::tempdir().expect("a folder for the profile");
    let (_chromedriver, address) = chromedriver().await;
    let driver = WebDriver::new(address, capabilities(profile.path()).expect("capabilities"))
        .await
        .expect("a browser");
    let patient = driver.set_script_timeout(PATIENCE).await;
    patient.expect("a time limit");
    let tested = driver.run_and_quit(async |driver| {
        test(Tab(driver)).await;
        Ok::<_, std::convert::Infallible>(())
    });
    tested.await.expect("the browser ends");
}

/// Starts chromedriver on a free port, and says where it is. It ends when it is dropped.
async fn chromedriver() -> (Child, String) {
    let mut process = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("chromedriver, of Debian's package chromium-driver");
    let output = process.stdout.take().expect("its output");
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await.expect("a line") {
        let port = line
            .split_once("started successfully on port ")
            .map(|(_, port)| port.trim_end_matches('.'));
        if let Some(port) = port {
            return (process, format!("http://127.0.0.1:{port}"));
        }
    }
    panic!("chromedriver did not start");
}

fn capabilities(profile: &Path) -> WebDriverResult<ChromeCapabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    for flag in FLAGS {
        capabilities.add_arg(flag)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    Ok(capabilities)
}

/// What somebody does with a page. Whatever is looked for is waited for.
pub(crate) struct Tab(WebDriver);

impl Tab {
    pub(crate) async fn open(&self, url: &str) {
        self.0.goto(url).await.expect("the page");
    }

    /// Waits until an element with these words can be seen.
    pub(crate) async fn see(&self, css: &str, words: &str) {
        if !self.comes(css, words).await {
            let page = self.text("main").await;
            panic!("`{words}` is not to be seen in `{css}`, but on the page is: {page}");
        }
    }

    /// Waits for an element that can be seen.
    pub(crate) async fn wait_for(&self, css: &str) -> WebElement {
        assert!(self.comes(css, "").await, "there is no `{css}`");
        self.0.find(By::Css(css)).await.expect(css)
    }

    /// Whether the page comes to have such an element: it is asked again whenever it changes.
    async fn comes(&self, css: &str, words: &str) -> bool {
        let arguments = vec![css.into(), words.into()];
        match self.0.execute_async(UNTIL, arguments).await {
            Ok(_) => true,
            Err(error) if matches!(*error, WebDriverErrorInner::ScriptTimeout(_)) => false,
            Err(error) => panic!("{error}"),
        }
    }

    /// The words that can be seen in the first such element.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.wait_for(css).await.text().await.expect("its words")
    }

    /// The words in all such elements that are there now.
    pub(crate) async fn texts(&self, css: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.0.find_all(By::Css(css)).await.expect("elements") {
            texts.push(element.text().await.expect("its words"));
        }
        texts
    }

    /// Types into a field in the place of what it holds.
    pub(crate) async fn write(&self, css: &str, words: &str) {
        let field = self.wait_for(css).await;
        field.clear().await.expect("an empty field");
        field.send_keys(words).await.expect("a full field");
    }

    /// Chooses a file.
    pub(crate) async fn choose(&self, css: &str, file: &Path) {
        let field = self.wait_for(css).await;
        let file = file.to_str().expect("a path of text");
        field.send_keys(file).await.expect("a chosen file");
    }

    pub(crate) async fn click(&self, css: &str) {
        let button = self.wait_for(&format!("{css}:enabled")).await;
        button.click().await.expect("a click");
    }

    /// What this expression of JavaScript is.
    pub(crate) async fn evaluate(&self, expression: &str) -> serde_json::Value {
        let script = format!("return {expression}");
        let value = self.0.execute(script, Vec::new()).await;
        value.expect("a value").json().clone()
    }

    /// How long the answer that is shown took, in milliseconds.
    pub(crate) async fn took(&self, css: &str) -> f64 {
        let took = self.text(&format!("{css} .origin dd:last-child")).await;
        let (number, unit) = took.split_once(' ').expect("a number and its unit");
        let number: f64 = number.parse().expect("a number");
        match unit {
            "ms" => number,
            "µs" => number / 1_000.0,
            _ => panic!("{took}"),
        }
    }
}
