//! A person's words into a query, and hits into answers.

use std::ops::Bound;

use tantivy::{
    DocAddress, Order as Way, Searcher, Term,
    collector::{Count, TopDocs},
    columnar::Column,
    query::{AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, FuzzyTermQuery, Occur, Query as Ask, RangeQuery, TermQuery},
    schema::{Field, IndexRecordOption, Value},
};
use uuid::Uuid;
use vitrina::{
    kernel::ProductId,
    search::{Chosen, FacetCount, Found, Order, Query},
};

use crate::{
    schema::{Fields, bare_sku, fold},
    tally::{Counted, Tally},
    tongue::Tongue,
};

/// How hard to try: first what was typed, then what may have been meant.
#[derive(Clone, Copy, PartialEq)]
enum Effort {
    Typed,
    /// One slip a word, and the ends of words, which Lithuanian declines, left open.
    Meant,
}

pub fn find(tongue: &Tongue, query: &Query) -> tantivy::Result<Found> {
    let searcher = tongue.searcher();
    let found = find_with(&searcher, &tongue.fields, query, Effort::Typed)?;
    if found.total > 0 || query.words.trim().is_empty() {
        return Ok(found);
    }
    find_with(&searcher, &tongue.fields, query, Effort::Meant)
}

fn find_with(searcher: &Searcher, fields: &Fields, query: &Query, effort: Effort) -> tantivy::Result<Found> {
    let ask = whole(fields, query, effort, None);
    let (total, hits) = match query.limit {
        0 => (searcher.search(&*ask, &Count)? as u64, Vec::new()),
        limit => top(searcher, &*ask, query, limit.min(200))?,
    };
    let products = ids(searcher, &hits)?;
    let (facets, price) = if query.with_facets { facets(searcher, fields, query, effort, &*ask)? } else { (Vec::new(), None) };
    Ok(Found { total, products, facets, price })
}

fn top(searcher: &Searcher, ask: &dyn Ask, query: &Query, limit: usize) -> tantivy::Result<(u64, Vec<DocAddress>)> {
    let top = TopDocs::with_limit(limit).and_offset(query.skip);
    let bare = query.words.trim().is_empty();
    let (total, hits) = match query.order {
        Order::Best if !bare => {
            let (n, hits) = searcher.search(ask, &(Count, top.order_by_score()))?;
            (n, hits.into_iter().map(|(_, at)| at).collect())
        }
        Order::Best => by(searcher, ask, top.order_by_fast_field::<i64>("rank", Way::Asc))?,
        Order::Newest => by(searcher, ask, top.order_by_fast_field::<i64>("added", Way::Desc))?,
        Order::PriceUp => by(searcher, ask, top.order_by_fast_field::<u64>("price", Way::Asc))?,
        Order::PriceDown => by(searcher, ask, top.order_by_fast_field::<u64>("price", Way::Desc))?,
    };
    Ok((total as u64, hits))
}

fn by<K>(
    searcher: &Searcher,
    ask: &dyn Ask,
    top: impl tantivy::collector::Collector<Fruit = Vec<(K, DocAddress)>>,
) -> tantivy::Result<(usize, Vec<DocAddress>)> {
    let (n, hits) = searcher.search(ask, &(Count, top))?;
    Ok((n, hits.into_iter().map(|(_, at)| at).collect()))
}

fn ids(searcher: &Searcher, hits: &[DocAddress]) -> tantivy::Result<Vec<ProductId>> {
    let columns: Vec<(Column<u64>, Column<u64>)> = searcher
        .segment_readers()
        .iter()
        .map(|s| Ok((s.fast_fields().u64("high")?, s.fast_fields().u64("low")?)))
        .collect::<tantivy::Result<_>>()?;
    let read = |at: &DocAddress| {
        let (high, low) = columns.get(at.segment_ord as usize)?;
        Some(ProductId(Uuid::from_u64_pair(high.first(at.doc_id)?, low.first(at.doc_id)?)))
    };
    Ok(hits.iter().filter_map(read).collect())
}

type Facets = (Vec<FacetCount>, Option<(i64, i64)>);

/// Counts over the hits; a facet that has ticks is counted once more without them.
fn facets(searcher: &Searcher, fields: &Fields, query: &Query, effort: Effort, ask: &dyn Ask) -> tantivy::Result<Facets> {
    let counted = searcher.search(ask, &Tally)?;
    let price = counted.price.map(|(a, b)| (signed(a), signed(b)));
    let mut all = split(counted, |code| !query.chosen.iter().any(|c| c.code == code));
    for chosen in &query.chosen {
        let wider = whole(fields, query, effort, Some(&chosen.code));
        all.extend(split(searcher.search(&*wider, &Tally)?, |code| code == chosen.code));
    }
    all.sort_by(|a, b| a.code.cmp(&b.code).then(b.count.cmp(&a.count)).then(a.value.cmp(&b.value)));
    Ok((all, price))
}

fn split(counted: Counted, keep: impl Fn(&str) -> bool) -> Vec<FacetCount> {
    let cut = |(name, count): (String, u64)| {
        let (code, value) = name.split_once('=')?;
        keep(code).then(|| FacetCount { code: code.into(), value: value.into(), count })
    };
    counted.facets.into_iter().filter_map(cut).collect()
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The whole query; `without` leaves the ticks of one facet aside.
fn whole(fields: &Fields, query: &Query, effort: Effort, without: Option<&str>) -> Box<dyn Ask> {
    let mut must: Vec<(Occur, Box<dyn Ask>)> = Vec::new();
    let words = fold(&query.words);
    if words.is_empty() {
        must.push((Occur::Must, Box::new(AllQuery)));
    } else {
        must.push((Occur::Must, wording(fields, &query.words, &words, effort)));
    }
    let mut filter = |ask: Box<dyn Ask>| must.push((Occur::Must, Box::new(ConstScoreQuery::new(ask, 0.0))));
    if let Some(category) = query.category {
        filter(term(fields.category, &category.uuid().as_simple().to_string()));
    }
    for chosen in query.chosen.iter().filter(|c| Some(c.code.as_str()) != without) {
        filter(any_of(fields, chosen));
    }
    if let Some((low, high)) = query.price {
        let bound = |n: i64| Bound::Included(Term::from_field_u64(fields.price, u64::try_from(n).unwrap_or(0)));
        filter(Box::new(RangeQuery::new(bound(low), bound(high))));
    }
    if query.only_available {
        filter(Box::new(TermQuery::new(Term::from_field_u64(fields.available, 1), IndexRecordOption::Basic)));
    }
    if must.len() == 1 {
        return must.remove(0).1;
    }
    Box::new(BooleanQuery::new(must))
}

/// Every word must be found somewhere, the last one may still be being typed; or the whole is
/// the beginning of an SKU.
fn wording(fields: &Fields, typed: &str, words: &[String], effort: Effort) -> Box<dyn Ask> {
    let last = words.len() - 1;
    let each = words.iter().enumerate().map(|(i, word)| (Occur::Must, one_word(fields, word, i == last, effort))).collect();
    let all: Box<dyn Ask> = Box::new(BooleanQuery::new(each));
    let sku = bare_sku(typed);
    if sku.len() < 3 {
        return all;
    }
    let sku = Box::new(FuzzyTermQuery::new_prefix(Term::from_field_text(fields.sku, &sku), 0, false));
    Box::new(BooleanQuery::new(vec![(Occur::Should, all), (Occur::Should, Box::new(BoostQuery::new(sku, 20.0)))]))
}

fn one_word(fields: &Fields, word: &str, open: bool, effort: Effort) -> Box<dyn Ask> {
    let mut ways: Vec<(Occur, Box<dyn Ask>)> = vec![
        (Occur::Should, Box::new(BoostQuery::new(scored(fields.title, word), 4.0))),
        (Occur::Should, scored(fields.body, word)),
    ];
    let mut prefix = |stem: &str, slips: u8| {
        for (field, weight) in [(fields.title, 2.0), (fields.body, 0.3)] {
            let ask = FuzzyTermQuery::new_prefix(Term::from_field_text(field, stem), slips, true);
            ways.push((Occur::Should, Box::new(BoostQuery::new(Box::new(ask), weight))));
        }
    };
    if open && word.len() >= 2 {
        prefix(word, 0);
    }
    if effort == Effort::Meant && word.len() >= 4 {
        // The folded word is ASCII, or at least cut at a character's edge.
        let stem: String = word.chars().take(word.chars().count() - 2).collect();
        prefix(if word.len() >= 5 { &stem } else { word }, 0);
        prefix(word, 1);
    }
    Box::new(BooleanQuery::new(ways))
}

fn any_of(fields: &Fields, chosen: &Chosen) -> Box<dyn Ask> {
    let ways = chosen.values.iter().map(|v| (Occur::Should, term(fields.facet, &format!("{}={v}", chosen.code)))).collect();
    Box::new(BooleanQuery::new(ways))
}

fn term(field: Field, text: &str) -> Box<dyn Ask> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn scored(field: Field, text: &str) -> Box<dyn Ask> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

pub fn suggest(tongue: &Tongue, words: &str, limit: usize) -> tantivy::Result<Vec<(ProductId, String)>> {
    let folded = fold(words);
    if folded.is_empty() {
        return Ok(Vec::new());
    }
    let searcher = tongue.searcher();
    let ask = wording(&tongue.fields, words, &folded, Effort::Typed);
    let hits = searcher.search(&*ask, &TopDocs::with_limit(limit.clamp(1, 20)).order_by_score())?;
    let at: Vec<DocAddress> = hits.into_iter().map(|(_, at)| at).collect();
    let mut out = Vec::with_capacity(at.len());
    for (product, at) in ids(&searcher, &at)?.into_iter().zip(&at) {
        let doc: tantivy::TantivyDocument = searcher.doc(*at)?;
        let title = doc.get_first(tongue.fields.title).and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        out.push((product, title));
    }
    Ok(out)
}
