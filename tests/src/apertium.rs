//! A translation engine that nobody here wrote, behind the protocol of a LibreTranslate server: Apertium,
//! from Debian's packages. It is rule-based, translates English into Spanish, and keeps what stands in tags
//! or does not.

use std::process::Stdio;

use poem::{
    EndpointExt, IntoResponse, Route, handler,
    http::StatusCode,
    listener::{Acceptor, Listener, TcpListener},
    post,
    web::Json,
};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, process::Command, task::JoinHandle};

/// The engine, until it is dropped.
pub struct Apertium {
    address: std::net::SocketAddr,
    server: JoinHandle<()>,
}

impl Apertium {
    /// On a free port of this machine; nothing where the engine is not installed.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start() -> Option<Self> {
        let pairs = Command::new("apertium").arg("-l").output().await.ok()?;
        if !String::from_utf8_lossy(&pairs.stdout).lines().any(|l| l.trim() == "eng-spa") {
            return None;
        }
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a free address");
        let address = acceptor.local_addr().pop().and_then(|a| a.0.as_socket_addr().copied()).expect("its address");
        let routes = Route::new().at("/translate", post(translate)).map_to_response();
        let server = tokio::spawn(async move {
            let _ = poem::Server::new_with_acceptor(acceptor).run(routes).await;
        });
        Some(Self { address, server })
    }

    /// What a shop calls `translation.libre_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Apertium {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[handler]
async fn translate(Json(body): Json<Value>) -> poem::Response {
    let refuse = |why: &str| Json(json!({ "error": why })).with_status(StatusCode::BAD_REQUEST).into_response();
    if (&body["source"], &body["target"]) != (&"en".into(), &"es".into()) {
        return refuse("only from English into Spanish");
    }
    let Some(texts) = body["q"].as_array() else { return refuse("q is a list of texts") };
    let mut all = Vec::with_capacity(texts.len());
    for text in texts {
        match said(text.as_str().unwrap_or_default()).await {
            Ok(text) => all.push(text),
            Err(fault) => return refuse(&fault.to_string()),
        }
    }
    Json(json!({ "translatedText": all })).into_response()
}

async fn said(text: &str) -> std::io::Result<String> {
    // `-u`: a word that it does not know is left as it is, without a mark.
    let mut command = Command::new("apertium");
    command.args(["-u", "-f", "html", "eng-spa"]).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let mut input = child.stdin.take().expect("its input");
    input.write_all(text.as_bytes()).await?;
    drop(input);
    let out = child.wait_with_output().await?;
    Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}
