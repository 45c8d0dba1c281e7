"""Rankings and ties: docs/count-rules.md, 5."""

from fractions import Fraction
from functools import cmp_to_key

from canonical import sha256, utf16

DEFAULT = ["lowerCost", "moreVotes", "earlierApplication", "publicLot"]


def _last(fraction):
    """Larger first, none last, as a key that sorts upwards."""
    return (1, 0) if fraction is None else (0, -fraction)


class Ties:
    """Breaks ties by the keys of the rule and keeps those that are reported."""

    def __init__(self, election):
        names = election.rule.get("tieBreak", DEFAULT)
        self.names = names if "publicLot" in names else [*names, "publicLot"]
        self.decided = {id: at for at, id in enumerate(election.decision)}
        self.seed = election.seed
        self.lots = {}
        self.reported = {}
        self.undecided = []

    def _lot(self, id):
        if id not in self.lots:
            self.lots[id] = sha256(f"{self.seed}\n{id}")
        return self.lots[id]

    def _key(self, name, p):
        if name == "lowerCost":
            return p.cost
        if name == "moreVotes":
            return -p.score
        if name == "moreSupporters":
            return -p.voters
        if name == "expertScore":
            return _last(p.expert)
        if name == "higherCofinancing":
            return _last(p.cofinancing)
        if name == "earlierApplication":
            return p.submitted
        if name == "commissionDecision":
            return self.decided.get(p.id, len(self.decided))
        return (self._lot(p.id), utf16(p.id))

    def order(self, p):
        return tuple(self._key(name, p) for name in self.names)

    def display(self, projects):
        """Ranking of a list that decides nothing."""
        names = [name for name in self.names if name != "commissionDecision"]
        return sorted(projects, key=lambda p: (-p.score, *(self._key(name, p) for name in names)))

    def report(self, a, b):
        """Notes a tie; what asks for a decision that is not there blocks the result."""
        first, second = (a, b) if self.order(a) < self.order(b) else (b, a)
        if (first.id, second.id) in self.reported:
            return
        open_question = False
        for name in self.names:
            if name == "commissionDecision" and not (first.id in self.decided and second.id in self.decided):
                open_question = True
            if self._key(name, first) != self._key(name, second):
                break
        self.reported[first.id, second.id] = name
        if open_question:
            self.undecided.append({first.id, second.id})

    def groups(self):
        """Undecided ties as connected groups."""
        groups = []
        for pair in self.undecided:
            touched = [group for group in groups if group & pair]
            groups = [group for group in groups if not group & pair] + [pair.union(*touched)]
        return sorted((sorted(group, key=utf16) for group in groups), key=lambda group: utf16(group[0]))

    def ranking(self, projects, compare):
        """Projects by a primary comparison (negative: a first), ties by the keys."""
        ordered = sorted(projects, key=self.order)
        return sorted(ordered, key=cmp_to_key(compare))

    def report_neighbours(self, ranking, compare):
        for a, b in zip(ranking, ranking[1:]):
            if compare(a, b) == 0:
                self.report(a, b)


def _sign(a, b):
    return (a > b) - (a < b)


def by_score(a, b):
    return _sign(b.score, a.score)


def by_merit(a, b):
    return _sign(b.merit, a.merit)


def by_merit_per_cost(a, b):
    if a.cost == 0 or b.cost == 0:
        return by_merit(a, b) if a.cost == b.cost else _sign(a.cost, b.cost)
    return _sign(b.merit * a.cost, a.merit * b.cost)


def primary_of(rule):
    return {"score": by_merit, "scorePerCost": by_merit_per_cost}.get(rule["order"], by_score)


def text(fraction):
    fraction = Fraction(fraction)
    return str(fraction.numerator) if fraction.denominator == 1 else f"{fraction.numerator}/{fraction.denominator}"
