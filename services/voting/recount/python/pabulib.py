"""contest.pb against the ballots, inputs and result of its package."""

import csv
import re

from canonical import Fault
from rule import kopecks

SECTIONS = ("META", "PROJECTS", "VOTES")


class Pabulib:
    """Reads the file line by line; `check` gives the first fault, None when everything agrees."""

    def __init__(self, rule, rule_hash, inputs, result):
        self.rule, self.rule_hash, self.inputs, self.result = rule, rule_hash, inputs, result
        self.given = {project["id"]: project for project in inputs["projects"]}
        self.counted = {project["id"]: project for project in result.get("projects", [])}
        self.meta, self.rows = {}, dict.fromkeys(SECTIONS, 0)

    def check(self, lines, ballots):
        section, header = None, None
        self.ballots = iter(ballots)
        for at, raw in enumerate(lines, 1):
            line = raw.decode()
            if line in SECTIONS:
                section, header = line, None
                continue
            cells = next(csv.reader([line], delimiter=";"), [])
            if header is None:
                header = cells
                continue
            self.rows[section] += 1
            fault = self._row(section, dict(zip(header, cells)))
            if fault:
                return f"line {at}: {fault}"
        return self._meta_fault()

    def _row(self, section, row):
        if section == "META":
            self.meta[row.get("key")] = row.get("value")
            return None
        return self._project(row) if section == "PROJECTS" else self._vote(row)

    def _project(self, row):
        id = row.get("project_id")
        given, counted = self.given.pop(id, None), self.counted.get(id)
        if given is None or counted is None:
            return f"project {id} is not in inputs.json, or twice here"
        if _kopecks(row.get("cost")) != int(given["cost"]):
            return f"the cost of project {id} is not that of inputs.json"
        right = {
            "votes": str(counted["voters"]),
            "score": counted["score"],
            "selected": "1" if counted["outcome"] == "WINNER" else "0",
            "category": re.sub(r"[\r\n]+", " ", given["category"]),
            "neighborhood": given["territory"] or "",
        }
        for name, value in right.items():
            if row.get(name) != value:
                return f"{name} of project {id} is {row.get(name)}, the recount gives {value}"
        return None

    def _vote(self, row):
        number = self.rows["VOTES"]
        choices = next(self.ballots, None)
        if choices is None:
            return f"vote {number} is of no counted ballot"
        pairs = [(choice, 1) if isinstance(choice, str) else choice for choice in choices]
        given = [(id, points) for id, points in pairs if points > 0]
        points = ",".join(str(each) for _, each in given) if self.rule["ballot"]["type"] == "cumulative" else None
        right = (str(number), ",".join(id for id, _ in given), points)
        return None if (row.get("voter_id"), row.get("vote"), row.get("points")) == right else f"vote {number} is not that of the counted ballot"

    def _meta_fault(self):
        kind = self.rule["ballot"]["type"]
        right = {
            "unit": self.inputs["contest"],
            "num_projects": str(len(self.inputs["projects"])),
            "num_votes": str(self.result["n"]),
            "vote_type": "approval" if kind == "forAgainst" else kind,
        }
        for name, value in right.items():
            if self.meta.get(name) != value:
                return f"META: {name} is {self.meta.get(name)}, the recount gives {value}"
        if _kopecks(self.meta.get("budget")) != int(self.inputs["budget"]):
            return "META: the budget is not that of inputs.json"
        if self.rule_hash not in (self.meta.get("comment") or ""):
            return "META: the comment does not name the hash of rule.json"
        if self.rows["PROJECTS"] != len(self.inputs["projects"]):
            return f"has {self.rows['PROJECTS']} projects"
        if self.rows["VOTES"] != self.result["n"]:
            return f"has {self.rows['VOTES']} votes, {self.result['n']} ballots are counted"
        return None


def _kopecks(text):
    try:
        return kopecks(text)
    except (Fault, ValueError, TypeError, AttributeError):
        return None
