"""What a passphrase locks is dear to try: the suite's own locks are cheap, so here one is made as the product does."""

import ast
from pathlib import Path

import pytest

from huiyin.core import boxes

PHRASE = "三只白鹭飞过水渠去了远方"


def cost_of_the_product() -> tuple[int, int, int]:
    """As it stands in the source, for in this process a cheaper one is in its place."""
    tree = ast.parse(Path(boxes.__file__).read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "COST"]
    passes, memory, lanes = ast.literal_eval(found[0].value)
    return passes, memory, lanes


def test_a_lock_costs_what_rfc_9106_recommends_and_opens_at_no_other_price(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "COST", cost_of_the_product())
    secret = boxes.new_secret()
    locked = boxes.lock(secret, PHRASE)
    told = slice(1 + boxes.SALT_BYTES, 1 + boxes.SALT_BYTES + 3)
    assert tuple(locked[told]) == (3, 16, 4)
    assert boxes.unlock(locked, PHRASE) == secret
    cheaper = locked[: told.start] + bytes((1, 10, 1)) + locked[told.stop :]
    with pytest.raises(boxes.Unopened):
        boxes.unlock(cheaper, PHRASE)
