"""How a language speaks of things to do: patterns, which `offline.tasks` reads."""

import re
from dataclasses import dataclass

from agents.diarist.offline.rules.calendar_words import NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWords:
    """Cues of tasks, and of what only sounds like one."""

    obligations: tuple[re.Pattern[str], ...] = ()
    """Group `what`: the thing to do, from its first word to the end of the sentence."""
    present: re.Pattern[str] = NEVER
    """A task told in the present tense, given a time ahead. Groups `what`, `verb`, `prefix`: what
    is done, how, and the part of the verb that stands at the end: "räume ich den Keller auf"."""
    soon: re.Pattern[str] = NEVER
    """Says of the present tense that it lies ahead: "gleich"."""
    join: re.Pattern[str] = NEVER
    """Between two tasks of one cue: "pack the books and [clean the flat]"."""
    idioms: re.Pattern[str] = NEVER
    """A `what` that only looks like a task: "I have to say"."""
    negated: re.Pattern[str] = NEVER
    """Says, right before or after a cue, that it does not hold."""
    supposed: re.Pattern[str] = NEVER
    """Right before a cue: only asked, supposed, or put in someone else's mouth."""
    conditional: re.Pattern[str] = NEVER
    """In a sentence up to a `what`: it holds only if something happens."""
    settled: re.Pattern[str] = NEVER
    """Right after a `what`: it is done already, or will not be."""
    infinitive: re.Pattern[str] = NEVER
    """A verb at a task's end to be given as a plain infinitive. Groups: `verb`, or `prefix` and
    `stem` ("anzurufen"); `first`, a first person ("abhole")."""
    lead: re.Pattern[str] = NEVER
    """Words at the start of a task which add nothing to it."""
