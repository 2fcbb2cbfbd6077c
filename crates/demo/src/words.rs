//! Words in the three languages of the demo shop, and the two small rules of text: markup and slugs.

use serde::{Deserialize, Serialize};

/// The same words in every language of the shop; Lithuanian is the source.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Words {
    pub lt: String,
    pub en: String,
    pub de: String,
}

impl Words {
    /// Words that need no translation, such as measures.
    pub fn same(text: &str) -> Self {
        Words { lt: text.into(), en: text.into(), de: text.into() }
    }

    /// The words in `locale`; an unknown language gets the source.
    pub fn get(&self, locale: &str) -> &str {
        match locale {
            "en" => &self.en,
            "de" => &self.de,
            _ => &self.lt,
        }
    }

    /// A new text in each language, made from this one and another.
    pub fn join(&self, other: &Words, glue: &str) -> Words {
        let one = |a: &str, b: &str| format!("{a}{glue}{b}");
        Words { lt: one(&self.lt, &other.lt), en: one(&self.en, &other.en), de: one(&self.de, &other.de) }
    }

    pub fn each(&self) -> [(&'static str, &str); 3] {
        [("lt", &self.lt), ("en", &self.en), ("de", &self.de)]
    }
}

/// The data files are written in a tiny markup (blank line = paragraph, `- ` = list, `## ` =
/// heading, `**bold**`), because HTML in TOML is hard to proofread. This makes the HTML.
pub fn html(markup: &str) -> String {
    let mut out = String::new();
    for block in markup.trim().split("\n\n") {
        let lines: Vec<&str> = block.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let Some(first) = lines.first() else { continue };
        if let Some(heading) = first.strip_prefix("## ") {
            out.push_str(&format!("<h2>{}</h2>", inline(heading)));
            if lines.len() > 1 {
                out.push_str(&html(&lines[1..].join("\n")));
            }
        } else if lines.iter().all(|line| line.starts_with("- ")) {
            let items: String = lines.iter().map(|line| format!("<li>{}</li>", inline(&line[2..]))).collect();
            out.push_str(&format!("<ul>{items}</ul>"));
        } else {
            out.push_str(&format!("<p>{}</p>", inline(&lines.join(" "))));
        }
    }
    out
}

fn inline(text: &str) -> String {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let parts: Vec<&str> = safe.split("**").collect();
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        match index % 2 {
            1 => out.push_str(&format!("<strong>{part}</strong>")),
            _ => out.push_str(part),
        }
    }
    out
}

/// A readable address from a title: small letters, accents folded, words joined by hyphens.
pub fn slug(title: &str) -> String {
    let mut out = String::new();
    for letter in title.to_lowercase().chars() {
        let folded = match letter {
            'ą' => "a",
            'č' => "c",
            'ę' | 'ė' | 'é' => "e",
            'į' => "i",
            'š' => "s",
            'ų' | 'ū' => "u",
            'ž' => "z",
            'ä' => "ae",
            'ö' => "oe",
            'ü' => "ue",
            'ß' => "ss",
            'ø' | '×' => "x",
            other if other.is_ascii_alphanumeric() => {
                out.push(other);
                continue;
            }
            '„' | '“' | '”' | '\'' | '’' => "",
            _ => "-",
        };
        if folded == "-" && (out.is_empty() || out.ends_with('-')) {
            continue;
        }
        out.push_str(folded);
    }
    out.trim_end_matches('-').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_plain_html() {
        assert_eq!(
            html("Vienas\ndu\n\n- a & b\n- **c**"),
            "<p>Vienas du</p><ul><li>a &amp; b</li><li><strong>c</strong></li></ul>"
        );
        assert_eq!(html("## Antraštė\n\nTekstas"), "<h2>Antraštė</h2><p>Tekstas</p>");
    }

    #[test]
    fn slugs_fold_lithuanian_and_german() {
        assert_eq!(slug("Valgomojo stalas „Šventoji“"), "valgomojo-stalas-sventoji");
        assert_eq!(slug("Großer Tisch Šventoji"), "grosser-tisch-sventoji");
    }
}
