//! The archive: a period's documents and offers as one file.

use bytes::Bytes;
use futures_util::stream;
use poem::{Body, Response, http::StatusCode};
use serde_json::json;
use vitrina::{
    flows::{
        self,
        archive::{Pack, Period},
    },
    kernel::{Fault, Moment},
};

use super::desk::{Answer, Desk};

const PATH: &str = "/office/archive";

/// The last month that is over, where nothing was asked for.
fn last_month(now: Moment) -> (String, String) {
    let first = now.date().replace_day(1).unwrap_or(now.date());
    let last = first.previous_day().unwrap_or(first);
    (last.replace_day(1).unwrap_or(last).to_string(), last.to_string())
}

pub async fn form(desk: Desk) -> Answer {
    let (from, until) = last_month(desk.app.now());
    let asked = |name: &str, usual: String| {
        let typed = if desk.form.has(name) { desk.form.get(name) } else { desk.query.get(name) };
        if typed.is_empty() { usual } else { typed.to_owned() }
    };
    let (from, until) = (asked("from", from), asked("until", until));
    let held = match Period::of(&from, &until) {
        Ok(period) => Some(flows::archive::holding(&desk.app, &desk.actor, &period).await?),
        Err(_) => None,
    };
    let context = json!({
        "from": from, "until": until, "url": PATH,
        "held": held.map(|held| json!({ "documents": held.documents, "offers": held.offers })),
    });
    desk.show("documents", "archive", context).await
}

pub async fn take_out(desk: Desk) -> Answer {
    let period = Period::of(desk.form.get("from"), desk.form.get("until"))?;
    let mut pack = flows::archive::take_out(&desk.app, &desk.actor, period).await?;
    // The first piece is awaited, so that what goes wrong at once is said on the page.
    let first = pack.next().await?.unwrap_or_default();
    let name = pack.file_name();
    Ok(Response::builder()
        .status(StatusCode::OK)
        .content_type("application/zip")
        .header("content-disposition", format!("attachment; filename=\"{name}\""))
        .header("x-content-type-options", "nosniff")
        .header("cache-control", "private, no-store")
        .body(Body::from_bytes_stream(pieces(first, pack))))
}

/// As fast as the browser takes them: a slow line holds no more than one piece.
fn pieces(first: Vec<u8>, pack: Pack) -> impl stream::Stream<Item = Result<Bytes, std::io::Error>> + Send {
    stream::unfold((Some(first), Some(pack)), |(first, pack)| async move {
        if let Some(first) = first {
            return Some((Ok(Bytes::from(first)), (None, pack)));
        }
        let mut pack = pack?;
        match pack.next().await {
            Ok(Some(piece)) => Some((Ok(Bytes::from(piece)), (None, Some(pack)))),
            Ok(None) => None,
            Err(fault) => {
                log(&fault);
                Some((Err(std::io::Error::other(fault.to_string())), (None, None)))
            }
        }
    })
}

/// The page is gone by now; the browser sees a broken download.
fn log(fault: &Fault) {
    crate::faults::log(fault, PATH);
}
