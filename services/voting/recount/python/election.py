"""Inputs of a count and what the ballots say: docs/count-rules.md, 2 and 3."""

import re
from fractions import Fraction

from canonical import SAFE, Fault, sha256
from rule import kopecks

MONEY = re.compile(r"0|[1-9]\d*", re.ASCII)
LEAF = re.compile(r"[0-9a-f]{64}", re.ASCII)
FRACTION = re.compile(r"-?\d+(/[1-9]\d*)?", re.ASCII)
PROJECT = {
    "id",
    "number",
    "cost",
    "category",
    "territory",
    "submittedAt",
    "expertScore",
    "cofinancing",
    "groups",
    "withdrawn",
}


class Project:
    """A project as it is counted; money in kopecks."""

    def __init__(self, given, where):
        _require(isinstance(given, dict) and set(given) - {"divisions", "barred"} == PROJECT, where, f"must have the fields {', '.join(sorted(PROJECT))}")
        for name in ("id", "number", "category"):
            _require(isinstance(given[name], str), f"{where}.{name}", "a text is expected")
        territory, submitted, groups = given["territory"], given["submittedAt"], given["groups"]
        _require(territory is None or isinstance(territory, str), f"{where}.territory", "a text or null is expected")
        _require(type(submitted) is int and abs(submitted) <= SAFE, f"{where}.submittedAt", "milliseconds are expected")
        _require(isinstance(groups, list) and all(isinstance(g, str) for g in groups), f"{where}.groups", "names are expected")
        divisions = given.get("divisions")
        named = isinstance(divisions, list) and 0 < len(divisions) <= 100 and all(isinstance(d, str) for d in divisions)
        _require("divisions" not in given or (named and len(set(divisions)) == len(divisions)), f"{where}.divisions", "distinct codes are expected")
        self.divisions = set(divisions or [])
        self.barred = given.get("barred", False)
        _require("barred" not in given or self.barred is True, f"{where}.barred", "true is expected, or nothing")
        _require(type(given["withdrawn"]) is bool, f"{where}.withdrawn", "true or false is expected")
        self.id, self.number, self.category, self.territory = given["id"], given["number"], given["category"], territory
        self.cost = money(given["cost"], f"{where}.cost")
        self.submitted, self.withdrawn = submitted, given["withdrawn"]
        self.expert = _fraction(given["expertScore"], f"{where}.expertScore")
        self.cofinancing = _fraction(given["cofinancing"], f"{where}.cofinancing")
        self.groups = {("project", name) for name in groups}
        self.score = self.voters = self.against = 0
        self.merit = None


def _require(holds, where, reason):
    if not holds:
        raise Fault(f"{where}: {reason}")


def _is_leaf(value):
    return isinstance(value, str) and LEAF.fullmatch(value) is not None


def money(value, where):
    _require(isinstance(value, str) and MONEY.fullmatch(value), where, "kopecks as text are expected")
    return int(value)


def _fraction(value, where):
    _require(value is None or (isinstance(value, str) and FRACTION.fullmatch(value)), where, "a fraction or null is expected")
    return None if value is None else Fraction(value)


class Election:
    """Inputs that were checked; `kinds` are the distinct counted ballots as {project: points}, each with its number."""

    def __init__(self, rule, rule_hash, inputs):
        self.rule, self.rule_hash = rule, rule_hash
        _require(isinstance(inputs, dict) and inputs.get("v") == 1, "inputs.v", "1 is expected")
        unknown = set(inputs) - {"v", "contest", "budget", "projects", "lotSeed", "decision", "excluded"}
        _require(not unknown, f"inputs.{min(unknown, default='')}", "is unknown")
        self.budget = money(inputs.get("budget"), "inputs.budget")
        _require(isinstance(inputs.get("projects"), list), "inputs.projects", "a list is expected")
        projects = [Project(given, f"inputs.projects.{at}") for at, given in enumerate(inputs["projects"])]
        self.projects = {project.id: project for project in projects}
        _require(len(self.projects) == len(projects), "inputs.projects", "an id occurs twice")
        for at, group in enumerate(rule.get("exclusiveGroups", [])):
            for id in group:
                if id in self.projects:
                    self.projects[id].groups.add(("rule", at))
        self.decision = inputs.get("decision", [])
        _require(isinstance(self.decision, list) and all(isinstance(id, str) for id in self.decision), "inputs.decision", "ids are expected")
        _require(len(set(self.decision)) == len(self.decision), "inputs.decision", "an id occurs twice")
        self.excluded = inputs.get("excluded", [])
        _require(isinstance(self.excluded, list) and all(_is_leaf(leaf) for leaf in self.excluded), "inputs.excluded", "leaves are expected")
        _require(len(set(self.excluded)) == len(self.excluded) and ("excluded" not in inputs or self.excluded), "inputs.excluded", "is empty, or a leaf occurs twice")
        self.seed = self._seed(inputs.get("lotSeed"))
        parts = rule.get("partition", {}).get("budgets", [])
        _require(sum(kopecks(part["budget"]) for part in parts) <= self.budget, "inputs.budget", "the parts have more than the whole")
        self.n, self.kinds = 0, []

    def _seed(self, revealed):
        commitment = self.rule.get("lotCommitment")
        if commitment is None:
            _require(revealed is None, "inputs.lotSeed", "the rule has no commitment")
            return self.rule.get("lotSeed", self.rule_hash)
        _require(isinstance(revealed, str) and sha256(revealed) == commitment, "inputs.lotSeed", "it is not the seed of the commitment")
        return revealed

    def take(self, kinds):
        """Takes the counted ballots, [(choices, number of ballots with just these)], and adds up."""
        for choices, number in kinds:
            points = {id: given for id, given in self._points(choices) if id in self.projects}
            self.n += number
            self.kinds.append((points, number))
            for id, given in points.items():
                project = self.projects[id]
                if given > 0:
                    project.score += given * number
                    project.voters += number
                elif given < 0:
                    project.against += number
        self._weigh()

    def _points(self, choices):
        ballot = self.rule["ballot"]
        if ballot["type"] in ("cumulative", "forAgainst"):
            return choices
        if ballot["type"] != "ordinal":
            return [(id, 1) for id in choices]
        by_position = ballot.get("positionPoints")
        return [(id, by_position[at] if by_position else ballot["maxLen"] - at) for at, id in enumerate(choices)]

    def _weigh(self):
        """Merit of each project that has one: section 4."""
        expert = self.rule.get("expert", {"mode": "gateBefore"})
        most = max((p.voters for p in self.projects.values() if not p.withdrawn), default=0)
        for project in self.projects.values():
            if expert["mode"] == "gateBefore":
                project.merit = Fraction(project.score)
            elif project.expert is not None:
                project.merit = project.expert
                if expert["mode"] == "criterion":
                    project.merit += Fraction(expert["weight"]) * self._share(project, expert, most)

    def _share(self, project, expert, most):
        if "bands" not in expert:
            return Fraction(project.voters, most) if most else 0
        share = Fraction(project.voters, self.n) if self.n else 0
        points = 0
        for band in expert["bands"]:
            if Fraction(band["from"]) <= share:
                points = Fraction(band["points"])
        return points
