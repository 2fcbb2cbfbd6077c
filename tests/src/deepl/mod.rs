//! A stand-in for DeepL: a real HTTP server with translation, usage and glossaries, written to its
//! OpenAPI document, and with everything that goes wrong on demand. It takes LibreTranslate's
//! requests too.
//!
//! A translation is the source with the target's language after each word ("stalas" → "stalasde"),
//! but for words that it was taught or that a glossary has.

mod http;

use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use poem::listener::{Acceptor, Listener, TcpListener};
use serde_json::Value;

/// How a request goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Status(u16),
    /// Answers so much later.
    Late(Duration),
    /// Cuts the connection.
    Cut,
    /// Loses the first protected piece of every text.
    Spoil,
    /// A proxy's page comes back.
    Garbage,
    /// One text fewer than was asked for.
    Short,
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Heard {
    pub method: String,
    pub path: String,
    pub agent: String,
    pub bytes: usize,
    pub body: Value,
    pub at: Instant,
}

#[derive(Default)]
struct Books {
    heard: Vec<Heard>,
    faults: VecDeque<Fault>,
    words: BTreeMap<String, String>,
    glossaries: BTreeMap<String, Value>,
    made: usize,
    used: i64,
    limit: Option<i64>,
    /// Requests a second.
    rate: Option<usize>,
    window: VecDeque<Instant>,
    pause: Duration,
}

#[derive(Clone, Default)]
struct Stand(Arc<Mutex<Books>>);

impl Stand {
    fn books<T>(&self, work: impl FnOnce(&mut Books) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The server; it ends with its owner.
pub struct DeepLStandIn {
    stand: Stand,
    address: SocketAddr,
    server: tokio::task::JoinHandle<()>,
}

/// The only key that it knows.
pub const KEY: &str = "279a2e9d-83b3-c416-7e2d-f721593e42a0:fx";

impl DeepLStandIn {
    /// On a free port of this machine.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start() -> Self {
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a free address");
        let address = acceptor.local_addr().pop().and_then(|a| a.0.as_socket_addr().copied()).expect("its address");
        let stand = Stand::default();
        let routes = http::routes(stand.clone());
        let server = tokio::spawn(async move {
            let _ = poem::Server::new_with_acceptor(acceptor).run(routes).await;
        });
        Self { stand, address, server }
    }

    /// What a shop calls `translation.deepl_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next translations go wrong so, one each.
    pub fn faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.stand.books(|b| b.faults.extend(faults));
    }

    /// From now on these words are these, in every language.
    pub fn teach(&self, words: &[(&str, &str)]) {
        self.stand.books(|b| b.words.extend(words.iter().map(|(s, t)| ((*s).to_owned(), (*t).to_owned()))));
    }

    pub fn quota(&self, used: i64, limit: i64) {
        self.stand.books(|b| (b.used, b.limit) = (used, Some(limit)));
    }

    /// Refuses more requests a second than these with 429.
    pub fn rate(&self, a_second: usize) {
        self.stand.books(|b| b.rate = Some(a_second));
    }

    /// Takes this long for each answer.
    pub fn pause(&self, pause: Duration) {
        self.stand.books(|b| b.pause = pause);
    }

    pub fn used(&self) -> i64 {
        self.stand.books(|b| b.used)
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.stand.books(|b| b.heard.clone())
    }

    /// Requests for translations alone.
    pub fn translations(&self) -> Vec<Heard> {
        self.heard().into_iter().filter(|h| h.path == "/v2/translate").collect()
    }

    /// The glossaries by id, as they were made.
    pub fn glossaries(&self) -> BTreeMap<String, Value> {
        self.stand.books(|b| b.glossaries.clone())
    }

    /// Somebody clears the account.
    pub fn drop_glossaries(&self) {
        self.stand.books(|b| b.glossaries.clear());
    }
}

impl Drop for DeepLStandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}
