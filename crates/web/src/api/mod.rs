//! The API: the same flows and views as the pages, as resources on a wire that stays stable
//! while the domain moves.
//!
//! `/store/v1` is what a shop window needs, opened by a publishable key; `/admin/v1` is the
//! office, opened by a secret key's rights. Every refusal is a problem of RFC 9457.

mod admin;
mod case_parts;
mod docs;
mod dto;
mod gate;
mod known;
mod meter;
mod offer_parts;
mod problem;
mod store;
mod tag;
mod written;

use std::sync::Arc;

use poem::{Endpoint, EndpointExt, IntoEndpoint, Request, Response, Route, http::StatusCode};
use poem_openapi::{OpenApi, OpenApiService};

use crate::site::Site;

/// Which of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    Store,
    Admin,
}

impl Surface {
    /// Where it begins.
    pub(crate) const fn base(self) -> &'static str {
        match self {
            Self::Store => "/store/v1",
            Self::Admin => "/admin/v1",
        }
    }

    /// How to come in, for the `WWW-Authenticate` of a 401.
    const fn challenge(self) -> &'static str {
        match self {
            Self::Store => r#"Vitrina-Key realm="store""#,
            Self::Admin => r#"Bearer realm="admin""#,
        }
    }
}

/// Everything below `/store`.
pub fn store(site: &Site) -> impl Endpoint<Output = Response> + use<> {
    let asked = (store::Asking, store::Accounts, store::Cases);
    let apis = (store::Goods, store::Carts, store::Orders, store::Offers, store::Links, asked);
    mounted(site, Surface::Store, OpenApiService::new(apis, "Vitrina Store API", "1.0"))
}

/// Everything below `/admin`.
pub fn admin(site: &Site) -> impl Endpoint<Output = Response> + use<> {
    let people =
        (admin::Customers, admin::Inquiries, admin::Orders, admin::Documents, admin::Payments, admin::Statements, admin::Tasks);
    let goods = (admin::Goods, admin::Products, admin::Imports, admin::Campaigns, admin::Discounts);
    let offers = (admin::Offers, admin::OfferLines, admin::Contracts);
    let cases = (admin::Cases, admin::CaseSteps);
    let apis = (people, offers, goods, cases, admin::Archive);
    mounted(site, Surface::Admin, OpenApiService::new(apis, "Vitrina Admin API", "1.0"))
}

fn mounted<T: OpenApi + 'static>(
    site: &Site,
    surface: Surface,
    service: OpenApiService<T, ()>,
) -> impl Endpoint<Output = Response> + use<T> {
    let service = service.server(surface.base());
    let document = docs::document(surface, &service.spec());
    let door = Arc::new(gate::Door::new(site.clone(), surface, known::Known::of(&document)));
    let page = docs::Page::of(surface, &service.swagger_ui_html());
    let outside = site.clone();
    let gated = service.into_endpoint().around(move |next, req| gate::pass(door.clone(), next, req));
    let v1 = Route::new()
        .at("/openapi.json", poem::get(docs::json(document.to_string().into())))
        .at("/docs", poem::get(page.shell()))
        .at("/docs/:file", poem::get(page.file()))
        .nest("/", gated);
    Route::new().nest("/v1", v1).around(move |next, req| explained(outside.clone(), surface, next, req))
}

/// What no handler answers is explained like everything else.
async fn explained<E: Endpoint<Output = Response>>(
    site: Site,
    surface: Surface,
    next: Arc<E>,
    req: Request,
) -> poem::Result<Response> {
    let path = req.original_uri().path().to_owned();
    let locale = gate::wish(&req).unwrap_or(vitrina::kernel::Locale::EN);
    Ok(match next.call(req).await {
        Ok(response) => response,
        Err(e) if e.status() == StatusCode::METHOD_NOT_ALLOWED => {
            problem::of_method(&site, locale, (surface, &path), "GET, HEAD")
        }
        Err(e) => problem::of_error(&site, locale, (surface, &path), &e),
    })
}

#[cfg(test)]
mod tests {
    use vitrina::manifest::plugin_zero;

    use super::Surface;

    #[test]
    fn the_versions_in_the_manifest_are_the_ones_in_the_addresses() {
        let said = &plugin_zero().compatibility;
        assert!(Surface::Store.base().ends_with(&format!("/{}", said.store_api)));
        assert!(Surface::Admin.base().ends_with(&format!("/{}", said.admin_api)));
    }
}
