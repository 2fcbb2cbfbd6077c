//! What the document knows of each operation, asked before a handler runs: a path, a method, a
//! parameter or a scope that is not in the document does not exist.

use std::collections::BTreeMap;

use poem::http::Method;
use serde_json::Value;
use vitrina::kernel::Right;

/// The member of an operation that names the scope it asks for.
pub const SCOPE: &str = "x-scope";

/// One operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operation {
    /// Parameters of the query.
    pub query: Vec<String>,
    pub scope: Option<Right>,
    /// Its body is a file: whoever reads it says how large it may be.
    pub takes_file: bool,
}

#[derive(Clone, Debug)]
struct Place {
    /// `None` stands for a parameter.
    segments: Vec<Option<String>>,
    operations: BTreeMap<String, Operation>,
}

/// All operations of a document.
#[derive(Clone, Debug, Default)]
pub struct Known(Vec<Place>);

/// What a document knows of a path.
pub struct Here<'a>(&'a Place);

impl Known {
    pub fn of(document: &Value) -> Self {
        let mut places: Vec<Place> = object(document, "paths").map(|(path, item)| place(path, item)).collect();
        // `/orders/new` before `/orders/{id}`.
        places.sort_by_key(|p| p.segments.iter().filter(|s| s.is_none()).count());
        Self(places)
    }

    /// The place of a path below the document's base.
    pub fn find(&self, path: &str) -> Option<Here<'_>> {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let fits = |place: &&Place| {
            place.segments.len() == parts.len()
                && place.segments.iter().zip(&parts).all(|(s, part)| match s {
                    Some(text) => text == part,
                    None => !part.is_empty(),
                })
        };
        self.0.iter().find(fits).map(Here)
    }
}

impl<'a> Here<'a> {
    /// The operation of a method; HEAD is GET without a body.
    pub fn operation(&self, method: &Method) -> Option<&'a Operation> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.0.operations.get(method.as_str())
    }

    /// For the `Allow` of a 405.
    pub fn methods(&self) -> String {
        let mut all: Vec<&str> = self.0.operations.keys().map(String::as_str).collect();
        if all.contains(&"GET") {
            all.push("HEAD");
        }
        all.sort_unstable();
        all.join(", ")
    }
}

fn place(path: &str, item: &Value) -> Place {
    let segments = path.split('/').skip(1).map(|s| (!s.starts_with('{')).then(|| s.to_owned())).collect();
    let methods = ["get", "post", "put", "patch", "delete"];
    let operations = methods.iter().filter_map(|m| Some((m.to_uppercase(), operation(item.get(m)?)))).collect();
    Place { segments, operations }
}

fn operation(value: &Value) -> Operation {
    let parameters = value["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let query = parameters.iter().filter(|p| p["in"] == "query").filter_map(|p| p["name"].as_str());
    Operation {
        query: query.map(str::to_owned).collect(),
        scope: value[SCOPE].as_str().and_then(|scope| scope.parse().ok()),
        takes_file: object(&value["requestBody"], "content").any(|(kind, _)| !kind.starts_with("application/json")),
    }
}

fn object<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_is_found_with_its_methods_parameters_and_scope() {
        let known = Known::of(&json!({ "paths": {
            "/orders/{id}": { "get": { "x-scope": "orders:read", "parameters": [
                { "in": "path", "name": "id" }, { "in": "query", "name": "q" }] } },
            "/orders/new": { "post": {} },
        } }));
        let here = known.find("/orders/7").unwrap();
        assert_eq!(here.methods(), "GET, HEAD");
        let read = Operation { query: vec!["q".into()], scope: Some(Right::OrdersRead), takes_file: false };
        assert_eq!(here.operation(&Method::HEAD), Some(&read));
        assert_eq!(here.operation(&Method::PATCH), None);
        assert_eq!(known.find("/orders/new").unwrap().methods(), "POST");
        assert!(known.find("/orders").is_none() && known.find("/orders/").is_none());
    }
}
