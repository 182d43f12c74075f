//! Who asks, when proxies stand between: an address that a request tells of itself is believed of proxies that are named.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;

/// The header in which proxies write for whom they ask, each behind what it was told.
const FORWARDED: &str = "x-forwarded-for";
/// Proxies, one behind the other.
const HOPS_MAX: usize = 16;
/// Bits of the network that an IPv6 subscriber has to herself.
const OWN_BITS: u32 = 64;

/// Addresses of proxies that are trusted: one, or a network such as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proxy {
    network: IpAddr,
    bits: u32,
}

/// Not an address, or not a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a proxy is named by its address (192.0.2.7) or its network (10.0.0.0/8)")]
pub struct BadProxy;

impl FromStr for Proxy {
    type Err = BadProxy;

    fn from_str(text: &str) -> Result<Proxy, BadProxy> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let network: IpAddr = address.trim().parse().map_err(|_| BadProxy)?;
        let most = if network.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.trim().parse().map_err(|_| BadProxy))?;
        if bits > most { Err(BadProxy) } else { Ok(Proxy { network, bits }) }
    }
}

impl Proxy {
    fn holds(&self, address: IpAddr) -> bool {
        let (one, other, width) = match (self.network, address) {
            (IpAddr::V4(one), IpAddr::V4(other)) => (u128::from(u32::from(one)), u128::from(u32::from(other)), 32),
            (IpAddr::V6(one), IpAddr::V6(other)) => (u128::from(one), u128::from(other), 128),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
        };
        (one ^ other).checked_shr(width - self.bits).unwrap_or(0) == 0
    }
}

/// The address of who asks: of the connection, or, when a trusted proxy is at its other end, the rightmost one that is no
/// trusted proxy's. What stands left of that anybody may have written.
pub fn caller(proxies: &[Proxy], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|proxy| proxy.holds(address));
    let mut nearest = peer.to_canonical();
    let told = headers.get_all(FORWARDED).iter().rev().filter_map(|value| value.to_str().ok());
    let mut told = told.flat_map(|value| value.rsplit(',')).take(HOPS_MAX);
    while trusted(nearest) {
        match told.next().and_then(address_of) {
            Some(address) => nearest = address,
            None => break,
        }
    }
    nearest
}

/// What the questions of one subscriber are counted under.
pub fn counted_as(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) & (u128::MAX << (128 - OWN_BITS))).to_string(),
    }
}

/// Some proxies write a port, too.
fn address_of(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    let address: Option<IpAddr> = address.or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok());
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_by(proxies: &[&str], peer: &str, told: &[&str]) -> String {
        let proxies: Vec<Proxy> = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        told.iter().for_each(|told| _ = headers.append(FORWARDED, told.parse().unwrap()));
        caller(&proxies, peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_shoppers_address_is_told_by_named_proxies_alone() {
        // Nobody is trusted who was not named.
        assert_eq!(asked_by(&[], "10.0.0.1", &["198.51.100.7"]), "10.0.0.1");
        assert_eq!(asked_by(&["10.0.0.2"], "10.0.0.1", &["198.51.100.7"]), "10.0.0.1");
        assert_eq!(asked_by(&["10.0.0.1"], "10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(asked_by(&["10.0.0.0/8"], "::ffff:10.9.8.7", &["198.51.100.7:4711"]), "198.51.100.7");
        // What the shopper wrote herself stands left, and is not believed.
        assert_eq!(asked_by(&["10.0.0.0/8"], "10.0.0.1", &["203.0.113.9, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(asked_by(&["10.0.0.0/8"], "10.0.0.1", &["203.0.113.9", "198.51.100.7, 10.0.0.5"]), "198.51.100.7");
        assert_eq!(asked_by(&["10.0.0.0/8"], "10.0.0.1", &["203.0.113.9, rubbish"]), "10.0.0.1");
        assert_eq!(asked_by(&["10.0.0.0/8"], "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(asked_by(&["fd00::/8", "127.0.0.1"], "fd00::1", &["[2001:db8::7]:443, 127.0.0.1"]), "2001:db8::7");
        assert_eq!(asked_by(&["0.0.0.0/0"], "10.0.0.1", &["10.0.0.2"]), "10.0.0.2");
        for text in ["", "proxy", "10.0.0.0/33", "::/129", "10.0.0.0/x"] {
            assert_eq!(text.parse::<Proxy>(), Err(BadProxy), "{text}");
        }
        // One subscriber has billions of addresses.
        assert_eq!(counted_as("2001:db8::7".parse().unwrap()), counted_as("2001:db8::8:9".parse().unwrap()));
        assert_ne!(counted_as("198.51.100.7".parse().unwrap()), counted_as("198.51.100.8".parse().unwrap()));
    }
}
