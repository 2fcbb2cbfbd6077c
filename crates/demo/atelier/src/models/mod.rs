//! Every product, built as it would be in the workshop. Names are those of the picture files.

mod bedroom;
mod lamps;
mod rooms;
mod seating;
mod services;
mod small;
mod soft;
mod storage;
mod tables;

use crate::material::Tone;
use crate::shot::Shot;

pub type Builder = Box<dyn Fn() -> Shot>;

pub fn all() -> Vec<(String, Builder)> {
    let mut out = Vec::new();
    tables::list(&mut out);
    storage::list(&mut out);
    bedroom::list(&mut out);
    seating::list(&mut out);
    lamps::list(&mut out);
    soft::list(&mut out);
    small::list(&mut out);
    services::list(&mut out);
    rooms::list(&mut out);
    out
}

pub const TONES: [(&str, Tone); 3] = [("oiled", Tone::Oiled), ("white", Tone::White), ("smoked", Tone::Smoked)];

/// One picture for each of these finishes.
pub fn by_tone(out: &mut Vec<(String, Builder)>, key: &str, finishes: &[&str], build: fn(Tone) -> Shot) {
    for (name, tone) in TONES.into_iter().filter(|(name, _)| finishes.contains(name)) {
        out.push((format!("{key}-{name}"), Box::new(move || build(tone))));
    }
}

pub fn one(out: &mut Vec<(String, Builder)>, name: &str, build: impl Fn() -> Shot + 'static) {
    out.push((name.to_string(), Box::new(build)));
}
