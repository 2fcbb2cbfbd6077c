//! Media promises: a picture or document is kept once, by the hash of what came in; what is
//! kept shows pixels and nothing else (no place, no camera, no appended bytes); and a size that
//! was asked for once is never computed again.
//!
//! The database knows what there is; the bytes lie behind the port [`Store`]. Pictures are kept
//! as WebP (why: `docs/adr/0002-picture-encoder.md`), served under addresses that never change
//! their content: `/media/HASH/640.webp`. Pictures from other sites come in through the port
//! [`Fetch`], whose adapter asks [`may_call`] before it connects anywhere.

mod address;
mod fault;
mod fetch;
mod heif;
mod kind;
mod picture;
mod records;
mod store;
mod workshop;

/// A picture as telephones take them, with the place it was taken at, for tests of flows.
#[cfg(test)]
pub(crate) fn heic_sample() -> Vec<u8> {
    heif::tests::sample()
}

pub use address::{Reach, may_call};
pub use fault::Fault;
pub use fetch::{Fetch, FetchFault, Fetched};
pub use kind::{Kind, MAX_BYTES, Sniffed, must_be_picture, sniff};
pub use picture::{MAX_PIXELS, MAX_SIDE, QUALITY, SIZES, sources};
pub use records::{Media, by_hash, by_ids, by_names, by_source, keep, names_of, note_source};
pub use store::{Directory, Store, StoreFault, original_key, size_key};
pub use workshop::{Accepted, Trust, Workshop};
