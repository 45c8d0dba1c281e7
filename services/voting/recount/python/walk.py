"""Who may still win, and the greedy walk: docs/count-rules.md, 6."""

from rule import kopecks


class Admission:
    """Exclusive groups (mode dropIfFunded) and quotas against the winners so far."""

    def __init__(self, rule, winners=()):
        self.rule = rule
        self.groups_matter = rule.get("exclusiveMode") == "dropIfFunded"
        self.winners = list(winners)

    def copy(self):
        return Admission(self.rule, self.winners)

    def add(self, project):
        self.winners.append(project)

    def fault(self, project):
        if self.groups_matter and any(project.groups & winner.groups for winner in self.winners):
            return "EXCLUDED"
        if any(self._breaks(quota, project) for quota in self.rule.get("quotas", [])):
            return "QUOTA"
        return None

    def _breaks(self, quota, project):
        alike = _alike(quota, project)
        if alike is None:
            return False
        counted = [p for p in [*self.winners, project] if alike(p)]
        if "maxWinners" in quota:
            return len(counted) > quota["maxWinners"]
        return sum(p.cost for p in counted) > kopecks(quota["maxMoney"])


def _alike(quota, project):
    """Which winners a quota counts with a project; None when it does not look at it."""
    by = quota["by"]
    if by == "division":
        keys = set(quota["keys"])
        return (lambda p: bool(p.divisions & keys)) if project.divisions & keys else None
    value = getattr(project, by)
    if value is None or quota.get("key", value) != value:
        return None
    return lambda p: getattr(p, by) == value


class Verdict:
    def __init__(self, outcome, reason, left, price=None):
        self.outcome, self.reason, self.left, self.price = outcome, reason, left, price


class Reserve:
    """What top-ups may still take; without a limit None."""

    def __init__(self, rule):
        self.left = kopecks(rule["topUpReserve"]) if "topUpReserve" in rule else None
        self.used = 0

    def covers(self, sum):
        return self.left is None or sum <= self.left

    def take(self, sum):
        self.used += sum
        if self.left is not None:
            self.left -= sum


def walk(ranking, money, admission, stop=False, top_up=None, reserve=None, won="FITS_BUDGET"):
    """Verdicts along a ranking as [(project, Verdict)]; winners go into the admission."""
    verdicts, stopped = [], False
    for project in ranking:
        left, fault = money, admission.fault(project)
        if stopped:
            verdict = Verdict("RESERVE", "STOPPED", left)
        elif fault:
            verdict = Verdict("RESERVE", fault, left)
        elif project.cost <= left:
            verdict = Verdict("WINNER", won, left)
            money -= project.cost
        elif stop and top_up and 100 * left >= top_up * project.cost and reserve.covers(project.cost - left):
            verdict = Verdict("WINNER", "TOP_UP", left)
            reserve.take(project.cost - left)
            money, stopped = 0, True
        else:
            verdict = Verdict("RESERVE", "OVER_BUDGET", left)
            stopped = stop
        if verdict.outcome == "WINNER":
            admission.add(project)
        verdicts.append((project, verdict))
    return verdicts
