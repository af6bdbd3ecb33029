"""The gateways this product knows. What has no settings is off: a clerk enters by hand what comes by it."""

from collections.abc import Sequence

from huiyin.channels.mail.transport import Mail
from huiyin.channels.port import Transport
from huiyin.channels.sms_kannel.transport import Kannel


def transports() -> Sequence[Transport]:
    """All there are, set up or not."""
    return (Kannel(), Mail())
