//! Fetching pictures from other sites: reqwest behind the port, with every address asked about.

use std::{net::SocketAddr, time::Duration};

use futures_util::StreamExt;
use reqwest::{Client, Response, Url, header, redirect::Policy};
use vitrina::media::{Fetch, FetchFault, Fetched, Reach, may_call};

const REDIRECTS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(20);

/// Fetches over http and https. Names are resolved here and the connection is pinned to the very
/// addresses that were asked about, so that a name which answers differently the second time
/// (DNS rebinding) leads nowhere else.
#[derive(Clone, Copy, Debug, Default)]
pub struct WebFetch {
    reach: Reach,
}

impl WebFetch {
    pub const fn new(reach: Reach) -> Self {
        Self { reach }
    }

    /// The addresses of a host, every one of which may be called.
    async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, FetchFault> {
        let bad = || FetchFault::Address(url.to_string());
        let host = url.host_str().ok_or_else(bad)?.to_owned();
        let port = url.port_or_known_default().ok_or_else(bad)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found = tokio::net::lookup_host((bare, port)).await.map_err(|e| FetchFault::Unavailable(e.to_string()))?;
        let addresses: Vec<SocketAddr> = found.collect();
        // One forbidden address among several is enough: which one is called is not ours to say.
        if let Some(no) = addresses.iter().find(|a| !may_call(a.ip(), self.reach)) {
            return Err(FetchFault::Forbidden { host, address: no.ip().to_string() });
        }
        if addresses.is_empty() { Err(FetchFault::Unavailable(format!("{host} has no address"))) } else { Ok(addresses) }
    }

    async fn ask(&self, url: &Url) -> Result<Response, FetchFault> {
        let addresses = self.addresses(url).await?;
        let host = url.host_str().unwrap_or_default();
        let client = Client::builder()
            .redirect(Policy::none())
            // A proxy of the environment would resolve the name again, out of our sight.
            .no_proxy()
            .timeout(PATIENCE)
            .connect_timeout(Duration::from_secs(5))
            .resolve_to_addrs(host, &addresses)
            .user_agent("Vitrina")
            .build()
            .map_err(unavailable)?;
        client.get(url.clone()).header(header::ACCEPT, "image/*, application/pdf").send().await.map_err(unavailable)
    }
}

#[async_trait::async_trait]
impl Fetch for WebFetch {
    async fn fetch(&self, url: &str, most: u64) -> Result<Fetched, FetchFault> {
        let mut url = sound(Url::parse(url).ok(), url)?;
        for _ in 0..=REDIRECTS {
            let answer = self.ask(&url).await?;
            let status = answer.status();
            if status.is_redirection()
                && let Some(to) = answer.headers().get(header::LOCATION).and_then(|l| l.to_str().ok())
            {
                url = sound(url.join(to).ok(), to)?;
                continue;
            }
            if !status.is_success() {
                return Err(FetchFault::Status(status.as_u16()));
            }
            check_type(&answer)?;
            return Ok(Fetched { bytes: read(answer, most).await? });
        }
        Err(FetchFault::Redirects(REDIRECTS))
    }
}

fn sound(url: Option<Url>, typed: &str) -> Result<Url, FetchFault> {
    url.filter(|u| matches!(u.scheme(), "http" | "https") && u.username().is_empty() && u.password().is_none())
        .ok_or_else(|| FetchFault::Address(typed.to_owned()))
}

/// What calls itself a page is not read at all; what it is is decided by its bytes.
fn check_type(answer: &Response) -> Result<(), FetchFault> {
    let said = answer.headers().get(header::CONTENT_TYPE).and_then(|t| t.to_str().ok()).unwrap_or_default();
    let kind = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let other = ["", "application/pdf", "application/octet-stream", "binary/octet-stream"];
    let plausible = kind.starts_with("image/") || other.contains(&kind.as_str());
    if plausible { Ok(()) } else { Err(FetchFault::Type(kind)) }
}

/// Reads until the end or the limit, whatever length was declared and however it was compressed.
async fn read(answer: Response, most: u64) -> Result<Vec<u8>, FetchFault> {
    if answer.content_length().is_some_and(|length| length > most) {
        return Err(FetchFault::TooLarge(most));
    }
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    let mut body = answer.bytes_stream();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(unavailable)?;
        if bytes.len() + piece.len() > limit {
            return Err(FetchFault::TooLarge(most));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

fn unavailable(e: reqwest::Error) -> FetchFault {
    FetchFault::Unavailable(e.without_url().to_string())
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// A site on loopback that answers each path from a table.
    async fn site(table: &'static [(&'static str, &'static str)]) -> String {
        rustls::crypto::ring::default_provider().install_default().ok();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut caller, _)) = listener.accept().await {
                let mut asked = vec![0; 2048];
                let n = caller.read(&mut asked).await.unwrap_or(0);
                let asked = String::from_utf8_lossy(&asked[..n]).into_owned();
                let path = asked.split(' ').nth(1).unwrap_or("/").to_owned();
                let answer = table
                    .iter()
                    .find(|(p, _)| *p == path)
                    .map_or("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", |(_, a)| a);
                let _ = caller.write_all(answer.as_bytes()).await;
            }
        });
        format!("http://{address}")
    }

    const TABLE: &[(&str, &str)] = &[
        ("/a.png", "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 4\r\nconnection: close\r\n\r\n\u{7f}PNG"),
        ("/page", "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi"),
        ("/long", "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\nconnection: close\r\n\r\n0123456789abcdef"),
        ("/moved", "HTTP/1.1 302 Found\r\nlocation: /a.png\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        ("/round", "HTTP/1.1 302 Found\r\nlocation: /round\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        ("/file", "HTTP/1.1 302 Found\r\nlocation: file:///etc/passwd\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        ("/metadata", "HTTP/1.1 302 Found\r\nlocation: http://0.0.0.0/latest\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
    ];

    #[tokio::test]
    async fn a_picture_of_a_permitted_site_is_fetched() {
        let base = site(TABLE).await;
        let fetch = WebFetch::new(Reach::Private);
        assert_eq!(fetch.fetch(&format!("{base}/a.png"), 100).await.unwrap().bytes, b"\x7fPNG");
        assert_eq!(fetch.fetch(&format!("{base}/moved"), 100).await.unwrap().bytes, b"\x7fPNG");
        assert!(matches!(fetch.fetch(&format!("{base}/page"), 100).await, Err(FetchFault::Type(_))));
        assert!(matches!(fetch.fetch(&format!("{base}/long"), 10).await, Err(FetchFault::TooLarge(10))));
        assert!(matches!(fetch.fetch(&format!("{base}/round"), 10).await, Err(FetchFault::Redirects(_))));
        assert!(matches!(fetch.fetch(&format!("{base}/none"), 10).await, Err(FetchFault::Status(404))));
    }

    #[tokio::test]
    async fn a_redirect_is_asked_about_again() {
        let base = site(TABLE).await;
        let fetch = WebFetch::new(Reach::Private);
        assert!(matches!(fetch.fetch(&format!("{base}/file"), 10).await, Err(FetchFault::Address(_))));
        assert!(matches!(fetch.fetch(&format!("{base}/metadata"), 10).await, Err(FetchFault::Forbidden { .. })));
    }

    #[tokio::test]
    async fn neighbours_are_not_called_by_any_name() {
        let base = site(TABLE).await;
        let port = base.rsplit(':').next().unwrap().to_owned();
        let fetch = WebFetch::default();
        for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0"] {
            let answer = fetch.fetch(&format!("http://{host}:{port}/a.png"), 100).await;
            assert!(matches!(answer, Err(FetchFault::Forbidden { .. })), "{host}: {answer:?}");
        }
        for url in ["ftp://example.com/a.png", "file:///etc/passwd", "http://user:secret@example.com/", "nonsense"] {
            assert!(matches!(fetch.fetch(url, 100).await, Err(FetchFault::Address(_))), "{url}");
        }
    }
}
