//! For those who find the shop by searching: addresses, sitemap, structured data.

use poem::{
    Request, Response,
    http::{StatusCode, header},
};
use serde_json::{Value, json};
use vitrina::{
    kernel::{Fault, Locale, ProductId},
    showcase::{self, Availability, ProductPage, Shelf},
    stage::letters::Sender,
};

use super::{
    frame,
    pages::{Frame, Link},
    visit::Visit,
};
use crate::{session, site::Site};

type Answer = Result<Response, Fault>;

/// Products in one part of the sitemap; the format allows 50,000 addresses.
const PART: u32 = 10_000;

/// `/` leads to the visitor's language.
pub async fn welcome(site: Site, req: Request) -> Answer {
    let lately = site.lately(Locale::LT).await?;
    let wanted = req.header("accept-language").unwrap_or_default();
    let spoken = wanted.split(',').filter_map(|part| part.trim().get(..2)?.to_ascii_lowercase().parse::<Locale>().ok());
    let locale = spoken.into_iter().find(|l| lately.channel.speaks(*l)).unwrap_or(lately.channel.source());
    let answer = Response::builder().status(StatusCode::FOUND).header("location", format!("/{locale}/"));
    Ok(answer.header("vary", "accept-language").header("cache-control", "no-cache").finish())
}

/// `/lt` leads to `/lt/`.
pub async fn with_slash(site: Site, req: Request) -> Answer {
    let lost = || Fault::not_found("page.not_found");
    let locale: Locale = req.raw_path_param("locale").unwrap_or_default().parse().map_err(|_| lost())?;
    if !site.lately(locale).await?.channel.speaks(locale) {
        return Err(lost());
    }
    Ok(Response::builder().status(StatusCode::MOVED_PERMANENTLY).header("location", format!("/{locale}/")).finish())
}

pub async fn robots(site: Site, req: Request) -> Answer {
    let body = format!(
        "User-agent: *\nDisallow: /office\nDisallow: /*/cart\nDisallow: /*/checkout\nDisallow: /*/account\nDisallow: /*/order/\n\
         Disallow: /*/search\nDisallow: /*?for=\nDisallow: /*&for=\n\nSitemap: {}/sitemap.xml\n",
        base(&site, &req)
    );
    Ok(Response::builder().content_type("text/plain; charset=utf-8").header("cache-control", "max-age=3600").body(body))
}

/// The index of the sitemap: pages and categories, then products in parts.
pub async fn sitemap(site: Site, req: Request) -> Answer {
    let lately = site.lately(Locale::LT).await?;
    let products = showcase::count(site.app().reader(), lately.channel.id, None).await?;
    let parts = (u64::try_from(products).unwrap_or(0)).div_ceil(u64::from(PART));
    let base = base(&site, &req);
    let each = std::iter::once("pages".to_owned()).chain((0..parts).map(|n| n.to_string()));
    let body: String = each.map(|name| format!("<sitemap><loc>{base}/sitemap/{name}.xml</loc></sitemap>\n")).collect();
    Ok(xml(format!("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{body}</sitemapindex>\n")))
}

pub async fn sitemap_part(site: Site, req: Request) -> Answer {
    let name = req.raw_path_param("part").unwrap_or_default().trim_end_matches(".xml").to_owned();
    let base = base(&site, &req);
    let mut urls = String::new();
    if name == "pages" {
        let source = site.lately(Locale::LT).await?;
        for locale in &source.channel.locales {
            let lately = site.lately(*locale).await?;
            let mut own = vec![format!("/{locale}/")];
            own.extend(lately.legal.iter().map(|p| p.url.clone()));
            shelves(&lately.menu, &mut own);
            urls.extend(own.iter().map(|url| format!("<url><loc>{base}{}</loc></url>\n", escape(url))));
        }
    } else {
        let part: u32 = name.parse().map_err(|_| Fault::not_found("page.not_found"))?;
        urls = products(&site, &base, part).await?;
    }
    let head = "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n";
    Ok(xml(format!("{head}{urls}</urlset>\n")))
}

fn shelves(menu: &[Shelf], out: &mut Vec<String>) {
    for shelf in menu {
        out.push(shelf.url.clone());
        shelves(&shelf.children, out);
    }
}

async fn products(site: &Site, base: &str, part: u32) -> Result<String, Fault> {
    let channel = site.lately(Locale::LT).await?.channel.id;
    let mut after: Option<ProductId> = None;
    for _ in 0..part {
        let page = showcase::sitemap(site.app().reader(), channel, after, PART).await?;
        after = page.last().map(|e| e.product);
        if after.is_none() {
            return Ok(String::new());
        }
    }
    let entries = showcase::sitemap(site.app().reader(), channel, after, PART).await?;
    let mut out = String::with_capacity(entries.len() * 400);
    for entry in entries {
        let links: String = entry
            .urls
            .iter()
            .map(|a| format!("<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{base}{}\"/>", a.locale, escape(&a.url)))
            .collect();
        for url in &entry.urls {
            let day = entry.changed.rfc3339();
            out.push_str(&format!("<url><loc>{base}{}</loc><lastmod>{day}</lastmod>{links}</url>\n", escape(&url.url)));
        }
    }
    Ok(out)
}

fn xml(body: String) -> Response {
    let whole = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}");
    Response::builder()
        .header(header::CONTENT_TYPE, "application/xml; charset=utf-8")
        .header("cache-control", "max-age=600")
        .body(whole)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn base(site: &Site, req: &Request) -> String {
    let set = site.app().settings().text("shop.url").trim_end_matches('/').to_owned();
    if !set.is_empty() {
        return set;
    }
    let scheme = if session::is_https(req) { "https" } else { "http" };
    format!("{scheme}://{}", req.header("host").unwrap_or("localhost"))
}

/// The page's one address: without the parameters that narrow or order.
pub fn canonical(site: &Site, visit: &Visit, page: &mut Frame) {
    page.canonical = format!("{}{}", frame::base(site, visit), visit.path);
}

/// The first sentences of a text without its tags, for a description.
pub fn excerpt(html: &str) -> String {
    let mut out = String::new();
    let mut within = false;
    for c in html.chars() {
        match c {
            '<' => within = true,
            '>' => within = false,
            c if !within => out.push(c),
            _ => {}
        }
    }
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ").replace("&amp;", "&");
    match out.char_indices().nth(155) {
        Some((cut, _)) => format!("{}…", out[..cut].rsplit_once(' ').map_or(&out[..cut], |(head, _)| head)),
        None => out,
    }
}

/// The shop itself.
pub fn store(site: &Site, visit: &Visit) -> Value {
    let settings = site.app().settings();
    let sender = Sender::of(&settings, visit.locale);
    json!({
        "@context": "https://schema.org", "@type": "OnlineStore",
        "name": settings.text("shop.name"), "url": format!("{}/{}/", frame::base(site, visit), visit.locale),
        "email": settings.text("shop.email"), "telephone": settings.text("shop.phone"),
        "address": sender.address.join(", "), "vatID": settings.text("shop.vat_code"),
    })
}

pub fn breadcrumb(site: &Site, visit: &Visit, crumbs: &[Link], last: &str) -> Value {
    let base = frame::base(site, visit);
    let own = (last.to_owned(), visit.path.clone());
    let all = crumbs.iter().map(|c| (c.name.clone(), c.url.clone())).chain(std::iter::once(own));
    let items: Vec<Value> = all
        .enumerate()
        .map(|(i, (name, url))| json!({ "@type": "ListItem", "position": i + 1, "name": name, "item": format!("{base}{url}") }))
        .collect();
    json!({ "@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items })
}

/// A product with an offer for each variant.
pub fn product(site: &Site, visit: &Visit, found: &ProductPage) -> Value {
    let base = frame::base(site, visit);
    let card = &found.card;
    let pictures: Vec<String> =
        card.pictures.iter().map(|p| format!("{base}{}", vitrina::stage::media_url(&p.hash, 1280))).collect();
    let offers: Vec<Value> = card
        .variants
        .iter()
        .map(|v| {
            json!({
                "@type": "Offer", "sku": v.sku, "price": v.price.gross.amount_text(), "priceCurrency": v.price.gross.currency,
                "availability": availability(v.availability), "itemCondition": "https://schema.org/NewCondition",
                "url": format!("{base}{}", card.url), "name": if v.name.is_empty() { &card.title } else { &v.name },
            })
        })
        .collect();
    let mut product = json!({
        "@context": "https://schema.org", "@type": "Product", "name": card.title, "description": card.teaser,
        "image": pictures, "sku": card.variants.first().map(|v| v.sku.as_str()), "offers": offers,
        "url": format!("{base}{}", card.url),
    });
    if let Some(maker) = &found.maker {
        product["brand"] = json!({ "@type": "Brand", "name": maker.name });
    }
    if let Some(gtin) = card.variants.first().and_then(|v| v.gtin.as_ref()) {
        product["gtin"] = json!(gtin);
    }
    product
}

fn availability(word: Availability) -> &'static str {
    match word {
        Availability::InStock => "https://schema.org/InStock",
        Availability::Few => "https://schema.org/LimitedAvailability",
        Availability::MadeToOrder { .. } => "https://schema.org/MadeToOrder",
        Availability::OutOfStock => "https://schema.org/OutOfStock",
    }
}
