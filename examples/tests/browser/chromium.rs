//! A headless browser, controlled by the WebDriver protocol.

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

/// A page that takes longer fails the test.
const WAIT_LIMIT: Duration = Duration::from_secs(20);
/// A script that ends when an element with this text is visible.
const WAIT_SCRIPT: &str = "
    const [css, text, done] = arguments;
    const isVisible = () => [...document.querySelectorAll(css)]
        .some(element => element.checkVisibility() && element.innerText.includes(text));
    if (isVisible()) return done();
    const observer = new MutationObserver(() => {
        if (!isVisible()) return;
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

/// Only one browser runs at a time, because each needs many resources.
static BROWSER: Mutex<()> = Mutex::const_new(());

/// Runs a test with a browser that has a fresh profile. The browser is closed even if the test fails.
pub(crate) async fn with_browser(test: impl AsyncFnOnce(Tab)) {
    let _guard = BROWSER.lock().await;
    let profile = tempfile::tempdir().expect("a temporary folder should be created");
    let (_chromedriver, url) = start_chromedriver().await;
    let driver = WebDriver::new(
        url,
        capabilities(profile.path()).expect("the capabilities should be valid"),
    )
    .await
    .expect("the browser should start");
    let timeout_set = driver.set_script_timeout(WAIT_LIMIT).await;
    timeout_set.expect("the script timeout should be set");
    let test_run = driver.run_and_quit(async |driver| {
        test(Tab(driver)).await;
        Ok::<_, std::convert::Infallible>(())
    });
    test_run.await.expect("the browser should close");
}

/// Starts chromedriver on a free port, and returns it with its URL. It is killed when the value is dropped.
async fn start_chromedriver() -> (Child, String) {
    let mut process = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("chromedriver should be installed (Debian: chromium-driver)");
    let output = process.stdout.take().expect("stdout should be piped");
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines
        .next_line()
        .await
        .expect("the output should be readable")
    {
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

/// A browser tab. Every method waits for the element it uses.
pub(crate) struct Tab(WebDriver);

impl Tab {
    pub(crate) async fn open(&self, url: &str) {
        self.0.goto(url).await.expect("the page should load");
    }

    /// Waits until an element with this text is visible.
    pub(crate) async fn wait_for_text(&self, css: &str, text: &str) {
        if !self.becomes_visible(css, text).await {
            let page = self.text("main").await;
            panic!("`{text}` is not visible in `{css}`; the page contains: {page}");
        }
    }

    /// Waits for a visible element.
    pub(crate) async fn wait_for(&self, css: &str) -> WebElement {
        assert!(
            self.becomes_visible(css, "").await,
            "`{css}` is not visible"
        );
        self.0.find(By::Css(css)).await.expect(css)
    }

    /// Returns whether such an element becomes visible within the limit.
    async fn becomes_visible(&self, css: &str, text: &str) -> bool {
        let arguments = vec![css.into(), text.into()];
        match self.0.execute_async(WAIT_SCRIPT, arguments).await {
            Ok(_) => true,
            Err(error) if matches!(*error, WebDriverErrorInner::ScriptTimeout(_)) => false,
            Err(error) => panic!("{error}"),
        }
    }

    /// Returns the visible text of the first such element.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.wait_for(css)
            .await
            .text()
            .await
            .expect("the element should have text")
    }

    /// Returns the texts of all such elements that currently exist.
    pub(crate) async fn texts(&self, css: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self
            .0
            .find_all(By::Css(css))
            .await
            .expect("the elements should be found")
        {
            texts.push(element.text().await.expect("the element should have text"));
        }
        texts
    }

    /// Replaces the content of a field.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.wait_for(css).await;
        field.clear().await.expect("the field should be cleared");
        field
            .send_keys(text)
            .await
            .expect("the text should be typed");
    }

    /// Selects a file in a file field.
    pub(crate) async fn choose_file(&self, css: &str, file: &Path) {
        let field = self.wait_for(css).await;
        let file = file.to_str().expect("the path should be UTF-8");
        field
            .send_keys(file)
            .await
            .expect("the file should be selected");
    }

    pub(crate) async fn click(&self, css: &str) {
        let button = self.wait_for(&format!("{css}:enabled")).await;
        button
            .click()
            .await
            .expect("the button should be clickable");
    }

    /// Evaluates a JavaScript expression.
    pub(crate) async fn evaluate(&self, expression: &str) -> serde_json::Value {
        let script = format!("return {expression}");
        let value = self.0.execute(script, Vec::new()).await;
        value
            .expect("the script should return a value")
            .json()
            .clone()
    }

    /// Returns the shown duration of an answer, in milliseconds.
    pub(crate) async fn elapsed_ms(&self, css: &str) -> f64 {
        let shown = self.text(&format!("{css} .origin dd:last-child")).await;
        let (number, unit) = shown
            .split_once(' ')
            .expect("the duration should have a unit");
        let number: f64 = number.parse().expect("the duration should be a number");
        match unit {
            "ms" => number,
            "µs" => number / 1_000.0,
            _ => panic!("{shown}"),
        }
    }
}
