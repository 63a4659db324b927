"""Finds what lies ahead with a day or an hour: appointments, visits, journeys."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time

from agents.diarist.draft import DraftEvent, DraftName
from agents.diarist.offline.clauses import capitalised, capped, clauses
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence
from agents.diarist.offline.when import When, when, without_times

_TITLE_CHARACTERS = 80


def plans(
    sentences: Iterable[Sentence],
    rules: LanguageRules,
    *,
    today: date,
    now: time,
    places: Sequence[DraftName] = (),
) -> tuple[DraftEvent, ...]:
    """Return the events ahead of `now`, the recording's local time, in the order said."""
    found: dict[tuple[date, time | None, str], DraftEvent] = {}
    for sentence in sentences:
        if sentence.text.rstrip().endswith("?"):
            continue
        for clause in clauses(sentence.text, rules):
            said = when(clause, today=today, words=rules.calendar, now=now)
            if not _lies_ahead(said, today, now) or not _is_plan(clause, sentence.text, rules):
                continue
            event = _event(clause, said, sentence, rules, today)
            if event is not None:
                place = next((p.name for p in places if p.name in clause), None)
                event = replace(event, place=place)
                found.setdefault((event.day, event.at, event.title.casefold()), event)
    return tuple(found.values())


def _lies_ahead(said: When, today: date, now: time) -> bool:
    if said.past:
        return False
    if said.day is None or said.day == today:
        return said.at is not None and said.at > now
    return said.day > today


def _is_plan(clause: str, sentence: str, rules: LanguageRules) -> bool:
    if rules.called_off.search(sentence) or rules.others_plan.search(clause):
        return False
    if rules.past.search(rules.not_past.sub("", clause)):
        return False
    if any(pattern.search(clause) for pattern in rules.obligations):
        return False
    return bool(rules.event_words.search(clause) or rules.event_verbs.search(clause))


def _event(
    clause: str, said: When, sentence: Sentence, rules: LanguageRules, today: date
) -> DraftEvent | None:
    title = _title(without_times(clause, said.spans), rules)
    if not re.search(r"\w{3}", title):
        return None
    return DraftEvent(title=title, day=said.day or today, at=said.at, cites=sentence.cites)


def _title(text: str, rules: LanguageRules) -> str:
    text = text.strip(" ,.;:!")
    while (match := rules.title_lead.match(text)) and match.end() > 0:
        text = text[match.end() :]
    while match := rules.title_tail.search(text):
        text = text[: match.start()]
    if match := rules.title_inverted.match(text):
        text = f"{match['subject']} {match['verb']}{text[match.end() :]}"
    return capitalised(capped(text.strip(" ,.;:!"), _TITLE_CHARACTERS))
