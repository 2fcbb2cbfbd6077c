//! Stripe's forms: `line_items[0][price_data][currency]=eur` as nested JSON, every leaf a text.

use serde_json::{Map, Value};

/// Reads a body or a query. A list is an object with numbers as keys, as it was sent.
pub fn parse(text: &str) -> Value {
    let mut root = Map::new();
    for (key, value) in form_urlencoded::parse(text.as_bytes()) {
        let path: Vec<&str> = key.split('[').map(|part| part.trim_end_matches(']')).collect();
        put(&mut root, &path, value.into_owned());
    }
    Value::Object(root)
}

fn put(into: &mut Map<String, Value>, path: &[&str], value: String) {
    let Some((first, rest)) = path.split_first() else { return };
    // `expand[]=a&expand[]=b` counts by itself.
    let key = if first.is_empty() { into.len().to_string() } else { (*first).to_owned() };
    if rest.is_empty() {
        into.insert(key, Value::String(value));
        return;
    }
    if let Value::Object(inner) = into.entry(key).or_insert_with(|| Value::Object(Map::new())) {
        put(inner, rest, value);
    }
}

/// The values of a list, in order.
pub fn items(list: &Value) -> Vec<&Value> {
    list.as_object().map(|map| map.values().collect()).unwrap_or_default()
}

/// The texts of an object: metadata.
pub fn texts(object: &Value) -> Map<String, Value> {
    object.as_object().cloned().unwrap_or_default()
}

pub fn number(value: &Value) -> Option<i64> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn brackets_nest() {
        let form =
            parse("mode=payment&line_items[0][price_data][currency]=eur&line_items[0][quantity]=1&expand[]=a&expand[]=b.c");
        assert_eq!(form["line_items"]["0"], json!({ "price_data": { "currency": "eur" }, "quantity": "1" }));
        assert_eq!(items(&form["expand"]), ["a", "b.c"]);
        assert_eq!(parse("a%5Bb%5D=%C4%85+1"), json!({ "a": { "b": "ą 1" } }));
    }
}
