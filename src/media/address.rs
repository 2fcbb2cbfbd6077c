//! Which addresses a picture may be fetched from: the shop must not be made to call its own
//! neighbours (server-side request forgery).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far fetching reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Reach {
    /// Public addresses only.
    #[default]
    Public,
    /// Private networks too: the owner said so, because the pictures lie on a machine of theirs.
    Private,
}

/// Whether a connection to this address is allowed. Asked of every address of a name, after it
/// was resolved and before it is connected to, again for each redirect.
pub fn may_call(address: IpAddr, reach: Reach) -> bool {
    match reach {
        Reach::Private => !is_never(address),
        Reach::Public => match address {
            IpAddr::V4(v4) => public_v4(v4),
            IpAddr::V6(v6) => public_v6(v6),
        },
    }
}

/// Addresses that are nobody's host.
fn is_never(address: IpAddr) -> bool {
    address.is_unspecified() || address.is_multicast() || matches!(address, IpAddr::V4(v4) if v4.is_broadcast())
}

/// Outside every block of the IANA special-purpose registry (RFC 6890 and its updates).
fn public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18..=19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

fn public_v6(v6: Ipv6Addr) -> bool {
    let s = v6.segments();
    let inner = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match s {
        // ::a.b.c.d, ::ffff:a.b.c.d and ::ffff:0:a.b.c.d carry a version 4 address.
        [0, 0, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0, 0xFFFF, high, low] | [0, 0, 0, 0, 0xFFFF, 0, high, low] => {
            public_v4(inner(high, low))
        }
        // So do the translation prefix 64:ff9b::/96 and 6to4.
        [0x64, 0xFF9B, 0, 0, 0, 0, high, low] => public_v4(inner(high, low)),
        [0x2002, high, low, ..] => public_v4(inner(high, low)),
        // Global unicast is 2000::/3, less Teredo and other protocol blocks (2001::/23), documentation
        // (2001:db8::/32, 3fff::/20).
        [0x2001, 0..=0x1FF, ..] | [0x2001, 0xDB8, ..] | [0x3FFF, 0..=0xFFF, ..] => false,
        [first, ..] => first & 0xE000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_not_called() {
        for address in [
            "127.0.0.1",
            "127.1.2.3",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "100::1",
        ] {
            assert!(!may_call(address.parse().unwrap(), Reach::Public), "{address}");
        }
    }

    #[test]
    fn the_public_net_is_called() {
        for address in [
            "1.1.1.1",
            "172.32.0.1",
            "193.219.1.1",
            "::ffff:1.1.1.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "64:ff9b::101:101",
            "2002:101:101::1",
        ] {
            assert!(may_call(address.parse().unwrap(), Reach::Public), "{address}");
        }
    }

    #[test]
    fn the_owner_may_open_the_own_network() {
        assert!(may_call("192.168.1.1".parse().unwrap(), Reach::Private));
        assert!(may_call("127.0.0.1".parse().unwrap(), Reach::Private));
        assert!(!may_call("0.0.0.0".parse().unwrap(), Reach::Private));
        assert!(!may_call("224.0.0.1".parse().unwrap(), Reach::Private));
    }
}
