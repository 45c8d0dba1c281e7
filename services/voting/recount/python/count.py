"""The count and its result object: docs/count-rules.md, 4 and 9."""

from fractions import Fraction

from canonical import dumps, sha256
from election import Election
from phragmen import phragmen
from rule import check_rule, kopecks
from shares import equal_shares
from ties import Ties, primary_of, text
from walk import Admission, Reserve, Verdict, walk


class Part:
    """A part of the budget with its projects; `supporters` are (kind, points, ballots) of each project."""

    def __init__(self, election, key, budget, projects, ties):
        self.key, self.budget, self.projects, self.ties = key, budget, projects, ties
        self.kinds = election.kinds
        self.figures, self.spent = {}, 0
        named = {project.id for project in projects if not project.withdrawn}
        self.n = election.n if key is None else sum(number for points, number in self.kinds if named & points.keys())
        self.supporters = {project: [] for project in projects}
        by_id = {project.id: project for project in projects}
        for kind, (points, number) in enumerate(self.kinds):
            for id, given in points.items():
                if given > 0 and id in by_id:
                    self.supporters[by_id[id]].append((kind, given, number))


def count(rule, inputs, kinds):
    """The result object. Raises Fault on a rule or inputs that the page refuses."""
    check_rule(rule)
    election = Election(rule, sha256(dumps(rule)), inputs)
    election.take(kinds)
    return Count(election).result()


class Count:
    def __init__(self, election):
        self.election, self.rule = election, election.rule
        self.ties = Ties(election)
        self.reserve = Reserve(self.rule)
        self.admission = Admission(self.rule)
        self.primary = primary_of(self.rule)
        self.winners = []

    def result(self):
        projects = list(self.election.projects.values())
        refused = {project: fault for project in projects if (fault := self._fault(project))}
        self._exclude(projects, refused)
        parts, homeless = self._parts(projects)
        lists = [(part, self._allocate(part, refused)) for part in parts]
        rest = [(p, _refusal(refused.get(p, "NO_PART"))) for p in self.ties.display(homeless)]
        lists.append((None, rest))
        self._redistribute(lists, refused)
        head = {"v": 1, "rule": self.election.rule_hash}
        if self.ties.undecided:
            return {**head, "status": "NEEDS_DECISION", "undecided": self.ties.groups()}
        return {
            **head,
            "status": "DETERMINED",
            "budget": str(self.election.budget),
            "n": self.election.n,
            "spent": str(sum(project.cost for project in self.winners)),
            "reserveUsed": str(self.reserve.used),
            "winners": [project.id for project in self.winners],
            "parts": [_part_figures(part) for part in parts],
            "projects": [
                self._line(part, place, project, verdict)
                for part, verdicts in lists
                for place, (project, verdict) in enumerate(verdicts, 1)
            ],
            "ties": [{"first": a, "second": b, "by": by} for (a, b), by in self.ties.reported.items()],
        }

    def _fault(self, p):
        """Why a project may not win, whatever the money."""
        n, budget, expert, eligibility = self.election.n, self.election.budget, self.rule.get("expert"), self.rule.get("eligibility", {})
        if p.withdrawn:
            return "WITHDRAWN"
        if p.barred:
            return "BARRED"
        if expert and p.expert is None:
            return "NO_EXPERT_SCORE"
        if expert and "minimum" in expert and p.expert < Fraction(expert["minimum"]):
            return "BELOW_EXPERT_MINIMUM"
        if p.voters == 0:
            return "NO_SUPPORT"
        if p.score < eligibility.get("minScore", 0) or p.voters < Fraction(eligibility.get("minShareOfBallots", "0")) * n:
            return "BELOW_THRESHOLD"
        if p.voters * budget < Fraction(eligibility.get("costShareFactor", "0")) * p.cost * n:
            return "BELOW_COST_SHARE"
        if "minForShare" in eligibility and not p.voters > Fraction(eligibility["minForShare"]) * (p.voters + p.against):
            return "MAJORITY_AGAINST"
        return None

    def _exclude(self, projects, refused):
        if self.rule.get("exclusiveMode", "dropBelowBest") != "dropBelowBest":
            return
        stayed = []
        for project in self.ties.ranking([p for p in projects if p not in refused], self.primary):
            keeper = next((p for p in stayed if p.groups & project.groups), None)
            if keeper is None:
                stayed.append(project)
                continue
            refused[project] = "EXCLUDED"
            if self.primary(keeper, project) == 0:
                self.ties.report(keeper, project)

    def _parts(self, projects):
        partition = self.rule.get("partition", {"by": "none"})
        if partition["by"] == "none":
            return [Part(self.election, None, self.election.budget, projects, self.ties)], []
        keys = {part["key"]: kopecks(part["budget"]) for part in partition["budgets"]}
        of = {project: getattr(project, partition["by"]) for project in projects}
        parts = [Part(self.election, key, money, [p for p in projects if of[p] == key], self.ties) for key, money in keys.items()]
        return parts, [p for p in projects if of[p] not in keys]

    def _allocate(self, part, refused):
        candidates = [project for project in part.projects if project not in refused]
        order = self.rule["order"]
        if order == "equalShares":
            verdicts, winners, part.figures, self.admission = equal_shares(self.rule["equalShares"], candidates, part, self.admission)
        elif order == "phragmen":
            verdicts, winners = phragmen(candidates, part, self.admission)
        else:
            ranking = self.ties.ranking(candidates, self.primary)
            self.ties.report_neighbours(ranking, self.primary)
            stop = self.rule.get("onUnaffordable") == "stop"
            verdicts = walk(ranking, part.budget, self.admission, stop, self.rule.get("lastTopUpPercent"), self.reserve)
            winners = [project for project, verdict in verdicts if verdict.outcome == "WINNER"]
        self.winners += winners
        part.spent = sum(project.cost for project in winners)
        others = self.ties.display(project for project in part.projects if project in refused)
        return verdicts + [(project, _refusal(refused[project])) for project in others]

    def _redistribute(self, lists, refused):
        """One more walk with what the parts left over; its winners keep their places."""
        if self.rule.get("partition", {}).get("remainder") != "cityPool":
            return
        pool = self.election.budget - sum(project.cost for project in self.winners) + self.reserve.used
        waiting = [p for p in self.election.projects.values() if p not in refused and p not in self.winners]
        ranking = self.ties.ranking(waiting, self.primary)
        self.ties.report_neighbours(ranking, self.primary)
        won = {p: v for p, v in walk(ranking, pool, self.admission, won="REDISTRIBUTED") if v.outcome == "WINNER"}
        self.winners += won
        for _, verdicts in lists:
            verdicts[:] = [(project, won.get(project, verdict)) for project, verdict in verdicts]

    def _line(self, part, place, project, verdict):
        line = {
            "id": project.id,
            "place": place,
            "score": str(project.score),
            "voters": project.voters,
            "outcome": verdict.outcome,
            "reason": verdict.reason,
            "left": str(verdict.left),
        }
        if part is not None and part.key is not None:
            line["part"] = part.key
        if self.rule["ballot"]["type"] == "forAgainst":
            line["against"] = project.against
        if "expert" in self.rule and project.expert is not None:
            line["merit"] = text(project.merit)
        if verdict.price is not None:
            line["price"] = text(verdict.price)
        return line


def _refusal(reason):
    return Verdict("NOT_SELECTED", reason, 0)


def _part_figures(part):
    figures = {"budget": str(part.budget), "n": part.n, "spent": str(part.spent), **part.figures}
    if part.key is not None:
        figures["key"] = part.key
    if "endowment" in figures:
        figures["endowment"] = text(figures["endowment"])
    return figures
