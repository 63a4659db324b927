"""Finds what the speaker means to do: no refusals, no hearsay, no figures of speech."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from agents.diarist.draft import DraftAction
from agents.diarist.offline.clauses import capitalised, first_clause
from agents.diarist.offline.groups import group, group_span
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence
from agents.diarist.offline.when import when, without_times

_LONGEST_WORDS = 25
"""A task with more words than this is a story that happened to contain a cue."""

_SHORTEST_OF_TWO_WORDS = 2
"""Of "print and sign the form" no task is cut off: a verb alone says nothing."""

_END_MARKS = " ,.;:!?…–-"  # noqa: RUF001 - a dash as recognisers write it


def tasks(
    sentences: Iterable[Sentence], rules: LanguageRules, *, today: date
) -> tuple[DraftAction, ...]:
    """Return the action items in the order they were said, each once."""
    found: dict[str, DraftAction] = {}
    for sentence in sentences:
        if sentence.text.rstrip().endswith(("?", "？")):  # noqa: RUF001 - the Chinese mark
            continue
        for action in (*_tasks_of(sentence, rules, today), *_present(sentence, rules, today)):
            found.setdefault(action.text.casefold(), action)
    return tuple(found.values())


def is_task(text: str, rules: LanguageRules, *, today: date) -> bool:
    """Tell whether `text` speaks of a thing to do, so that it is no event as well."""
    if any(pattern.search(text) for pattern in rules.tasks.obligations):
        return True
    return any(_lies_ahead(match, rules, today) for match in rules.tasks.present.finditer(text))


def _tasks_of(sentence: Sentence, rules: LanguageRules, today: date) -> Iterator[DraftAction]:
    text = sentence.text
    taken: list[range] = []
    for pattern in rules.tasks.obligations:
        at = 0
        while match := pattern.search(text, at):
            start, end = group_span(match, "what")
            pieces = list(_pieces(text[start:end], rules))
            at = start + max(1, pieces[-1].stop if pieces else 0)
            if any(match.start() in span or start in span for span in taken):
                continue
            taken.append(range(match.start(), at))
            whats = [text[start + piece.start : start + piece.stop] for piece in pieces]
            if not _is_meant(text[: match.start()], text[:start], rules):
                continue
            if rules.tasks.settled.match(text[at:]):
                continue
            for what in whats:
                if not _holds(what, rules):
                    break
                yield _action(text[: match.start()], what, sentence, rules, today)


def _pieces(what: str, rules: LanguageRules) -> Iterator[range]:
    """Cut what is to be done into the tasks it names, up to the end of their clause."""
    start = 0
    cuts = [match.span() for match in rules.tasks.join.finditer(what)]
    for cut_start, cut_end in (*cuts, (len(what), len(what))):
        piece = what[start:cut_start]
        clause = first_clause(piece, rules)
        ends_here = len(clause) < len(piece.strip(_END_MARKS))
        if len(piece.split()) < _SHORTEST_OF_TWO_WORDS and not ends_here and cut_start < len(what):
            continue
        begin = start + len(piece) - len(piece.lstrip(_END_MARKS))
        yield range(begin, begin + len(clause))
        if ends_here:
            return
        start = cut_end


def _is_meant(before: str, lead: str, rules: LanguageRules) -> bool:
    words = rules.tasks
    if words.negated.search(before) or words.supposed.search(before):
        return False
    return not (words.conditional.search(lead) or rules.notes.decisions.search(before))


def _holds(what: str, rules: LanguageRules) -> bool:
    words = what.split()
    if not words or len(words) > _LONGEST_WORDS or len(what) < 3:  # noqa: PLR2004 - not a word
        return False
    return not (rules.tasks.idioms.search(what) or rules.tasks.negated.search(what))


def _action(
    before: str, what: str, sentence: Sentence, rules: LanguageRules, today: date
) -> DraftAction:
    said = when(what, today=today, words=rules.calendar)
    lead = re.split(r"[,.;:]", before)[-1]
    due = said.day or when(lead, today=today, words=rules.calendar).day
    if rules.plans.past.search(lead) and not said.day:
        due = None
    text = without_times(what, said.day_spans).strip(_END_MARKS) or what
    text = rules.tasks.lead.sub("", _plain(text, rules))
    return DraftAction(text=capitalised(text), due=due, cites=sentence.cites)


def _plain(text: str, rules: LanguageRules) -> str:
    match = rules.tasks.infinitive.search(text)
    if not match:
        return text
    first, stem = match["first"], match["stem"]
    verb = f"{first}n" if first else match["verb"] or match["prefix"] + stem
    return text[: match.start()] + verb


def _present(sentence: Sentence, rules: LanguageRules, today: date) -> Iterator[DraftAction]:
    for match in rules.tasks.present.finditer(sentence.text):
        before, what = sentence.text[: match.start()], group(match, "what") or ""
        is_open = _lies_ahead(match, rules, today) and _is_meant(before, before, rules)
        if is_open and _holds(what, rules):
            verb = group(match, "verb")
            if verb:
                what = f"{what} {group(match, 'prefix') or ''}{verb.lower()}n"
            yield _action(before, what, sentence, rules, today)


def _lies_ahead(match: re.Match[str], rules: LanguageRules, today: date) -> bool:
    """Tell whether a present tense means what is to come: it says when, or that it is soon."""
    clause = re.split(r"[,.;:]", match.string[: match.start()])[-1] + match[0]
    said = when(clause, today=today, words=rules.calendar)
    if said.past or rules.plans.recurring.search(clause):
        return False
    return said.day is not None or rules.tasks.soon.search(clause) is not None
