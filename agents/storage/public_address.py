"""Tells addresses of the public Internet from all others: private, local, special, disguised."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_SPECIAL_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's own services, on a public address
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
"""What of IPv4 is not public:
https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml"""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that IANA has given out of IPv6 as public; mapped, NAT64 and local addresses are outside."""

_SPECIAL_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocols' own, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4: has an IPv4 address inside
        "3fff::/20",
    )
)
"""What of it is not public:
https://www.iana.org/assignments/iana-ipv6-special-registry/iana-ipv6-special-registry.xhtml"""

_NUMERIC_LABEL = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)


def is_public(text: str) -> bool:
    """Whether *text* is an IP address, in its usual spelling, of the public Internet."""
    address = parse_address(text)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_IPV4)
    if isinstance(address, IPv6Address):
        special = any(address in network for network in _SPECIAL_IPV6)
        return address.scope_id is None and address in _GLOBAL_UNICAST and not special
    return False


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address that *text* spells as usual; None where it spells none."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_odd_spelling(host: str) -> bool:
    """Whether *host* is a number that some systems take for an IPv4 address.

    `2130706433`, `0x7f.1` and `0177.0.0.1` are 127.0.0.1 to some, and a name to others: what was
    checked would not be what is connected to. See https://url.spec.whatwg.org/#ends-in-a-number-checker
    """
    last = host.removesuffix(".").rpartition(".")[2]
    return _NUMERIC_LABEL.fullmatch(last) is not None and parse_address(host) is None
