//! The words themselves: figures, scales, and the units of currencies with their forms.

use super::{
    Gender::{self, Feminine, Masculine, Neuter},
    Tongue,
};
use crate::kernel::Currency;

/// One, a few, many: which is which is the language's matter.
pub(super) struct Noun {
    pub(super) forms: [&'static str; 3],
    pub(super) gender: Gender,
}

const fn noun(one: &'static str, few: &'static str, many: &'static str, gender: Gender) -> Noun {
    Noun { forms: [one, few, many], gender }
}
/// A noun with a singular and one plural.
const fn pair(one: &'static str, more: &'static str, gender: Gender) -> Noun {
    noun(one, more, more, gender)
}
const fn still(word: &'static str, gender: Gender) -> Noun {
    noun(word, word, word, gender)
}

/// The words of a currency's major and minor unit.
pub(super) fn nouns(tongue: Tongue, currency: Currency) -> Option<(Noun, Noun)> {
    Some(match (tongue, currency.as_str()) {
        (Tongue::Lt, "EUR") => (noun("euras", "eurai", "eurų", Masculine), noun("centas", "centai", "centų", Masculine)),
        (Tongue::Lt, "PLN") => (noun("zlotas", "zlotai", "zlotų", Masculine), noun("grašis", "grašiai", "grašių", Masculine)),
        (Tongue::Lt, "USD") => {
            (noun("JAV doleris", "JAV doleriai", "JAV dolerių", Masculine), noun("centas", "centai", "centų", Masculine))
        }
        (Tongue::Lt, "GBP") => (
            noun("svaras sterlingų", "svarai sterlingų", "svarų sterlingų", Masculine),
            noun("pensas", "pensai", "pensų", Masculine),
        ),
        (Tongue::Lt, "SEK") => {
            (noun("Švedijos krona", "Švedijos kronos", "Švedijos kronų", Feminine), noun("erė", "erės", "erių", Feminine))
        }
        (Tongue::En, "EUR") => (pair("euro", "euros", Masculine), pair("cent", "cents", Masculine)),
        (Tongue::En, "PLN") => (pair("zloty", "zlotys", Masculine), pair("grosz", "groszy", Masculine)),
        (Tongue::En, "USD") => (pair("US dollar", "US dollars", Masculine), pair("cent", "cents", Masculine)),
        (Tongue::En, "GBP") => (pair("pound sterling", "pounds sterling", Masculine), pair("penny", "pence", Masculine)),
        (Tongue::En, "SEK") => (pair("Swedish krona", "Swedish kronor", Masculine), still("öre", Masculine)),
        (Tongue::De, "EUR") => (still("Euro", Masculine), still("Cent", Masculine)),
        (Tongue::De, "PLN") => (still("Zloty", Masculine), pair("Grosz", "Groszy", Masculine)),
        (Tongue::De, "USD") => (still("US-Dollar", Masculine), still("Cent", Masculine)),
        (Tongue::De, "GBP") => (still("Pfund Sterling", Neuter), pair("Penny", "Pence", Masculine)),
        (Tongue::De, "SEK") => (pair("schwedische Krone", "schwedische Kronen", Feminine), still("Öre", Neuter)),
        (Tongue::Pl, "EUR") => (still("euro", Neuter), noun("cent", "centy", "centów", Masculine)),
        (Tongue::Pl, "PLN") => (noun("złoty", "złote", "złotych", Masculine), noun("grosz", "grosze", "groszy", Masculine)),
        (Tongue::Pl, "USD") => (
            noun("dolar amerykański", "dolary amerykańskie", "dolarów amerykańskich", Masculine),
            noun("cent", "centy", "centów", Masculine),
        ),
        (Tongue::Pl, "GBP") => (
            noun("funt szterling", "funty szterlingi", "funtów szterlingów", Masculine),
            noun("pens", "pensy", "pensów", Masculine),
        ),
        (Tongue::Pl, "SEK") => (noun("korona szwedzka", "korony szwedzkie", "koron szwedzkich", Feminine), still("öre", Neuter)),
        _ => return None,
    })
}

pub(super) const LT_ONES: [&str; 20] = [
    "",
    "vienas",
    "du",
    "trys",
    "keturi",
    "penki",
    "šeši",
    "septyni",
    "aštuoni",
    "devyni",
    "dešimt",
    "vienuolika",
    "dvylika",
    "trylika",
    "keturiolika",
    "penkiolika",
    "šešiolika",
    "septyniolika",
    "aštuoniolika",
    "devyniolika",
];
pub(super) const LT_ONES_F: [&str; 10] =
    ["", "viena", "dvi", "trys", "keturios", "penkios", "šešios", "septynios", "aštuonios", "devynios"];
pub(super) const LT_TENS: [&str; 10] = [
    "",
    "",
    "dvidešimt",
    "trisdešimt",
    "keturiasdešimt",
    "penkiasdešimt",
    "šešiasdešimt",
    "septyniasdešimt",
    "aštuoniasdešimt",
    "devyniasdešimt",
];
pub(super) const EN_ONES: [&str; 20] = [
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
pub(super) const EN_TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
pub(super) const DE_ONES: [&str; 20] = [
    "",
    "ein",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
];
pub(super) const DE_TENS: [&str; 10] =
    ["", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"];
pub(super) const PL_ONES: [&str; 20] = [
    "",
    "jeden",
    "dwa",
    "trzy",
    "cztery",
    "pięć",
    "sześć",
    "siedem",
    "osiem",
    "dziewięć",
    "dziesięć",
    "jedenaście",
    "dwanaście",
    "trzynaście",
    "czternaście",
    "piętnaście",
    "szesnaście",
    "siedemnaście",
    "osiemnaście",
    "dziewiętnaście",
];
pub(super) const PL_TENS: [&str; 10] = [
    "",
    "",
    "dwadzieścia",
    "trzydzieści",
    "czterdzieści",
    "pięćdziesiąt",
    "sześćdziesiąt",
    "siedemdziesiąt",
    "osiemdziesiąt",
    "dziewięćdziesiąt",
];
pub(super) const PL_HUNDREDS: [&str; 10] =
    ["", "sto", "dwieście", "trzysta", "czterysta", "pięćset", "sześćset", "siedemset", "osiemset", "dziewięćset"];

/// Thousand, 10⁶, 10⁹, 10¹², 10¹⁵, 10¹⁸: as far as an `i64` goes.
pub(super) const LT_SCALES: [Noun; 6] = [
    noun("tūkstantis", "tūkstančiai", "tūkstančių", Masculine),
    noun("milijonas", "milijonai", "milijonų", Masculine),
    noun("milijardas", "milijardai", "milijardų", Masculine),
    noun("trilijonas", "trilijonai", "trilijonų", Masculine),
    noun("kvadrilijonas", "kvadrilijonai", "kvadrilijonų", Masculine),
    noun("kvintilijonas", "kvintilijonai", "kvintilijonų", Masculine),
];
pub(super) const EN_SCALES: [&str; 6] = ["thousand", "million", "billion", "trillion", "quadrillion", "quintillion"];
/// From 10⁶ on: a thousand is part of the word.
pub(super) const DE_SCALES: [Noun; 5] = [
    pair("Million", "Millionen", Feminine),
    pair("Milliarde", "Milliarden", Feminine),
    pair("Billion", "Billionen", Feminine),
    pair("Billiarde", "Billiarden", Feminine),
    pair("Trillion", "Trillionen", Feminine),
];
pub(super) const PL_SCALES: [Noun; 6] = [
    noun("tysiąc", "tysiące", "tysięcy", Masculine),
    noun("milion", "miliony", "milionów", Masculine),
    noun("miliard", "miliardy", "miliardów", Masculine),
    noun("bilion", "biliony", "bilionów", Masculine),
    noun("biliard", "biliardy", "biliardów", Masculine),
    noun("trylion", "tryliony", "trylionów", Masculine),
];
