//! Who asks, through which channel, in which language: known before a handler runs.

use std::sync::Arc;

use poem::{
    Endpoint, Request, Response,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};
use vitrina::{
    access::{self, Holder, KeyKind},
    channels::{self, Channel},
    desk::{self, Meant},
    flows,
    kernel::{Actor, Amounts, Fault, Kind, Locale, Moment, OfferId, Reader, Right, Scope},
    pricing,
    sales::CartKey,
    showcase::{Channelled, Viewer},
    tax,
};

use super::{
    Surface,
    known::{Known, Operation},
    meter::Meter,
    problem, tag,
};
use crate::{csrf, forms::Form, site::Site, storefront};

/// The publishable key of a channel.
pub const KEY: &str = "Vitrina-Key";
/// The session of a customer who has come in.
pub const SESSION: &str = "Vitrina-Session";
/// The token of a link from an offer: prices agreed with its customer for whoever holds it, and nothing else
/// of theirs.
pub const OFFER: &str = "Vitrina-Offer";
/// The currency that prices are read in.
pub const CURRENCY: &str = "Vitrina-Currency";
/// What a client should know although it was answered.
const NOTICE: &str = "Vitrina-Notice";

/// Said where the prices are everybody's all the same.
const OVER: &str = "the link of the offer is not good any more; answered with everybody's prices";

/// What every handler gets to know.
#[derive(Clone)]
pub struct Asked {
    pub site: Site,
    pub actor: Actor,
    pub channel: Channel,
    pub locale: Locale,
    /// Where the request came from, for counters.
    pub address: String,
    /// Whether prices are read without VAT.
    pub net: bool,
    /// Whose prices are shown to somebody who has not signed in, and until when.
    pub link: Option<(Meant, Moment)>,
    /// The client named the currency itself.
    named: bool,
    /// Said beside the answer.
    notice: Option<&'static str>,
}

impl Asked {
    pub fn db(&self) -> &Reader {
        self.site.app().reader()
    }
    pub fn viewer(&self) -> Viewer {
        let meant = self.link.map(|(meant, _)| meant.party);
        self.channel.viewer(self.locale, self.site.app().now()).by(self.actor.customer(), self.net).meant_for(meant, self.net)
    }
    /// What a cart is to remember of the link.
    pub fn remembered(&self) -> Option<(OfferId, Moment)> {
        self.link.map(|(meant, until)| (meant.offer, until))
    }
    /// The same with the prices that an open cart remembers; the newest link wins.
    ///
    /// # Faults
    /// Whatever the database says.
    pub async fn by_cart(&self, token: &str) -> Result<Self, Fault> {
        if self.link.is_some() || self.actor.customer().is_some() {
            return Ok(self.clone());
        }
        let now = self.site.app().now();
        match desk::meant_by_cart(self.db(), &CartKey::of(token), now).await? {
            Some(meant) => self.clone().meant_for((meant, now)).await,
            None => Ok(self.clone()),
        }
    }
    async fn meant_for(mut self, link: (Meant, Moment)) -> Result<Self, Fault> {
        if !self.named
            && let Some(currency) = pricing::currency_of(self.db(), link.0.party).await?
            && let Some(channel) = self.channel.in_currency(currency)
        {
            self.channel = channel;
        }
        self.net = link.0.net;
        self.link = Some(link);
        Ok(self)
    }
    /// Bounds of sums, as a list is asked for them.
    ///
    /// # Faults
    /// `form.number`, `form.choose`.
    pub fn amounts(&self, from: &Option<String>, until: &Option<String>, currency: &Option<String>) -> Result<Amounts, Fault> {
        Amounts::read(from.as_deref(), until.as_deref(), currency.as_deref(), self.channel.currency)
    }
    /// # Faults
    /// `access.forbidden` when the key lacks the right.
    pub fn scope(&self, right: Right) -> Result<Scope, Fault> {
        self.actor.scope(right)
    }
}

/// The largest body that an operation reads.
const BODY: usize = 1 << 20;

/// What every visitor is told alike: it may be kept, and asked for again by its tag. Carts and
/// orders are one person's and are kept nowhere.
const EVERYBODYS: &[&str] = &["/config", "/categories", "/products", "/search"];

/// One of the two doors: what stands behind it, and who came lately.
pub struct Door {
    pub site: Site,
    pub surface: Surface,
    pub known: Known,
    addresses: Meter,
    keys: Meter,
}

impl Door {
    pub fn new(site: Site, surface: Surface, known: Known) -> Self {
        Self { site, surface, known, addresses: Meter::default(), keys: Meter::default() }
    }

    /// Counts the request against its address; the office's keys are counted once they are known.
    fn count(&self, meter: &Meter, who: &str, setting: &str, headers: &mut HeaderMap) -> Result<(), Fault> {
        let quota = self.site.app().settings().int(setting);
        if quota == 0 {
            return Ok(());
        }
        let counted = meter.count(who, quota, self.site.app().now());
        let (Ok(left) | Err(left)) = counted;
        let mut say = |name: &'static str, text: String| text.parse().map(|value| headers.insert(name, value)).ok();
        say("ratelimit-policy", format!("\"minute\";q={};w=60", left.quota));
        say("ratelimit", format!("\"minute\";r={};t={}", left.remaining, left.seconds));
        counted.map(drop).map_err(|left| Fault::new(Kind::TooMany, "access.too_many").arg("seconds", left.seconds))
    }
}

/// Lets a request in or says why not; the answer says its language, and a web page that may ask
/// may read the refusal too.
pub async fn pass<E: Endpoint<Output = Response>>(door: Arc<Door>, next: Arc<E>, req: Request) -> poem::Result<Response> {
    if door.surface == Surface::Store && req.method() == Method::OPTIONS {
        return Ok(preflight(&door, &req).await);
    }
    let origin = readable(&door, &req).await;
    let mut headers = HeaderMap::new();
    let mut response = match enter(&door, next, req, &mut headers).await {
        Ok(response) => response,
        Err(turned) => turned,
    };
    let all = response.headers_mut();
    all.extend(headers);
    all.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    all.append(
        header::VARY,
        HeaderValue::from_static("Accept-Language, Origin, Vitrina-Currency, Vitrina-Key, Vitrina-Offer, Vitrina-Session"),
    );
    if let Some(origin) = origin {
        all.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        all.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
    Ok(response)
}

const EXPOSED: &str =
    "Content-Language, ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, Vitrina-Notice";

async fn enter<E: Endpoint<Output = Response>>(
    door: &Door,
    next: Arc<E>,
    mut req: Request,
    headers: &mut HeaderMap,
) -> Result<Response, Response> {
    let (site, path) = (&door.site, req.original_uri().path().to_owned());
    let fallback = wish(&req).unwrap_or(Locale::EN);
    let turned = |locale: Locale, fault: &Fault| problem::of_fault(site, locale, (door.surface, &path), fault);
    let below = path.strip_prefix(door.surface.base()).unwrap_or(&path);
    let everybodys = door.surface == Surface::Store && EVERYBODYS.iter().any(|place| below.starts_with(place));
    let here = door.known.find(below);
    if let Some(here) = here.as_ref().filter(|h| h.operation(req.method()).is_none()) {
        return Err(problem::of_method(site, fallback, (door.surface, &path), &here.methods()));
    }
    let operation = here.and_then(|h| h.operation(req.method()));
    let address = storefront::client(&req);
    door.count(&door.addresses, &address, "api.address_per_minute", headers).map_err(|fault| turned(fallback, &fault))?;
    let asked = match door.surface {
        Surface::Store => at_the_window(site, &req, address).await,
        Surface::Admin => in_the_office(site, &req, address).await,
    };
    let asked = asked.map_err(|fault| turned(fallback, &fault))?;
    let locale = asked.locale;
    // A customer who has come in, or comes by an offer's link, has prices of their own.
    let everybodys = everybodys && asked.actor.customer().is_none() && asked.link.is_none();
    admitted(door, operation, &req, &asked, headers).map_err(|fault| turned(locale, &fault))?;
    if let Some(notice) = asked.notice {
        headers.insert(NOTICE, HeaderValue::from_static(notice));
    }
    let of_error = |e: &poem::Error| problem::of_error(site, locale, (door.surface, &path), e);
    if !operation.is_some_and(|o| o.takes_file) {
        limited(&mut req).await.map_err(|e| of_error(&e))?;
    }
    let (method, held) = (req.method().clone(), req.header(header::IF_NONE_MATCH).map(str::to_owned));
    req.set_data(asked);
    let mut response = next.call(req).await.map_err(|e| of_error(&e))?;
    if let Ok(language) = HeaderValue::from_str(locale.as_str()) {
        response.headers_mut().insert(header::CONTENT_LANGUAGE, language);
    }
    if everybodys {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    Ok(tag::tagged(response, &method, held.as_deref(), (door.surface, locale.as_str())).await)
}

/// What the document says of the operation: its scope and its parameters; and how often the key
/// may ask.
fn admitted(
    door: &Door,
    operation: Option<&Operation>,
    req: &Request,
    asked: &Asked,
    headers: &mut HeaderMap,
) -> Result<(), Fault> {
    if let Actor::Key(key) = &asked.actor {
        door.count(&door.keys, &key.id.to_string(), "api.key_per_minute", headers)?;
    }
    let Some(operation) = operation else { return Ok(()) };
    if let Some(right) = operation.scope {
        asked.actor.may(right)?;
    }
    let unknown = |name: &&str| *name != "locale" && !operation.query.iter().any(|q| q == name);
    let query = Form::query(req);
    match query.names().find(unknown) {
        Some(name) => Err(Fault::invalid(name, "api.parameter_unknown").arg("name", name)),
        None => Ok(()),
    }
}

/// A body that is larger than any of ours is not read to its end.
async fn limited(req: &mut Request) -> poem::Result<()> {
    if req.method() == Method::GET {
        return Ok(());
    }
    let too_large = || poem::Error::from_status(StatusCode::PAYLOAD_TOO_LARGE);
    let announced = req.header(header::CONTENT_LENGTH).and_then(|n| n.parse::<usize>().ok());
    if announced.is_some_and(|n| n > BODY) {
        return Err(too_large());
    }
    let bytes = req.take_body().into_bytes_limit(BODY).await.map_err(|_| too_large())?;
    req.set_body(bytes);
    Ok(())
}

/// The foreign web page that may read the answer: one of an origin that stands with a channel.
async fn readable(door: &Door, req: &Request) -> Option<HeaderValue> {
    let origin = req.header("origin").filter(|_| door.surface == Surface::Store && !csrf::same_origin(req))?;
    channels::by_origin(door.site.app().reader(), origin).await.ok()?;
    HeaderValue::from_str(origin).ok()
}

/// The language asked for: the parameter, else what the client prefers.
pub fn wish(req: &Request) -> Option<Locale> {
    let query = Form::query(req);
    query.get("locale").parse().ok().or_else(|| preferred(req).next())
}

/// Languages of `Accept-Language`, the most wanted first (RFC 9110 §12.5.4).
fn preferred(req: &Request) -> impl Iterator<Item = Locale> + use<> {
    let weighed = |part: &str| {
        let (range, rest) = part.split_once(';').unwrap_or((part, ""));
        let locale = range.split('-').next().unwrap_or_default().trim().parse().ok()?;
        let weight = rest.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse::<f32>().ok())?;
        (weight > 0.0).then_some((locale, weight))
    };
    let line = req.header("accept-language").unwrap_or_default();
    let mut all: Vec<(Locale, f32)> = line.split(',').filter_map(weighed).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all.into_iter().map(|(locale, _)| locale)
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

async fn at_the_window(site: &Site, req: &Request, address: String) -> Result<Asked, Fault> {
    let own = csrf::same_origin(req);
    let foreign = req.header("origin").filter(|_| !own);
    let (channel, notice) = match req.header(KEY) {
        Some(key) => (by_key(site, key).await?, None),
        None if own && told(req) => (site.lately(Locale::EN).await?.channel.clone(), None),
        None => match site.channels().await?.as_slice() {
            [only] => (only.clone(), Some("no Vitrina-Key was sent; answered for the only channel")),
            _ => return Err(Fault::forbidden("api.key_missing")),
        },
    };
    // What is known of channels may be a second old when another process changed them: whether a
    // foreign page is let in is asked anew.
    if let Some(origin) = foreign
        && !channels::by_id(site.app().reader(), channel.id).await?.allows(origin)
    {
        return Err(Fault::forbidden("api.origin"));
    }
    let actor = customer(site, req).await?;
    let channel = in_currency(site, req, channel, &actor).await?;
    let net = match actor.customer() {
        Some(party) => tax::reads_net(site.app().reader(), party).await?,
        None => false,
    };
    let asked = Asked {
        locale: language(req, &channel)?,
        named: req.header(CURRENCY).is_some(),
        link: None,
        address,
        actor,
        site: site.clone(),
        channel,
        net,
        notice,
    };
    let Some(token) = req.header(OFFER).filter(|_| asked.actor.customer().is_none()) else { return Ok(asked) };
    // A customer who comes late comes to a shop, not to an error.
    match desk::meant_by_link(asked.db(), token, site.app().now()).await? {
        Some(link) => asked.meant_for(link).await,
        None => Ok(Asked { notice: asked.notice.or(Some(OVER)), ..asked }),
    }
}

/// The channel with the prices that are wanted: in the currency that the client names, else in the
/// customer's.
///
/// # Faults
/// `channels.no_currency` for one that was named and is not offered.
async fn in_currency(site: &Site, req: &Request, channel: Channel, actor: &Actor) -> Result<Channel, Fault> {
    if let Some(named) = req.header(CURRENCY) {
        let found = named.parse().ok().and_then(|currency| channel.in_currency(currency));
        return found.ok_or_else(|| channels::Fault::NoCurrency(named.chars().take(12).collect()).into());
    }
    let theirs = match actor.customer() {
        Some(party) => pricing::currency_of(site.app().reader(), party).await?,
        None => None,
    };
    Ok(theirs.and_then(|currency| channel.in_currency(currency)).unwrap_or(channel))
}

/// # Faults
/// `access.sign_in` for a session that is over: a client that names one wants to be that customer.
async fn customer(site: &Site, req: &Request) -> Result<Actor, Fault> {
    let Some(token) = req.header(SESSION) else { return Ok(Actor::Guest) };
    let session = access::session(site.app().reader(), token, site.app().now()).await?;
    let session = session.filter(|s| matches!(s.holder, Holder::Customer(_)));
    let session = session.ok_or_else(|| Fault::forbidden("access.sign_in"))?;
    flows::accounts::keep_session(site.app(), &session).await?;
    Ok(session.actor())
}

/// Whether the browser said where the request comes from.
fn told(req: &Request) -> bool {
    req.header("sec-fetch-site").is_some() || req.header("origin").is_some()
}

/// The channel of a publishable key: the channel's own, or one made in the office.
async fn by_key(site: &Site, key: &str) -> Result<Channel, Fault> {
    let db = site.app().reader();
    if let Some(channel) = site.channels().await?.iter().find(|c| c.publishable_key == key) {
        return Ok(channel.clone());
    }
    let found = access::find_key(db, key, site.app().now()).await?;
    match found.filter(|f| f.kind == KeyKind::Publishable).and_then(|f| f.channel) {
        Some(channel) => channels::by_id(db, channel).await,
        None => Err(Fault::forbidden("api.key_unknown")),
    }
}

async fn in_the_office(site: &Site, req: &Request, address: String) -> Result<Asked, Fault> {
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
        address,
        actor: Actor::Key(found.actor),
        site: site.clone(),
        channel,
        net: false,
        link: None,
        named: false,
        notice: None,
    })
}

/// A browser asks first whether a page of another site may ask, and what.
async fn preflight(door: &Door, req: &Request) -> Response {
    let answer = Response::builder().status(StatusCode::NO_CONTENT).header(header::VARY, "Origin");
    let Some(origin) = readable(door, req).await else { return answer.finish() };
    answer
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin)
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE")
        .header(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Accept-Language, Content-Type, Idempotency-Key, If-None-Match, Vitrina-Currency, Vitrina-Key, Vitrina-Offer, \
             Vitrina-Session",
        )
        .header(header::ACCESS_CONTROL_MAX_AGE, "600")
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_language_comes_first() {
        let req = Request::builder().header("accept-language", "en;q=0.5, de-AT, lt;q=0.9, fr;q=0, *;q=0.1").finish();
        let wanted: Vec<String> = preferred(&req).map(|l| l.to_string()).collect();
        assert_eq!(wanted, ["de", "lt", "en"]);
    }
}
