//! A locale's texts and notations outside templates, for what is written by other means than Tera.

use std::sync::Arc;

use time::format_description::well_known::Iso8601;

use super::{calendar, render::Set};
use crate::kernel::{Currency, Date, Locale, Money, Qty, Rate};

/// The words and notations of one locale under one theme; cheap to make.
pub struct Voice {
    pub(super) set: Arc<Set>,
    pub(super) locale: Locale,
}

impl Voice {
    /// The locale that was asked for, or the source's where the theme does not speak it.
    pub fn locale(&self) -> Locale {
        self.set.scene(self.locale).words.locale
    }

    pub fn say(&self, key: &str) -> String {
        self.fill(key, &[])
    }

    /// The text with its placeholders filled; the key itself where there is none.
    pub fn fill(&self, key: &str, args: &[(&str, String)]) -> String {
        self.set.scene(self.locale).words.say(key, args)
    }

    pub fn has(&self, key: &str) -> bool {
        self.set.scene(self.locale).words.texts.has(key)
    }

    pub fn money(&self, money: Money) -> String {
        self.set.scene(self.locale).words.notation.money(money.minor, money.currency)
    }

    /// A unit price in millionths of the major unit, with as many places as it has.
    pub fn each(&self, micro: i64, currency: Currency) -> String {
        self.set.scene(self.locale).words.notation.each(micro, currency)
    }

    pub fn qty(&self, qty: Qty) -> String {
        self.set.scene(self.locale).words.notation.trimmed(qty.0, 3)
    }

    pub fn rate(&self, rate: Rate) -> String {
        self.set.scene(self.locale).words.notation.rate(rate.0)
    }

    pub fn integer(&self, value: i64) -> String {
        self.set.scene(self.locale).words.notation.integer(value)
    }

    /// A day (`2026-11-24`) as the locale writes it; what is no day stays as it is.
    pub fn day(&self, day: &str) -> String {
        let read = Date::parse(day, &Iso8601::DATE);
        read.map_or_else(|_| day.to_owned(), |day| calendar::day(self.locale(), day))
    }

    /// A setting of the theme, as its owner wears it; empty where the theme has none.
    pub fn wish(&self, key: &str) -> String {
        let setting = self.set.theme.settings.iter().find(|s| s.key == key);
        setting.and_then(|s| s.default.as_str()).unwrap_or_default().to_owned()
    }
}
