//! Web origins in the one form in which browsers send them.

use super::Fault;

/// `scheme://host[:port]`, lower case, without the scheme's own port, path or trailing slash: the
/// form of the `Origin` header (RFC 6454), so that a comparison of texts is enough.
///
/// # Faults
/// `channels.bad_origin` when it is no http or https origin.
pub fn normalised(text: &str) -> Result<String, Fault> {
    let bad = || Fault::BadOrigin(text.trim().to_owned());
    let lower = text.trim().to_ascii_lowercase();
    let (scheme, rest) = lower.split_once("://").ok_or_else(bad)?;
    let own_port = match scheme {
        "http" => "80",
        "https" => "443",
        _ => return Err(bad()),
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = match rest.rsplit_once(':') {
        // An IPv6 address in brackets has colons of its own.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let is_v6 = host.starts_with('[') && host.ends_with(']');
    let inner = host.trim_start_matches('[').trim_end_matches(']');
    let sound = if is_v6 {
        inner.parse::<std::net::Ipv6Addr>().is_ok()
    } else {
        !host.is_empty()
            && host.len() <= 253
            && host
                .split('.')
                .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_'))
    };
    let port = match port {
        Some(port) => match port.parse::<u16>() {
            Ok(0) | Err(_) => return Err(bad()),
            Ok(number) => Some(number.to_string()).filter(|p| p != own_port),
        },
        None => None,
    };
    if !sound {
        return Err(bad());
    }
    Ok(match port {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_each_origin() {
        for (typed, kept) in [
            ("https://Shop.Example.com/", "https://shop.example.com"),
            (" https://shop.example.com:443", "https://shop.example.com"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://localhost:80/", "http://localhost"),
            ("https://[::1]:8443", "https://[::1]:8443"),
            ("https://[::1]", "https://[::1]"),
        ] {
            assert_eq!(normalised(typed).unwrap(), kept, "{typed}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for typed in [
            "shop.example.com",
            "ftp://x.y",
            "https://",
            "https://x/y",
            "https://a b",
            "https://x:0",
            "https://x:99999",
            "null",
            "https://x..y",
        ] {
            assert!(matches!(normalised(typed), Err(Fault::BadOrigin(_))), "{typed}");
        }
    }
}
