"""The rule object: docs/count-rules.md, 1, and the ballot limits of 2."""

import re
from fractions import Fraction

from canonical import Fault

DECIMAL = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
ROUBLES = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)
RATIO = re.compile(r"\d{1,12}(\.\d{1,6})?|\d{1,9}/[1-9]\d{0,8}", re.ASCII)
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
TIE_BREAKS = (
    "lowerCost",
    "moreVotes",
    "moreSupporters",
    "expertScore",
    "higherCofinancing",
    "earlierApplication",
    "commissionDecision",
    "publicLot",
)


def kopecks(roubles):
    whole, _, part = roubles.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def _require(holds, path, reason):
    if not holds:
        raise Fault(f"rule: {path}: {reason}")


# A form is a function of (value, path) that raises Fault; an object's form is a dict of them, a '!' marks what is required.
def _matches(pattern):
    return lambda value, path: _require(isinstance(value, str) and pattern.fullmatch(value), path, f"unexpected {value!r}")


def _whole(least, most):
    def check(value, path):
        _require(type(value) is int and least <= value <= most, path, f"a whole number from {least} to {most} is expected")

    return check


def _one_of(*values):
    return lambda value, path: _require(any(value is v or (value == v and type(value) is type(v)) for v in values), path, f"unexpected {value!r}")


def _text(value, path):
    _require(isinstance(value, str) and 0 < len(value.encode("utf-16-be", "surrogatepass")) // 2 <= 200, path, "a text is expected")


def _list(form, least, most, distinct=None):
    def check(value, path):
        _require(isinstance(value, list) and least <= len(value) <= most, path, f"a list of {least} to {most} is expected")
        for index, item in enumerate(value):
            form(item, f"{path}.{index}")
        if distinct:
            keys = [distinct(item) for item in value]
            _require(len(set(keys)) == len(keys), path, "an item occurs twice")

    return check


def _object(fields):
    forms = {name.rstrip("!"): form for name, form in fields.items()}
    needed = [name[:-1] for name in fields if name.endswith("!")]

    def check(value, path):
        _require(isinstance(value, dict), path or "rule", "an object is expected")
        at = f"{path}." if path else ""
        for name in needed:
            _require(name in value, at + name, "is missing")
        for name, item in value.items():
            _require(name in forms, at + name, "is unknown")
            forms[name](item, at + name)

    return check


_LIMITS = _list(_object({"key": _text, "max!": _whole(1, 1000)}), 1, 200, lambda item: item.get("key"))
_QUOTA = {
    "by!": _one_of("category", "territory", "division"),
    "key": _text,
    "keys": _list(_text, 1, 100, lambda item: item),
    "title": _text,
    "maxWinners": _whole(0, 1000),
}
_MONEY = _matches(ROUBLES)
_RULE = _object(
    {
        "version!": _one_of(1),
        "ballot!": _object(
            {
                "type!": _one_of("approval", "choose-1", "ordinal", "cumulative", "forAgainst"),
                "minLen": _whole(0, 1000),
                "maxLen": _whole(1, 1000),
                "maxSumPoints": _whole(1, 1000),
                "maxPoints": _whole(1, 1000),
                "positionPoints": _list(_whole(0, 1000), 1, 1000),
                "maxSumCost": _MONEY,
                "perCategory": _LIMITS,
                "perTerritory": _LIMITS,
            }
        ),
        "revote": _one_of("last", "single"),
        "doubleVote": _one_of("refuse", "lastCounts", "paperCounts"),
        "eligibility": _object(
            {
                "minScore": _whole(1, 10**9),
                "minShareOfBallots": _matches(DECIMAL),
                "costShareFactor": _matches(RATIO),
                "minForShare": _matches(RATIO),
            }
        ),
        "partition": _object(
            {
                "by!": _one_of("category", "territory", "none"),
                "budgets": _list(_object({"key!": _text, "budget!": _MONEY}), 1, 1000, lambda item: item["key"]),
                "remainder": _one_of("none", "cityPool"),
            }
        ),
        "order!": _one_of("score", "scorePerCost", "equalShares", "phragmen"),
        "onUnaffordable": _one_of("skip", "stop"),
        "lastTopUpPercent": _whole(1, 100),
        "topUpReserve": _MONEY,
        "exclusiveGroups": _list(_list(_text, 2, 200, lambda item: item), 1, 200),
        "exclusiveMode": _one_of("dropBelowBest", "dropIfFunded"),
        "quotas": _list(_object({**_QUOTA, "maxMoney": _MONEY}), 1, 500),
        "equalShares": _object(
            {
                "utility!": _one_of("cost", "plain"),
                "start!": _one_of("exact", "integer"),
                "increment!": _whole(0, 10**9),
                "stopWhenExhaustive!": _one_of(True, False),
                "completion!": _one_of("none", "utilitarian"),
                "comparison": _one_of("none", "byNumber", "byAny"),
            }
        ),
        "expert": _object(
            {
                "mode!": _one_of("criterion", "gateBefore", "gateAfter"),
                "weight": _matches(DECIMAL),
                "bands": _list(_object({"from!": _matches(RATIO), "points!": _matches(DECIMAL)}), 1, 100),
                "minimum": _matches(DECIMAL),
            }
        ),
        "tieBreak": _list(_one_of(*TIE_BREAKS), 1, 8, lambda item: item),
        "lotSeed": _text,
        "lotCommitment": _matches(HASH),
    }
)


def check_rule(rule):
    """Raises Fault unless the rule is one that a count may follow."""
    _RULE(rule, "")
    ballot, order = rule["ballot"], rule["order"]
    _check_ballot(ballot)
    eligibility = rule.get("eligibility", {})
    for name in ("minShareOfBallots", "minForShare"):
        _require(Fraction(eligibility.get(name, "0")) <= 1, f"eligibility.{name}", "is above 1")
    _require("minForShare" not in eligibility or ballot["type"] == "forAgainst", "eligibility.minForShare", "needs ballots forAgainst")
    partition = rule.get("partition", {"by": "none"})
    if partition["by"] == "none":
        _require(not {"budgets", "remainder"} & set(partition), "partition", "none has no parts")
    else:
        _require("budgets" in partition, "partition.budgets", "is missing")
    stops = rule.get("onUnaffordable", "stop" if order == "phragmen" else "skip")
    _require((order == "equalShares") == ("equalShares" in rule), "equalShares", "goes with the order equalShares")
    _require(order != "equalShares" or stops == "skip", "onUnaffordable", "stop is not with equalShares")
    _require(order != "phragmen" or stops == "stop", "onUnaffordable", "skip is not with phragmen")
    _require(order != "phragmen" or ballot["type"] not in ("ordinal", "cumulative"), "order", "phragmen is not with points")
    if "lastTopUpPercent" in rule:
        _require(order in ("score", "scorePerCost") and stops == "stop", "lastTopUpPercent", "needs a greedy order and stop")
    _require("topUpReserve" not in rule or "lastTopUpPercent" in rule, "topUpReserve", "needs lastTopUpPercent")
    for index, quota in enumerate(rule.get("quotas", [])):
        _require(("maxWinners" in quota) != ("maxMoney" in quota), f"quotas.{index}", "needs exactly one maximum")
        fields = {"keys", "title"} if quota["by"] == "division" else set()
        _require({"keys", "title"} & set(quota) == fields, f"quotas.{index}", "keys and title go with division")
        _require(not (fields and "key" in quota), f"quotas.{index}.key", "is not with division")
    if "expert" in rule:
        _check_expert(rule["expert"], order)
    raised = rule.get("equalShares", {}).get("increment", 0) > 0
    _require(not (raised and "commissionDecision" in rule.get("tieBreak", [])), "tieBreak", "commissionDecision needs increment 0")
    _require(not {"lotSeed", "lotCommitment"} <= set(rule), "lotCommitment", "is not with lotSeed")


def _check_ballot(ballot):
    kind, longest = ballot["type"], ballot.get("maxLen")
    _require(longest is None or ballot.get("minLen", 0) <= longest, "ballot.minLen", "is above maxLen")
    _require(kind != "cumulative" or "maxSumPoints" in ballot, "ballot.maxSumPoints", "is missing")
    points = ballot.get("positionPoints")
    if kind == "ordinal":
        _require(longest or points, "ballot.maxLen", "is missing")
        _require(not (longest and points) or longest <= len(points), "ballot.maxLen", "is above the positionPoints")
    else:
        _require(points is None, "ballot.positionPoints", "is for ordinal ballots")
    _require("maxSumCost" not in ballot or kind == "approval", "ballot.maxSumCost", "is for approval ballots")


def _check_expert(expert, order):
    criterion = expert["mode"] == "criterion"
    _require(("weight" in expert) == criterion, "expert.weight", "goes with the mode criterion")
    _require(criterion or "bands" not in expert, "expert.bands", "goes with the mode criterion")
    _require(expert["mode"] != "gateBefore" or "minimum" in expert, "expert.minimum", "is missing")
    _require(expert["mode"] == "gateBefore" or order in ("score", "scorePerCost"), "expert.mode", "needs a greedy order")
    starts = [Fraction(band["from"]) for band in expert.get("bands", [])]
    _require(all(a < b for a, b in zip(starts, starts[1:])), "expert.bands", "must rise")


def ballot_fault(rule, projects, choices):
    """What makes choices of a record no valid ballot under the rule; None when they are one."""
    ballot, kind = rule["ballot"], rule["ballot"]["type"]
    paired = kind in ("cumulative", "forAgainst")
    if not isinstance(choices, list):
        return "choices are no list"
    for choice in choices:
        if paired and not (isinstance(choice, list) and len(choice) == 2 and isinstance(choice[0], str) and type(choice[1]) is int):
            return "a choice is no pair of id and points"
        if not paired and not isinstance(choice, str):
            return "a choice is no id"
    ids = [choice[0] for choice in choices] if paired else choices
    if len(set(ids)) < len(ids):
        return "a project is named twice"
    unknown = [id for id in ids if id not in projects]
    if unknown:
        return f"project {unknown[0]} is not on the ballot"
    if kind != "ordinal" and ids != sorted(ids, key=lambda id: id.encode("utf-16-be")):
        return "choices are not sorted"
    single = kind == "choose-1"
    most = 1 if single else ballot.get("maxLen", len(ballot["positionPoints"]) if "positionPoints" in ballot else None)
    if len(ids) < ballot.get("minLen", 1 if single else 0):
        return "too few choices"
    if most is not None and len(ids) > most:
        return "too many choices"
    if kind == "cumulative":
        points = [given for _, given in choices]
        if any(given < 1 or given > ballot.get("maxPoints", given) for given in points) or sum(points) > ballot["maxSumPoints"]:
            return "points are out of bounds"
    if kind == "forAgainst" and any(given not in (1, -1) for _, given in choices):
        return "neither for nor against"
    if "maxSumCost" in ballot and sum(projects[id].cost for id in ids) > kopecks(ballot["maxSumCost"]):
        return "the choices cost too much"
    for field, of in (("perCategory", "category"), ("perTerritory", "territory")):
        if _over_limit(ballot.get(field), [getattr(projects[id], of) for id in ids]):
            return f"too many choices of one {of}"
    return None


def _over_limit(limits, keys):
    if not limits:
        return False
    most = {limit.get("key"): limit["max"] for limit in limits}
    of = {key: most.get(key, most.get(None)) for key in keys if key is not None}
    return any(limit is not None and keys.count(key) > limit for key, limit in of.items())
