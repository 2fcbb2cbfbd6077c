//! A visitor without JavaScript: follows links, fills forms, keeps cookies.

use std::{collections::BTreeMap, sync::Mutex};

use serde_json::Value;

/// One person's browser, as far as plain HTTP goes.
pub struct Visitor {
    base: String,
    client: reqwest::Client,
    cookies: Mutex<BTreeMap<String, String>>,
    headers: BTreeMap<&'static str, String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub content_type: String,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Visitor {
    /// # Panics
    /// When no HTTP client can be built.
    pub fn new(base: &str) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(60))
            .build()
            .expect("an HTTP client");
        Self { base: base.to_owned(), client, cookies: Mutex::default(), headers: BTreeMap::new() }
    }

    /// Sends this header with every request.
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.to_owned());
        self
    }

    /// # Panics
    /// When the server does not answer.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(self.address(path))).await.expect("an answer")
    }

    /// A file as it is, to the byte.
    ///
    /// # Panics
    /// When the server does not answer with one.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let answer = self.client.get(self.address(path)).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path} answers {}", answer.status());
        answer.bytes().await.expect("its bytes").to_vec()
    }

    /// Posts a form as a browser does.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.try_post(path, fields).await.expect("an answer")
    }

    /// Posts a form to a server that may be dying.
    ///
    /// # Errors
    /// When no whole answer came back.
    pub async fn try_post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, reqwest::Error> {
        let body = fields.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect::<Vec<_>>().join("&");
        let request = self
            .client
            .post(self.address(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", &self.base)
            .body(body);
        self.send(request).await
    }

    /// Posts a form with one file, as a browser does.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Answer {
        self.try_upload(path, fields, ("file", &[file])).await.expect("an answer")
    }

    /// Posts a form with files in one field, to a server that may be dying.
    ///
    /// # Errors
    /// When no whole answer came back.
    pub async fn try_upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (field, files): (&str, &[(&str, &[u8])]),
    ) -> Result<Answer, reqwest::Error> {
        const EDGE: &str = "----vitrina-tests-7d1b2c";
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        for (name, bytes) in files {
            let head = format!(
                "--{EDGE}\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.into_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend(format!("--{EDGE}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let request = self.client.post(self.address(path)).header("content-type", kind).header("origin", &self.base);
        self.send(request.body(body)).await
    }

    /// # Panics
    /// When the server does not answer.
    pub async fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let request =
            self.client.request(method, self.address(path)).header("content-type", "application/json").body(body.to_string());
        self.send(request).await.expect("an answer")
    }

    /// Any request: the body is JSON when there is one and `headers` says nothing else.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Answer {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, self.address(path));
        let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if body.is_some() && !typed {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body.to_owned());
        }
        self.send(request).await.expect("an answer")
    }

    /// Any method, without a body.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn request(&self, method: &str, path: &str) -> Answer {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        self.send(self.client.request(method, self.address(path))).await.expect("an answer")
    }

    /// Follows redirects from an answer to the page behind them.
    pub async fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..5 {
            let Some(to) = answer.location.clone() else { break };
            answer = self.get(&to).await;
        }
        answer
    }

    /// Asks until the page is as wanted; half a minute at most.
    ///
    /// # Panics
    /// When it never is.
    pub async fn until(&self, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
        for _ in 0..300 {
            let answer = self.get(path).await;
            if wanted(&answer) {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let last = self.get(path).await;
        panic!("{path} never came to it; now {}: {}", last.status, last.body)
    }

    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().expect("cookies").clone()
    }

    /// Goes on with another visitor's cookies.
    ///
    /// # Panics
    /// Never but after another panic.
    pub fn keep(&self, cookies: BTreeMap<String, String>) {
        *self.cookies.lock().expect("cookies") = cookies;
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    async fn send(&self, mut request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        let jar = self.cookies().into_iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("; ");
        if !jar.is_empty() {
            request = request.header("cookie", jar);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = request.send().await?;
        let headers = response.headers().clone();
        for cookie in headers.get_all("set-cookie") {
            let text = cookie.to_str().unwrap_or("").split(';').next().unwrap_or("").to_owned();
            if let Some((name, value)) = text.split_once('=') {
                let mut jar = self.cookies.lock().expect("cookies");
                if value.is_empty() {
                    jar.remove(name)
                } else {
                    jar.insert(name.into(), value.into())
                };
            }
        }
        let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        Ok(Answer {
            status: response.status().as_u16(),
            location: text("location"),
            content_type: text("content-type").unwrap_or_default(),
            headers: headers.clone(),
            body: response.text().await?,
        })
    }
}

impl Answer {
    /// The value of the first input with this name: `csrf`, `key`, a hidden id.
    pub fn field(&self, name: &str) -> Option<String> {
        let needle = format!("name=\"{name}\"");
        let at = self.body.find(&needle)?;
        let start = self.body[..at].rfind('<')?;
        let tag = &self.body[start..start + self.body[start..].find('>')?];
        attribute(tag, "value")
    }

    /// The first link whose address contains this text.
    pub fn link(&self, part: &str) -> Option<String> {
        self.links().into_iter().find(|l| l.contains(part))
    }

    pub fn links(&self) -> Vec<String> {
        let cut = |piece: &str| piece.split('"').next().map(unescape);
        self.body.split("href=\"").skip(1).filter_map(cut).collect()
    }

    /// The value of a header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// # Panics
    /// When the body is no JSON.
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// # Panics
    /// When the status is another one; shows the page.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body.chars().take(3000).collect::<String>());
        self
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.find(&format!("{name}=\""))? + name.len() + 2;
    Some(unescape(tag[at..].split('"').next()?))
}

fn unescape(text: &str) -> String {
    text.replace("&#x27;", "'")
        .replace("&quot;", "\"")
        .replace("&#x2F;", "/")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
