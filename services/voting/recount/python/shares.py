"""Method of equal shares: docs/count-rules.md, 7."""

from fractions import Fraction

from ties import by_score
from walk import Verdict, walk


class Run:
    """One run with one endowment. Ballots that paid the same so far are one class, so most sums have few terms."""

    def __init__(self, candidates, part, admission, plain):
        self.candidates, self.part, self.plain = candidates, part, plain
        self.before = admission

    def go(self, endowment):
        """Buys until nothing can be bought; keeps bought [(project, ρ)] and rounds [(project, tied projects)]."""
        self.money = [Fraction(endowment)]
        self.class_of = [0] * len(self.part.kinds)
        self.admission = self.before.copy()
        self.bought, self.rounds, self.spent = [], [], 0
        # ρ of a project never falls as money goes, so what it was before is a bound.
        bounds = {project: Fraction(0) for project in self.candidates}
        while True:
            best, tied = None, []
            for project in sorted(bounds, key=bounds.__getitem__):
                if best is not None and bounds[project] > best:
                    break
                if self.admission.fault(project):
                    continue
                price = self._price(project)
                if price is None:
                    del bounds[project]
                    continue
                bounds[project] = price
                if best is None or price < best:
                    best, tied = price, [project]
                elif price == best:
                    tied.append(project)
            if best is None:
                return self
            taken, *others = sorted(tied, key=self.part.ties.order)
            del bounds[taken]
            self._buy(taken, best)
            self.rounds.append((taken, others))

    def _supporters(self, project):
        """{(class, points): ballots} of those who give the project something."""
        found = {}
        for kind, points, number in self.part.supporters[project]:
            at = (self.class_of[kind], points)
            found[at] = found.get(at, 0) + number
        return found

    def _price(self, project):
        if project.cost == 0:
            return Fraction(0)
        supporters = self._supporters(project)
        if sum(self.money[at] * number for (at, _), number in supporters.items()) < project.cost:
            return None
        worth = 1 if self.plain else project.cost
        # The poor pay all they have; the others share what is left by their points.
        poorest = sorted((self.money[at] / (points * worth), at, points, number) for (at, points), number in supporters.items())
        due = Fraction(project.cost)
        points_left = sum(points * number for _, _, points, number in poorest)
        for most, at, points, number in poorest:
            price = due / (points_left * worth)
            if price <= most:
                return price
            due -= self.money[at] * number
            points_left -= points * number
        return poorest[-1][0]

    def _buy(self, project, price):
        worth = 1 if self.plain else project.cost
        after = {}
        for kind, points, _ in self.part.supporters[project]:
            at = (self.class_of[kind], points)
            if at not in after:
                money = self.money[at[0]]
                after[at] = len(self.money)
                self.money.append(money - min(money, price * points * worth))
            self.class_of[kind] = after[at]
        self.bought.append((project, price))
        self.spent += project.cost
        self.admission.add(project)

    def open(self):
        done = {project for project, _ in self.bought}
        return [p for p in self.candidates if p not in done and not self.admission.fault(p)]


def deciding_run(rule, candidates, part, admission):
    """The last run that is kept, its endowment and the number of runs."""
    budget, n = part.budget, part.n
    endowment = Fraction(budget, n) if rule["start"] == "exact" else Fraction(budget // n)
    kept = Run(candidates, part, admission, rule["utility"] == "plain").go(endowment)
    runs = 1
    while rule["increment"] > 0:
        open_projects = kept.open()
        if not open_projects:
            break
        if rule["stopWhenExhaustive"] and all(p.cost > budget - kept.spent for p in open_projects):
            break
        again = Run(candidates, part, admission, rule["utility"] == "plain").go(endowment + rule["increment"])
        runs += 1
        if again.spent > budget:
            break
        kept, endowment = again, endowment + rule["increment"]
    return kept, endowment, runs


def equal_shares(rule, candidates, part, admission):
    """Allocation of a part: ([(project, Verdict)] by place, winners, figures, admission after it)."""
    if part.n == 0:
        return [], [], {}, admission
    run, endowment, runs = deciding_run(rule, candidates, part, admission)
    for taken, others in run.rounds:
        for other in others:
            part.ties.report(taken, other)
    left, verdicts = part.budget, []
    for project, price in run.bought:
        verdicts.append((project, Verdict("WINNER", "EQUAL_SHARE", left, price)))
        left -= project.cost
    winners = [project for project, _ in run.bought]
    others = [project for project in candidates if project not in winners]
    after = run.admission.copy()
    if rule["completion"] == "utilitarian":
        ranking = part.ties.ranking(others, by_score)
        part.ties.report_neighbours(ranking, by_score)
        rest = walk(ranking, left, after, won="COMPLETION")
    else:
        rest = [(p, Verdict("RESERVE", "", left)) for p in part.ties.display(others)]
    for project, verdict in rest:
        if verdict.outcome == "WINNER":
            winners.append(project)
        else:
            verdict.reason = after.fault(project) or "SUPPORTERS_OUT_OF_MONEY"
    verdicts += rest
    figures = {"endowment": endowment, "runs": runs}
    if rule.get("comparison", "none") == "none":
        return verdicts, winners, figures, after
    ranking = part.ties.ranking(candidates, by_score)
    part.ties.report_neighbours(ranking, by_score)
    other_admission = admission.copy()
    greedy = walk(ranking, part.budget, other_admission)
    greedy_winners = [project for project, verdict in greedy if verdict.outcome == "WINNER"]
    shares_votes, greedy_votes = _preferences(part, winners, greedy_winners, rule["comparison"] == "byAny")
    kept = "greedy" if shares_votes < greedy_votes else "equalShares"
    figures["comparison"] = {"shares": shares_votes, "greedy": greedy_votes, "kept": kept}
    if kept == "greedy":
        return greedy, greedy_winners, figures, other_admission
    return verdicts, winners, figures, after


def _preferences(part, shares, greedy, by_any):
    """How many ballots prefer each of two outcomes."""
    shares_votes = greedy_votes = 0
    shares, greedy = {p.id for p in shares}, {p.id for p in greedy}
    for points, number in part.kinds:
        supported = {id for id, given in points.items() if given > 0}
        a, b = len(supported & shares), len(supported & greedy)
        if by_any:
            a, b = min(a, 1), min(b, 1)
        shares_votes += number if a > b else 0
        greedy_votes += number if b > a else 0
    return shares_votes, greedy_votes
