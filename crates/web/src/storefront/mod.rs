//! The shop: pages that work without JavaScript, one cookie once there is a cart or a login.

mod account;
mod aftersales;
mod ask;
mod cache;
mod cart;
mod catalogue;
mod checkout;
mod code;
mod configure;
mod contract;
mod currency;
mod files;
mod frame;
mod link;
mod listing;
mod offer;
mod order;
pub mod pages;
mod pay;
mod seo;
mod visit;

pub use cache::PageCache;
use poem::{Endpoint, EndpointExt, Request, Response, Result, Route, RouteMethod, endpoint::make};
use vitrina::{aftersales::MOST, kernel::Fault};

use crate::site::Site;
use visit::Visit;
pub(crate) use visit::client;

/// Every address of the shop's window.
pub fn routes(site: &Site) -> Route {
    let page = |get| RouteMethod::new().get(get).boxed();
    Route::new()
        .at("/", page(plain(site, seo::welcome).boxed()))
        .at("/robots.txt", page(plain(site, seo::robots).boxed()))
        .at("/sitemap.xml", page(plain(site, seo::sitemap).boxed()))
        .at("/sitemap/:part", page(plain(site, seo::sitemap_part).boxed()))
        .at("/favicon.ico", page(plain(site, files::favicon).boxed()))
        .at("/assets/*path", page(plain(site, files::asset).boxed()))
        .at("/media/:hash/:file", page(plain(site, files::media).boxed()))
        .at("/:locale", page(plain(site, seo::with_slash).boxed()))
        .at("/:locale/", page(shown(site, catalogue::home).boxed()))
        .at("/:locale/c/:slug", page(shown(site, catalogue::category).boxed()))
        .at("/:locale/p/:slug", both(site, catalogue::product, configure::choose))
        .at("/:locale/p/:slug/seen.css", page(shown(site, link::note).boxed()))
        .at("/:locale/search", page(shown(site, catalogue::search).boxed()))
        .at("/:locale/page/:slug", page(shown(site, ask::legal).boxed()))
        .at("/:locale/accessibility", page(shown(site, ask::accessibility).boxed()))
        .at("/:locale/contact", page(shown(site, ask::contact).boxed()))
        .at("/:locale/ask", both(site, ask::form, ask::send))
        .at("/:locale/cart", both(site, cart::show, cart::change))
        .at("/:locale/cart/add", RouteMethod::new().post(shown(site, cart::add)))
        .at("/:locale/cart/code", RouteMethod::new().post(shown(site, code::change)))
        .at("/:locale/currency", RouteMethod::new().post(shown(site, currency::choose)))
        .at("/:locale/checkout", both(site, checkout::contact, checkout::save_contact))
        .at("/:locale/checkout/delivery", both(site, checkout::delivery, checkout::save_delivery))
        .at("/:locale/checkout/payment", both(site, checkout::payment, checkout::place))
        .at("/:locale/order/:token", page(shown(site, order::show).boxed()))
        .at("/:locale/order/:token/pay", RouteMethod::new().post(shown(site, pay::pay)))
        .at("/:locale/order/:token/paid", page(shown(site, pay::back).boxed()))
        .at("/:locale/order/:token/documents/:file", page(shown(site, order::document).boxed()))
        .at("/:locale/order/:token/withdraw", both(site, aftersales::withdraw::of_order, aftersales::withdraw::send_of_order))
        .at(
            "/:locale/order/:token/complaint",
            with_photos(site, aftersales::complaint::of_order, aftersales::complaint::send_of_order),
        )
        .at("/:locale/withdraw", both(site, aftersales::withdraw::show, aftersales::withdraw::send))
        .at("/:locale/complaint", with_photos(site, aftersales::complaint::show, aftersales::complaint::send))
        .at("/:locale/case/:token", with_photos(site, aftersales::case::show, aftersales::case::act))
        .at("/:locale/case/:token/files/*file", page(shown(site, aftersales::case::one_file).boxed()))
        .at("/:locale/case/:token/papers/:file", page(shown(site, aftersales::case::paper).boxed()))
        .at("/:locale/order/:token/qr.svg", page(shown(site, order::qr).boxed()))
        .at("/:locale/offer/:token", both(site, offer::show, offer::send))
        .at("/:locale/offer-look/:token", page(shown(site, offer::look).boxed()))
        .at("/:locale/offer/:token/seen.css", page(shown(site, offer::seen).boxed()))
        .at("/:locale/offer/:token/question", RouteMethod::new().post(shown(site, offer::ask)))
        .at("/:locale/offer/:token/decline", RouteMethod::new().post(shown(site, offer::decline)))
        .at("/:locale/offer/:token/again", RouteMethod::new().post(shown(site, offer::again)))
        .at("/:locale/offer/:token/offer.pdf", page(shown(site, offer::pdf).boxed()))
        .at("/:locale/offer/:token/certificate.pdf", page(shown(site, offer::certificate).boxed()))
        .at("/:locale/offer/:token/go/:item", page(shown(site, offer::go).boxed()))
        .at("/:locale/contract/:token", both(site, contract::show, contract::accept))
        .at("/:locale/contract/:token/seen.css", page(shown(site, contract::seen).boxed()))
        .at("/:locale/contract/:token/question", RouteMethod::new().post(shown(site, contract::ask)))
        .at("/:locale/contract/:token/decline", RouteMethod::new().post(shown(site, contract::decline)))
        .at("/:locale/contract/:token/contract.pdf", page(shown(site, contract::pdf).boxed()))
        .at("/:locale/contract/:token/certificate.pdf", page(shown(site, contract::certificate).boxed()))
        .at("/:locale/account", page(shown(site, account::home).boxed()))
        .at("/:locale/account/details", both(site, account::details, account::save_details))
        .at("/:locale/account/sign-in", both(site, account::sign_in_form, account::sign_in))
        .at("/:locale/account/sign-out", RouteMethod::new().post(shown(site, account::sign_out)))
}

fn both<G, P, GF, PF>(site: &Site, get: G, post: P) -> RouteMethod
where
    G: Fn(Site, Visit) -> GF + Send + Sync + Clone + 'static,
    P: Fn(Site, Visit) -> PF + Send + Sync + Clone + 'static,
    GF: Future<Output = Result<Response, Fault>> + Send + 'static,
    PF: Future<Output = Result<Response, Fault>> + Send + 'static,
{
    RouteMethod::new().get(shown(site, get)).post(shown(site, post))
}

/// The same for a form that may bring photos.
fn with_photos<G, P, GF, PF>(site: &Site, get: G, post: P) -> impl Endpoint<Output = Response> + use<G, P, GF, PF>
where
    G: Fn(Site, Visit) -> GF + Send + Sync + Clone + 'static,
    P: Fn(Site, Visit) -> PF + Send + Sync + Clone + 'static,
    GF: Future<Output = Result<Response, Fault>> + Send + 'static,
    PF: Future<Output = Result<Response, Fault>> + Send + 'static,
{
    both(site, get, post).data(visit::Photos(MOST))
}

/// A handler of a page: reads the visit, answers faults with pages that help.
fn shown<F, R>(site: &Site, handler: F) -> impl Endpoint<Output = Response> + use<F, R>
where
    F: Fn(Site, Visit) -> R + Send + Sync + Clone + 'static,
    R: Future<Output = Result<Response, Fault>> + Send + 'static,
{
    let site = site.clone();
    make(move |req: Request| {
        let (site, handler) = (site.clone(), handler.clone());
        async move { Ok::<_, poem::Error>(visit::run(site, req, handler).await) }
    })
}

/// A handler of a file or a redirect.
fn plain<F, R>(site: &Site, handler: F) -> impl Endpoint<Output = Response> + use<F, R>
where
    F: Fn(Site, Request) -> R + Send + Sync + Clone + 'static,
    R: Future<Output = Result<Response, Fault>> + Send + 'static,
{
    let site = site.clone();
    make(move |req: Request| {
        let (site, handler) = (site.clone(), handler.clone());
        async move {
            let path = req.uri().path().to_owned();
            let answer = handler(site.clone(), req).await;
            Ok::<_, poem::Error>(match answer {
                Ok(response) => response,
                Err(fault) => visit::fault_page(&site, None, &fault, &path).await,
            })
        }
    })
}

/// The page for an address that nothing answers.
pub async fn lost(site: &Site, path: &str) -> Response {
    visit::fault_page(site, None, &Fault::not_found("page.not_found"), path).await
}
