"""How a text goes by SMS: the alphabet it needs and how many parts it takes (3GPP TS 23.038)."""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
GSM_7, UCS_2 = 0, 2
SINGLE = {GSM_7: 160, UCS_2: 70}
JOINED = {GSM_7: 153, UCS_2: 67}
PARTS_MOST = 8
"""A longer text is no message any more: whoever gets it is told where it can be read."""


@dataclass(frozen=True)
class Shape:
    """`coding` 0 is GSM-7, 2 is UCS-2, as the gateway names them; `units` are septets or 16-bit units."""

    coding: int
    units: int
    parts: int


def shape(text: str) -> Shape:
    """How a text goes: seven bits where every character is in the alphabet, else sixteen."""
    if all(character in _BASIC or character in _EXTENDED for character in text):
        coding, units = GSM_7, sum(2 if character in _EXTENDED else 1 for character in text)
    else:
        coding, units = UCS_2, len(text.encode("utf-16-be", errors="surrogatepass")) // 2
    parts = 1 if units <= SINGLE[coding] else -(-units // JOINED[coding])
    return Shape(coding, units, parts)


def fits(text: str) -> bool:
    """Whether a text may go by SMS."""
    return shape(text).parts <= PARTS_MOST
