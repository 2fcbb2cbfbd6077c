//! Words made plain: without accents for finding, with dashes for addresses.

/// Lower case without accents: `Ąžuolinis STALAS` → `azuolinis stalas`, `Straße` → `strasse`.
/// Letters of other scripts stay as they are.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            fold_char(c, &mut out);
        }
    }
    out
}

fn fold_char(c: char, out: &mut String) {
    let plain = match c {
        'ą' | 'Ą' | 'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'À' | 'Á' | 'Â' | 'Ã' | 'Å' | 'Ā' | 'Ă' => "a",
        'ä' | 'Ä' => "a",
        'č' | 'Č' | 'ć' | 'Ć' | 'ç' | 'Ç' => "c",
        'ď' | 'Ď' | 'đ' | 'Đ' => "d",
        'ę' | 'Ę' | 'ė' | 'Ė' | 'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ě' | 'É' | 'È' | 'Ê' | 'Ë' | 'Ē' | 'Ě' => "e",
        'ģ' | 'Ģ' | 'ğ' | 'Ğ' => "g",
        'į' | 'Į' | 'í' | 'ì' | 'î' | 'ï' | 'ī' | 'Í' | 'Ì' | 'Î' | 'Ï' | 'Ī' | 'ı' | 'İ' => "i",
        'ķ' | 'Ķ' => "k",
        'ł' | 'Ł' | 'ļ' | 'Ļ' | 'ľ' | 'Ľ' => "l",
        'ń' | 'Ń' | 'ň' | 'Ň' | 'ñ' | 'Ñ' | 'ņ' | 'Ņ' => "n",
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' | 'ō' | 'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ö' | 'Ø' | 'Ő' | 'Ō' => "o",
        'ř' | 'Ř' => "r",
        'š' | 'Š' | 'ś' | 'Ś' | 'ş' | 'Ş' | 'ș' | 'Ș' => "s",
        'ß' | 'ẞ' => "ss",
        'ť' | 'Ť' | 'ț' | 'Ț' => "t",
        'ų' | 'Ų' | 'ū' | 'Ū' | 'ú' | 'ù' | 'û' | 'ü' | 'ů' | 'ű' | 'Ú' | 'Ù' | 'Û' | 'Ü' | 'Ů' | 'Ű' => "u",
        'ý' | 'Ý' | 'ÿ' => "y",
        'ž' | 'Ž' | 'ź' | 'Ź' | 'ż' | 'Ż' => "z",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        _ => "",
    };
    if plain.is_empty() {
        out.extend(c.to_lowercase());
    } else {
        out.push_str(plain);
    }
}

/// A part of an address: `Ąžuolinis stalas „Nida“` → `azuolinis-stalas-nida`; at most 80
/// characters, cut at a word. Never empty: what has no Latin letter or digit becomes `x`.
pub fn slugify(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in fold(text).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    if out.len() > 80 {
        let cut = out[..80].rfind('-').unwrap_or(80);
        out.truncate(cut);
    }
    let end = out.trim_end_matches('-').len();
    out.truncate(end);
    if out.is_empty() { "x".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_plain() {
        assert_eq!(slugify("Ąžuolinis stalas „Nida“ 180×90"), "azuolinis-stalas-nida-180-90");
        assert_eq!(slugify("  --  "), "x");
        assert_eq!(slugify("Große Straße"), "grosse-strasse");
        assert_eq!(fold("ŁÓDŹ Ėė"), "lodz ee");
    }

    proptest! {
        #[test]
        fn a_slug_is_its_own_slug(text in ".{0,200}") {
            let slug = slugify(&text);
            prop_assert!(!slug.is_empty() && slug.len() <= 80);
            prop_assert_eq!(slugify(&slug), slug);
        }
    }
}
