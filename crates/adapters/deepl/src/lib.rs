//! Machine translation over HTTP: DeepL, and servers that speak LibreTranslate's protocol.
//!
//! Thin clients: texts out, texts in. What is translated, what it may cost and what becomes of it
//! is the domain's matter.

mod deepl;
mod glossary;
mod libre;
mod wire;

pub use deepl::DeepL;
pub use libre::Libre;
pub use wire::Patience;
