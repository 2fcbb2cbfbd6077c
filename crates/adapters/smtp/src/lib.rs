//! Letters by SMTP: translates [`Outgoing`] into a message and the server's answer into a
//! [`Refusal`]. It decides nothing: when to try again is the letter's job.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::authentication::Credentials,
};
use vitrina::mail::{Outgoing, Refusal, Transport};

/// A pooled connection to one server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

/// The address of the server cannot be used.
#[derive(Debug)]
pub struct BadUrl(String);

impl std::fmt::Display for BadUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "mail.smtp_url: {}", self.0)
    }
}
impl std::error::Error for BadUrl {}

impl Smtp {
    /// `smtps://user@host` (TLS from the first byte), `smtp://user@host:587?tls=required`
    /// (STARTTLS); plain `smtp://host:25` for a server on this machine. The password comes apart
    /// from the address, so that the address may stand in a file.
    ///
    /// # Errors
    /// [`BadUrl`] when the address cannot be understood.
    pub fn new(url: &str, password: Option<&str>) -> Result<Self, BadUrl> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|e| BadUrl(e.to_string()))?
            .timeout(Some(Duration::from_secs(20)));
        let user = url.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')).map(|(user, _)| user);
        if let Some((user, password)) = user.filter(|u| !u.contains(':')).zip(password) {
            builder = builder.credentials(Credentials::new(unescaped(user), password.to_owned()));
        }
        Ok(Self { transport: builder.build() })
    }

    /// Whether the server answers, for `vitrina doctor`.
    ///
    /// # Errors
    /// What went wrong, in the server's words.
    pub async fn check(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("the server closed the connection".to_owned()),
            Err(e) => Err(e.to_string()),
        }
    }
}

#[async_trait::async_trait]
impl Transport for Smtp {
    async fn send(&self, letter: &Outgoing) -> Result<(), Refusal> {
        let message = message(letter)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(e) if e.is_permanent() => Err(Refusal::Never(e.to_string())),
            Err(e) => Err(Refusal::Later(e.to_string())),
        }
    }

    fn name(&self) -> &'static str {
        "smtp"
    }
}

fn message(letter: &Outgoing) -> Result<Message, Refusal> {
    let never = |what: &str, e: &dyn std::fmt::Display| Refusal::Never(format!("{what}: {e}"));
    let mailbox = |name: &str, address: &str| -> Result<Mailbox, Refusal> {
        let address: Address = address.parse().map_err(|e: lettre::address::AddressError| never(address, &e))?;
        let name: String = name.chars().filter(|c| !c.is_control()).collect();
        Ok(Mailbox::new(Some(name).filter(|n| !n.trim().is_empty()), address))
    };
    let raw = |name: &'static str, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
    let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(letter.at.0).unwrap_or(0));
    Message::builder()
        .date(date)
        .from(mailbox(&letter.from_name, &letter.from)?)
        .to(mailbox(&letter.to_name, &letter.to)?)
        .subject(letter.subject.chars().filter(|c| !c.is_control()).collect::<String>())
        .message_id(Some(letter.message_id.clone()))
        .raw_header(raw("Content-Language", &letter.language))
        .raw_header(raw("Auto-Submitted", "auto-generated"))
        .multipart(parts(letter)?)
        .map_err(|e| never("message", &e))
}

/// The words, and beside them the documents that travel with the letter.
fn parts(letter: &Outgoing) -> Result<MultiPart, Refusal> {
    let words = MultiPart::alternative_plain_html(letter.plain.clone(), letter.html.clone());
    if letter.attachments.is_empty() {
        return Ok(words);
    }
    let file = |file: &vitrina::mail::Attachment| -> Result<SinglePart, Refusal> {
        let kind = ContentType::parse(file.mime).map_err(|e| Refusal::Never(format!("{}: {e}", file.mime)))?;
        Ok(Attachment::new(file.name.clone()).body(file.bytes.to_vec(), kind))
    };
    letter.attachments.iter().try_fold(MultiPart::mixed().multipart(words), |all, one| Ok(all.singlepart(file(one)?)))
}

/// `%40` in a user's name is an `@`.
fn unescaped(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
        net::TcpListener,
    };
    use vitrina::{
        kernel::{LetterId, Moment},
        mail::Attachment,
    };

    fn letter() -> Outgoing {
        Outgoing {
            id: "01920000-0000-7000-8000-000000000001".parse::<LetterId>().unwrap(),
            message_id: "<one@shop.test>".into(),
            from: "shop@demo.test".into(),
            from_name: "Ąžuolynė".into(),
            to: "ona@demo.test".into(),
            to_name: "Ona".into(),
            subject: "Užsakymas gautas".into(),
            html: "<p>Ačiū</p>".into(),
            plain: "Ačiū".into(),
            language: "lt".into(),
            at: Moment(1_795_417_200_000),
            attachments: vec![Attachment {
                name: "VIT-000001.pdf".into(),
                mime: "application/pdf",
                bytes: b"%PDF-1.7".as_slice().into(),
            }],
        }
    }

    /// A server that answers `RCPT TO` as told and gives back what it was sent.
    async fn server(rcpt: &'static str) -> (String, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            let (socket, _) = listener.accept().await.unwrap();
            let (read, mut write) = socket.into_split();
            let (mut lines, mut got, mut data) = (BufReader::new(read).lines(), String::new(), false);
            write.write_all(b"220 fake\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                got.push_str(&line);
                got.push('\n');
                let answer = match line.split(' ').next().unwrap_or("") {
                    _ if data && line != "." => continue,
                    _ if data => {
                        data = false;
                        "250 taken"
                    }
                    "EHLO" => "250 fake",
                    "RCPT" => rcpt,
                    "DATA" => {
                        data = true;
                        "354 go on"
                    }
                    "QUIT" => break,
                    _ => "250 ok",
                };
                write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
                if !data && answer == "250 taken" {
                    break;
                }
            }
            got
        });
        (url, task)
    }

    #[tokio::test]
    async fn a_letter_arrives_with_its_own_message_id() {
        let (url, task) = server("250 ok").await;
        Smtp::new(&url, None).unwrap().send(&letter()).await.unwrap();
        let got = task.await.unwrap();
        assert!(got.contains("Message-ID: <one@shop.test>") && got.contains("RCPT TO:<ona@demo.test>"), "{got}");
    }

    #[tokio::test]
    async fn the_servers_answer_says_whether_to_try_again() {
        for (answer, later) in [("450 busy", true), ("550 nobody here", false)] {
            let (url, _task) = server(answer).await;
            let refusal = Smtp::new(&url, None).unwrap().send(&letter()).await.unwrap_err();
            assert_eq!(matches!(refusal, Refusal::Later(_)), later, "{refusal:?}");
        }
    }

    #[test]
    fn a_users_name_may_be_an_address() {
        assert_eq!(unescaped("shop%40demo.test"), "shop@demo.test");
        assert!(Smtp::new("gopher://x", None).is_err());
    }
}
