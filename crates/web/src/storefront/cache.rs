//! Pages that look the same for everybody, kept until something that they show changes.
//!
//! A page is stored with the generations of its subjects as they were *before* it was read, so
//! a page made from old rows is never served after the commit that changed them.

use std::{sync::Arc, time::Duration};

use poem::{Body, Response, http::StatusCode};
use uuid::Uuid;
use vitrina::kernel::App;

/// Bytes of kept pages, counted with their keys.
const ROOM: u64 = 48 << 20;
/// A page ends by itself after a minute, whatever happened.
const LONGEST: Duration = Duration::from_secs(60);

pub struct PageCache {
    pages: Option<moka::sync::Cache<String, Arc<Kept>>>,
}

struct Kept {
    body: bytes::Bytes,
    subjects: Vec<Uuid>,
    stamp: u64,
}

/// What a page will depend on and how that stood when its reading began.
pub struct Reading {
    key: String,
    all: u64,
}

impl PageCache {
    pub fn new(on: bool) -> Self {
        let build = || {
            moka::sync::Cache::builder()
                .max_capacity(ROOM)
                .weigher(|k: &String, v: &Arc<Kept>| u32::try_from(k.len() + v.body.len() + 128).unwrap_or(u32::MAX))
                .time_to_live(LONGEST)
                .build()
        };
        Self { pages: on.then(build) }
    }

    /// The kept page of this address, if it still holds.
    pub fn get(&self, app: &App, key: &str) -> Option<Response> {
        let pages = self.pages.as_ref()?;
        let kept = pages.get(key)?;
        if app.generations().stamp(kept.subjects.iter().copied()) != kept.stamp {
            pages.invalidate(key);
            return None;
        }
        Some(answer(kept.body.clone()))
    }

    /// To be called before anything is read for the page.
    pub fn watch(&self, app: &App, key: String) -> Reading {
        Reading { key, all: app.generations().epoch() }
    }

    /// Keeps a page, unless something was raised while it was made.
    pub fn put(&self, app: &App, reading: Reading, subjects: Vec<Uuid>, html: String) -> Response {
        let body = bytes::Bytes::from(html);
        if let Some(pages) = &self.pages {
            let stamp = app.generations().stamp(subjects.iter().copied());
            if app.generations().epoch() == reading.all {
                pages.insert(reading.key, Arc::new(Kept { body: body.clone(), subjects, stamp }));
            }
        }
        answer(body)
    }
}

fn answer(body: bytes::Bytes) -> Response {
    let mut response = crate::render::html(StatusCode::OK, String::new(), "no-cache");
    response.set_body(Body::from_bytes(body));
    response
}
