//! `plugin.toml`: what the shop is, needs, provides and where others plug in.
//!
//! The manifest is read, not decorative: it generates the settings form, the loader and the
//! documentation, and an unknown key is an error. The root file is plugin zero, in the format
//! in which others describe themselves.

mod read;

pub use read::{Manifest, Permission, Provider, Secret, Setting, SettingKind, parse, plugin_zero};
