"""Finds what lies ahead with a day or an hour: appointments, visits, journeys."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time

from agents.diarist.draft import DraftEvent, DraftName
from agents.diarist.offline.clauses import capitalised, capped, clauses
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence
from agents.diarist.offline.tasks import is_task
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
            if is_task(clause, rules, today=today) or not _lies_ahead(said, today, now):
                continue
            if not _is_plan(clause, sentence.text, said, rules):
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


def _is_plan(clause: str, sentence: str, said: When, rules: LanguageRules) -> bool:
    words = rules.plans
    refusals = (words.recurring, words.denied, words.conditional)
    if words.called_off.search(sentence) or any(no.search(clause) for no in refusals):
        return False
    if words.past.search(words.not_past.sub("", clause)):
        return False
    if words.others_plan.search(clause) and not words.of_us.search(clause):
        return False
    if words.event_words.search(clause) or words.event_verbs.search(clause):
        return True
    # A day with its hour is an appointment whatever it is called, and so is what "is on" a day.
    named = said.at is not None or words.copula.search(clause[: said.spans[0][0]]) is not None
    return said.day is not None and named


def _event(
    clause: str, said: When, sentence: Sentence, rules: LanguageRules, today: date
) -> DraftEvent | None:
    title = _title(without_times(clause, said.spans), rules)
    if not re.search(r"\w{3}", title):
        return None
    return DraftEvent(title=title, day=said.day or today, at=said.at, cites=sentence.cites)


def _title(text: str, rules: LanguageRules) -> str:
    text = text.strip(" ,.;:!")
    while (match := rules.plans.title_lead.match(text)) and match.end() > 0:
        text = text[match.end() :]
    while match := rules.plans.title_tail.search(text):
        text = text[: match.start()]
    if match := rules.plans.title_inverted.match(text):
        text = f"{match['subject']} {match['verb']}{text[match.end() :]}"
    return capitalised(capped(text.strip(" ,.;:!"), _TITLE_CHARACTERS))
