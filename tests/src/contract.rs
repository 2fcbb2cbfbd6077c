//! Holds answers to what the OpenAPI document promises of them: a status that it names, and a
//! body with all the fields that it asks for and none that it does not know.

use serde_json::Value;

/// One of the two documents.
pub struct Contract {
    document: Value,
    base: String,
}

impl Contract {
    /// # Panics
    /// When the document names no server.
    pub fn of(document: Value) -> Self {
        let base = document["servers"][0]["url"].as_str().expect("a server").to_owned();
        Self { document, base }
    }

    /// Every operation as method, path and its description.
    pub fn operations(&self) -> Vec<(String, String, &Value)> {
        let paths = self.document["paths"].as_object().expect("paths");
        let methods = ["get", "post", "put", "patch", "delete"];
        let of = |(path, item): (&String, &'_ Value)| -> Vec<(String, String)> {
            methods.iter().filter(|m| item.get(**m).is_some()).map(|m| ((*m).to_owned(), path.clone())).collect()
        };
        let all = paths.iter().flat_map(of);
        all.map(|(method, path)| (method.to_uppercase(), path.clone(), &self.document["paths"][path.as_str()][method.as_str()]))
            .collect()
    }

    /// What is wrong with an answer; empty when it is as promised.
    pub fn breaches(&self, method: &str, address: &str, status: u16, content_type: &str, body: &str) -> Vec<String> {
        let path = address.split('?').next().unwrap_or_default();
        let Some(path) = path.strip_prefix(&self.base) else { return Vec::new() };
        let operation = self.operations().into_iter().find(|(m, p, _)| m == method && fits(p, path));
        // An address or method that is not in the document answers a problem all the same.
        let (promised, at) = match &operation {
            Some((_, p, o)) => (o["responses"].get(status.to_string()).or(o["responses"].get("default")), p.as_str()),
            None if status >= 400 => return self.problem(content_type, body),
            None => return vec![format!("{method} {path} is in no document")],
        };
        let Some(promised) = promised.map(|p| self.resolved(p)) else {
            return vec![format!("{method} {at}: {status} is not promised")];
        };
        if status >= 400 {
            return self.problem(content_type, body);
        }
        let Some(content) = promised.get("content").and_then(Value::as_object).filter(|c| !c.is_empty()) else {
            return if body.is_empty() { Vec::new() } else { vec![format!("{method} {at}: {status} has a body")] };
        };
        let bare = |text: &str| text.split(';').next().unwrap_or_default().trim().to_owned();
        let Some((_, media)) = content.iter().find(|(name, _)| bare(name) == bare(content_type)) else {
            return vec![format!("{method} {at}: {content_type} is not promised")];
        };
        match serde_json::from_str(body) {
            Ok(value) => self.against(&media["schema"], &value, &format!("{method} {at} {status}")),
            Err(e) => vec![format!("{method} {at}: {e}")],
        }
    }

    fn problem(&self, content_type: &str, body: &str) -> Vec<String> {
        if content_type != "application/problem+json" {
            return vec![format!("a refusal as {content_type}: {body}")];
        }
        let value = serde_json::from_str(body).unwrap_or_default();
        self.against(&self.document["components"]["schemas"]["Problem"], &value, "problem")
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(pointer) => self.document.pointer(pointer.trim_start_matches('#')).unwrap_or(&Value::Null),
            None => value,
        }
    }

    fn against(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let schema = self.resolved(schema);
        if schema.is_null() {
            return vec![format!("{at}: the schema is missing")];
        }
        if value.is_null() && schema["nullable"] == true {
            return Vec::new();
        }
        if let Some(all) = schema["allOf"].as_array() {
            return all.iter().flat_map(|part| self.against(part, value, at)).collect();
        }
        let right = match schema["type"].as_str() {
            Some("object") => return self.object(schema, value, at),
            Some("array") => {
                let Some(rows) = value.as_array() else { return vec![format!("{at}: {value} is no array")] };
                let row = |(n, row): (usize, &Value)| self.against(&schema["items"], row, &format!("{at}[{n}]"));
                return rows.iter().enumerate().flat_map(row).collect();
            }
            Some("string") => value.is_string() && schema["enum"].as_array().is_none_or(|all| all.contains(value)),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            _ => true,
        };
        if right { Vec::new() } else { vec![format!("{at}: {value} is not {schema}")] }
    }

    fn object(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let Some(fields) = value.as_object() else { return vec![format!("{at}: {value} is no object")] };
        let Some(known) = schema["properties"].as_object() else { return Vec::new() };
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let missing = required.filter(|name| !fields.contains_key(*name)).map(|name| format!("{at}.{name} is missing"));
        let told = fields.iter().flat_map(|(name, value)| match known.get(name) {
            Some(schema) => self.against(schema, value, &format!("{at}.{name}")),
            None => vec![format!("{at}.{name} is not in the document")],
        });
        missing.chain(told).collect()
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(p, s)| p.starts_with('{') || p == s)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_that_is_missing_unknown_or_of_another_kind_is_a_breach() {
        let contract = Contract::of(json!({
            "servers": [{ "url": "/x/v1" }],
            "paths": { "/things/{id}": { "get": { "responses": { "200": { "content": { "application/json; charset=utf-8": {
                "schema": { "$ref": "#/components/schemas/Thing" } } } } } } } },
            "components": { "schemas": { "Thing": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string" }, "n": { "type": "integer", "nullable": true } } } } },
        }));
        let of = |body: &str| contract.breaches("GET", "/x/v1/things/7?a=b", 200, "application/json", body);
        assert_eq!(of(r#"{"name":"a","n":null}"#), Vec::<String>::new());
        assert!(of(r#"{"n":1}"#)[0].contains("name is missing"));
        assert!(of(r#"{"name":"a","other":1}"#)[0].contains("other is not in the document"));
        assert!(of(r#"{"name":1}"#)[0].contains("1 is not"));
        assert!(contract.breaches("GET", "/x/v1/none", 200, "application/json", "{}")[0].contains("no document"));
        assert!(contract.breaches("GET", "/x/v1/none", 404, "text/plain", "no")[0].contains("text/plain"));
    }
}
