"""Checks a published package and counts it anew: docs/count-rules.md, 3."""

import hashlib
import json
import tarfile
from pathlib import Path

from canonical import Fault, dumps, parse, sha256
from count import count
from ed25519 import verify
from election import Election
from merkle import Tree
from pabulib import Pabulib
from rule import ballot_fault, check_rule

FILES = ("rule.json", "log.txt", "heads.jsonl", "ballots.jsonl", "inputs.json", "result.json", "contest.pb")
MOST_FAULTS = 20
LONGEST_LINE = 1 << 20


class Files:
    """The files of a directory or of a tar archive, read as streams."""

    def __init__(self, path):
        self.directory = Path(path)
        self.archive = None if self.directory.is_dir() else tarfile.open(path, "r:")
        members = self.archive.getmembers() if self.archive else []
        self.members = {Path(member.name).name: member for member in members if member.isfile()}

    def open(self, name):
        try:
            return self.archive.extractfile(self.members[name]) if self.archive else open(self.directory / name, "rb")
        except (KeyError, FileNotFoundError):
            raise Fault(f"{name}: is missing") from None

    def text(self, name):
        with self.open(name) as file:
            try:
                return file.read().decode()
            except UnicodeDecodeError:
                raise Fault(f"{name}: is not UTF-8") from None

    def lines(self, name):
        with self.open(name) as file:
            for at, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
                if not line.endswith(b"\n"):
                    raise Fault(f"{name}: line {at} does not end, or is too long")
                yield line[:-1]


class Package:
    """One run over a package; `faults` are what is wrong with it, `notes` what the reader should know."""

    def __init__(self, path, key=None):
        self.files, self.key = Files(path), key
        self.faults, self.notes = [], []

    def fault(self, text):
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(text)

    def recount(self):
        """The result object as it follows from the package."""
        self._check_manifest()
        rule_text = self.files.text("rule.json")
        self.rule = parse(rule_text, "rule.json")
        if dumps(self.rule) != rule_text:
            self.fault("rule.json: is not in canonical form")
        check_rule(self.rule)
        self.rule_hash = sha256(rule_text)
        inputs = parse(self.files.text("inputs.json"), "inputs.json")
        if isinstance(inputs, dict) and inputs.get("contest") != self.contest:
            self.fault("inputs.json: is of another contest than manifest.json")
        election = Election(self.rule, self.rule_hash, inputs)
        self.projects, self.excluded = election.projects, {bytes.fromhex(leaf) for leaf in election.excluded}
        self._check_log()
        kinds = self._ballots()
        result = count(self.rule, inputs, kinds)
        self._compare(result)
        self._check_pabulib(inputs, result)
        return result

    def _check_manifest(self):
        text = self.files.text("manifest.json")
        manifest = parse(text, "manifest.json")
        try:
            signed = {name: value for name, value in manifest.items() if name != "sig"}
            self.contest, self.turnout, hashes = manifest["contest"], manifest["turnout"], manifest["files"]
            key = self.key or manifest["key"]
            genuine = verify(bytes.fromhex(key), dumps(signed).encode(), bytes.fromhex(manifest["sig"]))
            if manifest["type"] != "manifest" or manifest["v"] != 1 or dumps(manifest) != text:
                self.fault("manifest.json: is no canonical manifest of version 1")
            if manifest["key"] != key:
                self.fault("manifest.json: names another key than the one given")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Fault(f"manifest.json: {type(error).__name__}: {error}") from None
        if not genuine:
            self.fault("manifest.json: the signature is not of this key")
        if not self.key:
            self.notes.append(f"signatures are checked with the package's own key {key}: compare it with the published one")
        self.key = key
        for name in FILES:
            if name not in hashes:
                self.fault(f"manifest.json: does not name {name}")
        for name, expected in hashes.items():
            if "/" in name or self._hash(name) != expected:
                self.fault(f"{name}: its SHA-256 is not that of manifest.json")

    def _hash(self, name):
        found = hashlib.sha256()
        with self.files.open(name) as file:
            while chunk := file.read(1 << 20):
                found.update(chunk)
        return found.hexdigest()

    def _check_log(self):
        """Every head is signed, follows the one before and is the root of the log as it was at its size; the last covers all of it."""
        heads = [parse(line, f"heads.jsonl: line {at}") for at, line in enumerate(self.files.lines("heads.jsonl"), 1)]
        if not heads:
            raise Fault("heads.jsonl: is empty")
        self.leaves, tree, waiting = [], Tree(), list(reversed(heads))
        try:
            self._pass(tree, waiting)
            for line in self.files.lines("log.txt"):
                leaf = bytes.fromhex(line.decode("ascii"))
                if len(leaf) != 32:
                    raise ValueError("a leaf has 32 bytes")
                self.leaves.append(leaf)
                tree.append(leaf)
                self._pass(tree, waiting)
            before = None
            for at, head in enumerate(heads, 1):
                self._check_head(head, before, f"heads.jsonl: line {at}")
                before = head
            last = heads[-1]
        except (KeyError, TypeError, ValueError) as error:
            raise Fault(f"heads.jsonl or log.txt: {type(error).__name__}: {error}") from None
        if waiting:
            self.fault(f"heads.jsonl: a head of size {waiting[-1]['size']} is out of order or beyond the log")
        elif last["size"] != tree.size:
            self.fault(f"heads.jsonl: the last head covers {last['size']} leaves, log.txt has {tree.size}")

    def _check_head(self, head, before, where):
        signed = {name: value for name, value in head.items() if name not in ("sig", "witnesses")}
        genuine = verify(bytes.fromhex(self.key), dumps(signed).encode(), bytes.fromhex(head["sig"]))
        if not genuine or (head["contest"], head["type"], head["v"]) != (self.contest, "head", 1):
            self.fault(f"{where}: the head is not signed with this key for this contest")
        if before and (head["size"] <= before["size"] or head["time"] < before["time"]):
            self.fault(f"{where}: the head of size {head['size']} does not follow the one of size {before['size']}")

    def _pass(self, tree, waiting):
        while waiting and waiting[-1]["size"] == tree.size:
            if waiting.pop()["root"] != tree.root():
                self.fault(f"log.txt: the first {tree.size} leaves are not those of their head")

    def _ballots(self):
        """Checks every record; gives the counted ones as [(choices, number)]."""
        # Of each tag its revisions as bits, and the place in `choices` of what the highest says.
        tags, kinds, choices, accepted, self.refused = {}, {}, [], 0, 0
        for line in self.files.lines("ballots.jsonl"):
            accepted += 1
            where = f"ballots.jsonl: line {accepted}"
            leaf = hashlib.sha256(b"\x00" + line).digest()
            if accepted > len(self.leaves) or leaf != self.leaves[accepted - 1]:
                self.fault(f"{where}: leaf {leaf.hex()} is not the one of log.txt")
            record = self._record(line, where)
            if record is None:
                self.refused += 1
                continue
            kind = kinds.setdefault(dumps(record["choices"]), len(choices))
            if kind == len(choices):
                choices.append(record["choices"])
            tag, bit = bytes.fromhex(record["tag"]), 1 << record["rev"]
            known, highest, out = tags.get(tag, (0, kind, False))
            if known & bit:
                self.fault(f"{where}: tag {record['tag']} has revision {record['rev']} twice")
            if bit > known:
                highest, out = kind, leaf in self.excluded
            tags[tag] = (known | bit, highest, out)
        if accepted != len(self.leaves):
            self.fault(f"ballots.jsonl: has {accepted} records, log.txt {len(self.leaves)} leaves")
        self.tags = tags
        self._check_revisions(tags)
        self._check_turnout(accepted, tags)
        numbers = [0] * len(choices)
        for _, kind, out in tags.values():
            numbers[kind] += not out
        return [(choices[kind], number) for kind, number in enumerate(numbers) if number]

    def _record(self, line, where):
        try:
            record = parse(line.decode(), where)
            whole = dumps(record).encode() == line
        except (Fault, UnicodeDecodeError) as error:
            return self.fault(f"{where}: {error}")
        if not whole or not isinstance(record, dict) or set(record) != {"choices", "contest", "nonce", "rev", "rule", "tag", "v"}:
            return self.fault(f"{where}: is no canonical record")
        if record["v"] != 1 or record["contest"] != self.contest or record["rule"] != self.rule_hash:
            return self.fault(f"{where}: is of another contest or rule")
        if not _is_hex(record["tag"]) or not _is_hex(record["nonce"]) or type(record["rev"]) is not int or not 0 < record["rev"] < 10**6:
            return self.fault(f"{where}: has no proper tag, nonce or revision")
        fault = ballot_fault(self.rule, self.projects, record["choices"])
        return self.fault(f"{where}: {fault}") if fault else record

    def _check_revisions(self, tags):
        """Of one tag the revisions are 1, 2, 3...; under `single` there is one."""
        for tag, (revisions, _, _) in tags.items():
            if revisions & (revisions + 2) or not revisions & 2:
                self.fault(f"ballots.jsonl: tag {tag.hex()} lacks a revision")
            elif revisions > 2 and self.rule.get("revote") == "single" and self.rule.get("doubleVote", "refuse") == "refuse":
                self.fault(f"ballots.jsonl: tag {tag.hex()} voted more than once, the rule allows one vote")

    def _check_pabulib(self, inputs, result):
        """The Pabulib file says what the ballots, the inputs and the result say; of ballots that are no ballots nothing follows."""
        if self.refused:
            return
        fault = Pabulib(self.rule, self.rule_hash, inputs, result).check(self.files.lines("contest.pb"), self._counted())
        if fault:
            self.fault(f"contest.pb: {fault}")

    def _counted(self):
        """Choices of the last record of each tag that is not excluded, in the order of the log."""
        for line in self.files.lines("ballots.jsonl"):
            record = json.loads(line)
            revisions, _, out = self.tags[bytes.fromhex(record["tag"])]
            if not out and revisions.bit_length() - 1 == record["rev"]:
                yield record["choices"]

    def _check_turnout(self, accepted, tags):
        out = sum(excluded for _, _, excluded in tags.values())
        if out != len(self.excluded):
            self.fault(f"inputs.json: of {len(self.excluded)} excluded ballots {out} are the last of their tags")
        found = {"accepted": accepted, "counted": len(tags) - out, "superseded": accepted - len(tags)}
        if out:
            found["excluded"] = out
        if self.turnout != found:
            self.fault(f"manifest.json: the turn-out is {dumps(self.turnout)}, the ballots give {dumps(found)}")

    def _compare(self, result):
        published = self.files.text("result.json")
        if published != dumps(result):
            self.fault(f"result.json: {first_difference(parse(published, 'result.json'), result)}")


def _is_hex(value):
    return isinstance(value, str) and len(value) == 32 and all(c in "0123456789abcdef" for c in value)


def first_difference(published, counted, at="$"):
    """Where two values differ first, in the order of the canonical form."""
    if isinstance(published, dict) and isinstance(counted, dict):
        for name in sorted(published.keys() | counted.keys()):
            if published.get(name) != counted.get(name):
                return first_difference(published.get(name), counted.get(name), f"{at}.{name}")
    if isinstance(published, list) and isinstance(counted, list):
        for index, (a, b) in enumerate(zip(published, counted)):
            if a != b:
                return first_difference(a, b, f"{at}[{index}]")
        if len(published) != len(counted):
            return f"{at} has {len(published)} items, the recount {len(counted)}"
    if published == counted:
        return "is not in canonical form"
    return f"{at} is {json.dumps(published, ensure_ascii=False)}, the recount gives {json.dumps(counted, ensure_ascii=False)}"
