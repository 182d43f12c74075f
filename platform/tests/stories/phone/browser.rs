//! A headless Chromium with a camera that shows a film, driven by the DevTools protocol over two pipes.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::drawn::Picture;

/// Longest wait for an answer of the browser.
const ANSWER_MAX: Duration = Duration::from_secs(60);
/// A phone of the usual size; two pixels of the screen to one of the page.
const WIDTH: u32 = 390;
const HEIGHT: u32 = 844;

pub struct Browser {
    process: Child,
    asks: ChildStdin,
    heard: Receiver<Value>,
    session: String,
    next: u64,
    /// What the page complained of.
    pub complaints: Vec<String>,
}

impl Browser {
    /// Where Chromium is; `None` on a machine without.
    pub fn installed() -> Option<PathBuf> {
        let folders = ["/usr/bin", "/usr/local/bin", "/snap/bin"].map(Path::new);
        let names = ["chromium", "chromium-browser", "google-chrome"];
        let files = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        files.into_iter().find(|file| file.exists())
    }

    /// Opens it with a film before its camera.
    pub fn open(program: &Path, profile: &Path, film: &Path) -> Browser {
        // The protocol's pipes are 3 and 4; what the program itself prints goes to the test's own.
        let script = "exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>&2";
        let mut process = Command::new("sh")
            .args(["-c", script])
            .arg(program)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"])
            .args([
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--ignore-certificate-errors",
                "--accept-lang=zh-CN",
            ])
            .args(["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--disable-extensions"])
            .arg(format!("--use-file-for-fake-video-capture={}", film.display()))
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (asks, mut answers) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let (tell, heard) = channel();
        std::thread::spawn(move || {
            loop {
                let mut message = Vec::new();
                if answers.read_until(0, &mut message).unwrap_or(0) == 0 {
                    return;
                }
                message.pop();
                if tell.send(serde_json::from_slice(&message).unwrap()).is_err() {
                    return;
                }
            }
        });
        let session = String::new();
        let mut browser = Browser { process, asks, heard, session, next: 0, complaints: Vec::new() };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached =
            browser.call("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true }));
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        browser.call("Page.enable", json!({}));
        browser.call("Runtime.enable", json!({}));
        browser.call("Log.enable", json!({}));
        let size = json!({ "width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 2, "mobile": true });
        browser.call("Emulation.setDeviceMetricsOverride", size);
        browser
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.ask(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        self.next += 1;
        let mut message = json!({ "id": self.next, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.asks.write_all(format!("{message}\0").as_bytes()).unwrap();
        self.asks.flush().unwrap();
        let until = Instant::now() + ANSWER_MAX;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let heard = self.heard.recv_timeout(left).unwrap_or_else(|_| panic!("no answer to {method}"));
            if heard["id"] == json!(self.next) {
                return heard.get("error").map_or_else(|| Ok(heard["result"].clone()), |error| Err(error.clone()));
            }
            self.note(&heard);
        }
    }

    fn note(&mut self, heard: &Value) {
        let entry = &heard["params"]["entry"];
        let text = match heard["method"].as_str() {
            Some("Runtime.exceptionThrown") => heard["params"]["exceptionDetails"].to_string(),
            // A script or a style that the policy stopped; a fetch that found nobody is a matter of course.
            Some("Log.entryAdded")
                if entry["level"] == "error" && (entry["source"] == "javascript" || entry["source"] == "security") =>
            {
                entry.to_string()
            }
            _ => return,
        };
        self.complaints.push(text);
    }

    pub fn go(&mut self, url: &str) {
        self.call("Page.navigate", json!({ "url": url }));
    }

    /// Says to pages that it is this program.
    pub fn as_program(&mut self, name: &str) {
        self.call("Emulation.setUserAgentOverride", json!({ "userAgent": name }));
    }

    pub fn dark(&mut self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.call("Emulation.setEmulatedMedia", features);
    }

    /// What a piece of script says; promises are awaited.
    pub fn say(&mut self, script: &str) -> Value {
        let asked = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let said = self.call("Runtime.evaluate", asked);
        assert!(said.get("exceptionDetails").is_none(), "{script}: {said}");
        said["result"]["value"].clone()
    }

    /// Waits until a piece of script is true; while a page is being loaded it is not.
    pub fn wait(&mut self, script: &str) {
        let until = Instant::now() + ANSWER_MAX;
        let asked = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let is_so = |said: Result<Value, Value>| said.is_ok_and(|said| said["result"]["value"] == json!(true));
        while !is_so(self.ask("Runtime.evaluate", asked.clone())) {
            if Instant::now() > until {
                let shown = self.say("document.body ? location.href + ' ' + document.body.innerText : ''");
                panic!("never: {script}; the page shows {shown}; it complains of {:?}", self.complaints);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Touches what a selector names, once it can be seen.
    pub fn touch(&mut self, selector: &str) {
        self.wait(&format!("!!document.querySelector('{selector}')?.checkVisibility()"));
        self.say(&format!("document.querySelector('{selector}').click()"));
    }

    /// What is on the screen; kept as a file where `GUITAI_SHOTS` names a folder.
    pub fn look(&mut self, name: &str) -> Picture {
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        let bytes = decoded(shot["data"].as_str().unwrap());
        if let Ok(folder) = std::env::var("GUITAI_SHOTS") {
            std::fs::write(Path::new(&folder).join(format!("{name}.png")), &bytes).unwrap();
        }
        Picture::from_png(&bytes)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn decoded(base64: &str) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let values: Vec<u32> =
        base64.bytes().filter_map(|byte| Some(LETTERS.iter().position(|letter| *letter == byte)? as u32)).collect();
    let mut bytes = Vec::with_capacity(values.len() * 3 / 4);
    for four in values.chunks(4) {
        let word = four.iter().fold(0, |word, value| word << 6 | value) << (6 * (4 - four.len()));
        bytes.extend(&word.to_be_bytes()[1..four.len()]);
    }
    bytes
}
