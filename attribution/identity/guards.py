"""What keeps strangers from becoming one person, and what is believed of a cluster.

A cluster is all that evidence and merges by hand link. Three guards stand before it: stop lists,
whose nodes tell of nobody; limits of neighbours, above which a node is shared (a reception, a
family, an Internet cafe) and links nothing; and `largest`, above which a cluster is not believed.
Within a cluster `believed` says who is one person: a split by hand holds whatever links the two.
Called by `attribution.identity.persons` for the clusters that need it; the others are one person.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from attribution.identity.graph import Kind
from attribution.identity.history import Ruling
from attribution.identity.partition import UnionFind

_KEYPAD = {
    letter: str(digit)
    for digit, letters in enumerate(("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"), 2)
    for letter in letters
}
# Carriers that must send a number for a withheld caller spell the word on the keypad.
_SPELT = ("ANONYMOUS", "RESTRICTED", "BLOCKED", "UNKNOWN", "UNAVAILABLE", "PRIVATE", "WITHHELD")
PLACEHOLDERS = frozenset("+" + "".join(map(_KEYPAD.__getitem__, word)) for word in _SPELT)


class Most(NamedTuple):
    """How many different neighbours of each kind one node may have before it counts as shared."""

    cookies: int
    phones: int
    emails: int
    customers: int


# A browser that forgets its cookie every week brings 52 a year to whoever signs in; a matched call
# says less than that.
_MOST = {
    Kind.cookie: Most(cookies=0, phones=5, emails=5, customers=5),
    Kind.phone: Most(cookies=20, phones=0, emails=5, customers=5),
    Kind.email: Most(cookies=200, phones=5, emails=0, customers=5),
    Kind.customer: Most(cookies=200, phones=10, emails=10, customers=0),
    Kind.contact: Most(cookies=20, phones=10, emails=10, customers=5),
    Kind.deal: Most(cookies=20, phones=10, emails=10, customers=5),
}


@dataclass(frozen=True, slots=True)
class Guards:
    """`silence_days` without a contact end a phone's stretch: whoever has it then is another.

    `largest`: how many cookies, phones, e-mails and customers a cluster may have. `stopped`:
    phones that tell of nobody, beside the account's own numbers and those stopped by hand.
    """

    silence_days: int = 180
    largest: int = 300
    most: Mapping[Kind, Most] = field(default_factory=lambda: dict(_MOST))
    stopped: frozenset[str] = PLACEHOLDERS


class Link(NamedTuple):
    """One link of a cluster; as in `attribution.identity.graph.Links`."""

    one: int
    other: int
    at: int
    sure: bool


_WEAKER: tuple[Callable[[Link], bool], ...] = (lambda link: link.sure, lambda link: False)


def believed(
    nodes: Sequence[int],
    counted: Collection[int],
    links: Sequence[Link],
    rulings: Sequence[Ruling],
    largest: int,
) -> dict[int, int]:
    """Of each node of a cluster, the smallest node of its person.

    A person of more than `largest` counted nodes loses the links that only calls make; is that not
    enough, all but what hands have merged. `rulings` are the newest first.
    """
    kept = sorted(links)
    persons = _united(nodes, kept, rulings)
    for stays in _WEAKER:
        sizes = Counter(persons[node] for node in counted)
        large = {person for person, size in sizes.items() if size > largest}
        if not large:
            break
        kept = [link for link in kept if stays(link) or persons[link.one] not in large]
        persons = _united(nodes, kept, rulings)
    return persons


def _united(
    nodes: Sequence[int], links: Sequence[Link], rulings: Sequence[Ruling]
) -> dict[int, int]:
    """What is decided holds first, the newest first; then each link that breaks no split."""
    place = {node: index for index, node in enumerate(sorted(nodes))}
    persons = UnionFind(len(place))
    splits: list[tuple[int, int]] = []

    def parted(one: int, other: int) -> bool:
        ends = {persons.find(one), persons.find(other)}
        return any({persons.find(a), persons.find(b)} == ends for a, b in splits)

    for ruling in rulings:
        one, other = place[ruling.one], place[ruling.other]
        together = persons.find(one) == persons.find(other)
        if ruling.action == "merge" and not parted(one, other):
            persons.join(one, other)
        if ruling.action == "split" and not together:
            splits.append((one, other))
    # Who was split from somebody comes last: the others stay together, and it takes what is left.
    loose = {one for one, _ in splits}
    ordered = sorted(
        (place[link.one] in loose or place[link.other] in loose, not link.sure, link.at, link[:2])
        for link in links
    )
    for *_, (one, other) in ordered:
        if not parted(place[one], place[other]):
            persons.join(place[one], place[other])
    names = list(place)
    return {node: names[persons.find(index)] for node, index in place.items()}
