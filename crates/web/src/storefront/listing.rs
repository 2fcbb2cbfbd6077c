//! A list of products with what narrows and orders it: by key from the tables while nothing is
//! ticked, through the index as soon as something is.

use vitrina::{
    kernel::{CategoryId, Currency, Fault, Money, ProductId},
    search::{Chosen, FacetCount, Found, Index, Order, Query},
    showcase::{self, ListQuery, Sort, Viewer},
};

use super::{
    pages::{Choice, Facet, FacetValue, Kept, Link, Listing, PriceFacet},
    visit::Visit,
};
use crate::{
    forms::Form,
    site::{Lately, Site},
    urls,
};

/// Tiles on a page.
pub const TILES: u32 = 24;
/// Values shown of one facet.
const VALUES: usize = 12;

/// What the address asks for.
struct Wish {
    chosen: Vec<Chosen>,
    from: Option<i64>,
    to: Option<i64>,
    sort: Sort,
    page: usize,
}

/// The list of a category or of all goods.
///
/// # Faults
/// Whatever database or index say.
pub async fn list(site: &Site, visit: &Visit, category: Option<(CategoryId, i64)>) -> Result<Listing, Fault> {
    let viewer = visit.glance(site);
    let wish = wish(visit);
    let narrowed = !wish.chosen.is_empty() || wish.from.is_some() || wish.to.is_some();
    let words = if category.is_none() { visit.query.get("q") } else { "" };
    let plain = !narrowed && words.is_empty();
    let mut query = query(&viewer, words, category.map(|(id, _)| id), &wish);
    if plain {
        // The tables give the list; the index only says what it could be narrowed by.
        query = Query { skip: 0, limit: 0, order: Order::Best, ..query };
    }
    let found = site.app().port::<dyn Index>().find(query).await?;
    let (cards, total, next) = if plain {
        let list =
            ListQuery { category: category.map(|(id, _)| id), sort: wish.sort, after: visit.query.owned("after"), limit: TILES };
        let page = showcase::list(site.app().reader(), &list, &viewer).await?;
        let next = page.next.map(|after| address(visit, &wish, &[("after", &after)], None));
        (page.rows, category.map(|(_, n)| n), next)
    } else {
        let cards = showcase::cards(site.app().reader(), &found.products, &viewer).await?;
        let shown = wish.page * TILES as usize + found.products.len();
        let more = u64::try_from(shown).unwrap_or(u64::MAX) < found.total;
        let next = more.then(|| address(visit, &wish, &[("page", &(wish.page + 1).to_string())], None));
        (cards, i64::try_from(found.total).ok(), next)
    };
    let first = (wish.page > 0 || visit.query.has("after")).then(|| address(visit, &wish, &[], None));
    Ok(Listing {
        action: visit.path.clone(),
        cards,
        total,
        facets: facets(&visit.lately, &wish, &found.facets),
        price: price(&viewer, &wish, &found),
        sorts: sorts(site, visit, wish.sort, words),
        chips: chips(site, visit, &wish, viewer.currency),
        clear_url: urls::with(&visit.path, &[("q", visit.query.get("q"))]),
        next_url: next.unwrap_or_default(),
        first_url: first.unwrap_or_default(),
        keep: visit.query.opt("q").map(|q| Kept { name: "q".into(), value: q.to_owned() }).into_iter().collect(),
    })
}

/// Whether an address asks for a part of a list or for another order of it. Others may hang their
/// own marks on our links (`utm_source`); those change nothing.
pub fn narrows(query: &Form) -> bool {
    ["q", "from", "to", "sort", "after", "page"].iter().any(|name| query.has(name)) || query.below("f.").next().is_some()
}

fn wish(visit: &Visit) -> Wish {
    let mut chosen: Vec<Chosen> = Vec::new();
    for (code, value) in visit.query.below("f.").filter(|(_, v)| !v.is_empty()).take(60) {
        match chosen.iter_mut().find(|c| c.code == code) {
            Some(known) => known.values.push(value.to_owned()),
            None => chosen.push(Chosen { code: code.to_owned(), values: vec![value.to_owned()] }),
        }
    }
    // The index knows prices in the channel's own currency alone.
    let at_home = visit.lately.channel.home.is_none();
    let whole = |name: &str| visit.query.get(name).parse::<i64>().ok().filter(|n| at_home && (0..10_000_000).contains(n));
    Wish {
        chosen,
        from: whole("from"),
        to: whole("to"),
        sort: visit.query.get("sort").parse().unwrap_or_default(),
        page: visit.query.get("page").parse().unwrap_or(0).min(400),
    }
}

fn query(viewer: &Viewer, words: &str, category: Option<CategoryId>, wish: &Wish) -> Query {
    let minor = |n: i64| Money::new(n * 10_i64.pow(viewer.currency.exponent()), viewer.currency).minor;
    let order = match wish.sort {
        Sort::PriceUp => Order::PriceUp,
        Sort::PriceDown => Order::PriceDown,
        Sort::Newest => Order::Newest,
        Sort::Rank | Sort::Name => Order::Best,
    };
    Query {
        words: words.chars().take(200).collect(),
        category,
        chosen: wish.chosen.clone(),
        price: (wish.from.is_some() || wish.to.is_some())
            .then(|| (minor(wish.from.unwrap_or(0)), minor(wish.to.map_or(9_999_999, |n| n)))),
        order,
        skip: wish.page * TILES as usize,
        limit: TILES as usize,
        with_facets: true,
        ..Query::new(viewer.locale)
    }
}

fn facets(lately: &Lately, wish: &Wish, counts: &[FacetCount]) -> Vec<Facet> {
    let mut codes: Vec<&str> = counts.iter().map(|c| c.code.as_str()).collect();
    codes.sort_unstable_by_key(|code| (lately.labels.facet_position(code), *code));
    codes.dedup();
    let one = |code: &str| {
        let label = lately.labels.facet(code)?;
        let chosen = |value: &str| wish.chosen.iter().any(|c| c.code == code && c.values.iter().any(|v| v == value));
        let mut values: Vec<FacetValue> = counts
            .iter()
            .filter(|c| c.code == code)
            .filter_map(|c| {
                let label = lately.labels.value(code, &c.value)?.to_owned();
                let count = i64::try_from(c.count).unwrap_or(i64::MAX);
                Some(FacetValue { label, chosen: chosen(&c.value), count, value: c.value.clone() })
            })
            .collect();
        values.sort_by_key(|v| (!v.chosen, std::cmp::Reverse(v.count)));
        values.truncate(VALUES);
        values.sort_by_key(|v| (lately.labels.value_position(code, &v.value), v.label.clone()));
        // A facet with one value narrows nothing.
        (values.len() > 1 || values.iter().any(|v| v.chosen)).then(|| Facet {
            name: format!("f.{code}"),
            label: label.to_owned(),
            values,
        })
    };
    codes.into_iter().filter_map(one).take(8).collect()
}

fn price(viewer: &Viewer, wish: &Wish, found: &Found) -> Option<PriceFacet> {
    let (low, high) = found.price.filter(|_| viewer.list.is_none())?;
    let text = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
    let asked = wish.from.is_some() || wish.to.is_some();
    (high > low || asked).then(|| PriceFacet {
        from: text(wish.from),
        to: text(wish.to),
        lowest: Money::new(low, viewer.currency),
        highest: Money::new(high, viewer.currency),
    })
}

fn sorts(site: &Site, visit: &Visit, now: Sort, words: &str) -> Vec<Choice> {
    let label = |sort: Sort| {
        let key =
            if sort == Sort::Rank && !words.is_empty() { "sort.best".to_owned() } else { format!("sort.{}", sort_word(sort)) };
        site.stage().text(visit.locale, &key, &[])
    };
    let offered = Sort::ALL.iter().filter(|s| words.is_empty() || **s != Sort::Name);
    offered.map(|s| Choice { value: s.as_str().into(), label: label(*s), chosen: *s == now }).collect()
}

/// The text below `sort.`; the parameter itself may carry a minus.
fn sort_word(sort: Sort) -> &'static str {
    match sort {
        Sort::Rank => "rank",
        Sort::PriceUp => "price_up",
        Sort::PriceDown => "price_down",
        Sort::Newest => "newest",
        Sort::Name => "name",
    }
}

/// What is chosen, each with the address that leaves it out.
fn chips(site: &Site, visit: &Visit, wish: &Wish, currency: Currency) -> Vec<Link> {
    let mut chips = Vec::new();
    for chosen in &wish.chosen {
        for value in &chosen.values {
            let name = visit.lately.labels.value(&chosen.code, value).unwrap_or(value).to_owned();
            chips.push(Link { name, url: address(visit, wish, &[], Some((&chosen.code, value))) });
        }
    }
    let sum = |n: i64| site.stage().money(visit.locale, Money::new(n * 10_i64.pow(currency.exponent()), currency));
    for (name, bound) in [("from", wish.from), ("to", wish.to)] {
        if let Some(n) = bound {
            let label = site.stage().text(visit.locale, &format!("list.{name}"), &[]);
            chips.push(Link { name: format!("{label} {}", sum(n)), url: address(visit, wish, &[], Some((name, ""))) });
        }
    }
    chips
}

/// This page's address with some values more and one less.
fn address(visit: &Visit, wish: &Wish, more: &[(&str, &str)], without: Option<(&str, &str)>) -> String {
    let mut values: Vec<(String, String)> = Vec::new();
    values.push(("q".into(), visit.query.get("q").to_owned()));
    for chosen in &wish.chosen {
        for value in chosen.values.iter().filter(|v| without != Some((&chosen.code, v))) {
            values.push((format!("f.{}", chosen.code), value.clone()));
        }
    }
    for (name, bound) in [("from", wish.from), ("to", wish.to)] {
        if without != Some((name, "")) {
            values.push((name.into(), bound.map_or_else(String::new, |n| n.to_string())));
        }
    }
    if wish.sort != Sort::default() {
        values.push(("sort".into(), wish.sort.as_str().into()));
    }
    values.extend(more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    let pairs: Vec<(&str, &str)> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    urls::with(&visit.path, &pairs)
}

/// Cards by id, in the order given; for the rows of the home page.
///
/// # Faults
/// Whatever database or index say.
pub async fn tagged(site: &Site, visit: &Visit, tag: &str, most: usize) -> Result<Vec<showcase::ProductCard>, Fault> {
    let viewer = visit.glance(site);
    let chosen = vec![Chosen { code: "tag".into(), values: vec![tag.into()] }];
    let query = Query { chosen, limit: most, ..Query::new(viewer.locale) };
    let ids: Vec<ProductId> = site.app().port::<dyn Index>().find(query).await?.products;
    showcase::cards(site.app().reader(), &ids, &viewer).await
}
