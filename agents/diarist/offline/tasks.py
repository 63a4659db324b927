"""Finds what the speaker means to do: no refusals, no hearsay, no figures of speech."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from agents.diarist.draft import DraftAction
from agents.diarist.offline.clauses import capitalised, first_clause
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence
from agents.diarist.offline.when import when, without_times

_LONGEST_WORDS = 25
"""A task with more words than this is a story that happened to contain a cue."""

_END_MARKS = " ,.;:!?…–-"  # noqa: RUF001 - a dash as recognisers write it


def tasks(
    sentences: Iterable[Sentence], rules: LanguageRules, *, today: date
) -> tuple[DraftAction, ...]:
    """Return the action items in the order they were said, each once."""
    found: dict[str, DraftAction] = {}
    for sentence in sentences:
        if sentence.text.rstrip().endswith("?"):
            continue
        for action in _tasks_of(sentence, rules, today):
            found.setdefault(action.text.casefold(), action)
    return tuple(found.values())


def _tasks_of(sentence: Sentence, rules: LanguageRules, today: date) -> Iterator[DraftAction]:
    text = sentence.text
    taken: list[range] = []
    for pattern in rules.obligations:
        at = 0
        while match := pattern.search(text, at):
            what = first_clause(match["what"], rules)
            at = match.start("what") + max(1, len(what))
            if any(match.start() in span or match.start("what") in span for span in taken):
                continue
            taken.append(range(match.start(), at))
            if _holds(text[: match.start()], what, rules):
                yield _action(text[: match.start()], what, sentence, rules, today)


def _holds(before: str, what: str, rules: LanguageRules) -> bool:
    words = what.split()
    if not words or len(words) > _LONGEST_WORDS or len(what) < 3:  # noqa: PLR2004 - not a word
        return False
    if rules.negated.search(before) or rules.supposed.search(before):
        return False
    return not (rules.idioms.search(what) or rules.negated.search(what))


def _action(
    before: str, what: str, sentence: Sentence, rules: LanguageRules, today: date
) -> DraftAction:
    said = when(what, today=today, words=rules.calendar)
    lead = re.split(r"[,.;:]", before)[-1]
    due = said.day or when(lead, today=today, words=rules.calendar).day
    if rules.past.search(lead) and not said.day:
        due = None
    text = without_times(what, said.day_spans).strip(_END_MARKS) or what
    text = rules.task_lead.sub("", _plain(text, rules))
    return DraftAction(text=capitalised(text), due=due, cites=sentence.cites)


def _plain(text: str, rules: LanguageRules) -> str:
    match = rules.infinitive.search(text)
    if not match:
        return text
    verb = match["verb"] or match["prefix"] + match["stem"]
    return text[: match.start()] + verb
