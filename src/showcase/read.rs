//! Cards and lists of cards, each one query that answers with one row: two dozen cards as one
//! JSON array cost less than two dozen rows handed from one thread to another.

use std::{collections::HashMap, str::FromStr};

use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

use super::{
    Fault,
    build::EVERYWHERE,
    card::{ProductCard, Viewer},
    order::name_key,
    own,
    stored::Stored,
};
use crate::kernel::{self, CategoryId, Locale, Page, ProductId, Reads, db, db::params, token};

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// As the shop arranged it.
    #[default]
    Rank,
    PriceUp,
    PriceDown,
    Newest,
    Name,
}

impl Sort {
    pub const ALL: &'static [Self] = &[Self::Rank, Self::PriceUp, Self::PriceDown, Self::Newest, Self::Name];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rank => "rank",
            Self::PriceUp => "price",
            Self::PriceDown => "-price",
            Self::Newest => "new",
            Self::Name => "name",
        }
    }
}
impl FromStr for Sort {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or("unknown order")
    }
}

/// Where a list goes on: the sort key and the id of the last card.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cursor {
    key: Key,
    id: ProductId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Number(i64),
    Name(Vec<u8>),
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.key {
            Key::Number(n) => write!(f, "{n}.{}", self.id.uuid().simple()),
            Key::Name(name) => write!(f, "x{}.{}", token::hex(name), self.id.uuid().simple()),
        }
    }
}
impl FromStr for Cursor {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const BAD: &str = "not a cursor";
        let (key, id) = text.split_once('.').ok_or(BAD)?;
        let id = ProductId(uuid::Uuid::try_parse(id).map_err(|_| BAD)?);
        let key = match key.strip_prefix('x') {
            Some(hex) if hex.len() % 2 == 0 && hex.len() <= 200 && hex.is_ascii() => Key::Name(
                (0..hex.len())
                    .step_by(2)
                    .map(|i| u8::from_str_radix(&hex[i..i + 2], 16))
                    .collect::<Result<_, _>>()
                    .map_err(|_| BAD)?,
            ),
            Some(_) => return Err(BAD),
            None => Key::Number(key.parse().map_err(|_| BAD)?),
        };
        Ok(Self { key, id })
    }
}

/// Whether this is a cursor of a list in this order. A page begins anew with any other one; a
/// program is told.
pub fn continues(sort: Sort, after: &str) -> bool {
    after.parse().is_ok_and(|c: Cursor| matches!(c.key, Key::Name(_)) == (sort == Sort::Name))
}

/// A list to be read.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// `None`: the whole shop.
    pub category: Option<CategoryId>,
    pub sort: Sort,
    /// Where the page before ended; a cursor of another order begins anew.
    pub after: Option<String>,
    /// At most 100; 24 when 0.
    pub limit: u32,
}

/// The card for the reader's language, else the base one, of the product that `$of` names.
/// `$c` and `$l` are the parameters of channel and language.
macro_rules! card_of {
    ($of:literal, $c:literal, $l:literal) => {
        concat!(
            "coalesce((select c.data from card c where c.product_id = ",
            $of,
            " and c.channel_id = ",
            $c,
            " and c.locale = ",
            $l,
            "), (select b.data from card b where b.product_id = ",
            $of,
            " and b.channel_id = ",
            $c,
            " and b.is_base limit 1))"
        )
    };
}
pub(super) use card_of;

/// One statement text an order and a case, so that each is prepared once.
macro_rules! list_sql {
    ($key:literal, $direction:literal, $compare:literal) => {
        (
            list_sql!(@ $key, $direction, ""),
            list_sql!(@ $key, $direction, concat!(" and (l.", $key, ", l.product_id) ", $compare, " ($5, $6)")),
        )
    };
    (@ $key:literal, $direction:literal, $after:expr) => {
        concat!(
            "select '[' || string_agg('[' || cast(x.k as text) || ',' || x.d || ']', ',' order by x.k ", $direction,
            ", x.id ", $direction, ") || ']' from (select l.", $key, " as k, l.product_id as id, ",
            card_of!("l.product_id", "$1", "$3"),
            " as d from listing l where l.channel_id = $1 and l.category_id = $2", $after,
            " order by l.", $key, " ", $direction, ", l.product_id ", $direction, " limit cast($4 as bigint)) x"
        )
    };
}

macro_rules! name_sql {
    ($after:literal) => {
        concat!(
            "select '[' || string_agg('[0,' || x.d || ']', ',' order by x.k, x.id) || ']' from (",
            "select l.name_key as k, l.product_id as id, ",
            card_of!("l.product_id", "$1", "$3"),
            " as d from listing_name l where l.channel_id = $1 and l.category_id = $2 and (l.locales & $5) <> 0",
            $after,
            " order by l.name_key, l.product_id limit cast($4 as bigint)) x"
        )
    };
}

const RANK: (&str, &str) = list_sql!("rank", "asc", ">");
const PRICE_UP: (&str, &str) = list_sql!("price_minor", "asc", ">");
const PRICE_DOWN: (&str, &str) = list_sql!("price_minor", "desc", "<");
const NEWEST: (&str, &str) = list_sql!("added_at", "desc", "<");
const NAME: (&str, &str) = (name_sql!(""), name_sql!(" and (l.name_key, l.product_id) > ($6, $7)"));

/// A list of cards in an order: one index-ordered query.
///
/// # Faults
/// Whatever the database says.
pub async fn list(db: &impl Reads, query: &ListQuery, viewer: &Viewer) -> Result<Page<ProductCard>, kernel::Fault> {
    let limit = if query.limit == 0 { 24 } else { query.limit.min(100) };
    let shelf = query.category.unwrap_or(EVERYWHERE);
    let mut values = params![viewer.channel, shelf, viewer.locale, i64::from(limit) + 1];
    let (first, next) = match query.sort {
        Sort::Rank => RANK,
        Sort::PriceUp => PRICE_UP,
        Sort::PriceDown => PRICE_DOWN,
        Sort::Newest => NEWEST,
        Sort::Name => {
            values.push(locale_bit(db, viewer).await?.into());
            NAME
        }
    };
    let after: Option<Cursor> = query.after.as_deref().and_then(|text| text.parse().ok());
    let sql = match (&after, query.sort) {
        (Some(Cursor { key: Key::Number(key), id }), s) if s != Sort::Name => {
            values.extend(params![*key, *id]);
            next
        }
        (Some(Cursor { key: Key::Name(key), id }), Sort::Name) => {
            values.extend(params![key.clone(), *id]);
            next
        }
        _ => first,
    };
    let text = db::scalar::<Option<String>>(db, sql, values).await?.flatten();
    let mut page = page(text.as_deref(), limit as usize, query.sort, viewer)?;
    own::apply(db, &mut page.rows, viewer).await?;
    page.rows.retain(|card| !card.variants.is_empty());
    Ok(page)
}

fn page(text: Option<&str>, limit: usize, sort: Sort, viewer: &Viewer) -> Result<Page<ProductCard>, kernel::Fault> {
    let Some(text) = text else { return Ok(Page { rows: Vec::new(), next: None }) };
    let mut rows: Vec<(i64, Stored<'_>)> = serde_json::from_str(text).map_err(Fault::Unreadable)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(key, card)| Cursor {
        key: if sort == Sort::Name { Key::Name(name_key(&card.title)) } else { Key::Number(*key) },
        id: card.product,
    });
    let rows = rows.into_iter().map(|(_, card)| card.open(viewer)).collect();
    Ok(Page { rows, next: next.map(|cursor| cursor.to_string()) })
}

/// The reader's language as a bit: its place among the channel's languages.
async fn locale_bit(db: &impl Reads, viewer: &Viewer) -> Result<i64, DbErr> {
    let sql = "select locales from channel where id = $1";
    let locales: Option<String> = db::scalar(db, sql, params![viewer.channel]).await?;
    let locales: Vec<Locale> = locales.as_deref().and_then(|l| serde_json::from_str(l).ok()).unwrap_or_default();
    let place = locales.iter().position(|l| *l == viewer.locale);
    Ok(1 << place.unwrap_or(0).min(62))
}

const CARDS: &str = concat!(
    "select '[' || string_agg(x.d, ',') || ']' from (select ",
    card_of!("p.id", "$1", "$2"),
    " as d from product p where p.id in ({})) x"
);

/// The cards of these products in the order in which they are named; those that the channel
/// does not show are left out. One query.
///
/// # Faults
/// Whatever the database says.
pub async fn cards(db: &impl Reads, ids: &[ProductId], viewer: &Viewer) -> Result<Vec<ProductCard>, kernel::Fault> {
    let mut found: HashMap<ProductId, ProductCard> = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let sql = CARDS.replacen("{}", &db::marks(chunk.len(), 3), 1);
        let mut values = params![viewer.channel, viewer.locale];
        values.extend(db::values(chunk));
        if let Some(text) = db::scalar::<Option<String>>(db, &sql, values).await?.flatten() {
            let stored: Vec<Stored<'_>> = serde_json::from_str(&text).map_err(Fault::Unreadable)?;
            found.extend(stored.into_iter().map(|s| (s.product, s.open(viewer))));
        }
    }
    let mut cards: Vec<ProductCard> = ids.iter().filter_map(|id| found.remove(id)).collect();
    own::apply(db, &mut cards, viewer).await?;
    cards.retain(|card| !card.variants.is_empty());
    Ok(cards)
}

/// One card.
///
/// # Faults
/// Whatever the database says.
pub async fn card(db: &impl Reads, id: ProductId, viewer: &Viewer) -> Result<Option<ProductCard>, kernel::Fault> {
    Ok(cards(db, &[id], viewer).await?.pop())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_reads_back(n in any::<i64>(), name in proptest::collection::vec(any::<u8>(), 0..44), id in any::<u128>()) {
            let id = ProductId(uuid::Uuid::from_u128(id));
            for key in [Key::Number(n), Key::Name(name)] {
                let cursor = Cursor { key, id };
                prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
            }
        }

        #[test]
        fn no_text_breaks_the_cursor(text in ".{0,80}") {
            let _ = text.parse::<Cursor>();
        }
    }
}
