"""Writes a MaxMind database of one network, as the operator's file would hold many.

Format: https://maxmind.github.io/MaxMind-DB - a binary tree over 32 address bits whose records of
24 bits point to another node, to nothing (the number of nodes) or into the data that follow.
"""

from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

_MARK = b"\xab\xcd\xefMaxMind.com"


@dataclass(frozen=True)
class Uint:
    """A number of one of the format's types: 5 (16 bits), 6 (32 bits), 9 (64 bits)."""

    value: int
    kind: int


def write_mmdb(path: Path, network: IPv4Network, record: object) -> None:
    """A file that has `record` for the addresses of `network`."""
    bits = f"{int(network.network_address):032b}"[: network.prefixlen]
    nodes = len(bits)
    tree = b""
    for depth, bit in enumerate(bits):
        onward = depth + 1 if depth + 1 < nodes else nodes + 16
        pair = (onward, nodes) if bit == "0" else (nodes, onward)
        tree += b"".join(side.to_bytes(3, "big") for side in pair)
    about = {
        "binary_format_major_version": Uint(2, 5), "binary_format_minor_version": Uint(0, 5),
        "build_epoch": Uint(1, 9), "database_type": "Test", "description": {},
        "ip_version": Uint(4, 5), "languages": [], "node_count": Uint(nodes, 6),
        "record_size": Uint(24, 5),
    }  # fmt: skip
    path.write_bytes(tree + bytes(16) + _data(record) + _MARK + _data(about))


def _data(value: Any) -> bytes:
    if isinstance(value, str):
        text = value.encode()
        return _head(2, len(text)) + text
    if isinstance(value, Uint):
        number = value.value.to_bytes((value.value.bit_length() + 7) // 8, "big")
        return _head(value.kind, len(number)) + number
    if isinstance(value, dict):
        return _head(7, len(value)) + b"".join(
            _data(part) for pair in value.items() for part in pair
        )
    return _head(11, len(value)) + b"".join(_data(part) for part in value)


def _head(kind: int, size: int) -> bytes:
    """Three bits of type, where 0 says that it follows, less 7; five bits of size, or more."""
    extended = bytes([kind - 7]) if kind > 7 else b""
    first = (kind if kind <= 7 else 0) << 5
    if size < 29:
        return bytes([first | size]) + extended
    return bytes([first | 29]) + extended + bytes([size - 29])
