"""Sequential Phragmén: docs/count-rules.md, 8."""

from fractions import Fraction

from walk import Verdict


def phragmen(candidates, part, admission):
    """Allocation of a part: ([(project, Verdict)] by place, winners); winners go into the admission."""
    load = [Fraction(0)] * len(part.kinds)
    left, verdicts, waiting = part.budget, [], list(candidates)
    while True:
        times = [(_time(project, part, load), project) for project in waiting if not admission.fault(project)]
        if not times:
            break
        least = min(time for time, _ in times)
        taken, *others = sorted((p for time, p in times if time == least), key=part.ties.order)
        for other in others:
            part.ties.report(taken, other)
        waiting.remove(taken)
        if taken.cost > left:
            verdicts.append((taken, Verdict("RESERVE", "OVER_BUDGET", left)))
            break
        verdicts.append((taken, Verdict("WINNER", "PHRAGMEN", left, least)))
        left -= taken.cost
        admission.add(taken)
        for kind, _, _ in part.supporters[taken]:
            load[kind] = least
    winners = [project for project, verdict in verdicts if verdict.outcome == "WINNER"]
    for project in part.ties.display(waiting):
        verdicts.append((project, Verdict("RESERVE", admission.fault(project) or "STOPPED", left)))
    return verdicts, winners


def _time(project, part, load):
    loads = sum(load[kind] * number for kind, _, number in part.supporters[project])
    return (project.cost + loads) / Fraction(project.voters)
