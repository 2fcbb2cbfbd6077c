//! Asking again when a server is busy.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, StatusCode, header::RETRY_AFTER};
use vitrina::{kernel::Entropy, translation::Trouble};

/// How long somebody waits for an answer, and how often they ask.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For one answer.
    pub timeout: Duration,
    /// Before the second try; each further wait is twice as long.
    pub first_wait: Duration,
    pub tries: u32,
}

impl Default for Patience {
    /// Some thirty seconds of waiting in all.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(45), first_wait: Duration::from_millis(500), tries: 7 }
    }
}

/// The longest that a server may send us away for.
const LONGEST: Duration = Duration::from_secs(60);

pub fn client(patience: Patience) -> Result<Client, String> {
    Client::builder()
        .timeout(patience.timeout)
        .connect_timeout(Duration::from_secs(5))
        // DeepL refuses callers who do not say who they are.
        .user_agent(concat!("Vitrina/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| e.to_string())
}

/// Sends until there is an answer that is not "later": 429, 5xx, 529 and broken connections are
/// asked again with growing pauses, parted by chance so that many callers do not come at once.
///
/// # Errors
/// `Unavailable` when the tries are used up.
pub async fn send(patience: Patience, request: impl Fn() -> RequestBuilder) -> Result<Response, Trouble> {
    let mut wait = patience.first_wait;
    for attempt in 1.. {
        let last = attempt >= patience.tries;
        let (why, asked) = match request().send().await {
            Ok(answer) if !is_later(answer.status()) => return Ok(answer),
            Ok(answer) => (format!("HTTP {}", answer.status().as_u16()), retry_after(&answer)),
            Err(e) => (e.without_url().to_string(), None),
        };
        if last {
            return Err(Trouble::Unavailable(why));
        }
        tracing::debug!(why, attempt, "the translator is asked again");
        tokio::time::sleep(asked.map_or_else(|| parted(wait), |a| a.min(LONGEST))).await;
        wait = (wait * 2).min(LONGEST);
    }
    Err(Trouble::Unavailable("no try was left".into()))
}

fn is_later(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

fn retry_after(answer: &Response) -> Option<Duration> {
    answer.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// Between half of the time and one and a half of it.
fn parted(wait: Duration) -> Duration {
    let mut byte = [0_u8; 1];
    Entropy::Os.fill(&mut byte);
    wait / 2 + wait * u32::from(byte[0]) / 255
}
