//! Who asks, through which channel, in which language: known before a handler runs.

use std::sync::Arc;

use poem::{
    Endpoint, Request, Response,
    http::{HeaderValue, Method, StatusCode, header},
};
use vitrina::{
    access::{self, KeyKind},
    channels::{self, Channel},
    flows,
    kernel::{Actor, Fault, Kind, Locale, Reader, Right, Scope},
    showcase::{Channelled, Viewer},
};

use super::{Surface, problem};
use crate::{csrf, forms::Form, site::Site, storefront};

/// The publishable key of a channel.
pub const KEY: &str = "Vitrina-Key";
/// What a client should know although it was answered.
const NOTICE: &str = "Vitrina-Notice";

/// What every handler gets to know.
#[derive(Clone)]
pub struct Asked {
    pub site: Site,
    pub actor: Actor,
    pub channel: Channel,
    pub locale: Locale,
    /// Where the request came from, for counters.
    pub address: String,
    /// Said beside the answer.
    notice: Option<&'static str>,
    /// The foreign web page that may read the answer.
    origin: Option<HeaderValue>,
}

impl Asked {
    pub fn db(&self) -> &Reader {
        self.site.app().reader()
    }
    pub fn viewer(&self) -> Viewer {
        self.channel.viewer(self.locale, self.site.app().now())
    }
    /// # Faults
    /// `access.forbidden` when the key lacks the right.
    pub fn scope(&self, right: Right) -> Result<Scope, Fault> {
        self.actor.scope(right)
    }
}

/// Lets a request in or says why not; the answer says its language.
pub async fn pass<E: Endpoint<Output = Response>>(
    site: Site,
    surface: Surface,
    next: Arc<E>,
    mut req: Request,
) -> poem::Result<Response> {
    let path = req.original_uri().path().to_owned();
    if surface == Surface::Store && req.method() == Method::OPTIONS {
        return Ok(preflight(&site, &req).await);
    }
    let fallback = wish(&req).unwrap_or(Locale::EN);
    let asked = match surface {
        Surface::Store => at_the_window(&site, &req).await,
        Surface::Admin => in_the_office(&site, &req).await,
    };
    let asked = match asked {
        Ok(asked) => asked,
        Err(fault) => return Ok(problem::of_fault(&site, fallback, &path, &fault)),
    };
    let (locale, notice, origin) = (asked.locale, asked.notice, asked.origin.clone());
    req.set_data(asked);
    let mut response = match next.call(req).await {
        Ok(response) => response,
        Err(e) => problem::of_error(&site, locale, &path, &e),
    };
    let headers = response.headers_mut();
    if let Ok(language) = HeaderValue::from_str(locale.as_str()) {
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("Accept-Language, Origin, Vitrina-Key"));
    if let Some(notice) = notice {
        headers.insert(NOTICE, HeaderValue::from_static(notice));
    }
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let seen = HeaderValue::from_static("Content-Language, Location, Retry-After, Vitrina-Notice");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, seen);
    }
    Ok(response)
}

/// The language asked for: the parameter, else what the client prefers.
pub fn wish(req: &Request) -> Option<Locale> {
    let query = Form::query(req);
    query.get("locale").parse().ok().or_else(|| preferred(req).next())
}

/// Languages of `Accept-Language` in the order written; weights seldom say otherwise.
fn preferred(req: &Request) -> impl Iterator<Item = Locale> {
    let line = req.header("accept-language").unwrap_or_default().to_owned();
    let all: Vec<Locale> =
        line.split(',').filter_map(|part| part.split([';', '-']).next().unwrap_or_default().trim().parse().ok()).collect();
    all.into_iter()
}

/// # Faults
/// `api.locale` for a language that was asked for by name and is not spoken.
fn language(req: &Request, channel: &Channel) -> Result<Locale, Fault> {
    let query = Form::query(req);
    match query.opt("locale") {
        Some(text) => {
            let named = text.parse().ok().filter(|l| channel.speaks(*l));
            named.ok_or_else(|| Fault::invalid("locale", "api.locale"))
        }
        None => Ok(preferred(req).find(|l| channel.speaks(*l)).unwrap_or_else(|| channel.source())),
    }
}

async fn at_the_window(site: &Site, req: &Request) -> Result<Asked, Fault> {
    let db = site.app().reader();
    let own = csrf::same_origin(req);
    let (channel, notice) = match req.header(KEY) {
        Some(key) => (by_key(site, key).await?, None),
        None if own && told(req) => (channels::by_code(db, "default").await?, None),
        None => {
            let mut all = channels::all(db).await?;
            match (all.pop(), all.is_empty()) {
                (Some(only), true) => (only, Some("no Vitrina-Key was sent; answered for the only channel")),
                _ => return Err(Fault::forbidden("api.key_missing")),
            }
        }
    };
    let foreign = req.header("origin").filter(|_| !own);
    if let Some(origin) = foreign
        && !channel.allows(origin)
    {
        return Err(Fault::forbidden("api.origin"));
    }
    Ok(Asked {
        locale: language(req, &channel)?,
        origin: foreign.and_then(|o| HeaderValue::from_str(o).ok()),
        address: storefront::client(req),
        actor: Actor::Guest,
        site: site.clone(),
        channel,
        notice,
    })
}

/// Whether the browser said where the request comes from.
fn told(req: &Request) -> bool {
    req.header("sec-fetch-site").is_some() || req.header("origin").is_some()
}

/// The channel of a publishable key: the channel's own, or one made in the office.
async fn by_key(site: &Site, key: &str) -> Result<Channel, Fault> {
    let db = site.app().reader();
    match channels::by_key(db, key).await {
        Err(fault) if fault.kind == Kind::NotFound => {}
        known => return known,
    }
    let found = access::find_key(db, key, site.app().now()).await?;
    match found.filter(|f| f.kind == KeyKind::Publishable).and_then(|f| f.channel) {
        Some(channel) => channels::by_id(db, channel).await,
        None => Err(Fault::forbidden("api.key_unknown")),
    }
}

async fn in_the_office(site: &Site, req: &Request) -> Result<Asked, Fault> {
    let db = site.app().reader();
    let secret = req.header("authorization").and_then(|line| line.split_once(' '));
    let secret = secret.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, secret)| secret.trim());
    // `access.sign_in` is what the one table of statuses answers with 401.
    let sign_in = || Fault::forbidden("access.sign_in");
    let found = access::find_key(db, secret.ok_or_else(sign_in)?, site.app().now()).await?;
    let found = found.filter(|f| f.kind == KeyKind::Secret).ok_or_else(sign_in)?;
    flows::staff::note_key_used(site.app(), &found).await?;
    let channel = match found.channel {
        Some(id) => channels::by_id(db, id).await?,
        None => channels::by_code(db, "default").await?,
    };
    Ok(Asked {
        locale: language(req, &channel)?,
        origin: None,
        address: storefront::client(req),
        actor: Actor::Key(found.actor),
        site: site.clone(),
        channel,
        notice: None,
    })
}

/// A browser asks first whether a page of another site may ask.
async fn preflight(site: &Site, req: &Request) -> Response {
    let answer = Response::builder().status(StatusCode::NO_CONTENT).header(header::VARY, "Origin");
    let Some(origin) = req.header("origin") else { return answer.finish() };
    if channels::by_origin(site.app().reader(), origin).await.is_err() {
        return answer.finish();
    }
    answer
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin)
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE")
        .header(header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept-Language, Content-Type, Idempotency-Key, Vitrina-Key")
        .header(header::ACCESS_CONTROL_MAX_AGE, "600")
        .finish()
}
