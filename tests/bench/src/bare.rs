//! The measure: a poem handler that returns bytes which lie in memory.

use std::path::Path;

use poem::{
    Endpoint, IntoResponse, Request, Response, Server,
    endpoint::make,
    http::uri::Scheme,
    listener::{Acceptor, Listener, TcpAcceptor, TcpListener},
    web::{LocalAddr, RemoteAddr},
};
use tokio::net::TcpStream;

/// Serves until killed; says its address on the first line.
pub async fn serve(file: &Path, kind: &str) -> anyhow::Result<()> {
    let bytes: &'static [u8] = Vec::leak(std::fs::read(file)?);
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await?;
    println!("http://{}", acceptor.local_addr()[0].as_socket_addr().expect("an address of the internet"));
    Server::new_with_acceptor(NoDelay(acceptor)).run(handler(bytes, kind.to_owned())).await?;
    Ok(())
}

fn handler(bytes: &'static [u8], kind: String) -> impl Endpoint<Output = Response> {
    make(move |_: Request| {
        let answer = bytes.with_content_type(kind.clone()).into_response();
        async move { Ok::<_, poem::Error>(answer) }
    })
}

/// As the shop's own listener does: without it small answers wait for the client's acknowledgement.
struct NoDelay(TcpAcceptor);

impl Acceptor for NoDelay {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.0.local_addr()
    }

    async fn accept(&mut self) -> std::io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        let accepted = self.0.accept().await?;
        accepted.0.set_nodelay(true)?;
        Ok(accepted)
    }
}
