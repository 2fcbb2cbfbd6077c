//! The machine's description of the API and the page that shows it to people.

use bytes::Bytes;
use poem::{Endpoint, Request, Response, endpoint::make_sync, http::StatusCode};
use serde_json::{Map, Value, json};
use vitrina::manifest::{Permission, plugin_zero};

use super::{Surface, gate, known::SCOPE};

/// The document that poem-openapi writes, with what every operation has in common: language,
/// key, and the form of a refusal.
pub fn document(surface: Surface, spec: &str) -> Value {
    let mut doc: Value = serde_json::from_str(spec).unwrap_or_default();
    let shared = json!([{ "$ref": "#/components/parameters/locale" }]);
    if let Some(paths) = doc.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, item) in paths.iter_mut() {
            let tag = path.split('/').nth(1).unwrap_or_default().to_owned();
            let Some(path) = item.as_object_mut() else { continue };
            for operation in path.values_mut().filter_map(Value::as_object_mut) {
                operation.insert("tags".into(), json!([tag]));
                scope(operation);
                refusals(operation);
            }
            path.insert("parameters".into(), shared.clone());
        }
    }
    doc["security"] = match surface {
        Surface::Store => json!([{ "publishable": [] }, {}]),
        Surface::Admin => json!([{ "secret": [] }]),
    };
    if let Some(doc) = doc.as_object_mut()
        && let Some(components) = doc.entry("components").or_insert_with(|| json!({})).as_object_mut()
    {
        common(surface, components);
    }
    doc
}

/// `…; scope orders:read` at a summary's end is for programs: the gate and the tests read it too.
/// Where several are needed (`…; scopes imports:run, catalog:write`) the gate asks for the first
/// and the flow for the rest.
fn scope(operation: &mut Map<String, Value>) {
    let summary = operation.get("summary").and_then(Value::as_str).unwrap_or_default();
    if let Some((said, scopes)) = summary.split_once("; scopes ").or(summary.split_once("; scope ")) {
        let (said, all) = (said.to_owned(), scopes.to_owned());
        let scope = all.split(", ").next().unwrap_or_default().to_owned();
        operation.insert("description".into(), format!("Asks for: {all}.").into());
        operation.insert("summary".into(), said.into());
        operation.insert(SCOPE.into(), scope.into());
    }
}

fn refusals(operation: &mut Map<String, Value>) {
    if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        responses.insert("default".into(), json!({ "$ref": "#/components/responses/Problem" }));
    }
}

fn common(surface: Surface, components: &mut Map<String, Value>) {
    components.insert(
        "parameters".into(),
        json!({ "locale": {
            "name": "locale", "in": "query", "required": false, "schema": { "type": "string", "example": "lt" },
            "description": "Language of the answer; wins over Accept-Language. The answer names it in Content-Language.",
        }}),
    );
    components.insert(
        "responses".into(),
        json!({ "Problem": {
            "description": "What went wrong (RFC 9457).",
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        }}),
    );
    components.insert(
        "securitySchemes".into(),
        match surface {
            Surface::Store => json!({ "publishable": { "type": "apiKey", "in": "header", "name": gate::KEY,
                "description": "The channel's publishable key. Not needed from the shop's own pages or with a single channel." } }),
            Surface::Admin => json!({ "secret": { "type": "http", "scheme": "bearer",
                "description": "A secret key of the office; its scopes say what it opens.", "x-scopes": scopes() } }),
        },
    );
    let schemas = components.entry("schemas").or_insert_with(|| json!({}));
    for schema in schemas.as_object_mut().into_iter().flat_map(Map::values_mut) {
        nulls(schema);
    }
    schemas["Problem"] = json!({
        "type": "object", "required": ["type", "title", "status", "detail", "instance", "code", "errors"],
        "properties": {
            "type": { "type": "string", "example": "urn:vitrina:problem:form.missing" },
            "title": { "type": "string" }, "status": { "type": "integer" }, "detail": { "type": "string" },
            "instance": { "type": "string" }, "code": { "type": "string", "example": "form.missing" },
            "errors": { "type": "array", "items": { "type": "object", "required": ["pointer", "code", "message"],
                "properties": { "pointer": { "type": "string", "example": "/email" }, "code": { "type": "string" },
                    "message": { "type": "string" } } } },
        },
    });
}

/// Each scope with its purpose, as `plugin.toml` declares it.
fn scopes() -> Map<String, Value> {
    let purpose = |p: &Permission| p.purpose.get("en").cloned().unwrap_or_default();
    plugin_zero().permissions.iter().map(|p| (p.scope.clone(), purpose(p).into())).collect()
}

/// What may be missing is written as null, which poem-openapi does not say.
fn nulls(schema: &mut Value) {
    let required: Vec<Value> = schema["required"].as_array().cloned().unwrap_or_default();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (name, property) in properties {
        if required.iter().any(|r| r == name.as_str()) || property.get("default").is_some() {
            continue;
        }
        // Beside a `$ref` nothing else is read (OpenAPI 3.0).
        if property.get("$ref").is_some() {
            *property = json!({ "allOf": [property.take()] });
        }
        property["nullable"] = true.into();
    }
}

pub fn json(document: Bytes) -> impl Endpoint<Output = Response> {
    make_sync(move |_| {
        Response::builder().content_type("application/json").header("cache-control", "no-cache").body(document.clone())
    })
}

/// Nothing but our own files; the page's own styles are set by its script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Swagger UI as files of our own: what poem-openapi carries is one page of inline scripts,
/// which our policy refuses.
#[derive(Clone)]
pub struct Page {
    shell: Bytes,
    start: Bytes,
    script: Bytes,
    style: Bytes,
}

impl Page {
    pub fn of(surface: Surface, whole: &str) -> Self {
        let base = surface.base();
        let shell = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Vitrina {base}</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"{base}/docs/ui.css\"></head>\
             <body><div id=\"ui\"></div><script src=\"{base}/docs/ui.js\"></script><script src=\"{base}/docs/start.js\"></script>\
             </body></html>"
        );
        // Without an address for its validator the page would ask a foreign host for a badge.
        let start =
            format!("SwaggerUIBundle({{ dom_id: '#ui', url: '{base}/openapi.json', validatorUrl: null, deepLinking: true }});\n");
        Self {
            shell: shell.into(),
            start: start.into(),
            script: between(whole, "<script charset=\"UTF-8\">", "</script>\n</head>"),
            style: between(whole, "<style charset=\"UTF-8\">", "</style>"),
        }
    }

    pub fn shell(&self) -> impl Endpoint<Output = Response> + use<> {
        let page = self.clone();
        make_sync(move |_| {
            Response::builder()
                .content_type("text/html; charset=utf-8")
                .header("content-security-policy", POLICY)
                .header("x-content-type-options", "nosniff")
                .header("referrer-policy", "no-referrer")
                .header("cache-control", "no-cache")
                .body(page.shell.clone())
        })
    }

    pub fn file(&self) -> impl Endpoint<Output = Response> + use<> {
        let page = self.clone();
        make_sync(move |req: Request| {
            let (kind, body) = match req.raw_path_param("file").unwrap_or_default() {
                "ui.js" => ("text/javascript; charset=utf-8", &page.script),
                "start.js" => ("text/javascript; charset=utf-8", &page.start),
                "ui.css" => ("text/css; charset=utf-8", &page.style),
                _ => return Err(poem::Error::from_status(StatusCode::NOT_FOUND)),
            };
            Ok(Response::builder()
                .content_type(kind)
                .header("x-content-type-options", "nosniff")
                .header("cache-control", "max-age=3600")
                .body(body.clone()))
        })
    }
}

fn between(whole: &str, from: &str, to: &str) -> Bytes {
    let rest = whole.split_once(from).map_or("", |(_, rest)| rest);
    Bytes::copy_from_slice(rest.split_once(to).map_or("", |(part, _)| part).as_bytes())
}
