//! One request of a person at the window: language, cookie, who they are, what they typed.

use poem::{
    Request, Response,
    http::{HeaderValue, Method, StatusCode, header},
};
use vitrina::{
    access::{self, Holder, SessionView},
    channels::TaxDisplay,
    kernel::{Actor, Currency, Fault, Kind, Locale, PartyId},
    pricing,
    showcase::{Channelled, Viewer},
    tax,
};

use super::{
    frame,
    link::{self, Link},
    pages::{Frame, PlainPage},
};
use crate::{
    csrf, faults,
    forms::{Form, Upload},
    photos::{self, WithPhotos},
    render,
    session::{self, Keep},
    site::{Lately, Site},
};

/// The one cookie of the shop: the cart's token, the login's and the currency, each may be empty.
pub const COOKIE: &str = "vitrina";

/// What a handler gets to know.
pub struct Visit {
    pub locale: Locale,
    pub path: String,
    pub query: Form,
    /// What was posted; empty on a GET.
    pub form: Form,
    /// Photos that came along, where the page takes any, and what is wrong with them.
    pub uploads: Vec<Upload>,
    pub slips: Vec<Fault>,
    /// Values of the address: slug, token.
    pub part: String,
    pub lately: std::sync::Arc<Lately>,
    /// The cookie as it came.
    cookie: String,
    pub session: Option<SessionView>,
    /// Whose prices are shown to somebody who has not signed in.
    pub link: Option<Link>,
    /// Whether prices are read without VAT.
    pub net: bool,
    /// Where the request came from, for counters.
    pub address: String,
    pub agent: String,
    pub secure: bool,
    /// The scheme and host that the person typed.
    pub origin: String,
}

impl Visit {
    pub fn cart(&self) -> Option<&str> {
        self.cookie.split('.').next().filter(|t| !t.is_empty())
    }
    pub fn login(&self) -> Option<&str> {
        self.cookie.split('.').nth(1).filter(|t| !t.is_empty())
    }
    /// The currency that the visitor chose.
    pub fn chosen_currency(&self) -> Option<Currency> {
        chosen_currency(&self.cookie)
    }
    /// Nobody in particular: such a page is the same for everybody.
    pub fn is_anonymous(&self) -> bool {
        self.cookie.is_empty() && !self.query.has(link::FIELD)
    }
    pub fn actor(&self) -> Actor {
        self.session.as_ref().map_or(Actor::Guest, SessionView::actor)
    }
    pub fn party(&self) -> Option<PartyId> {
        self.actor().customer()
    }
    pub fn viewer(&self, site: &Site) -> Viewer {
        let meant = self.link.as_ref().map(|link| link.meant.party);
        self.lately.channel.viewer(self.locale, site.app().now()).by(self.party(), self.net).meant_for(meant, self.net)
    }
    /// The same for a wall of products.
    pub fn glance(&self, site: &Site) -> Viewer {
        self.viewer(site).at_a_glance()
    }
    /// An address of this shop in the reader's language.
    pub fn url(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.locale)
    }
    /// The token for this visitor's forms; empty before there is a cookie.
    pub fn csrf(&self) -> String {
        if self.cookie.is_empty() { String::new() } else { csrf::of(&self.cookie) }
    }
    /// A cookie line with another cart or login; the currency stays.
    pub fn with_cookie(&self, response: Response, cart: Option<&str>, login: Option<&str>) -> Response {
        self.remember(response, (cart, login), self.chosen_currency())
    }
    /// A cookie line with another currency.
    pub fn with_currency(&self, response: Response, currency: Option<Currency>) -> Response {
        self.remember(response, (self.cart(), self.login()), currency)
    }
    fn remember(&self, response: Response, who: (Option<&str>, Option<&str>), currency: Option<Currency>) -> Response {
        let (cart, login) = (who.0.unwrap_or(""), who.1.unwrap_or(""));
        let (value, keep) = match currency {
            None if cart.is_empty() && login.is_empty() => (String::new(), Keep::Forget),
            None => (format!("{cart}.{login}"), Keep::Days(60)),
            Some(currency) => (format!("{cart}.{login}.{currency}"), Keep::Days(60)),
        };
        let Some(line) = session::set_cookie(COOKIE, &value, "/", keep, self.secure) else { return response };
        with_header(response, line)
    }
}

fn chosen_currency(cookie: &str) -> Option<Currency> {
    cookie.split('.').nth(2)?.parse().ok()
}

fn with_header(mut response: Response, line: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, line);
    response
}

/// Reads the visit, runs the handler, answers faults with a page.
pub async fn run<F, R>(site: Site, req: Request, handler: F) -> Response
where
    F: Fn(Site, Visit) -> R,
    R: Future<Output = Result<Response, Fault>>,
{
    let path = req.uri().path().to_owned();
    let visit = match read(&site, req).await {
        Ok(visit) => visit,
        Err(fault) => return fault_page(&site, None, &fault, &path).await,
    };
    let (locale, lately) = (visit.locale, visit.lately.clone());
    let token = visit.link.as_ref().and_then(Link::token).map(str::to_owned);
    let answer = match handler(site.clone(), visit).await {
        Ok(response) => response,
        Err(fault) => fault_page(&site, Some((locale, lately)), &fault, &path).await,
    };
    match token {
        Some(token) => link::carried(&token, &locale.to_string(), answer).await,
        None => answer,
    }
}

async fn read(site: &Site, mut req: Request) -> Result<Visit, Fault> {
    let params = req.raw_path_param("locale").unwrap_or_default().to_owned();
    let lost = || Fault::not_found("page.not_found");
    let locale: Locale = params.parse().map_err(|_| lost())?;
    let lately = site.lately(locale).await?;
    if !lately.channel.speaks(locale) {
        return Err(lost());
    }
    let part = ["slug", "token"].into_iter().find_map(|name| req.raw_path_param(name)).unwrap_or_default().to_owned();
    let cookie = session::cookie(&req, COOKIE).unwrap_or_default().to_owned();
    let login = cookie.split('.').nth(1).unwrap_or_default();
    let session = if login.is_empty() { None } else { access::session(site.app().reader(), login, site.app().now()).await? };
    let session = session.filter(|s| matches!(s.holder, Holder::Customer(_)));
    let query = Form::query(&req);
    let customer = session.as_ref().and_then(|s| s.actor().customer());
    let cart = cookie.split('.').next().filter(|t| !t.is_empty());
    let link = match customer {
        None => Link::read(site.app().reader(), query.get(link::FIELD), cart, site.app().now()).await?,
        Some(_) => None,
    };
    let net = match (customer, &link) {
        (Some(party), _) => tax::reads_net(site.app().reader(), party).await?,
        (None, Some(link)) if link.meant.net => true,
        (None, _) => lately.channel.tax_display == TaxDisplay::Net,
    };
    let whose = customer.or(link.as_ref().map(|link| link.meant.party));
    let lately = match (chosen_currency(&cookie), whose) {
        (None, None) => lately,
        (Some(currency), _) => site.lately_in(locale, currency).await?,
        (None, Some(party)) => match pricing::currency_of(site.app().reader(), party).await? {
            Some(currency) => site.lately_in(locale, currency).await?,
            None => lately,
        },
    };
    let secure = session::is_https(&req);
    let host = req.header("host").unwrap_or("localhost").to_owned();
    let mut visit = Visit {
        locale,
        path: req.uri().path().to_owned(),
        query,
        form: Form::default(),
        uploads: Vec::new(),
        slips: Vec::new(),
        part,
        lately,
        session,
        link,
        net,
        address: client(&req),
        agent: req.header("user-agent").unwrap_or_default().chars().take(200).collect(),
        secure,
        origin: format!("{}://{host}", if secure { "https" } else { "http" }),
        cookie,
    };
    if req.method() == Method::POST {
        let came = ours(&mut req, &visit).await?;
        (visit.form, visit.uploads, visit.slips) = (came.form, came.uploads, came.slips);
    }
    Ok(visit)
}

/// Marks a page whose form may bring photos, so many of them.
#[derive(Clone, Copy)]
pub struct Photos(pub usize);

/// The form of a POST, once it is clear that it comes from our own page.
async fn ours(req: &mut Request, visit: &Visit) -> Result<WithPhotos, Fault> {
    let foreign = || Fault::forbidden("form.foreign");
    let told = req.header("sec-fetch-site").is_some() || req.header("origin").is_some();
    if told && !csrf::same_origin(req) {
        return Err(foreign());
    }
    let mut body = poem::RequestBody::new(req.take_body());
    let in_parts = req.content_type().is_some_and(|kind| kind.starts_with("multipart/form-data"));
    let came = match req.data::<Photos>() {
        Some(Photos(most)) if in_parts => photos::read(req, &mut body, *most).await?,
        _ => WithPhotos { form: Form::body(&mut body).await?, ..WithPhotos::default() },
    };
    let holds = told || visit.cookie.is_empty() || csrf::holds(&visit.cookie, came.form.get(csrf::FIELD));
    if holds { Ok(came) } else { Err(foreign()) }
}

/// The visitor's address: the last one that a proxy of ours wrote, else the socket's.
pub fn client(req: &Request) -> String {
    let proxied = req.header("x-forwarded-for").and_then(|v| v.rsplit(',').next()).map(str::trim).filter(|v| !v.is_empty());
    match (proxied, req.remote_addr().as_socket_addr()) {
        (Some(address), Some(socket)) if socket.ip().is_loopback() => address.chars().take(64).collect(),
        (_, Some(socket)) => socket.ip().to_string(),
        _ => String::new(),
    }
}

/// The page that says what went wrong and where to go from here.
pub async fn fault_page(site: &Site, known: Option<(Locale, std::sync::Arc<Lately>)>, fault: &Fault, path: &str) -> Response {
    faults::log(fault, path);
    let status = faults::status(fault);
    let guess = path.split('/').nth(1).and_then(|p| p.parse().ok()).unwrap_or(Locale::LT);
    let known = match known {
        Some(known) => Some(known),
        None => first_of(site, guess).await,
    };
    let name = match fault.kind {
        Kind::Unavailable => "storefront/maintenance",
        Kind::Bug => "storefront/broken",
        Kind::NotFound => "storefront/not_found",
        _ => "storefront/refused",
    };
    let Some((locale, lately)) = known else {
        return render::html(status, "<!doctype html><title>Vitrina</title><p>503</p>".into(), "no-store");
    };
    let title = site.stage().text(locale, &format!("fault.{}", fault.code), &fault.args);
    let mut page: Frame = frame::bare(site, locale, &lately, path);
    page.title = title;
    page.noindex = true;
    if fault.kind != Kind::NotFound && fault.kind != Kind::Bug {
        page = page.with_faults(site.stage(), fault);
    }
    match site.stage().render(name, locale, &PlainPage { page }) {
        Ok(html) => render::html(status, html, "no-store"),
        Err(e) => {
            faults::log(&e, path);
            render::html(StatusCode::INTERNAL_SERVER_ERROR, "<!doctype html><title>500</title><p>500</p>".into(), "no-store")
        }
    }
}

async fn first_of(site: &Site, guess: Locale) -> Option<(Locale, std::sync::Arc<Lately>)> {
    let lately = site.lately(guess).await.ok()?;
    if lately.channel.speaks(guess) {
        return Some((guess, lately));
    }
    let source = lately.channel.source();
    Some((source, site.lately(source).await.ok()?))
}
