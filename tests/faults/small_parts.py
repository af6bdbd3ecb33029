"""The product with parts of a list a quarter as long: each is one transaction still, and as many are met by kills."""

from huiyin.register.actions import roster_work, rosters

PART = rosters.PART // 4
for module in (roster_work, rosters):
    vars(module)["PART"] = PART
