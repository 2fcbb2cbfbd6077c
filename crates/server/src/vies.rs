//! VIES, the Union's register of VAT numbers, over its REST interface. Only a clear yes or no is
//! an answer; everything else is silence, and the domain asks again later.

use std::time::Duration;

use reqwest::Client;
use serde::Deserialize;
use serde_json::json;
use vitrina::tax::{Answer, Register, Silence, VatCode};

/// The register at an address of the configuration.
#[derive(Clone, Debug)]
pub struct Vies {
    base: String,
    client: Client,
}

/// Fields that a yes, a no and a failure may have; a country that is away says `valid: false` too.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Reply {
    valid: Option<bool>,
    user_error: Option<String>,
    request_identifier: Option<String>,
    name: Option<String>,
    error_wrappers: Vec<Wrapper>,
}

#[derive(Debug, Deserialize)]
struct Wrapper {
    error: String,
}

impl Vies {
    /// # Errors
    /// When no client can be made (no cryptography).
    pub fn new(base: &str) -> anyhow::Result<Self> {
        let client = Client::builder()
            .timeout(Duration::from_secs(20))
            .connect_timeout(Duration::from_secs(5))
            .user_agent("Vitrina")
            .build()?;
        Ok(Self { base: base.trim_end_matches('/').to_owned(), client })
    }
}

fn silent(e: impl std::fmt::Display) -> Silence {
    Silence::Unavailable(e.to_string())
}

#[async_trait::async_trait]
impl Register for Vies {
    async fn ask(&self, code: &VatCode, own: Option<&VatCode>) -> Result<Answer, Silence> {
        let (country, number) = code.parts();
        let mut body = json!({ "countryCode": country, "vatNumber": number });
        if let Some((country, number)) = own.map(VatCode::parts) {
            body["requesterMemberStateCode"] = country.into();
            body["requesterNumber"] = number.into();
        }
        let url = format!("{}/check-vat-number", self.base);
        let response = self.client.post(url).json(&body).send().await.map_err(|e| silent(e.without_url()))?;
        let status = response.status();
        let reply: Reply = response.json().await.map_err(|_| silent(format!("HTTP {status}")))?;
        read(reply).unwrap_or_else(|| Err(silent(format!("HTTP {status}"))))
    }
}

/// `None`: nothing in it says anything.
fn read(reply: Reply) -> Option<Result<Answer, Silence>> {
    let told = |text: Option<String>| text.filter(|t| t != "---").unwrap_or_default();
    let trouble = reply.error_wrappers.into_iter().map(|w| w.error).next().or(reply.user_error);
    let answer = |valid| Answer { valid, proof: told(reply.request_identifier.clone()), name: told(reply.name.clone()) };
    match (reply.valid, trouble.as_deref()) {
        (Some(true), None | Some("VALID")) => Some(Ok(answer(true))),
        (Some(false), None | Some("INVALID")) | (_, Some("INVALID_INPUT")) => Some(Ok(answer(false))),
        (_, Some(other)) => Some(Err(Silence::Unavailable(other.to_owned()))),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// Asks a register that says this, over a real connection; with what it was asked.
    async fn said(status: u16, body: &'static str) -> (Result<Answer, Silence>, String) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/rest/", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut heard = vec![0; 4096];
            let mut n = 0;
            while !String::from_utf8_lossy(&heard[..n]).contains('}') {
                n += socket.read(&mut heard[n..]).await.unwrap();
            }
            let reply = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            socket.write_all(reply.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&heard[..n]).into_owned()
        });
        let (code, own) = ("EL040127797".parse().unwrap(), "LT100001919017".parse().unwrap());
        let answer = Vies::new(&base).unwrap().ask(&code, Some(&own)).await;
        (answer, server.await.unwrap())
    }

    #[tokio::test]
    async fn a_yes_comes_with_its_proof() {
        let (answer, heard) = said(200, r#"{"countryCode":"EL","vatNumber":"040127797","valid":true,"requestIdentifier":"WAPIAAAA1","name":"OTE","address":"---"}"#).await;
        assert_eq!(answer.unwrap(), Answer { valid: true, proof: "WAPIAAAA1".into(), name: "OTE".into() });
        assert!(heard.starts_with("POST /rest/check-vat-number "), "{heard}");
        assert!(heard.contains(r#""countryCode":"EL""#) && heard.contains(r#""requesterNumber":"100001919017""#), "{heard}");
    }

    #[tokio::test]
    async fn a_no_is_a_no_only_when_it_says_so() {
        let no = said(200, r#"{"valid":false,"userError":"INVALID","name":"---"}"#).await.0.unwrap();
        assert!(!no.valid && no.name.is_empty());
        for (status, body) in [
            (200, r#"{"valid":false,"userError":"MS_UNAVAILABLE"}"#),
            (200, r#"{"actionSucceed":false,"errorWrappers":[{"error":"MS_MAX_CONCURRENT_REQ"}]}"#),
            (503, "<html>maintenance</html>"),
            (200, "{}"),
        ] {
            let silence = said(status, body).await.0.unwrap_err();
            assert!(matches!(silence, Silence::Unavailable(_)), "{body}");
        }
    }

    #[tokio::test]
    async fn nobody_at_the_address_is_silence() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let code = "LT100001919017".parse().unwrap();
        let answer = Vies::new("http://127.0.0.1:9").unwrap().ask(&code, None).await;
        assert!(matches!(answer, Err(Silence::Unavailable(_))));
    }
}
