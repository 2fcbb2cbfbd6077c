//! Addresses that we build.

/// Percent-encodes one value of a query or one segment of a path.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.extend(['%', char::from(HEX[usize::from(byte >> 4)]), char::from(HEX[usize::from(byte & 15)])]);
        }
    }
    out
}

/// A path with the values that are not empty as its query.
pub fn with(path: &str, values: &[(&str, &str)]) -> String {
    let query: Vec<String> =
        values.iter().filter(|(_, v)| !v.is_empty()).map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// A path of our own to go on to; anything that could lead elsewhere becomes the fallback.
pub fn own<'a>(path: &'a str, below: &str, fallback: &'a str) -> &'a str {
    let safe = path.starts_with(below) && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']) && path.is_ascii();
    if safe { path } else { fallback }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_values_stay_out_of_the_address() {
        assert_eq!(with("/office/orders", &[("q", "Ąž & co"), ("state", "")]), "/office/orders?q=%C4%84%C5%BE%20%26%20co");
        assert_eq!(with("/a", &[("q", "")]), "/a");
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(own("/office/orders?x=1", "/office", "/office"), "/office/orders?x=1");
        for bad in ["https://evil.test", "//evil.test", "/office\\@evil", "/shop"] {
            assert_eq!(own(bad, "/office", "/office"), "/office");
        }
    }
}
