//! Home, category, product, search.

use poem::{Response, http::StatusCode};
use uuid::Uuid;
use vitrina::{
    catalog::field,
    content,
    kernel::{Fault, Locale, ProductId},
    sales::Load,
    showcase::{self, CategoryFound, Crumb, Found, Kind, ListQuery, Shelf, Sort},
    translation::texts_of,
};

use super::{
    configure, frame, link, listing,
    pages::{
        CategoryPage, CategoryTile, DeliveryHint, Document, Frame, GuaranteeNotice, HomePage, Link, ProductPageView, Safety,
        SearchPage, Story,
    },
    seo,
    visit::Visit,
};
use crate::{render, site::Site, urls};

type Answer = Result<Response, Fault>;

/// Serves the kept page, or makes it; a visitor with a cookie gets a page of their own.
async fn kept<F, R>(site: Site, visit: Visit, make: F) -> Answer
where
    F: FnOnce(Site, Visit) -> R,
    R: Future<Output = Result<Made, Fault>>,
{
    if !visit.is_anonymous() {
        return match make(site, visit).await? {
            Made::Page(html, _) => Ok(render::html(StatusCode::OK, html, "no-store")),
            Made::Moved(url) => Ok(moved(&url)),
        };
    }
    let key = format!("{}{}?{}", visit.origin, visit.path, visit.query.text());
    if let Some(response) = site.cache().get(site.app(), &key) {
        return Ok(response);
    }
    let reading = site.cache().watch(site.app(), key);
    match make(site.clone(), visit).await? {
        Made::Page(html, subjects) => Ok(site.cache().put(site.app(), reading, subjects, html)),
        Made::Moved(url) => Ok(moved(&url)),
    }
}

enum Made {
    /// The page and what it shows.
    Page(String, Vec<Uuid>),
    Moved(String),
}

fn moved(url: &str) -> Response {
    Response::builder()
        .status(StatusCode::MOVED_PERMANENTLY)
        .header("location", url)
        .header("cache-control", "max-age=3600")
        .finish()
}

pub async fn home(site: Site, visit: Visit) -> Answer {
    kept(site, visit, |site, visit| async move {
        let name = site.app().settings().text("shop.name").to_owned();
        let mut page = frame::of(&site, &visit, &name).await?;
        page.description = site.stage().text(visit.locale, "home.description", &[]);
        seo::canonical(&site, &visit, &mut page);
        page.json_ld.push(seo::store(&site, &visit));
        let viewer = visit.glance(&site);
        let newest = ListQuery { sort: Sort::Newest, limit: 8, ..ListQuery::default() };
        let mut new = listing::tagged(&site, &visit, "new", 8).await?;
        if new.is_empty() {
            new = showcase::list(site.app().reader(), &newest, &viewer).await?.rows;
        }
        let reduced = listing::tagged(&site, &visit, "clearance", 4).await?;
        let services = services(&site, &visit).await?;
        let about = content::page_by_code(site.app().reader(), "about", visit.locale).await?;
        let pictures = site.app().settings();
        let view = HomePage {
            page,
            hero: picture(&site, pictures.text("home.picture"), visit.locale).await?,
            hero_url: visit.lately.menu.first().map_or_else(|| visit.url("search"), |s| s.url.clone()),
            categories: visit.lately.menu.iter().map(tile).collect(),
            new,
            reduced,
            services,
            story: match about {
                Some(p) => Some(Story {
                    picture: picture(&site, pictures.text("home.story_picture"), visit.locale).await?,
                    html: first_paragraphs(&p.body),
                    title: p.title,
                }),
                None => None,
            },
        };
        let subjects = view.new.iter().chain(&view.reduced).chain(&view.services).map(|c| c.product.0).collect();
        Ok(Made::Page(site.stage().render("storefront/home", visit.locale, &view)?, subjects))
    })
    .await
}

/// The beginning of a text, for a place that leads to all of it.
fn first_paragraphs(html: &str) -> String {
    let end = html.match_indices("</p>").nth(1).map(|(at, _)| at + 4);
    end.map_or_else(|| html.to_owned(), |end| html[..end].to_owned())
}

async fn services(site: &Site, visit: &Visit) -> Result<Vec<showcase::ProductCard>, Fault> {
    let Some(shelf) = visit.lately.menu.iter().find(|s| s.code == "services") else { return Ok(Vec::new()) };
    let list = ListQuery { category: Some(shelf.category), limit: 4, ..ListQuery::default() };
    Ok(showcase::list(site.app().reader(), &list, &visit.glance(site)).await?.rows)
}

/// A picture of the shop itself, named by its content's hash in a setting.
async fn picture(site: &Site, hash: &str, locale: Locale) -> Result<Option<showcase::Picture>, Fault> {
    if hash.is_empty() {
        return Ok(None);
    }
    match vitrina::media::by_hash(site.app().reader(), hash).await {
        Ok(m) => Ok(Some(showcase::Picture {
            alt: texts_of(site.app().reader(), &[m.id.uuid()]).await?.word(m.id.uuid(), field::ALT, locale).to_owned(),
            media: m.id,
            hash: m.hash,
            width: m.width.unwrap_or(1920),
            height: m.height.unwrap_or(1080),
        })),
        Err(fault) if fault.kind == vitrina::kernel::Kind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn tile(shelf: &Shelf) -> CategoryTile {
    CategoryTile { name: shelf.name.clone(), url: shelf.url.clone(), picture: shelf.picture.clone() }
}

fn links(home: (String, String), crumbs: &[Crumb]) -> Vec<Link> {
    let first = Link { name: home.0, url: home.1 };
    std::iter::once(first).chain(crumbs.iter().map(|c| Link { name: c.name.clone(), url: c.url.clone() })).collect()
}

fn home_crumb(site: &Site, visit: &Visit) -> (String, String) {
    (site.stage().text(visit.locale, "nav.home", &[]), visit.url(""))
}

pub async fn category(site: Site, visit: Visit) -> Answer {
    kept(site, visit, |site, visit| async move {
        let found = match showcase::category(site.app().reader(), &visit.part, &visit.viewer(&site)).await? {
            CategoryFound::Here(found) => found,
            CategoryFound::Moved(slug) => return Ok(Made::Moved(visit.url(&format!("c/{slug}")))),
            CategoryFound::Unknown => return Err(Fault::not_found("page.not_found")),
        };
        let mut page = frame::of(&site, &visit, &found.name).await?;
        let known = found.alternates.iter().map(|a| (a.locale, a.url.clone()));
        page.alternates = frame::alternates(&site, &visit, known);
        // One address for a category: what narrows, orders or turns its pages is not for indexes.
        let narrows = listing::narrows(&visit.query);
        page.noindex |= narrows;
        if !narrows {
            seo::canonical(&site, &visit, &mut page);
        }
        page.description = seo::excerpt(&found.intro);
        let crumbs = links(home_crumb(&site, &visit), &found.breadcrumb);
        page.json_ld.push(seo::breadcrumb(&site, &visit, &crumbs, &found.name));
        let list = listing::list(&site, &visit, Some((found.category, found.products))).await?;
        let mut subjects: Vec<Uuid> = list.cards.iter().map(|c| c.product.0).collect();
        subjects.push(found.category.0);
        let view = CategoryPage {
            page,
            html: found.intro,
            crumbs,
            children: found.children.iter().map(tile).collect(),
            list,
            name: found.name,
        };
        Ok(Made::Page(site.stage().render("storefront/category", visit.locale, &view)?, subjects))
    })
    .await
}

pub async fn search(site: Site, visit: Visit) -> Answer {
    let q = visit.query.get("q").to_owned();
    let title = site.stage().text(visit.locale, "search.title", &[]);
    let mut page = frame::private(&site, &visit, &title).await?;
    page.q.clone_from(&q);
    let list = listing::list(&site, &visit, None).await?;
    let html = site.stage().render("storefront/search", visit.locale, &SearchPage { page, q, list })?;
    Ok(render::html(StatusCode::OK, html, "no-store"))
}

pub async fn product(site: Site, visit: Visit) -> Answer {
    kept(site, visit, |site, visit| async move {
        let found = match showcase::by_slug(site.app().reader(), &visit.part, &visit.viewer(&site)).await? {
            Found::Here(found) => found,
            Found::Moved(slug) => return Ok(Made::Moved(visit.url(&format!("p/{slug}")))),
            Found::Gone | Found::Unknown => return Err(Fault::not_found("page.not_found")),
        };
        let mut page = product_frame(&site, &visit, &found).await?;
        page.seen = link::seen(&visit, &visit.part);
        let mut subjects = vec![found.card.product.0];
        subjects.extend(found.shelves.iter().map(|c| c.0));
        subjects.extend(found.related.iter().chain(&found.accessories).map(|c| c.product.0));
        let configurator = configure::opening(&site, &visit, &found.card).await?;
        let view = ProductPageView { configurator, ..view(&site, &visit, page, *found).await? };
        Ok(Made::Page(site.stage().render("storefront/product", visit.locale, &view)?, subjects))
    })
    .await
}

pub(super) async fn product_frame(site: &Site, visit: &Visit, found: &showcase::ProductPage) -> Result<Frame, Fault> {
    let title = if found.seo_title.is_empty() { &found.card.title } else { &found.seo_title };
    let mut page = frame::of(site, visit, title).await?;
    page.alternates = frame::alternates(site, visit, found.alternates.iter().map(|a| (a.locale, a.url.clone())));
    seo::canonical(site, visit, &mut page);
    page.description = if found.seo_description.is_empty() { found.card.teaser.clone() } else { found.seo_description.clone() };
    let base = frame::base(site, visit);
    if let Some(picture) = &found.card.picture {
        page.image = format!("{base}{}", vitrina::stage::media_url(&picture.hash, 1280));
    }
    let crumbs = links(home_crumb(site, visit), &found.breadcrumb);
    page.json_ld.push(seo::product(site, visit, found));
    page.json_ld.push(seo::breadcrumb(site, visit, &crumbs, &found.card.title));
    Ok(page)
}

pub(super) async fn view(
    site: &Site,
    visit: &Visit,
    page: Frame,
    found: showcase::ProductPage,
) -> Result<ProductPageView, Fault> {
    let wanted = visit.query.get("v");
    let open = |v: &&showcase::VariantCard| showcase::sellable(v.availability);
    let chosen = found.card.variants.iter().find(|v| v.sku == wanted).or_else(|| found.card.variants.iter().find(open));
    let chosen = chosen.or(found.card.variants.first()).map_or_else(String::new, |v| v.sku.clone());
    let goods = found.card.kind == Kind::Goods;
    let html_fallback = found.description_text.filter(|t| t.fallback).map(|t| t.locale);
    let guarantee = visit.lately.legal.iter().find(|p| p.code == "warranty");
    Ok(ProductPageView {
        delivery: if goods { hint(site, visit, &found)? } else { None },
        safety: goods.then(|| safety(&found)),
        crumbs: links(home_crumb(site, visit), &found.breadcrumb),
        guarantee: goods.then(|| guarantee.map(|p| GuaranteeNotice { picture: None, url: p.url.clone() })).flatten(),
        documents: documents(site, &found).await?,
        html: found.description,
        html_fallback,
        facts: found.facts,
        related: found.related,
        accessories: found.accessories,
        chosen,
        configurator: None,
        key: String::new(),
        card: found.card,
        page,
    })
}

/// Cheapest delivery of one piece to the channel's own country.
fn hint(site: &Site, visit: &Visit, found: &showcase::ProductPage) -> Result<Option<DeliveryHint>, Fault> {
    let grams = found.card.variants.iter().filter_map(|v| v.weight_g).min().unwrap_or(0);
    let goods = found.card.price.gross;
    let country = &visit.lately.channel.country;
    let load = Load { country: country.clone(), grams, goods };
    let quotes = visit.lately.tariffs.quotes(&load, visit.locale, country, site.app().now())?;
    let pickup = quotes.iter().any(|q| q.is_pickup());
    // To collect it is no delivery, however cheap.
    let brought = quotes.iter().filter(|q| !q.is_pickup()).min_by_key(|q| q.gross.minor);
    Ok(brought.map(|q| DeliveryHint { from: q.gross, free: q.gross.minor == 0, days_min: q.days.0, days_max: q.days.1, pickup }))
}

fn safety(found: &showcase::ProductPage) -> Safety {
    let maker = found.maker.clone();
    let joined = |parts: [&str; 3]| parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ");
    let sku = found.card.variants.first().map_or("", |v| v.sku.as_str());
    Safety {
        producer: maker.as_ref().map_or_else(String::new, |m| m.name.clone()),
        address: maker.as_ref().map_or_else(String::new, |m| m.address.clone()),
        contact: maker.as_ref().map_or_else(String::new, |m| m.contact.clone()),
        responsible: maker.as_ref().map_or_else(String::new, |m| joined([&m.rep_name, &m.rep_address, &m.rep_contact])),
        identifier: sku.to_owned(),
        warnings: found.warnings.clone(),
        missing: found.gaps.iter().map(|g| g.as_str().to_owned()).collect(),
    }
}

async fn documents(site: &Site, found: &showcase::ProductPage) -> Result<Vec<Document>, Fault> {
    let mut all = Vec::new();
    for d in &found.documents {
        let m = vitrina::media::by_hash(site.app().reader(), &d.hash).await?;
        let ending = if m.mime == "application/pdf" { "pdf" } else { "txt" };
        all.push(Document {
            title: d.title.clone(),
            url: format!("/media/{}/{}.{ending}", m.hash, urls::encode(&d.kind)),
            kind: ending.to_uppercase(),
            kilobytes: (m.bytes + 1023) / 1024,
        });
    }
    Ok(all)
}

/// The product that a form is about, by its slug.
///
/// # Faults
/// Whatever the database says.
pub async fn asked_about(site: &Site, visit: &Visit, slug: &str) -> Result<Option<showcase::ProductCard>, Fault> {
    if slug.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = slug.parse::<ProductId>() {
        return showcase::card(site.app().reader(), id, &visit.viewer(site)).await;
    }
    Ok(match showcase::by_slug(site.app().reader(), slug, &visit.viewer(site)).await? {
        Found::Here(found) => Some(found.card),
        _ => None,
    })
}
